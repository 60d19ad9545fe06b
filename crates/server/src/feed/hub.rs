//! One reader of the log near its head, for all who follow it live. Whoever is behind reads the log
//! itself: it is the buffer, so nothing is kept for anybody here.

use super::filter::is_told;
use super::told::{Recorded, case_of, of_case, of_other, read};
use crate::problem::cause;
use gridwhistle::domain::case::Case;
use gridwhistle::{Engine, EngineError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

/// Events of one batch at most.
pub(crate) const BATCH: usize = 200;
/// Batches that the slowest follower may be behind before it has to read the log itself.
const BATCHES: usize = 64;

/// An event that may be told.
pub(crate) struct Item {
    pub(crate) row: Recorded,
    /// Its case as it stands now.
    pub(crate) case: Option<Arc<Case>>,
    /// What is told, as JSON.
    pub(crate) json: String,
}

/// The events after one position up to another.
pub(crate) struct Batch {
    pub(crate) after: u64,
    pub(crate) last: u64,
    pub(crate) items: Vec<Item>,
}

impl Batch {
    /// Reads on after a position; none: the log has nothing more. What is not wanted is left out before
    /// any work is spent on it.
    pub(crate) async fn read(
        engine: &Engine,
        after: u64,
        limit: usize,
        wanted: impl Fn(&Recorded) -> bool,
    ) -> Result<Option<Self>, EngineError> {
        let rows = engine.log().read_log(engine.tenant(), after, limit).await;
        let rows = rows.map_err(EngineError::from)?;
        let Some(last) = rows.last().map(|row| row.position) else {
            return Ok(None);
        };
        let items = items(engine, rows, wanted).await?;
        Ok(Some(Self { after, last, items }))
    }
}

/// The events as they are told.
pub(crate) async fn items(
    engine: &Engine,
    rows: Vec<Recorded>,
    wanted: impl Fn(&Recorded) -> bool,
) -> Result<Vec<Item>, EngineError> {
    let reference = engine.reference();
    let mut items: Vec<Item> = Vec::new();
    for row in rows {
        if !is_told(&row) || !wanted(&row) {
            continue;
        }
        let Some(id) = case_of(&row) else {
            let json = of_other(&row).to_string();
            let case = None;
            items.push(Item { row, case, json });
            continue;
        };
        // A command leaves several events of one case in a row.
        let known = items.last().filter(|last| last.row.stream == row.stream);
        let case = match known {
            Some(known) => known.case.clone(),
            None => engine.case(id).await?.map(Arc::new),
        };
        let json = of_case(&row, &read(&row)?, &reference).to_string();
        items.push(Item { row, case, json });
    }
    Ok(items)
}

/// Where followers meet.
pub(crate) struct Hub {
    live: broadcast::Sender<Arc<Batch>>,
    /// A place for each client that may follow at a time.
    pub(crate) places: Arc<Semaphore>,
    closing: CancellationToken,
}

impl Hub {
    /// For at most so many clients; it ends with the token.
    pub(crate) fn new(clients: usize, closing: CancellationToken) -> Self {
        Self {
            live: broadcast::channel(BATCHES).0,
            places: Arc::new(Semaphore::new(clients)),
            closing,
        }
    }

    /// What is read from now on.
    pub(crate) fn follow(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.live.subscribe()
    }

    /// Resolves when the service stops.
    pub(crate) fn closing(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Reads along the log for whoever follows, until the service stops.
    pub(crate) async fn run(&self, engine: Engine) {
        const PAUSE: Duration = Duration::from_secs(1);
        let mut head = engine.log().watch(engine.tenant());
        let mut reached = *head.borrow_and_update();
        loop {
            let changed = tokio::select! {
                () = self.closing.cancelled() => return,
                changed = head.changed() => changed,
            };
            if changed.is_err() {
                return;
            }
            if let Err(error) = self.read_on(&engine, &mut reached).await {
                tracing::error!(
                    code = error.code(),
                    cause = cause(&error),
                    "the live feed stands still; trying again"
                );
                tokio::time::sleep(PAUSE).await;
                head.mark_changed();
            }
        }
    }

    async fn read_on(&self, engine: &Engine, reached: &mut u64) -> Result<(), EngineError> {
        if self.live.receiver_count() == 0 {
            // Whoever comes later begins with the log.
            *reached = engine.log().head(engine.tenant()).await?;
            return Ok(());
        }
        while let Some(batch) = Batch::read(engine, *reached, BATCH, |_| true).await? {
            *reached = batch.last;
            // Nobody follows any more: nobody misses it.
            let _ = self.live.send(Arc::new(batch));
        }
        Ok(())
    }
}
