//! Tampering by whoever can write the whole database, file of SQLite or table of PostgreSQL, and computes
//! every hash anew, at random places: each is found, and the first bad position named.

use crate::forger::{events, invented, made_to_fit, write};
use crate::kit::{Dice, EVENTS, Place, address, fill, found, log_key, look, open, seal, sealed};
use crate::target::{Target, on_both, seed};
use gridwhistle_audit::tree::{Sealer, Tree, TreeFaultKind, TreeProblem, verify};
use gridwhistle_audit::{Problem, Source};
use gridwhistle_store::RecordedEvent;
use gridwhistle_store::conformance::TENANT;
use std::sync::Arc;

/// How many places each kind is tried at.
const PLACES: u64 = 6;

on_both! {
    careful_forgery_is_found => careful_forgery_of_the_file_is_found, careful_forgery_of_the_table_is_found;
    rewritten_in_place => an_event_rewritten_with_its_hashes_is_found_in_the_file, an_event_rewritten_with_its_hashes_is_found_in_the_table;
    older_states_are_found => an_older_state_of_the_file_is_found, an_older_state_of_the_database_is_found;
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

async fn careful_forgery_is_found(make: fn() -> Box<dyn Target>, seed: u64) {
    let (target, place) = (tokio::task::block_in_place(make), Place::new());
    let log = open(&target.url());
    let tree = sealed(&log, &place).await;
    let honest = events(&*log).await;
    drop(log);
    let mut dice = Dice(seed);
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
            let target = tokio::task::block_in_place(make);
            let log = open(&target.url());
            write(&*log, forged).await;
            drop(log);
            let report = found(&target.url(), &tree).await;
            assert_eq!(report.log.fault, None, "{kind}: by itself the log fits");
            assert_eq!(
                report.first_bad(),
                Some(first),
                "{kind} at {at}, seed {seed}: {report:?}"
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

/// One event rewritten where it stands, with every checksum and chain value after it and the head.
async fn rewritten_in_place(make: fn() -> Box<dyn Target>, seed: u64) {
    let target = tokio::task::block_in_place(make);
    let place = Place::new();
    let log = open(&target.url());
    let tree = sealed(&log, &place).await;
    let mut all = events(&*log).await;
    drop(log);
    let mut dice = Dice(seed);
    // Each place stands before the last one, so it is the first again.
    let mut at = EVENTS;
    for _ in 0..PLACES / 2 {
        at = dice.roll(at / 2, at);
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
        assert_eq!(report.log.fault, None, "seed {seed}");
        let fault = report.tree.unwrap().fault.unwrap();
        let told = (fault.position, fault.kind);
        assert_eq!(told, (at, TreeFaultKind::Event), "seed {seed}");
        refused_to_go_on(&target.url(), &tree, at).await;
    }
}

/// An older state put back, at random places: found by the tree; where that was put back too, by whoever
/// kept a checkpoint.
async fn older_states_are_found(make: fn() -> Box<dyn Target>, seed: u64) {
    let place = Place::new();
    let target = tokio::task::block_in_place(make);
    let log = open(&target.url());
    let tree = sealed(&log, &place).await;
    let all = events(&*log).await;
    drop(log);
    let kept = [tree.newest().unwrap()];
    let key = log_key().verifier();
    let mut dice = Dice(seed);
    for _ in 0..PLACES / 2 {
        let at = dice.roll(1, EVENTS);
        let (older, elsewhere) = (tokio::task::block_in_place(make), Place::new());
        let log = open(&older.url());
        write(&*log, all[..at as usize].to_vec()).await;
        drop(log);
        let report = found(&older.url(), &tree).await;
        assert_eq!(report.log.fault, None, "seed {seed}");
        assert_eq!(report.first_bad(), Some(at + 1), "seed {seed}");
        let fault = report.tree.unwrap().fault.unwrap();
        assert_eq!(fault.kind, TreeFaultKind::Shorter { sealed: EVENTS });
        let source = Source::open(&older.url(), TENANT).await.unwrap();
        let put_back = elsewhere.tree();
        assert_eq!(seal(&source, &put_back).await.size(), at);
        assert!(look(&source, &put_back).await.is_sound(), "in itself");
        let told = verify::signed(&source, Some(&put_back), &kept, Some(&key)).await;
        let told = told.unwrap();
        assert_eq!(told.first_bad(), Some(at + 1), "seed {seed}: {told:?}");
    }
}

/// The file itself, as a backup brings it back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_of_the_file_put_back_is_found() {
    let place = Place::new();
    let path = place.path("log.db");
    let seed = seed();
    let at = Dice(seed).roll(1, EVENTS);
    let log = open(&address(&path));
    fill(&*log, at).await;
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
    assert_eq!(report.log.fault, None, "seed {seed}");
    assert_eq!(report.first_bad(), Some(at + 1), "seed {seed}");
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
