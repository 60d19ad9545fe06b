//! Codes as people read them: stages, classes, clocks, roles, cards, stretches of time.

use crate::words::{Word, say, told};
use gridwhistle::Engine;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::case::stage::{Card, ClockKind, LegStage, Outcome, Stage};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::import::Anomaly;

fn or_dash(code: Option<&str>, label: impl Fn(&str) -> String) -> String {
    code.map_or_else(|| "-".to_owned(), label)
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

/// The state of a clock by its code.
pub(crate) fn clock_state(code: &str) -> String {
    match code {
        "running" => Word::ClockRunning.to_string(),
        "suspended" => Word::ClockSuspended.to_string(),
        "stopped" => Word::ClockStopped.to_string(),
        "cancelled" => Word::ClockCancelled.to_string(),
        other => other.to_owned(),
    }
}

/// A class by its code, as the policy in force calls it.
pub(crate) fn class(engine: &Engine, code: Option<&str>) -> String {
    or_dash(code, |code| {
        let reference = engine.reference();
        let policy = reference.policies.in_force(engine.now());
        let row = CaseClass::from_code(code).and_then(|class| policy?.row(class));
        row.map_or_else(|| code.to_owned(), |row| say(&row.label))
    })
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

/// An outcome by its code.
pub(crate) fn outcome(code: Option<&str>) -> String {
    or_dash(code, |code| {
        Outcome::from_code(code).map_or_else(|| code.to_owned(), |outcome| say(&outcome.label()))
    })
}

/// The cards that stand.
pub(crate) fn cards(yellow: i64, red: i64) -> String {
    let standing = [(Card::Yellow, yellow), (Card::Red, red)];
    let told = standing.into_iter().filter(|(_, count)| *count > 0);
    let told: Vec<String> = told
        .map(|(card, count)| format!("{}×{count}", say(&card.label())))
        .collect();
    if told.is_empty() {
        "-".to_owned()
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
    let (days, hours, rest) = (minutes / 1_440, minutes % 1_440 / 60, minutes % 60);
    if days > 0 {
        told(Word::DaysHours, &[&days, &hours])
    } else {
        told(Word::HoursMinutes, &[&hours, &rest])
    }
}
