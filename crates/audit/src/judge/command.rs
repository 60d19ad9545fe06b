//! The command that a case's facts answered, told from the facts themselves.
//!
//! Of the facts of one command one says what was asked, the others follow from it. [`weight`] knows
//! for each fact how it comes about, without a wildcard: a new fact is asked for by the compiler.

mod rebuild;

pub(crate) use rebuild::command;

use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};

/// How a fact comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It only ever follows from another one.
    Follows,
    /// A newer calendar alone gives it by itself.
    Calendar,
    /// By a command of its own, or as part of several others.
    Part,
    /// By a command of its own, or as part of a greater one.
    Half,
    /// By a command of its own alone.
    Whole,
}

#[expect(
    clippy::too_many_lines,
    reason = "one line a fact, without a wildcard: the table of what was asked"
)]
fn weight(fact: &F) -> Weight {
    match fact {
        F::CaseReported { .. }
        | F::LocationAssigned { .. }
        | F::CaseTransferredOut { .. }
        | F::CaseMerged { .. }
        | F::DuplicateAbsorbed { .. }
        | F::WhistleBlown { .. }
        | F::WhistleApproved {}
        | F::WhistleDeclined { .. }
        | F::WhistleRatified {}
        | F::RatificationLapsed {}
        | F::TaskAssigned { .. }
        | F::LegAcknowledged { .. }
        | F::LegAutoAcknowledged { .. }
        | F::ResidentContacted { .. }
        | F::DepartmentReportedIn { .. }
        | F::ReportInWaived { .. }
        | F::ReturnRequested { .. }
        | F::LegReturned { .. }
        | F::LeadDesignated { .. }
        | F::ExtensionRequested { .. }
        | F::ExtensionGranted { .. }
        | F::ExtensionDenied { .. }
        | F::CaseSuspended { .. }
        | F::CaseResumed { .. }
        | F::CaseHeldLongTerm { .. }
        | F::HoldReviewed { .. }
        | F::HoldReviewMissed {}
        | F::CoordinationConvened { .. }
        | F::CoordinationAdjourned { .. }
        | F::CoordinationDecided { .. }
        | F::ProgressRecorded { .. }
        | F::ProgressMissed {}
        | F::LegWaived { .. }
        | F::VerificationPassed { .. }
        | F::ReworkRequired { .. }
        | F::ResidentConfirmed { .. }
        | F::ResidentDisputed { .. }
        | F::CallbackUnreachable {}
        | F::Disclosed { .. }
        | F::SignOffRecorded { .. }
        | F::CaseReopened { .. }
        | F::CaseUrged { .. }
        | F::CaseReminded { .. }
        | F::UrgeAnswered { .. }
        | F::SupervisionLifted { .. }
        | F::CaseArchived {}
        | F::VoidProposed { .. }
        | F::CaseVoided { .. }
        | F::MandateGranted { .. }
        | F::MandateDeclined { .. }
        | F::SubmittedToWindow { .. }
        | F::MaterialsRequested { .. }
        | F::MaterialsSupplied { .. }
        | F::WindowExtended { .. }
        | F::WindowDecided { .. }
        | F::HandedBack { .. }
        | F::MandateRevoked { .. }
        | F::MandateErased {}
        | F::AgentSubstituted { .. }
        | F::CaseImported { .. } => Weight::Whole,
        // Report handled, import, hand back, meetings, declined mandates, missed duties.
        F::CaseAccepted { .. }
        | F::ImportedCaseClosed { .. }
        | F::ResponseSubmitted { .. }
        | F::CaseReclassified { .. }
        | F::CaseRejected { .. }
        | F::CaseWithdrawn { .. }
        | F::SupervisionRaised { .. } => Weight::Half,
        // Acceptance, designation, decisions, responses, checks, red cards.
        F::CaseDispatched { .. }
        | F::LegCompleted { .. }
        | F::LegConfirmed { .. }
        | F::ReturnRefused { .. }
        | F::CoordinationProposed { .. } => Weight::Part,
        F::ClockRebased { .. } => Weight::Calendar,
        F::HandlingBegun { .. }
        | F::LegOpened { .. }
        | F::LegEnded { .. }
        | F::AckMissed { .. }
        | F::LeadDisputed { .. }
        | F::PrecedentRegistered { .. }
        | F::ClockStarted { .. }
        | F::ClockStopped { .. }
        | F::ClockCancelled { .. }
        | F::ClockSuspended { .. }
        | F::ClockResumed { .. }
        | F::CoordinationEscalated { .. }
        | F::SatisfactionRated { .. }
        | F::CaseClosed { .. }
        | F::EvaluationOpened { .. } => Weight::Follows,
    }
}

/// The fact that says what was asked: the first of those that weigh most.
fn principal(facts: &[CaseEvent]) -> Option<&F> {
    let mut found: Option<(Weight, &F)> = None;
    for event in facts {
        let weighs = weight(&event.fact);
        if weighs > found.map_or(Weight::Follows, |(known, _)| known) {
            found = Some((weighs, &event.fact));
        }
    }
    found.map(|(_, fact)| fact)
}
