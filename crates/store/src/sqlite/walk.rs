//! The long reads in position order over the clustered table, and verification.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::failure::{failure, failure_at};
use super::ledger;
use super::row::{bound, db, event, event_columns, tenant_base};
use crate::digest::open_request;
use crate::error::StoreError;
use crate::event::EventRef;
use crate::head::Head;
use crate::verify::{Fault, FaultKind, VerifyReport, Walk};

/// Events a statement: a statement that reads holds back the trimming of the write-ahead log.
const STEP: i64 = 50_000;

/// Hands over the rows of a range in position order, a step at a time.
pub(crate) fn scan(
    file: &Connection,
    tenant: &str,
    after: u64,
    up_to: u64,
    mut each: impl FnMut(EventRef<'_>) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let sql = concat!(
        "select ",
        event_columns!(),
        " from events where id > ",
        tenant_base!(),
        " + ?2 and id <= ",
        tenant_base!(),
        " + ?3 order by id limit ?4"
    );
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let mut last = after;
    loop {
        let range = params![tenant, bound(last), bound(up_to), STEP];
        let mut rows = select.query(range).map_err(failure)?;
        let mut read = 0;
        while let Some(row) = rows.next().map_err(|error| failure_at(last + 1, error))? {
            let event = event(row, tenant, Some(last + 1))?;
            last = event.position;
            read += 1;
            if each(event).is_break() {
                return Ok(());
            }
        }
        if read < STEP {
            return Ok(());
        }
    }
}

/// See [`crate::EventLog::verify`]. Reads one consistent state of the file.
pub(crate) fn verify(file: &Connection, tenant: &str) -> Result<VerifyReport, StoreError> {
    let snapshot = file.unchecked_transaction().map_err(failure)?;
    let mut walk = Walk::new();
    let fault = match events(&snapshot, tenant, &mut walk) {
        Ok(None) => indexes(&snapshot, tenant, walk.next() - 1),
        found => found,
    };
    let fault = match fault {
        Ok(fault) => fault,
        Err(StoreError::Corrupt { position, what }) => {
            let position = position.unwrap_or(walk.next());
            Some(Fault {
                position,
                kind: FaultKind::Unreadable(what),
            })
        }
        Err(other) => return Err(other),
    };
    Ok(walk.report(tenant, fault))
}

/// See [`crate::EventLog::verify_derived`]. Reads one consistent state of the file.
pub(crate) fn derived(file: &Connection, tenant: &str) -> Result<Option<Fault>, StoreError> {
    let snapshot = file.unchecked_transaction().map_err(failure)?;
    let head = ledger::head(&snapshot, tenant)?.unwrap_or_else(Head::empty);
    let mut last = Head::empty();
    let before = head.position.saturating_sub(1);
    // What stands at the head's position, and beyond it.
    scan(&snapshot, tenant, before, u64::MAX, |event| {
        last = Head::of(&event);
        ControlFlow::Continue(())
    })?;
    if last != head {
        return Ok(Some(Fault {
            position: last.position,
            kind: FaultKind::Head {
                claims: head.position,
            },
        }));
    }
    indexes(&snapshot, tenant, head.position)
}

fn events(file: &Connection, tenant: &str, walk: &mut Walk) -> Result<Option<Fault>, StoreError> {
    let mut fault = None;
    scan(file, tenant, 0, u64::MAX, |event| match walk.step(&event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(found) => {
            fault = Some(found);
            ControlFlow::Break(())
        }
    })?;
    if fault.is_none() {
        let head = ledger::head(file, tenant)?.unwrap_or_else(Head::empty);
        fault = walk.end(&head);
    }
    Ok(fault)
}

/// Compares what is derived from the events with them: versions, answers, and the file's trees.
fn indexes(file: &Connection, tenant: &str, position: u64) -> Result<Option<Fault>, StoreError> {
    let version = "select s.aggregate_type || '/' || s.aggregate_id from streams s \
        where s.tenant = ?1 and s.version <> (select count(*) from events e where \
        e.tenant = s.tenant and e.aggregate_type = s.aggregate_type \
        and e.aggregate_id = s.aggregate_id) limit 1";
    let command = concat!(
        "select hex(c.command_id) from commands c where c.tenant = ?1 and \
         (select count(*) from events e where e.id between ",
        tenant_base!(),
        " + c.first_position and ",
        tenant_base!(),
        " + c.last_position and e.command_id = c.command_id) \
         <> c.last_position - c.first_position + 1 limit 1"
    );
    let ask = |sql: &str| {
        let mut select = file.prepare_cached(sql).map_err(failure)?;
        let found = select.query_row([tenant], |row| row.get::<_, String>(0));
        found.optional().map_err(failure)
    };
    let what = if let Some(stream) = ask(version)? {
        Some(format!(
            "the version of stream {stream} does not fit its events"
        ))
    } else if let Some(id) = ask(command)? {
        Some(format!(
            "the answer to command {id} does not fit its events"
        ))
    } else if let Some(what) = requests(file, tenant)? {
        Some(what)
    } else if let Some(what) = left_out(file, tenant, position)? {
        Some(what)
    } else {
        let check = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let found = file
            .query_row("pragma integrity_check(1)", [], check)
            .map_err(failure)?;
        (found != "ok").then(|| format!("the file's structure is damaged: {found}"))
    };
    Ok(what.map(|what| Fault {
        position,
        kind: FaultKind::Index(what),
    }))
}

/// The first command whose request hash is not as it was written.
fn requests(file: &Connection, tenant: &str) -> Result<Option<String>, StoreError> {
    let sql = "select command_id, request_hash from commands where tenant = ?1 order by command_id";
    let mut select = file.prepare_cached(sql).map_err(failure)?;
    let mut rows = select.query([tenant]).map_err(failure)?;
    while let Some(row) = rows.next().map_err(failure)? {
        let id = row.get::<_, [u8; 16]>(0).map_err(failure)?;
        let stored = row.get_ref(1).map_err(failure)?;
        let stored = stored.as_blob().unwrap_or_default();
        if let Err(StoreError::Corrupt { what, .. }) =
            open_request(tenant, Uuid::from_bytes(id), stored)
        {
            return Ok(Some(what));
        }
    }
    Ok(None)
}

/// Whether an event belongs to no stream or to no command. Every stream and every command fits the
/// events it names, so together they must name as many as there are.
fn left_out(file: &Connection, tenant: &str, events: u64) -> Result<Option<String>, StoreError> {
    let sums = [
        (
            "select coalesce(sum(version), 0) from streams where tenant = ?1",
            "the streams",
        ),
        (
            "select coalesce(sum(last_position - first_position + 1), 0) from commands \
             where tenant = ?1",
            "the answers to commands",
        ),
    ];
    for (sql, whose) in sums {
        let named: i64 = file
            .query_row(sql, [tenant], |row| row.get(0))
            .map_err(failure)?;
        if named != db(events) {
            return Ok(Some(format!("{whose} name {named} events of {events}")));
        }
    }
    Ok(None)
}
