//! A table as a spreadsheet holds it: headings in both languages, cells by their kind.

use chrono::{DateTime, SecondsFormat, Utc};
use gridwhistle_domain::local_time::china;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_domain::text::Language;
use rust_decimal::Decimal;

/// A heading: zh-CN and English.
pub type Heading = (&'static str, &'static str);

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known, or nothing applies.
    Empty,
    /// Words or codes: never a formula.
    Text(String),
    /// A number.
    Number(Decimal),
    /// Yes or no, in the reader's language.
    Flag(bool),
    /// An instant: ISO 8601 in the city's zone.
    At(DateTime<Utc>),
}

impl Cell {
    /// A cell, or an empty one.
    #[must_use]
    pub fn of<T: Into<Self>>(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }

    /// A code, if there is one.
    #[must_use]
    pub fn code(code: Option<&str>) -> Self {
        Self::of(code.map(str::to_owned))
    }

    /// What a label says of a code, if there is one.
    #[must_use]
    pub fn label(code: Option<&str>, label: impl Fn(Option<&str>) -> String) -> Self {
        Self::of(code.map(|code| label(Some(code))))
    }

    /// Value, numerator, denominator, and the bounds of its interval.
    #[must_use]
    pub fn share(share: &Share) -> [Self; 5] {
        [
            Self::of(share.value),
            share.met.into(),
            share.of.into(),
            Self::of(share.low),
            Self::of(share.high),
        ]
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        Self::of(value)
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
        Self::Flag(yes)
    }
}

impl From<DateTime<Utc>> for Cell {
    fn from(at: DateTime<Utc>) -> Self {
        Self::At(at)
    }
}

impl Cell {
    /// What is written of a cell that is no number.
    pub(crate) fn text(&self, language: Language) -> Option<String> {
        Some(match self {
            Self::Empty | Self::Number(_) => return None,
            Self::Text(text) => text.clone(),
            Self::Flag(yes) => {
                let word = if *yes { ("是", "yes") } else { ("否", "no") };
                said(word, language).to_owned()
            }
            Self::At(at) => {
                let local = at.with_timezone(&china());
                local.to_rfc3339_opts(SecondsFormat::Secs, false)
            }
        })
    }
}

/// Headings of shares, each of value, numerator, denominator and the bounds of its interval of 95 %.
macro_rules! shares {
    ($($zh:literal $en:literal),* $(,)?) => {
        [$(
            ($zh, $en),
            (concat!($zh, " 分子"), concat!($en, " met")),
            (concat!($zh, " 分母"), concat!($en, " of")),
            (concat!($zh, " 95%下限"), concat!($en, " 95% low")),
            (concat!($zh, " 95%上限"), concat!($en, " 95% high")),
        )*]
    };
}
pub(crate) use shares;

/// A heading in a language.
#[must_use]
pub const fn said((zh, en): Heading, language: Language) -> &'static str {
    match language {
        Language::ZhCn => zh,
        Language::En => en,
    }
}
