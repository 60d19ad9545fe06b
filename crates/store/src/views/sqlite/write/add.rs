//! Adding numbers to rows.

use rusqlite::{CachedStatement, Connection};

use super::{bind, marks};
use crate::views::sqlite::failure::Failure;
use crate::views::sqlite::sql::{Source, list, quoted};
use crate::views::{ColumnKind, Value};

/// Adds numbers to rows; one statement a row, for what is added is merged by whoever counts.
pub(super) struct Adder<'d> {
    add: CachedStatement<'d>,
    /// Removes the row under a key: all its numbers have become zero.
    clear: CachedStatement<'d>,
    key: &'d [usize],
}

impl<'d> Adder<'d> {
    /// None for a table that cannot be added to.
    pub(super) fn of(db: &'d Connection, source: &Source<'d>) -> Result<Option<Self>, Failure> {
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

    pub(super) fn add(&mut self, row: &[Value]) -> Result<(), Failure> {
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
