use super::super::scenes::*;
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::fact::CoordinationDecision;
use crate::case::kit::*;
use crate::case::record::{Deliverable, ReplyElements};
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{ClockKind, LegStage, Stage};
use crate::class::CaseClass;
use crate::ids::{LegNo, UnitId};
use crate::policy::rows::EvidenceKind as E;

/// The decision with a change; what the units owe follows it.
fn with(change: impl FnOnce(&mut CoordinationDecision)) -> C {
    let mut decision = decision();
    change(&mut decision);
    if decision.deliverables == self::decision().deliverables {
        // Whoever is bound by the changed decision owes something.
        let bound = std::iter::once(&decision.lead).chain(&decision.co_handlers);
        let codes: Vec<&str> = bound.map(UnitId::as_str).collect();
        decision.deliverables = owing(&codes);
    }
    decide(decision)
}

/// A whistle case in work with the water bureau, sent to a meeting by the street.
fn escalated() -> Given {
    answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(
            street(),
            C::ProposeCoordination {
                cause: "no_progress".into(),
            },
        )
        .and(street_leader(), convene(&[WATER, ROADS, POLICE]))
}

#[test]
fn a_decision_dispatches_to_lead_and_co_handlers_with_its_own_time() {
    let given = meeting()
        .at("2026-03-03 09:00")
        .when(
            street_leader(),
            C::Decide {
                decision: CoordinationDecision {
                    handle: Some("20 wd".parse().unwrap()),
                    ..decision()
                },
                precedent: Some(precedent(ROADS)),
            },
        )
        .then(&[
            "CoordinationDecided",
            "ClockStopped",
            "ClockStarted",
            "CaseDispatched",
            "LegOpened",
            "ClockStarted",
            "LegOpened",
            "ClockStarted",
            "ClockStarted",
            "PrecedentRegistered",
        ])
        .stands(Stage::Dispatched)
        .owes(HANDLE, "2026-03-31 18:00")
        .owes(ClockId::case(ClockKind::Progress), "2026-03-10 18:00");
    assert_eq!(given.case.lead().map(|leg| leg.unit.as_str()), Some(ROADS));
}

#[test]
fn a_decision_without_a_time_runs_by_the_class() {
    meeting()
        .when(street_leader(), decide(decision()))
        .owes(HANDLE, "2026-03-23 18:00");
}

#[test]
fn the_time_that_a_meeting_gives_runs_from_its_decision_and_other_legs_end() {
    let given = escalated()
        .owes(HANDLE, "2026-03-16 18:00")
        .at("2026-03-04 09:00")
        .when(
            street_leader(),
            with(|decision| {
                decision.lead = POLICE.into();
                decision.co_handlers = units(&[ROADS]);
                decision.handle = Some("12 wd".parse().unwrap());
            }),
        )
        .stands(Stage::Dispatched)
        .leg_at(LEAD, LegStage::Ended)
        .leg_at(SECOND, LegStage::Pending)
        .leg_at(LegNo(3), LegStage::Pending)
        .owes(HANDLE, "2026-03-20 18:00");
    assert_eq!(given.case.handling().unwrap().consumed, 0);
    assert_eq!(given.case.live_legs().count(), 2);
    let lead_clocks = given
        .case
        .owed_clocks()
        .filter(|clock| clock.id.leg == Some(LEAD));
    assert_eq!(lead_clocks.count(), 0);
}

#[test]
fn a_lead_that_the_meeting_confirms_goes_on_without_a_second_leg() {
    let given = escalated()
        .when(
            street_leader(),
            with(|decision| {
                decision.lead = WATER.into();
                decision.co_handlers = units(&[ROADS]);
            }),
        )
        .then(&[
            "CoordinationDecided",
            "ClockStopped",
            "CaseDispatched",
            "ClockStarted",
        ])
        .stands(Stage::InProgress)
        .owes(ClockId::case(ClockKind::Progress), "2026-03-09 18:00")
        .leg_at(LEAD, LegStage::Acknowledged);
    assert_eq!(given.case.legs.len(), 2);
}

#[test]
fn a_co_handler_that_the_meeting_makes_lead_has_one_leg() {
    let given = escalated()
        .when(street_leader(), decide(decision()))
        .stands(Stage::Dispatched)
        .leg_at(LEAD, LegStage::Ended)
        .leg_at(SECOND, LegStage::Ended);
    let live: Vec<&str> = given
        .case
        .live_legs()
        .map(|leg| leg.unit.as_str())
        .collect();
    assert_eq!(live, [ROADS, WATER]);
}

#[test]
fn a_decision_overtakes_a_request_to_return() {
    with_water()
        .and(water(), give_back(LEAD))
        .and(
            street(),
            C::ProposeCoordination {
                cause: "no_lead".into(),
            },
        )
        .and(street_leader(), convene(&[WATER, ROADS, POLICE]))
        .when(
            street_leader(),
            with(|decision| {
                decision.lead = WATER.into();
                decision.co_handlers.clear();
            }),
        )
        .then(&[
            "CoordinationDecided",
            "ClockStopped",
            "ReturnRefused",
            "CaseDispatched",
            "ClockStarted",
        ])
        .leg_at(LEAD, LegStage::Pending)
        .stands(Stage::Dispatched);
}

#[test]
fn a_meeting_decides_with_a_quorum_of_the_units_it_named() {
    let given = meeting()
        .when(
            street_leader(),
            with(|decision| {
                decision.present = units(&[WATER, WATER, ROADS, "CITY"]);
            }),
        )
        .then_refused(Code::QuorumMissing);
    assert_eq!(given.refusal().given, "2/3");
    assert_eq!(given.refusal().accepted, "3");
}

#[test]
fn a_decision_keeps_its_minutes_and_stays_below_its_cap() {
    meeting()
        .when(
            street_leader(),
            with(|decision| decision.minutes = "x".repeat(64)),
        )
        .then_refused(Code::MinutesMissing)
        .when(
            street_leader(),
            with(|decision| decision.handle = Some("61 wd".parse().unwrap())),
        )
        .then_refused(Code::DecisionAboveCap)
        .when(
            street_leader(),
            with(|decision| decision.handle = Some("100 d".parse().unwrap())),
        )
        .then_refused(Code::DecisionAboveCap)
        .when(
            street_leader(),
            with(|decision| decision.handle = Some("60 wd".parse().unwrap())),
        )
        .stands(Stage::Dispatched);
}

#[test]
fn a_decision_names_one_lead_active_units_and_who_owes_what() {
    let owes = |unit: &str, what: &str| Deliverable {
        unit: unit.into(),
        what: what.into(),
    };
    meeting()
        .when(
            street_leader(),
            with(|decision| decision.co_handlers = units(&[ROADS])),
        )
        .then_refused(Code::LeadInCoHandlers)
        .when(
            street_leader(),
            with(|decision| decision.lead = "B-gone".into()),
        )
        .then_refused(Code::UnitInactive)
        .when(
            street_leader(),
            with(|decision| decision.deliverables = vec![owes(POLICE, "close the road")]),
        )
        .then_refused(Code::WrongUnit)
        .when(
            street_leader(),
            with(|decision| decision.deliverables = vec![owes(WATER, " ")]),
        )
        .then_refused(Code::FieldMissing)
        .when(street(), decide(decision()))
        .then_refused(Code::ChairRank);
}

#[test]
fn an_escalated_case_goes_on_as_a_special_one() {
    let given = escalated().and(street_leader(), decide(decision()));
    assert_eq!(given.case.class, Some(CaseClass::Special));
    // Its co-handlers' parts must be confirmed and its resolution disclosed, as of any special case.
    let lead = given.case.lead().map(|leg| leg.no).unwrap();
    let co_handler = given.case.live_legs().find(|leg| leg.no != lead);
    let co_handler = co_handler.map(|leg| leg.no).unwrap();
    let done = C::CompleteLeg {
        leg: co_handler,
        result: "sealed".into(),
    };
    let contact = C::ContactResident {
        leg: Some(lead),
        means: "telephone".into(),
        note: "told".into(),
    };
    let answer = C::Respond {
        outcome: crate::case::stage::Outcome::Resolved,
        reply: "paved".into(),
        evidence: [E::BeforePhoto, E::AfterPhoto].map(evidence).to_vec(),
        elements: Some(ReplyElements {
            contacted_at: at("2026-03-02 09:00"),
            contact: "the reporter".into(),
            measure: "paved".into(),
            deadline: at("2026-03-09 09:00"),
        }),
    };
    given
        .and(roads(), acknowledge(lead))
        .and(water(), acknowledge(co_handler))
        .and(roads(), contact)
        .and(roads(), come(&roads(), lead))
        .and(water(), done)
        .when(roads(), answer.clone())
        .then_refused(Code::CoHandlersPending)
        .and(roads(), C::ConfirmLeg { leg: co_handler })
        .when(roads(), answer)
        .then_refused(Code::DisclosureMissing);
}

#[test]
fn a_decision_binds_units_that_were_called_each_to_something() {
    meeting()
        .when(
            street_leader(),
            with(|decision| decision.lead = "D-centre".into()),
        )
        .then_refused(Code::WrongUnit)
        .when(
            street_leader(),
            with(|decision| decision.deliverables = owing(&[ROADS])),
        )
        .then_refused(Code::FieldMissing)
        .when(
            street_leader(),
            with(|decision| decision.present = units(&[WATER, ROADS])),
        )
        .then_refused(Code::QuorumMissing);
}

#[test]
fn nobody_is_late_by_the_time_that_a_meeting_gives_and_the_miss_before_it_stays() {
    let given = escalated()
        .at("2026-03-30 10:00")
        .and(
            street_leader(),
            with(|decision| decision.handle = Some("15 wd".parse().unwrap())),
        )
        .owes(HANDLE, "2026-04-21 18:00");
    let mut handling = given.case.clocks.iter().filter(|clock| clock.id == HANDLE);
    let (old, new) = (handling.next().unwrap(), handling.next().unwrap());
    assert!(old.missed && old.on_time().is_none());
    assert!(!new.missed && new.marks.yellow > new.marks.due);
}

#[test]
fn a_meeting_decides_on_the_time_and_the_returns_that_were_asked_for() {
    let extension = ClockId::case(ClockKind::ExtensionDecision);
    let given = with_both()
        .and(water(), acknowledge(LEAD))
        .and(
            water(),
            C::RequestExtension {
                limit: "1 wd".parse().unwrap(),
                reason: "spare parts".into(),
            },
        )
        .and(roads(), give_back(SECOND))
        .and(
            street(),
            C::ProposeCoordination {
                cause: "no_progress".into(),
            },
        )
        .and(street_leader(), convene(&[WATER, ROADS, POLICE]))
        .owes_no(extension)
        .owes_no(ClockId::leg(ClockKind::ReturnDecision, SECOND));
    assert_eq!(given.case.extension_request, None);
}
