//! The Kaplan–Meier median: how long half of the work takes, with what is still open in it.
//!
//! A plain median forgets what is not done, so a unit that finishes its easy half looks fast. Here an
//! open leg counts as "longer than until now" (`DOMAIN.md` 4.4).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Digits in which shares that remain are compared: far beyond what rounding moves, far before what
/// two different ones share.
const DIGITS: u32 = 20;

/// One leg, as long as it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Seen {
    /// Working minutes until it was done, or until now.
    pub minutes: i64,
    /// Whether it was done.
    pub done: bool,
}

/// The first minute by which at most half remain; none while more than half do.
///
/// ```
/// use gridwhistle_domain::score::survival::{Seen, median};
///
/// let done = |minutes| Seen { minutes, done: true };
/// let open = |minutes| Seen { minutes, done: false };
/// // Without open legs it is the plain median.
/// assert_eq!(median(&mut [done(10), done(20), done(30)]), Some(20));
/// // Two that are open since long push it out; three, and there is none yet.
/// assert_eq!(median(&mut [done(10), done(20), done(90), open(50), open(60)]), Some(90));
/// assert_eq!(median(&mut [done(10), done(20), open(50), open(60), open(70)]), None);
/// ```
#[must_use]
pub fn median(seen: &mut [Seen]) -> Option<i64> {
    // At the same minute what is done comes before what is only seen so far.
    seen.sort_unstable_by_key(|one| (one.minutes, !one.done));
    let half = Decimal::new(5, 1);
    // The share that remained when the last open leg was left behind, and of how many it is counted.
    let (mut before, mut of) = (Decimal::ONE, seen.len());
    let mut remain = seen.len();
    let mut at = 0;
    while let Some(first) = seen.get(at) {
        let minute = first.minutes;
        let here = seen.get(at..)?;
        let here = here.iter().take_while(|one| one.minutes == minute);
        let (mut done, mut open) = (0, 0);
        for one in here {
            done += usize::from(one.done);
            open += usize::from(!one.done);
        }
        remain -= done;
        let share = before * Decimal::from(remain) / Decimal::from(of);
        if done > 0 && share.round_dp(DIGITS) <= half {
            return Some(minute);
        }
        if open > 0 {
            remain -= open;
            (before, of) = (share, remain);
        }
        at += done + open;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(minutes: i64) -> Seen {
        Seen {
            minutes,
            done: true,
        }
    }

    fn open(minutes: i64) -> Seen {
        Seen {
            minutes,
            done: false,
        }
    }

    /// Worked by hand: 10 done of 6 leaves 5/6; 15 is open, so of 4 left 20 done leaves 5/6·3/4 = 5/8;
    /// 25 done leaves 5/6·2/4 = 5/12: below half.
    #[test]
    fn an_open_leg_is_left_out_of_those_at_risk_after_it() {
        let mut seen = [done(10), open(15), done(20), done(25), open(40), done(50)];
        assert_eq!(median(&mut seen), Some(25));
    }

    /// 6/9 and 3/4 do not end in decimals, or do; their product is half, and half is enough.
    #[test]
    fn exactly_half_is_half() {
        let mut seen = [&[done(1); 3][..], &[open(1); 2], &[done(2)], &[open(9); 3]].concat();
        assert_eq!(median(&mut seen), Some(2));
        // 5/6 · 2/3 is more than half, and nothing more is done.
        let mut seen = [&[done(1), open(1), open(1), done(2)][..], &[open(9); 2]].concat();
        assert_eq!(median(&mut seen), None);
    }

    #[test]
    fn of_nothing_and_of_what_is_all_open_there_is_none() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [open(5), open(6)]), None);
    }
}
