//! Feeds a view from the log: batches after the checkpoint, folded, written with the new
//! checkpoint in one transaction.
//!
//! Responsible for exactly once, for going on after a restart, for rebuilding beside the live
//! view, and for stopping the view, and only the view, at an event that cannot be read. Of several
//! processes on one database one fills the view at a time, and the others wait for it. Knows no
//! case and issues no command. While one batch is written, the next is read and folded.

mod feed;
mod turn;

use crate::case_view::CaseView;
use crate::projection::{Projection, Unreadable};
use feed::{BATCH_EVENTS, Feed};
use gridwhistle_store::views::{View, ViewError, ViewState, ViewStore};
use gridwhistle_store::{EventLog, StoreError};
use serde::Serialize;
use std::sync::{Arc, Mutex as Guarded, PoisonError};
use tokio::sync::{Mutex, MutexGuard};
pub use turn::Turn;
use turn::look_again;

/// How often a view that was swapped by another process is followed before giving up.
const FOLLOWS_MAX: usize = 8;

/// Why a view does not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// The log could not be read. Handling: of the [`StoreError`]; then catch up again.
    #[error("view `{view}` cannot read the log: {source}")]
    Log {
        /// The view.
        view: &'static str,
        /// Why.
        source: StoreError,
    },
    /// The view's tables could not be written. Handling: of the [`ViewError`]; then catch up again.
    #[error("view `{view}` cannot be written: {source}")]
    Views {
        /// The view.
        view: &'static str,
        /// Why.
        source: ViewError,
    },
    /// The view met an event that it cannot read, and stands before it until a program that can
    /// read it is started. Commands and other views go on. Handling: use the version that wrote
    /// the event or a newer one, or verify the log.
    #[error("view `{view}` stopped: {source}")]
    Stopped {
        /// The view.
        view: &'static str,
        /// The event.
        source: Box<Unreadable>,
    },
    /// The runtime is shutting down.
    #[error("view `{view}` was interrupted: the runtime is shutting down")]
    Interrupted {
        /// The view.
        view: &'static str,
    },
}

/// How a view stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViewHealth {
    /// The view.
    pub view: &'static str,
    /// Its rows are complete up to this position.
    pub position: u64,
    /// Its tables were built under another version; the next `catch_up` rebuilds them.
    pub needs_rebuild: bool,
    /// How far a rebuild under way has come.
    pub rebuilding: Option<u64>,
    /// The position of an event that stopped it.
    pub stopped_at: Option<u64>,
    /// Why it does not move, in words.
    pub error: Option<String>,
}

/// How a projection is made anew.
type Make = Box<dyn Fn() -> Box<dyn Projection> + Send + Sync>;

/// Feeds one view of one tenant.
pub struct Runner {
    log: Arc<dyn EventLog>,
    views: Arc<dyn ViewStore>,
    tenant: String,
    view: &'static str,
    make: Make,
    live: Mutex<Feed>,
    rebuild: Mutex<()>,
    health: Guarded<ViewHealth>,
}

impl Runner {
    /// Opens the case view of a tenant.
    ///
    /// # Errors
    /// [`ProjectionError::Views`].
    pub async fn open(
        log: Arc<dyn EventLog>,
        views: Arc<dyn ViewStore>,
        tenant: &str,
    ) -> Result<Self, ProjectionError> {
        Self::with(log, views, tenant, || Box::new(CaseView::default())).await
    }

    /// Opens a view of one's own.
    ///
    /// # Errors
    /// [`ProjectionError::Views`].
    pub async fn with(
        log: Arc<dyn EventLog>,
        views: Arc<dyn ViewStore>,
        tenant: &str,
        make: impl Fn() -> Box<dyn Projection> + Send + Sync + 'static,
    ) -> Result<Self, ProjectionError> {
        let projection = make();
        let view = projection.view();
        let name = view.name;
        let state = state(&*log, &*views, tenant, view).await?;
        let health = ViewHealth {
            view: name,
            position: state.position,
            needs_rebuild: state.needs_rebuild,
            rebuilding: None,
            stopped_at: None,
            error: None,
        };
        let live = Feed::new(projection, state.generation, state.position);
        Ok(Self {
            log,
            views,
            tenant: tenant.to_owned(),
            view: name,
            make: Box::new(make),
            live: Mutex::new(live),
            rebuild: Mutex::new(()),
            health: Guarded::new(health),
        })
    }

    /// Whose view it is.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Folds what the log holds after the checkpoint, up to `until` or else up to its head of now,
    /// and answers the position up to which the rows are complete. Rebuilds first where the tables
    /// are of another version.
    ///
    /// # Errors
    /// See [`ProjectionError`]; what was written before stands.
    pub async fn catch_up(&self, until: Option<u64>) -> Result<u64, ProjectionError> {
        if self.health().needs_rebuild {
            self.rebuild_if_needed().await?;
        }
        let mut live = self.live.lock().await;
        let caught_up = self.advance_live(&mut live, until).await;
        self.record(&live, &caught_up);
        caught_up.map(|()| live.position())
    }

    /// Goes on when it is this runner's turn; until then another process may bring the rows there.
    async fn advance_live(
        &self,
        live: &mut Feed,
        until: Option<u64>,
    ) -> Result<(), ProjectionError> {
        let until = match until {
            Some(until) => until,
            None => self.head().await?,
        };
        let note = |position| self.note(|health| health.position = position);
        let mut follows = 0;
        while live.position() < until {
            let Some(turn) = self.turn(self.view).await? else {
                self.follow(live).await?;
                if live.position() < until {
                    look_again().await;
                }
                continue;
            };
            if turn.is_shared() || follows > 0 {
                self.follow(live).await?;
            }
            let advanced = live.advance(self, until, &note).await;
            turn.end().await;
            match advanced {
                // Another process has swapped in what it rebuilt.
                Err(ProjectionError::Views {
                    source: ViewError::UnknownGeneration { .. },
                    ..
                }) if follows < FOLLOWS_MAX => follows += 1,
                other => return other,
            }
        }
        Ok(())
    }

    /// Goes to where the live rows stand, which another process may have moved or swapped.
    async fn follow(&self, live: &mut Feed) -> Result<(), ProjectionError> {
        let view = (self.make)().view();
        let state = self.views.open_view(&self.tenant, view).await;
        live.stand_at(self, &state.map_err(|source| self.views_failed(source))?);
        Ok(())
    }

    /// Builds the view anew beside the live one and swaps when it has caught up; `progress` is
    /// told each position reached, and the head it is on the way to. Readers see the old rows
    /// until then, and the live view goes on.
    ///
    /// # Errors
    /// See [`ProjectionError`]; the live view then stands as it stood.
    pub async fn rebuild(
        &self,
        progress: impl Fn(RebuildProgress) + Send + Sync,
    ) -> Result<u64, ProjectionError> {
        let _one_at_a_time = self.rebuild.lock().await;
        let turn = self.wait_for(&format!("{}/rebuild", self.view)).await?;
        let built = self.build(&progress).await;
        turn.end().await;
        built
    }

    /// The same, unless somebody else has done it when it is this runner's turn.
    async fn rebuild_if_needed(&self) -> Result<(), ProjectionError> {
        let _one_at_a_time = self.rebuild.lock().await;
        let turn = self.wait_for(&format!("{}/rebuild", self.view)).await?;
        let (log, views) = (&*self.log, &*self.views);
        let state = state(log, views, &self.tenant, (self.make)().view()).await?;
        if state.needs_rebuild {
            self.build(&|_| {}).await?;
        } else {
            self.live.lock().await.stand_at(self, &state);
            self.note(|health| health.needs_rebuild = false);
        }
        turn.end().await;
        Ok(())
    }

    /// Asks once for the turn at a piece of work on this tenant that one process does at a time; none
    /// where another one has it. It saves work and keeps nothing right.
    ///
    /// # Errors
    /// [`ProjectionError::Views`].
    pub async fn turn(&self, work: &str) -> Result<Option<Turn>, ProjectionError> {
        let turn = Turn::take(&self.views, &self.tenant, work).await;
        turn.map_err(|source| self.views_failed(source))
    }

    async fn wait_for(&self, work: &str) -> Result<Turn, ProjectionError> {
        let turn = Turn::wait(&self.views, &self.tenant, work).await;
        turn.map_err(|source| self.views_failed(source))
    }

    async fn build(
        &self,
        progress: &(impl Fn(RebuildProgress) + Send + Sync),
    ) -> Result<u64, ProjectionError> {
        let built = self.build_and_swap(progress).await;
        self.note(|health| health.rebuilding = None);
        if let Err(error) = &built {
            self.note(|health| health.error = Some(error.to_string()));
        }
        built
    }

    async fn build_and_swap(
        &self,
        progress: &(impl Fn(RebuildProgress) + Send + Sync),
    ) -> Result<u64, ProjectionError> {
        let projection = (self.make)();
        let generation = self
            .views
            .begin_rebuild(&self.tenant, projection.view())
            .await
            .map_err(|source| self.views_failed(source))?;
        let events = self.views.rebuild_events();
        let mut feed = Feed::new(projection, generation, 0).in_batches_of(events);
        let head = self.head().await?;
        let tell = |position| {
            self.note(|health| health.rebuilding = Some(position));
            progress(RebuildProgress { position, head });
        };
        feed.advance(self, head, &tell).await?;
        // The live view waits for the last stretch, so that nothing falls between the two.
        let mut live = self.live.lock().await;
        let turn = self.wait_for(self.view).await?;
        let head = self.head().await?;
        feed.advance(self, head, &tell).await?;
        self.views
            .swap(&self.tenant, self.view, generation)
            .await
            .map_err(|source| self.views_failed(source))?;
        turn.end().await;
        *live = feed.in_batches_of(BATCH_EVENTS);
        self.record(&live, &Ok(()));
        self.note(|health| health.needs_rebuild = false);
        Ok(live.position())
    }

    /// Keeps the view where it stands while the answer lives, so that several questions are asked of
    /// the same rows. Another process that fills the same tables is not held.
    pub async fn hold(&self) -> Held<'_> {
        Held(self.live.lock().await)
    }

    /// How the view stands.
    #[must_use]
    pub fn health(&self) -> ViewHealth {
        self.health
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn note(&self, change: impl FnOnce(&mut ViewHealth)) {
        change(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn record(&self, live: &Feed, outcome: &Result<(), ProjectionError>) {
        self.note(|health| {
            health.position = live.position();
            health.error = outcome.as_ref().err().map(ToString::to_string);
            health.stopped_at = match outcome {
                Err(ProjectionError::Stopped { source, .. }) => Some(source.position),
                _ => None,
            };
        });
    }

    async fn head(&self) -> Result<u64, ProjectionError> {
        (self.log.head(&self.tenant).await).map_err(|source| self.log_failed(source))
    }

    fn log_failed(&self, source: StoreError) -> ProjectionError {
        let view = self.view;
        ProjectionError::Log { view, source }
    }

    fn views_failed(&self, source: ViewError) -> ProjectionError {
        let view = self.view;
        ProjectionError::Views { view, source }
    }
}

/// How the rows stand; those of another log's past have to be built anew, too.
async fn state(
    log: &dyn EventLog,
    views: &dyn ViewStore,
    tenant: &str,
    view: &View,
) -> Result<ViewState, ProjectionError> {
    let name = view.name;
    let state = views.open_view(tenant, view).await;
    let mut state = state.map_err(|source| ProjectionError::Views { view: name, source })?;
    state.needs_rebuild |= !is_of_log(log, tenant, &state)
        .await
        .map_err(|source| ProjectionError::Log { view: name, source })?;
    Ok(state)
}

/// Whether rows are of this log's past: the log has a position where they end, with the chain
/// value that they were told. They are not where a backup of the log was restored beside newer
/// rows.
async fn is_of_log(
    log: &dyn EventLog,
    tenant: &str,
    state: &ViewState,
) -> Result<bool, StoreError> {
    if state.position == 0 {
        return Ok(true);
    }
    let there = log.read_log(tenant, state.position - 1, 1).await?;
    let event = there.first();
    Ok(event.is_some_and(|event| event.chain == state.chain))
}

/// A view that is kept where it stands; see [`Runner::hold`].
pub struct Held<'a>(MutexGuard<'a, Feed>);

impl Held<'_> {
    /// Its rows are complete up to this position.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.0.position()
    }
}

/// How far a rebuild has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RebuildProgress {
    /// Complete up to here.
    pub position: u64,
    /// The head of the log that it is on the way to; 0 for an empty log.
    pub head: u64,
}
