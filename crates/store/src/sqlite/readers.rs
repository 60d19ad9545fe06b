//! A small pool of connections that can only read, and the short reads.
//!
//! Reads never wait for the writer (WAL), and see what was committed when they began.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::Semaphore;

use super::failure::failure;
use super::file;
use super::row::{POSITIONS, bound, db, event, event_columns, tenant_base, whole};
use crate::digest;
use crate::error::StoreError;
use crate::event::{RecordedEvent, Snapshot, StreamId};
use crate::verify::{check_link, check_read};

/// Connections that wait for work.
pub(crate) struct Readers {
    path: PathBuf,
    most: usize,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    /// A pool of at most `most` connections on the file.
    pub(crate) fn new(path: &Path, most: usize) -> Self {
        let most = most.clamp(1, 64);
        let permits = Arc::new(Semaphore::new(most));
        Self {
            path: path.to_owned(),
            most,
            idle: Mutex::new(Vec::new()),
            permits,
        }
    }

    /// How many connections wait for work at most.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Runs a read on a thread that may block, when a connection is free.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let pool = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            pool.read_here(read)
        });
        task.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a read on this thread.
    pub(crate) fn read_here<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let waiting = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match waiting {
            Some(connection) => connection,
            None => file::open_reader(&self.path)?,
        };
        let answer = read(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.most {
            idle.push(connection);
        }
        answer
    }
}

/// The events of a stream after a sequence, checked.
pub(crate) fn stream(
    file: &Connection,
    tenant: &str,
    stream: &StreamId,
    after: u64,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let sql = concat!(
        "select ",
        event_columns!(),
        " from events where tenant = ?1 and aggregate_type = ?2 and aggregate_id = ?3 \
         and sequence > ?4 order by sequence"
    );
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let key = params![
        tenant,
        stream.aggregate_type,
        stream.aggregate_id,
        db(after)
    ];
    let mut rows = select.query(key).map_err(failure)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(failure)? {
        let read = event(row, tenant, None)?;
        check_read(&read, after + events.len() as u64 + 1, read.sequence)?;
        events.push(read.to_recorded());
    }
    Ok(events)
}

/// Room that is made before it is known how many rows there are.
const ROWS_AT_ONCE: usize = 10_000;

/// At most `limit` events of the tenant after a position, checked.
pub(crate) fn log(
    file: &Connection,
    tenant: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let sql = concat!(
        "select ",
        event_columns!(),
        " from events where id > ",
        tenant_base!(),
        " + ?2 and id < ",
        tenant_base!(),
        " + ?3 order by id limit ?4"
    );
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let range = params![tenant, bound(after), db(POSITIONS), db(limit as u64)];
    let mut rows = select.query(range).map_err(failure)?;
    // Of the first one the predecessor is not read, unless it is the very first.
    let mut previous = (after == 0).then_some(digest::GENESIS);
    let mut events = Vec::with_capacity(limit.min(ROWS_AT_ONCE));
    while let Some(row) = rows.next().map_err(failure)? {
        let expected = after + events.len() as u64 + 1;
        let read = event(row, tenant, Some(expected))?;
        check_read(&read, expected, read.position)?;
        if let Some(previous) = &previous {
            check_link(previous, &read)?;
        }
        previous = Some(*read.chain);
        events.push(read.to_recorded());
    }
    Ok(events)
}

/// The names of all tenants with events.
pub(crate) fn tenants(file: &Connection) -> Result<Vec<String>, StoreError> {
    let sql = "select tenant from heads order by tenant";
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let names = select.query_map([], |row| row.get(0)).map_err(failure)?;
    names.collect::<Result<_, _>>().map_err(failure)
}

/// The snapshot of a stream.
pub(crate) fn snapshot(
    file: &Connection,
    tenant: &str,
    stream: &StreamId,
) -> Result<Option<Snapshot>, StoreError> {
    let sql = "select sequence, payload from snapshots \
               where tenant = ?1 and aggregate_type = ?2 and aggregate_id = ?3";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Snapshot {
            sequence: whole(row, 0)?,
            payload: row.get(1)?,
        })
    };
    let key = params![tenant, stream.aggregate_type, stream.aggregate_id];
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    select.query_row(key, read).optional().map_err(failure)
}
