//! Language and colours, kept by the browser of whoever chose them.

use super::asker::{local, onward};
use crate::identity::login::from_here;
use crate::identity::session::cookie;
use crate::problem::{Issue, Kind, Trouble};
use crate::words::LANGUAGE_COOKIE;
use axum::Form;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gridwhistle::domain::text::Language;
use gridwhistle_web::Theme;

const THEME_COOKIE: &str = "gridwhistle_theme";

/// The colours that were chosen.
pub(super) fn theme(headers: &HeaderMap) -> Theme {
    Theme::from_code(cookie(headers, THEME_COOKIE).unwrap_or_default())
}

/// `POST /preferences`.
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
    let mut answer = onward(local(find("next")));
    let language = find("language").map(|tag| {
        let read = tag.parse::<Language>();
        read.map_err(|_| Issue::content("/language", "zh-CN, en"))
    });
    let language = language.transpose()?.map(|language| language.to_string());
    let theme = find("theme").map(|code| Theme::from_code(code).code().to_owned());
    for (name, value) in [(LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)] {
        let Some(value) = value else { continue };
        // Both are letters and a dash.
        let text = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
        if let Ok(value) = HeaderValue::from_str(&text) {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(answer)
}
