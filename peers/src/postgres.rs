//! A database as stock `postgres-es` wants it: its own tables, its default pool.

use std::time::Instant;

use cqrs_es::Aggregate;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::Row;

use crate::measure::{Measured, filling};
use crate::payload::{METADATA, payload, stream};
use crate::recorder::Recorder;

/// The tables as `postgres-es` documents them.
const TABLES: &str = include_str!("postgres-es.sql");
/// Bytes that are sent at a time.
const PIECE: usize = 1 << 20;

/// The stock pool: ten connections.
pub(crate) async fn connect(url: &str) -> PgPool {
    postgres_es::default_postgress_pool(url).await
}

/// Makes the tables in an empty database.
pub(crate) async fn create(pool: &PgPool) {
    let made = sqlx::raw_sql(TABLES).execute(pool).await;
    made.expect("an empty database takes the tables");
}

/// What is in force on a connection.
pub(crate) async fn in_force(pool: &PgPool) -> Value {
    let sql = "select current_setting('fsync'), current_setting('synchronous_commit'), \
               current_setting('full_page_writes'), current_setting('server_version')";
    let row = sqlx::query(sql).fetch_one(pool).await;
    let row = row.expect("the server says what is in force");
    let text = |column: usize| row.get::<String, _>(column);
    json!({
        "fsync": text(0),
        "synchronous_commit": text(1),
        "full_page_writes": text(2),
        "server": text(3),
        "connections": pool.options().get_max_connections(),
    })
}

/// Writes streams by COPY, for `load` and `replay` to read: one insert an event, as stock does it,
/// would take minutes, and nobody measures it.
pub(crate) async fn fill(pool: &PgPool, events: u64) -> Measured {
    let copy = "copy events (aggregate_type, aggregate_id, sequence, event_type, event_version, \
                payload, metadata) from stdin";
    let row = |case, sequence| {
        format!(
            "{}\t{}\t{sequence}\tCaseNoted\t1.0\t{}\t{METADATA}\n",
            Recorder::TYPE,
            stream(case),
            payload(case, sequence)
        )
    };
    copy_in(pool, copy, events, row).await
}

/// Copies a row for each event of `filling` in, and gathers what the planner wants to know.
pub(crate) async fn copy_in(
    pool: &PgPool,
    copy: &str,
    events: u64,
    row: impl Fn(u64, u64) -> String,
) -> Measured {
    let began = Instant::now();
    let mut connection = pool.acquire().await.expect("a free connection");
    let mut sink = connection
        .copy_in_raw(copy)
        .await
        .expect("the table takes rows");
    let mut piece = String::with_capacity(PIECE + 1_024);
    for (case, sequence) in filling(events) {
        piece.push_str(&row(case, sequence));
        if piece.len() >= PIECE {
            sink.send(piece.as_bytes()).await.expect("the rows go in");
            piece.clear();
        }
    }
    sink.send(piece.as_bytes()).await.expect("the rows go in");
    let done = sink.finish().await.expect("the rows are right");
    drop(connection);
    let vacuumed = sqlx::raw_sql("vacuum analyze").execute(pool).await;
    vacuumed.expect("the planner learns about the rows");
    Measured {
        done,
        failed: 0,
        seconds: began.elapsed().as_secs_f64(),
    }
}
