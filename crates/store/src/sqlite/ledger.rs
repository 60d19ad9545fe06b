//! What the writer knows about tenants and streams without asking the file: heads and versions.
//!
//! It is true as long as this writer is the only one, which the lock ensures; every statement that
//! stores a head or a version still names the value it replaces. After a failed batch everything
//! is forgotten and read again.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, params};

use super::failure::failure;
use super::row::{POSITIONS, db, event, event_columns, tenant_base, whole};
use crate::error::StoreError;
use crate::event::StreamId;
use crate::head::Head;
use crate::verify::check_read;

/// Heads and stream versions, as they will be when the batch in work commits.
#[derive(Default)]
pub(crate) struct Ledger {
    tenants: HashMap<String, Tenant>,
}

/// One tenant's part of the ledger.
pub(crate) struct Tenant {
    pub(crate) head: Head,
    /// The tenant's number in the file; none before its first event.
    number: Option<i64>,
    /// The head as it is in the file.
    stored: Head,
    versions: HashMap<StreamId, u64>,
    /// Streams that the batch moved, with their version in the file.
    moved: BTreeMap<StreamId, u64>,
}

impl Ledger {
    /// The tenant's entry, read from the file when it is not known.
    pub(crate) fn tenant(
        &mut self,
        file: &Connection,
        name: &str,
    ) -> Result<&mut Tenant, StoreError> {
        if !self.tenants.contains_key(name) {
            self.tenants
                .insert(name.to_owned(), Tenant::load(file, name)?);
        }
        self.tenants.get_mut(name).ok_or(StoreError::Closed)
    }

    /// Writes moved versions and heads into the file.
    pub(crate) fn store(&mut self, file: &Connection) -> Result<(), StoreError> {
        for (name, tenant) in &mut self.tenants {
            tenant.store(file, name)?;
        }
        Ok(())
    }

    /// Takes the batch as committed: calls `publish` with each head that moved, and forgets
    /// versions when there are more than `keep`.
    pub(crate) fn settle(&mut self, keep: usize, mut publish: impl FnMut(&str, u64)) {
        for (name, tenant) in &mut self.tenants {
            if tenant.head != tenant.stored {
                tenant.stored = tenant.head;
                publish(name, tenant.head.position);
            }
            tenant.moved.clear();
            if tenant.versions.len() > keep {
                tenant.versions.clear();
            }
        }
    }

    /// Forgets everything, for the batch was rolled back.
    pub(crate) fn forget(&mut self) {
        self.tenants.clear();
    }
}

impl Tenant {
    fn load(file: &Connection, name: &str) -> Result<Self, StoreError> {
        let head = head(file, name)?.unwrap_or_else(Head::empty);
        check_last(file, name, &head)?;
        let number = number(file, name)?;
        Ok(Self {
            head,
            number,
            stored: head,
            versions: HashMap::new(),
            moved: BTreeMap::new(),
        })
    }

    /// The tenant's number; a new tenant gets its head and the next number now.
    pub(crate) fn number(&mut self, file: &Connection, tenant: &str) -> Result<i64, StoreError> {
        if let Some(number) = self.number {
            return Ok(number);
        }
        let sql = "insert into heads (tenant, number, position, recorded_at, chain) \
                   select ?1, coalesce(max(number), 0) + 1, 0, ?2, ?3 from heads \
                   returning number";
        let Head {
            recorded_at_micros,
            chain,
            ..
        } = self.stored;
        let values = params![tenant, recorded_at_micros, chain];
        let number = file
            .query_row(sql, values, |row| row.get(0))
            .map_err(failure)?;
        self.number = Some(number);
        Ok(number)
    }

    /// The version of a stream; 0 when it is not there.
    pub(crate) fn version(
        &mut self,
        file: &Connection,
        tenant: &str,
        stream: &StreamId,
    ) -> Result<u64, StoreError> {
        if let Some(version) = self.versions.get(stream) {
            return Ok(*version);
        }
        let version = version(file, tenant, stream)?;
        self.versions.insert(stream.clone(), version);
        Ok(version)
    }

    /// Moves the stream of an admitted command from one version to another.
    pub(crate) fn advance(&mut self, stream: &StreamId, before: u64, version: u64) {
        if !self.moved.contains_key(stream) {
            self.moved.insert(stream.clone(), before);
        }
        if let Some(known) = self.versions.get_mut(stream) {
            *known = version;
        }
    }

    fn store(&mut self, file: &Connection, tenant: &str) -> Result<(), StoreError> {
        if self.head == self.stored {
            return Ok(());
        }
        for (stream, before) in &self.moved {
            let version = self.versions.get(stream).copied().unwrap_or_default();
            store_version(file, tenant, stream, *before, version)?;
        }
        let Head {
            position,
            recorded_at_micros,
            chain,
        } = self.head;
        let sql = "update heads set position = ?2, recorded_at = ?3, chain = ?4 \
                       where tenant = ?1 and position = ?5";
        let mut update = file.prepare_cached(sql).map_err(failure)?;
        let before = db(self.stored.position);
        let written = update.execute(params![
            tenant,
            db(position),
            recorded_at_micros,
            chain,
            before
        ]);
        match written.map_err(failure)? {
            1 => Ok(()),
            _ => Err(foreign_writer(format!("the head of {tenant}"))),
        }
    }
}

fn store_version(
    file: &Connection,
    tenant: &str,
    stream: &StreamId,
    before: u64,
    version: u64,
) -> Result<(), StoreError> {
    let StreamId {
        aggregate_type,
        aggregate_id,
    } = stream;
    let written = if before == 0 {
        let sql = "insert into streams (tenant, aggregate_type, aggregate_id, version) \
                   values (?1, ?2, ?3, ?4) on conflict do nothing";
        let mut insert = file.prepare_cached(sql).map_err(failure)?;
        insert.execute(params![tenant, aggregate_type, aggregate_id, db(version)])
    } else {
        let sql = "update streams set version = ?4 \
                   where tenant = ?1 and aggregate_type = ?2 and aggregate_id = ?3 \
                   and version = ?5";
        let mut update = file.prepare_cached(sql).map_err(failure)?;
        update.execute(params![
            tenant,
            aggregate_type,
            aggregate_id,
            db(version),
            db(before)
        ])
    };
    match written.map_err(failure)? {
        1 => Ok(()),
        _ => Err(foreign_writer(format!("stream {stream} of {tenant}"))),
    }
}

/// The stored head of a tenant.
pub(crate) fn head(file: &Connection, tenant: &str) -> Result<Option<Head>, StoreError> {
    let sql = "select position, recorded_at, chain from heads where tenant = ?1";
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let read = |row: &rusqlite::Row<'_>| {
        let position = whole(row, 0)?;
        Ok(Head {
            position,
            recorded_at_micros: row.get(1)?,
            chain: row.get(2)?,
        })
    };
    select.query_row([tenant], read).optional().map_err(failure)
}

/// The number of a tenant, the upper part of its events' ids.
fn number(file: &Connection, tenant: &str) -> Result<Option<i64>, StoreError> {
    let sql = "select number from heads where tenant = ?1";
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    select
        .query_row([tenant], |row| row.get(0))
        .optional()
        .map_err(failure)
}

/// The stored version of a stream.
pub(crate) fn version(
    file: &Connection,
    tenant: &str,
    stream: &StreamId,
) -> Result<u64, StoreError> {
    let sql = "select version from streams \
               where tenant = ?1 and aggregate_type = ?2 and aggregate_id = ?3";
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let key = params![tenant, stream.aggregate_type, stream.aggregate_id];
    let version = select.query_row(key, |row| whole(row, 0)).optional();
    Ok(version.map_err(failure)?.unwrap_or_default())
}

/// The last event must be the one that the head speaks of: nothing is chained onto damage.
fn check_last(file: &Connection, tenant: &str, head: &Head) -> Result<(), StoreError> {
    let sql = concat!(
        "select ",
        event_columns!(),
        " from events where id > ",
        tenant_base!(),
        " and id < ",
        tenant_base!(),
        " + ?2 order by id desc limit 1"
    );
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let range = params![tenant, db(POSITIONS)];
    let mut rows = select.query(range).map_err(failure)?;
    let Some(row) = rows.next().map_err(failure)? else {
        return match head.position {
            0 => Ok(()),
            position => Err(StoreError::Corrupt {
                position: Some(position),
                what: "the head names it, but the tenant has no events".to_owned(),
            }),
        };
    };
    let last = event(row, tenant, Some(head.position))?;
    check_read(&last, head.position, last.position)?;
    if *last.chain != head.chain {
        let what = "its chain value is not the one in the head".to_owned();
        return Err(StoreError::Corrupt {
            position: Some(last.position),
            what,
        });
    }
    if last.recorded_at_micros != head.recorded_at_micros {
        let what = "it was recorded at another instant than the head says".to_owned();
        return Err(StoreError::Corrupt {
            position: Some(last.position),
            what,
        });
    }
    Ok(())
}

fn foreign_writer(what: String) -> StoreError {
    StoreError::Corrupt {
        position: None,
        what: format!("{what} was changed by somebody who does not hold the writer's lock"),
    }
}
