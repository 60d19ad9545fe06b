//! 大屏: the overview for a wall. Few figures, large; no names, no phones, no addresses and no words of
//! a report. Two views take turns; each has an address of its own.

use super::overview::{flow_opens, group_opens, words};
use crate::frame::Frame;
use crate::parts::figure::{bar, value};
use crate::parts::lamp::shape;
use crate::reader::Reader;
use crate::words::frame::Word as F;
use crate::words::overview::Word as W;
use gridwhistle_projections::questions::{Board, BoardList, BoardPart, Count, Light};
use maud::{Markup, html};

/// Units on the second view.
const UNITS: usize = 8;

/// One of the two views.
#[must_use]
pub fn page(frame: &Frame<'_>, overview: &Board, second: bool) -> Markup {
    let reader = frame.reader;
    let held = frame.address.get("hold").is_some();
    let (own, other) = if second { ("2", "1") } else { ("1", "2") };
    let view = |view: &str, hold: bool| {
        let hold = hold.then_some(("hold", "1"));
        crate::address::written("/", [("wall", view)].into_iter().chain(hold))
    };
    let content = html! {
        div.wall-top {
            h1 { (reader.say(F::Product)) " · " (reader.say(W::Title)) }
            (frame.stand())
            nav {
                a rel="next" data-turn=[(!held).then_some("30")] href=(view(other, held)) { (own) "/2" } " "
                a href=(view(own, !held)) { (reader.say(if held { W::Turn } else { W::Hold })) } " "
                a href="/" { (reader.say(W::Desk)) }
            }
        }
        @if second {
            div.wall.halves { (classes(reader, overview)) (units(reader, overview)) }
        } @else {
            div.wall {
                @for (no, list) in overview.lists.iter().enumerate() { (tile(reader, no, list)) }
                (flow(reader, overview))
            }
        }
    };
    frame.page(reader.say(W::Wall), &content)
}

fn tile(reader: &Reader, no: usize, list: &BoardList) -> Markup {
    let light = match list.part {
        BoardPart::Severe => Light::Severe,
        BoardPart::Overdue => Light::Overdue,
        BoardPart::DueSoon | BoardPart::Unanswered | BoardPart::Returns => Light::Prewarning,
        BoardPart::ReviewDue => Light::Suspended,
    };
    let light = if list.total == 0 {
        Light::InTime
    } else {
        light
    };
    html! {
        section class={ "tile " (light.code()) } {
            h2 { (shape(light)) (reader.say(words(list.part).0)) }
            p.big { a href=(super::overview::opens(list.part)) { (value(&format!("/lists/{no}/total"), list.total)) } }
            // Without a first case, too: the figures of all tiles stand on one line.
            p.first { @if let Some(row) = list.rows.first() {
                    @if let Some(class) = &row.class { (reader.class(class)) (reader.between()) }
                    @if let Some(unit) = row.next_unit.as_ref().or(row.street.as_ref()) { (reader.unit(unit)) (reader.between()) }
                    @if let Some(late) = row.overdue_minutes { span { "+" (reader.span(late)) } }
                    @else if let Some(left) = row.remaining_minutes { span { (reader.span(left)) } }
            } }
        }
    }
}

fn flow(reader: &Reader, overview: &Board) -> Markup {
    html! {
        section.tile.wide {
            h2 { (reader.say(W::Flow)) }
            p.big {
                a href=(flow_opens(overview, "reported_from")) { (value("/received", overview.received)) } small { (reader.say(W::Received)) }
                a href=(flow_opens(overview, "closed_from")) { (value("/closed", overview.closed)) } small { (reader.say(W::Closed)) }
                a href="/cases?open_only=true" { (value("/classes/total/open", overview.classes.total.open)) } small { (reader.say(W::StillOpen)) }
            }
        }
    }
}

fn classes(reader: &Reader, overview: &Board) -> Markup {
    let most = overview.classes.rows.iter().map(|row| row.open).max();
    html! {
        section {
            h2 { (reader.say(W::ByClass)) }
            table { (head(reader)) tbody {
                @for (no, row) in overview.classes.rows.iter().enumerate() {
                    @let name = row.group.as_deref().map_or_else(|| reader.say(W::Unclassed).to_owned(), |code| reader.class(code));
                    (line(&name, ("classes", "class", no), row, most.unwrap_or(0)))
                }
            } }
        }
    }
}

fn units(reader: &Reader, overview: &Board) -> Markup {
    let mut rows: Vec<(usize, &Count)> = overview.units.rows.iter().enumerate().collect();
    rows.sort_by_key(|(_, row)| (-row.open_overdue, -row.open));
    let most = rows.iter().map(|(_, row)| row.open).max();
    html! {
        section {
            h2 { (reader.say(W::ByUnit)) }
            table { (head(reader)) tbody {
                @for (no, row) in rows.into_iter().take(UNITS) {
                    @let name = row.group.as_deref().map_or_else(|| reader.say(W::NoUnit).to_owned(), |code| reader.unit(code));
                    (line(&name, ("units", "unit", no), row, most.unwrap_or(0)))
                }
            } }
        }
    }
}

/// What the columns hold; the name and the bar speak for themselves.
fn head(reader: &Reader) -> Markup {
    html! {
        thead { tr {
            td {}
            th.num scope="col" { (reader.say(W::Open)) }
            th.num scope="col" { (reader.say(W::Overdue)) }
            td {}
        } }
    }
}

fn line(
    name: &str,
    (table, by, no): (&str, &'static str, usize),
    row: &Count,
    most: i64,
) -> Markup {
    let place = |figure: &str| format!("/{table}/rows/{no}/{figure}");
    html! {
        tr {
            th scope="row" { (name) }
            td.num { a href=(group_opens(by, row, false)) { (value(&place("open"), row.open)) } }
            td.num.late { @if row.open_overdue > 0 { a href=(group_opens(by, row, true)) { (value(&place("open_overdue"), row.open_overdue)) } } }
            td.bar { (bar(row.open, row.open_overdue, most)) }
        }
    }
}
