//! What can go wrong in the log, and what to do about each.
//!
//! Every variant carries a "Handling" note; the messages are written for the operator.

use std::time::Duration;

use uuid::Uuid;

/// Why an append was refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The stream moved on since the decision was made.
    ///
    /// Handling: load the stream again, decide again, append with the new version; after a few
    /// rounds answer the caller with HTTP 409.
    #[error(
        "the stream is at version {actual}, the decision was made on version {expected}; load it again and decide again"
    )]
    Conflict {
        /// The version that the decision was made on.
        expected: u64,
        /// The version of the stream now.
        actual: u64,
    },
    /// Somebody else has appended after what the decision knew of. Nothing was written. Only
    /// [`crate::EventLog::append_knowing`] answers so.
    ///
    /// Handling: ask what others wrote, take it in, decide again.
    #[error(
        "others have appended up to position {others}, the decision was made knowing what they wrote up to {knows}; nothing was written, take it in and decide again"
    )]
    Behind {
        /// The last position that the decision knew somebody else to have written.
        knows: u64,
        /// The last position that somebody else may have written.
        others: u64,
    },
    /// The idempotency key was used before for another request.
    ///
    /// Handling: a mistake of the caller, HTTP 422; a new request needs a new key.
    #[error(
        "command id {command_id} was used before for another request; send a new request under a new id"
    )]
    CommandReused {
        /// The key in question.
        command_id: Uuid,
    },
    /// The writer's queue stayed full for the whole wait, or as much was waiting already. Nothing
    /// was written.
    ///
    /// Handling: back off and repeat with the same command id, HTTP 503 with `Retry-After`.
    #[error(
        "the writer's queue of {queue} commands or {bytes} bytes stayed full for {waited:?}; nothing was written, repeat later with the same command id"
    )]
    Overloaded {
        /// How many commands the queue holds.
        queue: usize,
        /// How many bytes of events it holds.
        bytes: usize,
        /// How long this command waited for room; not at all where too much was waiting.
        waited: Duration,
    },
    /// A field of the append breaks a rule of the log. Nothing was written.
    ///
    /// Handling: a mistake in the program that calls; fix it there.
    #[error("{field} of the append is refused: {rule}")]
    Invalid {
        /// The field, as in [`crate::Append`].
        field: String,
        /// The rule, and what would be accepted.
        rule: String,
    },
    /// The storage failed. Of the batch nothing was written, as far as the database can tell.
    ///
    /// Handling: see the cause. After an I/O failure the outcome of this one command is settled
    /// by repeating it with the same command id.
    #[error(transparent)]
    Storage(#[from] StoreError),
}

/// Why the storage could not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file, its folder or this handle may only be read.
    ///
    /// Handling: give the process write permission, or open read-only.
    #[error(
        "{what} may only be read; give this process write permission, or open the log read-only"
    )]
    ReadOnly {
        /// The file or handle.
        what: String,
    },
    /// No room is left for the next batch. Nothing of it was written.
    ///
    /// Handling: make room on the disk or raise the quota; the log goes on working by itself.
    #[error(
        "the disk or the file's quota is full; nothing of this batch was written, make room and repeat"
    )]
    DiskFull,
    /// Another process or handle writes this log.
    ///
    /// Handling: stop the other one, send commands to it, or open read-only.
    #[error(
        "the log is being written by {by}; stop that process, send the command to it, or open the log read-only"
    )]
    Locked {
        /// Who holds the lock, as far as is known.
        by: String,
    },
    /// The file was written by a newer version of the program.
    ///
    /// Handling: use that version; this one touches nothing.
    #[error(
        "the log has schema version {found}, this program knows versions up to {supported}; use the newer program (nothing was changed)"
    )]
    NewerSchema {
        /// Version of the file.
        found: u32,
        /// Highest version that this program knows.
        supported: u32,
    },
    /// Events of another log do not follow on the head of this one. Nothing was written.
    ///
    /// Handling: they belong to another history, or this log moved on meanwhile.
    #[error("the event at position {position} does not follow on this log: {what}")]
    NotNext {
        /// Its position.
        position: u64,
        /// What does not fit.
        what: String,
    },
    /// What was read is not what was written.
    ///
    /// Handling: stop, keep a copy of the file, run `verify`, and restore from a backup.
    #[error(
        "the log is damaged{}: {what}; keep a copy of the file and restore a backup",
        at(position)
    )]
    Corrupt {
        /// The position of the damaged event, where it is known.
        position: Option<u64>,
        /// What does not fit.
        what: String,
    },
    /// The database was not brought up to this program's schema, or holds no log yet.
    ///
    /// Handling: run `gridwhistle migrate` with the address, as a user who may create tables.
    #[error(
        "{what} has schema version {found}, this program wants {wanted}; run `gridwhistle migrate`"
    )]
    OlderSchema {
        /// The database.
        what: String,
        /// Version of the database; 0 where it holds no log.
        found: u32,
        /// The version that this program wants.
        wanted: u32,
    },
    /// The store has no nodes that a log could be spread over.
    ///
    /// Handling: one server needs no distribution; else make it a Citus coordinator first.
    #[error(
        "{what} is no Citus coordinator: the extension `citus` is not in this database; run `create extension citus` on every node and `select citus_add_node('HOST', PORT)` for each worker, then repeat (nothing was changed; a single server needs no distribution)"
    )]
    NotACluster {
        /// The store.
        what: String,
    },
    /// The file is not a log of Gridwhistle.
    ///
    /// Handling: check the path; the file was not touched.
    #[error("{what} is not a Gridwhistle log; check the path (the file was not touched)")]
    NotADatabase {
        /// The file, and what it seems to be.
        what: String,
    },
    /// The operating system refused.
    ///
    /// Handling: see the text; repeat once the cause is gone.
    #[error("reading or writing the log failed: {what}")]
    Io {
        /// What failed.
        what: String,
    },
    /// The database does not answer, or not now: it restarts, fails over, is overloaded, or cannot
    /// be reached. The engine goes on by itself when it is back.
    ///
    /// Handling: repeat later with the same command id, HTTP 503 with `Retry-After`. Of a command
    /// it is not known whether it was written: the repeat finds out.
    #[error("{server} does not answer: {what}; repeat later with the same command id")]
    Unavailable {
        /// The database and its hosts.
        server: String,
        /// What happened.
        what: String,
    },
    /// The log was closed, or its writer is gone.
    ///
    /// Handling: open it again.
    #[error("the log is closed; open it again")]
    Closed,
    /// An argument breaks a rule of the log.
    ///
    /// Handling: a mistake in the program that calls, or in the address of the log.
    #[error("{field} is refused: {rule}")]
    Invalid {
        /// The argument.
        field: String,
        /// The rule, and what would be accepted.
        rule: String,
    },
}

impl StoreError {
    /// Whether the same call may go through later without anybody changing anything.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::DiskFull | Self::Locked { .. }
        )
    }
}

impl AppendError {
    /// Whether the same command, with the same id, may go through later without anybody changing
    /// anything. [`AppendError::Conflict`] and [`AppendError::Behind`] want a new decision first.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        match self {
            Self::Overloaded { .. } => true,
            Self::Storage(error) => error.may_retry(),
            Self::Conflict { .. }
            | Self::Behind { .. }
            | Self::CommandReused { .. }
            | Self::Invalid { .. } => false,
        }
    }
}

fn at(position: &Option<u64>) -> String {
    position
        .map(|position| format!(" at position {position}"))
        .unwrap_or_default()
}
