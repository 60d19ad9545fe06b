//! 挂账: long-term hold, reviewed until it ends.

use super::{REVIEW, approver, due_by, in_role, not_the_lead, on_list, proven, stand};
use crate::actor::Role;
use crate::calendar::Limit;
use crate::case::clock::Clock;
use crate::case::decide::{Desk, supervision};
use crate::case::fact::CaseFact as F;
use crate::case::ladder::LadderRule;
use crate::case::record::Evidence;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::Stage;
use crate::policy::rows::ClassRow;

/// 挂账: work that no limit can hold now, with a date on which it is looked at again.
pub(in crate::case::decide) fn hold(
    desk: &mut Desk<'_>,
    reason: &str,
    review: Limit,
    proof: &[Evidence],
) -> Result<(), Refusal> {
    let row = desk.row()?;
    approver(desk, row)?;
    on_list(desk, &row.suspension.hold_reasons, reason)?;
    proven(desk, proof)?;
    soon_enough(desk, row, review)?;
    desk.emit(F::CaseHeldLongTerm {
        reason: reason.to_owned(),
        proof: proof.to_vec(),
    });
    stand(desk);
    desk.start_clock(REVIEW, review);
    Ok(())
}

/// A hold was looked at and goes on; once the review is overdue, only supervision may say so.
pub(in crate::case::decide) fn review_hold(
    desk: &mut Desk<'_>,
    note: &str,
    next: Limit,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    let review = review_clock(desk)?;
    let supervises = matches!(
        desk.ctx.actor.role,
        Role::Supervisor | Role::DistrictLeader | Role::CityOffice
    );
    if !supervises {
        in_role(desk, &row.suspension.approvers)?;
    }
    desk.require(note, "note", "what was found")?;
    not_the_lead(desk)?;
    soon_enough(desk, row, next)?;
    let due = review.marks.due;
    desk.ensure(
        desk.now() <= due || supervises,
        Code::ReviewOverdue,
        due.to_rfc3339(),
        "supervisor, district_leader, city_office",
    )?;
    desk.emit(F::HoldReviewed {
        note: note.to_owned(),
    });
    desk.stop_clock(REVIEW);
    desk.start_clock(REVIEW, next);
    Ok(())
}

/// Timer: nobody looked at the hold in time; a red card, once for each review.
pub(in crate::case::decide) fn miss_review(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let review = review_clock(desk)?;
    let next = "review-hold";
    desk.ensure(!review.missed, Code::AlreadyDone, "miss-review", next)?;
    let due = review.marks.due;
    due_by(desk, desk.now() > due, Some(due))?;
    desk.emit(F::HoldReviewMissed {});
    // Whoever approved the hold owed the look at it; the lead may not even give it.
    let held = desk.case.suspension.as_ref();
    let unit = held.map(|held| held.by.unit.clone());
    supervision::by_ladder(desk, LadderRule::ReviewMissed, unit)
}

/// The review of the hold that stands.
fn review_clock(desk: &Desk<'_>) -> Result<Clock, Refusal> {
    let review = desk.case.owed(REVIEW).filter(|_| desk.case.on_hold);
    review
        .cloned()
        .ok_or_else(|| desk.refuse(Code::WrongStage, Stage::Suspended, "hold"))
}

fn soon_enough(desk: &Desk<'_>, row: &ClassRow, review: Limit) -> Result<(), Refusal> {
    let due = |limit| desk.calendar().due(desk.now(), limit).at;
    let most = row.suspension.review;
    let holds = most.is_some_and(|most| due(review) <= due(most));
    let accepted = most.map_or_else(|| "-".to_owned(), |most| most.to_string());
    desk.ensure(holds, Code::ReviewTooLate, review, accepted)
}
