//! Some columns of all the rows that pass, lot by lot: of the newest rows as the database finds them, of
//! the past as it is looked through.

use std::collections::BTreeSet;
use std::mem;

use rusqlite::{Connection, params_from_iter};

use super::cells::read;
use super::failure::Failure;
use super::past;
use super::sql::{Source, Statement, list};
use crate::views::Value;
use crate::views::packed;
use crate::views::select::SelectPlan;

/// Cells in a lot, about: so many that handing it over costs nothing beside reading it.
const LOT_CELLS: usize = 8_192;
/// Lots that may wait to be taken.
pub(super) const LOTS_AHEAD: usize = 2;

/// Reads lots of whole rows, cell after cell, until nobody takes them.
pub(super) fn each_lot(
    db: &Connection,
    source: &Source<'_>,
    plan: &SelectPlan,
    hand: impl FnMut(Vec<Value>) -> bool,
) -> Result<(), Failure> {
    let mut lots = Lots {
        cells: Vec::with_capacity(LOT_CELLS),
        hand,
        taken: true,
    };
    for place in 0..plan.any.len() {
        newest(db, source, plan, place, &mut lots)?;
    }
    if let Some(at) = plan.as_of {
        ended(db, source, plan, at, &mut lots)?;
    }
    lots.end();
    Ok(())
}

/// Cells that were read and not handed over yet.
struct Lots<H> {
    cells: Vec<Value>,
    hand: H,
    taken: bool,
}

impl<H: FnMut(Vec<Value>) -> bool> Lots<H> {
    /// After a row; whether another one is wanted.
    fn row(&mut self, width: usize) -> bool {
        if self.cells.len() + width > LOT_CELLS {
            let next = Vec::with_capacity(LOT_CELLS);
            self.taken = self.taken && (self.hand)(mem::replace(&mut self.cells, next));
        }
        self.taken
    }

    fn end(&mut self) {
        let last = mem::take(&mut self.cells);
        if self.taken && !last.is_empty() {
            self.taken = (self.hand)(last);
        }
    }
}

/// The newest rows that pass one test and none before it.
fn newest<H: FnMut(Vec<Value>) -> bool>(
    db: &Connection,
    source: &Source<'_>,
    plan: &SelectPlan,
    place: usize,
    lots: &mut Lots<H>,
) -> Result<(), Failure> {
    let all = source.table.table.columns;
    let columns: Vec<_> = plan.columns.iter().map(|column| &all[*column]).collect();
    let names = list(plan.columns.iter().copied(), |column| source.column(column));
    let mut statement = Statement::default();
    statement.push("select ").push(&names);
    statement
        .current(source, plan.as_of)
        .push(" and ")
        .test(source, &plan.any[place]);
    for before in &plan.any[..place] {
        statement.push(" and ((").test(source, before);
        statement.push(") is not true)");
    }
    let mut prepared = db.prepare_cached(&statement.text)?;
    let mut rows = prepared.query(params_from_iter(&statement.values))?;
    while lots.taken
        && let Some(row) = rows.next()?
    {
        for (place, column) in columns.iter().enumerate() {
            lots.cells.push(read(row, place, column)?);
        }
        lots.row(columns.len());
    }
    Ok(())
}

/// Rows that have ended since, and stood at an instant.
fn ended<H: FnMut(Vec<Value>) -> bool>(
    db: &Connection,
    source: &Source<'_>,
    plan: &SelectPlan,
    at: i64,
    lots: &mut Lots<H>,
) -> Result<(), Failure> {
    let columns = source.table.table.columns;
    let mut looked_at: BTreeSet<usize> = plan.columns.iter().copied().collect();
    plan.any
        .iter()
        .for_each(|test| test.columns(&mut looked_at));
    let looked_at: Vec<usize> = looked_at.into_iter().collect();
    let mut seen = vec![Value::Null; columns.len()];
    let mut statement = Statement::default();
    statement.ended(source, at, false);
    past::each(db, &statement, |bytes| {
        packed::unpack_some(bytes, columns, &looked_at, &mut seen)?;
        if !plan.any.iter().any(|test| test.holds(&seen)) {
            return Ok(lots.taken);
        }
        let wanted = plan.columns.iter().map(|place| seen[*place].clone());
        lots.cells.extend(wanted);
        Ok(lots.row(plan.columns.len()))
    })
}
