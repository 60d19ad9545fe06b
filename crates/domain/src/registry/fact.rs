//! What has happened to the registry, in the past tense.

use super::boundary::Boundary;
use super::grid::{GridDetails, GridKind, GridLevel};
use super::person::{PersonDetails, Tenure};
use super::place::{Area, Place};
use super::service::{MatterPattern, Service};
use super::unit::{UnitDetails, UnitKind, UnitLevel};
use crate::actor::{Actor, Role};
use crate::ids::{GridId, PersonId, UnitId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One event of the registry's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegistryEvent {
    /// When it was decided; the fact may hold from another instant.
    pub at: DateTime<Utc>,
    /// Who decided it.
    pub by: Actor,
    /// What happened.
    pub fact: RegistryFact,
}

/// The facts. `from` and `until` are the instants from which they hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum RegistryFact {
    /// A unit is known from an instant on.
    UnitRegistered {
        /// Its code.
        unit: UnitId,
        /// What it is.
        kind: UnitKind,
        /// For departments: whose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<UnitLevel>,
        /// From when.
        from: DateTime<Utc>,
        /// Name, parent, contact.
        details: UnitDetails,
    },
    /// A unit has another name, parent or contact, or is open again, from an instant on.
    UnitRevised {
        /// Its code.
        unit: UnitId,
        /// From when.
        from: DateTime<Utc>,
        /// Name, parent, contact.
        details: UnitDetails,
    },
    /// A unit is closed from an instant on.
    UnitClosed {
        /// Its code.
        unit: UnitId,
        /// The first instant at which it is no more.
        until: DateTime<Utc>,
    },
    /// A grid is known from an instant on.
    GridRegistered {
        /// Its code.
        grid: GridId,
        /// Level one or two.
        level: GridLevel,
        /// Basic or dedicated.
        kind: GridKind,
        /// From when.
        from: DateTime<Utc>,
        /// Name, seat, host, boundary.
        details: GridDetails,
    },
    /// A grid has another name, seat, host or boundary, or is open again, from an instant on.
    GridRevised {
        /// Its code.
        grid: GridId,
        /// From when.
        from: DateTime<Utc>,
        /// Name, seat, host, boundary.
        details: GridDetails,
    },
    /// A grid is closed from an instant on.
    GridClosed {
        /// Its code.
        grid: GridId,
        /// The first instant at which it is no more.
        until: DateTime<Utc>,
    },
    /// A person is known from an instant on.
    PersonRegistered {
        /// Their code.
        person: PersonId,
        /// From when.
        from: DateTime<Utc>,
        /// Name and employment.
        details: PersonDetails,
    },
    /// A person has another name or employment, or is active again, from an instant on.
    PersonRevised {
        /// Their code.
        person: PersonId,
        /// From when.
        from: DateTime<Utc>,
        /// Name and employment.
        details: PersonDetails,
    },
    /// A person no longer acts, in any role, from an instant on.
    PersonDeactivated {
        /// Their code.
        person: PersonId,
        /// The first instant at which they are not active.
        until: DateTime<Utc>,
    },
    /// A person holds a role at a place.
    TenureBegun {
        /// Their code.
        person: PersonId,
        /// The role, the place and the period.
        tenure: Tenure,
    },
    /// A tenure ends at an instant.
    TenureEnded {
        /// Their code.
        person: PersonId,
        /// The role.
        role: Role,
        /// The place.
        place: Place,
        /// The first instant at which it is no longer held.
        until: DateTime<Utc>,
    },
    /// A unit serves an area for matters.
    ServiceGranted {
        /// Unit, matters, area and period.
        service: Service,
    },
    /// A service ends at an instant.
    ServiceWithdrawn {
        /// Who served.
        unit: UnitId,
        /// For what.
        matter: MatterPattern,
        /// Where.
        area: Area,
        /// The first instant at which it is no longer served.
        until: DateTime<Utc>,
    },
    /// A unit or grid lies so on the map from an instant on.
    BoundaryDrawn {
        /// Which.
        place: Place,
        /// From when.
        from: DateTime<Utc>,
        /// Where it lies.
        boundary: Boundary,
    },
}

crate::names::names! { RegistryFact:
    UnitRegistered
    UnitRevised
    UnitClosed
    GridRegistered
    GridRevised
    GridClosed
    PersonRegistered
    PersonRevised
    PersonDeactivated
    TenureBegun
    TenureEnded
    ServiceGranted
    ServiceWithdrawn
    BoundaryDrawn
}

impl cqrs_es::DomainEvent for RegistryEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}
