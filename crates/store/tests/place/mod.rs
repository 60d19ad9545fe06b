//! A place for a log file, for the tests that work on the file itself.
#![expect(clippy::unwrap_used, reason = "a helper that fails, fails its test")]

use std::path::{Path, PathBuf};

use gridwhistle_store::conformance::{append, clock};
use gridwhistle_store::{EventLog, SqliteLog, SqliteOptions, StoreError};

/// A folder with a path for a log in it.
pub(crate) fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    (folder, path)
}

/// Opens the log for writing.
pub(crate) fn try_open(path: &Path) -> Result<SqliteLog, StoreError> {
    SqliteLog::open(path, clock(), SqliteOptions::default())
}

/// A closed log of 40 cases of 5 events.
pub(crate) async fn filled(path: &Path) {
    let log = try_open(path).unwrap();
    for id in 0..40 {
        log.append(append(id, 0, 5)).await.unwrap();
    }
}
