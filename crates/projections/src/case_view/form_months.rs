//! Mutual evaluations by month, kept as events come: what a ranking of a year reads instead of every form
//! with its answers.
//!
//! A row of `form_months` says how many evaluations of a pair were settled in `month` with the same outcome,
//! by what was known when `known` ended. An appeal that is upheld later takes the old outcome back where it
//! was decided, and adds the new one. Cases that are struck are for the reader to leave out: their
//! evaluations are other streams.

use super::rows::EvaluationRow;
use crate::row::row;
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::Month;
use gridwhistle_domain::evaluation::Side;
use gridwhistle_store::views::{RowOp, Table};
use std::collections::HashMap;

/// In the place of points: the side was silent.
const SILENT: i64 = -1;
/// In the place of points: the side sealed a form that does not count.
const TAKEN_OUT: i64 = -2;

row! {
    /// So many evaluations of a pair with the same outcome. Narrow, because a year of a large city has fifty
    /// thousand of them.
    FormMonthRow of "form_months" {
        /// The month in which they were settled, as 202606.
        month: i64,
        /// The month by whose end that was known.
        known: i64,
        /// Kind and code of the street or community, kind and code of the department, with tabs between; a
        /// kind that is not known is empty.
        pair: String,
        /// Silence is no breach.
        optional: bool,
        /// What the area's form comes to, in hundredths of a point; -1 where it was silent, -2 where its
        /// form does not count.
        area_points: i64,
        /// What the department's form comes to.
        department_points: i64,
        /// How many; less than none where later events take some back.
        evaluations: i64,
    }
}

/// The evaluations of pairs by month.
pub(crate) const FORM_MONTHS: Table = Table {
    name: FormMonthRow::TABLE,
    columns: FormMonthRow::COLUMNS,
    key: &[
        "month",
        "known",
        "pair",
        "optional",
        "area_points",
        "department_points",
    ],
    versioned: false,
    indexes: &[],
};

/// A unit on one side of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Named<'p> {
    /// Units of a kind are peers; empty where it is not known.
    pub(crate) kind: &'p str,
    pub(crate) code: &'p str,
}

/// What came of an evaluation: the one home of which forms count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Outcome {
    pub(crate) pair: String,
    pub(crate) optional: bool,
    area_points: i64,
    department_points: i64,
}

impl Outcome {
    /// Of an evaluation that is settled.
    pub(crate) fn of(row: &EvaluationRow) -> Option<Self> {
        row.settled_at?;
        let kind = |kind: &Option<String>| kind.clone().unwrap_or_default();
        let (area, department) = (kind(&row.area_kind), kind(&row.department_kind));
        Some(Self {
            pair: format!("{area}\t{}\t{department}\t{}", row.area, row.department),
            optional: row.optional,
            area_points: said(row, Side::Area),
            department_points: said(row, Side::Department),
        })
    }

    /// The units of a pair: the area's and the department's.
    pub(crate) fn units(pair: &str) -> [Named<'_>; 2] {
        let mut parts = pair.split('\t');
        let mut named = || Named {
            kind: parts.next().unwrap_or_default(),
            code: parts.next().unwrap_or_default(),
        };
        [named(), named()]
    }

    /// What the form of a side comes to, if it counts.
    pub(crate) fn points(&self, by: Side) -> Option<u32> {
        u32::try_from(self.said(by)).ok()
    }

    /// Whether a side sealed its form, whatever came of it.
    pub(crate) const fn sealed(&self, by: Side) -> bool {
        self.said(by) != SILENT
    }

    const fn said(&self, by: Side) -> i64 {
        match by {
            Side::Area => self.area_points,
            Side::Department => self.department_points,
        }
    }
}

impl FormMonthRow {
    /// What came of them, and how many there are.
    pub(crate) fn into_outcome(self) -> (Outcome, i64) {
        let outcome = Outcome {
            pair: self.pair,
            optional: self.optional,
            area_points: self.area_points,
            department_points: self.department_points,
        };
        (outcome, self.evaluations)
    }
}

/// What a side said, as a number.
fn said(row: &EvaluationRow, by: Side) -> i64 {
    let (sealed_at, points, appeal) = match by {
        Side::Area => (row.area_sealed_at, row.area_points, &row.area_appeal),
        Side::Department => (
            row.department_sealed_at,
            row.department_points,
            &row.department_appeal,
        ),
    };
    match (sealed_at, points) {
        (None, _) => SILENT,
        (Some(_), Some(points)) if appeal.as_deref() != Some(UPHELD) => points,
        (Some(_), _) => TAKEN_OUT,
    }
}

/// An appeal that took its form out.
pub(crate) const UPHELD: &str = "upheld";

/// What has changed since it was last written.
#[derive(Debug, Default)]
pub(crate) struct FormMonths {
    changes: HashMap<(Month, Month, Outcome), i64>,
}

impl FormMonths {
    /// An evaluation has become another one at an instant, or is new.
    pub(crate) fn turn(&mut self, old: &EvaluationRow, new: &EvaluationRow, at: DateTime<Utc>) {
        let known = Month::ended_with(at);
        let (was, is) = (Outcome::of(old), Outcome::of(new));
        if was == is {
            return;
        }
        let mut count = |row: &EvaluationRow, outcome: Option<Outcome>, by| {
            if let (Some(outcome), Some(settled_at)) = (outcome, row.settled_at) {
                let bucket = (Month::of(settled_at), known, outcome);
                *self.changes.entry(bucket).or_default() += by;
            }
        };
        count(old, was, -1);
        count(new, is, 1);
    }

    /// The steps that make the table say what has changed.
    pub(crate) fn write(&mut self, ops: &mut Vec<RowOp>) {
        for ((month, known, outcome), evaluations) in self.changes.drain() {
            if evaluations == 0 {
                continue;
            }
            let row = FormMonthRow {
                month: month.number(),
                known: known.number(),
                pair: outcome.pair,
                optional: outcome.optional,
                area_points: outcome.area_points,
                department_points: outcome.department_points,
                evaluations,
            };
            ops.push(RowOp::Add {
                table: FormMonthRow::TABLE,
                row: row.into_values(),
            });
        }
    }

    /// Forgets what was not written.
    pub(crate) fn clear(&mut self) {
        self.changes.clear();
    }
}
