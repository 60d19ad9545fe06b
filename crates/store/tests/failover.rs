//! A synchronous pair under a manager, killed under load: whoever takes over has everything that
//! was acknowledged, and does so soon.
#![expect(
    clippy::print_stderr,
    reason = "the time of each take-over is what this test is for, and a test that was not run is told"
)]
#![expect(clippy::panic, reason = "a fixture that cannot be had fails the test")]

#[path = "postgres/desk.rs"]
mod desk;

use std::time::{Duration, Instant};

use gridwhistle_cluster::Monitored;
use gridwhistle_store::PostgresOptions;

use crate::desk::{Load, open, patient};

/// How often the whole primary node is killed.
const KILLS: usize = 5;
/// How often only its server is, which its manager starts again in its place.
const SERVER_KILLS: usize = 2;
/// Callers through each of two processes.
const WRITERS: u64 = 6;
/// How long nothing may be written. The manager takes some ten seconds.
const BAR: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_primary_is_killed_five_times_under_load_and_each_time_the_other_node_takes_over() {
    let Some(pair) = tokio::task::block_in_place(pair) else {
        return;
    };
    // The first tries until it knows. The other one gives up soon, so that its callers are left
    // with commands of unknown fate, and ask again by their ids.
    let hasty = PostgresOptions {
        outage: Duration::from_millis(500),
        answer_within: Duration::from_secs(2),
        ..PostgresOptions::default()
    };
    let logs = [patient(), hasty].map(|options| open(&pair.url(), options));
    let load = Load::start(&logs, WRITERS);
    let mut outages = Vec::new();
    for _ in 0..KILLS {
        load.goes_on(200).await;
        let began = Instant::now();
        let killed = tokio::task::block_in_place(|| pair.kill_primary());
        outages.push(back(&load, began).await);
        tokio::task::block_in_place(|| {
            pair.revive(killed);
            pair.settled();
        });
    }
    for _ in 0..SERVER_KILLS {
        load.goes_on(200).await;
        let began = Instant::now();
        tokio::task::block_in_place(|| pair.kill_server());
        outages.push(back(&load, began).await);
        tokio::task::block_in_place(|| pair.settled());
    }
    load.goes_on(200).await;
    let found = load.found();
    let told = load.account(&*logs[0]).await;
    let seconds: Vec<String> = outages
        .iter()
        .map(|outage| format!("{:.1}", outage.as_secs_f64()))
        .collect();
    eprintln!(
        "{told} commands acknowledged, none lost or doubled; {found} of unknown fate were found \
         written when they were asked again; seconds without service: {}",
        seconds.join(" ")
    );
    assert!(outages.iter().all(|outage| *outage < BAR), "{outages:?}");
}

/// How long it took until commands are acknowledged again. What was on its way when the node died
/// may still be counted afterwards: one answer of each writer.
async fn back(load: &Load, began: Instant) -> Duration {
    load.goes_on(2 * WRITERS + 1).await;
    began.elapsed()
}

/// The pair; none where its manager is not here, except where nothing may be left out.
fn pair() -> Option<Monitored> {
    match Monitored::start() {
        Ok(pair) => Some(pair),
        Err(why) if std::env::var_os("CI").is_some() => panic!("{why}"),
        Err(why) => {
            eprintln!("NOT RUN, the failover test: {why}");
            None
        }
    }
}
