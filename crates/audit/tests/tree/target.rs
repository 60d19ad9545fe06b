//! Databases that may be written behind the log's back.

use crate::kit::{Place, address};
use gridwhistle_cluster::{Cluster, Database};
use std::hash::{BuildHasher, RandomState};

/// A database that may be written behind the log's back.
pub(crate) trait Target {
    /// Its address.
    fn url(&self) -> String;
    /// Runs SQL in it; `@` stands for what comes before the name of a table.
    fn sql(&self, statement: &str);
    /// The tables of what is derived from the events.
    fn tables(&self) -> &'static [&'static str];
    /// Bytes as this database writes them.
    fn bytes(&self, bytes: &[u8]) -> String;
    /// A command id as this database writes it.
    fn id(&self, id: u128) -> String;
    /// The instant in a column, by so many seconds later.
    fn later(&self, column: &str, seconds: i64) -> String;
    /// The statement that gives rows another position.
    fn moved(&self, to: &str, filter: &str) -> String;
    /// The statement that copies a row to another position, with another number in its stream.
    fn copied(&self, from: u64, to: u64) -> String;
}

/// The columns of an event behind its position, with the number in its stream far beyond the last.
const REST: &str = "aggregate_type, aggregate_id, sequence + 100000, event_type, event_version, payload, \
                    metadata, command_id, occurred_at, recorded_at, checksum, chain";

/// A file.
pub(crate) struct File(pub(crate) Place);

impl Target for File {
    fn url(&self) -> String {
        address(&self.0.path("log.db"))
    }

    fn sql(&self, statement: &str) {
        let file = rusqlite::Connection::open(self.0.path("log.db")).unwrap();
        file.execute_batch(&statement.replace('@', "")).unwrap();
    }

    fn tables(&self) -> &'static [&'static str] {
        &["@heads", "@streams", "@commands"]
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        format!("x'{}'", hex(bytes))
    }

    fn id(&self, id: u128) -> String {
        self.bytes(&id.to_be_bytes())
    }

    fn later(&self, column: &str, seconds: i64) -> String {
        format!("{column} + {seconds} * 1000000")
    }

    fn moved(&self, to: &str, filter: &str) -> String {
        format!("update @events set id = id - position + ({to}), position = {to} where {filter}")
    }

    fn copied(&self, from: u64, to: u64) -> String {
        format!(
            "insert into @events select id - position + {to}, tenant, {to}, {REST} from @events \
             where position = {from}"
        )
    }
}

/// A table.
pub(crate) struct Table<'c>(pub(crate) Database<'c>);

impl Target for Table<'_> {
    fn url(&self) -> String {
        self.0.url()
    }

    fn sql(&self, statement: &str) {
        self.0.sql(&statement.replace('@', "gridwhistle."));
    }

    fn tables(&self) -> &'static [&'static str] {
        &["@heads", "@commands"]
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        format!("'\\x{}'::bytea", hex(bytes))
    }

    fn id(&self, id: u128) -> String {
        format!("'{}'::uuid", uuid::Uuid::from_u128(id))
    }

    fn later(&self, column: &str, seconds: i64) -> String {
        format!("{column} + {seconds} * interval '1 second'")
    }

    fn moved(&self, to: &str, filter: &str) -> String {
        format!("update @events set position = {to} where {filter}")
    }

    fn copied(&self, from: u64, to: u64) -> String {
        format!(
            "insert into @events select tenant, {to}, {REST} from @events where position = {from}"
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn file() -> Box<dyn Target> {
    Box::new(File(Place::new()))
}

pub(crate) fn table() -> Box<dyn Target> {
    Box::new(Table(Cluster::shared().database()))
}

/// A seed of this run, or that of `TAMPER_SEED`: every failure names it.
pub(crate) fn seed() -> u64 {
    let named = std::env::var("TAMPER_SEED").ok();
    let named = named.and_then(|text| text.parse().ok());
    named.unwrap_or_else(|| RandomState::new().hash_one(0))
}

/// One test for each kind of database.
macro_rules! on_both {
    ($($scene:ident => $of_file:ident, $of_table:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $of_file() {
            $scene($crate::target::file, $crate::target::seed()).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $of_table() {
            $scene($crate::target::table, $crate::target::seed()).await;
        }
    )*};
}

pub(crate) use on_both;
