//! Carrying out checked steps, in the caller's transaction.
//!
//! The steps are first merged by key in memory: a row that changes ten times is looked up once and
//! written once, and nine versions are added to the past. Of a row that is stored already only the
//! indexed columns that differ are set, so that no other index is touched.

mod add;
mod changes;
mod stored;
#[cfg(test)]
mod tests;
mod waiting;

use rusqlite::{CachedStatement, Connection};

use self::add::Adder;
use self::changes::Change;
pub(super) use self::changes::Changes;
use self::stored::StoredRows;
pub(super) use self::waiting::Building;
use self::waiting::{Key, Row, Waiting};
use super::cells::Cell;
use super::failure::Failure;
use super::sql::{PACKED, Source, list, quoted};
use crate::views::Value;
use crate::views::schema::Schema;

/// Carries out the steps in their order. Those of a rebuild may stay in its memory.
pub(super) fn carry_out(
    db: &Connection,
    schema: &Schema,
    generation: u64,
    Changes(by_table): Changes,
    mut building: Option<&mut Building>,
) -> Result<(), Failure> {
    for (place, changes) in by_table.into_iter().enumerate() {
        if changes.is_empty() {
            continue;
        }
        let table = &schema.tables[place];
        let mut of_batch = Waiting::of_batch();
        let waiting = match &mut building {
            Some(building) => &mut building.tables[place],
            None => &mut of_batch,
        };
        let stays = waiting.stays;
        let mut writer = Writer::of(db, &Source { generation, table }, waiting)?;
        for change in changes {
            writer.take(change)?;
        }
        if stays {
            writer.write_ripe()?;
        } else {
            writer.write_all()?;
        }
    }
    Ok(())
}

/// Writes what a rebuild still holds.
pub(super) fn finish(
    db: &Connection,
    schema: &Schema,
    generation: u64,
    mut building: Building,
) -> Result<(), Failure> {
    for (table, waiting) in schema.tables.iter().zip(&mut building.tables) {
        Writer::of(db, &Source { generation, table }, waiting)?.write_all()?;
    }
    Ok(())
}

/// One table while a batch is written.
struct Writer<'d, 'w> {
    waiting: &'w mut Waiting,
    adder: Option<Adder<'d>>,
    stored: StoredRows<'d>,
    past: Option<Past<'d>>,
}

impl<'d, 'w> Writer<'d, 'w> {
    fn of(
        db: &'d Connection,
        source: &Source<'d>,
        waiting: &'w mut Waiting,
    ) -> Result<Self, Failure> {
        Ok(Self {
            waiting,
            adder: Adder::of(db, source)?,
            stored: StoredRows::of(db, source)?,
            past: Past::of(db, source)?,
        })
    }

    fn take(&mut self, change: Change) -> Result<(), Failure> {
        match change {
            // Only tables that cannot be added to are without an adder, and the check refuses
            // those.
            Change::Add(key, row) => {
                self.write_rows()?;
                if self.waiting.stays {
                    self.waiting.add(key, row, &self.stored.table.key);
                } else if let Some(adder) = &mut self.adder {
                    adder.add(&row)?;
                }
            }
            Change::Put(key, row) => {
                self.write_sums(0)?;
                let stored = &mut self.stored;
                self.waiting.newest(&key, |key| stored.find(key))?.row = row;
            }
            Change::Supersede(key, row, at) => self.supersede(&key, row, at)?,
        }
        Ok(())
    }

    /// Lets a row hold from an instant on. The version before it goes to the past, if it began
    /// earlier.
    fn supersede(&mut self, key: &Key, row: Row, at: i64) -> Result<(), Failure> {
        let stored = &mut self.stored;
        let newest = self.waiting.newest(key, |key| stored.find(key))?;
        let before = match std::mem::replace(&mut newest.row, row) {
            Row::Absent | Row::Stored => {
                newest.from = at;
                return Ok(());
            }
            before if newest.from < at => before,
            _ => return Ok(()),
        };
        if let (Some(past), Row::Packed(bytes)) = (&mut self.past, before) {
            past.add(key, newest.from, at, &bytes)?;
        }
        newest.from = at;
        Ok(())
    }

    fn write_ripe(&mut self) -> Result<(), Failure> {
        for newest in self.waiting.ripe() {
            self.stored.write(newest)?;
        }
        self.write_sums(self.waiting.sums_max())
    }

    fn write_all(&mut self) -> Result<(), Failure> {
        self.write_rows()?;
        self.write_sums(0)
    }

    fn write_rows(&mut self) -> Result<(), Failure> {
        for newest in self.waiting.all() {
            self.stored.write(newest)?;
        }
        Ok(())
    }

    fn write_sums(&mut self, most: usize) -> Result<(), Failure> {
        for row in self.waiting.sums(most) {
            if let Some(adder) = &mut self.adder {
                adder.add(&row)?;
            }
        }
        Ok(())
    }
}

/// The past of a table.
struct Past<'d> {
    add: CachedStatement<'d>,
}

impl<'d> Past<'d> {
    /// None for a table that keeps none.
    fn of(db: &'d Connection, source: &Source<'_>) -> Result<Option<Self>, Failure> {
        if !source.table.table.versioned {
            return Ok(None);
        }
        let keys = &source.table.key;
        let add = format!(
            "insert into {} ({}, valid_from, valid_to, {PACKED}) values ({})",
            quoted(&source.past()),
            list(keys.iter().copied(), |place| source.column(place)),
            marks(keys.len() + 3)
        );
        let add = db.prepare_cached(&add)?;
        Ok(Some(Self { add }))
    }

    fn add(&mut self, key: &Key, from: i64, to: i64, row: &[u8]) -> Result<(), Failure> {
        let next = key.bind(&mut self.add)?;
        self.add.raw_bind_parameter(next, from)?;
        self.add.raw_bind_parameter(next + 1, to)?;
        self.add.raw_bind_parameter(next + 2, row)?;
        self.add.raw_execute()?;
        Ok(())
    }
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
