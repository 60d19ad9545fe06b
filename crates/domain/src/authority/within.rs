//! A reach made concrete: which part of the tenant somebody sees now.

use super::Reach;
use crate::actor::Actor;
use crate::ids::{GridId, UnitId};
use crate::registry::{Place, Registry, UnitKind};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// A part of a tenant, by which lists are narrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// Nothing at all.
    Nothing,
    /// These grids: those that somebody serves, and the leaves of level-1 grids among them.
    Grids(BTreeSet<GridId>),
    /// A community.
    Community(UnitId),
    /// A street.
    Street(UnitId),
    /// The streets of a district, and what has no place yet.
    District {
        /// The district.
        district: UnitId,
        /// Its streets now.
        streets: BTreeSet<UnitId>,
    },
    /// What a unit has, or had, a part in.
    Unit(UnitId),
    /// All of it.
    Tenant,
}

impl Within {
    /// What an actor sees now. What they reported themselves is no list: `Own` is nothing here.
    #[must_use]
    pub fn of(reach: Reach, actor: &Actor, registry: &Registry, now: DateTime<Utc>) -> Self {
        match reach {
            Reach::Nothing | Reach::Own => Self::Nothing,
            Reach::Grid => Self::Grids(grids(actor, registry, now)),
            Reach::Community => Self::Community(actor.unit.clone()),
            Reach::Street => Self::Street(actor.unit.clone()),
            Reach::Unit => Self::Unit(actor.unit.clone()),
            Reach::District => district(actor, registry, now),
            Reach::Tenant => Self::Tenant,
        }
    }
}

fn grids(actor: &Actor, registry: &Registry, now: DateTime<Utc>) -> BTreeSet<GridId> {
    let own: BTreeSet<&GridId> = registry.grids_of(&actor.person, now).into_iter().collect();
    let below = registry.grids().map(|grid| &grid.id).filter(|grid| {
        let above = registry.level_one(grid, now);
        above.is_some_and(|above| own.contains(above))
    });
    below.chain(own.iter().copied()).cloned().collect()
}

/// A dispatch centre serves its district; one that belongs to no district serves the whole tenant.
fn district(actor: &Actor, registry: &Registry, now: DateTime<Utc>) -> Within {
    let own = registry.district_of(&Place::Unit(actor.unit.clone()), now);
    let Some(district) = own.cloned() else {
        return Within::Tenant;
    };
    let streets = registry.units().filter(|unit| {
        unit.kind == UnitKind::Street
            && registry.district_of(&Place::Unit(unit.id.clone()), now) == Some(&district)
    });
    let streets = streets.map(|unit| unit.id.clone()).collect();
    Within::District { district, streets }
}
