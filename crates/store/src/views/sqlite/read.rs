//! Answers: one row, a page, a tally, everything.

use rusqlite::{Connection, Row, params_from_iter};

use super::cells::{owned, read, read_all};
use super::failure::Failure;
use super::sql::{Source, Statement, quoted};
use crate::views::plan::{QueryPlan, TallyPlan};
use crate::views::{Column, Page, TallyRow, Value, ViewError};

/// One row by its checked key.
pub(super) fn get(
    db: &Connection,
    source: &Source<'_>,
    key: &[Value],
    as_of: Option<i64>,
) -> Result<Option<Vec<Value>>, Failure> {
    let mut statement = Statement::default();
    statement
        .push("select ")
        .push(&source.columns())
        .rows(source, as_of);
    for (column, value) in source.table.key.iter().zip(key) {
        statement
            .push(" and ")
            .push(&source.column(*column))
            .push(" = ")
            .bind(owned(value));
    }
    Ok(rows(db, &statement, |row| {
        read_all(row, 0, source.table.table.columns)
    })?
    .pop())
}

/// One page.
///
/// The rows after a place are those that are equal in all sort columns but the last and beyond
/// it there, then those equal in all but the last two, and so on: in this order, and each lot one
/// walk along an index however many rows share a value.
pub(super) fn page(
    db: &Connection,
    source: &Source<'_>,
    plan: &QueryPlan,
) -> Result<Page, Failure> {
    let wanted = plan.limit + 1;
    let mut found: Vec<Vec<Value>> = Vec::new();
    let lots = plan.after.as_ref().map_or(1, Vec::len);
    for equal in (0..lots).rev() {
        let mut statement = Statement::default();
        statement
            .push("select ")
            .push(&source.columns())
            .rows(source, plan.as_of);
        if let Some(place) = &plan.after {
            statement.beyond(source, &plan.order, place, equal);
        }
        statement
            .push(" and ")
            .test(source, &plan.test)
            .order(source, &plan.order);
        let left = i64::try_from(wanted - found.len()).unwrap_or(i64::MAX);
        statement.push(" limit ").bind(left.into());
        found.extend(rows(db, &statement, |row| {
            read_all(row, 0, source.table.table.columns)
        })?);
        if found.len() >= wanted {
            break;
        }
    }
    let more = found.len() > plan.limit;
    found.truncate(plan.limit);
    let next = found.last().filter(|_| more).map(|row| plan.cursor(row));
    Ok(Page { rows: found, next })
}

/// Counts and sums by group. Sums are taken in two halves, so that no step overflows.
pub(super) fn tally(
    db: &Connection,
    source: &Source<'_>,
    plan: &TallyPlan,
) -> Result<Vec<TallyRow>, Failure> {
    let mut statement = Statement::default();
    statement.push("select count(*)");
    for column in &plan.group_by {
        statement.push(", ").push(&source.column(*column));
    }
    for test in &plan.counts {
        statement
            .push(", count(*) filter (where ")
            .test(source, test)
            .push(")");
    }
    for column in &plan.sums {
        let column = source.column(*column);
        statement.push(&format!(
            ", sum({column} >> 32), sum({column} & 4294967295)"
        ));
    }
    statement
        .rows(source, plan.as_of)
        .push(" and ")
        .test(source, &plan.test);
    let groups: Vec<String> = plan.group_by.iter().map(|c| source.sorted(*c)).collect();
    if !groups.is_empty() {
        let groups = groups.join(", ");
        statement
            .push(" group by ")
            .push(&groups)
            .push(" order by ")
            .push(&groups);
    }
    let columns: Vec<Column> = plan
        .group_by
        .iter()
        .map(|column| source.table.table.columns[*column])
        .collect();
    rows(db, &statement, |row| {
        let group = read_all(row, 1, &columns)?;
        let counts = 1 + columns.len();
        let sums = counts + plan.counts.len();
        let counts = (counts..sums)
            .map(|place| row.get(place))
            .collect::<Result<_, _>>()?;
        let sums = (0..plan.sums.len())
            .map(|number| {
                let high: Option<i64> = row.get(sums + 2 * number)?;
                let low: Option<i64> = row.get(sums + 2 * number + 1)?;
                let sum = (i128::from(high.unwrap_or(0)) << 32) + i128::from(low.unwrap_or(0));
                i64::try_from(sum).map_err(|_| {
                    let table = source.table.table.name.to_owned();
                    Failure::View(ViewError::SumTooLarge { table })
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(TallyRow {
            group,
            counts,
            sums,
        })
    })
}

/// Every row with its history, by key and beginning.
pub(super) fn dump(db: &Connection, source: &Source<'_>) -> Result<Vec<Vec<Value>>, Failure> {
    let table = source.table;
    let columns = source.columns();
    let tenant = || Value::from(source.tenant);
    let mut statement = Statement::default();
    let from = if table.table.versioned {
        ", valid_from, null"
    } else {
        ""
    };
    statement
        .push("select ")
        .push(&columns)
        .push(from)
        .push(" from ");
    statement
        .push(&quoted(&source.current()))
        .push(" where tenant = ")
        .bind(owned(&tenant()));
    if table.table.versioned {
        statement
            .push(" union all select ")
            .push(&columns)
            .push(", valid_from, valid_to from ");
        statement
            .push(&quoted(&source.past()))
            .push(" where tenant = ")
            .bind(owned(&tenant()));
    }
    let width = table.table.columns.len();
    let mut order: Vec<String> = table.key.iter().map(|c| (c + 1).to_string()).collect();
    if table.table.versioned {
        order.push((width + 1).to_string());
    }
    statement.push(" order by ").push(&order.join(", "));
    rows(db, &statement, |row| {
        let mut cells = read_all(row, 0, table.table.columns)?;
        if table.table.versioned {
            cells.push(read(row, width, &Column::instant("valid_from"))?);
            cells.push(read(row, width + 1, &Column::instant("valid_to"))?);
        }
        Ok(cells)
    })
}

fn rows<T>(
    db: &Connection,
    statement: &Statement,
    each: impl Fn(&Row<'_>) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let mut prepared = db.prepare_cached(&statement.text)?;
    let mut rows = prepared.query(params_from_iter(&statement.values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(each(row)?);
    }
    Ok(found)
}
