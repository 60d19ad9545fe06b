//! What the catalogue and the policy say of a matter before there is a case about it: a proposal to
//! whoever reports, which intake may decide otherwise.

use crate::case_view::LedgerRow;
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::Limit;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::catalogue::{Matter, MatterOwner};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{GridId, MatterCode, PolicyVersion, UnitId};
use gridwhistle_domain::policy::rows::Route;
use gridwhistle_domain::text::Text;
use serde::Serialize;

/// What would come of a report of a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Proposal {
    /// The instant that limits are counted from.
    pub as_of: DateTime<Utc>,
    /// The matter.
    pub matter: MatterCode,
    /// Its name.
    pub name: Text,
    /// The policy that was asked.
    pub policy: PolicyVersion,
    /// By when a report of now is accepted.
    pub accept_due: DateTime<Utc>,
    /// The classes it may have.
    pub classes: Vec<ProposedClass>,
    /// Who would handle it: those that serve the grid for it, or without a grid its owner.
    pub units: Vec<UnitId>,
}

/// One class that a case of the matter may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProposedClass {
    /// The class.
    pub class: CaseClass,
    /// What the policy calls it.
    pub label: Text,
    /// Whether it finds its hands by a whistle.
    pub by_whistle: bool,
    /// How long handling may take; none: a meeting or the law sets it.
    pub limit: Option<Limit>,
    /// When that would be over, if it began now.
    pub due: Option<DateTime<Utc>>,
}

/// The same for staff, with the cases that may be about the same thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Proposed {
    /// What would come of it.
    pub proposal: Proposal,
    /// Open cases near that may be the same: of the matter in the community, and what the grid reported
    /// and nobody has accepted yet.
    pub near: Vec<LedgerRow>,
}

impl Proposal {
    /// Of a matter, at an instant; none: no policy is in force.
    #[must_use]
    pub fn of(
        reference: &Reference,
        matter: &Matter,
        grid: Option<&GridId>,
        at: DateTime<Utc>,
    ) -> Option<Self> {
        let policy = reference.policies.in_force(at)?;
        let calendar = reference.calendars.in_force(at);
        let classes = matter.classes.iter().filter_map(|class| {
            let row = policy.row(*class)?;
            let limit = row.handling(matter.limits.get(class).copied(), calendar, at);
            Some(ProposedClass {
                class: *class,
                label: row.label.clone(),
                by_whistle: row.route == Route::Whistle,
                limit,
                due: limit.map(|limit| calendar.due(at, limit).at),
            })
        });
        let units = match (grid, &matter.owner) {
            (Some(grid), _) => {
                let serving = reference.registry.units_serving(&matter.code, grid, at);
                serving.into_iter().cloned().collect()
            }
            (None, MatterOwner::Unit(unit)) => vec![unit.clone()],
            (None, MatterOwner::ByService) => Vec::new(),
        };
        Some(Self {
            as_of: at,
            matter: matter.code.clone(),
            name: matter.name.clone(),
            policy: policy.version.clone(),
            accept_due: calendar.due(at, policy.windows.accept).at,
            classes: classes.collect(),
            units,
        })
    }
}
