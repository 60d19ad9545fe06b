//! What may be asked of the catalogue.

use super::matter::Matter;
use crate::actor::Actor;
use crate::ids::{MatterCode, UnitId};
use crate::registry::Registry;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum CatalogueCommand {
    /// A matter enters the catalogue (事项准入), also again after it was retired.
    AdmitMatter {
        /// Its first version.
        matter: Matter,
        /// From when it is in force.
        from: DateTime<Utc>,
    },
    /// A matter in the catalogue has a new version.
    ReviseMatter {
        /// The new version.
        matter: Matter,
        /// From when it is in force.
        from: DateTime<Utc>,
    },
    /// A matter leaves the catalogue.
    RetireMatter {
        /// Which.
        code: MatterCode,
        /// The first instant at which it is not in force.
        until: DateTime<Utc>,
    },
    /// A matter stands so from an instant on: admits what is new, revises what changed, does
    /// nothing when it is recorded already. The line of a file.
    RecordMatter {
        /// The version.
        matter: Matter,
        /// From when it is in force.
        from: DateTime<Utc>,
        /// Until when; empty says nothing of an end.
        to: Option<DateTime<Utc>>,
    },
    /// Many at once: all of them or none.
    Import(Vec<Self>),
}

/// A command with what it needs to be decided, as `cqrs_es` carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueOrder {
    /// What is asked.
    pub command: CatalogueCommand,
    /// The present.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: Actor,
    /// The units named by the command that are active, as [`active_units`] gathers them.
    pub active_units: BTreeSet<UnitId>,
}

/// The units that a command names and that are active from the instant from which it shall hold.
/// The engine gathers them before it asks for a decision.
#[must_use]
pub fn active_units(command: &CatalogueCommand, registry: &Registry) -> BTreeSet<UnitId> {
    match command {
        CatalogueCommand::AdmitMatter { matter, from }
        | CatalogueCommand::ReviseMatter { matter, from }
        | CatalogueCommand::RecordMatter { matter, from, .. } => {
            let named = matter.units().into_iter().map(|(_, unit)| unit);
            named
                .filter(|unit| registry.unit_active(unit, *from))
                .cloned()
                .collect()
        }
        CatalogueCommand::RetireMatter { .. } => BTreeSet::new(),
        CatalogueCommand::Import(entries) => entries
            .iter()
            .flat_map(|entry| active_units(entry, registry))
            .collect(),
    }
}
