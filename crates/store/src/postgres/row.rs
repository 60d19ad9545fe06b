//! Reads an event out of a row without copying it, from a query or from a binary COPY.

use std::error::Error as Cause;

use tokio_postgres::Row;
use tokio_postgres::binary_copy::BinaryCopyOutRow;
use tokio_postgres::types::{
    FromSql, IsNull, ToSql, Type, accepts, private::BytesMut, to_sql_checked,
};
use uuid::Uuid;

use crate::error::StoreError;
use crate::event::{EVENT_COLUMNS, EventRef};

/// The columns that [`event`] reads, in its order. Text forms, because the JSON is exact text.
macro_rules! event_columns {
    () => {
        "position, aggregate_type, aggregate_id, sequence, event_type, event_version, \
         payload::text, metadata::text, command_id, occurred_at, recorded_at, checksum, chain"
    };
}
pub(crate) use event_columns;

/// The types of [`event_columns`].
pub(crate) const EVENT_TYPES: [Type; 13] = [
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::UUID,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::BYTEA,
    Type::BYTEA,
];

/// A row of a query or of a COPY.
pub(crate) trait Cells {
    /// The cell at a place; the place as the error when it is not of this type.
    fn cell<'r, T: FromSql<'r>>(&'r self, place: usize) -> Result<T, usize>;
}

impl Cells for Row {
    fn cell<'r, T: FromSql<'r>>(&'r self, place: usize) -> Result<T, usize> {
        self.try_get(place).map_err(|_| place)
    }
}

impl Cells for BinaryCopyOutRow {
    fn cell<'r, T: FromSql<'r>>(&'r self, place: usize) -> Result<T, usize> {
        self.try_get(place).map_err(|_| place)
    }
}

/// The event in `row`, which was selected by [`event_columns`] for `tenant`. When the row cannot be
/// read, the error names `position`, where it was expected, and the column.
pub(crate) fn event<'r>(
    row: &'r impl Cells,
    tenant: &'r str,
    position: Option<u64>,
) -> Result<EventRef<'r>, StoreError> {
    let read = || {
        Ok(EventRef {
            tenant,
            position: number(row, 0)?,
            aggregate_type: row.cell(1)?,
            aggregate_id: row.cell(2)?,
            sequence: number(row, 3)?,
            event_type: row.cell(4)?,
            event_version: row.cell(5)?,
            payload: row.cell(6)?,
            metadata: row.cell(7)?,
            command_id: row.cell::<Uuid>(8)?,
            occurred_at_micros: row.cell::<Micros>(9)?.0,
            recorded_at_micros: row.cell::<Micros>(10)?.0,
            checksum: digest(row, 11)?,
            chain: digest(row, 12)?,
        })
    };
    read().map_err(|place: usize| StoreError::Corrupt {
        position: number(row, 0).ok().or(position),
        what: format!("column {} cannot be read", EVENT_COLUMNS[place]),
    })
}

/// A position, sequence or version.
pub(crate) fn number(row: &impl Cells, place: usize) -> Result<u64, usize> {
    u64::try_from(row.cell::<i64>(place)?).map_err(|_| place)
}

/// A hash.
pub(crate) fn digest(row: &impl Cells, place: usize) -> Result<&[u8; 32], usize> {
    row.cell::<&[u8]>(place)?.try_into().map_err(|_| place)
}

/// A number for the database. Positions and versions stay far below `i64::MAX`.
pub(crate) fn db(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An instant of a `timestamptz`, in microseconds after 1970, UTC. Both sides count microseconds,
/// so nothing is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Micros(pub(crate) i64);

/// Microseconds from 1970 to 2000, where PostgreSQL begins to count.
const TO_2000: i64 = 946_684_800_000_000;

impl<'r> FromSql<'r> for Micros {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Cause + Sync + Send>> {
        let after_2000 = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(after_2000.saturating_add(TO_2000)))
    }

    accepts!(TIMESTAMPTZ);
}

impl Micros {
    /// As PostgreSQL counts: microseconds after 2000.
    pub(crate) fn after_2000(self) -> i64 {
        self.0.saturating_sub(TO_2000)
    }
}

impl ToSql for Micros {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Cause + Sync + Send>> {
        out.extend_from_slice(&self.after_2000().to_be_bytes());
        Ok(IsNull::No)
    }

    accepts!(TIMESTAMPTZ);
    to_sql_checked!();
}
