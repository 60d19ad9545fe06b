//! 值班总览: what must be done now comes first; what stands open, and what happened, beside it.

use crate::frame::Frame;
use crate::parts::figure::{bar, how, value};
use crate::parts::line::Line;
use crate::parts::time;
use crate::reader::{Reader, number};
use crate::words::overview::Word as W;
use gridwhistle_domain::text::Language;
use gridwhistle_projections::questions::{Board, BoardList, BoardPart, Count};
use maud::{Markup, html};

/// Units that are shown before the rest is only counted.
const UNITS: usize = 10;

/// The name of a part, and how it is counted.
pub(crate) const fn words(part: BoardPart) -> (W, W) {
    match part {
        BoardPart::DueSoon => (W::DueSoon, W::DueSoonHow),
        BoardPart::Severe => (W::Severe, W::SevereHow),
        BoardPart::Overdue => (W::Overdue, W::OverdueHow),
        BoardPart::Unanswered => (W::Unanswered, W::UnansweredHow),
        BoardPart::Returns => (W::Returns, W::ReturnsHow),
        BoardPart::ReviewDue => (W::ReviewDue, W::ReviewDueHow),
    }
}

/// The list of exactly the cases that a part counts.
#[must_use]
pub fn opens(part: BoardPart) -> &'static str {
    match part {
        BoardPart::DueSoon => "/cases?open_only=true&due_within=120&sort=due",
        BoardPart::Severe => "/lists/severe",
        BoardPart::Overdue => "/lists/overdue",
        BoardPart::Unanswered => "/cases?open_only=true&stage=whistled%2Cdispatched&sort=due",
        BoardPart::Returns => "/cases?open_only=true&duty=return_decision&sort=due",
        BoardPart::ReviewDue => "/cases?open_only=true&review_due=true&sort=due",
    }
}

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, overview: &Board) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.heading {
            h1 { (reader.say(W::Title)) }
            p.sum { a href="/cases?open_only=true" { (open(reader, overview.classes.total.open)) } }
            a.aside href="/?wall=1" { (reader.say(W::Wall)) }
        }
        div.overview {
            div.todo {
                h2.out-of-sight { (reader.say(W::Now)) }
                @for (no, list) in overview.lists.iter().enumerate() { (part(reader, no, list)) }
            }
            div.beside {
                (flow(reader, overview))
                (classes(reader, overview))
                (units(reader, overview))
                (latest(reader, overview))
            }
        }
    };
    frame.page(reader.say(W::Title), &content)
}

fn open(reader: &Reader, total: i64) -> Markup {
    let (before, after) = reader
        .say(W::OpenCases)
        .split_once("{}")
        .unwrap_or_default();
    html! { (before) (value("/classes/total/open", total)) (after) }
}

fn part(reader: &Reader, no: usize, list: &BoardList) -> Markup {
    let (name, counted) = words(list.part);
    let place = format!("/lists/{no}/total");
    html! {
        section class={ "part " (list.part.code()) } data-none[list.total == 0] {
            header {
                h3 { a href=(opens(list.part)) { (reader.say(name)) " " strong { (value(&place, list.total)) } } }
                (how(reader, reader.say(counted)))
            }
            @if list.rows.is_empty() {
                p.nothing { (reader.say(W::NothingHere)) }
            } @else {
                ul.lines {
                    @for (at, row) in list.rows.iter().enumerate() {
                        @let line = Line::from(row);
                        li data-row="" {
                            span.who { (line.number()) }
                            span.about { (line.about(reader)) }
                            span.owner { (line.next(reader)) }
                            span.when { (line.late_by(reader, &format!("/lists/{no}/rows/{at}"))) }
                        }
                    }
                }
                @if i64::try_from(list.rows.len()).unwrap_or(0) < list.total {
                    p.all { a href=(opens(list.part)) { (reader.fill(W::AllOf, &[&number(list.total)])) } }
                }
            }
        }
    }
}

fn flow(reader: &Reader, overview: &Board) -> Markup {
    let since = |name: &str| flow_opens(overview, name);
    html! {
        section.flow {
            h2 { (reader.say(W::Flow)) }
            p {
                a href=(since("reported_from")) { strong { (value("/received", overview.received)) } " " (reader.say(W::Received)) }
                " "
                a href=(since("closed_from")) { strong { (value("/closed", overview.closed)) } " " (reader.say(W::Closed)) }
            }
            (how(reader, &format!("{} {}", reader.say(W::ReceivedHow), reader.say(W::ClosedHow))))
        }
    }
}

fn classes(reader: &Reader, overview: &Board) -> Markup {
    let most = overview.classes.rows.iter().map(|row| row.open).max();
    html! {
        section {
            h2 { (reader.say(W::ByClass)) }
            table.small {
                thead { tr { th { (reader.say(W::Class)) } th.num { (reader.say(W::Open)) } th.num { (reader.say(W::OverdueShare)) } td {} } }
                tbody {
                    @for (no, row) in overview.classes.rows.iter().enumerate() {
                        (group(reader, ("classes", no), row, "class", most.unwrap_or(0)))
                    }
                }
            }
            (how(reader, reader.say(W::GroupsHow)))
        }
    }
}

fn units(reader: &Reader, overview: &Board) -> Markup {
    let mut rows: Vec<(usize, &Count)> = overview.units.rows.iter().enumerate().collect();
    rows.sort_by_key(|(_, row)| (-row.open_overdue, -row.open));
    let most = rows.iter().map(|(_, row)| row.open).max();
    let rest = rows.len().saturating_sub(UNITS);
    html! {
        section {
            h2 { (reader.say(W::ByUnit)) }
            table.small {
                thead { tr { th { (reader.say(W::Unit)) } th.num { (reader.say(W::Open)) } th.num { (reader.say(W::OverdueShare)) } td {} } }
                tbody {
                    @for (no, row) in rows.into_iter().take(UNITS) {
                        (group(reader, ("units", no), row, "unit", most.unwrap_or(0)))
                    }
                }
            }
            @if rest > 0 { p.minor { (reader.fill(W::More, &[&rest.to_string()])) } }
            (how(reader, reader.say(W::GroupsHow)))
        }
    }
}

/// The cases of a class or of a unit that are open, or of these the overdue ones; those of none have a list
/// as well.
pub(super) fn group_opens(by: &'static str, row: &Count, overdue: bool) -> String {
    let more = if overdue {
        ("figure", "open_overdue")
    } else {
        ("open_only", "true")
    };
    let group = match (row.group.as_deref(), by) {
        (Some(code), _) => (by, code),
        (None, "class") => ("unclassed", "true"),
        (None, _) => (by, "-"),
    };
    crate::address::written("/cases", [group, more].into_iter())
}

/// The cases that came in, or were closed, in the last day.
pub(super) fn flow_opens(overview: &Board, name: &str) -> String {
    let from = overview.flow_from.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let figure = match name {
        "closed_from" => "closed",
        _ => "received",
    };
    let pairs = [(name, from.as_str()), ("figure", figure)];
    crate::address::written("/cases", pairs.into_iter())
}

/// One class or unit: open cases and, of them, those whose handling is overdue.
fn group(
    reader: &Reader,
    (table, no): (&str, usize),
    row: &Count,
    by: &'static str,
    most: i64,
) -> Markup {
    let name = match (row.group.as_deref(), by) {
        (Some(code), "class") => reader.class(code),
        (Some(code), _) => reader.unit(code),
        (None, "class") => reader.say(W::Unclassed).to_owned(),
        (None, _) => reader.say(W::NoUnit).to_owned(),
    };
    let place = |figure: &str| format!("/{table}/rows/{no}/{figure}");
    html! {
        tr {
            th scope="row" { (name) }
            td.num { a href=(group_opens(by, row, false)) { (value(&place("open"), row.open)) } }
            td.num { @if row.open_overdue == 0 { span.none { (value(&place("open_overdue"), 0)) } }
                @else { a.late href=(group_opens(by, row, true)) { (value(&place("open_overdue"), row.open_overdue)) } } }
            td.bar { (bar(row.open, row.open_overdue, most)) }
        }
    }
}

fn latest(reader: &Reader, overview: &Board) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Latest)) }
            @if overview.latest.is_empty() {
                p.nothing { (reader.say(W::NothingHere)) }
            } @else {
                ol.latest aria-live="polite" {
                    @for (no, one) in overview.latest.iter().enumerate() {
                        li {
                            span.minor { (time::at(reader, one.at)) " "
                                a href={ "/cases/" (one.case_id) } { data value=(one.position) data-from={ "/latest/" (no) "/position" } { (one.ledger_no) } } }
                            " " (what(reader, &one.text))
                        }
                    }
                }
            }
        }
    }
}

/// The sentence without its time, which stands before it already.
pub(crate) fn what<'t>(reader: &Reader, text: &'t gridwhistle_domain::text::Text) -> &'t str {
    let whole = reader.text(text);
    let words = match reader.language {
        Language::ZhCn => 3,
        Language::En => 5,
    };
    whole.splitn(words, ' ').last().unwrap_or(whole)
}
