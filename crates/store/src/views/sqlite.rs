//! View tables in one SQLite file of their own, beside the log.
//!
//! A file apart, because its content is a cache: it is written without waiting for the disk
//! (`synchronous=NORMAL`: after a power cut it is whole, and at worst some batches behind its
//! log), never contends with the log's writer, and may be deleted. One connection writes, one
//! transaction a batch; a small pool reads, each question within one snapshot. All work of the
//! database runs on blocking threads. Dropping the future of a write does not take it back: the
//! checkpoint tells what happened.

mod catalog;
mod cells;
mod failure;
mod file;
mod packed;
mod past;
mod read;
mod select;
mod sql;
mod tables;
mod write;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use tokio::sync::{Semaphore, mpsc};

use self::failure::Failure;
use self::write::{Building, Changes};
use super::plan::{QueryPlan, TallyPlan, as_of};
use super::registry::{Registry, forward};
use super::rows::{check_key, check_packed};
use super::scan::ScanPlan;
use super::select::SelectPlan;
use super::{
    Access, Page, Query, RowOp, Select, Stretch, Tally, TallyRow, Value, View, ViewError,
    ViewOptions, ViewState, ViewStore,
};

/// The SQLite backend.
#[derive(Debug)]
pub struct SqliteViews {
    registry: Registry,
    /// One permit for each question under way.
    turns: Arc<Semaphore>,
    file: Arc<File>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// `None` if opened for reading only.
    writer: Option<Mutex<Writer>>,
    /// Reading connections that nobody uses now.
    idle: Mutex<Vec<Connection>>,
}

#[derive(Debug)]
struct Writer {
    connection: Connection,
    rebuilds: Rebuilds,
}

/// Rebuilds under way, by generation.
type Rebuilds = HashMap<u64, Building>;

impl SqliteViews {
    /// Opens or creates a views file. Does brief blocking work.
    ///
    /// # Errors
    /// [`ViewError::Damaged`], [`ViewError::NewerFile`], [`ViewError::NotAViewsFile`],
    /// [`ViewError::Missing`], and other storage failures.
    pub fn open(path: impl AsRef<Path>, options: ViewOptions) -> Result<Self, ViewError> {
        let path = path.as_ref().to_path_buf();
        let opened = match options.access {
            Access::ReadWrite => file::open_writer(&path).map(Some),
            Access::ReadOnly => file::open_reader(&path).map(|_| None),
        };
        let writer = |connection| {
            Mutex::new(Writer {
                connection,
                rebuilds: Rebuilds::new(),
            })
        };
        let writer = opened.map_err(|failure| failure.at(&path))?.map(writer);
        let turns = Arc::new(Semaphore::new(options.readers.max(1)));
        let file = Arc::new(File {
            path,
            writer,
            idle: Mutex::default(),
        });
        Ok(Self {
            registry: Registry::default(),
            turns,
            file,
        })
    }

    /// Answers from one snapshot of the file.
    async fn read<T, W>(&self, work: W) -> Result<T, ViewError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| ViewError::Stopped)?;
        let file = Arc::clone(&self.file);
        let done = tokio::task::spawn_blocking(move || {
            let answer = file
                .snapshot(work)
                .map_err(|failure| failure.at(&file.path));
            drop(turn);
            answer
        });
        done.await.map_err(|_| ViewError::Stopped)?
    }

    /// Works in one transaction, which stands only if `work` answers. A rebuild that `work` takes
    /// in hand and does not give back is given up.
    async fn write<T, W>(&self, work: W) -> Result<T, ViewError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection, &mut Rebuilds) -> Result<T, Failure> + Send + 'static,
    {
        let file = Arc::clone(&self.file);
        let done = tokio::task::spawn_blocking(move || {
            file.transaction(work)
                .map_err(|failure| failure.at(&file.path))
        });
        done.await.map_err(|_| ViewError::Stopped)?
    }
}

impl File {
    fn snapshot<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => file::open_reader(&self.path)?,
        };
        let transaction = connection.transaction()?;
        let answer = work(&transaction)?;
        transaction.finish()?;
        // Only a connection that served well goes back.
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        Ok(answer)
    }

    fn transaction<T>(
        &self,
        work: impl FnOnce(&Connection, &mut Rebuilds) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let writer = self.writer.as_ref().ok_or(ViewError::ReadOnly)?;
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Writer {
            connection,
            rebuilds,
        } = &mut *writer;
        let immediate = rusqlite::TransactionBehavior::Immediate;
        let transaction = connection.transaction_with_behavior(immediate)?;
        let answer = work(&transaction, rebuilds)?;
        if let Err(failure) = transaction.commit() {
            // What they hold may be of this batch, which does not stand.
            rebuilds.clear();
            return Err(failure.into());
        }
        Ok(answer)
    }
}

#[async_trait]
impl ViewStore for SqliteViews {
    async fn open_view(&self, tenant: &str, view: &View) -> Result<ViewState, ViewError> {
        let schema = self.registry.check(tenant, view)?;
        let (owner, wanted) = (tenant.to_owned(), Arc::clone(&schema));
        let state = if self.file.writer.is_some() {
            self.write(move |db, _| catalog::open(db, &owner, &wanted))
                .await?
        } else {
            self.read(move |db| catalog::state(db, &owner, &wanted))
                .await?
        };
        self.registry.insert(tenant, schema);
        Ok(state)
    }

    async fn apply(
        &self,
        tenant: &str,
        view: &str,
        generation: u64,
        stretch: Stretch,
        ops: Vec<RowOp>,
    ) -> Result<(), ViewError> {
        let schema = self.registry.get(tenant, view)?;
        forward(stretch)?;
        let changes = Changes::of(&schema, check_packed(&schema, ops)?);
        let changes = changes.map_err(|failure| failure.at(&self.file.path))?;
        let (tenant, view) = (tenant.to_owned(), schema.view.name);
        self.write(move |db, rebuilds| {
            let is_live = catalog::advance(db, &tenant, &schema, generation, stretch)?;
            if is_live {
                return write::carry_out(db, &schema, generation, changes, None);
            }
            let taken = rebuilds.remove(&generation);
            let mut building = taken.ok_or_else(|| catalog::unknown(view, generation))?;
            write::carry_out(db, &schema, generation, changes, Some(&mut building))?;
            rebuilds.insert(generation, building);
            Ok(())
        })
        .await
    }

    async fn begin_rebuild(&self, tenant: &str, view: &View) -> Result<u64, ViewError> {
        let schema = self.registry.check(tenant, view)?;
        let (owner, wanted) = (tenant.to_owned(), Arc::clone(&schema));
        let generation = self
            .write(move |db, rebuilds| {
                let generation = catalog::begin_rebuild(db, &owner, &wanted)?;
                let building = Building::new(&owner, &wanted);
                rebuilds.retain(|_, other| !other.is_of_same(&building));
                rebuilds.insert(generation, building);
                Ok(generation)
            })
            .await?;
        self.registry.insert(tenant, schema);
        Ok(generation)
    }

    /// Few: rows wait in memory from batch to batch, so large ones merge no more of them, and only
    /// leave the processor's caches.
    fn rebuild_events(&self) -> usize {
        2_048
    }

    async fn swap(&self, tenant: &str, view: &str, generation: u64) -> Result<(), ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let (tenant, view) = (tenant.to_owned(), schema.view.name);
        self.write(move |db, rebuilds| {
            catalog::check_rebuild(db, &tenant, &schema, generation)?;
            let taken = rebuilds.remove(&generation);
            let building = taken.ok_or_else(|| catalog::unknown(view, generation))?;
            write::finish(db, &schema, generation, building)?;
            catalog::swap(db, &tenant, &schema, generation)
        })
        .await
    }

    async fn position(&self, tenant: &str, view: &str) -> Result<u64, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let tenant = tenant.to_owned();
        let state = self
            .read(move |db| catalog::state(db, &tenant, &schema))
            .await?;
        Ok(state.position)
    }

    async fn get(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        key: &[Value],
        at: Option<DateTime<Utc>>,
    ) -> Result<Option<Vec<Value>>, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let (place, table) = schema.table(table)?;
        let key = check_key(table, key.to_vec())?;
        let at = as_of(table, at)?;
        let tenant = tenant.to_owned();
        self.read(move |db| {
            let source = catalog::source(db, &tenant, &schema, place)?;
            read::get(db, &source, &key, at)
        })
        .await
    }

    async fn query(&self, tenant: &str, view: &str, query: Query) -> Result<Page, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = QueryPlan::of(&schema, &query)?;
        let tenant = tenant.to_owned();
        self.read(move |db| {
            let source = catalog::source(db, &tenant, &schema, plan.table)?;
            read::page(db, &source, &plan)
        })
        .await
    }

    async fn select(
        &self,
        tenant: &str,
        view: &str,
        select: Select,
        take: &mut (dyn for<'r> FnMut(&'r [Value]) + Send),
    ) -> Result<(), ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = SelectPlan::of(&schema, &select)?;
        let (tenant, width) = (tenant.to_owned(), plan.columns.len());
        let (send, mut lots) = mpsc::channel(select::LOTS_AHEAD);
        let reading = self.read(move |db| {
            let source = catalog::source(db, &tenant, &schema, plan.table)?;
            select::each_lot(db, &source, &plan, |lot| send.blocking_send(lot).is_ok())
        });
        let taking = async {
            while let Some(lot) = lots.recv().await {
                for row in lot.chunks_exact(width) {
                    take(row);
                }
            }
        };
        let (read, ()) = tokio::join!(reading, taking);
        read
    }

    async fn tally(
        &self,
        tenant: &str,
        view: &str,
        tally: Tally,
    ) -> Result<Vec<TallyRow>, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = TallyPlan::of(&schema, &tally)?;
        let tenant = tenant.to_owned();
        self.read(move |db| {
            let source = catalog::source(db, &tenant, &schema, plan.table)?;
            read::tally(db, &source, &plan)
        })
        .await
    }

    async fn scan(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = ScanPlan::of(&schema, table, after, limit)?;
        let tenant = tenant.to_owned();
        self.read(move |db| {
            let source = catalog::source(db, &tenant, &schema, plan.table)?;
            read::scan(db, &source, &plan)
        })
        .await
    }
}
