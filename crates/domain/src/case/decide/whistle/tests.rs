use super::super::scenes::*;
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::kit::*;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{ClockKind, Stage};
use crate::ids::UnitId;
use crate::policy::rows::{EvidenceKind, WhistleKind};

const APPROVE: ClockId = ClockId::case(ClockKind::ApproveWhistle);
const RATIFY: ClockId = ClockId::case(ClockKind::Ratify);

fn blow_with(targets: &[&str], ground: &str, kinds: &[EvidenceKind], new_facts: &str) -> C {
    C::BlowWhistle {
        kind: WhistleKind::Routine,
        ground: ground.into(),
        targets: targets.iter().copied().map(UnitId::from).collect(),
        prework: kinds.iter().copied().map(evidence).collect(),
        new_facts: new_facts.into(),
    }
}

fn decline() -> C {
    C::DeclineWhistle {
        reason: "the street can do it".into(),
    }
}

const PHOTO: &[EvidenceKind] = &[EvidenceKind::BeforePhoto];

#[test]
fn a_whistle_waits_for_approval_on_the_clock_and_ends_the_wait_for_dispatch() {
    before_whistle()
        .owes(DISPATCH, "2026-03-03 18:00")
        .when(leader(), blow(WhistleKind::Routine))
        .then(&["WhistleBlown", "ClockCancelled", "ClockStarted"])
        .stands(Stage::Whistled)
        .owes(APPROVE, "2026-03-02 15:00")
        .owes_no(DISPATCH);
}

#[test]
fn a_superiors_task_is_not_whistled_for() {
    from_above()
        .when(leader(), blow(WhistleKind::Routine))
        .then_refused(Code::CommandNotAllowedForClass);
}

#[test]
fn a_kind_of_whistle_without_rules_is_refused() {
    before_whistle()
        .changed(|policy| {
            policy.whistle.remove(&WhistleKind::Hard);
        })
        .when(leader(), blow(WhistleKind::Hard))
        .then_refused(Code::PolicyMissing);
}

#[test]
fn a_whistle_calls_units_that_exist() {
    before_whistle()
        .when(
            leader(),
            blow_with(&["B-gone"], "resident_problem", PHOTO, ""),
        )
        .then_refused(Code::UnitInactive)
        .when(leader(), blow_with(&[], "resident_problem", PHOTO, ""))
        .then_refused(Code::FieldMissing);
}

#[test]
fn a_whistle_shows_the_grids_own_work() {
    let mut bare = blow(WhistleKind::Routine);
    if let C::BlowWhistle { prework, .. } = &mut bare {
        prework[0].reference.clear();
    }
    before_whistle()
        .when(leader(), blow_with(&[WATER], "resident_problem", &[], ""))
        .then_refused(Code::PreworkMissing)
        .when(leader(), bare)
        .then_refused(Code::FieldMissing);
}

#[test]
fn a_whistle_stands_on_a_ground_of_the_policy() {
    let given = before_whistle()
        .when(leader(), blow_with(&[WATER], "boredom", PHOTO, ""))
        .then_refused(Code::GroundUnknown);
    let accepted = "emergency, joint_enforcement, resident_problem";
    assert_eq!(given.refusal().accepted, accepted);
}

#[test]
fn a_whistle_calls_units_that_serve_the_matter_here() {
    let given = before_whistle()
        .when(
            leader(),
            blow_with(&[WATER, ROADS], "resident_problem", PHOTO, ""),
        )
        .then_refused(Code::TargetDoesNotServe);
    assert_eq!(given.refusal().given, ROADS);
    assert_eq!(given.refusal().accepted, WATER);
}

#[test]
fn only_the_areas_leaders_blow_a_whistle() {
    before_whistle()
        .when(officer(), blow(WhistleKind::Routine))
        .then_refused(Code::NotYourStep);
}

#[test]
fn an_approved_whistle_goes_to_dispatch_on_the_clock() {
    whistled()
        .at("2026-03-02 10:00")
        .when(street(), C::ApproveWhistle {})
        .then(&["WhistleApproved", "ClockStopped", "ClockStarted"])
        .stands(Stage::Whistled)
        .owes_no(APPROVE)
        .owes(DISPATCH, "2026-03-03 18:00")
        .when(street_leader(), C::ApproveWhistle {})
        .then_refused(Code::AlreadyDone)
        .when(street_leader(), decline())
        .then_refused(Code::AlreadyDone);
}

#[test]
fn a_hard_whistle_needs_the_streets_leader() {
    before_whistle()
        .and(leader(), blow(WhistleKind::Hard))
        .when(street(), C::ApproveWhistle {})
        .then_refused(Code::RankTooLow)
        .when(street_leader(), C::ApproveWhistle {})
        .then(&["WhistleApproved", "ClockStopped", "ClockStarted"]);
}

/// The street's leader is the grid's leader too: one person, two tenures.
fn same_person_leads_the_grid(given: Given) -> (Given, crate::actor::Actor) {
    let mut both = leader();
    both.person = street_leader().person;
    let given = given.knowing(|reference| {
        let tenure = serde_json::json!({ "at": "2026-01-01T00:00:00Z", "by": system(),
            "fact": { "TenureBegun": { "person": both.person, "tenure": {
            "role": "grid_leader", "place": "grid:G-1", "from": "2020-01-01T00:00:00Z" } } } });
        let event = serde_json::from_value(tenure).unwrap();
        reference.registry.evolve(&event);
    });
    (given, both)
}

#[test]
fn nobody_approves_their_own_whistle() {
    let (given, both) = same_person_leads_the_grid(before_whistle());
    given
        .and(both, blow(WhistleKind::Routine))
        .when(street_leader(), C::ApproveWhistle {})
        .then_refused(Code::SelfApproval);
}

#[test]
fn a_declined_whistle_puts_the_case_back_on_the_dispatch_clock() {
    whistled()
        .when(street(), C::DeclineWhistle { reason: " ".into() })
        .then_refused(Code::ReasonRequired)
        .when(street(), decline())
        .then(&["WhistleDeclined", "ClockStopped", "ClockStarted"])
        .stands(Stage::Accepted)
        .owes(DISPATCH, "2026-03-03 18:00");
}

#[test]
fn after_a_declined_whistle_the_next_one_needs_new_facts() {
    whistled()
        .and(street(), decline())
        .when(leader(), blow(WhistleKind::Routine))
        .then_refused(Code::NewFactsRequired)
        .when(
            leader(),
            blow_with(
                &[WATER],
                "resident_problem",
                PHOTO,
                "the cellar is under water",
            ),
        )
        .then(&["WhistleBlown", "ClockCancelled", "ClockStarted"]);
}

#[test]
fn a_second_whistle_that_is_declined_leaves_the_legs_at_work() {
    answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(leader(), blow(WhistleKind::Hard))
        .stands(Stage::Whistled)
        .when(street(), decline())
        .then(&["WhistleDeclined", "ClockStopped"])
        .stands(Stage::InProgress);
}

#[test]
fn an_emergency_is_dispatched_first_and_ratified_within_a_day() {
    before_whistle()
        .when(street(), dispatch_emergency())
        .stands(Stage::Dispatched)
        .owes(RATIFY, "2026-03-03 09:00")
        .owes(
            ClockId::leg(ClockKind::Acknowledge, LEAD),
            "2026-03-02 09:15",
        )
        .owes(ClockId::leg(ClockKind::ReportIn, LEAD), "2026-03-02 10:00")
        .at("2026-03-02 12:00")
        .when(street(), C::RatifyWhistle {})
        .then_refused(Code::RankTooLow)
        .when(street_leader(), C::RatifyWhistle {})
        .then(&["WhistleRatified", "ClockStopped"])
        .owes_no(RATIFY)
        .when(street_leader(), C::RatifyWhistle {})
        .then_refused(Code::NoRequest);
}

#[test]
fn whoever_dispatched_an_emergency_does_not_ratify_it() {
    before_whistle()
        .and(street_leader(), dispatch_emergency())
        .when(street_leader(), C::RatifyWhistle {})
        .then_refused(Code::SelfApproval);
}

#[test]
fn a_whistle_is_not_blown_over_an_emergency_that_waits_for_ratification() {
    before_whistle()
        .and(street(), dispatch_emergency())
        .and(water(), acknowledge(LEAD))
        .when(leader(), blow(WhistleKind::Routine))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn ratification_lapses_only_after_its_due_time_and_stays_flagged() {
    let given = before_whistle()
        .and(street(), dispatch_emergency())
        .at("2026-03-03 09:00")
        .when(system(), C::LapseRatification {})
        .then_refused(Code::TooEarly)
        .at("2026-03-03 09:01")
        .when(system(), C::LapseRatification {})
        .then(&["RatificationLapsed", "ClockStopped"])
        .stands(Stage::Dispatched)
        .when(system(), C::LapseRatification {})
        .then_refused(Code::NoRequest);
    let whistle = given.case.whistle.as_ref().unwrap();
    assert!(whistle.ratification_lapsed && whistle.approved_by.is_none());
    let clock = given.case.clocks.iter().find(|clock| clock.id == RATIFY);
    assert_eq!(clock.unwrap().on_time(), Some(false));
}

#[test]
fn whoever_dispatched_an_emergency_does_not_ratify_it_whoever_whistled() {
    let declined = || {
        let decline = C::DeclineWhistle {
            reason: "try the landlord first".into(),
        };
        whistled().and(street(), decline)
    };
    for given in [whistled(), declined()] {
        given
            .and(street_leader(), dispatch_emergency())
            .when(street_leader(), C::RatifyWhistle {})
            .then_refused(Code::SelfApproval);
    }
}

#[test]
fn an_emergency_dispatch_after_a_routine_whistle_runs_on_the_clocks_of_an_emergency() {
    let given = whistled().and(dispatcher(), dispatch_emergency());
    let due = |kind| given.due(ClockId::leg(kind, LEAD));
    assert_eq!(due(ClockKind::Acknowledge), at("2026-03-02 09:15"));
    assert_eq!(due(ClockKind::ReportIn), at("2026-03-02 10:00"));
    given.and(street_leader(), C::RatifyWhistle {});
}

/// The water bureau leads and waits for more time, when the grid blows for one more unit.
fn asked_behind_a_whistle() -> Given {
    let ask = C::RequestExtension {
        limit: "1 wd".parse().unwrap(),
        reason: "spare parts".into(),
    };
    answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(water(), ask)
        .and(roads(), give_back(SECOND))
        .and(leader(), blow(WhistleKind::Routine))
        .stands(Stage::Whistled)
}

#[test]
fn what_units_asked_for_is_decided_while_a_whistle_waits() {
    let grant = C::GrantExtension {
        citizen_informed: true,
    };
    asked_behind_a_whistle()
        .when(duty_chief(), grant)
        .then(&["ExtensionGranted", "ClockStopped", "ClockRebased"])
        .when(
            duty_chief(),
            C::RefuseReturn {
                leg: SECOND,
                reason: "it is in its list of duties".into(),
            },
        )
        .then(&["ReturnRefused", "ClockStopped"])
        .stands(Stage::Whistled);
    let deny = C::DenyExtension {
        reason: "the parts are in store".into(),
    };
    asked_behind_a_whistle()
        .and(duty_chief(), deny)
        .and(duty_chief(), C::ApproveReturn { leg: SECOND })
        .stands(Stage::Whistled);
}

#[test]
fn a_lead_that_is_returned_behind_a_whistle_leaves_it_to_be_decided() {
    let given = answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(water(), give_back(LEAD))
        .and(leader(), blow(WhistleKind::Routine))
        .when(duty_chief(), C::ApproveReturn { leg: LEAD })
        .stands(Stage::Whistled)
        .owes_no(DISPATCH);
    // Declined, the case waits for dispatch as any that lost its lead.
    given
        .and(street(), decline())
        .stands(Stage::Accepted)
        .owes(DISPATCH, "2026-03-03 18:00");
}
