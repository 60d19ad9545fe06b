//! Evaluations one by one: which wait for a form, which for a decision on an appeal, and which stand
//! behind a figure.

use super::forms::{WAITING, one_of};
use super::{points, shown};
use crate::case_view::{CASES, EvaluationRow, LedgerRow};
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::evaluation::Side;
use gridwhistle_store::views::{Direction, Filter, Op, Tally};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an evaluation waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvaluationState {
    /// 待评价: a form that its window still takes.
    Form,
    /// 待裁定: an appeal that nobody decided yet.
    Appeal,
    /// 已办结: its forms are opened together, or both sides were silent.
    #[default]
    Settled,
}

impl EvaluationState {
    /// Every one, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Form, Self::Appeal, Self::Settled];

    /// The code in addresses and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Appeal => "appeal",
            Self::Settled => "settled",
        }
    }
}

/// By what evaluations are sorted. What has no such time counts as later than any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationSort {
    /// The window that ends first.
    EndsFirst,
    /// The window that ends last.
    EndsLast,
    /// The earliest settled.
    SettledFirst,
    /// The latest settled.
    SettledLast,
}

impl EvaluationSort {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::EndsFirst,
        Self::EndsLast,
        Self::SettledFirst,
        Self::SettledLast,
    ];

    /// The code in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EndsFirst => "ends_first",
            Self::EndsLast => "ends_last",
            Self::SettledFirst => "settled_first",
            Self::SettledLast => "settled_last",
        }
    }
}

/// Which evaluations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvaluationFilter {
    /// What they wait for.
    pub state: EvaluationState,
    /// A unit: of those that wait for a form, the ones that wait for this unit's; of others, its own.
    pub unit: Option<String>,
    /// The street or community of the pair.
    pub area: Option<String>,
    /// The department of the pair.
    pub department: Option<String>,
    /// Settled in a window.
    pub window: Option<Window>,
    /// By what they are sorted; none: of those that wait for a form the first to end first, of those that
    /// wait for a decision the longest waiting, of the settled ones the latest.
    pub sort: Option<EvaluationSort>,
}

/// One side of an evaluation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ListedSide {
    /// The unit.
    pub unit: String,
    /// When it sealed its form.
    pub sealed_at: Option<DateTime<Utc>>,
    /// What its form comes to, from 0 to 100; none before the reveal.
    pub points: Option<Decimal>,
    /// The appeal against its form: `waiting`, `upheld` (the form is in no figure), `dismissed`.
    pub appeal: Option<String>,
}

/// One evaluation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EvaluationLine {
    /// The evaluation.
    pub evaluation: String,
    /// The case.
    pub case_id: String,
    /// Its number on the ledger.
    pub ledger_no: i64,
    /// The leg.
    pub leg: i64,
    /// The street or community.
    pub area: ListedSide,
    /// The department.
    pub department: ListedSide,
    /// Silence is no breach.
    pub optional: bool,
    /// Until when forms are taken.
    pub window_ends: DateTime<Utc>,
    /// Since when no form is to come.
    pub settled_at: Option<DateTime<Utc>>,
    /// Its case was voided or merged since: it is in no figure.
    pub struck: bool,
}

/// One page of evaluations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EvaluationPage {
    /// The instant asked.
    pub at: DateTime<Utc>,
    /// How many there are.
    pub total: i64,
    /// As asked; where no order was: of those that wait the first to end, of the settled ones the latest.
    pub rows: Vec<EvaluationLine>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

impl EvaluationFilter {
    fn rows(&self, at: DateTime<Utc>) -> Filter {
        let side = |side: Side| match side {
            Side::Area => ("area", "area_sealed_at", "area_appeal"),
            Side::Department => ("department", "department_sealed_at", "department_appeal"),
        };
        let either = |of: &dyn Fn(Side) -> Filter| {
            Filter::Or(Side::ALL.iter().map(|side| of(*side)).collect())
        };
        let unit = self.unit.as_deref();
        let mut all = match self.state {
            EvaluationState::Form => vec![
                Filter::eq("settled", false),
                Filter::compare("window_ends", Op::Ge, at),
                either(&|one| {
                    let (name, sealed, _) = side(one);
                    let mut own = vec![Filter::IsNull(sealed.to_owned())];
                    own.extend(unit.map(|unit| Filter::eq(name, unit)));
                    Filter::And(own)
                }),
            ],
            EvaluationState::Appeal => vec![
                Filter::eq("settled", true),
                either(&|one| Filter::eq(side(one).2, WAITING)),
            ],
            EvaluationState::Settled => vec![Filter::eq("settled", true)],
        };
        if let Some(unit) = unit.filter(|_| self.state != EvaluationState::Form) {
            all.push(either(&|one| Filter::eq(side(one).0, unit)));
        }
        let pair = [("area", &self.area), ("department", &self.department)];
        for (name, unit) in pair {
            all.extend(unit.as_deref().map(|unit| Filter::eq(name, unit)));
        }
        all.extend(self.window.map(|window| window.filter("settled_at", at)));
        Filter::And(all)
    }

    fn order(&self) -> Vec<(String, Direction)> {
        use EvaluationSort as S;
        let sort = self.sort.unwrap_or(match self.state {
            EvaluationState::Form => S::EndsFirst,
            EvaluationState::Appeal => S::SettledFirst,
            EvaluationState::Settled => S::SettledLast,
        });
        let (by, direction) = match sort {
            S::EndsFirst => ("window_ends", Direction::Asc),
            S::EndsLast => ("window_ends", Direction::Desc),
            S::SettledFirst => ("settled_at", Direction::Asc),
            S::SettledLast => ("settled_at", Direction::Desc),
        };
        vec![(by.to_owned(), direction)]
    }
}

impl Questions {
    /// One page of evaluations.
    ///
    /// # Errors
    /// As [`Questions::ledger`].
    pub async fn evaluation_list(
        &self,
        filter: &EvaluationFilter,
        (limit, cursor): (usize, Option<&str>),
        moment: Moment,
    ) -> Result<EvaluationPage, QuestionError> {
        let at = moment.instant();
        let ask = Ask {
            table: EvaluationRow::TABLE,
            moment,
            filter: filter.rows(at),
            order: filter.order(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let rows = page.rows.into_iter().map(EvaluationRow::from_values);
        let rows: Vec<EvaluationRow> = rows.collect::<Result<_, _>>()?;
        let (numbers, struck) = (
            self.numbers(&rows, moment).await?,
            self.struck_cases(moment).await?,
        );
        let line = |row: EvaluationRow| {
            let ledger_no = numbers.get(&row.case_id).copied().unwrap_or_default();
            line(row, ledger_no, &struck)
        };
        Ok(EvaluationPage {
            at,
            total: self.evaluation_total(filter.rows(at), moment).await?,
            rows: rows.into_iter().map(line).collect(),
            next: page.next.map(String::from),
        })
    }

    async fn evaluation_total(&self, filter: Filter, moment: Moment) -> Result<i64, QuestionError> {
        let tally = Tally {
            table: EvaluationRow::TABLE.to_owned(),
            as_of: moment.as_of(),
            filter,
            group_by: Vec::new(),
            counts: vec![("all".to_owned(), Filter::All)],
            sums: Vec::new(),
        };
        let tallied = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let all = tallied.first().and_then(|row| row.counts.first());
        Ok(all.copied().unwrap_or_default())
    }

    /// The numbers of the cases of some evaluations.
    async fn numbers(
        &self,
        rows: &[EvaluationRow],
        moment: Moment,
    ) -> Result<BTreeMap<String, i64>, QuestionError> {
        let cases: BTreeSet<&str> = rows.iter().map(|row| row.case_id.as_str()).collect();
        if cases.is_empty() {
            return Ok(BTreeMap::new());
        }
        let table = (LedgerRow::TABLE, "case_id");
        let found = self.every(table, one_of("case_id", cases), moment).await?;
        let found = found.into_iter().map(LedgerRow::from_values);
        let pair = |row: LedgerRow| (row.case_id, row.ledger_no);
        Ok(found.map(|row| row.map(pair)).collect::<Result<_, _>>()?)
    }
}

fn line(row: EvaluationRow, ledger_no: i64, struck: &BTreeSet<String>) -> EvaluationLine {
    let decimal = |hundredths: Option<i64>| {
        let hundredths = hundredths.and_then(|all| u32::try_from(all).ok());
        hundredths.map(|all| shown(points(all)))
    };
    EvaluationLine {
        struck: struck.contains(&row.case_id),
        evaluation: row.evaluation_id,
        case_id: row.case_id,
        ledger_no,
        leg: row.leg,
        area: ListedSide {
            unit: row.area,
            sealed_at: row.area_sealed_at,
            points: decimal(row.area_points),
            appeal: row.area_appeal,
        },
        department: ListedSide {
            unit: row.department,
            sealed_at: row.department_sealed_at,
            points: decimal(row.department_points),
            appeal: row.department_appeal,
        },
        optional: row.optional,
        window_ends: row.window_ends,
        settled_at: row.settled_at,
    }
}
