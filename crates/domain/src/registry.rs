//! The registry (`DOMAIN.md` rows 1–9, 14, 41, 46; section 6, org tree): one stream per tenant.
//!
//! Responsible for what the city knows of itself: units and their tree, two-level grids, people
//! with roles and tenures, and who serves which grid for which matter. Everything is effective
//! dated: a question names an instant and is answered as things stood then. Moving a unit or a
//! grid adds a period and leaves what was as it was.
//!
//! Refuses to hold a person's phone or identity number, and to rewrite a recorded period.
//!
//! Reading order: [`mod@unit`], [`grid`], [`person`], [`service`] and [`boundary`] are the things, [`period`] their
//! history, [`fact`] what may happen to them, [`query`] the questions, [`command`]
//! and [`refusal`] what may be asked and why it is refused, [`mod@csv`] the files.

mod decide;
mod evolve;
#[cfg(test)]
mod tests;

pub mod boundary;
pub mod command;
pub mod csv;
pub mod fact;
pub mod grid;
pub mod period;
pub mod person;
pub mod place;
pub mod query;
pub mod refusal;
pub mod service;
pub mod unit;

pub use boundary::Boundary;
pub use command::{RegistryCommand, RegistryOrder};
pub(crate) use decide::holds_personal_number;
pub use fact::{RegistryEvent, RegistryFact};
pub use grid::{Grid, GridDetails, GridKind, GridLevel, GridPath, GridSeat};
pub use person::{Employment, Person, PersonDetails, Tenure};
pub use place::{Area, Place};
pub use refusal::RegistryRefusal;
pub use service::{MatterPattern, Service};
pub use unit::{Unit, UnitDetails, UnitKind, UnitLevel};

use crate::ids::{GridId, PersonId, UnitId};
use period::Timeline;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The registry of one tenant, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Registry {
    units: BTreeMap<UnitId, Unit>,
    grids: BTreeMap<GridId, Grid>,
    people: BTreeMap<PersonId, Person>,
    /// Services by area, then by unit, in order of recording.
    services: BTreeMap<Area, BTreeMap<UnitId, Vec<Service>>>,
    /// Where units and grids lie on the map.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    boundaries: BTreeMap<Place, Timeline<Boundary>>,
    /// Index: everyone who ever held a role at a place.
    staff: BTreeMap<Place, BTreeSet<PersonId>>,
    /// Index: everything that ever bore a name, in either language.
    names: BTreeMap<String, BTreeSet<Place>>,
}
