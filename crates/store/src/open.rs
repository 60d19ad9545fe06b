//! Opens a log by its address.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::error::StoreError;
use crate::log::EventLog;
use crate::memory::MemoryLog;
use crate::postgres::{PostgresLog, PostgresOptions};
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
    /// What concerns PostgreSQL only.
    pub postgres: PostgresOptions,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            read_only: false,
            sqlite: SqliteOptions::default(),
            postgres: PostgresOptions::default(),
        }
    }
}

/// Opens the log at `url`: `memory:`; `sqlite://PATH` (relative, or absolute with a third slash), a
/// file that is created when it is not there, while its folder is not; or
/// `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
///
/// # Errors
/// [`StoreError::Invalid`] for any other address; else see [`SqliteLog::open`] and
/// [`PostgresLog::open`].
pub fn open(url: &str, options: OpenOptions) -> Result<Arc<dyn EventLog>, StoreError> {
    if url == "memory:" {
        if options.read_only {
            return invalid("`memory:` starts empty, so reading only makes no sense of it");
        }
        return Ok(Arc::new(MemoryLog::new(options.clock)));
    }
    if is_postgres(url) {
        let (clock, postgres) = (options.clock, options.postgres);
        return Ok(Arc::new(if options.read_only {
            PostgresLog::open_read_only(url, clock, postgres)?
        } else {
            PostgresLog::open(url, clock, postgres)?
        }));
    }
    let path = sqlite_path(url)?;
    Ok(Arc::new(if options.read_only {
        SqliteLog::open_read_only(&path)?
    } else {
        SqliteLog::open(&path, options.clock, options.sqlite)?
    }))
}

/// Brings the schema of the log at `url` up to date and answers how many steps that took. A file is
/// made where there is none, and brought up to date whenever it is opened for writing.
///
/// # Errors
/// As [`open`]; nothing is changed then.
pub fn migrate(url: &str) -> Result<usize, StoreError> {
    if is_postgres(url) {
        return PostgresLog::migrate(url);
    }
    open(url, OpenOptions::default()).map(|_| 0)
}

/// Spreads the log at `url` over the nodes of a Citus cluster by tenant, and answers how many steps
/// that took: see [`PostgresLog::distribute`].
///
/// # Errors
/// As there; [`StoreError::NotACluster`] for a file.
pub fn distribute(url: &str) -> Result<usize, StoreError> {
    if is_postgres(url) {
        return PostgresLog::distribute(url);
    }
    let what = sqlite_path(url)?.display().to_string();
    Err(StoreError::NotACluster { what })
}

/// Whether an address is one of PostgreSQL.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// The file that a `sqlite://` address names.
fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    match url.strip_prefix("sqlite://") {
        Some(path) if !path.is_empty() => Ok(Path::new(path).to_path_buf()),
        _ => invalid(format!(
            "it is `{url}`, `memory:`, `sqlite://PATH` or `postgres://…` goes"
        )),
    }
}

fn invalid<T>(rule: impl Into<String>) -> Result<T, StoreError> {
    Err(StoreError::Invalid {
        field: "the address of the log".to_owned(),
        rule: rule.into(),
    })
}
