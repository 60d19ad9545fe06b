//! A copy of a log in use: complete as of one instant, without stopping the writer.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::failure::failure;
use super::lock::{refused, sibling};
use crate::error::StoreError;

/// Copies the file that `from` reads to `target`, which must not be there yet. The copy takes its
/// name only when it is complete and flushed.
pub(crate) fn copy(from: &Connection, target: &Path) -> Result<(), StoreError> {
    if target.exists() {
        return Err(StoreError::Invalid {
            field: "the target of the backup".to_owned(),
            rule: format!("{} is there already; name a new file", target.display()),
        });
    }
    let part = sibling(target, ".part");
    let copied = copy_pages(from, &part).and_then(|()| {
        let file = std::fs::File::open(&part).map_err(|error| refused(&part, &error))?;
        file.sync_all().map_err(|error| refused(&part, &error))?;
        std::fs::rename(&part, target).map_err(|error| refused(target, &error))?;
        flush_folder(target).map_err(|error| refused(target, &error))
    });
    if copied.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    copied
}

/// Makes the new name durable: it stands in the folder, not in the file.
#[cfg(unix)]
fn flush_folder(file: &Path) -> std::io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Other systems keep names with their files.
#[cfg(not(unix))]
fn flush_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// One step over all pages, within one read: what is committed meanwhile stays out.
fn copy_pages(from: &Connection, part: &Path) -> Result<(), StoreError> {
    let mut to = Connection::open(part).map_err(failure)?;
    let backup = Backup::new(from, &mut to).map_err(failure)?;
    match backup.step(-1).map_err(failure)? {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Locked {
            by: "another SQLite connection".to_owned(),
        }),
    }
}
