//! What sealing costs who writes: commands of many callers, alone and beside a sealer that follows.

use crate::rows::{TENANT, append};
use gridwhistle_audit::Source;
use gridwhistle_audit::tree::{Role, Sealer, SigningKey, Tree};
use gridwhistle_store::{EventLog, OpenOptions, open};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Callers that each wait for their answer before the next command.
const CALLERS: u64 = 64;
/// How long a round writes.
const TIME: Duration = Duration::from_secs(3);
/// How often the sealer looks.
const PAUSE: Duration = Duration::from_millis(500);

/// Commands a second.
async fn write(log: &Arc<dyn EventLog>, next: &Arc<AtomicU64>) -> f64 {
    let (began, before) = (Instant::now(), next.load(Ordering::Relaxed));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (log, next) = (Arc::clone(log), Arc::clone(next));
        callers.spawn(async move {
            while began.elapsed() < TIME {
                let case = next.fetch_add(1, Ordering::Relaxed);
                log.append(append(case, 0, 1)).await.unwrap();
            }
        });
    }
    callers.join_all().await;
    let done = next.load(Ordering::Relaxed) - before;
    done as f64 / began.elapsed().as_secs_f64()
}

/// Seals what comes until told to stop; answers how much that was.
async fn follow(url: &str, folder: &Path, stop: &AtomicBool) -> u64 {
    let source = Source::open(url, TENANT).await.unwrap();
    let key = SigningKey::from_seed("bench.example/log", Role::Log, [1; 32]).unwrap();
    let tree = Tree::at(folder, TENANT);
    let mut sealer = Sealer::open(&source, &tree, key).await.unwrap();
    while !stop.load(Ordering::Relaxed) {
        sealer.seal().await.unwrap();
        tokio::time::sleep(PAUSE).await;
    }
    sealer.size()
}

pub(crate) fn run(runtime: &Runtime, rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("log.db").display());
    let log = open(&url, OpenOptions::default()).unwrap();
    let next = Arc::new(AtomicU64::new(0));
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    runtime.block_on(async {
        log.append(append(next.fetch_add(1, Ordering::Relaxed), 0, 1))
            .await
            .unwrap();
        for round in 0..rounds {
            // Who is measured first takes turns: the log grows, and what came before warms up.
            let first = round % 2 == 0;
            if first {
                alone.push(write(&log, &next).await);
            }
            let stop = Arc::new(AtomicBool::new(false));
            let follower = {
                let (stop, url) = (Arc::clone(&stop), url.clone());
                let place = folder.path().join("tree");
                tokio::spawn(async move { follow(&url, &place, &stop).await })
            };
            beside.push(write(&log, &next).await);
            stop.store(true, Ordering::Relaxed);
            assert!(follower.await.unwrap() > 0);
            if !first {
                alone.push(write(&log, &next).await);
            }
        }
    });
    let middle = |rates: &mut Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    let (alone, beside) = (middle(&mut alone), middle(&mut beside));
    println!(
        "\ncommands of {CALLERS} callers: {alone:.0} a second alone, {beside:.0} beside a sealer \
         that looks every {} ms ({:.2} x)",
        PAUSE.as_millis(),
        beside / alone
    );
}
