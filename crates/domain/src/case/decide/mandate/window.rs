//! At the window: submission, materials, the statutory limit and its extension, the decision.

use super::{HAND_BACK, STATUTORY, SUBMIT, by_agent, in_term, inside, listed, stage, stands_at};
use crate::calendar::Limit;
use crate::case::clock::Clock;
use crate::case::decide::Desk;
use crate::case::decide::intake::statutory_limit;
use crate::case::decide::pause::in_words;
use crate::case::decide::rebase::move_due;
use crate::case::fact::CaseFact as F;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::MandateStage;
use crate::ids::UnitId;
use chrono::{DateTime, TimeDelta, Utc};

/// 递交窗口: inside scope and term; the window's statutory clock begins.
pub(in crate::case::decide) fn submit(
    desk: &mut Desk<'_>,
    window: &UnitId,
    receipt: &str,
    item: &str,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    let active = desk.ctx.reference.registry.unit_active(window, desk.now());
    desk.ensure(
        active,
        Code::UnitInactive,
        window,
        "a unit that is active now",
    )?;
    desk.require(receipt, "receipt", "the window's receipt number")?;
    desk.require(item, "item", "an item of the mandate")?;
    if let Some(mandate) = desk.case.mandate.as_ref().and_then(|s| s.mandate.as_ref()) {
        in_term(desk, mandate)?;
        let inside = mandate.scope.iter().any(|listed| listed == item);
        let accepted = mandate.scope.join(", ");
        desk.ensure(inside, Code::ScopeExceeded, item, accepted)?;
    }
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Mandated])?;
    let statutory = statutory_limit(desk, row)?;
    desk.emit(F::SubmittedToWindow {
        window: window.clone(),
        receipt: receipt.to_owned(),
        item: item.to_owned(),
    });
    desk.stop_clock(SUBMIT);
    desk.start_clock_if(STATUTORY, statutory);
    Ok(())
}

/// 补正通知: one notice lists everything; the statutory clock stands.
pub(in crate::case::decide) fn request_materials(
    desk: &mut Desk<'_>,
    materials: &[String],
    notice: &str,
) -> Result<(), Refusal> {
    listed(desk, materials, "materials")?;
    desk.require(notice, "notice", "the number of the written notice")?;
    let open = stage(desk) == MandateStage::AwaitingMaterials;
    let next = "supply-materials";
    desk.ensure(!open, Code::AlreadyDone, "request-materials", next)?;
    let noticed = desk
        .case
        .mandate
        .as_ref()
        .is_some_and(|state| state.noticed);
    let next = "record-decision";
    desk.ensure(!noticed, Code::AlreadyDone, "request-materials", next)?;
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Submitted])?;
    desk.emit(F::MaterialsRequested {
        materials: materials.to_vec(),
        notice: notice.to_owned(),
    });
    desk.suspend_clock(STATUTORY);
    Ok(())
}

/// 补正: only what was asked for; with the last of it the statutory clock runs on.
pub(in crate::case::decide) fn supply_materials(
    desk: &mut Desk<'_>,
    materials: &[String],
) -> Result<(), Refusal> {
    listed(desk, materials, "materials")?;
    let asked = desk.case.mandate.as_ref().map(|state| &state.missing);
    if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
        inside(desk, materials, asked)?;
    }
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::AwaitingMaterials])?;
    desk.emit(F::MaterialsSupplied {
        materials: materials.to_vec(),
    });
    if stage(desk) == MandateStage::Submitted {
        desk.resume_clock(STATUTORY, None);
    }
    Ok(())
}

/// 延长法定时限: the window's own, once, before its limit is over, told with the reason.
pub(in crate::case::decide) fn extend(
    desk: &mut Desk<'_>,
    limit: Limit,
    reason: &str,
    notice: &str,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    in_words(desk, reason)?;
    desk.require(notice, "notice", "the number of the written notice")?;
    let extended = desk
        .case
        .mandate
        .as_ref()
        .is_some_and(|state| state.extended);
    let next = "record-decision";
    desk.ensure(
        !extended,
        Code::AlreadyDone,
        "record-window-extension",
        next,
    )?;
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Submitted])?;
    let Some(clock) = desk.case.owed(STATUTORY).cloned() else {
        return Err(desk.refuse(Code::ExtensionLimit, limit, "-"));
    };
    let (old, calendar) = (clock.marks.due, desk.calendar_of(&clock));
    let after = desk.now() > old;
    desk.ensure(
        !after,
        Code::AfterDue,
        old.to_rfc3339(),
        "before the due time",
    )?;
    // A matter whose own limit is longer than the class's is one that offices handle jointly.
    let due = |limit| calendar.due(clock.started_at, limit).at;
    let joint = row
        .limits
        .statutory
        .is_some_and(|usual| due(clock.limit) > due(usual));
    let most = if joint {
        row.limits.joint_extension
    } else {
        row.limits.statutory_extension
    };
    let within = most.is_some_and(|most| due(limit) <= due(most));
    let accepted = most.map_or_else(|| "-".to_owned(), |most| most.to_string());
    desk.ensure(within, Code::ExtensionLimit, limit, accepted)?;
    desk.emit(F::WindowExtended {
        limit,
        reason: reason.to_owned(),
        notice: notice.to_owned(),
    });
    // 24:00 still belongs to the day that it ends.
    let due = calendar.due(old - TimeDelta::minutes(1), limit);
    let added = calendar.minutes_between(clock.limit.measure(), old, due.at);
    move_due(
        desk,
        &clock,
        clock.budget + added,
        due,
        calendar,
        "extension",
    );
    Ok(())
}

/// When the window decided, if that is told: since its limit runs, and not in the future.
fn decided_then(
    desk: &Desk<'_>,
    decided: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(at) = decided else {
        return Ok(None);
    };
    let (now, given) = (desk.now(), format!("decided_at {}", at.to_rfc3339()));
    desk.ensure(at <= now, Code::InTheFuture, &given, now.to_rfc3339())?;
    let since = desk.case.owed(STATUTORY).map(Clock::running_since);
    let early = since.filter(|since| at < *since);
    let accepted = since.map_or_else(String::new, |since| since.to_rfc3339());
    desk.ensure(early.is_none(), Code::BeforeItsCause, given, accepted)?;
    Ok(Some(at).filter(|at| *at < now))
}

/// The window's decision; a refusal keeps its written reason (退回件). One that is entered late stopped
/// the window's limit when it was made, and the hand-back is owed since then.
pub(in crate::case::decide) fn record_decision(
    desk: &mut Desk<'_>,
    granted: bool,
    reason: &str,
    document: &str,
    decided_at: Option<DateTime<Utc>>,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    desk.require(document, "document", "the result document's number or hash")?;
    desk.ensure(
        granted || !reason.trim().is_empty(),
        Code::ReasonRequired,
        "",
        "the window's written reason",
    )?;
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Submitted])?;
    let earlier = decided_then(desk, decided_at)?;
    desk.emit(F::WindowDecided {
        granted,
        reason: reason.to_owned(),
        document: document.to_owned(),
        decided_at: earlier,
    });
    match earlier {
        Some(decided) => desk.stop_clock_at(STATUTORY, decided),
        None => desk.stop_clock(STATUTORY),
    }
    if let Some(limit) = row.limits.hand_back {
        desk.start_clock_from(HAND_BACK, limit, earlier.unwrap_or(desk.now()));
    }
    Ok(())
}
