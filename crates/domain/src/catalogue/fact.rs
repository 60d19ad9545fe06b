//! What has happened to the catalogue, in the past tense.

use super::matter::Matter;
use crate::actor::Actor;
use crate::ids::MatterCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One event of the catalogue's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogueEvent {
    /// When it was decided; the fact may hold from another instant.
    pub at: DateTime<Utc>,
    /// Who decided it.
    pub by: Actor,
    /// What happened.
    pub fact: CatalogueFact,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum CatalogueFact {
    /// A matter enters the catalogue (事项准入).
    MatterAdmitted {
        /// From when it is in force.
        from: DateTime<Utc>,
        /// Its first version, or the first after it was retired.
        matter: Matter,
    },
    /// A matter has a new version.
    MatterRevised {
        /// From when it is in force.
        from: DateTime<Utc>,
        /// The new version.
        matter: Matter,
    },
    /// A matter leaves the catalogue; open cases keep the version they were accepted on.
    MatterRetired {
        /// Which.
        code: MatterCode,
        /// The first instant at which it is not in force.
        until: DateTime<Utc>,
    },
}

crate::names::names! { CatalogueFact:
    MatterAdmitted
    MatterRevised
    MatterRetired
}

impl cqrs_es::DomainEvent for CatalogueEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}
