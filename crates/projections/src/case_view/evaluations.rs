//! Mutual evaluations by their streams: who owes whom a form, and until when; and what the forms come
//! to, once they are opened together. Before that, answers are sealed and nothing of them comes here.

use super::background::Background;
use super::form_months::{FormMonths, UPHELD};
use super::rows::EvaluationRow;
use crate::projection::{Unreadable, read};
use chrono::{DateTime, Utc};
use gridwhistle_domain::evaluation::{
    EvaluationEvent, EvaluationFact, Opening, Side, fingerprint, hundredths,
};
use gridwhistle_domain::ids::UnitId;
use gridwhistle_store::RecordedEvent;
use gridwhistle_store::views::RowOp;
use std::collections::HashMap;

/// One evaluation in memory.
#[derive(Debug)]
struct Held {
    opening: Opening,
    row: EvaluationRow,
}

/// Evaluations that are not settled, by stream.
#[derive(Debug, Default)]
pub(crate) struct Evaluations {
    open: HashMap<String, Held>,
}

impl Evaluations {
    /// Whether a stream is held.
    pub(crate) fn holds(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    /// Folds one event; of one that is not past, the row that it changed is written and counted.
    pub(crate) fn fold(
        &mut self,
        event: &RecordedEvent,
        background: &Background,
        written: Option<(&mut Vec<RowOp>, &mut FormMonths)>,
    ) -> Result<(), Unreadable> {
        let fact: EvaluationEvent = read(event)?;
        let id = &event.stream.aggregate_id;
        if let EvaluationFact::EvaluationOpened { opening } = &fact.fact {
            let held = Held {
                row: row(id, opening, background),
                opening: opening.as_ref().clone(),
            };
            self.open.insert(id.clone(), held);
        }
        let Some(held) = self.open.get_mut(id) else {
            return Err(Unreadable::new(event, "its evaluation was never opened"));
        };
        let before = held.row.clone();
        held.change(&fact);
        if let Some((ops, months)) = written {
            months.turn(&before, &held.row, fact.at);
            ops.push(RowOp::Supersede {
                table: EvaluationRow::TABLE,
                at: fact.at,
                row: held.row.clone().into_values().into(),
            });
        }
        Ok(())
    }

    /// Between two batches: what is settled can be folded again if it is ever needed.
    pub(crate) fn settle(&mut self) {
        self.open.retain(|_, held| !held.row.settled);
    }
}

fn row(id: &str, opening: &Opening, background: &Background) -> EvaluationRow {
    let kind = |unit: &UnitId| {
        let unit = background.registry.unit(unit)?;
        Some(unit.kind.code().to_owned())
    };
    EvaluationRow {
        evaluation_id: id.to_owned(),
        case_id: opening.case.to_string(),
        leg: i64::from(opening.leg.0),
        area: opening.area.as_str().to_owned(),
        department: opening.department.as_str().to_owned(),
        area_kind: kind(&opening.area),
        department_kind: kind(&opening.department),
        optional: opening.optional,
        window_ends: opening.window_ends,
        area_sealed_at: None,
        department_sealed_at: None,
        revealed_at: None,
        settled: false,
        settled_at: None,
        area_points: None,
        department_points: None,
        area_answers: None,
        department_answers: None,
        area_appeal: None,
        department_appeal: None,
        area_ground: None,
        department_ground: None,
    }
}

impl Held {
    fn change(&mut self, event: &EvaluationEvent) {
        let (row, at) = (&mut self.row, event.at);
        match &event.fact {
            EvaluationFact::EvaluationOpened { .. } => {}
            EvaluationFact::EvaluationSealed { side, .. } => match side {
                Side::Area => row.area_sealed_at = Some(at),
                Side::Department => row.department_sealed_at = Some(at),
            },
            EvaluationFact::EvaluationsRevealed { forms, .. } => {
                row.revealed_at = Some(at);
                settle(row, at);
                for (side, opened) in forms {
                    let form = self.opening.form(*side);
                    let points = hundredths(form, &opened.answers, &self.opening.computed);
                    let answers = fingerprint(form, &opened.answers);
                    let (points, answers) = (points.map(i64::from), Some(answers));
                    match side {
                        Side::Area => (row.area_points, row.area_answers) = (points, answers),
                        Side::Department => {
                            (row.department_points, row.department_answers) = (points, answers);
                        }
                    }
                }
            }
            EvaluationFact::EvaluationLapsed { sides } => {
                if sides.len() == Side::ALL.len() {
                    settle(row, at);
                }
            }
            EvaluationFact::AppealFiled { side, ground, .. } => {
                let waits = Some("waiting".to_owned());
                let ground = Some(ground.clone());
                match side {
                    Side::Area => (row.area_appeal, row.area_ground) = (waits, ground),
                    Side::Department => {
                        (row.department_appeal, row.department_ground) = (waits, ground);
                    }
                }
            }
            EvaluationFact::AppealDecided { side, upheld, .. } => {
                let decided = if *upheld { UPHELD } else { "dismissed" };
                match side {
                    Side::Area => row.area_appeal = Some(decided.to_owned()),
                    Side::Department => row.department_appeal = Some(decided.to_owned()),
                }
            }
        }
    }
}

fn settle(row: &mut EvaluationRow, at: DateTime<Utc>) {
    row.settled = true;
    row.settled_at.get_or_insert(at);
}
