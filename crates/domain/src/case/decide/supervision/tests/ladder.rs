//! Who is carded, for what, and how often.

use super::*;
use crate::case::decide::pause_scenes::awaiting_mandate;
use crate::case::decide::scenes::{Seen, convene, decide, decision, dispatch, returned, waiting};

fn respond() -> C {
    C::Respond {
        outcome: Outcome::Resolved,
        reply: "mended".to_owned(),
        evidence: vec![evidence(EvidenceKind::WrittenReply)],
        elements: None,
    }
}

fn contact() -> C {
    C::ContactResident {
        leg: Some(LEAD),
        means: "phone".to_owned(),
        note: "heard".to_owned(),
    }
}

fn contacted() -> Given {
    at_work().and(water(), contact())
}

fn rework() -> C {
    C::RequireRework {
        reason: "not_solved".to_owned(),
        note: "it still runs".to_owned(),
    }
}

fn carded(given: &Given) -> Option<&str> {
    let unit = given.case.cards.last().unwrap().unit.as_ref();
    unit.map(UnitId::as_str)
}

#[test]
fn whoever_did_what_was_urged_gets_no_card_for_silence() {
    let given = contacted()
        .and(supervisor(), urge())
        .at("2026-03-03 10:00")
        .and(water(), respond());
    assert_eq!(given.case.urge_unanswered_since, None);
    given
        .at("2026-03-20 10:00")
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly);
}

#[test]
fn an_urge_while_nothing_is_owed_brings_no_card() {
    contacted()
        .and(water(), respond())
        .and(supervisor(), urge())
        .at("2026-03-20 10:00")
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly);
}

#[test]
fn an_old_urge_does_not_card_a_case_that_came_back() {
    let given = contacted()
        .and(water(), respond())
        .and(supervisor(), urge())
        .and(
            community(),
            C::VerifyPass {
                note: "dry".to_owned(),
            },
        )
        .and(community(), C::SignOff {})
        .stands(Stage::Closed);
    assert_eq!(given.case.urge_unanswered_since, None);
    let reopen = C::Reopen {
        ground: crate::case::command::ReopenGround::SameProblem,
        note: "it runs again".to_owned(),
        same_as: Some(crate::ids::CaseId(uuid::Uuid::from_u128(77))),
    };
    given
        .at("2026-03-20 10:00")
        .beside(77)
        .and(community(), reopen)
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly);
}

#[test]
fn cards_for_reworks_are_not_raised_again_after_a_reopening() {
    let given = contacted()
        .and(water(), respond())
        .and(community(), rework())
        .and(water(), contact())
        .and(water(), respond())
        .and(community(), rework())
        .and(system(), raise(Card::Yellow, "reworks_yellow"))
        .and(water(), contact())
        .and(water(), respond())
        .and(
            community(),
            C::VerifyPass {
                note: "dry".to_owned(),
            },
        )
        .and(community(), C::SignOff {});
    let reopen = C::Reopen {
        ground: crate::case::command::ReopenGround::SameProblem,
        note: "it runs again".to_owned(),
        same_as: Some(crate::ids::CaseId(uuid::Uuid::from_u128(77))),
    };
    given
        .at("2026-03-03 10:00")
        .beside(77)
        .and(community(), reopen)
        .when(system(), raise(Card::Yellow, "reworks_yellow"))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn a_card_for_time_run_out_is_for_whoever_led_when_it_did() {
    let propose = C::ProposeCoordination {
        cause: "a carriageway".to_owned(),
    };
    let given = at_work()
        .at("2026-03-10 10:00")
        .and(street(), propose)
        .and(
            street_leader(),
            convene(&["B-water", "B-roads", "B-police"]),
        )
        .and(street_leader(), decide(decision()))
        .at("2026-03-13 10:00")
        .and(system(), raise(Card::Yellow, "overdue_150"));
    assert_eq!(given.case.lead().unwrap().unit, "B-roads".into());
    assert_eq!(carded(&given), Some("B-water"));
}

#[test]
fn nobody_is_carded_for_time_that_ran_out_before_any_lead() {
    let given = returned(
        waiting().and(dispatcher(), dispatch("B-water", &[])),
        water(),
        LEAD,
    )
    .at("2026-03-10 10:00")
    .and(dispatcher(), dispatch("B-roads", &[]))
    .at("2026-03-13 10:00")
    .and(system(), raise(Card::Yellow, "overdue_150"));
    assert_eq!(carded(&given), None);
}

#[test]
fn a_missed_review_cards_the_unit_that_held_the_case() {
    let hold = C::Hold {
        reason: "season".to_owned(),
        review: crate::calendar::Limit::NaturalDays(30),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    let given = decided()
        .and(street_leader(), hold)
        .at("2026-06-01 10:00")
        .and(system(), C::MissReview {});
    assert_eq!(carded(&given), Some("S-old-town"));
}

#[test]
fn the_steps_of_a_mandate_are_on_the_ladder_too() {
    // A working day to take the papers: due on Tuesday 3 March.
    let given = awaiting_mandate()
        .at("2026-03-03 14:30")
        .when(system(), remind(ClockKind::TakePapers, 50))
        .then(&["CaseReminded"])
        .at("2026-03-03 23:59")
        .when(system(), by_clock())
        .then_refused(Code::TooEarly)
        .at("2026-03-04 00:00")
        .when(system(), by_clock())
        .then(&["CaseUrged"])
        .at("2026-03-05 18:00")
        .when(system(), raise(Card::Yellow, "overdue_150"))
        .then(&["SupervisionRaised"]);
    assert_eq!(carded(&given), Some("C-east"), "the agent's unit");
}

#[test]
fn whoever_leads_from_now_on_was_not_urged_before() {
    let back = C::RequestReturn {
        leg: LEAD,
        reason: "not_competent".to_owned(),
        legal_basis: "Water Law, art. 12".to_owned(),
    };
    let dispatch = C::Dispatch {
        lead: "B-roads".into(),
        co_handlers: Vec::new(),
        emergency: false,
        precedent: None,
    };
    at_work()
        .and(supervisor(), urge())
        .and(water(), back)
        .and(dispatcher(), C::ApproveReturn { leg: LEAD })
        .and(dispatcher(), dispatch)
        .at("2026-03-09 18:00")
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly);
}

#[test]
fn a_pause_that_others_granted_is_no_silence() {
    let suspend = C::Suspend {
        reason: "force_majeure".to_owned(),
        until: at("2026-03-05 10:00"),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    at_work()
        .and(supervisor(), urge())
        .and(dispatcher(), suspend)
        .at("2026-03-10 10:00")
        .and(system(), C::Resume {})
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly);
}

#[test]
fn an_urge_to_those_who_verify_cards_no_handler() {
    contacted()
        .and(water(), respond())
        .and(supervisor(), urge())
        .at("2026-03-11 10:00")
        .and(community(), rework())
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly);
}

#[test]
fn a_second_silence_brings_a_second_card() {
    let answer = C::AnswerUrge {
        reason: "the pump is ordered".to_owned(),
    };
    at_work()
        .and(supervisor(), urge())
        .at("2026-03-09 18:00")
        .and(system(), raise(Card::Red, "urge_unanswered"))
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::AlreadyDone)
        .at("2026-03-10 09:00")
        .and(water(), answer)
        .and(supervisor(), urge())
        .at("2026-03-17 18:00")
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then(&["SupervisionRaised"]);
}
