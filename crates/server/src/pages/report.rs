//! `/report`: 随手拍, by anybody whom the city lets report: what Open311's `POST requests` does, from a page.

use super::asker::{Asker, answer};
use crate::app::Shared;
use crate::identity::login::from_here;
use crate::open311::report::{By, check, kept, secret, take};
use crate::open311::services::proposed;
use crate::open311::{Fields, Refused};
use crate::problem::{Issue, Kind, Trouble};
use crate::upload::{self, FILE, Pairs, Photo, Shape, value};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gridwhistle::domain::case::record::Evidence;
use gridwhistle_web::Filled;
use gridwhistle_web::pages::snap::{self, DESCRIPTION, Form};
use sha2::{Digest, Sha256};

/// Where it is.
pub(crate) const ADDRESS: &str = "/report";
/// What of a form goes into the report.
const FORM: Shape = Shape {
    texts: &[
        "key",
        "service_code",
        "description",
        "address_string",
        "address_id",
        "lat",
        "long",
        "phone",
    ],
    file: "photo",
};

/// `GET /report`: the choice of the matter, or the form for one. What else the address holds is filled
/// in: the sign at a gate may name its grid.
pub(super) async fn show(State(app): State<Shared>, asker: Asker) -> Result<Response, Trouble> {
    let frame = asker.bare();
    if !app.settings.open311.anonymous {
        return Ok(answer(StatusCode::OK, snap::closed(&frame)));
    }
    let Some(matter) = asker.address.get("matter") else {
        return Ok(answer(StatusCode::OK, snap::choose(&frame)));
    };
    let given = asker.address.pairs();
    let given = given.filter(|(name, _)| FORM.texts.contains(name));
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
        let page = snap::closed(&asker.bare());
        return Ok(answer(StatusCode::FORBIDDEN, page));
    }
    let (sent, photo) = upload::read(&app, request, &FORM).await?;
    let matter = value(&sent, "service_code").to_owned();
    match taken(&app, &asker, &sent, photo).await {
        Ok(receipt) => {
            let page = snap::sent(&asker.bare(), &receipt);
            Ok(answer(StatusCode::CREATED, page))
        }
        Err(refused) => {
            let reader = &asker.reader;
            let field = refused.field.unwrap_or_default();
            let words = snap::wrong(reader, field, FILE).unwrap_or(refused.words);
            let wrong = Some((field, words.as_str()));
            shown(&app, &asker, &matter, (&sent, wrong), refused.status)
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
    let frame = asker.bare();
    let Some(proposal) = proposed(app, matter) else {
        return Ok(answer(StatusCode::NOT_FOUND, snap::choose(&frame)));
    };
    let secret = secret().map_err(|_| Issue::new(Kind::FilesAway))?;
    let form = Form {
        proposal: &proposal,
        filled: Filled { pairs, wrong },
        key: &URL_SAFE_NO_PAD.encode(secret),
        photo: FILE,
    };
    Ok(answer(status, snap::page(&frame, &form)))
}

/// Checks, keeps the photo, and reports.
async fn taken(app: &Shared, asker: &Asker, sent: &Pairs, photo: Photo) -> Result<String, Refused> {
    let fields = Fields::of(sent);
    let length = value(sent, "description").chars().count();
    let checked = if length > DESCRIPTION {
        Err(Refused::wrong("too long").of("description"))
    } else {
        check(app, &fields)
    };
    let spoken = asker.reader.language;
    let evidence = kept(app, spoken, checked, photo).await?;
    let secret = secret_of(sent, evidence.first())?;
    let taken = take(app, spoken, (By::Anybody, &fields), secret, evidence);
    Ok(taken.await?.1)
}

/// From the form's key and all that it holds: what is sent twice is one report, and what was changed
/// between is another.
fn secret_of(form: &Pairs, photo: Option<&Evidence>) -> Result<[u8; 32], Refused> {
    let key = URL_SAFE_NO_PAD.decode(value(form, "key"));
    let Some(key) = key.ok().filter(|key| key.len() == 32) else {
        return secret();
    };
    let mut digest = Sha256::new();
    digest.update(key);
    let photo = photo.map(|photo| ("photo", photo.reference.as_str()));
    let pairs = form.iter();
    let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in pairs.chain(photo) {
        for part in [name, value] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    Ok(digest.finalize().into())
}
