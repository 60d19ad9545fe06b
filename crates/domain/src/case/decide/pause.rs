//! Time asked for and time that stands: extension (延期), suspension (挂起), long-term hold (挂账).
//!
//! The clocks stand because of a fact, never by themselves; whoever handles the case never decides
//! on its own pause. Refuses to count a pause by anything but the clock's own calendar.

pub(super) mod hold;

use super::intake::statutory_limit;
use super::rebase::move_due;
use super::{Desk, own_work};
use crate::actor::Role;
use crate::calendar::{Calendar, Due, Limit, Measure};
use crate::case::clock::{Clock, ClockId};
use crate::case::fact::CaseFact as F;
use crate::case::record::Evidence;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, MandateStage};
use crate::policy::rows::{ClassRow, Extension};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

const HANDLE: ClockId = ClockId::case(ClockKind::Handle);
const DECISION: ClockId = ClockId::case(ClockKind::ExtensionDecision);
const REVIEW: ClockId = ClockId::case(ClockKind::Review);

/// The duties that stand with the case: the work itself, and decisions that nobody may take
/// while it stands.
const STANDING: [ClockKind; 10] = [
    ClockKind::Handle,
    ClockKind::Contact,
    ClockKind::ReportIn,
    ClockKind::Progress,
    ClockKind::ExtensionDecision,
    ClockKind::ReturnDecision,
    ClockKind::Convene,
    ClockKind::Submit,
    ClockKind::Statutory,
    ClockKind::HandBack,
];

/// 申请延期: before the due time, one request at a time.
pub(super) fn request_extension(
    desk: &mut Desk<'_>,
    limit: Limit,
    reason: &str,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    in_words(desk, reason)?;
    let waiting = desk.case.extension_request.is_some();
    let next = "grant-extension, deny-extension";
    desk.ensure(!waiting, Code::AlreadyDone, "request-extension", next)?;
    if let Some(clock) = desk.case.owed(HANDLE) {
        let due = clock.marks.due;
        desk.ensure(
            desk.now() <= due,
            Code::AfterDue,
            due.to_rfc3339(),
            "before the due time",
        )?;
    }
    extended(desk, row, limit)?;
    let decision = desk.policy()?.windows.extension_decision;
    desk.emit(F::ExtensionRequested {
        limit,
        reason: reason.to_owned(),
    });
    desk.start_clock(DECISION, decision);
    Ok(())
}

/// More time for the handling clock, from the due time that stands.
pub(super) fn grant_extension(desk: &mut Desk<'_>, citizen_informed: bool) -> Result<(), Refusal> {
    let row = desk.row()?;
    let limit = decider(desk, row)?;
    let (clock, budget, due) = extended(desk, row, limit)?;
    desk.ensure(
        citizen_informed,
        Code::CitizenNotInformed,
        "",
        "citizen_informed",
    )?;
    desk.emit(F::ExtensionGranted { limit });
    desk.stop_clock(DECISION);
    let calendar = desk.calendar_of(&clock);
    move_due(desk, &clock, budget, due, calendar, "extension");
    Ok(())
}

/// The request is turned down; the clock ran on all the time.
pub(super) fn deny_extension(desk: &mut Desk<'_>, reason: &str) -> Result<(), Refusal> {
    let row = desk.row()?;
    in_words(desk, reason)?;
    decider(desk, row)?;
    desk.emit(F::ExtensionDenied {
        reason: reason.to_owned(),
    });
    desk.stop_clock(DECISION);
    Ok(())
}

/// The rule of the extension that would be next.
fn next_rule<'a>(desk: &Desk<'_>, row: &'a ClassRow) -> Option<&'a Extension> {
    row.extension.get(desk.case.extensions_granted as usize)
}

/// The limit that is asked for, if the actor may decide on it: by role, and not one's own.
fn decider(desk: &Desk<'_>, row: &ClassRow) -> Result<Limit, Refusal> {
    let actor = &desk.ctx.actor;
    if let Some(rule) = next_rule(desk, row) {
        in_role(desk, &rule.approvers)?;
    }
    let Some(request) = &desk.case.extension_request else {
        return Err(desk.refuse(Code::NoRequest, "", "request-extension"));
    };
    let own = request.by.is_same_person(actor)
        || own_work::of_unit(desk, actor, &request.by.unit, request.at);
    desk.ensure(
        !own,
        Code::SelfApproval,
        actor.signature(),
        "an approver of another unit",
    )?;
    Ok(request.limit)
}

/// Budget and due time of the handling clock with a limit added, within every cap.
fn extended(desk: &Desk<'_>, row: &ClassRow, limit: Limit) -> Result<(Clock, i64, Due), Refusal> {
    let granted = desk.case.extensions_granted;
    let (Some(rule), Some(clock)) = (next_rule(desk, row), desk.case.owed(HANDLE)) else {
        let (given, accepted) = (granted + 1, row.extension.len());
        return Err(desk.refuse(Code::ExtensionLimit, given, accepted));
    };
    let calendar = desk.calendar_of(clock);
    let measure = clock.limit.measure();
    let old = clock.marks.due;
    // Days count from the day of the due time; 24:00 still belongs to the day that it ends.
    let from = match limit {
        Limit::WorkingDays(_) | Limit::NaturalDays(_) => old - TimeDelta::minutes(1),
        Limit::CalendarMinutes(_) | Limit::WorkingMinutes(_) => old,
    };
    let due = calendar.due(from, limit);
    let added = calendar.minutes_between(measure, old, due.at);
    let most = clock.original * i64::from(rule.max_percent) / 100;
    desk.ensure(
        added <= most,
        Code::ExtensionLimit,
        format!("{limit} = {added} min"),
        format!("{}% = {most} min", rule.max_percent),
    )?;
    let budget = clock.budget + added;
    if let Some(cap) = row.limits.handle_cap {
        let start = clock.started_at;
        let most = calendar.minutes_between(measure, start, calendar.due(start, cap).at);
        desk.ensure(
            budget <= most,
            Code::ExtensionLimit,
            format!("{budget} min"),
            format!("{cap} = {most} min"),
        )?;
    }
    Ok((clock.clone(), budget, due))
}

/// 挂起: the case stands until an instant, for a reason on the class's list.
pub(super) fn suspend(
    desk: &mut Desk<'_>,
    reason: &str,
    until: DateTime<Utc>,
    proof: &[Evidence],
) -> Result<(), Refusal> {
    let row = desk.row()?;
    approver(desk, row)?;
    let rules = &row.suspension;
    let excluded = rules.excluded.contains(reason);
    let known: BTreeSet<String> = rules.reasons.union(&rules.excluded).cloned().collect();
    on_list(desk, &known, reason)?;
    if !excluded {
        suspension_cap(desk, row, until)?;
    }
    proven(desk, proof)?;
    let now = desk.now();
    desk.ensure(
        until > now,
        Code::UntilInvalid,
        until.to_rfc3339(),
        format!("> {}", now.to_rfc3339()),
    )?;
    desk.emit(F::CaseSuspended {
        reason: reason.to_owned(),
        until,
        proof: proof.to_vec(),
        excluded,
    });
    stand(desk);
    Ok(())
}

/// The measure, calendar and budget that the cap of suspensions is a share of: those of handling, or
/// of the window's statutory limit where somebody acts at a window.
fn capped<'a>(desk: &Desk<'a>, row: &ClassRow) -> Option<(Measure, &'a Calendar, i64)> {
    if let Some(clock) = desk.case.owed(HANDLE) {
        let calendar = desk.calendar_of(clock);
        return Some((clock.limit.measure(), calendar, clock.original));
    }
    let limit = statutory_limit(desk, row).ok()??;
    let (calendar, now) = (desk.calendar(), desk.now());
    let budget = calendar.minutes_between(limit.measure(), now, calendar.due(now, limit).at);
    Some((limit.measure(), calendar, budget))
}

/// All suspensions together, this one included, against the share of the original budget. Time that
/// the law does not count, and holds, stand outside.
fn suspension_cap(desk: &Desk<'_>, row: &ClassRow, until: DateTime<Utc>) -> Result<(), Refusal> {
    let Some((measure, calendar, budget)) = capped(desk, row) else {
        return Ok(());
    };
    let this = calendar.minutes_between(measure, desk.now(), until);
    let total = desk.case.suspended_counted + this.max(0);
    let percent = row.suspension.cap_percent;
    let most = budget * i64::from(percent) / 100;
    desk.ensure(
        total <= most,
        Code::SuspensionCap,
        format!("{total} min"),
        format!("{percent}% = {most} min"),
    )
}

/// Minutes of the suspension that stands which count against the cap.
fn counted(desk: &Desk<'_>) -> Result<i64, Refusal> {
    let held = desk.case.suspension.as_ref().filter(|held| !held.excluded);
    let (Some(held), Some((measure, calendar, _))) = (held, capped(desk, desk.row()?)) else {
        return Ok(0);
    };
    let until = held.until.map(|until| until.min(desk.now()));
    Ok(until.map_or(0, |until| {
        calendar.minutes_between(measure, held.since, until)
    }))
}

/// The case goes on: by the clock from `until`, by a person at any time; a hold only by a person.
pub(super) fn resume(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let automatic = desk.ctx.actor.role == Role::System;
    if automatic {
        let until = desk.case.suspension.as_ref().and_then(|held| held.until);
        let Some(until) = until else {
            let accepted = "a person who may approve a hold, the lead";
            return Err(desk.refuse(Code::NotYourStep, Role::System, accepted));
        };
        due_by(desk, desk.now() >= until, Some(until))?;
    }
    // Standing ends when it was said to end; nobody gains by noticing late.
    let ended = desk.case.suspension.as_ref().and_then(|held| held.until);
    // The window still waits for materials: its limit goes on standing.
    let mandate = desk.case.mandate.as_ref();
    let waits = mandate.is_some_and(|state| state.stage == MandateStage::AwaitingMaterials);
    let counted = counted(desk)?;
    desk.emit(F::CaseResumed { automatic, counted });
    desk.cancel_clock(REVIEW);
    let standing: Vec<ClockId> = desk
        .case
        .owed_clocks()
        .filter(|clock| !clock.is_running() && STANDING.contains(&clock.id.kind))
        .filter(|clock| !(waits && clock.id.kind == ClockKind::Statutory))
        .map(|clock| clock.id)
        .collect();
    for id in standing {
        desk.resume_clock(id, ended);
    }
    Ok(())
}

/// Stands every running clock that stands with the case.
fn stand(desk: &mut Desk<'_>) {
    let running: Vec<ClockId> = desk
        .case
        .owed_clocks()
        .filter(|clock| clock.is_running() && STANDING.contains(&clock.id.kind))
        .map(|clock| clock.id)
        .collect();
    for id in running {
        desk.suspend_clock(id);
    }
}

/// Refuses what the clock asks for before its time.
pub(super) fn due_by(
    desk: &Desk<'_>,
    holds: bool,
    from: Option<DateTime<Utc>>,
) -> Result<(), Refusal> {
    let accepted = from.map_or_else(|| "-".to_owned(), |from| from.to_rfc3339());
    desk.ensure(holds, Code::TooEarly, desk.now().to_rfc3339(), accepted)
}

/// A reason in words.
pub(super) fn in_words(desk: &Desk<'_>, reason: &str) -> Result<(), Refusal> {
    let given = !reason.trim().is_empty();
    desk.ensure(given, Code::ReasonRequired, "", "a reason in words")
}

fn in_role(desk: &Desk<'_>, roles: &BTreeSet<Role>) -> Result<(), Refusal> {
    let role = desk.ctx.actor.role;
    let accepted: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    desk.ensure(
        roles.contains(&role),
        Code::NotYourStep,
        role,
        accepted.join(", "),
    )
}

fn approver(desk: &Desk<'_>, row: &ClassRow) -> Result<(), Refusal> {
    in_role(desk, &row.suspension.approvers)?;
    not_the_lead(desk)
}

/// The unit that owes the work, and whoever handles it, never grant themselves a pause.
fn not_the_lead(desk: &Desk<'_>) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor;
    let lead = desk.case.lead();
    let own = lead.is_some_and(|lead| own_work::of_unit(desk, actor, &lead.unit, lead.opened_at));
    desk.ensure(
        !own && !own_work::handled(desk, actor),
        Code::SelfApproval,
        actor.signature(),
        "an approver of another unit than the lead",
    )
}

fn on_list(desk: &Desk<'_>, list: &BTreeSet<String>, reason: &str) -> Result<(), Refusal> {
    let accepted: Vec<&str> = list.iter().map(String::as_str).collect();
    desk.ensure(
        list.contains(reason),
        Code::ReasonNotAllowed,
        reason,
        accepted.join(", "),
    )
}

fn proven(desk: &Desk<'_>, proof: &[Evidence]) -> Result<(), Refusal> {
    let bare = proof.iter().any(|item| item.reference.trim().is_empty());
    desk.ensure(
        !proof.is_empty() && !bare,
        Code::ProofMissing,
        proof.len(),
        "a SHA-256 or a document number each",
    )
}

#[cfg(test)]
mod tests;
