//! Dispatch (派单): legs for one lead and its co-handlers, with every clock that begins there.

use super::Desk;
use super::intake::handling_limit;
use crate::case::clock::ClockId;
use crate::case::fact::CaseFact as F;
use crate::case::record::Part;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, Origin};
use crate::ids::{CaseId, LegNo, UnitId};
use crate::policy::rows::{Route, WhistleKind};
use crate::registry::UnitKind;
use std::collections::BTreeSet;

pub(super) fn dispatch(
    desk: &mut Desk<'_>,
    lead: &UnitId,
    co_handlers: &[UnitId],
    emergency: bool,
    precedent: Option<CaseId>,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    match row.route {
        Route::Whistle => may_dispatch_whistle(desk, emergency)?,
        Route::Coordination => {
            let decided = desk
                .case
                .coordination
                .as_ref()
                .is_some_and(|meeting| meeting.decided);
            desk.ensure(decided, Code::ApprovalMissing, "", "decide")?;
        }
        _ => {}
    }
    desk.ensure(
        !desk.case.lead_disputed,
        Code::ReturnLimitReached,
        "",
        "designate-lead, convene",
    )?;
    if let Some(cited) = precedent {
        follows_precedent(desk, cited, lead, co_handlers)?;
    }
    units_ok(desk, lead, co_handlers)?;
    let alone = row.route != Route::Unit || co_handlers.is_empty();
    let given: Vec<&str> = co_handlers.iter().map(UnitId::as_str).collect();
    let accepted = "the lead alone, or reclassify undertaken, special";
    desk.ensure(alone, Code::OneUnitOnly, given.join(", "), accepted)?;
    open_legs(desk, lead, co_handlers, emergency, precedent)
}

/// Every unit is of a kind in which somebody may handle a case.
fn can_handle(desk: &Desk<'_>, lead: &UnitId, co_handlers: &[UnitId]) -> Result<(), Refusal> {
    let registry = &desk.ctx.reference.registry;
    for code in std::iter::once(lead).chain(co_handlers) {
        let kind = registry.unit(code).map(|unit| unit.kind);
        let holds = !matches!(
            kind,
            Some(UnitKind::City | UnitKind::District | UnitKind::PartyOrg)
        );
        let accepted = "a department, street, community, company or social organisation";
        desk.ensure(holds, Code::UnitCannotHandle, code, accepted)?;
    }
    Ok(())
}

/// An approved whistle may be dispatched; an emergency is dispatched first and ratified later.
fn may_dispatch_whistle(desk: &Desk<'_>, emergency: bool) -> Result<(), Refusal> {
    if desk.case.origin == Some(Origin::Downward) {
        return Err(desk.refuse(Code::ApprovalMissing, "", "assign"));
    }
    if emergency {
        let rule = desk.policy()?.whistle_row(WhistleKind::Emergency);
        let may = rule.is_some_and(|rule| rule.ratify.is_some());
        return desk.ensure(may, Code::ApprovalMissing, "emergency", "approve-whistle");
    }
    let approved = desk
        .case
        .whistle
        .as_ref()
        .is_some_and(|whistle| whistle.approved_by.is_some());
    desk.ensure(
        approved,
        Code::ApprovalMissing,
        "",
        "blow-whistle, approve-whistle",
    )
}

fn follows_precedent(
    desk: &Desk<'_>,
    cited: CaseId,
    lead: &UnitId,
    co_handlers: &[UnitId],
) -> Result<(), Refusal> {
    let Some(rule) = &desk.ctx.gathered.precedent else {
        return Err(desk.refuse(
            Code::PrecedentMismatch,
            cited,
            "a case that registered a precedent",
        ));
    };
    let units = |lead: &UnitId, co: &[UnitId]| {
        let co: BTreeSet<&str> = co.iter().map(UnitId::as_str).collect();
        let co: Vec<&str> = co.into_iter().collect();
        format!("{lead} + [{}]", co.join(", "))
    };
    let (given, accepted) = (
        units(lead, co_handlers),
        units(&rule.lead, &rule.co_handlers),
    );
    desk.ensure(given == accepted, Code::PrecedentMismatch, given, accepted)?;
    let matter = desk.case.matter.as_ref();
    let same = matter == Some(&rule.matter);
    desk.ensure(
        same,
        Code::PrecedentMismatch,
        matter.map_or("-", |code| code.as_str()),
        &rule.matter,
    )
}

/// A superior unit's task: no whistle, the grid's side undertakes (`DOMAIN.md` 2.4, Downward).
pub(super) fn assign(desk: &mut Desk<'_>, undertaker: &UnitId) -> Result<(), Refusal> {
    let origin = desk.case.origin.map_or("-", Origin::code);
    let downward = desk.case.origin == Some(Origin::Downward);
    desk.ensure(
        downward,
        Code::CommandNotAllowedForClass,
        origin,
        Origin::Downward,
    )?;
    units_ok(desk, undertaker, &[])?;
    can_handle(desk, undertaker, &[])?;
    desk.emit(F::TaskAssigned {
        undertaker: undertaker.clone(),
    });
    legs_and_clocks(desk, undertaker, &[])
}

/// Every unit is active and stands once.
pub(super) fn units_ok(
    desk: &Desk<'_>,
    lead: &UnitId,
    co_handlers: &[UnitId],
) -> Result<(), Refusal> {
    let registry = &desk.ctx.reference.registry;
    for unit in std::iter::once(lead).chain(co_handlers) {
        let active = registry.unit_active(unit, desk.now());
        desk.ensure(
            active,
            Code::UnitInactive,
            unit,
            "a unit that is active now",
        )?;
    }
    let mut seen = BTreeSet::from([lead]);
    let twice = co_handlers.iter().find(|unit| !seen.insert(unit));
    desk.ensure(
        twice.is_none(),
        Code::LeadInCoHandlers,
        twice.unwrap_or(lead),
        "each unit once",
    )
}

/// Emits the dispatch and opens the legs, whoever decided it.
pub(super) fn open_legs(
    desk: &mut Desk<'_>,
    lead: &UnitId,
    co_handlers: &[UnitId],
    emergency: bool,
    precedent: Option<CaseId>,
) -> Result<(), Refusal> {
    units_ok(desk, lead, co_handlers)?;
    can_handle(desk, lead, co_handlers)?;
    desk.emit(F::CaseDispatched {
        lead: lead.clone(),
        co_handlers: co_handlers.to_vec(),
        emergency,
        precedent,
    });
    legs_and_clocks(desk, lead, co_handlers)?;
    let ratify = ClockId::case(ClockKind::Ratify);
    let awaited = desk
        .case
        .whistle
        .as_ref()
        .is_some_and(|whistle| whistle.awaiting_ratification);
    if emergency && awaited && desk.case.owed(ratify).is_none() {
        let rule = desk.policy()?.whistle_row(WhistleKind::Emergency);
        desk.start_clock_if(ratify, rule.and_then(|rule| rule.ratify));
    }
    Ok(())
}

fn legs_and_clocks(
    desk: &mut Desk<'_>,
    lead: &UnitId,
    co_handlers: &[UnitId],
) -> Result<(), Refusal> {
    let row = desk.row()?;
    desk.stop_clock(ClockId::case(ClockKind::Dispatch));
    // Nobody approved and nobody met: those duties fell away.
    for kind in [ClockKind::ApproveWhistle, ClockKind::Convene] {
        desk.cancel_clock(ClockId::case(kind));
    }
    end_replaced(desk, lead);
    // A co-handler of an earlier dispatch goes on; a returned lead has ended already.
    let standing: Vec<UnitId> = desk.case.live_legs().map(|leg| leg.unit.clone()).collect();
    if !standing.contains(lead) {
        open_leg(desk, lead, Part::Lead)?;
    }
    for unit in co_handlers.iter().filter(|unit| !standing.contains(unit)) {
        open_leg(desk, unit, Part::CoHandler)?;
    }
    let handle = ClockId::case(ClockKind::Handle);
    if desk.case.owed(handle).is_none()
        && let Some(limit) = handling_limit(desk, row)
    {
        desk.start_clock(handle, limit);
    }
    let progress = ClockId::case(ClockKind::Progress);
    if desk.case.owed(progress).is_none() {
        desk.start_clock_if(progress, row.limits.progress);
    }
    Ok(())
}

/// There is one lead, and a unit has one part: another lead's leg ends, and so does the leg of a
/// co-handler that leads from now on.
fn end_replaced(desk: &mut Desk<'_>, lead: &UnitId) {
    let replaced: Vec<LegNo> = desk
        .case
        .live_legs()
        .filter(|leg| (leg.part == Part::Lead) != (leg.unit == *lead))
        .map(|leg| leg.no)
        .collect();
    for leg in replaced {
        end_leg(desk, leg);
    }
}

/// A leg that is replaced ends, with every duty of its own.
pub(super) fn end_leg(desk: &mut Desk<'_>, leg: LegNo) {
    desk.cancel_leg_clocks(leg);
    if desk.case.lead().is_some_and(|lead| lead.no == leg) {
        end_lead_duties(desk);
    }
    desk.emit(F::LegEnded { leg });
}

/// What only the lead of now owes or asked for: the next note, a decision on more time. The
/// handling clock runs on: the resident waits whoever leads.
pub(super) fn end_lead_duties(desk: &mut Desk<'_>) {
    for kind in [ClockKind::Progress, ClockKind::ExtensionDecision] {
        desk.cancel_clock(ClockId::case(kind));
    }
}

/// One unit's part, with the clocks that start at dispatch, never at the unit's own click.
pub(super) fn open_leg(desk: &mut Desk<'_>, unit: &UnitId, part: Part) -> Result<(), Refusal> {
    let row = desk.row()?;
    let next = desk.case.legs.iter().map(|leg| leg.no.0).max().unwrap_or(0) + 1;
    let leg = LegNo(next);
    desk.emit(F::LegOpened {
        leg,
        unit: unit.clone(),
        part,
    });
    let whistle = match (&desk.case.whistle, row.route) {
        (Some(whistle), Route::Whistle) => desk.policy()?.whistle_row(whistle.kind),
        _ => None,
    };
    let acknowledge = whistle
        .map(|rule| rule.acknowledge)
        .or(row.limits.acknowledge);
    desk.start_clock_if(ClockId::leg(ClockKind::Acknowledge, leg), acknowledge);
    if let Some(rule) = whistle {
        desk.start_clock(ClockId::leg(ClockKind::Contact, leg), rule.contact);
        desk.start_clock(ClockId::leg(ClockKind::ReportIn, leg), rule.report_in);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
