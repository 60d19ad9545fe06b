//! Packed rows and SQLite's cells.

use rusqlite::CachedStatement;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::failure::Failure;
use crate::views::packed::{BadCell, Cell, Cells, Packer};
use crate::views::{Column, ColumnKind};
use std::sync::Arc;

/// The bytes of a row that stands in a table, its first column at `first`.
pub(super) fn pack_row(
    row: &rusqlite::Row<'_>,
    first: usize,
    columns: &[Column],
) -> Result<Arc<[u8]>, Failure> {
    let mut packer = Packer::default();
    for (column, place) in columns.iter().zip(first..) {
        match (column.kind, row.get_ref(place)?) {
            (_, ValueRef::Null) => packer.null(),
            (ColumnKind::Text, ValueRef::Text(text)) => packer.raw_text(text),
            (ColumnKind::Bool, ValueRef::Integer(truth)) => packer.truth(truth != 0),
            (_, ValueRef::Integer(number)) => packer.integer(number),
            _ => return Err(BadCell(*column).into()),
        }
    }
    Ok(packer.bytes())
}

/// Binds the cells of a packed row from the first place on, and nothing else; answers the place after
/// them.
pub(super) fn bind(
    statement: &mut CachedStatement<'_>,
    bytes: &[u8],
    columns: &[Column],
) -> Result<usize, Failure> {
    // What is not bound is null, as most cells are.
    statement.clear_bindings();
    let mut cells = Cells::of(bytes);
    for (column, place) in columns.iter().zip(1..) {
        match cells.read().ok_or(BadCell(*column))? {
            Cell::Null => {}
            Cell::Truth(truth) => statement.raw_bind_parameter(place, truth)?,
            Cell::Number(number) => statement.raw_bind_parameter(place, number)?,
            Cell::Text(text) => {
                let text = ToSqlOutput::Borrowed(ValueRef::Text(text));
                statement.raw_bind_parameter(place, text)?;
            }
        }
    }
    Ok(columns.len() + 1)
}

#[cfg(test)]
mod tests {
    use crate::views::packed::{pack, tests::rows};

    #[test]
    fn sqlite_itself_finds_the_cells() {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        for row in rows() {
            let ask = |place: usize| -> rusqlite::types::Value {
                let sql = format!("select ?1 ->> {place}");
                db.query_row(&sql, [&*pack(&row)], |row| row.get(0))
                    .unwrap()
            };
            for (place, value) in row.iter().enumerate() {
                assert!(
                    super::super::cells::same(&ask(place), value),
                    "{place} of {row:?}"
                );
            }
        }
    }
}
