//! One client of the live feed. It is fed through a short channel: a client that does not read is let
//! go, and comes again with the position it has reached.

use super::filter::{Viewer, Wanted};
use super::hub::{BATCH, Batch, Item};
use crate::app::Shared;
use crate::problem::cause;
use bytes::Bytes;
use gridwhistle::EngineError;
use http_body_util::channel::{Channel, Sender};
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// Frames that wait for a client; each tells of a batch at most.
const FRAMES: usize = 4;
/// After so long a client has to show again who it is.
const LIFE: Duration = Duration::from_hours(1);
/// After how long it should come again, in milliseconds.
const RETRY: u32 = 3_000;

/// Why a stream ends.
enum End {
    /// The client went, or does not read.
    Client,
    /// The service stops; the office, the session or the time is over.
    Order,
    Failed(EngineError),
}

impl From<EngineError> for End {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

/// A client on its way along the log.
struct Client {
    app: Shared,
    viewer: Viewer,
    wanted: Wanted,
    reached: u64,
    sender: Sender<Bytes>,
    /// When it last heard anything.
    heard: Instant,
    live: Receiver<Arc<Batch>>,
}

/// The body of an answer that goes on: everything after a position, as it comes.
pub(crate) fn follow(
    app: &Shared,
    viewer: Viewer,
    wanted: Wanted,
    after: u64,
    place: OwnedSemaphorePermit,
) -> Channel<Bytes, Infallible> {
    let (sender, body) = Channel::new(FRAMES);
    let client = Client {
        app: Arc::clone(app),
        viewer,
        wanted,
        reached: after,
        sender,
        heard: Instant::now(),
        // Before the log is read: what comes meanwhile is in one or the other.
        live: app.feed.follow(),
    };
    tokio::spawn(async move {
        let clients = metrics::gauge!("gridwhistle_sse_clients");
        clients.increment(1.0);
        client.serve().await;
        clients.decrement(1.0);
        drop(place);
    });
    body
}

impl Client {
    async fn serve(mut self) {
        let closing = self.app.feed.closing();
        let end = tokio::select! {
            () = closing.cancelled() => End::Order,
            () = tokio::time::sleep(LIFE) => End::Order,
            end = self.go_on() => end,
        };
        if let End::Failed(error) = &end {
            tracing::error!(
                code = error.code(),
                cause = cause(error),
                "a client of the live feed is let go"
            );
        }
        if !matches!(end, End::Client) {
            let _ = self.send(format!("retry: {RETRY}\n\n")).await;
        }
    }

    async fn go_on(&mut self) -> End {
        let Err(end) = self.tell_all().await;
        end
    }

    async fn tell_all(&mut self) -> Result<Infallible, End> {
        self.send(format!("retry: {RETRY}\n\n")).await?;
        self.catch_up().await?;
        let alive = self.app.settings.feed.alive();
        loop {
            // However much is told to others meanwhile.
            let batch = tokio::time::timeout_at(self.heard + alive, self.live.recv()).await;
            match batch {
                Ok(Ok(batch)) => {
                    if batch.after > self.reached {
                        self.catch_up().await?;
                    }
                    self.tell(&batch).await?;
                }
                // Too far behind what is kept: the log has it.
                Ok(Err(RecvError::Lagged(_))) => self.catch_up().await?,
                Ok(Err(RecvError::Closed)) => return Err(End::Order),
                Err(_) => self.alive().await?,
            }
        }
    }

    /// Reads the log itself up to its head.
    async fn catch_up(&mut self) -> Result<(), End> {
        let app = Arc::clone(&self.app);
        loop {
            let wanted = |row: &_| self.wanted.takes(row);
            let Some(batch) = Batch::read(&app.engine, self.reached, BATCH, wanted).await? else {
                return Ok(());
            };
            self.tell(&batch).await?;
        }
    }

    async fn tell(&mut self, batch: &Batch) -> Result<(), End> {
        if !self.viewer.goes_on(&self.app.engine).await? {
            return Err(End::Order);
        }
        let mut frame = String::new();
        for item in &batch.items {
            let new = item.row.position > self.reached;
            if new && self.wanted.takes(&item.row) && self.sees(item) {
                frame_of(&mut frame, item);
            }
        }
        self.reached = self.reached.max(batch.last);
        if frame.is_empty() {
            return Ok(());
        }
        self.send(frame).await
    }

    fn sees(&self, item: &Item) -> bool {
        self.viewer.sees(&item.row, item.case.as_deref())
    }

    /// A comment, with the position reached: a client comes again from there, however long nothing
    /// was told to it.
    async fn alive(&mut self) -> Result<(), End> {
        if !self.viewer.goes_on(&self.app.engine).await? {
            return Err(End::Order);
        }
        let reached = self.reached;
        self.send(format!(": {reached}\nid: {reached}\n\n")).await
    }

    async fn send(&mut self, frame: String) -> Result<(), End> {
        let patience = self.app.settings.feed.unread();
        let sent = self.sender.send_data(Bytes::from(frame));
        match tokio::time::timeout(patience, sent).await {
            Ok(Ok(())) => {
                self.heard = Instant::now();
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(End::Client),
        }
    }
}

/// One event as the standard of server-sent events writes it; JSON has no line breaks of its own.
fn frame_of(frame: &mut String, item: &Item) {
    let (row, json) = (&item.row, &item.json);
    let (position, kind) = (row.position, &row.event_type);
    // Writing to a text cannot fail.
    let _ = write!(frame, "id: {position}\nevent: {kind}\ndata: {json}\n\n");
}
