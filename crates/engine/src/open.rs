//! Opening a tenant: log, views, key ring and reference data under one handle.

use crate::cache::CaseCache;
use crate::error::EngineError;
use crate::keyring::Keyring;
use crate::reference::ReferenceData;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_projections::Runner;
use gridwhistle_projections::questions::Questions;
use gridwhistle_store::views::{self, Access, ViewOptions, ViewStore};
use gridwhistle_store::{Clock, EventLog, OpenOptions, SqliteOptions, SystemClock};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How an engine is opened.
#[derive(Clone)]
pub struct Options {
    /// The tenant: a district, or a small city.
    pub tenant: String,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Questions only, beside another process that writes.
    pub read_only: bool,
    /// Cases kept live in memory, at most twice as many.
    pub live_cases: usize,
    /// Events of the registry that are folded at opening before a snapshot is left, so that the
    /// next opening folds only what came later. Snapshots are a cache: deleting them
    /// (`engine.log().drop_snapshots(tenant)`) changes no answer.
    pub snapshot_every: u64,
    /// The largest size of the log's file, in bytes: a quota. None: the disk is the limit.
    pub max_file_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tenant: "city".to_owned(),
            clock: Arc::new(SystemClock),
            read_only: false,
            live_cases: 20_000,
            snapshot_every: 1_000,
            max_file_bytes: None,
        }
    }
}

/// A tenant of a store: commands go in, questions are answered. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) tenant: String,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) runner: Runner,
    pub(crate) questions: Questions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cases: CaseCache,
    pub(crate) keys: Keyring,
    pub(crate) read_only: bool,
    /// Nobody else appends: what this engine does not know has not happened.
    pub(crate) alone: bool,
    pub(crate) reference: ReferenceData,
}

impl Engine {
    /// Opens the default tenant of a store: `sqlite://PATH`, or `memory:` for tests.
    ///
    /// # Errors
    /// When the store cannot be opened: locked, damaged, newer, read-only, not a log.
    pub async fn open(url: &str) -> Result<Self, EngineError> {
        Self::open_with(url, Options::default()).await
    }

    /// Opens a store with options.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn open_with(url: &str, options: Options) -> Result<Self, EngineError> {
        let store = OpenOptions {
            clock: Arc::clone(&options.clock),
            read_only: options.read_only,
            sqlite: SqliteOptions {
                max_file_bytes: options.max_file_bytes,
                ..SqliteOptions::default()
            },
        };
        let log = gridwhistle_store::open(url, store)?;
        let access = if options.read_only {
            Access::ReadOnly
        } else {
            Access::ReadWrite
        };
        let views = views::open(
            url,
            ViewOptions {
                access,
                ..ViewOptions::default()
            },
        )?;
        let keys = match keys_path(url) {
            Some(path) => Keyring::at(&path),
            None => Keyring::in_memory(),
        };
        let alone = log.sole_writer();
        Self::assemble(log, views, keys, options, alone).await
    }

    /// An engine on a log, views and keys that the host holds: for several engines on one store.
    /// Such an engine never takes itself to be alone: before a decision it asks whether others
    /// have moved the log.
    ///
    /// # Errors
    /// When log or views cannot be read.
    pub async fn on(
        log: Arc<dyn EventLog>,
        views: Arc<dyn ViewStore>,
        keys: Keyring,
        options: Options,
    ) -> Result<Self, EngineError> {
        Self::assemble(log, views, keys, options, false).await
    }

    async fn assemble(
        log: Arc<dyn EventLog>,
        views: Arc<dyn ViewStore>,
        keys: Keyring,
        options: Options,
        alone: bool,
    ) -> Result<Self, EngineError> {
        let tenant = options.tenant;
        let runner = Runner::open(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        let questions = Questions::open(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        let every = (!options.read_only).then_some(options.snapshot_every);
        let reference = ReferenceData::open(&*log, &tenant, alone, every).await?;
        let inner = Inner {
            tenant,
            log,
            runner,
            questions,
            clock: options.clock,
            cases: CaseCache::new(options.live_cases),
            keys,
            read_only: options.read_only,
            alone,
            reference,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The tenant's name.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.inner.tenant
    }

    /// The log, for auditors and tests.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.inner.log
    }

    /// Policies, calendars, catalogue and registry as this engine last read them: at the last
    /// command, [`Engine::catch_up`], [`Engine::wait`] or [`Engine::refresh`].
    #[must_use]
    pub fn reference(&self) -> Arc<Reference> {
        self.inner.reference.current()
    }

    /// Reads what others have changed of the reference data. Commands do it by themselves.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn refresh(&self) -> Result<(), EngineError> {
        let inner = &self.inner;
        inner.reference.refresh(&*inner.log, &inner.tenant).await
    }

    /// The reference data as the log holds it now.
    pub(crate) async fn fresh_reference(&self) -> Result<Arc<Reference>, EngineError> {
        let inner = &self.inner;
        inner.reference.fresh(&*inner.log, &inner.tenant).await
    }
}

/// `city.db` → `city.db.keys`.
fn keys_path(url: &str) -> Option<PathBuf> {
    let path = Path::new(url.strip_prefix("sqlite://")?);
    let mut name = path.file_name()?.to_owned();
    name.push(".keys");
    Some(path.with_file_name(name))
}
