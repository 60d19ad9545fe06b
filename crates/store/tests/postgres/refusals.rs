//! What the database refuses, and what a caller is told.
#![expect(clippy::unwrap_used, reason = "a fixture that fails, fails its test")]

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use gridwhistle_cluster::{Cluster, Database, Settings};
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{
    AppendError, EventLog, PostgresLog, PostgresOptions, StoreError, SystemClock,
};

use crate::desk::{open, patient};

fn opened(url: &str) -> StoreError {
    let options = PostgresOptions::default();
    let refused = PostgresLog::open(url, Arc::new(SystemClock), options);
    refused.err().unwrap()
}

#[test]
fn an_address_that_leads_nowhere_is_named_with_what_would_go() {
    let cluster = Cluster::shared();
    for (url, says) in [
        ("postgres://", "postgres://USER:PASSWORD@HOST:PORT/DATABASE"),
        (
            "postgres://localhost:x/y",
            "postgres://USER:PASSWORD@HOST:PORT/DATABASE",
        ),
        (&cluster.url("not_there"), "create it with `createdb`"),
        (
            &cluster.url("postgres").replace("gridwhistle@", "nobody@"),
            "refuses the user",
        ),
    ] {
        let refused = opened(url);
        assert!(
            matches!(refused, StoreError::Invalid { .. }),
            "{url}: {refused:?}"
        );
        assert!(refused.to_string().contains(says), "{url}: {refused}");
        assert!(!refused.may_retry());
    }
    let refused = opened("postgres://gridwhistle:geheim@127.0.0.1:1/city");
    assert!(
        matches!(refused, StoreError::Unavailable { .. }),
        "{refused:?}"
    );
    assert!(!refused.to_string().contains("geheim"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_given_by_mistake_is_refused_for_writing_and_serves_readers() {
    let primary = Cluster::start(&Settings::default());
    let database = primary.database();
    let log = open(&database.url(), patient());
    log.append(append("one", 0, 2)).await.unwrap();
    let standby = primary.standby("second", &Settings::default());
    let url = standby.url(database.name());
    for refused in [opened(&url), PostgresLog::migrate(&url).unwrap_err()] {
        assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
        assert!(
            refused.to_string().contains("standby") && !refused.may_retry(),
            "{refused}"
        );
    }
    let clock = Arc::new(SystemClock);
    let reader = PostgresLog::open_read_only(&url, clock, PostgresOptions::default()).unwrap();
    assert_eq!(reader.read_log(TENANT, 0, 10).await.unwrap().len(), 2);
    assert!(reader.verify(TENANT).await.unwrap().is_sound());
    let refused = reader.append(append("two", 0, 1)).await.unwrap_err();
    assert!(refused.to_string().contains("this handle"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_set_to_read_only_meanwhile_refuses_commands_until_it_is_set_back() {
    let database = Cluster::shared().database();
    let log = open(&database.url(), patient());
    log.append(append("one", 0, 1)).await.unwrap();
    let name = database.name();
    let set = |value: &str| {
        database.sql(&format!(
            "alter database {name} set default_transaction_read_only = {value}; \
             select count(pg_terminate_backend(pid)) from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid()"
        ))
    };
    set("on");
    let refused = log.append(append("two", 0, 1)).await.unwrap_err();
    assert!(
        matches!(refused, AppendError::Storage(StoreError::ReadOnly { .. })),
        "{refused}"
    );
    Cluster::shared().sql(
        "postgres",
        &format!("alter database {name} set default_transaction_read_only = off"),
    );
    database.sql(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity \
         where datname = current_database() and pid <> pg_backend_pid()",
    );
    let answer = log.append(append("two", 0, 1)).await.unwrap();
    assert_eq!(answer.first_position, 2);
}

/// A session of somebody else that holds a transaction open until it is dropped.
struct Bystander(Child);

impl Bystander {
    fn holding(database: &Database<'_>, statement: &str) -> Self {
        let mut child = Command::new("psql")
            .args(["-qAtX", "-d", &database.url()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut bystander = Self(child);
        bystander.say(&format!("begin; {statement}; select 'held';"));
        bystander.hear();
        child = bystander.0;
        Self(child)
    }

    fn say(&mut self, text: &str) {
        use std::io::Write;
        let input = self.0.stdin.as_mut().unwrap();
        writeln!(input, "{text}").unwrap();
        input.flush().unwrap();
    }

    fn hear(&mut self) {
        use std::io::Read;
        let mut byte = [0];
        let output = self.0.stdout.as_mut().unwrap();
        let mut said = String::new();
        while !said.ends_with("held\n") {
            assert_eq!(output.read(&mut byte).unwrap(), 1, "{said}");
            said.push(char::from(byte[0]));
        }
    }

    fn end(mut self) {
        self.say("rollback;");
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_timeout_writes_nothing_and_says_that_the_command_may_be_repeated() {
    gives_up("statement_timeout").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_timeout_writes_nothing_and_says_that_the_command_may_be_repeated() {
    gives_up("lock_timeout").await;
}

/// A database with a limit of 100 ms, and somebody who holds the head for longer.
async fn gives_up(limit: &str) {
    let database = Cluster::shared().database();
    let name = database.name();
    database.sql(&format!("alter database {name} set {limit} = '100ms'"));
    let options = PostgresOptions {
        outage: Duration::from_millis(400),
        ..PostgresOptions::default()
    };
    let log = open(&database.url(), options);
    log.append(append("one", 0, 1)).await.unwrap();
    let bystander = Bystander::holding(&database, "select 1 from gridwhistle.heads for update");
    let command = append("two", 0, 1);
    let told = log.append(command.clone()).await.unwrap_err();
    assert!(
        told.may_retry() && told.to_string().contains("timeout"),
        "{told}"
    );
    assert_eq!(log.command(TENANT, command.command_id).await.unwrap(), None);
    bystander.end();
    let answer = log.append(command).await.unwrap();
    assert_eq!((answer.first_position, answer.repeated), (2, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_with_somebody_else_is_tried_again_without_a_word() {
    let database = Cluster::shared().database();
    let log = open(&database.url(), patient());
    log.append(append("one", 0, 1)).await.unwrap();
    let deadlocks = || -> u64 {
        let counted = "select deadlocks from pg_stat_database where datname = current_database()";
        database.sql(counted).parse().unwrap()
    };
    let before = deadlocks();
    for round in 1..=3 {
        // The bystander holds the commands and then wants the head; an append takes them the other
        // way round. Whom the database picks is its business.
        let mut bystander =
            Bystander::holding(&database, "lock table gridwhistle.commands in share mode");
        let writer = Arc::clone(&log);
        let append = tokio::spawn(async move { writer.append(append("one", round, 1)).await });
        let waits = "select count(*) from pg_stat_activity \
                     where datname = current_database() and wait_event_type = 'Lock'";
        while database.sql(waits) != "1" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bystander.say("update gridwhistle.heads set fence = fence;");
        let answer = tokio::task::block_in_place(|| {
            bystander.end();
            append
        });
        assert_eq!(answer.await.unwrap().unwrap().version, round + 1);
    }
    // A connection tells its counts when it ends, or some seconds later.
    let counted = async {
        while deadlocks() < before + 3 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let counted = tokio::time::timeout(Duration::from_secs(60), counted).await;
    counted.expect("each round was a deadlock");
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

/// An answer without its events is damage, and no reason to ask for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_the_log_remembers_and_does_not_hold_is_told_as_damage() {
    let database = Cluster::shared().database();
    let log = open(&database.url(), patient());
    log.append(append("one", 0, 1)).await.unwrap();
    let command = append("two", 0, 1);
    database.sql(&format!(
        "insert into gridwhistle.commands values ('{TENANT}', '{}', '\\x00', 99, 99)",
        command.command_id
    ));
    let told = tokio::time::timeout(Duration::from_secs(30), log.append(command)).await;
    let told = told.unwrap().unwrap_err();
    assert!(
        matches!(told, AppendError::Storage(StoreError::Corrupt { .. })),
        "{told}"
    );
    assert!(!log.verify(TENANT).await.unwrap().is_sound());
    log.append(append("three", 0, 1)).await.unwrap();
}

/// What was asked is under no checksum of an event: its hash has a seal of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_request_hash_is_told_as_damage_and_not_as_a_reused_key() {
    let database = Cluster::shared().database();
    let log = open(&database.url(), patient());
    log.append(append("one", 0, 1)).await.unwrap();
    let command = append("two", 0, 1);
    log.append(command.clone()).await.unwrap();
    assert!(log.verify(TENANT).await.unwrap().is_sound());
    database.sql(&format!(
        "update gridwhistle.commands set request_hash = set_byte(request_hash, 5, \
         get_byte(request_hash, 5) # 1) where command_id = '{}'",
        command.command_id
    ));
    let told = log.append(command.clone()).await.unwrap_err();
    assert!(
        matches!(told, AppendError::Storage(StoreError::Corrupt { .. })),
        "{told}"
    );
    let fault = log.verify(TENANT).await.unwrap().fault.unwrap();
    let what = format!("the request hash of command {}", command.command_id);
    assert!(fault.to_string().contains(&what), "{fault}");
}
