//! Telling one subscriber: reads along the log for it, keeps its queue, and writes down now and then
//! where it stands. A lane for each, so that a slow receiver slows nobody else.

use super::message;
use super::post::{Post, Tried};
use super::queue::{Entry, Failure, Queue};
use crate::app::Shared;
use crate::feed::told::{Recorded, case_of};
use crate::problem::cause;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::subscribers::{DeliveryFact, Subscriber, Waiting};
use gridwhistle::{Engine, EngineError};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Tries that are under way at a time.
const AT_ONCE: usize = 4;
/// Events read at a time.
const PAGE: usize = 200;
/// How often what waits is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// After how long, after how many told events, and after how many passed over it is written down where
/// the lane stands.
const NOTE_AGE: TimeDelta = TimeDelta::minutes(1);
const NOTE_TOLD: usize = 1_000;
const NOTE_PASSED: u64 = 10_000;
/// After a failure of our own store.
const PAUSE: Duration = Duration::from_secs(1);

/// One subscriber on its way along the log.
pub(super) struct Lane {
    app: Shared,
    id: Uuid,
    subscriber: Subscriber,
    post: Arc<Post>,
    queue: Queue,
    /// Of the stream that tells where it stands.
    version: u64,
    noted: (u64, DateTime<Utc>),
    tries: JoinSet<(Entry, Result<Tried, EngineError>)>,
}

/// Tells a subscriber until the token says no more. Failures of the store are waited out.
pub(super) async fn run(app: Shared, id: Uuid, subscriber: Subscriber, end: CancellationToken) {
    while !end.is_cancelled() {
        let lane = Lane::open(Arc::clone(&app), id, subscriber.clone()).await;
        let ended = match lane {
            Ok(mut lane) => lane.run(&end).await,
            Err(error) => Err(error),
        };
        let Err(error) = ended else { return };
        tracing::error!(subscriber = %id, code = error.code(), cause = cause(&error), "a subscriber is not told; trying again");
        tokio::select! {
            () = end.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

impl Lane {
    async fn open(app: Shared, id: Uuid, subscriber: Subscriber) -> Result<Self, EngineError> {
        let engine = &app.engine;
        let (stands, version) = engine.deliveries(id).await?;
        let mut queue = Queue::after(stands.reached.max(subscriber.from));
        for waiting in stands.waiting {
            take_back(engine, &mut queue, waiting).await?;
        }
        let post = way_to(&app, &subscriber)?;
        Ok(Self {
            noted: (queue.reached, engine.now()),
            app,
            id,
            subscriber,
            post,
            queue,
            version,
            tries: JoinSet::new(),
        })
    }

    async fn run(&mut self, end: &CancellationToken) -> Result<(), EngineError> {
        let engine = self.app.engine.clone();
        let mut head = engine.log().watch(engine.tenant());
        head.mark_changed();
        loop {
            let more = self.read_on().await?;
            self.begin();
            if self.is_note_due() {
                self.note().await?;
            }
            let idle = !self.queue.is_waiting();
            tokio::select! {
                () = end.cancelled() => break,
                Some(tried) = self.tries.join_next() => {
                    if self.settle(tried).await? {
                        break;
                    }
                }
                Ok(()) = head.changed(), if !more => {}
                () = std::future::ready(()), if more && self.queue.has_room() => {}
                () = tokio::time::sleep(LOOK), if !idle => {}
                // Time goes on for notes, too.
                () = tokio::time::sleep(PAUSE), if idle => {}
            }
        }
        // What is under way is broken off: at least once allows that it is sent again.
        self.tries.shutdown().await;
        self.note().await
    }

    /// Reads a page of the log; answers whether there is more.
    async fn read_on(&mut self) -> Result<bool, EngineError> {
        if !self.queue.has_room() {
            return Ok(true);
        }
        let engine = self.app.engine.clone();
        let log = engine.log();
        let rows = log.read_log(engine.tenant(), self.queue.reached, PAGE);
        let rows = rows.await.map_err(EngineError::from)?;
        let full = rows.len() == PAGE;
        for row in rows {
            if !self.queue.has_room() {
                return Ok(true);
            }
            self.look_at(&engine, &row).await?;
            self.queue.reached = row.position;
        }
        Ok(full)
    }

    async fn look_at(&mut self, engine: &Engine, row: &Recorded) -> Result<(), EngineError> {
        let own = row.stream.aggregate_id == self.id.to_string();
        if own && row.event_type == "DeadLettersReplayed" {
            return self.replays().await;
        }
        if row.stream.aggregate_type == "subscriber" {
            return self.reload(engine).await;
        }
        let subscription = &self.subscriber.subscription;
        let Some(case) = case_of(row).filter(|_| subscription.takes(&row.event_type)) else {
            return Ok(());
        };
        let (reference, now) = (engine.reference(), engine.now());
        let state = engine.case(case).await?;
        let registry = &reference.registry;
        if state.is_some_and(|state| subscription.scope.covers(&state, registry, now)) {
            let waiting = Waiting {
                position: row.position,
                attempts: 0,
                due: now,
            };
            self.queue.push(case, &row.event_type, waiting);
        }
        Ok(())
    }

    /// What follows a change of the subscriber in the log is told as it is asked for then.
    async fn reload(&mut self, engine: &Engine) -> Result<(), EngineError> {
        let known = engine.subscribers().await?.0.remove(&self.id);
        if let Some(known) = known.filter(|known| *known != self.subscriber) {
            self.post = way_to(&self.app, &known)?;
            self.subscriber = known;
        }
        Ok(())
    }

    /// Takes in what others wrote about this lane: dead letters that somebody wants told again.
    async fn replays(&mut self) -> Result<(), EngineError> {
        let engine = self.app.engine.clone();
        for event in engine.deliveries_since(self.id, self.version).await? {
            self.version += 1;
            let DeliveryFact::DeadLettersReplayed { positions } = event.fact else {
                continue;
            };
            for position in positions {
                let waiting = Waiting {
                    position,
                    attempts: 0,
                    due: event.at,
                };
                take_back(&engine, &mut self.queue, waiting).await?;
            }
        }
        Ok(())
    }

    /// Begins the tries that are due, where it is not quiet.
    fn begin(&mut self) {
        let now = self.app.engine.now();
        let quiet = self.subscriber.subscription.quiet;
        if quiet.is_some_and(|quiet| quiet.ends(now).is_some()) {
            return;
        }
        while self.tries.len() < AT_ONCE {
            let Some(entry) = self.queue.next(now) else {
                return;
            };
            let subscriber = self.subscriber.clone();
            let (engine, post) = (self.app.engine.clone(), Arc::clone(&self.post));
            self.tries.spawn(async move {
                let tried = attempt(&engine, &subscriber, &post, entry.position).await;
                (entry, tried)
            });
        }
    }

    /// Takes in what came of a try; answers whether the receiver is gone.
    async fn settle(
        &mut self,
        tried: Result<(Entry, Result<Tried, EngineError>), tokio::task::JoinError>,
    ) -> Result<bool, EngineError> {
        // A try that broke leaves its case busy, so the lane begins anew from what is on record.
        let (entry, tried) = tried.map_err(|broken| {
            tracing::error!(%broken, "a try broke");
            EngineError::Input(vec![broken.to_string()])
        })?;
        let outcome = match &tried {
            Ok(Tried::Told) => "told",
            Ok(Tried::Gone) => "gone",
            Ok(Tried::Failed(_)) => "failed",
            Err(_) => "broken_off",
        };
        metrics::counter!("gridwhistle_webhook_deliveries_total", "outcome" => outcome)
            .increment(1);
        let engine = &self.app.engine;
        let now = engine.now();
        match tried {
            Ok(Tried::Told) => self.queue.told(&entry, now),
            Ok(Tried::Failed(failure)) => self.queue.failed(&entry, &failure, now),
            Ok(Tried::Gone) => {
                self.queue.broken_off(&entry);
                let system = Actor::system();
                engine.disable_subscriber(&system, self.id, "gone").await?;
                return Ok(true);
            }
            Err(error) => {
                self.queue.broken_off(&entry);
                return Err(error);
            }
        }
        Ok(false)
    }

    fn is_note_due(&self) -> bool {
        let (reached, at) = self.noted;
        let old = self.app.engine.now() - at >= NOTE_AGE;
        self.queue.has_dead()
            || self.queue.settled >= NOTE_TOLD
            || old && self.queue.settled > 0
            || self.queue.reached - reached >= NOTE_PASSED
    }

    /// Writes down where the lane stands, unless it stands where it did.
    async fn note(&mut self) -> Result<(), EngineError> {
        let engine = self.app.engine.clone();
        loop {
            let note = self.queue.note();
            let moved = self.queue.settled > 0 || self.queue.has_dead();
            if !moved && note.waiting.is_empty() && self.queue.reached == self.noted.0 {
                return Ok(());
            }
            let written = engine.note_deliveries(self.id, self.version, note);
            if let Some(version) = written.await? {
                self.version = version;
                self.noted = (self.queue.reached, engine.now());
                self.queue.noted();
                return Ok(());
            }
            self.replays().await?;
        }
    }
}

/// The way to a subscriber.
fn way_to(app: &Shared, subscriber: &Subscriber) -> Result<Arc<Post>, EngineError> {
    let form = subscriber.subscription.form;
    let address = app.engine.subscriber_address(subscriber)?;
    let settings = app.settings.outgoing.clone();
    Ok(Arc::new(Post::new(form, address, settings)))
}

/// Tries once to tell a subscriber of the event at a position.
async fn attempt(
    engine: &Engine,
    subscriber: &Subscriber,
    post: &Post,
    position: u64,
) -> Result<Tried, EngineError> {
    let Some(row) = row_at(engine, position).await? else {
        return Ok(Tried::Told);
    };
    match message::of(engine, subscriber.subscription.form, &row).await {
        Ok(Some(message)) => {
            // Secrets come and go while a lane runs.
            let secrets = engine.subscriber_secrets(subscriber)?;
            Ok(post.try_once(&message, &secrets, engine.now()).await)
        }
        Ok(None) => Ok(Tried::Told),
        // It must not hold up all others for ever.
        Err(EngineError::Unreadable { .. }) => Ok(Tried::Failed(Failure::UNREADABLE)),
        Err(error) => Err(error),
    }
}

async fn row_at(engine: &Engine, position: u64) -> Result<Option<Recorded>, EngineError> {
    let before = position.saturating_sub(1);
    let rows = engine.log().read_log(engine.tenant(), before, 1).await;
    Ok(rows.map_err(EngineError::from)?.pop())
}

/// Puts an event that waits, as it stands in the record, into the queue.
async fn take_back(
    engine: &Engine,
    queue: &mut Queue,
    waiting: Waiting,
) -> Result<(), EngineError> {
    let row = row_at(engine, waiting.position).await?;
    if let Some((row, case)) = row.as_ref().and_then(|row| Some((row, case_of(row)?))) {
        queue.push(case, &row.event_type, waiting);
    }
    Ok(())
}
