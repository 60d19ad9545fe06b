//! The database as its clients see it: one address, perhaps of several hosts, and the connections
//! for reading.
//!
//! All of it runs on threads of its own, so that a log can be opened, used and dropped on any
//! thread, inside a runtime or not.

use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError,
    RecyclingMethod, Timeouts,
};
use tokio::runtime::Runtime;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure::{failure, unavailable};
use super::tls;
use crate::error::StoreError;

/// How long one host may take to answer a connection before the next one is tried.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a peer that is gone stays unnoticed.
const SILENCE: Duration = Duration::from_secs(5);
/// How long a reader waits for a connection.
const TURN: Duration = Duration::from_secs(10);

/// What every connection begins with. An acknowledged command is durable, whatever the database's
/// default is; a stronger default than `on` stays.
const SESSION: &str = "select set_config('synchronous_commit', 'on', false) \
                       where current_setting('synchronous_commit') = 'off'";

/// A connection that somebody has to drive.
pub(crate) type Connected =
    Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// A database, its reading connections and the threads that serve them.
pub(crate) struct Server {
    config: Config,
    tls: MakeRustlsConnect,
    pool: Pool,
    name: String,
    session: &'static str,
    runtime: Option<Runtime>,
}

impl Server {
    /// Knows the database at `url`, connects to nothing yet. `writes`: of several hosts, only one
    /// that accepts writes will do.
    pub(crate) fn at(url: &str, readers: usize, writes: bool) -> Result<Self, StoreError> {
        Self::with_session(url, readers, writes, SESSION)
    }

    /// The same, for what is no log: `session` is what every connection begins with.
    pub(crate) fn with_session(
        url: &str,
        readers: usize,
        writes: bool,
        session: &'static str,
    ) -> Result<Self, StoreError> {
        let (url, roots) = tls::read(url);
        let mut config = Config::from_str(&url).map_err(|error| not_understood(&error))?;
        if config.get_hosts().is_empty() {
            return Err(not_understood(&"it names no host"));
        }
        if writes && config.get_target_session_attrs() == TargetSessionAttrs::Any {
            // One host is taken as it is: its refusal to write says more than "no host will do".
            if config.get_hosts().len() > 1 {
                config.target_session_attrs(TargetSessionAttrs::ReadWrite);
            }
        }
        if config.get_application_name().is_none() {
            config.application_name("gridwhistle");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        config.keepalives_idle(SILENCE);
        config.keepalives_interval(SILENCE / 2);
        config.keepalives_retries(3);
        config.tcp_user_timeout(SILENCE);
        let tls = tls::connector(&mut config, roots.as_deref())?;
        let name = name_of(&config);
        let io = |error: std::io::Error| StoreError::Io {
            what: format!("threads for {name}: {error}"),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("gridwhistle-postgres")
            .enable_all()
            .build()
            .map_err(io)?;
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_config(config.clone(), tls.clone(), manager);
        let begin = Hook::async_fn(move |client: &mut ClientWrapper, _| {
            Box::pin(async move {
                client
                    .batch_execute(session)
                    .await
                    .map_err(HookError::Backend)
            })
        });
        let pool = Pool::builder(manager)
            .max_size(readers.clamp(1, 64))
            .timeouts(Timeouts::wait_millis(TURN.as_millis() as u64))
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .post_create(begin)
            .build()
            .map_err(|error| unavailable(&name, error.to_string()))?;
        Ok(Self {
            config,
            tls,
            pool,
            name,
            session,
            runtime: Some(runtime),
        })
    }

    /// The database's name with its hosts, without the password: for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What a host says that may not write: of several, another one takes over soon; one alone was
    /// named by mistake.
    pub(crate) fn refuses_writes(&self) -> StoreError {
        let wanted = self.config.get_target_session_attrs();
        if self.config.get_hosts().len() > 1 && wanted == TargetSessionAttrs::ReadWrite {
            let what = "the host that was asked is no longer the primary";
            return unavailable(&self.name, what);
        }
        StoreError::ReadOnly {
            what: format!("{} (a standby, or set to read only)", self.name),
        }
    }

    /// A connection of one's own, to be driven by the caller.
    pub(crate) async fn connect(&self) -> Result<(Client, Connected), StoreError> {
        self.config
            .connect(self.tls.clone())
            .await
            .map_err(|error| failure(self, &error))
    }

    /// A connection of one's own, driven by the runtime that calls.
    pub(crate) async fn connect_here(&self) -> Result<ClientWrapper, StoreError> {
        let (client, connection) = self.connect().await?;
        // How the connection ends is told to whoever uses it.
        let driven = tokio::spawn(async move { drop(connection.await) });
        let client = ClientWrapper::new(client, driven);
        let begun = client.batch_execute(self.session).await;
        begun.map_err(|error| failure(self, &error))?;
        Ok(client)
    }

    /// Refuses a standby, or a database that is set to read only, before anything is asked of it.
    pub(crate) async fn check_writable(&self, client: &Client) -> Result<(), StoreError> {
        let sql = "select current_setting('transaction_read_only') = 'on'";
        let failed = |error| failure(self, &error);
        let read_only: bool = client.query_one(sql, &[]).await.map_err(failed)?.get(0);
        if read_only {
            return Err(self.refuses_writes());
        }
        Ok(())
    }

    /// A reading connection out of the pool; to be asked for within [`Server::run`].
    pub(crate) async fn reader(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                failure(self, &error)
            }
            PoolError::Timeout(_) => unavailable(
                &self.name,
                format!("no reading connection was free for {TURN:?}"),
            ),
            PoolError::Closed => StoreError::Closed,
            other => unavailable(&self.name, other.to_string()),
        })
    }

    /// Gives up the reading connections that nobody uses.
    pub(crate) fn forget_idle(&self) {
        self.pool.retain(|_, _| false);
    }

    /// Runs work on the threads of this server and waits for it.
    pub(crate) async fn run<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        self: &Arc<Self>,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E> {
        let task = self.runtime()?.spawn(work);
        task.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs work on the threads of this server while the calling thread waits; from within a
    /// runtime only on a thread that may block.
    pub(crate) fn run_here<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E> {
        let (answer, answered) = std::sync::mpsc::sync_channel(1);
        self.runtime()?.spawn(async move {
            // Nobody waits any more: then nobody wants to know.
            let _ = answer.send(work.await);
        });
        answered.recv().map_err(|_| StoreError::Closed)?
    }

    /// Leaves work running on the threads of this server.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(work);
        }
    }

    fn runtime(&self) -> Result<&Runtime, StoreError> {
        self.runtime.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.pool.close();
        if let Some(runtime) = self.runtime.take() {
            // Waiting is not allowed on a thread of somebody else's runtime.
            runtime.shutdown_background();
        }
    }
}

fn not_understood(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Invalid {
        field: "the address of the log".to_owned(),
        rule: format!(
            "{error}; `postgres://USER:PASSWORD@HOST:PORT/DATABASE` goes, with several `HOST:PORT` \
             joined by commas for a primary and its standbys"
        ),
    }
}

/// `database at host:port,host:port`.
fn name_of(config: &Config) -> String {
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate().map(|(nth, host)| {
        let port = ports.get(nth).or(ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(path) => format!("{}:{port}", path.display()),
        }
    });
    let hosts: Vec<String> = hosts.collect();
    let database = config.get_dbname().or(config.get_user());
    format!(
        "database {} at {}",
        database.unwrap_or_default(),
        hosts.join(",")
    )
}
