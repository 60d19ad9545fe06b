//! What the units of one side were given.

use super::{FEW, flagged, flags, heading, points};
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named, value};
use crate::parts::files::files;
use crate::parts::share::{count, share};
use crate::parts::window;
use crate::words::mutual::Word as W;
use gridwhistle_domain::evaluation::Side;
use gridwhistle_projections::questions::{Evaluations, UnitOpinion};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, said: &Evaluations) -> Markup {
    let reader = frame.reader;
    let title = reader.say(match said.rated_by {
        Side::Area => W::TabOfDepartments,
        Side::Department => W::TabOfAreas,
    });
    let content = html! {
        (heading(frame))
        (window::picker(frame, said.window))
        div.about {
            p { (window::named(said.window)) }
            (how(reader, reader.say(W::ScoresHow)))
            (files(frame))
        }
        @if said.units.is_empty() {
            (empty(reader.say(W::EmptyScores), reader.say(W::EmptyHint), None))
        } @else {
            div.table-wrap { table.list.report {
                thead { tr {
                    th { (reader.say(W::Unit)) }
                    th.num { (reader.say(W::Score)) }
                    th.num { (reader.say(W::Plain)) }
                    th.num { (reader.say(W::Forms)) }
                    th.num { (reader.say(W::Raters)) }
                    th.num { (reader.say(W::Participation)) }
                    th.num { (reader.say(W::Weight)) }
                    th { (reader.say(W::Flags)) }
                } }
                tbody { @for (no, unit) in said.units.iter().enumerate() { (row(frame, no, unit)) } }
            } }
            (flags(reader, &said.flags))
        }
    };
    frame.page(title, &content)
}

fn row(frame: &Frame<'_>, no: usize, unit: &UnitOpinion) -> Markup {
    let reader = frame.reader;
    let place = |field: &str| format!("/units/{no}/{field}");
    let window = frame.address.get("window").map(|window| ("window", window));
    let pairs = [("unit", unit.unit.as_str())].into_iter().chain(window);
    let opens = written("/explain/mutual", pairs);
    let decimal = |field: &str, value: Option<Decimal>| match value {
        Some(value) => named(&place(field), &value.to_string(), &points(value)),
        None => html! { span.none { "–" } },
    };
    html! {
        tr data-row="" {
            th scope="row" { (reader.unit(&unit.unit)) }
            td.num data-label=(reader.say(W::Score)) { a href=(opens) { strong { (decimal("score", unit.score)) } }
                @if unit.forms < FEW { span.minor { (reader.say(W::TooFew)) } } }
            td.num data-label=(reader.say(W::Plain)) { (decimal("plain", unit.plain)) }
            td.num data-label=(reader.say(W::Forms)) { (value(&place("forms"), count(unit.forms)))
                span.minor {
                    @if unit.trimmed > 0 { (reader.say(W::Trimmed)) " " (value(&place("trimmed"), count(unit.trimmed))) " " }
                    @if unit.excluded > 0 { (reader.fill(W::Excluded, &[&unit.excluded.to_string()])) " " }
                    @if unit.appealed > 0 { (reader.say(W::Appealed)) " " (value(&place("appealed"), count(unit.appealed))) }
                } }
            td.num data-label=(reader.say(W::Raters)) { (value(&place("raters"), count(unit.raters))) }
            td.num data-label=(reader.say(W::Participation)) { (share(reader, &place("participation"), &unit.participation, None)) }
            td.num data-label=(reader.say(W::Weight)) { @match unit.weight {
                Some(weight) => (named(&place("weight"), &weight.to_string(), &format!("{:.2}", weight.round_dp(2)))),
                None => span.none { "–" },
            } }
            td data-label=(reader.say(W::Flags)) { (flagged(reader, &unit.flags)) }
        }
    }
}
