//! Opening the views file: whose it is, which format it has, how connections are set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::failure::Failure;
use crate::views::ViewError;

/// `GWvw`: marks the file as ours.
const APPLICATION_ID: i64 = 0x4757_7677;
/// Version of the catalog and of how tables are laid out.
const FORMAT: i64 = 2;
/// How long a writer waits for one in another process.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// Prepared statements kept by a connection.
const STATEMENTS_MAX: usize = 256;

/// One row a generation: the tables of one tenant's view at one version. `live` is 1 for the
/// one that readers see and 0 for the rebuild under way; ids are never used again.
/// `analyze` only makes the table of statistics, which `sql::create` fills.
const CATALOG: &str = "
    create table generation (
        id integer primary key autoincrement,
        tenant text not null,
        view text not null,
        live integer not null check (live in (0, 1)),
        version integer not null,
        fingerprint text not null,
        tables text not null,
        position integer not null,
        chain blob not null,
        unique (tenant, view, live)
    ) strict;
    analyze;
";

/// Opens for writing, and creates the file and its catalog if there are none.
pub(super) fn open_writer(path: &Path) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    // Nothing is changed before the file is known to be ours or empty.
    let mut empty = check_owner(&connection, path)?;
    if !empty && format(&connection)? < FORMAT {
        clear(&connection)?;
        empty = true;
    }
    if empty {
        connection.pragma_update(None, "page_size", 8192)?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    if empty {
        let immediate = rusqlite::TransactionBehavior::Immediate;
        let transaction = connection.transaction_with_behavior(immediate)?;
        // Another process may have been first.
        if check_owner(&transaction, path)? {
            transaction.execute_batch(CATALOG)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
        }
        transaction.commit()?;
    }
    Ok(connection)
}

/// Takes everything out of a file of an older format: it is a cache, and is built anew.
fn clear(connection: &Connection) -> Result<(), Failure> {
    const RESET: DbConfig = DbConfig::SQLITE_DBCONFIG_RESET_DATABASE;
    connection.set_db_config(RESET, true)?;
    connection.execute_batch("vacuum")?;
    connection.set_db_config(RESET, false)?;
    Ok(())
}

fn format(connection: &Connection) -> Result<i64, Failure> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Opens for reading.
pub(super) fn open_reader(path: &Path) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    if check_owner(&connection, path)? || format(&connection)? < FORMAT {
        return Err(ViewError::Missing {
            path: path.to_path_buf(),
        }
        .into());
    }
    connection.pragma_update(None, "cache_size", -16_384)?;
    Ok(connection)
}

/// What writers and readers have in common.
fn set_up(connection: &Connection) -> Result<(), Failure> {
    connection.busy_timeout(WAIT_MAX)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Plans do not depend on what is bound: our statistics say nothing of values, and SQLite would plan
    // a kept statement anew for each, which costs as much as reading a page.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Whether the file is still empty; an error unless it is that or ours.
fn check_owner(connection: &Connection, path: &Path) -> Result<bool, Failure> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (owner, found) = (number("application_id")?, number("user_version")?);
    let path = path.to_path_buf();
    if owner == APPLICATION_ID {
        if found > FORMAT {
            return Err(ViewError::NewerFile {
                path,
                found,
                supported: FORMAT,
            }
            .into());
        }
        return Ok(false);
    }
    let sql = "select count(*) from sqlite_master";
    let objects: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    if owner != 0 || found != 0 || objects > 0 {
        return Err(ViewError::NotAViewsFile { path }.into());
    }
    Ok(true)
}
