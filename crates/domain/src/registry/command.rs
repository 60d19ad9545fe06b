//! What may be asked of the registry.
//!
//! `Record…` says how a thing stands from an instant on: it registers what is new, revises what
//! changed, and does nothing when it is recorded already, so a file may be imported twice.

use super::boundary::Boundary;
use super::grid::{GridDetails, GridKind, GridLevel};
use super::person::PersonDetails;
use super::place::{Area, Place};
use super::service::MatterPattern;
use super::unit::{UnitDetails, UnitKind, UnitLevel};
use crate::actor::{Actor, Role};
use crate::ids::{GridId, PersonId, UnitId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One request. Every `to` is the first instant after the period; empty says nothing of an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum RegistryCommand {
    /// A unit stands so from an instant on. Another parent re-parents it.
    RecordUnit {
        /// Its code.
        unit: UnitId,
        /// What it is.
        kind: UnitKind,
        /// For departments: whose.
        level: Option<UnitLevel>,
        /// Name, parent, contact.
        details: UnitDetails,
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        to: Option<DateTime<Utc>>,
    },
    /// A unit is no more.
    CloseUnit {
        /// Its code.
        unit: UnitId,
        /// From when.
        until: DateTime<Utc>,
    },
    /// A grid stands so from an instant on. Another seat re-parents it.
    RecordGrid {
        /// Its code.
        grid: GridId,
        /// Level one or two.
        level: GridLevel,
        /// Basic or dedicated.
        kind: GridKind,
        /// Name, seat, host, boundary.
        details: GridDetails,
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        to: Option<DateTime<Utc>>,
    },
    /// A grid is no more.
    CloseGrid {
        /// Its code.
        grid: GridId,
        /// From when.
        until: DateTime<Utc>,
    },
    /// A person is known so from an instant on.
    RecordPerson {
        /// Their code.
        person: PersonId,
        /// Name and employment.
        details: PersonDetails,
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        to: Option<DateTime<Utc>>,
    },
    /// A person no longer acts in any role.
    DeactivatePerson {
        /// Their code.
        person: PersonId,
        /// From when.
        until: DateTime<Utc>,
    },
    /// A person holds a role at a place.
    BeginTenure {
        /// Their code.
        person: PersonId,
        /// The role.
        role: Role,
        /// The place.
        place: Place,
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        to: Option<DateTime<Utc>>,
    },
    /// A person no longer holds a role at a place.
    EndTenure {
        /// Their code.
        person: PersonId,
        /// The role.
        role: Role,
        /// The place.
        place: Place,
        /// From when.
        until: DateTime<Utc>,
    },
    /// A unit serves an area for matters.
    GrantService {
        /// Who serves.
        unit: UnitId,
        /// For what.
        matter: MatterPattern,
        /// Where.
        area: Area,
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        to: Option<DateTime<Utc>>,
    },
    /// A unit no longer serves an area for matters.
    WithdrawService {
        /// Who served.
        unit: UnitId,
        /// For what.
        matter: MatterPattern,
        /// Where.
        area: Area,
        /// From when.
        until: DateTime<Utc>,
    },
    /// A unit or grid lies so on the map from an instant on.
    DrawBoundary {
        /// Which.
        place: Place,
        /// Where it lies.
        boundary: Boundary,
        /// From when.
        from: DateTime<Utc>,
    },
    /// Many at once, in any order: all of them or none.
    Import(Vec<Self>),
}

/// A command with what it needs to be decided, as `cqrs_es` carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryOrder {
    /// What is asked.
    pub command: RegistryCommand,
    /// The present.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: Actor,
}
