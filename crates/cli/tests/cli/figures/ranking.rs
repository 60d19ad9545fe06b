//! Scores and ranks, against the figures that they are made of and an arithmetic of their own: what
//! is shown elsewhere, weighed by hand in floating point.

use super::local;
use super::slow::{Asked, standing_cards};
use crate::lived::{ENDED, Lived};
use expect_test::expect;
use gridwhistle::domain::score::composite::{Input, Part, UnitScore};
use gridwhistle::domain::score::run::result_hash;
use gridwhistle::projections::questions::Window;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Of one unit: so many of so many, or a score of so many forms and what of it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    Of(f64, f64),
    Said(f64, f64, f64),
}

/// Component, its points, part, its share.
const PARTS: [(&str, f64, &str, f64); 11] = [
    ("timeliness", 30.0, "on_time", 1.0),
    ("timeliness", 30.0, "acknowledged", 1.0),
    ("timeliness", 30.0, "reported_in", 1.0),
    ("quality", 20.0, "first_time", 1.0),
    ("quality", 20.0, "not_reworked", 1.0),
    ("quality", 20.0, "not_wrongly_returned", 1.0),
    ("mutual", 20.0, "mutual", 1.0),
    ("resident", 20.0, "responded", 30.0),
    ("resident", 20.0, "solved", 35.0),
    ("resident", 20.0, "satisfied", 35.0),
    ("party_org", 10.0, "party_org", 1.0),
];

type Unit = BTreeMap<&'static str, Known>;

fn number(value: &Value) -> f64 {
    let text = value.as_str().map(|text| text.parse().expect("a decimal"));
    text.or(value.as_f64()).unwrap_or_default()
}

fn parts(share: &Value) -> (f64, f64) {
    (number(&share["met"]), number(&share["of"]))
}

/// What the other reports say of every unit.
fn known(demo: &Lived, window: &str) -> BTreeMap<String, Unit> {
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    let mut note = |unit: &Value, part, (met, of): (f64, f64)| {
        if of > 0.0 {
            let unit = unit.as_str().expect("a code").to_owned();
            units
                .entry(unit)
                .or_default()
                .insert(part, Known::Of(met, of));
        }
    };
    let without = |(met, of): (f64, f64)| (of - met, of);
    let answer = demo.json(&format!("report departments --window {window}"));
    for unit in answer["units"].as_array().expect("units") {
        let code = &unit["unit"];
        for part in ["on_time", "acknowledged", "reported_in", "first_time"] {
            note(code, part, parts(&unit[part]));
        }
        note(code, "not_reworked", without(parts(&unit["reworked"])));
        note(
            code,
            "not_wrongly_returned",
            without(parts(&unit["wrongful_returns"])),
        );
    }
    let answer = demo.json(&format!("report satisfaction --by unit --window {window}"));
    for unit in answer["groups"].as_array().expect("groups") {
        for part in ["responded", "solved", "satisfied"] {
            if unit["group"].is_string() {
                note(&unit["group"], part, parts(&unit[part]));
            }
        }
    }
    for (code, said) in spoken(demo, window) {
        units.entry(code).or_default().insert("mutual", said);
    }
    let answer = demo.json(&format!("report appraisals --window {window}"));
    for unit in answer["units"].as_array().expect("units") {
        if !unit["score"].is_null() {
            let said = Known::Said(number(&unit["score"]), number(&unit["forms"]), 1.0);
            let code = unit["unit"].as_str().expect("a code").to_owned();
            units.entry(code).or_default().insert("party_org", said);
        }
    }
    units
}

/// What is said of every unit, on whichever side it was.
fn spoken(demo: &Lived, window: &str) -> BTreeMap<String, Known> {
    let answer = demo.json(&format!("report evaluations --window {window}"));
    let mut said: BTreeMap<String, [f64; 4]> = BTreeMap::new();
    for side in ["departments", "areas"] {
        for unit in answer[side].as_array().expect("units") {
            let code = unit["unit"].as_str().expect("a code").to_owned();
            let sums = said.entry(code).or_default();
            let forms = number(&unit["forms"]);
            sums[0] += forms * number(&unit["score"]);
            sums[1] += forms;
            let (met, of) = parts(&unit["participation"]);
            sums[2] += met;
            sums[3] += of;
        }
    }
    let said = said.into_iter();
    let said = said.filter(|(_, [_, forms, _, asked])| *forms > 0.0 || *asked > 0.0);
    said.map(|(code, [score, forms, met, of])| {
        let factor = if of > 0.0 {
            (met / of / 0.8).min(1.0)
        } else {
            1.0
        };
        // Of whom nobody says anything, the peers speak.
        (code, Known::Said(score / forms.max(1.0), forms, factor))
    })
    .collect()
}

/// Points of a unit among its peers.
fn weighed(unit: &Unit, peers: &[&Unit]) -> f64 {
    let all = |part| peers.iter().filter_map(move |peer| peer.get(part));
    let mean = |part| {
        let sums = all(part).fold((0.0, 0.0), |sums, known| match known {
            Known::Of(met, of) => (sums.0 + met, sums.1 + of),
            Known::Said(score, forms, _) => (sums.0 + score * forms, sums.1 + forms),
        });
        sums.0 / sums.1
    };
    let measured: Vec<_> = PARTS
        .iter()
        .filter(|part| all(part.2).any(|known| !matches!(known, Known::Said(_, 0.0, _))))
        .collect();
    let mut components: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (component, points, _, share) in &measured {
        let entry = components.entry(component).or_default();
        *entry = (*points, entry.1 + share);
    }
    let total: f64 = components.values().map(|(points, _)| points).sum();
    let mut sum = 0.0;
    for (component, points, part, share) in measured {
        let value = match (unit.get(part), *part) {
            (Some(Known::Of(met, of)), part) => (met + 20.0 * mean(part)) / (of + 20.0),
            (Some(Known::Said(_, 0.0, factor)), part) => mean(part) / 100.0 * factor,
            (Some(Known::Said(score, _, factor)), _) => score / 100.0 * factor,
            (None, part @ ("mutual" | "party_org")) => mean(part) / 100.0,
            (None, part) => mean(part),
        };
        sum += 100.0 * points / total * share / components[component].1 * value;
    }
    sum
}

#[test]
fn a_score_is_what_its_figures_come_to_when_weighed_by_hand() {
    let demo = Lived::of(120, 5);
    let (mut compared, mut ranked, mut carded) = (0, 0, 0);
    let events = super::events_of(&demo);
    for window in ["2026", "2026-Q1", "2026-04", "2026-03-09..2026-05-20"] {
        let (span, asked_at) = (Window::read(window).expect("a window"), local(ENDED));
        let (from, before) = (span.from, span.before);
        let at = asked_at.min(before);
        let asked = Asked { from, before, at };
        let cards = standing_cards(&events, (&asked, asked_at));
        let known = known(&demo, window);
        let answer = demo.json(&format!("report ranking --window {window}"));
        let units = answer["units"].as_array().expect("units");
        let group = |unit: &Value| unit["group"].as_str().expect("a group").to_owned();
        let mut groups: BTreeMap<String, Vec<&Unit>> = BTreeMap::new();
        for unit in units {
            let code = unit["unit"].as_str().expect("a code");
            groups
                .entry(group(unit))
                .or_default()
                .extend(known.get(code));
        }
        for unit in units.iter().filter(|unit| !unit["score"].is_null()) {
            let code = unit["unit"].as_str().expect("a code");
            let of = &groups[&group(unit)];
            let counted = cards.get(code).copied().unwrap_or_default();
            let told = [&unit["yellow"], &unit["red"]].map(|of| of.as_u64().expect("a number"));
            assert_eq!(told, counted, "{window} {code}");
            let [yellow, red] = counted.map(|of| of as f64);
            carded += u64::from(counted != [0, 0]);
            let legs = number(&unit["legs"]).max(100.0);
            let taken = ((5.0 * yellow + 10.0 * red) * 100.0 / legs).min(20.0);
            let wanted = (weighed(&known[code], of) - taken).clamp(0.0, 100.0);
            let score = number(&unit["score"]);
            assert!(
                (score - wanted).abs() < 0.006,
                "{window} {code}: {score} and {wanted}"
            );
            compared += 1;
        }
        // The best of a tier comes first, and every rank is one more than those above it.
        for unit in units.iter().filter(|unit| !unit["rank"].is_null()) {
            let peers = units.iter().filter(|other| {
                other["group"] == unit["group"]
                    && other["tier"] == unit["tier"]
                    && !other["rank"].is_null()
            });
            let above = peers.filter(|other| number(&other["score"]) > number(&unit["score"]));
            assert_eq!(unit["rank"], above.count() as u64 + 1);
            assert!(number(&unit["legs"]) >= 10.0);
            ranked += 1;
        }
    }
    assert!(carded > 0, "no card was ever counted");
    assert!(
        compared > 60 && ranked > 1,
        "{compared} scores, {ranked} ranks were compared"
    );
}

/// What was published once must come out again: scores with every kind of part, as bytes. A change of it
/// changes what cities have on record, and belongs into the changelog.
#[test]
fn a_ranking_with_opinions_comes_to_the_same_bytes_as_ever() {
    let answer = Lived::of(120, 5).json("report ranking --window 2026");
    let units: Vec<UnitScore> = serde_json::from_value(answer["units"].clone()).expect("scores");
    let parts = units.iter().flat_map(|unit| &unit.parts);
    let known = parts.filter(|part| match part.input {
        Input::Rate(rate) => rate.of > 0,
        Input::Opinion { forms, .. } => forms > 0,
    });
    let known: BTreeSet<Part> = known.map(|part| part.part).collect();
    assert_eq!(
        known,
        Part::ALL.iter().copied().collect(),
        "a part is missing"
    );
    assert!(
        units.iter().any(|unit| !unit.deduction.is_zero()),
        "and cards"
    );
    expect![["c46880e7aadef3e923fa894a4204775404828bbcba3230b7cb80ae1139ea3425"]]
        .assert_eq(&result_hash(&units));
}
