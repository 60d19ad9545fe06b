//! The file as rows: gzip recognised by its first bytes, header resolved, failures typed.

use super::columns::Columns;
use super::failure::ImportFailure;
use super::mapping::Mapping;
use csv::{ErrorKind, StringRecord};
use flate2::read::MultiGzDecoder;
use std::io::{self, Cursor, Read};

/// The first bytes of a gzip file (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The mark some programs put before UTF-8 text.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

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
    /// 1 where lines end in CR LF: the reader then stands before the LF between two rows.
    lag: u64,
    header: StringRecord,
    pub(super) columns: Columns,
}

impl<R: Read> Table<R> {
    /// Opens a file and finds the mapping's columns in its header.
    pub(super) fn open(mapping: &Mapping, mut reader: R) -> Result<Self, ImportFailure> {
        let mut head = Vec::with_capacity(BYTE_ORDER_MARK.len());
        let sniffed = reader
            .by_ref()
            .take(BYTE_ORDER_MARK.len() as u64)
            .read_to_end(&mut head);
        sniffed.map_err(|error| unreadable(1, &error))?;
        let gzip = head.starts_with(&GZIP);
        if head == BYTE_ORDER_MARK {
            head.clear();
        }
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
        let line = reader.position().line();
        Ok(Self {
            reader,
            gzip,
            lag: (breaks(&header) + 2).saturating_sub(line),
            header,
            columns,
        })
    }

    /// Reads the next row into `record`; the line it begins on, or nothing after the last row.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, ImportFailure> {
        let from = self.reader.position().line();
        match self.reader.read_record(record) {
            Ok(true) => {
                let to = self.reader.position().line();
                Ok(Some(self.lag + first_line(from, to, record)))
            }
            Ok(false) => Ok(None),
            Err(error) => Err(self.told(&error)),
        }
    }

    /// A failure in our words. Damage in a gzip may show first as signs that are no UTF-8, so the rest
    /// is read for its checksum before the text is blamed.
    fn told(&mut self, error: &csv::Error) -> ImportFailure {
        let line = self.reader.position().line();
        let text_blamed = matches!(error.kind(), ErrorKind::Utf8 { .. });
        if self.gzip
            && text_blamed
            && let Err(damage) = io::copy(self.reader.get_mut(), &mut io::sink())
        {
            return failure(&damage.into(), true, line, &self.header);
        }
        match failure(error, self.gzip, line, &self.header) {
            ImportFailure::NotUtf8 { line, column } => ImportFailure::NotUtf8 {
                line: line + self.lag,
                column,
            },
            other => other,
        }
    }

    /// Fields of the header.
    pub(super) fn width(&self) -> usize {
        self.header.len()
    }
}

/// The line a row begins on. The reader counts from before the blank lines that it skips.
fn first_line(from: u64, to: u64, record: &StringRecord) -> u64 {
    from + (to - from).saturating_sub(breaks(record) + 1)
}

/// Line breaks inside of a row.
fn breaks(record: &StringRecord) -> u64 {
    record
        .as_slice()
        .bytes()
        .filter(|byte| *byte == b'\n')
        .count() as u64
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
