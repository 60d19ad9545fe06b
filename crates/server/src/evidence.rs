//! Files of evidence: photos and documents, put in before the command that names them, shown with the
//! case that does.
//!
//! The log holds the SHA-256 of a file; here are the bytes. What a file is, its own bytes say. Who sees
//! the case sees its images without what the camera wrote into them; files as they came, documents among
//! them, hold personal data and are for who may read that, and each time one is taken out is on record.

mod files;
mod kind;
mod place;
pub(crate) mod settings;
mod strip;
mod waiting;

pub(crate) use files::{Files, Incoming, not_taken};
pub(crate) use waiting::{Owner, keep_tidy};

use crate::api::case_id;
use crate::app::{App, Shared};
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Kind, Trouble};
use axum::Json;
use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, LOCATION,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use files::{Digest, File};
use futures_core::Stream;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::case::record::Evidence;
use gridwhistle::domain::case::steps;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::export::Exported;
use gridwhistle::projections::models::{EvidenceItem, EvidenceOfCase, FileSheet};
use std::pin::Pin;

/// Where files are taken in, under `/api/v1`.
pub(crate) const ADDRESS: &str = "/evidence";

/// `POST /evidence`: takes a file in, as the body itself or as the field `file` of a form. The same file
/// twice is one file.
pub(crate) async fn put(
    State(app): State<Shared>,
    Caller(actor): Caller,
    request: Request,
) -> Result<Response, Trouble> {
    gives_commands(actor.role)?;
    let owner = Owner::person(app.engine.tenant(), &actor.person);
    app.files.has_room(&app, &owner, 0).await?;
    let mut incoming = app.files.receive().await?;
    if let Err(issue) = receive(&mut incoming, request).await {
        incoming.drop_it().await;
        return Err(issue.into());
    }
    let file = incoming.keep(&app, &owner).await?;
    let place = format!("/api/v1/evidence/{}", file.digest);
    let taken = sheet(&file);
    Ok((StatusCode::CREATED, [(LOCATION, place)], Json(taken)).into_response())
}

fn sheet(file: &File) -> FileSheet {
    FileSheet {
        sha256: file.digest.to_string(),
        bytes: file.bytes,
        media_type: file.kind.media,
    }
}

/// Files come before commands: whoever gives none brings none.
fn gives_commands(role: Role) -> Result<(), Issue> {
    let gives = |role: &Role| {
        let mut all = CommandName::ALL.iter();
        all.any(|name| steps::rows(*name).any(|step| step.roles.contains(role)))
    };
    if gives(&role) {
        return Ok(());
    }
    let who = Role::ALL.iter().filter(|one| **one != Role::System);
    let who: Vec<&str> = who.filter(|one| gives(one)).map(|one| one.code()).collect();
    Err(Issue::new(Kind::NotPermitted)
        .given(role.code())
        .accepted(who.join(", ")))
}

async fn receive(incoming: &mut Incoming, request: Request) -> Result<(), Issue> {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let mut body = request.into_body().into_data_stream();
        while let Some(part) = next(&mut body).await {
            incoming.take(part.map_err(|_| broken_off())?).await?;
        }
        return Ok(());
    }
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Issue::content("/file", "multipart/form-data"))?;
    let wrong = |_: MultipartError| broken_off();
    while let Some(mut field) = form.next_field().await.map_err(wrong)? {
        if field.name() != Some("file") {
            continue;
        }
        while let Some(part) = field.chunk().await.map_err(wrong)? {
            incoming.take(part).await?;
        }
        return Ok(());
    }
    Err(Issue::required("/file"))
}

fn broken_off() -> Issue {
    Issue::new(Kind::BodyBrokenOff)
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

/// `GET /cases/{case}/evidence`.
pub(crate) async fn list(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path(case): Path<String>,
) -> Result<Json<EvidenceOfCase>, Trouble> {
    let case = case_id(&case)?;
    app.sees_case(&actor, case).await?;
    let named = app.engine.evidence(case).await?;
    Ok(Json(of_case(&app, case, named).await?))
}

/// What the events of a case name, with the files that are here.
pub(crate) async fn of_case(
    app: &App,
    case: CaseId,
    named: Vec<Evidence>,
) -> Result<EvidenceOfCase, Trouble> {
    let mut evidence = Vec::new();
    for item in named {
        let file = match item.reference.parse::<Digest>() {
            Ok(digest) => app.files.find(&digest).await?,
            Err(()) => None,
        };
        evidence.push(EvidenceItem {
            kind: item.kind,
            reference: item.reference,
            note: item.note,
            file: file.as_ref().map(sheet),
        });
    }
    Ok(EvidenceOfCase { case, evidence })
}

/// `GET /cases/{case}/evidence/{sha256}`: an image without what its camera wrote into it; with
/// `original=true` the file as it came.
pub(crate) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, sha256)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let original = params.flag("original")?;
    params.end()?;
    let id = case_id(&case)?;
    let state = app.sees_case(&actor, id).await?;
    let not_there = || Issue::not_found(sha256.clone());
    let digest: Digest = sha256.parse().map_err(|()| not_there())?;
    let named = app.engine.evidence(id).await?;
    let named = named.iter().any(|item| item.reference == sha256);
    let file = if named {
        app.files.find(&digest).await?
    } else {
        None
    };
    let file = file.ok_or_else(not_there)?;
    if file.kind.image && !original {
        let image = app.files.shown(&file).await?;
        return Ok((headers(&file, true), image).into_response());
    }
    app.reads_people(&actor, &state)?;
    app.taken_out(&actor, id, &file).await?;
    let whole = app.files.original(&digest).await?;
    let mut headers = headers(&file, false);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
    Ok((headers, Body::from_stream(whole.into_stream())).into_response())
}

/// What goes with a file: it is never run, never guessed at, and kept by nobody between.
fn headers(file: &File, shown: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let way = if shown { "inline" } else { "attachment" };
    let name = &file.digest.to_string()[..12];
    let named = format!("{way}; filename=\"{name}.{}\"", file.kind.ending);
    let tag = format!("\"{}{}\"", file.digest, if shown { "-shown" } else { "" });
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.kind.media));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=3600"),
    );
    for (header, text) in [(CONTENT_DISPOSITION, named), (ETAG, tag)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header, value);
        }
    }
    headers
}

impl App {
    /// Puts on record that a file goes out as it came, before it does.
    async fn taken_out(&self, actor: &Actor, case: CaseId, file: &File) -> Result<(), Trouble> {
        let exported = Exported {
            question: "case evidence".to_owned(),
            window: None,
            as_of: self.engine.now(),
            filter: [("case".to_owned(), case.to_string())].into(),
            rows: 1,
            file: format!("{}.{}", file.digest, file.kind.ending),
            sha256: file.digest.to_string(),
        };
        self.engine.record_export(actor, exported).await?;
        Ok(())
    }
}
