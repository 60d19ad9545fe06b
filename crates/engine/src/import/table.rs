//! The file as rows: gzip recognised by its first bytes, header resolved, failures typed.

use super::columns::Columns;
use super::failure::ImportFailure;
use super::mapping::Mapping;
use csv::{ErrorKind, StringRecord};
use flate2::read::MultiGzDecoder;
use std::io::{self, Cursor, Read};

/// The first bytes of a gzip file (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Bytes read ahead from the file.
const BUFFER_BYTES: usize = 1 << 17;

type Prefixed<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// A file, packed or plain.
enum Bytes<R: Read> {
    Plain(Prefixed<R>),
    Gzip(Box<MultiGzDecoder<io::BufReader<Prefixed<R>>>>),
}

impl<R: Read> Read for Bytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(buffer),
            Self::Gzip(reader) => reader.read(buffer),
        }
    }
}

/// A foreign case list, row by row.
pub(super) struct Table<R: Read> {
    reader: csv::Reader<Bytes<R>>,
    gzip: bool,
    header: StringRecord,
    pub(super) columns: Columns,
}

impl<R: Read> Table<R> {
    /// Opens a file and finds the mapping's columns in its header.
    pub(super) fn open(mapping: &Mapping, mut reader: R) -> Result<Self, ImportFailure> {
        let mut head = Vec::with_capacity(GZIP.len());
        let sniffed = reader
            .by_ref()
            .take(GZIP.len() as u64)
            .read_to_end(&mut head);
        sniffed.map_err(|error| unreadable(1, &error))?;
        let gzip = head == GZIP;
        let whole = Cursor::new(head).chain(reader);
        let bytes = if gzip {
            let buffered = io::BufReader::with_capacity(BUFFER_BYTES, whole);
            Bytes::Gzip(Box::new(MultiGzDecoder::new(buffered)))
        } else {
            Bytes::Plain(whole)
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(mapping.delimiter)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(bytes);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(failure(&error, gzip, 1, &StringRecord::new())),
        };
        if header.iter().all(|name| name.trim().is_empty()) {
            return Err(ImportFailure::Empty);
        }
        let columns = Columns::find(mapping, &header)?;
        Ok(Self {
            reader,
            gzip,
            header,
            columns,
        })
    }

    /// Reads the next row into `record`; no more rows is `false`.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Result<bool, ImportFailure> {
        let read = self.reader.read_record(record);
        read.map_err(|error| {
            failure(
                &error,
                self.gzip,
                self.reader.position().line(),
                &self.header,
            )
        })
    }

    /// Fields of the header.
    pub(super) fn width(&self) -> usize {
        self.header.len()
    }
}

fn unreadable(line: u64, error: &io::Error) -> ImportFailure {
    ImportFailure::Unreadable {
        line,
        detail: error.to_string(),
    }
}

/// A failure of the reader in our words.
fn failure(error: &csv::Error, gzip: bool, line: u64, header: &StringRecord) -> ImportFailure {
    match error.kind() {
        ErrorKind::Io(error) if gzip && error.kind() == io::ErrorKind::UnexpectedEof => {
            ImportFailure::GzipTruncated { line }
        }
        ErrorKind::Io(error) if gzip && is_damage(error.kind()) => ImportFailure::GzipCorrupt {
            line,
            detail: error.to_string(),
        },
        ErrorKind::Io(error) => unreadable(line, error),
        ErrorKind::Utf8 { pos, err } => {
            let column = header.get(err.field());
            ImportFailure::NotUtf8 {
                line: pos.as_ref().map_or(line, csv::Position::line),
                column: column.map_or_else(|| (err.field() + 1).to_string(), str::to_owned),
            }
        }
        other => ImportFailure::Unreadable {
            line,
            detail: format!("{other:?}"),
        },
    }
}

fn is_damage(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
    )
}
