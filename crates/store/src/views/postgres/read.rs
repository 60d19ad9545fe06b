//! Answers: one row, a page, a tally, everything.

use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::cells::{Bound, read, read_all};
use super::failure::Failure;
use super::sql::{Lot, Source, Statement, list, lots, ours};
use super::tasks::Scope;
use crate::views::plan::{QueryPlan, TallyPlan};
use crate::views::scan::ScanPlan;
use crate::views::{Column, Page, TallyRow, Value, ViewError};

/// One row by its checked key.
pub(super) fn get_statement(
    scope: &Scope,
    source: &Source<'_>,
    key: &[Value],
    as_of: Option<i64>,
) -> Statement {
    let mut statement = Statement::of(&scope.tenant);
    statement.push("select ").push(source.columns()).push(", ");
    statement.live(scope.schema.view.name).rows(source, as_of);
    for (column, value) in source.table.key.iter().zip(key) {
        statement.push(" and ").push(&source.column(*column));
        statement.push(" = ").bind(Bound::One(value.clone()));
    }
    statement
}

pub(super) fn get(source: &Source<'_>, rows: &[Row]) -> Result<Option<Vec<Value>>, Failure> {
    let read = |row: &Row| read_all(row, 0, source.table.table.columns);
    rows.first().map(read).transpose()
}

/// One page, of which the database looks at a lot when those before it are through.
pub(super) fn page_statement(scope: &Scope, source: &Source<'_>, plan: &QueryPlan) -> Statement {
    let mut statement = Statement::of(&scope.tenant);
    let view = scope.schema.view.name;
    let Some(place) = &plan.after else {
        lot_of_page(&mut statement, view, source, plan, None);
        return statement;
    };
    let lots = lots(source.table, &plan.order, place);
    if let [only] = lots[..] {
        lot_of_page(&mut statement, view, source, plan, Some((place, only)));
        return statement;
    }
    for (nth, lot) in lots.into_iter().enumerate() {
        statement.push(if nth == 0 { "(" } else { " union all (" });
        lot_of_page(&mut statement, view, source, plan, Some((place, lot)));
        statement.push(")");
    }
    statement.push(&format!(" limit {}", plan.limit + 1));
    statement
}

/// The rows of one lot; of the first page there is one, which begins nowhere.
fn lot_of_page(
    statement: &mut Statement,
    view: &str,
    source: &Source<'_>,
    plan: &QueryPlan,
    lot: Option<(&Vec<Value>, Lot)>,
) {
    statement.push("select ").push(source.columns()).push(", ");
    statement.live(view).rows(source, plan.as_of);
    if let Some((place, lot)) = lot {
        statement.beyond(source, &plan.order, place, lot);
    }
    statement.push(" and ").test(source, &plan.test);
    statement.order(source, &plan.order);
    // A number in the text, the same for all lots: of a bound one the planner would not know how
    // few rows are wanted.
    statement.push(&format!(" limit {}", plan.limit + 1));
}

pub(super) fn page(source: &Source<'_>, plan: &QueryPlan, rows: &[Row]) -> Result<Page, Failure> {
    let more = rows.len() > plan.limit;
    let rows = rows.iter().take(plan.limit);
    let rows: Vec<Vec<Value>> = rows
        .map(|row| read_all(row, 0, source.table.table.columns))
        .collect::<Result<_, _>>()?;
    let next = rows.last().filter(|_| more).map(|row| plan.cursor(row));
    Ok(Page { rows, next })
}

/// Counts and sums by group. Sums are exact and come as text: they may be of any size.
pub(super) fn tally_statement(scope: &Scope, source: &Source<'_>, plan: &TallyPlan) -> Statement {
    let mut statement = Statement::of(&scope.tenant);
    statement.push("select count(*)");
    for column in &plan.group_by {
        statement.push(", ").push(&source.column(*column));
    }
    for test in &plan.counts {
        statement.push(", count(*) filter (where ");
        statement.test(source, test).push(")");
    }
    for column in &plan.sums {
        let column = source.column(*column);
        statement.push(&format!(", coalesce(sum({column}), 0)::text"));
    }
    statement.push(", ").live(scope.schema.view.name);
    statement.rows(source, plan.as_of).push(" and ");
    statement.test(source, &plan.test);
    let groups = list(plan.group_by.iter().copied(), |column| {
        source.column(column)
    });
    if !groups.is_empty() {
        statement.push(" group by ").push(&groups);
        statement.push(" order by ").push(&groups);
    }
    statement
}

pub(super) fn tally(
    source: &Source<'_>,
    plan: &TallyPlan,
    rows: &[Row],
) -> Result<Vec<TallyRow>, Failure> {
    let columns = plan.group_by.iter();
    let columns: Vec<Column> = columns
        .map(|column| source.table.table.columns[*column])
        .collect();
    rows.iter()
        .map(|row| tally_row(row, source, &columns, plan))
        .collect()
}

fn tally_row(
    row: &Row,
    source: &Source<'_>,
    groups: &[Column],
    plan: &TallyPlan,
) -> Result<TallyRow, Failure> {
    let group = read_all(row, 1, groups)?;
    let counts = 1 + groups.len();
    let sums = counts + plan.counts.len();
    let too_large = || ViewError::SumTooLarge {
        table: source.table.table.name.to_owned(),
    };
    let sum = |place| {
        let text: &str = row.try_get(place)?;
        text.parse::<i64>().map_err(|_| too_large().into())
    };
    Ok(TallyRow {
        group,
        counts: (counts..sums)
            .map(|place| row.try_get(place))
            .collect::<Result<_, _>>()?,
        sums: (sums..sums + plan.sums.len())
            .map(sum)
            .collect::<Result<_, Failure>>()?,
    })
}

/// A page of all rows with their history, by key and beginning: as many of each table as the page
/// takes, for a walk over both at once would sort them.
pub(super) async fn scan(
    db: &Transaction<'_>,
    tenant: &str,
    source: &Source<'_>,
    plan: &ScanPlan,
) -> Result<Vec<Vec<Value>>, Failure> {
    let (columns, versioned) = (source.table.table.columns, source.table.table.versioned);
    let mut found = Vec::new();
    for statement in scan_statements(tenant, source, plan) {
        for row in rows(db, &statement).await? {
            let mut cells = read_all(&row, 0, columns)?;
            if versioned {
                let (from, to) = (columns.len(), columns.len() + 1);
                cells.push(read(&row, from, &Column::instant("valid_from"))?);
                cells.push(read(&row, to, &Column::instant("valid_to"))?);
            }
            found.push(cells);
        }
    }
    if versioned {
        found.sort_by_cached_key(|row| ScanPlan::place(source.table, row));
        found.truncate(plan.limit);
    }
    Ok(found)
}

/// The statements of such a page: of the current rows, and of the past if there is one.
pub(super) fn scan_statements(
    tenant: &str,
    source: &Source<'_>,
    plan: &ScanPlan,
) -> Vec<Statement> {
    let versioned = source.table.table.versioned;
    let of = |table: String, more: &str, order: &str, current: bool| {
        let mut statement = Statement::of(tenant);
        statement.push("select ").push(source.columns()).push(more);
        statement.push(" from ").push(&ours(&table));
        statement.push(" where tenant = $1");
        statement.past_a_row(source, plan.after.as_deref(), current);
        statement.push(" order by ").push(&source.key()).push(order);
        statement.push(&format!(" limit {}", plan.limit));
        statement
    };
    if !versioned {
        return vec![of(source.current(), "", "", false)];
    }
    let now = ", valid_from, null::timestamptz as valid_to";
    vec![
        of(source.current(), now, "", true),
        of(
            source.past(),
            ", valid_from, valid_to",
            ", valid_from",
            false,
        ),
    ]
}

pub(super) async fn rows(
    db: &impl GenericClient,
    statement: &Statement,
) -> Result<Vec<Row>, Failure> {
    let prepared = db.prepare_cached(&statement.text).await?;
    let values: Vec<&(dyn ToSql + Sync)> = statement
        .values
        .iter()
        .map(|value| -> &(dyn ToSql + Sync) { value })
        .collect();
    Ok(db.query(&prepared, &values).await?)
}
