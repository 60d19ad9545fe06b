//! `GET /cases/…`: one case, its story, and what the caller may do with it.

use crate::app::Shared;
use crate::ask::{Asked, Desk, reached};
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::personal::KnownPerson;
use gridwhistle::personal::access::Purpose;
use gridwhistle::projections::models::CaseSheet;
use gridwhistle::projections::questions::{CaseFile, Moment};
use gridwhistle::projections::timeline::TimelineEntry;
use gridwhistle_audit::replay::Known;
use gridwhistle_audit::replay::case::then;
use serde::Serialize;
use uuid::Uuid;

/// The id of a case in an address.
pub(crate) fn case_id(text: &str) -> Result<CaseId, Issue> {
    let id: Uuid = text.parse().map_err(|_| Issue::not_found(text))?;
    Ok(CaseId(id))
}

/// The version of a case as an entity tag.
pub(super) fn etag(version: u64) -> HeaderValue {
    // Digits in quotes are always a header value.
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from(version))
}

/// A case as somebody sees it, at the instant and by the knowledge that they ask for.
pub(crate) struct Seen {
    pub(crate) sheet: CaseSheet,
    pub(crate) story: Vec<TimelineEntry>,
    pub(crate) moment: Moment,
    pub(crate) position: u64,
    pub(crate) known: bool,
}

/// The case of an address, if it is there and the caller sees it. What was known of it is read from its
/// own stream: no view of then has to be filled for one case.
pub(crate) async fn seen(
    app: &Shared,
    actor: &Actor,
    asked: Asked,
    case: &str,
) -> Result<Seen, Trouble> {
    let id = case_id(case)?;
    app.sees_case(actor, id).await?;
    if let Some(by) = asked.known {
        let source = app.source().await?;
        let known = Known::find(&source, by, app.engine.now()).await?;
        let then = then(&source, known, id, asked.as_of).await?;
        let entries = then.entries.into_iter().filter(|told| told.known);
        return Ok(Seen {
            sheet: CaseSheet::of(
                then.file,
                &then.case,
                &then.reference,
                then.moment.instant(),
            ),
            story: entries.map(|told| told.entry).collect(),
            moment: then.moment,
            position: known.position,
            known: true,
        });
    }
    let desk = asked.desk(app).await?;
    let (questions, reference, moment) = (desk.questions(), desk.reference(), desk.moment);
    let file = questions.case(id, moment).await?;
    let file = file.ok_or_else(|| Issue::not_found(case))?;
    let state = match moment.as_of() {
        Some(at) => app.engine.case_as_of(id, at).await?,
        None => app.engine.case(id).await?,
    };
    let state = state.ok_or_else(|| Issue::not_found(case))?;
    Ok(Seen {
        sheet: CaseSheet::of(file, &state, &reference, moment.instant()),
        story: questions.timeline(id, &reference, moment).await?,
        moment,
        position: desk.position,
        known: false,
    })
}

/// Shows a case.
pub(super) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asked: Asked,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<CaseSheet>), Trouble> {
    let seen = seen(&app, &actor, asked, &case).await?;
    let mut headers = reached(seen.position);
    if seen.moment.as_of().is_none() && !seen.known {
        // The tag is for a command, which speaks of the case as it stands.
        let version = seen.sheet.file.ledger.version.unsigned_abs();
        headers.insert(ETAG, etag(version));
    }
    Ok((headers, Json(seen.sheet)))
}

/// The case of an address, if it is there and the caller sees it.
async fn file(
    app: &Shared,
    actor: &Actor,
    desk: &Desk,
    case: &str,
) -> Result<(CaseId, CaseFile), Trouble> {
    let id = case_id(case)?;
    app.sees_case(actor, id).await?;
    let found = desk.questions().case(id, desk.moment).await?;
    Ok((id, found.ok_or_else(|| Issue::not_found(case))?))
}

/// The story of a case.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Story {
    case: CaseId,
    as_of: DateTime<Utc>,
    entries: Vec<TimelineEntry>,
}

/// Tells what happened to a case.
pub(super) async fn timeline(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asked: Asked,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<Story>), Trouble> {
    let seen = seen(&app, &actor, asked, &case).await?;
    let story = Story {
        case: case_id(&case)?,
        as_of: seen.moment.instant(),
        entries: seen.story,
    };
    Ok((reached(seen.position), Json(story)))
}

/// What the caller may do.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Allowed {
    case: CaseId,
    commands: Vec<Prospect>,
}

/// Lists every command that people give, each with the reason why not.
pub(super) async fn commands(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<Allowed>), Trouble> {
    let (id, _) = file(&app, &actor, &desk, &case).await?;
    let commands = app.engine.outlook(&actor, id).await?;
    let commands = commands.ok_or_else(|| Issue::not_found(case))?;
    let case = id;
    Ok((desk.headers(), Json(Allowed { case, commands })))
}

/// Who reported a case, and for whom it is done.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct PeopleOfCase {
    case: CaseId,
    as_of: DateTime<Utc>,
    people: Vec<KnownPerson>,
}

/// Shows the people of a case: in clear to who may read them, masked to others; each look in clear is
/// on record before it is answered.
pub(super) async fn people(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(case): Path<String>,
    mut params: Params,
) -> Result<(HeaderMap, Json<PeopleOfCase>), Trouble> {
    let purpose = params.one_of("purpose", &Purpose::ALL, Purpose::code)?;
    params.end()?;
    let (case, _) = file(&app, &actor, &desk, &case).await?;
    let purpose = purpose.unwrap_or_default();
    let people = match desk.moment.as_of() {
        Some(at) => {
            app.engine
                .reporters_as_of(&actor, case, purpose, at)
                .await?
        }
        None => app.engine.reporters(&actor, case, purpose).await?,
    };
    let as_of = desk.moment.instant();
    let people = PeopleOfCase {
        case,
        as_of,
        people,
    };
    Ok((desk.headers(), Json(people)))
}
