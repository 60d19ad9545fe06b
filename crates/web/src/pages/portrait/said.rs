//! What residents say of the cases that a unit led: the same figures as in the report on satisfaction,
//! beside those of its peers.

use super::{beside, bounds, median};
use crate::frame::Frame;
use crate::pages::reports::{capital, explained, label, opening};
use crate::pages::satisfaction::{counts, given, mean, three_rates};
use crate::parts::empty::empty;
use crate::parts::figure::how;
use crate::parts::share::share;
use crate::words::counted;
use crate::words::frame::Word as F;
use crate::words::reports::Word as W;
use gridwhistle_projections::questions::Portrait;
use maud::{Markup, html};

const PLACE: &str = "/satisfaction";

/// The section.
pub(super) fn said(frame: &Frame<'_>, answered: &Portrait) -> Markup {
    let (reader, of) = (frame.reader, &answered.satisfaction);
    html! {
        section {
            h2 { (reader.say(W::Residents)) }
            @if of.closed == 0 {
                (empty(reader.say(W::NoAnswers), reader.say(W::NoAnswersHint), None))
            } @else { (numbers(frame, answered)) (figures(frame, answered)) }
            (how(reader, reader.say(W::SatisfactionHow)))
        }
    }
}

fn numbers(frame: &Frame<'_>, answered: &Portrait) -> Markup {
    let (reader, of) = (frame.reader, &answered.satisfaction);
    let opens = |figure: &str| opens(frame, answered, figure);
    html! {
        dl.sums {
            @for (name, word, figure, number) in counts(of) {
                div { dt { (reader.say(word)) } dd { (opening(&format!("{PLACE}/{name}"), number, Some(&opens(figure)))) } }
            }
            div { dt { (reader.say(W::Stars)) } dd { (given(PLACE, of, opens)) } }
            div { dt { (reader.say(W::MeanStars)) } dd { (mean(PLACE, of, opens)) } }
            div { dt { (reader.say(W::ThreeRates)) } dd { (three_rates(PLACE, of)) } }
        }
    }
}

/// The cases behind a figure: those that the unit led.
fn opens(frame: &Frame<'_>, answered: &Portrait, figure: &str) -> String {
    explained(frame, figure, &[("unit", &answered.own.unit)])
}

fn figures(frame: &Frame<'_>, answered: &Portrait) -> Markup {
    let reader = frame.reader;
    let shares = answered.satisfaction.shares();
    html! {
        table.list.report.figures {
            thead { tr {
                th scope="col" { (reader.say(W::Figure)) }
                th.num scope="col" { (reader.say(W::Value)) }
                th.num scope="col" { (reader.say(W::Within)) }
                th.num scope="col" { (reader.say(W::PeerMedian)) }
            } }
            tbody { @for (name, figure, of) in shares {
                @let side = beside(frame, ("/reports/satisfaction", &[("by", "unit")]), name);
                tr data-row="" {
                    th scope="row" { (label(reader, figure.code())) }
                    td.num data-label=(reader.say(W::Value)) { (share(reader, &format!("{PLACE}/{name}"), of, Some(&opens(frame, answered, figure.code())))) }
                    td.num data-label=(reader.say(W::Within)) { (bounds(of)) }
                    td.num data-label=(reader.say(W::PeerMedian)) { (median(&answered.peers, name, &side)) }
                }
            } }
        }
        details.how {
            summary { (reader.say(F::HowCounted)) }
            dl.facts.counted { @for (_, figure, _) in shares {
                @let (met, of) = counted::of_cases(figure);
                div { dt { (label(reader, figure.code())) } dd { (capital(format!("{} ÷ {}", reader.say(met), reader.say(of)))) } }
            } }
        }
    }
}
