//! Who is called back: a sample that whoever calls does not pick (`DOMAIN.md` 4.7).
//!
//! Whether a case is drawn follows from a hash of its id, of the month in which it was closed, and of
//! the microsecond at which it was reported. Nobody who calls or counts can choose among closed cases,
//! anybody can check the draw, and whoever picks an id picks no microsecond. It is no secret: once a case is
//! reported, whoever reads the log can reckon the draw of any month, and so whoever signs it off can know
//! whether it will be called back, and can wait for another month. `docs/reference/figures.md` says so, too.

use crate::calendar::Month;
use crate::ids::CaseId;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// Where a case that was closed in a month stands in its draw, from 0 to 99: it is called back where
/// that is below the percentage that the policy wants.
///
/// ```
/// use gridwhistle_domain::calendar::Month;
/// use gridwhistle_domain::ids::CaseId;
/// use gridwhistle_domain::score::sample::draw;
///
/// let (case, reported) = (CaseId::default(), "2026-05-29T01:23:45.678901Z".parse().unwrap());
/// let june = Month::of("2026-06-03T02:00:00Z".parse().unwrap());
/// assert_eq!(draw(case, reported, june), draw(case, reported, june), "for whoever asks");
/// assert!(draw(case, reported, june) < 100);
/// ```
#[must_use]
pub fn draw(case: CaseId, reported_at: DateTime<Utc>, month: Month) -> u8 {
    let digest = Sha256::new()
        .chain_update(case.0.as_bytes())
        .chain_update(month.to_string().as_bytes())
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
    fn the_draw_is_the_hash_of_id_month_and_microsecond() {
        let june = Month::of("2026-06-15T00:00:00Z".parse().unwrap());
        let drawn = draw(CaseId(Uuid::nil()), DateTime::UNIX_EPOCH, june);
        assert_eq!(drawn, 85);
    }

    #[test]
    fn about_as_many_are_drawn_as_the_policy_wants_and_others_in_the_next_month() {
        let june = Month::of("2026-06-15T00:00:00Z".parse().unwrap());
        let drawn = |month| {
            let ids = (0..10_000_u128).map(|id| CaseId(Uuid::from_u128(id)));
            ids.filter(|id| draw(*id, DateTime::UNIX_EPOCH, month) < 10)
                .collect::<Vec<_>>()
        };
        let (june, july) = (drawn(june), drawn(june.next()));
        assert!((900..1_100).contains(&june.len()), "{}", june.len());
        let both = june.iter().filter(|id| july.contains(id)).count();
        assert!((50..150).contains(&both), "{both} of both months");
    }
}
