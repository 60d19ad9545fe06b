//! The newest rows of a table, by key, before they are written.
//!
//! A batch on live tables holds its own rows until its end. A rebuild, which nobody reads before it
//! is whole, holds them from batch to batch: a version then goes straight to the past when the next
//! one comes, and the newest is written once, when it has not changed for long or at the end.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use foldhash::fast::RandomState as Fast;
use rusqlite::CachedStatement;

use super::bind;
use crate::views::Value;
use crate::views::schema::Schema;
use crate::views::sqlite::failure::Failure;

/// Rows of a table that were touched lately, and as many before them, that a rebuild holds: about
/// half a kilobyte each. Some four tables have a row or more a case, so this is what bounds the memory
/// of a replay; a city has fewer cases at work at once.
const ROWS_MAX: usize = 40_000;

/// A row's key. Numbers are told apart fast, and most keys are one or two.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Number(i64),
    Numbers(i64, i64),
    Cells(Box<[Value]>),
}

impl Key {
    pub(super) fn of(mut values: impl Iterator<Item = Value>) -> Self {
        match [values.next(), values.next(), values.next()] {
            [Some(Value::Integer(one)), None, None] => Self::Number(one),
            [Some(Value::Integer(one)), Some(Value::Integer(other)), None] => {
                Self::Numbers(one, other)
            }
            first => Self::Cells(first.into_iter().flatten().chain(values).collect()),
        }
    }

    /// Binds it from the first place on; answers the place after it.
    pub(super) fn bind(&self, statement: &mut CachedStatement<'_>) -> Result<usize, Failure> {
        match self {
            Self::Number(one) => statement.raw_bind_parameter(1, one)?,
            Self::Numbers(one, other) => {
                statement.raw_bind_parameter(1, one)?;
                statement.raw_bind_parameter(2, other)?;
                return Ok(3);
            }
            Self::Cells(values) => return bind(statement, values.iter()),
        }
        Ok(2)
    }
}

/// A row of a table as it is stored: its number, and its indexed cells.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) number: i64,
    pub(super) cells: Vec<rusqlite::types::Value>,
}

/// The newest row of a key.
#[derive(Debug)]
pub(super) enum Row {
    /// There is none.
    Absent,
    /// The one that is stored, of a table without a past.
    Stored,
    /// One that came, or the stored one of a table with a past.
    Packed(Arc<[u8]>),
}

/// What becomes of a key.
#[derive(Debug)]
pub(super) struct Newest {
    /// What the table holds under it.
    pub(super) stored: Option<Box<Stored>>,
    pub(super) row: Row,
    /// Since when the row holds.
    pub(super) from: i64,
    /// Its place in the order in which keys were met: so are rows written.
    met: u64,
}

impl Newest {
    pub(super) const fn new(stored: Option<Box<Stored>>, row: Row, from: i64) -> Self {
        Self {
            stored,
            row,
            from,
            met: 0,
        }
    }
}

/// The newest rows of one table, in two generations: those touched lately, and those before.
#[derive(Debug)]
pub(super) struct Waiting {
    young: HashMap<Key, Newest, Fast>,
    old: HashMap<Key, Newest, Fast>,
    /// Numbers to add, as rows.
    sums: HashMap<Key, Vec<Value>, Fast>,
    met: u64,
    /// Keys beyond this are not in the table.
    written: i64,
    rows_max: usize,
    /// Whether rows wait longer than for the end of their batch.
    pub(super) stays: bool,
}

impl Waiting {
    /// Of a batch on a live table.
    pub(super) fn of_batch() -> Self {
        Self::new(i64::MAX, usize::MAX, false)
    }

    /// Of a rebuild, whose tables are empty.
    pub(super) fn of_rebuild() -> Self {
        Self::new(i64::MIN, ROWS_MAX, true)
    }

    fn new(written: i64, rows_max: usize, stays: bool) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            sums: HashMap::default(),
            met: 0,
            written,
            rows_max,
            stays,
        }
    }

    /// As few rows as a test can fill.
    #[cfg(test)]
    pub(super) fn of_few(rows_max: usize) -> Self {
        Self::new(i64::MIN, rows_max, true)
    }

    /// What becomes of a key, looked up in the table where it may be there.
    pub(super) fn newest(
        &mut self,
        key: &Key,
        find: impl FnOnce(&Key) -> Result<Newest, Failure>,
    ) -> Result<&mut Newest, Failure> {
        let place = match self.young.entry(key.clone()) {
            Entry::Occupied(place) => return Ok(place.into_mut()),
            Entry::Vacant(place) => place,
        };
        let may_stand = match key {
            Key::Number(first) | Key::Numbers(first, _) => *first <= self.written,
            Key::Cells(_) => self.written > i64::MIN,
        };
        let newest = match self.old.remove(key) {
            Some(newest) => newest,
            None => {
                self.met += 1;
                let found = match may_stand {
                    true => find(key)?,
                    false => Newest::new(None, Row::Absent, 0),
                };
                Newest {
                    met: self.met,
                    ..found
                }
            }
        };
        Ok(place.insert(newest))
    }

    /// Adds numbers to those of a key.
    pub(super) fn add(&mut self, key: Key, row: Vec<Value>, keys: &[usize]) {
        match self.sums.entry(key) {
            Entry::Vacant(place) => {
                place.insert(row);
            }
            Entry::Occupied(mut sum) => {
                for (place, more) in row.iter().enumerate().filter(|(at, _)| !keys.contains(at)) {
                    if let (Value::Integer(sum), Value::Integer(more)) =
                        (&mut sum.get_mut()[place], more)
                    {
                        *sum = sum.saturating_add(*more);
                    }
                }
            }
        }
    }

    /// The rows that have waited for long, once there are too many.
    pub(super) fn ripe(&mut self) -> Vec<Newest> {
        if self.young.len() <= self.rows_max {
            return Vec::new();
        }
        let young = std::mem::take(&mut self.young);
        let old = std::mem::replace(&mut self.old, young);
        self.leave(old)
    }

    /// All rows.
    pub(super) fn all(&mut self) -> Vec<Newest> {
        if self.young.is_empty() && self.old.is_empty() {
            return Vec::new();
        }
        let mut all = std::mem::take(&mut self.young);
        all.extend(self.old.drain());
        self.leave(all)
    }

    fn leave(&mut self, rows: HashMap<Key, Newest, Fast>) -> Vec<Newest> {
        for key in rows.keys() {
            self.written = self.written.max(match key {
                Key::Number(first) | Key::Numbers(first, _) => *first,
                Key::Cells(_) => i64::MAX,
            });
        }
        let mut rows: Vec<Newest> = rows.into_values().collect();
        rows.sort_unstable_by_key(|newest| newest.met);
        rows
    }

    /// The sums, by key, once there are more than so many.
    pub(super) fn sums(&mut self, most: usize) -> Vec<Vec<Value>> {
        if self.sums.len() <= most {
            return Vec::new();
        }
        self.written = i64::MAX;
        let mut sums: Vec<_> = self.sums.drain().collect();
        sums.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        sums.into_iter().map(|(_, row)| row).collect()
    }

    /// How many sums wait at most.
    pub(super) const fn sums_max(&self) -> usize {
        self.rows_max
    }
}

/// A rebuild under way: what its tables are still to be told.
#[derive(Debug)]
pub(in crate::views::sqlite) struct Building {
    tenant: String,
    view: &'static str,
    pub(super) tables: Vec<Waiting>,
}

impl Building {
    pub(in crate::views::sqlite) fn new(tenant: &str, schema: &Schema) -> Self {
        let tables = schema.tables.iter().map(|_| Waiting::of_rebuild());
        Self {
            tenant: tenant.to_owned(),
            view: schema.view.name,
            tables: tables.collect(),
        }
    }

    /// Whether both are of one view of one tenant, which has one rebuild at a time.
    pub(in crate::views::sqlite) fn is_of_same(&self, other: &Self) -> bool {
        (&self.tenant, self.view) == (&other.tenant, other.view)
    }
}
