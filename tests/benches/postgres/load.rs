//! Loads of a 20-event stream, at 1 and 16 callers; the table is in the server's memory.

use std::sync::Arc;

use gridwhistle_cluster::Database;
use tokio::runtime::Runtime;

use crate::callers::rate;
use crate::city::City;
use crate::ours::{self, EVENTS};
use crate::payload::STREAMS;
use crate::peers::{self, DISINTEGRATE, POSTGRES_ES};
use crate::server::Server;
use crate::table::{compare, maybe, subject};
use crate::{Plan, raw, rows};

const RAW: &str = "raw rows";
const COLD: &str = "the engine, cold case";
const WARM: &str = "the engine, warm case";

pub(crate) fn run(runtime: &Runtime, server: &Server, plan: Plan) {
    let database = server.database();
    let log = server.log(&database);
    ours::fill(runtime, &log, STREAMS * EVENTS);
    database.sql("vacuum analyze");
    let [first, second] =
        [POSTGRES_ES, DISINTEGRATE].map(|peer| peers::filled(server, peer, STREAMS * EVENTS));
    let (folder, warm, cold) = (
        tempfile::tempdir().unwrap(),
        server.database(),
        server.database(),
    );
    let (warm, cold) = runtime.block_on(async {
        let (warm, cold) = (warm.url(), cold.url());
        let city = City::open(&warm, folder.path()).await;
        city.grow(EVENTS).await;
        // A cache of one case, so that every question loads.
        City::open(&cold, folder.path()).await.grow(EVENTS).await;
        (city, City::reopen(&cold, folder.path(), 1).await)
    });
    let millis = plan.time.as_millis().to_string();
    for callers in [1, 16] {
        let title = format!("load of 20 events, {callers} callers");
        let peer = |peer, database: &Option<Database<'_>>| {
            let database = database.as_ref()?;
            peers::measure(peer, database, "load", &[&callers.to_string(), &millis])
        };
        let table = compare(
            &title,
            plan,
            &[RAW, POSTGRES_ES],
            vec![
                subject(RAW, || rows_of(runtime, &database, plan, callers)),
                maybe(POSTGRES_ES, || peer(POSTGRES_ES, &first)),
                maybe(DISINTEGRATE, || peer(DISINTEGRATE, &second)),
                subject("the log, checked", || {
                    ours::load(runtime, plan, callers, &log, |_| 1)
                }),
                subject("the log, checked and typed", || {
                    ours::load(runtime, plan, callers, &log, rows::decode)
                }),
                subject(COLD, || runtime.block_on(cold.cases(plan, callers))),
                subject(WARM, || runtime.block_on(warm.cases(plan, callers))),
            ],
        );
        table.aim(COLD, RAW, 1.0);
        table.aim(WARM, RAW, 20.0);
    }
}

/// A connection for each caller on the log's own table, payloads copied out, no check of anything.
fn rows_of(runtime: &Runtime, database: &Database<'_>, plan: Plan, callers: u64) -> f64 {
    let clients = raw::connections(runtime, database, callers);
    let clients: Vec<_> = clients.into_iter().map(Arc::new).collect();
    rate(runtime, plan.time, callers, |caller| {
        let client = clients[caller as usize].clone();
        let sql = "select sequence, event_type, event_version, payload::text, metadata::text \
                   from gridwhistle.events where tenant = $1 and aggregate_type = $2 \
                   and aggregate_id = $3 order by sequence";
        let statement = runtime.block_on(client.prepare(sql)).unwrap();
        let mut cases = ours::cases(caller);
        move || {
            let (client, statement) = (client.clone(), statement.clone());
            let stream = rows::name(cases.next().unwrap());
            async move {
                let (kind, id) = (&stream.aggregate_type, &stream.aggregate_id);
                let rows = client
                    .query(&statement, &[&rows::TENANT, kind, id])
                    .await
                    .unwrap();
                let events: Vec<(i64, [String; 4])> = rows
                    .iter()
                    .map(|row| (row.get(0), [1, 2, 3, 4].map(|column| row.get(column))))
                    .collect();
                assert_eq!(events.len() as u64, EVENTS);
            }
        }
    })
}
