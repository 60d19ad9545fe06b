//! The server goes away in the middle of the work, and comes back.

use std::sync::Arc;
use std::time::Duration;

use gridwhistle_cluster::{Cluster, Settings};
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{
    Append, AppendError, EventLog, PostgresLog, PostgresOptions, StoreError, SystemClock,
};

use crate::desk::{Load, open, patient};
use crate::proxy::{Line, Proxy};

/// How often the server is killed under load.
const KILLS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_fifty_times_under_load_loses_and_doubles_nothing() {
    let cluster = Cluster::start(&Settings::default());
    let database = cluster.database();
    let logs = [(); 2].map(|()| open(&database.url(), patient()));
    let load = Load::start(&logs, 8);
    for kill in 0..KILLS as u64 {
        // At another moment of a batch each time.
        load.goes_on(1 + kill * 7 % 40).await;
        tokio::task::block_in_place(|| {
            cluster.kill();
            cluster.restart();
        });
    }
    load.goes_on(100).await;
    load.account(&*logs[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_in_mid_transaction_lose_and_double_nothing() {
    let database = Cluster::shared().database();
    let logs = [(); 2].map(|()| open(&database.url(), patient()));
    let load = Load::start(&logs, 8);
    for _ in 0..40 {
        load.goes_on(30).await;
        tokio::task::block_in_place(|| {
            database.sql(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                 where datname = current_database() and pid <> pg_backend_pid() \
                 and application_name = 'gridwhistle'",
            )
        });
    }
    load.account(&*logs[0]).await;
}

/// The commit went through and its answer did not: the command id tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_is_found_and_not_repeated() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let proxy = Proxy::to(cluster.port()).await;
    let log = open(&proxy.url(database.name()), patient());
    log.append(append("before", 0, 1)).await.unwrap();
    for round in 0..20 {
        proxy.set(Line::LoseNext);
        let commands: Vec<Append> = (0..3)
            .map(|id| append(format!("{round}-{id}"), 0, 2))
            .collect();
        let answers = log.append_all(commands.clone()).await;
        for (command, answer) in commands.iter().zip(answers) {
            let answer = answer.unwrap();
            assert!(!answer.repeated, "it was this call that wrote it");
            let stored = log
                .command(TENANT, command.command_id)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(stored.first_position, answer.first_position);
            let again = log.append(command.clone()).await.unwrap();
            assert!(again.repeated);
        }
    }
    assert_eq!(log.head(TENANT).await.unwrap(), 1 + 20 * 6);
    assert!(log.verify(TENANT).await.unwrap().is_sound());
    assert_eq!(database.sql("select fence > 0 from gridwhistle.heads"), "t");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_falls_silent_is_given_up_and_the_work_goes_on_over_another() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let proxy = Proxy::to(cluster.port()).await;
    let options = PostgresOptions {
        answer_within: Duration::from_millis(300),
        ..patient()
    };
    let log = open(&proxy.url(database.name()), options);
    log.append(append("before", 0, 1)).await.unwrap();
    proxy.set(Line::Silent);
    let (writer, lines) = (Arc::clone(&log), proxy.lines());
    let waiting = tokio::spawn(async move { writer.append(append("during", 0, 1)).await });
    while proxy.lines() == lines {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    proxy.set(Line::Open);
    let answer = waiting.await.unwrap().unwrap();
    assert_eq!((answer.first_position, answer.repeated), (2, false));
}

/// Options with a short queue, and little patience.
fn hasty() -> PostgresOptions {
    PostgresOptions {
        queue: 4,
        patience: Duration::from_millis(20),
        ..patient()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_line_delays_the_work_and_the_queue_is_bounded() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let proxy = Proxy::to(cluster.port()).await;
    let log = open(&proxy.url(database.name()), hasty());
    log.append(append("before", 0, 1)).await.unwrap();
    proxy.set(Line::Slow);
    overloads(&log).await;
}

/// Every flush of the write-ahead log comes late, as on a disk that is slow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_disk_delays_the_work_and_the_queue_is_bounded() {
    const FLUSH: Duration = Duration::from_millis(100);
    let slow = Settings::durable()
        .with("commit_delay", &FLUSH.as_micros().to_string())
        .with("commit_siblings", "0");
    let cluster = Cluster::start(&slow);
    let database = cluster.database();
    let log = open(&database.url(), hasty());
    let began = std::time::Instant::now();
    log.append(append("before", 0, 1)).await.unwrap();
    assert!(began.elapsed() >= FLUSH, "the disk is slow");
    overloads(&log).await;
}

/// Many more callers than the queue takes, after one command: whoever finds no room is told so.
#[expect(clippy::unwrap_used, reason = "helpers of tests fail their test")]
async fn overloads(log: &Arc<PostgresLog>) {
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..64 {
        let log = Arc::clone(log);
        callers.spawn(async move { log.append(append(caller, 0, 1)).await });
    }
    let answers = callers.join_all().await;
    let written = answers.iter().filter(|answer| answer.is_ok()).count();
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    for error in refused.clone() {
        assert!(
            matches!(error, AppendError::Overloaded { queue: 4, .. }),
            "{error}"
        );
        assert!(error.may_retry());
    }
    assert!(written >= 4 && refused.count() > 0);
    assert_eq!(log.head(TENANT).await.unwrap(), 1 + written as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_server_is_away_callers_are_told_to_repeat_and_afterwards_all_goes_on() {
    let cluster = Cluster::start(&Settings::default());
    let database = cluster.database();
    let options = PostgresOptions {
        outage: Duration::from_millis(300),
        ..PostgresOptions::default()
    };
    let log = open(&database.url(), options.clone());
    let command = append("one", 0, 1);
    log.append(command.clone()).await.unwrap();
    cluster.stop();
    let told = log.append(append("two", 0, 1)).await.unwrap_err();
    assert!(
        matches!(told, AppendError::Storage(StoreError::Unavailable { .. })),
        "{told}"
    );
    assert!(
        told.may_retry() && told.to_string().contains("same command id"),
        "{told}"
    );
    let told = log.read_log(TENANT, 0, 10).await.unwrap_err();
    assert!(told.may_retry(), "{told}");
    let told = PostgresLog::open(&database.url(), Arc::new(SystemClock), options)
        .err()
        .unwrap();
    assert!(told.may_retry(), "{told}");
    cluster.restart();
    assert!(log.append(command).await.unwrap().repeated);
    assert_eq!(
        log.append(append("two", 0, 1))
            .await
            .unwrap()
            .first_position,
        2
    );
    assert_eq!(log.read_log(TENANT, 0, 10).await.unwrap().len(), 2);
}
