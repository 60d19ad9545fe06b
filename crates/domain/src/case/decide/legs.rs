//! One unit's part: acknowledge, contact, report in, complete, confirm, waive.
//!
//! Its clocks began at dispatch; a click here may end one, and never begins one.

use super::{Desk, own_work};
use crate::case::Leg;
use crate::case::clock::ClockId;
use crate::case::fact::CaseFact as F;
use crate::case::record::{Attendance, Evidence, Part};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, LegStage as L};
use crate::ids::LegNo;
use crate::policy::rows::{EvidenceKind, Route};

/// Acknowledged, and not yet out of the unit's hands.
const AT_WORK: &[L] = &[L::Acknowledged, L::Working, L::Done];
/// Nothing has been done yet that a release would wipe out.
const UNDONE: &[L] = &[L::Pending, L::Acknowledged, L::Working, L::ReturnRequested];

/// 签收: late or not, the leg moves on; lateness stays on record.
pub(super) fn acknowledge(desk: &mut Desk<'_>, no: LegNo) -> Result<(), Refusal> {
    desk.leg_at(no, &[L::Pending])?;
    let id = ClockId::leg(ClockKind::Acknowledge, no);
    let now = desk.now();
    let late = desk
        .case
        .owed(id)
        .is_some_and(|clock| now > clock.marks.due);
    desk.emit(F::LegAcknowledged { leg: no, late });
    if late {
        desk.emit(F::AckMissed { leg: no });
    }
    desk.stop_clock(id);
    Ok(())
}

/// Timer: a silent unit gains nothing; the leg counts as received, and as missed.
pub(super) fn auto_acknowledge(desk: &mut Desk<'_>, no: LegNo) -> Result<(), Refusal> {
    desk.leg_at(no, &[L::Pending])?;
    let id = ClockId::leg(ClockKind::Acknowledge, no);
    let now = desk.now();
    let due = desk.case.owed(id).map(|clock| clock.marks.due);
    let accepted = due.map_or("-".to_owned(), |due| due.to_rfc3339());
    let passed = due.is_some_and(|due| now > due);
    desk.ensure(passed, Code::TooEarly, now.to_rfc3339(), accepted)?;
    desk.emit(F::LegAutoAcknowledged { leg: no });
    desk.emit(F::AckMissed { leg: no });
    desk.stop_clock(id);
    Ok(())
}

/// Contact with the resident: by a unit on its leg, or by the grid where it handles itself.
pub(super) fn contact(
    desk: &mut Desk<'_>,
    leg: Option<LegNo>,
    means: &str,
    note: &str,
) -> Result<(), Refusal> {
    if let Some(no) = leg {
        desk.leg_at(no, AT_WORK)?;
    }
    desk.require(means, "means", "e.g. telephone, on_the_spot")?;
    let by_grid = matches!(desk.row()?.route, Route::Direct | Route::Mandate);
    let accepted = "the number of the unit's leg";
    desk.ensure(
        leg.is_some() || by_grid,
        Code::FieldMissing,
        "leg",
        accepted,
    )?;
    desk.emit(F::ResidentContacted {
        leg,
        means: means.to_owned(),
        note: note.to_owned(),
    });
    if let Some(no) = leg {
        desk.stop_clock(ClockId::leg(ClockKind::Contact, no));
    }
    Ok(())
}

/// 报到: a person of the unit came, in a capacity that the person holds.
pub(super) fn report_in(
    desk: &mut Desk<'_>,
    no: LegNo,
    attendance: &Attendance,
    evidence: &[Evidence],
) -> Result<(), Refusal> {
    attendant_in_office(desk, no, attendance)?;
    desk.leg_at(no, AT_WORK)?;
    desk.require(&attendance.place, "attendance.place", "where they came")?;
    references_given(desk, evidence)?;
    let photos = [
        EvidenceKind::BeforePhoto,
        EvidenceKind::AfterPhoto,
        EvidenceKind::ReportInRecord,
    ];
    let given: Vec<&str> = evidence.iter().map(|item| item.kind.code()).collect();
    desk.ensure(
        evidence.iter().any(|item| photos.contains(&item.kind)),
        Code::EvidenceMissing,
        given.join(", "),
        photos.map(EvidenceKind::code).join(" | "),
    )?;
    desk.emit(F::DepartmentReportedIn {
        leg: no,
        attendance: attendance.clone(),
        evidence: evidence.to_vec(),
    });
    desk.stop_clock(ClockId::leg(ClockKind::ReportIn, no));
    Ok(())
}

/// The rank of who came is evaluated later, so it is not taken on trust.
fn attendant_in_office(desk: &Desk<'_>, no: LegNo, who: &Attendance) -> Result<(), Refusal> {
    let unit = &desk.leg(no)?.unit;
    let registry = &desk.ctx.reference.registry;
    let holds = registry.holds(&who.person, who.role, unit, desk.now());
    let accepted = format!("{} @ {unit}", who.role);
    desk.ensure(holds, Code::PersonInactive, &who.person, accepted)
}

/// Evidence names a file by its hash, or a document by its number.
pub(super) fn references_given(desk: &Desk<'_>, evidence: &[Evidence]) -> Result<(), Refusal> {
    let bare = evidence
        .iter()
        .find(|item| item.reference.trim().is_empty());
    match bare {
        None => Ok(()),
        Some(item) => {
            let given = format!("evidence.reference ({})", item.kind);
            Err(desk.refuse(Code::FieldMissing, given, "a SHA-256 or a document number"))
        }
    }
}

/// The street may spare another unit the way, not its own.
pub(super) fn waive_report_in(desk: &mut Desk<'_>, no: LegNo, reason: &str) -> Result<(), Refusal> {
    let stages = [
        L::Pending,
        L::Acknowledged,
        L::Working,
        L::Done,
        L::Confirmed,
    ];
    let leg = desk.leg_at(no, &stages)?;
    let settled = leg.report_in_waived || leg.reported_in_at.is_some();
    reason_given(desk, reason)?;
    desk.ensure(!settled, Code::AlreadyDone, "report-in", "sign-off")?;
    not_of_the_unit(desk, no)?;
    desk.emit(F::ReportInWaived {
        leg: no,
        reason: reason.to_owned(),
    });
    desk.cancel_clock(ClockId::leg(ClockKind::ReportIn, no));
    Ok(())
}

/// A co-handler's part is done; the lead speaks for the whole and responds.
pub(super) fn complete(desk: &mut Desk<'_>, no: LegNo, result: &str) -> Result<(), Refusal> {
    not_the_lead(desk, no, "respond")?;
    desk.leg_at(no, &[L::Acknowledged, L::Working])?;
    desk.require(result, "result", "what was done")?;
    desk.emit(F::LegCompleted {
        leg: no,
        result: result.to_owned(),
    });
    // Whoever was never contacted will not be now: the duty fell away, it was not done.
    desk.cancel_clock(ClockId::leg(ClockKind::Contact, no));
    Ok(())
}

/// The lead or the street agrees that a part is done, never the unit itself.
pub(super) fn confirm(desk: &mut Desk<'_>, no: LegNo) -> Result<(), Refusal> {
    desk.leg_at(no, &[L::Done])?;
    not_of_the_unit(desk, no)?;
    desk.emit(F::LegConfirmed { leg: no });
    Ok(())
}

/// Releases a co-handler; a case is never without its lead by a waiver.
pub(super) fn waive(desk: &mut Desk<'_>, no: LegNo, reason: &str) -> Result<(), Refusal> {
    not_the_lead(desk, no, "a co-handler's leg")?;
    desk.leg_at(no, UNDONE)?;
    reason_given(desk, reason)?;
    // Neither the unit itself nor the lead that waits for it: the work is the case's own.
    let actor = &desk.ctx.actor;
    let other = !own_work::is(desk, actor);
    let accepted = "someone of a unit without a part in the case";
    desk.ensure(other, Code::SelfApproval, actor.signature(), accepted)?;
    desk.emit(F::LegWaived {
        leg: no,
        reason: reason.to_owned(),
    });
    desk.cancel_leg_clocks(no);
    Ok(())
}

pub(super) fn reason_given(desk: &Desk<'_>, reason: &str) -> Result<(), Refusal> {
    let given = !reason.trim().is_empty();
    desk.ensure(given, Code::ReasonRequired, "", "a reason in words")
}

fn not_the_lead(desk: &Desk<'_>, no: LegNo, accepted: &str) -> Result<(), Refusal> {
    let Leg { part, unit, .. } = desk.leg(no)?;
    desk.ensure(*part != Part::Lead, Code::WrongUnit, unit, accepted)
}

/// Nobody decides on the part of their own unit.
pub(super) fn not_of_the_unit(desk: &Desk<'_>, no: LegNo) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor;
    let leg = desk.leg(no)?;
    let other = !own_work::of_unit(desk, actor, &leg.unit, leg.opened_at);
    let accepted = "someone of another unit";
    desk.ensure(other, Code::SelfApproval, actor.signature(), accepted)
}

#[cfg(test)]
mod tests;
