//! Which clocks speak for a case, and what follows from them: the light on the lists, the verdict
//! on time or late, the next reminder.

use super::background::Background;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::clock::{Clock, ClockState, Marks};
use gridwhistle_domain::case::ladder;
use gridwhistle_domain::case::marks::resumed;
use gridwhistle_domain::case::stage::{ClockKind, MandateStage};

/// The clock that speaks for the case on the lists: of those that run, or will by themselves, the
/// one due first, so that no duty hides behind a longer one; else of those that stand; else
/// handling as it ended.
pub(crate) fn effective<'c>(case: &'c Case, background: &Background) -> Option<&'c Clock> {
    let handling = case.handling();
    if !case.is_open() {
        return handling;
    }
    let order = |clock: &&Clock| {
        let stood = Some(clock).filter(|clock| !clock.is_running());
        let until = stood.map(|clock| goes_on(case, clock));
        let due = marks(case, clock, background).due;
        // One that was overdrawn when it stood is late from when it goes on.
        let late_from = due.max(until.flatten().unwrap_or(due));
        (until == Some(None), late_from, due, clock.id)
    };
    case.owed_clocks().min_by_key(order).or(handling)
}

/// When a standing clock goes on by itself. The limit of a window that waits for materials does
/// not, also when the case does.
pub(crate) fn goes_on(case: &Case, clock: &Clock) -> Option<DateTime<Utc>> {
    let mandate = case.mandate.as_ref();
    let waits = mandate.is_some_and(|state| state.stage == MandateStage::AwaitingMaterials);
    let until = case.suspension.as_ref().and_then(|held| held.until);
    until.filter(|_| !(waits && clock.id.kind == ClockKind::Statutory))
}

/// The duties of whoever handles the case, by which it is on time or late.
pub(crate) fn handling_clocks(case: &Case) -> impl Iterator<Item = &Clock> {
    case.clocks.iter().filter(|clock| ladder::goes_by(clock.id))
}

/// The marks of a clock. One that stands until a known instant has those of running on from there,
/// so that a list is right before anybody notices that the instant has passed.
pub(crate) fn marks(case: &Case, clock: &Clock, background: &Background) -> Marks {
    let (Some(until), ClockState::Suspended) = (goes_on(case, clock), clock.state) else {
        return clock.marks;
    };
    let rules = background.supervision(case);
    background.calendar(clock).map_or(clock.marks, |calendar| {
        resumed(clock, calendar, rules, until.max(clock.since))
    })
}

/// The next reminder of a running clock that the ladder goes by: its percent of the budget, and
/// when that is consumed by the clock's own calendar; where that calendar is not known, as if
/// every minute counted, for a hint may come early but not late.
pub(crate) fn reminder(
    case: &Case,
    clock: &Clock,
    background: &Background,
) -> Option<(i64, DateTime<Utc>)> {
    if !clock.is_running() || !ladder::goes_by(clock.id) {
        return None;
    }
    let percents = &background.supervision(case)?.remind_percent;
    let given = case.reminded.iter().filter(|(id, _)| *id == clock.id);
    let most = given.map(|(_, percent)| *percent).max().unwrap_or(0);
    let next = percents.iter().filter(|percent| **percent > most).min()?;
    let left = (clock.budget * i64::from(*next) + 99) / 100 - clock.consumed;
    let at = match background.calendar(clock) {
        Some(calendar) => {
            let measure = clock.limit.measure();
            calendar.add_minutes(measure, clock.since, left.max(0)).at
        }
        None => TimeDelta::try_minutes(left.max(0))
            .and_then(|left| clock.since.checked_add_signed(left))
            .unwrap_or(clock.marks.due),
    };
    Some((i64::from(*next), at))
}

/// Whether a duty was met by its due time. One that fell away after it was missed all the same, so
/// that another class or a meeting washes nothing off.
pub(crate) fn verdict(clock: &Clock) -> Option<bool> {
    clock.on_time().or(clock.missed.then_some(false))
}

#[cfg(test)]
mod tests {
    use super::verdict;
    use gridwhistle_domain::case::clock::{Clock, ClockState};

    #[test]
    fn a_duty_that_fell_away_after_its_due_time_was_missed() {
        let at = "2026-03-09T10:00:00Z";
        let marks =
            serde_json::json!({ "amber": at, "due": at, "yellow": at, "severe": at, "red": at });
        let clock = |state, missed| -> Clock {
            serde_json::from_value(serde_json::json!({
                "id": { "kind": "handle" }, "limit": "5 wd", "calendar": "base", "started_at": at,
                "budget": 1, "original": 1, "consumed": 0, "since": at, "suspended": 0,
                "marks": marks, "state": state, "ended_at": at, "missed": missed
            }))
            .unwrap()
        };
        assert_eq!(verdict(&clock(ClockState::Cancelled, true)), Some(false));
        assert_eq!(verdict(&clock(ClockState::Cancelled, false)), None);
        assert_eq!(verdict(&clock(ClockState::Stopped, false)), Some(true));
        assert_eq!(verdict(&clock(ClockState::Stopped, true)), Some(false));
    }
}
