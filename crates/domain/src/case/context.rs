//! What the world knows, gathered by the engine before a decision and passed in whole.

use super::record::{MergeTarget, Precedent};
use crate::actor::Actor;
use crate::calendar::CalendarBook;
use crate::calendar::published::PublishedCalendars;
use crate::catalogue::Catalogue;
use crate::ids::CaseId;
use crate::policy::book::PolicyBook;
use crate::policy::publishing::PublishedPolicies;
use crate::registry::Registry;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The reference data of a tenant: folds of its own streams, shared by all decisions.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// All published policies.
    pub policies: PolicyBook,
    /// All published calendars.
    pub calendars: CalendarBook,
    /// The matter catalogue.
    pub catalogue: Catalogue,
    /// Units, grids, people, tenures, services.
    pub registry: Registry,
}

impl Reference {
    /// As the tenant's four streams have it.
    #[must_use]
    pub fn of(
        policies: &PublishedPolicies,
        calendars: &PublishedCalendars,
        catalogue: Catalogue,
        registry: Registry,
    ) -> Self {
        Self {
            policies: policies.book().clone(),
            calendars: calendars.book().clone(),
            catalogue,
            registry,
        }
    }
}

/// Facts from other streams that one command asks for; empty for all others.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The target of a merge.
    pub merge_target: Option<MergeTarget>,
    /// The precedent of a cited case.
    pub precedent: Option<Precedent>,
    /// The case that reports the same problem again, if the city has it.
    pub same_as: Option<CaseId>,
}

/// Everything a decision may read besides the state and the command.
#[derive(Clone, Debug)]
pub struct Context {
    /// The case that is spoken of.
    pub case: CaseId,
    /// The instant of the decision.
    pub now: DateTime<Utc>,
    /// Who acts.
    pub actor: Actor,
    /// Reference data.
    pub reference: Arc<Reference>,
    /// Facts from other streams.
    pub gathered: Gathered,
}
