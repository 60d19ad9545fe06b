//! The instants that follow from a clock: when its light changes, and when its time is up.
//!
//! The commands store them in the events that change a clock; the views compute them for a clock
//! that stands until a known instant, so that lists need nobody to notice that it runs again.

use super::clock::{Clock, Marks};
use crate::calendar::{Calendar, Limit};
use crate::policy::rows::Supervision;
use chrono::{DateTime, Utc};

/// The marks of a clock that runs since `clock.since` and is due at `due`; without rules, all at
/// the due time.
#[must_use]
pub fn marks(
    clock: &Clock,
    calendar: &Calendar,
    rules: Option<&Supervision>,
    due: DateTime<Utc>,
    provisional: bool,
) -> Marks {
    let measure = clock.limit.measure();
    let Some(rules) = rules else {
        return Marks {
            amber: due,
            due,
            yellow: due,
            severe: due,
            red: due,
            provisional,
        };
    };
    let share = |percent: u32| clock.budget * i64::from(percent) / 100;
    // The floor is a span of working time; measured from a working start it has one length.
    let floor = match rules.amber_at_least {
        Limit::CalendarMinutes(minutes) | Limit::WorkingMinutes(minutes) => i64::from(minutes),
        limit => calendar.minutes_between(limit.measure(), due, calendar.due(due, limit).at),
    };
    let remaining = clock.budget - clock.consumed;
    let before_amber = remaining - share(rules.amber_percent).max(floor);
    let amber = calendar
        .add_minutes(measure, clock.since, before_amber.max(0))
        .at
        .min(due);
    let past = |percent: u32| {
        calendar
            .add_minutes(measure, due, (share(percent) - clock.budget).max(0))
            .at
    };
    let red = past(rules.red_percent);
    let severe = red.min(calendar.due(due, rules.severe_after).at);
    Marks {
        amber,
        due,
        yellow: past(rules.yellow_percent),
        severe,
        red,
        provisional,
    }
}

/// The marks of a standing clock once it runs on from an instant with its remaining budget; an
/// overdrawn one stays overdue.
#[must_use]
pub fn resumed(
    clock: &Clock,
    calendar: &Calendar,
    rules: Option<&Supervision>,
    from: DateTime<Utc>,
) -> Marks {
    let remaining = clock.budget - clock.consumed;
    let (due, provisional) = if remaining > 0 {
        let due = calendar.add_minutes(clock.limit.measure(), from, remaining);
        (due.at, due.provisional)
    } else {
        (clock.marks.due, clock.marks.provisional)
    };
    let running = Clock {
        since: from,
        ..clock.clone()
    };
    marks(&running, calendar, rules, due, provisional)
}
