//! 满意度: what residents say, by area and by unit.

use super::explain::group_name;
use super::reports::{Tab, breaking, choice, explained, heading, label, opening, whose};
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named, value};
use crate::parts::share::{count, percent, share};
use crate::words::reports::Word as W;
use gridwhistle_projections::questions::{CasesBy, SatisfactionOf, Satisfactions};
use maud::{Markup, html};

/// By what one may ask.
const BY: [(CasesBy, &str, W); 4] = [
    (CasesBy::Street, "street", W::Streets),
    (CasesBy::Community, "community", W::Communities),
    (CasesBy::Grid, "grid", W::Grids),
    (CasesBy::Unit, "unit", W::TabUnits),
];

pub(super) const fn counts(of: &SatisfactionOf) -> [(&'static str, W, u64); 4] {
    [
        ("closed", W::Closed, of.closed),
        ("drawn", W::Drawn, of.drawn),
        ("drawn_called", W::DrawnCalled, of.drawn_called),
        ("unreachable", W::Unreachable, of.unreachable),
    ]
}

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, answered: &Satisfactions) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(frame, W::Satisfaction, Tab::Satisfaction, answered.window))
        (choice(frame, &BY, answered.by))
        p.lead { (reader.say(W::SatisfactionLead)) }
        (how(reader, reader.say(W::SatisfactionHow)))
        @if answered.groups.is_empty() {
            (empty(reader.say(W::NoAnswers), reader.say(W::NoAnswersHint), None))
        } @else { (table(frame, answered)) }
    };
    frame.page(reader.say(W::Satisfaction), &content)
}

fn table(frame: &Frame<'_>, answered: &Satisfactions) -> Markup {
    let reader = frame.reader;
    html! {
        div.table-wrap { table.list.report.wide {
            thead { tr {
                th scope="col" { (reader.say(if answered.by == CasesBy::Unit { W::Unit } else { W::Area })) }
                @for (_, word, _) in counts(&answered.total) { th.num scope="col" { (reader.say(word)) } }
                @for (_, figure, _) in answered.total.shares() { th.num scope="col" { (breaking(&label(reader, figure.code()))) } }
                th.num scope="col" { (reader.say(W::Stars)) }
                th.num scope="col" { (reader.say(W::MeanStars)) }
                th.num scope="col" { (reader.say(W::ThreeRates)) }
            } }
            tbody { @for (no, group) in answered.groups.iter().enumerate() {
                (row(frame, answered.by, (&format!("/groups/{no}"), group)))
            } }
            tfoot { (row(frame, answered.by, ("/total", &answered.total))) }
        } }
    }
}

fn row(frame: &Frame<'_>, by: CasesBy, (place, of): (&str, &SatisfactionOf)) -> Markup {
    let reader = frame.reader;
    let by = if place == "/total" { CasesBy::City } else { by };
    let whose = whose(by, of.group.as_deref());
    let closed = explained(frame, "reached", &whose);
    html! {
        tr data-row="" {
            th scope="row" { (group_name(reader, by, of.group.as_deref())) }
            @for (name, word, number) in counts(of) {
                @let to = (name == "closed").then_some(closed.as_str());
                td.num data-label=(reader.say(word)) { (opening(&format!("{place}/{name}"), number, to)) }
            }
            @for (name, figure, of) in of.shares() {
                td.num data-label=(label(reader, figure.code())) { (share(reader, &format!("{place}/{name}"), of, Some(&explained(frame, figure.code(), &whose)))) }
            }
            td.num data-label=(reader.say(W::Stars)) { (stars(place, of)) }
            td.num data-label=(reader.say(W::MeanStars)) { (mean_stars(place, of)) }
            td.num data-label=(reader.say(W::ThreeRates)) { (three_rates(place, of)) }
        }
    }
}

/// Answers by level, one star first.
pub(super) fn stars(place: &str, of: &SatisfactionOf) -> Markup {
    html! {
        span.levels {
            @for (no, number) in of.stars.0.iter().enumerate() {
                @if no > 0 { " / " }
                (value(&format!("{place}/stars/{no}"), count(*number)))
            }
        }
    }
}

/// Their mean.
pub(super) fn mean_stars(place: &str, of: &SatisfactionOf) -> Markup {
    match of.mean_stars {
        Some(mean) => {
            let shown = format!("{:.2}", mean.round_dp(2));
            named(&format!("{place}/mean_stars"), &mean.to_string(), &shown)
        }
        None => html! { span.none { "–" } },
    }
}

/// The three rates as one number.
pub(super) fn three_rates(place: &str, of: &SatisfactionOf) -> Markup {
    match of.three_rates {
        Some(rates) => named(
            &format!("{place}/three_rates"),
            &rates.to_string(),
            &percent(rates),
        ),
        None => html! { span.none { "–" } },
    }
}
