//! One case with all its rows, and its story.

use super::{Ask, Moment, QuestionError, Questions};
use crate::case_stream;
use crate::case_view::{CASES, ClockRow, LedgerRow, LegRow};
use crate::timeline::{self, TimelineEntry};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::ids::CaseId;

use gridwhistle_store::views::{Filter, PAGE_ROWS_MAX, Value};
use serde::{Deserialize, Serialize};

/// All rows of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    /// Its row of the ledger.
    pub ledger: LedgerRow,
    /// Its legs, in the order of dispatch.
    pub legs: Vec<LegRow>,
    /// Its clocks, in the order they started.
    pub clocks: Vec<ClockRow>,
}

impl Questions {
    /// One case as it stands or stood; none if there is (or was) no such case.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn case(
        &self,
        case: CaseId,
        moment: Moment,
    ) -> Result<Option<CaseFile>, QuestionError> {
        let key = [Value::from(case.to_string())];
        let row = self
            .views
            .get(
                &self.tenant,
                CASES.name,
                LedgerRow::TABLE,
                &key,
                moment.as_of(),
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let legs = self.rows_of(LegRow::TABLE, case, moment).await?;
        let clocks = self.rows_of(ClockRow::TABLE, case, moment).await?;
        Ok(Some(CaseFile {
            ledger: LedgerRow::from_values(row)?,
            legs: legs
                .into_iter()
                .map(LegRow::from_values)
                .collect::<Result<_, _>>()?,
            clocks: clocks
                .into_iter()
                .map(ClockRow::from_values)
                .collect::<Result<_, _>>()?,
        }))
    }

    /// What happened to a case, told from its events up to the asked instant; names of units, grids
    /// and matters are those of the instant of each event.
    ///
    /// # Errors
    /// [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn timeline(
        &self,
        case: CaseId,
        reference: &Reference,
        moment: Moment,
    ) -> Result<Vec<TimelineEntry>, QuestionError> {
        let stream = case_stream(case);
        let events = self.log.read_stream(&self.tenant, &stream, 0).await?;
        let told = timeline::tell(&events, reference)
            .map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
        let seen = |entry: &TimelineEntry| moment.as_of().is_none_or(|at| entry.at <= at);
        Ok(told.into_iter().filter(seen).collect())
    }

    async fn rows_of(
        &self,
        table: &'static str,
        case: CaseId,
        moment: Moment,
    ) -> Result<Vec<Vec<Value>>, QuestionError> {
        let ask = Ask {
            table,
            moment,
            filter: Filter::eq("case_id", case.to_string()),
            order: Vec::new(),
            cursor: None,
            limit: PAGE_ROWS_MAX,
        };
        Ok(self.page(ask.query()?).await?.rows)
    }
}
