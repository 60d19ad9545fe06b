//! From the response to the end: verified, signed off, closed, reopened; and the cards on the way.

use super::super::fact::{CaseEvent, CaseFact as F};
use super::super::stage::{Card, LegStage, MandateStage, Stage};
use super::super::{CardState, Case, Response};
use super::legs::{at_work, with_leg};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

pub(super) fn supervision(case: &mut Case, event: &CaseEvent) {
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

pub(super) fn response(case: &mut Case, event: &CaseEvent) {
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
            case.satisfaction = None;
            // Time asked for before the response is asked for no more.
            case.extension_request = None;
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
            // Whoever was urged meanwhile had to check the response, not to give one.
            case.urge_unanswered_since = None;
            // What was handed back is out again until it is handed back anew.
            if let Some(state) = &mut case.mandate {
                state.papers_out = std::mem::take(&mut state.handed_back);
                state.stage = MandateStage::Decided;
            }
            response_fell(case);
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
        F::SatisfactionRated { satisfaction } => case.satisfaction = Some(*satisfaction),
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

/// A response that does not stand takes its proof along: the next one needs its own.
pub(super) fn response_fell(case: &mut Case) {
    if case.response.take().is_some() {
        case.fresh.clear();
        case.contacts = 0;
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

pub(super) fn ends(case: &mut Case, event: &CaseEvent) {
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
            response_fell(case);
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
        F::VoidProposed { .. } => {
            case.void_proposed_by = Some(event.by.clone());
            case.void_proposed_at = Some(event.at);
        }
        F::CaseVoided { .. } => case.stage = Some(Stage::Voided),
        _ => {}
    }
}
