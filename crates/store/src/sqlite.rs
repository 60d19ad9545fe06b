//! The log in one SQLite file: one writer thread with group commit, readers beside it.
//!
//! WAL mode with `synchronous=FULL`: what was acknowledged survives a crash of the process and of
//! the machine. One process writes (a lock beside the file), others may read.

mod ahead;
mod backup;
mod batch;
mod failure;
mod file;
mod ledger;
mod lock;
mod options;
mod readers;
mod row;
mod walk;
mod writer;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;

pub use self::options::SqliteOptions;

use self::lock::WriterLock;
use self::readers::Readers;
use self::writer::Writer;
use crate::clock::Clock;
use crate::error::{AppendError, StoreError};
use crate::event::{
    Append, Appended, CommandRecord, EventRef, RecordedCommand, RecordedEvent, Snapshot, StreamId,
};
use crate::head;
use crate::heads::Heads;
use crate::log::EventLog;
use crate::queue::Job;
use crate::verify::{Fault, VerifyReport};

/// A log in a SQLite file. Dropping it writes what is queued and gives up the lock.
pub struct SqliteLog {
    // Dropped in this order: the lock goes last.
    writer: Option<Writer>,
    readers: Arc<Readers>,
    heads: Arc<Heads>,
    path: PathBuf,
    _lock: Option<WriterLock>,
}

impl SqliteLog {
    /// Opens the file for writing, creates it when it is not there, and takes the writer's lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another handle writes it, [`StoreError::ReadOnly`],
    /// [`StoreError::NotADatabase`], [`StoreError::NewerSchema`], [`StoreError::Corrupt`],
    /// [`StoreError::Io`]; the file is not changed then.
    pub fn open(
        path: &Path,
        clock: Arc<dyn Clock>,
        options: SqliteOptions,
    ) -> Result<Self, StoreError> {
        let path = file::resolve(path)?;
        let lock = WriterLock::take(&path)?;
        let connection = file::open_writer(&path, &options)?;
        let heads = Arc::new(Heads::default());
        writer::publish_all(&connection, &heads)?;
        let readers = Arc::new(Readers::new(&path, options.readers));
        let writer = Writer::start(connection, clock, heads.clone(), &options)?;
        Ok(Self {
            writer: Some(writer),
            readers,
            heads,
            path,
            _lock: Some(lock),
        })
    }

    /// Opens the file for reading beside its writer; takes no lock. Writing answers
    /// [`StoreError::ReadOnly`].
    ///
    /// # Errors
    /// As [`SqliteLog::open`], but never [`StoreError::Locked`]; [`StoreError::Io`] when there is
    /// no file.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let path = file::resolve(path)?;
        let connection = file::open_reader(&path)?;
        file::check_readable(&connection, &path)?;
        let heads = Arc::new(Heads::default());
        writer::publish_all(&connection, &heads)?;
        let readers = Arc::new(Readers::new(&path, SqliteOptions::default().readers));
        Ok(Self {
            writer: None,
            readers,
            heads,
            path,
            _lock: None,
        })
    }

    /// The full path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies the log as of now to a new file, while it is in use.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the target is there already.
    pub async fn backup_to(&self, target: &Path) -> Result<(), StoreError> {
        let target = target.to_owned();
        self.readers
            .read(move |file| backup::copy(file, &target))
            .await
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        let read_only = || StoreError::ReadOnly {
            what: format!("this handle on {}", self.path.display()),
        };
        self.writer.as_ref().ok_or_else(read_only)
    }

    /// Runs a read of one tenant with owned arguments.
    async fn read<T: Send + 'static>(
        &self,
        tenant: &str,
        read: impl FnOnce(&rusqlite::Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let tenant = tenant.to_owned();
        self.readers.read(move |file| read(file, &tenant)).await
    }
}

#[async_trait]
impl EventLog for SqliteLog {
    fn sole_writer(&self) -> bool {
        // The lock beside the file keeps every other writer out.
        self.writer.is_some()
    }

    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        head::check(&append)?;
        let answers = self.writer()?.queue()?.append(vec![append], None).await?;
        answers
            .into_iter()
            .next()
            .unwrap_or(Err(StoreError::Closed.into()))
    }

    async fn append_knowing(&self, append: Append, _: u64) -> Result<Appended, AppendError> {
        // Nobody else appends.
        self.append(append).await
    }

    async fn append_all(&self, appends: Vec<Append>) -> Vec<Result<Appended, AppendError>> {
        let mut answers: Vec<_> = appends
            .iter()
            .map(|append| head::check(append).err())
            .collect();
        let sound = appends
            .into_iter()
            .zip(&answers)
            .filter(|(_, refused)| refused.is_none());
        let sound: Vec<_> = sound.map(|(append, _)| append).collect();
        let queue = self.writer().and_then(Writer::queue);
        let written = match queue {
            Ok(queue) => queue.append(sound, None).await,
            Err(error) => Err(error.into()),
        };
        let (mut written, failed) = match written {
            Ok(written) => (
                written.into_iter(),
                AppendError::Storage(StoreError::Closed),
            ),
            Err(error) => (Vec::new().into_iter(), error),
        };
        let mut next = || written.next().unwrap_or_else(|| Err(failed.clone()));
        answers
            .iter_mut()
            .map(|refused| refused.take().map_or_else(&mut next, Err))
            .collect()
    }

    async fn read_stream(
        &self,
        tenant: &str,
        stream: &StreamId,
        after_sequence: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let stream = stream.clone();
        let read =
            move |file: &_, tenant: &_| readers::stream(file, tenant, &stream, after_sequence);
        self.read(tenant, read).await
    }

    async fn read_log(
        &self,
        tenant: &str,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let read = move |file: &_, tenant: &_| readers::log(file, tenant, after_position, limit);
        let events = self.read(tenant, read).await?;
        if let Some(last) = events.last().filter(|_| self.writer.is_none()) {
            self.heads.publish(tenant, last.position);
        }
        Ok(events)
    }

    async fn head(&self, tenant: &str) -> Result<u64, StoreError> {
        if self.writer.is_none() {
            let head = self.read(tenant, ledger::head).await?;
            self.heads
                .publish(tenant, head.map_or(0, |head| head.position));
        }
        Ok(self.heads.get(tenant))
    }

    fn watch(&self, tenant: &str) -> watch::Receiver<u64> {
        self.heads.watch(tenant)
    }

    async fn command(
        &self,
        tenant: &str,
        command_id: Uuid,
    ) -> Result<Option<CommandRecord>, StoreError> {
        self.read(tenant, move |file, tenant| {
            batch::command(file, tenant, command_id)
        })
        .await
    }

    async fn adopt(&self, tenant: &str, commands: Vec<RecordedCommand>) -> Result<u64, StoreError> {
        let tenant = tenant.to_owned();
        let job = |answer| Job::Adopt {
            tenant,
            commands,
            answer,
        };
        self.writer()?.queue()?.ask(job).await
    }

    async fn tenants(&self) -> Result<Vec<String>, StoreError> {
        self.readers.read(readers::tenants).await
    }

    async fn snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
    ) -> Result<Option<Snapshot>, StoreError> {
        let stream = stream.clone();
        self.read(tenant, move |file, tenant| {
            readers::snapshot(file, tenant, &stream)
        })
        .await
    }

    async fn put_snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
        snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        let (tenant, stream) = (tenant.to_owned(), stream.clone());
        let job = |answer| Job::Snapshot {
            tenant,
            stream,
            snapshot,
            answer,
        };
        self.writer()?.queue()?.ask(job).await
    }

    async fn drop_snapshots(&self, tenant: &str) -> Result<u64, StoreError> {
        let tenant = tenant.to_owned();
        self.writer()?
            .queue()?
            .ask(|answer| Job::DropSnapshots { tenant, answer })
            .await
    }

    async fn verify(&self, tenant: &str) -> Result<VerifyReport, StoreError> {
        self.read(tenant, walk::verify).await
    }

    async fn verify_derived(&self, tenant: &str) -> Result<Option<Fault>, StoreError> {
        self.read(tenant, walk::derived).await
    }

    fn replay(
        &self,
        tenant: &str,
        after: u64,
        up_to: u64,
        each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        ahead::replay(&self.readers, tenant, after, up_to, each)
    }
}
