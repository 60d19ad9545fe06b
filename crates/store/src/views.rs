//! View tables: the typed tables that projections fill and people's questions read.
//!
//! Responsible for rows, their history, and the checkpoint that stands or falls with them; for
//! rebuilding a view beside the live one; and for giving the same answer to the same question on
//! every backend (`tests/views/conformance.rs` holds them to it). Knows no case, reads no log and
//! decides nothing: all content is a cache that can be deleted and rebuilt from the log.
//!
//! The life of a view:
//!
//! ```text
//! open_view ──► needs_rebuild? ──no──► apply, apply, apply … on the live generation
//!                   │yes
//!                   └─► begin_rebuild ─► apply … from 0 on the new generation ─► swap
//! ```

mod cursor;
mod error;
mod groups;
mod memory;
mod packed;
mod plan;
mod postgres;
mod question;
mod registry;
mod rows;
mod scan;
mod schema;
mod select;
mod sqlite;
mod value;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::open::Address;

pub use cursor::Cursor;
pub use error::ViewError;
pub use memory::MemoryViews;
pub use packed::{PackedRow, Packer};
pub use postgres::PostgresViews;
pub use question::{Direction, Filter, Op, PAGE_ROWS_MAX, Page, Query, Select, Tally, TallyRow};
pub use rows::{Row, RowOp};
pub use schema::{Column, NAME_BYTES_MAX, Table, View};
pub use sqlite::SqliteViews;
pub use value::{ColumnKind, Value};

/// How a view stands when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewState {
    /// The live generation, to give to [`ViewStore::apply`]; 0 if nothing was built yet.
    pub generation: u64,
    /// The log position up to which the live rows are complete.
    pub position: u64,
    /// The log's chain value there, as [`Stretch::chain`] told it: whose past the rows are of.
    pub chain: [u8; 32],
    /// The live tables were built under another version or shape.
    pub needs_rebuild: bool,
}

/// The stretch of the log that one batch of steps covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The checkpoint before it.
    pub from: u64,
    /// The checkpoint after it; beyond `from`.
    pub to: u64,
    /// The log's chain value at `to`. It tells rows of this log from rows of another one, such as
    /// the one that a restored backup has replaced.
    pub chain: [u8; 32],
}

/// What came of asking for a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// The work is the asker's, and no other process can do it: nothing has to be renewed.
    Alone,
    /// The work is the asker's until the term is over.
    Held,
    /// Another holder does it.
    Taken,
}

/// Whether a store may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Reads and writes; creates what is missing.
    #[default]
    ReadWrite,
    /// Reads only, beside another process that writes.
    ReadOnly,
}

/// Most questions answered at the same time.
const READERS_MAX: usize = 64;

/// How a view store is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewOptions {
    /// Whether it may write.
    pub access: Access,
    /// Questions answered at the same time; more of them wait. 1 to 64.
    pub readers: usize,
}

impl Default for ViewOptions {
    fn default() -> Self {
        Self {
            access: Access::ReadWrite,
            readers: 4,
        }
    }
}

/// View tables of many tenants. Every method checks all names and values first, and changes
/// nothing when it returns an error.
#[async_trait]
pub trait ViewStore: Send + Sync {
    /// Makes a view known to this store for a tenant, and creates its tables if there are none.
    /// Comes before everything else.
    ///
    /// # Errors
    /// [`ViewError::BadView`], [`ViewError::BadTenant`], storage failures.
    async fn open_view(&self, tenant: &str, view: &View) -> Result<ViewState, ViewError>;

    /// Carries out `ops` in their order and moves the checkpoint of that generation over the
    /// stretch, all or nothing. Two workers cannot apply one stretch twice.
    ///
    /// # Errors
    /// [`ViewError::CheckpointMoved`] if the checkpoint is not at its beginning; the errors of names and
    /// values in `ops`; [`ViewError::UnknownGeneration`]; [`ViewError::NeedsRebuild`] for a
    /// generation of another version; storage failures.
    async fn apply(
        &self,
        tenant: &str,
        view: &str,
        generation: u64,
        stretch: Stretch,
        ops: Vec<RowOp>,
    ) -> Result<(), ViewError>;

    /// Creates empty tables beside the live ones, with their checkpoint at 0, and drops those of
    /// an unfinished rebuild. The definition given is the one asked from now on. A rebuild is finished
    /// by the store that began it, which may hold rows of it in memory until they are swapped in; one
    /// that fails half-way is begun anew.
    ///
    /// # Errors
    /// As [`ViewStore::open_view`].
    async fn begin_rebuild(&self, tenant: &str, view: &View) -> Result<u64, ViewError>;

    /// How many events of the log a rebuild best brings at a time.
    fn rebuild_events(&self) -> usize {
        8_192
    }

    /// Makes a rebuilt generation the live one and drops the old. A reader sees the old rows or
    /// the new, never a mixture. When it has caught up is for the caller to judge.
    ///
    /// # Errors
    /// [`ViewError::UnknownGeneration`] unless it is the rebuild under way; storage failures.
    async fn swap(&self, tenant: &str, view: &str, generation: u64) -> Result<(), ViewError>;

    /// Takes or renews the lease of a piece of work on a tenant's views for a term, by the clock of
    /// the database: of several processes one does it, and when that one dies another takes it
    /// over. It saves work; what keeps rows right is the checkpoint.
    ///
    /// # Errors
    /// [`ViewError::ReadOnly`], storage failures.
    async fn lease(
        &self,
        _tenant: &str,
        _name: &str,
        _holder: Uuid,
        _term: Duration,
    ) -> Result<Lease, ViewError> {
        Ok(Lease::Alone)
    }

    /// Gives a lease up before its end. Nothing happens where it is not the holder's.
    ///
    /// # Errors
    /// As [`ViewStore::lease`].
    async fn give_up(&self, _tenant: &str, _name: &str, _holder: Uuid) -> Result<(), ViewError> {
        Ok(())
    }

    /// The log position up to which the live rows are complete; 0 if nothing was built yet.
    ///
    /// # Errors
    /// [`ViewError::NotOpen`], storage failures.
    async fn position(&self, tenant: &str, view: &str) -> Result<u64, ViewError>;

    /// One row by its key, as it is (`None`) or was.
    ///
    /// # Errors
    /// Of names and values; [`ViewError::NeedsRebuild`], [`ViewError::NotBuilt`]; storage failures.
    async fn get(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        key: &[Value],
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Option<Vec<Value>>, ViewError>;

    /// One page of rows.
    ///
    /// # Errors
    /// As [`ViewStore::get`]; [`ViewError::CursorUnreadable`], [`ViewError::CursorOfOtherQuery`].
    async fn query(&self, tenant: &str, view: &str, query: Query) -> Result<Page, ViewError>;

    /// Hands over some columns of all the rows that pass, one row after the other. Rows are read in lots
    /// while those before them are taken, so that few of them are in memory.
    ///
    /// # Errors
    /// As [`ViewStore::get`]; some rows may have been handed over then.
    async fn select(
        &self,
        tenant: &str,
        view: &str,
        select: Select,
        take: &mut (dyn for<'r> FnMut(&'r [Value]) + Send),
    ) -> Result<(), ViewError>;

    /// Counts and sums by group, ordered by group.
    ///
    /// # Errors
    /// As [`ViewStore::get`]; [`ViewError::SumTooLarge`].
    async fn tally(
        &self,
        tenant: &str,
        view: &str,
        tally: Tally,
    ) -> Result<Vec<TallyRow>, ViewError>;

    /// At most `limit` rows including history, by key and beginning, to compare two stores row by
    /// row; `after` is the last row of the page before. A row of a versioned table ends in
    /// `valid_from` and `valid_to`, the latter null while it holds. Each page is one snapshot: who
    /// walks a view that moves looks at its checkpoint before and after.
    ///
    /// # Errors
    /// As [`ViewStore::get`]; [`ViewError::OutOfBounds`] unless `limit` is 1 to [`PAGE_ROWS_MAX`].
    async fn scan(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, ViewError>;

    /// Every row of a walk by [`ViewStore::scan`], at once: for small tables.
    ///
    /// # Errors
    /// As [`ViewStore::scan`].
    async fn dump(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
    ) -> Result<Vec<Vec<Value>>, ViewError> {
        let mut all: Vec<Vec<Value>> = Vec::new();
        loop {
            let after = all.last().map(Vec::as_slice);
            let page = self.scan(tenant, view, table, after, PAGE_ROWS_MAX).await?;
            let is_last = page.len() < PAGE_ROWS_MAX;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }
}

/// Opens a view store: `memory:` for one process, `sqlite://path` for the file `path.views`
/// beside the log, `postgres://…` for tables in the log's database.
///
/// # Errors
/// [`ViewError::BadUrl`], and what file or database are refused for: [`ViewError::Damaged`],
/// [`ViewError::NewerFile`], [`ViewError::NotAViewsFile`], [`ViewError::Missing`],
/// [`ViewError::OlderSchema`], [`ViewError::NewerSchema`], [`ViewError::Unavailable`].
pub fn open(url: &str, options: ViewOptions) -> Result<Arc<dyn ViewStore>, ViewError> {
    let bad = |rule: &str| ViewError::BadUrl {
        url: url.to_owned(),
        rule: rule.to_owned(),
    };
    if !(1..=READERS_MAX).contains(&options.readers) {
        let found = options.readers;
        return Err(ViewError::OutOfBounds {
            what: "readers",
            min: 1,
            max: READERS_MAX,
            found,
        });
    }
    match Address::read(url) {
        Ok(Address::Memory) if options.access == Access::ReadOnly => Err(bad(
            "memory lives in one process, so it is opened for writing",
        )),
        Ok(Address::Memory) => Ok(Arc::new(MemoryViews::default())),
        Ok(Address::Database) => Ok(Arc::new(PostgresViews::open(url, options)?)),
        Ok(Address::File(path)) => {
            let mut path = path.into_os_string();
            path.push(".views");
            Ok(Arc::new(SqliteViews::open(path, options)?))
        }
        Err(_) => Err(bad(
            "`memory:`, `sqlite://path` and `postgres://…` are accepted",
        )),
    }
}
