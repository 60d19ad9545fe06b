//! What a refusal says to whoever reads Chinese; asked of every refusal that a test provokes.

use crate::case::refusal::{Refusal, RefusalCode};
use crate::text::Language;

/// Whoever reads Chinese reads no English but codes, in brackets, and a user's own words, in quotes;
/// and is told what would be accepted.
#[track_caller]
pub(super) fn speaks(refusal: &Refusal) {
    let told = refusal.message(Language::ZhCn);
    let words = refusal.code.words();
    if words.zh.contains("{accepted}") {
        assert!(!refusal.accepted.is_empty(), "{told} names nothing");
    }
    let bare = bare_english(&told);
    assert_eq!(bare, None, "{told}: a line for refusal::phrases");
}

/// The first English word that stands outside of brackets, quotes and backticks. Ids and codes have
/// capitals, digits or marks in them and are not words.
pub(crate) fn bare_english(text: &str) -> Option<&str> {
    let mut depth = 0_u32;
    let mut quoted = false;
    let pieces = text.split_inclusive(['(', ')', '（', '）', '“', '”', '`']);
    let mut outside = Vec::new();
    for piece in pieces {
        if depth == 0 && !quoted {
            outside.push(piece);
        }
        match piece.chars().last() {
            Some('(' | '（' | '“') => depth += 1,
            Some(')' | '）' | '”') => depth = depth.saturating_sub(1),
            Some('`') => quoted = !quoted,
            _ => {}
        }
    }
    let is_code = |c: char| c.is_ascii_alphanumeric() || "_-./:：@#".contains(c);
    let mut words = outside
        .into_iter()
        .flat_map(move |piece| piece.split(move |c| !is_code(c)));
    words.find(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[test]
fn both_languages_say_the_same_of_what_was_given_and_is_accepted() {
    for code in RefusalCode::ALL {
        let words = code.words();
        for place in ["{given}", "{accepted}"] {
            let said = (words.zh.contains(place), words.en.contains(place));
            assert_eq!(said.0, said.1, "{} {place}", code.code());
        }
        // Numbers and the program's own command say what is accepted as well as a list does.
        let told = words.zh.contains("{accepted}") || words.zh.contains('`');
        assert!(told, "{} does not say what is accepted", code.code());
        let filled = words.zh.replace("{given}", "").replace("{accepted}", "");
        assert_eq!(bare_english(&filled), None, "{}", words.zh);
    }
}

#[test]
fn english_is_found_outside_of_brackets_quotes_and_codes() {
    assert_eq!(bare_english("须为 a unit"), Some("unit"));
    for fine in [
        "应为：网格员（grid_officer）、B-water",
        "缺少必填项 `note`",
        "“bad mood”无效",
        "须附 SHA-256 值",
    ] {
        assert_eq!(bare_english(fine), None);
    }
}
