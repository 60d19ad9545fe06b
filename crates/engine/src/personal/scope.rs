//! Whether a case lies where somebody serves, so that they may see its people in clear.
//!
//! The case is measured where it arose: in the tree as it stood when it was accepted, or else
//! reported. Whoever serves is measured now.

use super::may_read;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::registry::{GridPath, Place, Registry};

/// Whether the actor sees the people of the case in clear: the role may, it is held in office, and
/// the case is in scope. Anything else is a no.
pub(super) fn sees(actor: &Actor, case: &Case, registry: &Registry, now: DateTime<Utc>) -> bool {
    may_read(actor.role)
        && registry.holds(&actor.person, actor.role, &actor.unit, now)
        && (has_in_hands(actor, case) || is_in_area(actor, case, registry, now))
}

/// The actor handles it, is the agent of its mandate, or belongs to a unit that has or had a leg.
fn has_in_hands(actor: &Actor, case: &Case) -> bool {
    let agent = case.mandate.as_ref().map(|mandate| &mandate.agent);
    let handler = case.handler.as_ref().map(|handler| &handler.person);
    // A grid's people serve their grid, not all of the community that it belongs to.
    let for_unit = !matches!(actor.role, Role::GridOfficer | Role::GridLeader);
    agent == Some(&actor.person)
        || handler == Some(&actor.person)
        || for_unit && case.legs.iter().any(|leg| leg.unit == actor.unit)
}

fn is_in_area(actor: &Actor, case: &Case, registry: &Registry, now: DateTime<Utc>) -> bool {
    let then = case.placed_at().unwrap_or(now);
    let grid = case.grid.as_ref();
    let path = grid.and_then(|grid| registry.grid_path(grid, then));
    let Some(path) = path else {
        // A case without a place waits in the manual queue of the dispatch centre.
        return matches!(actor.role, Role::Dispatcher | Role::DutyChief);
    };
    match actor.role {
        Role::GridOfficer | Role::GridLeader => {
            let own = registry.grids_of(&actor.person, now);
            own.contains(&&path.grid) || own.contains(&&path.level_one)
        }
        Role::CommunityStaff | Role::CommunitySecretary => actor.unit == path.community,
        Role::StreetStaff => actor.unit == path.street,
        Role::Dispatcher | Role::DutyChief => in_district(actor, &path, registry, now),
        _ => false,
    }
}

/// A dispatch centre serves its district; one that belongs to no district serves the whole tenant.
fn in_district(actor: &Actor, path: &GridPath, registry: &Registry, now: DateTime<Utc>) -> bool {
    let own = registry.district_of(&Place::Unit(actor.unit.clone()), now);
    own.is_none_or(|district| *district == path.district)
}
