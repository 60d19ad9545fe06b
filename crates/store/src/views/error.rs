//! Everything a view store can refuse. Messages name the field, the rule and what is accepted.

use std::path::PathBuf;

/// Why a view store refused or failed. Nothing was changed when one is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// Handling: correct the setting.
    #[error("view store address `{url}` is not understood: {rule}")]
    BadUrl {
        /// As given.
        url: String,
        /// What would be accepted.
        rule: String,
    },
    /// Handling: a bug of the caller; tenants are non-empty texts without U+0000.
    #[error("tenant `{tenant}` is not accepted: a non-empty text without U+0000 is")]
    BadTenant {
        /// As given.
        tenant: String,
    },
    /// Handling: a bug in a view's definition.
    #[error("view `{view}` cannot be built: {rule}")]
    BadView {
        /// Its name.
        view: String,
        /// The rule it breaks.
        rule: String,
    },
    /// Handling: call `open_view` for this tenant first.
    #[error("view `{view}` was not opened for tenant `{tenant}`")]
    NotOpen {
        /// The tenant.
        tenant: String,
        /// The view.
        view: String,
    },
    /// Read-only stores only. Handling: wait until the writing process has opened the view.
    #[error("view `{view}` was not built yet: the process that writes has to open it first")]
    NotBuilt {
        /// The view.
        view: String,
    },
    /// Handling: `begin_rebuild`, fill it from the log, `swap`; readers wait until then.
    #[error(
        "view `{view}` was built as version {built} and version {wanted} is asked for: \
         it must be rebuilt from the log"
    )]
    NeedsRebuild {
        /// The view.
        view: String,
        /// The version of the live tables.
        built: u32,
        /// The version of the definition given to `open_view`.
        wanted: u32,
    },
    /// Another process or task swapped or restarted the rebuild. Handling: `open_view` again.
    #[error("view `{view}` has no generation {generation}: it was swapped or dropped, open again")]
    UnknownGeneration {
        /// The view.
        view: String,
        /// As given.
        generation: u64,
    },
    /// Handling: a bug of the caller.
    #[error("view `{view}` has no table `{table}`")]
    UnknownTable {
        /// The view.
        view: String,
        /// As given.
        table: String,
    },
    /// Handling: answer the person who named the column (HTTP 400).
    #[error("table `{table}` has no column `{column}`")]
    UnknownColumn {
        /// The table.
        table: String,
        /// As given.
        column: String,
    },
    /// Handling: answer the person who gave the value (HTTP 400).
    #[error("column `{column}` of table `{table}` takes {expected}, not {found}")]
    WrongKind {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What it takes.
        expected: &'static str,
        /// What was given.
        found: &'static str,
    },
    /// Handling: a bug of the projection, or a value that must be cleaned before.
    #[error("column `{column}` of table `{table}` takes text without U+0000")]
    ZeroInText {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Handling: a bug of the caller.
    #[error("a {what} of table `{table}` has {expected} values, not {found}")]
    Width {
        /// The table.
        table: String,
        /// `row` or `key`.
        what: &'static str,
        /// Values needed.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// Put and Delete are for plain tables, Supersede and End for versioned ones.
    #[error("table `{table}` does not take `{op}`: {rule}")]
    WrongOp {
        /// The table.
        table: String,
        /// The operation.
        op: &'static str,
        /// What it takes.
        rule: &'static str,
    },
    /// Handling: answer the person who asked (HTTP 400).
    #[error("table `{table}` keeps no history: ask without an as-of instant")]
    NotVersioned {
        /// The table.
        table: String,
    },
    /// Handling: ask for less (HTTP 400).
    #[error("{what} must be {min} to {max}, not {found}")]
    OutOfBounds {
        /// What was counted.
        what: &'static str,
        /// Least accepted.
        min: usize,
        /// Most accepted.
        max: usize,
        /// Given.
        found: usize,
    },
    /// Handling: begin again at the first page (HTTP 400).
    #[error("the cursor cannot be read: begin again at the first page")]
    CursorUnreadable,
    /// Handling: begin again at the first page (HTTP 400).
    #[error("the cursor belongs to another table or order: begin again at the first page")]
    CursorOfOtherQuery,
    /// Another worker has applied this stretch. Handling: go on from `found`; nothing was written.
    #[error("the checkpoint stands at {found}: another worker moved it")]
    CheckpointMoved {
        /// Where it stands.
        found: u64,
    },
    /// Handling: a bug of the caller; `to` is greater than `from` and at most 2^63 - 1.
    #[error("a checkpoint moves forward only, not from {from} to {to}")]
    NotForward {
        /// As given.
        from: u64,
        /// As given.
        to: u64,
    },
    /// Handling: narrow the filter; the sum does not fit 64 bits.
    #[error("a sum over table `{table}` does not fit 64 bits: narrow the filter")]
    SumTooLarge {
        /// The table.
        table: String,
    },
    /// Handling: send writes to the process that opened the file for writing.
    #[error("the view store is open for reading only")]
    ReadOnly,
    /// Handling: start the process that writes, or correct the path.
    #[error("there is no views file `{}`: the process that writes creates it", .path.display())]
    Missing {
        /// The views file.
        path: PathBuf,
    },
    /// Handling: stop the writer, delete the file with its `-wal` and `-shm`, start again.
    #[error(
        "views file `{}` is damaged ({what}): it holds nothing of its own; stop the process, \
         delete it with its -wal and -shm, and it is rebuilt from the log", .path.display()
    )]
    Damaged {
        /// The views file.
        path: PathBuf,
        /// What the database said.
        what: String,
    },
    /// Handling: use the newer program, or delete the file.
    #[error(
        "views file `{}` has format {found}, this program knows up to {supported}: use the newer \
         program, or delete the file and it is rebuilt from the log", .path.display()
    )]
    NewerFile {
        /// The views file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        supported: i64,
    },
    /// Handling: correct the path. Not called deletable: it may be somebody's data.
    #[error(
        "`{}` is a database but no Gridwhistle views file: move it away, and a new one is rebuilt \
         from the log", .path.display()
    )]
    NotAViewsFile {
        /// The file.
        path: PathBuf,
    },
    /// Handling: try again; another process held the file for the whole waiting time.
    #[error("views file `{}` is held by another writer: try again", .path.display())]
    Busy {
        /// The views file.
        path: PathBuf,
    },
    /// Handling: free space and try again; nothing was half-written.
    #[error("no space left for {place}: free some and try again")]
    DiskFull {
        /// The views file or the database.
        place: String,
    },
    /// Anything else the database said. Handling: look at the machine, then try again.
    #[error("{place} failed: {what}")]
    Storage {
        /// The views file or the database.
        place: String,
        /// What the database said.
        what: String,
    },
    /// The database restarts, fails over, is overloaded or cannot be reached. Nothing was
    /// half-written, and the store goes on by itself when it is back. Handling: try again later
    /// (HTTP 503 with `Retry-After`).
    #[error("{server} does not answer: {what}; the views go on by themselves when it is back")]
    Unavailable {
        /// The database and its hosts.
        server: String,
        /// What happened.
        what: String,
    },
    /// Handling: run `gridwhistle migrate` with the address, as a user who may create tables.
    #[error(
        "{server} is not ready for view tables (schema version {found}, this program wants \
         {wanted}): run `gridwhistle migrate`"
    )]
    OlderSchema {
        /// The database and its hosts.
        server: String,
        /// Version of the database; 0 where it holds no log.
        found: u32,
        /// The version that this program wants.
        wanted: u32,
    },
    /// Handling: use the newer program; this one touches nothing.
    #[error(
        "the database has schema version {found}, this program knows up to {supported}: use the \
         newer program (nothing was changed)"
    )]
    NewerSchema {
        /// Version of the database.
        found: u32,
        /// The newest version known here.
        supported: u32,
    },
    /// Handling: rebuild the view; its tables hold nothing of their own.
    #[error(
        "view tables in {server} are damaged ({what}): they hold nothing of their own; run \
         `gridwhistle rebuild`"
    )]
    DamagedTables {
        /// The database and its hosts.
        server: String,
        /// What does not fit.
        what: String,
    },
    /// The runtime is shutting down.
    #[error("the view store has stopped")]
    Stopped,
}

impl ViewError {
    /// Whether the same call may go through later without anybody changing anything.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::DiskFull { .. } | Self::Busy { .. } => true,
            // Whoever writes the view brings these to an end.
            Self::NotBuilt { .. } | Self::NeedsRebuild { .. } => true,
            Self::UnknownGeneration { .. } | Self::CheckpointMoved { .. } => true,
            _ => false,
        }
    }
}
