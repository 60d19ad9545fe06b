//! What is asked of the case view: the ledger, the four overdue lists, counts, one case, timers.
//!
//! Every answer is a function of the rows and the asked instant, which the caller brings: with
//! [`Moment::now`] the current rows, with [`Moment::then`] the rows as they stood. The answers'
//! structs are the stable shapes of `--json`. No question changes anything.

mod accounts;
mod appraisals;
mod areas;
mod board;
mod counts;
mod departments;
mod evaluations;
mod file;
mod filter;
mod find;
mod indicators;
mod ledger;
mod light;
mod map;
mod measures;
mod ranking;
mod satisfaction;
mod sorted;
mod span;
mod timers;
mod watch;
mod window;
mod within;

pub use accounts::{CaseExplanation, CasesBy, CountedCases, ExplainedCase, LeftOut};
pub use appraisals::{Appraisals, Appraised};
pub use areas::{Area, AreaLevel, Areas};
pub use board::{Board, BoardList, BoardPart, Happening};
pub use counts::{Count, Counts, CountsBy, Excluded};
pub use departments::{
    CountedLegs, Department, Departments, ExplainedLeg, Explanation, Peers, Portrait, Trend,
    TrendMonth,
};
pub use evaluations::{
    CountedMutual, EvaluationFilter, EvaluationLine, EvaluationPage, EvaluationSort,
    EvaluationState, Evaluations, ListedSide, Matrix, MatrixCell, MutualExplanation, MutualForm,
    UnitOpinion, Way,
};
pub use file::CaseFile;
pub use filter::{Figure, LedgerFilter};
pub use find::CaseName;
pub use indicators::{Indicated, Indicators, IndicatorsOf, TimesOver};
pub use ledger::{LedgerPage, LedgerSort};
pub use light::Light;
pub use map::{CityMap, MapArea, MapAsk, MapFigure, MapPoint};
pub use measures::{CountedMeasure, MeasureExplanation, Measured, MeasuredRow, StarsGiven};
pub use ranking::{CountedScore, ExplainedCard, Ranking, RunPage, ScoreExplanation};
pub use satisfaction::{Callback, CallbackPage, SatisfactionOf, Satisfactions};
pub use sorted::{ByFigure, RowSort};
pub use timers::{TimerCandidate, TimerKind, TimerRules};
pub use watch::{WatchList, WatchPage, WatchRow, WatchSort};
pub use window::Window;

use crate::case_view::CASES;
use crate::row::Misfit;
use chrono::{DateTime, Utc};
use gridwhistle_store::views::{
    Cursor, Direction, Filter, Page, Query, Select, Value, ViewError, ViewStore,
};
use gridwhistle_store::{EventLog, StoreError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a question got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuestionError {
    /// Handling: of the [`ViewError`]; cursors and limits are the asker's (HTTP 400).
    #[error(transparent)]
    Views(#[from] ViewError),
    /// Handling: rebuild the view.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// Handling: of the [`StoreError`].
    #[error(transparent)]
    Log(#[from] StoreError),
    /// Handling: of [`crate::Unreadable`]: use the version that wrote the event, or a newer one.
    #[error(transparent)]
    Unreadable(Box<crate::Unreadable>),
}

impl QuestionError {
    /// Whether the asker is at fault: a cursor of another question, or a page out of bounds.
    #[must_use]
    pub const fn is_askers(&self) -> bool {
        matches!(
            self,
            Self::Views(
                ViewError::CursorUnreadable
                    | ViewError::CursorOfOtherQuery
                    | ViewError::OutOfBounds { .. }
            )
        )
    }
}

/// The instant that is asked about.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use gridwhistle_projections::questions::Moment;
///
/// let now = DateTime::UNIX_EPOCH;
/// assert_eq!(Moment::of(now, None), Moment::now(now));
/// let then = now - TimeDelta::days(1);
/// assert_eq!(Moment::of(now, Some(then)).instant(), then);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Moment {
    /// Against which due times are compared when no earlier instant is asked.
    now: DateTime<Utc>,
    /// The instant asked, if not now.
    as_of: Option<DateTime<Utc>>,
}

impl Moment {
    /// As things stand, compared with the caller's now.
    #[must_use]
    pub const fn now(now: DateTime<Utc>) -> Self {
        Self { now, as_of: None }
    }

    /// As things stood then: events after it are not seen.
    #[must_use]
    pub const fn then(as_of: DateTime<Utc>) -> Self {
        Self {
            now: as_of,
            as_of: Some(as_of),
        }
    }

    /// `then` where an instant is given, else `now`.
    #[must_use]
    pub fn of(now: DateTime<Utc>, as_of: Option<DateTime<Utc>>) -> Self {
        as_of.map_or_else(|| Self::now(now), Self::then)
    }

    /// The instant that due times are compared with.
    #[must_use]
    pub fn instant(self) -> DateTime<Utc> {
        self.as_of.unwrap_or(self.now)
    }

    /// Set when history is asked.
    #[must_use]
    pub const fn as_of(self) -> Option<DateTime<Utc>> {
        self.as_of
    }
}

/// The questions of one tenant.
///
/// ```
/// use gridwhistle_projections::questions::{LedgerFilter, LedgerSort, Moment, Questions};
/// use gridwhistle_store::{OpenOptions, views};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let log = gridwhistle_store::open("memory:", OpenOptions::default())?;
/// let views = views::open("memory:", views::ViewOptions::default())?;
/// let questions = Questions::open(log, views, "city").await?;
/// let (all, newest) = (LedgerFilter::default(), LedgerSort::default());
/// let moment = Moment::then(chrono::DateTime::UNIX_EPOCH);
/// let page = questions.ledger(&all, newest, None, 50, moment).await?;
/// assert!(page.rows.is_empty(), "nothing was reported then");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Questions {
    views: Arc<dyn ViewStore>,
    log: Arc<dyn EventLog>,
    tenant: String,
}

impl Questions {
    /// Makes the view known to the store and answers from it. Beside a [`crate::Runner`] on the
    /// same store, or alone on one that another process fills.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn open(
        log: Arc<dyn EventLog>,
        views: Arc<dyn ViewStore>,
        tenant: &str,
    ) -> Result<Self, QuestionError> {
        views.open_view(tenant, &CASES).await?;
        let tenant = tenant.to_owned();
        Ok(Self { views, log, tenant })
    }

    /// The log position up to which answers are complete.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn position(&self) -> Result<u64, QuestionError> {
        Ok(self.views.position(&self.tenant, CASES.name).await?)
    }

    /// Looks at some columns of all the rows that pass any of some filters, in no order.
    async fn look(
        &self,
        (table, moment): (&str, Moment),
        any: Vec<Filter>,
        columns: impl IntoIterator<Item = &'static str>,
        look: &mut LookAt<'_>,
    ) -> Result<(), QuestionError> {
        let columns = columns.into_iter().map(str::to_owned);
        let select = Select {
            table: table.to_owned(),
            as_of: moment.as_of(),
            any,
            columns: columns.collect(),
        };
        let mut misfit = None;
        let mut take = |row: &[Value]| {
            if misfit.is_none() {
                misfit = look(row).err();
            }
        };
        let views = &self.views;
        views
            .select(&self.tenant, CASES.name, select, &mut take)
            .await?;
        misfit.map_or(Ok(()), |misfit| Err(misfit.into()))
    }

    async fn page(&self, query: Query) -> Result<Page, QuestionError> {
        Ok(self.views.query(&self.tenant, CASES.name, query).await?)
    }
}

/// What is done with each row that is looked at.
type LookAt<'l> = dyn for<'r> FnMut(&'r [Value]) -> Result<(), Misfit> + Send + 'l;

/// One page of a question about a table.
struct Ask<'a> {
    table: &'static str,
    moment: Moment,
    filter: Filter,
    order: Vec<(String, Direction)>,
    cursor: Option<&'a str>,
    limit: usize,
}

impl Ask<'_> {
    fn query(self) -> Result<Query, QuestionError> {
        Ok(Query {
            table: self.table.to_owned(),
            as_of: self.moment.as_of(),
            filter: self.filter,
            order: self.order,
            after: self.cursor.map(str::parse::<Cursor>).transpose()?,
            limit: self.limit,
        })
    }
}
