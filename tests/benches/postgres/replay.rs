//! Ordered replay of all events beside plain reads of the same table.

use std::pin::pin;
use std::time::Instant;

use futures_core::Stream;
use gridwhistle_cluster::Database;
use tokio::runtime::Runtime;
use tokio_postgres::binary_copy::BinaryCopyOutStream;
use tokio_postgres::types::Type;

use crate::peers::{self, DISINTEGRATE, POSTGRES_ES};
use crate::server::Server;
use crate::table::{compare, maybe, subject};
use crate::{Plan, ours, raw, rows};

const COPY: &str = "raw COPY, typed";
const SELECT: &str = "raw SELECT, typed";
const REPLAY: &str = "replay, typed";

const COLUMNS: &str = "position, aggregate_type, aggregate_id, sequence, event_type, \
                       event_version, payload::text, metadata::text, command_id, occurred_at, \
                       recorded_at, checksum, chain";
const TYPES: [Type; 13] = [
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::UUID,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::BYTEA,
    Type::BYTEA,
];

pub(crate) fn run(runtime: &Runtime, server: &Server, plan: Plan) {
    let database = server.database();
    let log = server.log(&database);
    let total = ours::fill(runtime, &log, plan.events);
    database.sql("vacuum analyze");
    let size = database.sql("select pg_total_relation_size('gridwhistle.events')");
    let size: u64 = size.parse().unwrap();
    println!(
        "\nreplay: {total} events, {} bytes an event with the keys",
        size / total
    );
    let [first, second] =
        [POSTGRES_ES, DISINTEGRATE].map(|peer| peers::filled(server, peer, total));
    let peer = |peer, database: &Option<Database<'_>>| {
        peers::measure(peer, database.as_ref()?, "replay", &[])
    };
    let table = compare(
        "ordered replay, events",
        plan,
        &[COPY, POSTGRES_ES],
        vec![
            subject("raw COPY", || copy(runtime, &database, total, str::len)),
            subject(COPY, || copy(runtime, &database, total, rows::decode)),
            subject(SELECT, || select(runtime, &database, total)),
            maybe(POSTGRES_ES, || peer(POSTGRES_ES, &first)),
            maybe(DISINTEGRATE, || peer(DISINTEGRATE, &second)),
            subject("replay", || ours::replay(&log, total, str::len)),
            subject(REPLAY, || ours::replay(&log, total, rows::decode)),
        ],
    );
    table.aim(REPLAY, POSTGRES_ES, 4.0);
    table.aim(REPLAY, COPY, 0.7);
}

/// One binary COPY of all columns in their order; each payload is looked at.
fn copy(runtime: &Runtime, database: &Database<'_>, total: u64, look: fn(&str) -> usize) -> f64 {
    let url = database.url();
    let began = Instant::now();
    let (seen, bytes) = runtime.block_on(async {
        let client = raw::connect(&url).await;
        let sql = format!(
            "copy (select {COLUMNS} from gridwhistle.events where tenant = '{}' order by position) \
             to stdout (format binary)",
            rows::TENANT
        );
        let stream = client.copy_out(&sql).await.unwrap();
        let mut stream = pin!(BinaryCopyOutStream::new(stream, &TYPES));
        let (mut seen, mut bytes) = (0, 0);
        while let Some(row) = std::future::poll_fn(|wake| stream.as_mut().poll_next(wake)).await {
            bytes += look(row.unwrap().get(6));
            seen += 1;
        }
        (seen, bytes)
    });
    assert!(seen == total && bytes > 0, "{seen} of {total}");
    total as f64 / began.elapsed().as_secs_f64()
}

/// The same by a query whose rows are taken as they come.
fn select(runtime: &Runtime, database: &Database<'_>, total: u64) -> f64 {
    let url = database.url();
    let began = Instant::now();
    let (seen, bytes) = runtime.block_on(async {
        let client = raw::connect(&url).await;
        let sql = format!(
            "select {COLUMNS} from gridwhistle.events where tenant = '{}' order by position",
            rows::TENANT
        );
        let none: [&str; 0] = [];
        let mut rows = pin!(client.query_raw(&sql, none).await.unwrap());
        let (mut seen, mut bytes) = (0, 0);
        while let Some(row) = std::future::poll_fn(|wake| rows.as_mut().poll_next(wake)).await {
            bytes += rows::decode(row.unwrap().get(6));
            seen += 1;
        }
        (seen, bytes)
    });
    assert!(seen == total && bytes > 0, "{seen} of {total}");
    total as f64 / began.elapsed().as_secs_f64()
}
