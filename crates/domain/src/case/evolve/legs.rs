//! The legs: dispatched, acknowledged, at work, returned, done.

use super::super::fact::{CaseEvent, CaseFact as F};
use super::super::record::Part;
use super::super::stage::{LegStage, Stage};
use super::super::{Case, Leg};
use super::new_whistle;
use crate::ids::{LegNo, UnitId};
use crate::policy::rows::WhistleKind;
use chrono::{DateTime, Utc};

pub(super) fn new_leg(no: LegNo, unit: UnitId, part: Part, at: DateTime<Utc>) -> Leg {
    Leg {
        no,
        unit,
        part,
        stage: LegStage::Pending,
        opened_at: at,
        acknowledged_at: None,
        auto_acknowledged: false,
        contacted_at: None,
        reported_in_at: None,
        report_in_waived: false,
        done_at: None,
        ended_at: None,
        returns_requested: 0,
        returns_refused: 0,
        reworks: 0,
        return_requested_by: None,
        stage_before_return: None,
    }
}

fn acknowledged(case: &mut Case, no: LegNo, at: DateTime<Utc>, auto: bool) {
    let mut is_lead = false;
    with_leg(case, no, |leg| {
        leg.stage = LegStage::Acknowledged;
        leg.acknowledged_at.get_or_insert(at);
        leg.auto_acknowledged |= auto;
        is_lead = leg.part == Part::Lead;
    });
    if is_lead && case.stage == Some(Stage::Dispatched) {
        case.stage = Some(Stage::InProgress);
    }
}

pub(super) fn with_leg(case: &mut Case, no: LegNo, change: impl FnOnce(&mut Leg)) {
    if let Some(leg) = case.legs.iter_mut().find(|leg| leg.no == no) {
        change(leg);
    }
}

/// Whoever leads from here on was not urged, and did not ask for time.
fn lead_changed(case: &mut Case) {
    case.urge_unanswered_since = None;
    case.extension_request = None;
}

/// Contact and reporting in show that a unit is at work.
pub(super) fn at_work(leg: &mut Leg) {
    if leg.stage == LegStage::Acknowledged {
        leg.stage = LegStage::Working;
    }
}

/// A lead that goes on and has acknowledged keeps the case in work. An emergency that nobody
/// whistled for is one from here on, and waits for ratification.
fn dispatched(case: &mut Case, event: &CaseEvent) {
    let F::CaseDispatched {
        lead,
        co_handlers,
        emergency,
        ..
    } = &event.fact
    else {
        return;
    };
    let goes_on = case
        .lead()
        .is_some_and(|leg| leg.unit == *lead && leg.acknowledged_at.is_some());
    case.stage = Some(if goes_on {
        Stage::InProgress
    } else {
        Stage::Dispatched
    });
    case.lead_disputed = false;
    if *emergency {
        let targets = std::iter::once(lead).chain(co_handlers).cloned().collect();
        let whistle = case
            .whistle
            .get_or_insert_with(|| new_whistle(event, WhistleKind::Emergency, targets));
        if whistle.approved_by.is_none() {
            // Whatever was called before, the units run on the clocks of an emergency.
            whistle.kind = WhistleKind::Emergency;
            whistle.dispatched_by.insert(event.by.clone());
            whistle.awaiting_ratification = true;
        }
    }
}

pub(super) fn legs(case: &mut Case, event: &CaseEvent) {
    let at = event.at;
    match &event.fact {
        F::CaseDispatched { .. } => dispatched(case, event),
        F::TaskAssigned { .. } => case.stage = Some(Stage::Dispatched),
        F::LegOpened { leg, unit, part } => {
            if *part == Part::Lead {
                lead_changed(case);
            }
            case.legs.push(new_leg(*leg, unit.clone(), *part, at));
        }
        F::LegAcknowledged { leg, .. } => acknowledged(case, *leg, at, false),
        F::LegAutoAcknowledged { leg } => acknowledged(case, *leg, at, true),
        F::ResidentContacted { leg, .. } => {
            case.contacts += 1;
            if let Some(no) = leg {
                with_leg(case, *no, |leg| {
                    leg.contacted_at.get_or_insert(at);
                    at_work(leg);
                });
            }
        }
        F::DepartmentReportedIn { leg, evidence, .. } => {
            case.evidence.extend(evidence.iter().cloned());
            case.fresh.extend(evidence.iter().map(|item| item.kind));
            with_leg(case, *leg, |leg| {
                leg.reported_in_at.get_or_insert(at);
                at_work(leg);
            });
        }
        F::ReportInWaived { leg, .. } => with_leg(case, *leg, |leg| leg.report_in_waived = true),
        F::LegCompleted { leg, .. } => {
            case.handlers.insert(event.by.clone());
            with_leg(case, *leg, |leg| {
                leg.stage = LegStage::Done;
                leg.done_at = Some(at);
            });
        }
        F::LegConfirmed { leg } => with_leg(case, *leg, |leg| leg.stage = LegStage::Confirmed),
        F::LegWaived { leg, .. } => with_leg(case, *leg, |leg| {
            leg.stage = LegStage::Waived;
            leg.ended_at = Some(at);
        }),
        F::LegEnded { leg } => {
            if case.lead().is_some_and(|lead| lead.no == *leg) {
                lead_changed(case);
            }
            with_leg(case, *leg, |leg| {
                leg.stage = LegStage::Ended;
                leg.ended_at = Some(at);
            });
        }
        F::PrecedentRegistered { precedent } => case.precedent = Some(precedent.clone()),
        _ => returns(case, event),
    }
}

fn returns(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::ReturnRequested { leg, .. } => {
            with_leg(case, *leg, |leg| {
                leg.returns_requested += 1;
                leg.stage_before_return = Some(leg.stage);
                leg.stage = LegStage::ReturnRequested;
                leg.return_requested_by = Some(event.by.clone());
            });
            if let Some(unit) = case.leg(*leg).map(|leg| leg.unit.clone()) {
                *case.returns_by_unit.entry(unit).or_default() += 1;
            }
        }
        F::LegReturned { leg } => {
            case.returns_approved += 1;
            let mut was_lead = false;
            with_leg(case, *leg, |leg| {
                leg.stage = LegStage::Returned;
                leg.ended_at = Some(event.at);
                leg.return_requested_by = None;
                was_lead = leg.part == Part::Lead;
            });
            if was_lead {
                // A whistle that waits is decided on its own: the case stays where it is.
                if case.stage != Some(Stage::Whistled) {
                    case.stage = Some(Stage::Accepted);
                }
                lead_changed(case);
            }
        }
        F::ReturnRefused { leg, .. } => with_leg(case, *leg, |leg| {
            leg.returns_refused += 1;
            leg.stage = leg.stage_before_return.take().unwrap_or(LegStage::Pending);
            leg.return_requested_by = None;
        }),
        F::LeadDisputed { .. } => case.lead_disputed = true,
        F::LeadDesignated { .. } => case.lead_disputed = false,
        _ => {}
    }
}
