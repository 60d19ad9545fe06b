//! 排名: scores of units among their peers, part by part; who had too little to do stands apart.

use super::explain::opinion;
use super::portrait::group;
use super::reports::{Tab, breaking, capital, explained, heading, opening};
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named, value};
use crate::parts::share::count;
use crate::parts::stack::{sign, stack};
use crate::reader::Reader;
use crate::words::reports::Word as R;
use crate::words::scores::Word as W;
use chrono::{DateTime, Utc};
use gridwhistle_domain::score::composite::{Component, Part, ScoreRules, UnitScore};
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_projections::questions::Ranking;
use maud::{Markup, html};
use rust_decimal::Decimal;

/// A unit with its place in the answer.
pub(super) type Placed<'a> = (usize, &'a UnitScore);

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, answered: &Ranking) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(frame, R::Ranking, Tab::Ranking, answered.window))
        p.lead { (reader.say(W::RankingLead)) " " (reader.say(W::Policy)) " " @match &answered.policy {
            Some(policy) => (named("/policy", policy.as_str(), policy.as_str())),
            None => (reader.say(W::BuiltIn)),
        } }
        (how(reader, &reader.fill(W::RankingHow, &[&min_legs(reader, answered.window.from).to_string()])))
        @if answered.units.is_empty() {
            (empty(reader.say(R::NoUnits), reader.say(R::NoUnitsHint), None))
        } @else {
            (legend(reader))
            @for peers in groups(&answered.units) { (of_group(frame, &peers, answered.window.from)) }
        }
    };
    frame.page(reader.say(R::Ranking), &content)
}

/// From how many legs on a unit is ranked, by the rules of the window.
fn min_legs(reader: &Reader, from: DateTime<Utc>) -> u64 {
    let policy = reader.reference.policies.judging(from);
    let rules = policy.map_or_else(ScoreRules::default, |policy| policy.score_rules());
    rules.min_legs
}

/// The units of each group, each with its place in the answer; groups in which somebody is ranked first.
pub(super) fn groups(units: &[UnitScore]) -> Vec<Vec<Placed<'_>>> {
    let all: Vec<Placed<'_>> = units.iter().enumerate().collect();
    let same = |one: &Placed<'_>, next: &Placed<'_>| one.1.group == next.1.group;
    let mut groups: Vec<Vec<Placed<'_>>> = all.chunk_by(same).map(<[_]>::to_vec).collect();
    groups.sort_by_key(|group| group.iter().all(|(_, unit)| unit.rank.is_none()));
    groups
}

/// Those of a tier that are ranked, tier by tier.
pub(super) fn tiers<'p, 'a>(
    peers: &'p [Placed<'a>],
) -> impl Iterator<Item = Vec<Placed<'a>>> + use<'p, 'a> {
    let tiers = peers.chunk_by(|one, next| one.1.tier == next.1.tier);
    let ranked = tiers.map(|tier| {
        tier.iter()
            .copied()
            .filter(|(_, unit)| unit.rank.is_some())
            .collect::<Vec<_>>()
    });
    ranked.filter(|tier| !tier.is_empty())
}

/// Those that have a score and no rank.
pub(super) fn apart<'a>(peers: &[Placed<'a>]) -> Vec<Placed<'a>> {
    let all = peers.iter().copied();
    all.filter(|(_, unit)| unit.rank.is_none() && unit.score.is_some())
        .collect()
}

/// Those of which nothing is known but their cards, if any.
pub(super) fn unknown(reader: &Reader, peers: &[Placed<'_>]) -> Markup {
    let all: Vec<_> = peers
        .iter()
        .filter(|(_, unit)| unit.score.is_none())
        .collect();
    html! {
        @if !all.is_empty() {
            p.minor.unknown {
                (reader.say(W::NothingKnown))
                @for (at, (no, unit)) in all.into_iter().enumerate() {
                    @if at > 0 { (reader.say(W::Comma)) }
                    (named(&format!("/units/{no}/unit"), &unit.unit, &reader.unit(&unit.unit)))
                }
            }
        }
    }
}

/// A tier in words: the fewest and the most legs in it.
pub(super) fn tier_name(reader: &Reader, tier: &[Placed<'_>]) -> String {
    let legs = || tier.iter().map(|(_, unit)| unit.legs);
    let (least, most) = (legs().min().unwrap_or(0), legs().max().unwrap_or(0));
    let number = tier.first().map_or(1, |(_, unit)| unit.tier + 1);
    reader.fill(
        W::Tier,
        &[&number.to_string(), &least.to_string(), &most.to_string()],
    )
}

/// A rank; whether others share it.
pub(super) fn rank(reader: &Reader, (no, unit): Placed<'_>, tier: &[Placed<'_>]) -> Markup {
    let Some(rank) = unit.rank else {
        return html! { span.none { "–" } };
    };
    let shared = tier
        .iter()
        .filter(|(_, other)| other.rank == unit.rank)
        .count()
        > 1;
    html! {
        strong { (value(&format!("/units/{no}/rank"), count(rank))) }
        @if shared { " " span.minor { (reader.say(W::Shared)) } }
    }
}

fn legend(reader: &Reader) -> Markup {
    html! {
        ul.legend { @for (place, component) in Component::ALL.iter().enumerate() {
            li { (sign(place)) " " (capital(reader.own(component.label()))) }
        } }
    }
}

/// The parts of a group, in the order of their components; all its units have the same.
fn columns(peers: &[Placed<'_>]) -> Vec<(Component, Part, Decimal)> {
    let with = peers.iter().find(|(_, unit)| !unit.parts.is_empty());
    let parts = with
        .map(|(_, unit)| unit.parts.as_slice())
        .unwrap_or_default();
    let mut columns: Vec<_> = parts
        .iter()
        .map(|part| (part.component, part.part, part.weight))
        .collect();
    columns.sort_by_key(|(component, ..)| *component);
    columns
}

fn of_group(frame: &Frame<'_>, peers: &[Placed<'_>], from: DateTime<Utc>) -> Markup {
    let reader = frame.reader;
    let name = peers
        .first()
        .map_or_else(String::new, |(_, unit)| group(reader, &unit.group));
    let (name, columns) = (capital(name), columns(peers));
    let apart = apart(peers);
    html! {
        section.peers {
            h2 { (name) }
            @for tier in tiers(peers) {
                h3 { (tier_name(reader, &tier)) }
                (table(frame, &tier, &columns, &name))
            }
            @if !apart.is_empty() {
                h3 { (reader.fill(W::Apart, &[&min_legs(reader, from).to_string()])) }
                (table(frame, &apart, &columns, &name))
            }
            (unknown(reader, peers))
        }
    }
}

fn table(
    frame: &Frame<'_>,
    units: &[Placed<'_>],
    columns: &[(Component, Part, Decimal)],
    name: &str,
) -> Markup {
    let reader = frame.reader;
    html! {
        div.table-wrap.scrolls tabindex="0" role="region" aria-label=(name) { table.list.report.dense.ranking {
            thead {
                tr {
                    th rowspan="2" scope="col" { (reader.say(W::Rank)) }
                    th rowspan="2" scope="col" { (reader.say(R::Unit)) }
                    th.num rowspan="2" scope="col" { (reader.say(W::LegsShort)) }
                    th.num rowspan="2" scope="col" { (reader.say(R::Score)) }
                    th rowspan="2" scope="col" { (reader.say(W::MadeOf)) }
                    @for part in columns.chunk_by(|one, next| one.0 == next.0) {
                        @if let Some((component, ..)) = part.first() {
                            th.component colspan=(part.len()) scope="colgroup" { (capital(reader.own(component.label()))) }
                        }
                    }
                    th.num rowspan="2" scope="col" { (reader.say(R::Deduction)) }
                }
                tr { @for (_, part, weight) in columns {
                    th.num scope="col" { (breaking(&capital(reader.own(part.label())))) span.minor { (reader.fill(W::AtMost, &[&two(*weight)])) } }
                } }
            }
            tbody { @for unit in units { (row(frame, *unit, units, columns)) } }
        } }
    }
}

fn row(
    frame: &Frame<'_>,
    (no, unit): Placed<'_>,
    tier: &[Placed<'_>],
    columns: &[(Component, Part, Decimal)],
) -> Markup {
    let reader = frame.reader;
    let whose = [("unit", unit.unit.as_str())];
    let place = |name: &str| format!("/units/{no}/{name}");
    html! {
        tr data-row="" {
            td.rank data-label=(reader.say(W::Rank)) { (rank(reader, (no, unit), tier)) }
            th scope="row" { a href=(super::departments::portrait(frame, &unit.unit)) { (named(&place("unit"), &unit.unit, &reader.unit(&unit.unit))) } }
            td.num data-label=(reader.say(W::LegsShort)) { (legs(frame, &place("legs"), unit)) }
            td.num data-label=(reader.say(R::Score)) { a href=(explained(frame, "score", &whose)) { (score(&place("score"), unit.score)) } }
            td.made data-label=(reader.say(W::MadeOf)) { (stack(&components(unit), unit.score)) }
            @for (_, part, _) in columns {
                td.num.points data-label=(capital(reader.own(part.label()))) { (part_cell(frame, unit, (no, *part))) }
            }
            td.num data-label=(reader.say(R::Deduction)) { @if unit.deduction.is_zero() { span.none { (named(&place("deduction"), &unit.deduction.to_string(), "0")) } }
                @else { "−" (named(&place("deduction"), &unit.deduction.to_string(), &two(unit.deduction))) } }
        }
    }
}

/// How many legs a unit is judged by, and the way to them: they are what it should have done.
pub(super) fn legs(frame: &Frame<'_>, of: &str, unit: &UnitScore) -> Markup {
    let to = explained(frame, Indicator::OnTime.code(), &[("unit", &unit.unit)]);
    opening(of, unit.legs, Some(&to))
}

fn part_cell(frame: &Frame<'_>, unit: &UnitScore, (no, part): (usize, Part)) -> Markup {
    let mut parts = unit.parts.iter().enumerate();
    let Some((at, of)) = parts.find(|(_, of)| of.part == part) else {
        return html! { span.none { "–" } };
    };
    let points = named(
        &format!("/units/{no}/parts/{at}/points"),
        &of.points.to_string(),
        &two(of.points),
    );
    match opinion::opens(part) {
        Some(figure) => {
            html! { a href=(explained(frame, figure, &[("unit", &unit.unit)])) { (points) } }
        }
        None => points,
    }
}

/// The points of each component, in the order of the legend; none where nothing of it was measured.
pub(super) fn components(unit: &UnitScore) -> Vec<Option<Decimal>> {
    let of = |component: &Component| {
        let mut parts = unit
            .parts
            .iter()
            .filter(|part| part.component == *component);
        let first = parts.next()?.points;
        Some(parts.fold(first, |sum, part| sum + part.points))
    };
    Component::ALL.iter().map(of).collect()
}

/// A score, or a dash.
pub(super) fn score(of: &str, score: Option<Decimal>) -> Markup {
    match score {
        Some(score) => named(of, &score.to_string(), &two(score)),
        None => html! { span.none { "–" } },
    }
}

/// Two digits after the point, half to even.
pub(super) fn two(number: Decimal) -> String {
    format!("{:.2}", number.round_dp(2))
}

/// The same with its sign.
pub(super) fn signed(number: Decimal) -> String {
    let sign = if number.is_sign_negative() {
        "−"
    } else {
        "+"
    };
    format!("{sign}{}", two(number.abs()))
}
