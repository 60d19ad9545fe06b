//! A replay that reads ahead: threads of its own read the rows, while the caller looks at those
//! before. What a caller does with an event is often dearer than reading it.
//!
//! The positions are cut into ranges, which the threads take in turn; the caller takes them back in
//! the same order, so it sees what one thread would show it.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use rusqlite::Connection;
use uuid::Uuid;

use super::readers::Readers;
use super::{ledger, walk};
use crate::error::StoreError;
use crate::event::EventRef;

/// Positions in a range, and the shortest replay that is worth threads.
const RANGE: u64 = 2_000;
/// Bytes of text after which a piece of a range is handed over.
const PIECE_BYTES: usize = 128 * 1024;
/// Pieces that a thread may be ahead.
const AHEAD: usize = 2;
/// Most threads that read ahead.
const LANES_MAX: usize = 4;

/// See [`crate::EventLog::replay`].
pub(crate) fn replay(
    readers: &Readers,
    tenant: &str,
    after: u64,
    up_to: u64,
    each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
) -> Result<u64, StoreError> {
    let head = readers.read_here(|file| ledger::head(file, tenant))?;
    let up_to = up_to.min(head.map_or(0, |head| head.position));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let lanes = cores.min(readers.most()).min(LANES_MAX);
    if lanes == 1 || up_to.saturating_sub(after) <= RANGE {
        let mut order = Order::after(after);
        readers.read_here(|file| {
            walk::scan(file, tenant, after, up_to, |event| order.take(event, each))
        })?;
        return order.end(up_to);
    }
    std::thread::scope(|scope| {
        let mut open = Vec::with_capacity(lanes);
        for lane in 0..lanes {
            let (pieces, taken) = sync_channel(AHEAD);
            let (emptied, spare) = channel();
            let ranges = ranges(after, up_to).skip(lane).step_by(lanes);
            let work = move || {
                let read = |file: &_| read(file, tenant, ranges, &pieces, &spare);
                if let Err(error) = readers.read_here(read) {
                    // Nobody listens any more: then nobody wants to know.
                    let _ = pieces.send(Err(error));
                }
            };
            let started = std::thread::Builder::new().spawn_scoped(scope, work);
            started.map_err(|error| StoreError::Io {
                what: format!("a reader's thread: {error}"),
            })?;
            open.push(Lane { taken, emptied });
        }
        // Leaving drops the lanes' ends here, and with them the threads' reason to go on.
        look(&open, tenant, Order::after(after), up_to, each)
    })
}

/// The ranges `(after, up_to]` of a replay, in order.
fn ranges(after: u64, up_to: u64) -> impl Iterator<Item = (u64, u64)> + Send {
    (after..up_to)
        .step_by(RANGE as usize)
        .map(move |from| (from, up_to.min(from + RANGE)))
}

/// The caller's ends of a thread: pieces come, and go back when they were looked at.
struct Lane {
    taken: Receiver<Result<Piece, StoreError>>,
    emptied: Sender<Piece>,
}

/// Hands the pieces of all lanes to the caller, range by range.
fn look(
    lanes: &[Lane],
    tenant: &str,
    mut order: Order,
    up_to: u64,
    each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
) -> Result<u64, StoreError> {
    for (_, lane) in ranges(order.last, up_to).zip(lanes.iter().cycle()) {
        loop {
            let piece = lane.taken.recv().map_err(|_| StoreError::Closed)??;
            if piece
                .show(tenant, |event| order.take(event, each))
                .is_break()
            {
                return order.end(up_to);
            }
            let ends_range = piece.ends_range;
            // A thread that is through with its ranges takes nothing back.
            let _ = lane.emptied.send(piece);
            if ends_range {
                break;
            }
        }
    }
    order.end(up_to)
}

/// Checks that positions are gapless, and knows how far it came.
struct Order {
    last: u64,
    gap: Option<u64>,
    stopped: bool,
}

impl Order {
    fn after(last: u64) -> Self {
        Self {
            last,
            gap: None,
            stopped: false,
        }
    }

    fn take(
        &mut self,
        event: EventRef<'_>,
        each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if event.position != self.last + 1 {
            self.gap = Some(event.position);
            return ControlFlow::Break(());
        }
        self.last = event.position;
        let answer = each(event);
        self.stopped = answer.is_break();
        answer
    }

    /// The last position that was handed over; damage when the caller did not stop before `up_to`.
    fn end(self, up_to: u64) -> Result<u64, StoreError> {
        let what = match self.gap {
            Some(found) => format!("it is missing, the next one is {found}"),
            None if !self.stopped && self.last < up_to => {
                format!("it is missing, the log's head names {up_to}")
            }
            None => return Ok(self.last),
        };
        Err(StoreError::Corrupt {
            position: Some(self.last + 1),
            what,
        })
    }
}

/// What a thread does: reads its ranges into pieces until nobody takes them.
fn read(
    file: &Connection,
    tenant: &str,
    ranges: impl Iterator<Item = (u64, u64)>,
    pieces: &SyncSender<Result<Piece, StoreError>>,
    spare: &Receiver<Piece>,
) -> Result<(), StoreError> {
    let fresh = || spare.try_recv().unwrap_or_default().emptied();
    for (after, up_to) in ranges {
        let mut piece = fresh();
        let mut wanted = true;
        let scanned = walk::scan(file, tenant, after, up_to, |event| {
            piece.push(&event);
            if piece.text.len() < PIECE_BYTES {
                return ControlFlow::Continue(());
            }
            let full = std::mem::replace(&mut piece, fresh());
            wanted = pieces.send(Ok(full)).is_ok();
            if wanted {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        // What was read before damage is handed over before the damage is named.
        piece.ends_range = scanned.is_ok();
        if !wanted || pieces.send(Ok(piece)).is_err() {
            return Ok(());
        }
        scanned?;
    }
    Ok(())
}

/// Some events of a range, copied out of their rows: all text in one string.
#[derive(Default)]
struct Piece {
    text: String,
    events: Vec<Held>,
    ends_range: bool,
}

/// An event of a piece, without its text.
struct Held {
    position: u64,
    sequence: u64,
    /// Where its texts end in the piece's string, in the order of the columns.
    ends: [usize; 6],
    command_id: Uuid,
    occurred_at_micros: i64,
    recorded_at_micros: i64,
    checksum: [u8; 32],
    chain: [u8; 32],
}

impl Piece {
    /// The same piece with nothing in it, its memory kept.
    fn emptied(mut self) -> Self {
        self.text.clear();
        self.events.clear();
        self.ends_range = false;
        self
    }

    fn push(&mut self, event: &EventRef<'_>) {
        let texts = [
            event.aggregate_type,
            event.aggregate_id,
            event.event_type,
            event.event_version,
            event.payload,
            event.metadata,
        ];
        let ends = texts.map(|text| {
            self.text.push_str(text);
            self.text.len()
        });
        self.events.push(Held {
            position: event.position,
            sequence: event.sequence,
            ends,
            command_id: event.command_id,
            occurred_at_micros: event.occurred_at_micros,
            recorded_at_micros: event.recorded_at_micros,
            checksum: *event.checksum,
            chain: *event.chain,
        });
    }

    /// Hands over the events in order until `each` breaks.
    fn show(
        &self,
        tenant: &str,
        mut each: impl FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut begin = 0;
        for held in &self.events {
            let [
                aggregate_type,
                aggregate_id,
                event_type,
                event_version,
                payload,
                metadata,
            ] = held.ends.map(|end| {
                let text = &self.text[begin..end];
                begin = end;
                text
            });
            each(EventRef {
                tenant,
                position: held.position,
                aggregate_type,
                aggregate_id,
                sequence: held.sequence,
                event_type,
                event_version,
                payload,
                metadata,
                command_id: held.command_id,
                occurred_at_micros: held.occurred_at_micros,
                recorded_at_micros: held.recorded_at_micros,
                checksum: &held.checksum,
                chain: &held.chain,
            })?;
        }
        ControlFlow::Continue(())
    }
}
