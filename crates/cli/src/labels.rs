//! Codes as people read them: stages, classes, units, matters, clocks, cards, stretches of time.

use crate::desk::Refers;
use crate::words::{Word, language, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::case::stage::{ClockKind, LegStage, Outcome, Stage};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{GridId, MatterCode, PersonId, UnitId};
use gridwhistle::domain::policy::words;
use gridwhistle::domain::registry::Place;
use gridwhistle::domain::text::{Language, Text};
use gridwhistle::import::Anomaly;
use std::sync::Arc;

/// What stands where there is nothing.
pub(crate) const DASH: &str = "-";

fn or_dash(code: Option<&str>, label: impl Fn(&str) -> String) -> String {
    code.map_or_else(|| DASH.to_owned(), label)
}

/// A name in the asked language, or else in the other one; none where it has neither.
pub(crate) fn known(name: &Text, language: Language) -> Option<String> {
    let other = match language {
        Language::ZhCn => &name.en,
        Language::En => &name.zh,
    };
    let own = name.get(language);
    let name = if own.is_empty() { other } else { own };
    (!name.is_empty()).then(|| name.to_owned())
}

/// The city's own names as they were at an instant; where there is none, the code.
#[derive(Clone)]
pub(crate) struct Names {
    reference: Arc<Reference>,
    at: DateTime<Utc>,
    language: Language,
}

impl Names {
    /// The names of a tenant at an instant, in the language of this process.
    pub(crate) fn of(from: &impl Refers, at: DateTime<Utc>) -> Self {
        Self::spoken(from, at, language())
    }

    /// Those of what was known.
    pub(crate) fn known(reference: Arc<Reference>, at: DateTime<Utc>) -> Self {
        let language = language();
        Self {
            reference,
            at,
            language,
        }
    }

    /// The same in a given language.
    pub(crate) fn spoken(from: &impl Refers, at: DateTime<Utc>, language: Language) -> Self {
        Self {
            reference: from.reference(),
            at,
            language,
        }
    }

    /// The name of a unit, if its code is one.
    pub(crate) fn of_unit(&self, code: &str) -> Option<String> {
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
    pub(crate) fn unit(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            self.of_unit(code).unwrap_or_else(|| code.to_owned())
        })
    }

    /// A grid.
    pub(crate) fn grid(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            self.of_grid(code).unwrap_or_else(|| code.to_owned())
        })
    }

    /// A matter of the catalogue; imported cases keep the source's own word.
    pub(crate) fn matter(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            let catalogue = &self.reference.catalogue;
            let matter = catalogue.in_force(&MatterCode::new(code), self.at);
            let name = matter.and_then(|matter| known(&matter.name, self.language));
            name.unwrap_or_else(|| code.to_owned())
        })
    }

    /// A class, as the policy of then calls it.
    pub(crate) fn class(&self, code: Option<&str>) -> String {
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
    pub(crate) fn suspension(&self, code: Option<&str>) -> String {
        or_dash(code, |code| {
            let policy = self.reference.policies.in_force(self.at);
            let reason = policy.and_then(|policy| policy.reasons.suspend.get(code));
            let label = reason.and_then(|reason| known(reason, self.language));
            let own = || words::suspension(code).map(|label| label.get(self.language).to_owned());
            label.or_else(own).unwrap_or_else(|| code.to_owned())
        })
    }

    /// Who acts or acted: unit, role and name.
    pub(crate) fn actor(&self, actor: &Actor) -> String {
        let unit = actor.unit.as_str();
        let unit = (!unit.is_empty()).then(|| self.unit(Some(unit)));
        let office = !matches!(actor.role, Role::Resident | Role::System);
        let person = office.then(|| self.person(&actor.person)).flatten();
        let role = actor.role.label().get(self.language).to_owned();
        let parts = [unit, Some(role), person];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// A unit or a grid.
    pub(crate) fn place(&self, place: &Place) -> String {
        match place {
            Place::Unit(unit) => self.unit(Some(unit.as_str())),
            Place::Grid(grid) => self.grid(Some(grid.as_str())),
        }
    }

    /// A person in office, by name.
    pub(crate) fn person(&self, person: &PersonId) -> Option<String> {
        let known = self.reference.registry.person_at(person, self.at)?;
        Some(known.name.clone())
    }
}

/// A stage by its code.
pub(crate) fn stage(code: &str) -> String {
    Stage::from_code(code).map_or_else(|| code.to_owned(), |stage| say(&stage.label()))
}

/// The stage of a leg by its code.
pub(crate) fn leg_stage(code: &str) -> String {
    LegStage::from_code(code).map_or_else(|| code.to_owned(), |stage| say(&stage.label()))
}

/// Lead or co-handler by its code.
pub(crate) fn part(code: &str) -> String {
    match code {
        "lead" => Word::PartLead.to_string(),
        "co_handler" => Word::PartCoHandler.to_string(),
        "optional" => Word::PartOptional.to_string(),
        other => other.to_owned(),
    }
}

/// A channel by its code.
pub(crate) fn channel(code: &str) -> String {
    words::channel(code).map_or_else(|| code.to_owned(), |label| say(&label))
}

/// A clock by its code.
pub(crate) fn clock(code: Option<&str>) -> String {
    or_dash(code, |code| {
        ClockKind::from_code(code).map_or_else(|| code.to_owned(), |kind| say(&kind.label()))
    })
}

/// A role by its code.
pub(crate) fn role(code: &str) -> String {
    Role::from_code(code).map_or_else(|| code.to_owned(), |role| say(&role.label()))
}

/// Several roles.
pub(crate) fn roles<'a>(roles: impl IntoIterator<Item = &'a Role>) -> String {
    let names: Vec<String> = roles.into_iter().map(|role| say(&role.label())).collect();
    names.join(&Word::ListComma.to_string())
}

/// A step of the sign-off chain by its code.
pub(crate) fn sign_off_step(code: &str) -> String {
    words::sign_off_step(code).map_or_else(|| code.to_owned(), |label| say(&label))
}

/// The rule of a card by its code.
pub(crate) fn card_rule(code: &str) -> String {
    words::card_rule(code).map_or_else(|| code.to_owned(), |label| say(&label))
}

/// An outcome by its code.
pub(crate) fn outcome(code: Option<&str>) -> String {
    or_dash(code, |code| {
        Outcome::from_code(code).map_or_else(|| code.to_owned(), |outcome| say(&outcome.label()))
    })
}

/// The cards that stand, in few letters.
pub(crate) fn cards(yellow: i64, red: i64) -> String {
    let standing = [(Word::YellowShort, yellow), (Word::RedShort, red)];
    let told = standing.into_iter().filter(|(_, count)| *count > 0);
    let told: Vec<String> = told
        .map(|(word, count)| self::told(word, &[&count]))
        .collect();
    if told.is_empty() {
        DASH.to_owned()
    } else {
        told.join(" ")
    }
}

/// What an imported case was flagged with.
pub(crate) fn anomalies(codes: Option<&str>) -> String {
    or_dash(codes, |codes| {
        let names = codes.split(' ').map(|code| say(&Anomaly::name_of(code)));
        names.collect::<Vec<_>>().join("; ")
    })
}

/// Minutes on the wall in the two largest units.
pub(crate) fn duration(minutes: i64) -> String {
    let days = minutes / 1_440;
    if days > 0 {
        told(Word::DaysHours, &[&days, &(minutes % 1_440 / 60)])
    } else {
        hours(minutes)
    }
}

/// Minutes in hours and minutes: of working time there is no day.
pub(crate) fn hours(minutes: i64) -> String {
    told(Word::HoursMinutes, &[&(minutes / 60), &(minutes % 60)])
}

/// How much of a budget is used.
pub(crate) fn percent(used: Option<i64>, budget: Option<i64>) -> String {
    match (used, budget) {
        (Some(used), Some(budget)) if budget > 0 => format!("{}%", used * 100 / budget),
        _ => DASH.to_owned(),
    }
}

/// How much of each id tells the ids of a page apart, at least eight characters.
pub(crate) fn id_length<'a>(ids: impl Iterator<Item = &'a str> + Clone) -> usize {
    const SHORTEST: usize = 8;
    let mut sorted: Vec<&str> = ids.collect();
    sorted.sort_unstable();
    sorted.dedup();
    let shared = |pair: &[&str]| {
        pair[0]
            .bytes()
            .zip(pair[1].bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let most = sorted.windows(2).map(shared).max().unwrap_or(0);
    SHORTEST.max(most + 1)
}

/// The beginning of an id.
pub(crate) fn short(id: &str, length: usize) -> String {
    id.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_as_long_as_its_page_needs() {
        let length = |ids: &[&str]| id_length(ids.iter().copied());
        assert_eq!(length(&["44750b52-fe87-5fab", "4475ffff-fe87-5fab"]), 8);
        assert_eq!(length(&["44750b52-fe87-5fab", "44750b52-fe97-5fab"]), 12);
        assert_eq!(length(&["44750b52-fe87-5fab"; 2]), 8);
        assert_eq!(length(&[]), 8);
    }
}
