//! 满意度: what residents say, by area and by unit.

use super::explain::group_name;
use super::reports::{Tab, breaking, choice, explained, heading, label, opened, opening, whose};
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named};
use crate::parts::share::{percent, share};
use crate::words::reports::Word as W;
use gridwhistle_domain::score::case_indicator::CaseIndicator as I;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_domain::score::opinion::Stars;
use gridwhistle_projections::questions::{CasesBy, SatisfactionOf, Satisfactions};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// By what one may ask.
const BY: [(CasesBy, &str, W); 4] = [
    (CasesBy::Street, "street", W::Streets),
    (CasesBy::Community, "community", W::Communities),
    (CasesBy::Grid, "grid", W::Grids),
    (CasesBy::Unit, "unit", W::TabUnits),
];

/// A count: its name in the answer, its word, the figure that it opens to, and how many.
type Counted = (&'static str, W, &'static str, u64);

/// What is counted. What was closed is the denominator of who was reached.
pub(super) const fn counts(of: &SatisfactionOf) -> [Counted; 4] {
    [
        ("closed", W::Closed, I::Reached.code(), of.closed),
        ("drawn", W::Drawn, M::Drawn.code(), of.drawn),
        (
            "drawn_called",
            W::DrawnCalled,
            M::DrawnCalled.code(),
            of.drawn_called,
        ),
        (
            "unreachable",
            W::Unreachable,
            M::Unreachable.code(),
            of.unreachable,
        ),
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
                @for (_, word, _, _) in counts(&answered.total) { th.num scope="col" { (reader.say(word)) } }
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
    let opens = |figure: &str| explained(frame, figure, &whose);
    html! {
        tr data-row="" {
            th scope="row" { (group_name(reader, by, of.group.as_deref())) }
            @for (name, word, figure, number) in counts(of) {
                td.num data-label=(reader.say(word)) { (opening(&format!("{place}/{name}"), number, Some(&opens(figure)))) }
            }
            @for (name, figure, of) in of.shares() {
                td.num data-label=(label(reader, figure.code())) { (share(reader, &format!("{place}/{name}"), of, Some(&opens(figure.code())))) }
            }
            td.num data-label=(reader.say(W::Stars)) { (given(place, of, opens)) }
            td.num data-label=(reader.say(W::MeanStars)) { (mean(place, of, opens)) }
            td.num data-label=(reader.say(W::ThreeRates)) { (three_rates(place, of)) }
        }
    }
}

/// The stars of a group, each level the way to its cases.
pub(super) fn given(place: &str, of: &SatisfactionOf, opens: impl Fn(&str) -> String) -> Markup {
    let to = |level: M| Some(opens(level.code()));
    stars(&format!("{place}/stars"), of.stars, to)
}

/// Answers by level, one star first, and the way to the cases of each.
pub(super) fn stars(place: &str, of: Stars, opens: impl Fn(M) -> Option<String>) -> Markup {
    html! {
        span.levels {
            @for (no, (number, level)) in of.0.into_iter().zip(M::LEVELS).enumerate() {
                @if no > 0 { " / " }
                (opening(&format!("{place}/{no}"), number, opens(level).as_deref()))
            }
        }
    }
}

/// The mean of the stars of a group, the way to all who gave any.
pub(super) fn mean(place: &str, of: &SatisfactionOf, opens: impl Fn(&str) -> String) -> Markup {
    let shown = mean_stars(&format!("{place}/mean_stars"), of.mean_stars);
    opened(&opens(M::Stars.code()), of.mean_stars.is_some(), &shown)
}

/// A mean of stars.
pub(super) fn mean_stars(place: &str, mean: Option<Decimal>) -> Markup {
    match mean {
        Some(mean) => {
            let shown = format!("{:.2}", mean.round_dp(2));
            named(place, &mean.to_string(), &shown)
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
