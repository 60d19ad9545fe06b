//! The columns of a segment, and its seal in the file's own metadata.

use gridwhistle_store::RecordedEvent;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType};
use parquet::data_type::{DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

/// Rows of a group: some megabytes while it is written or read. Threads that read share a segment group by
/// group.
pub(super) const GROUP_ROWS: usize = 8_192;
/// Bytes of a page. Smaller than what an allocator gives back to the system at once, so that a reader uses
/// the same memory again.
const PAGE_BYTES: usize = 64 * 1024;

/// The columns, in order. A reader finds them by place.
const SCHEMA: &str = "message gridwhistle_segment_1 {
  required int64 position;
  required binary aggregate_type (string);
  required binary aggregate_id (string);
  required int64 sequence;
  required binary event_type (string);
  required binary event_version (string);
  required binary payload (string);
  required binary metadata (string);
  required fixed_len_byte_array(16) command_id (uuid);
  required int64 occurred_at (timestamp(micros, true));
  required int64 recorded_at (timestamp(micros, true));
  required fixed_len_byte_array(32) checksum;
  required fixed_len_byte_array(32) chain;
  required fixed_len_byte_array(32) request_hash;
}";

/// Columns in which few values come twice: a dictionary of them would only be in the way.
const UNIQUE: [&str; 6] = [
    "position",
    "aggregate_id",
    "sequence",
    "payload",
    "occurred_at",
    "recorded_at",
];
/// Columns that nothing packs and nobody looks for by range.
const RANDOM: [&str; 4] = ["command_id", "checksum", "chain", "request_hash"];

/// The names of the seal's parts in the file's metadata.
pub(super) const FORM: (&str, &str) = ("gridwhistle.form", "segment 1");
const TENANT: &str = "gridwhistle.tenant";
const FIRST: &str = "gridwhistle.first";
const LAST: &str = "gridwhistle.last";
const BEFORE: &str = "gridwhistle.chain_before";
const AFTER: &str = "gridwhistle.chain_after";

/// What a segment says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seal {
    /// Whose log.
    pub tenant: String,
    /// Position of its first event.
    pub first: u64,
    /// Position of its last event.
    pub last: u64,
    /// The chain value before the first event, in hexadecimal.
    pub chain_before: String,
    /// The chain value of the last event, in hexadecimal.
    pub chain_after: String,
}

impl Seal {
    /// How many events it is of.
    #[must_use]
    pub fn events(&self) -> u64 {
        (self.last + 1).saturating_sub(self.first)
    }

    pub(super) fn metadata(&self) -> Vec<KeyValue> {
        let entry = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
        vec![
            entry(FORM.0, FORM.1),
            entry(TENANT, &self.tenant),
            entry(FIRST, &self.first.to_string()),
            entry(LAST, &self.last.to_string()),
            entry(BEFORE, &self.chain_before),
            entry(AFTER, &self.chain_after),
        ]
    }

    /// The seal in a file's metadata; else what is missing.
    pub(super) fn of(metadata: Option<&Vec<KeyValue>>) -> Result<Self, String> {
        let entry = |key: &str| {
            let mut all = metadata.into_iter().flatten();
            let known = all.find(|one| one.key == key);
            let value = known.and_then(|one| one.value.clone());
            value.ok_or_else(|| format!("no `{key}` in its metadata"))
        };
        let form = entry(FORM.0)?;
        if form != FORM.1 {
            return Err(format!("its form is `{form}`; accepted: `{}`", FORM.1));
        }
        let position = |key: &str| {
            let text = entry(key)?;
            let position = text.parse().ok().filter(|position| *position > 0);
            position.ok_or_else(|| format!("`{key}` is `{text}`"))
        };
        let seal = Self {
            tenant: entry(TENANT)?,
            first: position(FIRST)?,
            last: position(LAST)?,
            chain_before: entry(BEFORE)?,
            chain_after: entry(AFTER)?,
        };
        if seal.last < seal.first {
            return Err(format!("`{LAST}` is before `{FIRST}`"));
        }
        Ok(seal)
    }
}

/// A file that takes groups of rows.
pub(super) fn begin<W: Write + Send>(file: W) -> Result<SerializedFileWriter<W>, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_created_by(format!("gridwhistle {}", env!("CARGO_PKG_VERSION")));
    for name in UNIQUE {
        properties = properties.set_column_dictionary_enabled(name.into(), false);
    }
    for name in RANDOM {
        properties = properties
            .set_column_dictionary_enabled(name.into(), false)
            .set_column_compression(name.into(), Compression::UNCOMPRESSED)
            .set_column_statistics_enabled(name.into(), EnabledStatistics::None);
    }
    let properties = properties.build();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    SerializedFileWriter::new(file, schema, Arc::new(properties))
}

/// One event and the hash of the request that its command answered.
pub(super) type Row = (RecordedEvent, [u8; 32]);

/// Writes one group of rows, column by column.
pub(super) fn group<W: Write + Send>(
    file: &mut SerializedFileWriter<W>,
    rows: &[Row],
) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    numbers(&mut group, rows, |row| row.position.cast_signed())?;
    texts(&mut group, rows, |row| &row.stream.aggregate_type)?;
    texts(&mut group, rows, |row| &row.stream.aggregate_id)?;
    numbers(&mut group, rows, |row| row.sequence.cast_signed())?;
    texts(&mut group, rows, |row| &row.event_type)?;
    texts(&mut group, rows, |row| &row.event_version)?;
    texts(&mut group, rows, |row| &row.payload)?;
    texts(&mut group, rows, |row| &row.metadata)?;
    bytes(&mut group, rows, |(row, _)| row.command_id.as_bytes())?;
    numbers(&mut group, rows, |row| row.occurred_at.timestamp_micros())?;
    numbers(&mut group, rows, |row| row.recorded_at.timestamp_micros())?;
    bytes(&mut group, rows, |(row, _)| &row.checksum)?;
    bytes(&mut group, rows, |(row, _)| &row.chain)?;
    bytes(&mut group, rows, |(_, request)| request)?;
    group.close()?;
    Ok(())
}

fn column<W: Write + Send, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General(
            "the form has fewer columns".to_owned(),
        ));
    };
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}

fn numbers<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[Row],
    of: impl Fn(&RecordedEvent) -> i64,
) -> Result<(), ParquetError> {
    let values: Vec<i64> = rows.iter().map(|(row, _)| of(row)).collect();
    column::<W, Int64Type>(group, &values)
}

fn texts<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[Row],
    of: impl Fn(&RecordedEvent) -> &String,
) -> Result<(), ParquetError> {
    let values = rows
        .iter()
        .map(|(row, _)| ByteArray::from(of(row).as_str()));
    column::<W, ByteArrayType>(group, &values.collect::<Vec<_>>())
}

fn bytes<W: Write + Send, const N: usize>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[Row],
    of: impl Fn(&Row) -> &[u8; N],
) -> Result<(), ParquetError> {
    let values = rows
        .iter()
        .map(|row| FixedLenByteArray::from(of(row).to_vec()));
    column::<W, FixedLenByteArrayType>(group, &values.collect::<Vec<_>>())
}
