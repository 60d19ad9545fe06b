//! Answers, checks, ends, supervision and mandates.

use super::{first, in_emergency, response};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::{CallbackResult, CaseCommand as C, ReopenGround};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::policy::rows::EvidenceKind;
use gridwhistle_domain::satisfaction::Satisfaction;

/// How content a resident said to be with the same call.
fn satisfaction(facts: &[CaseEvent]) -> Option<Satisfaction> {
    first(facts, |fact| match fact {
        F::SatisfactionRated { satisfaction } => Some(*satisfaction),
        _ => None,
    })
}

pub(super) fn of_answers(facts: &[CaseEvent], fact: &F) -> Option<C> {
    let called = |result, note: &str| C::RecordCallback {
        result,
        note: note.to_owned(),
        satisfaction: satisfaction(facts),
    };
    Some(match fact {
        F::ResponseSubmitted { .. } => {
            let (outcome, reply, evidence, elements) = response(facts)?;
            C::Respond {
                outcome,
                reply,
                evidence,
                elements,
            }
        }
        F::VerificationPassed { note, .. } => C::VerifyPass { note: note.clone() },
        F::ReworkRequired { reason, note } => C::RequireRework {
            reason: reason.clone(),
            note: note.clone(),
        },
        F::ResidentConfirmed { note } => called(CallbackResult::Confirmed, note),
        F::ResidentDisputed { note } => called(CallbackResult::Disputed, note),
        F::CallbackUnreachable {} => called(CallbackResult::Unreachable, ""),
        F::Disclosed { what, place } => C::Disclose {
            what: *what,
            place: place.clone(),
        },
        F::SignOffRecorded {
            automatic: true, ..
        } => C::AutoSignOff {},
        F::SignOffRecorded { .. } => C::SignOff {},
        _ => return None,
    })
}

pub(super) fn of_ends(fact: &F) -> Option<C> {
    Some(match fact {
        F::CaseReopened {
            ground,
            note,
            same_as,
        } => C::Reopen {
            ground: match ground.as_str() {
                "dispute_upheld" => ReopenGround::DisputeUpheld,
                "same_problem" => ReopenGround::SameProblem,
                _ => return None,
            },
            note: note.clone(),
            same_as: *same_as,
        },
        F::CaseWithdrawn { reason } => C::Withdraw {
            reason: reason.clone(),
        },
        F::CaseArchived {} => C::Archive {},
        F::VoidProposed { reason } => C::ProposeVoid {
            reason: reason.clone(),
        },
        F::CaseVoided { .. } => C::ConfirmVoid {},
        _ => return None,
    })
}

pub(super) fn of_supervision(case: &Case, facts: &[CaseEvent], fact: &F) -> Option<C> {
    Some(match fact {
        F::ProgressRecorded { leg, note } => C::RecordProgress {
            leg: *leg,
            note: note.clone(),
        },
        F::ProgressMissed {} => C::MissProgress {},
        F::CaseUrged { note, .. } => C::Urge { note: note.clone() },
        F::CaseReminded { id, percent } => C::Remind {
            kind: id.kind,
            leg: id.leg,
            percent: *percent,
        },
        F::UrgeAnswered { reason } => C::AnswerUrge {
            reason: reason.clone(),
        },
        F::SupervisionRaised {
            card, rule, note, ..
        } => C::RaiseCard {
            card: *card,
            rule: rule.clone(),
            emergency: in_emergency(case, facts),
            note: note.clone(),
        },
        F::SupervisionLifted { card, reason } => C::LiftCard {
            card: *card,
            reason: reason.clone(),
        },
        _ => return None,
    })
}

pub(super) fn of_mandate(facts: &[CaseEvent], fact: &F) -> Option<C> {
    Some(match fact {
        F::MandateGranted { mandate } => C::GrantMandate {
            mandate: mandate.clone(),
        },
        F::MandateDeclined { reason } => C::DeclineMandate {
            reason: reason.clone(),
        },
        F::SubmittedToWindow {
            window,
            receipt,
            item,
        } => C::SubmitToWindow {
            window: window.clone(),
            receipt: receipt.clone(),
            item: item.clone(),
        },
        F::MaterialsRequested { materials, notice } => C::RequestMaterials {
            materials: materials.clone(),
            notice: notice.clone(),
        },
        F::MaterialsSupplied { materials } => C::SupplyMaterials {
            materials: materials.clone(),
        },
        F::WindowExtended {
            limit,
            reason,
            notice,
        } => C::RecordWindowExtension {
            limit: *limit,
            reason: reason.clone(),
            notice: notice.clone(),
        },
        F::WindowDecided {
            granted,
            reason,
            document,
            decided_at,
        } => C::RecordDecision {
            granted: *granted,
            reason: reason.clone(),
            document: document.clone(),
            decided_at: *decided_at,
        },
        F::HandedBack { papers } => C::HandBack {
            papers: papers.clone(),
            signature: signature(facts),
        },
        F::MandateRevoked { papers, .. } => C::RevokeMandate {
            papers: papers.clone(),
        },
        F::MandateErased {} => C::EraseMandate {},
        F::AgentSubstituted { agent } => C::SubstituteAgent {
            agent: agent.clone(),
            principal_told: true,
        },
        _ => return None,
    })
}

/// What the principal signed when everything was handed back: it stands among the proof.
fn signature(facts: &[CaseEvent]) -> String {
    let proof = response(facts).map(|(_, _, evidence, _)| evidence);
    let mut signed = proof.into_iter().flatten();
    let signed = signed.find(|item| item.kind == EvidenceKind::HandBackSignature);
    signed.map_or_else(String::new, |item| item.reference)
}
