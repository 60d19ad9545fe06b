//! The walk over one tenant's log and what is derived from it, within one state of the database.

use std::pin::pin;

use deadpool_postgres::ClientWrapper;

use super::failure::failure;
use super::reads::Reads;
use super::replay::{copy, next};
use super::row::{db, event};
use super::server::Server;
use crate::digest::open_request;
use crate::error::StoreError;
use crate::head::Head;
use crate::verify::{Fault, FaultKind, VerifyReport, Walk};

/// Positions of one COPY.
const RANGE: u64 = 50_000;

/// See [`crate::EventLog::verify`].
pub(crate) async fn verify(
    server: &Server,
    client: &ClientWrapper,
    tenant: &str,
) -> Result<VerifyReport, StoreError> {
    let failed = |error| failure(server, &error);
    let begin = "begin isolation level repeatable read read only";
    client.batch_execute(begin).await.map_err(failed)?;
    let report = walk(server, client, tenant).await;
    client.batch_execute("rollback").await.map_err(failed)?;
    report
}

/// See [`crate::EventLog::verify_derived`].
pub(crate) async fn derived(
    server: &Server,
    client: &ClientWrapper,
    tenant: &str,
) -> Result<Option<Fault>, StoreError> {
    let failed = |error| failure(server, &error);
    let begin = "begin isolation level repeatable read read only";
    client.batch_execute(begin).await.map_err(failed)?;
    let found = at_head(server, client, tenant).await;
    client.batch_execute("rollback").await.map_err(failed)?;
    found
}

async fn at_head(
    server: &Server,
    client: &ClientWrapper,
    tenant: &str,
) -> Result<Option<Fault>, StoreError> {
    let head = Reads { client, server }.head(tenant).await?;
    let before = head.position.saturating_sub(1);
    let mut last = Head::empty();
    {
        let mut rows = pin!(copy(server, client, tenant, before, head.position).await?);
        while let Some(row) = next(server, &mut rows).await? {
            last = Head::of(&event(&row, tenant, Some(head.position))?);
        }
    }
    if last != head {
        return Ok(Some(Fault {
            position: last.position,
            kind: FaultKind::Head {
                claims: head.position,
            },
        }));
    }
    indexes(server, client, tenant, head.position).await
}

async fn walk(
    server: &Server,
    client: &ClientWrapper,
    tenant: &str,
) -> Result<VerifyReport, StoreError> {
    let mut walk = Walk::new();
    let fault = match events(server, client, tenant, &mut walk).await {
        Ok(None) => indexes(server, client, tenant, walk.next() - 1).await,
        found => found,
    };
    let fault = match fault {
        Ok(fault) => fault,
        Err(StoreError::Corrupt { position, what }) => Some(Fault {
            position: position.unwrap_or(walk.next()),
            kind: FaultKind::Unreadable(what),
        }),
        Err(other) => return Err(other),
    };
    Ok(walk.report(tenant, fault))
}

async fn events(
    server: &Server,
    client: &ClientWrapper,
    tenant: &str,
    walk: &mut Walk,
) -> Result<Option<Fault>, StoreError> {
    let head = Reads { client, server }.head(tenant).await?;
    let mut after = 0;
    loop {
        let range = copy(server, client, tenant, after, after + RANGE).await?;
        let mut rows = pin!(range);
        let mut any = false;
        while let Some(row) = next(server, &mut rows).await? {
            any = true;
            if let Err(fault) = walk.step(&event(&row, tenant, Some(walk.next()))?) {
                return Ok(Some(fault));
            }
        }
        after += RANGE;
        // Beyond the head, too: an event that the head does not name is a fault.
        if !any && after >= head.position {
            return Ok(walk.end(&head));
        }
    }
}

/// Compares what is derived from the events with them: versions and answers.
async fn indexes(
    server: &Server,
    client: &ClientWrapper,
    tenant: &str,
    position: u64,
) -> Result<Option<Fault>, StoreError> {
    let checks = [
        // Of each stream the last number must be the count of its events.
        "select 'the version of stream ' || aggregate_type || '/' || aggregate_id \
         || ' does not fit its events' \
         from gridwhistle.events where tenant = $1 group by aggregate_type, aggregate_id \
         having max(sequence) <> count(*) or min(sequence) <> 1 limit 1",
        // Of each command the answer must name the positions of its events, all and no others.
        "select 'the answer to command ' || coalesce(c.command_id, e.command_id) \
         || ' does not fit its events' \
         from (select * from gridwhistle.commands where tenant = $1) c full join \
         (select command_id, min(position) as first, max(position) as last, count(*) as events \
          from gridwhistle.events where tenant = $1 group by command_id) e \
         on e.command_id = c.command_id \
         where c.first_position is distinct from e.first \
         or c.last_position is distinct from e.last or e.events <> e.last - e.first + 1 limit 1",
    ];
    for sql in checks {
        let found = client.query_opt(sql, &[&tenant]).await;
        let found = found.map_err(|error| failure(server, &error))?;
        if let Some(row) = found {
            return Ok(Some(Fault {
                position,
                kind: FaultKind::Index(row.get(0)),
            }));
        }
    }
    if let Some(what) = requests(server, client, tenant).await? {
        return Ok(Some(Fault {
            position,
            kind: FaultKind::Index(what),
        }));
    }
    let sql = "select last_value is not null from (select max(position) as last_value \
               from gridwhistle.events where tenant = $1 and position > $2) beyond";
    let beyond = client.query_one(sql, &[&tenant, &db(position)]).await;
    let beyond = beyond.map_err(|error| failure(server, &error))?;
    Ok(beyond.get::<_, bool>(0).then(|| Fault {
        position,
        kind: FaultKind::Index("there are events beyond the head".to_owned()),
    }))
}

/// The first command whose request hash is not as it was written.
async fn requests(
    server: &Server,
    client: &ClientWrapper,
    tenant: &str,
) -> Result<Option<String>, StoreError> {
    let failed = |error| failure(server, &error);
    let sql = "select command_id, request_hash from gridwhistle.commands where tenant = $1 \
               order by command_id";
    let rows = client.query_raw(sql, [&tenant]).await.map_err(failed)?;
    let mut rows = pin!(rows);
    while let Some(row) = next(server, &mut rows).await? {
        if let Err(StoreError::Corrupt { what, .. }) = open_request(tenant, row.get(0), row.get(1))
        {
            return Ok(Some(what));
        }
    }
    Ok(None)
}
