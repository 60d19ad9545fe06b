//! 吹哨: the grid calls units, the street office approves, an emergency is ratified afterwards.
//!
//! Responsible for who may call whom and on what proof of own work. Refuses to judge how often a
//! grid whistles: the rate is a warning ([`crate::case::warning`]), which no rule reads.

use super::Desk;
use crate::actor::Rank;
use crate::case::Whistle;
use crate::case::clock::ClockId;
use crate::case::fact::CaseFact as F;
use crate::case::record::Evidence;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, Origin, Stage};
use crate::ids::UnitId;
use crate::policy::rows::{WhistleKind, WhistleRow};

const APPROVE: ClockId = ClockId::case(ClockKind::ApproveWhistle);
const DISPATCH: ClockId = ClockId::case(ClockKind::Dispatch);
const RATIFY: ClockId = ClockId::case(ClockKind::Ratify);

/// The policy row of a kind of whistle.
fn rule<'a>(desk: &Desk<'a>, kind: WhistleKind) -> Result<&'a WhistleRow, Refusal> {
    let policy = desk.policy()?;
    policy.whistle_row(kind).ok_or_else(|| {
        desk.refuse(
            Code::PolicyMissing,
            format!("whistle.{kind:?}").to_lowercase(),
            "a policy with every kind of whistle",
        )
    })
}

pub(super) fn blow(
    desk: &mut Desk<'_>,
    kind: WhistleKind,
    ground: &str,
    targets: &[UnitId],
    prework: &[Evidence],
    new_facts: &str,
) -> Result<(), Refusal> {
    let downward = desk.case.origin == Some(Origin::Downward);
    desk.ensure(
        !downward,
        Code::CommandNotAllowedForClass,
        Origin::Downward,
        Origin::Upward,
    )?;
    let approve = rule(desk, kind)?.approve;
    targets_active(desk, targets)?;
    prework_shown(desk, prework)?;
    let grounds = &desk.policy()?.reasons.whistle_ground;
    let accepted: Vec<&str> = grounds.keys().map(String::as_str).collect();
    desk.ensure(
        grounds.contains_key(ground),
        Code::GroundUnknown,
        ground,
        accepted.join(", "),
    )?;
    targets_serve(desk, targets)?;
    let last = desk.case.whistle.as_ref();
    let declined = last.is_some_and(|whistle| whistle.declined.is_some());
    desk.ensure(
        !declined || !new_facts.trim().is_empty(),
        Code::NewFactsRequired,
        "",
        "new_facts",
    )?;
    desk.ensure(
        desk.case.owed(RATIFY).is_none(),
        Code::AlreadyDone,
        "dispatch emergency",
        "ratify-whistle",
    )?;
    desk.emit(F::WhistleBlown {
        kind,
        ground: ground.to_owned(),
        targets: targets.to_vec(),
        prework: prework.to_vec(),
        new_facts: new_facts.to_owned(),
    });
    desk.cancel_clock(DISPATCH);
    desk.start_clock(APPROVE, approve);
    Ok(())
}

fn targets_active(desk: &Desk<'_>, targets: &[UnitId]) -> Result<(), Refusal> {
    let registry = &desk.ctx.reference.registry;
    let gone = targets
        .iter()
        .find(|unit| !registry.unit_active(unit, desk.now()));
    if let Some(unit) = gone {
        return Err(desk.refuse(Code::UnitInactive, unit, "a unit that is active now"));
    }
    let named = !targets.is_empty();
    desk.ensure(named, Code::FieldMissing, "targets", "at least one unit")
}

/// The grid's own work comes first, and it is shown.
fn prework_shown(desk: &Desk<'_>, prework: &[Evidence]) -> Result<(), Refusal> {
    super::legs::references_given(desk, prework)?;
    let accepted = "prework: at least one piece of evidence";
    desk.ensure(!prework.is_empty(), Code::PreworkMissing, "", accepted)
}

fn targets_serve(desk: &Desk<'_>, targets: &[UnitId]) -> Result<(), Refusal> {
    let registry = &desk.ctx.reference.registry;
    let (Some(matter), Some(grid)) = (&desk.case.matter, &desk.case.grid) else {
        return Err(desk.refuse(Code::GridUnknown, "-", "assign-location"));
    };
    let stranger = targets
        .iter()
        .find(|unit| !registry.serves(unit, matter, grid, desk.now()));
    let Some(unit) = stranger else {
        return Ok(());
    };
    let serving = registry.units_serving(matter, grid, desk.now());
    let serving: Vec<&str> = serving.into_iter().map(UnitId::as_str).collect();
    let accepted = if serving.is_empty() {
        "a unit registered for this matter".to_owned()
    } else {
        serving.join(", ")
    };
    Err(desk.refuse(Code::TargetDoesNotServe, unit, accepted))
}

/// The whistle that stands; a stage `whistled` has one.
fn standing<'d>(desk: &'d Desk<'_>) -> Result<&'d Whistle, Refusal> {
    let whistle = desk.case.whistle.as_ref();
    whistle.ok_or_else(|| desk.refuse(Code::NoRequest, "", "blow-whistle"))
}

/// The approver has the rank that the kind of whistle asks for.
fn ranks(desk: &Desk<'_>, needed: Rank) -> Result<(), Refusal> {
    let rank = desk.ctx.actor.role.rank();
    desk.ensure(rank >= needed, Code::RankTooLow, rank, needed)
}

/// Whoever called, or dispatched before anybody approved, does not approve.
fn another_person(desk: &Desk<'_>, whistle: &Whistle) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor;
    let mut own = std::iter::once(&whistle.by).chain(&whistle.dispatched_by);
    let other = !own.any(|one| one.is_same_person(actor));
    let accepted = "another person of the street office";
    desk.ensure(other, Code::SelfApproval, actor.signature(), accepted)
}

fn undecided(desk: &Desk<'_>, whistle: &Whistle) -> Result<(), Refusal> {
    let open = whistle.approved_by.is_none();
    desk.ensure(open, Code::AlreadyDone, "approve-whistle", "dispatch")
}

pub(super) fn approve(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let whistle = standing(desk)?;
    ranks(desk, rule(desk, whistle.kind)?.approver)?;
    undecided(desk, whistle)?;
    another_person(desk, whistle)?;
    let dispatch = desk.row()?.limits.dispatch;
    desk.emit(F::WhistleApproved {});
    desk.stop_clock(APPROVE);
    desk.start_clock_if(DISPATCH, dispatch);
    Ok(())
}

/// Back to where the case stood; without a lead it waits for dispatch again, on the clock.
pub(super) fn decline(desk: &mut Desk<'_>, reason: &str) -> Result<(), Refusal> {
    let given = !reason.trim().is_empty();
    desk.ensure(given, Code::ReasonRequired, "", "a reason in words")?;
    undecided(desk, standing(desk)?)?;
    let dispatch = desk.row()?.limits.dispatch;
    desk.emit(F::WhistleDeclined {
        reason: reason.to_owned(),
    });
    desk.stop_clock(APPROVE);
    if desk.case.stage == Some(Stage::Accepted) {
        desk.start_clock_if(DISPATCH, dispatch);
    }
    Ok(())
}

/// Approval after an emergency dispatch, by the rank that approves emergencies.
pub(super) fn ratify(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    ranks(desk, rule(desk, WhistleKind::Emergency)?.approver)?;
    let awaiting = desk
        .case
        .whistle
        .as_ref()
        .filter(|whistle| whistle.awaiting_ratification);
    let Some(whistle) = awaiting else {
        return Err(desk.refuse(Code::NoRequest, "", "dispatch emergency"));
    };
    another_person(desk, whistle)?;
    desk.emit(F::WhistleRatified {});
    desk.stop_clock(RATIFY);
    Ok(())
}

/// Timer: ratification did not come; flagged, the work goes on.
pub(super) fn lapse_ratification(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let Some(due) = desk.case.owed(RATIFY).map(|clock| clock.marks.due) else {
        return Err(desk.refuse(Code::NoRequest, "", "dispatch emergency"));
    };
    let now = desk.now();
    desk.ensure(
        now > due,
        Code::TooEarly,
        now.to_rfc3339(),
        due.to_rfc3339(),
    )?;
    desk.emit(F::RatificationLapsed {});
    desk.stop_clock(RATIFY);
    Ok(())
}

#[cfg(test)]
mod tests;
