//! Finding a case by what people call it: its number on the ledger, or how its id begins.

use super::{Ask, Moment, QuestionError, Questions};
use crate::case_view::LedgerRow;
use chrono::DateTime;
use gridwhistle_store::views::{Direction, Filter, Op};

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
        let fits = match name {
            CaseName::Number(number) => Filter::eq("ledger_no", *number),
            // Ids hold digits, a to f and dashes alone: `g` is above them all.
            CaseName::Prefix(prefix) => Filter::And(vec![
                Filter::compare("case_id", Op::Ge, prefix.as_str()),
                Filter::compare("case_id", Op::Lt, format!("{prefix}g")),
            ]),
        };
        self.rows(fits, limit).await
    }

    pub(super) async fn rows(
        &self,
        filter: Filter,
        limit: usize,
    ) -> Result<Vec<LedgerRow>, QuestionError> {
        let ask = Ask {
            table: LedgerRow::TABLE,
            moment: Moment::now(DateTime::UNIX_EPOCH),
            filter,
            order: vec![("case_id".to_owned(), Direction::Asc)],
            cursor: None,
            limit,
        };
        let rows = self.page(ask.query()?).await?.rows.into_iter();
        Ok(rows.map(LedgerRow::from_values).collect::<Result<_, _>>()?)
    }
}
