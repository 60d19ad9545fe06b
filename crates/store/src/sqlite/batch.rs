//! One transaction: many commands, one flush.
//!
//! A refused command (conflict, reused id) writes nothing and leaves the others alone, because
//! everything is checked before its first row is written. A failed write fails the whole batch.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use uuid::Uuid;

use super::failure::failure;
use super::ledger::{Ledger, Tenant};
use super::row::{db, event_id, tenant_base, whole};
use crate::clock::Clock;
use crate::digest::{open_request, seal_request};
use crate::error::{AppendError, StoreError};
use crate::event::{Append, Appended, CommandRecord, EventRef, RecordedCommand};
use crate::head::{self, Head};

/// The statements that a batch runs for each command and event.
pub(crate) struct Batch<'f> {
    file: &'f Connection,
    insert_event: CachedStatement<'f>,
    insert_command: CachedStatement<'f>,
}

/// What became of one command: `Err` outside fails the batch, `Err` inside only this command.
type Outcome = Result<Result<Appended, AppendError>, StoreError>;

impl<'f> Batch<'f> {
    /// Begins the transaction.
    pub(crate) fn begin(file: &'f Connection) -> Result<Self, StoreError> {
        let begin = || {
            file.prepare_cached("begin immediate")?.execute([])?;
            let insert_event = file.prepare_cached(
                "insert into events (id, tenant, position, aggregate_type, aggregate_id, sequence, \
                 event_type, event_version, payload, metadata, command_id, occurred_at, \
                 recorded_at, checksum, chain) \
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?;
            let insert_command = file.prepare_cached(
                "insert into commands \
                 (tenant, command_id, request_hash, first_position, last_position) \
                 values (?1, ?2, ?3, ?4, ?5) on conflict do nothing",
            )?;
            Ok(Self {
                file,
                insert_event,
                insert_command,
            })
        };
        begin().map_err(failure)
    }

    /// Puts one command into the transaction, or refuses it.
    pub(crate) fn append(
        &mut self,
        ledger: &mut Ledger,
        append: &Append,
        clock: &dyn Clock,
    ) -> Outcome {
        let tenant = match ledger.tenant(self.file, &append.tenant) {
            Ok(tenant) => tenant,
            Err(damage) => return Ok(Err(damage.into())),
        };
        let actual = match tenant.version(self.file, &append.tenant, &append.stream) {
            Ok(version) => version,
            Err(damage) => return Ok(Err(damage.into())),
        };
        let placed = tenant.head.place(append);
        if actual != append.expected_version || !self.insert_command(append, &placed)? {
            return Ok(self.refuse(append, actual));
        }
        let number = tenant.number(self.file, &append.tenant)?;
        tenant.head.tick(clock.now());
        for nth in 0..append.events.len() {
            let insert = &mut self.insert_event;
            tenant
                .head
                .seal(append, nth, |event| insert_event(insert, number, &event))?;
        }
        tenant.advance(&append.stream, append.expected_version, placed.version);
        Ok(Ok(placed))
    }

    /// Puts commands of another log into the transaction as they are, all or none.
    pub(crate) fn adopt(
        &mut self,
        ledger: &mut Ledger,
        tenant: &str,
        commands: &[RecordedCommand],
    ) -> Result<Result<u64, StoreError>, StoreError> {
        let known = match ledger.tenant(self.file, tenant) {
            Ok(known) => known,
            Err(damage) => return Ok(Err(damage)),
        };
        let after = match follow(self.file, known, tenant, commands) {
            Ok(after) => after,
            Err(refused) => return Ok(Err(refused)),
        };
        let number = known.number(self.file, tenant)?;
        for command in commands {
            let Some(record) = head::record_of(command) else {
                continue;
            };
            let values = params![
                tenant,
                record.command_id.as_bytes(),
                seal_request(tenant, record.command_id, &record.request_hash),
                db(record.first_position),
                db(record.last_position)
            ];
            self.insert_command.execute(values).map_err(failure)?;
            for event in &command.events {
                insert_event(&mut self.insert_event, number, &event.borrowed())?;
            }
            let before = record.version - command.events.len() as u64;
            known.advance(&command.events[0].stream, before, record.version);
        }
        known.head = after;
        Ok(Ok(after.position))
    }

    /// Stores heads and versions and flushes: after this the batch is durable.
    pub(crate) fn commit(self, ledger: &mut Ledger) -> Result<(), StoreError> {
        ledger.store(self.file)?;
        let commit = || self.file.prepare_cached("commit")?.execute([]);
        commit().map(drop).map_err(failure)
    }

    /// `false` when the command id is there already.
    fn insert_command(&mut self, append: &Append, placed: &Appended) -> Result<bool, StoreError> {
        let values = params![
            append.tenant,
            append.command_id.as_bytes(),
            seal_request(&append.tenant, append.command_id, &append.request_hash),
            db(placed.first_position),
            db(placed.last_position)
        ];
        Ok(self.insert_command.execute(values).map_err(failure)? == 1)
    }

    /// Why an append that does not go does not go; a repeat comes before a conflict.
    fn refuse(&self, append: &Append, actual: u64) -> Result<Appended, AppendError> {
        match command(self.file, &append.tenant, append.command_id)? {
            Some(known) => head::answer_known(append, &known),
            None => Err(AppendError::Conflict {
                expected: append.expected_version,
                actual,
            }),
        }
    }
}

/// The head after commands of another log, if they follow.
fn follow(
    file: &Connection,
    known: &mut Tenant,
    tenant: &str,
    commands: &[RecordedCommand],
) -> Result<Head, StoreError> {
    let mut after = known.head;
    let mut versions = HashMap::new();
    for command in commands {
        let version = match command.events.first() {
            Some(event) => match versions.entry(&event.stream) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert(known.version(file, tenant, &event.stream)?),
            },
            None => &mut 0,
        };
        after.follow(tenant, command, *version)?;
        *version += command.events.len() as u64;
    }
    Ok(after)
}

fn insert_event(
    insert: &mut CachedStatement<'_>,
    number: i64,
    event: &EventRef<'_>,
) -> Result<(), StoreError> {
    let values = params![
        event_id(number, event.position),
        event.tenant,
        db(event.position),
        event.aggregate_type,
        event.aggregate_id,
        db(event.sequence),
        event.event_type,
        event.event_version,
        event.payload,
        event.metadata,
        event.command_id.as_bytes(),
        event.occurred_at_micros,
        event.recorded_at_micros,
        event.checksum,
        event.chain
    ];
    insert.execute(values).map(drop).map_err(failure)
}

/// What the file remembers of a command.
pub(crate) fn command(
    file: &Connection,
    tenant: &str,
    command_id: Uuid,
) -> Result<Option<CommandRecord>, StoreError> {
    let sql = concat!(
        "select c.request_hash, c.first_position, c.last_position, e.sequence \
         from commands c join events e on e.id = ",
        tenant_base!(),
        " + c.last_position where c.tenant = ?1 and c.command_id = ?2"
    );
    let read = |row: &rusqlite::Row<'_>| {
        let record = CommandRecord {
            command_id,
            request_hash: [0; 32],
            first_position: whole(row, 1)?,
            last_position: whole(row, 2)?,
            version: whole(row, 3)?,
        };
        Ok((record, row.get::<_, Vec<u8>>(0)?))
    };
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let found = select
        .query_row(params![tenant, command_id.as_bytes()], read)
        .optional()
        .map_err(failure)?;
    let Some((record, stored)) = found else {
        return Ok(None);
    };
    let request_hash = open_request(tenant, command_id, &stored)?;
    Ok(Some(CommandRecord {
        request_hash,
        ..record
    }))
}
