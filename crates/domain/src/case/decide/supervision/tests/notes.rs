//! Only the one who owes the work answers an urge or gives the note that is owed.

use super::*;

fn answer() -> C {
    C::AnswerUrge {
        reason: "the pump is on its way".to_owned(),
    }
}

#[test]
fn a_co_handlers_note_is_kept_and_neither_answers_an_urge_nor_counts_as_the_leads() {
    let given = decided()
        .and(roads(), C::Acknowledge { leg: SECOND })
        .and(supervisor(), urge());
    let due = given.due(PROGRESS);
    let given = given
        .at("2026-03-04 10:00")
        .when(roads(), note(Some(SECOND), "the road is closed"))
        .then(&["ProgressRecorded"]);
    assert_eq!(given.due(PROGRESS), due);
    assert!(given.case.urge_unanswered_since.is_some());
    let given = given.and(water(), note(Some(LEAD), "the trench is open"));
    assert!(given.case.urge_unanswered_since.is_none());
}

#[test]
fn the_grid_neither_answers_nor_reports_for_a_unit_that_leads() {
    at_work()
        .and(supervisor(), urge())
        .when(officer(), answer())
        .then_refused(Code::NotYourStep)
        .when(officer(), note(None, "seen a crew"))
        .then_refused(Code::NotYourStep)
        .and(water(), answer());
}

#[test]
fn a_meeting_that_sat_long_leaves_no_note_missed() {
    let units = || vec!["B-water".into(), "B-roads".into()];
    let convene = C::Convene {
        units: units(),
        agenda: "the pipe is deeper".to_owned(),
    };
    let decision = crate::case::fact::CoordinationDecision {
        present: units(),
        lead: "B-water".into(),
        co_handlers: vec!["B-roads".into()],
        deliverables: crate::case::decide::scenes::owing(&["B-water", "B-roads"]),
        handle: None,
        minutes: "b".repeat(64),
    };
    let decide = C::Decide {
        decision,
        precedent: None,
    };
    let given = decided()
        .at("2026-03-06 10:00")
        .and(street_leader(), convene)
        .at("2026-03-11 10:00")
        .and(street_leader(), decide)
        .when(system(), C::MissProgress {})
        .then_refused(Code::TooEarly);
    assert_eq!(given.due(PROGRESS), at("2026-03-18 18:00"));
}
