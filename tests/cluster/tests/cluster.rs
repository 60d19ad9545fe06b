//! The fixture keeps its word: servers start, die, come back, follow each other, and leave nothing.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use gridwhistle_cluster::{Cluster, Settings};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Looks until something holds, for at most a minute.
#[track_caller]
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn running(process: u32) -> bool {
    let found = Command::new("kill")
        .args(["-0", &process.to_string()])
        .stderr(Stdio::null())
        .status();
    found.unwrap().success()
}

#[test]
fn every_test_has_a_database_of_its_own_on_the_shared_server() {
    let shared = Cluster::shared();
    let (one, other) = (shared.database(), shared.database());
    one.sql("create table t (x int)");
    assert_eq!(
        other.sql("select count(*) from pg_tables where tablename = 't'"),
        "0"
    );
    assert_eq!(
        one.sql("select current_user, current_database()"),
        format!("gridwhistle|{}", one.name())
    );
    assert!(
        one.url()
            .ends_with(&format!(":{}/{}", shared.port(), one.name()))
    );
    assert!(
        shared
            .ask(one.name(), "select from nothing")
            .unwrap_err()
            .contains("nothing")
    );
    let name = one.name().to_owned();
    drop(one);
    let left = format!("select count(*) from pg_database where datname = '{name}'");
    assert_eq!(shared.sql("postgres", &left), "0");
}

#[test]
fn a_database_may_sort_as_chinese_does() {
    let options = "template template0 locale_provider icu icu_locale 'zh-CN'";
    let chinese = Cluster::shared().database_with(options);
    let sorted = "select string_agg(x, '' order by x) from (values ('东'), ('北')) t (x)";
    assert_eq!(chinese.sql(sorted), "北东");
    assert_eq!(Cluster::shared().database().sql(sorted), "东北");
}

#[test]
fn settings_are_in_force_and_durable_means_durable() {
    let show = "select current_setting('fsync'), current_setting('synchronous_commit'), \
                current_setting('max_connections'), current_setting('work_mem')";
    let shared = Cluster::shared().sql("postgres", show);
    assert_eq!(shared, "off|on|300|4MB");
    let durable = Cluster::start(&Settings::durable().with("work_mem", "5MB"));
    assert_eq!(durable.sql("postgres", show), "on|on|300|5MB");
}

#[test]
fn a_killed_server_comes_back_on_its_port_with_what_it_had_acknowledged() {
    let cluster = Cluster::start(&Settings::default());
    let database = cluster.database();
    database.sql("create table t (x int)");
    for round in 1..=3 {
        database.sql(&format!("insert into t values ({round})"));
        let process = cluster.process().unwrap();
        cluster.kill();
        assert!(!running(process) && cluster.process().is_none());
        assert!(cluster.ask(database.name(), "select 1").is_err());
        cluster.restart();
        assert_eq!(database.sql("select count(*) from t"), round.to_string());
    }
    cluster.stop();
    cluster.kill(); // nothing is left to be killed
    cluster.restart();
    assert_eq!(database.sql("select count(*) from t"), "3");
}

#[test]
fn a_standby_follows_waits_with_its_primary_and_takes_its_place() {
    let primary = Cluster::start(&Settings::default());
    let database = primary.database();
    database.sql("create table t (x int)");
    let standby = primary.standby("second", &Settings::default());
    primary.synchronous("second");
    eventually("the standby is synchronous", || {
        primary.sql(
            "postgres",
            "select application_name, sync_state from pg_stat_replication",
        ) == "second|sync"
    });
    database.sql("set synchronous_commit = remote_apply; insert into t values (1)");
    assert_eq!(standby.sql(database.name(), "select x from t"), "1");
    let refused = standby.ask(database.name(), "insert into t values (2)");
    assert!(refused.unwrap_err().contains("read-only transaction"));
    // One made while the primary waits for the first does not wait for anybody itself.
    let third = primary.standby("third", &Settings::default());
    primary.kill();
    for promoted in [&standby, &third] {
        promoted.promote();
        promoted.sql(database.name(), "insert into t values (3)");
        assert_eq!(promoted.sql(database.name(), "select count(*) from t"), "2");
    }
}

/// The program that holds a server, with what it says: folder and process of the server.
fn holder() -> (Child, PathBuf, u32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gridwhistle-cluster"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut word = |name: &str| {
        let line = lines.next().unwrap().unwrap();
        line.strip_prefix(name).unwrap().trim().to_owned()
    };
    let _url = word("url");
    let (folder, process) = (word("folder"), word("process"));
    (child, folder.into(), process.parse().unwrap())
}

#[test]
fn no_server_and_no_folder_outlives_its_process_even_after_kill_9() {
    let (mut child, folder, process) = holder();
    assert!(running(process) && folder.join("data").exists());
    child.kill().unwrap(); // SIGKILL: nothing of the program runs any more
    child.wait().unwrap();
    eventually("the server is still there", || !running(process));
    eventually("the folder is still there", || !folder.exists());

    let (mut child, folder, process) = holder();
    drop(child.stdin.take());
    child.wait().unwrap();
    assert!(
        !running(process) && !folder.exists(),
        "an orderly end waits"
    );
}

#[test]
fn a_dropped_server_is_gone_also_when_it_was_killed_before() {
    let gone = |folder: &Path| !folder.exists();
    for kill in [false, true] {
        let cluster = Cluster::start(&Settings::default());
        let folder = cluster.folder().to_owned();
        if kill {
            cluster.kill();
        }
        drop(cluster);
        assert!(gone(&folder), "{}", folder.display());
    }
}

#[test]
fn the_usual_port_is_left_to_whoever_has_it() {
    // Taken here, or already taken by somebody's server: in both cases nobody can have it now.
    let _mine = TcpListener::bind(("127.0.0.1", 5432));
    let cluster = Cluster::start(&Settings::default());
    assert_ne!(cluster.port(), 5432);
    assert_eq!(
        cluster.sql("postgres", "show listen_addresses"),
        "127.0.0.1"
    );
}

#[test]
fn a_folder_may_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let cluster = Cluster::start(&Settings::default().under(folder.path()));
    assert!(cluster.folder().starts_with(folder.path()));
    assert_eq!(cluster.sql("postgres", "select 1"), "1");
    drop(cluster);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
