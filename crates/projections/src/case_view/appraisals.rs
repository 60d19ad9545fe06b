//! Rounds of appraisal and what came of them. Forms come here without their raters, and those of too
//! few raters not at all.

use crate::projection::{Unreadable, read};
use crate::row::row;
use chrono::{DateTime, Utc};
use gridwhistle_domain::appraisal::{Ratee, RoundEvent, RoundFact, RoundOpening, hundredths};
use gridwhistle_store::RecordedEvent;
use gridwhistle_store::views::RowOp;
use std::collections::HashMap;

row! {
    /// One round of appraisal, by its quarter.
    AppraisalRoundRow of "appraisal_rounds" {
        /// The quarter, e.g. `2026-Q1`.
        round: String,
        /// Its first instant.
        quarter_from: DateTime<Utc>,
        /// The first instant after it.
        quarter_before: DateTime<Utc>,
        /// The last instant at which a form may be sealed.
        window_ends: DateTime<Utc>,
        /// Forms about somebody below which nothing is shown.
        raters_min: i64,
        /// Forms like the peers' that are added to each score.
        shrink: i64,
        /// Grid party organisations with a ballot; none until all ballots are open.
        raters: Option<i64>,
        /// Pairs of rater and rated.
        pairs: Option<i64>,
        /// Everything is opened, withheld or lapsed.
        closed: bool,
    }
}

row! {
    /// What came of one round for a unit or a person.
    AppraisalRow of "appraisals" {
        /// The quarter.
        round: String,
        /// The first instant of the quarter.
        quarter_from: DateTime<Utc>,
        /// The first instant after it.
        quarter_before: DateTime<Utc>,
        /// The unit, or the unit that the person answers for.
        unit: String,
        /// The person; empty for the unit itself.
        person: String,
        /// Grid party organisations that met them.
        met: i64,
        /// Forms that were sealed.
        forms: i64,
        /// Too few: what they say stays sealed.
        withheld: bool,
        /// The forms' scores together, in hundredths of a point; nothing where withheld.
        hundredths: i64,
    }
}

/// Rounds that are not closed, by stream.
#[derive(Debug, Default)]
pub(crate) struct Appraisals {
    open: HashMap<String, (RoundOpening, AppraisalRoundRow)>,
}

impl Appraisals {
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
        let told: RoundEvent = read(event)?;
        let id = &event.stream.aggregate_id;
        if let RoundFact::AppraisalRoundOpened { opening } = &told.fact {
            let row = begun(opening);
            self.open.insert(id.clone(), (opening.clone(), row));
        }
        let Some((opening, round)) = self.open.get_mut(id) else {
            return Err(Unreadable::new(event, "its round was never opened"));
        };
        let row = match &told.fact {
            RoundFact::AppraisalRoundOpened { .. } => Written::Round,
            RoundFact::AppraisalBallotsIssued { raters, pairs } => {
                round.raters = i64::try_from(raters.len()).ok();
                round.pairs = Some(i64::from(*pairs));
                Written::Round
            }
            RoundFact::AppraisalRevealed { ratee, met, forms } => {
                let scores = forms.iter().map(|form| hundredths(&opening.form, form));
                let count = i64::try_from(forms.len()).unwrap_or(i64::MAX);
                let sum = scores.sum();
                Written::Outcome(outcome(round, (ratee, *met), count, Some(sum)))
            }
            RoundFact::AppraisalWithheld { ratee, met, sealed } => {
                Written::Outcome(outcome(round, (ratee, *met), i64::from(*sealed), None))
            }
            RoundFact::AppraisalLapsed { .. } => return Ok(()),
            RoundFact::AppraisalRoundClosed {} => {
                round.closed = true;
                Written::Round
            }
        };
        let Some(ops) = ops else { return Ok(()) };
        let (table, row) = match row {
            Written::Round => (AppraisalRoundRow::TABLE, round.clone().into_values()),
            Written::Outcome(row) => (AppraisalRow::TABLE, row.into_values()),
        };
        let at = told.at;
        ops.push(RowOp::Supersede {
            table,
            at,
            row: row.into(),
        });
        Ok(())
    }

    /// Between two batches: a closed round gets no more events.
    pub(crate) fn settle(&mut self) {
        self.open.retain(|_, (_, row)| !row.closed);
    }
}

enum Written {
    Round,
    Outcome(AppraisalRow),
}

fn begun(opening: &RoundOpening) -> AppraisalRoundRow {
    AppraisalRoundRow {
        round: opening.round.to_string(),
        quarter_from: opening.round.from(),
        quarter_before: opening.round.before(),
        window_ends: opening.window_ends,
        raters_min: i64::from(opening.raters_min),
        shrink: i64::from(opening.shrink),
        raters: None,
        pairs: None,
        closed: false,
    }
}

/// `sum`: none where it is withheld.
fn outcome(
    round: &AppraisalRoundRow,
    (ratee, met): (&Ratee, u32),
    forms: i64,
    sum: Option<i64>,
) -> AppraisalRow {
    let person = ratee.person().map_or("", |person| person.as_str());
    AppraisalRow {
        round: round.round.clone(),
        quarter_from: round.quarter_from,
        quarter_before: round.quarter_before,
        unit: ratee.unit().as_str().to_owned(),
        person: person.to_owned(),
        met: i64::from(met),
        forms,
        withheld: sum.is_none(),
        hundredths: sum.unwrap_or_default(),
    }
}
