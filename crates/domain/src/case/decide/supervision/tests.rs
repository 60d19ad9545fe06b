mod cards;
mod ladder;
mod notes;

use super::*;
use crate::case::command::CaseCommand as C;
use crate::case::decide::pause_scenes::{at_work, decided, policy, street_at_work};
use crate::case::fact::ReportForm;
use crate::case::kit::*;
use crate::case::stage::Outcome;
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind;

const HANDLE: ClockId = ClockId::case(ClockKind::Handle);

fn note(leg: Option<LegNo>, note: &str) -> C {
    C::RecordProgress {
        leg,
        note: note.to_owned(),
    }
}

fn urge() -> C {
    C::Urge {
        note: "the lane is under water".to_owned(),
    }
}

fn by_clock() -> C {
    C::Urge {
        note: String::new(),
    }
}

fn raise(card: Card, rule: &str) -> C {
    C::RaiseCard {
        card,
        rule: rule.to_owned(),
        emergency: false,
        note: "three weeks without a crew".to_owned(),
    }
}

fn lift(card: Card) -> C {
    C::LiftCard {
        card,
        reason: "the crew came".to_owned(),
    }
}

fn remind(kind: ClockKind, percent: u32) -> C {
    C::Remind {
        kind,
        leg: None,
        percent,
    }
}

#[test]
fn a_progress_note_begins_the_time_to_the_next_one() {
    let given = decided()
        .at("2026-03-04 10:00")
        .when(water(), note(Some(LEAD), "the trench is open"))
        .then(&["ProgressRecorded", "ClockStopped", "ClockStarted"]);
    assert_eq!(given.due(PROGRESS), at("2026-03-11 18:00"));
    at_work()
        .when(water(), note(None, "on the way"))
        .then(&["ProgressRecorded"]);
}

#[test]
fn a_progress_note_on_a_standing_case_leaves_the_next_one_standing() {
    let suspend = C::Suspend {
        reason: "legal_procedure".to_owned(),
        until: at("2026-03-06 10:00"),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    let given = decided()
        .and(street_leader(), suspend)
        .when(water(), note(Some(LEAD), "the court sits"))
        .then(&[
            "ProgressRecorded",
            "ClockStopped",
            "ClockStarted",
            "ClockSuspended",
        ]);
    assert!(!given.case.owed(PROGRESS).unwrap().is_running());
}

#[test]
fn a_progress_note_says_something_and_belongs_to_a_live_leg() {
    decided()
        .when(water(), note(Some(LEAD), ""))
        .then_refused(Code::FieldMissing);
    decided()
        .when(water(), note(Some(LegNo(9)), "digging"))
        .then_refused(Code::LegUnknown);
    let waive = C::WaiveLeg {
        leg: SECOND,
        reason: "no road is touched".to_owned(),
    };
    decided()
        .and(dispatcher(), waive)
        .when(roads(), note(Some(SECOND), "digging"))
        .then_refused(Code::LegStageWrong);
}

#[test]
fn a_missed_note_brings_a_yellow_card_once_a_period() {
    let given = decided()
        .at("2026-03-09 18:00")
        .when(system(), C::MissProgress {})
        .then_refused(Code::TooEarly)
        .at("2026-03-10 08:00")
        .when(system(), C::MissProgress {})
        .then(&[
            "ProgressMissed",
            "SupervisionRaised",
            "ClockStopped",
            "ClockStarted",
        ])
        .when(system(), C::MissProgress {})
        .then_refused(Code::TooEarly);
    assert_eq!(given.due(PROGRESS), at("2026-03-17 18:00"));
    let card = given.case.cards.last().unwrap();
    assert_eq!(
        (card.card, card.rule.as_str()),
        (Card::Yellow, "progress_missed")
    );
    assert_eq!(card.unit, Some("B-water".into()));
    at_work()
        .when(system(), C::MissProgress {})
        .then_refused(Code::TooEarly);
}

#[test]
fn a_person_urges_at_any_time_and_says_what_for() {
    at_work().when(supervisor(), urge()).then(&["CaseUrged"]);
    let blank = C::Urge {
        note: String::new(),
    };
    at_work()
        .when(supervisor(), blank)
        .then_refused(Code::FieldMissing);
}

#[test]
fn the_clock_urges_once_from_the_working_day_after_the_due_time() {
    let given = at_work()
        .at("2026-03-09 23:59")
        .when(system(), urge())
        .then_refused(Code::TooEarly)
        .at("2026-03-10 00:00")
        .when(system(), by_clock())
        .then(&["CaseUrged"])
        .at("2026-03-11 08:00")
        .when(system(), urge())
        .then_refused(Code::AlreadyDone);
    assert_eq!(given.case.urges, 1);
}

#[test]
fn an_urge_of_the_clock_names_its_rule_and_a_persons_does_not() {
    let rule = |given: Given| match given.facts()[0] {
        F::CaseUrged { rule, .. } => rule.clone(),
        fact => panic!("{fact:?}"),
    };
    let clock = at_work().at("2026-03-10 00:00").when(system(), by_clock());
    assert_eq!(rule(clock).as_deref(), Some("overdue_urge"));
    assert_eq!(rule(at_work().when(supervisor(), urge())), None);
}

#[test]
fn more_time_lets_the_clock_urge_again_after_the_new_due_time() {
    let mut given = at_work().at("2026-03-10 00:00").and(system(), by_clock());
    // The due time moved meanwhile, as an extension or a rework moves it.
    for clock in &mut given.case.clocks {
        clock.marks.due = at("2026-03-12 18:00");
    }
    given
        .at("2026-03-12 19:00")
        .when(system(), by_clock())
        .then_refused(Code::TooEarly)
        .at("2026-03-13 00:00")
        .when(system(), by_clock())
        .then(&["CaseUrged"]);
}

#[test]
fn the_clock_does_not_urge_on_days_off() {
    // Due on a Friday.
    let given = Given::nothing()
        .at("2026-03-06 13:00")
        .and(resident(), report())
        .and(community(), accept(CaseClass::TimeLimited, LEAK))
        .and(water(), C::Acknowledge { leg: LEAD });
    let due = given.due(HANDLE);
    assert_eq!(due, at("2026-03-13 18:00"));
    given
        .at("2026-03-15 10:00")
        .when(system(), urge())
        .then_refused(Code::TooEarly)
        .at("2026-03-16 00:00")
        .when(system(), urge())
        .then(&["CaseUrged"]);
}

#[test]
fn an_urge_is_answered_with_a_reason() {
    let answer = |reason: &str| C::AnswerUrge {
        reason: reason.to_owned(),
    };
    let given = at_work()
        .when(water(), answer("parts on the way"))
        .then_refused(Code::NoRequest)
        .and(supervisor(), urge())
        .when(water(), answer(" "))
        .then_refused(Code::ReasonRequired)
        .when(water(), answer("parts on the way"))
        .then(&["UrgeAnswered"]);
    assert_eq!(given.case.urge_unanswered_since, None);
}

#[test]
fn a_reminder_comes_when_its_share_is_consumed_and_once() {
    // Half of 2,820 minutes is 1,410: on Thursday 5 March at 08:30 and then some.
    let given = at_work()
        .at("2026-03-05 08:29")
        .when(system(), remind(ClockKind::Handle, 50))
        .then_refused(Code::TooEarly);
    assert_eq!(given.refusal().accepted, "2026-03-05T00:30:00+00:00");
    given
        .at("2026-03-05 08:30")
        .when(system(), remind(ClockKind::Handle, 50))
        .then(&["CaseReminded"])
        .when(system(), remind(ClockKind::Handle, 50))
        .then_refused(Code::AlreadyDone)
        .when(system(), remind(ClockKind::Handle, 75))
        .then_refused(Code::TooEarly);
}

#[test]
fn reminders_are_for_running_clocks_at_the_policys_percents() {
    let given = at_work()
        .when(system(), remind(ClockKind::Handle, 60))
        .then_refused(Code::FieldMissing);
    assert_eq!(given.refusal().accepted, "50, 75");
    let given = given
        .when(system(), remind(ClockKind::Review, 50))
        .then_refused(Code::FieldMissing);
    assert_eq!(given.refusal().accepted, "handle");
}

#[test]
fn without_a_policy_nothing_is_supervised() {
    let bare = ReportForm { ..form() };
    let given = Given::nothing()
        .and(resident(), C::Report { form: bare })
        .knowing(|reference| reference.policies = Default::default());
    given
        .when(system(), remind(ClockKind::Accept, 50))
        .then_refused(Code::PolicyMissing);
}

#[test]
fn the_percents_are_the_policys_own() {
    let given = Given::nothing()
        .knowing(policy(|policy| {
            policy.supervision.remind_percent = vec![10]
        }))
        .and(resident(), report())
        .at("2026-03-02 09:24")
        .when(system(), remind(ClockKind::Accept, 10))
        .then(&["CaseReminded"]);
    assert_eq!(given.case.reminded.len(), 1);
}
