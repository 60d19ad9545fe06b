//! The one writer of a tenant in this process: a thread with a connection of its own.
//!
//! A batch is one statement, the append function, and so one transaction and one flush. Other
//! processes may write the same tenant: the head that a batch is chained onto is compared by the
//! database, and where it has moved the batch is sealed again. Where an answer was lost, the
//! batch is settled on a new connection: what is there by command id was written, and is
//! acknowledged only behind a write of our own, because on a synchronous pair a row may be visible
//! on a restarted primary that no standby has.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::batch::{Known, Plan, portion};
use super::link::{Failed, Link};
use super::options::PostgresOptions;
use super::ours::Ours;
use super::server::Server;
use crate::clock::Clock;
use crate::error::{AppendError, StoreError};
use crate::event::Appended;
use crate::head::Head;
use crate::heads::Heads;
use crate::queue::{Bid, Job, Queue};
use crate::round::{Done, Pace, answer};

/// The first and the longest pause before a batch is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(500));

/// How often a batch is sealed onto a head or planned onto streams that then turn out to have
/// moved, before the head is locked first.
const CHASES: u32 = 2;

type Answers = Vec<Result<Appended, AppendError>>;

/// A running writer: its queue, and the thread to wait for when the log is closed.
pub(crate) struct Writer {
    queue: Option<Arc<Queue>>,
    thread: Option<JoinHandle<()>>,
    acknowledged: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread; it connects when there is something to write.
    pub(crate) fn start(
        server: &Arc<Server>,
        tenant: &str,
        clock: &Arc<dyn Clock>,
        heads: &Arc<Heads>,
        ours: &Arc<Ours>,
        options: &PostgresOptions,
    ) -> Result<Self, StoreError> {
        let io = |error: std::io::Error| StoreError::Io {
            what: format!("the writer's thread: {error}"),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(io)?;
        let (queue, jobs) = Queue::new(options.queue, options.queue_bytes, options.patience);
        let acknowledged = Arc::new(AtomicU64::new(0));
        let desk = Desk {
            tenant: tenant.to_owned(),
            clock: Arc::clone(clock),
            heads: Arc::clone(heads),
            ours: Arc::clone(ours),
            options: options.clone(),
            acknowledged: Arc::clone(&acknowledged),
            link: Link::to(server, tenant, options.answer_within),
            head: None,
        };
        let thread = std::thread::Builder::new()
            .name("gridwhistle-log".to_owned())
            .spawn(move || desk.work(&runtime, &jobs))
            .map_err(io)?;
        Ok(Self {
            queue: Some(Arc::new(queue)),
            thread: Some(thread),
            acknowledged,
        })
    }

    /// The callers' end of the queue.
    pub(crate) fn queue(&self) -> Result<Arc<Queue>, StoreError> {
        self.queue.clone().ok_or(StoreError::Closed)
    }

    /// Everything up to this position lies behind an acknowledged commit.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Acquire)
    }

    /// Everything up to this position was fenced elsewhere in this process.
    pub(crate) fn acknowledge(&self, position: u64) {
        self.acknowledged.fetch_max(position, Ordering::AcqRel);
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
    tenant: String,
    clock: Arc<dyn Clock>,
    heads: Arc<Heads>,
    ours: Arc<Ours>,
    options: PostgresOptions,
    acknowledged: Arc<AtomicU64>,
    link: Link,
    /// The head after the last batch; forgotten when somebody else may have moved it.
    head: Option<Head>,
}

impl Desk {
    fn work(mut self, runtime: &Runtime, jobs: &Receiver<Job>) {
        let mut batch = Vec::new();
        let mut pace = Pace::default();
        while let Some(first) = self.next(runtime, jobs) {
            batch.push(first);
            pace.gather(jobs, &mut batch, self.options.batch);
            let began = Instant::now();
            let done = runtime.block_on(self.write(&batch));
            pace.took(began.elapsed());
            answer(&mut batch, Ok(done));
        }
    }

    /// The next job; gives the connection back while there is none for long.
    fn next(&mut self, runtime: &Runtime, jobs: &Receiver<Job>) -> Option<Job> {
        loop {
            match jobs.recv_timeout(self.options.idle) {
                Ok(job) => return Some(job),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    self.let_go();
                    // The connection says good-bye when it is run for the last time.
                    runtime.block_on(tokio::task::yield_now());
                }
            }
        }
    }

    fn let_go(&mut self) {
        self.link.let_go();
        self.head = None;
    }

    /// Writes what is queued, a portion a transaction.
    async fn write(&mut self, batch: &[Job]) -> Vec<Done> {
        let commands: Vec<Bid<'_>> = batch.iter().flat_map(Job::bids).collect();
        let mut answers = Vec::with_capacity(commands.len());
        let mut rest = commands.as_slice();
        while !rest.is_empty() {
            let count = portion(rest, self.options.batch, self.options.batch_bytes);
            let (now, later) = rest.split_at(count);
            answers.extend(self.settle(now).await);
            rest = later;
        }
        let mut answers = answers.into_iter();
        let of = |job: &Job| Done::Append(answers.by_ref().take(job.commands()).collect());
        batch.iter().map(of).collect()
    }

    /// Writes one portion, or finds out what became of it; tries again while the database is away.
    async fn settle(&mut self, bids: &[Bid<'_>]) -> Answers {
        let began = Instant::now();
        let mut known = Known::default();
        let mut pause = PAUSES.0;
        loop {
            let failed = match self.attempt(bids, &mut known).await {
                Ok(answers) => return answers,
                Err(failed) => failed,
            };
            self.let_go();
            let away = matches!(failed, StoreError::Unavailable { .. });
            if !away || began.elapsed() + pause > self.options.outage {
                return bids.iter().map(|_| Err(failed.clone().into())).collect();
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
            // Something may have been written: from now on the database is asked first.
            known.versions = Some(HashMap::new());
        }
    }

    /// One connection's try at a portion.
    async fn attempt(
        &mut self,
        bids: &[Bid<'_>],
        known: &mut Known,
    ) -> Result<Answers, StoreError> {
        self.connect().await?;
        let mut chases = 0;
        loop {
            let locked = chases >= CHASES;
            if locked {
                self.head = Some(self.link.lock().await?);
            }
            if known.versions.is_some() {
                self.ask(bids, known).await?;
            }
            let head = match self.head {
                Some(head) => head,
                None => *self.head.insert(self.link.head().await?),
            };
            known.others = self.ours.read(&self.tenant, &head);
            let plan = Plan::of(head, bids, known, &*self.clock);
            if plan.is_empty() {
                self.fence(&plan, locked).await?;
                return Ok(plan.answers);
            }
            let written = self.call(&plan, locked).await;
            match written {
                Ok(true) => {
                    self.advance(&plan);
                    return Ok(plan.answers);
                }
                Ok(false) => {
                    self.head = None;
                    chases += 1;
                }
                // Nobody else moves anything meanwhile, and nothing stands against the commands.
                Err(Failed::Refused) if locked && known.versions.is_some() => {
                    return Err(StoreError::Corrupt {
                        position: None,
                        what: "it refuses commands for a stream or command id that it does not \
                               show; `verify` tells where"
                            .to_owned(),
                    });
                }
                Err(Failed::Refused) => {
                    known.versions = Some(HashMap::new());
                    chases += 1;
                }
                Err(Failed::Store(error)) => {
                    known.sent.extend(plan.sent());
                    return Err(error);
                }
            }
        }
    }

    /// Takes a portion as written and durable.
    fn advance(&mut self, plan: &Plan<'_>) {
        self.head = Some(plan.after);
        self.ours.wrote(&self.tenant);
        let position = plan.after.position;
        self.acknowledged.fetch_max(position, Ordering::AcqRel);
        self.heads.publish(&self.tenant, position);
    }

    async fn connect(&mut self) -> Result<(), StoreError> {
        if self.link.stands() {
            return Ok(());
        }
        self.let_go();
        self.link.connect().await
    }

    /// What the database holds of a portion's commands and streams.
    async fn ask(&self, bids: &[Bid<'_>], known: &mut Known) -> Result<(), StoreError> {
        let ids: Vec<_> = bids.iter().map(|bid| bid.append.command_id).collect();
        let mut streams: Vec<_> = bids.iter().map(|bid| &bid.append.stream).collect();
        streams.sort_unstable();
        streams.dedup();
        known.commands = self.link.commands(&ids).await?;
        known.versions = Some(self.link.versions(&streams).await?);
        Ok(())
    }

    /// Runs the append function: whether it wrote, or the head has moved.
    async fn call(&self, plan: &Plan<'_>, locked: bool) -> Result<bool, Failed> {
        self.ours.sends(&self.tenant, &plan.before, &plan.after);
        let written = self.link.append(plan).await;
        if locked {
            let done = matches!(written, Ok(true));
            self.link
                .say(if done { "commit" } else { "rollback" })
                .await?;
        }
        written
    }

    /// Lets what an answer rests on become durable, where it is not certain that it is.
    async fn fence(&self, plan: &Plan<'_>, locked: bool) -> Result<(), StoreError> {
        if locked {
            self.link.say("rollback").await?;
        }
        if plan.rests_on > self.acknowledged.load(Ordering::Acquire) {
            self.link.fence().await?;
            self.acknowledged.fetch_max(plan.rests_on, Ordering::AcqRel);
        }
        Ok(())
    }
}
