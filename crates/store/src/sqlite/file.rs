//! Opens the file: whose it is, which schema it has, and how it is to be written.
//!
//! It refuses what is not a log of Gridwhistle and what a newer program wrote, before anything in
//! the file is changed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::failure::failure;
use super::lock::{refused, sibling};
use super::options::SqliteOptions;
use super::row::whole;
use crate::error::StoreError;

/// The mark of a Gridwhistle log in the file's header: `GWLG`.
const APPLICATION_ID: i64 = 0x4757_4c47;

/// The schema, one step a version; the file's version is the number of steps taken.
const MIGRATIONS: [&str; 1] = [include_str!("0001_log.sql")];

/// Bytes a page. A batch of commands touches one page of `commands` and of the stream index for
/// each, and every touched page goes to the disk whole, so small pages write least.
const PAGE_BYTES: u32 = 4096;

/// Pages in the write-ahead log before they are moved into the file (16 MiB): pages that every
/// batch touches are moved once for many batches.
const CHECKPOINT_PAGES: i64 = 4_096;

/// How long to wait for a lock that another SQLite connection holds.
const BUSY: Duration = Duration::from_secs(5);

/// How many statements a connection keeps prepared.
const STATEMENTS: usize = 32;

/// The full name of the file, so that two spellings of a path share one lock.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
    if path.exists() {
        return path.canonicalize().map_err(|error| refused(path, &error));
    }
    let Some(name) = path.file_name() else {
        return Err(StoreError::Io {
            what: format!("{} names no file", path.display()),
        });
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match folder.canonicalize() {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) => Err(refused(folder, &error)),
    }
}

/// Opens the file for its one writer; creates it or brings its schema up to date.
pub(crate) fn open_writer(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().readonly()) {
        return Err(StoreError::ReadOnly {
            what: path.display().to_string(),
        });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = connect(path, flags)?;
    let version = identify(&connection, path)?;
    prepare(&mut connection, version, options).map_err(failure)?;
    Ok(connection)
}

/// Opens a connection that can only read.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags)?;
    let read = connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(()));
    match (read, at_rest(path)) {
        (Err(_), Some(address)) => connect(Path::new(&address), flags | OpenFlags::SQLITE_OPEN_URI),
        _ => Ok(connection),
    }
}

/// The address of a file that nobody writes, for SQLite to read without making files beside it: an
/// auditor's copy on a medium or in a folder that may only be read. None where a write-ahead log
/// stands beside it, for that holds events that the file does not.
fn at_rest(path: &Path) -> Option<String> {
    let beside = |suffix| std::fs::metadata(sibling(path, suffix));
    let pending = beside("-wal").is_ok_and(|wal| wal.len() > 0);
    if pending || beside("-shm").is_ok() {
        return None;
    }
    let escaped = path.to_str()?.replace('%', "%25");
    let escaped = escaped.replace('?', "%3f").replace('#', "%23");
    Some(format!("file:{escaped}?immutable=1"))
}

/// Checks, over a connection that can only read, that this program can read the file as it is.
pub(crate) fn check_readable(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    match identify(connection, path)? {
        version if version == MIGRATIONS.len() => Ok(()),
        0 => Err(StoreError::NotADatabase {
            what: format!("{} (empty)", path.display()),
        }),
        version => Err(StoreError::ReadOnly {
            what: format!(
                "{} (schema {version}, to be brought up to date)",
                path.display()
            ),
        }),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Without this SQLite plans a prepared statement anew for new values of a range or limit,
        // which costs as much as a short read itself.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // Until the file is known to be ours, closing must not move pages in it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(connection)
    };
    open().map_err(|error| name(failure(error), path))
}

/// The number of migrations that the file has seen; 0 for a new file.
fn identify(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let read = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let read = |sql: &str| read(sql).map_err(|error| name(failure(error), path));
    let tables = read("select count(*) from sqlite_schema")?;
    let application = read("pragma application_id")?;
    let found = read("pragma user_version")?;
    if application != APPLICATION_ID && (application != 0 || tables != 0) {
        let what = format!("{} (another program's database)", path.display());
        return Err(StoreError::NotADatabase { what });
    }
    match usize::try_from(found) {
        Ok(version) if version <= MIGRATIONS.len() => Ok(version),
        _ => Err(StoreError::NewerSchema {
            found: u32::try_from(found).unwrap_or(u32::MAX),
            supported: MIGRATIONS.len() as u32,
        }),
    }
}

fn prepare(
    connection: &mut Connection,
    version: usize,
    options: &SqliteOptions,
) -> Result<(), rusqlite::Error> {
    if version == 0 {
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    }
    // WAL with FULL: every commit is one write and one flush of the write-ahead log.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "cache_size", -options.writer_cache_kib)?;
    if let Some(bytes) = options.max_file_bytes {
        let page_bytes: u64 = connection.query_row("pragma page_size", [], |row| whole(row, 0))?;
        let pages = (bytes / page_bytes.max(1)).max(1);
        connection.pragma_update(
            None,
            "max_page_count",
            i64::try_from(pages).unwrap_or(i64::MAX),
        )?;
    }
    if version < MIGRATIONS.len() {
        let step = connection.transaction()?;
        for sql in &MIGRATIONS[version..] {
            step.execute_batch(sql)?;
        }
        step.pragma_update(None, "application_id", APPLICATION_ID)?;
        step.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
        step.commit()?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(())
}

/// Puts the file's name into an error that speaks of "the file".
fn name(error: StoreError, path: &Path) -> StoreError {
    let shown = path.display();
    match error {
        StoreError::NotADatabase { .. } => StoreError::NotADatabase {
            what: shown.to_string(),
        },
        StoreError::ReadOnly { .. } => StoreError::ReadOnly {
            what: shown.to_string(),
        },
        StoreError::Io { what } => StoreError::Io {
            what: format!("{shown}: {what}"),
        },
        other => other,
    }
}
