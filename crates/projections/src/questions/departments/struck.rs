//! What is taken out of the counts of months again, or judged anew: the legs of cases that were struck
//! since, and closings that were undone.
//!
//! Months keep what was known when they ended. There are few cases that stood then and were voided or
//! merged after it, so they are looked up one by one, as they stood, and taken back.

use super::Count;
use super::count::Counts;
use super::tallied::{DONE, Group, Tallied, Units};
use crate::case_view::counts::{LegCount, Owed, ResidentCount};
use crate::case_view::{AccountRow, CASES, LegRow};
use crate::questions::span::Span;
use crate::questions::{QuestionError, Questions};
use crate::row::Row as _;
use chrono::{DateTime, Utc};
use gridwhistle_store::views::Value;
use std::collections::BTreeMap;

impl Questions {
    /// Takes back what cases counted that were struck since, for their units.
    pub(super) async fn leave_out_struck(
        &self,
        span: &Span,
        units: &mut Units,
    ) -> Result<(), QuestionError> {
        for leg in self.struck_legs(span).await? {
            let unit = units.entry(leg.unit.clone()).or_default();
            for count in counted(&leg, span) {
                unit.counts.more(count, -1);
            }
            if lies_in(span, Some(leg.opened_at)) {
                let returns = [leg.returns_requested, leg.returns_refused];
                add_returns(unit, &returns, -1);
            }
        }
        for account in self.struck_accounts(span).await? {
            let closed = lies_in(span, account.closed_at) && account.excluded.is_none();
            if let Some(unit) = account.lead_unit.as_ref().filter(|_| closed) {
                let told = account.told();
                let said = ResidentCount::ALL.map(|count| i64::from(count.holds(&told)));
                add_residents(units.entry(unit.clone()).or_default(), &said, -1);
            }
        }
        Ok(())
    }

    /// The same of like with like.
    pub(super) async fn leave_out_of_strata(
        &self,
        span: &Span,
        strata: &mut BTreeMap<Group, Counts>,
    ) -> Result<(), QuestionError> {
        for leg in self.struck_legs(span).await? {
            let stratum = [
                leg.unit.clone(),
                leg.matter.clone().unwrap_or_default(),
                leg.class.clone().unwrap_or_default(),
            ];
            let counts = strata.entry(stratum).or_default();
            for count in counted(&leg, span) {
                let judged = DONE.contains(&count) || count == Count::OpenOverdue;
                counts.more(count, -i64::from(judged));
            }
        }
        Ok(())
    }

    /// Legs that counted, of cases that were struck since, as they stood.
    async fn struck_legs(&self, span: &Span) -> Result<Vec<LegRow>, QuestionError> {
        let mut legs = Vec::new();
        for (case, last) in span.struck() {
            for leg in 1..=*last {
                let key = [(*case).into(), leg.into()];
                let row = self.stood(LegRow::TABLE, &key, span).await?;
                legs.extend(row.map(LegRow::from_values).transpose()?);
            }
        }
        legs.retain(|leg| leg.counted);
        Ok(legs)
    }

    async fn struck_accounts(&self, span: &Span) -> Result<Vec<AccountRow>, QuestionError> {
        let mut accounts = Vec::new();
        for case in span.struck().keys() {
            let row = self
                .stood(AccountRow::TABLE, &[(*case).into()], span)
                .await?;
            accounts.extend(row.map(AccountRow::from_values).transpose()?);
        }
        Ok(accounts)
    }

    async fn stood(
        &self,
        table: &str,
        key: &[Value],
        span: &Span,
    ) -> Result<Option<Vec<Value>>, QuestionError> {
        let (view, as_of) = (CASES.name, span.moment.as_of());
        let row = self.views.get(&self.tenant, view, table, key, as_of);
        Ok(row.await?)
    }
}

/// Closings that were undone after the window are judged by that.
pub(super) fn judge_undone(span: &Span, units: &mut Units) {
    for undone in span.undone() {
        if let Some(unit) = &undone.unit {
            let counts = &mut units.entry(unit.clone()).or_default().counts;
            counts.more(Count::Leg(LegCount::Reopened), 1);
            counts.more(Count::Leg(LegCount::FirstTime), -i64::from(undone.at_once));
        }
    }
}

pub(super) fn add_returns(unit: &mut Tallied, numbers: &[i64], by: i64) {
    if let [requested, refused] = numbers {
        unit.returns.0 += by * requested;
        unit.returns.1 += by * refused;
    }
}

pub(super) fn add_residents(unit: &mut Tallied, numbers: &[i64], by: i64) {
    for (count, more) in unit.residents.iter_mut().zip(numbers) {
        *count += by * more;
    }
}

/// Whether an instant counts in a window.
fn lies_in(span: &Span, instant: Option<DateTime<Utc>>) -> bool {
    let window = span.window;
    instant.is_some_and(|at| window.from <= at && at < window.before && at <= span.at())
}

/// The counts that a leg is in.
fn counted(leg: &LegRow, span: &Span) -> Vec<Count> {
    let (told, at) = (leg.told(), span.at());
    let of_legs = LegCount::ALL.iter().filter(|count| {
        let anchor = count.anchor().of(&told);
        lies_in(span, anchor) && count.holds(&told)
    });
    let mut counts: Vec<Count> = of_legs.map(|count| Count::Leg(*count)).collect();
    let owed = Owed::of(&told);
    counts.extend(owed.open.then_some(Count::Open));
    counts.extend(owed.is_overdue(at).then_some(Count::OpenOverdue));
    counts
}
