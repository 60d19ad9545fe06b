//! One event of every form, with every optional field given, in the order of `CaseFact::NAMES`.

mod legs;
mod pauses;
mod rest;
mod start;

use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::calendar::{Calendar, CalendarBook, CalendarVersion, Limit};
use gridwhistle_domain::case::clock::{Clock, ClockId, ClockState, Marks};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::record::{Evidence, Precedent, Reporter};
use gridwhistle_domain::case::stage::ClockKind;
use gridwhistle_domain::ids::{CaseId, LegNo, SubjectId};
use gridwhistle_domain::policy::rows::EvidenceKind;
use gridwhistle_domain::sealed::Sealed;

/// All of them.
pub(crate) fn samples() -> Vec<CaseEvent> {
    let facts = [
        start::facts(),
        legs::facts(),
        pauses::facts(),
        rest::facts(),
    ];
    facts.into_iter().flatten().map(event).collect()
}

fn event(fact: CaseFact) -> CaseEvent {
    CaseEvent {
        at: at(9),
        by: Actor {
            on_behalf_of: Some("P-absent".into()),
            ..Actor::new("P-water", Role::DepartmentHandler, "B-water")
        },
        fact,
    }
}

/// An hour of 2 March 2026, in UTC.
fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_409_600 + hour * 3_600, 0).unwrap()
}

/// Words, with what JSON must escape.
fn words() -> String {
    "第三排 \"漏水\"\n再查".to_owned()
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn hash(letter: &str) -> String {
    letter.repeat(64)
}

fn case(number: u128) -> CaseId {
    serde_json::from_str(&format!("\"00000000-0000-0000-0000-{number:012x}\"")).unwrap()
}

fn evidence(kind: EvidenceKind) -> Vec<Evidence> {
    vec![Evidence {
        kind,
        reference: hash("a"),
        note: words(),
    }]
}

fn subject(code: &str) -> SubjectId {
    SubjectId::new(code)
}

fn reporter() -> Reporter {
    Reporter {
        subject: subject("subject-1"),
        details: Some(Sealed {
            alg: "A256GCM".to_owned(),
            subject: subject("subject-1"),
            nonce: "0f".repeat(12),
            ciphertext: "c0ffee".to_owned(),
        }),
    }
}

fn precedent() -> Precedent {
    Precedent {
        matter: "environment.leak".into(),
        criteria: words(),
        lead: "B-water".into(),
        co_handlers: vec!["B-roads".into()],
        minutes: hash("b"),
    }
}

fn calendar() -> CalendarVersion {
    CalendarBook::china()
        .versions()
        .next()
        .map(Calendar::version)
        .unwrap()
        .clone()
}

fn handle() -> ClockId {
    ClockId::case(ClockKind::Handle)
}

fn contact() -> ClockId {
    ClockId::leg(ClockKind::Contact, LegNo(2))
}

fn marks() -> Marks {
    Marks {
        amber: at(10),
        due: at(12),
        yellow: at(14),
        severe: at(15),
        red: at(16),
        provisional: true,
    }
}

fn clock() -> Clock {
    Clock {
        id: contact(),
        limit: Limit::WorkingDays(5),
        calendar: calendar(),
        started_at: at(8),
        budget: 2_820,
        original: 2_400,
        consumed: 60,
        since: at(9),
        suspended: 30,
        marks: marks(),
        state: ClockState::Running,
        ended_at: Some(at(20)),
        missed: true,
        spans: Vec::new(),
    }
}
