//! Values in and out of PostgreSQL's cells.

use std::error::Error as Cause;

use chrono::DateTime;
use tokio_postgres::Row;
use tokio_postgres::types::{
    FromSql, IsNull, ToSql, Type, accepts, private::BytesMut, to_sql_checked,
};

use super::failure::Failure;
use crate::postgres::row::Micros;
use crate::views::{Column, ColumnKind, Value};

type Sent = Result<IsNull, Box<dyn Cause + Sync + Send>>;

/// A value on its way in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'v>(pub(super) &'v Value);

impl ToSql for Cell<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Sent {
        match self.0 {
            Value::Text(text) => text.to_sql(kind, out),
            Value::Integer(number) => number.to_sql(kind, out),
            Value::Instant(at) => Micros(at.timestamp_micros()).to_sql(kind, out),
            Value::Bool(truth) => truth.to_sql(kind, out),
            Value::Null => Ok(IsNull::Yes),
        }
    }

    accepts!(TEXT, INT8, TIMESTAMPTZ, BOOL);
    to_sql_checked!();
}

/// A value that a statement keeps until it is run.
#[derive(Debug)]
pub(super) enum Bound {
    One(Value),
    /// For `= any(…)`.
    Many(Vec<Value>),
    /// An instant in UTC microseconds.
    At(i64),
}

impl ToSql for Bound {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Sent {
        match self {
            Self::One(value) => Cell(value).to_sql(kind, out),
            Self::Many(values) => cells(values).to_sql(kind, out),
            Self::At(micros) => Micros(*micros).to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        <Cell<'_> as ToSql>::accepts(kind) || <Vec<Cell<'_>> as ToSql>::accepts(kind)
    }

    to_sql_checked!();
}

fn cells(values: &[Value]) -> Vec<Cell<'_>> {
    values.iter().map(Cell).collect()
}

/// The type of a kind of column, and its name.
pub(super) fn sql_type(kind: ColumnKind) -> (Type, &'static str) {
    match kind {
        ColumnKind::Text => (Type::TEXT, "text"),
        ColumnKind::Integer => (Type::INT8, "bigint"),
        ColumnKind::Instant => (Type::TIMESTAMPTZ, "timestamptz"),
        ColumnKind::Bool => (Type::BOOL, "boolean"),
    }
}

/// The cell at a place, as its column says.
pub(super) fn read(row: &Row, place: usize, column: &Column) -> Result<Value, Failure> {
    let damage = || {
        let (name, kind) = (column.name, column.kind.word());
        Failure::Damage(format!("column `{name}` holds no {kind}"))
    };
    Ok(match column.kind {
        ColumnKind::Text => Value::from(cell::<&str>(row, place).map_err(|()| damage())?),
        ColumnKind::Integer => Value::from(cell::<i64>(row, place).map_err(|()| damage())?),
        ColumnKind::Bool => Value::from(cell::<bool>(row, place).map_err(|()| damage())?),
        ColumnKind::Instant => match cell::<Micros>(row, place).map_err(|()| damage())? {
            Some(Micros(at)) => DateTime::from_timestamp_micros(at)
                .ok_or_else(damage)?
                .into(),
            None => Value::Null,
        },
    })
}

fn cell<'r, T: FromSql<'r>>(row: &'r Row, place: usize) -> Result<Option<T>, ()> {
    row.try_get(place).map_err(|_| ())
}

/// Cells from `first` on, one for each column.
pub(super) fn read_all<'c>(
    row: &Row,
    first: usize,
    columns: impl IntoIterator<Item = &'c Column>,
) -> Result<Vec<Value>, Failure> {
    let columns = columns.into_iter().enumerate();
    columns
        .map(|(place, column)| read(row, first + place, column))
        .collect()
}
