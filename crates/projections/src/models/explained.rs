//! A figure opened, whichever it is.

use crate::questions::{
    CaseExplanation, Explanation, MeasureExplanation, MutualExplanation, ScoreExplanation,
};
use serde::Serialize;

/// A figure opened.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Explained {
    /// A share of the legs of a unit, or of all.
    Legs(Explanation),
    /// A share of the cases of an area, of a unit, or of the tenant.
    Cases(CaseExplanation),
    /// A measured figure of legs or cases.
    Measured(MeasureExplanation),
    /// What others say of a unit.
    Mutual(MutualExplanation),
    /// A unit's score, part by part, and the cards that took from it.
    Score(ScoreExplanation),
}

impl Explained {
    /// Where the next page begins.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        match self {
            Self::Legs(opened) => opened.next.as_deref(),
            Self::Cases(opened) => opened.next.as_deref(),
            Self::Measured(opened) => opened.next.as_deref(),
            Self::Mutual(opened) => opened.next.as_deref(),
            Self::Score(opened) => opened.next.as_deref(),
        }
    }
}
