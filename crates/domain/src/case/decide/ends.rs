//! The other ends: reopen, withdraw, archive, void.

use super::mandate::papers_back;
use super::respond::restart_handling;
use super::{Desk, own_work};
use crate::actor::Actor;
use crate::case::clock::ClockId;
use crate::case::command::ReopenGround;
use crate::case::fact::CaseFact as F;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, Stage};
use crate::ids::{CaseId, LegNo};
use crate::policy::rows::Route;

/// The legs end with the case, except parts that are done.
pub(super) fn end_legs(desk: &mut Desk<'_>) {
    let standing: Vec<LegNo> = desk.case.live_legs().map(|leg| leg.no).collect();
    for leg in standing {
        desk.emit(F::LegEnded { leg });
    }
}

/// Back on the ledger within the window, with the remaining time or a floor, never the old instant.
pub(super) fn reopen(
    desk: &mut Desk<'_>,
    ground: ReopenGround,
    note: &str,
    same_as: Option<CaseId>,
) -> Result<(), Refusal> {
    desk.ensure(
        !note.trim().is_empty(),
        Code::ReasonRequired,
        "",
        "the ground in words",
    )?;
    let windows = &desk.policy()?.windows;
    if let Some(closed) = desk.case.closed_at {
        let until = desk.calendar().due(closed, windows.reopen).at;
        let open = desk.now() <= until;
        desk.ensure(
            open,
            Code::ReopenWindowClosed,
            until.to_rfc3339(),
            "report a new case",
        )?;
    }
    let ground = borne_out(desk, ground, same_as)?;
    let percent = windows.reopen_percent;
    let row = desk.row()?;
    desk.emit(F::CaseReopened {
        ground: ground.to_owned(),
        note: note.to_owned(),
        same_as,
    });
    restart_handling(desk, percent, "reopened");
    desk.start_clock_if(ClockId::case(ClockKind::Progress), row.limits.progress);
    if row.route == Route::Mandate {
        desk.start_clock_if(ClockId::case(ClockKind::TakePapers), row.limits.take_papers);
    }
    Ok(())
}

/// The ground stands on record: the resident's dispute, or the report that came again.
fn borne_out(
    desk: &Desk<'_>,
    ground: ReopenGround,
    same_as: Option<CaseId>,
) -> Result<&'static str, Refusal> {
    match ground {
        ReopenGround::DisputeUpheld => {
            let disputed = desk.case.resident_agrees == Some(false);
            let accepted = "record-callback disputed";
            desk.ensure(
                disputed,
                Code::GroundNotOnRecord,
                "dispute_upheld",
                accepted,
            )?;
            Ok("dispute_upheld")
        }
        ReopenGround::SameProblem => {
            let again = same_as.is_some_and(|case| case != desk.ctx.case);
            let accepted = "same_as: the case that reports it again";
            desk.ensure(again, Code::GroundNotOnRecord, "same_problem", accepted)?;
            let known = same_as == desk.ctx.gathered.same_as;
            let given = same_as.map_or_else(String::new, |case| format!("same_as {case}"));
            let accepted = "same_as: a case of this city";
            desk.ensure(known, Code::GroundNotOnRecord, given, accepted)?;
            Ok("same_problem")
        }
    }
}

/// By its reporter, unless they handle it; a matter of safety stays on the ledger.
pub(super) fn withdraw(desk: &mut Desk<'_>, reason: &str) -> Result<(), Refusal> {
    desk.ensure(
        !desk.case.safety,
        Code::SafetyMatter,
        "",
        "sign-off, reject",
    )?;
    desk.ensure(
        !reason.trim().is_empty(),
        Code::ReasonRequired,
        "",
        "a reason in words",
    )?;
    papers_back(desk)?;
    let actor = &desk.ctx.actor;
    desk.ensure(
        !own_work::is(desk, actor),
        Code::SelfApproval,
        actor.signature(),
        "a reporter who does not handle the case",
    )?;
    desk.cancel_all_clocks();
    end_legs(desk);
    desk.emit(F::CaseWithdrawn {
        reason: reason.to_owned(),
    });
    Ok(())
}

/// When all windows are over.
pub(super) fn archive(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let policy = desk.policy()?;
    if let Some(closed) = desk.case.closed_at {
        let calendar = desk.calendar();
        let from = [
            policy.windows.archive,
            policy.windows.reopen,
            policy.windows.evaluation,
        ]
        .into_iter()
        .map(|window| calendar.due(closed, window).at)
        .max()
        .unwrap_or(closed);
        let now = desk.now();
        desk.ensure(
            now >= from,
            Code::TooEarly,
            now.to_rfc3339(),
            from.to_rfc3339(),
        )?;
    }
    desk.emit(F::CaseArchived {});
    Ok(())
}

pub(super) fn propose_void(desk: &mut Desk<'_>, reason: &str) -> Result<(), Refusal> {
    desk.ensure(
        !reason.trim().is_empty(),
        Code::ReasonRequired,
        "",
        "a reason in words",
    )?;
    not_voided(desk)?;
    let open = standing_proposal(desk)?.is_some();
    desk.ensure(!open, Code::AlreadyDone, "propose-void", "confirm-void")?;
    desk.emit(F::VoidProposed {
        reason: reason.to_owned(),
    });
    Ok(())
}

/// Who asked for voiding, unless it was so long ago that nobody remembers why.
fn standing_proposal(desk: &Desk<'_>) -> Result<Option<Actor>, Refusal> {
    let (window, asked) = (desk.policy()?.windows.void, desk.case.void_proposed_at);
    let lapsed = window.zip(asked).is_some_and(|(window, asked)| {
        let until = desk.calendar().due(asked, window).at;
        desk.now() > until
    });
    Ok(desk.case.void_proposed_by.clone().filter(|_| !lapsed))
}

/// Two persons, never one twice.
pub(super) fn confirm_void(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    not_voided(desk)?;
    let Some(first) = standing_proposal(desk)? else {
        return Err(desk.refuse(Code::NoRequest, "", "propose-void"));
    };
    let second = !first.is_same_person(&desk.ctx.actor);
    desk.ensure(
        second,
        Code::SecondPersonNeeded,
        first.person,
        "another person",
    )?;
    let actor = &desk.ctx.actor;
    let accepted = "someone of a unit without a part in the case";
    let other = !own_work::is(desk, actor);
    desk.ensure(other, Code::SelfApproval, actor.signature(), accepted)?;
    papers_back(desk)?;
    desk.cancel_all_clocks();
    end_legs(desk);
    desk.emit(F::CaseVoided {
        reason: "two-person void".to_owned(),
    });
    Ok(())
}

fn not_voided(desk: &Desk<'_>) -> Result<(), Refusal> {
    let voided = desk.case.stage == Some(Stage::Voided);
    desk.ensure(!voided, Code::CaseEnded, Stage::Voided, "report")
}

#[cfg(test)]
mod tests;
