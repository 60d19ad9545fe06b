//! `GET /cases/{case}/evidence…`: what the events of a case name, and the files themselves.

use super::kind::FileKind;
use super::photo;
use crate::api::case_id;
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Kind, Trouble};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::ids::{CaseId, UnitId};
use gridwhistle::evidence::{EvidenceFile, FileHash, NamedEvidence};
use gridwhistle::personal::access::Purpose;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// A file as it goes out.
pub(crate) struct EvidenceContent;

impl PartialSchema for EvidenceContent {
    fn schema() -> RefOr<Schema> {
        super::EvidenceBody::schema()
    }
}

impl ToSchema for EvidenceContent {}

/// What the events of a case name.
#[derive(Serialize, ToSchema)]
pub(crate) struct EvidenceOfCase {
    case: CaseId,
    as_of: DateTime<Utc>,
    /// In the order of the events.
    evidence: Vec<EvidenceRow>,
}

/// One piece of evidence.
#[derive(Serialize, ToSchema)]
struct EvidenceRow {
    /// What it shows.
    kind: String,
    /// The hash of a file, or the number of a document.
    reference: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
    /// The fact that names it.
    fact: String,
    at: DateTime<Utc>,
    role: Role,
    unit: UnitId,
    position: u64,
    /// None: no file of this hash is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<EvidenceAddress>,
}

/// A file that is here.
#[derive(Serialize, ToSchema)]
struct EvidenceAddress {
    href: String,
    bytes: u64,
}

/// What is named by then, in a case that the caller sees.
async fn named(
    app: &Shared,
    actor: &gridwhistle::domain::actor::Actor,
    desk: &Desk,
    case: &str,
) -> Result<(CaseId, Vec<NamedEvidence>), Trouble> {
    let id = case_id(case)?;
    app.sees_case(actor, id).await?;
    let (at, position) = (desk.moment.instant(), desk.position);
    let mut all = app.engine.evidence(id).await?;
    all.retain(|one| one.at <= at && one.position <= position);
    Ok((id, all))
}

/// Lists the evidence of a case.
pub(crate) async fn list(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(case): Path<String>,
    params: Params,
) -> Result<(HeaderMap, Json<EvidenceOfCase>), Trouble> {
    params.end()?;
    let (case, all) = named(&app, &actor, &desk, &case).await?;
    let mut evidence = Vec::new();
    for one in all {
        let file = match (one.file(), app.evidence.files()) {
            (Some(hash), Ok(files)) => {
                let found = files.find(&hash).await?;
                found.map(|file| EvidenceAddress {
                    href: format!("/api/v1/cases/{case}/evidence/{hash}"),
                    bytes: file.bytes(),
                })
            }
            _ => None,
        };
        evidence.push(EvidenceRow {
            kind: one.kind,
            reference: one.reference,
            note: one.note,
            fact: one.fact,
            at: one.at,
            role: one.by.role,
            unit: one.by.unit,
            position: one.position,
            file,
        });
    }
    let as_of = desk.moment.instant();
    let told = EvidenceOfCase {
        case,
        as_of,
        evidence,
    };
    Ok((desk.headers(), Json(told)))
}

/// Gives a file out.
pub(crate) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path((case, hash)): Path<(String, String)>,
    asked: HeaderMap,
    mut params: Params,
) -> Result<Response, Trouble> {
    let original = params.flag("original")?;
    let purpose = params.one_of("purpose", &Purpose::ALL, Purpose::code)?;
    params.end()?;
    let (id, all) = named(&app, &actor, &desk, &case).await?;
    let wanted = FileHash::read(&hash).filter(|wanted| {
        let mut files = all.iter().filter_map(NamedEvidence::file);
        files.any(|one| one == *wanted)
    });
    let missing = || Issue::not_found(hash.as_str());
    let wanted = wanted.ok_or_else(missing)?;
    let file = app.evidence.files()?.find(&wanted).await?;
    let file = file.ok_or_else(missing)?;
    let kind = FileKind::of(&file.beginning().await?).ok_or_else(missing)?;
    let cleaned = kind.is_photo() && !original;
    if kind.is_photo() && original {
        let (engine, purpose) = (&app.engine, purpose.unwrap_or_default());
        engine.record_original(&actor, id, &wanted, purpose).await?;
    }
    let mut headers = headers(&wanted, kind, cleaned);
    headers.extend(desk.headers());
    if asked.get(IF_NONE_MATCH).is_some_and(|tag| headers.get(ETAG) == Some(tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    if cleaned {
        let bytes = app.evidence.with_photo(without_notes(&file, kind)).await?;
        return Ok((headers, bytes).into_response());
    }
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes()));
    let body = Body::from_stream(file.stream().await?);
    Ok((headers, body).into_response())
}

async fn without_notes(file: &EvidenceFile, kind: FileKind) -> Result<Vec<u8>, Trouble> {
    let whole = file.whole().await?;
    // It was walked when it came; what is here now is not what came.
    let walked = photo::walked(kind, whole).await;
    walked.ok_or_else(|| Issue::new(Kind::EvidenceAway).into())
}

/// Nothing that goes out runs in a browser: photos are shown, anything else is saved.
fn headers(hash: &FileHash, kind: FileKind, cleaned: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let how = if kind.is_photo() { "inline" } else { "attachment" };
    let named = format!("{how}; filename=\"{hash}.{}\"", kind.ending());
    let version = if cleaned { "-public" } else { "" };
    let tag = format!("\"{hash}{version}\"");
    for (name, value) in [(CONTENT_DISPOSITION, named), (ETAG, tag)] {
        // Digits, letters and dashes are always a header value.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    for (name, value) in [
        (CONTENT_TYPE, kind.media()),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        // Whoever asks again is looked at again.
        (CACHE_CONTROL, "private, no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}
