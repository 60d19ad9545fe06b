//! Reads an event out of a row without copying it.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use uuid::Uuid;

use crate::error::StoreError;
use crate::event::{EVENT_COLUMNS, EventRef};

/// The columns that [`event`] reads, in its order.
macro_rules! event_columns {
    () => {
        "position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, \
         metadata, command_id, occurred_at, recorded_at, checksum, chain"
    };
}
pub(crate) use event_columns;

/// The id before the first event of tenant `?1`; null, so no event follows it, when there is none.
macro_rules! tenant_base {
    () => {
        "(select number << 40 from heads where tenant = ?1)"
    };
}
pub(crate) use tenant_base;

/// Positions lie below this, so that tenants do not overlap.
pub(crate) const POSITIONS: u64 = 1 << 40;

/// The id of an event: its tenant's number and its position in one.
pub(crate) fn event_id(number: i64, position: u64) -> i64 {
    (number << 40) + db(position)
}

/// A position as a bound of a range, kept within its tenant.
pub(crate) fn bound(position: u64) -> i64 {
    db(position.min(POSITIONS - 1))
}

/// The event in `row`, which was selected by [`event_columns`] for `tenant`. When the row cannot
/// be read, the error names `position`, where it was expected, and the column.
pub(crate) fn event<'r>(
    row: &'r Row<'_>,
    tenant: &'r str,
    position: Option<u64>,
) -> Result<EventRef<'r>, StoreError> {
    let read = || {
        Ok(EventRef {
            tenant,
            position: number(row, 0)?,
            aggregate_type: text(row, 1)?,
            aggregate_id: text(row, 2)?,
            sequence: number(row, 3)?,
            event_type: text(row, 4)?,
            event_version: text(row, 5)?,
            payload: text(row, 6)?,
            metadata: text(row, 7)?,
            command_id: Uuid::from_bytes(*bytes::<16>(row, 8)?),
            occurred_at_micros: integer(row, 9)?,
            recorded_at_micros: integer(row, 10)?,
            checksum: bytes::<32>(row, 11)?,
            chain: bytes::<32>(row, 12)?,
        })
    };
    read().map_err(|column: usize| StoreError::Corrupt {
        position: position.or_else(|| number(row, 0).ok()),
        what: format!("its column {} cannot be read", EVENT_COLUMNS[column]),
    })
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, usize> {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).map_err(|_| column),
        _ => Err(column),
    }
}

fn integer(row: &Row<'_>, column: usize) -> Result<i64, usize> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(value)) => Ok(value),
        _ => Err(column),
    }
}

fn number(row: &Row<'_>, column: usize) -> Result<u64, usize> {
    integer(row, column).and_then(|value| u64::try_from(value).map_err(|_| column))
}

fn bytes<'r, const N: usize>(row: &'r Row<'_>, column: usize) -> Result<&'r [u8; N], usize> {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(bytes)) => bytes.try_into().map_err(|_| column),
        _ => Err(column),
    }
}

/// A number for the database. Positions and versions stay far below `i64::MAX`.
pub(crate) fn db(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A position, sequence or version out of a plain query.
pub(crate) fn whole(row: &Row<'_>, column: usize) -> Result<u64, rusqlite::Error> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}
