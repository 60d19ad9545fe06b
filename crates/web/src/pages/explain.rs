//! A figure opened: what it is of what, and every case or leg that counts in it.

use super::departments::portrait;
use super::reports::{kept, label, opening, segment};
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named};
use crate::parts::files::files;
use crate::parts::share::{percent, share};
use crate::parts::window::picker;
use crate::parts::{pager, time};
use crate::reader::Reader;
use crate::words::counted;
use crate::words::reports::Word as W;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_projections::models::Explained;
use gridwhistle_projections::questions::{
    CaseExplanation, CasesBy, ExplainedCase, ExplainedLeg, Explanation, Window,
};
use maud::{Markup, html};
use rust_decimal::Decimal;

mod measured;
pub(super) mod opinion;

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, opened: &Explained) -> Markup {
    match opened {
        Explained::Legs(opened) => legs(frame, opened),
        Explained::Cases(opened) => cases(frame, opened),
        Explained::Measured(opened) => measured::page(frame, opened),
        Explained::Mutual(opened) => opinion::mutual(frame, opened),
        Explained::Score(opened) => opinion::score(frame, opened),
    }
}

fn legs(frame: &Frame<'_>, opened: &Explanation) -> Markup {
    let reader = frame.reader;
    let whose = match opened.unit.as_deref() {
        Some(unit) => reader.unit(unit),
        None => reader.say(W::AllUnits).to_owned(),
    };
    let name = label(reader, opened.indicator.code());
    let about = About {
        title: reader.fill(W::OpensTitle, &[&whose, &name]),
        whose: opened
            .unit
            .as_deref()
            .map(|unit| (portrait(frame, unit), whose.clone())),
        window: opened.window,
        share: &opened.share,
        counted: counted::of_legs(opened.indicator),
    };
    let rows = html! {
        div.table-wrap { table.list.report.opened {
            thead { tr {
                th.num scope="col" { (reader.say(W::Number)) }
                @if opened.unit.is_none() { th scope="col" { (reader.say(W::Unit)) } }
                (columns(reader))
            } }
            tbody { @for (no, leg) in opened.legs.iter().enumerate() {
                (row_of_leg(reader, &format!("/legs/{no}"), leg, opened.unit.is_none()))
            } }
        } }
    };
    shown(
        frame,
        &about,
        opened.legs.is_empty(),
        &rows,
        opened.next.as_deref(),
    )
}

fn cases(frame: &Frame<'_>, opened: &CaseExplanation) -> Markup {
    let reader = frame.reader;
    let whose = group_name(reader, opened.by, opened.group.as_deref());
    let name = label(reader, opened.indicator.code());
    let about = About {
        title: reader.fill(W::OpensTitle, &[&whose, &name]),
        whose: back(frame, opened.by, opened.group.as_deref()).map(|to| (to, whose.clone())),
        window: opened.window,
        share: &opened.share,
        counted: counted::of_cases(opened.indicator),
    };
    let again = opened.cases.iter().any(|case| case.again.is_some());
    let rows = html! {
        div.table-wrap { table.list.report.opened {
            thead { tr {
                th.num scope="col" { (reader.say(W::Number)) }
                (columns(reader))
                @if again { th scope="col" { (reader.say(W::Again)) } }
            } }
            tbody { @for (no, case) in opened.cases.iter().enumerate() {
                (row_of_case(reader, &format!("/cases/{no}"), case, again))
            } }
        } }
    };
    shown(
        frame,
        &about,
        opened.cases.is_empty(),
        &rows,
        opened.next.as_deref(),
    )
}

/// The portrait of the area or unit whose cases are shown.
fn back(frame: &Frame<'_>, by: CasesBy, group: Option<&str>) -> Option<String> {
    let group = group?;
    let level = match by {
        CasesBy::City => return None,
        CasesBy::Unit => return Some(portrait(frame, group)),
        CasesBy::Street => "street",
        CasesBy::Community => "community",
        CasesBy::Grid => "grid",
    };
    let pairs = [("level", level)].into_iter();
    let pairs = pairs.chain(kept(frame, &["window"]));
    Some(written(
        &format!("/reports/areas/{}", segment(group)),
        pairs,
    ))
}

/// An area, a unit, or the city.
pub(super) fn group_name(reader: &Reader, by: CasesBy, group: Option<&str>) -> String {
    match (by, group) {
        (CasesBy::City, _) => reader.say(W::City).to_owned(),
        (CasesBy::Unit, None) => reader.say(W::NoLead).to_owned(),
        (_, None) => reader.say(W::Nowhere).to_owned(),
        (CasesBy::Grid, Some(grid)) => reader.grid(grid),
        (_, Some(unit)) => reader.unit(unit),
    }
}

/// What is opened.
struct About<'a> {
    title: String,
    /// Whose it is, and where that portrait stands.
    whose: Option<(String, String)>,
    window: Window,
    share: &'a Share,
    counted: (counted::Word, counted::Word),
}

fn shown(
    frame: &Frame<'_>,
    about: &About<'_>,
    none: bool,
    rows: &Markup,
    next: Option<&str>,
) -> Markup {
    let reader = frame.reader;
    let (met, of) = about.counted;
    let content = html! {
        div.heading {
            h1 { (about.title) }
            @if let Some((to, name)) = &about.whose { a.aside href=(to) { (name) } }
        }
        (picker(frame, about.window))
        p.minor { (files(frame)) }
        div.opens {
            p.big { (share(reader, "/share", about.share, None)) }
            dl.facts {
                div { dt { (reader.say(W::Within)) } dd {
                    @match (about.share.low, about.share.high) {
                        (Some(low), Some(high)) => { (named("/share/low", &low.to_string(), &percent(low))) " – " (named("/share/high", &high.to_string(), &percent(high))) }
                        _ => "–",
                    }
                } }
                div { dt { (reader.say(W::NumeratorName)) } dd { (opening("/share/met", about.share.met, None)) " " (reader.say(met)) } }
                div { dt { (reader.say(W::DenominatorName)) } dd { (opening("/share/of", about.share.of, None)) " " (reader.say(of)) } }
            }
        }
        @if none {
            (empty(reader.say(W::NothingBehind), reader.say(W::NothingBehindHint), None))
        } @else {
            div.about { p { (reader.say(W::ExplainAbout)) } (how(reader, reader.say(W::IfOtherwiseHow))) }
            (rows)
        }
        (pager::pager(reader, frame.address, next))
    };
    frame.page(&about.title, &content)
}

fn columns(reader: &Reader) -> Markup {
    html! {
        th scope="col" { (reader.say(W::Met)) }
        th.num scope="col" { (reader.say(W::Due)) }
        th.num scope="col" { (reader.say(W::DoneAt)) }
        th.num scope="col" { (reader.say(W::IfOtherwise)) }
        th scope="col" { (reader.say(W::Because)) }
    }
}

fn row_of_leg(reader: &Reader, of: &str, leg: &ExplainedLeg, units: bool) -> Markup {
    html! {
        tr data-row="" {
            td.num { (number(of, &leg.case_id, leg.ledger_no)) }
            @if units { td data-label=(reader.say(W::Unit)) { (named(&format!("{of}/unit"), &leg.unit, &reader.unit(&leg.unit))) } }
            td data-label=(reader.say(W::Met)) { (met(reader, of, leg.met, leg.missed_before)) }
            td.num data-label=(reader.say(W::Due)) { (time::may_be(reader, leg.due)) }
            td.num data-label=(reader.say(W::DoneAt)) { (time::may_be(reader, leg.done)) }
            td.num data-label=(reader.say(W::IfOtherwise)) { (named(&format!("{of}/if_otherwise"), &leg.if_otherwise.to_string(), &points(leg.if_otherwise))) }
            td data-label=(reader.say(W::Because)) { (events(&leg.case_id, &leg.events)) }
        }
    }
}

fn row_of_case(reader: &Reader, of: &str, case: &ExplainedCase, again: bool) -> Markup {
    html! {
        tr data-row="" {
            td.num { (number(of, &case.case_id, case.ledger_no)) }
            td data-label=(reader.say(W::Met)) { (met(reader, of, case.met, false)) }
            td.num data-label=(reader.say(W::Due)) { (time::may_be(reader, case.due)) }
            td.num data-label=(reader.say(W::DoneAt)) { (time::may_be(reader, case.done)) }
            td.num data-label=(reader.say(W::IfOtherwise)) { (named(&format!("{of}/if_otherwise"), &case.if_otherwise.to_string(), &points(case.if_otherwise))) }
            td data-label=(reader.say(W::Because)) { (events(&case.case_id, &case.events)) }
            @if again { td data-label=(reader.say(W::Again)) {
                @match &case.again {
                    Some(other) => a href={ "/cases/" (other) } { (reader.say(W::AgainCase)) },
                    None => span.none { "–" },
                }
            } }
        }
    }
}

fn number(of: &str, case: &str, ledger_no: i64) -> Markup {
    html! { a.no href={ "/cases/" (case) } { (named(&format!("{of}/ledger_no"), &ledger_no.to_string(), &ledger_no.to_string())) } }
}

/// In the numerator or not: a mark and a word.
fn met(reader: &Reader, of: &str, met: bool, missed_before: bool) -> Markup {
    let (word, path) = match (met, missed_before) {
        (true, _) => (W::Yes, "M6.5 12.5L2 8l1.5-1.5 3 3 6-6L14 5z"),
        (false, true) => (W::NoMissedBefore, "M3 7h10v2H3z"),
        (false, false) => (W::No, "M3 7h10v2H3z"),
    };
    html! {
        span.met data-met[met] {
            svg viewBox="0 0 16 16" aria-hidden="true" focusable="false" { path d=(path) {} }
            (named(&format!("{of}/met"), &met.to_string(), reader.say(word)))
        }
    }
}

/// The events of the log that decide it; each leads to the case as it was known then.
fn events(case: &str, positions: &[u64]) -> Markup {
    html! {
        span.events {
            @for position in positions {
                @let position = position.to_string();
                a href=(written(&format!("/cases/{case}"), [("known_at", position.as_str())].into_iter())) { (position) } " "
            }
        }
    }
}

/// A change in points of a hundred, with its sign.
fn points(change: Decimal) -> String {
    let points = (change * Decimal::ONE_HUNDRED).round_dp(2);
    let sign = match points.is_sign_negative() {
        true => "−",
        false => "+",
    };
    format!("{sign}{:.2}", points.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_a_sign() {
        let told = [7, -1_429].map(|change| points(Decimal::new(change, 4)));
        assert_eq!(told, ["+0.07", "−14.29"]);
    }
}
