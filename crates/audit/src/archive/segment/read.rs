//! A segment without its log: walked, verified, replayed.

use super::form::{Row, Seal};
use crate::archive::ArchiveProblem;
use chrono::DateTime;
use gridwhistle_store::{Fault, FaultKind, RecordedEvent, StreamId, digest};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArrayType, DataType, FixedLenByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use serde::Serialize;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use uuid::Uuid;

/// A segment that is what its seal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Its seal.
    #[serde(flatten)]
    pub seal: Seal,
    /// How many events it holds.
    pub events: u64,
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn no_segment(path: &Path, what: impl std::fmt::Display) -> ArchiveProblem {
    ArchiveProblem::NoSegment {
        file: name(path),
        what: what.to_string(),
    }
}

/// Walks the events of a segment in order, with their requests, until `each` breaks. Nothing is
/// checked but that the file can be read.
///
/// # Errors
/// [`ArchiveProblem::NoSegment`].
pub(super) fn walk(
    path: &Path,
    each: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<Seal, ArchiveProblem> {
    let file = File::open(path).map_err(|error| no_segment(path, error))?;
    let read = || {
        let reader = SerializedFileReader::new(file).map_err(|error| no_segment(path, error))?;
        let metadata = reader.metadata().file_metadata();
        let seal = Seal::of(metadata.key_value_metadata());
        let seal = seal.map_err(|what| no_segment(path, what))?;
        for number in 0..reader.num_row_groups() {
            let group = reader.get_row_group(number);
            let rows = group.and_then(|group| rows(&*group, &seal.tenant));
            for row in rows.map_err(|error| no_segment(path, error))? {
                if each(row).is_break() {
                    return Ok(seal);
                }
            }
        }
        Ok(seal)
    };
    // The reader of the form may give up in its own way on bytes that were garbled.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(no_segment(path, "its bytes make no sense")))
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

fn numbers(
    group: &dyn RowGroupReader,
    place: usize,
    rows: usize,
) -> Result<Vec<i64>, ParquetError> {
    column::<Int64Type>(group, place, rows)
}

fn texts(
    group: &dyn RowGroupReader,
    place: usize,
    rows: usize,
) -> Result<std::vec::IntoIter<String>, ParquetError> {
    let values = column::<ByteArrayType>(group, place, rows)?;
    let texts = values
        .iter()
        .map(|value| value.as_utf8().map(str::to_owned));
    Ok(texts.collect::<Result<Vec<String>, _>>()?.into_iter())
}

fn bytes<const N: usize>(
    group: &dyn RowGroupReader,
    place: usize,
    rows: usize,
) -> Result<Vec<[u8; N]>, ParquetError> {
    let values = column::<FixedLenByteArrayType>(group, place, rows)?;
    let sized = values.iter().map(|value| {
        let sized: Result<[u8; N], _> = value.data().try_into();
        sized.map_err(|_| ParquetError::General(format!("column {place} is not {N} bytes wide")))
    });
    sized.collect()
}

/// The rows of a group.
fn rows(group: &dyn RowGroupReader, tenant: &str) -> Result<Vec<Row>, ParquetError> {
    let count = group.metadata().num_rows();
    let count = usize::try_from(count).map_err(|error| ParquetError::General(error.to_string()))?;
    let text = |place| texts(group, place, count);
    let number = |place| numbers(group, place, count);
    let (positions, sequences) = (number(0)?, number(3)?);
    let (mut kinds, mut ids) = (text(1)?, text(2)?);
    let (mut types, mut versions) = (text(4)?, text(5)?);
    let (mut payloads, mut metadata) = (text(6)?, text(7)?);
    let commands = bytes::<16>(group, 8, count)?;
    let (occurred, recorded) = (number(9)?, number(10)?);
    let (checksums, chains) = (
        bytes::<32>(group, 11, count)?,
        bytes::<32>(group, 12, count)?,
    );
    let requests = bytes::<32>(group, 13, count)?;
    let instant = |micros| DateTime::from_timestamp_micros(micros).unwrap_or_default();
    let mut found = Vec::with_capacity(count);
    for row in 0..count {
        let event = RecordedEvent {
            tenant: tenant.to_owned(),
            position: positions[row].cast_unsigned(),
            stream: StreamId::new(
                kinds.next().unwrap_or_default(),
                ids.next().unwrap_or_default(),
            ),
            sequence: sequences[row].cast_unsigned(),
            event_type: types.next().unwrap_or_default(),
            event_version: versions.next().unwrap_or_default(),
            payload: payloads.next().unwrap_or_default(),
            metadata: metadata.next().unwrap_or_default(),
            command_id: Uuid::from_bytes(commands[row]),
            occurred_at: instant(occurred[row]),
            recorded_at: instant(recorded[row]),
            checksum: checksums[row],
            chain: chains[row],
        };
        found.push((event, requests[row]));
    }
    Ok(found)
}

/// What has been checked so far.
struct Check {
    position: u64,
    chain: [u8; 32],
    fault: Option<Fault>,
}

impl Check {
    fn step(&mut self, event: &RecordedEvent) -> ControlFlow<()> {
        let event = event.borrowed();
        let checksum = digest::checksum(&event);
        let chain = digest::chain(&self.chain, &checksum);
        let kind = if event.position != self.position {
            FaultKind::Missing {
                found: event.position,
            }
        } else if checksum != *event.checksum {
            FaultKind::Checksum
        } else if chain != *event.chain {
            FaultKind::Chain
        } else {
            self.position += 1;
            self.chain = chain;
            return ControlFlow::Continue(());
        };
        self.fault = Some(Fault {
            position: self.position,
            kind,
        });
        ControlFlow::Break(())
    }
}

/// Recomputes every checksum and the chain, and holds them against the seal.
///
/// # Errors
/// [`ArchiveProblem::NoSegment`] where the file cannot be read, [`ArchiveProblem::Broken`] with the
/// first position that does not fit.
pub fn verify(path: &Path) -> Result<Verified, ArchiveProblem> {
    replay(path, &mut |_| ControlFlow::Continue(()))
}

/// Hands every event over, in order, each checked before it is handed over, and answers when the whole
/// segment is what its seal says. Stops early where `each` breaks.
///
/// # Errors
/// As of [`verify`].
pub fn replay(
    path: &Path,
    each: &mut dyn FnMut(&RecordedEvent) -> ControlFlow<()>,
) -> Result<Verified, ArchiveProblem> {
    checked(path, &mut |(event, _)| each(&event))
}

/// The same with the requests.
pub(super) fn checked(
    path: &Path,
    each: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<Verified, ArchiveProblem> {
    let seal = walk(path, &mut |_| ControlFlow::Break(()))?;
    let broken = |fault| ArchiveProblem::Broken {
        file: name(path),
        fault,
    };
    let mut chain = [0; 32];
    if hex::decode_to_slice(&seal.chain_before, &mut chain).is_err() {
        return Err(no_segment(path, "the chain value before it is none"));
    }
    let mut check = Check {
        position: seal.first,
        chain,
        fault: None,
    };
    let mut stopped = false;
    walk(path, &mut |row| {
        check.step(&row.0)?;
        let taken = each(row);
        stopped = taken.is_break();
        taken
    })?;
    if let Some(fault) = check.fault {
        return Err(broken(fault));
    }
    let whole = check.position == seal.last + 1 && hex::encode(check.chain) == seal.chain_after;
    if !stopped && !whole {
        return Err(broken(Fault {
            position: check.position - 1,
            kind: FaultKind::Head { claims: seal.last },
        }));
    }
    let events = check.position - seal.first;
    Ok(Verified { seal, events })
}
