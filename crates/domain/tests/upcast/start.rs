//! From the report to the dispatch.

use super::*;
use CaseFact as F;
use gridwhistle_domain::case::fact::ReportForm;
use gridwhistle_domain::case::record::{Point, SourceRef};
use gridwhistle_domain::case::stage::Origin;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::rows::WhistleKind;

pub(super) fn facts() -> Vec<CaseFact> {
    let mut facts = intake();
    facts.extend(whistles());
    facts
}

fn intake() -> Vec<CaseFact> {
    vec![
        F::CaseReported { form: form() },
        F::LocationAssigned { grid: "G-1".into() },
        F::CaseAccepted {
            class: CaseClass::Undertaken,
            matter: "environment.leak".into(),
            policy: "default-2026.1".into(),
            calendar: calendar(),
            origin: Origin::Downward,
            sampled: true,
            safety: true,
        },
        F::HandlingBegun {
            handler: Actor::new("P-officer", Role::GridOfficer, "C-east"),
        },
        F::CaseRejected {
            reason: "not_in_catalogue".to_owned(),
            note: words(),
        },
        F::CaseTransferredOut {
            to: "petition".to_owned(),
            reason: words(),
        },
        F::CaseMerged { into: case(2) },
        F::DuplicateAbsorbed {
            others: Vec::new(),
            from: case(3),
            reporter: Some(reporter()),
        },
        F::CaseReclassified {
            from: CaseClass::OnTheSpot,
            to: CaseClass::TimeLimited,
            reason: words(),
            overdue: true,
        },
    ]
}

fn form() -> ReportForm {
    ReportForm {
        channel: "snap_report".to_owned(),
        grid: Some("G-1".into()),
        place: words(),
        point: Some(Point {
            lat: 26_074_508,
            lng: 119_296_494,
        }),
        description: words(),
        reporter: Some(reporter()),
        evidence: evidence(EvidenceKind::BeforePhoto),
        source: Some(SourceRef {
            source: "12345".to_owned(),
            id: "FZ-1".to_owned(),
        }),
        received_at: None,
    }
}

fn whistles() -> Vec<CaseFact> {
    vec![
        F::WhistleBlown {
            kind: WhistleKind::Hard,
            ground: "joint_enforcement".to_owned(),
            targets: vec!["B-water".into(), "B-roads".into()],
            prework: evidence(EvidenceKind::Document),
            new_facts: words(),
        },
        F::WhistleApproved {},
        F::WhistleDeclined { reason: words() },
        F::WhistleRatified {},
        F::RatificationLapsed {},
        F::CaseDispatched {
            lead: "B-water".into(),
            co_handlers: vec!["B-roads".into()],
            emergency: true,
            precedent: Some(case(4)),
        },
        F::TaskAssigned {
            undertaker: "C-east".into(),
        },
    ]
}
