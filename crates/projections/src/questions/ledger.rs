//! Pages of the ledger.

use super::filter::LedgerFilter;
use super::{Ask, Moment, QuestionError, Questions};
use crate::case_view::LedgerRow;
use chrono::{DateTime, Utc};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{CaseId, GridId};
use gridwhistle_store::views::{Direction, Filter, Op, Value};
use serde::{Deserialize, Serialize};

/// By what the ledger is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LedgerSort {
    /// Latest report first.
    #[default]
    Newest,
    /// Earliest report first.
    Oldest,
    /// Earliest due time first; cases without one last.
    Due,
    /// Latest closure first.
    ClosedLast,
    /// By number on the ledger.
    Number,
}

impl LedgerSort {
    fn order(self) -> Vec<(String, Direction)> {
        let (column, direction) = match self {
            Self::Newest => ("reported_at", Direction::Desc),
            Self::Oldest => ("reported_at", Direction::Asc),
            Self::Due => ("due", Direction::Asc),
            Self::ClosedLast => ("closed_at", Direction::Desc),
            Self::Number => ("ledger_no", Direction::Asc),
        };
        vec![(column.to_owned(), direction)]
    }
}

/// One page of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LedgerPage {
    /// The instant that due times were compared with.
    pub at: DateTime<Utc>,
    /// The cases.
    pub rows: Vec<LedgerRow>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
    /// How many cases there are on all pages, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl Questions {
    /// One page of the ledger, 1 to 10,000 rows.
    ///
    /// # Errors
    /// [`QuestionError::Views`] for a cursor of another question, a limit out of bounds, storage.
    pub async fn ledger(
        &self,
        filter: &LedgerFilter,
        sort: LedgerSort,
        cursor: Option<&str>,
        limit: usize,
        moment: Moment,
    ) -> Result<LedgerPage, QuestionError> {
        let at = moment.instant();
        let ask = Ask {
            table: LedgerRow::TABLE,
            moment,
            filter: self.narrowed(filter, moment).await?,
            order: sort.order(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let rows = page.rows.into_iter().map(LedgerRow::from_values);
        Ok(LedgerPage {
            at,
            rows: rows.collect::<Result<_, _>>()?,
            next: page.next.map(String::from),
            total: None,
        })
    }

    /// The cases of these grids and classes that are open, or were closed since an instant: at most a
    /// thousand, the latest first.
    ///
    /// # Errors
    /// As [`Questions::ledger`].
    pub async fn cases_in(
        &self,
        grids: &[GridId],
        classes: &[CaseClass],
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<CaseId>, QuestionError> {
        let any = |column: &str, values: Vec<Value>| Filter::In {
            column: column.to_owned(),
            values,
        };
        let grids = grids.iter().map(|grid| grid.as_str().into()).collect();
        let classes = classes.iter().map(|class| class.code().into()).collect();
        let ask = Ask {
            table: LedgerRow::TABLE,
            moment: Moment::now(now),
            filter: Filter::And(vec![
                any("grid", grids),
                any("class", classes),
                Filter::Or(vec![
                    Filter::eq("open", true),
                    Filter::compare("closed_at", Op::Ge, since),
                ]),
            ]),
            order: LedgerSort::Newest.order(),
            cursor: None,
            limit: 1_000,
        };
        let page = self.page(ask.query()?).await?;
        let rows = page.rows.into_iter().map(LedgerRow::from_values);
        let rows: Vec<LedgerRow> = rows.collect::<Result<_, _>>()?;
        let ids = rows.iter().filter_map(|row| row.case_id.parse().ok());
        Ok(ids.map(CaseId).collect())
    }
}
