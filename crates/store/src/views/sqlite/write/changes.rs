//! Checked steps on their way to the writer: by table, each with its key.
//!
//! Rows that are not packed yet are packed here, by whoever brings them, so that their cells are gone
//! before the writer's turn.

use super::waiting::{Key, Row};
use crate::views::packed::{BadCell, pack};
use crate::views::rows::{Action, Step};
use crate::views::schema::Schema;
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
    ) -> Result<Self, BadCell> {
        let mut by_table: Vec<_> = schema.tables.iter().map(|_| Vec::new()).collect();
        for Step { table, action } in steps {
            let keys = &schema.tables[table].key;
            by_table[table].push(match action {
                Action::Put(row) => {
                    let (key, row) = keyed(keys, row)?;
                    Change::Put(key, row)
                }
                Action::Delete(key) => Change::Put(Key::of(key.into_iter()), Row::Absent),
                Action::Add(row) => Change::Add(key_of(keys, &row), row),
                Action::Supersede(row, at) => {
                    let (key, row) = keyed(keys, row)?;
                    Change::Supersede(key, row, at)
                }
            });
        }
        Ok(Self(by_table))
    }
}

/// A row with its key, as it waits.
fn keyed(keys: &[usize], row: Brought) -> Result<(Key, Row), BadCell> {
    Ok(match row {
        Brought::Cells(row) => (key_of(keys, &row), Row::Packed(pack(&row))),
        Brought::Packed(row) => {
            let mut failed = None;
            let cell = |place: &usize| row.cell(*place).map_err(|bad| failed = Some(bad)).ok();
            let key = Key::of(keys.iter().map_while(cell));
            match failed {
                Some(bad) => return Err(bad),
                None => (key, Row::Packed(row.into_bytes())),
            }
        }
    })
}

fn key_of(keys: &[usize], row: &[Value]) -> Key {
    Key::of(keys.iter().map(|place| row[*place].clone()))
}
