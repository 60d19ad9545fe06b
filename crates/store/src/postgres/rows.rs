//! The rows that an append writes, laid down as PostgreSQL receives an array of rows: what is put in
//! is in the form of the line at once, so that sending it is a copy. The types are those of
//! `0003_append.sql`.

use std::error::Error as Cause;

use tokio_postgres::types::{IsNull, Kind, ToSql, Type, private::BytesMut, to_sql_checked};
use uuid::Uuid;

use super::row::{Micros, db};
use crate::event::{CommandRecord, EventRef, StreamId};

/// Rows of one type, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    laid: Vec<u8>,
    count: i32,
}

impl Rows {
    /// A stream that is at a version: `gridwhistle.stream_version`.
    pub(crate) fn stream(&mut self, stream: &StreamId, version: u64) {
        self.row(3, |row| {
            row.text(&stream.aggregate_type);
            row.text(&stream.aggregate_id);
            row.number(version);
        });
    }

    /// A command and where its events lie: `gridwhistle.given_command`.
    pub(crate) fn command(&mut self, command: &CommandRecord, sealed_request: &[u8]) {
        self.row(4, |row| {
            row.id(command.command_id);
            row.bytes(sealed_request);
            row.number(command.first_position);
            row.number(command.last_position);
        });
    }

    /// An event, whose position is told by its place: `gridwhistle.sealed_event`.
    pub(crate) fn event(&mut self, event: &EventRef<'_>) {
        self.row(12, |row| {
            row.text(event.aggregate_type);
            row.text(event.aggregate_id);
            row.number(event.sequence);
            row.text(event.event_type);
            row.text(event.event_version);
            row.json(event.payload);
            row.json(event.metadata);
            row.id(event.command_id);
            row.instant(event.occurred_at_micros);
            row.instant(event.recorded_at_micros);
            row.bytes(event.checksum);
            row.bytes(event.chain);
        });
    }

    fn row(&mut self, columns: i32, cells: impl FnOnce(&mut Cells<'_>)) {
        let begins = self.laid.len();
        self.laid.extend_from_slice(&[0; 4]);
        self.laid.extend_from_slice(&columns.to_be_bytes());
        cells(&mut Cells(&mut self.laid));
        let long = length(self.laid.len() - begins - 4);
        self.laid[begins..begins + 4].copy_from_slice(&long);
        self.count += 1;
    }
}

/// The cells of a row under way, each behind its type and its length.
struct Cells<'r>(&'r mut Vec<u8>);

impl Cells<'_> {
    fn text(&mut self, text: &str) {
        self.cell(&Type::TEXT, text.as_bytes());
    }

    fn json(&mut self, text: &str) {
        self.cell(&Type::JSON, text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.cell(&Type::INT8, &db(number).to_be_bytes());
    }

    fn id(&mut self, id: Uuid) {
        self.cell(&Type::UUID, id.as_bytes());
    }

    fn instant(&mut self, micros: i64) {
        self.cell(
            &Type::TIMESTAMPTZ,
            &Micros(micros).after_2000().to_be_bytes(),
        );
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.cell(&Type::BYTEA, bytes);
    }

    fn cell(&mut self, of: &Type, cell: &[u8]) {
        self.0.extend_from_slice(&of.oid().to_be_bytes());
        self.0.extend_from_slice(&length(cell.len()));
        self.0.extend_from_slice(cell);
    }
}

/// A length as it goes over the line. None comes near 2 GiB: a batch is bounded by its bytes.
fn length(bytes: usize) -> [u8; 4] {
    i32::try_from(bytes).unwrap_or(i32::MAX).to_be_bytes()
}

impl ToSql for Rows {
    fn to_sql(
        &self,
        array: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Cause + Sync + Send>> {
        let Kind::Array(row) = array.kind() else {
            return Err(format!("{array} is no array").into());
        };
        let (dimensions, without_nulls, from) = (1_i32, 0_i32, 1_i32);
        out.extend_from_slice(&dimensions.to_be_bytes());
        out.extend_from_slice(&without_nulls.to_be_bytes());
        out.extend_from_slice(&row.oid().to_be_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&from.to_be_bytes());
        out.extend_from_slice(&self.laid);
        Ok(IsNull::No)
    }

    fn accepts(array: &Type) -> bool {
        let Kind::Array(row) = array.kind() else {
            return false;
        };
        matches!(row.kind(), Kind::Composite(_))
    }

    to_sql_checked!();
}
