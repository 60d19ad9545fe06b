//! Logging in: from the head of a request alone, before its body is looked at.

use super::jwks::Away;
use super::session::Session;
use crate::app::Shared;
use crate::problem::{Issue, Kind, Trouble};
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use gridwhistle::access_keys::{AccessKey, Action};
use gridwhistle::domain::ids::PersonId;

/// A header that no page of another site can send without being asked first.
const REQUESTED_WITH: &str = "x-requested-with";

/// By what somebody is known.
pub(crate) enum Means {
    /// A token of the provider.
    Token,
    /// Their name alone, in development.
    Development,
    /// A key of another system.
    Key(Box<AccessKey>),
    /// A browser's session.
    Session(Session),
}

/// Somebody who is known.
pub(crate) struct Login {
    pub(crate) person: PersonId,
    pub(crate) means: Means,
}

impl Login {
    /// The office that goes with the means, `ROLE/UNIT`: a key has one, a session may.
    pub(crate) fn office(&self) -> Option<String> {
        match &self.means {
            Means::Key(key) => {
                let office = &key.terms.office;
                Some(format!("{}/{}", office.role.code(), office.unit))
            }
            Means::Session(session) => session.office.clone(),
            Means::Token | Means::Development => None,
        }
    }
}

impl FromRequestParts<Shared> for Login {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        let login = match shown(parts) {
            Some(token) => by_token(token, app).await?,
            None => by_session(parts, app).await?,
        };
        let limits = &app.identity.limits;
        let Some(login) = login else {
            if shows(&parts.headers) {
                limits.failed(&parts.headers, &parts.extensions)?;
            }
            return Err(Issue::not_logged_in().into());
        };
        match &login.means {
            Means::Key(key) => {
                limits.person(&key.id.to_string())?;
                permits(key, &parts.method, address(parts))?;
            }
            _ => limits.person(login.person.as_str())?,
        }
        Ok(login)
    }
}

/// Whether a request shows anything of who sends it.
pub(crate) fn shows(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION) || super::session::brings_one(headers)
}

/// The bearer token of a request; an empty one is shown, too, and fits nobody.
fn shown(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?;
    let value = value.to_str().unwrap_or_default();
    let (scheme, token) = value.split_once(' ').unwrap_or_default();
    let bearer = scheme.eq_ignore_ascii_case("bearer");
    Some(if bearer { token.trim() } else { "" })
}

async fn by_token(token: &str, app: &Shared) -> Result<Option<Login>, Trouble> {
    let identity = &app.identity;
    if let Some(key) = app.engine.admit_key(token).await? {
        return Ok(Some(Login {
            person: key.terms.office.person.clone(),
            means: Means::Key(Box::new(key)),
        }));
    }
    if let Some(person) = identity.named(token) {
        let means = Means::Development;
        return Ok(Some(Login { person, means }));
    }
    let Some(oidc) = &identity.oidc else {
        return Ok(None);
    };
    let person = oidc.person(token, app.engine.now()).await;
    let person = person.map_err(|Away| Issue::new(Kind::IdentityAway))?;
    Ok(person.map(|person| Login {
        person,
        means: Means::Token,
    }))
}

/// By a session, which a browser sends along whoever asks it to: what changes something must come
/// from our own pages.
async fn by_session(parts: &Parts, app: &Shared) -> Result<Option<Login>, Trouble> {
    let Some(session) = app.session(&parts.headers).await? else {
        return Ok(None);
    };
    if !parts.method.is_safe() && !of_our_pages(&parts.headers) {
        return Err(Issue::new(Kind::CrossSite).into());
    }
    Ok(Some(Login {
        person: session.person.clone(),
        means: Means::Session(session),
    }))
}

/// Whether a request was sent by a page of ours.
pub(crate) fn of_our_pages(headers: &HeaderMap) -> bool {
    headers.contains_key(REQUESTED_WITH) || from_here(headers) == Some(true)
}

/// Whether the page that sent a request is of this host; none: it does not say.
pub(crate) fn from_here(headers: &HeaderMap) -> Option<bool> {
    let origin: Option<Uri> = headers.get(ORIGIN)?.to_str().ok()?.parse().ok();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = origin.as_ref().and_then(Uri::authority);
    Some(authority.is_some_and(|origin| host == Some(origin.as_str())))
}

fn address(parts: &Parts) -> &str {
    let whole = parts.extensions.get::<OriginalUri>();
    whole.map_or(parts.uri.path(), |whole| whole.0.path())
}

/// Whether a key may be used for a request.
fn permits(key: &AccessKey, method: &Method, path: &str) -> Result<(), Issue> {
    let wanted = action(method, path);
    if key.terms.actions.contains(&wanted) {
        return Ok(());
    }
    let has: Vec<&str> = key.terms.actions.iter().map(|one| one.code()).collect();
    Err(Issue::new(Kind::KeyScope)
        .given(wanted.code())
        .accepted(has.join(", ")))
}

/// What a request does, by its address and method.
fn action(method: &Method, path: &str) -> Action {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let below = |root: &str| {
        let rest = path.strip_prefix(root);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if below("/incoming") {
        Action::Incoming
    } else if below("/events") {
        Action::Feed
    } else if method.is_safe() {
        Action::Read
    } else {
        Action::Command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_does_follows_from_address_and_method() {
        for (method, path, wanted) in [
            (Method::GET, "/api/v1/cases", Action::Read),
            (Method::HEAD, "/api/v1/cases", Action::Read),
            (Method::POST, "/api/v1/cases", Action::Command),
            (Method::DELETE, "/api/v1/keys/1", Action::Command),
            (Method::POST, "/api/v1/incoming/12345", Action::Incoming),
            (Method::GET, "/api/v1/events/stream", Action::Feed),
            (Method::GET, "/api/v1/eventsful", Action::Read),
        ] {
            assert_eq!(action(&method, path), wanted, "{method} {path}");
        }
    }

    #[test]
    fn a_page_of_another_host_is_told_apart() {
        let with = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "city.example:8080".parse().unwrap());
            headers.insert(name, value.parse().unwrap());
            of_our_pages(&headers)
        };
        assert!(with("origin", "https://city.example:8080"));
        assert!(with(REQUESTED_WITH, "fetch"));
        for other in [
            "https://evil.example",
            "https://city.example",
            "null",
            "",
            "https://city.example:8080@evil.example",
        ] {
            assert!(!with("origin", other), "{other}");
        }
    }
}
