//! Offices of an area act in their own area, in the role that they hold there.

use crate::actor::{Actor, Role};
use crate::case::Case;
use crate::case::command::{CaseCommand as C, CommandName};
use crate::case::context::{Context, Gathered};
use crate::case::decide::Desk;
use crate::case::decide::gate::pass;
use crate::case::decide::pause_scenes::{also, at_work, at_work_in};
use crate::case::decide::scenes::{
    acknowledge, convene, disputed, from_above, give_back, reported, special, with_both, with_water,
};
use crate::case::kit::*;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{Card, Stage};
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind as E;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The leader of the other street.
fn elsewhere() -> Actor {
    Actor::new("P-other-leader", Role::StreetLeader, "S-new-town")
}

fn with_other_leader(given: Given) -> Given {
    let leader = elsewhere();
    given.knowing(|reference| joins(reference, &leader, "unit:S-new-town"))
}

fn waive() -> C {
    C::WaiveLeg {
        leg: SECOND,
        reason: "not needed".into(),
    }
}

#[test]
fn another_street_decides_nothing_about_a_case_of_this_one() {
    let suspend = || C::Suspend {
        reason: "expert_appraisal".into(),
        until: at("2026-03-04 09:00"),
        proof: vec![evidence(E::Document)],
    };
    let designate = C::DesignateLead {
        unit: "B-water".into(),
        reason: "by the list of duties".into(),
        precedent: None,
    };
    let assign = C::Assign {
        undertaker: "C-east".into(),
    };
    for (given, command, code) in [
        (at_work(), suspend(), Code::NotThisGrid),
        (
            at_work().and(dispatcher(), suspend()),
            C::Resume {},
            Code::NotThisGrid,
        ),
        (
            with_water().and(water(), give_back(LEAD)),
            C::ApproveReturn { leg: LEAD },
            Code::NotThisGrid,
        ),
        (with_both(), waive(), Code::NotThisGrid),
        (disputed(), designate, Code::WrongUnit),
        (special(), convene(&["B-water"]), Code::NotThisGrid),
        (from_above(), assign, Code::WrongUnit),
    ] {
        with_other_leader(given)
            .when(elsewhere(), command)
            .then_refused(code);
    }
}

#[test]
fn the_lead_does_not_release_its_co_handler() {
    let given = with_both().and(water(), acknowledge(LEAD));
    let given = also(given, &duty_chief(), Role::DepartmentLeader, "unit:B-water");
    given
        .when(duty_chief(), waive())
        .then_refused(Code::SelfApproval)
        .and(dispatcher(), waive());
}

#[test]
fn a_grid_is_lent_to_the_role_that_is_held_there_and_to_no_other() {
    // A clerk of another street who also is a grid officer here accepts nothing as a clerk.
    let given = also(reported(), &other_street(), Role::GridOfficer, "grid:G-1");
    given
        .when(other_street(), accept(CaseClass::TimeLimited, LEAK))
        .then_refused(Code::NotThisGrid);
}

#[test]
fn an_orphan_is_taken_into_the_own_area_and_nothing_is_taken_from_another() {
    let to = |grid: &str| C::AssignLocation { grid: grid.into() };
    let orphan = || {
        let mut form = form();
        form.grid = None;
        Given::nothing().and(resident(), C::Report { form })
    };
    orphan()
        .when(other_street(), to(GRID))
        .then_refused(Code::NotThisGrid);
    orphan()
        .when(officer(), to("G-2"))
        .then_refused(Code::NotThisGrid);
    orphan().and(officer(), to(GRID));
    orphan().and(dispatcher(), to("G-2"));
    reported()
        .when(officer_of_neighbour(), to("G-2"))
        .then_refused(Code::NotThisGrid)
        .and(officer(), to("G-2"));
}

#[test]
fn a_supervisor_lifts_no_card_of_a_unit_they_hold_an_office_in() {
    let raise = C::RaiseCard {
        card: Card::Yellow,
        rule: "leader".into(),
        emergency: false,
        note: "too slow".into(),
    };
    let lift = || C::LiftCard {
        card: Card::Yellow,
        reason: "explained".into(),
    };
    let given = also(
        Given::nothing(),
        &supervisor(),
        Role::DepartmentLeader,
        "unit:B-water",
    );
    at_work_in(given)
        .and(district_leader(), raise)
        .when(supervisor(), lift())
        .then_refused(Code::SelfApproval)
        .and(district_leader(), lift());
}

/// The commands that a class does not know, whatever the stage and whoever asks.
fn unknown_to(class: CaseClass) -> BTreeSet<&'static str> {
    let case = Case {
        stage: Some(Stage::InProgress),
        class: Some(class),
        ..Case::default()
    };
    let context = Context {
        case: case_id(),
        now: at("2026-03-02 09:00"),
        actor: system(),
        reference: Arc::new(reference()),
        gathered: Gathered::default(),
    };
    let refused = CommandName::ALL.iter().filter(|command| {
        let desk = Desk::open(Cow::Borrowed(&case), **command, &context);
        let refused = pass(&desk, None).err();
        refused.is_some_and(|refusal| refusal.code == Code::CommandNotAllowedForClass)
    });
    refused.map(|command| command.code()).collect()
}

/// Steps that only some machines of `DOMAIN.md` 2.4 have, written out beside the table.
const WHISTLES: &str = "blow-whistle approve-whistle decline-whistle assign";
const RATIFIES: &str = "ratify-whistle lapse-ratification";
const UNITS: &str = "dispatch acknowledge report-in waive-report-in request-return approve-return \
    refuse-return designate-lead request-extension grant-extension deny-extension hold review-hold \
    propose-coordination convene adjourn decide complete-leg confirm-leg waive-leg \
    auto-acknowledge miss-progress miss-review";
const MANDATES: &str = "grant-mandate decline-mandate submit-to-window request-materials \
    supply-materials record-window-extension record-decision hand-back revoke-mandate \
    substitute-agent erase-mandate";
const CLOSES_ITSELF: &str = "auto-sign-off";
/// The response of a mandate is the hand-back, its verification the resident's signature.
const ANSWERS: &str = "respond verify-pass";

#[test]
fn each_class_refuses_the_steps_that_its_machine_does_not_have() {
    for (class, groups) in [
        (
            CaseClass::OnTheSpot,
            vec![WHISTLES, RATIFIES, UNITS, MANDATES, "suspend"],
        ),
        (
            CaseClass::TimeLimited,
            vec![WHISTLES, RATIFIES, MANDATES, CLOSES_ITSELF],
        ),
        (CaseClass::Undertaken, vec![MANDATES, CLOSES_ITSELF]),
        // A whistle case that went to a meeting keeps the ratification it owes.
        (CaseClass::Special, vec![WHISTLES, MANDATES, CLOSES_ITSELF]),
        (
            CaseClass::Proxy,
            vec![WHISTLES, RATIFIES, UNITS, ANSWERS, CLOSES_ITSELF],
        ),
    ] {
        let known: BTreeSet<&str> = groups
            .iter()
            .flat_map(|group| group.split_whitespace())
            .collect();
        assert_eq!(unknown_to(class), known, "{class}");
    }
}

#[test]
fn nobody_stands_in_for_somebody_who_is_not_in_office() {
    let given = with_water();
    let stand_in = |absent: &str| Actor {
        on_behalf_of: Some(absent.into()),
        ..water()
    };
    let refused = given
        .when(stand_in("P-nobody"), acknowledge(LEAD))
        .then_refused(Code::PersonInactive);
    assert_eq!(refused.refusal().given, "P-nobody");
    refused.and(stand_in("P-street"), acknowledge(LEAD));
}
