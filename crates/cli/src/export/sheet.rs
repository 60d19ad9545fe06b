//! A table as a spreadsheet holds it: headings in both languages, cells by their kind.

use crate::moment;
use crate::words::{Word, language};
use chrono::{DateTime, Utc};
use gridwhistle::domain::score::rate::Share;
use gridwhistle::domain::text::Language;
use rust_decimal::Decimal;

/// A heading: zh-CN and English.
pub(super) type Heading = (&'static str, &'static str);

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing is known, or nothing applies.
    Empty,
    /// Words or codes: never a formula.
    Text(String),
    /// A number.
    Number(Decimal),
}

impl Cell {
    /// A cell, or an empty one.
    pub(super) fn of<T: Into<Self>>(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }

    /// A code, if there is one.
    pub(super) fn code(code: Option<&str>) -> Self {
        Self::of(code.map(str::to_owned))
    }

    /// What a label says of a code, if there is one.
    pub(super) fn label(code: Option<&str>, label: impl Fn(Option<&str>) -> String) -> Self {
        Self::of(code.map(|code| label(Some(code))))
    }

    /// Value, numerator and denominator.
    pub(super) fn share(share: &Share) -> [Self; 3] {
        [Self::of(share.value), share.met.into(), share.of.into()]
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        let word = if yes { Word::Yes } else { Word::No };
        Self::Text(word.to_string())
    }
}

impl From<DateTime<Utc>> for Cell {
    /// ISO 8601 in the city's zone.
    fn from(at: DateTime<Utc>) -> Self {
        Self::Text(moment::iso(at))
    }
}

/// Headings of a share: value, numerator, denominator.
pub(super) const fn share(value: Heading, met: Heading, of: Heading) -> [Heading; 3] {
    [value, met, of]
}

/// A heading in the language of this process.
pub(super) const fn said((zh, en): Heading, language: Language) -> &'static str {
    match language {
        Language::ZhCn => zh,
        Language::En => en,
    }
}

/// The headings in the language of this process.
pub(super) fn headings(all: &[Heading]) -> Vec<&'static str> {
    let language = language();
    all.iter().map(|heading| said(*heading, language)).collect()
}
