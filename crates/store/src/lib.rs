//! The log of Gridwhistle and its readers: tenants, streams, gapless positions, idempotency,
//! checksums and the hash chain, on memory, SQLite and PostgreSQL behind one port.
//!
//! This crate knows no case: payloads are exact JSON text that it never reads, and it refuses to
//! interpret, repair or rewrite an event once it is in the log.

mod clock;
mod copy;
mod counted;
pub mod digest;
mod error;
mod event;
mod head;
mod heads;
mod log;
mod memory;
mod open;
mod postgres;
mod queue;
mod round;
mod sqlite;
mod verify;
pub mod views;

#[cfg(feature = "conformance")]
pub mod conformance;

pub use clock::{Clock, ManualClock, SystemClock};
pub use copy::{Copied, CopyError, copy};
pub use error::{AppendError, StoreError};
pub use event::{
    Append, Appended, CommandRecord, EventRef, NewEvent, RecordedCommand, RecordedEvent, Snapshot,
    StreamId,
};
pub use log::EventLog;
pub use memory::MemoryLog;
pub use open::{Address, OpenOptions, backup, distribute, migrate, open, stock_view};
pub use postgres::{PostgresLog, PostgresOptions};
pub use sqlite::{SqliteLog, SqliteOptions};
pub use verify::{Fault, FaultKind, VerifyReport, Walk};
