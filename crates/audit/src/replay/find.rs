//! Finding a case in the log itself, by what people call it.

use super::known::{Known, event};
use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_projections::questions::CaseName;
use gridwhistle_store::RecordedEvent;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The kind of a case's stream.
const CASE: &str = "case";

/// The cases that were known and that a name fits, at most `limit` of them, by id, each with its
/// number on the ledger: the position of its first event. A number is one read; the beginning of an
/// id is a walk along the log, for streams are kept by their whole name.
///
/// # Errors
/// [`Problem::Store`].
pub async fn find(
    source: &Source,
    known: &Known,
    name: &CaseName,
    limit: usize,
) -> Result<Vec<(CaseId, u64)>, Problem> {
    match name {
        CaseName::Number(number) => {
            let number = u64::try_from(*number).unwrap_or(0);
            if number == 0 || number > known.position {
                return Ok(Vec::new());
            }
            let first = event(source, number).await?;
            Ok(begun(&first).into_iter().collect())
        }
        CaseName::Prefix(prefix) => {
            let (log, tenant) = (Arc::clone(source.log()), source.tenant().to_owned());
            let (prefix, until) = (prefix.clone(), known.position);
            let walk = move || {
                let mut found = Vec::new();
                log.replay(&tenant, 0, until, &mut |event| {
                    let begins = event.sequence == 1 && event.aggregate_type == CASE;
                    if begins && event.aggregate_id.starts_with(&prefix) {
                        found.extend(id(event.aggregate_id).map(|id| (id, event.position)));
                    }
                    if found.len() < limit {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                })?;
                found.sort_unstable();
                Ok(found)
            };
            super::blocking(walk).await
        }
    }
}

fn begun(event: &RecordedEvent) -> Option<(CaseId, u64)> {
    let begins = event.sequence == 1 && event.stream.aggregate_type == CASE;
    let id = id(&event.stream.aggregate_id).filter(|_| begins)?;
    Some((id, event.position))
}

fn id(text: &str) -> Option<CaseId> {
    text.parse().ok().map(CaseId)
}
