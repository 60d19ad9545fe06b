//! The parts of the units.

use super::*;
use CaseFact as F;
use gridwhistle_domain::case::record::{Attendance, Part};

pub(super) fn facts() -> Vec<CaseFact> {
    let leg = LegNo(2);
    vec![
        F::LegOpened {
            leg,
            unit: "B-roads".into(),
            part: Part::CoHandler,
        },
        F::LegAcknowledged { leg, late: true },
        F::LegAutoAcknowledged { leg },
        F::AckMissed { leg },
        F::ResidentContacted {
            leg: Some(leg),
            means: "telephone".to_owned(),
            note: words(),
        },
        F::DepartmentReportedIn {
            leg,
            attendance: Attendance {
                person: "P-roads".into(),
                role: Role::DepartmentLeader,
                place: words(),
            },
            evidence: evidence(EvidenceKind::ReportInRecord),
        },
        F::ReportInWaived {
            leg,
            reason: words(),
        },
        F::ReturnRequested {
            leg,
            reason: "not_competent".to_owned(),
            legal_basis: words(),
        },
        F::LegReturned { leg },
        F::ReturnRefused {
            leg,
            reason: words(),
        },
        F::LeadDisputed { returns: 3 },
        F::LeadDesignated {
            unit: "B-water".into(),
            reason: words(),
        },
        F::PrecedentRegistered {
            precedent: precedent(),
        },
    ]
}
