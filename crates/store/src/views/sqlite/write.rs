//! Carrying out checked steps, with statements prepared once a batch.

use rusqlite::{CachedStatement, Connection};

use super::cells::Cell;
use super::failure::Failure;
use super::sql::{Source, quoted};
use crate::views::Value;
use crate::views::rows::{Action, Step};
use crate::views::schema::Schema;

/// Carries out the steps in their order, in the caller's transaction.
pub(super) fn carry_out(
    db: &Connection,
    tenant: &str,
    schema: &Schema,
    generation: u64,
    steps: &[Step],
) -> Result<(), Failure> {
    let mut writers: Vec<Option<Writer<'_>>> = schema.tables.iter().map(|_| None).collect();
    for step in steps {
        let writer = match &mut writers[step.table] {
            Some(writer) => writer,
            none => {
                let table = &schema.tables[step.table];
                none.insert(Writer::of(
                    db,
                    &Source {
                        tenant,
                        generation,
                        table,
                    },
                )?)
            }
        };
        writer.carry_out(tenant, &schema.tables[step.table].key, &step.action)?;
    }
    Ok(())
}

/// The statements of one table.
struct Writer<'d> {
    put: CachedStatement<'d>,
    delete: CachedStatement<'d>,
    history: Option<History<'d>>,
}

/// Those that only a versioned table needs.
struct History<'d> {
    /// When the current version began.
    began: CachedStatement<'d>,
    /// When the last ended version ended.
    ended: CachedStatement<'d>,
    /// Copies the current version to the past.
    retire: CachedStatement<'d>,
}

impl<'d> Writer<'d> {
    fn of(db: &'d Connection, source: &Source<'_>) -> Result<Self, Failure> {
        let table = source.table.table;
        let (current, past) = (quoted(&source.current()), quoted(&source.past()));
        let (columns, by_key) = (source.columns(), source.by_key());
        let from = if table.versioned { ", valid_from" } else { "" };
        let width = 1 + table.columns.len() + usize::from(table.versioned);
        let marks = vec!["?"; width].join(", ");
        // Over a row with the same key, `replace` is an update: there is no other unique index,
        // no trigger and no reference.
        let put = db.prepare_cached(&format!(
            "replace into {current} (tenant, {columns}{from}) values ({marks})"
        ))?;
        let delete = db.prepare_cached(&format!("delete from {current} where {by_key}"))?;
        if !table.versioned {
            return Ok(Self {
                put,
                delete,
                history: None,
            });
        }
        let to = source.table.key.len() + 2;
        let began = format!("select valid_from from {current} where {by_key}");
        let ended =
            format!("select valid_to from {past} where {by_key} order by valid_from desc limit 1");
        let retire = format!(
            "insert into {past} (tenant, {columns}, valid_from, valid_to) \
             select tenant, {columns}, valid_from, ?{to} from {current} where {by_key}"
        );
        let history = History {
            began: db.prepare_cached(&began)?,
            ended: db.prepare_cached(&ended)?,
            retire: db.prepare_cached(&retire)?,
        };
        Ok(Self {
            put,
            delete,
            history: Some(history),
        })
    }

    fn carry_out(&mut self, tenant: &str, key: &[usize], action: &Action) -> Result<(), Failure> {
        match action {
            Action::Put(row) => {
                bind(&mut self.put, tenant, row, None)?;
                self.put.raw_execute()?;
            }
            Action::Delete(key) => {
                bind(&mut self.delete, tenant, key, None)?;
                self.delete.raw_execute()?;
            }
            Action::Supersede(row, at) => {
                let key = key.iter().map(|column| &row[*column]);
                let (from, _) = self.retire(tenant, key, *at)?;
                bind(&mut self.put, tenant, row, Some(from))?;
                self.put.raw_execute()?;
            }
            Action::End(key, at) => {
                let (_, current) = self.retire(tenant, key, *at)?;
                if current {
                    bind(&mut self.delete, tenant, key, None)?;
                    self.delete.raw_execute()?;
                }
            }
        }
        Ok(())
    }

    /// Keeps the current version in the past, if it began before `at`. Answers when a successor
    /// begins, and whether there is a current version.
    fn retire<'v>(
        &mut self,
        tenant: &str,
        key: impl IntoIterator<Item = &'v Value> + Clone,
        at: i64,
    ) -> Result<(i64, bool), Failure> {
        let Some(history) = &mut self.history else {
            return Ok((at, false));
        };
        match instant(&mut history.began, tenant, key.clone())? {
            Some(began) if began < at => {
                bind(&mut history.retire, tenant, key, Some(at))?;
                history.retire.raw_execute()?;
                Ok((at, true))
            }
            Some(began) => Ok((began, true)),
            None => {
                let ended = instant(&mut history.ended, tenant, key)?;
                Ok((ended.map_or(at, |ended| ended.max(at)), false))
            }
        }
    }
}

/// Binds the tenant, then the values, then the instant.
fn bind<'v>(
    statement: &mut CachedStatement<'_>,
    tenant: &str,
    values: impl IntoIterator<Item = &'v Value>,
    instant: Option<i64>,
) -> Result<(), Failure> {
    statement.raw_bind_parameter(1, tenant)?;
    let mut next = 2;
    for value in values {
        statement.raw_bind_parameter(next, Cell(value))?;
        next += 1;
    }
    if let Some(instant) = instant {
        statement.raw_bind_parameter(next, instant)?;
    }
    Ok(())
}

fn instant<'v>(
    statement: &mut CachedStatement<'_>,
    tenant: &str,
    key: impl IntoIterator<Item = &'v Value>,
) -> Result<Option<i64>, Failure> {
    bind(statement, tenant, key, None)?;
    let mut rows = statement.raw_query();
    let found = rows.next()?.map(|row| row.get(0)).transpose()?;
    Ok(found)
}
