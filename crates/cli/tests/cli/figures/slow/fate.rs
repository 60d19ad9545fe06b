//! What became of cases by the instant at which somebody asks, whenever their window ended.

use super::{Asked, Instant, instant};
use chrono::TimeDelta;
use serde_json::Value;
use std::collections::BTreeMap;

/// Of one case.
#[derive(Clone, Debug, Default)]
pub(in crate::figures) struct Fate {
    /// Voided or merged: in no figure.
    pub(in crate::figures) struck: bool,
    /// The first reopening.
    reopened: Option<Instant>,
}

impl Fate {
    /// Whether a first closing was undone within thirty days.
    pub(in crate::figures) fn undid(&self, closed: Instant) -> bool {
        let last = closed + TimeDelta::days(30);
        self.reopened.is_some_and(|reopened| reopened <= last)
    }
}

fn told(event: &Value) -> (Instant, &str, &Value) {
    let facts = event["fact"].as_object().expect("a fact");
    let (name, fact) = facts.iter().next().expect("a fact");
    (instant(&event["at"]), name, fact)
}

pub(in crate::figures) fn fates(
    events: &[(String, Value)],
    asked_at: Instant,
) -> BTreeMap<&str, Fate> {
    let mut fates: BTreeMap<&str, Fate> = BTreeMap::new();
    for (case, event) in events {
        let fate = fates.entry(case).or_default();
        let (at, name, _) = told(event);
        match name {
            _ if at > asked_at => {}
            "CaseVoided" | "CaseMerged" => fate.struck = true,
            "CaseReopened" => drop(fate.reopened.get_or_insert(at)),
            _ => {}
        }
    }
    fates
}

/// Its colour, the unit it was raised for, and when.
type Card = (String, Option<String>, Instant);

/// Yellow and red cards of each unit that were raised in a window and not lifted while it was looked at, in
/// cases that count.
pub(in crate::figures) fn standing_cards(
    events: &[(String, Value)],
    (asked, asked_at): (&Asked, Instant),
) -> BTreeMap<String, [u64; 2]> {
    let mut cards: BTreeMap<&str, Vec<Card>> = BTreeMap::new();
    for (case, event) in events {
        let (at, name, fact) = told(event);
        if at > asked.at {
            continue;
        }
        let raised = cards.entry(case).or_default();
        let colour = || fact["card"].as_str().expect("a card").to_owned();
        if name == "SupervisionRaised" {
            raised.push((colour(), fact["unit"].as_str().map(str::to_owned), at));
        } else if name == "SupervisionLifted" {
            // The latest of its colour that stands.
            let last = raised.iter().rposition(|(card, ..)| *card == colour());
            last.map(|last| raised.remove(last));
        }
    }
    let fates = fates(events, asked_at);
    let mut units: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for (_, raised) in cards.iter().filter(|(case, _)| !fates[*case].struck) {
        for (card, unit, at) in raised {
            if let Some(unit) = unit.as_ref().filter(|_| asked.during(Some(*at))) {
                let counted = units.entry(unit.clone()).or_default();
                counted[usize::from(card == "red")] += 1;
            }
        }
    }
    units
}
