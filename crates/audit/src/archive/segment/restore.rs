//! From segments back to a log that every tool of ours reads.

use super::form::Row;
use super::group::owned;
use super::lanes::Segment;
use super::read::rows;
use crate::archive::ArchiveProblem;
use crate::problem::Problem;
use gridwhistle_store::{EventLog, OpenOptions, RecordedCommand};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::channel;

/// Commands that are adopted at once.
const AT_ONCE: usize = 1_024;

/// A log made of segments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Whose log.
    pub tenant: String,
    /// Events in it.
    pub events: u64,
    /// The chain value of the last, in hexadecimal: that of the segments, and of the log they were of.
    pub chain: String,
}

/// Makes a log of segments, which follow on each other from position 1 or from the head of the log at
/// `url`. Every event is checked before it is taken over; the log is another one than that which the
/// segments were written from.
///
/// # Errors
/// A segment is damaged, changed, of another log or out of order: what came before it stands.
pub async fn restore(url: &str, files: &[PathBuf]) -> Result<Restored, Problem> {
    let log = gridwhistle_store::open(url, OpenOptions::default())?;
    let mut restored = Restored::default();
    for path in files {
        restored = one(&*log, path).await?;
    }
    Ok(restored)
}

async fn one(log: &dyn EventLog, path: &Path) -> Result<Restored, Problem> {
    let seal = Segment::open(path)?.seal;
    let head = log.head(&seal.tenant).await?;
    let file = path.display().to_string();
    if seal.first != head + 1 {
        return Err(ArchiveProblem::Gap {
            file,
            first: seal.first,
            expected: head + 1,
        }
        .into());
    }
    if head > 0 {
        let before = log.read_log(&seal.tenant, head - 1, 1).await?;
        let chain = before.first().map(|event| hex::encode(event.chain));
        if chain.as_deref() != Some(&seal.chain_before) {
            return Err(ArchiveProblem::Another { file }.into());
        }
    }
    // The whole file is checked before the first event of it is taken over.
    let (sender, mut receiver) = channel(2);
    let read = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        super::read::verify(&read)?;
        let mut batch: Vec<RecordedCommand> = Vec::new();
        let verified = rows(&read, owned, &mut |row| {
            let sent = full(&mut batch, row).is_none_or(|all| sender.blocking_send(all).is_ok());
            if sent {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        // Whoever has gone has an error of the log to tell.
        let _ = sender.blocking_send(batch);
        Ok::<_, ArchiveProblem>(verified)
    });
    while let Some(commands) = receiver.recv().await {
        log.adopt(&seal.tenant, commands).await?;
    }
    let verified = reading.await.map_err(|_| ArchiveProblem::Interrupted)??;
    Ok(Restored {
        tenant: seal.tenant,
        events: verified.seal.last,
        chain: verified.seal.chain_after,
    })
}

/// Adds a row to the commands at hand; answers them when they are many and the row begins another.
fn full(batch: &mut Vec<RecordedCommand>, (event, request): Row) -> Option<Vec<RecordedCommand>> {
    if let Some(last) = batch.last_mut()
        && last.events.first().is_some_and(|first| {
            first.command_id == event.command_id && first.stream == event.stream
        })
    {
        last.events.push(event);
        return None;
    }
    let commands = (batch.len() >= AT_ONCE).then(|| std::mem::take(batch));
    batch.push(RecordedCommand {
        request_hash: request,
        events: vec![event],
    });
    commands
}
