//! What PostgreSQL does with the same rows when nobody asks for order, streams, ids or checksums:
//! one insert a transaction, and grouped inserts.

use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

use gridwhistle_cluster::Database;
use gridwhistle_store::Append;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

use crate::rows::TENANT;

/// One plain table with the log's columns and keys.
const TABLE: &str = "create table events (
  tenant text not null, position bigint generated always as identity, aggregate_type text not null,
  aggregate_id text not null, sequence bigint not null, event_type text not null,
  event_version text not null, payload json not null, metadata json not null,
  command_id uuid not null, occurred_at timestamptz not null, recorded_at timestamptz not null,
  checksum bytea not null, chain bytea not null,
  primary key (tenant, position), unique (tenant, aggregate_type, aggregate_id, sequence))";

const COLUMNS: &str = "tenant, aggregate_type, aggregate_id, sequence, event_type, event_version, \
                       payload, metadata, command_id, occurred_at, recorded_at, checksum, chain";

/// Makes the table.
pub(crate) fn create(database: &Database<'_>) {
    database.sql(TABLE);
}

/// A connection that the runtime drives.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// One event a statement, and so a transaction.
pub(crate) async fn prepare(client: &Client) -> Statement {
    let sql = format!(
        "insert into events ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7::text::json, \
         $8::text::json, $9, $10, $11, $12, $13)"
    );
    client.prepare(&sql).await.unwrap()
}

/// Writes a command of one event.
pub(crate) async fn insert(client: &Client, statement: &Statement, append: &Append) {
    let event = &append.events[0];
    let sequence = append.expected_version as i64 + 1;
    let (at, hash) = (SystemTime::UNIX_EPOCH, &append.request_hash[..]);
    let values: [&(dyn ToSql + Sync); 13] = [
        &TENANT,
        &append.stream.aggregate_type,
        &append.stream.aggregate_id,
        &sequence,
        &event.event_type,
        &event.event_version,
        &event.payload,
        &event.metadata,
        &append.command_id,
        &at,
        &at,
        &hash,
        &hash,
    ];
    assert_eq!(client.execute(statement, &values).await.unwrap(), 1);
}

/// Many events a statement.
async fn prepare_many(client: &Client) -> Statement {
    let sql = format!(
        "insert into events ({COLUMNS}) select $1, e.stream, e.id, e.sequence, e.type, e.version, \
         e.payload::json, e.metadata::json, e.command, e.occurred, e.recorded, e.checksum, e.chain \
         from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], \
         $8::text[], $9::uuid[], $10::timestamptz[], $11::timestamptz[], $12::bytea[], \
         $13::bytea[]) as e (stream, id, sequence, type, version, payload, metadata, command, \
         occurred, recorded, checksum, chain)"
    );
    client.prepare(&sql).await.unwrap()
}

/// Writes all commands, each of one event, at once.
async fn insert_many(client: &Client, statement: &Statement, batch: &[Sent]) {
    let appends = || batch.iter().map(|(append, _)| append);
    let events = || appends().map(|append| &append.events[0]);
    let streams: Vec<&str> = appends()
        .map(|one| one.stream.aggregate_type.as_str())
        .collect();
    let ids: Vec<&str> = appends()
        .map(|one| one.stream.aggregate_id.as_str())
        .collect();
    let sequences: Vec<i64> = appends()
        .map(|one| one.expected_version as i64 + 1)
        .collect();
    let types: Vec<&str> = events().map(|event| event.event_type.as_str()).collect();
    let versions: Vec<&str> = events().map(|event| event.event_version.as_str()).collect();
    let payloads: Vec<&str> = events().map(|event| event.payload.as_str()).collect();
    let metadata: Vec<&str> = events().map(|event| event.metadata.as_str()).collect();
    let commands: Vec<Uuid> = appends().map(|one| one.command_id).collect();
    let at = vec![SystemTime::UNIX_EPOCH; batch.len()];
    let hashes: Vec<&[u8]> = appends().map(|one| &one.request_hash[..]).collect();
    let values: [&(dyn ToSql + Sync); 13] = [
        &TENANT, &streams, &ids, &sequences, &types, &versions, &payloads, &metadata, &commands,
        &at, &at, &hashes, &hashes,
    ];
    let written = client.execute(statement, &values).await.unwrap();
    assert_eq!(written, batch.len() as u64);
}

/// A row on its way to the grouping writer.
pub(crate) type Sent = (Append, oneshot::Sender<()>);

/// Writes what is queued by one statement, answers, and waits half of that time for callers that
/// were just answered, as the log's writer does, so that the comparison is fair. On a thread of its
/// own, as the log's writer.
pub(crate) fn grouped(url: &str, queue: &mpsc::Receiver<Sent>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = runtime.block_on(connect(url));
    let statement = runtime.block_on(prepare_many(&client));
    let mut batch = Vec::new();
    let mut linger = Duration::ZERO;
    let mut expected = 0;
    while let Ok(first) = queue.recv() {
        batch.push(first);
        let until = Instant::now() + linger;
        loop {
            match queue.try_recv() {
                Ok(sent) => batch.push(sent),
                Err(_) if batch.len() >= expected => break,
                Err(_) => {
                    let left = until.saturating_duration_since(Instant::now());
                    let Ok(sent) = queue.recv_timeout(left) else {
                        break;
                    };
                    batch.push(sent);
                }
            }
        }
        expected = batch.len();
        let began = Instant::now();
        runtime.block_on(insert_many(&client, &statement, &batch));
        linger = (began.elapsed() / 2).min(Duration::from_micros(500));
        for (_, answer) in batch.drain(..) {
            let _ = answer.send(());
        }
    }
}

/// Runs something with a grouping writer.
pub(crate) fn with_writer<T>(
    database: &Database<'_>,
    work: impl FnOnce(&mpsc::Sender<Sent>) -> T,
) -> T {
    create(database);
    let url = database.url();
    let (sender, queue) = mpsc::channel();
    let writer = std::thread::spawn(move || grouped(&url, &queue));
    let answer = work(&sender);
    drop(sender);
    writer.join().unwrap();
    answer
}

/// Sends a command to the grouping writer, and waits until it is durable.
pub(crate) async fn send(sender: mpsc::Sender<Sent>, append: Append) {
    let (answer, answered) = oneshot::channel();
    sender.send((append, answer)).unwrap();
    answered.await.unwrap();
}

/// So many connections.
pub(crate) fn connections(runtime: &Runtime, database: &Database<'_>, count: u64) -> Vec<Client> {
    let url = database.url();
    runtime.block_on(async {
        let mut clients = Vec::new();
        for _ in 0..count {
            clients.push(connect(&url).await);
        }
        clients
    })
}
