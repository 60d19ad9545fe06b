//! The case view: the ledger, its legs, cards, clocks and accounts, its evaluations, rounds of appraisal,
//! and the counts of months.
//!
//! Every case is folded by the domain's own `evolve`; a row is what the state says after the last
//! event of an instant. Areas are resolved by the registry's own fold, as of acceptance.

mod account_row;
mod accounts;
mod afterwards;
mod appraisals;
mod background;
mod build;
pub(crate) mod counts;
mod evaluations;
pub(crate) mod form_months;
mod held;
mod legs;
pub(crate) mod months;
mod obligation;
mod rows;
mod runs;
mod speaking;
mod states;
mod tables;

pub use account_row::AccountRow;
pub use afterwards::AfterwardsRow;
pub use appraisals::{AppraisalRoundRow, AppraisalRow};
pub(crate) use background::Background;
pub(crate) use build::clocks;
pub use form_months::FormMonthRow;
use held::Desk;
pub(crate) use held::Held;
pub use rows::{CardRow, ClockRow, EvaluationRow, LedgerRow, LegRow, RunRow, StruckRow};
pub use tables::CASES;

use crate::projection::{Need, Projection, Unreadable, read};
use appraisals::Appraisals;
use evaluations::Evaluations;
use form_months::FormMonths;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_store::views::{Packer, RowOp, View};
use gridwhistle_store::{RecordedEvent, StreamId};
use months::Months;
use states::States;
use std::collections::BTreeSet;

/// Cases held in memory: about 2 to 5 kB each.
const STATES_MAX: usize = 20_000;

/// The projection of cases.
#[derive(Debug)]
pub struct CaseView {
    background: Background,
    knows_background: bool,
    states: States,
    evaluations: Evaluations,
    appraisals: Appraisals,
    months: Months,
    form_months: FormMonths,
    /// Cases with rows to write, in the order of their events: so are their rows written.
    due: Vec<String>,
    packer: Packer,
    /// Cases whose rows were written in this batch.
    touched: Vec<String>,
}

impl Default for CaseView {
    fn default() -> Self {
        Self::with_states(STATES_MAX)
    }
}

impl CaseView {
    /// A projection that keeps about this many cases in memory.
    #[must_use]
    pub fn with_states(states_max: usize) -> Self {
        Self {
            background: Background::default(),
            knows_background: false,
            states: States::new(states_max / 2),
            evaluations: Evaluations::default(),
            appraisals: Appraisals::default(),
            months: Months::default(),
            form_months: FormMonths::default(),
            due: Vec::new(),
            packer: Packer::default(),
            touched: Vec::new(),
        }
    }

    fn write_all(&mut self, ops: &mut Vec<RowOp>) {
        let mut desk = Desk {
            background: &self.background,
            months: &mut self.months,
            packer: &mut self.packer,
        };
        for id in &self.due {
            if let Some(held) = self.states.get(id) {
                held.write(&mut desk, ops);
            }
        }
        self.touched.append(&mut self.due);
    }

    fn fold_one(&mut self, event: &RecordedEvent, ops: &mut Vec<RowOp>) -> Result<(), Unreadable> {
        match event.stream.aggregate_type.as_str() {
            "case" => self.fold_case(event, ops),
            kind if Background::takes(kind) => {
                // Rows show the registry and the policies as they stood at their event.
                self.write_all(ops);
                self.background.fold(event)
            }
            "evaluation" => {
                let (background, months) = (&self.background, &mut self.form_months);
                self.evaluations
                    .fold(event, background, Some((ops, months)))
            }
            "appraisal" => self.appraisals.fold(event, Some(ops)),
            "score_run" => runs::fold(event, ops),
            _ => Ok(()),
        }
    }

    fn fold_case(&mut self, event: &RecordedEvent, ops: &mut Vec<RowOp>) -> Result<(), Unreadable> {
        let fact = read_case(event)?;
        let id = &event.stream.aggregate_id;
        if event.sequence == 1 {
            self.states.insert(Box::new(Held::new(id)));
        }
        let follows = |held: &&mut Held| held.case.version + 1 == event.sequence;
        let Some(held) = self.states.get(id).filter(follows) else {
            return Err(Unreadable::new(
                event,
                "it does not follow the one before it",
            ));
        };
        if !held.is_due() {
            self.due.push(id.clone());
        }
        let mut desk = Desk {
            background: &self.background,
            months: &mut self.months,
            packer: &mut self.packer,
        };
        held.fold(event.position, &fact, &mut desk, ops);
        Ok(())
    }
}

impl Projection for CaseView {
    fn view(&self) -> &'static View {
        &CASES
    }

    fn needs(&self, events: &[RecordedEvent]) -> Vec<Need> {
        let mut needs = Vec::new();
        let Some(first) = events.first() else {
            return needs;
        };
        if !self.knows_background && first.position > 1 {
            needs.extend(Background::needs(first.position));
        }
        let mut seen = BTreeSet::new();
        for event in events {
            let id = event.stream.aggregate_id.as_str();
            let held = match event.stream.aggregate_type.as_str() {
                "case" => self.states.holds(id),
                "evaluation" => self.evaluations.holds(id),
                "appraisal" => self.appraisals.holds(id),
                _ => continue,
            };
            if !held && seen.insert(&event.stream) && event.sequence > 1 {
                needs.push(Need {
                    stream: event.stream.clone(),
                    before: event.position,
                });
            }
        }
        needs
    }

    fn recall(&mut self, stream: &StreamId, past: &[RecordedEvent]) -> Result<(), Unreadable> {
        match stream.aggregate_type.as_str() {
            kind if Background::takes(kind) => {
                return past
                    .iter()
                    .try_for_each(|event| self.background.fold(event));
            }
            "evaluation" => {
                return past
                    .iter()
                    .try_for_each(|event| self.evaluations.fold(event, &self.background, None));
            }
            "appraisal" => {
                return past
                    .iter()
                    .try_for_each(|event| self.appraisals.fold(event, None));
            }
            _ => {}
        }
        let mut held = Held::new(&stream.aggregate_id);
        let mut desk = Desk {
            background: &self.background,
            months: &mut self.months,
            packer: &mut self.packer,
        };
        for event in past {
            held.recall(event.position, &read_case(event)?, &mut desk);
        }
        held.recalled(&mut desk);
        self.states.insert(Box::new(held));
        Ok(())
    }

    fn fold(&mut self, events: &[RecordedEvent], ops: &mut Vec<RowOp>) -> Result<(), Unreadable> {
        self.knows_background |= !events.is_empty();
        let folded = events
            .iter()
            .try_for_each(|event| self.fold_one(event, ops));
        self.write_all(ops);
        self.months.write(ops);
        self.form_months.write(ops);
        self.states.settle(&std::mem::take(&mut self.touched));
        self.evaluations.settle();
        self.appraisals.settle();
        folded
    }

    fn forget(&mut self) {
        self.background = Background::default();
        self.knows_background = false;
        self.states.clear();
        self.evaluations = Evaluations::default();
        self.appraisals = Appraisals::default();
        self.months.clear();
        self.form_months.clear();
        self.due.clear();
        self.touched.clear();
    }
}

pub(crate) fn read_case(event: &RecordedEvent) -> Result<CaseEvent, Unreadable> {
    read(event)
}
