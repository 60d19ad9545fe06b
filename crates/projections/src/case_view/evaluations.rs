//! Mutual evaluations by their streams: who owes whom a form, and until when. Answers stay sealed
//! and never come here.

use super::rows::EvaluationRow;
use crate::projection::Unreadable;
use gridwhistle_domain::evaluation::{EvaluationEvent, EvaluationFact, Side};
use gridwhistle_store::RecordedEvent;
use gridwhistle_store::views::RowOp;
use std::collections::HashMap;

/// Evaluations that are not settled, by stream.
#[derive(Debug, Default)]
pub(crate) struct Evaluations {
    open: HashMap<String, EvaluationRow>,
}

impl Evaluations {
    /// Whether a stream is held.
    pub(crate) fn holds(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    /// Folds one event, and writes the row that it changed.
    pub(crate) fn fold(
        &mut self,
        event: &RecordedEvent,
        ops: Option<&mut Vec<RowOp>>,
    ) -> Result<(), Unreadable> {
        let fact: EvaluationEvent =
            serde_json::from_str(&event.payload).map_err(|what| Unreadable::new(event, what))?;
        let id = &event.stream.aggregate_id;
        if let EvaluationFact::EvaluationOpened { opening } = &fact.fact {
            let row = EvaluationRow {
                evaluation_id: id.clone(),
                case_id: opening.case.to_string(),
                leg: i64::from(opening.leg.0),
                area: opening.area.as_str().to_owned(),
                department: opening.department.as_str().to_owned(),
                window_ends: opening.window_ends,
                area_sealed: false,
                department_sealed: false,
                revealed: false,
                settled: false,
            };
            self.open.insert(id.clone(), row);
        }
        let Some(row) = self.open.get_mut(id) else {
            return Err(Unreadable::new(event, "its evaluation was never opened"));
        };
        change(row, &fact.fact);
        if let Some(ops) = ops {
            ops.push(RowOp::Supersede {
                table: EvaluationRow::TABLE,
                at: fact.at,
                row: row.clone().into_values(),
            });
        }
        Ok(())
    }

    /// Between two batches: what is settled can be folded again if it is ever needed.
    pub(crate) fn settle(&mut self) {
        self.open.retain(|_, row| !row.settled);
    }
}

fn change(row: &mut EvaluationRow, fact: &EvaluationFact) {
    match fact {
        EvaluationFact::EvaluationOpened { .. } => {}
        EvaluationFact::EvaluationSealed { side, .. } => match side {
            Side::Area => row.area_sealed = true,
            Side::Department => row.department_sealed = true,
        },
        EvaluationFact::EvaluationsRevealed { .. } => {
            row.revealed = true;
            row.settled = true;
        }
        EvaluationFact::EvaluationLapsed { sides } => row.settled |= sides.len() == Side::ALL.len(),
    }
}
