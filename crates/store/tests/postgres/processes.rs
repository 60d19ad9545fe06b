//! Several processes on one database: each handle here is one.

use std::sync::Arc;

use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{AppendError, EventLog, PostgresLog, PostgresOptions, SystemClock};

use crate::desk::{Load, open, patient};
use crate::suite;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_write_one_tenant_and_lose_nothing() {
    let database = suite::database();
    let logs = [(); 3].map(|()| open(&database.url(), patient()));
    let load = Load::start(&logs, 6);
    load.goes_on(600).await;
    let told = load.account(&*logs[0]).await;
    assert!(told >= 600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_who_race_for_one_version_through_two_processes_one_wins_in_each_of_300_rounds() {
    let database = suite::database();
    let logs = [(); 2].map(|()| open(&database.url(), patient()));
    for version in 0..300 {
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..8 {
            let log = Arc::clone(&logs[racer % 2]);
            racers.spawn(async move { log.append(append("one", version, 1)).await });
        }
        let answers = racers.join_all().await;
        let won: Vec<_> = answers
            .iter()
            .filter_map(|answer| answer.as_ref().ok())
            .collect();
        assert_eq!(won.len(), 1, "{answers:?}");
        assert_eq!(won[0].version, version + 1);
        let conflict = AppendError::Conflict {
            expected: version,
            actual: version + 1,
        };
        let lost = answers.iter().filter_map(|answer| answer.as_ref().err());
        assert!(lost.clone().all(|error| *error == conflict), "{answers:?}");
    }
    assert_eq!(logs[0].head(TENANT).await.unwrap(), 300);
    assert!(logs[0].verify(TENANT).await.unwrap().is_sound());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_command_through_two_processes_is_written_once() {
    let database = suite::database();
    let logs = [(); 2].map(|()| open(&database.url(), patient()));
    for round in 0..50 {
        let command = append(round, 0, 2);
        let (one, other) = tokio::join!(
            logs[0].append(command.clone()),
            logs[1].append(command.clone())
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.first_position, other.first_position);
        assert!(one.repeated != other.repeated, "{one:?} {other:?}");
    }
    assert_eq!(logs[0].head(TENANT).await.unwrap(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_is_told_up_to_where_others_wrote_and_not_what_it_wrote_itself() {
    let database = suite::database();
    let logs = [(); 2].map(|()| open(&database.url(), patient()));
    let others = async |of: usize| logs[of].others(TENANT).await.unwrap();
    let write = async |of: usize, version| {
        let written = logs[of].append(append("one", version, 2)).await.unwrap();
        written.last_position
    };
    for version in [0, 2, 4] {
        write(0, version).await;
        assert_eq!(others(0).await, 0, "all of it is its own");
        assert_eq!(others(1).await, version + 2);
    }
    let by_other = write(1, 6).await;
    assert_eq!(others(0).await, by_other);
    // It writes upon what it has not asked for, and does not take that for its own.
    let by_other = write(1, 8).await;
    write(0, 10).await;
    assert_eq!(others(0).await, by_other);

    let before = logs[0].head(TENANT).await.unwrap();
    // Asked while batches are under way: a batch of its own is never taken for somebody else's.
    let load = Load::start(&logs[..1], 16);
    for _ in 0..200 {
        assert_eq!(others(0).await, by_other);
    }
    load.goes_on(200).await;
    load.account_after(&*logs[0], before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_decided_without_knowing_what_others_wrote_is_not_written() {
    let database = suite::database();
    let logs = [(); 2].map(|()| open(&database.url(), patient()));
    assert_eq!(logs[0].others_likely(TENANT), None, "it never looked");
    let knowing = |command, knows| logs[0].append_knowing(command, knows);
    knowing(append("one", 0, 2), 0).await.unwrap();
    // What it wrote itself it knows.
    knowing(append("one", 2, 1), 0).await.unwrap();
    assert_eq!(logs[0].others_likely(TENANT), Some(0));
    let others = logs[1]
        .append(append("two", 0, 1))
        .await
        .unwrap()
        .last_position;
    let late = append("three", 0, 1);
    let behind = AppendError::Behind { knows: 0, others };
    assert_eq!(knowing(late.clone(), 0).await.unwrap_err(), behind);
    assert_eq!(logs[0].head(TENANT).await.unwrap(), others);
    assert_eq!(logs[0].others_likely(TENANT), None, "others wrote just now");
    let written = knowing(late, others).await.unwrap();
    assert_eq!(
        (written.first_position, written.repeated),
        (others + 1, false)
    );
}

/// Between what a decision knew of others and where it was written stands nothing of others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_races_with_others_is_written_only_where_it_missed_nothing_of_them() {
    let database = suite::database();
    let mut racers = tokio::task::JoinSet::new();
    for process in 0..3 {
        let log = open(&database.url(), patient());
        for caller in 0..3 {
            let log = Arc::clone(&log);
            racers.spawn(async move {
                let (mut written, mut behind) = (Vec::new(), 0);
                for round in 0.. {
                    if written.len() == 40 {
                        break;
                    }
                    let knows = log.others(TENANT).await.unwrap();
                    let id = format!("{process} {caller} {round}");
                    match log.append_knowing(append(id, 0, 1), knows).await {
                        Ok(answer) => written.push((process, knows, answer.first_position)),
                        Err(AppendError::Behind { .. }) => behind += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
                (written, behind)
            });
        }
    }
    let told = racers.join_all().await;
    assert!(told.iter().any(|(_, behind)| *behind > 0), "nobody raced");
    let log = open(&database.url(), patient());
    let events = log.read_log(TENANT, 0, 10_000).await.unwrap();
    assert_eq!(events.len(), 9 * 40);
    for (process, knows, first) in told.into_iter().flat_map(|(written, _)| written) {
        let own = format!("{process} ");
        for event in &events[knows as usize..first as usize] {
            let by = &event.stream.aggregate_id;
            assert!(by.starts_with(&own), "{by} stands at {}", event.position);
        }
    }
}

/// The server keeps the plan of an append, though the log grows: made where some hundred rows were
/// there and nobody had counted them, it looked at each of them for every later append.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_found_by_the_key_of_their_stream_however_the_log_began() {
    let database = suite::database();
    let log = open(&database.url(), patient());
    let steps = 3_000;
    for version in 0..steps {
        log.append(append("one", version, 1)).await.unwrap();
    }
    drop(log);
    let read = "select coalesce(sum(idx_tup_read), 0) from pg_stat_user_indexes \
                where schemaname = 'gridwhistle' and indexrelname = 'events_pkey'";
    let read: u64 = database.sql(read).parse().unwrap();
    assert!(read < steps * 20, "{read} rows were looked at by position");
}

/// A tail of one global sequence misses events under such a load; this one may not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_at_the_tail_sees_every_event_of_32_writers_once_and_in_order() {
    let database = suite::database();
    let logs = [(); 2].map(|()| open(&database.url(), patient()));
    let clock = Arc::new(SystemClock);
    let reader =
        PostgresLog::open_read_only(&database.url(), clock, PostgresOptions::default()).unwrap();
    let mut head = reader.watch(TENANT);
    let load = Load::start(&logs, 16);
    let mut seen = 0;
    while seen < 8_000 {
        head.changed().await.unwrap();
        // The head is waited on, the log is read beyond it: nothing may be missing behind.
        let page = reader.read_log(TENANT, seen, 1_000).await.unwrap();
        let positions = page.iter().map(|event| event.position);
        assert!(positions.eq(seen + 1..=seen + page.len() as u64));
        seen += page.len() as u64;
    }
    load.account(&*logs[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_is_told_of_other_processes_also_where_notifications_do_not_pass() {
    let database = suite::database();
    let writer = open(&database.url(), patient());
    let watcher = open(&database.url(), patient());
    let mut head = watcher.watch(TENANT);
    writer.append(append(1, 0, 3)).await.unwrap();
    head.wait_for(|position| *position == 3).await.unwrap();
    // As behind a pooler: the hint goes nowhere, and the log is asked.
    let text = database.sql("select pg_get_functiondef('gridwhistle.append'::regproc)");
    assert!(text.contains("'gridwhistle', next_position"));
    database.sql(&text.replace("'gridwhistle', next_position", "'nobody', next_position"));
    writer.append(append(2, 0, 1)).await.unwrap();
    head.wait_for(|position| *position == 4).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_for_the_head_sees_what_was_acknowledged_before() {
    let database = suite::database();
    let writer = open(&database.url(), patient());
    let reader = open(&database.url(), patient());
    for round in 1..=100 {
        writer.append(append(round, 0, 1)).await.unwrap();
        let heads = [(); 4].map(|()| reader.head(TENANT));
        let [first, second, third, fourth] = heads;
        let heads = tokio::join!(first, second, third, fourth);
        for head in [heads.0, heads.1, heads.2, heads.3] {
            assert_eq!(head.unwrap(), round);
        }
    }
}
