//! Counting row by row what a tally asks, where no database counts it.

use std::collections::BTreeMap;

use super::plan::TallyPlan;
use super::{TallyRow, Value};

/// The groups of a tally while rows are counted.
pub(crate) struct Groups<'p> {
    plan: &'p TallyPlan,
    groups: BTreeMap<Vec<Value>, Counted>,
}

struct Counted {
    counts: Vec<i64>,
    /// Wider than an answer: what is too large may come back.
    sums: Vec<i128>,
}

impl<'p> Groups<'p> {
    /// Before the first row.
    pub(crate) fn of(plan: &'p TallyPlan) -> Self {
        let groups = BTreeMap::new();
        let mut new = Self { plan, groups };
        if plan.group_by.is_empty() {
            new.group(Vec::new());
        }
        new
    }

    fn group(&mut self, group: Vec<Value>) -> &mut Counted {
        let none = || Counted {
            counts: vec![0; self.plan.counts.len()],
            sums: vec![0; self.plan.sums.len()],
        };
        self.groups.entry(group).or_insert_with(none)
    }

    /// Counts a row, if it is looked at at all.
    pub(crate) fn count(&mut self, row: &[Value]) {
        let plan = self.plan;
        if !plan.test.holds(row) {
            return;
        }
        let group = plan.group_by.iter().map(|place| row[*place].clone());
        let counted = self.group(group.collect());
        for (count, test) in counted.counts.iter_mut().zip(&plan.counts) {
            *count += i64::from(test.holds(row));
        }
        for (sum, column) in counted.sums.iter_mut().zip(&plan.sums) {
            *sum += i128::from(row[*column].as_integer().unwrap_or(0));
        }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn add(&mut self, group: Vec<Value>, counts: &[i64], sums: &[i128]) {
        let counted = self.group(group);
        for (count, more) in counted.counts.iter_mut().zip(counts) {
            *count += more;
        }
        for (sum, more) in counted.sums.iter_mut().zip(sums) {
            *sum += more;
        }
    }

    /// The answer, by group; none if a sum does not fit.
    pub(crate) fn rows(self) -> Option<Vec<TallyRow>> {
        let row = |(group, counted): (Vec<Value>, Counted)| {
            let sums = counted.sums.into_iter().map(i64::try_from);
            Some(TallyRow {
                group,
                counts: counted.counts,
                sums: sums.collect::<Result<_, _>>().ok()?,
            })
        };
        self.groups.into_iter().map(row).collect()
    }
}
