//! The language of an answer: the one that a person chose on a page, else what the caller asks for,
//! zh-CN where it asks for nothing we speak.

use crate::identity::session::cookie;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use gridwhistle::domain::text::Language;

/// The cookie of the language that a person chose.
pub(crate) const LANGUAGE_COOKIE: &str = "gridwhistle_language";

/// The language of `Accept-Language` (RFC 9110 12.5.4) that we speak and that weighs most.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE);
    if let Some(chosen) = chosen.and_then(|tag| tag.parse().ok()) {
        return chosen;
    }
    let asked = headers.get(ACCEPT_LANGUAGE);
    let asked = asked
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut best: Option<(u16, Language)> = None;
    for part in asked.split(',') {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let spoken = match tag.trim().split('-').next().unwrap_or_default() {
            tag if tag.eq_ignore_ascii_case("zh") => Language::ZhCn,
            tag if tag.eq_ignore_ascii_case("en") => Language::En,
            _ => continue,
        };
        let weight = thousandths(weight);
        if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, spoken));
        }
    }
    best.map_or(Language::ZhCn, |(_, spoken)| spoken)
}

/// `q=0.8` as 800; what is missing or no weight counts fully.
fn thousandths(weight: &str) -> u16 {
    let Some(number) = weight.trim().strip_prefix("q=") else {
        return 1_000;
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole, part.parse::<u16>()) {
        ("0", Ok(part)) => part,
        _ => 1_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_we_speak_is_taken_and_chinese_where_there_is_none() {
        for (asked, spoken) in [
            ("", Language::ZhCn),
            ("en", Language::En),
            ("en-GB,zh;q=0.5", Language::En),
            ("en;q=0.2, zh-CN;q=0.9", Language::ZhCn),
            ("fr, de;q=0.9", Language::ZhCn),
            ("fr, en;q=0.1", Language::En),
            ("en;q=0", Language::ZhCn),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, asked.parse().unwrap());
            assert_eq!(language(&headers), spoken, "{asked}");
        }
    }
}
