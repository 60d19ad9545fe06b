//! Instants as people write and read them: local time of China (+08:00), whole minutes.

use crate::words::{Word, told};
use chrono::{DateTime, NaiveDateTime, Utc};
use gridwhistle::domain::local_time::{self, china};

/// UTC+8, without summer time.
/// Reads `2026-07-01`, `2026-07-01 09:30`, with `T` or seconds, at UTC+8; or an instant with its
/// own offset.
///
/// # Errors
/// The words for a date that does not exist or cannot be read.
pub(crate) fn read(text: &str) -> Result<DateTime<Utc>, String> {
    local_time::read(text).ok_or_else(|| told(Word::InstantForm, &[&text]))
}

/// `2026-07-01 09:30`, at UTC+8.
pub(crate) fn show(at: DateTime<Utc>) -> String {
    at.with_timezone(&china())
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

/// The same, or a dash.
pub(crate) fn show_or_dash(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), show)
}

/// A text in which every instant of the engine's errors stands as people read it here.
pub(crate) fn localised(text: &str) -> String {
    const ENDING: &str = " UTC";
    let mut told = String::with_capacity(text.len());
    let mut pieces = text.split(ENDING).peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            told.push_str(piece);
            break;
        }
        match instant_at_end(piece) {
            Some((start, at)) => {
                told.push_str(&piece[..start]);
                told.push_str(&show(at));
            }
            None => {
                told.push_str(piece);
                told.push_str(ENDING);
            }
        }
    }
    told
}

/// Where an instant begins that a text ends with: `2026-03-02 01:00:00`, with or without fractions.
fn instant_at_end(text: &str) -> Option<(usize, DateTime<Utc>)> {
    let lengths = (19..=29).rev();
    lengths.into_iter().find_map(|length| {
        let start = text.len().checked_sub(length)?;
        let last = text.get(start..)?;
        let at = NaiveDateTime::parse_from_str(last, "%Y-%m-%d %H:%M:%S%.f");
        last.starts_with(|first: char| first.is_ascii_digit())
            .then_some(())?;
        Some((start, at.ok()?.and_utc()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_means_local_time_unless_it_says_otherwise() {
        for text in [
            "2026-07-01 09:30",
            "2026-07-01T09:30",
            "2026-07-01 09:30:00",
            "2026-07-01T09:30:00+08:00",
            "2026-07-01 09:30:00+08:00",
            "2026-07-01T01:30:00Z",
        ] {
            let at = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(at.to_rfc3339(), "2026-07-01T01:30:00+00:00", "{text}");
            assert_eq!(show(at), "2026-07-01 09:30");
        }
        let midnight = read("2026-07-01").map(show);
        assert_eq!(midnight.as_deref(), Ok("2026-07-01 00:00"));
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused_with_what_would_do() {
        for text in [
            "2026-02-30",
            "2026-13-01 00:00",
            "2026-07-01 25:00",
            "tomorrow",
            "",
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains("2026-07-01 09:30"), "{refused}");
        }
    }

    #[test]
    fn instants_within_a_text_are_told_at_home() {
        let told =
            localised("应不早于 2026-03-02 01:00:00.123456 UTC（首个）；2026-03-02 16:30:00 UTC");
        assert_eq!(told, "应不早于 2026-03-02 09:00（首个）；2026-03-03 00:30");
        for plain in ["计时 UTC 时区", "UTC", " UTC", "2026-02-30 01:00:00 UTC"] {
            assert_eq!(localised(plain), plain);
        }
    }
}
