//! The way of a command to the writer: a bounded queue with back-pressure, and the way back.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::{AppendError, StoreError};
use crate::event::{Append, Appended, RecordedCommand, Snapshot, StreamId};

/// Something for the writer to do.
pub(crate) enum Job {
    /// Commands to append in order, each for itself.
    Append {
        appends: Vec<Append>,
        answer: oneshot::Sender<Vec<Result<Appended, AppendError>>>,
        /// Room in the queue, given back when the job is dropped.
        _room: OwnedSemaphorePermit,
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

    /// How many commands it holds, for the size of a batch.
    pub(crate) fn commands(&self) -> usize {
        match self {
            Job::Append { appends, .. } => appends.len(),
            Job::Adopt { commands, .. } => commands.len(),
            Job::Snapshot { .. } | Job::DropSnapshots { .. } => 1,
        }
    }
}

/// The callers' end of the queue.
pub(crate) struct Queue {
    room: Arc<Semaphore>,
    size: usize,
    patience: Duration,
    jobs: mpsc::Sender<Job>,
}

impl Queue {
    /// A queue and the end that the writer takes from. `size`: commands that may be under way; `patience`: how long one waits for room.
    pub(crate) fn new(size: usize, patience: Duration) -> (Self, mpsc::Receiver<Job>) {
        let (jobs, taken) = mpsc::channel();
        let size = size.clamp(1, Semaphore::MAX_PERMITS);
        let room = Arc::new(Semaphore::new(size));
        (
            Self {
                room,
                size,
                patience,
                jobs,
            },
            taken,
        )
    }

    /// Queues commands and waits for their answers.
    pub(crate) async fn append(
        &self,
        appends: Vec<Append>,
    ) -> Result<Vec<Result<Appended, AppendError>>, AppendError> {
        let _room = self.room_for(appends.len()).await?;
        let (answer, answered) = oneshot::channel();
        self.send(Job::Append {
            appends,
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

    /// Waits for room, but not for ever.
    async fn room_for(&self, commands: usize) -> Result<OwnedSemaphorePermit, AppendError> {
        let permits = u32::try_from(commands.min(self.size)).unwrap_or(u32::MAX);
        if let Ok(room) = self.room.clone().try_acquire_many_owned(permits) {
            return Ok(room);
        }
        let wait = self.room.clone().acquire_many_owned(permits);
        match tokio::time::timeout(self.patience, wait).await {
            Ok(room) => Ok(room.map_err(|_| StoreError::Closed)?),
            Err(_) => Err(AppendError::Overloaded {
                queue: self.size,
                waited: self.patience,
            }),
        }
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).map_err(|_| StoreError::Closed)
    }
}
