//! Codes as people read them: the city's own names as they were at an instant.

use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{GridId, MatterCode, PersonId, UnitId};
use gridwhistle_domain::policy::words;
use gridwhistle_domain::registry::Place;
use gridwhistle_domain::text::{Language, Text};
use std::sync::Arc;

/// What stands where there is nothing.
pub const DASH: &str = "-";

fn or_dash(code: Option<&str>, label: impl Fn(&str) -> String) -> String {
    code.map_or_else(|| DASH.to_owned(), label)
}

/// A name in the asked language, or else in the other one; none where it has neither.
#[must_use]
pub fn known(name: &Text, language: Language) -> Option<String> {
    let name = name.spoken(language);
    (!name.is_empty()).then(|| name.to_owned())
}

/// The city's own names as they were at an instant; where there is none, the code.
#[derive(Clone, Debug)]
pub struct Names {
    reference: Arc<Reference>,
    at: DateTime<Utc>,
    language: Language,
}

impl Names {
    /// The names at an instant.
    #[must_use]
    pub fn new(reference: Arc<Reference>, at: DateTime<Utc>, language: Language) -> Self {
        Self {
            reference,
            at,
            language,
        }
    }

    /// The language they are told in.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The name of a unit, if its code is one.
    #[must_use]
    pub fn of_unit(&self, code: &str) -> Option<String> {
        let unit = self
            .reference
            .registry
            .unit_at(&UnitId::new(code), self.at)?;
        known(&unit.name, self.language)
    }

    fn of_grid(&self, code: &str) -> Option<String> {
        let grid = self
            .reference
            .registry
            .grid_at(&GridId::new(code), self.at)?;
        known(&grid.name, self.language)
    }

    /// A unit.
    #[must_use]
    pub fn unit(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            self.of_unit(code).unwrap_or_else(|| code.to_owned())
        })
    }

    /// A grid.
    #[must_use]
    pub fn grid(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            self.of_grid(code).unwrap_or_else(|| code.to_owned())
        })
    }

    /// A matter of the catalogue; imported cases keep the source's own word.
    #[must_use]
    pub fn matter(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            let catalogue = &self.reference.catalogue;
            let matter = catalogue.in_force(&MatterCode::new(code), self.at);
            let name = matter.and_then(|matter| known(&matter.name, self.language));
            name.unwrap_or_else(|| code.to_owned())
        })
    }

    /// A class, as the policy of then calls it.
    #[must_use]
    pub fn class(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            let Some(class) = CaseClass::from_code(code) else {
                return code.to_owned();
            };
            let policy = self.reference.policies.in_force(self.at);
            let label = policy.and_then(|policy| known(&policy.row(class)?.label, self.language));
            label.unwrap_or_else(|| words::class(class).get(self.language).to_owned())
        })
    }

    /// Why a case stands.
    #[must_use]
    pub fn suspension(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            let policy = self.reference.policies.in_force(self.at);
            let reason = policy.and_then(|policy| policy.reasons.suspend.get(code));
            let label = reason.and_then(|reason| known(reason, self.language));
            let own = || words::suspension(code).map(|label| label.get(self.language).to_owned());
            label.or_else(own).unwrap_or_else(|| code.to_owned())
        })
    }

    /// Who acts or acted: unit, role and name.
    #[must_use]
    pub fn actor(&self, actor: &Actor) -> String {
        let unit = actor.unit.as_str();
        let unit = (!unit.is_empty()).then(|| self.unit(Some(unit)));
        let office = !matches!(actor.role, Role::Resident | Role::System);
        let person = office.then(|| self.person(&actor.person)).flatten();
        let role = actor.role.label().get(self.language).to_owned();
        let parts = [unit, Some(role), person];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// A unit or a grid.
    #[must_use]
    pub fn place(&self, place: &Place) -> String {
        match place {
            Place::Unit(unit) => self.unit(Some(unit.as_str())),
            Place::Grid(grid) => self.grid(Some(grid.as_str())),
        }
    }

    /// A person in office, by name.
    #[must_use]
    pub fn person(&self, person: &PersonId) -> Option<String> {
        let known = self.reference.registry.person_at(person, self.at)?;
        Some(known.name.clone())
    }
}
