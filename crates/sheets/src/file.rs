//! The file of an export: written beside its target under another name, hashed on the way, and put in
//! place when it is complete. Rows come one by one and are not held, whatever their number.
//!
//! A cell can be no formula: in xlsx strings are strings; in CSV, where a spreadsheet guesses, text
//! that would be one is quoted with an apostrophe.

use crate::cell::{Cell, Heading, said};
use chrono::{DateTime, Utc};
use gridwhistle_domain::text::Language;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Excel reads a CSV as UTF-8 only with this before it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Rows of a sheet, with its headings.
const XLSX_ROWS: u32 = 1_048_576;
/// Characters of a cell.
const XLSX_CHARS: usize = 32_767;
/// Widths of columns, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 10..=40;

/// Hashes what it passes on.
struct Hashed {
    file: BufWriter<File>,
    hash: Sha256,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values, UTF-8 with its mark.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// How the name of such a file ends; the code in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The form that a name asks for.
    #[must_use]
    pub fn of(name: &Path) -> Option<Self> {
        let ending = name.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|form| form.code() == ending)
    }
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The disk, or the folder.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Handling: ask for less, or for CSV.
    #[error("a sheet holds {most} rows at most")]
    Full {
        /// So many.
        most: u32,
    },
    /// The workbook cannot be made of it.
    #[error("the workbook cannot be made: {0}")]
    Workbook(String),
}

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => Self::Io(error),
            other => Self::Workbook(other.to_string()),
        }
    }
}

enum Writing {
    Csv(Box<csv::Writer<Hashed>>),
    Xlsx(Box<Workbook>, Hashed),
}

/// A file in the making; dropped, it leaves nothing behind.
pub struct SheetFile {
    named: NamedTempFile,
    writing: Writing,
    language: Language,
    rows: u32,
}

/// A complete file without its name.
pub struct Written {
    /// The file; dropped, it is gone.
    pub file: NamedTempFile,
    /// Rows, without headings.
    pub rows: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl SheetFile {
    /// Begins a file in a folder, with a heading for each column.
    ///
    /// # Errors
    /// When the folder takes none.
    pub fn begin(
        folder: &Path,
        form: Form,
        (sheet, columns): (Heading, &[Heading]),
        (at, language): (DateTime<Utc>, Language),
    ) -> Result<Self, SheetError> {
        let named = create(folder)?;
        let hashed = Hashed {
            file: BufWriter::new(named.reopen()?),
            hash: Sha256::new(),
        };
        let columns: Vec<&str> = columns.iter().map(|one| said(*one, language)).collect();
        let writing = match form {
            Form::Csv => csv_form(hashed, &columns)?,
            Form::Xlsx => {
                let book = book(folder, said(sheet, language), &columns, at)?;
                Writing::Xlsx(Box::new(book), hashed)
            }
        };
        Ok(Self {
            named,
            writing,
            language,
            rows: 0,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the file does not take it, or a sheet has no more rows.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        self.rows += 1;
        let language = self.language;
        match &mut self.writing {
            Writing::Csv(writer) => {
                let cells = cells.iter().map(|cell| as_csv(cell, language));
                let written = writer.write_record(cells);
                written.map_err(|error| SheetError::Io(error.into()))
            }
            Writing::Xlsx(book, _) if self.rows < XLSX_ROWS => {
                Ok(write_row(book, self.rows, cells, language)?)
            }
            Writing::Xlsx(..) => Err(SheetError::Full {
                most: XLSX_ROWS - 1,
            }),
        }
    }

    /// Writes what is left. The file has no name yet.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn finish(self) -> Result<Written, SheetError> {
        let mut hashed = match self.writing {
            Writing::Csv(writer) => {
                let inner = writer.into_inner();
                inner.map_err(csv::IntoInnerError::into_error)?
            }
            Writing::Xlsx(mut book, mut hashed) => {
                book.save_to_writer(&mut hashed)?;
                hashed
            }
        };
        hashed.flush()?;
        hashed.file.get_ref().sync_all()?;
        Ok(Written {
            file: self.named,
            rows: self.rows.into(),
            sha256: hex::encode(hashed.hash.finalize()),
        })
    }
}

/// A file in a folder, as readable to others as any new file there.
///
/// # Errors
/// When the folder takes none.
pub fn create(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".export-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn csv_form(mut hashed: Hashed, columns: &[&str]) -> Result<Writing, SheetError> {
    hashed.write_all(BYTE_ORDER_MARK)?;
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder
        .terminator(csv::Terminator::CRLF)
        .from_writer(hashed);
    let headed = writer.write_record(columns);
    headed.map_err(|error| SheetError::Io(error.into()))?;
    Ok(Writing::Csv(Box::new(writer)))
}

/// What a spreadsheet would take for the beginning of a formula, wide forms of an input method too.
const FORMULAS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

fn as_csv(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Number(number) => number.normalize().to_string(),
        other => match other.text(language) {
            Some(text) if text.starts_with(FORMULAS) => format!("'{text}"),
            text => text.unwrap_or_default(),
        },
    }
}

/// A workbook whose rows go to a file beside the target and not into memory.
fn book(
    folder: &Path,
    sheet: &str,
    columns: &[&str],
    at: DateTime<Utc>,
) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_tempdir(folder)?;
    let created = ExcelDateTime::from_timestamp(at.timestamp())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let page = book.add_worksheet_with_constant_memory()?;
    page.set_name(sheet)?;
    page.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (place, heading) in (0_u16..).zip(columns) {
        let width = (2 * heading.chars().count()).clamp(*WIDTHS.start(), *WIDTHS.end());
        page.set_column_width(place, u16::try_from(width).unwrap_or(u16::MAX))?;
    }
    for (place, heading) in (0_u16..).zip(columns) {
        page.write_string_with_format(0, place, *heading, &bold)?;
    }
    Ok(book)
}

fn write_row(
    book: &mut Workbook,
    row: u32,
    cells: &[Cell],
    language: Language,
) -> Result<(), XlsxError> {
    let page = book.worksheet_from_index(0)?;
    for (place, cell) in (0_u16..).zip(cells) {
        if let Cell::Number(number) = cell {
            // A spreadsheet's numbers are floats; ours are short decimals.
            let number = number.to_f64().unwrap_or_default();
            page.write_number(row, place, number)?;
        } else if let Some(text) = cell.text(language) {
            let text: String = text.chars().take(XLSX_CHARS).collect();
            page.write_string(row, place, text)?;
        }
    }
    Ok(())
}
