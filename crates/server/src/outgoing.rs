//! Outgoing events: subscribers are told of what happens, at least once, in order within a case.
//!
//! Reading order: `api` is what administrators do; `lane` tells one subscriber; `queue` says what is
//! next, `message` what is sent, `sign` how it is signed, `post` and `mail` how it goes. What must last
//! stands in the log (`gridwhistle::subscribers`). Of several processes one tells at a time.

pub(crate) mod api;
mod lane;
mod mail;
pub(crate) mod message;
mod post;
mod queue;
pub(crate) mod settings;
mod sign;

use crate::app::Shared;
use crate::problem::cause;
use gridwhistle::EngineError;
use gridwhistle::subscribers::Subscriber;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often another process is asked for the turn, and what failed is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// How often, at most, it is looked at who is to be told.
const LOOK: Duration = Duration::from_millis(100);

/// A lane that runs.
struct Running {
    subscriber: Subscriber,
    end: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.end.cancel();
        let _ = self.task.await;
    }
}

/// Tells subscribers until the service stops.
pub(crate) async fn run(app: Shared, closing: CancellationToken) {
    while !closing.is_cancelled() {
        if let Err(error) = take_turn(&app, &closing).await {
            tracing::error!(
                code = error.code(),
                cause = cause(&error),
                "nobody is told of events; trying again"
            );
        }
        tokio::select! {
            () = closing.cancelled() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn take_turn(app: &Shared, closing: &CancellationToken) -> Result<(), EngineError> {
    let Some(turn) = app.engine.outgoing_turn().await? else {
        return Ok(());
    };
    let mut lanes = BTreeMap::new();
    let ended = tell(app, closing, &mut lanes).await;
    for (_, lane) in lanes {
        Running::stop(lane).await;
    }
    turn.end().await;
    ended
}

/// Keeps a lane for everybody who is to be told, as the log has them.
async fn tell(
    app: &Shared,
    closing: &CancellationToken,
    lanes: &mut BTreeMap<Uuid, Running>,
) -> Result<(), EngineError> {
    let mut head = app.engine.log().watch(app.engine.tenant());
    loop {
        head.borrow_and_update();
        let mut wanted = app.engine.subscribers().await?.0;
        wanted.retain(|_, subscriber| subscriber.disabled.is_none());
        let over = |id: &Uuid, lane: &Running| {
            lane.task.is_finished() || wanted.get(id) != Some(&lane.subscriber)
        };
        let ended: Vec<Uuid> = lanes
            .iter()
            .filter(|(id, lane)| over(id, lane))
            .map(|(id, _)| *id)
            .collect();
        for id in ended {
            if let Some(lane) = lanes.remove(&id) {
                lane.stop().await;
            }
        }
        for (id, subscriber) in wanted {
            lanes.entry(id).or_insert_with(|| {
                let end = CancellationToken::new();
                let lane = lane::run(Arc::clone(app), id, subscriber.clone(), end.clone());
                let task = tokio::spawn(lane);
                Running {
                    subscriber,
                    end,
                    task,
                }
            });
        }
        tokio::select! {
            () = closing.cancelled() => return Ok(()),
            changed = head.changed() => if changed.is_err() { return Ok(()); },
        }
        tokio::time::sleep(LOOK).await;
    }
}
