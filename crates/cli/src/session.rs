//! One run of the program against one tenant: settled settings, where answers go, and the engine.

use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::settings::{Settings, actor_missing};
use crate::words::{Word, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::{Address, Clock, Engine, EngineError, ManualClock, Options, SystemClock};
use gridwhistle_audit::replay::Replayed;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Stops the clock at an instant, in builds for tests and training only: a released binary takes
/// its time from the machine, so that nobody can backdate a command.
const CLOCK: &str = "GRIDWHISTLE_CLOCK";

/// How long a command waits for its turn while another one writes the store.
const PATIENCE: Duration = Duration::from_secs(5);

/// One run.
pub(crate) struct Session {
    /// Where answers go.
    pub(crate) output: Output,
    /// Settled values.
    pub(crate) settings: Settings,
    /// What an auditor's questions are answered from.
    pub(crate) replayed: Option<Arc<Replayed>>,
}

impl Session {
    /// Who acts.
    ///
    /// # Errors
    /// When nobody said.
    pub(crate) fn actor(&self) -> Result<Actor, Failure> {
        self.settings.actor.clone().ok_or_else(actor_missing)
    }

    /// Who acts; the system itself, when nobody said: for set-up, timers and imports.
    pub(crate) fn actor_or_system(&self) -> Actor {
        self.settings.actor.clone().unwrap_or_else(Actor::system)
    }

    /// The file of the store; none for a database.
    ///
    /// # Errors
    /// When the address has another form.
    pub(crate) fn file(&self) -> Result<Option<PathBuf>, Failure> {
        file_of(&self.settings.store)
    }

    /// Opens the store for commands; it must be there.
    ///
    /// # Errors
    /// When it is not there, or cannot be opened for writing.
    pub(crate) async fn open(&self) -> Result<Engine, Failure> {
        self.existing()?;
        self.known(self.open_with(false, false, PATIENCE).await?)
            .await
    }

    /// Opens the store for questions: read-only when another process writes it, or when this one
    /// may not.
    ///
    /// # Errors
    /// When it is not there, or cannot be opened at all.
    pub(crate) async fn open_to_read(&self) -> Result<Engine, Failure> {
        self.existing()?;
        let engine = match self.open_with(false, false, Duration::ZERO).await {
            Err(failure) if matches!(failure.code(), "locked" | "read_only") => {
                self.open_with(true, false, Duration::ZERO).await?
            }
            opened => opened?,
        };
        self.known(engine).await
    }

    /// Opens the store for questions to the views, brought up to the head of the log.
    ///
    /// # Errors
    /// As [`Session::open_to_read`], and when the views cannot be filled.
    pub(crate) async fn open_to_ask(&self) -> Result<Engine, Failure> {
        let engine = self.open_to_read().await?;
        engine.catch_up().await?;
        Ok(engine)
    }

    /// From what questions to the views are answered: the city's views, brought up to the head of the
    /// log, or what an auditor has replayed.
    ///
    /// # Errors
    /// As [`Session::open_to_ask`].
    pub(crate) async fn desk(&self) -> Result<Desk, Failure> {
        match &self.replayed {
            Some(replayed) => Ok(Desk::Replayed(Arc::clone(replayed))),
            None => Ok(Desk::Live(self.open_to_ask().await?)),
        }
    }

    /// The instant by the clock of this run.
    ///
    /// # Errors
    /// For a stopped clock that names no instant.
    pub(crate) fn now(&self) -> Result<DateTime<Utc>, Failure> {
        Ok(clock()?.now())
    }

    /// Opens the store, and makes its file if it is not there.
    ///
    /// # Errors
    /// When it cannot be opened for writing.
    pub(crate) async fn create(&self) -> Result<Engine, Failure> {
        self.file()?;
        self.open_with(false, true, PATIENCE).await
    }

    /// Sees that the store's file is there.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn existing(&self) -> Result<(), Failure> {
        // What a database holds is found out when it is opened.
        if self.file()?.is_none_or(|path| path.exists()) {
            return Ok(());
        }
        let store = &self.settings.store;
        let message = told(Word::StoreMissing, &[store, store]);
        Err(Failure::new(Exit::Store, "store_missing", message))
    }

    /// The engine of a tenant that is there: a name that nobody gave to `init` is a slip.
    async fn known(&self, engine: Engine) -> Result<Engine, Failure> {
        let log = engine.log();
        if log.head(engine.tenant()).await.map_err(EngineError::from)? > 0 {
            return Ok(engine);
        }
        let tenants = log.tenants().await.map_err(EngineError::from)?;
        let tenant = &self.settings.tenant;
        let there = match tenants.as_slice() {
            [] => "-".to_owned(),
            names => names.join(", "),
        };
        let parts: [&dyn std::fmt::Display; 3] = [tenant, &there, tenant];
        Err(Failure::not_found(
            "tenant_unknown",
            told(Word::TenantMissing, &parts),
        ))
    }

    async fn open_with(
        &self,
        read_only: bool,
        migrate: bool,
        lock_patience: Duration,
    ) -> Result<Engine, Failure> {
        let options = Options {
            tenant: self.settings.tenant.clone(),
            clock: clock()?,
            read_only,
            lock_patience,
            keys: self.settings.keys.clone(),
            migrate,
            ..Options::default()
        };
        Ok(Engine::open_with(&self.settings.store, options).await?)
    }
}

fn clock() -> Result<Arc<dyn Clock>, Failure> {
    if cfg!(debug_assertions)
        && let Ok(text) = std::env::var(CLOCK)
    {
        let at: DateTime<Utc> =
            crate::moment::read(&text).map_err(|words| Failure::usage("clock_form", words))?;
        return Ok(Arc::new(ManualClock::new(at)));
    }
    Ok(Arc::new(SystemClock))
}

/// The present instant, by the clock that commands take.
///
/// # Errors
/// When the clock was set to what is no instant.
pub(crate) fn now() -> Result<DateTime<Utc>, Failure> {
    Ok(clock()?.now())
}

/// The file that an address names; none for a database.
///
/// # Errors
/// When the address has another form.
pub(crate) fn file_of(store: &str) -> Result<Option<PathBuf>, Failure> {
    match Address::read(store) {
        Ok(Address::File(path)) => Ok(Some(path)),
        Ok(Address::Database) => Ok(None),
        Ok(Address::Memory) | Err(_) => {
            let message = told(Word::StoreForm, &[&crate::moving::shown(store)]);
            Err(Failure::usage("store_form", message))
        }
    }
}

/// The text of a file, or of standard input for `-`.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_bytes(path)?).map_err(|error| {
        let byte = error.utf8_error().valid_up_to() + 1;
        let message = told(Word::FileNotUtf8, &[&path.display(), &byte]);
        Failure::new(Exit::Input, "not_utf8", message)
    })
}

/// The bytes of a file, or of standard input for `-`.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| Failure::file(path, &error))
}
