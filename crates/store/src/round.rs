//! The rounds of a writer: take what is queued as one batch, write it, answer.
//!
//! A batch closes when the commit before it returns. Callers that were just answered come back
//! within microseconds, so after a batch of several the writer lingers for a fraction of a flush
//! until as many are there again; a lone caller never waits.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::counted::Tally;
use crate::error::{AppendError, StoreError};
use crate::event::Appended;
use crate::queue::Job;

/// The longest wait for callers that are expected back.
const LINGER: Duration = Duration::from_micros(500);

/// How many commands the last batch had, and for how long the next may wait for as many.
#[derive(Default)]
pub(crate) struct Pace {
    expected: usize,
    linger: Duration,
}

impl Pace {
    /// Fills the batch with what is queued, and lingers for callers that are expected back.
    pub(crate) fn gather(&mut self, jobs: &Receiver<Job>, batch: &mut Vec<Job>, most: usize) {
        let mut commands: usize = batch.iter().map(Job::commands).sum();
        let until = Instant::now() + self.linger;
        while commands < most {
            let job = match jobs.try_recv() {
                Ok(job) => job,
                Err(_) if commands >= self.expected => break,
                Err(_) => {
                    match jobs.recv_timeout(until.saturating_duration_since(Instant::now())) {
                        Ok(job) => job,
                        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
                    }
                }
            };
            commands += job.commands();
            batch.push(job);
        }
        self.expected = commands;
    }

    /// Says how long the batch took to write.
    pub(crate) fn took(&mut self, written_in: Duration) {
        self.linger = (written_in / 2).min(LINGER);
    }
}

/// The answer to a job, held back until the batch is durable.
pub(crate) enum Done {
    Append(Vec<Result<Appended, AppendError>>),
    Snapshot(Result<(), StoreError>),
    Adopted(Result<u64, StoreError>),
    Dropped(u64),
}

/// Answers every job of the batch. A caller that is gone misses its answer, not its events.
pub(crate) fn answer(batch: &mut Vec<Job>, done: Result<Vec<Done>, StoreError>) {
    let failed = done.as_ref().err().cloned();
    if let Ok(done) = &done {
        let mut tally = Tally::default();
        for (job, done) in batch.iter().zip(done) {
            if let Done::Append(answers) = done {
                tally.add(job.appends(), answers);
            }
        }
        tally.tell();
    }
    let mut done = done.unwrap_or_default().into_iter();
    for job in batch.drain(..) {
        let error = failed.clone().unwrap_or(StoreError::Closed);
        match (job, done.next()) {
            (Job::Append { answer, .. }, Some(Done::Append(answers))) => drop(answer.send(answers)),
            (
                Job::Append {
                    answer, appends, ..
                },
                _,
            ) => {
                let refused = || Err(AppendError::Storage(error.clone()));
                drop(answer.send(appends.iter().map(|_| refused()).collect()));
            }
            (Job::Snapshot { answer, .. }, Some(Done::Snapshot(stored))) => {
                drop(answer.send(stored));
            }
            (Job::Snapshot { answer, .. }, _) => drop(answer.send(Err(error))),
            (Job::Adopt { answer, .. }, Some(Done::Adopted(taken))) => drop(answer.send(taken)),
            (Job::Adopt { answer, .. }, _) => drop(answer.send(Err(error))),
            (Job::DropSnapshots { answer, .. }, Some(Done::Dropped(count))) => {
                drop(answer.send(Ok(count)));
            }
            (Job::DropSnapshots { answer, .. }, _) => drop(answer.send(Err(error))),
        }
    }
}
