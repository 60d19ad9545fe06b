//! `/report`: 随手拍, by anybody whom the city lets report: what Open311's `POST requests` does, from a page.

use super::asker::{Asker, answer};
use crate::app::Shared;
use crate::evidence::{Incoming, not_taken};
use crate::identity::login::from_here;
use crate::open311::report::{check, secret, take};
use crate::open311::services::proposed;
use crate::open311::{Fields, Refused};
use crate::problem::{Issue, Kind, Trouble};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gridwhistle::domain::case::record::Evidence;
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle_web::Filled;
use gridwhistle_web::pages::snap::{self, DESCRIPTION, Form};
use sha2::{Digest, Sha256};

/// Where it is.
pub(crate) const ADDRESS: &str = "/report";
/// The largest photo, in megabytes.
const PHOTO: u64 = 8;
/// The largest form: a photo that is too large is still read to its end, so that a browser hears why.
pub(super) const MOST: usize = 32 << 20;
/// The longest text of a field, in bytes, and the most fields.
const TEXT: usize = 8 << 10;
const PARTS: usize = 20;

/// What of a form goes into the report.
const FIELDS: [&str; 7] = [
    "service_code",
    "description",
    "address_string",
    "address_id",
    "lat",
    "long",
    "phone",
];

type Pairs = Vec<(String, String)>;

/// `GET /report`: the choice of the matter, or the form for one. What else the address holds is filled
/// in: the sign at a gate may name its grid.
pub(super) async fn show(State(app): State<Shared>, asker: Asker) -> Result<Response, Trouble> {
    let frame = asker.frame(None);
    if !app.settings.open311.anonymous {
        return Ok(answer(StatusCode::OK, snap::closed(&frame)));
    }
    let Some(matter) = asker.address.get("matter") else {
        return Ok(answer(StatusCode::OK, snap::choose(&frame)));
    };
    let given = asker.address.pairs();
    let given = given.filter(|(name, _)| FIELDS.contains(name));
    let given: Pairs = given
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    shown(&app, &asker, matter, (&given, None), StatusCode::OK)
}

/// `POST /report`. Nobody has to be known, but no page of another site sends it.
pub(super) async fn send(
    State(app): State<Shared>,
    asker: Asker,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Trouble> {
    if from_here(&headers) == Some(false) {
        return Err(Issue::new(Kind::CrossSite).into());
    }
    if !app.settings.open311.anonymous {
        let page = snap::closed(&asker.frame(None));
        return Ok(answer(StatusCode::FORBIDDEN, page));
    }
    let (sent, photo) = Sent::read(&app, request).await?;
    let matter = value(&sent.pairs, "service_code").to_owned();
    match taken(&app, &asker, &sent, photo).await {
        Ok(receipt) => {
            let page = snap::sent(&asker.frame(None), &receipt, &matter);
            Ok(answer(StatusCode::CREATED, page))
        }
        Err(refused) => {
            let reader = &asker.reader;
            let field = refused.field.unwrap_or_default();
            let words = snap::wrong(reader, field, PHOTO).unwrap_or(refused.words);
            let wrong = Some((field, words.as_str()));
            shown(&app, &asker, &matter, (&sent.pairs, wrong), refused.status)
        }
    }
}

/// The form; for a matter that is none, the choice of one.
fn shown(
    app: &Shared,
    asker: &Asker,
    matter: &str,
    (pairs, wrong): (&Pairs, Option<(&str, &str)>),
    status: StatusCode,
) -> Result<Response, Trouble> {
    let frame = asker.frame(None);
    let Some(proposal) = proposed(app, matter) else {
        return Ok(answer(StatusCode::NOT_FOUND, snap::choose(&frame)));
    };
    let secret = secret().map_err(|_| Issue::new(Kind::FilesAway))?;
    let form = Form {
        proposal: &proposal,
        filled: Filled { pairs, wrong },
        key: &URL_SAFE_NO_PAD.encode(secret),
        photo: PHOTO,
    };
    Ok(answer(status, snap::page(&frame, &form)))
}

/// Checks, keeps the photo, and reports.
async fn taken(app: &Shared, asker: &Asker, sent: &Sent, photo: Photo) -> Result<String, Refused> {
    let fields = Fields::of(&sent.pairs);
    let length = value(&sent.pairs, "description").chars().count();
    let checked = if length > DESCRIPTION {
        Err(Refused::wrong("too long").of("description"))
    } else {
        check(app, &fields)
    };
    let photo = match (checked, photo) {
        (Ok(()), None) => None,
        (Ok(()), Some(Ok(photo))) => {
            let kept = photo.keep(&app.files).await;
            Some(kept.map_err(|issue| unfit(issue, asker))?)
        }
        (Ok(()), Some(Err(issue))) => return Err(unfit(issue, asker)),
        (Err(refused), Some(Ok(photo))) => {
            photo.drop_it().await;
            return Err(refused);
        }
        (Err(refused), _) => return Err(refused),
    };
    let evidence = photo.map(|file| Evidence {
        kind: EvidenceKind::BeforePhoto,
        reference: file.digest.to_string(),
        note: String::new(),
    });
    let secret = sent.secret(evidence.as_ref())?;
    let evidence = evidence.into_iter().collect();
    let taken = take(app, asker.reader.language, &fields, secret, evidence);
    Ok(taken.await?.1)
}

/// A photo that is not taken, for its own fault or for ours.
fn unfit(issue: Issue, asker: &Asker) -> Refused {
    let trouble = Trouble::from(issue);
    let (_, words) = trouble.told(asker.reader.language);
    let refused = Refused::new(trouble.status(), words);
    if trouble.is_ours() {
        refused
    } else {
        refused.of("photo")
    }
}

fn value<'p>(pairs: &'p Pairs, wanted: &str) -> &'p str {
    let mut pairs = pairs.iter();
    let found = pairs.find(|(name, _)| name == wanted);
    found.map_or("", |(_, value)| value.trim())
}

/// A form that came in.
struct Sent {
    pairs: Pairs,
    key: String,
}

/// A photo that came with it, or why it is not taken.
type Photo = Option<Result<Incoming, Issue>>;

impl Sent {
    async fn read(app: &Shared, request: Request) -> Result<(Self, Photo), Trouble> {
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|_| Issue::content("", "multipart/form-data"))?;
        let mut sent = Self {
            pairs: Vec::new(),
            key: String::new(),
        };
        let mut photo = None;
        for _ in 0..PARTS {
            let next = form.next_field().await;
            let Some(field) = next.map_err(|_| Issue::new(Kind::BodyBrokenOff))? else {
                break;
            };
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "key" => sent.key = text(field).await?,
                "photo" if photo.is_none() => photo = self::photo(app, field).await?,
                name if FIELDS.contains(&name) => {
                    sent.pairs.push((name.to_owned(), text(field).await?));
                }
                _ => {}
            }
        }
        Ok((sent, photo))
    }

    /// From the form's key and all that it holds: what is sent twice is one report, and what was
    /// changed between is another.
    fn secret(&self, photo: Option<&Evidence>) -> Result<[u8; 32], Refused> {
        let key = URL_SAFE_NO_PAD.decode(&self.key);
        let Some(key) = key.ok().filter(|key| key.len() == 32) else {
            return secret();
        };
        let mut digest = Sha256::new();
        digest.update(key);
        let photo = photo.map(|photo| ("photo", photo.reference.as_str()));
        let pairs = self.pairs.iter();
        let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in pairs.chain(photo) {
            for part in [name, value] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part);
            }
        }
        Ok(digest.finalize().into())
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

/// A photo on its way; a browser sends nothing where none was chosen. What is not taken is read on, and
/// kept by nobody.
async fn photo(app: &Shared, mut field: Field<'_>) -> Result<Photo, Issue> {
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
        let taken = if bytes > PHOTO << 20 {
            Err(Issue::new(Kind::TooLarge))
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

async fn chunk(field: &mut Field<'_>) -> Result<Option<axum::body::Bytes>, Issue> {
    let part = field.chunk().await;
    part.map_err(|_| Issue::new(Kind::BodyBrokenOff))
}
