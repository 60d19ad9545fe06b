//! What the projection holds of one case: the domain's state, the few facts that a row needs and
//! the state does not keep, and the rows as they were last built.

use super::account_row::AccountRow;
use super::background::Background;
use super::months::Months;
use super::rows::{CardRow, ClockRow, LedgerRow, LegRow, StruckRow};
use super::{accounts, build, legs};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::record::{Point, SourceRef};
use gridwhistle_domain::ids::UnitId;
use gridwhistle_store::views::RowOp;

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
    /// As they were last written.
    legs: Vec<LegRow>,
    cards: Vec<CardRow>,
    clocks: Vec<ClockRow>,
    account: Option<AccountRow>,
    /// The instant of events that are folded and not written yet. Several events of one instant
    /// make one version of a row, so that they are written once.
    due: Option<DateTime<Utc>>,
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
    pub(crate) fn recall(&mut self, position: u64, event: &CaseEvent, background: &Background) {
        if let Some(at) = self.due.filter(|at| *at != event.at) {
            self.legs = self.legs_at(background, at);
        }
        self.evolve(position, event);
        self.due = Some(event.at);
    }

    /// After the past: the rows as they stand.
    pub(crate) fn recalled(&mut self, background: &Background) {
        if let Some(at) = self.due.take() {
            self.legs = self.legs_at(background, at);
        }
        self.cards = legs::cards(self);
        self.clocks = build::clocks(self, background);
        let ledger = build::ledger(self, background);
        self.account = Some(accounts::account(self, &ledger, background));
    }

    /// Folds an event. Rows of an earlier instant are written before it.
    pub(crate) fn fold(
        &mut self,
        position: u64,
        event: &CaseEvent,
        background: &Background,
        months: &mut Months,
        ops: &mut Vec<RowOp>,
    ) {
        if self.due.is_some_and(|at| at != event.at) {
            self.write(background, months, ops);
        }
        self.evolve(position, event);
        self.due = Some(event.at);
    }

    /// Writes the rows that changed since they were last written, and counts them.
    pub(crate) fn write(
        &mut self,
        background: &Background,
        months: &mut Months,
        ops: &mut Vec<RowOp>,
    ) {
        let Some(at) = self.due.take() else { return };
        let ledger = build::ledger(self, background);
        let account = Some(accounts::account(self, &ledger, background));
        ops.push(RowOp::Supersede {
            table: LedgerRow::TABLE,
            at,
            row: ledger.into_values(),
        });
        if self.account != account {
            if let Some(account) = &account {
                months.account(self.account.as_ref(), account, at);
            }
            ops.extend(account.clone().map(|account| RowOp::Supersede {
                table: AccountRow::TABLE,
                at,
                row: account.into_values(),
            }));
            self.account = account;
        }
        let legs = self.legs_at(background, at);
        let cards = legs::cards(self);
        let clocks = build::clocks(self, background);
        for (old, leg) in changed(&self.legs, &legs) {
            months.leg(old, leg, at);
            ops.push(RowOp::Supersede {
                table: LegRow::TABLE,
                at,
                row: leg.clone().into_values(),
            });
        }
        ops.extend(
            changed(&self.cards, &cards).map(|(_, card)| RowOp::Supersede {
                table: CardRow::TABLE,
                at,
                row: card.clone().into_values(),
            }),
        );
        ops.extend(changed(&self.clocks, &clocks).map(|(_, clock)| RowOp::Put {
            table: ClockRow::TABLE,
            row: clock.clone().into_values(),
        }));
        self.legs = legs;
        self.cards = cards;
        self.clocks = clocks;
        if let Some(struck_at) = self.struck_at {
            let case_id = self.id.clone();
            let row = StruckRow { case_id, struck_at };
            ops.push(RowOp::Put {
                table: StruckRow::TABLE,
                row: row.into_values(),
            });
        }
    }

    /// The rows of the legs after the events of an instant; one that has not changed stands as before.
    fn legs_at(&self, background: &Background, at: DateTime<Utc>) -> Vec<LegRow> {
        let mut legs = legs::legs(self, background, at);
        for (new, old) in legs.iter_mut().zip(&self.legs) {
            new.changed_at = old.changed_at;
            if new != old {
                new.changed_at = at.max(old.changed_at);
            }
        }
        legs
    }

    fn evolve(&mut self, position: u64, event: &CaseEvent) {
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

/// Rows that are new or different, with what they were. Legs, cards and clocks are only ever added.
fn changed<'a, T: PartialEq>(
    old: &'a [T],
    new: &'a [T],
) -> impl Iterator<Item = (Option<&'a T>, &'a T)> {
    let pairs = new.iter().enumerate();
    let pairs = pairs.map(|(place, row)| (old.get(place), row));
    pairs.filter(|(old, row)| *old != Some(*row))
}
