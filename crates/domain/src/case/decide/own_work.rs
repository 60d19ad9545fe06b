//! Nobody judges their own work: who counts as having a hand in a case (`DOMAIN.md` 2.4 invariants).
//!
//! Responsible for one question, asked by every rule on approval, verification and sign-off.
//! Looks through a declared unit and a stand-in to the person: what somebody did elsewhere, or for
//! somebody else, stays theirs.

use super::Desk;
use crate::actor::Actor;
use crate::case::Leg;
use crate::case::stage::LegStage;
use crate::ids::UnitId;
use crate::policy::rows::Route;
use crate::registry::Place;
use chrono::{DateTime, Utc};

/// Whether the actor speaks for a unit, or they or whoever they stand in for held any office there
/// since an instant. A tenure at a grid counts for the grid's community.
pub(super) fn of_unit(desk: &Desk<'_>, actor: &Actor, unit: &UnitId, since: DateTime<Utc>) -> bool {
    let (registry, now) = (&desk.ctx.reference.registry, desk.now());
    let people = actor.persons().filter_map(|person| registry.person(person));
    let mut tenures = people.flat_map(|person| &person.tenures);
    actor.unit == *unit
        || tenures.any(|tenure| {
            let held = tenure.from <= now && tenure.to.is_none_or(|to| to > since);
            let there = match &tenure.place {
                Place::Unit(held) => held == unit,
                Place::Grid(grid) => registry.community_of(grid, now) == Some(unit),
            };
            held && there
        })
}

/// Whether the actor handled the case: the grid's handler, a responder, an agent, one who did a
/// co-handler's part.
pub(super) fn handled(desk: &Desk<'_>, actor: &Actor) -> bool {
    let case = &desk.case;
    let mut handlers = case.handlers.iter().chain(&case.handler);
    handlers.any(|handler| handler.is_same_person(actor))
}

/// A leg that was worked on: not one that was returned or waived before anything was done.
fn worked(leg: &Leg) -> bool {
    leg.stage.is_live() || leg.stage == LegStage::Ended
}

/// Whether the actor handled the case, or belongs to a unit that has or had a part in it.
pub(super) fn is(desk: &Desk<'_>, actor: &Actor) -> bool {
    let route = desk.row().map(|row| row.route).ok();
    let of_legs = !matches!(route, Some(Route::Direct | Route::Mandate));
    let mut legs = desk.case.legs.iter().filter(|leg| worked(leg));
    handled(desk, actor)
        || (of_legs && legs.any(|leg| of_unit(desk, actor, &leg.unit, leg.opened_at)))
}

#[cfg(test)]
mod tests;
