//! The rows of one table in memory: the current ones and, apart from them, the past.

use std::collections::BTreeMap;
use std::ops::Bound;

use chrono::DateTime;

use crate::views::groups::Groups;
use crate::views::plan::{QueryPlan, TallyPlan};
use crate::views::rows::Action;
use crate::views::scan::ScanPlan;
use crate::views::schema::TableSchema;
use crate::views::select::SelectPlan;
use crate::views::{Page, TallyRow, Value};

/// Both maps by key. Plain tables use `current` only, with 0 for `from`.
#[derive(Debug, Default)]
pub(super) struct TableRows {
    current: BTreeMap<Vec<Value>, Version>,
    past: BTreeMap<Vec<Value>, Vec<Past>>,
}

#[derive(Debug)]
struct Version {
    from: i64,
    row: Vec<Value>,
}

#[derive(Debug)]
struct Past {
    version: Version,
    to: i64,
}

impl TableRows {
    pub(super) fn carry_out(&mut self, table: &TableSchema, action: Action) {
        match action {
            Action::Put(row) => {
                self.current
                    .insert(key_of(table, &row), Version { from: 0, row });
            }
            Action::Delete(key) => {
                self.current.remove(&key);
            }
            Action::Add(row) => self.add(key_of(table, &row), row, &table.key),
            Action::Supersede(row, at) => {
                let key = key_of(table, &row);
                let from = self.end(&key, at);
                self.current.insert(key, Version { from, row });
            }
        }
    }

    /// Adds the numbers of a row to those that stand under its key.
    fn add(&mut self, key: Vec<Value>, mut row: Vec<Value>, keys: &[usize]) {
        let stands = self.current.get(&key).map(|version| &version.row);
        let mut zero = true;
        for (place, value) in row.iter_mut().enumerate() {
            if let (Value::Integer(more), false) = (value, keys.contains(&place)) {
                let sum = stands.and_then(|stands| stands[place].as_integer());
                *more = more.saturating_add(sum.unwrap_or(0));
                zero &= *more == 0;
            }
        }
        if zero {
            self.current.remove(&key);
        } else {
            self.current.insert(key, Version { from: 0, row });
        }
    }

    /// Ends the current version at `at`; answers when a successor may begin.
    fn end(&mut self, key: &[Value], at: i64) -> i64 {
        match self.current.remove(key) {
            Some(version) if version.from < at => {
                let past = Past { version, to: at };
                self.past.entry(key.to_vec()).or_default().push(past);
                at
            }
            Some(version) => version.from,
            None => at,
        }
    }

    pub(super) fn get(&self, key: &[Value], as_of: Option<i64>) -> Option<&[Value]> {
        let current = self.current.get(key);
        let found = match as_of {
            None => current,
            Some(at) => {
                let past = self.past.get(key).into_iter().flatten();
                past.filter(|past| at < past.to)
                    .map(|past| &past.version)
                    .chain(current)
                    .find(|version| version.from <= at)
            }
        };
        found.map(|version| version.row.as_slice())
    }

    /// The rows current or valid at an instant, in no order that matters.
    fn rows(&self, as_of: Option<i64>) -> impl Iterator<Item = &[Value]> {
        let current = self
            .current
            .values()
            .filter(move |v| as_of.is_none_or(|at| v.from <= at));
        let past =
            self.past.values().flatten().filter(move |past| {
                as_of.is_some_and(|at| past.version.from <= at && at < past.to)
            });
        current
            .chain(past.map(|past| &past.version))
            .map(|version| version.row.as_slice())
    }

    pub(super) fn page(&self, plan: &QueryPlan) -> Page {
        let mut rows: Vec<&[Value]> = self
            .rows(plan.as_of)
            .filter(|row| plan.is_after(row) && plan.test.holds(row))
            .collect();
        if rows.len() > plan.limit + 1 {
            rows.select_nth_unstable_by(plan.limit, |left, right| plan.compare(left, right));
            rows.truncate(plan.limit + 1);
        }
        rows.sort_unstable_by(|left, right| plan.compare(left, right));
        let more = rows.len() > plan.limit;
        rows.truncate(plan.limit);
        let next = rows.last().filter(|_| more).map(|row| plan.cursor(row));
        Page {
            rows: rows.into_iter().map(<[Value]>::to_vec).collect(),
            next,
        }
    }

    pub(super) fn select(&self, plan: &SelectPlan) -> Vec<Vec<Value>> {
        let passes = |row: &&[Value]| plan.any.iter().any(|test| test.holds(row));
        let wanted = |row: &[Value]| {
            plan.columns
                .iter()
                .map(|place| row[*place].clone())
                .collect()
        };
        let rows = self.rows(plan.as_of).filter(passes);
        rows.map(wanted).collect()
    }

    /// `None` if a sum does not fit.
    pub(super) fn tally(&self, plan: &TallyPlan) -> Option<Vec<TallyRow>> {
        let mut groups = Groups::of(plan);
        for row in self.rows(plan.as_of) {
            groups.count(row);
        }
        groups.rows()
    }

    /// Every key has a current version, and the versions before it stand in their order.
    pub(super) fn scan(&self, plan: &ScanPlan, versioned: bool) -> Vec<Vec<Value>> {
        let Some(after) = &plan.after else {
            return self.walk(Bound::Unbounded, versioned, plan.limit);
        };
        let key = &after[..after.len() - usize::from(versioned)];
        if !versioned {
            return self.walk(Bound::Excluded(key), false, plan.limit);
        }
        let from = after.last();
        let rest = self
            .versions(key)
            .filter(|row| row.get(row.len() - 2) > from);
        let mut found: Vec<_> = rest.take(plan.limit).collect();
        let room = plan.limit - found.len();
        found.extend(self.walk(Bound::Excluded(key), true, room));
        found
    }

    fn walk(&self, from: Bound<&[Value]>, versioned: bool, limit: usize) -> Vec<Vec<Value>> {
        let current = self.current.range::<[Value], _>((from, Bound::Unbounded));
        if versioned {
            let versions = current.flat_map(|(key, _)| self.versions(key));
            versions.take(limit).collect()
        } else {
            let rows = current.map(|(_, version)| version.row.clone());
            rows.take(limit).collect()
        }
    }

    /// The versions of a row, each with its beginning and its end.
    fn versions(&self, key: &[Value]) -> impl Iterator<Item = Vec<Value>> {
        let past = self.past.get(key).into_iter().flatten();
        let past = past.map(|past| (&past.version, Some(past.to)));
        let current = self.current.get(key).map(|version| (version, None));
        past.chain(current).map(|(version, to)| {
            let mut row = version.row.clone();
            row.extend([instant(Some(version.from)), instant(to)]);
            row
        })
    }
}

fn instant(micros: Option<i64>) -> Value {
    micros.and_then(DateTime::from_timestamp_micros).into()
}

fn key_of(table: &TableSchema, row: &[Value]) -> Vec<Value> {
    table
        .key
        .iter()
        .map(|column| row[*column].clone())
        .collect()
}
