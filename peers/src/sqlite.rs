//! The file as stock `sqlite-es` wants it: its own table, its default pool, but `synchronous=FULL`.

use std::path::Path;

use serde_json::{Value, json};
use sqlx::Row;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

/// Connections of `sqlite_es::default_sqlite_pool`.
const CONNECTIONS: u32 = 10;

/// The events table of the migration in `sqlite-es`.
const TABLE: &str = "create table events (
  aggregate_type text                          not null,
  aggregate_id   text                          not null,
  sequence       integer check (sequence >= 0) not null,
  event_type     text                          not null,
  event_version  text                          not null,
  payload        text                          not null,
  metadata       text                          not null,
  primary key (aggregate_type, aggregate_id, sequence)
) strict";

/// A new file with the table.
pub(crate) async fn create(file: &Path) -> SqlitePool {
    let pool = connect(file, true).await;
    sqlx::query(TABLE)
        .execute(&pool)
        .await
        .expect("a new file takes the table");
    pool
}

/// A file that is there.
pub(crate) async fn open(file: &Path) -> SqlitePool {
    connect(file, false).await
}

/// As `default_sqlite_pool`, which sets NORMAL: a power cut may then lose what was acknowledged.
async fn connect(file: &Path, create: bool) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .connect_with(options)
        .await
        .expect("the file opens")
}

/// Asks every connection of the pool for what is in force on it; the lowest `synchronous` of all
/// counts, and 2 is FULL.
pub(crate) async fn in_force(pool: &SqlitePool) -> Value {
    let mut held = Vec::new();
    let mut synchronous = i64::MAX;
    let mut journal_mode = String::new();
    let mut version = String::new();
    for _ in 0..CONNECTIONS {
        let mut connection = pool.acquire().await.expect("a free connection");
        let sql = "select s.synchronous, j.journal_mode, sqlite_version() \
                   from pragma_synchronous s, pragma_journal_mode j";
        let row = sqlx::query(sql)
            .fetch_one(&mut *connection)
            .await
            .expect("a connection says what is in force");
        synchronous = synchronous.min(row.get(0));
        journal_mode = row.get(1);
        version = row.get(2);
        held.push(connection);
    }
    json!({
        "synchronous": synchronous,
        "journal_mode": journal_mode,
        "sqlite": version,
        "connections": CONNECTIONS,
    })
}
