//! Tampering by whoever knows SQL and nothing of checksums, in any column and at random places; and what
//! is derived from the events, written over.

use crate::forger::events;
use crate::kit::{Dice, EVENTS, Place, fill, found, open, sealed};
use crate::target::{Target, on_both};
use gridwhistle_audit::tree::verify;
use gridwhistle_audit::{Problem, Source};
use gridwhistle_store::conformance::TENANT;
use gridwhistle_store::{FaultKind, StoreError, digest};

on_both! {
    any_column_is_covered => an_edit_of_any_column_of_the_file_is_found, an_edit_of_any_column_of_the_table_is_found;
    rows_are_kept_in_place => rows_dropped_put_in_swapped_or_cut_off_are_found_in_the_file, rows_dropped_put_in_swapped_or_cut_off_are_found_in_the_table;
    clocks_run_forwards => a_clock_that_ran_backwards_is_found_in_the_file, a_clock_that_ran_backwards_is_found_in_the_table;
    what_is_derived_fits => tables_of_the_file_that_do_not_fit_their_events_are_found, tables_of_the_database_that_do_not_fit_their_events_are_found;
}

/// What each column of an event is changed to.
fn edits(target: &dyn Target) -> Vec<(&'static str, String)> {
    vec![
        ("payload", "'{\"text\": \"forged\"}'".to_owned()),
        ("metadata", "'{\"actor\": \"nobody\"}'".to_owned()),
        ("event_type", "'Forged'".to_owned()),
        ("event_version", "'9.9'".to_owned()),
        ("aggregate_type", "'forged'".to_owned()),
        ("aggregate_id", "'forged'".to_owned()),
        ("sequence", "sequence + 100000".to_owned()),
        ("command_id", target.id(7)),
        ("occurred_at", target.later("occurred_at", 1)),
        ("recorded_at", target.later("recorded_at", 1)),
        ("checksum", target.bytes(&[7; 32])),
        ("chain", target.bytes(&[7; 32])),
    ]
}

async fn any_column_is_covered(make: fn() -> Box<dyn Target>, seed: u64) {
    let mut dice = Dice(seed);
    let (target, place) = (tokio::task::block_in_place(make), Place::new());
    let log = open(&target.url());
    let tree = sealed(&log, &place).await;
    drop(log);
    // Each edit stands before those that were found already, so it is the first again.
    let mut before = EVENTS + 1;
    for (column, value) in edits(&*target) {
        before = dice.roll(before.saturating_sub(45), before);
        target.sql(&format!(
            "update @events set {column} = {value} where position = {before}"
        ));
        let report = found(&target.url(), &tree).await;
        let told = format!("{column} at {before}, seed {seed}: {report:?}");
        assert!(report.log.fault.is_some(), "{told}");
        assert_eq!(report.first_bad(), Some(before), "{told}");
    }
}

/// What is done to rows as they stand, with the position that must be named.
fn crude(target: &dyn Target, kind: &str, at: u64, other: u64) -> (Vec<String>, u64) {
    let far = 9_000_000;
    let place = |from: u64, to: u64| target.moved(&to.to_string(), &format!("position = {from}"));
    match kind {
        "drop" => (
            vec![format!("delete from @events where position = {at}")],
            at,
        ),
        "insert" => (
            vec![
                target.moved("position + 100000", &format!("position >= {at}")),
                target.moved("position - 99999", "position > 100000"),
                target.copied(other + 1, at),
            ],
            at,
        ),
        "append" => (vec![target.copied(at, EVENTS + 6)], EVENTS + 6),
        "swap" => (
            vec![place(at, far), place(other, at), place(far, other)],
            at,
        ),
        "truncate" => (
            vec![format!("delete from @events where position > {at}")],
            at + 1,
        ),
        _ => panic!("{kind}"),
    }
}

/// The first position that is missing at the end of a log; none where it ends with its head.
async fn ends(url: &str) -> Option<u64> {
    let source = Source::open(url, TENANT).await.unwrap();
    match source.end().await {
        Ok(_) => None,
        Err(Problem::Store(StoreError::Corrupt { position, .. })) => position,
        Err(other) => panic!("{other:?}"),
    }
}

async fn rows_are_kept_in_place(make: fn() -> Box<dyn Target>, seed: u64) {
    let mut dice = Dice(seed);
    for kind in ["drop", "insert", "append", "swap", "truncate"] {
        for _ in 0..2 {
            let (target, place) = (tokio::task::block_in_place(make), Place::new());
            let log = open(&target.url());
            let tree = sealed(&log, &place).await;
            drop(log);
            let at = dice.roll(1, EVENTS - 1);
            let (statements, first) = crude(&*target, kind, at, dice.roll(at + 1, EVENTS));
            statements.iter().for_each(|one| target.sql(one));
            let report = found(&target.url(), &tree).await;
            let told = format!("{kind} at {at}, seed {seed}: {report:?}");
            assert!(report.log.fault.is_some(), "{told}");
            // A row behind the last one: PostgreSQL names the last that the head knows.
            let known = if kind == "append" { first - 1 } else { first };
            let named = report.first_bad();
            assert!(
                named.is_some_and(|named| (known..=first).contains(&named)),
                "{told}"
            );
            // Who only looks whether the log ends where its head says notices that it does not.
            if kind == "truncate" {
                assert_eq!(ends(&target.url()).await, Some(first), "{told}");
            }
        }
    }
}

/// Every hash fits, the instants do not.
async fn clocks_run_forwards(make: fn() -> Box<dyn Target>, seed: u64) {
    let target = tokio::task::block_in_place(make);
    let log = open(&target.url());
    fill(&*log, 50).await;
    let mut all = events(&*log).await;
    drop(log);
    let at = Dice(seed).roll(2, 51);
    let back = &mut all[at as usize - 1];
    back.recorded_at -= chrono::TimeDelta::days(1);
    let mut chain = digest::GENESIS;
    let mut batch = format!(
        "update @events set recorded_at = {} where position = {at};",
        target.later("recorded_at", -86_400)
    );
    for event in &mut all {
        event.checksum = digest::checksum(&event.borrowed());
        chain = digest::chain(&chain, &event.checksum);
        batch.push_str(&format!(
            "update @events set checksum = {}, chain = {} where position = {};",
            target.bytes(&event.checksum),
            target.bytes(&chain),
            event.position
        ));
    }
    target.sql(&batch);
    let source = Source::open(&target.url(), TENANT).await.unwrap();
    let report = verify::of(&source, None, &[]).await.unwrap();
    let fault = report.log.fault.unwrap_or_else(|| panic!("seed {seed}"));
    let told = (fault.position, fault.kind);
    assert_eq!(told, (at, FaultKind::RecordedBack), "seed {seed}");
}

fn of(stream: u64) -> String {
    format!("aggregate_id = '{stream}'")
}

/// What is written over what is derived: the table, what is set, and of which rows.
fn misfits(
    target: &dyn Target,
    [stream, other, command]: [u64; 3],
) -> Vec<(&'static str, String, String)> {
    let chain = target.bytes(&[7; 32]);
    let mut all = vec![
        (
            "@heads",
            "position = position - 1".to_owned(),
            "true".to_owned(),
        ),
        (
            "@heads",
            "position = position + 1".to_owned(),
            "true".to_owned(),
        ),
        ("@heads", format!("chain = {chain}"), "true".to_owned()),
        (
            "@heads",
            format!("recorded_at = {}", target.later("recorded_at", 1)),
            "true".to_owned(),
        ),
        ("@streams", "version = version + 1".to_owned(), of(stream)),
        ("@streams", "version = version - 1".to_owned(), of(other)),
        (
            "@commands",
            "first_position = first_position - 1".to_owned(),
            format!("first_position = {command}"),
        ),
        (
            "@commands",
            "last_position = last_position + 1".to_owned(),
            format!("first_position = {command}"),
        ),
        (
            "@commands",
            format!("command_id = {}", target.id(7)),
            format!("first_position = {command}"),
        ),
    ];
    all.retain(|(table, ..)| target.tables().contains(table));
    all
}

/// What is wrong beside the events is found too, though they fit.
async fn what_is_derived_fits(make: fn() -> Box<dyn Target>, seed: u64) {
    let mut dice = Dice(seed);
    let target = tokio::task::block_in_place(make);
    let log = open(&target.url());
    fill(&*log, 60).await;
    drop(log);
    let (stream, command) = (dice.roll(0, 20), dice.roll(1, 61));
    let statements = misfits(&*target, [stream, dice.roll(0, 20), command]);
    let sound = async || {
        let source = Source::open(&target.url(), TENANT).await.unwrap();
        let whole = verify::of(&source, None, &[]).await.unwrap().is_sound();
        let derived = source.log().verify_derived(TENANT).await.unwrap();
        assert_eq!(whole, derived.is_none(), "seed {seed}: {derived:?}");
        whole
    };
    assert!(sound().await);
    for (table, change, filter) in statements {
        target.sql(&format!("create table kept_aside as select * from {table}"));
        target.sql(&format!("update {table} set {change} where {filter}"));
        assert!(
            !sound().await,
            "{table}: {change} where {filter}, seed {seed}"
        );
        target.sql(&format!("delete from {table}"));
        target.sql(&format!("insert into {table} select * from kept_aside"));
        target.sql("drop table kept_aside");
    }
    for table in target.tables() {
        let one = match *table {
            "@streams" => of(stream),
            "@commands" => format!("first_position = {command}"),
            _ => continue,
        };
        target.sql(&format!("delete from {table} where {one}"));
        assert!(!sound().await, "{table} without {one}, seed {seed}");
    }
}
