//! One case's story: a sentence for every fact, in Chinese and English.
//!
//! The words are made when they are read, from the event itself; nothing of them is stored. They
//! name units, roles, times, codes and numbers. They refuse to repeat free text (descriptions,
//! notes, replies) and residents' ids, so that a story can be shown without a look at who reads.

mod names;
mod when;
mod words;

use crate::case_view::read_case;
use crate::projection::Unreadable;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::ids::{LegNo, UnitId};
use gridwhistle_domain::registry::Registry;
use gridwhistle_domain::text::Text;
use gridwhistle_store::RecordedEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
pub(crate) use when::when;

/// One event of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Position in the log.
    pub position: u64,
    /// Number in the case's stream.
    pub sequence: u64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// The name of the fact.
    pub kind: String,
    /// The person's code; none for residents and the system.
    pub person: Option<String>,
    /// Role code.
    pub role: String,
    /// The unit's code.
    pub unit: Option<String>,
    /// When, who and what, in one sentence.
    pub text: Text,
}

/// What has been told so far, for names in later sentences.
pub(crate) struct Telling<'a> {
    registry: &'a Registry,
    legs: BTreeMap<LegNo, UnitId>,
    at: DateTime<Utc>,
}

/// Tells the story of one stream, complete and in order.
///
/// # Errors
/// [`Unreadable`] names the event.
pub fn tell(
    events: &[RecordedEvent],
    registry: &Registry,
) -> Result<Vec<TimelineEntry>, Unreadable> {
    let mut telling = Telling {
        registry,
        legs: BTreeMap::new(),
        at: DateTime::UNIX_EPOCH,
    };
    let told = events.iter().map(|event| {
        let fact = read_case(event)?;
        Ok(telling.entry(event, &fact))
    });
    told.collect()
}

/// The sentence of one event alone: legs are called by their numbers.
#[must_use]
pub fn words_of(event: &CaseEvent, registry: &Registry) -> Text {
    let telling = Telling {
        registry,
        legs: BTreeMap::new(),
        at: event.at,
    };
    telling.sentence(event)
}

impl Telling<'_> {
    fn entry(&mut self, event: &RecordedEvent, fact: &CaseEvent) -> TimelineEntry {
        self.at = fact.at;
        match &fact.fact {
            CaseFact::LegOpened { leg, unit, .. } => {
                self.legs.insert(*leg, unit.clone());
            }
            CaseFact::CaseImported { case } => {
                let unit = case.unit.iter().cloned();
                self.legs.extend(unit.map(|unit| (LegNo(1), unit)));
            }
            _ => {}
        }
        let unit = fact.by.unit.as_str();
        let named = !matches!(fact.by.role, Role::Resident | Role::System);
        TimelineEntry {
            position: event.position,
            sequence: event.sequence,
            at: fact.at,
            recorded_at: event.recorded_at,
            kind: fact.fact.name().to_owned(),
            person: named.then(|| fact.by.person.as_str().to_owned()),
            role: fact.by.role.code().to_owned(),
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
            text: self.sentence(fact),
        }
    }

    fn sentence(&self, fact: &CaseEvent) -> Text {
        let (when, who) = (when(fact.at), self.who(&fact.by));
        let what = self.words(&fact.fact);
        Text::new(
            format!("{} {} {}", when.zh, who.zh, what.zh),
            format!("{} {}: {}", when.en, who.en, what.en),
        )
    }

    fn who(&self, actor: &Actor) -> Text {
        let role = actor.role.label();
        if actor.unit.as_str().is_empty() {
            return role;
        }
        let unit = self.unit(&actor.unit);
        Text::new(
            format!("{} {}", unit.zh, role.zh),
            format!("{}, {}", unit.en, role.en),
        )
    }

    /// The name of a unit then, or else its code.
    fn unit(&self, unit: &UnitId) -> Text {
        let code = unit.as_str();
        let Some(known) = self.registry.unit_at(unit, self.at) else {
            return Text::new(code, code);
        };
        let or_code = |name: &str| if name.is_empty() { code } else { name }.to_owned();
        Text::new(or_code(&known.name.zh), or_code(&known.name.en))
    }

    fn units(&self, units: &[UnitId]) -> Text {
        let names: Vec<Text> = units.iter().map(|unit| self.unit(unit)).collect();
        let zh: Vec<&str> = names.iter().map(|name| name.zh.as_str()).collect();
        let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
        Text::new(zh.join("、"), en.join(", "))
    }

    /// The unit of a leg, or else the leg's number.
    fn leg(&self, leg: LegNo) -> Text {
        match self.legs.get(&leg) {
            Some(unit) => self.unit(unit),
            None => Text::new(format!("第{leg}路"), format!("leg {leg}")),
        }
    }
}
