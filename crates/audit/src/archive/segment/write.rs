//! From the log to a segment.

use super::form::{self, GROUP_ROWS, Row, Seal};
use crate::archive::ArchiveProblem;
use crate::problem::Problem;
use crate::replay::known::{event, first_not, recorded_back};
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
/// [`ArchiveProblem::Nothing`] for a period without events; the log cannot be read, its times of
/// recording run backwards, or the file takes no more.
pub async fn write(
    source: &Source,
    period: Period,
    file: impl Write + Send,
) -> Result<Seal, Problem> {
    let head = source.head().await?;
    let first = match period.from {
        Some(from) => first_not(source, head, |at| at < from).await?,
        None => 1,
    };
    let after = match period.before {
        Some(before) => first_not(source, head, |at| at < before).await?,
        None => head + 1,
    };
    if first >= after {
        return Err(ArchiveProblem::Nothing.into());
    }
    let chain_before = match first {
        1 => GENESIS,
        _ => event(source, first - 1).await?.chain,
    };
    let mut file = form::begin(file).map_err(|error| unwritable(&error))?;
    let (mut position, mut chain) = (first, chain_before);
    let mut recorded = period.from.unwrap_or(DateTime::<Utc>::MIN_UTC);
    while position < after {
        let rows = rows(source, position, after).await?;
        // A clock that ran backwards would put an event into a period that is not its own.
        for (event, _) in &rows {
            if event.recorded_at < recorded {
                return Err(recorded_back(event.position));
            }
            recorded = event.recorded_at;
        }
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
