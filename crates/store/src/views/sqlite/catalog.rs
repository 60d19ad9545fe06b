//! Which generations there are, which of them is live, and where their checkpoints stand.
//!
//! Tables are created, swapped and dropped here and nowhere else, each time together with the
//! catalog row that names them. For people with other tools, `view__table` is a database view
//! over the live rows of all tenants.

use rusqlite::{Connection, OptionalExtension};

use super::failure::Failure;
use super::sql::{self, Source};
use super::tables;
use crate::views::registry::{readable, writable};
use crate::views::schema::Schema;
use crate::views::{Stretch, ViewError, ViewState};

/// SQLite joins at most 500 selects, two for each versioned table.
const PUBLISHED_MAX: usize = 250;

struct Generation {
    id: u64,
    version: u32,
    fingerprint: String,
    position: u64,
    chain: [u8; 32],
    tables: String,
}

const FIND: &str = "select id, version, fingerprint, position, chain, tables from generation \
                    where tenant = ?1 and view = ?2 and live = ?3";

fn find(
    db: &Connection,
    tenant: &str,
    view: &str,
    live: bool,
) -> Result<Option<Generation>, Failure> {
    let mut statement = db.prepare_cached(FIND)?;
    let found = statement.query_row((tenant, view, live), |row| {
        Ok(Generation {
            id: row.get::<_, i64>(0)?.cast_unsigned(),
            version: row.get(1)?,
            fingerprint: row.get(2)?,
            position: row.get::<_, i64>(3)?.cast_unsigned(),
            chain: row.get(4)?,
            tables: row.get(5)?,
        })
    });
    Ok(found.optional()?)
}

/// How the live generation stands; all zero if there is none.
pub(super) fn state(db: &Connection, tenant: &str, schema: &Schema) -> Result<ViewState, Failure> {
    let Some(live) = find(db, tenant, schema.view.name, true)? else {
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

/// The same; creates the live generation if there is none.
pub(super) fn open(db: &Connection, tenant: &str, schema: &Schema) -> Result<ViewState, Failure> {
    let known = state(db, tenant, schema)?;
    if known.generation != 0 {
        return Ok(known);
    }
    let generation = create(db, tenant, schema, true)?;
    index(db, schema, generation)?;
    publish(db, schema)?;
    Ok(ViewState {
        generation,
        position: 0,
        chain: [0; 32],
        needs_rebuild: false,
    })
}

/// Where the live rows of a table are, if they serve this definition.
pub(super) fn source<'s>(
    db: &Connection,
    tenant: &str,
    schema: &'s Schema,
    table: usize,
) -> Result<Source<'s>, Failure> {
    let view = schema.view.name;
    let live = find(db, tenant, view, true)?.ok_or_else(|| ViewError::NotBuilt {
        view: view.to_owned(),
    })?;
    readable(schema, live.version, &live.fingerprint)?;
    Ok(Source {
        generation: live.id,
        table: &schema.tables[table],
    })
}

/// Moves the checkpoint of a generation, if it stands at `from` and takes this definition's rows;
/// answers whether it is the live one.
pub(super) fn advance(
    db: &Connection,
    tenant: &str,
    schema: &Schema,
    generation: u64,
    stretch: Stretch,
) -> Result<bool, Failure> {
    let view = schema.view.name;
    let mut found = None;
    for live in [true, false] {
        let known = find(db, tenant, view, live)?;
        let known = known.filter(|known| known.id == generation);
        found = found.or(known.map(|known| (known, live)));
    }
    let (found, live) = found.ok_or_else(|| unknown(view, generation))?;
    writable(schema, found.version, &found.fingerprint)?;
    if found.position != stretch.from {
        return Err(ViewError::CheckpointMoved {
            found: found.position,
        }
        .into());
    }
    let sql = "update generation set position = ?2, chain = ?3 where id = ?1";
    let to = stretch.to.cast_signed();
    db.prepare_cached(sql)?
        .execute((generation.cast_signed(), to, stretch.chain))?;
    Ok(live)
}

/// Creates empty tables beside the live ones, in place of those of an unfinished rebuild.
pub(super) fn begin_rebuild(
    db: &Connection,
    tenant: &str,
    schema: &Schema,
) -> Result<u64, Failure> {
    open(db, tenant, schema)?;
    if let Some(unfinished) = find(db, tenant, schema.view.name, false)? {
        discard(db, &unfinished)?;
    }
    create(db, tenant, schema, false)
}

/// Whether a generation is the rebuild under way.
pub(super) fn check_rebuild(
    db: &Connection,
    tenant: &str,
    schema: &Schema,
    generation: u64,
) -> Result<(), Failure> {
    let view = schema.view.name;
    find(db, tenant, view, false)?
        .filter(|building| building.id == generation)
        .ok_or_else(|| unknown(view, generation))?;
    Ok(())
}

/// Makes the rebuilt generation live, with the indexes it is asked by, and drops the old one.
pub(super) fn swap(
    db: &Connection,
    tenant: &str,
    schema: &Schema,
    generation: u64,
) -> Result<(), Failure> {
    if let Some(old) = find(db, tenant, schema.view.name, true)? {
        discard(db, &old)?;
    }
    index(db, schema, generation)?;
    db.execute(
        "update generation set live = 1 where id = ?1",
        [generation.cast_signed()],
    )?;
    publish(db, schema)
}

pub(super) fn unknown(view: &str, generation: u64) -> ViewError {
    ViewError::UnknownGeneration {
        view: view.to_owned(),
        generation,
    }
}

fn create(db: &Connection, tenant: &str, schema: &Schema, live: bool) -> Result<u64, Failure> {
    let mut insert = db.prepare(
        "insert into generation \
         (tenant, view, live, version, fingerprint, tables, position, chain) \
         values (?1, ?2, ?3, ?4, ?5, '', 0, zeroblob(32))",
    )?;
    let view = schema.view;
    insert.execute((tenant, view.name, live, view.version, &schema.fingerprint))?;
    let generation = db.last_insert_rowid().unsigned_abs();
    let mut names = Vec::new();
    for table in &schema.tables {
        let source = Source { generation, table };
        db.execute_batch(&tables::create(&source))?;
        names.push(source.current());
        if table.table.versioned {
            names.push(source.past());
        }
    }
    let name_them = "update generation set tables = ?2 where id = ?1";
    db.execute(name_them, (generation.cast_signed(), names.join(" ")))?;
    Ok(generation)
}

fn index(db: &Connection, schema: &Schema, generation: u64) -> Result<(), Failure> {
    for table in &schema.tables {
        db.execute_batch(&tables::indexes(&Source { generation, table }))?;
    }
    Ok(())
}

fn discard(db: &Connection, generation: &Generation) -> Result<(), Failure> {
    for name in generation.tables.split_whitespace() {
        db.execute_batch(&format!("drop table if exists {}", sql::quoted(name)))?;
    }
    db.execute(
        "delete from generation where id = ?1",
        [generation.id.cast_signed()],
    )?;
    Ok(())
}

/// Lays the database views over the live tables anew.
fn publish(db: &Connection, schema: &Schema) -> Result<(), Failure> {
    let prefix = format!("{}__", schema.view.name);
    let mut views = db.prepare(
        "select name from sqlite_master where type = 'view' and substr(name, 1, length(?1)) = ?1",
    )?;
    let names: Vec<String> = views
        .query_map([&prefix], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for name in names {
        db.execute_batch(&format!("drop view {}", sql::quoted(&name)))?;
    }
    let mut live = db.prepare(
        "select id, tenant from generation where view = ?1 and fingerprint = ?2 and live = 1 \
         order by id",
    )?;
    let live: Vec<(i64, String)> = live
        .query_map((schema.view.name, &schema.fingerprint), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<_, _>>()?;
    if live.is_empty() || live.len() > PUBLISHED_MAX {
        return Ok(());
    }
    for table in &schema.tables {
        let rows = live.iter().map(|(id, tenant)| {
            let generation = id.cast_unsigned();
            tables::published(&Source { generation, table }, tenant)
        });
        let rows: Vec<String> = rows.collect();
        let name = sql::quoted(&format!("{prefix}{}", table.table.name));
        db.execute_batch(&format!(
            "create view {name} as {}",
            rows.join(" union all ")
        ))?;
    }
    Ok(())
}
