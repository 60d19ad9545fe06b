//! Folding a fact into the state. Total: it never fails, and it reads nothing but the event.
//!
//! Replay, projections, the auditor and the live path all run this very function.

use super::clock::{Clock, ClockId, ClockState};
use super::fact::{CaseEvent, CaseFact as F, ReportForm};
use super::record::{ForeignCase, Part};
use super::stage::{Card, ClockKind, LegStage, MandateStage, Stage};
use super::{
    CardState, Case, Coordination, ExtensionRequest, Leg, MandateState, Response, SuspensionState,
    Whistle,
};
use crate::actor::Actor;
use crate::ids::{LegNo, UnitId};
use crate::policy::rows::WhistleKind;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

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
            case.handler = Some(handler.clone());
        }
        F::CaseReclassified { to, .. } => {
            case.stage = Some(Stage::Accepted);
            case.class = Some(*to);
            case.handler = None;
            case.reworks = 0;
            case.extension_request = None;
            case.lead_disputed = false;
            case.response = None;
            case.signatures.clear();
        }
        F::DuplicateAbsorbed { from, reporter } => {
            case.absorbed.insert(*from);
            case.reporters.extend(reporter.clone());
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

fn new_leg(no: LegNo, unit: UnitId, part: Part, at: DateTime<Utc>) -> Leg {
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

fn with_leg(case: &mut Case, no: LegNo, change: impl FnOnce(&mut Leg)) {
    if let Some(leg) = case.legs.iter_mut().find(|leg| leg.no == no) {
        change(leg);
    }
}

/// Contact and reporting in show that a unit is at work.
fn at_work(leg: &mut Leg) {
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

fn legs(case: &mut Case, event: &CaseEvent) {
    let at = event.at;
    match &event.fact {
        F::CaseDispatched { .. } => dispatched(case, event),
        F::TaskAssigned { .. } => case.stage = Some(Stage::Dispatched),
        F::LegOpened { leg, unit, part } => {
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
        F::LegEnded { leg } => with_leg(case, *leg, |leg| {
            leg.stage = LegStage::Ended;
            leg.ended_at = Some(at);
        }),
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
                case.stage = Some(Stage::Accepted);
                case.extension_request = None;
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

fn with_clock(case: &mut Case, id: ClockId, change: impl FnOnce(&mut Clock)) {
    if let Some(clock) = case
        .clocks
        .iter_mut()
        .rev()
        .find(|clock| clock.id == id && clock.is_owed())
    {
        change(clock);
    }
}

fn end_clock(case: &mut Case, id: ClockId, at: DateTime<Utc>, consumed: i64, state: ClockState) {
    with_clock(case, id, |clock| {
        clock.missed |= at > clock.marks.due && clock.is_running();
        clock.consumed = consumed;
        clock.turn(at);
        clock.state = state;
        clock.ended_at = Some(at);
    });
}

fn clocks(case: &mut Case, event: &CaseEvent) {
    let at = event.at;
    match &event.fact {
        F::ClockStarted { clock } => case.clocks.push((**clock).clone()),
        F::ClockStopped { id, consumed } => {
            end_clock(case, *id, at, *consumed, ClockState::Stopped);
        }
        F::ClockCancelled { id, consumed } => {
            end_clock(case, *id, at, *consumed, ClockState::Cancelled);
        }
        F::ClockSuspended { id, consumed } => with_clock(case, *id, |clock| {
            clock.missed |= at > clock.marks.due;
            clock.consumed = *consumed;
            clock.turn(at);
            clock.state = ClockState::Suspended;
        }),
        F::ClockResumed {
            id,
            suspended,
            marks,
            from,
        } => with_clock(case, *id, |clock| {
            clock.suspended += suspended;
            clock.turn(from.unwrap_or(at));
            clock.marks = *marks;
            clock.state = ClockState::Running;
        }),
        F::ClockRebased {
            id,
            marks,
            budget,
            consumed,
            calendar,
            renewed,
            ..
        } => {
            rebased(case, *id, at);
            // A rework or reopening takes up the clock that had stopped; the first miss stays.
            if let Some(clock) = case.clocks.iter_mut().rev().find(|clock| clock.id == *id) {
                clock.marks = *marks;
                clock.budget = *budget;
                clock.consumed = *consumed;
                clock.calendar = calendar.clone();
                // Another limit is the measure of all shares and caps from then on.
                if let Some(renewed) = renewed {
                    clock.limit = renewed.limit;
                    clock.original = *budget;
                    clock.suspended = renewed.suspended;
                }
                // A clock that stands goes on standing from where it stood.
                if clock.state != ClockState::Suspended {
                    clock.turn(at);
                }
                if !clock.is_owed() {
                    clock.state = ClockState::Running;
                    clock.ended_at = None;
                }
            }
        }
        _ => pauses(case, event),
    }
}

/// A moved clock may give its reminders again; a miss before the move stays on record.
fn rebased(case: &mut Case, id: ClockId, at: DateTime<Utc>) {
    case.reminded.retain(|(reminded, _)| *reminded != id);
    with_clock(case, id, |clock| {
        clock.missed |= clock.is_running() && at > clock.marks.due
    });
}

fn pauses(case: &mut Case, event: &CaseEvent) {
    let from = case.stage.unwrap_or(Stage::InProgress);
    let suspension = |reason: &String, until| SuspensionState {
        since: event.at,
        reason: reason.clone(),
        until,
        by: event.by.clone(),
        from,
        excluded: false,
    };
    match &event.fact {
        F::ExtensionRequested { limit, .. } => {
            case.extension_request = Some(ExtensionRequest {
                at: event.at,
                by: event.by.clone(),
                limit: *limit,
            });
        }
        F::ExtensionGranted { .. } => {
            case.extensions_granted += 1;
            case.extension_request = None;
        }
        F::ExtensionDenied { .. } => case.extension_request = None,
        F::CaseSuspended {
            reason,
            until,
            proof,
            excluded,
        } => {
            let held = suspension(reason, Some(*until));
            case.suspension = Some(SuspensionState {
                excluded: *excluded,
                ..held
            });
            case.evidence.extend(proof.iter().cloned());
            case.stage = Some(Stage::Suspended);
        }
        F::CaseHeldLongTerm { reason, proof } => {
            case.suspension = Some(suspension(reason, None));
            case.evidence.extend(proof.iter().cloned());
            case.on_hold = true;
            case.stage = Some(Stage::Suspended);
        }
        F::CaseResumed { counted, .. } => {
            case.suspended_counted += counted;
            let back = case
                .suspension
                .take()
                .map_or(Stage::InProgress, |held| held.from);
            case.on_hold = false;
            case.stage = Some(back);
        }
        F::HoldReviewMissed {} => with_clock(case, ClockId::case(ClockKind::Review), |clock| {
            clock.missed = true;
        }),
        _ => {}
    }
}

fn coordination(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::CoordinationProposed { .. } => case.coordination_proposed = true,
        F::CoordinationConvened { units, .. } => {
            case.stage = Some(Stage::Coordinating);
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
                    // A response that was still to be checked gives way to the new task.
                    case.response = None;
                    case.signatures.clear();
                    case.stage = Some(Stage::Dispatched);
                }
                _ => {}
            }
        }
    }
}

fn mandate(case: &mut Case, event: &CaseEvent) {
    let agent = event.by.person.clone();
    let state = case.mandate.get_or_insert_with(|| MandateState {
        stage: MandateStage::AwaitingMandate,
        mandate: None,
        agent,
        missing: Default::default(),
        noticed: false,
        extended: false,
        papers_out: Default::default(),
        handed_back: Default::default(),
        erase_from: None,
        window: None,
        receipt: String::new(),
        granted: None,
        decision_reason: String::new(),
        document: String::new(),
    });
    match &event.fact {
        F::MandateGranted { mandate } => {
            state.stage = MandateStage::Mandated;
            state.papers_out.extend(mandate.papers.iter().cloned());
            state.mandate = Some(mandate.clone());
            // Whoever takes the mandate is the agent, and handles the case.
            state.agent = event.by.person.clone();
            case.handler = Some(event.by.clone());
        }
        F::SubmittedToWindow {
            window, receipt, ..
        } => {
            state.stage = MandateStage::Submitted;
            state.window = Some(window.clone());
            state.receipt.clone_from(receipt);
        }
        F::MaterialsRequested { materials, .. } => {
            state.stage = MandateStage::AwaitingMaterials;
            state.noticed = true;
            state.missing = materials.iter().cloned().collect();
        }
        F::MaterialsSupplied { materials } => {
            state.papers_out.extend(materials.iter().cloned());
            state.missing.retain(|wanted| !materials.contains(wanted));
            if state.missing.is_empty() {
                state.stage = MandateStage::Submitted;
            }
        }
        F::WindowDecided {
            granted,
            reason,
            document,
        } => {
            state.stage = MandateStage::Decided;
            state.granted = Some(*granted);
            state.decision_reason.clone_from(reason);
            state.document.clone_from(document);
        }
        F::WindowExtended { .. } => state.extended = true,
        F::HandedBack { papers } => {
            state.handed_back = papers.iter().cloned().collect();
            state.papers_out.retain(|paper| !papers.contains(paper));
            if state.papers_out.is_empty() {
                state.stage = MandateStage::HandedBack;
            }
        }
        F::MandateRevoked { papers, erase_from } => {
            state.papers_out.retain(|paper| !papers.contains(paper));
            state.stage = MandateStage::Revoked;
            state.erase_from = *erase_from;
        }
        F::MandateErased {} => state.erase_from = None,
        F::AgentSubstituted { agent } => {
            state.agent = agent.clone();
            if let Some(handler) = &mut case.handler {
                // What the one before did stays theirs: they never countersign it.
                case.handlers.insert(handler.clone());
                handler.person = agent.clone();
            }
        }
        _ => {}
    }
}

fn supervision(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::CaseUrged { .. } => {
            case.urges += 1;
            case.last_urged_at = Some(event.at);
            case.urge_unanswered_since.get_or_insert(event.at);
        }
        F::UrgeAnswered { .. } => case.urge_unanswered_since = None,
        F::CaseReminded { id, percent } => {
            case.reminded.insert((*id, *percent));
        }
        F::SupervisionRaised {
            card, rule, unit, ..
        } => case.cards.push(CardState {
            card: *card,
            rule: rule.clone(),
            unit: unit.clone(),
            at: event.at,
            lifted_at: None,
        }),
        F::SupervisionLifted { card, .. } => lift(&mut case.cards, *card, event.at),
        F::ProgressRecorded { leg, .. } => {
            // A co-handler's note is no answer of the lead.
            if leg.is_none() || *leg == case.lead().map(|lead| lead.no) {
                case.urge_unanswered_since = None;
            }
            if let Some(no) = leg {
                with_leg(case, *no, at_work);
            }
        }
        _ => {}
    }
}

fn lift(cards: &mut [CardState], card: Card, at: DateTime<Utc>) {
    let standing = cards
        .iter_mut()
        .rev()
        .find(|held| held.card == card && held.lifted_at.is_none());
    if let Some(held) = standing {
        held.lifted_at = Some(at);
    }
}

fn response(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::ResponseSubmitted {
            outcome, evidence, ..
        } => {
            case.stage = Some(Stage::Responded);
            // Whoever did what was asked for owes no reason any more.
            case.urge_unanswered_since = None;
            case.evidence.extend(evidence.iter().cloned());
            case.handlers.insert(event.by.clone());
            case.callbacks = 0;
            case.resident_agrees = None;
            case.signatures.clear();
            case.response = Some(Response {
                at: event.at,
                by: event.by.clone(),
                outcome: *outcome,
                pending: BTreeSet::new(),
                verified: None,
            });
        }
        F::VerificationPassed { pending, .. } => {
            if let Some(response) = &mut case.response {
                response.pending = pending.iter().copied().collect();
            }
            if let Some(response) = case.response.as_mut().filter(|_| pending.is_empty()) {
                response.verified = Some((event.at, event.by.clone()));
            }
        }
        F::ReworkRequired { .. } => {
            case.stage = Some(Stage::InProgress);
            case.reworks += 1;
            // What was handed back is out again until it is handed back anew.
            if let Some(state) = &mut case.mandate {
                state.papers_out = std::mem::take(&mut state.handed_back);
                state.stage = MandateStage::Decided;
            }
            case.response = None;
            case.signatures.clear();
            back_to_work(case, true);
        }
        F::ResidentConfirmed { .. } => {
            case.callbacks += 1;
            case.resident_agrees = Some(true);
        }
        F::ResidentDisputed { .. } => {
            case.callbacks += 1;
            case.resident_agrees = Some(false);
        }
        F::CallbackUnreachable {} => case.callbacks += 1,
        F::Disclosed { what, .. } => {
            case.disclosed.insert(*what);
        }
        F::SignOffRecorded { step, automatic } => {
            case.closed_automatically = *automatic;
            case.signatures.push((step.clone(), event.by.clone()));
        }
        F::EvaluationOpened { pairs, until, .. } => {
            case.evaluations.clone_from(pairs);
            case.evaluation_until = Some(*until);
        }
        _ => {}
    }
}

/// The lead and everyone who was done work again.
fn back_to_work(case: &mut Case, rework: bool) {
    for leg in &mut case.legs {
        if matches!(leg.stage, LegStage::Done | LegStage::Confirmed) {
            leg.stage = LegStage::Working;
            leg.done_at = None;
            leg.reworks += u32::from(rework);
        }
    }
}

fn ends(case: &mut Case, event: &CaseEvent) {
    match &event.fact {
        F::CaseRejected { .. } => case.stage = Some(Stage::Rejected),
        F::CaseTransferredOut { .. } => case.stage = Some(Stage::TransferredOut),
        F::CaseMerged { into } => {
            case.stage = Some(Stage::Merged);
            case.merged_into = Some(*into);
        }
        F::CaseClosed { outcome } => {
            case.stage = Some(Stage::Closed);
            case.urge_unanswered_since = None;
            case.closed_at = Some(event.at);
            case.outcome = Some(*outcome);
        }
        F::CaseReopened { .. } => {
            case.stage = Some(Stage::InProgress);
            case.urge_unanswered_since = None;
            case.closed_at = None;
            case.outcome = None;
            case.response = None;
            case.signatures.clear();
            case.closed_automatically = false;
            case.reopens += 1;
            case.reopened_at = Some(event.at);
            // Papers and result went back to the principal: going on needs a new mandate.
            case.mandate = None;
            back_to_work(case, false);
        }
        F::CaseWithdrawn { .. } => case.stage = Some(Stage::Withdrawn),
        F::CaseArchived {} => case.stage = Some(Stage::Archived),
        F::VoidProposed { .. } => case.void_proposed_by = Some(event.by.clone()),
        F::CaseVoided { .. } => case.stage = Some(Stage::Voided),
        _ => {}
    }
}
