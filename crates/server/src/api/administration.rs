//! What sets a tenant up: policies, registry, catalogue, score runs; erasing a person.
//! The engine says who may, and records who did.

use super::commands::{tell_repeat, under_key};
use crate::app::{App, Shared};
use crate::ask::POSITION;
use crate::body::Json as Body;
use crate::caller::Caller;
use crate::params::WINDOWS;
use crate::problem::{Issue, Trouble};
use crate::words::language;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use gridwhistle::EngineError;
use gridwhistle::admin::Change;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::calendar::CalendarPublication;
use gridwhistle::domain::calendar::published::CalendarRefusal;
use gridwhistle::domain::ids::SubjectId;
use gridwhistle::domain::policy::check::{Severity, check_text};
use gridwhistle::domain::policy::publishing::PolicyRefusal;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::models::{
    CheckedPolicy, DutiesUnder, FoundInPolicy, PublishedRun, policy_changes,
};
use gridwhistle::projections::questions::Window;
use serde::{Deserialize, Serialize};

/// What a change of reference data answers.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Changed {
    /// How many events were written; none: everything was so already.
    pub(crate) events: u64,
    /// The last position.
    pub(crate) position: u64,
    /// What to look at, though it was taken: areas that overlap or leave a gap.
    pub(crate) warnings: Vec<String>,
}

type Answered = Result<(HeaderMap, Json<Changed>), Trouble>;

fn changed(change: &Change) -> (HeaderMap, Json<Changed>) {
    let changed = Changed {
        events: change.events,
        position: change.position,
        warnings: Vec::new(),
    };
    (told(change), Json(changed))
}

/// Where a change stands in the log, and whether it is told again.
fn told(change: &Change) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(POSITION, HeaderValue::from(change.position));
    tell_repeat(&mut headers, change.repeated);
    headers
}

fn text(bytes: &Bytes) -> Result<&str, Issue> {
    std::str::from_utf8(bytes).map_err(|error| Issue::no_utf8("", error))
}

/// Open cases that a check of a policy looks at, at most.
const FORESEEN: usize = 5_000;

/// Checks a policy file (TOML) without publishing it: its holes, what differs from the one in force, and
/// what it would make of the duties that are owed now.
pub(crate) async fn check(
    State(app): State<Shared>,
    asked: HeaderMap,
    body: Bytes,
) -> Result<Json<CheckedPolicy>, Trouble> {
    let checked = checked(&app, text(&body)?, language(&asked)).await?;
    Ok(Json(checked))
}

/// The same for a text at hand.
pub(crate) async fn checked(
    app: &Shared,
    text: &str,
    spoken: Language,
) -> Result<CheckedPolicy, Trouble> {
    let read = check_text(text);
    let (policy, findings) =
        read.map_err(|problem| EngineError::from(PolicyRefusal::Unreadable(problem)))?;
    let findings: Vec<FoundInPolicy> = findings
        .iter()
        .map(|finding| FoundInPolicy {
            stops: finding.severity == Severity::Error,
            line: finding.place.line.map(|line| line as u64),
            field: finding.place.field.clone(),
            words: finding.message(spoken),
        })
        .collect();
    let engine = &app.engine;
    let reference = engine.reference();
    let in_force = reference.policies.in_force(engine.now());
    let foreseen = engine.foresee(&policy, FORESEEN).await?;
    Ok(CheckedPolicy {
        publishable: findings.iter().all(|finding| !finding.stops),
        findings,
        against: in_force.map(|old| old.version.clone()),
        changes: in_force.map_or_else(Vec::new, |old| policy_changes(old, &policy)),
        duties: DutiesUnder::of(foreseen.cases, foreseen.more, &foreseen.duties),
        version: policy.version,
    })
}

/// Publishes a policy file (TOML).
pub(crate) async fn publish(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asked: HeaderMap,
    body: Bytes,
) -> Answered {
    let engine = under_key(&app.engine, &actor, &asked, &body);
    let change = engine.publish_policy(&actor, text(&body)?).await?;
    Ok(changed(&change))
}

/// Publishes a version of the working calendar (TOML).
pub(crate) async fn calendar(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asked: HeaderMap,
    body: Bytes,
) -> Answered {
    let engine = under_key(&app.engine, &actor, &asked, &body);
    let publication = CalendarPublication::from_toml(text(&body)?);
    let publication =
        publication.map_err(|refused| EngineError::from(CalendarRefusal::from(refused)))?;
    let change = engine.publish_calendar(&actor, publication).await?;
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
    let (spoken, engine) = (
        language(&asked),
        under_key(&app.engine, &actor, &asked, &body),
    );
    if kind == "boundaries" {
        let drawn = engine.import_boundaries(&actor, &body, spoken).await?;
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
    let change = engine.import_registry(&actor, &files, spoken).await?;
    Ok(changed(&change))
}

/// Imports the catalogue (CSV), all lines or none.
pub(crate) async fn catalogue(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asked: HeaderMap,
    body: Bytes,
) -> Answered {
    let (spoken, engine) = (
        language(&asked),
        under_key(&app.engine, &actor, &asked, &body),
    );
    let change = engine.import_catalogue(&actor, &body, spoken).await?;
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
    asked: HeaderMap,
    Body(form): Body<WindowForm>,
) -> Result<(HeaderMap, Json<PublishedRun>), Trouble> {
    let change = publish_scores(&app, &actor, &asked, &form.window).await?;
    let run = super::scores::on_record(&app, change.position).await?;
    Ok((told(&change), Json(run)))
}

/// The same for whoever gives it by a form; the position of the change is the run's number.
pub(crate) async fn publish_scores(
    app: &App,
    actor: &Actor,
    asked: &HeaderMap,
    window: &str,
) -> Result<Change, Trouble> {
    let engine = under_key(&app.engine, actor, asked, window.as_bytes());
    let window = Window::read(window);
    let window = window.ok_or_else(|| Issue::content("/window", WINDOWS))?;
    Ok(engine.publish_scores(actor, window).await?)
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
