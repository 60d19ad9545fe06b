//! From the log to a segment.

use super::form::{self, GROUP_ROWS, Row, Seal};
use crate::archive::ArchiveProblem;
use crate::problem::Problem;
use crate::source::Source;
use chrono::{DateTime, Utc};
use gridwhistle_store::digest::GENESIS;
use gridwhistle_store::{RecordedEvent, StoreError};
use parquet::errors::ParquetError;
use std::collections::BTreeMap;
use std::io::Write;
use uuid::Uuid;

/// Which events a segment is of: those recorded from an instant on and before another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// From when; none: from the beginning.
    pub from: Option<DateTime<Utc>>,
    /// Before when; none: to the head of now.
    pub before: Option<DateTime<Utc>>,
}

fn unwritable(error: &ParquetError) -> ArchiveProblem {
    ArchiveProblem::Unwritable(error.to_string())
}

/// Writes the log of a period, and answers its seal.
///
/// # Errors
/// [`ArchiveProblem::Nothing`] for a period without events; the log cannot be read, or the file takes
/// no more.
pub async fn write(
    source: &Source,
    period: Period,
    file: impl Write + Send,
) -> Result<Seal, Problem> {
    let head = source.head().await?;
    let first = match period.from {
        Some(from) => first_since(source, head, from).await?,
        None => 1,
    };
    let after = match period.before {
        Some(before) => first_since(source, head, before).await?,
        None => head + 1,
    };
    if first >= after {
        return Err(ArchiveProblem::Nothing.into());
    }
    let chain_before = match first {
        1 => GENESIS,
        _ => at(source, first - 1).await?.chain,
    };
    let mut file = form::begin(file).map_err(|error| unwritable(&error))?;
    let (mut position, mut chain) = (first, chain_before);
    while position < after {
        let rows = rows(source, position, after).await?;
        let Some((last, _)) = rows.last() else { break };
        position = last.position + 1;
        chain = last.chain;
        form::group(&mut file, &rows).map_err(|error| unwritable(&error))?;
    }
    let seal = Seal {
        tenant: source.tenant().to_owned(),
        first,
        last: position - 1,
        chain_before: hex::encode(chain_before),
        chain_after: hex::encode(chain),
    };
    for entry in seal.metadata() {
        file.append_key_value_metadata(entry);
    }
    file.close().map_err(|error| unwritable(&error))?;
    Ok(seal)
}

/// The event at a position that the log has.
async fn at(source: &Source, position: u64) -> Result<RecordedEvent, Problem> {
    let log = source.log();
    let found = log.read_log(source.tenant(), position - 1, 1).await?;
    let missing = || StoreError::Corrupt {
        position: Some(position),
        what: "it is not there".to_owned(),
    };
    Ok(found.into_iter().next().ok_or_else(missing)?)
}

/// The first position recorded at an instant or after it; one beyond the head where there is none.
/// What was recorded never goes back, so the search halves.
async fn first_since(source: &Source, head: u64, from: DateTime<Utc>) -> Result<u64, Problem> {
    let (mut low, mut high) = (1, head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if at(source, middle).await?.recorded_at < from {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// The next rows, with the requests that their commands answered.
async fn rows(source: &Source, position: u64, after: u64) -> Result<Vec<Row>, Problem> {
    let (log, tenant) = (source.log(), source.tenant());
    let left = usize::try_from(after - position).unwrap_or(usize::MAX);
    let events = log
        .read_log(tenant, position - 1, left.min(GROUP_ROWS))
        .await?;
    let mut ids: Vec<Uuid> = events.iter().map(|event| event.command_id).collect();
    ids.dedup();
    let known = log.commands(tenant, &ids).await?;
    let known = known
        .into_iter()
        .map(|one| (one.command_id, one.request_hash));
    let known: BTreeMap<Uuid, [u8; 32]> = known.collect();
    let with_request = |event: RecordedEvent| {
        let request = known.get(&event.command_id).copied();
        let missing = || StoreError::Corrupt {
            position: Some(event.position),
            what: format!("the log remembers no command {}", event.command_id),
        };
        Ok((request.ok_or_else(missing)?, event))
    };
    let rows = events.into_iter().map(with_request);
    let rows: Result<Vec<_>, StoreError> = rows.collect();
    Ok(rows?
        .into_iter()
        .map(|(request, event)| (event, request))
        .collect())
}
