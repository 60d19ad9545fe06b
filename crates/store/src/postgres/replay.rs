//! The long read in position order: a binary COPY that runs ahead of whoever looks at the events.
//!
//! Rows stay in the buffers in which they came; an event is borrowed from there. A COPY spans some
//! ten thousand positions, so that a slow reader does not hold an old state of the database.

use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Weak};

use futures_core::Stream;
use tokio::sync::Semaphore;
use tokio_postgres::binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream};
use tokio_postgres::{Client, Error};

use super::failure::failure;
use super::row::{EVENT_TYPES, event, event_columns};
use super::server::Server;
use crate::error::StoreError;
use crate::event::EventRef;

/// Positions of one COPY.
const RANGE: u64 = 50_000;
/// Rows that are handed over at once.
const PIECE: usize = 512;
/// Pieces that may wait to be looked at.
const AHEAD: usize = 16;

type Piece = Result<Vec<BinaryCopyOutRow>, StoreError>;

/// Hands the events with `after < position <= up_to` to `each`, in order, until it breaks; answers
/// the last position. `up_to` is not beyond the head.
pub(crate) fn replay(
    server: &Arc<Server>,
    tenant: &str,
    after: u64,
    up_to: u64,
    each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
) -> Result<u64, StoreError> {
    if after >= up_to {
        return Ok(after);
    }
    let (pieces, taken) = channel();
    let room = Arc::new(Semaphore::new(AHEAD));
    let reader = Reader {
        server: Arc::downgrade(server),
        tenant: tenant.to_owned(),
        pieces,
        room: Arc::downgrade(&room),
    };
    server.spawn(reader.read(after, up_to));
    look(&taken, &room, tenant, after, up_to, each)
}

/// Takes piece after piece. Leaving drops the room, and with it the reader's reason to go on.
fn look(
    taken: &Receiver<Piece>,
    room: &Semaphore,
    tenant: &str,
    after: u64,
    up_to: u64,
    each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
) -> Result<u64, StoreError> {
    let mut last = after;
    let missing = |last: u64, what: String| StoreError::Corrupt {
        position: Some(last + 1),
        what,
    };
    while last < up_to {
        let Ok(piece) = taken.recv() else {
            let what = format!("it is missing, the log's head names {up_to}");
            return Err(missing(last, what));
        };
        for row in &piece? {
            let event = event(row, tenant, Some(last + 1))?;
            if event.position != last + 1 {
                let found = event.position;
                let what = format!("it is missing, the next one is {found}");
                return Err(missing(last, what));
            }
            last = event.position;
            if each(event).is_break() {
                return Ok(last);
            }
        }
        room.add_permits(1);
    }
    Ok(last)
}

/// What reads ahead, on the server's threads.
struct Reader {
    server: Weak<Server>,
    tenant: String,
    pieces: Sender<Piece>,
    room: Weak<Semaphore>,
}

impl Reader {
    async fn read(self, after: u64, up_to: u64) {
        if let Err(error) = self.ranges(after, up_to).await {
            // Nobody listens any more: then nobody wants to know.
            let _ = self.pieces.send(Err(error));
        }
    }

    async fn ranges(&self, after: u64, up_to: u64) -> Result<(), StoreError> {
        let Some(server) = self.server.upgrade() else {
            return Ok(());
        };
        let client = server.reader().await?;
        let mut from = after;
        while from < up_to {
            let to = up_to.min(from.saturating_add(RANGE));
            if self.range(&server, &client, from, to).await?.is_break() {
                return Ok(());
            }
            from = to;
        }
        Ok(())
    }

    async fn range(
        &self,
        server: &Server,
        client: &Client,
        after: u64,
        up_to: u64,
    ) -> Result<ControlFlow<()>, StoreError> {
        let mut rows = pin!(copy(server, client, &self.tenant, after, up_to).await?);
        let mut piece = Vec::with_capacity(PIECE);
        while let Some(row) = next(server, &mut rows).await? {
            piece.push(row);
            if piece.len() < PIECE {
                continue;
            }
            let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE));
            if self.hand_over(full).await.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(if piece.is_empty() {
            ControlFlow::Continue(())
        } else {
            self.hand_over(piece).await
        })
    }

    async fn hand_over(&self, piece: Vec<BinaryCopyOutRow>) -> ControlFlow<()> {
        let Some(room) = self.room.upgrade() else {
            return ControlFlow::Break(());
        };
        match room.acquire().await {
            Ok(permit) => permit.forget(),
            Err(_) => return ControlFlow::Break(()),
        }
        if self.pieces.send(Ok(piece)).is_err() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// The rows of a range as they come.
pub(crate) async fn copy(
    server: &Server,
    client: &Client,
    tenant: &str,
    after: u64,
    up_to: u64,
) -> Result<BinaryCopyOutStream, StoreError> {
    // COPY takes no parameters: the numbers are numbers, and the name is quoted.
    let name = tenant.replace('\'', "''");
    let sql = format!(
        concat!(
            "copy (select ",
            event_columns!(),
            " from gridwhistle.events where tenant = '{}' and position > {} and position <= {} \
             order by position) to stdout (format binary)"
        ),
        name, after, up_to
    );
    let stream = client.copy_out(&sql).await;
    let stream = stream.map_err(|error| failure(server, &error))?;
    Ok(BinaryCopyOutStream::new(stream, &EVENT_TYPES))
}

/// The next row of a COPY or of a statement.
pub(crate) async fn next<R>(
    server: &Server,
    rows: &mut std::pin::Pin<&mut impl Stream<Item = Result<R, Error>>>,
) -> Result<Option<R>, StoreError> {
    let row = std::future::poll_fn(|context| rows.as_mut().poll_next(context)).await;
    row.transpose().map_err(|error| failure(server, &error))
}
