//! Reading instants fast: events are full of them, and all that this program writes look alike.

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::value::StrDeserializer;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// Reads an instant as chrono does; one in UTC as it is written here, without looking for other
/// forms.
///
/// # Errors
/// What chrono says of a text that is no instant.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    deserializer.deserialize_str(Text)
}

struct Text;

impl Visitor<'_> for Text {
    type Value = DateTime<Utc>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an RFC 3339 formatted date and time string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<DateTime<Utc>, E> {
        match plain(text.as_bytes()) {
            Some(at) => Ok(at),
            None => DateTime::deserialize(StrDeserializer::new(text)),
        }
    }
}

/// `2026-03-09T10:00:00Z`, or with up to nine decimals of a second.
fn plain(text: &[u8]) -> Option<DateTime<Utc>> {
    let (whole, rest) = text.split_at_checked(19)?;
    let shape = [whole[4], whole[7], whole[10], whole[13], whole[16]];
    if shape != *b"--T::" {
        return None;
    }
    let part = |from: usize, to: usize| number(&whole[from..to]);
    let nanos = match rest {
        b"Z" => 0,
        [b'.', decimals @ .., b'Z'] if (1..=9).contains(&decimals.len()) => {
            let missing = u32::try_from(9 - decimals.len()).ok()?;
            number(decimals)? * 10_u32.pow(missing)
        }
        _ => return None,
    };
    let year = i32::try_from(part(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, part(5, 7)?, part(8, 10)?)?;
    let time = date.and_hms_nano_opt(part(11, 13)?, part(14, 16)?, part(17, 19)?, nanos)?;
    Some(time.and_utc())
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        Some(number * 10 + u32::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use chrono::{DateTime, Utc};

    #[derive(Debug, serde::Deserialize)]
    struct Fast(#[serde(deserialize_with = "read")] DateTime<Utc>);

    #[test]
    fn every_text_reads_as_chrono_reads_it() {
        let texts = [
            "2026-03-09T10:00:00Z",
            "2026-03-09T10:00:00.123456Z",
            "2026-03-09T10:00:00.1Z",
            "2026-03-09T10:00:00.123456789Z",
            "2026-03-09T10:00:00.1234567891Z",
            "2026-03-09T10:00:00.Z",
            "2026-03-09T10:00:60Z",
            "2016-12-31T23:59:60.5Z",
            "2024-02-29T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-03-09T24:00:00Z",
            "2026-03-09T10:00:00+08:00",
            "2026-03-09T10:00:00",
            "2026-03-09 10:00:00Z",
            "2026-03-09t10:00:00z",
            "2026-03-09T10:00:0aZ",
            "2026-03-09T10:00:00.12a456Z",
            "+02026-03-09T10:00:00Z",
            "-0001-03-09T10:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999Z",
            "２026-03-09T10:00:00Z",
            "",
            "now",
        ];
        for text in texts {
            let json = serde_json::to_string(text).unwrap();
            let expected = serde_json::from_str::<DateTime<Utc>>(&json);
            let found = serde_json::from_str::<Fast>(&json);
            match (found, expected) {
                (Ok(Fast(found)), Ok(expected)) => assert_eq!(found, expected, "{text}"),
                (Err(found), Err(expected)) => {
                    assert_eq!(found.to_string(), expected.to_string(), "{text}");
                }
                (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
            }
        }
        assert!(serde_json::from_str::<Fast>("7").is_err());
    }
}
