//! Into the ledger: report, acceptance, and what turns a case away.

use super::life::taken;
use super::*;
use crate::case::record::ForeignCase;
use crate::case::stage::Outcome;
use crate::policy::rows::EvidenceKind as E;
use serde_json::json;

fn nothing(_: Class) -> Given {
    Given::nothing()
}

fn handled(_: Class) -> C {
    C::ReportHandled {
        form: form(),
        matter: TRASH.into(),
        outcome: Outcome::Resolved,
        reply: "cleared away".into(),
        evidence: vec![evidence(E::AfterPhoto)],
    }
}

/// A report whose place nobody could tell.
fn orphan(_: Class) -> Given {
    let mut form = form();
    form.grid = None;
    Given::nothing().and(resident(), C::Report { form })
}

fn accepted(class: Class) -> C {
    let class = class.expect("a class");
    let matter = match class {
        CaseClass::Proxy => PENSION,
        _ => LEAK,
    };
    accept(class, matter)
}

fn reported(_: Class) -> Given {
    taken(None)
}

fn reject(_: Class) -> C {
    C::Reject {
        reason: "judicial".into(),
        note: "the court has it".into(),
    }
}

fn transfer(_: Class) -> C {
    C::TransferOut {
        to: "judicial".into(),
        reason: "the court has it".into(),
    }
}

fn foreign(_: Class) -> C {
    let case: ForeignCase = serde_json::from_value(json!({
        "source": { "source": "boston", "id": "A-1" },
        "class": "time_limited", "received_at": at("2026-02-01 09:00"),
        "due": at("2026-02-10 09:00"),
    }))
    .expect("a foreign case");
    C::Import {
        case: Box::new(case),
        closed_at: None,
        closure_note: String::new(),
        on_time: None,
    }
}

#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{Accepted, Dispatched, InProgress, Rejected, Reported, Responded, TransferredOut};
    let desk = community();
    let report: fn(Class) -> C = |_| report();
    let place: fn(Class) -> C = |_| C::AssignLocation { grid: GRID.into() };
    let begun = To("HandlingBegun", InProgress);
    let known = Never(Code::CaseExists);
    vec![
        row(&[None], nothing, resident(), report, To("CaseReported", Reported)),
        row(&[SPOT], nothing, officer(), handled, To("ResponseSubmitted", Responded)),
        row(&[None], orphan, desk.clone(), place, To("LocationAssigned", Reported)),
        row(BY_GRID, reported, officer(), accepted, begun),
        row(&[LIMITED], reported, desk.clone(), accepted, To("LegOpened", Dispatched)),
        row(&[UNDERTAKEN, SPECIAL], reported, desk, accepted, To("CaseAccepted", Accepted)),
        row(&[None], taken, dispatcher(), reject, To("CaseRejected", Rejected)),
        row(UNITS, taken, dispatcher(), reject, To("CaseRejected", Rejected)),
        row(&[None], taken, street(), transfer, To("CaseTransferredOut", TransferredOut)),
        row(UNITS, taken, street(), transfer, To("CaseTransferredOut", TransferredOut)),
        row(&[None], nothing, system(), foreign, To("CaseImported", InProgress)),
        row(CLASSES, super::life::at_work, system(), foreign, known),
    ]
}
