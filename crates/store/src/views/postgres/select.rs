//! Some columns of all the rows that pass, page by page along the key.

use std::sync::Arc;

use tokio_postgres::Row;

use super::cells::read_all;
use super::failure::Failure;
use super::live::Question;
use super::sql::{Source, Statement, list};
use super::tasks::Scope;
use crate::views::select::SelectPlan;
use crate::views::{Column, PAGE_ROWS_MAX, Value};

/// One page of them.
pub(super) struct Lot {
    pub(super) scope: Scope,
    pub(super) plan: Arc<SelectPlan>,
    /// The key of the last row before it.
    pub(super) after: Option<Vec<Value>>,
}

/// What is wanted of each row of a page, and the key of the last where more may follow.
pub(super) type Selected = (Vec<Vec<Value>>, Option<Vec<Value>>);

impl Question for Lot {
    type Answer = Selected;

    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn table(&self) -> usize {
        self.plan.table
    }

    fn statement(&self, source: &Source<'_>) -> Statement {
        let Self { scope, plan, .. } = self;
        let columns = list(plan.columns.iter().copied(), |place| source.column(place));
        let mut statement = Statement::of(&scope.tenant);
        statement.push("select ").push(&columns).push(", ");
        statement.push(&source.key()).push(", ");
        statement.live(scope.schema.view.name);
        statement.rows(source, plan.as_of).push(" and (");
        for (place, test) in plan.any.iter().enumerate() {
            statement.push(if place == 0 { "" } else { " or " });
            statement.test(source, test);
        }
        statement.push(if plan.any.is_empty() { "false)" } else { ")" });
        if let Some(key) = &self.after {
            statement.beyond_key(source, key);
        }
        statement.push(" order by ").push(&source.key());
        statement.push(&format!(" limit {PAGE_ROWS_MAX}"));
        statement
    }

    fn read(&self, source: &Source<'_>, rows: &[Row]) -> Result<Selected, Failure> {
        let of = |places: &[usize]| -> Vec<Column> {
            let columns = places.iter();
            columns
                .map(|place| source.table.table.columns[*place])
                .collect()
        };
        let (wanted, key) = (of(&self.plan.columns), of(&source.table.key));
        let cells = rows.iter().map(|row| read_all(row, 0, &wanted));
        let last = rows.last().filter(|_| rows.len() == PAGE_ROWS_MAX);
        let next = last.map(|row| read_all(row, wanted.len(), &key));
        Ok((cells.collect::<Result<_, _>>()?, next.transpose()?))
    }
}
