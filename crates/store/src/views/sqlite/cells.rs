//! Values in and out of SQLite's cells.

use chrono::DateTime;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};

use super::failure::Failure;
use crate::views::{Column, ColumnKind, Value};

/// A value on its way in.
pub(super) struct Cell<'v>(pub(super) &'v Value);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Instant(at) => ValueRef::Integer(at.timestamp_micros()),
            Value::Bool(truth) => ValueRef::Integer(i64::from(*truth)),
            Value::Null => ValueRef::Null,
        }))
    }
}

/// The same, kept by a statement that is built before it is run.
pub(super) fn owned(value: &Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Kept;
    match value {
        Value::Text(text) => Kept::Text(text.clone()),
        Value::Integer(number) => Kept::Integer(*number),
        Value::Instant(at) => Kept::Integer(at.timestamp_micros()),
        Value::Bool(truth) => Kept::Integer(i64::from(*truth)),
        Value::Null => Kept::Null,
    }
}

/// Whether a cell holds this value.
pub(super) fn same(cell: &rusqlite::types::Value, value: &Value) -> bool {
    use rusqlite::types::Value as Kept;
    match (cell, value) {
        (Kept::Text(cell), Value::Text(text)) => cell == text,
        (Kept::Integer(cell), Value::Integer(number)) => cell == number,
        (Kept::Integer(cell), Value::Instant(at)) => *cell == at.timestamp_micros(),
        (Kept::Integer(cell), Value::Bool(truth)) => *cell == i64::from(*truth),
        (Kept::Null, Value::Null) => true,
        _ => false,
    }
}

/// The cell at a place, as its column says.
pub(super) fn read(row: &Row<'_>, place: usize, column: &Column) -> Result<Value, Failure> {
    let damage = || {
        Failure::Damage(format!(
            "column `{}` holds no {}",
            column.name,
            column.kind.word()
        ))
    };
    Ok(match (column.kind, row.get_ref(place)?) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnKind::Text, ValueRef::Text(text)) => {
            Value::from(std::str::from_utf8(text).map_err(|_| damage())?)
        }
        (ColumnKind::Integer, ValueRef::Integer(number)) => Value::Integer(number),
        (ColumnKind::Instant, ValueRef::Integer(micros)) => {
            Value::Instant(DateTime::from_timestamp_micros(micros).ok_or_else(damage)?)
        }
        (ColumnKind::Bool, ValueRef::Integer(truth @ 0..=1)) => Value::Bool(truth == 1),
        _ => return Err(damage()),
    })
}

/// Cells from `first` on, one for each column.
pub(super) fn read_all<'c>(
    row: &Row<'_>,
    first: usize,
    columns: impl IntoIterator<Item = &'c Column>,
) -> Result<Vec<Value>, Failure> {
    columns
        .into_iter()
        .enumerate()
        .map(|(place, column)| read(row, first + place, column))
        .collect()
}
