//! What became of a case after figures may have counted it: what reaches back into windows that are over,
//! and what a reopening or a rework must not wipe out.

use super::build::{lead, number};
use super::counts::SOON;
use super::held::Held;
use crate::row::row;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::ids::LegNo;
use gridwhistle_store::views::{RowOp, Table};

row! {
    /// A case that figures have to leave out again, or judge anew. Without history: each instant says
    /// itself from when on it is known, and never changes.
    AfterwardsRow of "afterwards" {
        /// The case's number on the ledger.
        ledger_no: i64,
        /// Its first event.
        began_at: DateTime<Utc>,
        /// When it was signed off for the first time.
        closed_at: Option<DateTime<Utc>>,
        /// The unit that led it then.
        unit: Option<String>,
        /// Signed off then without rework.
        at_once: bool,
        /// When it was reopened, if that was soon after that.
        reopened_at: Option<DateTime<Utc>>,
        /// When it was voided or merged.
        struck_at: Option<DateTime<Utc>>,
        /// The last instant at which a figure may have counted it before that.
        counts_until: Option<DateTime<Utc>>,
        /// The highest number of a leg that it had then; 0 for none.
        legs: i64,
    }
}

pub(super) const AFTERWARDS: Table = Table {
    name: AfterwardsRow::TABLE,
    columns: AfterwardsRow::COLUMNS,
    key: &["ledger_no"],
    versioned: false,
    indexes: &[&["struck_at"], &["reopened_at"]],
};

/// What became of one case.
#[derive(Debug, Default)]
pub(crate) struct Afterwards {
    began_at: Option<DateTime<Utc>>,
    first: Option<FirstClosing>,
    /// When each leg was last done, in their order.
    responded: Vec<Option<(LegNo, DateTime<Utc>)>>,
    struck: Option<Struck>,
    /// Whether it changed since it was last written.
    is_due: bool,
}

/// How a case was signed off for the first time.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstClosing {
    pub(super) at: DateTime<Utc>,
    /// The leg that led it.
    pub(super) leg: Option<LegNo>,
    /// Without rework.
    at_once: bool,
    /// Reopened, soon or later.
    undone: bool,
    /// When, if that was soon.
    pub(super) reopened_at: Option<DateTime<Utc>>,
}

impl FirstClosing {
    /// Whether it was settled at the first go, and stayed so.
    pub(super) const fn lasted(self) -> bool {
        self.at_once && self.reopened_at.is_none()
    }
}

/// When it was struck, and until when it may have counted.
#[derive(Clone, Copy, Debug)]
struct Struck {
    at: DateTime<Utc>,
    counts_until: DateTime<Utc>,
    legs: i64,
}

impl Afterwards {
    /// How the case was signed off for the first time.
    pub(super) const fn first_closing(&self) -> Option<FirstClosing> {
        self.first
    }

    /// When a leg was last done.
    pub(super) fn responded_at(&self, leg: LegNo) -> Option<DateTime<Utc>> {
        let mut responded = self.responded.iter().flatten();
        responded.find(|(of, _)| *of == leg).map(|(_, at)| *at)
    }

    /// Takes note of an event before it is folded into the case.
    pub(super) fn before(&mut self, case: &Case, event: &CaseEvent) {
        self.began_at.get_or_insert(event.at);
        let strikes = matches!(
            event.fact,
            CaseFact::CaseVoided { .. } | CaseFact::CaseMerged { .. }
        );
        // A merged case that is voided too was out before.
        if strikes && self.struck.is_none() {
            self.struck = Some(Struck {
                at: event.at,
                counts_until: counts_until(case, event.at),
                legs: case
                    .legs
                    .iter()
                    .map(|leg| i64::from(leg.no.0))
                    .max()
                    .unwrap_or(0),
            });
            self.is_due = true;
        }
    }

    /// Takes note of an event that is folded into the case.
    pub(super) fn after(&mut self, case: &Case, reworks: u32, event: &CaseEvent) {
        self.responded.resize(case.legs.len(), None);
        for (responded, leg) in self.responded.iter_mut().zip(&case.legs) {
            *responded = leg.done_at.map(|at| (leg.no, at)).or(*responded);
        }
        let Some(first) = &mut self.first else {
            self.first = closed_at(case).map(|at| FirstClosing {
                at,
                leg: lead(case).map(|leg| leg.no),
                at_once: reworks == 0,
                undone: false,
                reopened_at: None,
            });
            // A row that stands already tells it too, wherever a batch ended.
            self.is_due |= self.first.is_some() && self.struck.is_some();
            return;
        };
        if matches!(event.fact, CaseFact::CaseReopened { .. }) && !first.undone {
            first.undone = true;
            let until = first.at.checked_add_signed(SOON);
            let soon = until.is_none_or(|until| event.at <= until);
            first.reopened_at = soon.then_some(event.at);
            self.is_due |= first.reopened_at.is_some();
        }
    }

    /// The row stands as things are.
    pub(super) const fn is_written(&mut self) {
        self.is_due = false;
    }
}

impl Held {
    /// Writes what became of the case, where that is new.
    pub(super) fn write_afterwards(&mut self, ops: &mut Vec<RowOp>) {
        if !std::mem::take(&mut self.afterwards.is_due) {
            return;
        }
        let Afterwards {
            began_at: Some(began_at),
            first,
            struck,
            ..
        } = &self.afterwards
        else {
            return;
        };
        let legs = &self.case.legs;
        let led = first.and_then(|first| legs.iter().find(|leg| Some(leg.no) == first.leg));
        let row = AfterwardsRow {
            ledger_no: number(self.first_position),
            began_at: *began_at,
            closed_at: first.map(|first| first.at),
            unit: led.map(|leg| leg.unit.to_string()),
            at_once: first.is_some_and(|first| first.at_once),
            reopened_at: first.and_then(|first| first.reopened_at),
            struck_at: struck.map(|struck| struck.at),
            counts_until: struck.map(|struck| struck.counts_until),
            legs: struck.map_or(0, |struck| struck.legs),
        };
        ops.push(RowOp::Put {
            table: AfterwardsRow::TABLE,
            row: row.into_values().into(),
        });
    }
}

/// When a case that stands signed off was.
fn closed_at(case: &Case) -> Option<DateTime<Utc>> {
    let signed = matches!(case.stage, Some(Stage::Closed | Stage::Archived));
    case.closed_at.filter(|_| signed)
}

/// The last instant at which a figure may have counted a case that is struck at another: while it stood on
/// the ledger, and by what was due of it.
fn counts_until(case: &Case, struck_at: DateTime<Utc>) -> DateTime<Utc> {
    if case.is_open() {
        return struck_at;
    }
    let due = case.clocks.iter().map(|clock| clock.marks.due);
    due.chain(case.last_at).max().unwrap_or(struck_at)
}
