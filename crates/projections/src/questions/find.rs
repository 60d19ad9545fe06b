//! Finding a case by what people call it: its number on the ledger, or how its id begins.

use super::{Ask, Moment, QuestionError, Questions};
use crate::case_view::{CASES, EventRow, LedgerRow};
use chrono::DateTime;
use gridwhistle_store::views::{Filter, Op, Value};

/// A name that may fit no case, one, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseName {
    /// The number on the ledger.
    Number(i64),
    /// The beginning of the id, in lower case.
    Prefix(String),
}

impl Questions {
    /// The cases that a name fits now, at most `limit` of them, by id.
    ///
    /// # Errors
    /// As [`Questions::ledger`].
    pub async fn find(
        &self,
        name: &CaseName,
        limit: usize,
    ) -> Result<Vec<LedgerRow>, QuestionError> {
        match name {
            CaseName::Number(number) => Ok(self.numbered(*number).await?.into_iter().collect()),
            CaseName::Prefix(prefix) => {
                // Ids hold digits, a to f and dashes alone: `g` is above them all.
                let within = Filter::And(vec![
                    Filter::compare("case_id", Op::Ge, prefix.as_str()),
                    Filter::compare("case_id", Op::Lt, format!("{prefix}g")),
                ]);
                let rows = self.rows(LedgerRow::TABLE, within, limit).await?;
                let rows = rows.into_iter().map(LedgerRow::from_values);
                Ok(rows.collect::<Result<_, _>>()?)
            }
        }
    }

    /// A case is numbered by the position of its first event, which finds it without a scan.
    async fn numbered(&self, number: i64) -> Result<Option<LedgerRow>, QuestionError> {
        let first = Filter::eq("position", number);
        let event = self.rows(EventRow::TABLE, first, 1).await?.pop();
        let Some(event) = event.map(EventRow::from_values).transpose()? else {
            return Ok(None);
        };
        let key = [Value::from(event.case_id)];
        let row = self
            .views
            .get(&self.tenant, CASES.name, LedgerRow::TABLE, &key, None)
            .await?;
        let row = row.map(LedgerRow::from_values).transpose()?;
        Ok(row.filter(|row| row.ledger_no == number))
    }

    async fn rows(
        &self,
        table: &'static str,
        filter: Filter,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, QuestionError> {
        let ask = Ask {
            table,
            moment: Moment::now(DateTime::UNIX_EPOCH),
            filter,
            order: Vec::new(),
            cursor: None,
            limit,
        };
        Ok(self.page(ask.query()?).await?.rows)
    }
}
