//! `POST /evidence`: a file, as the body or as the field `file` of a form.

use super::kind::FileKind;
use super::photo;
use crate::app::{App, Shared};
use crate::caller::Caller;
use crate::problem::{Issue, Kind, Trouble};
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::case::steps;
use gridwhistle::evidence::{Arrived, FileHash, Upload};
use http_body_util::BodyExt;
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A file as it stands in a body.
pub(crate) struct EvidenceBody;

impl PartialSchema for EvidenceBody {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for EvidenceBody {}

/// A file that was taken: a command may name it by its hash now.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadedEvidence {
    /// For `evidence[].reference` of a command.
    sha256: FileHash,
    bytes: u64,
    media_type: &'static str,
}

/// Takes a file. Who asks was known before anything of the body is read.
pub(crate) async fn take(
    State(app): State<Shared>,
    Caller(actor): Caller,
    request: Request,
) -> Result<(StatusCode, Json<UploadedEvidence>), Trouble> {
    gives_commands(actor.role)?;
    let mut upload = app.evidence.files()?.begin().await?;
    let most = app.settings.evidence.bytes;
    let says = media_type(request.headers());
    let says = if says.as_deref() == Some("multipart/form-data") {
        from_form(request, &mut upload, most).await?
    } else {
        from_body(request.into_body(), &mut upload, most).await?;
        says
    };
    if upload.bytes() == 0 {
        return Err(Issue::content("", "the file is empty").into());
    }
    let bytes = upload.bytes();
    let arrived = upload.finish().await?;
    match looked_at(&app, &arrived, says.as_deref()).await {
        Ok(kind) => {
            let sha256 = arrived.keep().await?;
            let media_type = kind.media();
            let taken = UploadedEvidence {
                sha256,
                bytes,
                media_type,
            };
            Ok((StatusCode::CREATED, Json(taken)))
        }
        Err(refused) => {
            arrived.discard().await?;
            Err(refused)
        }
    }
}

/// Files are for commands: whoever gives none brings none.
fn gives_commands(role: Role) -> Result<(), Issue> {
    let gives = |role: Role| {
        let mut all = CommandName::ALL.iter();
        all.any(|name| steps::rows(*name).any(|step| step.roles.contains(&role)))
    };
    if gives(role) {
        return Ok(());
    }
    let who = Role::ALL.iter().copied();
    let who = who.filter(|role| *role != Role::System && gives(*role));
    let who: Vec<&str> = who.map(Role::code).collect();
    Err(Issue::new(Kind::NotPermitted)
        .given(role.code())
        .accepted(who.join(", ")))
}

/// What the sender says it is, without parameters; what means "some bytes" says nothing.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    meant(text)
}

fn meant(text: &str) -> Option<String> {
    let kind = text.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    let nothing = ["", "application/octet-stream", "application/x-www-form-urlencoded"];
    (!nothing.contains(&kind.as_str())).then_some(kind)
}

fn broken_off() -> Issue {
    Issue::new(Kind::UploadBroken)
}

async fn piece(upload: &mut Upload, bytes: Bytes, most: u64) -> Result<(), Trouble> {
    if upload.bytes() + bytes.len() as u64 > most {
        return Err(Issue::new(Kind::TooLarge).accepted(most.to_string()).into());
    }
    Ok(upload.write(bytes).await?)
}

async fn from_body(mut body: Body, upload: &mut Upload, most: u64) -> Result<(), Trouble> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| broken_off())?;
        if let Ok(bytes) = frame.into_data() {
            piece(upload, bytes, most).await?;
        }
    }
    Ok(())
}

/// Reads the field `file`; answers what the form says it is.
async fn from_form(
    request: Request,
    upload: &mut Upload,
    most: u64,
) -> Result<Option<String>, Trouble> {
    let one = || Issue::content("/file", "a form with one field: file");
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| one())?;
    let mut says = None;
    let mut fields = 0;
    while let Some(mut field) = form.next_field().await.map_err(|_| broken_off())? {
        fields += 1;
        if field.name() != Some("file") || fields > 1 {
            return Err(one().into());
        }
        says = field.content_type().and_then(meant);
        while let Some(bytes) = field.chunk().await.map_err(|_| broken_off())? {
            piece(upload, bytes, most).await?;
        }
    }
    if fields == 0 {
        return Err(one().into());
    }
    Ok(says)
}

/// What has arrived, if it is what it may be, what it is said to be, and whole.
async fn looked_at(app: &App, arrived: &Arrived, says: Option<&str>) -> Result<FileKind, Trouble> {
    let kinds = app.settings.evidence.kinds();
    let accepted: Vec<&str> = kinds.iter().map(|kind| kind.media()).collect();
    let wrong = |kind: Kind, given: &str| {
        let issue = Issue::new(kind).given(given);
        Trouble::from(issue.accepted(accepted.join(", ")))
    };
    let beginning = arrived.beginning();
    let kind = FileKind::of(beginning).filter(|kind| kinds.contains(kind));
    let Some(kind) = kind else {
        return Err(wrong(Kind::FileType, FileKind::name_of(beginning)));
    };
    if let Some(says) = says.filter(|says| *says != kind.media()) {
        return Err(wrong(Kind::FileIsOther, &format!("{says} ≠ {}", kind.media())));
    }
    if kind.is_photo() {
        let desk = &app.evidence;
        let photo = desk.with_photo(photo_of(arrived, kind)).await?;
        if photo.is_none() {
            return Err(wrong(Kind::FileBroken, kind.media()));
        }
    }
    Ok(kind)
}

async fn photo_of(arrived: &Arrived, kind: FileKind) -> Result<Option<Vec<u8>>, Trouble> {
    let whole = arrived.file().whole().await?;
    Ok(photo::walked(kind, whole).await)
}
