//! A place between two rows, as text for the next question.
//!
//! Holds the values that the order sorts by in the last row of a page, and the fingerprint of
//! table and order. Refuses to be read for any other table or order. Not a secret and not signed:
//! a forged one can only name another place in what its holder may read anyway.

use std::fmt;
use std::str::FromStr;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Direction, Value, ViewError};

/// Longest accepted cursor: room for long texts in sort columns, an end for nonsense.
const CURSOR_CHARS_MAX: usize = 1 << 20;
/// First byte of the present form.
const FORM: u8 = 1;

/// An opaque, URL-safe place in an ordered table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor(String);

impl Cursor {
    /// The text to hand out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The place after a row with these sort values.
    pub(crate) fn after(fingerprint: [u8; 8], values: &[&Value]) -> Self {
        let mut bytes = vec![FORM];
        bytes.extend(fingerprint);
        for value in values {
            write(&mut bytes, value);
        }
        Self(hex::encode(bytes))
    }

    /// The sort values, if this cursor belongs to that table and order.
    pub(crate) fn read(&self, fingerprint: [u8; 8]) -> Result<Vec<Value>, ViewError> {
        let bytes = hex::decode(&self.0).map_err(|_| ViewError::CursorUnreadable)?;
        let [FORM, rest @ ..] = bytes.as_slice() else {
            return Err(ViewError::CursorUnreadable);
        };
        let (found, mut rest) = rest
            .split_at_checked(8)
            .ok_or(ViewError::CursorUnreadable)?;
        if found != fingerprint {
            return Err(ViewError::CursorOfOtherQuery);
        }
        let mut values = Vec::new();
        while !rest.is_empty() {
            let (value, left) = read(rest).ok_or(ViewError::CursorUnreadable)?;
            values.push(value);
            rest = left;
        }
        Ok(values)
    }
}

/// Digest of what a cursor belongs to.
pub(crate) fn fingerprint(view: &str, table: &str, order: &[(&str, Direction)]) -> [u8; 8] {
    let digest = Sha256::digest(format!("{view} {table} {order:?}"));
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    first
}

fn write(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => {
            bytes.push(b't');
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        Value::Integer(number) => write_number(bytes, b'i', *number),
        Value::Instant(at) => write_number(bytes, b'a', at.timestamp_micros()),
        Value::Bool(truth) => bytes.push(if *truth { b'y' } else { b'n' }),
        Value::Null => bytes.push(b'0'),
    }
}

fn write_number(bytes: &mut Vec<u8>, tag: u8, number: i64) {
    bytes.push(tag);
    bytes.extend(number.to_be_bytes());
}

fn read(bytes: &[u8]) -> Option<(Value, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    match tag {
        b't' => {
            let (length, rest) = rest.split_first_chunk()?;
            let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
            let (text, rest) = rest.split_at_checked(length)?;
            Some((Value::from(std::str::from_utf8(text).ok()?), rest))
        }
        b'i' => {
            let (number, rest) = rest.split_first_chunk()?;
            Some((Value::Integer(i64::from_be_bytes(*number)), rest))
        }
        b'a' => {
            let (number, rest) = rest.split_first_chunk()?;
            let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*number))?;
            Some((Value::Instant(at), rest))
        }
        b'y' => Some((Value::Bool(true), rest)),
        b'n' => Some((Value::Bool(false), rest)),
        b'0' => Some((Value::Null, rest)),
        _ => None,
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Cursor {
    type Err = ViewError;

    fn from_str(text: &str) -> Result<Self, ViewError> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Cursor {
    type Error = ViewError;

    fn try_from(text: String) -> Result<Self, ViewError> {
        let hexadecimal = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.is_empty() || text.len() > CURSOR_CHARS_MAX || !hexadecimal {
            return Err(ViewError::CursorUnreadable);
        }
        Ok(Self(text))
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let at = DateTime::from_timestamp_micros(-5).unwrap();
        let values = [
            Value::from("案件"),
            Value::from(-7),
            at.into(),
            true.into(),
            Value::Null,
        ];
        let cursor = Cursor::after([7; 8], &values.iter().collect::<Vec<_>>());
        let back: Cursor = cursor.to_string().parse().unwrap();
        assert_eq!(back.read([7; 8]).unwrap(), values);
        assert_eq!(back.read([8; 8]), Err(ViewError::CursorOfOtherQuery));
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in ["", "zz", "0", "01", "02aaaaaaaaaaaaaaaa", "ABCDEF"] {
            let read = text
                .parse::<Cursor>()
                .and_then(|cursor| cursor.read([0xaa; 8]));
            assert_eq!(read, Err(ViewError::CursorUnreadable), "{text}");
        }
        for tail in [
            "74ffffffffffffffff",
            "69",
            "617fffffffffffffff",
            "7401",
            "99",
        ] {
            let cursor: Cursor = format!("01aaaaaaaaaaaaaaaa{tail}").parse().unwrap();
            assert_eq!(
                cursor.read([0xaa; 8]),
                Err(ViewError::CursorUnreadable),
                "{tail}"
            );
        }
    }
}
