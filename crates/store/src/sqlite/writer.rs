//! The one thread that writes: takes what is queued, makes one transaction of it, answers.
//!
//! A batch closes when the commit before it returns. Callers that were just answered come back
//! within microseconds, so after a batch of several the writer lingers for a fraction of a flush
//! until as many are there again; a lone caller never waits.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::batch::Batch;
use super::failure::failure;
use super::heads::Heads;
use super::ledger::{self, Ledger};
use super::options::SqliteOptions;
use super::queue::{Job, Queue};
use super::row::db;
use crate::clock::Clock;
use crate::error::{AppendError, StoreError};
use crate::event::{Append, Appended, Snapshot, StreamId};
use crate::head;

/// The longest wait for callers that are expected back.
const LINGER: Duration = Duration::from_micros(500);

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
        let (queue, jobs) = Queue::new(options);
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

/// The answer to a job, held back until the batch is durable.
enum Done {
    Append(Vec<Result<Appended, AppendError>>),
    Snapshot(Result<(), StoreError>),
    Dropped(u64),
}

impl Desk {
    fn work(mut self, jobs: &Receiver<Job>, most: usize) {
        let mut batch = Vec::new();
        let mut before = 0;
        let mut linger = Duration::ZERO;
        while let Ok(first) = jobs.recv() {
            batch.push(first);
            before = gather(jobs, &mut batch, most, before, linger);
            let began = Instant::now();
            let done = self.transact(&batch);
            linger = (began.elapsed() / 2).min(LINGER);
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

/// Fills the batch with what is queued, and lingers for callers that are expected back. Answers
/// the number of commands.
fn gather(
    jobs: &Receiver<Job>,
    batch: &mut Vec<Job>,
    most: usize,
    expected: usize,
    linger: Duration,
) -> usize {
    let mut commands: usize = batch.iter().map(Job::commands).sum();
    let until = Instant::now() + linger;
    while commands < most {
        let job = match jobs.try_recv() {
            Ok(job) => job,
            Err(_) if commands >= expected => break,
            Err(_) => match jobs.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            },
        };
        commands += job.commands();
        batch.push(job);
    }
    commands
}

/// Answers every job of the batch. A caller that is gone misses its answer, not its events.
fn answer(batch: &mut Vec<Job>, done: Result<Vec<Done>, StoreError>) {
    let failed = done.as_ref().err().cloned();
    let mut done = done.unwrap_or_default().into_iter();
    for job in batch.drain(..) {
        let error = failed.clone().unwrap_or(StoreError::Closed);
        match (job, done.next()) {
            (Job::Append { answer, .. }, Some(Done::Append(answers))) => drop(answer.send(answers)),
            (
                Job::Append {
                    answer, appends, ..
                },
                _,
            ) => {
                let refused = || Err(AppendError::Storage(error.clone()));
                drop(answer.send(appends.iter().map(|_| refused()).collect()));
            }
            (Job::Snapshot { answer, .. }, Some(Done::Snapshot(stored))) => {
                drop(answer.send(stored));
            }
            (Job::Snapshot { answer, .. }, _) => drop(answer.send(Err(error))),
            (Job::DropSnapshots { answer, .. }, Some(Done::Dropped(count))) => {
                drop(answer.send(Ok(count)));
            }
            (Job::DropSnapshots { answer, .. }, _) => drop(answer.send(Err(error))),
        }
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
