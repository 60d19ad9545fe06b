//! Carrying out checked steps, in the caller's transaction.
//!
//! The steps of a batch are first merged by key in memory: a row that changes ten times is looked
//! up once and written once, and nine versions are added to the past. Of a row that stands already
//! only the indexed columns that differ are set, so that no other index is touched.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection};

use super::cells::{Cell, same};
use super::failure::Failure;
use super::sql::{Source, list, quoted};
use crate::views::rows::{Action, Step};
use crate::views::schema::Schema;
use crate::views::{ColumnKind, Value};

/// Carries out the steps in their order.
pub(super) fn carry_out(
    db: &Connection,
    schema: &Schema,
    generation: u64,
    steps: &[Step],
) -> Result<(), Failure> {
    for (place, table) in schema.tables.iter().enumerate() {
        let mut of_table = steps.iter().filter(|step| step.table == place).peekable();
        if of_table.peek().is_none() {
            continue;
        }
        let source = Source { generation, table };
        let mut adder = Adder::of(db, &source)?;
        let mut writer = Writer::of(db, &source)?;
        for step in of_table {
            match (&step.action, &mut adder) {
                (Action::Add(row), Some(adder)) => {
                    writer.flush()?;
                    adder.add(row)?;
                }
                (action, _) => writer.take(action)?,
            }
        }
        writer.flush()?;
    }
    Ok(())
}

/// What becomes of one key in this batch.
struct Pending<'s> {
    /// The number of the row that stands under it, and its indexed cells.
    stands: Option<(i64, Vec<rusqlite::types::Value>)>,
    /// The newest row: the one that stands, one of this batch, or none.
    newest: Newest<'s>,
    /// Since when the newest holds.
    from: i64,
}

#[derive(Clone, Copy)]
enum Newest<'s> {
    None,
    Stands,
    Row(&'s [Value]),
}

/// One table while a batch is written.
struct Writer<'d, 's> {
    db: &'d Connection,
    current: String,
    number: String,
    /// Names of the columns, quoted.
    columns: Vec<String>,
    key: &'d [usize],
    /// Places of the columns that an index holds, beside the key.
    indexed: Vec<usize>,
    versioned: bool,
    find: CachedStatement<'d>,
    insert: CachedStatement<'d>,
    history: Option<History<'d>>,
    /// By the set of indexed columns that it sets, a bit each.
    updates: HashMap<u64, CachedStatement<'d>>,
    order: Vec<Pending<'s>>,
    keys: HashMap<Vec<&'s Value>, usize>,
}

/// Adds numbers to rows; one statement a row, for what is added is merged by whoever counts.
struct Adder<'d> {
    add: CachedStatement<'d>,
    /// Removes the row under a key: all its numbers have become zero.
    clear: CachedStatement<'d>,
    key: &'d [usize],
}

impl<'d> Adder<'d> {
    /// None for a table that cannot be added to.
    fn of(db: &'d Connection, source: &Source<'d>) -> Result<Option<Self>, Failure> {
        let table = source.table;
        let width = table.table.columns.len();
        let numbers: Vec<usize> = (0..width)
            .filter(|place| !table.key.contains(place))
            .collect();
        let is_number = |place: &usize| table.table.columns[*place].kind == ColumnKind::Integer;
        if table.table.versioned || numbers.is_empty() || !numbers.iter().all(is_number) {
            return Ok(None);
        }
        let current = quoted(&source.current());
        let zero: Vec<String> = numbers
            .iter()
            .map(|place| format!("{} = 0", source.column(*place)))
            .collect();
        let add = format!(
            "insert into {current} ({}) values ({}) on conflict ({}) do update set {} returning {}",
            source.columns(),
            marks(width),
            list(table.key.iter().copied(), |place| source.column(place)),
            list(numbers.iter().copied(), |place| {
                let column = source.column(place);
                format!("{column} = {column} + excluded.{column}")
            }),
            zero.join(" and "),
        );
        let clear = format!("delete from {current} where {}", source.by_key());
        Ok(Some(Self {
            add: db.prepare_cached(&add)?,
            clear: db.prepare_cached(&clear)?,
            key: &table.key,
        }))
    }

    fn add(&mut self, row: &[Value]) -> Result<(), Failure> {
        bind(&mut self.add, row)?;
        let mut rows = self.add.raw_query();
        let zero = match rows.next()? {
            Some(row) => row.get(0)?,
            None => false,
        };
        drop(rows);
        if zero {
            bind(&mut self.clear, self.key.iter().map(|place| &row[*place]))?;
            self.clear.raw_execute()?;
        }
        Ok(())
    }
}

/// The statements that only a versioned table needs.
struct History<'d> {
    /// Copies the row that stands to the past.
    retire: CachedStatement<'d>,
    /// Adds a row of this batch to the past.
    add: CachedStatement<'d>,
}

impl<'d, 's> Writer<'d, 's> {
    fn of(db: &'d Connection, source: &Source<'d>) -> Result<Self, Failure> {
        let table = source.table;
        let current = quoted(&source.current());
        let (all, number) = (source.columns(), source.number());
        let from = if table.table.versioned {
            ", valid_from"
        } else {
            ""
        };
        let width = table.table.columns.len();
        let indexed = indexed(source);
        let found: Vec<String> = indexed.iter().map(|place| source.column(*place)).collect();
        let find = format!(
            "select {} from {current} where {}",
            [
                vec![
                    number.clone(),
                    if from.is_empty() { "0" } else { "valid_from" }.to_owned()
                ],
                found
            ]
            .concat()
            .join(", "),
            source.by_key()
        );
        let insert = format!(
            "insert into {current} ({all}{from}) values ({})",
            marks(width + usize::from(table.table.versioned))
        );
        let history = if table.table.versioned {
            let past = quoted(&source.past());
            let retire = format!(
                "insert into {past} ({all}, valid_from, valid_to) \
                 select {all}, valid_from, ?2 from {current} where {number} = ?1"
            );
            let add = format!(
                "insert into {past} ({all}, valid_from, valid_to) values ({})",
                marks(width + 2)
            );
            Some(History {
                retire: db.prepare_cached(&retire)?,
                add: db.prepare_cached(&add)?,
            })
        } else {
            None
        };
        Ok(Self {
            db,
            number,
            columns: (0..width).map(|place| source.column(place)).collect(),
            key: &table.key,
            indexed,
            versioned: table.table.versioned,
            find: db.prepare_cached(&find)?,
            insert: db.prepare_cached(&insert)?,
            history,
            current,
            updates: HashMap::new(),
            order: Vec::new(),
            keys: HashMap::new(),
        })
    }

    fn take(&mut self, action: &'s Action) -> Result<(), Failure> {
        match action {
            Action::Put(row) => {
                let place = self.pending(self.key.iter().map(|column| &row[*column]).collect())?;
                self.order[place].newest = Newest::Row(row);
            }
            Action::Delete(key) => {
                let place = self.pending(key.iter().collect())?;
                self.order[place].newest = Newest::None;
            }
            // Only tables that cannot be added to are without an adder, and the check refuses those.
            Action::Add(_) => {}
            Action::Supersede(row, at) => {
                let place = self.pending(self.key.iter().map(|column| &row[*column]).collect())?;
                self.retire(place, *at)?;
                let pending = &mut self.order[place];
                pending.from = match pending.newest {
                    Newest::None => *at,
                    _ => pending.from.max(*at),
                };
                pending.newest = Newest::Row(row);
            }
        }
        Ok(())
    }

    /// The place of a key, looked up in the table when this batch meets it first.
    fn pending(&mut self, key: Vec<&'s Value>) -> Result<usize, Failure> {
        if let Some(place) = self.keys.get(&key) {
            return Ok(*place);
        }
        for (place, value) in key.iter().enumerate() {
            self.find.raw_bind_parameter(place + 1, Cell(value))?;
        }
        let mut rows = self.find.raw_query();
        let mut pending = Pending {
            stands: None,
            newest: Newest::None,
            from: 0,
        };
        if let Some(row) = rows.next()? {
            let cells = (2..2 + self.indexed.len()).map(|place| row.get(place));
            pending.stands = Some((row.get(0)?, cells.collect::<Result<_, _>>()?));
            pending.newest = Newest::Stands;
            pending.from = row.get(1)?;
        }
        drop(rows);
        self.order.push(pending);
        self.keys.insert(key, self.order.len() - 1);
        Ok(self.order.len() - 1)
    }

    /// Keeps the newest version in the past, if it began before `at`.
    fn retire(&mut self, place: usize, at: i64) -> Result<(), Failure> {
        let (Some(history), pending) = (&mut self.history, &self.order[place]) else {
            return Ok(());
        };
        if pending.from >= at {
            return Ok(());
        }
        match (pending.newest, &pending.stands) {
            (Newest::Row(row), _) => {
                let next = bind(&mut history.add, row)?;
                history.add.raw_bind_parameter(next, pending.from)?;
                history.add.raw_bind_parameter(next + 1, at)?;
                history.add.raw_execute()?;
            }
            (Newest::Stands, Some((number, _))) => {
                history.retire.raw_bind_parameter(1, number)?;
                history.retire.raw_bind_parameter(2, at)?;
                history.retire.raw_execute()?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Writes the newest row of every key.
    fn flush(&mut self) -> Result<(), Failure> {
        self.keys.clear();
        for pending in std::mem::take(&mut self.order) {
            match (pending.newest, pending.stands) {
                (Newest::Row(row), Some((number, cells))) => {
                    self.update(number, &cells, row, pending.from)?;
                }
                (Newest::Row(row), None) => {
                    let next = bind(&mut self.insert, row)?;
                    if self.versioned {
                        self.insert.raw_bind_parameter(next, pending.from)?;
                    }
                    self.insert.raw_execute()?;
                }
                (Newest::None, Some((number, _))) => {
                    let (current, by) = (&self.current, &self.number);
                    let delete = format!("delete from {current} where {by} = ?1");
                    self.db.prepare_cached(&delete)?.execute([number])?;
                }
                (Newest::Stands, _) | (Newest::None, None) => {}
            }
        }
        Ok(())
    }

    fn update(
        &mut self,
        number: i64,
        cells: &[rusqlite::types::Value],
        row: &[Value],
        from: i64,
    ) -> Result<(), Failure> {
        let differs =
            |(bit, place): (usize, &usize)| u64::from(!same(&cells[bit], &row[*place])) << bit;
        let set: u64 = self.indexed.iter().enumerate().map(differs).sum();
        let is_set = |place: &usize| match self.indexed.iter().position(|at| at == place) {
            Some(bit) => set & (1 << bit) != 0,
            None => !self.key.contains(place),
        };
        let places: Vec<usize> = (0..row.len()).filter(is_set).collect();
        if !self.updates.contains_key(&set) {
            let mut sets: Vec<&str> = places.iter().map(|at| self.columns[*at].as_str()).collect();
            if self.versioned {
                sets.push("valid_from");
            }
            if sets.is_empty() {
                return Ok(());
            }
            let (current, by) = (&self.current, &self.number);
            let sets = sets.join(" = ?, ");
            let text = format!("update {current} set {sets} = ? where {by} = ?");
            self.updates.insert(set, self.db.prepare_cached(&text)?);
        }
        let Some(update) = self.updates.get_mut(&set) else {
            return Ok(());
        };
        let mut next = bind(update, places.iter().map(|place| &row[*place]))?;
        if self.versioned {
            update.raw_bind_parameter(next, from)?;
            next += 1;
        }
        update.raw_bind_parameter(next, number)?;
        update.raw_execute()?;
        Ok(())
    }
}

/// Columns that an index holds, beside the key. An update can tell 64 apart; further ones are
/// written each time, as those that no index holds.
fn indexed(source: &Source<'_>) -> Vec<usize> {
    let table = source.table;
    let held = |place: &usize| table.indexes.iter().any(|index| index.contains(place));
    (0..table.table.columns.len())
        .filter(|place| held(place) && !table.key.contains(place))
        .take(64)
        .collect()
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// Binds the values from the first place on; answers the place after them.
fn bind<'v>(
    statement: &mut CachedStatement<'_>,
    values: impl IntoIterator<Item = &'v Value>,
) -> Result<usize, Failure> {
    let mut next = 1;
    for value in values {
        statement.raw_bind_parameter(next, Cell(value))?;
        next += 1;
    }
    Ok(next)
}
