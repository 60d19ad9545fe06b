//! Backups: what comes back is the same log, told by the value of its chain.
#![expect(clippy::unwrap_used, reason = "a helper that fails, fails its test")]

use gridwhistle_cluster::{Cluster, Settings};
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{
    EventLog, PostgresLog, PostgresOptions, SqliteLog, SqliteOptions, SystemClock, copy,
};
use std::sync::Arc;

use crate::desk::{Load, open, patient};

/// Writes cases of two events, and answers the chain value of the log with them.
async fn write(log: &PostgresLog, word: &str, cases: u64) -> String {
    for id in 0..cases {
        log.append(append(format!("{word}-{id}"), 0, 2))
            .await
            .unwrap();
    }
    chain(log).await
}

/// The chain value of a log that was found sound.
async fn chain(log: &dyn EventLog) -> String {
    let report = log.verify(TENANT).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    report.chain
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_pg_dump_saved_comes_back_with_the_same_chain_and_goes_on() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let log = open(&source.url(), patient());
    let before = write(&log, "dumped", 40).await;
    let file = cluster.folder().join(format!("{}.dump", source.name()));
    let file = file.display().to_string();
    tokio::task::block_in_place(|| {
        cluster.tool(
            "pg_dump",
            &["-Fc", "-n", "gridwhistle", "-f", &file, source.name()],
        );
        let into = ["-d", target.name(), "--exit-on-error", &file];
        cluster.tool("pg_restore", &into);
    });
    let options = PostgresOptions {
        migrate: false,
        ..patient()
    };
    let restored = open(&target.url(), options);
    assert_eq!(chain(&*restored).await, before);
    let answer = restored.append(append("after", 0, 1)).await.unwrap();
    assert_eq!(answer.first_position, 81);
    chain(&*restored).await;
}

/// A base backup, and every log file after it: the log comes back as it was at a point that lies
/// between two writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_base_backup_with_its_log_files_comes_back_to_the_point_or_instant_that_is_named() {
    let archive = tempfile::tempdir().unwrap();
    let open_to_all = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
    std::fs::set_permissions(archive.path(), open_to_all).unwrap();
    let files = archive.path().display();
    let archiving = Settings::default()
        .with("archive_mode", "on")
        .with("archive_command", &format!("cp %p {files}/%f"));
    let cluster = Cluster::start(&archiving);
    let database = cluster.database();
    let log = open(&database.url(), patient());
    write(&log, "before", 20).await;
    let base = tokio::task::block_in_place(|| cluster.base_backup());
    let wanted = write(&log, "wanted", 20).await;
    database.sql("select pg_create_restore_point('noon')");
    let noon = database.sql("select clock_timestamp()");
    let unwanted = write(&log, "mistake", 20).await;
    assert_ne!(wanted, unwanted);
    tokio::task::block_in_place(|| {
        let written = database.sql("select pg_walfile_name(pg_switch_wal())");
        let looked = std::time::Instant::now();
        while !archive.path().join(&written).exists() {
            assert!(looked.elapsed().as_secs() < 60, "{written} is not archived");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    for (target, value) in [
        ("recovery_target_name", "noon"),
        ("recovery_target_time", &noon),
    ] {
        let to_noon = Settings::default()
            .with("restore_command", &format!("cp {files}/%f %p"))
            .with(target, value)
            .with("recovery_target_action", "promote");
        let restored = tokio::task::block_in_place(|| Cluster::restored(&base, &to_noon));
        let again = open(&restored.url(database.name()), patient());
        assert_eq!(chain(&*again).await, wanted, "{target}");
        write(&again, "afterwards", 5).await;
    }
}

/// The backup that needs no tool of the database: it may be taken while the log is written, is
/// whole at every moment, and the next one adds what is new.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_being_written_is_copied_to_a_file_and_the_next_copy_goes_on() {
    let database = Cluster::shared().database();
    let log = open(&database.url(), patient());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db");
    let file = SqliteLog::open(&path, Arc::new(SystemClock), SqliteOptions::default()).unwrap();
    let load = Load::start(std::slice::from_ref(&log), 4);
    for _ in 0..3 {
        load.goes_on(100).await;
        let copied = copy(&*log, &file, TENANT, &mut |_, _| ()).await.unwrap();
        assert!(copied.copied > 0 && copied.chain == chain(&file).await);
    }
    load.account(&*log).await;
    copy(&*log, &file, TENANT, &mut |_, _| ()).await.unwrap();
    assert_eq!(chain(&file).await, chain(&*log).await);
}
