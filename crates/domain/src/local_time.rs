//! Instants as people write them: local time of China (+08:00), or with an offset of their own.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};

const CHINA_SECONDS: i32 = 8 * 3_600;

/// The offset of all of China.
#[must_use]
pub fn china() -> FixedOffset {
    FixedOffset::east_opt(CHINA_SECONDS).unwrap_or_else(|| Utc.fix())
}

/// Reads `2026-07-01`, `2026-07-01 09:30`, `2026-07-01T09:30:00`, or any of RFC 3339. None: it is no
/// such instant.
///
/// ```
/// use gridwhistle_domain::local_time::read;
///
/// let at = read("2026-07-01 09:30").unwrap();
/// assert_eq!(read("2026-07-01T01:30:00Z"), Some(at));
/// assert_eq!(read("2026-02-30"), None);
/// ```
#[must_use]
pub fn read(text: &str) -> Option<DateTime<Utc>> {
    let trimmed = text.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(&trimmed.replacen(' ', "T", 1)) {
        return Some(instant.to_utc());
    }
    let forms = [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
    ];
    let at = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(trimmed, form).ok())
        .or_else(|| {
            let date = NaiveDate::parse_from_str(trimmed, "%Y-%m-%d").ok()?;
            Some(date.and_time(NaiveTime::MIN))
        })?;
    china()
        .from_local_datetime(&at)
        .single()
        .map(|at| at.to_utc())
}

/// The day of an instant.
#[must_use]
pub fn date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&china()).date_naive()
}
