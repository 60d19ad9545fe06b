//! One cell of a view row: its kinds, its order, its JSON.
//!
//! The order is the contract of every backend: within one kind by value (texts by their UTF-8
//! bytes, `false` before `true`), and null after everything. Refuses nothing itself: whether a
//! value fits a column is for `plan` to say.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnKind {
    /// UTF-8 text without U+0000 (PostgreSQL cannot hold it), ordered by its bytes.
    Text,
    /// A signed 64-bit integer: counts, minutes, scaled decimals.
    Integer,
    /// An instant from 4713 BC on, to the microsecond; finer parts are cut off.
    Instant,
    /// True or false.
    Bool,
}

impl ColumnKind {
    /// The word for this kind in messages and fingerprints.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Instant => "instant",
            Self::Bool => "bool",
        }
    }
}

/// One cell. Null is declared last because it sorts last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// See [`ColumnKind::Text`].
    Text(String),
    /// See [`ColumnKind::Integer`].
    Integer(i64),
    /// See [`ColumnKind::Instant`].
    Instant(DateTime<Utc>),
    /// See [`ColumnKind::Bool`].
    Bool(bool),
    /// Nothing known. Equal to itself for sorting and grouping; every comparison in a
    /// [`Filter`](super::Filter) with it is false.
    Null,
}

impl Value {
    /// The kind of this value; `None` for null, which fits every nullable column.
    #[must_use]
    pub const fn kind(&self) -> Option<ColumnKind> {
        match self {
            Self::Text(_) => Some(ColumnKind::Text),
            Self::Integer(_) => Some(ColumnKind::Integer),
            Self::Instant(_) => Some(ColumnKind::Instant),
            Self::Bool(_) => Some(ColumnKind::Bool),
            Self::Null => None,
        }
    }

    /// Whether this is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The integer, if this is one.
    #[must_use]
    pub const fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    /// The instant, if this is one.
    #[must_use]
    pub const fn as_instant(&self) -> Option<DateTime<Utc>> {
        if let Self::Instant(at) = self {
            Some(*at)
        } else {
            None
        }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self {
            Some(*truth)
        } else {
            None
        }
    }
}

/// Where PostgreSQL's time begins, in 4713 BC: what is earlier is kept as this.
const EARLIEST_MICROS: i64 = -210_866_803_200_000_000;

/// An instant as every backend keeps it: UTC microseconds since 1970.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros().max(EARLIEST_MICROS)
}

/// Cuts an instant to what every backend keeps.
pub(crate) fn to_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    // As nearly every instant is: taking it apart and together again is dear.
    let nanos = at.timestamp_subsec_nanos();
    let whole = nanos.is_multiple_of(1_000) && nanos < 1_000_000_000;
    if whole && at.timestamp() > EARLIEST_MICROS / 1_000_000 {
        return at;
    }
    DateTime::from_timestamp_micros(micros(at)).unwrap_or(at)
}

/// Plain JSON: text, number, RFC 3339 in UTC with six decimals, boolean, null.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Instant(at) => {
                serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Micros, true))
            }
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Null => serializer.serialize_unit(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Instant(at)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_sorts_after_everything() {
        let mut values = vec![
            Value::Null,
            Value::from("b"),
            Value::from("B"),
            Value::from("案"),
        ];
        values.sort();
        assert_eq!(
            values,
            vec!["B".into(), "b".into(), "案".into(), Value::Null]
        );
    }

    #[test]
    fn json_is_plain() {
        let at = DateTime::from_timestamp_micros(1_750_000_000_123_456).unwrap();
        let row = vec![
            Value::from("a"),
            Value::from(7),
            at.into(),
            true.into(),
            Value::Null,
        ];
        let json = serde_json::to_string(&row).unwrap();
        assert_eq!(json, r#"["a",7,"2025-06-15T15:06:40.123456Z",true,null]"#);
    }
}
