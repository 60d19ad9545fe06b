//! A walk over every row of a table with its history, page by page, for every backend alike: two
//! stores are compared row by row without holding either of them.

use super::plan::bounds;
use super::rows::{check_key, wrong_kind};
use super::schema::{Schema, TableSchema};
use super::value::to_microseconds;
use super::{PAGE_ROWS_MAX, Value, ViewError};

/// A resolved page of a walk.
#[derive(Debug)]
pub(crate) struct ScanPlan {
    /// The table's place in its view.
    pub(crate) table: usize,
    /// The key of the row before the page and, of a versioned table, its beginning.
    pub(crate) after: Option<Vec<Value>>,
    /// Rows in a page.
    pub(crate) limit: usize,
}

impl ScanPlan {
    pub(crate) fn of(
        schema: &Schema,
        table: &str,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Self, ViewError> {
        let (place, table) = schema.table(table)?;
        bounds("rows in a page", 1, PAGE_ROWS_MAX, limit)?;
        let after = after.map(|row| begins(table, row)).transpose()?;
        Ok(Self {
            table: place,
            after,
            limit,
        })
    }

    /// What a row of a walk is ordered by: its key and, of a versioned table, its beginning.
    pub(crate) fn place(table: &TableSchema, row: &[Value]) -> Vec<Value> {
        let from = table.table.versioned.then_some(table.table.columns.len());
        let places = table.key.iter().copied().chain(from);
        places.map(|place| row[place].clone()).collect()
    }
}

/// What a row of a walk is ordered by.
fn begins(table: &TableSchema, row: &[Value]) -> Result<Vec<Value>, ViewError> {
    let columns = table.table.columns.len();
    let expected = columns + if table.table.versioned { 2 } else { 0 };
    if row.len() != expected {
        return Err(ViewError::Width {
            table: table.table.name.to_owned(),
            what: "row",
            expected,
            found: row.len(),
        });
    }
    let key = table.key.iter().map(|column| row[*column].clone());
    let mut place = check_key(table, key.collect())?;
    if table.table.versioned {
        match &row[columns] {
            Value::Instant(from) => place.push(Value::Instant(to_microseconds(*from))),
            other => return Err(wrong_kind(table, table.key[0], other)),
        }
    }
    Ok(place)
}
