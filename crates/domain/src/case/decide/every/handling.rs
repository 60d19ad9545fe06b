//! Work, response, check, rework, callback, disclosure, signatures.

use super::life::{
    answer, at_work, callback, disclose, last_signature_open, pass, ready, responded, verified,
};
use super::*;
use crate::case::command::CallbackResult;
use crate::case::fact::Disclosure;

fn note(class: Class) -> C {
    C::RecordProgress {
        leg: UNITS.contains(&class).then_some(LEAD),
        note: "the trench is open".into(),
    }
}

fn rework(_: Class) -> C {
    C::RequireRework {
        reason: "not_solved".into(),
        note: "it still runs".into(),
    }
}

fn day_after(class: Class) -> Given {
    responded(class).at("2026-03-03 10:00")
}

#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{Closed, InProgress, Responded};
    const TWO: &[Class] = &[LIMITED, UNDERTAKEN];
    let called: fn(Class) -> C = |_| callback(CallbackResult::Disputed);
    let pass: fn(Class) -> C = |_| pass();
    let show: fn(Class) -> C = |_| disclose(Disclosure::Implementation);
    let sign: fn(Class) -> C = |_| C::SignOff {};
    let auto: fn(Class) -> C = |_| C::AutoSignOff {};
    let answered = To("ResponseSubmitted", Responded);
    let passed = To("VerificationPassed", Responded);
    let signed = To("SignOffRecorded", Responded);
    let closes = To("CaseClosed", Closed);
    let again = To("ReworkRequired", InProgress);
    vec![
        row(UNITS, at_work, water(), note, To("ProgressRecorded", InProgress)),
        row(BY_GRID, at_work, officer(), note, To("ProgressRecorded", InProgress)),
        row(&[SPOT], ready, officer(), answer, answered),
        row(UNITS, ready, water(), answer, answered),
        row(&[SPOT], responded, leader(), pass, passed),
        row(TWO, responded, street(), pass, passed),
        row(&[SPECIAL], responded, street_leader(), pass, passed),
        row(&[SPOT], responded, leader(), rework, again),
        row(TWO, responded, street(), rework, again),
        row(&[SPECIAL], responded, street_leader(), rework, again),
        row(&[PROXY], responded, resident(), rework, again),
        row(CLASSES, responded, community(), called, To("ResidentDisputed", Responded)),
        row(CLASSES, responded, community(), show, To("Disclosed", Responded)),
        row(&[UNDERTAKEN], verified, community(), sign, signed),
        row(&[SPECIAL], verified, party_secretary(), sign, signed),
        row(&[PROXY], verified, resident(), sign, signed),
        row(&[SPOT, PROXY], last_signature_open, leader(), sign, closes),
        row(&[LIMITED], last_signature_open, community(), sign, closes),
        row(&[UNDERTAKEN], last_signature_open, street(), sign, closes),
        row(&[SPECIAL], last_signature_open, street_leader(), sign, closes),
        row(&[SPOT], day_after, system(), auto, closes),
    ]
}
