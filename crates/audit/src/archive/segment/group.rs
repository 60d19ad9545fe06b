//! One group of rows as it is decoded: an event is borrowed from where its parts stand.

use super::columns::{Texts, numbers, wide};
use super::form::Row;
use gridwhistle_store::EventRef;
use parquet::errors::ParquetError;
use parquet::file::reader::RowGroupReader;
use uuid::Uuid;

/// The columns of a group.
pub(super) struct Group {
    tenant: String,
    rows: usize,
    positions: Vec<i64>,
    sequences: Vec<i64>,
    occurred: Vec<i64>,
    recorded: Vec<i64>,
    kinds: Texts,
    ids: Texts,
    types: Texts,
    versions: Texts,
    payloads: Texts,
    metadata: Texts,
    commands: Vec<[u8; 16]>,
    checksums: Vec<[u8; 32]>,
    chains: Vec<[u8; 32]>,
    requests: Vec<[u8; 32]>,
}

/// A row: the event, and the hash of the request that its command answered.
pub(super) type RowRef<'g> = (EventRef<'g>, &'g [u8; 32]);

impl Group {
    pub(super) fn read(group: &dyn RowGroupReader, tenant: &str) -> Result<Self, ParquetError> {
        let rows = group.metadata().num_rows();
        let rows =
            usize::try_from(rows).map_err(|error| ParquetError::General(error.to_string()))?;
        let number = |place| numbers(group, place, rows);
        let text = |place| Texts::read(group, place, rows);
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
            commands: wide(group, 8, rows)?,
            occurred: number(9)?,
            recorded: number(10)?,
            checksums: wide(group, 11, rows)?,
            chains: wide(group, 12, rows)?,
            requests: wide(group, 13, rows)?,
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
            aggregate_type: self.kinds.get(row)?,
            aggregate_id: self.ids.get(row)?,
            sequence: self.sequences[row].cast_unsigned(),
            event_type: self.types.get(row)?,
            event_version: self.versions.get(row)?,
            payload: self.payloads.get(row)?,
            metadata: self.metadata.get(row)?,
            command_id: Uuid::from_bytes(self.commands[row]),
            occurred_at_micros: self.occurred[row],
            recorded_at_micros: self.recorded[row],
            checksum: &self.checksums[row],
            chain: &self.chains[row],
        };
        Ok((event, &self.requests[row]))
    }
}

/// A copy that outlives its group.
pub(super) fn owned((event, request): RowRef<'_>) -> Row {
    (event.to_recorded(), *request)
}
