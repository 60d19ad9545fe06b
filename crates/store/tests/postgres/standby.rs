//! A primary and its standby: whoever takes over has everything that was acknowledged.

use gridwhistle_cluster::{Cluster, Settings};
use std::sync::Arc;
use std::time::Duration;

use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{
    CopyError, EventLog, MemoryLog, PostgresLog, PostgresOptions, SystemClock, copy,
};

use crate::desk::{Load, open, patient};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_takes_over_under_load_and_nothing_acknowledged_is_lost() {
    let mut primary = Cluster::start(&Settings::default());
    let database = primary.database();
    let name = database.name().to_owned();
    std::mem::forget(database);
    let log = open(&primary.url(&name), patient());
    drop(log);
    for take_over in 0..3 {
        let standby = primary.standby("second", &Settings::default());
        primary.synchronous("second");
        let hosts = format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port());
        let log = open(&format!("postgres://gridwhistle@{hosts}/{name}"), patient());
        let before = log.head(TENANT).await.unwrap();
        let load = Load::start_as(&format!("{take_over}"), std::slice::from_ref(&log), 8);
        load.goes_on(200).await;
        tokio::task::block_in_place(|| {
            primary.kill();
            standby.promote();
        });
        load.goes_on(200).await;
        assert_eq!(load.found(), 0, "a writer knows its own commands again");
        load.account_after(&*log, before).await;
        primary = standby;
    }
}

/// A restarted primary shows a commit that no standby has. Whoever took "it is there" for an
/// acknowledgement would lose it by the take-over that follows; the write behind it tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_no_standby_has_is_acknowledged_to_nobody() {
    let primary = Cluster::start(&Settings::default());
    let database = primary.database();
    let name = database.name().to_owned();
    std::mem::forget(database);
    let options = PostgresOptions {
        answer_within: Duration::from_millis(300),
        read_within: Duration::from_millis(300),
        outage: Duration::from_millis(900),
        ..PostgresOptions::default()
    };
    let log = open(&primary.url(&name), options);
    log.append(append("before", 0, 1)).await.unwrap();
    let standby = primary.standby("second", &Settings::default());
    primary.synchronous("second");
    log.append(append("both", 0, 1)).await.unwrap();
    tokio::task::block_in_place(|| standby.stop());
    let command = append("alone", 0, 1);
    let told = log.append(command.clone()).await.unwrap_err();
    assert!(told.may_retry(), "{told}");
    tokio::task::block_in_place(|| {
        primary.kill();
        primary.restart();
    });
    let there = "select count(*) from gridwhistle.events where position = 3";
    assert_eq!(
        primary.sql(&name, there),
        "1",
        "a program without the fence takes it for safe"
    );
    for _ in 0..2 {
        let told = log.append(command.clone()).await.unwrap_err();
        assert!(told.may_retry(), "{told}");
        let told = log.command(TENANT, command.command_id).await.unwrap_err();
        assert!(told.may_retry(), "{told}");
        let known = log.commands(TENANT, &[command.command_id]).await;
        assert!(known.unwrap_err().may_retry());
        assert!(log.fence(TENANT, 3).await.unwrap_err().may_retry());
    }
    tokio::task::block_in_place(|| {
        primary.kill();
        standby.restart();
        standby.promote();
    });
    assert_eq!(standby.sql(&name, there), "0", "and is wrong");
    let log = open(&standby.url(&name), patient());
    let answer = log.append(command).await.unwrap();
    assert_eq!((answer.first_position, answer.repeated), (3, false));
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

/// The same for a log that is moved: a copy whose last answer was lost is no copy yet, though all
/// of it can be read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_no_standby_has_is_proved_to_nobody() {
    let source = MemoryLog::new(Arc::new(SystemClock));
    for id in 0..5 {
        source.append(append(id, 0, 3)).await.unwrap();
    }
    let primary = Cluster::start(&Settings::default());
    let database = primary.database();
    let name = database.name().to_owned();
    std::mem::forget(database);
    let options = PostgresOptions {
        read_within: Duration::from_millis(500),
        ..PostgresOptions::default()
    };
    let target = open(&primary.url(&name), options);
    let standby = primary.standby("second", &Settings::default());
    primary.synchronous("second");
    tokio::task::block_in_place(|| standby.stop());
    let moved = async |target: &PostgresLog| copy(&source, target, TENANT, &mut |_, _| ()).await;
    let waits = |told: CopyError| match told {
        CopyError::Store(error) => assert!(error.may_retry(), "{error}"),
        other => panic!("{other:?}"),
    };
    waits(moved(&target).await.unwrap_err());
    tokio::task::block_in_place(|| {
        primary.kill();
        primary.restart();
    });
    let there = "select count(*) from gridwhistle.events";
    assert_eq!(primary.sql(&name, there), "15", "all of it can be read");
    waits(moved(&target).await.unwrap_err());
    tokio::task::block_in_place(|| {
        primary.kill();
        standby.restart();
        standby.promote();
    });
    assert_eq!(standby.sql(&name, there), "0", "and was nowhere else");
    let target = open(&standby.url(&name), patient());
    let copied = moved(&target).await.unwrap();
    assert_eq!((copied.events, copied.copied), (15, 15));
    assert_eq!(copied.chain, source.verify(TENANT).await.unwrap().chain);
}
