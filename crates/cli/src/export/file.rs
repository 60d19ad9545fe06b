//! The file of an export: written beside its target under another name, hashed on the way, and put in
//! place when it is complete. Rows come one by one and are not held, whatever their number.
//!
//! A cell can be no formula: in xlsx strings are strings; in CSV, where a spreadsheet guesses, text
//! that would be one is quoted with an apostrophe.

use super::sheet::{Cell, Heading, headings, said};
use crate::failure::{Exit, Failure};
use crate::rejects::folder_of;
use crate::words::{Word as W, language, of_system, told};
use chrono::{DateTime, Utc};
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
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

enum Form {
    Csv(Box<csv::Writer<Hashed>>),
    Xlsx(Box<Workbook>, Hashed),
}

/// A file in the making; dropped, it leaves nothing behind.
pub(super) struct ExportFile {
    target: PathBuf,
    force: bool,
    named: NamedTempFile,
    form: Form,
    rows: u32,
}

/// A complete file without its name.
pub(super) struct Written {
    target: PathBuf,
    force: bool,
    named: NamedTempFile,
    /// Rows, without headings.
    pub(super) rows: u64,
    /// SHA-256 in hexadecimal.
    pub(super) sha256: String,
}

impl ExportFile {
    /// Begins a file with a heading for each column. Its form follows from its name.
    ///
    /// # Errors
    /// For a name of another form, a file that is there (unless `force`), a folder that takes none.
    pub(super) fn begin(
        target: &Path,
        force: bool,
        (sheet, columns): (Heading, &[Heading]),
        at: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let extension = target.extension().and_then(|text| text.to_str());
        let is_csv = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => true,
            Some("xlsx") => false,
            _ => {
                let message = told(W::ExportForm, &[&target.display()]);
                return Err(Failure::usage("export_form", message));
            }
        };
        free(target, force)?;
        let unwritable = |error| Failure::unwritable(target, &error);
        let named = create(target).map_err(unwritable)?;
        let file = named.reopen().map_err(unwritable)?;
        let hashed = Hashed {
            file: BufWriter::new(file),
            hash: Sha256::new(),
        };
        let form = if is_csv {
            csv_form(hashed, columns).map_err(unwritable)?
        } else {
            let book =
                book(target, (sheet, columns), at).map_err(|error| of_xlsx(target, &error))?;
            Form::Xlsx(Box::new(book), hashed)
        };
        Ok(Self {
            target: target.to_owned(),
            force,
            named,
            form,
            rows: 0,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the file does not take it, or a sheet has no more rows.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        self.rows += 1;
        match &mut self.form {
            Form::Csv(writer) => {
                let cells = cells.iter().map(as_csv);
                let written = writer.write_record(cells);
                written.map_err(|error| Failure::unwritable(&self.target, &error.into()))
            }
            Form::Xlsx(book, _) if self.rows < XLSX_ROWS => {
                let written = write_row(book, self.rows, cells);
                written.map_err(|error| of_xlsx(&self.target, &error))
            }
            Form::Xlsx(..) => {
                let message = told(W::XlsxFull, &[&(XLSX_ROWS - 1)]);
                Err(Failure::usage("export_too_long", message))
            }
        }
    }

    /// Writes what is left. The file has no name yet.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub(super) fn finish(self) -> Result<Written, Failure> {
        let Self {
            target,
            force,
            named,
            form,
            rows,
        } = self;
        let unwritable = |error| Failure::unwritable(&target, &error);
        let mut hashed = match form {
            Form::Csv(writer) => {
                let inner = writer.into_inner();
                inner.map_err(|error| unwritable(error.into_error()))?
            }
            Form::Xlsx(mut book, mut hashed) => {
                let saved = book.save_to_writer(&mut hashed);
                saved.map_err(|error| of_xlsx(&target, &error))?;
                hashed
            }
        };
        hashed.flush().map_err(unwritable)?;
        hashed.file.get_ref().sync_all().map_err(unwritable)?;
        Ok(Written {
            force,
            named,
            rows: rows.into(),
            sha256: hex::encode(hashed.hash.finalize()),
            target,
        })
    }
}

impl Written {
    /// Puts the file in place.
    ///
    /// # Errors
    /// When somebody else took the name meanwhile, or the folder does not take it.
    pub(super) fn put(self) -> Result<(), Failure> {
        let put = if self.force {
            self.named.persist(&self.target)
        } else {
            self.named.persist_noclobber(&self.target)
        };
        put.map_err(|refused| Failure::unwritable(&self.target, &refused.error))?;
        Ok(())
    }
}

/// Whether a name is free, or may be taken.
///
/// # Errors
/// When a file is there (unless `force`), or a folder.
pub(crate) fn free(target: &Path, force: bool) -> Result<(), Failure> {
    let there = std::fs::symlink_metadata(target).ok();
    match there {
        Some(known) if known.is_dir() => {
            let error = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            Err(Failure::unwritable(target, &error))
        }
        Some(_) if !force => {
            let message = told(W::ExportThere, &[&target.display()]);
            Err(Failure::usage("export_file_exists", message))
        }
        _ => Ok(()),
    }
}

/// A file in the folder of the target, as readable to others as any new file there.
pub(crate) fn create(target: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".export-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(target))
}

fn csv_form(mut hashed: Hashed, columns: &[Heading]) -> std::io::Result<Form> {
    hashed.write_all(BYTE_ORDER_MARK)?;
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder
        .terminator(csv::Terminator::CRLF)
        .from_writer(hashed);
    writer.write_record(headings(columns))?;
    Ok(Form::Csv(Box::new(writer)))
}

/// What a spreadsheet would take for the beginning of a formula, wide forms of an input method too.
const FORMULAS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

fn as_csv(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => number.normalize().to_string(),
        Cell::Text(text) if text.starts_with(FORMULAS) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
    }
}

/// A workbook whose rows go to a file beside the target and not into memory.
fn book(
    target: &Path,
    (sheet, columns): (Heading, &[Heading]),
    at: DateTime<Utc>,
) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_tempdir(folder_of(target))?;
    let created = ExcelDateTime::from_timestamp(at.timestamp())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let page = book.add_worksheet_with_constant_memory()?;
    page.set_name(said(sheet, language()))?;
    page.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (place, heading) in (0_u16..).zip(headings(columns)) {
        let width = (2 * heading.chars().count()).clamp(*WIDTHS.start(), *WIDTHS.end());
        page.set_column_width(place, u16::try_from(width).unwrap_or(u16::MAX))?;
    }
    for (place, heading) in (0_u16..).zip(headings(columns)) {
        page.write_string_with_format(0, place, heading, &bold)?;
    }
    Ok(book)
}

fn write_row(book: &mut Workbook, row: u32, cells: &[Cell]) -> Result<(), XlsxError> {
    let page = book.worksheet_from_index(0)?;
    for (place, cell) in (0_u16..).zip(cells) {
        match cell {
            Cell::Empty => {}
            Cell::Number(number) => {
                // A spreadsheet's numbers are floats; ours are short decimals.
                let number = number.to_f64().unwrap_or_default();
                page.write_number(row, place, number)?;
            }
            Cell::Text(text) => {
                let text: String = text.chars().take(XLSX_CHARS).collect();
                page.write_string(row, place, text)?;
            }
        }
    }
    Ok(())
}

fn of_xlsx(target: &Path, error: &XlsxError) -> Failure {
    match error {
        XlsxError::IoError(error) => Failure::unwritable(target, error),
        other => {
            let what = std::io::Error::other(other.to_string());
            let message = told(W::FileUnwritable, &[&target.display(), &of_system(&what)]);
            Failure::new(Exit::Internal, "export_failed", message)
        }
    }
}
