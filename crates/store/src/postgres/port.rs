//! The port of the log, as PostgreSQL keeps it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;

use super::link::Link;
use super::reads::Reads;
use super::shared::Looked;
use super::{PostgresLog, adopt, listen, replay, verify};
use crate::error::{AppendError, StoreError};
use crate::event::{
    Append, Appended, CommandRecord, EventRef, RecordedCommand, RecordedEvent, Snapshot, StreamId,
};
use crate::head;
use crate::log::EventLog;
use crate::verify::{Fault, VerifyReport};

/// A short read with owned arguments.
macro_rules! read {
    ($log:expr, $tenant:expr, |$reads:ident, $name:ident| $read:expr) => {
        $log.read($tenant, move |server, client, $name| async move {
            let $reads = Reads {
                client: &client,
                server: &server,
            };
            let $name = $name.as_str();
            $read.await
        })
        .await
    };
}

#[async_trait]
impl EventLog for PostgresLog {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.append_one(append, None).await
    }

    fn others_likely(&self, tenant: &str) -> Option<u64> {
        self.ours.others_likely(tenant)
    }

    async fn append_knowing(&self, append: Append, knows: u64) -> Result<Appended, AppendError> {
        self.append_one(append, Some(knows)).await
    }

    async fn append_all(&self, appends: Vec<Append>) -> Vec<Result<Appended, AppendError>> {
        let mut answers: Vec<Option<Result<Appended, AppendError>>> = Vec::new();
        let mut by_tenant: HashMap<String, (Vec<usize>, Vec<Append>)> = HashMap::new();
        for (place, append) in appends.into_iter().enumerate() {
            let refused = head::check(&append).err();
            if refused.is_none() {
                let of_tenant = by_tenant.entry(append.tenant.clone()).or_default();
                of_tenant.0.push(place);
                of_tenant.1.push(append);
            }
            answers.push(refused.map(Err));
        }
        for (tenant, (places, appends)) in by_tenant {
            let written = match self.queue(&tenant) {
                Ok(queue) => queue.append(appends, None).await,
                Err(error) => Err(error.into()),
            };
            let written = written.unwrap_or_else(|error| vec![Err(error); places.len()]);
            for (place, answer) in places.into_iter().zip(written) {
                answers[place] = Some(answer);
            }
        }
        let closed = || Err(StoreError::Closed.into());
        let answers = answers.into_iter();
        answers
            .map(|answer| answer.unwrap_or_else(closed))
            .collect()
    }

    async fn read_stream(
        &self,
        tenant: &str,
        stream: &StreamId,
        after_sequence: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let stream = stream.clone();
        read!(self, tenant, |reads, tenant| reads.stream(
            tenant,
            &stream,
            after_sequence
        ))
    }

    async fn read_log(
        &self,
        tenant: &str,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        read!(self, tenant, |reads, tenant| reads.log(
            tenant,
            after_position,
            limit
        ))
    }

    async fn head(&self, tenant: &str) -> Result<u64, StoreError> {
        Ok(self.look(tenant).await?.head)
    }

    async fn others(&self, tenant: &str) -> Result<u64, StoreError> {
        Ok(self.look(tenant).await?.others)
    }

    fn watch(&self, tenant: &str) -> watch::Receiver<u64> {
        let seen = self.heads.watch(tenant);
        self.listening
            .call_once(|| listen::start(&self.server, &self.heads, self.options.poll));
        seen
    }

    async fn command(
        &self,
        tenant: &str,
        command_id: Uuid,
    ) -> Result<Option<CommandRecord>, StoreError> {
        Ok(self.commands(tenant, &[command_id]).await?.pop())
    }

    async fn commands(
        &self,
        tenant: &str,
        command_ids: &[Uuid],
    ) -> Result<Vec<CommandRecord>, StoreError> {
        let ids = command_ids.to_vec();
        let settled = self.settled(tenant);
        let known: Vec<_> = read!(self, tenant, |reads, tenant| async {
            let known = reads.commands(tenant, &ids).await?;
            // Whoever is told of one takes it for durable, so it has to be.
            if known.values().any(|known| known.last_position > settled) {
                reads.fence(tenant).await?;
            }
            Ok(known.into_values().collect())
        })?;
        let last = known.iter().map(|known| known.last_position).max();
        self.acknowledge(tenant, last.unwrap_or_default());
        Ok(known)
    }

    async fn fence(&self, tenant: &str, position: u64) -> Result<Option<[u8; 32]>, StoreError> {
        let settled = self.settled(tenant);
        let chain = read!(self, tenant, |reads, tenant| async {
            if position > settled {
                reads.fence(tenant).await?;
            }
            // Read behind the fence on its own connection: of a primary that has gone meanwhile
            // the other one may not hold the position at all.
            reads.chain(tenant, position).await
        })?;
        if chain.is_some() {
            self.acknowledge(tenant, position);
        }
        Ok(chain)
    }

    async fn adopt(&self, tenant: &str, commands: Vec<RecordedCommand>) -> Result<u64, StoreError> {
        self.queue(tenant)?;
        let mut link = Link::to(&self.server, tenant, self.options.read_within);
        let name = tenant.to_owned();
        let adopted = self
            .server
            .run(async move { adopt::adopt(&mut link, &name, &commands).await })
            .await?;
        self.heads.publish(tenant, adopted);
        Ok(adopted)
    }

    async fn tenants(&self) -> Result<Vec<String>, StoreError> {
        read!(self, "", |reads, _tenant| reads.tenants())
    }

    async fn snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
    ) -> Result<Option<Snapshot>, StoreError> {
        let stream = stream.clone();
        read!(self, tenant, |reads, tenant| reads
            .snapshot(tenant, &stream))
    }

    async fn put_snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
        snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        self.queue(tenant)?;
        let stream = stream.clone();
        read!(self, tenant, |reads, tenant| reads
            .put_snapshot(tenant, &stream, &snapshot))
    }

    async fn drop_snapshots(&self, tenant: &str) -> Result<u64, StoreError> {
        self.queue(tenant)?;
        read!(self, tenant, |reads, tenant| reads.drop_snapshots(tenant))
    }

    async fn verify(&self, tenant: &str) -> Result<VerifyReport, StoreError> {
        let (server, tenant) = (Arc::clone(&self.server), tenant.to_owned());
        self.server
            .run(async move {
                // A connection of its own: whatever goes wrong, no transaction stays open in the
                // pool; and however long the log is, it is walked to its end.
                let client = server.connect_here().await?;
                verify::verify(&server, &client, &tenant).await
            })
            .await
    }

    async fn verify_derived(&self, tenant: &str) -> Result<Option<Fault>, StoreError> {
        let (server, tenant) = (Arc::clone(&self.server), tenant.to_owned());
        self.server
            .run(async move {
                let client = server.connect_here().await?;
                verify::derived(&server, &client, &tenant).await
            })
            .await
    }

    fn replay(
        &self,
        tenant: &str,
        after: u64,
        up_to: u64,
        each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        let (server, name) = (Arc::clone(&self.server), tenant.to_owned());
        let head = self.server.run_here(async move {
            let client = server.reader().await?;
            let reads = Reads {
                client: &client,
                server: &server,
            };
            reads.head(&name).await
        })?;
        let up_to = up_to.min(head.position);
        replay::replay(&self.server, tenant, after, up_to, each)
    }
}

impl PostgresLog {
    async fn append_one(
        &self,
        append: Append,
        knows: Option<u64>,
    ) -> Result<Appended, AppendError> {
        head::check(&append)?;
        let queue = self.queue(&append.tenant)?;
        let answers = queue.append(vec![append], knows).await?;
        answers
            .into_iter()
            .next()
            .unwrap_or(Err(StoreError::Closed.into()))
    }

    /// Asks the database for the head of a tenant, together with all who ask at the same time.
    async fn look(&self, tenant: &str) -> Result<Looked, StoreError> {
        let query = || async {
            let head = read!(self, tenant, |reads, tenant| reads.head(tenant))?;
            self.heads.publish(tenant, head.position);
            Ok(Looked {
                head: head.position,
                others: self.ours.read(tenant, &head),
            })
        };
        self.queries.ask(tenant, query).await
    }
}
