//! Every kind of tampering with the file of SQLite and the table of PostgreSQL, at random places:
//! each is found, and the first bad position named.

use crate::forger::{events, invented, made_to_fit, write};
use crate::kit::{Dice, Place, address, fill, log_key, look, open, seal};
use gridwhistle_audit::tree::{LogReport, Sealer, Tree, TreeFaultKind, TreeProblem, verify};
use gridwhistle_audit::{Problem, Source};
use gridwhistle_cluster::{Cluster, Database};
use gridwhistle_store::conformance::TENANT;
use gridwhistle_store::{EventLog, FaultKind, RecordedEvent, digest};
use std::sync::Arc;

/// Two full tiles and a partial one.
const EVENTS: u64 = 600;
/// How many places each kind is tried at.
const PLACES: u64 = 6;

/// A database that may be written behind the log's back.
trait Target {
    /// Its address.
    fn url(&self) -> String;
    /// Runs SQL in it; `@` stands for what comes before the name of a table.
    fn sql(&self, statement: &str);
    /// Bytes as this database writes them.
    fn bytes(&self, bytes: &[u8]) -> String;
}

/// A file.
struct File(Place);

impl Target for File {
    fn url(&self) -> String {
        address(&self.0.path("log.db"))
    }

    fn sql(&self, statement: &str) {
        let file = rusqlite::Connection::open(self.0.path("log.db")).unwrap();
        file.execute_batch(&statement.replace('@', "")).unwrap();
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        format!("x'{}'", hex(bytes))
    }
}

/// A table.
struct Table<'c>(Database<'c>);

impl Target for Table<'_> {
    fn url(&self) -> String {
        self.0.url()
    }

    fn sql(&self, statement: &str) {
        self.0.sql(&statement.replace('@', "gridwhistle."));
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        format!("'\\x{}'::bytea", hex(bytes))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A log that was sealed, and then got some more.
async fn sealed(log: &Arc<dyn EventLog>, place: &Place) -> Tree {
    fill(&**log, EVENTS).await;
    let tree = place.tree();
    let source = Source::of(Arc::clone(log), TENANT).await.unwrap();
    assert_eq!(seal(&source, &tree).await.size(), EVENTS);
    fill(&**log, EVENTS + 5).await;
    tree
}

async fn found(url: &str, tree: &Tree) -> LogReport {
    let source = Source::open(url, TENANT).await.unwrap();
    look(&source, tree).await
}

/// What somebody does who knows SQL and nothing of checksums, with the position that must be
/// named.
fn crude(kind: &str, at: u64, other: u64) -> (Vec<String>, u64) {
    let swap = |one: u64, two: u64| {
        format!("update @events set payload = '{{\"text\": \"{two}\"}}' where position = {one}")
    };
    match kind {
        "edit" => (vec![swap(at, 0)], at),
        "drop" => (
            vec![format!("delete from @events where position = {at}")],
            at,
        ),
        "swap" => (vec![swap(at, other), swap(other, at)], at.min(other)),
        "truncate" => (
            vec![format!("delete from @events where position > {at}")],
            at + 1,
        ),
        _ => panic!("{kind}"),
    }
}

async fn crude_tampering_is_found(make: impl AsyncFn() -> Box<dyn Target>) {
    let mut dice = Dice(11);
    for kind in ["edit", "drop", "swap", "truncate"] {
        for _ in 0..PLACES / 2 {
            let (target, place) = (make().await, Place::new());
            let log = open(&target.url());
            let tree = sealed(&log, &place).await;
            drop(log);
            let at = dice.roll(1, EVENTS - 1);
            let (statements, first) = crude(kind, at, dice.roll(at + 1, EVENTS));
            statements.iter().for_each(|one| target.sql(one));
            let report = found(&target.url(), &tree).await;
            assert!(report.log.fault.is_some(), "{kind} at {at}");
            assert_eq!(
                report.first_bad(),
                Some(first),
                "{kind} at {at}: {report:?}"
            );
        }
    }
}

/// What somebody does who knows everything but the signing key, to all events of a log; answers
/// the first position that differs from what was sealed.
fn careful(kind: &str, events: &mut Vec<RecordedEvent>, at: u64, other: u64) -> u64 {
    let (nth, far) = ((at - 1) as usize, (other - 1) as usize);
    match kind {
        "edit" => events[nth].payload = r#"{"text": "forged"}"#.to_owned(),
        "drop" => {
            events.remove(nth);
        }
        "insert" => events.insert(nth, invented(&events[nth])),
        "swap" => events.swap(nth, far),
        "truncate" => {
            events.truncate(nth);
        }
        "truncate and go on" => {
            let more = invented(&events[nth]);
            events.truncate(nth);
            events.extend((0..EVENTS).map(|step| {
                let mut event = more.clone();
                event.command_id = uuid::Uuid::from_u128(u128::from(step) + 1);
                event
            }));
        }
        _ => panic!("{kind}"),
    }
    made_to_fit(events);
    at
}

async fn careful_forgery_is_found(make: impl AsyncFn() -> Box<dyn Target>) {
    let (target, place) = (make().await, Place::new());
    let log = open(&target.url());
    let tree = sealed(&log, &place).await;
    let honest = events(&*log).await;
    drop(log);
    let mut dice = Dice(23);
    let kinds = [
        "edit",
        "drop",
        "insert",
        "swap",
        "truncate",
        "truncate and go on",
    ];
    for kind in kinds {
        for _ in 0..PLACES {
            let at = dice.roll(2, EVENTS - 1);
            let mut forged = honest.clone();
            let first = careful(kind, &mut forged, at, dice.roll(at + 1, EVENTS));
            let target = make().await;
            let log = open(&target.url());
            write(&*log, forged).await;
            drop(log);
            let report = found(&target.url(), &tree).await;
            assert_eq!(report.log.fault, None, "{kind}: by itself the log fits");
            assert_eq!(
                report.first_bad(),
                Some(first),
                "{kind} at {at}: {report:?}"
            );
            refused_to_go_on(&target.url(), &tree, first).await;
        }
    }
}

/// A log that is not what was sealed is not sealed on.
async fn refused_to_go_on(url: &str, tree: &Tree, first: u64) {
    let source = Source::open(url, TENANT).await.unwrap();
    let kept = tree.newest().unwrap().bytes();
    let refused = Sealer::open(&source, tree, log_key()).await;
    let named = match refused.err() {
        Some(Problem::Tree(TreeProblem::Altered(fault))) => fault.position,
        other => panic!("{other:?}"),
    };
    assert_eq!(named, first);
    assert_eq!(tree.newest().unwrap().bytes(), kept);
}

async fn file() -> Box<dyn Target> {
    Box::new(File(Place::new()))
}

async fn table() -> Box<dyn Target> {
    Box::new(Table(Cluster::shared().database()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crude_tampering_with_the_file_is_found() {
    crude_tampering_is_found(file).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crude_tampering_with_the_table_is_found() {
    crude_tampering_is_found(table).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn careful_forgery_of_the_file_is_found() {
    careful_forgery_is_found(file).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn careful_forgery_of_the_table_is_found() {
    careful_forgery_is_found(table).await;
}

/// One event rewritten where it stands, with every checksum and chain value after it and the head.
async fn rewritten_in_place(target: &dyn Target) {
    let place = Place::new();
    let log = open(&target.url());
    let tree = sealed(&log, &place).await;
    let mut all = events(&*log).await;
    drop(log);
    let at = Dice(5).roll(1, EVENTS);
    all[at as usize - 1].payload = r#"{"text":"forged"}"#.to_owned();
    made_to_fit(&mut all);
    let mut batch = String::new();
    for event in &all[at as usize - 1..] {
        batch.push_str(&format!(
            "update @events set payload = '{}', checksum = {}, chain = {} where position = {};",
            event.payload,
            target.bytes(&event.checksum),
            target.bytes(&event.chain),
            event.position
        ));
    }
    let chain = target.bytes(&all.last().unwrap().chain);
    batch.push_str(&format!("update @heads set chain = {chain}"));
    target.sql(&batch);

    let report = found(&target.url(), &tree).await;
    assert_eq!(report.log.fault, None);
    let fault = report.tree.unwrap().fault.unwrap();
    assert_eq!((fault.position, fault.kind), (at, TreeFaultKind::Event));
    refused_to_go_on(&target.url(), &tree, at).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_rewritten_with_its_hashes_is_found_in_the_file() {
    rewritten_in_place(&File(Place::new())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_rewritten_with_its_hashes_is_found_in_the_table() {
    rewritten_in_place(&Table(Cluster::shared().database())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_of_the_file_put_back_is_found() {
    let place = Place::new();
    let path = place.path("log.db");
    let log = open(&address(&path));
    fill(&*log, 333).await;
    drop(log);
    let older = std::fs::read(&path).unwrap();
    let log = open(&address(&path));
    let tree = sealed(&log, &place).await;
    drop(log);
    for file in ["log.db-wal", "log.db-shm"] {
        let _ = std::fs::remove_file(place.path(file));
    }
    std::fs::write(&path, older).unwrap();
    let report = found(&address(&path), &tree).await;
    assert_eq!(report.log.fault, None);
    assert_eq!(report.first_bad(), Some(334));
    let fault = report.tree.unwrap().fault.unwrap();
    assert_eq!(fault.kind, TreeFaultKind::Shorter { sealed: EVENTS });
}

/// Tiles and log forged alike: only who kept the checkpoint knows.
#[tokio::test]
async fn a_checkpoint_kept_elsewhere_tells_when_the_tree_was_forged_too() {
    let place = Place::new();
    let log = open(&address(&place.path("log.db")));
    let tree = sealed(&log, &place).await;
    let source = Source::of(Arc::clone(&log), TENANT).await.unwrap();
    let kept = [tree.newest().unwrap()];
    let mut forged = events(&*log).await;
    careful("edit", &mut forged, 77, 78);
    let (other, elsewhere) = (open(&address(&place.path("forged.db"))), Place::new());
    write(&*other, forged).await;
    let other = Source::of(other, TENANT).await.unwrap();
    seal(&other, &elsewhere.tree()).await;
    let key = log_key().verifier();
    let forged = verify::signed(&other, Some(&elsewhere.tree()), &kept, Some(&key)).await;
    let fault = forged.unwrap().tree.unwrap().fault.unwrap();
    assert_eq!(fault.position, EVENTS);
    assert_eq!(fault.kind, TreeFaultKind::Root { after: 0 });
    let honest = verify::of(&source, None, &kept).await.unwrap();
    assert!(honest.is_sound(), "{honest:?}");
    assert_eq!(honest.tree.unwrap().unsealed, 5);
}

#[tokio::test]
async fn a_clock_that_ran_backwards_is_found() {
    let target = File(Place::new());
    let log = open(&target.url());
    fill(&*log, 50).await;
    let mut all = events(&*log).await;
    drop(log);
    all[29].recorded_at -= chrono::TimeDelta::seconds(1);
    let mut chain = digest::GENESIS;
    let mut batch = String::new();
    for event in &mut all {
        event.checksum = digest::checksum(&event.borrowed());
        chain = digest::chain(&chain, &event.checksum);
        batch.push_str(&format!(
            "update @events set recorded_at = {}, checksum = {}, chain = {} where position = {};",
            event.recorded_at.timestamp_micros(),
            target.bytes(&event.checksum),
            target.bytes(&chain),
            event.position
        ));
    }
    target.sql(&batch);
    let source = Source::open(&target.url(), TENANT).await.unwrap();
    let fault = verify::of(&source, None, &[])
        .await
        .unwrap()
        .log
        .fault
        .unwrap();
    assert_eq!((fault.position, fault.kind), (30, FaultKind::RecordedBack));
}

/// What is wrong beside the events is found too, though they fit.
#[tokio::test]
async fn tables_that_do_not_fit_their_events_are_found() {
    for statement in [
        "update @heads set position = position - 1",
        "update @streams set version = version + 1 where aggregate_id = '3'",
        "delete from @commands where first_position = 9",
    ] {
        let target = File(Place::new());
        let log = open(&target.url());
        fill(&*log, 60).await;
        drop(log);
        target.sql(statement);
        let source = Source::open(&target.url(), TENANT).await.unwrap();
        let report = verify::of(&source, None, &[]).await.unwrap();
        assert!(!report.is_sound(), "{statement}");
    }
}

#[tokio::test]
async fn a_damaged_tile_is_told_from_a_damaged_log() {
    let place = Place::new();
    let log = open(&address(&place.path("log.db")));
    let tree = sealed(&log, &place).await;
    let source = Source::of(log, TENANT).await.unwrap();
    let tile = tree.folder().join("tile/0/001");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[4_000] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    let report = look(&source, &tree).await;
    assert_eq!((report.is_sound(), report.first_bad()), (false, None));
    let report = report.tree.unwrap();
    assert_eq!((report.fault, report.tile), (None, Some(tile)));
}
