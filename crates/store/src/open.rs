//! Opens a log by its address.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::error::StoreError;
use crate::log::EventLog;
use crate::memory::MemoryLog;
use crate::sqlite::{SqliteLog, SqliteOptions};

/// How to open a log.
#[derive(Clone)]
pub struct OpenOptions {
    /// Where `recorded_at` comes from.
    pub clock: Arc<dyn Clock>,
    /// Only read, and take no lock: for a second process beside the writer. For `memory:` refused.
    pub read_only: bool,
    /// What concerns SQLite only.
    pub sqlite: SqliteOptions,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            read_only: false,
            sqlite: SqliteOptions::default(),
        }
    }
}

/// Opens the log at `url`: `memory:`, or `sqlite://PATH` (relative, or absolute with a third
/// slash). A file that is not there is created, its folder is not.
///
/// # Errors
/// [`StoreError::Invalid`] for any other address; else see [`SqliteLog::open`].
pub fn open(url: &str, options: OpenOptions) -> Result<Arc<dyn EventLog>, StoreError> {
    if url == "memory:" {
        if options.read_only {
            return invalid("`memory:` starts empty, so reading only makes no sense of it");
        }
        return Ok(Arc::new(MemoryLog::new(options.clock)));
    }
    let path = sqlite_path(url)?;
    Ok(Arc::new(if options.read_only {
        SqliteLog::open_read_only(&path)?
    } else {
        SqliteLog::open(&path, options.clock, options.sqlite)?
    }))
}

/// The file that a `sqlite://` address names.
fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    match url.strip_prefix("sqlite://") {
        Some(path) if !path.is_empty() => Ok(Path::new(path).to_path_buf()),
        _ => invalid(format!("it is `{url}`, `memory:` or `sqlite://PATH` goes")),
    }
}

fn invalid<T>(rule: impl Into<String>) -> Result<T, StoreError> {
    Err(StoreError::Invalid {
        field: "the address of the log".to_owned(),
        rule: rule.into(),
    })
}
