//! Cases counted by area or by the unit that leads them: the ground that the figures of areas, the
//! indicators of GB/T 30428 and residents' opinions stand on. The unit of account is the case.
//!
//! Voided and merged cases are in no figure; how many there are is told beside them. A window is
//! answered from accounts that were still counted in it or later, never from all history.

pub(super) mod count;
pub(super) mod deciding;
mod explain;
mod repeat;

pub use explain::{CaseExplanation, CountedCases, ExplainedCase};

use super::span::Span;
use super::window::Window;
use super::{Moment, QuestionError, Questions};
use crate::case_view::{AccountRow, CASES};
use count::{Count, Counts, parts};
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::rate::{Rate, Share};
use gridwhistle_store::views::{Filter, Op, Tally, TallyRow, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) use repeat::Repeats;

/// By what cases are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CasesBy {
    /// All together.
    City,
    /// By the street, as of acceptance.
    Street,
    /// By the community, as of acceptance.
    Community,
    /// By the leaf grid.
    Grid,
    /// By the unit of the lead leg.
    Unit,
}

impl CasesBy {
    /// Its column; the city has none.
    pub(super) const fn column(self) -> Option<&'static str> {
        match self {
            Self::City => None,
            Self::Street => Some("street"),
            Self::Community => Some("community"),
            Self::Grid => Some("grid"),
            Self::Unit => Some("lead_unit"),
        }
    }

    /// Columns that are looked at, and its own after them.
    pub(super) fn with(
        self,
        columns: &'static [&'static str],
    ) -> impl Iterator<Item = &'static str> {
        columns.iter().copied().chain(self.column())
    }

    /// What cells say of it that were looked at [with](Self::with) it.
    pub(super) fn group(self, cells: &[Value]) -> Option<&str> {
        self.column()?;
        cells.last()?.as_text()
    }

    /// The rows of one group; none: of cases that lie nowhere, or that nobody leads.
    pub(super) fn filter(self, group: Option<&str>) -> Filter {
        match (self.column(), group) {
            (None, _) => Filter::All,
            (Some(column), Some(group)) => Filter::eq(column, group),
            (Some(column), None) => Filter::IsNull(column.to_owned()),
        }
    }
}

/// Cases that a window's figures leave out, of those reported in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeftOut {
    /// Void by two persons.
    pub voided: u64,
    /// Merged into another case.
    pub merged: u64,
}

/// Matter and class.
pub(super) type Stratum = (String, String);
/// A group's code; none: without one.
pub(super) type Group = Option<String>;

/// What is counted of one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    counts: Counts,
    /// On time of what should be handled, by stratum.
    pub(super) strata: BTreeMap<Stratum, Rate>,
}

impl Counted {
    pub(super) fn get(&self, count: Count) -> u64 {
        self.counts.get(count)
    }

    pub(super) fn rate(&self, indicator: CaseIndicator) -> Rate {
        self.counts.rate(indicator)
    }

    pub(super) fn share(&self, indicator: CaseIndicator) -> Share {
        self.rate(indicator).into()
    }
}

/// By how much a share would be another one if one of its legs or cases alone had been the other way:
/// one more met, or one less, of as many.
pub(super) fn otherwise(rate: Rate, met: bool) -> Decimal {
    let other = if met {
        Rate::new(rate.met.saturating_sub(1), rate.of)
    } else {
        Rate::new(rate.met + 1, rate.of)
    };
    let change = other.value().unwrap_or_default() - rate.value().unwrap_or_default();
    change.round_dp(4).normalize()
}

/// The accounts that a window may count.
pub(super) fn counted(span: &Span) -> Filter {
    Filter::And(vec![
        span.stands(),
        Filter::IsNull("excluded".to_owned()),
        Filter::compare("counts_until", Op::Ge, span.window.from),
    ])
}

/// What is counted, and what all the groups come to.
pub(super) struct Tallied {
    pub(super) groups: BTreeMap<Group, Counted>,
    pub(super) total: Counted,
}

impl Questions {
    /// Every count of every group that had anything to do with the window.
    pub(super) async fn counted(&self, by: CasesBy, span: &Span) -> Result<Tallied, QuestionError> {
        let counts = Count::ALL.iter();
        let counts = counts.map(|count| (format!("{count:?}"), count.filter(span)));
        let strata = ["matter", "class"].into_iter();
        let tally = Tally {
            table: AccountRow::TABLE.to_owned(),
            as_of: span.moment.as_of(),
            filter: counted(span),
            group_by: by
                .column()
                .into_iter()
                .chain(strata)
                .map(str::to_owned)
                .collect(),
            counts: counts.collect(),
            sums: Vec::new(),
        };
        let mut groups: BTreeMap<Group, Counted> = BTreeMap::new();
        let mut total = Counted::default();
        for row in self.views.tally(&self.tenant, CASES.name, tally).await? {
            let found = Counts::of(&row);
            let mut cells = row
                .group
                .iter()
                .map(|cell| cell.as_text().map(str::to_owned));
            let group = by.column().and_then(|_| cells.next().flatten());
            let stratum = (cells.next().flatten(), cells.next().flatten());
            let stratum = (stratum.0.unwrap_or_default(), stratum.1.unwrap_or_default());
            let own = groups.entry(group).or_default();
            let on_time = Rate::new(found.get(Count::DoneInTime), found.get(Count::ShouldHandle));
            for counted in [own, &mut total] {
                counted.counts.add(&found);
                let known = counted.strata.entry(stratum.clone()).or_default();
                *known = known.plus(on_time);
            }
        }
        groups.retain(|_, own| own.counts.any());
        Ok(Tallied { groups, total })
    }

    /// Sums of columns over some of the counted cases, by group.
    pub(super) async fn summed<const N: usize>(
        &self,
        by: CasesBy,
        span: &Span,
        (of, columns): (Filter, [&str; N]),
    ) -> Result<BTreeMap<Group, [i64; N]>, QuestionError> {
        let sums = columns.map(|column| (column.to_owned(), column.to_owned()));
        let tally = Tally {
            table: AccountRow::TABLE.to_owned(),
            as_of: span.moment.as_of(),
            filter: Filter::And(vec![counted(span), of]),
            group_by: by.column().into_iter().map(str::to_owned).collect(),
            counts: Vec::new(),
            sums: sums.to_vec(),
        };
        let rows = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let sums = |row: &TallyRow| -> [i64; N] {
            std::array::from_fn(|place| row.sums.get(place).copied().unwrap_or(0))
        };
        let group = |row: &TallyRow| {
            row.group
                .first()
                .and_then(Value::as_text)
                .map(str::to_owned)
        };
        Ok(rows.iter().map(|row| (group(row), sums(row))).collect())
    }

    /// What the figures of a window leave out, by all that is known at the asked instant.
    pub(super) async fn left_out(
        &self,
        window: Window,
        asked: Moment,
    ) -> Result<LeftOut, QuestionError> {
        let tally = Tally {
            table: AccountRow::TABLE.to_owned(),
            as_of: asked.as_of(),
            filter: window.filter("reported_at", asked.instant()),
            group_by: Vec::new(),
            counts: ["voided", "merged"]
                .map(|stage| (stage.to_owned(), Filter::eq("excluded", stage)))
                .to_vec(),
            sums: Vec::new(),
        };
        let rows = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let count = |place: usize| {
            let counts = rows.first().map(|row| &row.counts);
            counts
                .and_then(|counts| counts.get(place))
                .map_or(0, |count| count.unsigned_abs())
        };
        Ok(LeftOut {
            voided: count(0),
            merged: count(1),
        })
    }
}
