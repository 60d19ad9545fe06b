mod grid;
mod reclassify;

use super::super::scenes::*;
use crate::calendar::Limit;
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::fact::ReportForm;
use crate::case::kit::*;
use crate::case::record::ForeignCase;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{ClockKind, LegStage, Outcome, Stage};
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind;

fn report_with(change: impl FnOnce(&mut ReportForm)) -> C {
    let mut form = form();
    change(&mut form);
    C::Report { form }
}

fn reclassify(to: CaseClass, reason: &str) -> C {
    let reason = reason.into();
    C::Reclassify { to, reason }
}

fn reject(reason: &str, note: &str) -> C {
    C::Reject {
        reason: reason.into(),
        note: note.into(),
    }
}

fn transfer(to: &str, reason: &str) -> C {
    C::TransferOut {
        to: to.into(),
        reason: reason.into(),
    }
}

#[test]
fn a_report_waits_for_acceptance_on_the_clock() {
    Given::nothing()
        .when(resident(), report())
        .then(&["CaseReported", "ClockStarted"])
        .stands(Stage::Reported)
        .owes(ClockId::case(ClockKind::Accept), "2026-03-02 15:00");
}

#[test]
fn a_report_needs_a_description_a_channel_and_a_grid_that_exists() {
    Given::nothing()
        .when(
            resident(),
            report_with(|form| form.description = " ".into()),
        )
        .then_refused(Code::DescriptionMissing)
        .when(
            resident(),
            report_with(|form| form.description = "漏".repeat(4_001)),
        )
        .then_refused(Code::DescriptionTooLong)
        .when(resident(), report_with(|form| form.channel.clear()))
        .then_refused(Code::FieldMissing)
        .when(
            resident(),
            report_with(|form| form.grid = Some("G-9".into())),
        )
        .then_refused(Code::GridUnknown)
        .when(
            resident(),
            report_with(|form| form.description = "漏".repeat(4_000)),
        )
        .then(&["CaseReported", "ClockStarted"]);
}

#[test]
fn self_handling_needs_a_class_that_is_handled_directly() {
    let handled = C::ReportHandled {
        form: form(),
        matter: TRASH.into(),
        outcome: Outcome::Resolved,
        reply: "swept".into(),
        evidence: vec![evidence(EvidenceKind::AfterPhoto)],
    };
    Given::nothing()
        .changed(|policy| {
            policy.class.remove(&CaseClass::OnTheSpot);
        })
        .when(officer(), handled)
        .then_refused(Code::PolicyMissing);
}

#[test]
fn an_orphan_location_is_assigned_before_acceptance() {
    let assign = |grid: &str| C::AssignLocation { grid: grid.into() };
    Given::nothing()
        .and(resident(), report_with(|form| form.grid = None))
        .when(dispatcher(), accept(CaseClass::TimeLimited, LEAK))
        .then_refused(Code::GridUnknown)
        .when(dispatcher(), assign("G-9"))
        .then_refused(Code::GridUnknown)
        .when(dispatcher(), assign(GRID))
        .then(&["LocationAssigned"])
        .when(dispatcher(), accept(CaseClass::TimeLimited, LEAK))
        .stands(Stage::Dispatched);
}

#[test]
fn acceptance_by_rule_dispatches_to_the_one_unit_that_serves() {
    reported()
        .when(dispatcher(), accept(CaseClass::TimeLimited, LEAK))
        .then(&[
            "CaseAccepted",
            "ClockStopped",
            "CaseDispatched",
            "LegOpened",
            "ClockStarted",
            "ClockStarted",
        ])
        .leg_at(LEAD, LegStage::Pending)
        .owes(HANDLE, "2026-03-09 18:00");
}

#[test]
fn acceptance_needs_a_matter_in_force_that_allows_the_class() {
    let given = reported()
        .when(dispatcher(), accept(CaseClass::TimeLimited, "weather.rain"))
        .then_refused(Code::MatterNotInCatalogue)
        .when(dispatcher(), accept(CaseClass::Special, TRASH))
        .then_refused(Code::ClassNotAllowed);
    assert_eq!(given.refusal().accepted, "on_the_spot");
    reported()
        .when(officer(), accept(CaseClass::Proxy, PASSPORT))
        .then_refused(Code::PersonMustAppear);
}

#[test]
fn two_units_that_serve_are_no_dispatch_rule() {
    let given = reported()
        .when(dispatcher(), accept(CaseClass::TimeLimited, NOISE))
        .then_refused(Code::NoDispatchRule);
    assert_eq!(given.refusal().given, "[B-police, B-water]");
}

#[test]
fn the_grid_itself_takes_what_it_handles_itself() {
    reported()
        .when(dispatcher(), accept(CaseClass::OnTheSpot, TRASH))
        .then_refused(Code::NotThisGrid)
        .when(officer_of_neighbour(), accept(CaseClass::Proxy, PENSION))
        .then_refused(Code::NotThisGrid)
        .when(officer(), accept(CaseClass::Proxy, PENSION))
        .then(&[
            "CaseAccepted",
            "ClockStopped",
            "HandlingBegun",
            "ClockStarted",
        ])
        .stands(Stage::InProgress)
        .owes(ClockId::case(ClockKind::TakePapers), "2026-03-03 18:00");
}

#[test]
fn a_rejection_has_a_coded_reason_and_words_for_the_citizen() {
    reported()
        .when(community(), reject("boring", "sorry"))
        .then_refused(Code::ReasonRequired)
        .when(community(), reject("outside_area", ""))
        .then_refused(Code::FieldMissing)
        .when(
            community(),
            reject("outside_area", "please ask the next district"),
        )
        .then(&["ClockCancelled", "CaseRejected"])
        .stands(Stage::Rejected);
}

#[test]
fn a_transfer_names_its_reason_and_where_to() {
    reported()
        .when(street(), transfer("petition", ""))
        .then_refused(Code::ReasonRequired)
        .when(street(), transfer("the_moon", "a petition"))
        .then_refused(Code::FieldMissing)
        .when(street(), transfer("petition", "a petition"))
        .then(&["ClockCancelled", "CaseTransferredOut"])
        .stands(Stage::TransferredOut);
}

#[test]
fn used_up_reworks_on_the_spot_lead_from_the_response_to_another_class() {
    let answer = respond(&[EvidenceKind::AfterPhoto]);
    let rework = C::RequireRework {
        reason: "not_solved".into(),
        note: "it still leaks".into(),
    };
    let given = reported()
        .and(officer(), accept(CaseClass::OnTheSpot, LEAK))
        .at("2026-03-02 15:00")
        .and(officer(), answer.clone())
        .and(leader(), rework.clone())
        .and(officer(), answer)
        .when(leader(), rework)
        .then_refused(Code::ReclassifyInstead)
        .when(
            leader(),
            reclassify(CaseClass::TimeLimited, "needs the bureau"),
        )
        .stands(Stage::Accepted);
    assert_eq!(given.case.response, None);
    let handling = given.case.handling().unwrap();
    // Six hours on the wall were four working hours.
    assert!(handling.is_running());
    assert_eq!((handling.budget, handling.consumed), (2_820, 240));
}

#[test]
fn a_foreign_case_is_imported_once_and_closed_by_its_source() {
    let foreign = |id: &str| -> Box<ForeignCase> {
        let value = serde_json::json!({
            "source": { "source": "12345", "id": id }, "received_at": "2026-02-01T01:00:00Z",
            "due": "2026-02-10T01:00:00Z", "unit": WATER, "class": "time_limited" });
        serde_json::from_value(value).unwrap()
    };
    let import = |id: &str, closed: Option<&str>| C::Import {
        case: foreign(id),
        closed_at: closed.map(at),
        closure_note: String::new(),
        on_time: None,
    };
    Given::nothing()
        .when(system(), import("A-1", None))
        .then(&["CaseImported", "ClockStarted"])
        .owes(HANDLE, "2026-02-10 09:00")
        .when(system(), import("A-2", None))
        .then_refused(Code::CaseExists)
        .when(system(), import("A-1", Some("2026-03-02 09:01")))
        .then_refused(Code::InTheFuture)
        .when(system(), import("A-1", Some("2026-02-09 10:00")))
        .then(&["ImportedCaseClosed", "ClockStopped"])
        .stands(Stage::Closed);
    Given::nothing()
        .at("2026-01-31 09:00")
        .when(system(), import("A-1", None))
        .then_refused(Code::InTheFuture);
    // Cases are found and counted by names, and indexes hold them.
    Given::nothing()
        .when(system(), import(&"号".repeat(257), None))
        .then_refused(Code::TextTooLong)
        .when(system(), import(&"号".repeat(256), None))
        .then(&["CaseImported", "ClockStarted"]);
}

#[test]
fn a_case_is_no_duplicate_of_itself() {
    let itself = C::AbsorbDuplicate {
        others: Vec::new(),
        from: case_id(),
        reporter: None,
    };
    reported()
        .when(system(), itself)
        .then_refused(Code::MergeCycle);
}

#[test]
fn whether_a_case_is_drawn_follows_from_the_microsecond_and_not_from_its_id() {
    use crate::actor::Actor;
    use crate::case::command::CaseCommand;
    let drawn = |micros: i64| {
        let mut case = crate::case::Case::default();
        let ask = |case: &mut crate::case::Case, who: Actor, command: CaseCommand, micros: i64| {
            let context = crate::case::context::Context {
                case: case_id(),
                now: at("2026-03-02 09:00") + chrono::TimeDelta::microseconds(micros),
                actor: who,
                reference: std::sync::Arc::new(reference()),
                gathered: Default::default(),
            };
            let events = crate::case::decide::decide(case, &command, &context).expect("allowed");
            for event in &events {
                crate::case::evolve::evolve(case, event);
            }
        };
        ask(&mut case, officer(), report(), 0);
        ask(
            &mut case,
            officer(),
            accept(CaseClass::OnTheSpot, TRASH),
            micros,
        );
        case.sampled
    };
    let drawn: Vec<bool> = (0..60).map(drawn).collect();
    assert!(drawn.contains(&true) && drawn.contains(&false), "{drawn:?}");
}

/// The leak, with a limit of its own that no cap would hold.
fn with_long_limit(given: Given) -> Given {
    use crate::catalogue::fact::{CatalogueEvent, CatalogueFact};
    given.knowing(|reference| {
        let from = at("2020-01-02 00:00");
        let known = reference.catalogue.in_force(&LEAK.into(), from);
        let mut matter = known.expect("the leak").clone();
        let long = "90 wd".parse().expect("a limit");
        matter.limits.insert(CaseClass::TimeLimited, long);
        reference.catalogue.evolve(&CatalogueEvent {
            at: from,
            by: system(),
            fact: CatalogueFact::MatterRevised { from, matter },
        });
    })
}

#[test]
fn a_matters_own_limit_stays_within_the_cap_of_the_class() {
    with_long_limit(reported())
        .and(dispatcher(), accept(CaseClass::TimeLimited, LEAK))
        .owes(HANDLE, "2026-03-23 18:00");
}
