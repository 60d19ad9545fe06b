//! Score runs: one row for each that was put on record.

use super::build::number;
use super::rows::RunRow;
use crate::projection::{Unreadable, read};
use gridwhistle_domain::score::run::{ScoreRunEvent, ScoreRunFact};
use gridwhistle_store::RecordedEvent;
use gridwhistle_store::views::RowOp;

/// The row of a run.
pub(crate) fn fold(event: &RecordedEvent, ops: &mut Vec<RowOp>) -> Result<(), Unreadable> {
    let made: ScoreRunEvent = read(event)?;
    let ScoreRunFact::ScoresPublished { run } = made.fact;
    let row = RunRow {
        run_no: number(event.position),
        run_id: event.stream.aggregate_id.clone(),
        made_at: made.at,
        made_by: made.by.signature(),
        window_from: run.from,
        window_before: run.before,
        at: run.at,
        policy: run.policy.map(|version| version.as_str().to_owned()),
        up_to: number(run.up_to),
        sha256: run.sha256,
        units: i64::try_from(run.units.len()).unwrap_or(i64::MAX),
    };
    ops.push(RowOp::Put {
        table: RunRow::TABLE,
        row: row.into_values().into(),
    });
    Ok(())
}
