//! What is measured: minutes of handling, age, and like with like.

use super::{Asked, Case, Instant, Leg, Plain};
use gridwhistle::domain::calendar::{CalendarBook, Limit};
use std::collections::BTreeMap;

/// Met of how many, by matter and class.
pub(in crate::figures) type Strata = BTreeMap<(String, String), (u64, u64)>;

impl Plain {
    /// A leg that was done in the window, or is open.
    pub(super) fn measure(
        &mut self,
        case: &Case,
        leg: &Leg,
        asked: &Asked,
        calendars: &CalendarBook,
    ) {
        let until = leg.done.unwrap_or(asked.at);
        let clock = case.handling.as_ref();
        let pinned = clock.and_then(|clock| calendars.get(&clock.calendar.as_str().into()));
        if leg.done.is_none() {
            let calendar = pinned.unwrap_or_else(|| calendars.latest());
            let days = calendar.age_in_working_days(leg.opened, asked.at);
            let bounds = [1, 3, 5, 10, 30].iter();
            self.ages[bounds.filter(|bound| days >= **bound).count()] += 1;
        }
        let (Some(clock), Some(calendar)) = (clock, pinned) else {
            return;
        };
        let measure = clock.limit.parse::<Limit>().expect("a limit").measure();
        let sum = |spans: &[(Instant, Instant)], since: Option<Instant>| -> i64 {
            let spans = spans.iter().copied();
            let spans = spans.chain(since.map(|from| (from, until)));
            let spans = spans.map(|(from, to)| (from.max(leg.opened), to.min(until)));
            let spans = spans.filter(|(from, to)| from < to);
            spans
                .map(|(from, to)| calendar.minutes_between(measure, from, to))
                .sum()
        };
        let ran = sum(&clock.ran, clock.runs_since);
        self.seen.push((ran, leg.done.is_some()));
        if leg.done.is_some() {
            let stood = sum(&clock.stood, clock.stands_since);
            self.minutes.push(ran);
            let suspended = self.shares.entry("suspended").or_default();
            suspended.0 += stood.unsigned_abs();
            suspended.1 += (stood + ran).unsigned_abs();
        }
    }
}

/// The minute by which half are done: what remains shrinks at each minute by the share that was done then
/// of those still seen.
pub(in crate::figures) fn half_done(seen: &[(i64, bool)]) -> Option<i64> {
    let done = seen.iter().filter(|one| one.1);
    let mut done: Vec<i64> = done.map(|one| one.0).collect();
    done.sort_unstable();
    done.dedup();
    let mut remain = 1.0;
    done.into_iter().find(|minute| {
        let at_risk = seen.iter().filter(|one| one.0 >= *minute).count();
        let ended = seen.iter().filter(|one| **one == (*minute, true)).count();
        remain *= 1.0 - ended as f64 / at_risk as f64;
        remain <= 0.5 + 1e-9
    })
}

/// On time against what a city achieves with the same matters and classes.
pub(in crate::figures) fn against(own: &Strata, city: &Strata) -> Option<f64> {
    let met: u64 = own.values().map(|(met, _)| met).sum();
    let some = own.iter().filter(|(_, (_, of))| *of > 0);
    let expected = some.map(|(stratum, (_, of))| {
        let (met, all) = city[stratum];
        *of as f64 * met as f64 / all as f64
    });
    let expected: f64 = expected.sum();
    (expected > 0.0).then(|| met as f64 / expected)
}
