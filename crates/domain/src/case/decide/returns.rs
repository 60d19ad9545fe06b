//! 退单: a unit asks to return its part, others decide, and a dispute is settled by naming the lead.
//!
//! Every clock runs on while a request waits; a refused return gives no time back. Too many
//! returns make a dispute: from then on nobody dispatches before the lead is settled.

use super::legs::{not_of_the_unit, reason_given};
use super::{Desk, dispatch};
use crate::actor::{Rank, Role};
use crate::case::clock::ClockId;
use crate::case::fact::CaseFact as F;
use crate::case::record::{Part, Precedent};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, LegStage as L, Stage};
use crate::ids::{LegNo, UnitId};
use std::collections::BTreeSet;

const fn decision(leg: LegNo) -> ClockId {
    ClockId::leg(ClockKind::ReturnDecision, leg)
}

pub(super) fn request(
    desk: &mut Desk<'_>,
    no: LegNo,
    reason: &str,
    legal_basis: &str,
) -> Result<(), Refusal> {
    let leg = desk.leg_at(no, &[L::Pending, L::Acknowledged])?;
    let (unit, opened_at) = (leg.unit.clone(), leg.opened_at);
    let rule = &desk.row()?.returns;
    let reasons = &desk.policy()?.reasons.return_leg;
    let accepted: Vec<&str> = reasons.keys().map(String::as_str).collect();
    desk.ensure(
        reasons.contains_key(reason),
        Code::ReasonRequired,
        reason,
        accepted.join(", "),
    )?;
    if let Some(window) = rule.window {
        let until = desk.calendar().due(opened_at, window).at;
        let open = desk.now() <= until;
        let given = until.to_rfc3339();
        desk.ensure(open, Code::ReturnWindowClosed, given, "respond")?;
    }
    let based = !legal_basis.trim().is_empty();
    desk.ensure(based, Code::LegalBasisMissing, "", "legal_basis")?;
    let decided = desk
        .case
        .coordination
        .as_ref()
        .is_some_and(|meeting| meeting.decided);
    let used = desk.case.returns_by_unit.get(&unit).copied().unwrap_or(0);
    let limited = rule.window.is_some();
    desk.ensure(
        !limited || used < rule.per_unit,
        Code::ReturnLimitReached,
        used,
        "respond, propose-coordination",
    )?;
    desk.ensure(
        limited && !decided,
        Code::ReturnNotAllowed,
        unit,
        "an objection in the meeting: convene",
    )?;
    let limit = desk.policy()?.windows.return_decision;
    desk.emit(F::ReturnRequested {
        leg: no,
        reason: reason.to_owned(),
        legal_basis: legal_basis.to_owned(),
    });
    desk.start_clock(decision(no), limit);
    Ok(())
}

/// The roles that decide are policy data and narrow the table of steps.
fn may_decide(desk: &Desk<'_>) -> Result<(), Refusal> {
    let deciders = &desk.row()?.returns.deciders;
    let role = desk.ctx.actor.role;
    let accepted: Vec<&str> = deciders.iter().map(|role| role.code()).collect();
    desk.ensure(
        deciders.contains(&role),
        Code::NotYourStep,
        role,
        accepted.join(", "),
    )
}

/// Whoever asked, and everyone of the unit that asked, leaves the decision to others.
fn not_the_requester(desk: &Desk<'_>, no: LegNo) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor;
    let asked = desk.leg(no)?.return_requested_by.as_ref();
    let other = asked.is_none_or(|by| !by.is_same_person(actor));
    let accepted = "someone of another unit";
    desk.ensure(other, Code::SelfApproval, actor.signature(), accepted)?;
    not_of_the_unit(desk, no)
}

pub(super) fn approve(desk: &mut Desk<'_>, no: LegNo) -> Result<(), Refusal> {
    may_decide(desk)?;
    let was_lead = desk.leg_at(no, &[L::ReturnRequested])?.part == Part::Lead;
    not_the_requester(desk, no)?;
    let row = desk.row()?;
    desk.emit(F::LegReturned { leg: no });
    desk.stop_clock(decision(no));
    desk.cancel_leg_clocks(no);
    if was_lead {
        dispatch::end_lead_duties(desk);
        // Behind a whistle, dispatch waits for its approval.
        if desk.case.stage != Some(Stage::Whistled) {
            desk.start_clock_if(ClockId::case(ClockKind::Dispatch), row.limits.dispatch);
        }
    }
    // Distinct units are never more than returns, so one count covers both rules.
    let returns = desk.case.returns_approved;
    let after = row.returns.adjudicate_after;
    if after > 0 && returns >= after && !desk.case.lead_disputed {
        desk.emit(F::LeadDisputed { returns });
    }
    Ok(())
}

/// Refused for good: the leg stands where it stood, and so do its clocks.
pub(super) fn refuse(desk: &mut Desk<'_>, no: LegNo, reason: &str) -> Result<(), Refusal> {
    may_decide(desk)?;
    desk.leg_at(no, &[L::ReturnRequested])?;
    reason_given(desk, reason)?;
    not_the_requester(desk, no)?;
    refuse_as(desk, no, reason);
    Ok(())
}

/// Settles a request that another decision has overtaken.
pub(super) fn refuse_as(desk: &mut Desk<'_>, no: LegNo, reason: &str) {
    desk.emit(F::ReturnRefused {
        leg: no,
        reason: reason.to_owned(),
    });
    desk.stop_clock(decision(no));
}

/// 强制派单: names the lead of a disputed case and opens its leg at once.
pub(super) fn designate_lead(
    desk: &mut Desk<'_>,
    unit: &UnitId,
    reason: &str,
    precedent: Option<&Precedent>,
) -> Result<(), Refusal> {
    dispatch::units_ok(desk, unit, &[])?;
    reason_given(desk, reason)?;
    if let Some(precedent) = precedent {
        precedent_fits(desk, precedent, unit)?;
    }
    let rank = desk.ctx.actor.role.rank();
    let needed = desk.row()?.returns.adjudicator;
    desk.ensure(
        needed.is_some_and(|needed| rank >= needed),
        Code::InsufficientAuthority,
        rank,
        needed.map_or("convene", |needed| needed.code()),
    )?;
    covers_all(desk, unit, needed)?;
    let accepted = "three returns, or convene";
    desk.ensure(desk.case.lead_disputed, Code::NoDispute, "", accepted)?;
    if let Some(precedent) = precedent {
        minutes_hashed(desk, &precedent.minutes)?;
    }
    desk.emit(F::LeadDesignated {
        unit: unit.clone(),
        reason: reason.to_owned(),
    });
    overrule_requests(desk, &[unit], "designated");
    dispatch::open_legs(desk, unit, &[], false, None)?;
    register(desk, precedent);
    Ok(())
}

/// Whoever settles a dispute stands above every unit in it, and above the one that is named.
fn covers_all(desk: &Desk<'_>, named: &UnitId, needed: Option<Rank>) -> Result<(), Refusal> {
    let (registry, now) = (&desk.ctx.reference.registry, desk.now());
    let legs = desk.case.legs.iter();
    let disputing = legs.filter(|leg| leg.stage == L::Returned || leg.stage.is_live());
    let units: BTreeSet<&UnitId> = disputing.map(|leg| &leg.unit).chain([named]).collect();
    let actor = &desk.ctx.actor;
    // The chief of a dispatch centre decides for whom the centre dispatches: the unit above it.
    let seat = match actor.role {
        Role::DutyChief => registry.parent(&actor.unit, now).unwrap_or(&actor.unit),
        _ => &actor.unit,
    };
    let within = |above: &UnitId| {
        units
            .iter()
            .all(|unit| registry.is_within(unit, above, now))
    };
    let common = registry
        .chain(named, now)
        .skip(1)
        .find(|above| within(above));
    let rank = needed.map_or("-", Rank::code);
    let accepted = common.map_or_else(|| rank.to_owned(), |common| format!("{rank} @ {common}"));
    let given = format!("{} @ {}", actor.role, actor.unit);
    desk.ensure(within(seat), Code::InsufficientAuthority, given, accepted)
}

/// A unit that is named to go on has no request to return any more.
pub(super) fn overrule_requests(desk: &mut Desk<'_>, units: &[&UnitId], reason: &str) {
    let waiting: Vec<LegNo> = desk
        .case
        .live_legs()
        .filter(|leg| leg.stage == L::ReturnRequested && units.contains(&&leg.unit))
        .map(|leg| leg.no)
        .collect();
    for no in waiting {
        refuse_as(desk, no, reason);
    }
}

/// A precedent says what was decided here: this matter, this lead, units that exist.
pub(super) fn precedent_fits(
    desk: &Desk<'_>,
    precedent: &Precedent,
    lead: &UnitId,
) -> Result<(), Refusal> {
    dispatch::units_ok(desk, &precedent.lead, &precedent.co_handlers)?;
    let accepted = "when the rule applies, in words";
    desk.require(&precedent.criteria, "precedent.criteria", accepted)?;
    let matter = desk.case.matter.as_ref();
    desk.ensure(
        matter == Some(&precedent.matter),
        Code::PrecedentMismatch,
        &precedent.matter,
        matter.map_or("-", |matter| matter.as_str()),
    )?;
    let same = precedent.lead == *lead;
    desk.ensure(same, Code::PrecedentMismatch, &precedent.lead, lead)
}

/// Minutes stand in the log by their SHA-256: 64 hexadecimal digits.
pub(super) fn minutes_hashed(desk: &Desk<'_>, minutes: &str) -> Result<(), Refusal> {
    let hashed = minutes.len() == 64 && minutes.bytes().all(|byte| byte.is_ascii_hexdigit());
    let given: String = minutes.chars().take(64).collect();
    let accepted = "64 hexadecimal digits";
    desk.ensure(hashed, Code::MinutesMissing, given, accepted)
}

pub(super) fn register(desk: &mut Desk<'_>, precedent: Option<&Precedent>) {
    if let Some(precedent) = precedent {
        desk.emit(F::PrecedentRegistered {
            precedent: precedent.clone(),
        });
    }
}

#[cfg(test)]
mod tests;
