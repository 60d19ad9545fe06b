//! Moving a tenant whole from one log to another: on another backend, another machine, or as a
//! backup while the first is in use.
//!
//! Events keep their positions, instants, checksums and chain, so the copy is the same log: equal
//! chain values at one position mean equal events up to there. A copy that was interrupted goes on
//! where it stopped. Snapshots and views are caches and stay behind.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::error::StoreError;
use crate::event::{CommandRecord, RecordedCommand, RecordedEvent};
use crate::log::EventLog;
use crate::verify::VerifyReport;

/// Events read at once.
const PAGE: usize = 4_096;

/// A copy, proved equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// Whose log.
    pub tenant: String,
    /// Events in both logs.
    pub events: u64,
    /// Events that were copied by this call; the others were there.
    pub copied: u64,
    /// The chain value of the last event, the same in both, in hexadecimal.
    pub chain: String,
}

/// Why a log was not copied. What was copied before stands, and the next call goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// Reading the one or writing the other failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The target holds another history of the tenant, or a longer one.
    ///
    /// Handling: name another target; neither was changed.
    #[error("the target holds another log of tenant {tenant}: they differ at position {position}")]
    Another {
        /// The tenant.
        tenant: String,
        /// The position at which they were compared.
        position: u64,
    },
    /// One of the two is damaged, so equality proves nothing.
    ///
    /// Handling: `gridwhistle verify` on it; restore a backup.
    #[error("the {which} is damaged at position {}: {}", fault.position, fault)]
    Damaged {
        /// `source` or `target`.
        which: &'static str,
        /// What does not fit.
        fault: crate::verify::Fault,
    },
    /// Both are sound, but not equal.
    ///
    /// Handling: somebody writes the target; stop that, and copy again.
    #[error("the copy of tenant {tenant} is not equal to its source at position {position}")]
    NotEqual {
        /// The tenant.
        tenant: String,
        /// The position at which they were compared.
        position: u64,
    },
}

/// Copies what the target lacks of a tenant, up to the source's head of now, and proves that both
/// are equal up to there. `progress` is told each position reached, and the head.
///
/// # Errors
/// See [`CopyError`].
pub async fn copy(
    from: &dyn EventLog,
    to: &dyn EventLog,
    tenant: &str,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Copied, CopyError> {
    let head = from.head(tenant).await?;
    let begin = to.head(tenant).await?;
    if begin > 0
        && (begin > head
            || chain_at(from, tenant, begin).await? != chain_at(to, tenant, begin).await?)
    {
        return Err(CopyError::Another {
            tenant: tenant.to_owned(),
            position: begin.min(head),
        });
    }
    let mut at = begin;
    while at < head {
        at = to
            .adopt(tenant, commands_after(from, tenant, at).await?)
            .await?;
        progress(at, head);
    }
    let (source, target) = (
        sound("source", from, tenant).await?,
        sound("target", to, tenant).await?,
    );
    // The source may have moved on: equal is what both hold. What an earlier call wrote and was
    // not told of may be on a primary alone, so it is looked at behind a fence: the chain value
    // there stands for all that is before it.
    let events = target.events;
    if chain_at(from, tenant, events).await? != to.fence(tenant, events).await?
        || source.events < events
    {
        return Err(CopyError::NotEqual {
            tenant: tenant.to_owned(),
            position: events,
        });
    }
    Ok(Copied {
        tenant: tenant.to_owned(),
        events,
        copied: events - begin,
        chain: target.chain,
    })
}

/// The chain value at a position; none where the log has no such position.
async fn chain_at(
    log: &dyn EventLog,
    tenant: &str,
    position: u64,
) -> Result<Option<[u8; 32]>, StoreError> {
    let Some(before) = position.checked_sub(1) else {
        return Ok(None);
    };
    let events = log.read_log(tenant, before, 1).await?;
    Ok(events.first().map(|event| event.chain))
}

async fn sound(
    which: &'static str,
    log: &dyn EventLog,
    tenant: &str,
) -> Result<VerifyReport, CopyError> {
    let report = log.verify(tenant).await?;
    match report.fault {
        Some(fault) => Err(CopyError::Damaged { which, fault }),
        None => Ok(report),
    }
}

/// The next commands after a position, each with all its events.
async fn commands_after(
    log: &dyn EventLog,
    tenant: &str,
    after: u64,
) -> Result<Vec<RecordedCommand>, StoreError> {
    let mut limit = PAGE;
    loop {
        let events = log.read_log(tenant, after, limit).await?;
        let commands = by_command(log, tenant, events).await?;
        if !commands.is_empty() {
            return Ok(commands);
        }
        // One command that is longer than a page.
        limit *= 2;
    }
}

/// Groups events by command, and leaves a last one out that goes on after them.
async fn by_command(
    log: &dyn EventLog,
    tenant: &str,
    events: Vec<RecordedEvent>,
) -> Result<Vec<RecordedCommand>, StoreError> {
    let mut ids: Vec<Uuid> = events.iter().map(|event| event.command_id).collect();
    ids.dedup();
    let known = log.commands(tenant, &ids).await?;
    let known: HashMap<Uuid, CommandRecord> = known
        .into_iter()
        .map(|record| (record.command_id, record))
        .collect();
    let Some(last) = events.last().map(|event| event.position) else {
        return Ok(Vec::new());
    };
    let mut commands: Vec<RecordedCommand> = Vec::new();
    let mut open: Option<Uuid> = None;
    for event in events {
        let Some(record) = known.get(&event.command_id) else {
            return Err(StoreError::Corrupt {
                position: Some(event.position),
                what: format!("the log remembers no command {}", event.command_id),
            });
        };
        if record.last_position > last {
            break;
        }
        if open != Some(event.command_id) {
            open = Some(event.command_id);
            commands.push(RecordedCommand {
                request_hash: record.request_hash,
                events: Vec::new(),
            });
        }
        if let Some(command) = commands.last_mut() {
            command.events.push(event);
        }
    }
    Ok(commands)
}
