//! Figures that are no shares opened: a score part by part, and what others say of a unit.

use super::{events, number};
use crate::frame::Frame;
use crate::pages::departments::portrait;
use crate::pages::ranking::{legs, signed, two};
use crate::pages::reports::{explained, label};
use crate::parts::empty::empty;
use crate::parts::figure::{how, named, value};
use crate::parts::files::files;
use crate::parts::share::{count, percent, share};
use crate::parts::window::picker;
use crate::parts::{pager, time};
use crate::reader::Reader;
use crate::words::reports::Word as W;
use gridwhistle_domain::case::stage::Card;
use gridwhistle_domain::policy::words::card_rule;
use gridwhistle_domain::score::composite::{Input, Part, PartScore, UnitScore};
use gridwhistle_projections::questions::{
    ExplainedCard, MutualExplanation, MutualForm, ScoreExplanation, Window,
};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// The figure that a part opens to; what is no share of the unit's own legs opens to cases it led.
pub(crate) const fn opens(part: Part) -> Option<&'static str> {
    match part {
        Part::OnTime => Some("on_time"),
        Part::Acknowledged => Some("acknowledged"),
        Part::ReportedIn => Some("reported_in"),
        Part::FirstTime => Some("first_time"),
        Part::NotReworked => Some("reworked"),
        Part::NotWronglyReturned => Some("wrongful_returns"),
        Part::Mutual => Some("mutual"),
        Part::Responded => Some("responded"),
        Part::Solved => Some("solved"),
        Part::Satisfied => Some("said_satisfied"),
        // Of answers that are protected: they have no list of cases.
        Part::PartyOrg => None,
    }
}

pub(super) fn score(frame: &Frame<'_>, explained: &ScoreExplanation) -> Markup {
    let reader = frame.reader;
    let opened = &explained.score;
    let title = reader.fill(
        W::OpensTitle,
        &[&reader.unit(&opened.unit), reader.say(W::Score)],
    );
    let given = frame.address.get("window").and_then(Window::read);
    let window =
        given.or_else(|| Window::month_of(frame.stand.map_or(reader.at, |stand| stand.at)));
    let content = html! {
        div.heading {
            h1 { (title) }
            a.aside href=(portrait(frame, &opened.unit)) { (reader.unit(&opened.unit)) }
        }
        @if let Some(window) = window { (picker(frame, window)) }
        p.minor { (files(frame)) }
        div.opens {
            p.big { @match opened.score {
                Some(score) => (named("/score", &score.to_string(), &two(score))),
                None => "–",
            } }
            dl.facts {
                div { dt { (reader.say(W::Legs)) } dd { (legs(frame, "/legs", opened)) } }
                div { dt { (reader.say(W::Deduction)) } dd { (named("/deduction", &opened.deduction.to_string(), &opened.deduction.to_string())) } }
            }
        }
        @if opened.parts.is_empty() {
            (empty(reader.say(W::NothingBehind), reader.say(W::NothingBehindHint), None))
        } @else { (parts(frame, opened)) }
        @if !explained.cards.is_empty() { (cards(reader, &explained.cards)) }
        (pager::pager(reader, frame.address, explained.next.as_deref()))
    };
    frame.page(&title, &content)
}

/// The cards behind what was taken.
fn cards(reader: &Reader, cards: &[ExplainedCard]) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::CardsTook)) }
            div.table-wrap { table.list.report.opened {
                thead { tr {
                    th.num scope="col" { (reader.say(W::Number)) }
                    th scope="col" { (reader.say(W::Card)) }
                    th.num scope="col" { (reader.say(W::RaisedAt)) }
                    th scope="col" { (reader.say(W::Rule)) }
                    th scope="col" { (reader.say(W::Because)) }
                } }
                tbody { @for (no, card) in cards.iter().enumerate() { (card_row(reader, &format!("/cards/{no}"), card)) } }
            } }
        }
    }
}

fn card_row(reader: &Reader, of: &str, card: &ExplainedCard) -> Markup {
    let colour = Card::from_code(&card.card).map(|card| reader.own(card.label()));
    let rule = card_rule(&card.rule).map(|rule| reader.own(rule));
    html! {
        tr data-row="" {
            td.num { (number(of, &card.case_id, card.ledger_no)) }
            td data-label=(reader.say(W::Card)) { span class={ "card " (card.card) } { (named(&format!("{of}/card"), &card.card, colour.as_deref().unwrap_or(&card.card))) } }
            td.num data-label=(reader.say(W::RaisedAt)) { (time::at(reader, card.raised_at)) }
            td data-label=(reader.say(W::Rule)) { (named(&format!("{of}/rule"), &card.rule, rule.as_deref().unwrap_or(&card.rule))) }
            td data-label=(reader.say(W::Because)) { (events(&card.case_id, &card.events)) }
        }
    }
}

fn parts(frame: &Frame<'_>, opened: &UnitScore) -> Markup {
    let reader = frame.reader;
    html! {
        div.table-wrap { table.list.report.opened {
            thead { tr {
                th scope="col" { (reader.say(W::Part)) }
                th.num scope="col" { (reader.say(W::Value)) }
                th.num scope="col" { (reader.say(W::PeerMean)) }
                th.num scope="col" { (reader.say(W::Points)) }
                th.num scope="col" { (reader.say(W::Weight)) }
                th.num scope="col" { (reader.say(W::OneMore)) }
            } }
            tbody { @for (no, part) in opened.parts.iter().enumerate() {
                (row(frame, &format!("/parts/{no}"), &opened.unit, part))
            } }
        } }
    }
}

fn row(frame: &Frame<'_>, of: &str, unit: &str, part: &PartScore) -> Markup {
    let reader = frame.reader;
    let to = opens(part.part).map(|figure| explained(frame, figure, &[("unit", unit)]));
    let number = |name: &str, number: Option<Decimal>| match number {
        Some(number) => named(&format!("{of}/{name}"), &number.to_string(), &two(number)),
        None => html! { span.none { "–" } },
    };
    html! {
        tr data-row="" {
            th scope="row" { (reader.own(part.part.label())) " " span.minor { (reader.own(part.component.label())) } }
            td.num data-label=(reader.say(W::Value)) { @match (&part.share, part.input) {
                (Some(of_part), _) => (share(reader, &format!("{of}/share"), of_part, to.as_deref())),
                (None, Input::Opinion { score, .. }) => @match to.as_deref() {
                    Some(to) => a href=(to) { (two(score)) },
                    None => (two(score)),
                },
                (None, Input::Rate(_)) => span.none { "–" },
            } }
            td.num data-label=(reader.say(W::PeerMean)) { @match part.mean {
                Some(mean) => (named(&format!("{of}/mean"), &mean.to_string(), &percent(mean))),
                None => span.none { "–" },
            } }
            td.num data-label=(reader.say(W::Points)) { (number("points", Some(part.points))) }
            td.num data-label=(reader.say(W::Weight)) { (number("weight", Some(part.weight))) }
            td.num data-label=(reader.say(W::OneMore)) { (number("one_more", part.one_more)) }
        }
    }
}

pub(super) fn mutual(frame: &Frame<'_>, opened: &MutualExplanation) -> Markup {
    let reader = frame.reader;
    let unit = opened.unit.as_ref();
    let whose = unit.map_or_else(String::new, |unit| reader.unit(&unit.unit));
    let title = reader.fill(W::OpensTitle, &[&whose, &label_of_mutual(reader)]);
    let content = html! {
        div.heading {
            h1 { (title) }
            @if let Some(unit) = unit { a.aside href=(portrait(frame, &unit.unit)) { (reader.unit(&unit.unit)) } }
        }
        (picker(frame, opened.window))
        p.minor { (files(frame)) }
        @match unit.filter(|_| !opened.forms.is_empty()) {
            None => (empty(reader.say(W::NoForms), reader.say(W::NoFormsHint), None)),
            Some(unit) => {
                div.opens {
                    p.big { @match unit.score {
                        Some(score) => (named("/unit/score", &score.to_string(), &two(score))),
                        None => "–",
                    } }
                    dl.facts {
                        div { dt { (reader.say(W::Forms)) } dd { (value("/unit/forms", count(unit.forms))) } }
                        div { dt { (reader.say(W::Participation)) } dd { (share(reader, "/unit/participation", &unit.participation, None)) } }
                    }
                }
                (how(reader, reader.say(W::MutualHow)))
                (forms(reader, &opened.forms))
            }
        }
        (pager::pager(reader, frame.address, opened.next.as_deref()))
    };
    frame.page(&title, &content)
}

fn label_of_mutual(reader: &Reader) -> String {
    let known = Part::from_code("mutual").map(Part::label);
    known.map_or_else(|| label(reader, "mutual"), |label| reader.own(label))
}

fn forms(reader: &Reader, forms: &[MutualForm]) -> Markup {
    html! {
        div.table-wrap { table.list.report.opened {
            thead { tr {
                th scope="col" { (reader.say(W::Case)) }
                th scope="col" { (reader.say(W::Rater)) }
                th.num scope="col" { (reader.say(W::Points)) }
                th.num scope="col" { (reader.say(W::Levelled)) }
                th.num scope="col" { (reader.say(W::Weighs)) }
                th scope="col" { (reader.say(W::State)) }
                th.num scope="col" { (reader.say(W::RevealedAt)) }
                th.num scope="col" { (reader.say(W::IfAbsent)) }
                th scope="col" { (reader.say(W::Because)) }
            } }
            tbody { @for (no, form) in forms.iter().enumerate() { (form_row(reader, &format!("/forms/{no}"), form)) } }
        } }
    }
}

fn form_row(reader: &Reader, of: &str, form: &MutualForm) -> Markup {
    let number = |name: &str, number: Option<Decimal>| match number {
        Some(number) => named(&format!("{of}/{name}"), &number.to_string(), &two(number)),
        None => html! { span.none { "–" } },
    };
    // The end of an id tells cases apart; it begins with the time.
    let short = form.case_id.get(form.case_id.len().saturating_sub(6)..);
    html! {
        tr data-row="" {
            td { a href={ "/cases/" (form.case_id) } { "…" (short.unwrap_or(&form.case_id)) } }
            td data-label=(reader.say(W::Rater)) { (named(&format!("{of}/rater"), &form.rater, &reader.unit(&form.rater))) }
            td.num data-label=(reader.say(W::Points)) { (number("points", Some(form.points))) }
            td.num data-label=(reader.say(W::Levelled)) { (number("levelled", form.levelled)) }
            td.num data-label=(reader.say(W::Weighs)) { (number("weight", form.weight)) }
            td data-label=(reader.say(W::State)) { (state(reader, form)) }
            td.num data-label=(reader.say(W::RevealedAt)) { (time::at(reader, form.revealed_at)) }
            td.num data-label=(reader.say(W::IfAbsent)) { @match form.if_absent {
                Some(change) => (named(&format!("{of}/if_absent"), &change.to_string(), &signed(change))),
                None => span.none { "–" },
            } }
            td data-label=(reader.say(W::Because)) { (events(&form.case_id, &form.events)) }
        }
    }
}

/// What became of a form on the way to the score.
fn state(reader: &Reader, form: &MutualForm) -> String {
    let appeal = form.appeal.as_deref().map(|appeal| match appeal {
        "upheld" => W::AppealUpheld,
        "dismissed" => W::AppealDismissed,
        _ => W::AppealWaiting,
    });
    let all = [
        form.trimmed.then_some(W::Trimmed),
        form.capped.then_some(W::Capped),
        appeal,
    ];
    let told: Vec<&str> = all
        .into_iter()
        .flatten()
        .map(|word| reader.say(word))
        .collect();
    if told.is_empty() {
        reader.say(W::Counts).to_owned()
    } else {
        told.join(" · ")
    }
}
