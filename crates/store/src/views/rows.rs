//! What a projection does to rows, and the check of each step before any is carried out.
//!
//! After `check` a batch cannot fail for its content, so that backends only have to guard
//! against their medium.

use chrono::{DateTime, Utc};

use super::packed::{BadCell, PackedRow};
use super::schema::{Schema, TableSchema};
use super::value::{micros, to_microseconds};
use super::{ColumnKind, Value, ViewError};

/// A row, whichever way it is brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Cell by cell.
    Cells(Vec<Value>),
    /// In one piece: what is packed for the columns of a table by their types is not looked at again.
    Packed(PackedRow),
}

impl From<Vec<Value>> for Row {
    fn from(cells: Vec<Value>) -> Self {
        Self::Cells(cells)
    }
}

impl From<PackedRow> for Row {
    fn from(row: PackedRow) -> Self {
        Self::Packed(row)
    }
}

/// One step. Rows hold values in the order of the declared columns, keys in that of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOp {
    /// Plain tables: write the row, over the one with its key if there is one.
    Put {
        /// The table.
        table: &'static str,
        /// All columns.
        row: Row,
    },
    /// Plain tables: remove the row with this key, if there is one.
    Delete {
        /// The table.
        table: &'static str,
        /// The key.
        key: Vec<Value>,
    },
    /// Plain tables whose columns beside the key are integers: add them to those of the row with its
    /// key, taken as zero where there is none. A row of zeros does not stand. Sums of any order and
    /// any batches are the same.
    Add {
        /// The table.
        table: &'static str,
        /// All columns; none is null, and every sum fits 64 bits.
        row: Vec<Value>,
    },
    /// Versioned tables: end the current version of the row's key at `at`, and let this one hold
    /// from then on. A current version that began at `at` or later is replaced and keeps its
    /// beginning. So no interval is ever empty, and none overlap. Rows with a history never end
    /// without a successor: nothing may vanish from a ledger.
    Supersede {
        /// The table.
        table: &'static str,
        /// When it happened.
        at: DateTime<Utc>,
        /// All columns.
        row: Row,
    },
}

/// A checked step on the table at a place.
#[derive(Debug)]
pub(crate) struct Step<R = Vec<Value>> {
    pub(crate) table: usize,
    pub(crate) action: Action<R>,
}

/// What a checked step does; instants are UTC microseconds.
#[derive(Debug)]
pub(crate) enum Action<R = Vec<Value>> {
    Put(R),
    Delete(Vec<Value>),
    Add(Vec<Value>),
    Supersede(R, i64),
}

/// Checks a batch: tables, widths, kinds, keys. Rows come out cell by cell.
pub(crate) fn check(schema: &Schema, ops: Vec<RowOp>) -> Result<Vec<Step>, ViewError> {
    let cells = |table: &TableSchema, row| check_row(table, cells(table, row)?);
    let steps = ops.into_iter().map(|op| check_one(schema, op, cells));
    steps.collect()
}

/// The same, for a store that takes packed rows as they are, and looks at their keys itself.
pub(crate) fn check_packed(schema: &Schema, ops: Vec<RowOp>) -> Result<Vec<Step<Row>>, ViewError> {
    let steps = ops.into_iter().map(|op| check_one(schema, op, check_any));
    steps.collect()
}

fn check_one<R>(
    schema: &Schema,
    op: RowOp,
    check_row_of: impl Fn(&TableSchema, Row) -> Result<R, ViewError>,
) -> Result<Step<R>, ViewError> {
    let (table, action) = match op {
        RowOp::Put { table, row } => (table, Action::Put(row)),
        RowOp::Delete { table, key } => (table, Action::Delete(key)),
        RowOp::Add { table, row } => (table, Action::Add(row)),
        RowOp::Supersede { table, at, row } => (table, Action::Supersede(row, micros(at))),
    };
    let (place, table) = schema.table(table)?;
    let action = match action {
        Action::Put(row) => {
            takes(table, false, "put")?;
            Action::Put(check_row_of(table, row)?)
        }
        Action::Delete(key) => {
            takes(table, false, "delete")?;
            Action::Delete(check_key(table, key)?)
        }
        Action::Add(row) => {
            takes(table, false, "add")?;
            Action::Add(check_sum(table, check_row(table, row)?)?)
        }
        Action::Supersede(row, at) => {
            takes(table, true, "supersede")?;
            Action::Supersede(check_row_of(table, row)?, at)
        }
    };
    Ok(Step {
        table: place,
        action,
    })
}

fn takes(table: &TableSchema, versioned: bool, op: &'static str) -> Result<(), ViewError> {
    if table.table.versioned == versioned {
        return Ok(());
    }
    let rule = if versioned {
        "it keeps no history and takes put, delete and add"
    } else {
        "it keeps history and takes supersede"
    };
    Err(ViewError::WrongOp {
        table: table.table.name.to_owned(),
        op,
        rule,
    })
}

/// A row packed for this very table fits it; any other is looked at cell by cell.
fn check_any(table: &TableSchema, row: Row) -> Result<Row, ViewError> {
    match row {
        Row::Packed(row) if row.fits(table.table.columns) => {
            if cfg!(debug_assertions) {
                check_row(table, cells(table, Row::Packed(row.clone()))?)?;
            }
            Ok(Row::Packed(row))
        }
        row => Ok(Row::Cells(check_row(table, cells(table, row)?)?)),
    }
}

fn cells(table: &TableSchema, row: Row) -> Result<Vec<Value>, ViewError> {
    match row {
        Row::Cells(cells) => Ok(cells),
        Row::Packed(row) => row.cells().map_err(|BadCell(column)| ViewError::WrongKind {
            table: table.table.name.to_owned(),
            column: column.name.to_owned(),
            expected: column.kind.word(),
            found: "another cell",
        }),
    }
}

fn check_row(table: &TableSchema, mut row: Vec<Value>) -> Result<Vec<Value>, ViewError> {
    width(table, "row", table.table.columns.len(), row.len())?;
    for (place, value) in row.iter_mut().enumerate() {
        if value.is_null() && table.key.contains(&place) {
            return Err(wrong_kind(table, place, value));
        }
        fit(table, place, value)?;
    }
    Ok(row)
}

/// What is added to must be a number, and what is added too.
fn check_sum(table: &TableSchema, row: Vec<Value>) -> Result<Vec<Value>, ViewError> {
    for (place, value) in row.iter().enumerate() {
        let kind = table.table.columns[place].kind;
        if !table.key.contains(&place) && (kind != ColumnKind::Integer || value.is_null()) {
            return Err(ViewError::WrongKind {
                table: table.table.name.to_owned(),
                column: table.table.columns[place].name.to_owned(),
                expected: ColumnKind::Integer.word(),
                found: value.kind().map_or("null", ColumnKind::word),
            });
        }
    }
    Ok(row)
}

/// Checks a key given by itself.
pub(crate) fn check_key(table: &TableSchema, mut key: Vec<Value>) -> Result<Vec<Value>, ViewError> {
    width(table, "key", table.key.len(), key.len())?;
    for (value, place) in key.iter_mut().zip(&table.key) {
        if value.is_null() {
            return Err(wrong_kind(table, *place, value));
        }
        fit(table, *place, value)?;
    }
    Ok(key)
}

fn width(
    table: &TableSchema,
    what: &'static str,
    expected: usize,
    found: usize,
) -> Result<(), ViewError> {
    if expected == found {
        return Ok(());
    }
    Err(ViewError::Width {
        table: table.table.name.to_owned(),
        what,
        expected,
        found,
    })
}

/// Checks one value against its column, and brings it into the form every backend keeps.
pub(crate) fn fit(table: &TableSchema, place: usize, value: &mut Value) -> Result<(), ViewError> {
    let column = table.table.columns[place];
    if value.kind().is_some_and(|kind| kind != column.kind) {
        return Err(wrong_kind(table, place, value));
    }
    match value {
        Value::Text(text) if text.as_bytes().contains(&0) => Err(ViewError::ZeroInText {
            table: table.table.name.to_owned(),
            column: column.name.to_owned(),
        }),
        Value::Instant(at) => {
            *at = to_microseconds(*at);
            Ok(())
        }
        _ => Ok(()),
    }
}

pub(crate) fn wrong_kind(table: &TableSchema, place: usize, value: &Value) -> ViewError {
    let column = table.table.columns[place];
    ViewError::WrongKind {
        table: table.table.name.to_owned(),
        column: column.name.to_owned(),
        expected: column.kind.word(),
        found: value.kind().map_or("null", ColumnKind::word),
    }
}
