//! Language, colours, size and keys, kept by the browser of whoever chose them.

use super::asker::{keep, local, onward, sent};
use crate::identity::login::from_here;
use crate::identity::session::cookie;
use crate::problem::{Issue, Kind, Trouble};
use crate::words::LANGUAGE_COOKIE;
use axum::Form;
use axum::http::HeaderMap;
use axum::response::Response;
use gridwhistle::domain::text::Language;
use gridwhistle_web::{Look, Theme};

const THEME_COOKIE: &str = "gridwhistle_theme";
const SIZE_COOKIE: &str = "gridwhistle_size";
const KEYS_COOKIE: &str = "gridwhistle_keys";

/// What was chosen.
pub(super) fn look(headers: &HeaderMap) -> Look {
    let chosen = |name: &str| cookie(headers, name).unwrap_or_default();
    Look {
        theme: Theme::from_code(chosen(THEME_COOKIE)),
        large: chosen(SIZE_COOKIE) == Look::LARGE,
        without_keys: chosen(KEYS_COOKIE) == Look::OFF,
    }
}

/// One of two words: the one that was sent, if it is the one that changes something.
fn either(sent: Option<&str>, changed: &str, usual: &str) -> Option<String> {
    let chosen = |sent| if sent == changed { changed } else { usual };
    sent.map(|sent| chosen(sent).to_owned())
}

/// `POST /preferences`.
pub(super) async fn set(
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    if from_here(&headers) == Some(false) {
        return Err(Issue::new(Kind::CrossSite).into());
    }
    let find = |wanted: &str| sent(&pairs, wanted);
    let mut answer = onward(local(find("next")));
    let language = find("language").map(|tag| {
        let read = tag.parse::<Language>();
        read.map_err(|_| Issue::content("/language", "zh-CN, en"))
    });
    let language = language.transpose()?.map(|language| language.to_string());
    let theme = find("theme").map(|code| Theme::from_code(code).code().to_owned());
    let size = either(find("size"), Look::LARGE, Look::USUAL);
    let keys = either(find("keys"), Look::OFF, Look::ON);
    for (name, value) in [
        (LANGUAGE_COOKIE, language),
        (THEME_COOKIE, theme),
        (SIZE_COOKIE, size),
        (KEYS_COOKIE, keys),
    ] {
        if let Some(value) = value {
            keep(&mut answer, name, &value);
        }
    }
    Ok(answer)
}
