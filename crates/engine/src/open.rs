//! Opening a tenant: log, views, key ring and reference data under one handle.

mod ring;

use crate::cache::CaseCache;
use crate::error::EngineError;
use crate::keyring::Keyring;
use crate::reference::ReferenceData;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_projections::Runner;
use gridwhistle_projections::questions::Questions;
use gridwhistle_store::views::{self, Access, ViewError, ViewOptions, ViewStore};
use gridwhistle_store::{
    Clock, EventLog, OpenOptions, PostgresOptions, SqliteOptions, StoreError, SystemClock,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How an engine is opened.
///
/// ```
/// use gridwhistle::{Engine, Options};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let options = Options {
///     tenant: "d-1".to_owned(),
///     ..Options::default()
/// };
/// let engine = Engine::open_with("memory:", options).await?;
/// assert_eq!(engine.tenant(), "d-1");
/// # Ok::<(), gridwhistle::EngineError>(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
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
    /// How long to wait while another process writes the store, before it is refused as locked. Not
    /// nought by default: an engine that was just dropped gives its file up when the last read of
    /// its own is over, some milliseconds later.
    pub lock_patience: Duration,
    /// The file of the key ring. None: `PATH.keys` beside a SQLite file. A database has no place
    /// beside it, so there it has to be named; every process on one database uses the same file.
    pub keys: Option<PathBuf>,
    /// Whether a database's schema is brought up to date at opening; else one that is not is
    /// refused. Files always are.
    pub migrate: bool,
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
            lock_patience: Duration::from_secs(1),
            keys: None,
            migrate: true,
            max_file_bytes: None,
        }
    }
}

/// A tenant of a store: commands go in, questions are answered. Cheap to clone.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::domain::case::{command::CaseCommand, fact::ReportForm};
/// use gridwhistle::domain::ids::CaseId;
/// use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment};
///
/// let case = CaseId(uuid::Uuid::now_v7());
/// let form = ReportForm::new("snap_report", "G-1", "a lamp is out at the corner");
/// let receipt = engine
///     .execute(&gridwhistle::doc::leader(), case, CaseCommand::Report { form })
///     .await?;
/// engine.wait(receipt.position).await?;
/// let (filter, sort) = (LedgerFilter::default(), LedgerSort::default());
/// let now = Moment::now(engine.now());
/// let page = engine.questions().ledger(&filter, sort, None, 50, now).await?;
/// assert_eq!(page.rows[0].case_id, case.to_string());
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    /// Under which changes of set-up are made through this handle.
    pub(crate) key: Option<crate::keyed::Key>,
}

pub(crate) struct Inner {
    pub(crate) tenant: String,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) runner: Runner,
    pub(crate) questions: Questions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cases: CaseCache,
    pub(crate) keys: Keyring,
    /// What goes through the log's handle is this engine's own, and it knows it.
    pub(crate) own_handle: bool,
    /// Whether this engine fills the views; else it reads what another process has filled.
    pub(crate) fills: bool,
    /// Held while a merge gathers and decides.
    pub(crate) merging: tokio::sync::Mutex<()>,
    pub(crate) reference: ReferenceData,
    pub(crate) access_keys: crate::access_keys::Known,
    pub(crate) sessions: crate::sessions::Known,
}

impl Engine {
    /// Opens the default tenant of a store: `sqlite://PATH`, or `memory:` for tests. A database
    /// (`postgres://…`) wants [`Options::keys`], too.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let engine = gridwhistle::Engine::open("memory:").await?;
    /// let refused = gridwhistle::Engine::open("city.db").await.err().unwrap();
    /// assert!(refused.to_string().contains("sqlite://PATH"));
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
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
        let place = ring::place(url, options.keys.as_deref())?;
        let store = OpenOptions {
            clock: Arc::clone(&options.clock),
            read_only: options.read_only,
            sqlite: SqliteOptions {
                max_file_bytes: options.max_file_bytes,
                ..SqliteOptions::default()
            },
            postgres: PostgresOptions {
                migrate: options.migrate,
                ..PostgresOptions::default()
            },
        };
        let log = wait_for_lock(url, &store, options.lock_patience).await?;
        if !options.read_only {
            let views = open_views(url)?;
            let keys = ring::at(place.as_deref(), &*log, true).await;
            return Self::assemble(log, views, keys, options, true, true).await;
        }
        let views = ViewOptions {
            access: Access::ReadOnly,
            ..ViewOptions::default()
        };
        if let Ok(views) = views::open(url, views) {
            let keys = ring::at(place.as_deref(), &*log, false).await;
            let (log, options) = (Arc::clone(&log), options.clone());
            match Self::assemble(log, views, keys, options, true, false).await {
                Err(
                    EngineError::View(_) | EngineError::Projection(_) | EngineError::Question(_),
                ) => {}
                opened => return opened,
            }
        }
        // Views are a cache: a reader who cannot use the file folds the log into memory.
        let views = views::open("memory:", ViewOptions::default())?;
        let keys = ring::at(place.as_deref(), &*log, false).await;
        Self::assemble(log, views, keys, options, true, true).await
    }

    /// An engine on a log, views and keys that the host holds: for several engines on one store.
    /// Such an engine takes nothing that the log holds for its own: before a decision it asks whether
    /// the log has moved.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::{Engine, Options, keyring::Keyring};
    /// use gridwhistle_store::views::{self, ViewOptions};
    /// use std::sync::Arc;
    ///
    /// let log = Arc::clone(engine.log());
    /// let views = views::open("memory:", ViewOptions::default())?;
    /// let second = Engine::on(log, views, Keyring::in_memory(), Options::default()).await?;
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// assert!(second.case(case).await?.is_some());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When log or views cannot be read.
    pub async fn on(
        log: Arc<dyn EventLog>,
        views: Arc<dyn ViewStore>,
        keys: Keyring,
        options: Options,
    ) -> Result<Self, EngineError> {
        let fills = !options.read_only;
        Self::assemble(log, views, keys, options, false, fills).await
    }

    async fn assemble(
        log: Arc<dyn EventLog>,
        views: Arc<dyn ViewStore>,
        keys: Keyring,
        options: Options,
        own_handle: bool,
        fills: bool,
    ) -> Result<Self, EngineError> {
        let tenant = options.tenant;
        let runner = Runner::open(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        let questions = Questions::open(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        let every = (!options.read_only).then_some(options.snapshot_every);
        let reference = ReferenceData::open(&*log, &tenant, every).await?;
        let inner = Inner {
            tenant,
            log,
            runner,
            questions,
            clock: options.clock,
            cases: CaseCache::new(options.live_cases),
            keys,
            own_handle,
            fills,
            merging: tokio::sync::Mutex::default(),
            reference,
            access_keys: crate::access_keys::Known::default(),
            sessions: crate::sessions::Known::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            key: None,
        })
    }

    /// The tenant's name.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.inner.tenant
    }

    /// The log, for auditors and tests.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let report = engine.log().verify(engine.tenant()).await?;
    /// assert!(report.is_sound());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    #[must_use]
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.inner.log
    }

    /// Policies, calendars, catalogue and registry as this engine last read them: at the last
    /// command, [`Engine::catch_up`], [`Engine::wait`] or [`Engine::refresh`].
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let reference = engine.reference();
    /// assert!(reference.policies.in_force(engine.now()).is_some());
    /// assert!(reference.registry.unit_active(&"B-water".into(), engine.now()));
    /// engine.refresh().await?;
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
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
        self.reference_after(self.others().await?).await
    }

    /// The same, where it is known up to which position others may have changed it.
    pub(crate) async fn reference_after(&self, others: u64) -> Result<Arc<Reference>, EngineError> {
        let inner = &self.inner;
        let (log, tenant) = (&*inner.log, &inner.tenant);
        inner.reference.fresh(log, tenant, others).await
    }

    /// The last position that may have been written by somebody else than this engine.
    pub(crate) async fn others(&self) -> Result<u64, StoreError> {
        let inner = &self.inner;
        if inner.own_handle {
            inner.log.others(&inner.tenant).await
        } else {
            inner.log.head(&inner.tenant).await
        }
    }

    /// The same as far as it is known without asking: see [`EventLog::others_likely`].
    pub(crate) fn others_likely(&self) -> Option<u64> {
        let inner = &self.inner;
        let log = inner.own_handle.then_some(&inner.log)?;
        log.others_likely(&inner.tenant)
    }
}

/// Opens the log; while another process writes it, tries again until patience ends.
async fn wait_for_lock(
    url: &str,
    options: &OpenOptions,
    patience: Duration,
) -> Result<Arc<dyn EventLog>, StoreError> {
    const BETWEEN: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        let (address, options) = (url.to_owned(), options.clone());
        // A database may take its time to answer.
        let opening = move || gridwhistle_store::open(&address, options);
        let opened = tokio::task::spawn_blocking(opening).await;
        match opened.unwrap_or(Err(StoreError::Closed)) {
            Err(StoreError::Locked { .. }) if waited < patience => {
                tokio::time::sleep(BETWEEN).await;
                waited += BETWEEN;
            }
            opened => return opened,
        }
    }
}

/// Opens the views for writing. A file that is damaged holds nothing of its own: it is set aside,
/// and a new one is filled from the log.
fn open_views(url: &str) -> Result<Arc<dyn ViewStore>, ViewError> {
    match views::open(url, ViewOptions::default()) {
        Err(ViewError::Damaged { path, what }) => {
            let beside = |ending: &str| {
                let mut name = path.clone().into_os_string();
                name.push(ending);
                PathBuf::from(name)
            };
            if std::fs::rename(&path, beside(".damaged")).is_err() {
                return Err(ViewError::Damaged { path, what });
            }
            let _ = std::fs::remove_file(beside("-wal"));
            let _ = std::fs::remove_file(beside("-shm"));
            views::open(url, ViewOptions::default())
        }
        opened => opened,
    }
}
