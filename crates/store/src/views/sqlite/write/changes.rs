//! Checked steps on their way to the writer: by table, each with its key.
//!
//! Where rows are to wait in memory they are packed here, by whoever brings them, so that their
//! cells are gone before the writer's turn.

use super::waiting::{Key, Row};
use crate::views::Value;
use crate::views::rows::{Action, Step};
use crate::views::schema::Schema;
use crate::views::sqlite::packed;

/// One step.
#[derive(Debug)]
pub(super) enum Change {
    /// A row takes the place of whatever there is.
    Put(Key, Row),
    Add(Key, Vec<Value>),
    /// A row holds from an instant on.
    Supersede(Key, Row, i64),
}

/// The steps of a batch, for each table in their order.
#[derive(Debug)]
pub(in crate::views::sqlite) struct Changes(pub(super) Vec<Vec<Change>>);

impl Changes {
    pub(in crate::views::sqlite) fn of(schema: &Schema, steps: Vec<Step>, packs: bool) -> Self {
        let mut by_table: Vec<_> = schema.tables.iter().map(|_| Vec::new()).collect();
        let waits = |row: Vec<Value>| match packs {
            true => Row::Packed(packed::pack(&row)),
            false => Row::Cells(row),
        };
        for Step { table, action } in steps {
            let keys = &schema.tables[table].key;
            let key_of = |row: &[Value]| Key::of(keys.iter().map(|column| &row[*column]));
            by_table[table].push(match action {
                Action::Put(row) => Change::Put(key_of(&row), waits(row)),
                Action::Delete(key) => Change::Put(Key::of(key.iter()), Row::Absent),
                Action::Add(row) => Change::Add(key_of(&row), row),
                Action::Supersede(row, at) => Change::Supersede(key_of(&row), waits(row), at),
            });
        }
        Self(by_table)
    }
}
