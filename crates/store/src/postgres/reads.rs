//! The short reads: streams, pages of the log, heads, commands, snapshots.
//!
//! Each is one statement, and so sees one state of the database, whoever writes meanwhile.

use std::collections::HashMap;

use deadpool_postgres::ClientWrapper;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::failure::failure;
use super::row::{Cells, Micros, db, digest, event, event_columns, number};
use super::server::Server;
use crate::digest::{self, open_request};
use crate::error::StoreError;
use crate::event::{CommandRecord, RecordedEvent, Snapshot, StreamId};
use crate::head::Head;
use crate::verify::{check_link, check_read};

/// A reading connection and the name of its server, for errors.
pub(crate) struct Reads<'c> {
    pub(crate) client: &'c ClientWrapper,
    pub(crate) server: &'c Server,
}

impl Reads<'_> {
    fn failed(&self, error: Error) -> StoreError {
        failure(self.server, &error)
    }

    async fn rows(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        let failed = |error| self.failed(error);
        let statement = self.client.prepare_cached(sql).await.map_err(failed)?;
        self.client.query(&statement, values).await.map_err(failed)
    }

    /// The events of a stream after a sequence, checked.
    pub(crate) async fn stream(
        &self,
        tenant: &str,
        stream: &StreamId,
        after: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let sql = concat!(
            "select ",
            event_columns!(),
            " from gridwhistle.events where tenant = $1 and aggregate_type = $2 \
             and aggregate_id = $3 and sequence > $4 order by sequence"
        );
        let StreamId {
            aggregate_type,
            aggregate_id,
        } = stream;
        let key: [&(dyn ToSql + Sync); 4] = [&tenant, aggregate_type, aggregate_id, &db(after)];
        let rows = self.rows(sql, &key).await?;
        let mut events = Vec::with_capacity(rows.len());
        for (nth, row) in rows.iter().enumerate() {
            let read = event(row, tenant, None)?;
            check_read(&read, after + nth as u64 + 1, read.sequence)?;
            events.push(read.to_recorded());
        }
        Ok(events)
    }

    /// At most `limit` events of the tenant after a position, checked.
    pub(crate) async fn log(
        &self,
        tenant: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let sql = concat!(
            "select ",
            event_columns!(),
            " from gridwhistle.events where tenant = $1 and position > $2 \
             order by position limit $3"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.rows(sql, &[&tenant, &db(after), &limit]).await?;
        // Of the first one the predecessor is not read, unless it is the very first.
        let mut previous = (after == 0).then_some(digest::GENESIS);
        let mut events = Vec::with_capacity(rows.len());
        for (nth, row) in rows.iter().enumerate() {
            let expected = after + nth as u64 + 1;
            let read = event(row, tenant, Some(expected))?;
            check_read(&read, expected, read.position)?;
            if let Some(previous) = &previous {
                check_link(previous, &read)?;
            }
            previous = Some(*read.chain);
            events.push(read.to_recorded());
        }
        Ok(events)
    }

    /// The stored head of a tenant; that of an empty one where there is none.
    pub(crate) async fn head(&self, tenant: &str) -> Result<Head, StoreError> {
        let sql = "select position, recorded_at, chain from gridwhistle.heads where tenant = $1";
        self.head_by(sql, tenant).await
    }

    /// The same, and nobody else moves it before the transaction ends.
    pub(crate) async fn head_for_update(&self, tenant: &str) -> Result<Head, StoreError> {
        let sql = "select position, recorded_at, chain from gridwhistle.heads where tenant = $1 \
                   for update";
        self.head_by(sql, tenant).await
    }

    async fn head_by(&self, sql: &str, tenant: &str) -> Result<Head, StoreError> {
        let rows = self.rows(sql, &[&tenant]).await?;
        let Some(row) = rows.first() else {
            return Ok(Head::empty());
        };
        let read = || {
            Ok(Head {
                position: number(row, 0)?,
                recorded_at_micros: super::row::Cells::cell::<Micros>(row, 1)?.0,
                chain: *digest(row, 2)?,
            })
        };
        read().map_err(|_: usize| StoreError::Corrupt {
            position: None,
            what: format!("the head of {tenant} cannot be read"),
        })
    }

    /// The last event must be the one that the head speaks of: nothing is chained onto damage.
    pub(crate) async fn check_last(&self, tenant: &str, head: &Head) -> Result<(), StoreError> {
        let sql = concat!(
            "select ",
            event_columns!(),
            " from gridwhistle.events where tenant = $1 and position >= $2 \
             order by position desc limit 1"
        );
        let rows = self.rows(sql, &[&tenant, &db(head.position)]).await?;
        let corrupt = |what: &str| StoreError::Corrupt {
            position: Some(head.position),
            what: what.to_owned(),
        };
        let Some(row) = rows.first() else {
            return match head.position {
                0 => Ok(()),
                _ => Err(corrupt("the head names it, but it is not there")),
            };
        };
        let last = event(row, tenant, Some(head.position))?;
        check_read(&last, head.position, last.position)?;
        if *last.chain != head.chain {
            return Err(corrupt("its chain value is not the one in the head"));
        }
        if last.recorded_at_micros != head.recorded_at_micros {
            return Err(corrupt(
                "it was recorded at another instant than the head says",
            ));
        }
        Ok(())
    }

    /// What the log remembers of commands.
    pub(crate) async fn commands(
        &self,
        tenant: &str,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, CommandRecord>, StoreError> {
        let sql = "select c.command_id, c.request_hash, c.first_position, c.last_position, \
                   e.sequence from gridwhistle.commands c join gridwhistle.events e \
                   on e.tenant = c.tenant and e.position = c.last_position \
                   where c.tenant = $1 and c.command_id = any($2)";
        let rows = self.rows(sql, &[&tenant, &ids]).await?;
        let mut known = HashMap::with_capacity(rows.len());
        for row in &rows {
            let unreadable = |_: usize| StoreError::Corrupt {
                position: None,
                what: format!("an answer to a command of {tenant} cannot be read"),
            };
            let command_id: Uuid = row.cell(0).map_err(unreadable)?;
            let record = CommandRecord {
                command_id,
                request_hash: open_request(tenant, command_id, row.cell(1).map_err(unreadable)?)?,
                first_position: number(row, 2).map_err(unreadable)?,
                last_position: number(row, 3).map_err(unreadable)?,
                version: number(row, 4).map_err(unreadable)?,
            };
            known.insert(command_id, record);
        }
        Ok(known)
    }

    /// The versions of streams; those without events are left out.
    pub(crate) async fn versions(
        &self,
        tenant: &str,
        streams: &[&StreamId],
    ) -> Result<HashMap<StreamId, u64>, StoreError> {
        let sql = "select o.type, o.id, last.sequence \
                   from unnest($2::text[], $3::text[]) as o (type, id) cross join lateral \
                   (select e.sequence from gridwhistle.events e where e.tenant = $1 \
                    and e.aggregate_type = o.type and e.aggregate_id = o.id \
                    order by e.sequence desc limit 1) as last";
        let types: Vec<&str> = streams
            .iter()
            .map(|one| one.aggregate_type.as_str())
            .collect();
        let ids: Vec<&str> = streams
            .iter()
            .map(|one| one.aggregate_id.as_str())
            .collect();
        let rows = self.rows(sql, &[&tenant, &types, &ids]).await?;
        let version = |row: &Row| {
            let stream = StreamId::new(row.get::<_, &str>(0), row.get::<_, &str>(1));
            let version = number(row, 2).map_err(|_| StoreError::Corrupt {
                position: None,
                what: format!("the version of stream {stream} cannot be read"),
            })?;
            Ok((stream, version))
        };
        rows.iter().map(version).collect()
    }

    /// The names of all tenants with events.
    pub(crate) async fn tenants(&self) -> Result<Vec<String>, StoreError> {
        let sql = "select tenant from gridwhistle.heads order by tenant";
        let rows = self.rows(sql, &[]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// The snapshot of a stream.
    pub(crate) async fn snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
    ) -> Result<Option<Snapshot>, StoreError> {
        let sql = "select sequence, payload from gridwhistle.snapshots \
                   where tenant = $1 and aggregate_type = $2 and aggregate_id = $3";
        let key: [&(dyn ToSql + Sync); 3] = [&tenant, &stream.aggregate_type, &stream.aggregate_id];
        let rows = self.rows(sql, &key).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let sequence = number(row, 0).map_err(|_| StoreError::Corrupt {
            position: None,
            what: format!("the snapshot of stream {stream} cannot be read"),
        })?;
        Ok(Some(Snapshot {
            sequence,
            payload: row.get(1),
        }))
    }

    /// Stores a snapshot unless a newer one is there.
    pub(crate) async fn put_snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
        snapshot: &Snapshot,
    ) -> Result<(), StoreError> {
        let version = self.versions(tenant, &[stream]).await?;
        let version = version.get(stream).copied().unwrap_or_default();
        crate::head::check_snapshot(snapshot, version)?;
        let sql = "insert into gridwhistle.snapshots as s \
                   (tenant, aggregate_type, aggregate_id, sequence, payload) \
                   values ($1, $2, $3, $4, $5) \
                   on conflict (tenant, aggregate_type, aggregate_id) do update \
                   set sequence = excluded.sequence, payload = excluded.payload \
                   where excluded.sequence >= s.sequence";
        let values: [&(dyn ToSql + Sync); 5] = [
            &tenant,
            &stream.aggregate_type,
            &stream.aggregate_id,
            &db(snapshot.sequence),
            &snapshot.payload,
        ];
        self.rows(sql, &values).await.map(drop)
    }

    /// Deletes all snapshots of a tenant.
    pub(crate) async fn drop_snapshots(&self, tenant: &str) -> Result<u64, StoreError> {
        let sql = "with gone as (delete from gridwhistle.snapshots where tenant = $1 returning 1) \
                   select count(*) from gone";
        let rows = self.rows(sql, &[&tenant]).await?;
        Ok(rows
            .first()
            .map_or(0, |row| row.get::<_, i64>(0).unsigned_abs()))
    }

    /// The chain value at a position; none where the log does not hold it.
    pub(crate) async fn chain(
        &self,
        tenant: &str,
        position: u64,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let sql = "select chain from gridwhistle.events where tenant = $1 and position = $2";
        let rows = self.rows(sql, &[&tenant, &db(position)]).await?;
        let chain = rows.first().map(|row| digest(row, 0).copied());
        chain.transpose().map_err(|_| StoreError::Corrupt {
            position: Some(position),
            what: "its chain value cannot be read".to_owned(),
        })
    }

    /// Writes something, so that all that was there before it is replicated when this returns.
    pub(crate) async fn fence(&self, tenant: &str) -> Result<(), StoreError> {
        let sql = "update gridwhistle.heads set fence = fence + 1 where tenant = $1";
        self.rows(sql, &[&tenant]).await.map(drop)
    }
}
