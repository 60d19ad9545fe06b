//! One suite of clauses, run on every backend.
#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot open its log fails its test"
)]

#[path = "postgres/statements.rs"]
mod statements;
#[path = "place/suite.rs"]
mod suite;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use gridwhistle_cluster::Database;
use gridwhistle_store::conformance::Backend;
use gridwhistle_store::{
    Clock, EventLog, MemoryLog, PostgresLog, PostgresOptions, SqliteLog, SqliteOptions,
    conformance_suite,
};

/// The log of a process: it lasts as long as the test does, so opening again gives the same one.
/// The clock is that of the first opening.
#[derive(Default)]
struct Memory {
    log: Mutex<Option<Arc<MemoryLog>>>,
}

#[async_trait]
impl Backend for Memory {
    async fn open(&self, clock: Arc<dyn Clock>) -> Arc<dyn EventLog> {
        let mut log = self.log.lock().unwrap();
        log.get_or_insert_with(|| Arc::new(MemoryLog::new(clock)))
            .clone()
    }
}

/// A file in a folder of its own, closed and opened for real.
struct Sqlite {
    folder: tempfile::TempDir,
}

impl Sqlite {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn open(&self, clock: Arc<dyn Clock>) -> Arc<dyn EventLog> {
        let path = self.folder.path().join("log.db");
        Arc::new(SqliteLog::open(&path, clock, SqliteOptions::default()).unwrap())
    }
}

/// A database of its own on the server of this process, or on one that was named.
struct Postgres {
    database: Database<'static>,
}

impl Postgres {
    fn new() -> Self {
        Self {
            database: suite::database(),
        }
    }
}

#[async_trait]
impl Backend for Postgres {
    async fn open(&self, clock: Arc<dyn Clock>) -> Arc<dyn EventLog> {
        let options = PostgresOptions::default();
        Arc::new(PostgresLog::open(&self.database.url(), clock, options).unwrap())
    }
}

conformance_suite!(memory, Memory::default());
conformance_suite!(sqlite, Sqlite::new());
conformance_suite!(postgres, Postgres::new());

#[test]
fn the_log_passes_on_the_newest_postgresql() {
    gridwhistle_cluster::Cluster::pass_on_newest("postgres::");
}

#[test]
fn every_statement_of_the_log_names_its_tenant() {
    let tables = ["heads", "events", "commands", "snapshots"];
    statements::check("postgres::", &tables);
}
