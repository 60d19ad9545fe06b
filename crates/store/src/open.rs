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
    Ok(match (Address::read(url)?, options.read_only) {
        (Address::Memory, true) => {
            return invalid("`memory:` starts empty, so reading only makes no sense of it");
        }
        (Address::Memory, false) => Arc::new(MemoryLog::new(options.clock)),
        (Address::File(path), true) => Arc::new(SqliteLog::open_read_only(&path)?),
        (Address::File(path), false) => {
            Arc::new(SqliteLog::open(&path, options.clock, options.sqlite)?)
        }
        (Address::Database, true) => Arc::new(PostgresLog::open_read_only(
            url,
            options.clock,
            options.postgres,
        )?),
        (Address::Database, false) => {
            Arc::new(PostgresLog::open(url, options.clock, options.postgres)?)
        }
    })
}

/// Brings the schema of the log at `url` up to date and answers how many steps that took. A file is
/// made where there is none, and brought up to date whenever it is opened for writing.
///
/// # Errors
/// As [`open`]; nothing is changed then.
pub fn migrate(url: &str) -> Result<usize, StoreError> {
    match Address::read(url)? {
        Address::Database => PostgresLog::migrate(url),
        Address::Memory | Address::File(_) => open(url, OpenOptions::default()).map(|_| 0),
    }
}

/// Spreads the log at `url` over the nodes of a Citus cluster by tenant, and answers how many steps
/// that took: see [`PostgresLog::distribute`].
///
/// # Errors
/// As there; [`StoreError::NotACluster`] for a file.
pub fn distribute(url: &str) -> Result<usize, StoreError> {
    let what = match Address::read(url)? {
        Address::Database => return PostgresLog::distribute(url),
        Address::Memory => url.to_owned(),
        Address::File(path) => path.display().to_string(),
    };
    Err(StoreError::NotACluster { what })
}

/// Copies the file of the log at `url` to a new one, as of now, while it is in use: see
/// [`SqliteLog::backup_to`].
///
/// # Errors
/// As there; [`StoreError::Invalid`] for what is no file.
pub async fn backup(url: &str, target: &Path) -> Result<(), StoreError> {
    let Address::File(path) = Address::read(url)? else {
        return invalid("a file is backed up so; a database has tools of its own");
    };
    SqliteLog::open_read_only(&path)?.backup_to(target).await
}

/// Makes the view for programs of postgres-es in the database at `url`, and answers its full name:
/// see [`PostgresLog::stock_view`]. Brings the schema up to date first.
///
/// # Errors
/// As there; [`StoreError::Invalid`] for a file.
pub fn stock_view(url: &str, tenant: &str) -> Result<String, StoreError> {
    if Address::read(url)? != Address::Database {
        return invalid("postgres-es reads a database, and this is none");
    }
    PostgresLog::stock_view_at(url, tenant)
}

/// What the address of a store names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `memory:`, gone with the process.
    Memory,
    /// `sqlite://PATH`: this file.
    File(PathBuf),
    /// `postgres://…` or `postgresql://…`.
    Database,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] says what would go. The address is not repeated, for one that is
    /// slightly wrong may still hold a password.
    pub fn read(url: &str) -> Result<Self, StoreError> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::File(PathBuf::from(path))),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Database),
            None if url == "memory:" => Ok(Self::Memory),
            _ => invalid("`memory:`, `sqlite://PATH` or `postgres://…` goes"),
        }
    }
}

fn invalid<T>(rule: impl Into<String>) -> Result<T, StoreError> {
    Err(StoreError::Invalid {
        field: "the address of the log".to_owned(),
        rule: rule.into(),
    })
}
