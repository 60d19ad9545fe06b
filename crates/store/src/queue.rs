//! The way of a command to the writer: a bounded queue with back-pressure, and the way back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::{AppendError, StoreError};
use crate::event::{Append, Appended, RecordedCommand, Snapshot, StreamId};

/// Something for the writer to do.
pub(crate) enum Job {
    /// Commands to append in order, each for itself.
    Append {
        appends: Vec<Append>,
        /// Where one else has appended after this position, none of them is to be written.
        knows: Option<u64>,
        answer: oneshot::Sender<Vec<Result<Appended, AppendError>>>,
        /// Room in the queue, given back when the job is dropped.
        _room: Room,
    },
    /// A snapshot to store.
    Snapshot {
        tenant: String,
        stream: StreamId,
        snapshot: Snapshot,
        answer: oneshot::Sender<Result<(), StoreError>>,
    },
    /// Commands of another log to take over, all or none.
    Adopt {
        tenant: String,
        commands: Vec<RecordedCommand>,
        answer: oneshot::Sender<Result<u64, StoreError>>,
    },
    /// All snapshots of a tenant to delete.
    DropSnapshots {
        tenant: String,
        answer: oneshot::Sender<Result<u64, StoreError>>,
    },
}

impl Job {
    /// The commands to append.
    pub(crate) fn appends(&self) -> &[Append] {
        match self {
            Job::Append { appends, .. } => appends,
            _ => &[],
        }
    }

    /// The same, each with what its decision knew of others.
    pub(crate) fn bids(&self) -> impl Iterator<Item = Bid<'_>> {
        let knows = match self {
            Job::Append { knows, .. } => *knows,
            _ => None,
        };
        self.appends()
            .iter()
            .map(move |append| Bid { append, knows })
    }

    /// How many commands it holds, for the size of a batch.
    pub(crate) fn commands(&self) -> usize {
        match self {
            Job::Append { appends, .. } => appends.len(),
            Job::Adopt { commands, .. } => commands.len(),
            Job::Snapshot { .. } | Job::DropSnapshots { .. } => 1,
        }
    }
}

/// A command to append, and the last position up to which its decision knew what others wrote, where
/// that matters.
#[derive(Clone, Copy)]
pub(crate) struct Bid<'a> {
    pub(crate) append: &'a Append,
    pub(crate) knows: Option<u64>,
}

/// Room in the queue: of commands, and of their bytes.
pub(crate) type Room = (OwnedSemaphorePermit, OwnedSemaphorePermit);

/// The callers' end of the queue.
pub(crate) struct Queue {
    places: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    /// Bytes of those who wait for room.
    waiting: AtomicUsize,
    most: usize,
    most_bytes: usize,
    patience: Duration,
    jobs: mpsc::Sender<Job>,
}

impl Queue {
    /// A queue and the end that the writer takes from. `most`: commands that may be under way;
    /// `most_bytes`: bytes of their events; `patience`: how long one waits for room.
    pub(crate) fn new(
        most: usize,
        most_bytes: usize,
        patience: Duration,
    ) -> (Self, mpsc::Receiver<Job>) {
        let (jobs, taken) = mpsc::channel();
        // Permits are asked for by numbers of 32 bits.
        let bound = (u32::MAX as usize).min(Semaphore::MAX_PERMITS);
        let (most, most_bytes) = (most.clamp(1, bound), most_bytes.clamp(1, bound));
        let queue = Self {
            places: Arc::new(Semaphore::new(most)),
            bytes: Arc::new(Semaphore::new(most_bytes)),
            waiting: AtomicUsize::new(0),
            most,
            most_bytes,
            patience,
            jobs,
        };
        (queue, taken)
    }

    /// Queues commands and waits for their answers.
    pub(crate) async fn append(
        &self,
        appends: Vec<Append>,
        knows: Option<u64>,
    ) -> Result<Vec<Result<Appended, AppendError>>, AppendError> {
        let _room = self.room_for(&appends).await?;
        let (answer, answered) = oneshot::channel();
        self.send(Job::Append {
            appends,
            knows,
            answer,
            _room,
        })?;
        Ok(answered.await.map_err(|_| StoreError::Closed)?)
    }

    /// Queues a job that needs no room and waits for its answer.
    pub(crate) async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(job(answer))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Waits for room, but not for ever, and not behind more than the queue itself holds.
    async fn room_for(&self, appends: &[Append]) -> Result<Room, AppendError> {
        let held: usize = appends.iter().map(Append::bytes).sum();
        let permits = |wanted: usize, most: usize| wanted.min(most) as u32;
        let places = permits(appends.len(), self.most);
        let bytes = permits(held, self.most_bytes);
        let (of_places, of_bytes) = (&self.places, &self.bytes);
        if let Ok(place) = of_places.clone().try_acquire_many_owned(places)
            && let Ok(held) = of_bytes.clone().try_acquire_many_owned(bytes)
        {
            return Ok((place, held));
        }
        let full = |waited| AppendError::Overloaded {
            queue: self.most,
            bytes: self.most_bytes,
            waited,
        };
        let Some(_waits) = Waits::among(&self.waiting, held, self.most_bytes) else {
            return Err(full(Duration::ZERO));
        };
        let wait = async {
            let place = of_places.clone().acquire_many_owned(places).await?;
            Ok((place, of_bytes.clone().acquire_many_owned(bytes).await?))
        };
        match tokio::time::timeout(self.patience, wait).await {
            Ok(room) => room.map_err(|_: AcquireError| StoreError::Closed.into()),
            Err(_) => Err(full(self.patience)),
        }
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).map_err(|_| StoreError::Closed)
    }
}

/// Bytes of somebody who waits, until they have room or leave.
struct Waits<'q> {
    waiting: &'q AtomicUsize,
    bytes: usize,
}

impl<'q> Waits<'q> {
    /// Joins those who wait; none where they hold too much already.
    fn among(waiting: &'q AtomicUsize, bytes: usize, most: usize) -> Option<Self> {
        let joined = waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |there| {
            // Whoever is alone may wait, however much it is.
            (there == 0 || there.saturating_add(bytes) <= most).then_some(there + bytes)
        });
        // Not `then_some`: one made and let go at once would give back what it never took.
        joined.is_ok().then(|| Self { waiting, bytes })
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
