//! Response, verification, rework, callback, disclosure.

use super::verify::may_verify;
use super::{Desk, own_work};
use crate::case::clock::ClockId;
use crate::case::command::CallbackResult;
use crate::case::fact::{CaseFact as F, Disclosure};
use crate::case::record::{Evidence, Part, ReplyElements};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, LegStage, Origin, Outcome};
use crate::ids::LegNo;
use crate::policy::rows::{ClassRow, EvidenceKind, Route};
use crate::satisfaction::Satisfaction;
use std::collections::BTreeSet;

const HANDLE: ClockId = ClockId::case(ClockKind::Handle);

/// 反馈: by whoever handles it, with one of the class's evidence sets complete.
pub(super) fn respond(
    desk: &mut Desk<'_>,
    outcome: Outcome,
    reply: &str,
    evidence: &[Evidence],
    elements: Option<&ReplyElements>,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    desk.require(reply, "reply", "what the resident is told")?;
    if let Some(bare) = evidence
        .iter()
        .find(|item| item.reference.trim().is_empty())
    {
        let given = format!("evidence.reference ({:?})", bare.kind);
        return Err(desk.refuse(Code::FieldMissing, given, "a SHA-256 or a document number"));
    }
    if let Some(reply) = elements {
        elements_whole(desk, reply)?;
    }
    let met = evidence_met(desk, row, evidence, elements)?;
    co_handlers_done(desk, row)?;
    if row.disclosure.resolution_before_response {
        disclosed(desk, Disclosure::Resolution)?;
    }
    if let Some(lead) = desk.case.lead().map(|lead| (lead.no, lead.stage)) {
        finish_lead(desk, lead)?;
    }
    desk.emit(F::ResponseSubmitted {
        outcome,
        reply: reply.to_owned(),
        evidence: evidence.to_vec(),
        elements: elements.cloned(),
        met: met.into_iter().collect(),
    });
    desk.stop_clock(HANDLE);
    for kind in [ClockKind::Progress, ClockKind::ExtensionDecision] {
        desk.cancel_clock(ClockId::case(kind));
    }
    next_duty(desk, row);
    Ok(())
}

/// After a response: verification where the class asks for it, else the first signature.
fn next_duty(desk: &mut Desk<'_>, row: &ClassRow) {
    if row.verify.required {
        desk.start_clock_if(ClockId::case(ClockKind::Verify), row.limits.verify);
    } else {
        desk.start_clock_if(ClockId::case(ClockKind::SignOff), row.limits.sign_off);
    }
}

fn finish_lead(desk: &mut Desk<'_>, (leg, stage): (LegNo, LegStage)) -> Result<(), Refusal> {
    let waiting = stage == LegStage::ReturnRequested;
    desk.ensure(
        !waiting,
        Code::LegStageWrong,
        stage,
        "acknowledged, working",
    )?;
    if !matches!(stage, LegStage::Done | LegStage::Confirmed) {
        desk.emit(F::LegCompleted {
            leg,
            result: "responded".to_owned(),
        });
    }
    for kind in [ClockKind::Acknowledge, ClockKind::Contact] {
        desk.stop_clock(ClockId::leg(kind, leg));
    }
    Ok(())
}

/// 四要素: when, who was contacted, what is done, by when.
fn elements_whole(desk: &Desk<'_>, reply: &ReplyElements) -> Result<(), Refusal> {
    desk.require(
        &reply.contact,
        "elements.contact",
        "who was contacted, by function",
    )?;
    desk.require(&reply.measure, "elements.measure", "what is done")?;
    let (now, told) = (desk.now(), reply.contacted_at);
    let reported = desk.case.reported_at.unwrap_or(told);
    let instants = [
        (
            "elements.contacted_at",
            told >= reported && told <= now,
            format!("{} .. {}", reported.to_rfc3339(), now.to_rfc3339()),
        ),
        (
            "elements.deadline",
            reply.deadline >= told,
            format!(">= {}", told.to_rfc3339()),
        ),
    ];
    for (field, holds, accepted) in instants {
        desk.ensure(holds, Code::FieldMissing, field, accepted)?;
    }
    Ok(())
}

/// The evidence set that is complete: what stands on the case plus what comes now.
fn evidence_met(
    desk: &Desk<'_>,
    row: &ClassRow,
    evidence: &[Evidence],
    elements: Option<&ReplyElements>,
) -> Result<BTreeSet<EvidenceKind>, Refusal> {
    let case = &desk.case;
    // What others put on record shows how it was; that it was done is shown by the handlers, anew
    // for each response.
    let before = case.evidence.iter().map(|item| item.kind);
    let before =
        before.filter(|kind| matches!(kind, EvidenceKind::BeforePhoto | EvidenceKind::Document));
    let given = evidence.iter().map(|item| item.kind);
    let mut have: BTreeSet<EvidenceKind> = before
        .chain(given)
        .chain(case.fresh.iter().copied())
        .collect();
    if case.contacts > 0 {
        have.insert(EvidenceKind::ContactRecord);
    }
    if case
        .lead()
        .is_some_and(|lead| lead.reported_in_at.is_some() || lead.report_in_waived)
    {
        have.insert(EvidenceKind::ReportInRecord);
    }
    if elements.is_some() {
        have.insert(EvidenceKind::FourElements);
    }
    if case
        .coordination
        .as_ref()
        .is_some_and(|meeting| meeting.minutes.is_some())
    {
        have.insert(EvidenceKind::Minutes);
    }
    if case
        .live_legs()
        .filter(|leg| leg.part == Part::CoHandler)
        .all(|leg| leg.done_at.is_some())
    {
        have.insert(EvidenceKind::CoHandlerResults);
    }
    let own: BTreeSet<EvidenceKind> = desk
        .matter()
        .map(|matter| matter.evidence.clone())
        .unwrap_or_default();
    let mut sets = row.evidence.clone();
    if case.origin == Some(Origin::Downward) {
        // Nobody was whistled for a superior's task, so nobody comes.
        for set in &mut sets {
            set.remove(&EvidenceKind::ReportInRecord);
        }
    }
    let complete = sets
        .iter()
        .find(|set| set.is_subset(&have) && own.is_subset(&have));
    complete.cloned().ok_or_else(|| {
        let words = |set: &BTreeSet<EvidenceKind>| {
            let all: Vec<&str> = set.union(&own).map(|kind| kind.code()).collect();
            all.join(" + ")
        };
        let given: Vec<&str> = have.iter().map(|kind| kind.code()).collect();
        let accepted: Vec<String> = sets.iter().map(words).collect();
        desk.refuse(
            Code::EvidenceMissing,
            given.join(", "),
            accepted.join(" | "),
        )
    })
}

/// Co-handling is compulsory; a coordination decision also wants each part confirmed.
fn co_handlers_done(desk: &Desk<'_>, row: &ClassRow) -> Result<(), Refusal> {
    let confirmed = row.route == Route::Coordination;
    let pending: Vec<String> = desk
        .case
        .live_legs()
        .filter(|leg| leg.part == Part::CoHandler)
        .filter(|leg| match leg.stage {
            LegStage::Confirmed => false,
            LegStage::Done => confirmed,
            _ => true,
        })
        .map(|leg| format!("{} ({})", leg.unit, leg.stage))
        .collect();
    let accepted = if confirmed {
        "complete-leg + confirm-leg, waive-leg"
    } else {
        "complete-leg, waive-leg"
    };
    desk.ensure(
        pending.is_empty(),
        Code::CoHandlersPending,
        pending.join(", "),
        accepted,
    )
}

pub(super) fn disclosed(desk: &Desk<'_>, what: Disclosure) -> Result<(), Refusal> {
    let accepted = match what {
        Disclosure::Resolution => "disclose resolution",
        Disclosure::Implementation => "disclose implementation",
    };
    desk.ensure(
        desk.case.disclosed.contains(&what),
        Code::DisclosureMissing,
        "",
        accepted,
    )
}

/// 返工: voids the stop of the handling clock; time is given back once, a first miss stays counted.
pub(super) fn require_rework(desk: &mut Desk<'_>, reason: &str, note: &str) -> Result<(), Refusal> {
    may_verify(desk)?;
    let row = desk.row()?;
    let reasons = &desk.policy()?.reasons.rework;
    let accepted: Vec<&str> = reasons.keys().map(String::as_str).collect();
    desk.ensure(
        reasons.contains_key(reason),
        Code::ReasonRequired,
        reason,
        accepted.join(", "),
    )?;
    let max = row.rework.max;
    let next = match row.route {
        Route::Direct | Route::Mandate => "reclassify",
        _ => "propose-coordination",
    };
    desk.ensure(
        desk.case.reworks < max,
        Code::ReclassifyInstead,
        desk.case.reworks,
        next,
    )?;
    desk.emit(F::ReworkRequired {
        reason: reason.to_owned(),
        note: note.to_owned(),
    });
    for kind in [ClockKind::Verify, ClockKind::SignOff] {
        desk.cancel_clock(ClockId::case(kind));
    }
    // What a resident disputes in a proxy case is the hand-back: that is made again.
    let again = match row.route {
        Route::Mandate => ClockId::case(ClockKind::HandBack),
        _ => HANDLE,
    };
    restart(desk, again, row.rework.restore_percent, "rework");
    desk.start_clock_if(ClockId::case(ClockKind::Progress), row.limits.progress);
    Ok(())
}

pub(super) fn restart_handling(desk: &mut Desk<'_>, percent: u32, cause: &str) {
    restart(desk, HANDLE, percent, cause);
}

/// `max(remaining, percent of the original budget)`; the floor is given once for reworks.
fn restart(desk: &mut Desk<'_>, id: ClockId, percent: u32, cause: &str) {
    let mut clocks = desk.case.clocks.iter().rev();
    let Some(clock) = clocks.find(|clock| clock.id == id).cloned() else {
        return;
    };
    let remaining = (clock.budget - clock.consumed).max(0);
    let floor = clock.original * i64::from(percent) / 100;
    let once = cause == "rework" && desk.case.restored;
    let given = if once {
        remaining
    } else {
        remaining.max(floor)
    };
    desk.rebase_clock(id, clock.consumed + given, cause);
}

pub(super) fn record_callback(
    desk: &mut Desk<'_>,
    result: CallbackResult,
    note: &str,
    satisfaction: Option<Satisfaction>,
) -> Result<(), Refusal> {
    // Whoever handled it does not ask whether it was handled well.
    let actor = &desk.ctx.actor;
    desk.ensure(
        !own_work::is(desk, actor),
        Code::SelfVerification,
        actor.signature(),
        "dispatcher, duty_chief, or the area's staff without a part in the case",
    )?;
    // Nobody answers for a resident who was not reached.
    let said = satisfaction.filter(|_| result == CallbackResult::Unreachable);
    desk.ensure(
        said.is_none(),
        Code::NotReached,
        said.map_or("", Satisfaction::code),
        "record-callback confirmed, record-callback disputed",
    )?;
    let note = note.to_owned();
    desk.emit(match result {
        CallbackResult::Confirmed => F::ResidentConfirmed { note },
        CallbackResult::Disputed => F::ResidentDisputed { note },
        CallbackResult::Unreachable => F::CallbackUnreachable {},
    });
    if let Some(satisfaction) = satisfaction {
        desk.emit(F::SatisfactionRated { satisfaction });
    }
    Ok(())
}

pub(super) fn disclose(desk: &mut Desk<'_>, what: Disclosure, place: &str) -> Result<(), Refusal> {
    desk.require(place, "place", "where it was made public")?;
    let known = desk.case.disclosed.contains(&what);
    desk.ensure(
        !known,
        Code::AlreadyDone,
        "disclose",
        "the other disclosure",
    )?;
    desk.emit(F::Disclosed {
        what,
        place: place.to_owned(),
    });
    Ok(())
}

#[cfg(test)]
mod tests;
