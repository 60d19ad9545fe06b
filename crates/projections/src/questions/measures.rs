//! A figure opened that is no share of legs or cases: what each of them adds to it.

use super::accounts::{CasesBy, CountedCases, Stratum};
use super::departments::CountedLegs;
use super::indicators::TimesOver;
use super::span::Span;
use super::window::Window;
use super::{Moment, QuestionError, Questions};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::score::backlog::Backlog;
use gridwhistle_domain::score::measure::Measure;
use gridwhistle_domain::score::mix::Strata;
use gridwhistle_domain::score::opinion::Stars;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_store::views::Filter;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A measured figure, as the report tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// So many requests or minutes of so many.
    Share(Share),
    /// Mean, median and ninetieth percentile of working minutes.
    Spread(Spread),
    /// The working minute by which half are done.
    Minutes(i64),
    /// Open ones by age.
    Backlog(Backlog),
    /// Observed over expected; 1 is as the city.
    Ratio(Decimal),
    /// Minutes used over minutes given.
    TimesOver(TimesOver),
    /// What residents gave.
    Stars(StarsGiven),
    /// So many legs or cases.
    Count(u64),
}

/// What residents gave, by level and on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StarsGiven {
    /// Answers by level, one star first.
    pub levels: Stars,
    /// The mean of the stars; none of nobody.
    pub mean: Option<Decimal>,
}

impl From<Stars> for StarsGiven {
    fn from(levels: Stars) -> Self {
        let mean = levels.mean();
        Self {
            levels,
            mean: mean.map(|mean| mean.round_dp(4).normalize()),
        }
    }
}

/// One measured figure of one group, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeasureExplanation {
    /// Which figure.
    pub measure: Measure,
    /// By what legs or cases are grouped: legs by unit or all together.
    pub by: CasesBy,
    /// The unit or area; none: cases without one, or all together.
    pub group: Option<String>,
    /// From when to before when.
    pub window: Window,
    /// The instant at which what is open is looked at.
    pub at: DateTime<Utc>,
    /// The figure; none of nothing.
    pub figure: Option<Measured>,
    /// What it is made of, by the case's number; those of one page.
    pub rows: Vec<MeasuredRow>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What one leg or case adds to a measured figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeasuredRow {
    /// The case's number on the ledger.
    pub ledger_no: i64,
    /// The case.
    pub case_id: String,
    /// The leg, where legs add to it.
    pub leg: Option<i64>,
    /// Whose leg it is, or who leads the case.
    pub unit: Option<String>,
    /// Since when: dispatch of a leg, report of a case.
    pub since: Option<DateTime<Utc>>,
    /// When it was done; or accepted, put on hold, or signed off, where that is counted. None of what is
    /// open.
    pub done: Option<DateTime<Utc>>,
    /// What it adds: refused requests, minutes that the clock stood, working minutes that handling took
    /// or has taken so far, working days since, 1 for on time and 0 for late, minutes used, reworks, stars,
    /// or 1 to a count.
    pub value: i64,
    /// Of what: requests, all minutes, the city's share of the same matter and class, or minutes given.
    /// None where the value stands by itself.
    pub of: Option<Decimal>,
    /// Positions of the events that decide it, in order.
    pub events: Vec<u64>,
}

/// One page of what a figure is made of.
pub(super) type Rows = (Vec<MeasuredRow>, Option<String>);

/// The city's shares by matter and class.
pub(super) type City = Strata<Stratum>;

/// Which figure is measured, whose it is, and by what.
#[derive(Clone, Copy)]
pub(super) struct Measuring<'a> {
    pub(super) measure: Measure,
    pub(super) by: CasesBy,
    pub(super) group: Option<&'a str>,
    /// The window as it is looked at.
    pub(super) span: &'a Span,
    /// The asked instant.
    pub(super) asked: Moment,
    pub(super) reference: &'a Reference,
}

/// What is behind a measured figure.
#[derive(Clone, Debug)]
pub(super) enum Behind {
    /// The legs or cases that add to it.
    Adding(Filter),
    /// The legs that should have been done, beside what the city achieves.
    Legs(CountedLegs, City),
    /// The cases that should have been handled, beside what the city achieves.
    Cases(CountedCases, City),
}

/// A measured figure, counted: what is behind it is read page by page, without counting again.
#[derive(Clone, Debug)]
pub struct CountedMeasure {
    measure: Measure,
    by: CasesBy,
    group: Option<String>,
    span: Span,
    asked: Moment,
    figure: Option<Measured>,
    behind: Behind,
}

impl CountedMeasure {
    fn measuring<'a>(&'a self, reference: &'a Reference) -> Measuring<'a> {
        Measuring {
            measure: self.measure,
            by: self.by,
            group: self.group.as_deref(),
            span: &self.span,
            asked: self.asked,
            reference,
        }
    }
}

impl Questions {
    /// Opens one measured figure of a unit, an area or all together: at most `limit` of the legs or cases
    /// that add to it. A figure of legs goes by unit; with another grouping it is of all units.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn explain_measure(
        &self,
        what: (CasesBy, Option<&str>, Measure),
        window: Window,
        asked: Moment,
        reference: &Reference,
        page: (usize, Option<&str>),
    ) -> Result<MeasureExplanation, QuestionError> {
        let counted = self.count_measure(what, window, asked, reference).await?;
        self.rows_behind(&counted, reference, page).await
    }

    /// Counts one measured figure of a unit, an area or all together.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn count_measure(
        &self,
        (by, group, measure): (CasesBy, Option<&str>, Measure),
        window: Window,
        asked: Moment,
        reference: &Reference,
    ) -> Result<CountedMeasure, QuestionError> {
        let span = self.span(window, asked).await?;
        let (by, group) = if measure.is_of_cases() {
            (by, group)
        } else {
            let unit = group.filter(|_| by == CasesBy::Unit);
            (unit.map_or(CasesBy::City, |_| CasesBy::Unit), unit)
        };
        let of = Measuring {
            measure,
            by,
            group,
            span: &span,
            asked,
            reference,
        };
        let (figure, behind) = if measure.is_of_cases() {
            self.measured_of_cases(of).await?
        } else {
            self.measured_of_legs(of).await?
        };
        Ok(CountedMeasure {
            measure,
            by,
            group: group.map(str::to_owned),
            span,
            asked,
            figure,
            behind,
        })
    }

    /// One page of the legs or cases behind a measured figure that is counted, by the reference data that it
    /// was counted with.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn rows_behind(
        &self,
        figure: &CountedMeasure,
        reference: &Reference,
        page: (usize, Option<&str>),
    ) -> Result<MeasureExplanation, QuestionError> {
        let of = figure.measuring(reference);
        let (rows, next) = match &figure.behind {
            Behind::Legs(share, city) => self.expected_of_legs((share, city), of, page).await?,
            Behind::Cases(share, city) => self.expected_of_cases((share, city), of, page).await?,
            Behind::Adding(adds) if figure.measure.is_of_cases() => {
                self.rows_of_cases(adds, of, page).await?
            }
            Behind::Adding(adds) => self.rows_of_legs(adds, of, page).await?,
        };
        Ok(MeasureExplanation {
            measure: figure.measure,
            by: figure.by,
            group: figure.group.clone(),
            window: figure.span.window,
            at: figure.span.at(),
            figure: figure.figure,
            rows,
            next,
        })
    }
}
