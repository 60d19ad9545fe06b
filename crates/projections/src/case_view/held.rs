//! What the projection holds of one case: the domain's state, the few facts that a row needs and
//! the state does not keep, and the rows as they were last built.

use super::account_row::AccountRow;
use super::background::Background;
use super::months::{Months, Said, Standing};
use super::rows::{CardRow, ClockRow, LedgerRow, LedgerTold, LegRow, LegTold, StruckRow};
use super::{accounts, build, legs};
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
#[derive(Clone, Debug)]
struct HeldLeg {
    row: PackedRow,
    standing: Standing,
}

/// The row of an account, and what months count of it.
#[derive(Clone, Debug)]
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
            self.legs = self.legs_at(desk, at);
        }
        self.evolve(position, event);
        self.due = Some(event.at);
    }

    /// After the past: the rows as they stand.
    pub(crate) fn recalled(&mut self, desk: &mut Desk<'_>) {
        if let Some(at) = self.due.take() {
            self.legs = self.legs_at(desk, at);
        }
        self.cards = self.cards_now(desk);
        self.clocks = self.clocks_now(desk);
        let ledger = build::ledger(self, desk.background);
        self.account = Some(self.account_now(&ledger, desk));
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
        let supersede = |table, row: &PackedRow| RowOp::Supersede {
            table,
            at,
            row: row.clone().into(),
        };
        let ledger = build::ledger(self, desk.background);
        ops.push(supersede(LedgerRow::TABLE, &ledger.pack(desk.packer)));
        let account = self.account_now(&ledger, desk);
        let before = self.account.as_ref();
        if before.map(|before| &before.row) != Some(&account.row) {
            let said = before.and_then(|before| before.said);
            desk.months.account(said, account.said, at);
            ops.push(supersede(AccountRow::TABLE, &account.row));
            self.account = Some(account);
        }
        let legs = self.legs_at(desk, at);
        for (place, leg) in legs.iter().enumerate() {
            let before = self.legs.get(place);
            if before.map(|before| &before.row) != Some(&leg.row) {
                let before = before.map(|before| &before.standing);
                desk.months.leg(before, &leg.standing, at);
                ops.push(supersede(LegRow::TABLE, &leg.row));
            }
        }
        let cards = self.cards_now(desk);
        ops.extend(changed(&self.cards, &cards).map(|card| supersede(CardRow::TABLE, card)));
        let clocks = self.clocks_now(desk);
        ops.extend(changed(&self.clocks, &clocks).map(|clock| RowOp::Put {
            table: ClockRow::TABLE,
            row: clock.clone().into(),
        }));
        self.legs = legs;
        self.cards = cards;
        self.clocks = clocks;
        if let Some(struck_at) = self.struck_at {
            let case_id = self.id.clone();
            let row = StruckRow { case_id, struck_at };
            ops.push(RowOp::Put {
                table: StruckRow::TABLE,
                row: row.into_values().into(),
            });
        }
    }

    /// The rows of the legs after the events of an instant; one that has not changed stands as before.
    fn legs_at(&self, desk: &mut Desk<'_>, at: DateTime<Utc>) -> Vec<HeldLeg> {
        let legs = legs::legs(self, desk.background, at).enumerate();
        let leg = |(place, mut leg): (usize, LegTold<'_>)| {
            let before: Option<&HeldLeg> = self.legs.get(place);
            if let Some(before) = before {
                leg.changed_at = at.max(before.standing.changed_at);
            }
            let row = leg.pack(desk.packer);
            match before {
                // The last column says since when the row stands.
                Some(before) if row.is_same_but_last(&before.row) => before.clone(),
                _ => HeldLeg {
                    row,
                    standing: desk.months.standing(&leg),
                },
            }
        };
        legs.map(leg).collect()
    }

    fn cards_now(&self, desk: &mut Desk<'_>) -> Vec<PackedRow> {
        let cards = legs::cards(self);
        cards.map(|card| card.pack(desk.packer)).collect()
    }

    fn clocks_now(&self, desk: &mut Desk<'_>) -> Vec<PackedRow> {
        let clocks = build::clocks(self, desk.background);
        clocks.map(|clock| clock.pack(desk.packer)).collect()
    }

    fn account_now<'c>(&'c self, ledger: &LedgerTold<'c>, desk: &mut Desk<'_>) -> HeldAccount {
        let account = accounts::account(self, ledger, desk.background);
        HeldAccount {
            row: account.pack(desk.packer),
            said: desk.months.said(&account),
        }
    }

    /// Folds an event into the state alone.
    pub(crate) fn evolve(&mut self, position: u64, event: &CaseEvent) {
        if self.case.version == 0 {
            self.first_position = position;
        }
        self.position = position;
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
    }
}

/// Rows that are new or different. Cards and clocks are only ever added.
fn changed<'a>(
    old: &'a [PackedRow],
    new: &'a [PackedRow],
) -> impl Iterator<Item = &'a PackedRow> {
    let pairs = new.iter().enumerate();
    let changed = pairs.filter(|(place, row)| old.get(*place) != Some(*row));
    changed.map(|(_, row)| row)
}
