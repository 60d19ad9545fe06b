//! What a batch comes to, key by key, before anything of it is written.
//!
//! The steps are merged in memory: a row that changes ten times is looked up once and written
//! once, and nine versions are added to the past.

use std::collections::HashMap;

use crate::views::Value;
use crate::views::rows::Action;
use crate::views::schema::TableSchema;

/// What becomes of one key.
struct Pending<'s> {
    stands: bool,
    newest: Newest<'s>,
    /// Since when the newest holds.
    from: i64,
    /// When the row that stands ended.
    retired: Option<i64>,
}

#[derive(Clone, Copy)]
enum Newest<'s> {
    None,
    Stands,
    Row(&'s [Value]),
}

/// The keys of a run of steps, in the order in which they come.
pub(super) struct Batch<'s> {
    keys: Vec<Vec<&'s Value>>,
    places: HashMap<Vec<&'s Value>, usize>,
    pending: Vec<Pending<'s>>,
    past: Vec<Past<'s>>,
}

/// A version that began and ended within the batch.
pub(super) struct Past<'s> {
    pub(super) row: &'s [Value],
    pub(super) from: i64,
    pub(super) to: i64,
}

/// A row with its beginning, which only a versioned table keeps.
pub(super) struct Written<'s> {
    pub(super) row: &'s [Value],
    pub(super) from: i64,
}

/// What is to be written, each lot by one statement.
#[derive(Default)]
pub(super) struct Writes<'s> {
    /// Keys whose standing row goes to the past, and when it ended.
    pub(super) retired: Vec<(Vec<&'s Value>, i64)>,
    pub(super) past: Vec<Past<'s>>,
    pub(super) updated: Vec<Written<'s>>,
    pub(super) new: Vec<Written<'s>>,
    pub(super) deleted: Vec<Vec<&'s Value>>,
}

impl<'s> Batch<'s> {
    /// The keys of these steps, not yet looked up.
    pub(super) fn of(table: &TableSchema, actions: &[&'s Action]) -> Self {
        let mut batch = Self {
            keys: Vec::new(),
            places: HashMap::new(),
            pending: Vec::new(),
            past: Vec::new(),
        };
        for action in actions {
            let key = key_of(table, action);
            if !batch.places.contains_key(&key) {
                batch.places.insert(key.clone(), batch.keys.len());
                batch.keys.push(key);
                batch.pending.push(Pending {
                    stands: false,
                    newest: Newest::None,
                    from: 0,
                    retired: None,
                });
            }
        }
        batch
    }

    /// The keys to look up.
    pub(super) fn keys(&self) -> &[Vec<&'s Value>] {
        &self.keys
    }

    /// A row stands under the key at this place, and holds since then.
    pub(super) fn stands(&mut self, place: usize, from: i64) {
        if let Some(pending) = self.pending.get_mut(place) {
            pending.stands = true;
            pending.newest = Newest::Stands;
            pending.from = from;
        }
    }

    /// Takes the steps in their order.
    pub(super) fn take(mut self, table: &TableSchema, actions: &[&'s Action]) -> Writes<'s> {
        for action in actions {
            let Some(place) = self.places.get(&key_of(table, action)) else {
                continue;
            };
            let pending = &mut self.pending[*place];
            match action {
                Action::Put(row) | Action::Add(row) => pending.newest = Newest::Row(row),
                Action::Delete(_) => pending.newest = Newest::None,
                Action::Supersede(row, at) => pending.supersede(row, *at, &mut self.past),
            }
        }
        let mut writes = Writes {
            past: self.past,
            ..Writes::default()
        };
        for (pending, key) in self.pending.iter().zip(self.keys) {
            if let Some(at) = pending.retired {
                writes.retired.push((key.clone(), at));
            }
            let from = pending.from;
            match (pending.newest, pending.stands) {
                (Newest::Row(row), true) => writes.updated.push(Written { row, from }),
                (Newest::Row(row), false) => writes.new.push(Written { row, from }),
                (Newest::None, true) => writes.deleted.push(key),
                (Newest::None, false) | (Newest::Stands, _) => {}
            }
        }
        writes
    }
}

impl<'s> Pending<'s> {
    fn supersede(&mut self, row: &'s [Value], at: i64, past: &mut Vec<Past<'s>>) {
        let from = self.from;
        match self.newest {
            Newest::Row(row) if from < at => past.push(Past { row, from, to: at }),
            Newest::Stands if from < at => self.retired = Some(at),
            _ => {}
        }
        self.from = match self.newest {
            Newest::None => at,
            _ => from.max(at),
        };
        self.newest = Newest::Row(row);
    }
}

/// The sums that a run of additions comes to, a row for each key.
pub(super) fn sums(table: &TableSchema, actions: &[&Action]) -> Vec<Vec<Value>> {
    let mut places: HashMap<Vec<&Value>, usize> = HashMap::new();
    let mut sums: Vec<Vec<Value>> = Vec::new();
    for action in actions {
        let Action::Add(row) = action else { continue };
        match places.get(&key_of(table, action)) {
            None => {
                places.insert(key_of(table, action), sums.len());
                sums.push(row.clone());
            }
            Some(place) => {
                for (column, (sum, more)) in sums[*place].iter_mut().zip(row).enumerate() {
                    let key = table.key.contains(&column);
                    if let (Value::Integer(sum), Value::Integer(more), false) = (sum, more, key) {
                        *sum = sum.saturating_add(*more);
                    }
                }
            }
        }
    }
    sums
}

fn key_of<'s>(table: &TableSchema, action: &'s Action) -> Vec<&'s Value> {
    match action {
        Action::Put(row) | Action::Add(row) | Action::Supersede(row, _) => {
            table.key.iter().map(|column| &row[*column]).collect()
        }
        Action::Delete(key) => key.iter().collect(),
    }
}
