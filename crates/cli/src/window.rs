//! Windows of time as people write them: a year, a quarter, a month, or from a day to before another.

use crate::failure::Failure;
use crate::moment;
use crate::words::{self, Word};
use chrono::{DateTime, Utc};
use gridwhistle::projections::questions::Window;

/// Reads `2026`, `2026-Q2`, `2026-06` or `2026-06-01..2026-07-01` (to before the second).
///
/// # Errors
/// The words for what is no such window.
pub(crate) fn read(text: &str) -> Result<Window, String> {
    Window::read(text).ok_or_else(|| words::told(Word::WindowForm, &[&text]))
}

/// The window that was typed, else the month that an instant lies in.
///
/// # Errors
/// For a month outside of the calendar.
pub(crate) fn or_month(typed: Option<Window>, at: DateTime<Utc>) -> Result<Window, Failure> {
    let window = typed.or_else(|| Window::month_of(at));
    window.ok_or_else(|| Failure::internal(words::told(Word::WindowForm, &[&at])))
}

/// A window in words.
pub(crate) fn told(window: Window) -> String {
    let (from, before) = (moment::show(window.from), moment::show(window.before));
    words::told(Word::WindowLine, &[&from, &before])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<(String, String)> {
        let window = read(text).ok()?;
        Some((moment::show(window.from), moment::show(window.before)))
    }

    #[test]
    fn a_window_is_a_year_a_quarter_a_month_or_two_days() {
        for (text, from, before) in [
            ("2026", "2026-01-01 00:00", "2027-01-01 00:00"),
            ("2026-Q1", "2026-01-01 00:00", "2026-04-01 00:00"),
            ("2026-q4", "2026-10-01 00:00", "2027-01-01 00:00"),
            ("2026-06", "2026-06-01 00:00", "2026-07-01 00:00"),
            ("2026-12", "2026-12-01 00:00", "2027-01-01 00:00"),
            (
                "2026-06-05..2026-06-08",
                "2026-06-05 00:00",
                "2026-06-08 00:00",
            ),
        ] {
            assert_eq!(
                shown(text),
                Some((from.to_owned(), before.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_told_what_is_accepted() {
        for text in [
            "",
            "26",
            "2026-Q5",
            "2026-13",
            "2026-06-08..2026-06-05",
            "june",
            "2026-06-01",
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains("2026-Q2"), "{text}: {refused}");
        }
    }
}
