//! Opening a tenant: log, views, key ring and reference data under one handle.

use crate::cache::CaseCache;
use crate::error::EngineError;
use crate::keyring::Keyring;
use crate::reference;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_projections::Runner;
use gridwhistle_projections::questions::Questions;
use gridwhistle_store::views::{self, Access, ViewOptions};
use gridwhistle_store::{Clock, EventLog, OpenOptions, SystemClock};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tenant: "city".to_owned(),
            clock: Arc::new(SystemClock),
            read_only: false,
            live_cases: 20_000,
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
    reference: RwLock<Arc<Reference>>,
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
            ..OpenOptions::default()
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
            Some(path) => Keyring::open(&path)?,
            None => Keyring::in_memory(),
        };
        let tenant = options.tenant;
        let runner = Runner::open(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        let questions = Questions::open(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        let reference = reference::read(&*log, &tenant).await?;
        let inner = Inner {
            tenant,
            log,
            runner,
            questions,
            clock: options.clock,
            cases: CaseCache::new(options.live_cases),
            keys,
            read_only: options.read_only,
            reference: RwLock::new(Arc::new(reference)),
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

    /// Policies, calendars, catalogue and registry as they stand now.
    #[must_use]
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(
            &self
                .inner
                .reference
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Reads the reference data anew: after a change here, or by another process.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn refresh(&self) -> Result<(), EngineError> {
        let reference = Arc::new(reference::read(&*self.inner.log, &self.inner.tenant).await?);
        *self
            .inner
            .reference
            .write()
            .unwrap_or_else(PoisonError::into_inner) = reference;
        Ok(())
    }
}

/// `city.db` → `city.db.keys`.
fn keys_path(url: &str) -> Option<PathBuf> {
    let path = Path::new(url.strip_prefix("sqlite://")?);
    let mut name = path.file_name()?.to_owned();
    name.push(".keys");
    Some(path.with_file_name(name))
}
