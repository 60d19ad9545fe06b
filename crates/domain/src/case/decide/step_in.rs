//! Who may verify or sign: the roles of the rule within its scope; from above only where none of
//! them is left, for the step's own office handles the case, or nobody holds it.

use super::Desk;
use crate::actor::{Actor, Role};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::policy::rows::Scope;
use crate::registry::Place;
use std::collections::BTreeSet;

/// The roles of a rule, where they sit, and who may step in for them.
#[derive(Clone, Copy)]
pub(super) struct Office<'a> {
    /// The roles that act.
    pub(super) roles: &'a BTreeSet<Role>,
    /// Where they sit, relative to the case.
    pub(super) scope: Scope,
    /// The roles that step in.
    pub(super) above: &'a BTreeSet<Role>,
}

impl Office<'_> {
    /// Lets the actor act, or says which roles are asked. `barred` are those who may not act here.
    pub(super) fn admits(
        self,
        desk: &Desk<'_>,
        code: Code,
        barred: impl Fn(&Actor) -> bool,
    ) -> Result<(), Refusal> {
        let actor = &desk.ctx.actor;
        let ordinary = self.roles.contains(&actor.role);
        if ordinary {
            let within = super::gate::scope(desk, self.scope, None);
            if within.is_ok() || !self.above.contains(&actor.role) {
                return within;
            }
        }
        let vacant = !self.is_filled(desk, barred);
        let above = self.above.iter().filter(|_| vacant);
        let accepted = self.roles.iter().chain(above).map(|role| role.code());
        let accepted: Vec<&str> = accepted.collect();
        let steps_in = vacant && self.above.contains(&actor.role);
        desk.ensure(steps_in, code, actor.signature(), accepted.join(", "))?;
        of_the_place(desk)
    }

    /// Whether somebody who is not barred holds one of the roles where the rule looks for them.
    pub(super) fn is_filled(self, desk: &Desk<'_>, barred: impl Fn(&Actor) -> bool) -> bool {
        let registry = &desk.ctx.reference.registry;
        let Some(path) = desk.path() else {
            return false;
        };
        let grids = [&path.grid, &path.level_one].map(|grid| Place::Grid(grid.clone()));
        let community = Place::Unit(path.community.clone());
        let street = Place::Unit(path.street.clone());
        let places: Vec<Place> = match self.scope {
            Scope::Grid => grids.into(),
            Scope::Community => vec![community],
            Scope::Street => vec![street],
            Scope::Area => grids.into_iter().chain([community, street]).collect(),
            // The resident is always there; roles from anywhere have no office of the case.
            Scope::Reporter => return true,
            Scope::Anywhere | Scope::Leg | Scope::Lead => return false,
        };
        places.iter().any(|place| {
            let unit = match place {
                Place::Unit(unit) => unit.as_str(),
                Place::Grid(_) => path.community.as_str(),
            };
            self.roles.iter().any(|role| {
                let mut holders = registry.holders(*role, place, desk.now()).into_iter();
                holders.any(|person| !barred(&Actor::new(person.as_str(), *role, unit)))
            })
        })
    }
}

/// An office of an area steps in within its area: no other street's leader decides here.
fn of_the_place(desk: &Desk<'_>) -> Result<(), Refusal> {
    let scope = match desk.ctx.actor.role {
        Role::StreetStaff | Role::StreetLeader => Scope::Street,
        Role::CommunityStaff | Role::CommunitySecretary => Scope::Community,
        _ => Scope::Anywhere,
    };
    super::gate::scope(desk, scope, None)
}

#[cfg(test)]
mod tests;
