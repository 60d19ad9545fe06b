//! The rejects file of an import. It is written without a name, so that an import that is killed
//! leaves nothing behind, and gets one only when the import has gone through and a row is in it;
//! what stands there already is never touched.

use crate::failure::{Exit, Failure};
use crate::words::{Word, of_system, told};
use std::fs::File;
use std::io::{ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Excel reads a CSV as UTF-8 only with this before it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Names tried beside the list; whoever keeps more has a folder to tidy.
const NAMES_MAX: u32 = 999;

/// The file in the making; dropped, it leaves nothing behind.
pub(crate) struct RejectsFile {
    written: File,
    /// The names that it may take, in order; the first free one is taken.
    names: Vec<PathBuf>,
}

impl RejectsFile {
    /// Begins the file: under a name that the user chose and that must be free, or else beside the
    /// list under the first free name.
    ///
    /// # Errors
    /// When the chosen name is taken, or its folder cannot be written.
    pub(crate) fn begin(named: Option<PathBuf>, data: &Path) -> Result<Self, Failure> {
        let names = match named {
            Some(path) if std::fs::symlink_metadata(&path).is_ok() => {
                let message = told(Word::RejectsThere, &[&path.display()]);
                return Err(Failure::usage("rejects_file_exists", message));
            }
            Some(path) => vec![path],
            None => (1..=NAMES_MAX).map(|number| beside(data, number)).collect(),
        };
        let first = names.first().map_or(data, PathBuf::as_path);
        let begun = tempfile::tempfile_in(folder_of(first)).and_then(|mut file| {
            file.write_all(BYTE_ORDER_MARK)?;
            Ok(file)
        });
        let written = begun.map_err(|error| {
            let message = told(
                Word::RejectsNowhere,
                &[&first.display(), &of_system(&error)],
            );
            Failure::new(Exit::Store, "file_unwritable", message)
        })?;
        Ok(Self { written, names })
    }

    /// Where the rows go.
    pub(crate) fn writer(&mut self) -> impl Write {
        &mut self.written
    }

    /// Gives the file its name, and answers it.
    ///
    /// # Errors
    /// When every name is taken by now, or the folder takes no file.
    pub(crate) fn keep(mut self) -> Result<PathBuf, Failure> {
        let first = self.names.first().cloned().unwrap_or_default();
        let copied = create(&first).and_then(|mut named| {
            self.written.rewind()?;
            std::io::copy(&mut self.written, &mut named)?;
            Ok(named)
        });
        let mut written = copied.map_err(|error| Failure::unwritable(&first, &error))?;
        let mut failure = None;
        for name in self.names {
            match written.persist_noclobber(&name) {
                Ok(_) => return Ok(name),
                Err(refused) => {
                    written = refused.file;
                    let taken = refused.error.kind() == ErrorKind::AlreadyExists;
                    failure = Some(Failure::unwritable(&name, &refused.error));
                    if !taken {
                        break;
                    }
                }
            }
        }
        Err(failure.unwrap_or_else(|| Failure::internal("a rejects file without a name")))
    }
}

/// A file in the folder of `path`, as readable to others as any new file there.
fn create(path: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rejects-").suffix(".csv");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(path))
}

/// The folder that a path lies in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    folder.unwrap_or_else(|| Path::new("."))
}

/// `cases.csv.gz` → `cases.csv.gz.rejects.csv`, then `cases.csv.gz.rejects.2.csv`.
fn beside(data: &Path, number: u32) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(match number {
        1 => ".rejects.csv".to_owned(),
        more => format!(".rejects.{more}.csv"),
    });
    data.with_file_name(name)
}
