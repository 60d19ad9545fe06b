//! Who owes the duty that a clock measures: role and unit, as far as the events say.
//!
//! Where only the policy's chain could tell (sign-off), the role stays open rather than guessed.

use super::build::{Areas, some_unit};
use super::held::Held;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::case::clock::Clock;
use gridwhistle_domain::case::stage::ClockKind;

/// Who must act next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Obligation {
    /// The capacity.
    pub(crate) role: Option<Role>,
    /// The unit.
    pub(crate) unit: Option<String>,
}

/// Whoever owes the duty of a clock.
pub(crate) fn obligation(held: &Held, areas: &Areas, clock: &Clock) -> Obligation {
    let unit = || clock_unit(held, clock);
    let community = || areas.community.clone();
    let street = || areas.street.clone();
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
        ClockKind::Verify => (Some(Role::CommunityStaff), community()),
        ClockKind::SignOff => (None, community()),
        ClockKind::TakePapers | ClockKind::Submit | ClockKind::HandBack => {
            (Some(handling_role(held)), unit())
        }
        ClockKind::Statutory => (None, unit()),
    };
    Obligation { role, unit }
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
pub(crate) fn clock_unit(held: &Held, clock: &Clock) -> Option<String> {
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
