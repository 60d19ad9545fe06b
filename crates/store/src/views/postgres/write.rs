//! Carrying out checked steps, in the caller's transaction: for each table one look-up, and then a
//! handful of statements however many rows there are.
//!
//! Rows that are new are copied in; what stands is changed by arrays of keys and values, one array
//! a column. All columns are set: of those that stay the same the database touches no index.

use std::pin::pin;

use deadpool_postgres::Transaction;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::batch::{Batch, Writes, Written, sums};
use super::cells::{Cell, sql_type};
use super::failure::Failure;
use super::sql::{Source, list, ours};
use crate::postgres::row::Micros;
use crate::views::Value;
use crate::views::rows::{Action, Step};
use crate::views::schema::{Schema, TableSchema};

type Parameter<'p> = &'p (dyn ToSql + Sync);

/// Carries out the steps in their order. `empty`: nothing was ever written to the generation.
pub(super) async fn carry_out(
    db: &Transaction<'_>,
    tenant: &str,
    schema: &Schema,
    generation: u64,
    steps: &[Step],
    mut empty: bool,
) -> Result<(), Failure> {
    for (place, table) in schema.tables.iter().enumerate() {
        let of_table = steps.iter().filter(|step| step.table == place);
        let actions: Vec<&Action> = of_table.map(|step| &step.action).collect();
        let source = Source { generation, table };
        let writer = Writer {
            db,
            tenant,
            source: &source,
        };
        let was_empty = empty;
        for run in actions.chunk_by(|left, right| adds(left) == adds(right)) {
            if run.first().is_some_and(|first| adds(first)) {
                writer.add(run).await?;
            } else {
                writer.write(run, empty).await?;
            }
            empty = false;
        }
        empty = was_empty;
    }
    Ok(())
}

fn adds(action: &Action) -> bool {
    matches!(action, Action::Add(_))
}

/// One table while a batch is written.
struct Writer<'w> {
    db: &'w Transaction<'w>,
    tenant: &'w str,
    source: &'w Source<'w>,
}

impl Writer<'_> {
    fn table(&self) -> &TableSchema {
        self.source.table
    }

    fn versioned(&self) -> bool {
        self.table().table.versioned
    }

    async fn write(&self, actions: &[&Action], empty: bool) -> Result<(), Failure> {
        let mut batch = Batch::of(self.table(), actions);
        if !empty {
            self.look_up(&mut batch).await?;
        }
        let writes = batch.take(self.table(), actions);
        self.retire(&writes).await?;
        self.copy_past(&writes).await?;
        self.update(&writes.updated).await?;
        self.delete(&writes.deleted).await?;
        self.copy_new(&writes.new).await
    }

    /// Finds which keys stand, and since when.
    async fn look_up(&self, batch: &mut Batch<'_>) -> Result<(), Failure> {
        if batch.keys().is_empty() {
            return Ok(());
        }
        let from = if self.versioned() {
            ", c.valid_from"
        } else {
            ""
        };
        let sql = format!(
            "select k.nth{from} from unnest({}) with ordinality as k ({}, nth) \
             join {} as c on c.tenant = $1 and {}",
            self.arrays(&self.table().key, 2),
            names("k", self.table().key.len()),
            ours(&self.source.current()),
            self.by_key("k"),
        );
        let keys = columns(self.table().key.len(), batch.keys(), |key, at| key[at]);
        let found = self.query(&sql, &keys, &[]).await?;
        for row in found {
            let place = usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default();
            let from = match self.versioned() {
                true => row.try_get::<_, Micros>(1)?.0,
                false => 0,
            };
            batch.stands(place.saturating_sub(1), from);
        }
        Ok(())
    }

    /// Copies rows that stand to the past.
    async fn retire(&self, writes: &Writes<'_>) -> Result<(), Failure> {
        if writes.retired.is_empty() {
            return Ok(());
        }
        let key = &self.table().key;
        let all = self.source.columns();
        let theirs = list(0..self.width(), |at| {
            format!("c.{}", self.source.column(at))
        });
        let sql = format!(
            "insert into {} (tenant, {all}, valid_from, valid_to) \
             select c.tenant, {theirs}, c.valid_from, k.ended \
             from unnest({}, ${}::timestamptz[]) as k ({}, ended) \
             join {} as c on c.tenant = $1 and {}",
            ours(&self.source.past()),
            self.arrays(key, 2),
            key.len() + 2,
            names("k", key.len()),
            ours(&self.source.current()),
            self.by_key("k"),
        );
        let keys = columns(key.len(), &writes.retired, |(key, _), at| key[at]);
        let ended: Vec<Micros> = writes.retired.iter().map(|(_, at)| Micros(*at)).collect();
        self.query(&sql, &keys, &[&ended]).await.map(drop)
    }

    /// Sets all columns of rows that stand.
    async fn update(&self, rows: &[Written<'_>]) -> Result<(), Failure> {
        let places: Vec<usize> = (0..self.width()).collect();
        let rest = places.iter().filter(|at| !self.table().key.contains(at));
        let mut sets: Vec<String> = rest
            .map(|at| format!("{} = k.k{at}", self.source.column(*at)))
            .collect();
        let (mut arrays, mut names) = (self.arrays(&places, 2), names("k", places.len()));
        if self.versioned() {
            sets.push("valid_from = k.began".to_owned());
            arrays.push_str(&format!(", ${}::timestamptz[]", places.len() + 2));
            names.push_str(", began");
        }
        if rows.is_empty() || sets.is_empty() {
            return Ok(());
        }
        let key = self.table().key.iter();
        let by_key: Vec<String> = key
            .map(|at| format!("c.{} = k.k{at}", self.source.column(*at)))
            .collect();
        let sql = format!(
            "update {} as c set {} from unnest({arrays}) as k ({names}) \
             where c.tenant = $1 and {}",
            ours(&self.source.current()),
            sets.join(", "),
            by_key.join(" and "),
        );
        let cells = columns(places.len(), rows, |written, at| &written.row[at]);
        let began: Vec<Micros> = rows.iter().map(|written| Micros(written.from)).collect();
        let more: &[Parameter<'_>] = if self.versioned() { &[&began] } else { &[] };
        self.query(&sql, &cells, more).await.map(drop)
    }

    async fn delete(&self, keys: &[Vec<&Value>]) -> Result<(), Failure> {
        if keys.is_empty() {
            return Ok(());
        }
        self.delete_where(keys, "").await
    }

    async fn delete_where(&self, keys: &[Vec<&Value>], more: &str) -> Result<(), Failure> {
        let key = &self.table().key;
        let sql = format!(
            "delete from {} as c using unnest({}) as k ({}) where c.tenant = $1 and {}{more}",
            ours(&self.source.current()),
            self.arrays(key, 2),
            names("k", key.len()),
            self.by_key("k"),
        );
        let keys = columns(key.len(), keys, |key, at| key[at]);
        self.query(&sql, &keys, &[]).await.map(drop)
    }

    /// Adds numbers to rows, and removes those of which all have become zero.
    async fn add(&self, actions: &[&Action]) -> Result<(), Failure> {
        let rows = sums(self.table(), actions);
        let places: Vec<usize> = (0..self.width()).collect();
        let numbers = places.iter().filter(|at| !self.table().key.contains(at));
        let numbers: Vec<String> = numbers.map(|at| self.source.column(*at)).collect();
        let more = |name: &String| format!("{name} = c.{name} + excluded.{name}");
        let sql = format!(
            "insert into {} as c (tenant, {}) select $1, {} from unnest({}) as k ({}) \
             on conflict (tenant, {}) do update set {}",
            ours(&self.source.current()),
            self.source.columns(),
            names("k.k", places.len()),
            self.arrays(&places, 2),
            names("k", places.len()),
            self.source.key(),
            numbers.iter().map(more).collect::<Vec<_>>().join(", "),
        );
        let cells = columns(places.len(), &rows, |row, at| &row[at]);
        self.query(&sql, &cells, &[]).await?;
        let zero: String = numbers.iter().map(|n| format!(" and c.{n} = 0")).collect();
        let keys: Vec<Vec<&Value>> = rows
            .iter()
            .map(|row| self.table().key.iter().map(|at| &row[*at]).collect())
            .collect();
        self.delete_where(&keys, &zero).await
    }

    /// Copies rows under keys that are new.
    async fn copy_new(&self, rows: &[Written<'_>]) -> Result<(), Failure> {
        let ends = usize::from(self.versioned());
        let rows = rows.iter().map(|written| (written.row, [written.from, 0]));
        self.copy(&self.source.current(), ends, rows).await
    }

    /// Copies versions that began and ended within the batch.
    async fn copy_past(&self, writes: &Writes<'_>) -> Result<(), Failure> {
        let rows = writes.past.iter();
        let rows = rows.map(|past| (past.row, [past.from, past.to]));
        self.copy(&self.source.past(), 2, rows).await
    }

    /// Copies rows into a table, each with its first `ends` ends.
    async fn copy<'v>(
        &self,
        table: &str,
        ends: usize,
        rows: impl ExactSizeIterator<Item = (&'v [Value], [i64; 2])>,
    ) -> Result<(), Failure> {
        if rows.len() == 0 {
            return Ok(());
        }
        let ended = [", valid_from", ", valid_to"][..ends].concat();
        let sql = format!(
            "copy {} (tenant, {}{ended}) from stdin (format binary)",
            ours(table),
            self.source.columns()
        );
        let kinds = self.table().table.columns.iter();
        let mut types = vec![Type::TEXT];
        types.extend(kinds.map(|column| sql_type(column.kind).0));
        types.extend(vec![Type::TIMESTAMPTZ; ends]);
        let sink = self.db.copy_in(&sql).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        for (row, times) in rows {
            let cells: Vec<Cell<'_>> = row.iter().map(Cell).collect();
            let times = times.map(Micros);
            let mut values: Vec<Parameter<'_>> = vec![&self.tenant];
            values.extend(cells.iter().map(|cell| -> Parameter<'_> { cell }));
            values.extend(times[..ends].iter().map(|at| -> Parameter<'_> { at }));
            writer.as_mut().write(&values).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    /// Runs a statement on arrays of cells, one a column, and what comes after them.
    async fn query(
        &self,
        sql: &str,
        columns: &[Vec<Cell<'_>>],
        more: &[Parameter<'_>],
    ) -> Result<Vec<tokio_postgres::Row>, Failure> {
        let mut values: Vec<Parameter<'_>> = vec![&self.tenant];
        values.extend(columns.iter().map(|cells| -> Parameter<'_> { cells }));
        values.extend(more);
        let statement = self.db.prepare_cached(sql).await?;
        Ok(self.db.query(&statement, &values).await?)
    }

    fn width(&self) -> usize {
        self.table().table.columns.len()
    }

    /// `$2::text[], …` for the columns at these places.
    fn arrays(&self, places: &[usize], first: usize) -> String {
        let arrays = places.iter().enumerate().map(|(nth, at)| {
            let (_, kind) = sql_type(self.table().table.columns[*at].kind);
            format!("${}::{kind}[]", first + nth)
        });
        arrays.collect::<Vec<_>>().join(", ")
    }

    /// `c."id" = k.k0 and …`.
    fn by_key(&self, keys: &str) -> String {
        let key = self.table().key.iter().enumerate();
        let equal = key.map(|(nth, at)| format!("c.{} = {keys}.k{nth}", self.source.column(*at)));
        equal.collect::<Vec<_>>().join(" and ")
    }
}

/// `k0, k1, …`.
fn names(prefix: &str, count: usize) -> String {
    list(0..count, |nth| format!("{prefix}{nth}"))
}

/// The cells of rows, column by column.
fn columns<'v, R>(
    width: usize,
    rows: &'v [R],
    cell: impl Fn(&'v R, usize) -> &'v Value,
) -> Vec<Vec<Cell<'v>>> {
    let column = |at| rows.iter().map(|row| Cell(cell(row, at))).collect();
    (0..width).map(column).collect()
}
