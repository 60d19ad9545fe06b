//! 销号: the sign-off chain of the class, one signature a command; the last one closes the case.

use super::respond::disclosed;
use super::step_in::Office;
use super::{Desk, own_work};
use crate::actor::Actor;
use crate::case::chain;
use crate::case::clock::ClockId;
use crate::case::fact::{CaseFact as F, Disclosure};
use crate::case::record::{EvaluationPair, Part};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, LegStage, MandateStage, Outcome};
use crate::ids::UnitId;
use crate::policy::rows::{ClassRow, EvaluationMode, Route, SignOffStep};
use std::collections::BTreeSet;

pub(super) fn sign_off(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let row = desk.row()?;
    ready(desk, row)?;
    let step = next_step(desk, row)?;
    may_sign(desk, step)?;
    sign(desk, row, step, false)
}

/// Timer: a case that was not drawn closes by itself after the policy's time.
pub(super) fn auto_sign_off(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let row = desk.row()?;
    let Some(after) = row.verify.auto_sign_off else {
        return Err(desk.refuse(Code::SampledNeedsCheck, "", "sign-off by a person"));
    };
    desk.ensure(
        !desk.case.sampled,
        Code::SampledNeedsCheck,
        "",
        "sign-off by a person",
    )?;
    let disputed = desk.case.resident_agrees == Some(false);
    desk.ensure(!disputed, Code::ResidentDisputes, "", "require-rework")?;
    if let Some(response) = &desk.case.response {
        let from = desk.calendar().due(response.at, after).at;
        let now = desk.now();
        desk.ensure(
            now >= from,
            Code::TooEarly,
            now.to_rfc3339(),
            from.to_rfc3339(),
        )?;
    }
    let step = next_step(desk, row)?;
    sign(desk, row, step, true)
}

/// What must stand before any signature.
fn ready(desk: &Desk<'_>, row: &ClassRow) -> Result<(), Refusal> {
    let case = &desk.case;
    let verified = case
        .response
        .as_ref()
        .is_some_and(|response| response.verified.is_some());
    let needed = row.verify.required;
    desk.ensure(verified || !needed, Code::NotVerified, "", "verify-pass")?;
    if case.asks_report_in(row) {
        let missing: Vec<&str> = case
            .live_legs()
            .filter(|leg| leg.reported_in_at.is_none() && !leg.report_in_waived)
            .map(|leg| leg.unit.as_str())
            .collect();
        let accepted = "report-in, waive-report-in";
        desk.ensure(
            missing.is_empty(),
            Code::ReportInMissing,
            missing.join(", "),
            accepted,
        )?;
    }
    if row.route == Route::Mandate {
        let state = case.mandate.as_ref();
        let out: Vec<String> = state
            .map(|state| state.papers_out.iter().cloned().collect())
            .unwrap_or_default();
        let back = state.is_some_and(|state| state.stage == MandateStage::HandedBack);
        desk.ensure(
            out.is_empty() && back,
            Code::PapersOutstanding,
            out.join(", "),
            "hand-back",
        )?;
    }
    let called = case.callbacks >= row.callback_attempts || case.resident_agrees.is_some();
    desk.ensure(
        called,
        Code::CallbackMissing,
        case.callbacks,
        row.callback_attempts,
    )?;
    let disputed = case.resident_agrees == Some(false);
    desk.ensure(
        !disputed,
        Code::ResidentDisputes,
        "",
        "require-rework, record-callback confirmed",
    )?;
    if row.disclosure.implementation_before_sign_off {
        disclosed(desk, Disclosure::Implementation)?;
    }
    Ok(())
}

/// The units that must each sign a step of every co-handler.
fn co_units(desk: &Desk<'_>) -> BTreeSet<UnitId> {
    desk.case
        .live_legs()
        .filter(|leg| leg.part == Part::CoHandler)
        .map(|leg| leg.unit.clone())
        .collect()
}

fn is_complete(desk: &Desk<'_>, step: &SignOffStep) -> bool {
    chain::is_complete(&desk.case, step)
}

fn next_step<'a>(desk: &Desk<'a>, row: &'a ClassRow) -> Result<&'a SignOffStep, Refusal> {
    chain::next_step(&desk.case, row)
        .ok_or_else(|| desk.refuse(Code::SignOffOutOfOrder, "sign-off", "closed"))
}

fn may_sign(desk: &Desk<'_>, step: &SignOffStep) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor;
    let roles: Vec<&str> = step
        .roles
        .union(&step.above)
        .map(|role| role.code())
        .collect();
    let accepted = format!("{} ({})", step.step, roles.join(", "));
    if step.every_co_handler {
        let fits = step
            .roles
            .union(&step.above)
            .any(|role| *role == actor.role);
        desk.ensure(fits, Code::SignOffOutOfOrder, actor.signature(), &accepted)?;
        let owed = co_units(desk).contains(&actor.unit);
        desk.ensure(owed, Code::WrongUnit, &actor.unit, &accepted)?;
        let signed = desk
            .case
            .signatures
            .iter()
            .any(|(code, signer)| *code == step.step && signer.unit == actor.unit);
        desk.ensure(!signed, Code::AlreadyDone, actor.signature(), &accepted)?;
        let first = !signed_before(desk, actor);
        return desk.ensure(first, Code::SignedBefore, actor.signature(), &accepted);
    }
    let office = Office {
        roles: &step.roles,
        scope: step.scope,
        above: &step.above,
    };
    office.admits(desk, Code::SignOffOutOfOrder, |one| {
        own_work::is(desk, one) || signed_before(desk, one)
    })?;
    desk.ensure(
        !own_work::is(desk, actor),
        Code::SelfSignOff,
        actor.signature(),
        &accepted,
    )?;
    let first = !signed_before(desk, actor);
    desk.ensure(first, Code::SignedBefore, actor.signature(), accepted)
}

/// One person is one signature, whatever offices they hold.
fn signed_before(desk: &Desk<'_>, actor: &Actor) -> bool {
    let mut signers = desk.case.signatures.iter();
    signers.any(|(_, signer)| signer.is_same_person(actor))
}

fn sign(
    desk: &mut Desk<'_>,
    row: &ClassRow,
    step: &SignOffStep,
    automatic: bool,
) -> Result<(), Refusal> {
    desk.emit(F::SignOffRecorded {
        step: step.step.clone(),
        automatic,
    });
    if !is_complete(desk, step) {
        return Ok(());
    }
    desk.stop_clock(ClockId::case(ClockKind::SignOff));
    if row.sign_off.iter().any(|step| !is_complete(desk, step)) {
        desk.start_clock_if(ClockId::case(ClockKind::SignOff), row.limits.sign_off);
        return Ok(());
    }
    close(desk, row)
}

fn close(desk: &mut Desk<'_>, row: &ClassRow) -> Result<(), Refusal> {
    let outcome = desk
        .case
        .response
        .as_ref()
        .map_or(Outcome::Resolved, |response| response.outcome);
    desk.cancel_all_clocks();
    desk.emit(F::CaseClosed { outcome });
    let pairs = pairs(desk, row.evaluation);
    if !pairs.is_empty() {
        let until = desk
            .calendar()
            .due(desk.now(), desk.policy()?.windows.evaluation)
            .at;
        let mandatory = row.evaluation != EvaluationMode::Optional;
        desk.emit(F::EvaluationOpened {
            pairs,
            until,
            mandatory,
        });
    }
    Ok(())
}

/// Who evaluates whom: the area with its legs, and for `all_pairs` the legs among themselves.
fn pairs(desk: &Desk<'_>, mode: EvaluationMode) -> Vec<EvaluationPair> {
    let Some(path) = desk.path() else {
        return Vec::new();
    };
    let area = if mode == EvaluationMode::Optional {
        path.community
    } else {
        path.street
    };
    let legs: Vec<_> = desk
        .case
        .live_legs()
        .filter(|leg| matches!(leg.stage, LegStage::Done | LegStage::Confirmed))
        .filter(|leg| leg.unit != area)
        .collect();
    let mut pairs: Vec<EvaluationPair> = match mode {
        EvaluationMode::None => return Vec::new(),
        EvaluationMode::Optional => legs
            .iter()
            .filter(|leg| leg.part == Part::Lead)
            .collect::<Vec<_>>(),
        EvaluationMode::Mandatory | EvaluationMode::AllPairs => legs.iter().collect(),
    }
    .into_iter()
    .map(|leg| EvaluationPair {
        left: area.clone(),
        right: leg.unit.clone(),
        leg: leg.no,
    })
    .collect();
    if mode == EvaluationMode::AllPairs {
        for (index, left) in legs.iter().enumerate() {
            pairs.extend(legs.iter().skip(index + 1).map(|right| EvaluationPair {
                left: left.unit.clone(),
                right: right.unit.clone(),
                leg: right.no,
            }));
        }
    }
    pairs
}
