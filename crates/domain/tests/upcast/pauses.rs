//! Clocks, pauses, meetings and progress.

use super::*;
use CaseFact as F;
use gridwhistle_domain::actor::Rank;
use gridwhistle_domain::case::fact::CoordinationDecision;
use gridwhistle_domain::case::record::Deliverable;

pub(super) fn facts() -> Vec<CaseFact> {
    let mut facts = clocks();
    facts.extend(pauses());
    facts.extend(meetings());
    facts
}

fn clocks() -> Vec<CaseFact> {
    let limit = Limit::WorkingMinutes(90);
    vec![
        F::ExtensionRequested {
            limit,
            reason: words(),
        },
        F::ExtensionGranted { limit },
        F::ExtensionDenied { reason: words() },
        F::ClockStarted {
            clock: Box::new(clock()),
        },
        F::ClockStopped {
            id: handle(),
            consumed: 120,
            done_at: None,
        },
        F::ClockCancelled {
            id: contact(),
            consumed: 120,
        },
        F::ClockSuspended {
            id: handle(),
            consumed: 120,
        },
        F::ClockResumed {
            id: handle(),
            suspended: 960,
            marks: marks(),
            from: None,
        },
        F::ClockRebased {
            id: handle(),
            old_due: at(11),
            marks: marks(),
            budget: 3_780,
            consumed: 120,
            calendar: calendar(),
            cause: "extension".to_owned(),
            renewed: None,
        },
    ]
}

fn pauses() -> Vec<CaseFact> {
    vec![
        F::CaseSuspended {
            reason: "force_majeure".to_owned(),
            until: at(18),
            proof: evidence(EvidenceKind::Document),
            excluded: false,
        },
        F::CaseResumed {
            automatic: true,
            counted: 0,
        },
        F::CaseHeldLongTerm {
            reason: "season".to_owned(),
            proof: evidence(EvidenceKind::Document),
        },
        F::HoldReviewed { note: words() },
        F::HoldReviewMissed {},
    ]
}

fn meetings() -> Vec<CaseFact> {
    vec![
        F::CoordinationProposed {
            cause: "red_card".to_owned(),
        },
        F::CoordinationConvened {
            units: vec!["B-water".into(), "B-roads".into()],
            agenda: words(),
        },
        F::CoordinationAdjourned { reason: words() },
        F::CoordinationEscalated {
            chair: Rank::District,
        },
        F::CoordinationDecided {
            decision: CoordinationDecision {
                present: vec!["B-water".into(), "B-roads".into()],
                lead: "B-water".into(),
                co_handlers: vec!["B-roads".into()],
                deliverables: vec![Deliverable {
                    unit: "B-roads".into(),
                    what: words(),
                }],
                handle: Some(Limit::NaturalDays(30)),
                minutes: hash("b"),
            },
        },
        F::ProgressRecorded {
            leg: Some(LegNo(2)),
            note: words(),
        },
        F::ProgressMissed {},
    ]
}
