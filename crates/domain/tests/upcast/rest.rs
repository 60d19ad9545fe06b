//! Response, closure, supervision, mandate, and cases of other systems.

use super::*;
use CaseFact as F;
use gridwhistle_domain::calendar::Limit;
use gridwhistle_domain::case::fact::Disclosure;
use gridwhistle_domain::case::record::{
    EvaluationPair, ForeignCase, Mandate, Point, ReplyElements, SourceRef,
};
use gridwhistle_domain::case::stage::{Card, Outcome};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::satisfaction::Satisfaction;

pub(super) fn facts() -> Vec<CaseFact> {
    let mut facts = responses();
    facts.extend(closure());
    facts.extend(supervision());
    facts.extend(mandates());
    facts.extend(imports());
    facts
}

fn responses() -> Vec<CaseFact> {
    let leg = LegNo(2);
    vec![
        F::LegCompleted {
            leg,
            result: words(),
        },
        F::LegConfirmed { leg },
        F::LegWaived {
            leg,
            reason: words(),
        },
        F::LegEnded { leg },
        F::ResponseSubmitted {
            outcome: Outcome::PartlyResolved,
            reply: words(),
            evidence: evidence(EvidenceKind::AfterPhoto),
            elements: Some(ReplyElements {
                contacted_at: at(8),
                contact: "subject-1".to_owned(),
                measure: words(),
                deadline: at(20),
            }),
            met: vec![EvidenceKind::AfterPhoto, EvidenceKind::FourElements],
        },
        F::VerificationPassed {
            note: words(),
            pending: Vec::new(),
        },
        F::ReworkRequired {
            reason: "not_solved".to_owned(),
            note: words(),
        },
        F::ResidentConfirmed { note: words() },
        F::ResidentDisputed { note: words() },
        F::CallbackUnreachable {},
        F::SatisfactionRated {
            satisfaction: Satisfaction::MostlySatisfied,
        },
        F::Disclosed {
            what: Disclosure::Implementation,
            place: words(),
        },
    ]
}

fn closure() -> Vec<CaseFact> {
    vec![
        F::SignOffRecorded {
            step: "community".to_owned(),
            automatic: true,
        },
        F::CaseClosed {
            outcome: Outcome::ObjectivelyPending,
        },
        F::EvaluationOpened {
            pairs: vec![EvaluationPair {
                left: "S-old-town".into(),
                right: "B-water".into(),
                leg: LegNo(1),
            }],
            until: at(20),
            mandatory: true,
        },
        F::CaseReopened {
            ground: "dispute_upheld".to_owned(),
            note: words(),
            same_as: None,
        },
    ]
}

fn supervision() -> Vec<CaseFact> {
    vec![
        F::CaseUrged {
            note: words(),
            rule: None,
        },
        F::CaseReminded {
            id: contact(),
            percent: 75,
        },
        F::UrgeAnswered { reason: words() },
        F::SupervisionRaised {
            card: Card::Red,
            rule: "overdue_200".to_owned(),
            unit: Some("B-water".into()),
            note: words(),
        },
        F::SupervisionLifted {
            card: Card::Yellow,
            reason: words(),
        },
        F::CaseWithdrawn { reason: words() },
        F::CaseArchived {},
        F::VoidProposed { reason: words() },
        F::CaseVoided { reason: words() },
    ]
}

fn mandates() -> Vec<CaseFact> {
    vec![
        F::MandateGranted {
            mandate: Mandate {
                principal: reporter(),
                guardian: Some(reporter()),
                scope: list(&["pension-start"]),
                papers: list(&["身份证复印件", "contribution record"]),
                expires_at: at(24),
                identity_check: words(),
            },
        },
        F::MandateDeclined {
            reason: "mandate_declined".to_owned(),
        },
        F::SubmittedToWindow {
            window: "W-window".into(),
            receipt: "2026-0815".to_owned(),
            item: "pension-start".to_owned(),
        },
        F::MaterialsRequested {
            materials: list(&["photo", "bank slip"]),
            notice: "BZ-7".to_owned(),
        },
        F::MaterialsSupplied {
            materials: list(&["photo"]),
        },
        F::WindowExtended {
            limit: Limit::WorkingDays(10),
            reason: words(),
            notice: "YQ-1".to_owned(),
        },
        F::WindowDecided {
            granted: true,
            reason: words(),
            document: hash("d"),
            decided_at: None,
        },
        F::HandedBack {
            papers: list(&["contribution record"]),
        },
        F::MandateRevoked {
            papers: list(&["contribution record"]),
            erase_from: None,
        },
        F::MandateErased {},
        F::AgentSubstituted {
            agent: "P-officer-3".into(),
        },
    ]
}

fn imports() -> Vec<CaseFact> {
    vec![
        F::CaseImported {
            case: Box::new(ForeignCase {
                source: SourceRef {
                    source: "12345".to_owned(),
                    id: "FZ-1".to_owned(),
                },
                received_at: at(1),
                due: Some(at(20)),
                unit: Some("B-water".into()),
                class: CaseClass::TimeLimited,
                matter: words(),
                areas: [("street".to_owned(), words())].into(),
                point: Some(Point {
                    lat: 26_074_508,
                    lng: -119_296_494,
                }),
                place: words(),
                summary: words(),
                source_on_time: Some(false),
                anomalies: list(&["closed_before_received"]),
            }),
        },
        F::ImportedCaseClosed {
            closed_at: at(2),
            note: words(),
            on_time: Some(true),
        },
    ]
}
