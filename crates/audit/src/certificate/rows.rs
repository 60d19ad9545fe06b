//! The rows of a table in their canonical form.
//!
//! Rows come by key and beginning. Versions that follow each other and say the same are one: where a
//! batch of the fold ends within an instant, a row may change and change back, and leave a seam that
//! says nothing. Each row is one line of JSON, an array of its cells in the order of the columns, for
//! tables with history followed by `valid_from` and `valid_to`: texts as JSON texts, integers by
//! their digits, instants in UTC with six decimals, `true`, `false`, `null`; then a line end. There is
//! no number in it that is not whole.

use crate::problem::Problem;
use crate::replay::ReplayProblem;
use gridwhistle_projections::case_view::CASES;
use gridwhistle_store::views::{Table, Value, ViewStore};
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows in a page: what is held of each table.
const PAGE: usize = 2_000;

/// A column that says when the row itself changed last, and so belongs to a version and not to what
/// it says.
const OF_VERSION: &str = "changed_at";

/// A table that is walked.
pub(super) struct Walk {
    views: Arc<dyn ViewStore>,
    tenant: String,
    table: &'static Table,
    page: VecDeque<Vec<Value>>,
    /// The last row that the store gave.
    last: Option<Vec<Value>>,
    at_end: bool,
    /// A version that may go on in the next one.
    pending: Option<Vec<Value>>,
}

impl Walk {
    pub(super) fn new(views: Arc<dyn ViewStore>, tenant: &str, table: &'static Table) -> Self {
        Self {
            views,
            tenant: tenant.to_owned(),
            table,
            page: VecDeque::new(),
            last: None,
            at_end: false,
            pending: None,
        }
    }

    /// The next row.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Value>>, Problem> {
        loop {
            let Some(row) = self.raw().await? else {
                return Ok(self.pending.take());
            };
            match self.pending.take() {
                None => self.pending = Some(row),
                Some(mut before) if self.goes_on(&before, &row) => {
                    let end = before.len() - 1;
                    before[end].clone_from(&row[end]);
                    self.pending = Some(before);
                }
                Some(before) => {
                    self.pending = Some(row);
                    return Ok(Some(before));
                }
            }
        }
    }

    async fn raw(&mut self) -> Result<Option<Vec<Value>>, Problem> {
        if self.page.is_empty() && !self.at_end {
            let (table, after) = (self.table.name, self.last.as_deref());
            let page = self
                .views
                .scan(&self.tenant, CASES.name, table, after, PAGE);
            let page = page.await.map_err(ReplayProblem::from)?;
            self.at_end = page.len() < PAGE;
            self.last = page.last().cloned();
            self.page = page.into();
        }
        Ok(self.page.pop_front())
    }

    /// Whether a version says what the one before it said, from where that one ended.
    fn goes_on(&self, before: &[Value], row: &[Value]) -> bool {
        let columns = self.table.columns;
        if !self.table.versioned || before[columns.len() + 1] != row[columns.len()] {
            return false;
        }
        let mut cells = columns.iter().zip(before.iter().zip(row));
        cells.all(|(column, (before, row))| column.name == OF_VERSION || before == row)
    }

    /// Key and beginning of a row: by what rows are ordered.
    pub(super) fn place(&self, row: &[Value]) -> Vec<Value> {
        let key = self.table.key.iter().filter_map(|name| {
            let mut columns = self.table.columns.iter();
            columns.position(|column| column.name == *name)
        });
        let from = self.table.versioned.then_some(self.table.columns.len());
        key.chain(from).map(|place| row[place].clone()).collect()
    }
}

/// A row as one line.
pub(super) fn canonical(row: &[Value]) -> String {
    // Cells are texts, whole numbers, instants and truths: nothing of them cannot be written.
    let mut line = serde_json::to_string(row).unwrap_or_default();
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn a_row_is_a_line_with_exact_numbers() {
        let at = DateTime::from_timestamp_micros(1_750_000_000_000_001).unwrap();
        let row = [
            Value::from("案件 \"1\"\n"),
            Value::Integer(i64::MAX),
            at.into(),
            Value::Bool(false),
            Value::Null,
        ];
        let line = "[\"案件 \\\"1\\\"\\n\",9223372036854775807,\
                    \"2025-06-15T15:06:40.000001Z\",false,null]\n";
        assert_eq!(canonical(&row), line);
    }
}
