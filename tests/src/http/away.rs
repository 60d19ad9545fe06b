//! A database that goes away under load, and one that wants an operator: who may come again is told
//! so, and who may not is not.

use super::feed::{Client, reports};
use super::service::{Service, answer, whole};
use crate::city::people::{dispatcher, leader};
use crate::city::work::time_limited;
use crate::city::{City, case};
use chrono::TimeDelta;
use gridwhistle_cluster::{Cluster, Settings};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::{JoinSet, block_in_place};
use uuid::Uuid;

const CALLERS: usize = 8;
/// How long anything may take here before it counts as standing still.
const PATIENCE: Duration = Duration::from_secs(120);

/// A report under a key.
async fn report(service: &Service, key: Uuid) -> (StatusCode, HeaderMap, Value) {
    let form = json!({ "channel": "snap_report", "grid": "G-1", "description": "leak" });
    let post = service.post(&leader(), "/api/v1/cases", &json!({ "form": form }));
    whole(post.header("idempotency-key", key.to_string())).await
}

/// What callers have met so far.
#[derive(Default)]
struct Met {
    stop: AtomicBool,
    taken: AtomicU64,
    refused: AtomicU64,
}

/// Reports one case after the other, each under one key until it is taken; the cases by their keys.
async fn calls(service: Arc<Service>, met: Arc<Met>) -> BTreeMap<Uuid, String> {
    let mut cases = BTreeMap::new();
    while !met.stop.load(Ordering::Relaxed) {
        let key = Uuid::now_v7();
        loop {
            let (status, headers, told) = report(&service, key).await;
            if status == StatusCode::CREATED {
                met.taken.fetch_add(1, Ordering::Relaxed);
                cases.insert(key, told["case"].as_str().unwrap().to_owned());
                break;
            }
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
            assert_eq!(told["code"], "store_unavailable", "{told}");
            assert_eq!(headers["retry-after"], "1");
            met.refused.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    cases
}

async fn until(what: &str, mut there: impl AsyncFnMut() -> bool) {
    let looked = async {
        while !there().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let looked = tokio::time::timeout(PATIENCE, looked).await;
    looked.unwrap_or_else(|_| panic!("{what}"));
}

/// Kills the server in the middle of the callers' work, and starts it again once they have noticed.
async fn killed_under_load(service: &Arc<Service>, cluster: &Cluster) -> BTreeMap<Uuid, String> {
    let met = Arc::new(Met::default());
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(calls(Arc::clone(service), Arc::clone(&met)));
    }
    let taken = || met.taken.load(Ordering::Relaxed);
    for _ in 0..2 {
        let (more, refused) = (taken() + 40, met.refused.load(Ordering::Relaxed));
        until("nothing is taken", async || taken() >= more).await;
        block_in_place(|| cluster.kill());
        until("nobody notices", async || {
            met.refused.load(Ordering::Relaxed) > refused
        })
        .await;
        block_in_place(|| cluster.restart());
    }
    let more = taken() + 40;
    until("nothing is taken any more", async || taken() >= more).await;
    met.stop.store(true, Ordering::Relaxed);
    callers.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_killed_under_load_is_told_as_such_and_afterwards_all_goes_on() {
    let cluster = block_in_place(|| Cluster::start(&Settings::default()));
    let database = block_in_place(|| cluster.database());
    let city = City::on(database.url()).await;
    time_limited(&city, case(1)).await;
    let service = Arc::new(Service::of(city).await);
    let query = "?after=0&type=CaseReported";
    let mut feed = Client::follow(&service, &dispatcher(), query, None).await;
    let cases = killed_under_load(&service, &cluster).await;

    // The same key answers the same case, and nothing is there twice.
    let mut head = service.city.head().await;
    for (key, case) in &cases {
        let (status, _, told) = report(&service, *key).await;
        assert!(status.is_success(), "{status} {told}");
        assert_eq!(told["case"], json!(case));
    }
    assert_eq!(service.city.head().await, head);
    let mut wanted: BTreeSet<String> = cases.into_values().collect();
    wanted.insert(case(1).to_string());
    let reported = reports(&service.city).await;
    assert_eq!(reported.len(), wanted.len());

    // The feed has told each once; whoever was cut off comes again after what was heard last.
    let mut heard: Vec<u64> = Vec::new();
    while heard.len() < reported.len() {
        let next = tokio::time::timeout(PATIENCE, feed.next()).await;
        match next.unwrap() {
            Some(event) => heard.push(event.id),
            None => {
                let last = heard.last().copied();
                feed = Client::follow(&service, &dispatcher(), query, last).await;
            }
        }
    }
    assert_eq!(heard, reported);

    // The views follow.
    let list = service.get(&dispatcher(), "/api/v1/cases?limit=500");
    let (status, told) = answer(list.header("log-position-min", head)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let rows = told["rows"].as_array().unwrap().iter();
    let there = rows.map(|row| row["case_id"].as_str().unwrap().to_owned());
    assert_eq!(there.collect::<BTreeSet<_>>(), wanted);

    // And the clock's commands are given.
    service.city.later(TimeDelta::days(30));
    until("no timer fires", async || service.city.head().await > head).await;
    head = service.city.head().await;
    let event = service
        .city
        .engine
        .log()
        .read_log("city", head - 1, 1)
        .await;
    assert!(event.unwrap()[0].metadata.contains("system"));
}

/// Whoever is told to come again for ever helps nobody: what wants an operator is 500.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_operator_has_to_mend_asks_nobody_to_come_again() {
    let database = block_in_place(|| Cluster::shared().database());
    let service = Service::of(City::on(database.url()).await).await;
    let name = database.name();
    let set = |value: &str| {
        block_in_place(|| {
            Cluster::shared().sql(
                "postgres",
                &format!("alter database {name} set default_transaction_read_only = {value}"),
            );
            Cluster::shared().sql(
                "postgres",
                &format!(
                    "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity \
                     where datname = '{name}'"
                ),
            )
        })
    };
    let key = Uuid::now_v7();
    set("on");
    // A connection that was cut just now is told as such first.
    let told = loop {
        let (status, headers, told) = report(&service, key).await;
        if status != StatusCode::SERVICE_UNAVAILABLE {
            assert!(!headers.contains_key("retry-after"), "{headers:?}");
            break (status, told);
        }
        assert_eq!(told["code"], "store_unavailable", "{told}");
        assert_eq!(headers["retry-after"], "1");
    };
    assert_eq!(told.0, StatusCode::INTERNAL_SERVER_ERROR, "{}", told.1);
    assert_eq!(told.1["code"], "read_only");
    set("off");
    until("nothing is taken again", async || {
        report(&service, key).await.0 == StatusCode::CREATED
    })
    .await;
    // A damaged log is no outage either.
    let (_, _, told) = report(&service, Uuid::now_v7()).await;
    let case = told["case"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/cases/{case}");
    until("the case is not shown", async || {
        whole(service.get(&leader(), &path)).await.0 == StatusCode::OK
    })
    .await;
    block_in_place(|| {
        database.sql(&format!(
            "update gridwhistle.events set checksum = '\\x{}' where aggregate_id = '{case}'",
            "00".repeat(32)
        ))
    });
    let (status, headers, told) = whole(service.get(&leader(), &path)).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{told}");
    assert_eq!(told["code"], "log_damaged", "{told}");
    assert!(!headers.contains_key("retry-after"));
}
