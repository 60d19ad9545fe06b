//! One case with all its rows, and its story.

use super::{Ask, Moment, QuestionError, Questions};
use crate::case_stream;
use crate::case_view::{Background, CASES, ClockRow, Held, LedgerRow, LegRow, clocks, read_case};
use crate::timeline::{self, TimelineEntry};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_store::views::{Direction, Filter, PAGE_ROWS_MAX, Value};
use serde::{Deserialize, Serialize};

/// All rows of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
        let Some(number) = self.number_of(case).await? else {
            return Ok(None);
        };
        let (key, as_of) = ([Value::from(number)], moment.as_of());
        let row = self
            .views
            .get(&self.tenant, CASES.name, LedgerRow::TABLE, &key, as_of)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let legs = self.rows_of(LegRow::TABLE, number, moment).await?;
        let clocks = match as_of {
            None => {
                let rows = self.rows_of(ClockRow::TABLE, number, moment).await?;
                let rows = rows.into_iter().map(ClockRow::from_values);
                rows.collect::<Result<_, _>>()?
            }
            Some(at) => self.clocks_then(case, at).await?,
        };
        Ok(Some(CaseFile {
            ledger: LedgerRow::from_values(row)?,
            legs: legs
                .into_iter()
                .map(LegRow::from_values)
                .collect::<Result<_, _>>()?,
            clocks,
        }))
    }

    /// The number of a case on the ledger, which never changes.
    async fn number_of(&self, case: CaseId) -> Result<Option<i64>, QuestionError> {
        let ask = Ask {
            table: LedgerRow::TABLE,
            moment: Moment::now(DateTime::UNIX_EPOCH),
            filter: Filter::eq("case_id", case.to_string()),
            order: vec![("case_id".to_owned(), Direction::Asc)],
            cursor: None,
            limit: 1,
        };
        let row = self.page(ask.query()?).await?.rows.pop();
        let row = row.map(LedgerRow::from_values).transpose()?;
        Ok(row.map(|row| row.ledger_no))
    }

    /// The clocks as they stood: folded from the events seen by then, which are those before the
    /// first one that is later.
    async fn clocks_then(
        &self,
        case: CaseId,
        at: DateTime<Utc>,
    ) -> Result<Vec<ClockRow>, QuestionError> {
        let events = self
            .log
            .read_stream(&self.tenant, &case_stream(case), 0)
            .await?;
        let background = self.background().await?;
        let mut held = Held::new(&case.to_string());
        for event in events {
            let fact =
                read_case(&event).map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
            if fact.at > at {
                break;
            }
            held.evolve(event.position, &fact);
        }
        let clocks = clocks(&held, &background);
        Ok(clocks.map(ClockRow::from).collect())
    }

    /// The reference data as it stands; what clocks pin of it never changes.
    async fn background(&self) -> Result<Background, QuestionError> {
        let mut background = Background::default();
        for need in Background::needs(u64::MAX) {
            let past = self.log.read_stream(&self.tenant, &need.stream, 0).await?;
            let folded = past.iter().try_for_each(|event| background.fold(event));
            folded.map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
        }
        Ok(background)
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
        number: i64,
        moment: Moment,
    ) -> Result<Vec<Vec<Value>>, QuestionError> {
        let ask = Ask {
            table,
            moment,
            filter: Filter::eq("ledger_no", number),
            order: Vec::new(),
            cursor: None,
            limit: PAGE_ROWS_MAX,
        };
        Ok(self.page(ask.query()?).await?.rows)
    }
}
