//! The one thread that writes: takes what is queued, makes one transaction of it, answers.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::{Connection, params};

use super::batch::Batch;
use super::failure::failure;
use super::ledger::{self, Ledger};
use super::options::SqliteOptions;
use super::row::db;
use crate::clock::Clock;
use crate::error::StoreError;
use crate::event::{Append, Snapshot, StreamId};
use crate::head;
use crate::heads::Heads;
use crate::queue::{Job, Queue};
use crate::round::{Done, Pace, answer};

/// The running writer: its queue, and the thread to wait for when the log is closed.
pub(crate) struct Writer {
    queue: Option<Queue>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on its connection.
    pub(crate) fn start(
        file: Connection,
        clock: Arc<dyn Clock>,
        heads: Arc<Heads>,
        options: &SqliteOptions,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = Queue::new(options.queue, options.queue_bytes, options.patience);
        let (most, keep) = (options.batch.max(1), options.known_streams);
        let desk = Desk {
            file,
            clock,
            heads,
            ledger: Ledger::default(),
            keep,
        };
        let thread = std::thread::Builder::new()
            .name("gridwhistle-log".to_owned())
            .spawn(move || desk.work(&jobs, most))
            .map_err(|error| StoreError::Io {
                what: format!("the writer's thread: {error}"),
            })?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// The callers' end of the queue.
    pub(crate) fn queue(&self) -> Result<&Queue, StoreError> {
        self.queue.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for Writer {
    /// Lets the writer finish what is queued.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the thread holds.
struct Desk {
    file: Connection,
    clock: Arc<dyn Clock>,
    heads: Arc<Heads>,
    ledger: Ledger,
    keep: usize,
}

impl Desk {
    fn work(mut self, jobs: &Receiver<Job>, most: usize) {
        let mut batch = Vec::new();
        let mut pace = Pace::default();
        while let Ok(first) = jobs.recv() {
            batch.push(first);
            pace.gather(jobs, &mut batch, most);
            let began = Instant::now();
            let done = self.transact(&batch);
            pace.took(began.elapsed());
            answer(&mut batch, done);
        }
        // Leaves one file behind. When a reader is in the way, the write-ahead log stays beside
        // the file, and the next opening reads both.
        let _ = self.file.execute_batch("pragma wal_checkpoint(truncate)");
    }

    /// Runs one transaction over the batch; rolls back and forgets when it fails.
    fn transact(&mut self, batch: &[Job]) -> Result<Vec<Done>, StoreError> {
        let done = self.write(batch);
        if done.is_ok() {
            let heads = &self.heads;
            self.ledger.settle(self.keep, |tenant, position| {
                heads.publish(tenant, position)
            });
        } else {
            if !self.file.is_autocommit() {
                // When the roll-back fails too, the next `begin` says so to the next batch.
                let _ = self.file.execute_batch("rollback");
            }
            self.ledger.forget();
        }
        done
    }

    fn write(&mut self, batch: &[Job]) -> Result<Vec<Done>, StoreError> {
        let mut transaction = Batch::begin(&self.file)?;
        let mut done = Vec::with_capacity(batch.len());
        for job in batch {
            done.push(match job {
                Job::Append { appends, .. } => {
                    let put = |append: &Append| {
                        transaction.append(&mut self.ledger, append, &*self.clock)
                    };
                    Done::Append(appends.iter().map(put).collect::<Result<_, _>>()?)
                }
                Job::Snapshot {
                    tenant,
                    stream,
                    snapshot,
                    ..
                } => {
                    let version = self
                        .ledger
                        .tenant(&self.file, tenant)
                        .and_then(|known| known.version(&self.file, tenant, stream));
                    Done::Snapshot(match version {
                        Ok(version) => put_snapshot(&self.file, tenant, stream, snapshot, version)?,
                        Err(damage) => Err(damage),
                    })
                }
                Job::Adopt {
                    tenant, commands, ..
                } => Done::Adopted(transaction.adopt(&mut self.ledger, tenant, commands)?),
                Job::DropSnapshots { tenant, .. } => {
                    let sql = "delete from snapshots where tenant = ?1";
                    let deleted = self.file.execute(sql, [tenant]).map_err(failure)?;
                    Done::Dropped(deleted as u64)
                }
            });
        }
        transaction.commit(&mut self.ledger)?;
        Ok(done)
    }
}

/// Stores a snapshot unless a newer one is there; the inner error refuses only this one.
fn put_snapshot(
    file: &Connection,
    tenant: &str,
    stream: &StreamId,
    snapshot: &Snapshot,
    version: u64,
) -> Result<Result<(), StoreError>, StoreError> {
    if let Err(refused) = head::check_snapshot(snapshot, version) {
        return Ok(Err(refused));
    }
    let sql = "insert into snapshots (tenant, aggregate_type, aggregate_id, sequence, payload) \
               values (?1, ?2, ?3, ?4, ?5) \
               on conflict do update set sequence = excluded.sequence, payload = excluded.payload \
               where excluded.sequence >= sequence";
    let StreamId {
        aggregate_type,
        aggregate_id,
    } = stream;
    let sequence = db(snapshot.sequence);
    let values = params![
        tenant,
        aggregate_type,
        aggregate_id,
        sequence,
        snapshot.payload
    ];
    let mut insert = file.prepare_cached(sql).map_err(failure)?;
    insert.execute(values).map_err(failure)?;
    Ok(Ok(()))
}

/// The heads of all tenants, published for those who wait.
pub(crate) fn publish_all(file: &Connection, heads: &Heads) -> Result<(), StoreError> {
    for tenant in super::readers::tenants(file)? {
        let head = ledger::head(file, &tenant)?;
        heads.publish(&tenant, head.map_or(0, |head| head.position));
    }
    Ok(())
}
