//! What plain SQLite does with the same rows: one insert a transaction, and grouped inserts.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use gridwhistle_store::Append;
use rusqlite::{CachedStatement, Connection, params};
use tokio::sync::oneshot;

use crate::rows::TENANT;

const INSERT: &str = "insert into events values (null, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, \
                      ?11, ?12, ?13)";

/// One plain table with the log's columns and the stream's unique key, WAL, FULL.
pub(crate) fn open(path: &Path) -> Connection {
    let file = Connection::open(path).unwrap();
    file.pragma_update(None, "journal_mode", "wal").unwrap();
    file.pragma_update(None, "synchronous", "full").unwrap();
    file.execute_batch(
        "create table events (position integer primary key, tenant text, aggregate_type text, \
         aggregate_id text, sequence integer, event_type text, event_version text, payload text, \
         metadata text, command_id blob, occurred_at integer, recorded_at integer, checksum blob, \
         chain blob, unique (tenant, aggregate_type, aggregate_id, sequence))",
    )
    .unwrap();
    file
}

pub(crate) fn prepare(file: &Connection) -> CachedStatement<'_> {
    file.prepare_cached(INSERT).unwrap()
}

pub(crate) fn insert(statement: &mut CachedStatement<'_>, append: &Append) {
    for (nth, event) in append.events.iter().enumerate() {
        let values = params![
            TENANT,
            append.stream.aggregate_type,
            append.stream.aggregate_id,
            (append.expected_version + nth as u64) as i64 + 1,
            event.event_type,
            event.event_version,
            event.payload,
            event.metadata,
            append.command_id.as_bytes(),
            event.occurred_at.timestamp_micros(),
            event.occurred_at.timestamp_micros(),
            append.request_hash,
            append.request_hash
        ];
        statement.execute(values).unwrap();
    }
}

/// A row on its way to the grouping writer.
pub(crate) type Sent = (Append, oneshot::Sender<()>);

/// Writes what is queued in one transaction, flushes, answers; waits half a flush for callers that
/// were just answered, as the log's writer does, so that the comparison is fair.
pub(crate) fn grouped(file: &Connection, queue: &mpsc::Receiver<Sent>) {
    let mut batch = Vec::new();
    let mut linger = Duration::ZERO;
    let mut expected = 0;
    while let Ok(first) = queue.recv() {
        batch.push(first);
        let until = Instant::now() + linger;
        loop {
            match queue.try_recv() {
                Ok(sent) => batch.push(sent),
                Err(_) if batch.len() >= expected => break,
                Err(_) => {
                    let left = until.saturating_duration_since(Instant::now());
                    let Ok(sent) = queue.recv_timeout(left) else {
                        break;
                    };
                    batch.push(sent);
                }
            }
        }
        expected = batch.len();
        let began = Instant::now();
        file.execute_batch("begin immediate").unwrap();
        let mut statement = prepare(file);
        for (append, _) in &batch {
            insert(&mut statement, append);
        }
        drop(statement);
        file.execute_batch("commit").unwrap();
        linger = (began.elapsed() / 2).min(Duration::from_micros(500));
        for (_, answer) in batch.drain(..) {
            let _ = answer.send(());
        }
    }
}
