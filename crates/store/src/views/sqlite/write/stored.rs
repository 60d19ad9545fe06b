//! The table of the newest rows, as it is stored.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection};

use super::waiting::{Key, Newest, Row, Stored};
use super::{bind, marks};
use crate::views::packed::unpack;
use crate::views::schema::TableSchema;
use crate::views::sqlite::cells::same;
use crate::views::sqlite::failure::Failure;
use crate::views::sqlite::packed;
use crate::views::sqlite::sql::{Source, quoted};
use crate::views::{Column, Value};

/// The table of the newest rows.
pub(super) struct StoredRows<'d> {
    db: &'d Connection,
    pub(super) table: &'d TableSchema,
    current: String,
    number: String,
    /// Names of the columns, quoted.
    columns: Vec<String>,
    /// Places of the columns that an index holds, beside the key.
    indexed: Vec<usize>,
    find: CachedStatement<'d>,
    insert: CachedStatement<'d>,
    /// By the set of indexed columns that it sets, a bit each.
    updates: HashMap<u64, CachedStatement<'d>>,
}

impl<'d> StoredRows<'d> {
    pub(super) fn of(db: &'d Connection, source: &Source<'d>) -> Result<Self, Failure> {
        let table = source.table;
        let (current, number) = (quoted(&source.current()), source.number());
        let width = table.table.columns.len();
        let indexed = indexed(table);
        let versioned = table.table.versioned;
        // What has a past is read whole, for that is where it goes.
        let found: Vec<usize> = match versioned {
            true => (0..width).collect(),
            false => indexed.clone(),
        };
        let cells = found.iter().map(|place| source.column(*place));
        let from = if versioned { "valid_from" } else { "0" };
        let head = [number.clone(), from.to_owned()].into_iter();
        let find = format!(
            "select {} from {current} where {}",
            head.chain(cells).collect::<Vec<_>>().join(", "),
            source.by_key()
        );
        let insert = format!(
            "insert into {current} ({}{}) values ({})",
            source.columns(),
            if versioned { ", valid_from" } else { "" },
            marks(width + usize::from(versioned))
        );
        Ok(Self {
            db,
            table,
            number,
            columns: (0..width).map(|place| source.column(place)).collect(),
            indexed,
            find: db.prepare_cached(&find)?,
            insert: db.prepare_cached(&insert)?,
            current,
            updates: HashMap::new(),
        })
    }

    fn columns(&self) -> &'static [Column] {
        self.table.table.columns
    }

    /// The row under a key.
    pub(super) fn find(&mut self, key: &Key) -> Result<Newest, Failure> {
        key.bind(&mut self.find)?;
        let versioned = self.table.table.versioned;
        let mut rows = self.find.raw_query();
        let Some(row) = rows.next()? else {
            return Ok(Newest::new(None, Row::Absent, 0));
        };
        let place = |(nth, column): (usize, &usize)| 2 + if versioned { *column } else { nth };
        let cells = self.indexed.iter().enumerate();
        let cells = cells.map(|cell| row.get(place(cell)));
        let stored = Stored {
            number: row.get(0)?,
            cells: cells.collect::<Result<_, _>>()?,
        };
        let stands = match versioned {
            true => Row::Packed(packed::pack_row(row, 2, self.table.table.columns)?),
            false => Row::Stored,
        };
        Ok(Newest::new(Some(Box::new(stored)), stands, row.get(1)?))
    }

    /// Writes the newest row of a key.
    pub(super) fn write(&mut self, newest: Newest) -> Result<(), Failure> {
        let Newest {
            stored, row, from, ..
        } = newest;
        match (row, stored) {
            (Row::Packed(bytes), Some(stored)) => {
                let row = unpack(&bytes, self.columns())?;
                self.update(&stored, &row, from)
            }
            (Row::Packed(bytes), None) => {
                let columns = self.columns();
                let next = packed::bind(&mut self.insert, &bytes, columns)?;
                self.insert_bound(next, from)
            }
            (Row::Absent, Some(stored)) => {
                let (current, by) = (&self.current, &self.number);
                let delete = format!("delete from {current} where {by} = ?1");
                self.db.prepare_cached(&delete)?.execute([stored.number])?;
                Ok(())
            }
            (Row::Stored, _) | (Row::Absent, None) => Ok(()),
        }
    }

    fn insert_bound(&mut self, next: usize, from: i64) -> Result<(), Failure> {
        if self.table.table.versioned {
            self.insert.raw_bind_parameter(next, from)?;
        }
        self.insert.raw_execute()?;
        Ok(())
    }

    fn update(&mut self, stored: &Stored, row: &[Value], from: i64) -> Result<(), Failure> {
        let differs = |(bit, place): (usize, &usize)| {
            u64::from(!same(&stored.cells[bit], &row[*place])) << bit
        };
        let versioned = self.table.table.versioned;
        let set: u64 = self.indexed.iter().enumerate().map(differs).sum();
        let is_set = |place: &usize| match self.indexed.iter().position(|at| at == place) {
            Some(bit) => set & (1 << bit) != 0,
            None => !self.table.key.contains(place),
        };
        let places: Vec<usize> = (0..row.len()).filter(is_set).collect();
        if !self.updates.contains_key(&set) {
            let mut sets: Vec<&str> = places.iter().map(|at| self.columns[*at].as_str()).collect();
            if versioned {
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
        if versioned {
            update.raw_bind_parameter(next, from)?;
            next += 1;
        }
        update.raw_bind_parameter(next, stored.number)?;
        update.raw_execute()?;
        Ok(())
    }
}

/// Columns that an index holds, beside the key. An update can tell 64 apart; further ones are
/// written each time, as those that no index holds.
fn indexed(table: &TableSchema) -> Vec<usize> {
    let held = |place: &usize| table.indexes.iter().any(|index| index.contains(place));
    (0..table.table.columns.len())
        .filter(|place| held(place) && !table.key.contains(place))
        .take(64)
        .collect()
}
