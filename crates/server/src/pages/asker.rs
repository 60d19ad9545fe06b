//! Who asks for a page, and from where: what the frame of every page needs.

use super::file;
use super::preferences::look;
use super::views::views;
use crate::api::cases::Seen;
use crate::app::Shared;
use crate::ask::{Asked, Desk};
use crate::caller::{Caller, named};
use crate::problem::{Issue, Own, Trouble};
use crate::words::language;
use axum::extract::{FromRequestParts, MatchedPath, OriginalUri, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::ids::PersonId;
use gridwhistle::domain::text::Text;
use gridwhistle_web::{Address, Frame, Markup, Person, Reader, Stand};

/// Parameters that say what was just done: no part of where a page stands.
const PASSING: [&str; 2] = ["done", "min_position"];

/// Whoever asks for a page.
pub(super) struct Asker {
    pub(super) reader: Reader,
    pub(super) address: Address,
    /// The answer that the page shows, where it is a file as well.
    file: Option<Address>,
    reached: Option<Stand>,
}

/// Whoever asks for a page that stays as it is: a form, or data that no desk answers. How far the city's
/// views reach is read before anything of the page is, so that it shows that much at least.
pub(super) struct Still(pub(super) Asker);

impl FromRequestParts<Shared> for Still {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        let mut asker = Asker::from_request_parts(parts, app).await?;
        let desk = Asked::now().desk(app).await?;
        asker.reached = Some(stand(&desk));
        Ok(Self(asker))
    }
}

impl FromRequestParts<Shared> for Asker {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        let uri = parts.extensions.get::<OriginalUri>();
        let uri = uri.map_or(&parts.uri, |uri| &uri.0).clone();
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&uri);
        let Query(pairs) = pairs.map_err(|_| Issue::parameter("?", "name=value&…"))?;
        let kept = pairs
            .into_iter()
            .filter(|(name, _)| !PASSING.contains(&name.as_str()));
        let address = Address::new(uri.path(), kept);
        let actor = parts.extensions.get::<Caller>().map(|caller| &caller.0);
        let at = app.engine.now();
        let reader = Reader {
            language: language(&parts.headers),
            look: look(&parts.headers),
            views: views(&parts.headers),
            person: actor.map(|actor| person(app, actor)),
            reference: app.engine.reference(),
            at,
        };
        let route = parts.extensions.get::<MatchedPath>();
        let file = route.and_then(|route| file::of(route.as_str(), &address));
        Ok(Self {
            reader,
            address,
            file,
            reached: None,
        })
    }
}

/// The offices that somebody holds, as they are named in requests, with their names for people.
pub(super) fn offices(app: &Shared, person: &PersonId) -> Vec<(String, Text)> {
    let (registry, now) = (&app.engine.reference().registry, app.engine.now());
    let offices = registry.offices(person, now);
    let offices = offices.iter().map(|office| {
        let role = office.0.label();
        let unit = registry.unit_at(&office.1, now);
        let name = unit.map_or_else(
            || Text::new(office.1.as_str(), office.1.as_str()),
            |unit| unit.name.clone(),
        );
        let label = Text::new(
            format!("{} {}", name.zh, role.zh),
            format!("{}, {}", name.en, role.en),
        );
        (named(office), label)
    });
    offices.collect()
}

/// Whoever acts, as the frame shows them.
pub(super) fn person(app: &Shared, actor: &Actor) -> Person {
    let (registry, now) = (&app.engine.reference().registry, app.engine.now());
    let known = registry.person_at(&actor.person, now);
    Person {
        code: actor.person.to_string(),
        name: known.map(|known| known.name.clone()),
        role: actor.role,
        unit: actor.unit.to_string(),
        offices: offices(app, &actor.person),
    }
}

impl Asker {
    /// The frame of a page whose data reach so far, and that follows them.
    pub(super) fn frame(&self, stand: Stand) -> Frame<'_> {
        Frame {
            reader: &self.reader,
            address: &self.address,
            file: self.file.as_ref(),
            stand: Some(stand),
            still: false,
            wall: false,
        }
    }

    /// The frame of a page that stays as it was when it was asked for.
    pub(super) fn still(&self, stand: Stand) -> Frame<'_> {
        Frame {
            still: true,
            ..self.frame(stand)
        }
    }

    /// The frame of a page that was asked for by [`Still`]; of one that was not, it shows nothing of the city.
    pub(super) fn bare(&self) -> Frame<'_> {
        Frame {
            reader: &self.reader,
            address: &self.address,
            file: self.file.as_ref(),
            stand: self.reached,
            still: true,
            wall: false,
        }
    }
}

/// How far what is known of a case reaches.
pub(super) fn reached(seen: &Seen) -> Stand {
    Stand {
        position: seen.position,
        at: seen.moment.instant(),
        as_of: seen.moment.as_of(),
        known: seen.known,
    }
}

/// How far the answers of a desk reach.
pub(super) fn stand(desk: &Desk) -> Stand {
    Stand {
        position: desk.position,
        at: desk.moment.instant(),
        as_of: desk.moment.as_of(),
        known: desk.is_replayed(),
    }
}

/// A page on its way; it is of one person and one moment, so nobody keeps it.
pub(super) fn answer(status: StatusCode, page: Markup) -> Response {
    let mut headers = HeaderMap::new();
    let private = HeaderValue::from_static("private, no-store");
    headers.insert(header::CACHE_CONTROL, private);
    headers.insert(
        header::VARY,
        HeaderValue::from_static("cookie, accept-language"),
    );
    let mut answer = (status, headers, Html(page.into_string())).into_response();
    // What a page says of a mistake is not put into other words.
    answer.extensions_mut().insert(Own);
    answer
}

/// The way to another page, asked for by `GET`.
pub(super) fn onward(place: &str) -> Response {
    let place = HeaderValue::from_str(place).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// What a form sent in one of its fields.
pub(super) fn sent<'p>(pairs: &'p [(String, String)], field: &str) -> Option<&'p str> {
    let mut pairs = pairs.iter();
    pairs
        .find(|(name, _)| name == field)
        .map(|(_, value)| value.as_str())
}

/// Lets the browser of whoever asked keep something for a year. What no header can hold is not kept.
pub(super) fn keep(answer: &mut Response, name: &str, value: &str) {
    let text = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    if let Ok(text) = HeaderValue::from_str(&text) {
        answer.headers_mut().append(header::SET_COOKIE, text);
    }
}

/// A place to go on to: of ours, or else the beginning.
pub(super) fn local(next: Option<&str>) -> &str {
    let ours = |next: &&str| {
        let plain = next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        plain && next.starts_with('/') && !next.starts_with("//")
    };
    next.filter(ours).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn one_goes_on_to_places_of_ours_alone() {
        for ours in ["/", "/cases?class=proxy&sort=due", "/lists/overdue"] {
            assert_eq!(local(Some(ours)), ours);
        }
        for other in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\r\nb",
            "",
            "cases",
        ] {
            assert_eq!(local(Some(other)), "/", "{other}");
        }
    }
}
