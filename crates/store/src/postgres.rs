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
mod distribute;
pub(crate) mod failure;
mod link;
mod listen;
pub(crate) mod migrate;
mod options;
mod ours;
mod port;
mod reads;
mod replay;
pub(crate) mod row;
mod rows;
pub(crate) mod server;
pub(crate) mod shared;
mod stock;
mod tls;
mod verify;
mod writer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Once, PoisonError};

use deadpool_postgres::Object;

pub use self::options::PostgresOptions;

use self::ours::Ours;
use self::server::Server;
use self::shared::{Looked, SharedQueries};
use self::writer::Writer;
use crate::clock::Clock;
use crate::error::StoreError;
use crate::heads::Heads;
use crate::queue::Queue;

/// A log in a PostgreSQL database. Dropping it writes what is queued.
pub struct PostgresLog {
    // Dropped in this order: the server goes last.
    writers: Mutex<HashMap<String, Writer>>,
    heads: Arc<Heads>,
    queries: SharedQueries<Looked>,
    ours: Arc<Ours>,
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

    /// Spreads the log of the database at `url`, a Citus coordinator, over its nodes by tenant, and
    /// answers how many steps that took. Brings the schema up to date first. Safe to run twice.
    ///
    /// # Errors
    /// [`StoreError::NotACluster`] where the extension is not in the database; as
    /// [`PostgresLog::open`].
    pub fn distribute(url: &str) -> Result<usize, StoreError> {
        let server = Arc::new(Server::at(url, 1, true)?);
        let here = Arc::clone(&server);
        server.run_here(async move {
            let mut client = here.connect_here().await?;
            here.check_writable(&client).await?;
            distribute::check(&here, &client).await?;
            migrate::up(&here, &mut client).await?;
            distribute::distribute(&here, &client).await
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
            made.map_err(|error| failure::failure(&server, &error))?;
            Ok(stock::name(&tenant))
        })
        .await
    }

    /// The same in the database at `url`, whose schema is brought up to date first.
    ///
    /// # Errors
    /// As [`PostgresLog::migrate`].
    pub fn stock_view_at(url: &str, tenant: &str) -> Result<String, StoreError> {
        let server = Arc::new(Server::at(url, 1, true)?);
        let (here, sql) = (Arc::clone(&server), stock::view(tenant));
        server.run_here(async move {
            let mut client = here.connect_here().await?;
            here.check_writable(&client).await?;
            migrate::up(&here, &mut client).await?;
            let made = client.batch_execute(&sql).await;
            made.map_err(|error| failure::failure(&here, &error))
        })?;
        Ok(stock::name(tenant))
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
            queries: SharedQueries::default(),
            ours: Arc::default(),
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
        let (heads, ours) = (&self.heads, &self.ours);
        let (server, clock) = (&self.server, &self.clock);
        let writer = Writer::start(server, tenant, clock, heads, ours, &self.options)?;
        let queue = writer.queue();
        writers.insert(tenant.to_owned(), writer);
        queue
    }

    /// Everything up to this position needs no fence: it lies behind a commit that was acknowledged
    /// to this process. Whoever only reads cannot write one.
    fn settled(&self, tenant: &str) -> u64 {
        if !self.writes {
            return u64::MAX;
        }
        let writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        writers.get(tenant).map_or(0, Writer::acknowledged)
    }

    /// Everything up to this position lies behind a fence.
    fn acknowledge(&self, tenant: &str, position: u64) {
        let writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = writers.get(tenant) {
            writer.acknowledge(position);
        }
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
