//! 已发布的得分: the list of runs, one run as an official form, and what differs between two.

use super::portrait::group;
use super::ranking::{
    Placed, apart, components, groups, rank, score, signed, tier_name, tiers, two, unknown,
};
use super::reports::capital;
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{named, value};
use crate::parts::files::files;
use crate::parts::share::count;
use crate::parts::window::{choices, days, named as named_window};
use crate::parts::{pager, time};
use crate::reader::Reader;
use crate::words::reports::Word as R;
use crate::words::scores::Word as W;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::local_time::china;
use gridwhistle_domain::score::composite::Component;
use gridwhistle_domain::score::run::{Definitions, MAKERS, PartChange, UnitChange};
use gridwhistle_projections::case_view::RunRow;
use gridwhistle_projections::models::{Compared, PublishedRun};
use gridwhistle_projections::questions::{RunPage, Window};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// The runs, the latest first.
#[must_use]
pub fn list(frame: &Frame<'_>, answered: &RunPage, key: &str) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.heading { h1 { (reader.say(W::Runs)) } }
        p.lead { (reader.say(W::RunsLead)) }
        p.minor { (files(frame)) }
        (publish(frame, key))
        @if answered.runs.is_empty() {
            (empty(reader.say(W::NoRuns), reader.say(W::NoRunsHint), None))
        } @else {
            div.table-wrap { table.list.report {
                thead { tr {
                    th.num scope="col" { (reader.say(W::RunNo)) }
                    th scope="col" { (reader.say(W::Window)) }
                    th.num scope="col" { (reader.say(W::MadeAt)) }
                    th scope="col" { (reader.say(W::MadeBy)) }
                    th scope="col" { (reader.say(W::Policy)) }
                    th.num scope="col" { (reader.say(W::UnitCount)) }
                    th scope="col" { "SHA-256" }
                    th scope="col" { (reader.say(W::Compare)) }
                } }
                tbody { @for (no, run) in answered.runs.iter().enumerate() { (run_row(reader, no, run)) } }
            } }
        }
        (pager::pager(reader, frame.address, answered.next.as_deref()))
    };
    frame.page(reader.say(W::Runs), &content)
}

fn run_row(reader: &Reader, no: usize, run: &RunRow) -> Markup {
    let window = Window {
        from: run.window_from,
        before: run.window_before,
    };
    let place = |name: &str| format!("/runs/{no}/{name}");
    html! {
        tr data-row="" {
            td.num { a.no href={ "/scores/" (run.run_no) } { (named(&place("run_no"), &run.run_no.to_string(), &run.run_no.to_string())) } }
            td data-label=(reader.say(W::Window)) { (named_window(reader, window)) }
            td.num data-label=(reader.say(W::MadeAt)) { (time::at(reader, run.made_at)) }
            td data-label=(reader.say(W::MadeBy)) { (by(reader, &run.made_by)) }
            td data-label=(reader.say(W::Policy)) { (run.policy.as_deref().unwrap_or("–")) }
            td.num data-label=(reader.say(W::UnitCount)) { (value(&place("units"), run.units)) }
            td data-label="SHA-256" { code { (run.sha256.get(..12).unwrap_or(&run.sha256)) "…" } }
            td data-label=(reader.say(W::Compare)) { a href={ "/scores/" (run.run_no) "/changes" } { (reader.say(W::WithNow)) } }
        }
    }
}

/// Whoever put it on record, of `PERSON/role/unit`.
fn by(reader: &Reader, signature: &str) -> Markup {
    let mut parts = signature.splitn(3, '/');
    let (Some(person), Some(role), Some(unit)) = (parts.next(), parts.next(), parts.next()) else {
        return html! { (signature) };
    };
    let known = reader
        .reference
        .registry
        .person_at(&person.into(), reader.at);
    let name = known.map_or(person, |known| known.name.as_str());
    html! { (name) " " span.minor { (reader.unit(unit)) " " (reader.role(role)) } }
}

/// Putting a window on record, for who may; who may not is told who may.
fn publish(frame: &Frame<'_>, key: &str) -> Markup {
    let reader = frame.reader;
    let role = reader.person.as_ref().map(|person| person.role);
    if !role.is_some_and(|role| MAKERS.contains(&role)) {
        let makers: Vec<String> = MAKERS
            .map(Role::label)
            .into_iter()
            .map(|label| reader.own(label))
            .collect();
        return html! { p.minor { (reader.fill(W::WhoMay, &[&makers.join(reader.say(W::Comma))])) } };
    }
    html! {
        form.filters method="post" action="/scores" {
            input type="hidden" name="key" value=(key);
            label.field { span { (reader.say(W::Window)) }
                select name="window" { @for (window, name) in choices(reader) { option value=(window) { (name) } } }
            }
            button.primary { (reader.say(W::Publish)) }
            p.minor { (reader.say(W::PublishHow)) }
        }
    }
}

/// One run, as a form that is printed, signed and put up.
#[must_use]
pub fn run(frame: &Frame<'_>, answered: &PublishedRun, done: bool) -> Markup {
    let reader = frame.reader;
    let record = &answered.record;
    let number = answered.run.to_string();
    let title = reader.fill(W::FormTitle, &[&number]);
    let window = Window {
        from: record.from,
        before: record.before,
    };
    let content = html! {
        div.heading.unprinted {
            a href="/scores" { (reader.say(W::Runs)) }
            a href={ "/scores/" (number) "/changes" } { (reader.say(W::WithNow)) }
            span.minor { (reader.say(W::PrintHint)) }
            span.minor { (files(frame)) }
        }
        @if done { p.receipt role="status" { (reader.fill(W::Published, &[&number])) } }
        article.official {
            h1 { (title) }
            dl.facts {
                div { dt { (reader.say(W::Window)) } dd { (days(window)) } }
                div { dt { (reader.say(W::MadeAt)) } dd { @match answered.made_at {
                    Some(at) => (at.with_timezone(&china()).format("%Y-%m-%d %H:%M").to_string()),
                    None => "–",
                } } }
                div { dt { (reader.say(W::MadeBy)) } dd { @match &answered.made_by { Some(signature) => (by(reader, signature)), None => "–" } } }
                div { dt { (reader.say(W::Policy)) } dd { @match &record.policy {
                    Some(policy) => (named("/policy", policy.as_str(), policy.as_str())),
                    None => (reader.say(W::BuiltIn)),
                } } }
                div { dt { (reader.say(W::Definition)) } dd { (definition(reader, answered.definitions)) } }
                div { dt { (reader.say(W::Grounds)) } dd { (grounds(reader, record.up_to)) } }
                div { dt { "SHA-256" } dd { code.hash { (named("/sha256", &record.sha256, &record.sha256)) } } }
            }
            @for peers in groups(&record.units) { (peers_of(reader, &peers)) }
            p.minor { (reader.say(W::FormNote)) }
            dl.signing {
                div { dt { (reader.say(W::Issuer)) } dd {} }
                div { dt { (reader.say(W::Signed)) } dd {} }
                div { dt { (reader.say(W::Date)) } dd {} }
            }
        }
    };
    frame.page(&title, &content)
}

/// By which definition it was computed, and whether this program can count it again.
fn definition(reader: &Reader, definitions: Definitions) -> Markup {
    let Definitions { then, now } = definitions;
    let number = reader.fill(W::DefinitionNo, &[&then.to_string()]);
    html! {
        (named("/definitions/then", &then.to_string(), &number))
        @if !definitions.same() { " " span.minor { (reader.fill(W::OtherDefinition, &[&now.to_string()])) } }
    }
}

fn grounds(reader: &Reader, up_to: u64) -> Markup {
    let (before, after) = reader
        .say(W::EventsUpTo)
        .split_once("{}")
        .unwrap_or_default();
    html! { (before) (value("/up_to", count(up_to))) (after) }
}

fn peers_of(reader: &Reader, peers: &[Placed<'_>]) -> Markup {
    let name = peers
        .first()
        .map_or_else(String::new, |(_, unit)| capital(group(reader, &unit.group)));
    let apart = apart(peers);
    html! {
        section {
            h2 { (name) }
            @for tier in tiers(peers) { h3 { (tier_name(reader, &tier)) } (form_table(reader, &tier)) }
            @if !apart.is_empty() { h3 { (reader.say(W::NotRanked)) } (form_table(reader, &apart)) }
            (unknown(reader, peers))
        }
    }
}

fn form_table(reader: &Reader, units: &[Placed<'_>]) -> Markup {
    html! {
        table.list.report.form {
            thead { tr {
                th scope="col" { (reader.say(W::Rank)) }
                th scope="col" { (reader.say(R::Unit)) }
                th.num scope="col" { (reader.say(W::LegsShort)) }
                @for component in Component::ALL { th.num scope="col" { (capital(reader.own(component.label()))) } }
                th.num scope="col" { (reader.say(R::Deduction)) }
                th.num scope="col" { (reader.say(R::Score)) }
            } }
            tbody { @for (no, unit) in units {
                @let place = |name: &str| format!("/units/{no}/{name}");
                tr {
                    td.rank data-label=(reader.say(W::Rank)) { (rank(reader, (*no, unit), units)) }
                    th scope="row" { (named(&place("unit"), &unit.unit, &reader.unit(&unit.unit))) }
                    td.num data-label=(reader.say(W::LegsShort)) { (value(&place("legs"), count(unit.legs))) }
                    @for (component, points) in Component::ALL.iter().zip(components(unit)) {
                        td.num data-label=(capital(reader.own(component.label()))) { @match points {
                            Some(points) => (two(points)),
                            None => span.none { "–" },
                        } }
                    }
                    td.num data-label=(reader.say(R::Deduction)) { (named(&place("deduction"), &unit.deduction.to_string(), &two(unit.deduction))) }
                    td.num data-label=(reader.say(R::Score)) { strong { (score(&place("score"), unit.score)) } }
                }
            } }
        }
    }
}

/// What differs from another run, or from how the events stand now.
#[must_use]
pub fn changes(frame: &Frame<'_>, answered: &Compared) -> Markup {
    let reader = frame.reader;
    let number = answered.run.to_string();
    let title = match answered.with {
        Some(other) => reader.fill(W::Between, &[&number, &other.to_string()]),
        None => reader.fill(W::BetweenNow, &[&number]),
    };
    let content = html! {
        div.heading {
            h1 { (title) }
            a.aside href={ "/scores/" (number) } { (reader.fill(W::FormTitle, &[&number])) }
        }
        form.filters method="get" action=(frame.address.path()) {
            label.field { span { (reader.say(W::WithRun)) }
                input name="with" inputmode="numeric" pattern="[0-9]*" value=[frame.address.get("with")];
            }
            button { (reader.say(W::Compare)) }
            @if answered.with.is_some() { a.clear href=(frame.address.without("with")) { (reader.say(W::WithNow)) } }
        }
        @if !answered.definitions.same() {
            @let Definitions { then, now } = answered.definitions;
            p.lead { (reader.fill(W::Definitions, &[&then.to_string(), &now.to_string()])) }
        }
        @if answered.changes.is_empty() {
            (empty(reader.say(W::NoChange), reader.say(W::NoChangeHint), None))
        } @else {
            div.table-wrap { table.list.report {
                thead { tr {
                    th scope="col" { (reader.say(R::Unit)) }
                    th.num scope="col" { (reader.say(W::Rank)) }
                    th.num scope="col" { (reader.say(R::Score)) }
                    th.num scope="col" { (reader.say(W::Change)) }
                    th.num scope="col" { (reader.say(R::Deduction)) }
                    th scope="col" { (reader.say(W::ByPart)) }
                } }
                tbody { @for (no, change) in answered.changes.iter().enumerate() { (change_row(reader, no, change)) } }
            } }
        }
    };
    frame.page(&title, &content)
}

fn change_row(reader: &Reader, no: usize, change: &UnitChange) -> Markup {
    let place = |name: &str| format!("/changes/{no}/{name}");
    let ranked = |at: usize, rank: Option<u64>| match rank {
        Some(rank) => value(&place(&format!("rank/{at}")), count(rank)),
        None => html! { "–" },
    };
    let taken = |at: usize, taken: Decimal| {
        named(
            &place(&format!("deduction/{at}")),
            &taken.to_string(),
            &two(taken),
        )
    };
    html! {
        tr data-row="" {
            th scope="row" { (named(&place("unit"), &change.unit, &reader.unit(&change.unit))) }
            td.num data-label=(reader.say(W::Rank)) {
                @if change.rank == (None, None) { span.none { "–" } } @else { (ranked(0, change.rank.0)) " → " (ranked(1, change.rank.1)) }
            }
            td.num data-label=(reader.say(R::Score)) {
                @if change.score == (None, None) { span.none { "–" } } @else { (score(&place("score/0"), change.score.0)) " → " (score(&place("score/1"), change.score.1)) }
            }
            td.num data-label=(reader.say(W::Change)) { @match change.points {
                Some(points) => strong { (named(&place("points"), &points.to_string(), &signed(points))) },
                None => span.none { "–" },
            } }
            td.num data-label=(reader.say(R::Deduction)) { (taken(0, change.deduction.0)) " → " (taken(1, change.deduction.1)) }
            td data-label=(reader.say(W::ByPart)) { ul.by-part { @for (at, part) in change.parts.iter().enumerate() { (part_row(reader, &place(&format!("parts/{at}")), part)) } } }
        }
    }
}

fn part_row(reader: &Reader, of: &str, change: &PartChange) -> Markup {
    let part = change.after.as_ref().or(change.before.as_ref());
    html! {
        li {
            @if let Some(part) = part { (capital(reader.own(part.part.label()))) " " }
            (named(&format!("{of}/points"), &change.points.to_string(), &signed(change.points)))
        }
    }
}

/// The address of a run that was just put on record: its number is its position in the log.
#[must_use]
pub fn published(run: u64) -> String {
    let position = run.to_string();
    let pairs = [("done", "published"), ("min_position", position.as_str())];
    written(&format!("/scores/{run}"), pairs.into_iter())
}
