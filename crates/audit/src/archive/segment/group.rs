//! One group of rows as it is decoded: texts and hashes stay in the pages they came in, and an event
//! is borrowed from there.

use super::form::Row;
use gridwhistle_store::EventRef;
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::reader::RowGroupReader;
use uuid::Uuid;

/// The decoded columns of a group.
pub(super) struct Group {
    tenant: String,
    rows: usize,
    positions: Vec<i64>,
    sequences: Vec<i64>,
    occurred: Vec<i64>,
    recorded: Vec<i64>,
    kinds: Vec<ByteArray>,
    ids: Vec<ByteArray>,
    types: Vec<ByteArray>,
    versions: Vec<ByteArray>,
    payloads: Vec<ByteArray>,
    metadata: Vec<ByteArray>,
    commands: Vec<FixedLenByteArray>,
    checksums: Vec<FixedLenByteArray>,
    chains: Vec<FixedLenByteArray>,
    requests: Vec<FixedLenByteArray>,
}

/// A row: the event, and the hash of the request that its command answered.
pub(super) type RowRef<'g> = (EventRef<'g>, &'g [u8; 32]);

impl Group {
    pub(super) fn read(group: &dyn RowGroupReader, tenant: &str) -> Result<Self, ParquetError> {
        let rows = group.metadata().num_rows();
        let rows =
            usize::try_from(rows).map_err(|error| ParquetError::General(error.to_string()))?;
        let number = |place| column::<Int64Type>(group, place, rows);
        let text = |place| column::<ByteArrayType>(group, place, rows);
        let bytes = |place| column::<FixedLenByteArrayType>(group, place, rows);
        Ok(Self {
            tenant: tenant.to_owned(),
            rows,
            positions: number(0)?,
            kinds: text(1)?,
            ids: text(2)?,
            sequences: number(3)?,
            types: text(4)?,
            versions: text(5)?,
            payloads: text(6)?,
            metadata: text(7)?,
            commands: bytes(8)?,
            occurred: number(9)?,
            recorded: number(10)?,
            checksums: bytes(11)?,
            chains: bytes(12)?,
            requests: bytes(13)?,
        })
    }

    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    /// A row below [`Self::rows`].
    pub(super) fn row(&self, row: usize) -> Result<RowRef<'_>, ParquetError> {
        let event = EventRef {
            tenant: &self.tenant,
            position: self.positions[row].cast_unsigned(),
            aggregate_type: self.kinds[row].as_utf8()?,
            aggregate_id: self.ids[row].as_utf8()?,
            sequence: self.sequences[row].cast_unsigned(),
            event_type: self.types[row].as_utf8()?,
            event_version: self.versions[row].as_utf8()?,
            payload: self.payloads[row].as_utf8()?,
            metadata: self.metadata[row].as_utf8()?,
            command_id: Uuid::from_bytes(*wide(&self.commands[row])?),
            occurred_at_micros: self.occurred[row],
            recorded_at_micros: self.recorded[row],
            checksum: wide(&self.checksums[row])?,
            chain: wide(&self.chains[row])?,
        };
        Ok((event, wide(&self.requests[row])?))
    }
}

/// A copy that outlives its group.
pub(super) fn owned((event, request): RowRef<'_>) -> Row {
    (event.to_recorded(), *request)
}

fn wide<const N: usize>(value: &FixedLenByteArray) -> Result<&[u8; N], ParquetError> {
    let wrong = |_| ParquetError::General(format!("a value is not {N} bytes wide"));
    value.data().try_into().map_err(wrong)
}

/// All values of a column; the form has no empty ones.
fn column<T: DataType>(
    group: &dyn RowGroupReader,
    place: usize,
    rows: usize,
) -> Result<Vec<T::T>, ParquetError> {
    let mut values = Vec::with_capacity(rows);
    let reader = group.get_column_reader(place)?;
    let mut reader = get_typed_column_reader::<T>(reader);
    while values.len() < rows {
        let (read, ..) = reader.read_records(rows - values.len(), None, None, &mut values)?;
        if read == 0 {
            let what = format!("column {place} ends after {} of {rows} rows", values.len());
            return Err(ParquetError::General(what));
        }
    }
    Ok(values)
}
