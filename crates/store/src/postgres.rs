//! The log in PostgreSQL 15 or later: a writer with group commit for each tenant, readers beside
//! it, and any number of processes on one database.
//!
//! What was acknowledged is durable as far as the database was told to make it so
//! (`synchronous_commit`, at least `on`), and on a synchronous pair on both. Tenant is first in
//! every key and statement, and an append is one function call on the tenant's rows, so that the
//! same schema serves one server, a primary with standbys, and a cluster that keeps each tenant on
//! one of its nodes.

mod adopt;
mod batch;
pub(crate) mod failure;
mod heads;
mod link;
mod listen;
pub(crate) mod migrate;
mod options;
mod reads;
mod replay;
pub(crate) mod row;
pub(crate) mod server;
mod stock;
mod verify;
mod writer;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, Once, PoisonError};

use async_trait::async_trait;
use deadpool_postgres::Object;
use tokio::sync::watch;
use uuid::Uuid;

pub use self::options::PostgresOptions;

use self::heads::HeadQueries;
use self::link::Link;
use self::reads::Reads;
use self::server::Server;
use self::writer::Writer;
use crate::clock::Clock;
use crate::error::{AppendError, StoreError};
use crate::event::{
    Append, Appended, CommandRecord, EventRef, RecordedCommand, RecordedEvent, Snapshot, StreamId,
};
use crate::head;
use crate::heads::Heads;
use crate::log::EventLog;
use crate::queue::Queue;
use crate::verify::VerifyReport;

/// A log in a PostgreSQL database. Dropping it writes what is queued.
pub struct PostgresLog {
    // Dropped in this order: the server goes last.
    writers: Mutex<HashMap<String, Writer>>,
    heads: Arc<Heads>,
    queries: HeadQueries,
    listening: Once,
    clock: Arc<dyn Clock>,
    options: PostgresOptions,
    writes: bool,
    server: Arc<Server>,
}

impl PostgresLog {
    /// Opens the database at `url`, `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; several
    /// `HOST:PORT` joined by commas are a primary and its standbys. Blocks until it answers.
    /// Brings the schema up to date where [`PostgresOptions::migrate`] says so.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for an address that is not understood or not accepted,
    /// [`StoreError::Unavailable`], [`StoreError::ReadOnly`], [`StoreError::OlderSchema`],
    /// [`StoreError::NewerSchema`]; nothing is changed then.
    pub fn open(
        url: &str,
        clock: Arc<dyn Clock>,
        options: PostgresOptions,
    ) -> Result<Self, StoreError> {
        let log = Self::at(url, clock, options, true)?;
        let (server, migrate) = (Arc::clone(&log.server), log.options.migrate);
        log.server.run_here(async move {
            let mut client = server.connect_here().await?;
            server.check_writable(&client).await?;
            if migrate {
                migrate::up(&server, &mut client).await?;
            }
            migrate::check(&server, &client).await
        })?;
        Ok(log)
    }

    /// Opens the database for reading; a standby serves as well. Writing answers
    /// [`StoreError::ReadOnly`].
    ///
    /// # Errors
    /// As [`PostgresLog::open`].
    pub fn open_read_only(
        url: &str,
        clock: Arc<dyn Clock>,
        options: PostgresOptions,
    ) -> Result<Self, StoreError> {
        let log = Self::at(url, clock, options, false)?;
        let server = Arc::clone(&log.server);
        log.server.run_here(async move {
            let client = server.connect_here().await?;
            migrate::check(&server, &client).await
        })?;
        Ok(log)
    }

    /// Brings the schema of the database at `url` up to date and answers how many steps that took.
    /// Safe to run twice, and by many at once.
    ///
    /// # Errors
    /// As [`PostgresLog::open`].
    pub fn migrate(url: &str) -> Result<usize, StoreError> {
        let server = Arc::new(Server::at(url, 1, true)?);
        let here = Arc::clone(&server);
        server.run_here(async move {
            let mut client = here.connect_here().await?;
            here.check_writable(&client).await?;
            migrate::up(&here, &mut client).await
        })
    }

    /// Makes the view through which other programs read one tenant's events as the table of
    /// postgres-es (`aggregate_type`, `aggregate_id`, `sequence`, `event_type`, `event_version`,
    /// `payload`, `metadata`), and answers its full name. What they write there is refused.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`] for a user who may not create it; [`StoreError::Unavailable`].
    pub async fn stock_view(&self, tenant: &str) -> Result<String, StoreError> {
        let sql = stock::view(tenant);
        self.read(tenant, |server, client, tenant| async move {
            let made = client.batch_execute(&sql).await;
            made.map_err(|error| failure::failure(server.name(), &error))?;
            Ok(stock::name(&tenant))
        })
        .await
    }

    fn at(
        url: &str,
        clock: Arc<dyn Clock>,
        options: PostgresOptions,
        writes: bool,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            writers: Mutex::default(),
            heads: Arc::default(),
            queries: HeadQueries::default(),
            listening: Once::new(),
            clock,
            server: Arc::new(Server::at(url, options.readers, writes)?),
            options,
            writes,
        })
    }

    /// The queue of a tenant's writer, which is started when it is first needed.
    fn queue(&self, tenant: &str) -> Result<Arc<Queue>, StoreError> {
        if !self.writes {
            return Err(StoreError::ReadOnly {
                what: format!("this handle on {}", self.server.name()),
            });
        }
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = writers.get(tenant) {
            return writer.queue();
        }
        let (server, heads) = (&self.server, &self.heads);
        let writer = Writer::start(server, tenant, &self.clock, heads, &self.options)?;
        let queue = writer.queue();
        writers.insert(tenant.to_owned(), writer);
        queue
    }

    /// Everything up to this position lies behind a commit that was acknowledged to this process.
    fn acknowledged(&self, tenant: &str) -> u64 {
        let writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        writers.get(tenant).map_or(0, Writer::acknowledged)
    }

    /// Runs a read of one tenant on a connection of its own.
    async fn read<T, F>(
        &self,
        tenant: &str,
        read: impl FnOnce(Arc<Server>, Object, String) -> F + Send + 'static,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        let (server, tenant) = (Arc::clone(&self.server), tenant.to_owned());
        let within = self.options.read_within;
        self.server
            .run(async move {
                let work = async {
                    let client = server.reader().await?;
                    read(Arc::clone(&server), client, tenant).await
                };
                let answered = tokio::time::timeout(within, work).await;
                answered.unwrap_or_else(|_| {
                    // The connection went back with its question unanswered.
                    server.forget_idle();
                    let what = format!("no answer for {within:?}");
                    Err(failure::unavailable(server.name(), what))
                })
            })
            .await
    }
}

/// A short read with owned arguments.
macro_rules! read {
    ($log:expr, $tenant:expr, |$reads:ident, $name:ident| $read:expr) => {
        $log.read($tenant, move |server, client, $name| async move {
            let $reads = Reads {
                client: &client,
                server: &server,
            };
            let $name = $name.as_str();
            $read.await
        })
        .await
    };
}

#[async_trait]
impl EventLog for PostgresLog {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        head::check(&append)?;
        let queue = self.queue(&append.tenant)?;
        let answers = queue.append(vec![append]).await?;
        answers
            .into_iter()
            .next()
            .unwrap_or(Err(StoreError::Closed.into()))
    }

    async fn append_all(&self, appends: Vec<Append>) -> Vec<Result<Appended, AppendError>> {
        let mut answers: Vec<Option<Result<Appended, AppendError>>> = Vec::new();
        let mut by_tenant: HashMap<String, (Vec<usize>, Vec<Append>)> = HashMap::new();
        for (place, append) in appends.into_iter().enumerate() {
            let refused = head::check(&append).err();
            if refused.is_none() {
                let of_tenant = by_tenant.entry(append.tenant.clone()).or_default();
                of_tenant.0.push(place);
                of_tenant.1.push(append);
            }
            answers.push(refused.map(Err));
        }
        for (tenant, (places, appends)) in by_tenant {
            let written = match self.queue(&tenant) {
                Ok(queue) => queue.append(appends).await,
                Err(error) => Err(error.into()),
            };
            let written = written.unwrap_or_else(|error| vec![Err(error); places.len()]);
            for (place, answer) in places.into_iter().zip(written) {
                answers[place] = Some(answer);
            }
        }
        let closed = || Err(StoreError::Closed.into());
        let answers = answers.into_iter();
        answers
            .map(|answer| answer.unwrap_or_else(closed))
            .collect()
    }

    async fn read_stream(
        &self,
        tenant: &str,
        stream: &StreamId,
        after_sequence: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let stream = stream.clone();
        read!(self, tenant, |reads, tenant| reads.stream(
            tenant,
            &stream,
            after_sequence
        ))
    }

    async fn read_log(
        &self,
        tenant: &str,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        read!(self, tenant, |reads, tenant| reads.log(
            tenant,
            after_position,
            limit
        ))
    }

    async fn head(&self, tenant: &str) -> Result<u64, StoreError> {
        let query = || async {
            let head = read!(self, tenant, |reads, tenant| reads.head(tenant))?;
            self.heads.publish(tenant, head.position);
            Ok(head.position)
        };
        self.queries.ask(tenant, query).await
    }

    fn watch(&self, tenant: &str) -> watch::Receiver<u64> {
        let seen = self.heads.watch(tenant);
        self.listening
            .call_once(|| listen::start(&self.server, &self.heads, self.options.poll));
        seen
    }

    async fn command(
        &self,
        tenant: &str,
        command_id: Uuid,
    ) -> Result<Option<CommandRecord>, StoreError> {
        let (acknowledged, writes) = (self.acknowledged(tenant), self.writes);
        read!(self, tenant, |reads, tenant| async {
            let mut known = reads.commands(tenant, &[command_id]).await?;
            let known = known.remove(&command_id);
            // Whoever is told of it takes it for durable, so it has to be.
            if writes && known.is_some_and(|known| known.last_position > acknowledged) {
                reads.fence(tenant).await?;
            }
            Ok(known)
        })
    }

    async fn commands(
        &self,
        tenant: &str,
        command_ids: &[Uuid],
    ) -> Result<Vec<CommandRecord>, StoreError> {
        let ids = command_ids.to_vec();
        let known = read!(self, tenant, |reads, tenant| reads.commands(tenant, &ids))?;
        Ok(known.into_values().collect())
    }

    async fn adopt(&self, tenant: &str, commands: Vec<RecordedCommand>) -> Result<u64, StoreError> {
        self.queue(tenant)?;
        let mut link = Link::to(&self.server, tenant, self.options.read_within);
        let name = tenant.to_owned();
        let adopted = self
            .server
            .run(async move { adopt::adopt(&mut link, &name, &commands).await })
            .await?;
        self.heads.publish(tenant, adopted);
        Ok(adopted)
    }

    async fn tenants(&self) -> Result<Vec<String>, StoreError> {
        read!(self, "", |reads, _tenant| reads.tenants())
    }

    async fn snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
    ) -> Result<Option<Snapshot>, StoreError> {
        let stream = stream.clone();
        read!(self, tenant, |reads, tenant| reads
            .snapshot(tenant, &stream))
    }

    async fn put_snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
        snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        self.queue(tenant)?;
        let stream = stream.clone();
        read!(self, tenant, |reads, tenant| reads
            .put_snapshot(tenant, &stream, &snapshot))
    }

    async fn drop_snapshots(&self, tenant: &str) -> Result<u64, StoreError> {
        self.queue(tenant)?;
        read!(self, tenant, |reads, tenant| reads.drop_snapshots(tenant))
    }

    async fn verify(&self, tenant: &str) -> Result<VerifyReport, StoreError> {
        let (server, tenant) = (Arc::clone(&self.server), tenant.to_owned());
        self.server
            .run(async move {
                // A connection of its own: whatever goes wrong, no transaction stays open in the
                // pool; and however long the log is, it is walked to its end.
                let client = server.connect_here().await?;
                verify::verify(&server, &client, &tenant).await
            })
            .await
    }

    fn replay(
        &self,
        tenant: &str,
        after: u64,
        up_to: u64,
        each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        let (server, name) = (Arc::clone(&self.server), tenant.to_owned());
        let head = self.server.run_here(async move {
            let client = server.reader().await?;
            let reads = Reads {
                client: &client,
                server: &server,
            };
            reads.head(&name).await
        })?;
        let up_to = up_to.min(head.position);
        replay::replay(&self.server, tenant, after, up_to, each)
    }
}
