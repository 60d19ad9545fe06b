//! What sets a tenant up: policies, registry, catalogue, score runs; who took what out; erasing a person.
//! The engine says who may, and records who did.

use crate::app::Shared;
use crate::ask::POSITION;
use crate::body::Json as Body;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use crate::words::language;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use gridwhistle::EngineError;
use gridwhistle::admin::Change;
use gridwhistle::domain::ids::{PolicyVersion, SubjectId};
use gridwhistle::domain::policy::check::{Severity, check_text};
use gridwhistle::domain::policy::publishing::PolicyRefusal;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::score::run::RunRecord;
use gridwhistle::export::ExportEvent;
use gridwhistle::projections::questions::Window;
use serde::{Deserialize, Serialize};

/// What a change of reference data answers.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Changed {
    /// How many events were written; none: everything was so already.
    events: u64,
    /// The last position.
    position: u64,
    /// What to look at, though it was taken: areas that overlap or leave a gap.
    warnings: Vec<String>,
}

type Answered = Result<(HeaderMap, Json<Changed>), Trouble>;

fn changed(change: &Change) -> (HeaderMap, Json<Changed>) {
    let (events, position) = (change.events, change.position);
    let mut headers = HeaderMap::new();
    headers.insert(POSITION, HeaderValue::from(position));
    let changed = Changed {
        events,
        position,
        warnings: Vec::new(),
    };
    (headers, Json(changed))
}

fn text(bytes: &Bytes) -> Result<&str, Issue> {
    std::str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        Issue::content("", format!("byte {byte} is not UTF-8"))
    })
}

/// What is wrong with a policy.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CheckedPolicy {
    version: PolicyVersion,
    /// Whether it would be published.
    publishable: bool,
    findings: Vec<FoundInPolicy>,
}

/// One hole, or one thing to think about.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FoundInPolicy {
    /// Whether it stops publication.
    stops: bool,
    /// Where and what, in the caller's language.
    words: String,
}

/// Checks a policy file (TOML) without publishing it.
pub(crate) async fn check(asked: HeaderMap, body: Bytes) -> Result<Json<CheckedPolicy>, Trouble> {
    let read = check_text(text(&body)?);
    let (policy, findings) =
        read.map_err(|problem| EngineError::from(PolicyRefusal::Unreadable(problem)))?;
    let spoken = language(&asked);
    let findings: Vec<FoundInPolicy> = findings
        .iter()
        .map(|finding| FoundInPolicy {
            stops: finding.severity == Severity::Error,
            words: finding.message(spoken),
        })
        .collect();
    Ok(Json(CheckedPolicy {
        version: policy.version,
        publishable: findings.iter().all(|finding| !finding.stops),
        findings,
    }))
}

/// Publishes a policy file (TOML).
pub(crate) async fn publish(
    State(app): State<Shared>,
    Caller(actor): Caller,
    body: Bytes,
) -> Answered {
    let change = app.engine.publish_policy(&actor, text(&body)?).await?;
    Ok(changed(&change))
}

/// Imports one registry file (CSV, or the GeoJSON of boundaries), all of it or nothing.
pub(crate) async fn registry(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path(kind): Path<String>,
    asked: HeaderMap,
    body: Bytes,
) -> Answered {
    let spoken = language(&asked);
    if kind == "boundaries" {
        let drawn = app.engine.import_boundaries(&actor, &body, spoken).await?;
        let (headers, Json(mut told)) = changed(&drawn.change);
        let misfits = drawn.misfits.iter();
        told.warnings = misfits
            .map(|misfit| misfit.words().get(spoken).to_owned())
            .collect();
        return Ok((headers, Json(told)));
    }
    let kind = CsvKind::from_file_name(&format!("{kind}.csv"));
    let kind = kind.ok_or_else(Issue::address_unknown)?;
    let files = [(kind, body.as_ref())];
    let change = app.engine.import_registry(&actor, &files, spoken).await?;
    Ok(changed(&change))
}

/// Imports the catalogue (CSV), all lines or none.
pub(crate) async fn catalogue(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asked: HeaderMap,
    body: Bytes,
) -> Answered {
    let spoken = language(&asked);
    let change = app.engine.import_catalogue(&actor, &body, spoken).await?;
    Ok(changed(&change))
}

/// The window of a score run.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowForm {
    /// 2026, 2026-Q2, 2026-06, or from..before.
    window: String,
}

/// Publishes the scores of a window.
pub(crate) async fn scores(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Body(form): Body<WindowForm>,
) -> Result<Json<RunRecord>, Trouble> {
    let window = Window::read(&form.window);
    let window = window.ok_or_else(|| {
        Issue::content("/window", "2026, 2026-Q2, 2026-06, 2026-06-05..2026-06-08")
    })?;
    let run = app.engine.publish_scores(&actor, window).await?;
    Ok(Json(app.engine.published_scores(run).await?))
}

/// Who took what out.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct TakenOut {
    /// The latest first.
    #[schema(value_type = Vec<Object>)]
    exports: Vec<ExportEvent>,
}

/// Lists the exports of a year.
pub(crate) async fn exports(
    State(app): State<Shared>,
    mut params: Params,
) -> Result<Json<TakenOut>, Trouble> {
    let year = params.read("year", "2026", |text| text.parse().ok())?;
    params.end()?;
    let mut exports = app.engine.exports(year, app.engine.now()).await?.0;
    exports.reverse();
    Ok(Json(TakenOut { exports }))
}

/// What became of an order to erase.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Erased {
    subject: SubjectId,
    erased: bool,
}

/// Deletes a person's key: nobody can read their data again.
pub(crate) async fn erase(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path(subject): Path<String>,
) -> Result<Json<Erased>, Trouble> {
    let subject = SubjectId::new(subject);
    if !app.engine.erase(&actor, &subject).await? {
        return Err(Issue::not_found(subject.as_str()).into());
    }
    let erased = true;
    Ok(Json(Erased { subject, erased }))
}
