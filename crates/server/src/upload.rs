//! A form with a file, from a page or another city's app: its texts, and the file on its way into the evidence room. What is not taken is
//! read to its end and kept by nobody, so that a browser hears why.

use crate::app::Shared;
use crate::evidence::{Incoming, Owner, not_taken};
use crate::problem::{Issue, Kind, Trouble};
use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use gridwhistle::domain::ids::PersonId;

/// The largest file of a form, in megabytes.
pub(crate) const FILE: u64 = 8;
/// The largest form.
pub(crate) const MOST: usize = 32 << 20;
/// The longest text of a field, in bytes, and the most fields.
const TEXT: usize = 16 << 10;
const PARTS: usize = 100;

/// The texts of a form, in the order in which they came.
pub(crate) type Pairs = Vec<(String, String)>;

/// A file that came with it, or why it is not taken; none: none was chosen.
pub(crate) type Photo = Option<Result<Incoming, Issue>>;

/// Which fields a form has.
pub(crate) struct Shape {
    pub(crate) texts: &'static [&'static str],
    pub(crate) file: &'static str,
}

/// The first text of a name, without the space around it.
pub(crate) fn value<'p>(pairs: &'p Pairs, wanted: &str) -> &'p str {
    let mut pairs = pairs.iter();
    let found = pairs.find(|(name, _)| name == wanted);
    found.map_or("", |(_, value)| value.trim())
}

/// Reads it.
pub(crate) async fn read(
    app: &Shared,
    request: Request,
    shape: &Shape,
) -> Result<(Pairs, Photo), Trouble> {
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Issue::content("", "multipart/form-data"))?;
    let (mut pairs, mut file) = (Vec::new(), None);
    for _ in 0..PARTS {
        let next = form.next_field().await;
        let Some(field) = next.map_err(|_| Issue::new(Kind::BodyBrokenOff))? else {
            break;
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == shape.file && file.is_none() {
            file = image(app, field).await?;
        } else if shape.texts.contains(&name.as_str()) {
            let text = text(field).await?;
            pairs.push((name, text));
        }
    }
    Ok((pairs, file))
}

/// Reads a form of any fields, with or without files. A file is kept as evidence, and stands for the
/// reference beside it: `evidence.0.file` becomes `evidence.0.reference`. What is wrong with one is told
/// with its place.
pub(crate) async fn with_pieces(
    app: &Shared,
    person: &PersonId,
    request: Request,
) -> Result<Pairs, Trouble> {
    let owner = Owner::person(app.engine.tenant(), person);
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let form = axum::Form::<Pairs>::from_request(request, &()).await;
        let form = form.map_err(|_| Issue::content("", "application/x-www-form-urlencoded"))?;
        return Ok(form.0);
    }
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Issue::content("", "multipart/form-data"))?;
    let mut pairs = Vec::new();
    for _ in 0..PARTS {
        let next = form.next_field().await;
        let Some(field) = next.map_err(|_| Issue::new(Kind::BodyBrokenOff))? else {
            break;
        };
        let name = field.name().unwrap_or_default().to_owned();
        match name.strip_suffix(".file") {
            None => pairs.push((name, text(field).await?)),
            Some(piece) => {
                if let Some(reference) = kept(app, &owner, field).await? {
                    pairs.push((format!("{piece}.reference"), reference));
                }
            }
        }
    }
    Ok(pairs)
}

/// A file kept; none: none was chosen.
async fn kept(
    app: &Shared,
    owner: &Owner,
    mut field: Field<'_>,
) -> Result<Option<String>, Trouble> {
    let mut incoming: Option<Incoming> = None;
    while let Some(part) = chunk(&mut field).await? {
        if part.is_empty() {
            continue;
        }
        let mut file = match incoming.take() {
            Some(file) => file,
            None => app.files.receive().await?,
        };
        if let Err(issue) = file.take(part).await {
            file.drop_it().await;
            return Err(issue.into());
        }
        incoming = Some(file);
    }
    match incoming {
        None => Ok(None),
        Some(file) => Ok(Some(file.keep(app, owner).await?.digest.to_string())),
    }
}

async fn text(mut field: Field<'_>) -> Result<String, Issue> {
    let mut bytes = Vec::new();
    while let Some(part) = chunk(&mut field).await? {
        bytes.extend_from_slice(&part);
        if bytes.len() > TEXT {
            return Err(Issue::new(Kind::TooLarge).accepted(TEXT.to_string()));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An image; a browser sends an empty part where none was chosen.
async fn image(app: &Shared, mut field: Field<'_>) -> Result<Photo, Issue> {
    let mut incoming: Option<Incoming> = None;
    let mut refused = None;
    let mut bytes = 0;
    while let Some(part) = chunk(&mut field).await? {
        bytes += part.len() as u64;
        if refused.is_some() || part.is_empty() {
            continue;
        }
        let mut photo = match incoming.take() {
            Some(photo) => photo,
            None => app.files.receive().await?,
        };
        let taken = if bytes > FILE << 20 {
            Err(Issue::new(Kind::TooLarge).accepted((FILE << 20).to_string()))
        } else {
            photo.take(part).await
        };
        match taken {
            Ok(()) => incoming = Some(photo),
            Err(issue) => {
                photo.drop_it().await;
                refused = Some(issue);
            }
        }
    }
    Ok(match (refused, incoming) {
        (Some(issue), _) => Some(Err(issue)),
        (None, Some(photo)) if !photo.is_image() => {
            photo.drop_it().await;
            Some(Err(not_taken()))
        }
        (None, Some(photo)) => Some(Ok(photo)),
        (None, None) => None,
    })
}

async fn chunk(field: &mut Field<'_>) -> Result<Option<Bytes>, Issue> {
    let part = field.chunk().await;
    part.map_err(|_| Issue::new(Kind::BodyBrokenOff))
}
