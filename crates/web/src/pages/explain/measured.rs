//! A measured figure opened: what each leg or case adds to it.

use super::{back, events, group_name, number};
use crate::frame::Frame;
use crate::pages::departments::ratio;
use crate::pages::indicators::times_over;
use crate::pages::portrait::{buckets, certain, handling_figures};
use crate::pages::reports::label;
use crate::pages::satisfaction::{mean_stars, stars};
use crate::parts::empty::empty;
use crate::parts::figure::{how, named, value};
use crate::parts::files::files;
use crate::parts::share::{count, percent, share};
use crate::parts::window::picker;
use crate::parts::{pager, time};
use crate::reader::Reader;
use crate::words::reports::Word as W;
use gridwhistle_domain::score::measure::Measure;
use gridwhistle_projections::questions::{CasesBy, MeasureExplanation, Measured, MeasuredRow};
use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive;

/// The page.
pub(super) fn page(frame: &Frame<'_>, opened: &MeasureExplanation) -> Markup {
    let reader = frame.reader;
    let of_cases = opened.measure.is_of_cases();
    let whose = match opened.by {
        CasesBy::City if !of_cases => reader.say(W::AllUnits).to_owned(),
        by => group_name(reader, by, opened.group.as_deref()),
    };
    let name = label(reader, opened.measure.code());
    let title = reader.fill(W::OpensTitle, &[&whose, &name]);
    let content = html! {
        div.heading {
            h1 { (title) }
            @if let Some(to) = back(frame, opened.by, opened.group.as_deref()) { a.aside href=(to) { (whose) } }
        }
        (picker(frame, opened.window))
        p.minor { (files(frame)) }
        @if let Some(of) = opened.figure { div.opens { (figure(reader, opened.measure, of)) } }
        @if opened.rows.is_empty() {
            (empty(reader.say(W::NothingMeasured), reader.say(W::NothingMeasuredHint), None))
        } @else {
            div.about { p { (reader.say(W::MeasuredAbout)) } (how(reader, reader.say(counted(opened.measure)))) }
            (rows(reader, opened))
        }
        (pager::pager(reader, frame.address, opened.next.as_deref()))
    };
    frame.page(&title, &content)
}

/// How a figure is put together from what is listed.
const fn counted(measure: Measure) -> W {
    match measure {
        Measure::WrongfulReturns => W::WrongfulReturnsHow,
        Measure::Suspended => W::SuspendedHow,
        Measure::Handling | Measure::HalfDoneBy => W::HandlingHow,
        Measure::CaseHandling | Measure::CaseHalfDoneBy => W::CaseHandlingHow,
        Measure::Backlog => W::BacklogHow,
        Measure::CaseBacklog => W::BacklogAreaHow,
        Measure::ObservedOverExpected | Measure::CaseObservedOverExpected => W::AgainstCityHow,
        Measure::TimesOver => W::TimesOverHow,
        Measure::LegsOverdue => W::LegsOverdueHow,
        Measure::CasesAccepted => W::CasesAcceptedHow,
        Measure::CasesDone => W::CasesDoneHow,
        Measure::CasesReworked => W::CasesReworkedHow,
        Measure::Reworks => W::ReworksHow,
        Measure::CasesExtended => W::CasesExtendedHow,
        Measure::CasesHeld => W::CasesHeldHow,
        Measure::CasesHeldBefore => W::CasesHeldBeforeHow,
        Measure::Drawn => W::DrawnHow,
        Measure::DrawnCalled => W::DrawnCalledHow,
        Measure::Unreachable => W::UnreachableHow,
        Measure::Stars => W::StarsHow,
        Measure::OneStar
        | Measure::TwoStars
        | Measure::ThreeStars
        | Measure::FourStars
        | Measure::FiveStars => W::OneLevelHow,
    }
}

fn figure(reader: &Reader, measure: Measure, figure: Measured) -> Markup {
    match figure {
        Measured::Share(of) => {
            let of = certain(measure.code(), &of);
            html! { p.big { (share(reader, "/figure/share", &of, None)) } }
        }
        Measured::Spread(spread) => handling_figures(reader, "/figure/spread", spread, None),
        Measured::Stars(given) => html! {
            p.big { (mean_stars("/figure/stars/mean", given.mean)) }
            dl.facts {
                div { dt { (reader.say(W::Stars)) } dd { (stars("/figure/stars/levels", given.levels, |_| None)) } }
            }
        },
        Measured::Count(number) => html! {
            p.big { (value("/figure/count", count(number))) }
        },
        Measured::Minutes(minutes) => html! {
            p.big { (named("/figure/minutes", &minutes.to_string(), &reader.hours(minutes))) }
        },
        Measured::Backlog(backlog) => buckets(reader, "/figure/backlog", backlog, None),
        Measured::Ratio(of) => html! { p.big { (ratio(reader, "/figure/ratio", Some(of))) } },
        Measured::TimesOver(times) => {
            html! { p.big { (times_over(reader, "/figure", times)) } }
        }
    }
}

fn rows(reader: &Reader, opened: &MeasureExplanation) -> Markup {
    let legs = !opened.measure.is_of_cases();
    html! {
        div.table-wrap { table.list.report.opened {
            thead { tr {
                th.num scope="col" { (reader.say(W::Number)) }
                th scope="col" { (reader.say(W::Unit)) }
                th.num scope="col" { (reader.say(if legs { W::DispatchedAt } else { W::ReportedAt })) }
                th.num scope="col" { (reader.say(W::DoneAt)) }
                th.num scope="col" { (reader.say(W::Adds)) }
                th.num scope="col" { (reader.say(W::AddsOf)) }
                th scope="col" { (reader.say(W::Because)) }
            } }
            tbody { @for (no, one) in opened.rows.iter().enumerate() {
                (row(reader, &format!("/rows/{no}"), (opened.measure, legs), one))
            } }
        } }
    }
}

fn row(reader: &Reader, of: &str, (measure, legs): (Measure, bool), one: &MeasuredRow) -> Markup {
    let since = if legs { W::DispatchedAt } else { W::ReportedAt };
    html! {
        tr data-row="" {
            td.num { (number(of, &one.case_id, one.ledger_no)) }
            td data-label=(reader.say(W::Unit)) { @match &one.unit {
                Some(unit) => (named(&format!("{of}/unit"), unit, &reader.unit(unit))),
                None => span.none { "–" },
            } }
            td.num data-label=(reader.say(since)) { (time::may_be(reader, one.since)) }
            td.num data-label=(reader.say(W::DoneAt)) { (time::may_be(reader, one.done)) }
            td.num data-label=(reader.say(W::Adds)) { (adds(reader, of, measure, one)) }
            td.num data-label=(reader.say(W::AddsOf)) { (adds_of(reader, of, measure, one)) }
            td data-label=(reader.say(W::Because)) { (events(&one.case_id, &one.events)) }
        }
    }
}

fn adds(reader: &Reader, of: &str, measure: Measure, one: &MeasuredRow) -> Markup {
    let place = format!("{of}/value");
    match measure {
        of if of.is_time() => named(&place, &one.value.to_string(), &reader.hours(one.value)),
        Measure::Backlog | Measure::CaseBacklog => {
            let days = reader.fill(W::WorkingDays, &[&one.value.to_string()]);
            named(&place, &one.value.to_string(), &days)
        }
        _ => value(&place, one.value),
    }
}

fn adds_of(reader: &Reader, of: &str, measure: Measure, one: &MeasuredRow) -> Markup {
    let Some(whole) = one.of else {
        return html! { span.none { "–" } };
    };
    let shown = match (measure, whole.to_i64()) {
        (of, Some(minutes)) if of.is_time() => reader.hours(minutes),
        (Measure::ObservedOverExpected | Measure::CaseObservedOverExpected, _) => percent(whole),
        _ => whole.to_string(),
    };
    named(&format!("{of}/of"), &whole.to_string(), &shown)
}
