//! One case whole.

use crate::questions::CaseFile;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::chain::{Signing, signings};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::{CardState, Case};
use serde::Serialize;

/// A case: its row of the ledger, legs, clocks, cards, and the chain of its sign-off.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseSheet {
    /// The instant that is told of.
    pub as_of: DateTime<Utc>,
    /// The rows of the views.
    #[serde(flatten)]
    pub file: CaseFile,
    /// Its cards, in order.
    pub cards: Vec<CardState>,
    /// Who signs it off, step by step, by the policy that it pinned.
    pub sign_off: Vec<Signing>,
}

impl CaseSheet {
    /// Of the rows and the state of one instant.
    #[must_use]
    pub fn of(file: CaseFile, case: &Case, reference: &Reference, as_of: DateTime<Utc>) -> Self {
        let pinned = case.policy.as_ref();
        let policy = pinned.and_then(|pinned| reference.policies.get(pinned));
        let row = policy.and_then(|policy| policy.row(case.class?));
        Self {
            as_of,
            file,
            cards: case.cards.clone(),
            sign_off: row.map(|row| signings(case, row)).unwrap_or_default(),
        }
    }
}
