//! `/session`: a browser logs in once, and is known by a cookie for half a day.

use crate::app::Shared;
use crate::body::Json;
use crate::caller::{in_office, named};
use crate::identity::login::{Login, Means, from_here, of_our_pages};
use crate::identity::session::Session;
use crate::problem::{Issue, Kind, Trouble};
use crate::words::language;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use gridwhistle::domain::ids::PersonId;
use gridwhistle::domain::text::Language;
use serde::{Deserialize, Serialize};

/// Where it is; the one address that is asked before anybody is known.
pub(crate) const PATH: &str = "/session";

/// Who one is.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Who {
    /// The code in the registry.
    person: String,
    /// The name in office; none for a resident.
    name: Option<String>,
    /// By what one is known: `token`, `development`, `key`, `session`.
    by: &'static str,
    /// The office that was chosen, as the header `Gridwhistle-Office` takes it.
    office: Option<String>,
    /// Every office that one may choose now.
    offices: Vec<OfficeSheet>,
    /// When the session ends.
    until: Option<DateTime<Utc>>,
}

/// One office.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OfficeSheet {
    /// As the header `Gridwhistle-Office` takes it.
    office: String,
    /// The role for people.
    role_label: String,
    /// The unit for people.
    unit_label: String,
}

/// What a browser asks for.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionForm {
    /// Who: in development alone, where no token says so.
    person: Option<PersonId>,
    /// The office to act from, `ROLE/UNIT`.
    office: Option<String>,
}

/// Whoever wants a session: known, or in development not yet.
pub(crate) struct Visitor(Option<Login>);

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        // A cookie that is over keeps nobody from logging in anew.
        let nobody = !parts.headers.contains_key(AUTHORIZATION)
            && app.session(&parts.headers).await?.is_none();
        if nobody && app.settings.development_login {
            if from_here(&parts.headers) == Some(false) {
                return Err(Issue::new(Kind::CrossSite).into());
            }
            return Ok(Self(None));
        }
        Login::from_request_parts(parts, app)
            .await
            .map(|login| Self(Some(login)))
    }
}

type Answered = Result<(HeaderMap, axum::Json<Who>), Trouble>;

/// `GET /session`: who one is, and which offices one may choose.
pub(crate) async fn show(State(app): State<Shared>, login: Login, headers: HeaderMap) -> Answered {
    let until = match &login.means {
        Means::Session(session) => Some(session.until),
        Means::Key(key) => Some(key.terms.expires),
        Means::Token | Means::Development => None,
    };
    let by = match &login.means {
        Means::Session(_) => "session",
        Means::Key(_) => "key",
        Means::Token => "token",
        Means::Development => "development",
    };
    let office = login.office();
    let mut who = who(&app, &login.person, office, language(&headers));
    who.until = until;
    who.by = by;
    Ok((private(), axum::Json(who)))
}

/// `POST /session`: begins one, or chooses another office in it.
pub(crate) async fn begin(
    State(app): State<Shared>,
    Visitor(login): Visitor,
    headers: HeaderMap,
    Json(asked): Json<SessionForm>,
) -> Answered {
    let now = app.engine.now();
    let mut session = match login {
        None => {
            let person = asked.person.filter(|person| !person.as_str().is_empty());
            let person = person.ok_or_else(|| Issue::content("/person", "P-1"))?;
            Session::begun(person, now)
        }
        Some(login) => {
            if asked.person.is_some_and(|person| person != login.person) {
                return Err(Issue::content("/person", login.person.as_str()).into());
            }
            match login.means {
                // A key is for a system: it has no browser.
                Means::Key(_) => {
                    let refused = Issue::new(Kind::KeyScope).given("session");
                    return Err(refused.accepted("Authorization: Bearer").into());
                }
                Means::Session(session) => session,
                Means::Token | Means::Development => Session::begun(login.person, now),
            }
        }
    };
    if let Some(office) = asked.office {
        in_office(&app, &session.person, Some(&office))?;
        session.office = Some(office);
    }
    let mut answer = private();
    if let Some(cookie) = app.identity.sessions.set(&session, now) {
        answer.insert(SET_COOKIE, cookie);
    }
    let office = session.office.clone();
    let mut who = who(&app, &session.person, office, language(&headers));
    who.until = Some(session.until);
    Ok((answer, axum::Json(who)))
}

/// What the end of a session answers.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Ended {
    /// The cookie is no longer believed.
    ended: bool,
}

/// `DELETE /session`: ends it, here and for who may have copied the cookie.
pub(crate) async fn end(
    State(app): State<Shared>,
    headers: HeaderMap,
) -> Result<(HeaderMap, axum::Json<Ended>), Trouble> {
    if let Some(session) = app.session(&headers).await? {
        if !of_our_pages(&headers) {
            return Err(Issue::new(Kind::CrossSite).into());
        }
        app.end_session(&session).await?;
    }
    let mut answer = private();
    if let Some(cookie) = app.identity.sessions.clear() {
        answer.insert(SET_COOKIE, cookie);
    }
    Ok((answer, axum::Json(Ended { ended: true })))
}

/// Nobody between keeps what says who one is.
fn private() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers
}

fn who(app: &Shared, person: &PersonId, office: Option<String>, spoken: Language) -> Who {
    let (registry, now) = (&app.engine.reference().registry, app.engine.now());
    let offices = registry.offices(person, now);
    let offices = offices.iter().map(|office| {
        let unit = registry.unit_at(&office.1, now);
        OfficeSheet {
            office: named(office),
            role_label: office.0.label().get(spoken).to_owned(),
            unit_label: unit.map_or_else(String::new, |unit| unit.name.get(spoken).to_owned()),
        }
    });
    Who {
        person: person.to_string(),
        name: registry
            .person_at(person, now)
            .map(|known| known.name.clone()),
        by: "session",
        office,
        offices: offices.collect(),
        until: None,
    }
}
