//! The service under load, over real sockets, the load in the same process: `make bench-http`.
//!
//! Reports are paced (`RATE`, 500 a second) for `SECONDS` (10) and timed from the instant they were due
//! to be sent, so that a service that falls behind shows; then a list is asked for by 16 callers as
//! fast as it answers, and beside it what needs no store; then 64 callers report as fast as they are answered; then reports come at twice
//! the rate that was taken so, for `OVER` seconds, by more callers than the service lets in: it refuses
//! what it cannot follow, and nothing that was acknowledged may be missing. Beside it in the same run: the same reports to the engine itself.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it fails"
)]

mod city;
mod load;

use gridwhistle::Engine;
use gridwhistle_cluster::{Cluster, Settings as Durability};
use gridwhistle_server::Settings;
use load::Load;
use std::net::SocketAddr;
use std::time::Duration;

/// As in the program: its answers are many small pieces of memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn asked(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(default, |text| text.parse().unwrap())
}

#[tokio::main]
async fn main() {
    let rate = asked("RATE", 500);
    let time = Duration::from_secs(asked("SECONDS", 10));
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}/city.db", folder.path().display());
    println!("SQLite");
    measure(city::open(&file, None).await, rate, time).await;
    let cluster = tokio::task::block_in_place(|| Cluster::start(&Durability::durable()));
    let database = tokio::task::block_in_place(|| cluster.database());
    let keys = folder.path().join("keys");
    println!("PostgreSQL");
    measure(city::open(&database.url(), Some(keys)).await, rate, time).await;
}

async fn measure(engine: Engine, rate: u64, time: Duration) {
    let mut settings = Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        development_login: true,
        ..Settings::default()
    };
    // All callers are one person here.
    settings.limits.person_per_second = 0;
    let plain = load::engine(&engine, rate, time).await;
    let running = gridwhistle_server::serve(engine.clone(), settings)
        .await
        .unwrap();
    let load = Load::on(running.address);
    let paced = load.reports(rate, time).await;
    plain.tell("  reports to the engine itself   ");
    paced.tell("  reports over HTTP              ");
    // It leaves fresh statistics in the database, as the database itself does within a minute.
    engine.rebuild(|_| {}).await.unwrap();
    let (lists, bare) = (load.lists(time).await, load.bare(time).await);
    lists.tell("  a page of 20 of the ledger     ");
    bare.tell("  an answer without the store    ");
    let most = load.most(time).await;
    most.tell("  reports as fast as they go     ");
    let over = load
        .reports(
            2 * most.per_second(),
            Duration::from_secs(asked("OVER", time.as_secs())),
        )
        .await;
    over.tell("  reports at twice that          ");
    let acknowledged = plain.taken + paced.taken + most.taken + over.taken;
    let head = engine.catch_up().await.unwrap();
    let all = gridwhistle::projections::questions::LedgerFilter::default();
    let by = gridwhistle::projections::questions::CountsBy::Class;
    let now = gridwhistle::projections::questions::Moment::now(engine.now());
    let counts = engine.questions().counts(by, &all, now).await.unwrap();
    let there = u64::try_from(counts.total.received).unwrap();
    println!(
        "  acknowledged {acknowledged}, on the ledger {there}, events {head}, memory {}",
        load::memory()
    );
    assert!(there >= acknowledged, "an acknowledged report is missing");
    running.until(std::future::ready(())).await.unwrap();
}
