//! What the past says: rows that have ended, packed, looked through one by one.
//!
//! Only the columns that a question looks at are unpacked of each; a row that passes is unpacked
//! whole.

use std::collections::BTreeSet;

use chrono::DateTime;
use rusqlite::{Connection, params_from_iter};

use super::cells::owned;
use super::failure::Failure;
use super::read::rows;
use super::sql::{PACKED, Source, Statement, quoted};
use crate::views::groups::Groups;
use crate::views::packed;
use crate::views::plan::{QueryPlan, TallyPlan};
use crate::views::scan::ScanPlan;
use crate::views::{Direction, Value};

/// Rows kept beyond those that are wanted before the lesser ones are dropped.
const SPARE_ROWS: usize = 1_024;

/// The row that stood under a key at an instant.
pub(super) fn get(
    db: &Connection,
    source: &Source<'_>,
    key: &[Value],
    at: i64,
) -> Result<Option<Vec<Value>>, Failure> {
    let mut statement = Statement::default();
    statement.ended(source, at, true);
    for (column, value) in source.table.key.iter().zip(key) {
        let column = source.column(*column);
        statement
            .push(" and ")
            .push(&column)
            .push(" = ")
            .bind(owned(value));
    }
    let mut found = None;
    each(db, &statement, |bytes| {
        found = Some(packed::unpack(bytes, source.table.table.columns)?);
        Ok(false)
    })?;
    Ok(found)
}

/// The first rows of a page that stood at an instant, at least as many as are wanted, if there are.
///
/// An order of key columns alone is walked, lot by lot as a page of the newest rows is; for any
/// other all rows of the instant are looked at.
pub(super) fn page(
    db: &Connection,
    source: &Source<'_>,
    plan: &QueryPlan,
    at: i64,
    wanted: usize,
) -> Result<Vec<Vec<Value>>, Failure> {
    let columns = source.table.table.columns;
    let mut looked_at: BTreeSet<usize> = plan.order.iter().map(|(place, _)| *place).collect();
    plan.test.columns(&mut looked_at);
    let looked_at: Vec<usize> = looked_at.into_iter().collect();
    let by_key = plan
        .order
        .iter()
        .all(|(place, _)| source.table.key.contains(place));
    let mut seen = vec![Value::Null; columns.len()];
    let mut found: Vec<Vec<Value>> = Vec::new();
    let lots = plan.after.as_ref().filter(|_| by_key).map_or(1, Vec::len);
    for equal in (0..lots).rev() {
        let mut statement = Statement::default();
        statement.ended(source, at, by_key);
        if by_key {
            lot(&mut statement, source, plan, equal);
        }
        each(db, &statement, |bytes| {
            packed::unpack_some(bytes, columns, &looked_at, &mut seen)?;
            if plan.is_after(&seen) && plan.test.holds(&seen) {
                found.push(packed::unpack(bytes, columns)?);
            }
            if !by_key && found.len() >= 2 * wanted + SPARE_ROWS {
                found.select_nth_unstable_by(wanted, |left, right| plan.compare(left, right));
                found.truncate(wanted);
            }
            Ok(!by_key || found.len() < wanted)
        })?;
        if found.len() >= wanted {
            break;
        }
    }
    Ok(found)
}

/// The rows of one lot of a walk by key, in their order.
fn lot(statement: &mut Statement, source: &Source<'_>, plan: &QueryPlan, equal: usize) {
    let mut order: &[(usize, Direction)] = &plan.order;
    if let Some(place) = &plan.after {
        statement.beyond(source, &plan.order, place, equal);
        order = &plan.order[equal..];
    }
    statement.order(source, order);
}

/// Counts the rows that stood at an instant.
pub(super) fn count(
    db: &Connection,
    source: &Source<'_>,
    plan: &TallyPlan,
    at: i64,
    groups: &mut Groups<'_>,
) -> Result<(), Failure> {
    let columns = source.table.table.columns;
    let mut looked_at: BTreeSet<usize> = plan.group_by.iter().chain(&plan.sums).copied().collect();
    for test in plan.counts.iter().chain([&plan.test]) {
        test.columns(&mut looked_at);
    }
    let looked_at: Vec<usize> = looked_at.into_iter().collect();
    let mut seen = vec![Value::Null; columns.len()];
    let mut statement = Statement::default();
    statement.ended(source, at, false);
    each(db, &statement, |bytes| {
        packed::unpack_some(bytes, columns, &looked_at, &mut seen)?;
        groups.count(&seen);
        Ok(true)
    })
}

/// The ended rows of a walk, each with its beginning and its end.
pub(super) fn scan(
    db: &Connection,
    source: &Source<'_>,
    plan: &ScanPlan,
) -> Result<Vec<Vec<Value>>, Failure> {
    let mut statement = Statement::default();
    statement.push("select valid_from, valid_to, ").push(PACKED);
    statement.push(" from ").push(&quoted(&source.past()));
    statement.walk(source, plan);
    rows(db, &statement, |row| {
        let bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        let mut cells = packed::unpack(bytes, source.table.table.columns)?;
        for place in 0..2 {
            cells.push(DateTime::from_timestamp_micros(row.get(place)?).into());
        }
        Ok(cells)
    })
}

/// Hands over the packed rows of a statement until there are enough.
pub(super) fn each(
    db: &Connection,
    statement: &Statement,
    mut take: impl FnMut(&[u8]) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let mut prepared = db.prepare_cached(&statement.text)?;
    let mut rows = prepared.query(params_from_iter(&statement.values))?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        if !take(bytes)? {
            break;
        }
    }
    Ok(())
}
