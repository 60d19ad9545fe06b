//! `GET /cases/…`: one case, its story, and what the caller may do with it.

use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::questions::CaseFile;
use gridwhistle::projections::timeline::TimelineEntry;
use serde::Serialize;
use uuid::Uuid;

/// The id of a case in an address.
pub(super) fn case_id(text: &str) -> Result<CaseId, Issue> {
    let id: Uuid = text.parse().map_err(|_| Issue::not_found(text))?;
    Ok(CaseId(id))
}

/// The version of a case as an entity tag.
pub(super) fn etag(version: u64) -> HeaderValue {
    // Digits in quotes are always a header value.
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from(version))
}

/// One case.
#[derive(Serialize)]
struct Shown {
    as_of: DateTime<Utc>,
    #[serde(flatten)]
    file: CaseFile,
}

/// Shows a case.
pub(crate) async fn show(
    Caller(_): Caller,
    desk: Desk,
    Path(case): Path<String>,
) -> Result<impl IntoResponse, Trouble> {
    let file = file(&desk, &case).await?;
    let mut headers = desk.headers();
    // The tag is for a command, which speaks of the case as it stands.
    if desk.moment.as_of().is_none() {
        headers.insert(ETAG, etag(file.ledger.version.unsigned_abs()));
    }
    let as_of = desk.moment.instant();
    Ok((headers, Json(Shown { as_of, file })))
}

/// The case of an address, if it is there and the caller may see it.
async fn file(desk: &Desk, case: &str) -> Result<CaseFile, Trouble> {
    let found = desk.questions().case(case_id(case)?, desk.moment).await?;
    Ok(found.ok_or_else(|| Issue::not_found(case))?)
}

/// The story of a case.
#[derive(Serialize)]
struct Story {
    case: CaseId,
    as_of: DateTime<Utc>,
    entries: Vec<TimelineEntry>,
}

/// Tells what happened to a case.
pub(crate) async fn timeline(
    Caller(_): Caller,
    desk: Desk,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<impl Serialize>), Trouble> {
    file(&desk, &case).await?;
    let case = case_id(&case)?;
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
#[derive(Serialize)]
struct Allowed {
    case: CaseId,
    commands: Vec<Prospect>,
}

/// Lists every command that people give, each with the reason why not.
pub(crate) async fn commands(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<impl Serialize>), Trouble> {
    file(&desk, &case).await?;
    let id = case_id(&case)?;
    let commands = app.engine.outlook(&actor, id).await?;
    let commands = commands.ok_or_else(|| Issue::not_found(case))?;
    let case = id;
    Ok((desk.headers(), Json(Allowed { case, commands })))
}
