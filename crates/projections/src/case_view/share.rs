//! When a share of a clock's budget is about consumed, estimated on the wall. The stream counts
//! exactly; this only finds candidates.

use chrono::{DateTime, TimeDelta, Utc};

/// The instant between `since` and `due` at which `percent` of the budget is about consumed;
/// `since` when it was consumed before.
pub(crate) fn share_at(
    since: DateTime<Utc>,
    due: DateTime<Utc>,
    budget: i64,
    consumed: i64,
    percent: u32,
) -> DateTime<Utc> {
    let wanted = i128::from(budget) * i128::from(percent) - i128::from(consumed) * 100;
    let left = (i128::from(budget) - i128::from(consumed)) * 100;
    if wanted <= 0 || left <= 0 {
        return since;
    }
    let wall = i128::from((due - since).num_seconds().max(0));
    i64::try_from(wall * wanted / left)
        .ok()
        .and_then(TimeDelta::try_seconds)
        .and_then(|span| since.checked_add_signed(span))
        .unwrap_or(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_budget_is_counted_from_what_was_consumed_before() {
        let at = |hour: i64| DateTime::from_timestamp(hour * 3_600, 0).unwrap();
        assert_eq!(share_at(at(0), at(10), 600, 0, 50), at(5));
        // 240 of 600 minutes are gone: 60 more of the 360 left make half.
        assert_eq!(share_at(at(4), at(10), 600, 240, 50), at(5));
        assert_eq!(share_at(at(4), at(10), 600, 300, 50), at(4));
        assert_eq!(share_at(at(4), at(10), 0, 0, 50), at(4));
    }
}
