//! The clock card: when the next duty is due, how much of its budget is used, and why it is due then.

use super::{View, mark};
use crate::parts::figure::bar;
use crate::parts::lamp::lamp;
use crate::parts::{line, time};
use crate::reader::Reader;
use crate::words::case::Word as W;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use gridwhistle_domain::calendar::{Calendar, CalendarVersion, Limit, Measure};
use gridwhistle_domain::local_time::date;
use gridwhistle_domain::policy::words;
use gridwhistle_projections::case_view::ClockRow;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// More days than this on the way are not looked at one by one.
const DAYS_MOST: usize = 400;

/// The card, and all clocks folded below it.
pub(super) fn card(reader: &Reader, view: &View<'_>) -> Markup {
    let file = &view.sheet.file;
    let effective = file.clocks.iter().rev().find(|clock| {
        let of_leg = file.ledger.clock_leg == clock.leg;
        let same = file.ledger.clock_kind.as_deref() == Some(clock.kind.as_str());
        same && of_leg && file.ledger.due == Some(clock.due) && clock.ended_at.is_none()
    });
    html! {
        section.clock {
            h2 { (reader.say(W::Clock)) }
            @match effective.filter(|_| file.ledger.open) {
                Some(clock) => (shown(reader, view, clock)),
                None => p.nothing { (reader.say(W::NoClock)) },
            }
            @if !file.clocks.is_empty() { (all(reader, &file.clocks)) }
        }
    }
}

fn shown(reader: &Reader, view: &View<'_>, clock: &ClockRow) -> Markup {
    let (row, at) = (&view.sheet.file.ledger, view.sheet.as_of);
    let limit: Option<Limit> = clock.limit_text.parse().ok();
    let used = used(reader, clock, limit, at);
    let span = |minutes| match limit.map(Limit::measure) {
        Some(Measure::Working) => reader.hours(minutes),
        _ => reader.span(minutes),
    };
    let late = (at - clock.due).num_minutes();
    html! {
        div.face {
            p.duty { (mark(view, "/clock_kind", html! { (line::clock(reader, &clock.kind)) }))
                @if let Some(unit) = &row.next_unit { " " span.minor { (reader.unit(unit)) } } }
            p.due { span.minor { (reader.say(W::DueAt)) } " " (mark(view, "/due", time::at(reader, clock.due))) }
            p.left {
                (lamp(reader, row.light(at))) " "
                @if clock.state == "running" { @if late > 0 { span.late { "+" (reader.span(late)) } } @else { (reader.span(-late)) } }
            }
            div.spent {
                (bar(used.min(clock.budget), if used > clock.budget { clock.budget } else { 0 }, clock.budget))
                p { span.minor { (reader.say(W::Used)) } " " (span(used)) " / " (span(clock.budget)) }
            }
        }
        details.why open {
            summary { (reader.say(W::Counted)) }
            ul { @for reason in reasons(reader, clock, limit) { li { (reason) } } }
        }
    }
}

/// Minutes used at an instant, by the clock's own measure and calendar.
fn used(reader: &Reader, clock: &ClockRow, limit: Option<Limit>, at: DateTime<Utc>) -> i64 {
    let calendars = &reader.reference.calendars;
    let calendar = calendars.get(&CalendarVersion::new(clock.calendar.clone()));
    match (calendar, limit) {
        (Some(calendar), Some(limit)) if clock.state == "running" => {
            clock.consumed
                + calendar.minutes_between(limit.measure(), clock.since, at.max(clock.since))
        }
        _ => clock.consumed,
    }
}

/// What the due time follows from.
fn reasons(reader: &Reader, clock: &ClockRow, limit: Option<Limit>) -> Vec<String> {
    let mut told = vec![reader.fill(W::WhyStart, &[&reader.when(clock.started_at)])];
    let calendars = &reader.reference.calendars;
    let calendar = calendars.get(&CalendarVersion::new(clock.calendar.clone()));
    if let Some(limit) = limit {
        told.push(reader.fill(W::WhyLimit, &[&reader.own(words::limit(limit))]));
        told.push(match limit {
            Limit::WorkingDays(days) => reader.fill(W::WhyDays, &[&days.to_string()]),
            Limit::NaturalDays(_) => reader.say(W::WhyNatural).to_owned(),
            Limit::WorkingMinutes(_) => reader.say(W::WhyWorking).to_owned(),
            Limit::CalendarMinutes(_) => reader.say(W::WhyWall).to_owned(),
        });
        if let (Measure::Working, Some(calendar)) = (limit.measure(), calendar) {
            told.extend(days_off(reader, clock, calendar));
        }
        let extended = match limit {
            Limit::WorkingMinutes(minutes) | Limit::CalendarMinutes(minutes) => {
                clock.budget > i64::from(minutes)
            }
            Limit::WorkingDays(_) | Limit::NaturalDays(_) => false,
        };
        if extended {
            let whole = match limit.measure() {
                Measure::Working => reader.hours(clock.budget),
                Measure::Calendar => reader.span(clock.budget),
            };
            told.push(reader.fill(W::WhyExtended, &[&whole]));
        }
    }
    if clock.provisional {
        told.push(reader.say(W::WhyProvisional).to_owned());
    }
    told.push(reader.fill(W::WhyCalendar, &[&clock.calendar]));
    told
}

/// The days off between start and due time, holidays by name.
fn days_off(reader: &Reader, clock: &ClockRow, calendar: &Calendar) -> Option<String> {
    let last: NaiveDate = date(clock.due);
    let days = date(clock.started_at).iter_days();
    let days = days.take_while(|day| *day <= last).take(DAYS_MOST);
    let off: Vec<NaiveDate> = days.filter(|day| !calendar.is_working_day(*day)).collect();
    if off.is_empty() {
        return None;
    }
    let named = off.iter().filter_map(|day| calendar.day(*day));
    let names: BTreeSet<&str> = named
        .map(|day| day.name.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let count = off.len().to_string();
    if names.is_empty()
        || off
            .iter()
            .all(|day| day.weekday().num_days_from_monday() >= 5)
    {
        return Some(reader.fill(W::WhyOff, &[&count]));
    }
    let names: Vec<&str> = names.into_iter().collect();
    Some(reader.fill(W::WhyOffNamed, &[&count, &names.join("、")]))
}

fn all(reader: &Reader, clocks: &[ClockRow]) -> Markup {
    let state = |clock: &ClockRow| match clock.state.as_str() {
        "running" => W::Running,
        "suspended" => W::Standing,
        "stopped" => W::Stopped,
        _ => W::Cancelled,
    };
    html! {
        details.clocks {
            summary { (reader.say(W::OtherClocks)) " " span.minor { (clocks.len()) } }
            div.table-wrap { table.small {
                thead { tr {
                    th { (reader.say(W::Kind)) } th { (reader.say(W::Owner)) } th { (reader.say(W::State)) }
                    th.num { (reader.say(W::Started)) } th.num { (reader.say(W::DueAt)) } th {}
                } }
                tbody { @for clock in clocks {
                    tr {
                        th scope="row" { (line::clock(reader, &clock.kind)) }
                        td { @if let Some(unit) = &clock.unit { (reader.unit(unit)) } }
                        td { (reader.say(state(clock))) }
                        td.num { (time::at(reader, clock.started_at)) }
                        td.num { (time::at(reader, clock.due)) }
                        td { @if clock.missed { span.late { (reader.say(W::Missed)) } } }
                    }
                } }
            } }
        }
    }
}
