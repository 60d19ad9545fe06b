//! 案件: one case whole, as it stands or as it stood.

mod change;
mod clock;
mod commands;
mod evidence;
mod rail;
mod story;
mod travel;

pub use change::Change;
pub use travel::{Mode, Step, Travel};

use crate::frame::Frame;
use crate::parts::figure::named;
use crate::parts::lamp::lamp;
use crate::parts::line::{self, Line};
use crate::parts::{time, who};
use crate::reader::{Reader, number};
use crate::words::Says;
use crate::words::case::Word as W;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::chain::Signing;
use gridwhistle_domain::case::command::CommandName;
use gridwhistle_domain::case::decide::Prospect;
use gridwhistle_domain::case::ladder::LadderRule;
use gridwhistle_domain::case::stage::{LegStage, Outcome};
use gridwhistle_domain::policy::words;
use gridwhistle_domain::text::Language;
use gridwhistle_projections::case_view::LegRow;
use gridwhistle_projections::models::{CaseSheet, EvaluationSheet, EvidenceOfCase};
use gridwhistle_projections::timeline::TimelineEntry;
use maud::{Markup, html};

/// What a page of a case shows.
pub struct View<'a> {
    /// The case.
    pub sheet: &'a CaseSheet,
    /// What happened up to the instant asked.
    pub story: &'a [TimelineEntry],
    /// What the reader may do; none: the past is shown.
    pub allowed: Option<&'a [Prospect]>,
    /// Its evidence, up to the instant asked.
    pub evidence: &'a EvidenceOfCase,
    /// The evaluations of its legs.
    pub evaluations: &'a [EvaluationSheet],
    /// Its versions.
    pub travel: &'a Travel,
    /// What came with the version that is shown; none: the present is shown.
    pub change: Option<&'a Change>,
    /// What was just done.
    pub receipt: Option<&'a str>,
    /// The last event of what is shown.
    pub last: Option<&'a Last>,
}

/// An event, by which a file on paper is told from any other.
pub struct Last {
    /// Its number in the case.
    pub sequence: u64,
    /// Its position in the log.
    pub position: u64,
    /// SHA-256 of all that it holds, as the log has it.
    pub checksum: [u8; 32],
}

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, view: &View<'_>) -> Markup {
    let reader = frame.reader;
    let row = &view.sheet.file.ledger;
    let title = reader.fill(W::Case, &[&row.ledger_no.to_string()]);
    let content = html! {
        @if let Some(receipt) = view.receipt { p.receipt role="status" data-taken { (receipt) } (super::snap::script()) }
        div.heading {
            h1 { (title) }
            (lamp(reader, row.light(view.sheet.as_of)))
            @if let Some(class) = &row.class { span.class { (mark(view, "/class", named("/ledger/class", class, &reader.class(class)))) } }
            a.aside href="/cases" { (reader.say(W::Back)) }
        }
        p.lead lang=[reader.tongue(&row.title)] { (row.title) }
        (rail::rail(reader, view))
        (travel::travel(frame, view.travel, &row.case_id))
        @if let Some(change) = view.change { (change::block(reader, view, change)) }
        div.case {
            div.main {
                (clock::card(reader, view))
                (legs(reader, view))
                (evidence::section(reader, view.evidence))
                (story::story(frame, view))
            }
            div.beside {
                (commands::commands(reader, view))
                (facts(reader, view))
                (cards(reader, view))
                (sign_off(reader, &view.sheet.sign_off))
                (evaluations(reader, view.evaluations))
            }
        }
        @if let Some(last) = view.last {
            @let position = number(i64::try_from(last.position).unwrap_or(i64::MAX));
            p.minor.record { (reader.fill(W::Record, &[&last.sequence.to_string(), &position])) " " code { (hex::encode(last.checksum)) } }
        }
    };
    frame.page(&title, &content)
}

/// What was just done, in words.
#[must_use]
pub fn receipt(language: Language, command: CommandName, version: u64, position: u64) -> String {
    let command = words::command(command);
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    let values = [
        command.get(language),
        &version.to_string(),
        &number(position),
    ];
    let mut told = W::Receipt.get(language).to_owned();
    for value in values {
        told = told.replacen("{}", value, 1);
    }
    told
}

/// Marks what differs from the version before.
fn mark(view: &View<'_>, place: &str, shown: Markup) -> Markup {
    if view.travel.changed.contains(place) {
        html! { mark { (shown) } }
    } else {
        shown
    }
}

fn fact(view: &View<'_>, name: &str, place: &str, shown: Option<Markup>) -> Markup {
    html! {
        @if let Some(shown) = shown { div { dt { (name) } dd { (mark(view, place, shown)) } } }
    }
}

fn facts(reader: &Reader, view: &View<'_>) -> Markup {
    let row = &view.sheet.file.ledger;
    let coded = |field: &str, code: &Option<String>, shown: &dyn Fn(&str) -> String| {
        let code = code.as_ref();
        code.map(|code| named(&format!("/ledger/{field}"), code, &shown(code)))
    };
    let unit = |field: &str, code: &Option<String>| coded(field, code, &|code| reader.unit(code));
    let at = |field: &str, at: Option<DateTime<Utc>>| {
        at.map(|at| time::told(reader, &format!("/ledger/{field}"), at))
    };
    let say = |word| reader.say(word);
    let outcome = row.outcome.as_deref().and_then(Outcome::from_code);
    let line = Line::of(row, view.sheet.as_of);
    html! {
        section.facts-of-case {
            h2 { (say(W::Facts)) }
            dl.facts {
                (fact(view, say(W::Matter), "/matter", coded("matter", &row.matter, &|code| reader.matter(code))))
                (fact(view, say(W::Grid), "/grid", coded("grid", &row.grid, &|code| reader.grid(code))))
                (fact(view, say(W::Community), "/community", unit("community", &row.community)))
                (fact(view, say(W::Street), "/street", unit("street", &row.street)))
                (fact(view, say(W::Lead), "/lead_unit", unit("lead_unit", &row.lead_unit)))
                (fact(view, say(W::Handler), "/handler", row.handler.as_ref().map(|code| who::person_of(reader, code, "", ""))))
                (fact(view, say(W::Next), "/clock_kind", row.open.then(|| line.next(reader))))
                (fact(view, say(W::Reported), "/reported_at", at("reported_at", row.reported_at)))
                (fact(view, say(W::Accepted), "/accepted_at", at("accepted_at", row.accepted_at)))
                (fact(view, say(W::Closed), "/closed_at", at("closed_at", row.closed_at)))
                (fact(view, say(W::Outcome), "/outcome", outcome.map(|one| named("/ledger/outcome", one.code(), &reader.own(one.label())))))
                (fact(view, say(W::Channel), "/channel", Some(named("/ledger/channel", &row.channel, &reader.channel(&row.channel)))))
                @let moved = COUNTERS.into_iter().find(|place| view.travel.changed.contains(*place));
                (fact(view, say(W::Counters), moved.unwrap_or_default(), counters(reader, view)))
            }
        }
    }
}

/// Where the counters stand that are told in one line.
const COUNTERS: [&str; 5] = ["/returns", "/reworks", "/reopens", "/extensions", "/urges"];

fn counters(reader: &Reader, view: &View<'_>) -> Option<Markup> {
    let row = &view.sheet.file.ledger;
    let all = [
        (W::Returns, "returns", row.returns),
        (W::Reworks, "reworks", row.reworks),
        (W::Reopens, "reopens", row.reopens),
        (W::Extensions, "extensions", row.extensions),
        (W::Urges, "urges", row.urges),
    ];
    let told: Vec<_> = all.iter().filter(|(.., count)| *count > 0).collect();
    let one = |(word, field, count): &(W, &str, i64)| {
        let count = count.to_string();
        named(
            &format!("/ledger/{field}"),
            &count,
            &reader.fill(*word, &[&count]),
        )
    };
    (!told.is_empty()).then(|| {
        html! { @for (no, each) in told.into_iter().enumerate() { @if no > 0 { " · " } (one(each)) } }
    })
}

fn cards(reader: &Reader, view: &View<'_>) -> Markup {
    let cards = &view.sheet.cards;
    if cards.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { (reader.say(W::Cards)) }
            ul.cards {
                @for card in cards {
                    li {
                        span class={ "card " (card.card.code()) } { (reader.own(card.card.label())) } " "
                        (time::at(reader, card.at)) " "
                        @if let Some(unit) = &card.unit { (reader.unit(unit.as_str())) " " }
                        span.minor { (rule(reader, &card.rule)) }
                        @if card.lifted_at.is_some() { " " (reader.say(W::CardLifted)) }
                    }
                }
            }
        }
    }
}

/// The rule that signed a card; a leader signs by none.
fn rule(reader: &Reader, code: &str) -> String {
    let rule = LadderRule::from_code(code);
    rule.map_or_else(
        || reader.say(W::ByLeader).to_owned(),
        |rule| reader.own(rule.label()),
    )
}

fn legs(reader: &Reader, view: &View<'_>) -> Markup {
    let legs = &view.sheet.file.legs;
    html! {
        section {
            h2 { (reader.say(W::Legs)) }
            @if legs.is_empty() {
                p.nothing { (reader.say(W::NoLegs)) }
            } @else {
                div.table-wrap { table.small.labelled {
                    thead { tr {
                        th { (reader.say(W::Unit)) } th { (reader.say(W::Stage)) }
                        th.num { (reader.say(W::Dispatched)) } th.num { (reader.say(W::Acknowledged)) }
                        th.num { (reader.say(W::ReportedIn)) } th.num { (reader.say(W::Done)) }
                        th.num { (reader.say(W::HandleDue)) }
                    } }
                    tbody { @for (no, leg) in legs.iter().enumerate() { (row_of_leg(reader, view, no, leg)) } }
                } }
            }
        }
    }
}

fn row_of_leg(reader: &Reader, view: &View<'_>, no: usize, leg: &LegRow) -> Markup {
    let place = |field: &str| format!("/legs/{no}/{field}");
    let stage = LegStage::from_code(&leg.stage);
    let stage = stage.map_or_else(|| leg.stage.clone(), |stage| reader.own(stage.label()));
    let ended = match leg.done_at {
        Some(done) => ("done_at", Some(done)),
        None => ("ended_at", leg.ended_at),
    };
    let part = match leg.part.as_str() {
        "lead" => reader.say(W::Lead).to_owned(),
        part => reader.part(part),
    };
    html! {
        tr {
            th scope="row" { (reader.unit(&leg.unit)) " " span.minor { (part) } }
            td data-label=(reader.say(W::Stage)) { (mark(view, &place("stage"), named(&place("stage"), &leg.stage, &stage))) }
            td.num data-label=(reader.say(W::Dispatched)) { (time::told(reader, &place("opened_at"), leg.opened_at)) }
            td.num data-label=(reader.say(W::Acknowledged)) { (mark(view, &place("acknowledged_at"), time::told_if(reader, &place("acknowledged_at"), leg.acknowledged_at)))
                @if leg.auto_acknowledged { " " span.minor { (reader.say(W::Auto)) } } }
            td.num data-label=(reader.say(W::ReportedIn)) { @if leg.waived { (reader.say(W::Waived)) } @else { (mark(view, &place("reported_in_at"), time::told_if(reader, &place("reported_in_at"), leg.reported_in_at))) } }
            td.num data-label=(reader.say(W::Done)) { (mark(view, &place(ended.0), time::told_if(reader, &place(ended.0), ended.1))) }
            td.num data-label=(reader.say(W::HandleDue)) { (mark(view, &place("handle_due"), time::told_if(reader, &place("handle_due"), leg.handle_due))) }
        }
    }
}

/// How far a step of the chain is, in words.
const fn state_of(step: &Signing) -> W {
    match (step.complete, step.next) {
        (true, _) => W::SignDone,
        (false, true) => W::SignNext,
        (false, false) => W::SignWaiting,
    }
}

fn sign_off(reader: &Reader, chain: &[Signing]) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::SignOff)) }
            @if chain.is_empty() {
                p.nothing { (reader.say(W::NoSignOff)) }
            } @else {
                ol.chain {
                    @for step in chain {
                        @let roles: Vec<String> = step.roles.union(&step.above).map(|role| reader.own(role.label())).collect();
                        li data-state=(if step.complete { "done" } else if step.next { "next" } else { "waiting" }) {
                            strong { (reader.say(state_of(step))) } " "
                            @if step.signed.is_empty() {
                                (reader.fill(W::SignBy, &[&roles.join(" / ")]))
                            } @else {
                                @for actor in &step.signed { (reader.office(Some(actor.unit.as_str()), Some(actor.role.code()))) " " }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Who evaluate each other.
fn pair(reader: &Reader, sheet: &EvaluationSheet) -> String {
    let units = [&sheet.pair.left, &sheet.pair.right].map(|unit| reader.unit(unit.as_str()));
    reader.fill(W::EvaluationPair, &[&units[0], &units[1]])
}

/// How far they are with it.
fn progress(reader: &Reader, sheet: &EvaluationSheet) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(points) = &sheet.points {
        for (side, points) in points {
            let area = side == "area";
            let unit = if area {
                &sheet.pair.left
            } else {
                &sheet.pair.right
            };
            let values = [&reader.unit(unit.as_str()), &points.to_string()];
            told.push(reader.fill(W::EvaluationPoints, &values.map(String::as_str)));
        }
    } else if let Some(until) = sheet.window_ends {
        told.push(reader.fill(W::EvaluationOpen, &[&reader.when(until)]));
        told.push(reader.fill(W::EvaluationSealed, &[&sheet.sealed.len().to_string()]));
    }
    if !sheet.lapsed.is_empty() {
        told.push(reader.say(W::EvaluationLapsed).to_owned());
    }
    told
}

fn evaluations(reader: &Reader, sheets: &[EvaluationSheet]) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Evaluations)) }
            @if sheets.is_empty() {
                p.nothing { (reader.say(W::NoEvaluations)) }
            } @else {
                ul.evaluations {
                    @for sheet in sheets {
                        li {
                            a href={ "/cases/" (sheet.case) "/evaluations" } { (pair(reader, sheet)) } " "
                            span.minor { @for told in progress(reader, sheet) { " · " (told) } }
                        }
                    }
                }
            }
        }
    }
}

/// The stage of the case in words.
fn stage_of(reader: &Reader, code: &str) -> String {
    line::stage(reader, code)
}
