//! 核查: whether what was answered was done, by another unit than the handlers; where the policy
//! names several bodies, by each of them.

use super::step_in::Office;
use super::{Desk, own_work};
use crate::actor::{Actor, Role};
use crate::case::clock::ClockId;
use crate::case::fact::CaseFact as F;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, LegStage, Origin};
use crate::ids::{LegNo, UnitId};
use std::collections::BTreeSet;

const VERIFY: ClockId = ClockId::case(ClockKind::Verify);
const SIGN_OFF: ClockId = ClockId::case(ClockKind::SignOff);

/// The verifier is another unit than the handlers, and another person than the responder.
pub(super) fn may_verify(desk: &Desk<'_>) -> Result<(), Refusal> {
    let rule = &desk.row()?.verify;
    let barred = |actor: &Actor| own_work::is(desk, actor) || !superior(desk, actor);
    let roles = outstanding(desk)?;
    let office = |roles| Office {
        roles,
        scope: rule.scope,
        above: &rule.above,
    };
    let admitted = if rule.every_role {
        // From above for one body, though another has people of its own.
        let each: Vec<BTreeSet<Role>> = roles.iter().map(|role| BTreeSet::from([*role])).collect();
        let mut empty = each.iter();
        let vacant = empty.find(|one| !office(one).is_filled(desk, barred));
        let own = roles.contains(&desk.ctx.actor.role);
        let asked = vacant.filter(|_| !own).unwrap_or(&roles);
        office(asked).admits(desk, Code::NotYourStep, barred)
    } else {
        office(&roles).admits(desk, Code::NotYourStep, barred)
    };
    let actor = &desk.ctx.actor;
    let accepted: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    admitted?;
    desk.ensure(
        !own_work::is(desk, actor),
        Code::SelfVerification,
        actor.signature(),
        accepted.join(", "),
    )?;
    let units: Vec<&str> = superiors(desk).map(UnitId::as_str).collect();
    desk.ensure(
        superior(desk, actor),
        Code::WrongUnit,
        &actor.unit,
        units.join(", "),
    )
}

/// The units above the one that leads.
fn superiors<'d>(desk: &'d Desk<'_>) -> impl Iterator<Item = &'d UnitId> {
    let registry = &desk.ctx.reference.registry;
    let lead = desk.case.lead().into_iter();
    lead.flat_map(|lead| registry.chain(&lead.unit, desk.now()).skip(1))
}

/// A superior's task is verified from above the unit that undertakes it (`DOMAIN.md` 2.4, Downward).
fn superior(desk: &Desk<'_>, actor: &Actor) -> bool {
    let downward = desk.case.origin == Some(Origin::Downward);
    !downward || desk.case.lead().is_none() || superiors(desk).any(|unit| *unit == actor.unit)
}

/// The roles whose word is still missing; one of them is enough, unless the policy asks for each.
fn outstanding(desk: &Desk<'_>) -> Result<BTreeSet<Role>, Refusal> {
    let rule = &desk.row()?.verify;
    let waiting = desk.case.response.as_ref().map(|given| &given.pending);
    let waiting = waiting.filter(|pending| !pending.is_empty());
    Ok(waiting.unwrap_or(&rule.roles).clone())
}

/// The bodies that have still to look after this one did.
fn still_pending(desk: &Desk<'_>) -> Result<BTreeSet<Role>, Refusal> {
    if !desk.row()?.verify.every_role {
        return Ok(BTreeSet::new());
    }
    let rule = &desk.row()?.verify;
    let mut pending = outstanding(desk)?;
    if pending.remove(&desk.ctx.actor.role) {
        return Ok(pending);
    }
    // Whoever stepped in from above spoke for a body that has nobody.
    let vacant = pending.iter().copied().find(|role| {
        let office = Office {
            roles: &BTreeSet::from([*role]),
            scope: rule.scope,
            above: &rule.above,
        };
        !office.is_filled(desk, |actor| own_work::is(desk, actor))
    });
    pending.retain(|role| Some(*role) != vacant);
    Ok(pending)
}

/// 核查通过.
pub(super) fn verify_pass(desk: &mut Desk<'_>, note: &str) -> Result<(), Refusal> {
    let row = desk.row()?;
    let verified = desk
        .case
        .response
        .as_ref()
        .is_some_and(|response| response.verified.is_some());
    if !verified {
        may_verify(desk)?;
    }
    desk.ensure(!verified, Code::AlreadyDone, "verify-pass", "sign-off")?;
    let contacted = !row.contact_required || desk.case.contacts > 0;
    desk.ensure(
        contacted,
        Code::ContactMissing,
        "",
        "contact-resident before the response",
    )?;
    let pending = still_pending(desk)?;
    let complete = pending.is_empty();
    desk.emit(F::VerificationPassed {
        note: note.to_owned(),
        pending: pending.into_iter().collect(),
    });
    if !complete {
        return Ok(());
    }
    desk.stop_clock(VERIFY);
    let done: Vec<LegNo> = desk
        .case
        .live_legs()
        .filter(|leg| leg.stage == LegStage::Done)
        .map(|leg| leg.no)
        .collect();
    for leg in done {
        desk.emit(F::LegConfirmed { leg });
    }
    if desk.case.owed(SIGN_OFF).is_none() {
        desk.start_clock_if(SIGN_OFF, row.limits.sign_off);
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests;
