//! What the projection holds of one case: the domain's state, the few facts that a row needs and
//! the state does not keep, and the rows as they were last built.

use super::account_row::AccountRow;
use super::afterwards::Afterwards;
use super::background::Background;
use super::months::{Months, Said, Standing};
use super::rows::{CardRow, ClockRow, LedgerRow, LedgerTold, LegRow, StruckRow};
use super::{accounts, build, legs};
use crate::row::Told;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::record::{Point, SourceRef};
use gridwhistle_domain::ids::UnitId;
use gridwhistle_store::views::{PackedRow, Packer, RowOp};

/// One case in memory.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Its id, as the stream names it.
    pub(crate) id: String,
    /// The fold of its events.
    pub(crate) case: Case,
    /// Position of its first event: its number on the ledger.
    pub(crate) first_position: u64,
    /// Position of its last event.
    pub(crate) position: u64,
    /// The other system that a report came from.
    pub(crate) source: Option<SourceRef>,
    /// The window that decides on a proxy matter.
    pub(crate) window: Option<UnitId>,
    /// The end of the evaluation window.
    pub(crate) evaluation_until: Option<DateTime<Utc>>,
    /// Voided or merged after its closure had opened evaluations.
    pub(crate) struck_at: Option<DateTime<Utc>>,
    /// Reworks in all: the state counts them anew in another class.
    pub(crate) reworks: u32,
    /// The last of them.
    pub(crate) reworked_at: Option<DateTime<Utc>>,
    /// Where on the map.
    pub(crate) point: Option<Point>,
    /// When it was rejected, or handed to another system.
    pub(crate) refused_at: Option<DateTime<Utc>>,
    /// When it was last put on long-term hold.
    pub(crate) held_at: Option<DateTime<Utc>>,
    /// What reaches back into windows that are over.
    pub(super) afterwards: Afterwards,
    /// Rows as they were last written.
    legs: Vec<HeldLeg>,
    cards: Vec<PackedRow>,
    clocks: Vec<PackedRow>,
    account: Option<HeldAccount>,
    /// The instant of events that are folded and not written yet. Several events of one instant
    /// make one version of a row, so that they are written once.
    due: Option<DateTime<Utc>>,
}

/// The row of a leg, and what months count of it.
#[derive(Debug)]
struct HeldLeg {
    row: PackedRow,
    standing: Standing,
}

/// The row of an account, and what months count of it.
#[derive(Debug)]
struct HeldAccount {
    row: PackedRow,
    said: Option<Said>,
}

/// What rows are told with.
pub(crate) struct Desk<'d> {
    pub(crate) background: &'d Background,
    pub(crate) months: &'d mut Months,
    pub(crate) packer: &'d mut Packer,
}

impl Held {
    /// A case before its first event.
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..Self::default()
        }
    }

    /// Whether rows wait to be written.
    pub(crate) fn is_due(&self) -> bool {
        self.due.is_some()
    }

    /// Folds a past event: its rows stand already.
    pub(crate) fn recall(&mut self, position: u64, event: &CaseEvent, desk: &mut Desk<'_>) {
        if let Some(at) = self.due.filter(|at| *at != event.at) {
            self.turn_legs(desk, at, |_, _, _| {});
        }
        self.evolve(position, event);
        self.due = Some(event.at);
    }

    /// After the past: the rows as they stand.
    pub(crate) fn recalled(&mut self, desk: &mut Desk<'_>) {
        if let Some(at) = self.due.take() {
            self.turn_legs(desk, at, |_, _, _| {});
        }
        self.turn_cards(desk, |_| {});
        self.turn_clocks(desk, |_| {});
        let ledger = build::ledger(self, desk.background);
        self.account = self.account_now(&ledger, desk);
        self.afterwards.is_written();
    }

    /// Folds an event. Rows of an earlier instant are written before it.
    pub(crate) fn fold(
        &mut self,
        position: u64,
        event: &CaseEvent,
        desk: &mut Desk<'_>,
        ops: &mut Vec<RowOp>,
    ) {
        if self.due.is_some_and(|at| at != event.at) {
            self.write(desk, ops);
        }
        self.evolve(position, event);
        self.due = Some(event.at);
    }

    /// Writes the rows that changed since they were last written, and counts them.
    pub(crate) fn write(&mut self, desk: &mut Desk<'_>, ops: &mut Vec<RowOp>) {
        let Some(at) = self.due.take() else { return };
        let supersede = |table, row: PackedRow| RowOp::Supersede {
            table,
            at,
            row: row.into(),
        };
        let ledger = build::ledger(self, desk.background);
        ledger.tell(desk.packer);
        let row = desk.packer.row(LedgerRow::COLUMNS);
        ops.push(supersede(LedgerRow::TABLE, row));
        if let Some(account) = self.account_now(&ledger, desk) {
            let before = self.account.as_ref().and_then(|before| before.said);
            desk.months.account(before, account.said, at);
            ops.push(supersede(AccountRow::TABLE, account.row.clone()));
            self.account = Some(account);
        }
        self.turn_legs(desk, at, |months, before, leg| {
            months.leg(before, &leg.standing, at);
            ops.push(supersede(LegRow::TABLE, leg.row.clone()));
        });
        self.turn_cards(desk, |card| {
            ops.push(supersede(CardRow::TABLE, card.clone()));
        });
        self.turn_clocks(desk, |clock| {
            ops.push(RowOp::Put {
                table: ClockRow::TABLE,
                row: clock.clone().into(),
            });
        });
        self.write_afterwards(ops);
        if let Some(struck_at) = self.struck_at {
            let case_id = self.id.clone();
            let row = StruckRow { case_id, struck_at };
            ops.push(RowOp::Put {
                table: StruckRow::TABLE,
                row: row.into_values().into(),
            });
        }
    }

    /// The rows of the legs after the events of an instant. One that has not changed stands as before;
    /// of any other `changed` is told what it was and what it is.
    fn turn_legs(
        &mut self,
        desk: &mut Desk<'_>,
        at: DateTime<Utc>,
        mut changed: impl FnMut(&mut Months, Option<&Standing>, &HeldLeg),
    ) {
        let mut held = std::mem::take(&mut self.legs);
        for (place, mut leg) in legs::legs(self, desk.background, at).enumerate() {
            let before = held.get(place);
            if let Some(before) = before {
                leg.changed_at = at.max(before.standing.changed_at);
            }
            leg.tell(desk.packer);
            // The last column says since when the row stands.
            let before_row = before.map(|before| &before.row);
            let row = desk.packer.changed_before_last(LegRow::COLUMNS, before_row);
            let Some(row) = row else { continue };
            let standing = desk.months.standing(&leg);
            let leg = HeldLeg { row, standing };
            changed(desk.months, before.map(|before| &before.standing), &leg);
            put(&mut held, place, leg);
        }
        self.legs = held;
    }

    fn turn_cards(&mut self, desk: &mut Desk<'_>, changed: impl FnMut(&PackedRow)) {
        let mut held = std::mem::take(&mut self.cards);
        turn(&mut held, legs::cards(self), desk.packer, changed);
        self.cards = held;
    }

    fn turn_clocks(&mut self, desk: &mut Desk<'_>, changed: impl FnMut(&PackedRow)) {
        let mut held = std::mem::take(&mut self.clocks);
        let clocks = build::clocks(self, desk.background);
        turn(&mut held, clocks, desk.packer, changed);
        self.clocks = held;
    }

    /// The account, if it is another one than before.
    fn account_now<'c>(
        &'c self,
        ledger: &LedgerTold<'c>,
        desk: &mut Desk<'_>,
    ) -> Option<HeldAccount> {
        let account = accounts::account(self, ledger, desk.background);
        account.tell(desk.packer);
        let before = self.account.as_ref().map(|before| &before.row);
        let row = desk.packer.changed(AccountRow::COLUMNS, before)?;
        let said = desk.months.said(&account);
        Some(HeldAccount { row, said })
    }

    /// Folds an event into the state alone.
    pub(crate) fn evolve(&mut self, position: u64, event: &CaseEvent) {
        if self.case.version == 0 {
            self.first_position = position;
        }
        self.position = position;
        self.afterwards.before(&self.case, event);
        evolve(&mut self.case, event);
        match &event.fact {
            CaseFact::CaseReported { form } => {
                self.source.clone_from(&form.source);
                self.point = form.point;
            }
            CaseFact::CaseImported { case } => {
                self.source = Some(case.source.clone());
                self.point = case.point;
            }
            CaseFact::SubmittedToWindow { window, .. } => self.window = Some(window.clone()),
            CaseFact::ReworkRequired { .. } => {
                self.reworks += 1;
                self.reworked_at = Some(event.at);
            }
            CaseFact::CaseRejected { .. } | CaseFact::CaseTransferredOut { .. } => {
                self.refused_at = Some(event.at);
            }
            CaseFact::CaseHeldLongTerm { .. } => self.held_at = Some(event.at),
            CaseFact::CaseVoided { .. } | CaseFact::CaseMerged { .. } => {
                self.struck_at = self.evaluation_until.map(|_| event.at);
            }
            CaseFact::EvaluationOpened { until, .. } => self.evaluation_until = Some(*until),
            _ => {}
        }
        self.afterwards.after(&self.case, self.reworks, event);
    }
}

/// Brings rows up to date, and tells those that are new or different. Cards and clocks are only ever
/// added.
fn turn<T: Told>(
    held: &mut Vec<PackedRow>,
    told: impl Iterator<Item = T>,
    packer: &mut Packer,
    mut changed: impl FnMut(&PackedRow),
) {
    for (place, told) in told.enumerate() {
        told.tell(packer);
        if let Some(row) = packer.changed(T::COLUMNS, held.get(place)) {
            changed(&row);
            put(held, place, row);
        }
    }
}

/// Puts a thing at a place, or at the end. There are few, and many lists of them: none has room to spare.
fn put<T>(held: &mut Vec<T>, place: usize, new: T) {
    match held.get_mut(place) {
        Some(stands) => *stands = new,
        None => {
            held.reserve_exact(1);
            held.push(new);
        }
    }
}
