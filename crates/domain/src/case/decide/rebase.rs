//! A newer calendar settles due times that were provisional (`DOMAIN.md` 5).
//!
//! Responsible for giving a clock another due time without touching what it consumed. Refuses to
//! move a due time that was never provisional: a published calendar binds both sides.

use super::Desk;
use crate::calendar::{Calendar, CalendarVersion, Due};
use crate::case::clock::Clock;
use crate::case::fact::CaseFact as F;
use crate::case::refusal::{Refusal, RefusalCode as Code};

/// Recomputes every provisional due time under a calendar that is newer than the one it pins.
pub(super) fn rebase(desk: &mut Desk<'_>, version: &CalendarVersion) -> Result<(), Refusal> {
    let book = &desk.ctx.reference.calendars;
    let known = book
        .get(version)
        .filter(|calendar| calendar.known_at() <= desk.now());
    let Some(newer) = known else {
        let accepted = desk.calendar().version();
        return Err(desk.refuse(Code::CalendarMissing, version, accepted));
    };
    let moving: Vec<(Clock, i64, Due)> = desk
        .case
        .owed_clocks()
        .filter(|clock| clock.marks.provisional)
        .filter(|clock| desk.calendar_of(clock).known_at() < newer.known_at())
        .map(|clock| {
            let (budget, due) = under(desk, clock, newer);
            (clock.clone(), budget, due)
        })
        .filter(|(clock, _, due)| due.at != clock.marks.due || !due.provisional)
        .collect();
    desk.ensure(
        !moving.is_empty(),
        Code::NothingToRebase,
        version,
        "a calendar that settles a provisional due time",
    )?;
    for (clock, budget, due) in moving {
        move_due(desk, &clock, budget, due, newer, "calendar");
    }
    Ok(())
}

/// Budget and due time of a clock under another calendar; what it consumed stays.
fn under(desk: &Desk<'_>, clock: &Clock, newer: &Calendar) -> (i64, Due) {
    let measure = clock.limit.measure();
    let pinned = desk.calendar_of(clock);
    let unbroken = clock.consumed == pinned.minutes_between(measure, clock.started_at, clock.since);
    if !clock.is_running() || !unbroken {
        // Time that it stood was never charged: what remains runs on from where it stands.
        let remaining = clock.budget - clock.consumed;
        return (
            clock.budget,
            newer.add_minutes(measure, clock.since, remaining),
        );
    }
    let limit = newer.due(clock.started_at, clock.limit);
    let more = newer.add_minutes(measure, limit.at, clock.budget - clock.original);
    let due = Due {
        at: more.at,
        provisional: limit.provisional || more.provisional,
    };
    let remaining = newer.minutes_between(measure, desk.now(), due.at);
    (desk.consumed(clock) + remaining, due)
}

/// Gives an owed clock this due time and budget, with all it consumed so far.
pub(super) fn move_due(
    desk: &mut Desk<'_>,
    clock: &Clock,
    budget: i64,
    due: Due,
    calendar: &Calendar,
    cause: &str,
) {
    let consumed = desk.consumed(clock);
    let since = if clock.is_running() {
        desk.now()
    } else {
        clock.since
    };
    let moved = Clock {
        budget,
        consumed,
        since,
        ..clock.clone()
    };
    let marks = desk.marks(&moved, calendar, due.at, due.provisional);
    desk.emit(F::ClockRebased {
        id: clock.id,
        old_due: clock.marks.due,
        marks,
        budget,
        consumed,
        calendar: calendar.version().clone(),
        cause: cause.to_owned(),
        renewed: None,
    });
}

#[cfg(test)]
mod tests;
