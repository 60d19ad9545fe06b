//! The clock card: when the next duty is due, how much of its budget is used, and why it is due then.

use super::{View, mark};
use crate::parts::figure::{bar, named};
use crate::parts::lamp::lamp;
use crate::parts::{line, time};
use crate::reader::Reader;
use crate::words::case::Word as W;
use gridwhistle_domain::calendar::{Limit, Measure};
use gridwhistle_projections::case_view::ClockRow;
use gridwhistle_projections::models::OwedClock;
use maud::{Markup, html};

/// The card, and all clocks folded below it.
pub(super) fn card(reader: &Reader, view: &View<'_>) -> Markup {
    let (row, clocks) = (&view.sheet.file.ledger, &view.sheet.file.clocks);
    // The one that the lists go by.
    let mut owed = view.sheet.owed.iter().enumerate();
    let next = owed.find(|(_, owed)| {
        let of_leg = owed.leg.map(|leg| i64::from(leg.0)) == row.clock_leg;
        of_leg && row.clock_kind.as_deref() == Some(owed.kind.code())
    });
    html! {
        section.clock {
            h2 { (reader.say(W::Clock)) }
            @match next.filter(|_| row.open) {
                Some((no, owed)) => (shown(reader, view, no, owed)),
                None => p.nothing { (reader.say(W::NoClock)) },
            }
            @if !clocks.is_empty() { (all(reader, clocks)) }
        }
    }
}

fn shown(reader: &Reader, view: &View<'_>, no: usize, owed: &OwedClock) -> Markup {
    let (row, at) = (&view.sheet.file.ledger, view.sheet.as_of);
    let limit: Option<Limit> = row
        .clock_limit
        .as_deref()
        .and_then(|limit| limit.parse().ok());
    let working = limit.map(Limit::measure) == Some(Measure::Working);
    let (used, span): (W, fn(&Reader, i64) -> String) = match working {
        true => (W::UsedWorking, Reader::hours),
        false => (W::Used, Reader::span),
    };
    let late = (at - owed.due).num_minutes();
    let over = owed.used > owed.budget;
    let place = |field: &str| format!("/owed/{no}/{field}");
    let minutes = |field: &str, minutes: i64| {
        named(&place(field), &minutes.to_string(), &span(reader, minutes))
    };
    html! {
        div.face {
            p.duty { (mark(view, "/clock_kind", named(&place("kind"), owed.kind.code(), &line::clock(reader, owed.kind.code()))))
                @if let Some(unit) = &row.next_unit { " " span.minor { (reader.unit(unit)) } } }
            p.due { span.minor { (reader.say(W::DueAt)) } " " (mark(view, "/due", time::told(reader, &place("due"), owed.due))) }
            p.left {
                (lamp(reader, row.light(at))) " "
                @if !owed.suspended { @if late > 0 { span.late { "+" (reader.span(late)) } } @else { (reader.span(-late)) } }
            }
            div.spent {
                (bar(owed.used.min(owed.budget), if over { owed.budget } else { 0 }, owed.budget))
                p { span.minor { (reader.say(used)) } " " (minutes("used", owed.used)) " / " (minutes("budget", owed.budget)) }
            }
        }
        details.why open {
            summary { (reader.say(W::Counted)) }
            p { (reader.text(&owed.why)) }
        }
    }
}

/// How a clock stands, in words.
pub(super) fn state(clock: &ClockRow) -> W {
    match clock.state.as_str() {
        "running" => W::Running,
        "suspended" => W::Standing,
        "stopped" => W::Stopped,
        _ => W::Cancelled,
    }
}

fn all(reader: &Reader, clocks: &[ClockRow]) -> Markup {
    html! {
        details.clocks {
            summary { (reader.say(W::OtherClocks)) " " span.minor { (clocks.len()) } }
            div.table-wrap { table.small {
                thead { tr {
                    th { (reader.say(W::Kind)) } th { (reader.say(W::Owner)) } th { (reader.say(W::State)) }
                    th.num { (reader.say(W::Started)) } th.num { (reader.say(W::DueAt)) } td {}
                } }
                tbody { @for (no, clock) in clocks.iter().enumerate() {
                    tr {
                        th scope="row" { (line::clock(reader, &clock.kind)) }
                        td { @if let Some(unit) = &clock.unit { (reader.unit(unit)) } }
                        td { (named(&format!("/clocks/{no}/state"), &clock.state, reader.say(state(clock)))) }
                        td.num data-label=(reader.say(W::Started)) { (time::told(reader, &format!("/clocks/{no}/started_at"), clock.started_at)) }
                        td.num data-label=(reader.say(W::DueAt)) { (time::told(reader, &format!("/clocks/{no}/due"), clock.due)) }
                        td { @if clock.missed { span.late { (reader.say(W::Missed)) } } }
                    }
                } }
            } }
        }
    }
}
