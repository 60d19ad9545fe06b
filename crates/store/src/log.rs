//! The port of the log: what every backend promises.
//!
//! - **Tenant first.** Order, positions, commands and the chain are per tenant; no call spans two.
//! - **Position** is 1-based, gapless and in commit order: a reader never passes a position that
//!   may still appear.
//! - **Compare and set.** An append names the stream version that its decision was made on.
//! - **Durable.** When `append` answers, the events survive a crash (the memory backend excepted).
//! - **Idempotent.** A command id that is known answers the first result and writes nothing.
//!
//! The port refuses to know a case, to change an event, and to call anybody back.

use std::ops::ControlFlow;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::{AppendError, StoreError};
use crate::event::{
    Append, Appended, CommandRecord, EventRef, RecordedCommand, RecordedEvent, Snapshot, StreamId,
};
use crate::verify::{Fault, VerifyReport};

/// A log of events of many tenants. Object safe: the engine holds an `Arc<dyn EventLog>`.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Whether nobody but this handle can append. `false` where that is not certain.
    fn sole_writer(&self) -> bool {
        false
    }

    /// The last position, at the time of asking, that somebody else may have appended since this
    /// handle was opened, or before; 0 where nobody else can append. Whoever is alone with this
    /// handle knows what came after it.
    ///
    /// # Errors
    /// As [`EventLog::head`].
    async fn others(&self, tenant: &str) -> Result<u64, StoreError> {
        if self.sole_writer() {
            return Ok(0);
        }
        self.head(tenant).await
    }

    /// Appends one command's events, whole or not at all, and answers when they are durable.
    ///
    /// Dropping the future after it was queued does not take the command back: settle the outcome
    /// by repeating it with the same command id.
    ///
    /// # Errors
    /// See [`AppendError`]; a refusal concerns this command only, never others in its batch.
    async fn append(&self, append: Append) -> Result<Appended, AppendError>;

    /// What [`EventLog::others`] would likely answer, without asking; none where that is better asked.
    /// A decision may be made on it if it is then appended by [`EventLog::append_knowing`].
    fn others_likely(&self, _tenant: &str) -> Option<u64> {
        None
    }

    /// Appends as [`EventLog::append`] does, but only where nobody else has appended after position
    /// `knows`: so whoever decides on what it knows need not ask first whether that is all.
    ///
    /// # Errors
    /// [`AppendError::Behind`] where somebody else has; otherwise as [`EventLog::append`].
    async fn append_knowing(&self, append: Append, knows: u64) -> Result<Appended, AppendError>;

    /// Appends many commands in order, each for itself as by [`EventLog::append`], in as few
    /// transactions as the backend can: for imports. The answers are in the order of the commands.
    async fn append_all(&self, appends: Vec<Append>) -> Vec<Result<Appended, AppendError>> {
        let mut answers = Vec::with_capacity(appends.len());
        for append in appends {
            answers.push(self.append(append).await);
        }
        answers
    }

    /// The events of a stream after `after_sequence` (0: all), in order, checksums checked. A
    /// stream that is not there has none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] names the first event whose checksum or sequence does not fit.
    async fn read_stream(
        &self,
        tenant: &str,
        stream: &StreamId,
        after_sequence: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// At most `limit` events of the tenant after `after_position` (0: from the start), in
    /// position order, checksums checked, and within the page the chain.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] names the first event whose checksum or position does not fit.
    async fn read_log(
        &self,
        tenant: &str,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// The last position of the tenant; 0 without events.
    async fn head(&self, tenant: &str) -> Result<u64, StoreError>;

    /// The head position as a value to wait on; it moves after the commit and never back. A slow
    /// receiver sees the newest value only, so read the log up to it: nothing is skipped.
    ///
    /// On a handle that was opened read-only it moves when `head` or `read_log` sees more.
    fn watch(&self, tenant: &str) -> watch::Receiver<u64>;

    /// What the log remembers of a command.
    async fn command(
        &self,
        tenant: &str,
        command_id: Uuid,
    ) -> Result<Option<CommandRecord>, StoreError>;

    /// What the log remembers of several commands; those that it does not know are left out.
    async fn commands(
        &self,
        tenant: &str,
        command_ids: &[Uuid],
    ) -> Result<Vec<CommandRecord>, StoreError> {
        let mut known = Vec::with_capacity(command_ids.len());
        for id in command_ids {
            known.extend(self.command(tenant, *id).await?);
        }
        Ok(known)
    }

    /// Makes sure that everything up to a position is as durable as an acknowledged append, and
    /// answers the chain value there, as it is behind that: none where the log does not hold the
    /// position. For whoever takes what was merely read for settled: on a synchronous pair a
    /// restarted primary shows rows that no standby has, and a take-over loses them. A handle that
    /// was opened read-only cannot make sure.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: it is not certain yet; ask again later.
    async fn fence(&self, tenant: &str, position: u64) -> Result<Option<[u8; 32]>, StoreError> {
        let Some(before) = position.checked_sub(1) else {
            return Ok(None);
        };
        let events = self.read_log(tenant, before, 1).await?;
        Ok(events.first().map(|event| event.chain))
    }

    /// Takes over commands of another log of this tenant as they are: positions, instants,
    /// checksums and chain are kept. They follow on the head in order, each whole; all are taken
    /// or none. Answers the new head.
    ///
    /// # Errors
    /// [`StoreError::NotNext`] names the first event that does not follow.
    async fn adopt(&self, tenant: &str, commands: Vec<RecordedCommand>) -> Result<u64, StoreError>;

    /// The names of all tenants with events, in order.
    async fn tenants(&self) -> Result<Vec<String>, StoreError>;

    /// The stored snapshot of a stream, if any.
    async fn snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
    ) -> Result<Option<Snapshot>, StoreError>;

    /// Stores a snapshot, unless a newer one is there.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when its sequence is 0 or beyond the stream's version.
    async fn put_snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
        snapshot: Snapshot,
    ) -> Result<(), StoreError>;

    /// Deletes all snapshots of a tenant and says how many there were. No answer changes by it.
    async fn drop_snapshots(&self, tenant: &str) -> Result<u64, StoreError>;

    /// Walks all events of a tenant, recomputes checksums and chain, and names the first position
    /// that does not fit.
    ///
    /// # Errors
    /// Only when the walk itself could not be done; damage is part of the report.
    async fn verify(&self, tenant: &str) -> Result<VerifyReport, StoreError>;

    /// Holds what is derived from the events against them: head, versions of streams, answers to
    /// commands, the storage below. For whoever walked checksums and chain already.
    ///
    /// # Errors
    /// As [`EventLog::verify`], which a backend without such tables does instead.
    async fn verify_derived(&self, tenant: &str) -> Result<Option<Fault>, StoreError> {
        Ok(self.verify(tenant).await?.fault)
    }

    /// Hands the events with `after < position <= up_to` to `each`, in order and borrowed, until
    /// it breaks; answers the last position handed over (`after` when none was). What is appended
    /// meanwhile may be left out. The fast path: it blocks the calling thread, may read ahead on
    /// others, checks that positions are gapless up to the head, and computes no hashes.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] names the first row that cannot be read or leaves a gap.
    fn replay(
        &self,
        tenant: &str,
        after: u64,
        up_to: u64,
        each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> Result<u64, StoreError>;
}
