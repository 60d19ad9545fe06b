use super::super::scenes::*;
use crate::actor::{Rank, Role};
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::kit::*;
use crate::case::record::Precedent;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{ClockKind, LegStage, Stage};
use crate::class::CaseClass;
use crate::ids::LegNo;

const DECISION: ClockId = ClockId::leg(ClockKind::ReturnDecision, LEAD);

fn ask(reason: &str, legal_basis: &str) -> C {
    C::RequestReturn {
        leg: LEAD,
        reason: reason.into(),
        legal_basis: legal_basis.into(),
    }
}

fn approve() -> C {
    C::ApproveReturn { leg: LEAD }
}

fn refuse(reason: &str) -> C {
    C::RefuseReturn {
        leg: LEAD,
        reason: reason.into(),
    }
}

fn designate(unit: &str, precedent: Option<Precedent>) -> C {
    C::DesignateLead {
        unit: unit.into(),
        reason: "the pipe lies under the road".into(),
        precedent,
    }
}

fn asked() -> Given {
    with_water().and(water(), give_back(LEAD))
}

#[test]
fn a_unit_asks_to_return_its_part_while_every_clock_runs_on() {
    with_water()
        .when(water(), give_back(LEAD))
        .then(&["ReturnRequested", "ClockStarted"])
        .leg_at(LEAD, LegStage::ReturnRequested)
        .stands(Stage::Dispatched)
        .owes(DECISION, "2026-03-02 15:00")
        .owes(HANDLE, "2026-03-09 18:00")
        .owes(
            ClockId::leg(ClockKind::Acknowledge, LEAD),
            "2026-03-02 11:00",
        )
        .when(water(), give_back(LEAD))
        .then_refused(Code::LegStageWrong);
}

#[test]
fn a_return_has_a_coded_reason_and_a_legal_basis() {
    with_water()
        .when(water(), ask("busy", "Water Law"))
        .then_refused(Code::ReasonRequired)
        .when(water(), ask("not_competent", " "))
        .then_refused(Code::LegalBasisMissing);
}

#[test]
fn the_window_to_return_closes_with_the_working_day_after_dispatch() {
    with_water()
        .at("2026-03-03 18:01")
        .when(water(), give_back(LEAD))
        .then_refused(Code::ReturnWindowClosed)
        .at("2026-03-03 18:00")
        .when(water(), give_back(LEAD))
        .then(&["ReturnRequested", "ClockStarted"]);
}

#[test]
fn a_unit_returns_a_case_once() {
    asked()
        .and(dispatcher(), refuse("it is your pipe"))
        .when(water(), give_back(LEAD))
        .then_refused(Code::ReturnLimitReached);
}

#[test]
fn after_a_meeting_decided_there_is_no_return() {
    meeting()
        .and(street_leader(), decide(decision()))
        .when(roads(), give_back(LEAD))
        .then_refused(Code::ReturnNotAllowed);
}

#[test]
fn a_granted_return_of_the_lead_sends_the_case_back_to_dispatch() {
    asked()
        .at("2026-03-02 10:00")
        .when(dispatcher(), approve())
        .then(&[
            "LegReturned",
            "ClockStopped",
            "ClockCancelled",
            "ClockStarted",
        ])
        .stands(Stage::Accepted)
        .leg_at(LEAD, LegStage::Returned)
        .owes(HANDLE, "2026-03-09 18:00")
        .owes(DISPATCH, "2026-03-02 16:00")
        .owes_no(DECISION)
        .when(dispatcher(), dispatch(ROADS, &[]))
        .then(&[
            "CaseDispatched",
            "ClockStopped",
            "LegOpened",
            "ClockStarted",
        ])
        .owes(HANDLE, "2026-03-09 18:00")
        .stands(Stage::Dispatched);
}

#[test]
fn a_lead_that_returns_takes_its_request_for_more_time_with_it() {
    let given = with_water()
        .and(water(), acknowledge(LEAD))
        .and(
            water(),
            C::RequestExtension {
                limit: "1 wd".parse().unwrap(),
                reason: "spare parts".into(),
            },
        )
        .and(water(), give_back(LEAD))
        .and(dispatcher(), approve())
        .owes_no(ClockId::case(ClockKind::ExtensionDecision));
    assert_eq!(given.case.extension_request, None);
}

#[test]
fn a_granted_return_of_a_co_handler_leaves_the_lead_at_work() {
    with_both()
        .and(roads(), give_back(SECOND))
        .when(dispatcher(), C::ApproveReturn { leg: SECOND })
        .then(&[
            "LegReturned",
            "ClockStopped",
            "ClockCancelled",
            "ClockCancelled",
            "ClockCancelled",
        ])
        .stands(Stage::Dispatched);
}

#[test]
fn a_refused_return_gives_no_time_back_and_is_final() {
    asked()
        .when(dispatcher(), refuse(""))
        .then_refused(Code::ReasonRequired)
        .at("2026-03-02 10:00")
        .when(dispatcher(), refuse("it is your pipe"))
        .then(&["ReturnRefused", "ClockStopped"])
        .leg_at(LEAD, LegStage::Pending)
        .owes(HANDLE, "2026-03-09 18:00")
        .owes(
            ClockId::leg(ClockKind::Acknowledge, LEAD),
            "2026-03-02 11:00",
        )
        .when(dispatcher(), refuse("again"))
        .then_refused(Code::LegStageWrong)
        .when(dispatcher(), approve())
        .then_refused(Code::LegStageWrong);
}

#[test]
fn only_the_roles_of_the_policy_decide_on_a_return() {
    asked()
        .when(street(), approve())
        .then_refused(Code::NotYourStep)
        .when(street(), refuse("no"))
        .then_refused(Code::NotYourStep);
}

#[test]
fn nobody_decides_on_a_return_of_their_own_unit() {
    waiting()
        .and(dispatcher(), dispatch("S-old-town", &[]))
        .and(street(), give_back(LEAD))
        .when(street_leader(), approve())
        .then_refused(Code::SelfApproval)
        .when(street_leader(), refuse("no"))
        .then_refused(Code::SelfApproval);
}

#[test]
fn whoever_asked_decides_in_no_other_office_either() {
    let mut elsewhere = dispatcher();
    elsewhere.person = water().person;
    asked()
        .knowing(|reference| {
            let tenure = serde_json::json!({ "at": "2026-01-01T00:00:00Z", "by": system(),
                "fact": { "TenureBegun": { "person": elsewhere.person, "tenure": {
                "role": "dispatcher", "place": "unit:D-centre",
                "from": "2020-01-01T00:00:00Z" } } } });
            let event = serde_json::from_value(tenure).unwrap();
            reference.registry.evolve(&event);
        })
        .when(elsewhere, approve())
        .then_refused(Code::SelfApproval);
}

#[test]
fn the_third_return_makes_a_dispute_that_stops_dispatch() {
    let given = disputed()
        .then(&[
            "LegReturned",
            "ClockStopped",
            "ClockCancelled",
            "ClockStarted",
            "LeadDisputed",
        ])
        .when(dispatcher(), dispatch("S-old-town", &[]))
        .then_refused(Code::ReturnLimitReached);
    assert!(given.case.lead_disputed);
}

#[test]
fn a_dispute_is_settled_by_naming_the_lead_whose_leg_opens_at_once() {
    let given = disputed()
        .when(duty_chief(), designate(WATER, Some(precedent(WATER))))
        .then_refused(Code::LeadInCoHandlers)
        .when(duty_chief(), designate(ROADS, Some(precedent(ROADS))))
        .then(&[
            "LeadDesignated",
            "CaseDispatched",
            "ClockStopped",
            "LegOpened",
            "ClockStarted",
            "PrecedentRegistered",
        ])
        .stands(Stage::Dispatched)
        .owes(HANDLE, "2026-03-09 18:00")
        .leg_at(LegNo(4), LegStage::Pending);
    assert!(!given.case.lead_disputed);
    assert_eq!(given.case.precedent, Some(precedent(ROADS)));
    given
        .when(roads(), give_back(LegNo(4)))
        .then_refused(Code::ReturnLimitReached);
}

#[test]
fn a_lead_is_designated_only_in_a_dispute_by_someone_of_rank() {
    with_water()
        .when(duty_chief(), designate(ROADS, None))
        .then_refused(Code::NoDispute);
    disputed()
        .changed(|policy| {
            let row = policy.class.get_mut(&CaseClass::TimeLimited).unwrap();
            row.returns.adjudicator = Some(Rank::District);
        })
        .when(duty_chief(), designate(ROADS, None))
        .then_refused(Code::InsufficientAuthority)
        .when(district_leader(), designate("B-gone", None))
        .then_refused(Code::UnitInactive)
        .when(
            district_leader(),
            C::DesignateLead {
                unit: ROADS.into(),
                reason: String::new(),
                precedent: None,
            },
        )
        .then_refused(Code::ReasonRequired);
    assert_eq!(Role::DutyChief.rank(), Rank::Street);
}

#[test]
fn a_policy_without_an_adjudicator_leaves_the_dispute_to_the_meeting() {
    let given = disputed()
        .changed(|policy| {
            let row = policy.class.get_mut(&CaseClass::TimeLimited).unwrap();
            row.returns.adjudicator = None;
        })
        .when(city_office(), designate(ROADS, None))
        .then_refused(Code::InsufficientAuthority);
    assert_eq!(given.refusal().accepted, "convene");
}

#[test]
fn a_precedent_says_what_was_decided_and_keeps_its_minutes() {
    let with = |change: fn(&mut Precedent)| {
        let mut rule = precedent(ROADS);
        change(&mut rule);
        designate(ROADS, Some(rule))
    };
    disputed()
        .when(
            duty_chief(),
            with(|rule| rule.minutes = "in the drawer".into()),
        )
        .then_refused(Code::MinutesMissing)
        .when(duty_chief(), with(|rule| rule.criteria.clear()))
        .then_refused(Code::FieldMissing)
        .when(duty_chief(), with(|rule| rule.matter = NOISE.into()))
        .then_refused(Code::PrecedentMismatch)
        .when(duty_chief(), with(|rule| rule.lead = POLICE.into()))
        .then_refused(Code::PrecedentMismatch)
        .when(
            duty_chief(),
            with(|rule| rule.co_handlers = units(&["B-gone"])),
        )
        .then_refused(Code::UnitInactive);
}

#[test]
fn a_dispute_is_settled_from_above_every_unit_in_it() {
    let given = disputed()
        .when(street_leader(), designate(ROADS, None))
        .then_refused(Code::InsufficientAuthority);
    assert_eq!(given.refusal().accepted, "street @ D-district");
    disputed().and(district_leader(), designate(ROADS, None));
    // The centre dispatches for its district; a bureau of another one is beyond it.
    let elsewhere = || {
        disputed().knowing(|reference| {
            for (unit, kind, level, parent) in [
                ("D-west", "district", None, "CITY"),
                ("B-west", "department", Some("district"), "D-west"),
            ] {
                let fact = serde_json::json!({ "UnitRegistered": { "unit": unit, "kind": kind,
                    "level": level, "from": "2020-01-01T00:00:00Z",
                    "details": { "name": { "zh": unit, "en": unit }, "parent": parent } } });
                reference.registry.evolve(&crate::registry::RegistryEvent {
                    at: at("2020-01-01 00:00"),
                    by: system(),
                    fact: serde_json::from_value(fact).unwrap(),
                });
            }
        })
    };
    for actor in [duty_chief(), district_leader()] {
        let given = elsewhere()
            .when(actor, designate("B-west", None))
            .then_refused(Code::InsufficientAuthority);
        assert_eq!(given.refusal().accepted, "street @ CITY");
    }
    elsewhere().and(city_office(), designate("B-west", None));
}

#[test]
fn another_class_settles_no_dispute() {
    let reclassify = C::Reclassify {
        to: CaseClass::Undertaken,
        reason: "nobody takes it".into(),
    };
    disputed()
        .and(dispatcher(), reclassify)
        .when(dispatcher(), dispatch_emergency())
        .then_refused(Code::ReturnLimitReached);
}

#[test]
fn a_lead_that_is_replaced_takes_its_request_for_more_time_with_it() {
    let given = answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(
            water(),
            C::RequestExtension {
                limit: "1 wd".parse().unwrap(),
                reason: "spare parts".into(),
            },
        )
        .and(leader(), blow(crate::policy::rows::WhistleKind::Routine))
        .and(street(), C::ApproveWhistle {})
        .and(street(), dispatch(ROADS, &[]))
        .owes_no(ClockId::case(ClockKind::ExtensionDecision));
    assert_eq!(given.case.extension_request, None);
}
