//! Folding a fact into the state. Total: it never fails, and it reads nothing but the event.
//!
//! Replay, projections, the auditor and the live path all run this very function.

mod clocks;
mod closing;
mod legs;
mod mandate;

use super::fact::{CaseEvent, CaseFact as F, ReportForm};
use super::record::{ForeignCase, Part};
use super::stage::{LegStage, Stage};
use super::{Case, Coordination, Whistle};
use crate::actor::Actor;
use crate::ids::{LegNo, UnitId};
use crate::policy::rows::WhistleKind;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

use clocks::clocks;
use closing::{ends, response, response_fell, supervision};
use legs::{legs, new_leg};
use mandate::mandate;

/// Folds one event.
#[expect(
    clippy::too_many_lines,
    reason = "one line a fact: which fold takes it, without a wildcard"
)]
pub fn evolve(case: &mut Case, event: &CaseEvent) {
    case.version += 1;
    case.last_at = Some(event.at);
    match &event.fact {
        F::CaseReported { .. }
        | F::LocationAssigned { .. }
        | F::CaseAccepted { .. }
        | F::HandlingBegun { .. }
        | F::CaseReclassified { .. }
        | F::DuplicateAbsorbed { .. }
        | F::CaseImported { .. }
        | F::ImportedCaseClosed { .. } => intake(case, event),
        F::WhistleBlown { .. }
        | F::WhistleApproved {}
        | F::WhistleDeclined { .. }
        | F::WhistleRatified {}
        | F::RatificationLapsed {} => whistle(case, event),
        F::CaseDispatched { .. }
        | F::TaskAssigned { .. }
        | F::LegOpened { .. }
        | F::LegAcknowledged { .. }
        | F::LegAutoAcknowledged { .. }
        | F::AckMissed { .. }
        | F::ResidentContacted { .. }
        | F::DepartmentReportedIn { .. }
        | F::ReportInWaived { .. }
        | F::LegCompleted { .. }
        | F::LegConfirmed { .. }
        | F::LegWaived { .. }
        | F::LegEnded { .. }
        | F::ReturnRequested { .. }
        | F::LegReturned { .. }
        | F::ReturnRefused { .. }
        | F::LeadDisputed { .. }
        | F::LeadDesignated { .. }
        | F::PrecedentRegistered { .. } => legs(case, event),
        F::ClockStarted { .. }
        | F::ClockStopped { .. }
        | F::ClockCancelled { .. }
        | F::ClockSuspended { .. }
        | F::ClockResumed { .. }
        | F::ClockRebased { .. }
        | F::ExtensionRequested { .. }
        | F::ExtensionGranted { .. }
        | F::ExtensionDenied { .. }
        | F::CaseSuspended { .. }
        | F::CaseResumed { .. }
        | F::CaseHeldLongTerm { .. }
        | F::HoldReviewed { .. }
        | F::HoldReviewMissed {} => clocks(case, event),
        F::CoordinationProposed { .. }
        | F::CoordinationConvened { .. }
        | F::CoordinationAdjourned { .. }
        | F::CoordinationEscalated { .. }
        | F::CoordinationDecided { .. } => coordination(case, event),
        F::MandateGranted { .. }
        | F::MandateDeclined { .. }
        | F::SubmittedToWindow { .. }
        | F::MaterialsRequested { .. }
        | F::MaterialsSupplied { .. }
        | F::WindowDecided { .. }
        | F::HandedBack { .. }
        | F::MandateRevoked { .. }
        | F::MandateErased {}
        | F::WindowExtended { .. }
        | F::AgentSubstituted { .. } => mandate(case, event),
        F::CaseUrged { .. }
        | F::CaseReminded { .. }
        | F::UrgeAnswered { .. }
        | F::SupervisionRaised { .. }
        | F::SupervisionLifted { .. }
        | F::ProgressRecorded { .. }
        | F::ProgressMissed {} => supervision(case, event),
        F::ResponseSubmitted { .. }
        | F::VerificationPassed { .. }
        | F::ReworkRequired { .. }
        | F::ResidentConfirmed { .. }
        | F::ResidentDisputed { .. }
        | F::CallbackUnreachable {}
        | F::SatisfactionRated { .. }
        | F::Disclosed { .. }
        | F::SignOffRecorded { .. }
        | F::EvaluationOpened { .. } => response(case, event),
        F::CaseRejected { .. }
        | F::CaseTransferredOut { .. }
        | F::CaseMerged { .. }
        | F::CaseClosed { .. }
        | F::CaseReopened { .. }
        | F::CaseWithdrawn { .. }
        | F::CaseArchived {}
        | F::VoidProposed { .. }
        | F::CaseVoided { .. } => ends(case, event),
    }
}

fn report(case: &mut Case, form: &ReportForm, at: DateTime<Utc>, by: &Actor) {
    case.stage = Some(Stage::Reported);
    case.reported_at = Some(at);
    case.reported_by = Some(by.clone());
    case.channel.clone_from(&form.channel);
    case.grid.clone_from(&form.grid);
    case.located_at = Some(at);
    case.description.clone_from(&form.description);
    case.reporter = form.reporter.as_ref().map(|one| one.subject.clone());
    case.reporters.extend(form.reporter.clone());
    case.evidence.extend(form.evidence.iter().cloned());
}

fn import(case: &mut Case, foreign: &ForeignCase, at: DateTime<Utc>, by: &Actor) {
    case.stage = Some(Stage::InProgress);
    case.reported_at = Some(foreign.received_at);
    case.reported_by = Some(by.clone());
    case.accepted_at = Some(foreign.received_at);
    case.channel.clone_from(&foreign.source.source);
    case.description.clone_from(&foreign.summary);
    case.class = Some(foreign.class);
    if let Some(unit) = &foreign.unit {
        let mut leg = new_leg(LegNo(1), unit.clone(), Part::Lead, foreign.received_at);
        leg.stage = LegStage::Working;
        leg.acknowledged_at = Some(at);
        case.legs.push(leg);
    }
    case.foreign = Some(Box::new(foreign.clone()));
}

fn intake(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::CaseReported { form } => report(case, form, event.at, &event.by),
        F::LocationAssigned { grid } => {
            case.grid = Some(grid.clone());
            case.located_at = Some(event.at);
        }
        F::CaseAccepted {
            class,
            matter,
            policy,
            calendar,
            origin,
            sampled,
            safety,
        } => {
            case.stage = Some(Stage::Accepted);
            case.accepted_at = Some(event.at);
            case.class = Some(*class);
            case.matter = Some(matter.clone());
            case.policy = Some(policy.clone());
            case.calendar = Some(calendar.clone());
            case.origin = Some(*origin);
            case.sampled = *sampled;
            case.safety = *safety;
        }
        F::HandlingBegun { handler } => {
            case.stage = Some(Stage::InProgress);
            case.urge_unanswered_since = None;
            case.handler = Some(handler.clone());
        }
        F::CaseReclassified { to, .. } => {
            case.stage = Some(Stage::Accepted);
            case.class = Some(*to);
            case.handler = None;
            case.reworks = 0;
            case.extension_request = None;
            response_fell(case);
            case.signatures.clear();
        }
        F::DuplicateAbsorbed {
            from,
            reporter,
            others,
        } => {
            case.absorbed.insert(*from);
            case.reporters.extend(reporter.clone());
            case.reporters.extend(others.iter().cloned());
        }
        F::CaseImported { case: foreign } => import(case, foreign, event.at, &event.by),
        F::ImportedCaseClosed {
            closed_at, on_time, ..
        } => {
            case.stage = Some(Stage::Closed);
            case.closed_at = Some(event.at);
            case.foreign_closed_at = Some(*closed_at);
            case.foreign_on_time = *on_time;
            for leg in &mut case.legs {
                leg.stage = LegStage::Confirmed;
                leg.done_at = Some(event.at);
            }
        }
        _ => {}
    }
}

fn new_whistle(event: &CaseEvent, kind: WhistleKind, targets: Vec<UnitId>) -> Whistle {
    Whistle {
        at: event.at,
        by: event.by.clone(),
        kind,
        targets,
        approved_by: None,
        declined: None,
        dispatched_by: BTreeSet::new(),
        awaiting_ratification: false,
        ratification_lapsed: false,
    }
}

fn whistle(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::WhistleBlown { kind, targets, .. } => {
            case.stage = Some(Stage::Whistled);
            case.whistle = Some(new_whistle(event, *kind, targets.clone()));
        }
        F::WhistleDeclined { reason } => {
            case.whistles_declined += 1;
            // Legs that already stand keep the case in work; otherwise it waits for another step.
            let stage = if case.lead().is_some() {
                Stage::InProgress
            } else {
                Stage::Accepted
            };
            case.stage = Some(stage);
            if let Some(whistle) = &mut case.whistle {
                whistle.declined = Some(reason.clone());
            }
        }
        fact => {
            let Some(whistle) = &mut case.whistle else {
                return;
            };
            match fact {
                F::WhistleApproved {} => whistle.approved_by = Some(event.by.clone()),
                F::WhistleRatified {} => {
                    whistle.approved_by = Some(event.by.clone());
                    whistle.awaiting_ratification = false;
                }
                F::RatificationLapsed {} => {
                    whistle.awaiting_ratification = false;
                    whistle.ratification_lapsed = true;
                }
                _ => {}
            }
        }
    }
}

fn coordination(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::CoordinationProposed { .. } => case.coordination_proposed = true,
        F::CoordinationConvened { units, .. } => {
            case.stage = Some(Stage::Coordinating);
            // The meeting decides on the time.
            case.extension_request = None;
            // A sitting of the same meeting goes on; after a decision another meeting begins.
            let open = case.coordination.take().filter(|meeting| !meeting.decided);
            let (adjournments, chair) = open
                .map(|meeting| (meeting.adjournments, meeting.chair))
                .unwrap_or_default();
            case.coordination = Some(Coordination {
                units: units.clone(),
                adjournments,
                chair,
                convened_by: Some(event.by.clone()),
                decided: false,
                minutes: None,
            });
        }
        fact => {
            let meeting = case.coordination.get_or_insert_default();
            match fact {
                F::CoordinationAdjourned { .. } => meeting.adjournments += 1,
                F::CoordinationEscalated { chair } => {
                    meeting.chair = Some(*chair);
                    meeting.adjournments = 0;
                }
                F::CoordinationDecided { decision } => {
                    meeting.decided = true;
                    meeting.minutes = Some(decision.minutes.clone());
                    case.coordination_proposed = false;
                    case.lead_disputed = false;
                    case.urge_unanswered_since = None;
                    // A response that was still to be checked gives way to the new task.
                    response_fell(case);
                    case.signatures.clear();
                    case.stage = Some(Stage::Dispatched);
                }
                _ => {}
            }
        }
    }
}
