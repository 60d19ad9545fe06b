//! Checked steps on their way to the writer: by table, each with its key.
//!
//! Rows that are not packed yet are packed here, by whoever brings them, so that their cells are gone
//! before the writer's turn.

use super::waiting::{Key, Row};
use crate::views::packed::pack;
use crate::views::rows::{Action, Step, wrong_kind};
use crate::views::schema::{Schema, TableSchema};
use crate::views::sqlite::failure::Failure;
use crate::views::{Row as Brought, Value};

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
    pub(in crate::views::sqlite) fn of(
        schema: &Schema,
        steps: Vec<Step<Brought>>,
    ) -> Result<Self, Failure> {
        let mut by_table: Vec<_> = schema.tables.iter().map(|_| Vec::new()).collect();
        for Step { table, action } in steps {
            let schema = &schema.tables[table];
            by_table[table].push(match action {
                Action::Put(row) => {
                    let (key, row) = keyed(schema, row)?;
                    Change::Put(key, row)
                }
                Action::Delete(key) => Change::Put(Key::of(key.into_iter()), Row::Absent),
                Action::Add(row) => Change::Add(key_of(schema, &row), row),
                Action::Supersede(row, at) => {
                    let (key, row) = keyed(schema, row)?;
                    Change::Supersede(key, row, at)
                }
            });
        }
        Ok(Self(by_table))
    }
}

/// A row with its key, as it waits.
fn keyed(table: &TableSchema, row: Brought) -> Result<(Key, Row), Failure> {
    let row = match row {
        Brought::Cells(row) => return Ok((key_of(table, &row), Row::Packed(pack(&row)))),
        Brought::Packed(row) => row,
    };
    let mut failed = None;
    let cell = |place: &usize| match row.cell(*place) {
        Ok(Value::Null) => {
            failed = Some(wrong_kind(table, *place, &Value::Null).into());
            None
        }
        Ok(value) => Some(value),
        Err(bad) => {
            failed = Some(Failure::from(bad));
            None
        }
    };
    let key = Key::of(table.key.iter().map_while(cell));
    match failed {
        Some(failure) => Err(failure),
        None => Ok((key, Row::Packed(row.into_bytes()))),
    }
}

fn key_of(table: &TableSchema, row: &[Value]) -> Key {
    Key::of(table.key.iter().map(|place| row[*place].clone()))
}
