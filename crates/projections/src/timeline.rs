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
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{GridId, LegNo, MatterCode, UnitId};
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::rows::Reasons;
use gridwhistle_domain::policy::words as names_of;
use gridwhistle_domain::text::Text;
use gridwhistle_store::RecordedEvent;
use names::same;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
pub(crate) use when::when;

/// One event of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    /// Who: unit and role.
    pub who: Text,
    /// What.
    pub what: Text,
    /// When, who and what, in one sentence.
    pub text: Text,
}

/// What has been told so far, for names in later sentences.
pub(crate) struct Telling<'a> {
    reference: &'a Reference,
    legs: BTreeMap<LegNo, UnitId>,
    at: DateTime<Utc>,
}

/// Tells the story of one stream, complete and in order.
///
/// # Errors
/// [`Unreadable`] names the event.
pub fn tell(
    events: &[RecordedEvent],
    reference: &Reference,
) -> Result<Vec<TimelineEntry>, Unreadable> {
    let mut telling = Telling {
        reference,
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
pub fn words_of(event: &CaseEvent, reference: &Reference) -> Text {
    let telling = Telling {
        reference,
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
            who: self.who(&fact.by),
            what: self.words(&fact.fact),
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
        let Some(known) = self.reference.registry.unit_at(unit, self.at) else {
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

    /// The name of a grid then, or else its code.
    fn grid(&self, grid: &GridId) -> Text {
        let known = self.reference.registry.grid_at(grid, self.at);
        let name = known.map(|known| known.name.clone());
        name.filter(|name| !name.zh.is_empty() && !name.en.is_empty())
            .unwrap_or_else(|| same(grid))
    }

    /// The name of a matter then, or else its code.
    fn matter(&self, code: &MatterCode) -> Text {
        let known = self.reference.catalogue.in_force(code, self.at);
        known.map_or_else(|| same(code), |matter| matter.name.clone())
    }

    fn policy(&self) -> Option<&Policy> {
        self.reference.policies.in_force(self.at)
    }

    /// A class as the policy of then calls it.
    fn class(&self, class: CaseClass) -> Text {
        let row = self.policy().and_then(|policy| policy.row(class));
        row.map_or_else(|| names_of::class(class), |row| row.label.clone())
    }

    /// A coded reason in the words of the policy of then, or else as it was given.
    fn reason(&self, code: &str, of: impl Fn(&Reasons) -> &BTreeMap<String, Text>) -> Text {
        let known = self
            .policy()
            .and_then(|policy| of(&policy.reasons).get(code));
        known.map_or_else(|| same(code), Clone::clone)
    }

    /// The unit of a leg, or else the leg's number.
    fn leg(&self, leg: LegNo) -> Text {
        match self.legs.get(&leg) {
            Some(unit) => self.unit(unit),
            None => Text::new(format!("第{leg}路"), format!("leg {leg}")),
        }
    }
}
