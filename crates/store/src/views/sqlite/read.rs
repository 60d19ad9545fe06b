//! Answers: one row, a page, a tally, everything. As of an instant they are put together from the
//! newest rows, which the database filters, and from the past, which is looked through here.

use rusqlite::{Connection, Row, params_from_iter};

use super::cells::{owned, read, read_all};
use super::failure::Failure;
use super::past;
use super::sql::{Source, Statement, quoted};
use crate::views::groups::Groups;
use crate::views::plan::{QueryPlan, TallyPlan};
use crate::views::scan::ScanPlan;
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
        .push(source.columns())
        .current(source, as_of);
    for (column, value) in source.table.key.iter().zip(key) {
        statement
            .push(" and ")
            .push(&source.column(*column))
            .push(" = ")
            .bind(owned(value));
    }
    let current = rows(db, &statement, |row| {
        read_all(row, 0, source.table.table.columns)
    })?;
    match (current.into_iter().next(), as_of) {
        (None, Some(at)) => past::get(db, source, key, at),
        (current, _) => Ok(current),
    }
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
        let statement = lot(source, plan, equal, wanted);
        found.extend(first(db, &statement, wanted - found.len(), |row| {
            read_all(row, 0, source.table.table.columns)
        })?);
        if found.len() >= wanted {
            break;
        }
    }
    if let Some(at) = plan.as_of {
        found.extend(past::page(db, source, plan, at, wanted)?);
        found.sort_unstable_by(|left, right| plan.compare(left, right));
    }
    let more = found.len() > plan.limit;
    found.truncate(plan.limit);
    let next = found.last().filter(|_| more).map(|row| plan.cursor(row));
    Ok(Page { rows: found, next })
}

/// The statement of one lot, or of the first page.
fn lot(source: &Source<'_>, plan: &QueryPlan, equal: usize, rows_max: usize) -> Statement {
    let mut statement = Statement::default();
    statement
        .push("select ")
        .push(source.columns())
        .current(source, plan.as_of);
    // What is equal needs no sorting; named all the same, it would hide the index.
    let mut order = plan.order.as_slice();
    if let Some(place) = &plan.after {
        statement.beyond(source, &plan.order, place, equal);
        order = &plan.order[equal..];
    }
    statement
        .push(" and ")
        .test(source, &plan.test)
        .order(source, order);
    statement.push(" limit ").push(&rows_max.to_string());
    statement
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
        .current(source, plan.as_of)
        .push(" and ")
        .test(source, &plan.test);
    let groups: Vec<String> = plan.group_by.iter().map(|c| source.sorted(*c)).collect();
    if !groups.is_empty() {
        statement.push(" group by ").push(&groups.join(", "));
    }
    let columns: Vec<Column> = plan
        .group_by
        .iter()
        .map(|column| source.table.table.columns[*column])
        .collect();
    let counted = rows(db, &statement, |row| {
        let counts = 1 + columns.len();
        let sums = counts + plan.counts.len();
        let half = |place: usize| -> Result<i128, rusqlite::Error> {
            let half: Option<i64> = row.get(place)?;
            Ok(i128::from(half.unwrap_or(0)))
        };
        let sum =
            |number: usize| Ok((half(sums + 2 * number)? << 32) + half(sums + 2 * number + 1)?);
        let counted: Result<Vec<i64>, rusqlite::Error> =
            (counts..sums).map(|place| row.get(place)).collect();
        let summed: Result<Vec<i128>, rusqlite::Error> = (0..plan.sums.len()).map(sum).collect();
        Ok((read_all(row, 1, &columns)?, counted?, summed?))
    })?;
    let mut groups = Groups::of(plan);
    for (group, counts, sums) in counted {
        groups.add(group, &counts, &sums);
    }
    if let Some(at) = plan.as_of {
        past::count(db, source, plan, at, &mut groups)?;
    }
    groups.rows().ok_or_else(|| {
        let table = source.table.table.name.to_owned();
        Failure::View(ViewError::SumTooLarge { table })
    })
}

/// A page of all rows with their history, by key and beginning.
pub(super) fn scan(
    db: &Connection,
    source: &Source<'_>,
    plan: &ScanPlan,
) -> Result<Vec<Vec<Value>>, Failure> {
    let table = source.table;
    let versioned = table.table.versioned;
    let from = if versioned { ", valid_from" } else { "" };
    let mut statement = Statement::default();
    statement.push("select ").push(source.columns()).push(from);
    statement.push(" from ").push(&quoted(&source.current()));
    statement.walk(source, plan);
    let mut found = rows(db, &statement, |row| {
        let mut cells = read_all(row, 0, table.table.columns)?;
        if versioned {
            let width = table.table.columns.len();
            cells.push(read(row, width, &Column::instant("valid_from"))?);
            cells.push(Value::Null);
        }
        Ok(cells)
    })?;
    if versioned {
        found.extend(past::scan(db, source, plan)?);
        found.sort_by_cached_key(|row| ScanPlan::place(table, row));
        found.truncate(plan.limit);
    }
    Ok(found)
}

pub(super) fn rows<T>(
    db: &Connection,
    statement: &Statement,
    each: impl Fn(&Row<'_>) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    first(db, statement, usize::MAX, each)
}

/// The first rows, and no more of them than are wanted.
fn first<T>(
    db: &Connection,
    statement: &Statement,
    wanted: usize,
    each: impl Fn(&Row<'_>) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let mut prepared = db.prepare_cached(&statement.text)?;
    let mut rows = prepared.query(params_from_iter(&statement.values))?;
    let mut found = Vec::new();
    while found.len() < wanted
        && let Some(row) = rows.next()?
    {
        found.push(each(row)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::schema::Schema;
    use crate::views::sqlite::tables;
    use crate::views::{Column, Direction, Filter, Op, Query, Table, View};

    const CASES: Table = Table {
        name: "cases",
        columns: &[
            Column::text("id"),
            Column::text("unit"),
            Column::integer("due"),
        ],
        key: &["id"],
        versioned: true,
        indexes: &[&["due"], &["unit", "due"]],
    };

    /// Every lot of the first and of a later page walks this index, and nothing is sorted.
    #[track_caller]
    fn walks(index: &str, filter: Filter, order: &[(&str, Direction)]) {
        let view = View {
            name: "v",
            version: 1,
            tables: &[CASES],
        };
        let schema = Schema::of(&view).unwrap();
        let source = Source {
            generation: 1,
            table: &schema.tables[0],
        };
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("create table any (a); analyze;").unwrap();
        db.execute_batch(&tables::create(&source)).unwrap();
        db.execute_batch(&tables::indexes(&source)).unwrap();
        db.execute_batch("analyze sqlite_schema").unwrap();
        let order = order
            .iter()
            .map(|(name, way)| ((*name).to_owned(), *way))
            .collect();
        let mut query = Query {
            filter,
            order,
            ..Query::of("cases", 50)
        };
        let plan = QueryPlan::of(&schema, &query).unwrap();
        let mut statements = vec![lot(&source, &plan, 0, 51)];
        query.after = Some(plan.cursor(&["a".into(), "u".into(), Value::Null]));
        let plan = QueryPlan::of(&schema, &query).unwrap();
        statements.extend((0..plan.order.len()).map(|equal| lot(&source, &plan, equal, 51)));
        for statement in statements {
            let mut explained = db.prepare(&format!("explain query plan {}", statement.text));
            let explained = explained.as_mut().unwrap();
            let steps = explained.query_map(params_from_iter(&statement.values), |row| {
                row.get::<_, String>(3)
            });
            let steps: Vec<String> = steps.unwrap().collect::<Result<_, _>>().unwrap();
            let text = &statement.text;
            assert!(
                steps.len() == 1 && steps[0].contains(index),
                "{text}: {steps:?}"
            );
        }
    }

    #[test]
    fn a_page_walks_an_index_and_sorts_nothing() {
        use Direction::{Asc, Desc};
        walks("g1_cases__key", Filter::All, &[]);
        walks("g1_cases__by0", Filter::All, &[("due", Asc)]);
        walks("g1_cases__by0", Filter::All, &[("due", Desc)]);
        walks(
            "g1_cases__by0",
            Filter::compare("due", Op::Lt, 5),
            &[("due", Asc)],
        );
        walks(
            "g1_cases__by0",
            Filter::compare("due", Op::Gt, 5),
            &[("due", Desc)],
        );
        walks("g1_cases__by1", Filter::eq("unit", "u"), &[("due", Asc)]);
        let overdue = Filter::And(vec![
            Filter::eq("unit", "u"),
            Filter::compare("due", Op::Lt, 5),
        ]);
        walks("g1_cases__by1", overdue, &[("due", Asc)]);
        // What somebody sees is an `or`: their areas, or none. It is looked at along the order.
        let seen = Filter::Or(vec![
            Filter::In {
                column: "unit".to_owned(),
                values: vec!["u".into(), "v".into()],
            },
            Filter::IsNull("unit".to_owned()),
        ]);
        walks("g1_cases__by0", seen.clone(), &[("due", Asc)]);
        walks("g1_cases__by0", seen, &[("due", Desc)]);
        walks(
            "g1_cases__by1",
            Filter::All,
            &[("unit", Desc), ("due", Desc)],
        );
    }
}
