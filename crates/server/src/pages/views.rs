//! Views of lists, kept by the browser of whoever named them.

use super::asker::{local, onward};
use crate::identity::login::from_here;
use crate::identity::session::cookie;
use crate::problem::{Issue, Kind, Trouble};
use axum::Form;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gridwhistle_web::views::{BYTES, MOST, NAME, NotKept, Views};

const COOKIE: &str = "gridwhistle_views";

/// What the browser keeps.
pub(super) fn views(headers: &HeaderMap) -> Views {
    cookie(headers, COOKIE).map(Views::read).unwrap_or_default()
}

/// `POST /views`: `name` keeps the list at `next` under that name, `forget` forgets the one of a name.
pub(super) async fn set(
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    if from_here(&headers) == Some(false) {
        return Err(Issue::new(Kind::CrossSite).into());
    }
    let find = |wanted: &str| {
        let mut pairs = pairs.iter();
        pairs
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    let (known, next) = (views(&headers), local(find("next")));
    let changed = match (find("forget"), find("name")) {
        (Some(name), _) => known.without(name),
        (None, Some(name)) => known.with(name, next).map_err(refused)?,
        (None, None) => return Err(Issue::required("/name").into()),
    };
    let mut answer = onward(next);
    let text = changed.written();
    let text = format!("{COOKIE}={text}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&text) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(answer)
}

fn refused(why: NotKept) -> Issue {
    match why {
        NotKept::Name => Issue::content("/name", &format!("1–{NAME}")),
        NotKept::Address => Issue::content("/next", "/cases?…, /lists/…?…"),
        NotKept::Full => Issue::content("/name", &format!("≤ {MOST}, ≤ {BYTES} B")),
    }
}
