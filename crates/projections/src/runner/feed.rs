//! One generation of a view on its way along the log.

use super::{ProjectionError, Runner};
use crate::projection::{Projection, Unreadable};
use gridwhistle_store::RecordedEvent;
use gridwhistle_store::views::{RowOp, Stretch, ViewError, ViewState};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Events in a batch: enough that one transaction costs little for each, few enough to hold.
pub(super) const BATCH_EVENTS: usize = 8_192;
/// How often another worker's progress is taken over before giving up.
const TAKE_OVERS_MAX: usize = 8;

/// A projection and how far it has come.
pub(super) struct Feed {
    /// None while a batch is being folded, and if the fold was interrupted.
    projection: Option<Box<dyn Projection>>,
    generation: u64,
    /// Events in a batch, at most.
    batch_events: usize,
    /// Written and durable.
    written: u64,
    /// Folded into the projection; ahead of `written` while a batch is being written.
    folded: u64,
    stopped: Option<Box<Unreadable>>,
}

/// A batch on its way into the tables.
struct Writing {
    to: u64,
    task: JoinHandle<Result<(), ViewError>>,
}

/// A folded batch.
struct Folded {
    to: u64,
    /// The chain value at `to`.
    chain: [u8; 32],
    ops: Vec<RowOp>,
    stopped: Option<Unreadable>,
}

impl Feed {
    pub(super) fn new(projection: Box<dyn Projection>, generation: u64, position: u64) -> Self {
        Self {
            projection: Some(projection),
            generation,
            batch_events: BATCH_EVENTS,
            written: position,
            folded: position,
            stopped: None,
        }
    }

    /// The same in batches of so many events.
    pub(super) fn in_batches_of(self, batch_events: usize) -> Self {
        Self {
            batch_events,
            ..self
        }
    }

    /// Rows are complete up to here.
    pub(super) const fn position(&self) -> u64 {
        self.written
    }

    /// Goes on up to `until`, or to the end of the log.
    pub(super) async fn advance(
        &mut self,
        runner: &Runner,
        until: u64,
        tell: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(), ProjectionError> {
        let mut take_overs = 0;
        loop {
            match self.run(runner, until, tell).await {
                Err(ProjectionError::Views {
                    source: ViewError::CheckpointMoved { found },
                    ..
                }) if take_overs < TAKE_OVERS_MAX => {
                    take_overs += 1;
                    self.start_anew(runner, found);
                }
                other => return other,
            }
        }
    }

    /// Goes to where the rows stand, wherever another process has brought them.
    pub(super) fn stand_at(&mut self, runner: &Runner, state: &ViewState) {
        if (state.generation, state.position) != (self.generation, self.written) {
            self.generation = state.generation;
            self.start_anew(runner, state.position);
        }
    }

    /// Forgets what was folded, and goes on from a checkpoint.
    fn start_anew(&mut self, runner: &Runner, position: u64) {
        let projection = self.projection.get_or_insert_with(|| (runner.make)());
        projection.forget();
        self.stopped = None;
        self.written = position;
        self.folded = position;
    }

    async fn run(
        &mut self,
        runner: &Runner,
        until: u64,
        tell: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(), ProjectionError> {
        if self.projection.is_none() || self.folded != self.written {
            // An earlier run was dropped or failed half-way.
            self.start_anew(runner, self.written);
        }
        let mut writing: Option<Writing> = None;
        let outcome = self.fill(runner, until, &mut writing, tell).await;
        let settled = self.settle(runner, writing, tell).await;
        outcome.and(settled)?;
        match &self.stopped {
            Some(source) if self.written < until => Err(ProjectionError::Stopped {
                view: runner.view,
                source: source.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Reads and folds batch after batch; at most one is being written meanwhile.
    async fn fill(
        &mut self,
        runner: &Runner,
        until: u64,
        writing: &mut Option<Writing>,
        tell: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(), ProjectionError> {
        while self.folded < until && self.stopped.is_none() {
            let room = usize::try_from(until - self.folded).unwrap_or(usize::MAX);
            let events = runner
                .log
                .read_log(&runner.tenant, self.folded, room.min(self.batch_events))
                .await
                .map_err(|source| runner.log_failed(source))?;
            if events.is_empty() {
                return Ok(());
            }
            let Folded {
                to,
                chain,
                ops,
                stopped,
            } = self.fold(runner, events).await?;
            let from = self.folded;
            self.folded = to;
            self.settle(runner, writing.take(), tell).await?;
            if to > from {
                *writing = Some(self.write(runner, Stretch { from, to, chain }, ops));
            }
            self.stopped = stopped.map(Box::new);
        }
        Ok(())
    }

    /// Waits for the batch that is being written.
    async fn settle(
        &mut self,
        runner: &Runner,
        writing: Option<Writing>,
        tell: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(), ProjectionError> {
        let Some(Writing { to, task }) = writing else {
            return Ok(());
        };
        let interrupted = |_| ProjectionError::Interrupted { view: runner.view };
        task.await
            .map_err(interrupted)?
            .map_err(|source| runner.views_failed(source))?;
        self.written = to;
        tell(to);
        Ok(())
    }

    fn write(&self, runner: &Runner, stretch: Stretch, ops: Vec<RowOp>) -> Writing {
        let views = Arc::clone(&runner.views);
        let (tenant, view, generation) = (runner.tenant.clone(), runner.view, self.generation);
        let task =
            tokio::spawn(async move { views.apply(&tenant, view, generation, stretch, ops).await });
        Writing {
            to: stretch.to,
            task,
        }
    }

    /// Folds on a thread that may be busy for long.
    async fn fold(
        &mut self,
        runner: &Runner,
        events: Vec<RecordedEvent>,
    ) -> Result<Folded, ProjectionError> {
        let from = self.folded;
        let recalled = self.recall(runner, &events).await?;
        let interrupted = ProjectionError::Interrupted { view: runner.view };
        let Some(mut projection) = self.projection.take() else {
            return Err(interrupted);
        };
        let task = tokio::task::spawn_blocking(move || {
            let mut ops = Vec::with_capacity(events.len() * 4);
            let mut stopped = recalled;
            if stopped.is_none() {
                stopped = projection.fold(&events, &mut ops).err();
            }
            let last = events.last().map_or(from, |event| event.position);
            let to = stopped
                .as_ref()
                .map_or(last, |event| (event.position - 1).clamp(from, last));
            let at_end = events.iter().rev().find(|event| event.position == to);
            let folded = Folded {
                to,
                chain: at_end.map_or([0; 32], |event| event.chain),
                ops,
                stopped,
            };
            (projection, folded)
        });
        let (projection, folded) = task.await.map_err(|_| interrupted)?;
        self.projection = Some(projection);
        Ok(folded)
    }

    /// Brings the past that the projection does not hold.
    async fn recall(
        &mut self,
        runner: &Runner,
        events: &[RecordedEvent],
    ) -> Result<Option<Unreadable>, ProjectionError> {
        let Some(projection) = &mut self.projection else {
            return Ok(None);
        };
        for need in projection.needs(events) {
            let mut past = runner
                .log
                .read_stream(&runner.tenant, &need.stream, 0)
                .await
                .map_err(|source| runner.log_failed(source))?;
            past.retain(|event| event.position < need.before);
            if let Err(unreadable) = projection.recall(&need.stream, &past) {
                return Ok(Some(unreadable));
            }
        }
        Ok(None)
    }
}
