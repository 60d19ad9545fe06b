//! Why a clock is due when it is, in words: its limit, from when, what does not count, what moved it.

use crate::labels;
use crate::moment::{date, show};
use crate::words::{Word as W, say, told};
use chrono::{DateTime, NaiveDate, Utc};
use gridwhistle::domain::calendar::{Calendar, CalendarBook, Limit, Measure};
use gridwhistle::domain::case::clock::{Clock, ClockState};
use gridwhistle::domain::policy::words;
use std::collections::BTreeSet;

/// More days than this on the way are not looked at one by one.
const DAYS_MOST: usize = 400;

/// How a limit is counted from an instant to a due time.
pub(crate) fn counted(
    limit: Limit,
    start: DateTime<Utc>,
    due: DateTime<Utc>,
    calendar: &Calendar,
) -> String {
    let mut out = told(W::LimitOf, &[&say(&words::limit(limit))]);
    out += &told(W::FromStart, &[&show(start)]);
    out += &match limit {
        Limit::WorkingDays(days) => told(W::DaysRule, &[&days]),
        Limit::NaturalDays(days) => told(W::NaturalRule, &[&days]),
        Limit::WorkingMinutes(_) => W::WorkingRule.to_string(),
        Limit::CalendarMinutes(_) => W::WallRule.to_string(),
    };
    let parts = std::iter::once(out);
    let parts: Vec<String> = match limit.measure() {
        Measure::Working => parts.chain(on_the_way(start, due, calendar)).collect(),
        Measure::Calendar => parts.collect(),
    };
    parts.join(&W::ListSemicolon.to_string())
}

/// The days off and the make-up workdays between two instants.
fn on_the_way(start: DateTime<Utc>, due: DateTime<Utc>, calendar: &Calendar) -> Vec<String> {
    let last = date(due);
    let days = date(start)
        .iter_days()
        .take_while(|day| *day <= last)
        .take(DAYS_MOST);
    let (mut off, mut makeup) = (0, 0);
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for day in days {
        let special = calendar.day(day);
        if !calendar.is_working_day(day) {
            off += 1;
            names.extend(
                special
                    .map(|day| day.name.as_str())
                    .filter(|name| !name.is_empty()),
            );
        } else if is_weekend(day) {
            makeup += 1;
        }
    }
    let mut parts = Vec::new();
    if off > 0 && names.is_empty() {
        parts.push(told(W::DaysOff, &[&off]));
    } else if off > 0 {
        let names: Vec<&str> = names.into_iter().collect();
        parts.push(told(
            W::DaysOffNamed,
            &[&off, &names.join(&W::ListComma.to_string())],
        ));
    }
    if makeup > 0 {
        parts.push(told(W::MakeUpDays, &[&makeup]));
    }
    parts
}

fn is_weekend(day: NaiveDate) -> bool {
    chrono::Datelike::weekday(&day).num_days_from_monday() >= 5
}

/// Minutes that a clock has used at an instant.
pub(crate) fn used(clock: &Clock, calendars: &CalendarBook, at: DateTime<Utc>) -> i64 {
    let running = clock.state == ClockState::Running;
    let calendar = calendars.get(&clock.calendar).filter(|_| running);
    let more = calendar.map_or(0, |calendar| {
        calendar.minutes_between(clock.limit.measure(), clock.since, at.max(clock.since))
    });
    clock.consumed + more
}

/// One clock explained, as of an instant.
pub(crate) fn explained(clock: &Clock, calendars: &CalendarBook, at: DateTime<Utc>) -> String {
    let mut parts = Vec::new();
    if let Some(calendar) = calendars.get(&clock.calendar) {
        parts.push(counted(
            clock.limit,
            clock.started_at,
            clock.marks.due,
            calendar,
        ));
    }
    if clock.budget > clock.original {
        let more = span(clock, clock.budget - clock.original);
        parts.push(told(W::Extended, &[&more]));
    }
    if clock.suspended > 0 {
        parts.push(told(W::Stood, &[&span(clock, clock.suspended)]));
    }
    let used = used(clock, calendars, at);
    let percent = labels::percent(Some(used), Some(clock.budget));
    parts.push(told(
        W::UsedOf,
        &[&span(clock, used), &span(clock, clock.budget), &percent],
    ));
    if clock.state == ClockState::Suspended {
        parts.push(W::MovesOn.to_string());
    }
    if clock.marks.provisional {
        let year = show(clock.marks.due).chars().take(4).collect::<String>();
        parts.push(told(W::ProvisionalDue, &[&year]));
    }
    parts.push(told(W::CalendarUsed, &[&clock.calendar]));
    parts.join(&W::ListSemicolon.to_string())
}

/// Minutes by the measure of the clock: of working time there is no day.
fn span(clock: &Clock, minutes: i64) -> String {
    match clock.limit.measure() {
        Measure::Working => labels::hours(minutes),
        Measure::Calendar => labels::duration(minutes),
    }
}
