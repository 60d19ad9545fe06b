//! Appraisals of a demo city, counted a second time from the JSON of its events: who met whom, who
//! spoke, and what came of it, in whole numbers and fractions of them.

use crate::lived::Lived;
use gridwhistle::projections::questions::{Appraisals, Appraised};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Rated: unit and person.
type Rated = (String, Option<String>);

fn fact(event: &Value) -> (&str, &Value) {
    let mut facts = event["fact"].as_object().expect("a fact").iter();
    let (name, fact) = facts.next().expect("one");
    (name.as_str(), fact)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn rated(value: &Value) -> Rated {
    match value["unit"].as_str() {
        Some(unit) => (unit.to_owned(), None),
        None => {
            let person = &value["person"];
            (text(&person["unit"]), Some(text(&person["person"])))
        }
    }
}

/// Legs that were opened before an instant, by level-1 grid and unit; voided and merged cases left out.
fn legs(events: &[(String, String, Value)], before: &str) -> BTreeMap<(String, String), u64> {
    let (mut grids, mut units) = (BTreeMap::new(), BTreeMap::<_, Vec<String>>::new());
    let mut out = BTreeSet::new();
    for (kind, case, event) in events {
        if kind != "case" || event["at"].as_str().expect("an instant") >= before {
            continue;
        }
        let (name, told) = fact(event);
        if let Some(grid) = told["form"]["grid"].as_str().or(told["grid"].as_str()) {
            grids.insert(case, grid.to_owned());
        }
        match name {
            "LegOpened" => units.entry(case).or_default().push(text(&told["unit"])),
            "CaseMerged" | "CaseVoided" => drop(out.insert(case)),
            _ => {}
        }
    }
    let mut legs = BTreeMap::new();
    for (case, units) in units.into_iter().filter(|(case, _)| !out.contains(case)) {
        // The leaf `G-1-2-3-1` lies in `G-1-2-3`.
        let Some((level_one, _)) = grids.get(case).and_then(|leaf| leaf.rsplit_once('-')) else {
            continue;
        };
        for unit in units {
            *legs.entry((level_one.to_owned(), unit)).or_default() += 1;
        }
    }
    legs
}

/// The ballots of the round: the legs that each grid is said to have met, who met whom, who spoke.
#[derive(Default)]
struct Ballots {
    legs: BTreeMap<(String, String), u64>,
    met: BTreeMap<Rated, u64>,
    sealed: BTreeMap<Rated, u64>,
}

fn ballots(events: &[(String, String, Value)]) -> Ballots {
    let mut found = Ballots::default();
    for (_, _, event) in events
        .iter()
        .filter(|(kind, ..)| kind == "appraisal_ballot")
    {
        let (name, told) = fact(event);
        if name == "AppraisalSealed" {
            *found.sealed.entry(rated(&told["ratee"])).or_default() += 1;
            continue;
        }
        let grid = text(&told["opening"]["grids"][0]);
        for one in told["opening"]["met"].as_array().expect("pairs") {
            let who = rated(&one["ratee"]);
            let count = one["legs"].as_u64().expect("a count");
            if who.1.is_none() && count > 0 {
                found.legs.insert((grid.clone(), who.0.clone()), count);
            }
            *found.met.entry(who).or_default() += 1;
        }
    }
    found
}

/// Hundredths of points of the opened forms, and how many they are.
fn opened(events: &[(String, String, Value)]) -> BTreeMap<Rated, (i128, i128)> {
    let (mut weights, mut sums) = (BTreeMap::new(), BTreeMap::new());
    for (_, _, event) in events.iter().filter(|(kind, ..)| kind == "appraisal") {
        let (name, told) = fact(event);
        if name == "AppraisalRoundOpened" {
            for item in told["opening"]["form"]["items"].as_array().expect("items") {
                weights.insert(
                    text(&item["code"]),
                    item["weight"].as_i64().expect("a weight"),
                );
            }
        }
        if name == "AppraisalRevealed" {
            let (mut sum, forms) = (0, told["forms"].as_array().expect("forms"));
            for (item, answer) in forms
                .iter()
                .flat_map(|form| form.as_object().expect("a form"))
            {
                let score = answer["score"].as_i64().expect("a score");
                sum += i128::from(weights[item] * (score - 1) * 25);
            }
            sums.insert(rated(&told["ratee"]), (sum, forms.len() as i128));
        }
    }
    sums
}

/// A fraction of hundredths, half to even, as it is shown.
fn rounded(above: i128, below: i128) -> String {
    let (whole, rest) = (above / below, above % below);
    let up = (2 * rest).cmp(&below).then_with(|| (whole % 2).cmp(&0));
    let hundredths = whole + i128::from(up.is_gt());
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn check(said: &[Appraised], ballots: &Ballots, opened: &BTreeMap<Rated, (i128, i128)>) -> usize {
    let of_group = |(rated, _): &(&Rated, &(i128, i128))| {
        said.iter()
            .any(|one| (&one.unit, &one.person) == (&rated.0, &rated.1))
    };
    let group: Vec<_> = opened.iter().filter(of_group).collect();
    let all: i128 = group.iter().map(|(_, (sum, _))| sum).sum();
    let forms: i128 = group.iter().map(|(_, (_, count))| count).sum();
    let mut compared = 0;
    for one in said {
        let who = (one.unit.clone(), one.person.clone());
        let sealed = ballots.sealed.get(&who).copied().unwrap_or_default();
        let share = (one.participation.met, one.participation.of);
        assert_eq!(share, (sealed, ballots.met[&who]), "{who:?}");
        let text = |value: Option<rust_decimal::Decimal>| value.map(|value| value.to_string());
        let told = (text(one.mean), text(one.score), one.forms, one.withheld);
        let Some((sum, count)) = opened.get(&who) else {
            assert!(sealed < 5, "{who:?}");
            assert_eq!(told, (None, None, 0, sealed), "{who:?}");
            continue;
        };
        assert_eq!(*count, i128::from(sealed), "{who:?}");
        // (sum + 8 · all / forms) / (count + 8), over one denominator.
        let score = rounded(sum * forms + 8 * all, (count + 8) * forms);
        let mean = rounded(*sum, *count);
        assert_eq!(told, (Some(mean), Some(score), sealed, 0), "{who:?}");
        compared += 1;
    }
    compared
}

#[test]
fn appraisals_are_what_a_slow_count_of_the_events_says() {
    let demo = Lived::of(260, 5);
    let answer = demo.json("report appraisals --window 2026-Q1");
    let told: Appraisals = serde_json::from_value(answer).expect("its shape");
    let events = demo.events();
    let (ballots, opened) = (ballots(&events), opened(&events));
    assert_eq!(ballots.legs, legs(&events, "2026-03-31T16:00:00Z"));
    let all = told.units.len() + told.persons.len();
    assert_eq!(all, ballots.met.len(), "everybody whom somebody met");
    let compared = check(&told.units, &ballots, &opened) + check(&told.persons, &ballots, &opened);
    assert_eq!(compared, opened.len());
    assert!(compared > 3, "only {compared} were opened");
}
