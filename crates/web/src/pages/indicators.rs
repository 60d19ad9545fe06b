//! 国标指标: the indicators of GB/T 30428, of the city one by one, of areas and units side by side.

use super::areas::left_out;
use super::explain::group_name;
use super::reports::{Tab, breaking, choice, explained, heading, label, opened, opening, whose};
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named};
use crate::parts::share::share;
use crate::reader::Reader;
use crate::words::counted;
use crate::words::reports::Word as W;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_projections::questions::{CasesBy, Indicated, Indicators, IndicatorsOf, TimesOver};
use maud::{Markup, html};

/// By what one may ask.
const BY: [(CasesBy, &str, W); 5] = [
    (CasesBy::City, "city", W::City),
    (CasesBy::Street, "street", W::Streets),
    (CasesBy::Community, "community", W::Communities),
    (CasesBy::Grid, "grid", W::Grids),
    (CasesBy::Unit, "unit", W::TabUnits),
];

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, answered: &Indicators) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(frame, W::Indicators, Tab::Indicators, answered.window))
        (choice(frame, &BY, answered.by))
        p.lead { (reader.say(W::IndicatorsLead)) }
        (how(reader, reader.say(W::CasesHow)))
        @if answered.by == CasesBy::City {
            (one_by_one(frame, &answered.total))
        } @else if answered.groups.is_empty() {
            (empty(reader.say(W::NoAreas), reader.say(W::NoAreasHint), None))
        } @else {
            (side_by_side(frame, answered))
        }
        (left_out(frame, answered.window, answered.left_out))
    };
    frame.page(reader.say(W::Indicators), &content)
}

fn one_by_one(frame: &Frame<'_>, of: &IndicatorsOf) -> Markup {
    let reader = frame.reader;
    html! {
        table.list.report.figures {
            thead { tr {
                th scope="col" { (reader.say(W::Figure)) }
                th.num scope="col" { (reader.say(W::Value)) }
                th.num scope="col" { (reader.say(W::Within)) }
                th scope="col" { (reader.say(W::NumeratorName)) }
                th scope="col" { (reader.say(W::DenominatorName)) }
            } }
            tbody { @for (no, Indicated { indicator, share: of }) in of.shares.iter().enumerate() {
                @let (met, whole) = counted::of_cases(*indicator);
                tr data-row="" {
                    th scope="row" { (label(reader, indicator.code())) }
                    td.num data-label=(reader.say(W::Value)) { (share(reader, &format!("/total/shares/{no}/share"), of, Some(&explained(frame, indicator.code(), &[])))) }
                    td.num data-label=(reader.say(W::Within)) { (super::portrait::bounds(of)) }
                    td data-label=(reader.say(W::NumeratorName)) { (reader.say(met)) }
                    td data-label=(reader.say(W::DenominatorName)) { (reader.say(whole)) }
                }
            } }
        }
        dl.sums.after {
            div { dt { (reader.say(W::TimesOver)) } dd { (opened(&explained(frame, "times_over", &[]), of.times_over.value.is_some(), &times_over(reader, "/total", of.times_over))) } }
            @for (name, word, figure, number) in counts(of) {
                div { dt { (reader.say(word)) } dd { (opening(&format!("/total/{name}"), number, Some(&explained(frame, figure.code(), &[])))) } }
            }
        }
        (how(reader, reader.say(W::TimesOverHow)))
    }
}

/// Counts beside the shares: the name in the answer, the word, the figure that it opens to, how many.
const fn counts(of: &IndicatorsOf) -> [(&'static str, W, M, u64); 5] {
    [
        ("reworked", W::ReworkedCases, M::CasesReworked, of.reworked),
        ("reworks", W::ReworkTimes, M::Reworks, of.reworks),
        ("extended", W::ExtendedCases, M::CasesExtended, of.extended),
        ("held", W::HeldCases, M::CasesHeld, of.held),
        (
            "held_before",
            W::HeldBefore,
            M::CasesHeldBefore,
            of.held_before,
        ),
    ]
}

/// Used over given, two digits after the point.
pub(super) fn times_over(reader: &Reader, of: &str, times: TimesOver) -> Markup {
    let Some(value) = times.value else {
        return html! { span.none { "–" } };
    };
    let shown = format!("{:.2}", value.round_dp(2));
    html! {
        (named(&format!("{of}/times_over/value"), &value.to_string(), &shown))
        " " span.minor {
            (named(&format!("{of}/times_over/used"), &times.used.to_string(), &reader.hours(times.used))) " / "
            (named(&format!("{of}/times_over/given"), &times.given.to_string(), &reader.hours(times.given)))
        }
    }
}

fn side_by_side(frame: &Frame<'_>, answered: &Indicators) -> Markup {
    let reader = frame.reader;
    let columns = &answered.total.shares;
    html! {
        div.table-wrap.scrolls tabindex="0" role="region" aria-label=(reader.say(W::Indicators)) { table.list.report.dense {
            thead { tr {
                th scope="col" { (reader.say(if answered.by == CasesBy::Unit { W::Unit } else { W::Area })) }
                @for one in columns { th.num scope="col" { (breaking(&label(reader, one.indicator.code()))) } }
                @if answered.by == CasesBy::Unit {
                    th.num scope="col" { (reader.say(W::TimesOver)) }
                    @for (_, word, _, _) in counts(&answered.total) { th.num scope="col" { (reader.say(word)) } }
                }
            } }
            tbody { @for (no, group) in answered.groups.iter().enumerate() {
                (row(frame, answered.by, (&format!("/groups/{no}"), group)))
            } }
            tfoot { (row(frame, answered.by, ("/total", &answered.total))) }
        } }
    }
}

fn row(frame: &Frame<'_>, by: CasesBy, (place, of): (&str, &IndicatorsOf)) -> Markup {
    let reader = frame.reader;
    let of_units = by == CasesBy::Unit;
    let by = if place == "/total" { CasesBy::City } else { by };
    let whose = whose(by, of.group.as_deref());
    html! {
        tr data-row="" {
            th scope="row" { (group_name(reader, by, of.group.as_deref())) }
            @for (no, one) in of.shares.iter().enumerate() {
                td.num data-label=(label(reader, one.indicator.code())) {
                    (share(reader, &format!("{place}/shares/{no}/share"), &one.share, Some(&explained(frame, one.indicator.code(), &whose))))
                }
            }
            @if of_units {
                td.num data-label=(reader.say(W::TimesOver)) { (opened(&explained(frame, "times_over", &whose), of.times_over.value.is_some(), &times_over(reader, place, of.times_over))) }
                @for (name, word, figure, number) in counts(of) {
                    td.num data-label=(reader.say(word)) { (opening(&format!("{place}/{name}"), number, Some(&explained(frame, figure.code(), &whose)))) }
                }
            }
        }
    }
}
