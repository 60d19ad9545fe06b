//! The invariants at the end of `DOMAIN.md` 2.4, each a function that panics with what it saw.

use chrono::{DateTime, Utc};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::clock::{Clock, ClockId, ClockState};
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::case::evolve::evolve;
use gridwhistle::domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle::domain::case::record::Part;
use gridwhistle::domain::case::stage::{LegStage, Stage};
use gridwhistle::domain::policy::rows::{ClassRow, Route};
use std::collections::{BTreeMap, BTreeSet};

/// Every event is the same after JSON, and so are its bytes.
pub(super) fn json(events: &[CaseEvent]) {
    for event in events {
        let text = serde_json::to_string(event).unwrap();
        let back: CaseEvent = serde_json::from_str(&text).unwrap();
        assert_eq!(back, *event);
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}

/// A state that was put away and taken back folds on as if it had never left.
pub(super) fn snapshot(before: &Case, events: &[CaseEvent], after: &Case) {
    let text = serde_json::to_string(before).unwrap();
    let mut case: Case = serde_json::from_str(&text).unwrap();
    assert_eq!(case, *before);
    for event in events {
        evolve(&mut case, event);
    }
    assert_eq!(case, *after, "a snapshot folds to another state");
}

/// What holds of a case at any moment.
pub(super) fn standing(case: &Case) {
    let leads = case.live_legs().filter(|leg| leg.part == Part::Lead);
    assert!(leads.count() <= 1, "two leads: {:?}", case.legs);
    let mut units = BTreeSet::new();
    for leg in case.live_legs() {
        assert!(units.insert(&leg.unit), "two live legs of {}", leg.unit);
    }
    let mut owed = BTreeSet::new();
    for clock in case.owed_clocks() {
        assert!(owed.insert(clock.id), "two owed clocks {:?}", clock.id);
    }
    if !case.is_open() {
        assert!(owed.is_empty(), "{owed:?} is owed at {:?}", case.stage);
    }
    let paused = case.suspension.is_some();
    let suspended = case.stage == Some(Stage::Suspended);
    assert!(!suspended || paused, "suspended without a suspension");
}

/// Minutes that nobody is charged for: those for which a clock had stopped before it was taken up
/// again, and those for which it stood when its duty fell away.
#[derive(Default)]
pub(super) struct Gaps(BTreeMap<(ClockId, DateTime<Utc>), Vec<Span>>);

type Span = (DateTime<Utc>, DateTime<Utc>);

impl Gaps {
    /// Notes the gaps that these events end.
    pub(super) fn follow(&mut self, before: &Case, events: &[CaseEvent]) {
        let mut case = before.clone();
        for event in events {
            let clock = |id: &ClockId| case.clocks.iter().rev().find(|clock| clock.id == *id);
            let (id, from) = match &event.fact {
                F::ClockRebased { id, .. } => (id, clock(id).and_then(|clock| clock.ended_at)),
                F::ClockStopped { id, .. } | F::ClockCancelled { id, .. } => {
                    let stood = |clock: &&Clock| clock.state == ClockState::Suspended;
                    (id, clock(id).filter(stood).map(|clock| clock.since))
                }
                _ => {
                    evolve(&mut case, event);
                    continue;
                }
            };
            if let (Some(clock), Some(from)) = (clock(id), from) {
                let key = (*id, clock.started_at);
                self.0.entry(key).or_default().push((from, event.at));
            }
            evolve(&mut case, event);
        }
    }

    /// By the measure that the clock has now: another class counts its whole past anew.
    fn of(&self, clock: &Clock, reference: &Reference) -> i64 {
        let gaps = self.0.get(&(clock.id, clock.started_at));
        let each = gaps.into_iter().flatten();
        each.map(|(from, to)| minutes(clock, *from, *to, reference))
            .sum()
    }
}

fn minutes(clock: &Clock, from: DateTime<Utc>, to: DateTime<Utc>, reference: &Reference) -> i64 {
    let calendar = reference.calendars.get(&clock.calendar).unwrap();
    calendar.minutes_between(clock.limit.measure(), from, to)
}

/// Consumed and suspended minutes, and gaps, are all the minutes there were.
pub(super) fn ledger(case: &Case, gaps: &Gaps, now: DateTime<Utc>, reference: &Reference) {
    // Two clocks of one id that began at the same instant share their gaps: only the last is looked at.
    let mut looked_at = BTreeSet::new();
    for clock in case.clocks.iter().rev() {
        if !looked_at.insert((clock.id, clock.started_at)) {
            continue;
        }
        let (end, open) = match clock.state {
            ClockState::Running | ClockState::Suspended => {
                (now, minutes(clock, clock.since, now, reference))
            }
            ClockState::Stopped | ClockState::Cancelled => (clock.ended_at.unwrap(), 0),
        };
        let all = minutes(clock, clock.started_at, end, reference);
        let sum = clock.consumed + clock.suspended + gaps.of(clock, reference) + open;
        assert_eq!(sum, all, "minutes on the ledger and on the wall: {clock:?}");
        assert!(clock.consumed >= 0 && clock.suspended >= 0, "{clock:?}");
    }
}

/// What holds of each event, given the state right before it.
pub(super) fn steps(before: &Case, events: &[CaseEvent], reference: &Reference) {
    let mut case = before.clone();
    let voiding = events
        .iter()
        .any(|event| matches!(event.fact, F::CaseVoided { .. }));
    for event in events {
        after_the_end(&case, &event.fact, voiding);
        nobody_approves_themselves(&case, event, reference);
        if let F::CaseClosed { .. } = event.fact {
            full_chain(&case, reference);
        }
        if let F::CaseArchived {} = event.fact {
            assert_eq!(case.stage, Some(Stage::Closed));
        }
        let extended = match &event.fact {
            F::ClockRebased { id, cause, .. } if cause == "extension" => Some(*id),
            _ => None,
        };
        let due = |case: &Case| extended.map(|id| case.owed(id).unwrap().marks.due);
        let old = due(&case);
        evolve(&mut case, event);
        assert!(due(&case) >= old, "an extension moved the due time back");
    }
}

/// After an end only callback, evaluation, archive, reopening, voiding and the lift of a card.
fn after_the_end(case: &Case, fact: &F, voiding: bool) {
    let ended = case.stage.is_some_and(Stage::is_end);
    let goes = match fact {
        F::ResidentConfirmed { .. }
        | F::ResidentDisputed { .. }
        | F::CallbackUnreachable {}
        | F::SatisfactionRated { .. }
        | F::EvaluationOpened { .. }
        | F::CaseArchived {}
        | F::CaseReopened { .. }
        | F::VoidProposed { .. }
        | F::CaseVoided { .. }
        | F::SupervisionLifted { .. } => true,
        // The parts of the units fall with the case.
        F::LegEnded { .. } => voiding,
        _ => false,
    };
    assert!(!ended || goes, "{} at {:?}", fact.name(), case.stage);
}

fn row<'r>(case: &Case, reference: &'r Reference) -> &'r ClassRow {
    let policy = reference.policies.get(case.policy.as_ref().unwrap());
    policy.unwrap().row(case.class.unwrap()).unwrap()
}

/// No self-approval, self-verification or self-sign-off.
fn nobody_approves_themselves(case: &Case, event: &CaseEvent, reference: &Reference) {
    let by = &event.by;
    let handled = case
        .handlers
        .iter()
        .chain(&case.handler)
        .any(|handler| handler.person == by.person);
    let leads = case.lead().is_some_and(|lead| lead.unit == by.unit);
    let what = event.fact.name();
    match &event.fact {
        F::ExtensionGranted { .. } | F::ExtensionDenied { .. } => {
            let asked = &case.extension_request.as_ref().unwrap().by;
            assert!(
                asked.person != by.person && asked.unit != by.unit,
                "{what} by {by:?}"
            );
        }
        F::CaseSuspended { .. } | F::CaseHeldLongTerm { .. } | F::HoldReviewed { .. } => {
            assert!(!leads && !handled, "{what} by {by:?}");
        }
        F::LegWaived { leg, .. } | F::ReportInWaived { leg, .. } | F::LegConfirmed { leg } => {
            assert_ne!(case.leg(*leg).unwrap().unit, by.unit, "{what} by the unit");
        }
        F::ResidentConfirmed { .. }
        | F::ResidentDisputed { .. }
        | F::SatisfactionRated { .. }
        | F::CallbackUnreachable {} => {
            assert!(!handled && !leads, "{what} by {by:?}");
        }
        F::SupervisionLifted { .. } => assert!(!handled, "{what} by {by:?}"),
        F::LegReturned { leg } | F::ReturnRefused { leg, .. } => {
            let asked = &case.leg(*leg).unwrap().return_requested_by;
            let own = asked
                .as_ref()
                .is_some_and(|asked| asked.person == by.person);
            assert!(!own, "{what} by {by:?}");
        }
        F::VerificationPassed { .. } | F::ReworkRequired { .. } => {
            let part = case.live_legs().any(|leg| leg.unit == by.unit);
            let own = case.handlers.iter().any(|one| one.person == by.person);
            assert!(!part && !own, "{what} by {by:?}");
        }
        F::SignOffRecorded { step, automatic } if !automatic => {
            let row = row(case, reference);
            let rule = row.sign_off.iter().find(|one| one.step == *step).unwrap();
            let of_leg = !matches!(row.route, Route::Direct | Route::Mandate);
            assert!(!handled || rule.every_co_handler, "{what} by {by:?}");
            let part = case.live_legs().any(|leg| leg.unit == by.unit);
            let own = if rule.every_co_handler { leads } else { part };
            assert!(!(of_leg && own), "{what} by a unit of the case");
            let twice = case
                .signatures
                .iter()
                .any(|(_, one)| one.person == by.person);
            assert!(!twice, "{what}: a second signature of {by:?}");
        }
        F::WhistleApproved {} | F::WhistleRatified {} => {
            let whistle = case.whistle.as_ref().unwrap();
            let mut own = std::iter::once(&whistle.by).chain(&whistle.dispatched_by);
            assert!(!own.any(|one| one.person == by.person), "{what} by {by:?}");
        }
        F::CaseVoided { .. } => {
            let first = case.void_proposed_by.as_ref().unwrap();
            assert!(first.person != by.person, "voided by one person");
            assert!(!handled && !leads, "{what} by {by:?}");
        }
        _ => {}
    }
}

/// A case that closes has its response, its verification and every signature of its pinned policy.
fn full_chain(case: &Case, reference: &Reference) {
    let row = row(case, reference);
    let response = case.response.as_ref().expect("closed without a response");
    let verified = response.verified.is_some();
    assert!(
        verified || !row.verify.required,
        "closed without a verification"
    );
    let co_units: BTreeSet<_> = case
        .live_legs()
        .filter(|leg| leg.part == Part::CoHandler)
        .map(|leg| &leg.unit)
        .collect();
    for rule in &row.sign_off {
        let signers: BTreeSet<_> = case
            .signatures
            .iter()
            .filter(|(step, _)| *step == rule.step)
            .map(|(_, actor)| &actor.unit)
            .collect();
        if rule.every_co_handler {
            assert!(
                co_units.is_subset(&signers),
                "{} is not complete",
                rule.step
            );
        } else {
            assert_eq!(
                signers.len(),
                1,
                "step {} of {:?}",
                rule.step,
                case.signatures
            );
        }
    }
    let order: Vec<usize> = case
        .signatures
        .iter()
        .map(|(step, _)| {
            row.sign_off
                .iter()
                .position(|rule| rule.step == *step)
                .unwrap()
        })
        .collect();
    assert!(
        order.is_sorted(),
        "signed out of order: {:?}",
        case.signatures
    );
    for leg in case.live_legs() {
        let done = matches!(leg.stage, LegStage::Done | LegStage::Confirmed);
        assert!(done || leg.part == Part::Optional, "closed over {leg:?}");
    }
}
