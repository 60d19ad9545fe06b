//! The file of an export under its own name: what stands in the way of it, and what went wrong.

use crate::failure::{Exit, Failure};
use crate::rejects::folder_of;
use crate::words::{Word as W, language, of_system, told};
use chrono::{DateTime, Utc};
use gridwhistle_sheets::{Cell, Form, Heading, Sheet, SheetError, SheetFile, Written};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Where an export goes.
pub(super) struct Target {
    pub(super) path: PathBuf,
    pub(super) force: bool,
}

/// A file in the making beside its target.
pub(super) struct ExportFile<'t> {
    target: &'t Target,
    file: SheetFile,
}

impl Target {
    /// Begins a file with a heading for each column. Its form follows from its name.
    ///
    /// # Errors
    /// For a name of another form, a file that is there (unless `force`), a folder that takes none.
    pub(super) fn begin(
        &self,
        sheet: (Heading, &[Heading]),
        at: DateTime<Utc>,
    ) -> Result<ExportFile<'_>, Failure> {
        let form = Form::of(&self.path).ok_or_else(|| {
            let message = told(W::ExportForm, &[&self.path.display()]);
            Failure::usage("export_form", message)
        })?;
        free(&self.path, self.force)?;
        let folder = folder_of(&self.path);
        let file = SheetFile::begin(folder, form, sheet, (at, language()));
        Ok(ExportFile {
            target: self,
            file: file.map_err(|error| self.failed(error))?,
        })
    }

    /// Writes a table that is all at hand.
    ///
    /// # Errors
    /// As [`Target::begin`] and [`ExportFile::row`].
    pub(super) fn whole(&self, sheet: &Sheet, at: DateTime<Utc>) -> Result<Written, Failure> {
        let mut file = self.begin((sheet.name, &sheet.columns), at)?;
        for row in &sheet.rows {
            file.row(row)?;
        }
        file.finish()
    }

    /// Puts a complete file in place.
    ///
    /// # Errors
    /// When somebody else took the name meanwhile, or the folder does not take it.
    pub(super) fn put(&self, file: NamedTempFile) -> Result<(), Failure> {
        let put = if self.force {
            file.persist(&self.path)
        } else {
            file.persist_noclobber(&self.path)
        };
        put.map_err(|refused| Failure::unwritable(&self.path, &refused.error))?;
        Ok(())
    }

    fn failed(&self, error: SheetError) -> Failure {
        match error {
            SheetError::Io(error) => Failure::unwritable(&self.path, &error),
            SheetError::Full { most } => {
                Failure::usage("export_too_long", told(W::XlsxFull, &[&most]))
            }
            SheetError::Workbook(what) => {
                let what = std::io::Error::other(what);
                let message = told(
                    W::FileUnwritable,
                    &[&self.path.display(), &of_system(&what)],
                );
                Failure::new(Exit::Internal, "export_failed", message)
            }
        }
    }
}

impl ExportFile<'_> {
    /// Adds a row.
    ///
    /// # Errors
    /// When the file does not take it, or a sheet has no more rows.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let added = self.file.row(cells);
        added.map_err(|error| self.target.failed(error))
    }

    /// Writes what is left. The file has no name yet.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub(super) fn finish(self) -> Result<Written, Failure> {
        let target = self.target;
        self.file.finish().map_err(|error| target.failed(error))
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
