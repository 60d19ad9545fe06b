//! The ledger at two points, case by case in the order of arrival.

use crate::problem::Problem;
use crate::replay::{ReplayProblem, Replayed};
use chrono::{DateTime, Utc};
use gridwhistle_projections::Moment;
use gridwhistle_projections::QuestionError;
use gridwhistle_projections::case_view::{CASES, LedgerRow};
use gridwhistle_store::views::{Value, ViewStore};
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows in a page.
const PAGE: usize = 2_000;

/// A case at both points.
pub(super) struct Pair {
    /// Its number on the ledger.
    pub(super) number: u64,
    pub(super) before: Option<LedgerRow>,
    pub(super) after: Option<LedgerRow>,
    /// The two instants.
    pub(super) at: (DateTime<Utc>, DateTime<Utc>),
}

/// Both sides, walked together. A case that was known first is known later too.
pub(super) struct Pairs {
    first: Side,
    second: Side,
    waiting: Option<(u64, Option<LedgerRow>)>,
}

impl Pairs {
    pub(super) fn new(
        (first, second): (&Replayed, &Replayed),
        (from, to): (Moment, Moment),
        after: Option<u64>,
    ) -> Self {
        Self {
            first: Side::new(first, from, after),
            second: Side::new(second, to, after),
            waiting: None,
        }
    }

    pub(super) async fn next(&mut self) -> Result<Option<Pair>, Problem> {
        let Some((number, after)) = self.second.next().await? else {
            return Ok(None);
        };
        if self.waiting.is_none() {
            self.waiting = self.first.next().await?;
        }
        let before = self.waiting.take_if(|(waiting, _)| *waiting == number);
        Ok(Some(Pair {
            number,
            before: before.and_then(|(_, row)| row),
            after,
            at: (self.first.moment.instant(), self.second.moment.instant()),
        }))
    }
}

/// The versions of the ledger's rows at a moment.
struct Side {
    views: Arc<dyn ViewStore>,
    tenant: String,
    moment: Moment,
    page: VecDeque<Vec<Value>>,
    last: Option<Vec<Value>>,
    at_end: bool,
}

impl Side {
    fn new(replayed: &Replayed, moment: Moment, after: Option<u64>) -> Self {
        Self {
            views: Arc::clone(replayed.views()),
            tenant: replayed.tenant().to_owned(),
            moment,
            page: VecDeque::new(),
            last: after.map(past),
            at_end: false,
        }
    }

    /// The next case that is there at all, and its row at the moment if it was there by then.
    async fn next(&mut self) -> Result<Option<(u64, Option<LedgerRow>)>, Problem> {
        let Some(row) = self.raw().await? else {
            return Ok(None);
        };
        let number = number(&row);
        let mut held = self.holds(&row).then_some(row);
        while let Some(row) = self.raw().await? {
            if self::number(&row) != number {
                self.page.push_front(row);
                break;
            }
            if self.holds(&row) {
                held = Some(row);
            }
        }
        let row = held.map(|mut row| {
            row.truncate(LedgerRow::COLUMNS.len());
            LedgerRow::from_values(row)
        });
        let row = row.transpose().map_err(QuestionError::from)?;
        Ok(Some((number, row)))
    }

    /// Whether a version held at the moment.
    fn holds(&self, row: &[Value]) -> bool {
        let [.., from, to] = row else { return false };
        let Some(at) = self.moment.as_of() else {
            return to.is_null();
        };
        let begun = from.as_instant().is_some_and(|from| from <= at);
        begun && to.as_instant().is_none_or(|to| at < to)
    }

    async fn raw(&mut self) -> Result<Option<Vec<Value>>, Problem> {
        if self.page.is_empty() && !self.at_end {
            let after = self.last.as_deref();
            let table = LedgerRow::TABLE;
            let page = self
                .views
                .scan(&self.tenant, CASES.name, table, after, PAGE);
            let page = page.await.map_err(ReplayProblem::from)?;
            self.at_end = page.len() < PAGE;
            self.last = page.last().cloned();
            self.page = page.into();
        }
        Ok(self.page.pop_front())
    }
}

fn place() -> usize {
    let mut columns = LedgerRow::COLUMNS.iter();
    columns
        .position(|column| column.name == "ledger_no")
        .unwrap_or(0)
}

fn number(row: &[Value]) -> u64 {
    let number = row.get(place()).and_then(Value::as_integer);
    number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0)
}

/// A row that stands after every version of a case.
fn past(number: u64) -> Vec<Value> {
    let mut row = vec![Value::Null; LedgerRow::COLUMNS.len() + 2];
    row[place()] = Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    row[LedgerRow::COLUMNS.len()] = Value::Instant(DateTime::<Utc>::MAX_UTC);
    row
}
