//! Codes as people read them: stages, classes, units, matters, clocks, cards, stretches of time.

use crate::desk::Refers;
use crate::words::{Word, language, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::case::stage::{Card, ClockKind, LegStage, Outcome, Stage};
use gridwhistle::domain::policy::words;
use gridwhistle::domain::text::Language;
use gridwhistle::import::Anomaly;
use gridwhistle::projections::models;
use std::ops::Deref;
use std::sync::Arc;

pub(crate) use gridwhistle::projections::models::DASH;
pub(crate) use gridwhistle::projections::models::why::percent;

fn or_dash(code: Option<&str>, label: impl Fn(&str) -> String) -> String {
    code.map_or_else(|| DASH.to_owned(), label)
}

/// The city's own names as they were at an instant, in the language of this process.
#[derive(Clone)]
pub(crate) struct Names(models::Names);

impl Names {
    /// The names of a tenant at an instant.
    pub(crate) fn of(from: &impl Refers, at: DateTime<Utc>) -> Self {
        Self::spoken(from, at, language())
    }

    /// Those of what was known.
    pub(crate) fn known(reference: Arc<Reference>, at: DateTime<Utc>) -> Self {
        Self(models::Names::new(reference, at, language()))
    }

    /// The same in a given language.
    pub(crate) fn spoken(from: &impl Refers, at: DateTime<Utc>, language: Language) -> Self {
        Self(models::Names::new(from.reference(), at, language))
    }
}

impl Deref for Names {
    type Target = models::Names;

    fn deref(&self) -> &models::Names {
        &self.0
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

/// A card by its code.
pub(crate) fn card(code: &str) -> String {
    Card::from_code(code).map_or_else(|| code.to_owned(), |card| say(&card.label()))
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
    models::why::duration(minutes, language())
}

/// Minutes in hours and minutes: of working time there is no day.
pub(crate) fn hours(minutes: i64) -> String {
    models::why::hours(minutes, language())
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
