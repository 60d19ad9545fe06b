//! Who is called back: a sample that nobody picks (`DOMAIN.md` 4.7).
//!
//! Whether a case is drawn follows from a hash of its id, of the month in which it was closed, and of
//! the microsecond at which it was reported: nobody who closes it, calls or counts can move it, and
//! whoever picks an id picks no microsecond.

use crate::ids::CaseId;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// The month (of China's calendar) whose closed cases one sample is drawn from.
///
/// ```
/// use gridwhistle_domain::score::sample::Epoch;
///
/// let last_minute = "2026-06-30T15:59:00Z".parse().unwrap();
/// assert_eq!(Epoch::of(last_minute).to_string(), "2026-06");
/// let first = "2026-06-30T16:00:00Z".parse().unwrap();
/// assert_eq!(Epoch::of(first).to_string(), "2026-07", "midnight in Shanghai");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Epoch {
    year: i32,
    month: u32,
}

impl Epoch {
    /// The month that an instant lies in.
    #[must_use]
    pub fn of(at: DateTime<Utc>) -> Self {
        const CHINA: TimeDelta = TimeDelta::hours(8);
        let local = at.checked_add_signed(CHINA).unwrap_or(at);
        Self {
            year: local.year(),
            month: local.month(),
        }
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Where a closed case stands in the draw of an epoch, from 0 to 99: it is called back where that is
/// below the percentage that the policy wants.
#[must_use]
pub fn draw(case: CaseId, reported_at: DateTime<Utc>, epoch: Epoch) -> u8 {
    let digest = Sha256::new()
        .chain_update(case.0.as_bytes())
        .chain_update(epoch.to_string().as_bytes())
        .chain_update(reported_at.timestamp_micros().to_be_bytes())
        .finalize();
    let number = digest
        .iter()
        .take(4)
        .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    u8::try_from(number % 100).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// SHA-256 of sixteen zero bytes, `2026-06`, and eight zero bytes begins with 0xf235d165 =
    /// 4,063,613,285: computed with `sha256sum`.
    #[test]
    fn the_draw_is_the_hash_of_id_epoch_and_microsecond() {
        let june = Epoch {
            year: 2026,
            month: 6,
        };
        let drawn = draw(CaseId(Uuid::nil()), DateTime::UNIX_EPOCH, june);
        assert_eq!(drawn, 85);
    }

    #[test]
    fn about_as_many_are_drawn_as_the_policy_wants_and_others_in_the_next_epoch() {
        let drawn = |month| {
            let epoch = Epoch { year: 2026, month };
            let ids = (0..10_000_u128).map(|id| CaseId(Uuid::from_u128(id)));
            ids.filter(|id| draw(*id, DateTime::UNIX_EPOCH, epoch) < 10)
                .collect::<Vec<_>>()
        };
        let (june, july) = (drawn(6), drawn(7));
        assert!((900..1_100).contains(&june.len()), "{}", june.len());
        let both = june.iter().filter(|id| july.contains(id)).count();
        assert!((50..150).contains(&both), "{both} of both months");
    }
}
