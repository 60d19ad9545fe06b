//! `GET /cases/…`: one case, its story, and what the caller may do with it.

use crate::app::Shared;
use crate::ask::Desk;
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
use gridwhistle::projections::questions::CaseFile;
use gridwhistle::projections::timeline::TimelineEntry;
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

/// Shows a case.
pub(super) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<CaseSheet>), Trouble> {
    let (id, file) = file(&app, &actor, &desk, &case).await?;
    let mut headers = desk.headers();
    let state = match desk.moment.as_of() {
        Some(at) => app.engine.case_as_of(id, at).await?,
        None => {
            // The tag is for a command, which speaks of the case as it stands.
            headers.insert(ETAG, etag(file.ledger.version.unsigned_abs()));
            app.engine.case(id).await?
        }
    };
    let state = state.ok_or_else(|| Issue::not_found(case))?;
    let at = desk.moment.instant();
    let sheet = CaseSheet::of(file, &state, &desk.reference(), at);
    Ok((headers, Json(sheet)))
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
    desk: Desk,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<Story>), Trouble> {
    let (case, _) = file(&app, &actor, &desk, &case).await?;
    let reference = desk.reference();
    let told = desk.questions().timeline(case, &reference, desk.moment);
    let entries = told.await?;
    let as_of = desk.moment.instant();
    let story = Story {
        case,
        as_of,
        entries,
    };
    Ok((desk.headers(), Json(story)))
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
