//! A log as it was at a position: what came later is not there, and nothing can be written.

use crate::source::ends_before;
use async_trait::async_trait;
use gridwhistle_store::{
    Append, AppendError, Appended, CommandRecord, EventLog, EventRef, RecordedCommand,
    RecordedEvent, Snapshot, StoreError, StreamId, VerifyReport, Walk,
};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use uuid::Uuid;

/// One tenant's log up to a position. Other tenants are not in it.
///
/// Who reads it page by page from its beginning has every checksum, the whole chain and the times of
/// recording checked: a page by itself says nothing of what stands before it.
pub struct Until {
    log: Arc<dyn EventLog>,
    tenant: String,
    position: u64,
    /// How far it was read without a gap.
    walked: Mutex<Walk>,
}

impl Until {
    /// The log of a tenant up to a position.
    #[must_use]
    pub fn new(log: Arc<dyn EventLog>, tenant: &str, position: u64) -> Self {
        let tenant = tenant.to_owned();
        Self {
            log,
            tenant,
            position,
            walked: Mutex::default(),
        }
    }

    /// Goes on with the walk where a page follows on what was walked, or begins it anew.
    fn walk(&self, after: u64, page: &[RecordedEvent]) -> Result<(), StoreError> {
        let mut walked = self.walked.lock().unwrap_or_else(PoisonError::into_inner);
        if after == 0 {
            *walked = Walk::new();
        }
        if after != walked.position() {
            return Ok(());
        }
        let mut events = page.iter();
        events.try_for_each(|event| walked.step(&event.borrowed()))?;
        Ok(())
    }

    /// The last position of a tenant that is seen here.
    fn end(&self, tenant: &str) -> u64 {
        if tenant == self.tenant {
            self.position
        } else {
            0
        }
    }
}

fn read_only() -> StoreError {
    StoreError::ReadOnly {
        what: "a log as it was at a position".to_owned(),
    }
}

#[async_trait]
impl EventLog for Until {
    async fn append(&self, _append: Append) -> Result<Appended, AppendError> {
        Err(read_only().into())
    }

    async fn append_knowing(&self, append: Append, _: u64) -> Result<Appended, AppendError> {
        self.append(append).await
    }

    async fn read_stream(
        &self,
        tenant: &str,
        stream: &StreamId,
        after_sequence: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let end = self.end(tenant);
        if end == 0 {
            return Ok(Vec::new());
        }
        let mut events = self.log.read_stream(tenant, stream, after_sequence).await?;
        events.retain(|event| event.position <= end);
        Ok(events)
    }

    async fn read_log(
        &self,
        tenant: &str,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let left = self.end(tenant).saturating_sub(after_position);
        let limit = limit.min(usize::try_from(left).unwrap_or(usize::MAX));
        if limit == 0 {
            return Ok(Vec::new());
        }
        let page = self.log.read_log(tenant, after_position, limit).await?;
        if page.is_empty() {
            // Who pages through a log takes an empty page for its end.
            return Err(ends_before(after_position + 1, self.position));
        }
        self.walk(after_position, &page)?;
        Ok(page)
    }

    async fn head(&self, tenant: &str) -> Result<u64, StoreError> {
        Ok(self.end(tenant))
    }

    fn watch(&self, tenant: &str) -> watch::Receiver<u64> {
        watch::channel(self.end(tenant)).1
    }

    async fn command(
        &self,
        tenant: &str,
        command_id: Uuid,
    ) -> Result<Option<CommandRecord>, StoreError> {
        let known = self.log.command(tenant, command_id).await?;
        Ok(known.filter(|command| command.last_position <= self.end(tenant)))
    }

    async fn adopt(
        &self,
        _tenant: &str,
        _commands: Vec<RecordedCommand>,
    ) -> Result<u64, StoreError> {
        Err(read_only())
    }

    async fn tenants(&self) -> Result<Vec<String>, StoreError> {
        Ok(vec![self.tenant.clone()])
    }

    /// None: a snapshot may hold what came later.
    async fn snapshot(
        &self,
        _tenant: &str,
        _stream: &StreamId,
    ) -> Result<Option<Snapshot>, StoreError> {
        Ok(None)
    }

    async fn put_snapshot(
        &self,
        _tenant: &str,
        _stream: &StreamId,
        _snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        Err(read_only())
    }

    async fn drop_snapshots(&self, _tenant: &str) -> Result<u64, StoreError> {
        Err(read_only())
    }

    /// Of the whole log: what came later is bound to what was there before.
    async fn verify(&self, tenant: &str) -> Result<VerifyReport, StoreError> {
        self.log.verify(tenant).await
    }

    fn replay(
        &self,
        tenant: &str,
        after: u64,
        up_to: u64,
        each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        let up_to = up_to.min(self.end(tenant));
        if up_to <= after {
            return Ok(after);
        }
        self.log.replay(tenant, after, up_to, each)
    }
}
