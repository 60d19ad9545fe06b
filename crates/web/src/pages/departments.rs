//! 部门画像: the figures of all units, side by side.

use super::reports::{
    Tab, explained, heading, kept, opened, opening, segment, share_name, sorting,
};
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named};
use crate::parts::share::share;
use crate::reader::Reader;
use crate::words::reports::Word as W;
use gridwhistle_projections::questions::{Department, Departments, RowSort};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// The shares of the table; all of them stand in a unit's own portrait.
const SHARES: [&str; 7] = [
    "acknowledged",
    "reported_in",
    "on_time",
    "completion",
    "returned",
    "reworked",
    "reopened",
];

/// What is counted of a unit: its name in the answer, its words, and the figure that lists exactly these
/// legs.
pub(super) const COUNTS: [(&str, W, &str); 4] = [
    ("opened", W::Opened, "returned"),
    ("done", W::Done, "extended"),
    ("open", W::Open, "backlog"),
    ("open_overdue", W::OpenOverdue, "legs_overdue"),
];

pub(super) fn number(unit: &Department, count: &str) -> u64 {
    match count {
        "opened" => unit.opened,
        "done" => unit.done,
        "open" => unit.open,
        _ => unit.open_overdue,
    }
}

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, answered: &Departments) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(frame, W::Units, Tab::Units, answered.window))
        p.lead { (reader.say(W::UnitsLead)) }
        (how(reader, reader.say(W::LegsHow)))
        @if answered.units.is_empty() {
            (empty(reader.say(W::NoUnits), reader.say(W::NoUnitsHint), None))
        } @else {
            (table(frame, answered))
        }
    };
    frame.page(reader.say(W::Units), &content)
}

fn table(frame: &Frame<'_>, answered: &Departments) -> Markup {
    let reader = frame.reader;
    html! {
        div.table-wrap {
            table.list.report.wide {
                thead { tr {
                    th scope="col" { (reader.say(W::Unit)) }
                    @for (key, word, _) in COUNTS { (sorting(frame, key, reader.say(word), true)) }
                    @for name in SHARES { (sorting(frame, name, &share_name(reader, name), true)) }
                    (sorting(frame, "observed_over_expected", reader.say(W::AgainstCity), true))
                } }
                tbody {
                    @for (no, unit) in sorted(answered, frame.address.get("sort")) {
                        (row(frame, &format!("/units/{no}"), unit))
                    }
                }
                tfoot { (row(frame, "/total", &answered.total)) }
            }
        }
        (how(reader, reader.say(W::AgainstCityHow)))
    }
}

fn row(frame: &Frame<'_>, of: &str, unit: &Department) -> Markup {
    let reader = frame.reader;
    let code = unit.unit.as_str();
    let whose: &[(&str, &str)] = &[("unit", code)];
    let opens = |figure: &str| explained(frame, figure, whose);
    let cell = |name: &str| format!("{of}/{name}");
    html! {
        tr data-row="" {
            th scope="row" {
                @if code.is_empty() { (reader.say(W::AllUnits)) }
                @else { a href=(portrait(frame, code)) { (named(&cell("unit"), code, &reader.unit(code))) } }
            }
            @for (name, word, figure) in COUNTS {
                td.num data-label=(reader.say(word)) { (opening(&cell(name), number(unit, name), Some(&opens(figure)))) }
            }
            @for name in SHARES {
                @if let Some((_, of)) = unit.shares().iter().find(|(one, _)| *one == name) {
                    td.num data-label=(share_name(reader, name)) { (share(reader, &cell(name), of, Some(&opens(name)))) }
                }
            }
            td.num data-label=(reader.say(W::AgainstCity)) { (opened(&opens("observed_over_expected"), unit.observed_over_expected.is_some(), &ratio(reader, &cell("observed_over_expected"), unit.observed_over_expected))) }
        }
    }
}

/// The portrait of a unit in the same window.
pub(super) fn portrait(frame: &Frame<'_>, unit: &str) -> String {
    let to = format!("/reports/departments/{}", segment(unit));
    written(&to, kept(frame, &["window"]))
}

/// Observed over expected, two digits after the point.
pub(super) fn ratio(_: &Reader, of: &str, ratio: Option<Decimal>) -> Markup {
    match ratio {
        Some(ratio) => named(of, &ratio.to_string(), &format!("{:.2}", ratio.round_dp(2))),
        None => html! { span.none { "–" } },
    }
}

/// The units with their place in the answer, what needs a look first: few on time, many returned.
fn sorted<'a>(answered: &'a Departments, by: Option<&str>) -> Vec<(usize, &'a Department)> {
    let units = &answered.units;
    let Some(sort) = by.and_then(RowSort::read::<Department>) else {
        return units.iter().enumerate().collect();
    };
    let places = sort.places(units).into_iter();
    places.filter_map(|no| Some((no, units.get(no)?))).collect()
}
