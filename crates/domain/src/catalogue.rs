//! The matter catalogue (网格事项清单; `DOMAIN.md` rows 12 and 45): one stream per tenant.
//!
//! Responsible for which matters a case may be accepted on, and for the version of each that was
//! in force at an instant. Refuses a matter without a recorded owner of its funding and training.
//!
//! Reading order: [`matter`] is the thing, [`fact`] what may happen to it, [`command`] and
//! [`refusal`] what may be asked and why it is refused, [`mod@csv`] the file, [`sample`] a sample.

mod decide;
#[cfg(test)]
mod tests;

pub mod command;
pub mod csv;
pub mod fact;
pub mod matter;
pub mod refusal;
pub mod sample;

pub use command::{CatalogueCommand, CatalogueOrder, active_units};
pub use fact::{CatalogueEvent, CatalogueFact};
pub use matter::{Domain, Matter, MatterOwner};
pub use refusal::CatalogueRefusal;

use crate::ids::MatterCode;
use crate::registry::period::Timeline;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The catalogue of one tenant, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    matters: BTreeMap<MatterCode, Timeline<Matter>>,
    revision: u64,
}

impl Catalogue {
    /// The version of a matter in force at an instant.
    #[must_use]
    pub fn in_force(&self, matter: &MatterCode, at: DateTime<Utc>) -> Option<&Matter> {
        self.matters.get(matter)?.at(at)
    }

    /// All versions of a matter with their periods, oldest first.
    #[must_use]
    pub fn history(&self, matter: &MatterCode) -> Option<&Timeline<Matter>> {
        self.matters.get(matter)
    }

    /// Every matter in force at an instant, in the order of the codes.
    pub fn all_in_force(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Matter> {
        self.matters
            .values()
            .filter_map(move |versions| versions.at(at))
    }

    /// The label of the catalogue as it is now: `catalogue-0` is empty, every event moves it on.
    #[must_use]
    pub fn version_label(&self) -> String {
        format!("catalogue-{}", self.revision)
    }

    /// The label of the version of a matter in force at an instant, e.g. `environment.noise@2`.
    #[must_use]
    pub fn matter_label(&self, matter: &MatterCode, at: DateTime<Utc>) -> Option<String> {
        let versions = self.matters.get(matter)?;
        versions.at(at)?;
        let number = versions.iter().filter(|version| version.from <= at).count();
        Some(format!("{matter}@{number}"))
    }

    /// Folds one event in. Total: retiring an unknown matter changes nothing but the label.
    pub fn evolve(&mut self, event: &CatalogueEvent) {
        self.revision += 1;
        match &event.fact {
            CatalogueFact::MatterAdmitted { from, matter }
            | CatalogueFact::MatterRevised { from, matter } => {
                let versions = self.matters.entry(matter.code.clone()).or_default();
                versions.begin(*from, matter.clone());
            }
            CatalogueFact::MatterRetired { code, until } => {
                if let Some(versions) = self.matters.get_mut(code) {
                    versions.end(*until);
                }
            }
        }
    }
}
