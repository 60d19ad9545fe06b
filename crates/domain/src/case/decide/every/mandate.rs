//! 代办: from the mandate to the hand-back, and the mandate's other ends.

use super::life::{responded, taken};
use super::*;
use crate::calendar::Limit;
use crate::case::record::{Mandate, Reporter};
use crate::ids::SubjectId;
use crate::sealed::Sealed;

const PAPERS: [&str; 2] = ["identity card copy", "contribution record"];

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn grant(_: Class) -> C {
    let person: SubjectId = serde_json::from_value("R-lin".into()).expect("a subject");
    let sealed = Sealed {
        alg: "A256GCM".to_owned(),
        subject: person.within(case_id()),
        nonce: "00".to_owned(),
        ciphertext: "00".to_owned(),
    };
    C::GrantMandate {
        mandate: Mandate {
            principal: Reporter {
                subject: person,
                details: Some(sealed),
            },
            guardian: None,
            scope: list(&["pension-start"]),
            papers: list(&PAPERS),
            expires_at: at("2026-06-30 18:00"),
            identity_check: "identity card seen at home".to_owned(),
        },
    }
}

fn submit(_: Class) -> C {
    C::SubmitToWindow {
        window: "W-window".into(),
        receipt: "2026-0815".to_owned(),
        item: "pension-start".to_owned(),
    }
}

fn ask(_: Class) -> C {
    C::RequestMaterials {
        materials: list(&["photo"]),
        notice: "BZ-7".to_owned(),
    }
}

fn supply(_: Class) -> C {
    C::SupplyMaterials {
        materials: list(&["photo"]),
    }
}

fn longer(_: Class) -> C {
    C::RecordWindowExtension {
        limit: Limit::WorkingDays(10),
        reason: "the archive is being moved".to_owned(),
        notice: "YC-3".to_owned(),
    }
}

fn record(_: Class) -> C {
    C::RecordDecision {
        granted: true,
        reason: String::new(),
        document: "JD-1".to_owned(),
        decided_at: None,
    }
}

pub(super) fn hand_back() -> C {
    C::HandBack {
        papers: list(&PAPERS),
        signature: "c".repeat(64),
    }
}

fn revoke(_: Class) -> C {
    C::RevokeMandate {
        papers: list(&PAPERS),
    }
}

fn mandated(class: Class) -> Given {
    taken(class).and(officer(), grant(class))
}

fn submitted(class: Class) -> Given {
    mandated(class).and(officer(), submit(class))
}

fn lacking(class: Class) -> Given {
    submitted(class).and(officer(), ask(class))
}

pub(super) fn decided() -> Given {
    submitted(PROXY).and(officer(), record(PROXY))
}

fn revoked(class: Class) -> Given {
    let revoked = mandated(class).and(resident(), revoke(class));
    revoked.at("2026-06-01 10:00")
}

#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{InProgress, Rejected, Responded, Withdrawn};
    const ONE: &[Class] = &[PROXY];
    let decline: fn(Class) -> C = |_| C::DeclineMandate {
        reason: "person_must_appear".into(),
    };
    let back: fn(Class) -> C = |_| hand_back();
    let replace: fn(Class) -> C = |_| C::SubstituteAgent {
        agent: substitute().person,
        principal_told: true,
    };
    let erase: fn(Class) -> C = |_| C::EraseMandate {};
    let after: fn(Class) -> Given = |_| decided();
    let agent = officer;
    vec![
        row(ONE, taken, agent(), grant, To("MandateGranted", InProgress)),
        row(ONE, taken, agent(), decline, To("MandateDeclined", Rejected)),
        row(ONE, mandated, agent(), submit, To("SubmittedToWindow", InProgress)),
        row(ONE, submitted, agent(), ask, To("MaterialsRequested", InProgress)),
        row(ONE, lacking, agent(), supply, To("ClockResumed", InProgress)),
        row(ONE, submitted, agent(), longer, To("WindowExtended", InProgress)),
        row(ONE, submitted, agent(), record, To("WindowDecided", InProgress)),
        row(ONE, after, agent(), back, To("ResponseSubmitted", Responded)),
        row(ONE, mandated, resident(), revoke, To("MandateRevoked", Withdrawn)),
        row(ONE, mandated, leader(), replace, To("AgentSubstituted", InProgress)),
        row(ONE, responded, leader(), replace, To("AgentSubstituted", Responded)),
        row(ONE, revoked, system(), erase, To("MandateErased", Withdrawn)),
    ]
}
