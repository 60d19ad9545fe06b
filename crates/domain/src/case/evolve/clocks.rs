//! The clocks: started, moved, stopped, ended; and the pauses that stop them.

use super::super::clock::{Clock, ClockId, ClockState};
use super::super::fact::{CaseEvent, CaseFact as F};
use super::super::stage::{ClockKind, Stage};
use super::super::{Case, ExtensionRequest, SuspensionState};
use chrono::{DateTime, Utc};

fn with_clock(case: &mut Case, id: ClockId, change: impl FnOnce(&mut Clock)) {
    if let Some(clock) = case
        .clocks
        .iter_mut()
        .rev()
        .find(|clock| clock.id == id && clock.is_owed())
    {
        change(clock);
    }
}

fn end_clock(case: &mut Case, id: ClockId, at: DateTime<Utc>, consumed: i64, state: ClockState) {
    with_clock(case, id, |clock| {
        clock.missed |= at > clock.marks.due && clock.is_running();
        clock.consumed = consumed;
        clock.turn(at);
        clock.state = state;
        clock.ended_at = Some(at);
    });
}

pub(super) fn clocks(case: &mut Case, event: &CaseEvent) {
    let at = event.at;
    match &event.fact {
        F::ClockStarted { clock } => case.clocks.push((**clock).clone()),
        F::ClockStopped {
            id,
            consumed,
            done_at,
        } => {
            let at = done_at.unwrap_or(at);
            end_clock(case, *id, at, *consumed, ClockState::Stopped);
        }
        F::ClockCancelled { id, consumed } => {
            end_clock(case, *id, at, *consumed, ClockState::Cancelled);
        }
        F::ClockSuspended { id, consumed } => with_clock(case, *id, |clock| {
            clock.missed |= at > clock.marks.due;
            clock.consumed = *consumed;
            clock.turn(at);
            clock.state = ClockState::Suspended;
        }),
        F::ClockResumed {
            id,
            suspended,
            marks,
            from,
        } => with_clock(case, *id, |clock| {
            clock.suspended += suspended;
            clock.turn(from.unwrap_or(at));
            clock.marks = *marks;
            clock.state = ClockState::Running;
        }),
        F::ClockRebased {
            id,
            marks,
            budget,
            consumed,
            calendar,
            cause,
            renewed,
            ..
        } => {
            rebased(case, *id, at, cause);
            case.restored |= cause == "rework";
            // A rework or reopening takes up the clock that had stopped; the first miss stays.
            if let Some(clock) = case.clocks.iter_mut().rev().find(|clock| clock.id == *id) {
                clock.marks = *marks;
                clock.budget = *budget;
                clock.consumed = *consumed;
                clock.calendar = calendar.clone();
                // Another limit is the measure of all shares and caps from then on.
                if let Some(renewed) = renewed {
                    clock.limit = renewed.limit;
                    clock.original = *budget;
                    clock.suspended = renewed.suspended;
                }
                // A clock that stands goes on standing from where it stood.
                if clock.state != ClockState::Suspended {
                    clock.turn(at);
                }
                if !clock.is_owed() {
                    clock.state = ClockState::Running;
                    clock.ended_at = None;
                }
            }
        }
        _ => pauses(case, event),
    }
}

/// A moved clock may give its reminders again; a miss before the move stays on record.
/// Time that was asked for in time is not missed while its decision is waited for.
fn rebased(case: &mut Case, id: ClockId, at: DateTime<Utc>, cause: &str) {
    case.reminded.retain(|(reminded, _)| *reminded != id);
    let granted = cause == "extension";
    with_clock(case, id, |clock| {
        clock.missed |= !granted && clock.is_running() && at > clock.marks.due
    });
}

fn pauses(case: &mut Case, event: &CaseEvent) {
    let from = case.stage.unwrap_or(Stage::InProgress);
    let suspension = |reason: &String, until| SuspensionState {
        since: event.at,
        reason: reason.clone(),
        until,
        by: event.by.clone(),
        from,
        excluded: false,
    };
    match &event.fact {
        F::ExtensionRequested { limit, .. } => {
            case.extension_request = Some(ExtensionRequest {
                at: event.at,
                by: event.by.clone(),
                limit: *limit,
            });
        }
        F::ExtensionGranted { .. } => {
            case.extensions_granted += 1;
            case.extension_request = None;
        }
        F::ExtensionDenied { .. } => case.extension_request = None,
        F::CaseSuspended {
            reason,
            until,
            proof,
            excluded,
        } => {
            let held = suspension(reason, Some(*until));
            case.suspension = Some(SuspensionState {
                excluded: *excluded,
                ..held
            });
            // Others granted the pause for a reason: nobody is silent any more.
            case.urge_unanswered_since = None;
            case.evidence.extend(proof.iter().cloned());
            case.stage = Some(Stage::Suspended);
        }
        F::CaseHeldLongTerm { reason, proof } => {
            case.suspension = Some(suspension(reason, None));
            case.urge_unanswered_since = None;
            case.evidence.extend(proof.iter().cloned());
            case.on_hold = true;
            case.stage = Some(Stage::Suspended);
        }
        F::CaseResumed { counted, .. } => {
            case.suspended_counted += counted;
            let back = case
                .suspension
                .take()
                .map_or(Stage::InProgress, |held| held.from);
            case.on_hold = false;
            case.stage = Some(back);
        }
        F::HoldReviewMissed {} => with_clock(case, ClockId::case(ClockKind::Review), |clock| {
            clock.missed = true;
        }),
        _ => {}
    }
}
