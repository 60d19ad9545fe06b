//! After closure: back on the ledger, put away; and what a class never comes to.

use super::life::{at_work, closed};
use super::*;
use crate::case::command::ReopenGround;
use crate::ids::CaseId;

fn reopen(_: Class) -> C {
    C::Reopen {
        ground: ReopenGround::SameProblem,
        note: "it runs again".into(),
        same_as: Some(CaseId(uuid::Uuid::from_u128(2))),
    }
}

fn long_after(class: Class) -> Given {
    closed(class).at("2026-06-01 10:00")
}

#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{Archived, InProgress};
    let archive: fn(Class) -> C = |_| C::Archive {};
    let resume: fn(Class) -> C = |_| C::Resume {};
    let again: fn(Class) -> Given = |class| closed(class).beside(2);
    vec![
        row(CLASSES, again, dispatcher(), reopen, To("CaseReopened", InProgress)),
        row(CLASSES, long_after, system(), archive, To("CaseArchived", Archived)),
        // Work on the spot never stands.
        row(&[SPOT], at_work, street_leader(), resume, Never(Code::WrongStage)),
    ]
}
