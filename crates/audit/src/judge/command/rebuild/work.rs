//! Whistles, dispatch, legs, time and meetings.

use super::first;
use gridwhistle_domain::calendar::Limit;
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::case::record::Precedent;
use gridwhistle_domain::case::stage::ClockKind;

fn precedent(facts: &[CaseEvent]) -> Option<Precedent> {
    first(facts, |fact| match fact {
        F::PrecedentRegistered { precedent } => Some(precedent.clone()),
        _ => None,
    })
}

pub(super) fn of_dispatch(facts: &[CaseEvent], fact: &F) -> Option<C> {
    Some(match fact {
        F::WhistleBlown {
            kind,
            ground,
            targets,
            prework,
            new_facts,
        } => C::BlowWhistle {
            kind: *kind,
            ground: ground.clone(),
            targets: targets.clone(),
            prework: prework.clone(),
            new_facts: new_facts.clone(),
        },
        F::WhistleApproved {} => C::ApproveWhistle {},
        F::WhistleDeclined { reason } => C::DeclineWhistle {
            reason: reason.clone(),
        },
        F::WhistleRatified {} => C::RatifyWhistle {},
        F::RatificationLapsed {} => C::LapseRatification {},
        F::CaseDispatched {
            lead,
            co_handlers,
            emergency,
            precedent,
        } => C::Dispatch {
            lead: lead.clone(),
            co_handlers: co_handlers.clone(),
            emergency: *emergency,
            precedent: *precedent,
        },
        F::TaskAssigned { undertaker } => C::Assign {
            undertaker: undertaker.clone(),
        },
        F::LeadDesignated { unit, reason } => C::DesignateLead {
            unit: unit.clone(),
            reason: reason.clone(),
            precedent: precedent(facts),
        },
        _ => return None,
    })
}

pub(super) fn of_legs(fact: &F) -> Option<C> {
    Some(match fact {
        F::LegAcknowledged { leg, .. } => C::Acknowledge { leg: *leg },
        F::LegAutoAcknowledged { leg } => C::AutoAcknowledge { leg: *leg },
        F::ResidentContacted { leg, means, note } => C::ContactResident {
            leg: *leg,
            means: means.clone(),
            note: note.clone(),
        },
        F::DepartmentReportedIn {
            leg,
            attendance,
            evidence,
        } => C::ReportIn {
            leg: *leg,
            attendance: attendance.clone(),
            evidence: evidence.clone(),
        },
        F::ReportInWaived { leg, reason } => C::WaiveReportIn {
            leg: *leg,
            reason: reason.clone(),
        },
        F::LegCompleted { leg, result } => C::CompleteLeg {
            leg: *leg,
            result: result.clone(),
        },
        F::LegConfirmed { leg } => C::ConfirmLeg { leg: *leg },
        F::LegWaived { leg, reason } => C::WaiveLeg {
            leg: *leg,
            reason: reason.clone(),
        },
        F::ReturnRequested {
            leg,
            reason,
            legal_basis,
        } => C::RequestReturn {
            leg: *leg,
            reason: reason.clone(),
            legal_basis: legal_basis.clone(),
        },
        F::LegReturned { leg } => C::ApproveReturn { leg: *leg },
        F::ReturnRefused { leg, reason } => C::RefuseReturn {
            leg: *leg,
            reason: reason.clone(),
        },
        _ => return None,
    })
}

/// The limit of the review that a hold set going.
fn review(facts: &[CaseEvent]) -> Option<Limit> {
    first(facts, |fact| match fact {
        F::ClockStarted { clock } if clock.id == ClockId::case(ClockKind::Review) => {
            Some(clock.limit)
        }
        _ => None,
    })
}

pub(super) fn of_time(facts: &[CaseEvent], fact: &F) -> Option<C> {
    Some(match fact {
        F::ExtensionRequested { limit, reason } => C::RequestExtension {
            limit: *limit,
            reason: reason.clone(),
        },
        F::ExtensionGranted { .. } => C::GrantExtension {
            citizen_informed: true,
        },
        F::ExtensionDenied { reason } => C::DenyExtension {
            reason: reason.clone(),
        },
        F::CaseSuspended {
            reason,
            until,
            proof,
            ..
        } => C::Suspend {
            reason: reason.clone(),
            until: *until,
            proof: proof.clone(),
        },
        F::CaseResumed { .. } => C::Resume {},
        F::CaseHeldLongTerm { reason, proof } => C::Hold {
            reason: reason.clone(),
            review: review(facts)?,
            proof: proof.clone(),
        },
        F::HoldReviewed { note } => C::ReviewHold {
            note: note.clone(),
            next: review(facts)?,
        },
        F::HoldReviewMissed {} => C::MissReview {},
        F::ClockRebased {
            calendar, cause, ..
        } if cause == "calendar" => C::RebaseClocks {
            calendar: calendar.clone(),
        },
        _ => return None,
    })
}

pub(super) fn of_meetings(facts: &[CaseEvent], fact: &F) -> Option<C> {
    Some(match fact {
        F::CoordinationProposed { cause } => C::ProposeCoordination {
            cause: cause.clone(),
        },
        F::CoordinationConvened { units, agenda } => C::Convene {
            units: units.clone(),
            agenda: agenda.clone(),
        },
        F::CoordinationAdjourned { reason } => C::Adjourn {
            reason: reason.clone(),
        },
        F::CoordinationDecided { decision } => C::Decide {
            decision: decision.clone(),
            precedent: precedent(facts),
        },
        _ => return None,
    })
}
