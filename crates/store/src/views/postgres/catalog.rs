//! Which generations there are, which of them is live, and where their checkpoints stand.
//!
//! Tables are created here, and never dropped in the transaction that takes them out of use: those
//! of a discarded generation go afterwards ([`tidy`]), so that a swap waits for no reader. For
//! people with other tools, `gridwhistle.VIEW__TABLE` is a database view over the live rows of all
//! tenants.

use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::Row;
use uuid::Uuid;

use super::failure::Failure;
use super::sql::{Source, ours, quoted};
use super::tables;
use super::tasks::Scope;
use crate::views::registry::{readable, writable};
use crate::views::schema::Schema;
use crate::views::{Stretch, ViewError, ViewState};

/// Most tenants in one published view: each adds two tables, which every question to it is planned
/// over.
const PUBLISHED_MAX: usize = 250;
/// How long tidying up waits for those who still read what is to go.
const PATIENCE: &str = "set local lock_timeout = '1s'; set local statement_timeout = 0";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Building,
    Live,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Live => "live",
        }
    }
}

struct Generation {
    id: u64,
    version: u32,
    fingerprint: String,
    position: u64,
    chain: [u8; 32],
}

macro_rules! generation_columns {
    () => {
        "select generation, version, fingerprint, position, chain from gridwhistle.generations \
         where tenant = $1 and view = $2 and "
    };
}

fn generation(row: &Row) -> Result<Generation, Failure> {
    let read = || -> Result<Generation, tokio_postgres::Error> {
        let chain: &[u8] = row.try_get(4)?;
        Ok(Generation {
            id: row.try_get::<_, i64>(0)?.cast_unsigned(),
            version: u32::try_from(row.try_get::<_, i64>(1)?).unwrap_or_default(),
            fingerprint: row.try_get(2)?,
            position: row.try_get::<_, i64>(3)?.cast_unsigned(),
            chain: chain.try_into().unwrap_or_default(),
        })
    };
    read().map_err(|error| Failure::Damage(format!("the catalog: {error}")))
}

async fn find(
    db: &impl GenericClient,
    tenant: &str,
    view: &str,
    state: State,
) -> Result<Option<Generation>, Failure> {
    let sql = concat!(generation_columns!(), "state = $3");
    let find = db.prepare_cached(sql).await?;
    let found = db
        .query_opt(&find, &[&tenant, &view, &state.word()])
        .await?;
    found.as_ref().map(generation).transpose()
}

/// How the live generation stands; all zero if there is none.
pub(super) async fn state(
    db: &impl GenericClient,
    tenant: &str,
    schema: &Schema,
) -> Result<ViewState, Failure> {
    let Some(live) = find(db, tenant, schema.view.name, State::Live).await? else {
        return Ok(ViewState {
            generation: 0,
            position: 0,
            chain: [0; 32],
            needs_rebuild: true,
        });
    };
    let needs_rebuild = writable(schema, live.version, &live.fingerprint).is_err();
    Ok(ViewState {
        generation: live.id,
        position: live.position,
        chain: live.chain,
        needs_rebuild,
    })
}

/// Which generation is live.
pub(super) async fn live(db: &impl GenericClient, scope: &Scope) -> Result<Option<i64>, Failure> {
    let Scope { tenant, schema } = scope;
    let live = find(db, tenant, schema.view.name, State::Live).await?;
    Ok(live.map(|live| live.id.cast_signed()))
}

/// The same; creates the live generation if there is none. Whether it did is told beside it.
pub(super) async fn open(
    db: &Transaction<'_>,
    tenant: &str,
    schema: &Schema,
) -> Result<(ViewState, bool), Failure> {
    let known = state(db, tenant, schema).await?;
    if known.generation != 0 {
        return Ok((known, false));
    }
    let Some(generation) = create(db, tenant, schema, State::Live).await? else {
        // Another process did just now.
        return Ok((state(db, tenant, schema).await?, false));
    };
    for table in &schema.tables {
        let source = Source { generation, table };
        db.batch_execute(&tables::indexes(&source)).await?;
    }
    let new = ViewState {
        generation,
        needs_rebuild: false,
        ..known
    };
    Ok((new, true))
}

/// Where the live rows of a table are, if they serve this definition.
pub(super) async fn source<'s>(
    db: &impl GenericClient,
    tenant: &str,
    schema: &'s Schema,
    table: usize,
) -> Result<Source<'s>, Failure> {
    let view = schema.view.name;
    let live = find(db, tenant, view, State::Live).await?;
    let live = live.ok_or_else(|| ViewError::NotBuilt {
        view: view.to_owned(),
    })?;
    readable(schema, live.version, &live.fingerprint)?;
    Ok(Source {
        generation: live.id,
        table: &schema.tables[table],
    })
}

/// Moves the checkpoint of a generation, if it stands at `from` and takes this definition's rows.
/// Whoever else would move it waits until this transaction ends.
pub(super) async fn advance(
    db: &Transaction<'_>,
    tenant: &str,
    schema: &Schema,
    id: u64,
    stretch: Stretch,
) -> Result<(), Failure> {
    let view = schema.view.name;
    let sql = concat!(
        generation_columns!(),
        "generation = $3 and state <> 'discarded' for update"
    );
    let lock = db.prepare_cached(sql).await?;
    let number = id.cast_signed();
    let found = db.query_opt(&lock, &[&tenant, &view, &number]).await?;
    let found = generation(&found.ok_or_else(|| unknown(view, id))?)?;
    writable(schema, found.version, &found.fingerprint)?;
    if found.position != stretch.from {
        return Err(ViewError::CheckpointMoved {
            found: found.position,
        }
        .into());
    }
    let sql = "update gridwhistle.generations set position = $4, chain = $5 \
               where tenant = $1 and view = $2 and generation = $3";
    let step = db.prepare_cached(sql).await?;
    let (to, chain) = (stretch.to.cast_signed(), &stretch.chain[..]);
    db.execute(&step, &[&tenant, &view, &number, &to, &chain])
        .await?;
    Ok(())
}

/// Creates empty tables beside the live ones, in place of those of an unfinished rebuild.
pub(super) async fn begin_rebuild(
    db: &Transaction<'_>,
    tenant: &str,
    schema: &Schema,
) -> Result<u64, Failure> {
    let view = schema.view.name;
    loop {
        open(db, tenant, schema).await?;
        // In one order, here and in a swap: of many who begin at once, one does at a time.
        let sql = "select state from gridwhistle.generations where tenant = $1 and view = $2 \
                   and state <> 'discarded' order by state for update";
        db.query(sql, &[&tenant, &view]).await?;
        let sql = "update gridwhistle.generations set state = 'discarded' \
                   where tenant = $1 and view = $2 and state = 'building'";
        db.execute(sql, &[&tenant, &view]).await?;
        if let Some(generation) = create(db, tenant, schema, State::Building).await? {
            return Ok(generation);
        }
    }
}

/// Makes the rebuilt generation live, with the indexes it is asked by and fresh statistics.
pub(super) async fn swap(
    db: &Transaction<'_>,
    tenant: &str,
    schema: &Schema,
    id: u64,
) -> Result<(), Failure> {
    let (view, number) = (schema.view.name, id.cast_signed());
    // An index takes the time it takes.
    db.batch_execute("set local statement_timeout = 0").await?;
    let sql = "select generation from gridwhistle.generations where tenant = $1 and view = $2 \
               and generation = $3 and state = 'building' for update";
    let building = db.query_opt(sql, &[&tenant, &view, &number]).await?;
    building.ok_or_else(|| unknown(view, id))?;
    for table in &schema.tables {
        let source = Source {
            generation: id,
            table,
        };
        db.batch_execute(&tables::indexes(&source)).await?;
        for name in tables::names(&source) {
            db.batch_execute(&format!("analyze {}", ours(&name)))
                .await?;
        }
    }
    for sql in [
        "update gridwhistle.generations set state = 'discarded' \
         where tenant = $1 and view = $2 and state = 'live' and generation <> $3",
        "update gridwhistle.generations set state = 'live' \
         where tenant = $1 and view = $2 and generation = $3",
    ] {
        db.execute(sql, &[&tenant, &view, &number]).await?;
    }
    Ok(())
}

fn unknown(view: &str, generation: u64) -> ViewError {
    ViewError::UnknownGeneration {
        view: view.to_owned(),
        generation,
    }
}

/// A number for a generation, which no other generation of any tenant has: there is no sequence
/// that all nodes of a cluster share. 40 bits, because they stand in names.
fn draw() -> u64 {
    ((Uuid::new_v4().as_u128() & 0xff_ffff_ffff) as u64).max(1)
}

/// None if another process has created one in this state meanwhile.
async fn create(
    db: &Transaction<'_>,
    tenant: &str,
    schema: &Schema,
    state: State,
) -> Result<Option<u64>, Failure> {
    let generation = draw();
    let number = generation.cast_signed();
    let sources = || {
        let tables = schema.tables.iter();
        tables.map(|table| Source { generation, table })
    };
    let names: Vec<String> = sources()
        .flat_map(|source| tables::names(&source))
        .collect();
    let insert = "insert into gridwhistle.generations \
                  (tenant, view, generation, state, version, fingerprint, tables) \
                  values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    let (view, version) = (schema.view.name, i64::from(schema.view.version));
    let (word, print) = (state.word(), schema.fingerprint.as_str());
    let row: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
        [&tenant, &view, &number, &word, &version, &print, &names];
    if db.execute(insert, &row).await? == 0 {
        return Ok(None);
    }
    for source in sources() {
        db.batch_execute(&tables::create(&source)).await?;
    }
    Ok(Some(generation))
}

/// Lays the database views over the live tables, and drops the tables of what was discarded.
/// `anew`: the columns have changed, so the views are dropped first.
pub(super) async fn tidy(
    db: &Transaction<'_>,
    tenant: &str,
    schema: &Schema,
    anew: bool,
) -> Result<(), Failure> {
    let view = schema.view.name;
    db.batch_execute(PATIENCE).await?;
    // One at a time; rows are read and written meanwhile.
    let alone = "lock table gridwhistle.generations in share update exclusive mode";
    db.batch_execute(alone).await?;
    publish(db, schema, anew).await?;
    let gone = "delete from gridwhistle.generations \
                where tenant = $1 and view = $2 and state = 'discarded' returning tables";
    for row in db.query(gone, &[&tenant, &view]).await? {
        for name in row.get::<_, Vec<String>>(0) {
            let drop = format!("drop table if exists {}", ours(&name));
            db.batch_execute(&drop).await?;
        }
    }
    Ok(())
}

async fn publish(db: &Transaction<'_>, schema: &Schema, anew: bool) -> Result<(), Failure> {
    let prefix = format!("{}__", schema.view.name);
    let published = |table: &str| format!("{prefix}{table}");
    let there = "select viewname::text from pg_views \
                 where schemaname = 'gridwhistle' and starts_with(viewname, $1)";
    for row in db.query(there, &[&prefix]).await? {
        let name: &str = row.get(0);
        let tables = schema.tables.iter();
        let known = tables
            .map(|of| published(of.table.name))
            .any(|of| of == name);
        if anew || !known {
            let drop = format!("drop view if exists {}", ours(name));
            db.batch_execute(&drop).await?;
        }
    }
    // Of all tenants: whoever looks with other tools looks at the whole.
    let live = "select generation from gridwhistle.generations \
                where view = $1 and fingerprint = $2 and state = 'live' order by tenant";
    let live = db
        .query(live, &[&schema.view.name, &schema.fingerprint])
        .await?;
    if live.is_empty() || live.len() > PUBLISHED_MAX {
        return Ok(());
    }
    for table in &schema.tables {
        let rows = live.iter().map(|row| {
            let generation = row.get::<_, i64>(0).cast_unsigned();
            tables::published(&Source { generation, table })
        });
        let rows = rows.collect::<Vec<_>>().join(" union all ");
        let name = quoted(&published(table.table.name));
        let create = format!("create or replace view gridwhistle.{name} as {rows}");
        db.batch_execute(&create).await?;
    }
    Ok(())
}
