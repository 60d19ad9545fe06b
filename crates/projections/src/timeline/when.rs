//! Instants as people in China read them: local time of UTC+8, which has known no summer time
//! since 1991.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, Timelike, Utc};
use gridwhistle_domain::text::Text;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// UTC+8 in seconds.
const OFFSET_SECONDS: i32 = 8 * 3_600;

/// `2026年7月1日 09:30`, `1 Jul 2026 09:30`.
pub(crate) fn when(at: DateTime<Utc>) -> Text {
    let local = FixedOffset::east_opt(OFFSET_SECONDS).map_or_else(
        || (at + TimeDelta::seconds(i64::from(OFFSET_SECONDS))).naive_utc(),
        |zone| at.with_timezone(&zone).naive_local(),
    );
    let (year, month, day) = (local.year(), local.month(), local.day());
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    let name = MONTHS[local.month0() as usize];
    Text::new(
        format!("{year}年{month}月{day}日 {clock}"),
        format!("{day} {name} {year} {clock}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_in_chinese_time() {
        let at = "2026-06-30T16:05:00Z".parse().unwrap();
        let told = when(at);
        assert_eq!(told.zh, "2026年7月1日 00:05");
        assert_eq!(told.en, "1 Jul 2026 00:05");
    }
}
