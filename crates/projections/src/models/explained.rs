//! A figure opened, whichever it is.

use crate::questions::{
    CaseExplanation, CountedCases, CountedLegs, CountedMeasure, CountedMutual, CountedScore,
    Explanation, MeasureExplanation, MutualExplanation, QuestionError, Questions, ScoreExplanation,
};
use gridwhistle_domain::case::context::Reference;
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

/// A figure that is counted: what is behind it is listed page by page, and counted once for all pages.
#[derive(Clone, Debug)]
pub enum CountedFigure {
    /// A share of legs.
    Legs(CountedLegs),
    /// A share of cases.
    Cases(CountedCases),
    /// A measured figure.
    Measured(CountedMeasure),
    /// What others say of a unit.
    Mutual(CountedMutual),
    /// A unit's score.
    Score(CountedScore),
}

impl CountedFigure {
    /// One page of what is behind it: so many rows from a cursor on. It is asked of the questions, and with
    /// the reference data, that it was counted with.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn page(
        &self,
        questions: &Questions,
        reference: &Reference,
        page: (usize, Option<&str>),
    ) -> Result<Explained, QuestionError> {
        Ok(match self {
            Self::Legs(figure) => Explained::Legs(questions.legs_behind(figure, page).await?),
            Self::Cases(figure) => Explained::Cases(questions.cases_behind(figure, page).await?),
            Self::Measured(figure) => {
                Explained::Measured(questions.rows_behind(figure, reference, page).await?)
            }
            Self::Mutual(figure) => Explained::Mutual(questions.forms_behind(figure, page).await?),
            Self::Score(figure) => Explained::Score(questions.cards_behind(figure, page).await?),
        })
    }
}
