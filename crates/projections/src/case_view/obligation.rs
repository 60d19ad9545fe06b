//! Who owes the duty that a clock measures: role and unit, by the events and by the policy that
//! the case pinned.

use super::background::Background;
use super::build::{Areas, some_unit};
use super::held::Held;
use gridwhistle_domain::actor::{Rank, Role};
use gridwhistle_domain::case::chain;
use gridwhistle_domain::case::clock::Clock;
use gridwhistle_domain::case::stage::ClockKind;
use gridwhistle_domain::policy::rows::Scope;
use std::collections::BTreeSet;

/// Who must act next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Obligation<'c> {
    /// The capacity.
    pub(crate) role: Option<Role>,
    /// The unit.
    pub(crate) unit: Option<&'c str>,
}

/// Whoever owes the duty of a clock.
pub(crate) fn obligation<'c>(
    held: &'c Held,
    areas: Areas<'c>,
    background: &Background,
    clock: &Clock,
) -> Obligation<'c> {
    let unit = || clock_unit(held, clock);
    let street = || areas.street;
    let (role, unit) = match clock.id.kind {
        ClockKind::Accept | ClockKind::Dispatch => (Some(Role::Dispatcher), street()),
        ClockKind::ReturnDecision | ClockKind::ExtensionDecision => {
            (Some(Role::Dispatcher), street())
        }
        ClockKind::ApproveWhistle | ClockKind::Ratify | ClockKind::Convene | ClockKind::Review => {
            (Some(Role::StreetLeader), street())
        }
        ClockKind::Acknowledge | ClockKind::Contact | ClockKind::ReportIn => {
            (Some(Role::DepartmentHandler), unit())
        }
        ClockKind::Handle | ClockKind::Progress => (Some(handling_role(held)), unit()),
        ClockKind::Verify | ClockKind::SignOff => {
            return by_policy(held, areas, background, clock.id.kind);
        }
        ClockKind::TakePapers | ClockKind::Submit | ClockKind::HandBack => {
            (Some(handling_role(held)), unit())
        }
        ClockKind::Statutory => (None, unit()),
    };
    Obligation { role, unit }
}

/// Whoever the policy names for verification, or for the next step of the sign-off chain.
fn by_policy<'c>(
    held: &'c Held,
    areas: Areas<'c>,
    background: &Background,
    kind: ClockKind,
) -> Obligation<'c> {
    let Some(row) = background.class_row(&held.case) else {
        let (role, unit) = (None, areas.community);
        return Obligation { role, unit };
    };
    if kind == ClockKind::Verify {
        return office(held, areas, &row.verify.roles, row.verify.scope);
    }
    match chain::next_step(&held.case, row) {
        Some(step) if step.every_co_handler => Obligation {
            role: Some(Role::DepartmentHandler),
            unit: chain::unsigned(&held.case, step)
                .first()
                .and_then(|unit| some_unit(unit)),
        },
        Some(step) => office(held, areas, &step.roles, step.scope),
        None => Obligation {
            role: None,
            unit: None,
        },
    }
}

/// The first office of a scope that has no part in the case itself, and its role.
fn office<'c>(
    held: &Held,
    areas: Areas<'c>,
    roles: &BTreeSet<Role>,
    scope: Scope,
) -> Obligation<'c> {
    let offices = [
        (Rank::Grid, areas.community, Scope::Grid),
        (Rank::Community, areas.community, Scope::Community),
        (Rank::Street, areas.street, Scope::Street),
    ];
    let has_part = |unit: Option<&str>| {
        let mut live = held.case.live_legs();
        unit.is_some_and(|unit| live.any(|leg| leg.unit.as_str() == unit))
    };
    let fits = |(rank, unit, own): &&(Rank, Option<&str>, Scope)| {
        let in_scope = scope == Scope::Area || scope == *own;
        let may = roles.iter().any(|role| in_area(*role) == Some(*rank));
        in_scope && may && !has_part(*unit)
    };
    match offices.iter().find(fits) {
        Some((rank, unit, _)) => Obligation {
            role: roles
                .iter()
                .find(|role| in_area(**role) == Some(*rank))
                .copied(),
            unit: *unit,
        },
        None => Obligation {
            role: roles.first().copied(),
            unit: None,
        },
    }
}

/// The level of an area that a role works for.
const fn in_area(role: Role) -> Option<Rank> {
    match role {
        Role::GridLeader | Role::GridOfficer | Role::PartyOrgSecretary => Some(Rank::Grid),
        Role::CommunityStaff | Role::CommunitySecretary => Some(Rank::Community),
        Role::StreetStaff | Role::StreetLeader | Role::Dispatcher => Some(Rank::Street),
        _ => None,
    }
}

fn handling_role(held: &Held) -> Role {
    let grid = held
        .case
        .handler
        .as_ref()
        .filter(|_| held.case.lead().is_none());
    grid.map_or(Role::DepartmentHandler, |handler| handler.role)
}

/// The unit that a clock is held against, where the events name one: the leg's, the lead's, the
/// handler's, the window's.
pub(crate) fn clock_unit<'c>(held: &'c Held, clock: &Clock) -> Option<&'c str> {
    let case = &held.case;
    if let Some(leg) = clock.id.leg.and_then(|no| case.leg(no)) {
        return some_unit(&leg.unit);
    }
    match clock.id.kind {
        ClockKind::Handle | ClockKind::Progress => case
            .lead()
            .map(|leg| &leg.unit)
            .or_else(|| case.handler.as_ref().map(|handler| &handler.unit))
            .and_then(some_unit),
        ClockKind::TakePapers | ClockKind::Submit | ClockKind::HandBack => case
            .handler
            .as_ref()
            .and_then(|handler| some_unit(&handler.unit)),
        ClockKind::Statutory => held.window.as_ref().and_then(some_unit),
        _ => None,
    }
}
