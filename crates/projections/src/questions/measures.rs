//! A figure opened that is no share of legs or cases: what each of them adds to it.

use super::accounts::CasesBy;
use super::indicators::TimesOver;
use super::window::Window;
use super::{Moment, QuestionError, Questions};
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::score::backlog::Backlog;
use gridwhistle_domain::score::measure::Measure;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_domain::score::spread::Spread;
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
    /// So many legs or cases.
    Count(u64),
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
    /// When it was done, or accepted where that is counted; none of what is open.
    pub done: Option<DateTime<Utc>>,
    /// What it adds: refused requests, minutes that the clock stood, working minutes that handling took
    /// or has taken so far, working days since, 1 for on time and 0 for late, minutes used, or 1 to a count.
    pub value: i64,
    /// Of what: requests, all minutes, the city's share of the same matter and class, or minutes given.
    /// None where the value stands by itself.
    pub of: Option<Decimal>,
    /// Positions of the events that decide it, in order.
    pub events: Vec<u64>,
}

/// One page of what a figure is made of.
pub(super) type Rows = (Vec<MeasuredRow>, Option<String>);

impl Questions {
    /// Opens one measured figure of a unit, an area or all together: at most `limit` of the legs or cases
    /// that add to it. A figure of legs goes by unit; with another grouping it is of all units.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn explain_measure(
        &self,
        (by, group, measure): (CasesBy, Option<&str>, Measure),
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
        page: (usize, Option<&str>),
    ) -> Result<MeasureExplanation, QuestionError> {
        let (by, group, figure, (rows, next)) = if measure.is_of_cases() {
            let whose = (by, group, measure);
            let figure = self.measured_of_cases(whose, window, asked, calendars);
            let rows = self.rows_of_cases(whose, window, asked, calendars, page);
            (by, group, figure.await?, rows.await?)
        } else {
            let unit = group.filter(|_| by == CasesBy::Unit);
            let whose = (unit, measure);
            let figure = self.measured_of_legs(whose, window, asked, calendars);
            let rows = self.rows_of_legs(whose, window, asked, calendars, page);
            let by = unit.map_or(CasesBy::City, |_| CasesBy::Unit);
            (by, unit, figure.await?, rows.await?)
        };
        Ok(MeasureExplanation {
            measure,
            by,
            group: group.map(str::to_owned),
            window,
            at: window.looked_at(asked).instant(),
            figure,
            rows,
            next,
        })
    }
}
