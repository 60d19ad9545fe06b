//! Sealing, the full look, and proofs.

use crate::rows::{TENANT, append};
use crate::{Memory, Plan, Took};
use gridwhistle_audit::Source;
use gridwhistle_audit::tree::{
    EventName, EventProof, Role, Sealer, SigningKey, Tree, leaf, verify,
};
use gridwhistle_store::{OpenOptions, digest, open};
use sha2::{Digest, Sha256};
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Commands in a transaction, and events of a command.
const BULK: (u64, u64) = (2_500, 4);
/// Proofs that are timed.
const PROOFS: u64 = 2_000;
/// What the tree and the chain add to an event's own bytes: its chain value (64), its leaf (33) and
/// one inner node (65).
const BESIDE: u64 = 64 + 33 + 65;

fn key() -> SigningKey {
    SigningKey::from_seed("bench.example/log", Role::Log, [1; 32]).unwrap()
}

/// A log of so many events in a file, opened to read.
fn log(runtime: &Runtime, folder: &Path, events: u64) -> Source {
    let url = format!("sqlite://{}", folder.join("log.db").display());
    let log = open(&url, OpenOptions::default()).unwrap();
    let (commands, of_each) = BULK;
    let mut done = 0;
    while done * of_each < events {
        let batch = (done..done + commands).map(|case| append(case, 0, of_each));
        let answers = runtime.block_on(log.append_all(batch.collect()));
        assert!(answers.iter().all(Result::is_ok));
        done += commands;
    }
    drop(log);
    runtime.block_on(Source::open(&url, TENANT)).unwrap()
}

/// The bytes that a full look hashes, and how long one core takes for as many of these very bytes.
fn raw(source: &Source, plan: Plan, events: u64) -> (u64, Took) {
    let (mut total, mut kept) = (0, Vec::new());
    let mut each = |event: gridwhistle_store::EventRef<'_>| {
        let texts = [event.payload, event.metadata, event.tenant];
        let names = [event.aggregate_type, event.aggregate_id];
        let forms = [event.event_type, event.event_version];
        let texts = texts.iter().chain(&names).chain(&forms);
        let before = kept.len();
        // Title, eleven further lengths and the numbers, as the encoding has them.
        let fixed = 19 + 12 * 8 + 4 * 8 + 16;
        if kept.len() < 64 << 20 {
            texts
                .clone()
                .for_each(|text| kept.extend_from_slice(text.as_bytes()));
            kept.resize(kept.len().max(before) + fixed, 7);
        }
        let length: usize = texts.map(|text| text.len()).sum();
        total += (length + fixed) as u64 + BESIDE;
        ControlFlow::Continue(())
    };
    source.log().replay(TENANT, 0, events, &mut each).unwrap();
    let took = plan.median(|| {
        let (mut hash, mut rest) = (Sha256::new(), total);
        while rest > 0 {
            let piece = rest.min(kept.len() as u64);
            hash.update(&kept[..piece as usize]);
            rest -= piece;
        }
        black_box(hash.finalize());
    });
    (total, took)
}

/// The same hashes in memory, one event after the other: what is left when reading costs nothing.
fn hashes_alone(source: &Source, plan: Plan) -> Took {
    let sample = 20_000.min(plan.events);
    let rows = source
        .log()
        .replay(TENANT, 0, sample, &mut |_| ControlFlow::Continue(()));
    assert_eq!(rows.unwrap(), sample);
    let mut events = Vec::new();
    source
        .log()
        .replay(TENANT, 0, sample, &mut |event| {
            events.push(event.to_recorded());
            ControlFlow::Continue(())
        })
        .unwrap();
    let took = plan.median(|| {
        let mut chain = digest::GENESIS;
        let mut edge = gridwhistle_audit::tree::edge::Edge::default();
        for event in &events {
            let checksum = digest::checksum(&event.borrowed());
            chain = digest::chain(&chain, &checksum);
            let pushed = edge.push(leaf(&checksum), &mut |_| Ok::<_, ()>(()));
            pushed.unwrap();
        }
        black_box((chain, edge.root().unwrap()));
    });
    took.scaled(plan.events as f64 / sample as f64)
}

pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    let folder = tempfile::tempdir().unwrap();
    let source = log(runtime, folder.path(), plan.events);
    let events = runtime.block_on(source.head()).unwrap();
    let plan = Plan { events, ..plan };
    let (bytes, base) = raw(&source, plan, events);
    let memory = Memory::watch();
    println!(
        "\n{events} events in SQLite, {} bytes hashed an event",
        bytes / events
    );
    plan.tell("raw SHA-256 of as many of these bytes", base, None);
    plan.tell(
        "checksums, chain and tree in memory",
        hashes_alone(&source, plan),
        Some(base),
    );
    let replay = plan.median(|| {
        let read = source.log().replay(TENANT, 0, events, &mut |event| {
            black_box(event.payload.len());
            ControlFlow::Continue(())
        });
        assert_eq!(read.unwrap(), events);
    });
    plan.tell("replay, reading alone", replay, Some(base));

    let mut trees = Vec::new();
    let sealing = plan.median(|| {
        let place = tempfile::tempdir_in(folder.path()).unwrap();
        let tree = Tree::at(place.path(), TENANT);
        runtime.block_on(async {
            let mut sealer = Sealer::open(&source, &tree, key()).await.unwrap();
            assert_eq!(sealer.seal().await.unwrap().unwrap().size(), events);
        });
        trees.push((place, tree));
    });
    plan.tell("sealing all of it", sealing, Some(base));
    let (_kept, tree) = trees.pop().unwrap();
    trees.clear();
    let public = key().verifier();
    let looking = plan.median(|| {
        let look = verify::signed(&source, Some(&tree), &[], Some(&public));
        assert!(runtime.block_on(look).unwrap().is_sound());
    });
    plan.tell(
        "the full look: log, tree, derived tables",
        looking,
        Some(base),
    );
    let derived = plan.median(|| {
        let found = runtime.block_on(source.log().verify_derived(TENANT));
        assert_eq!(found.unwrap(), None);
    });
    plan.tell("  of which the derived tables", derived, None);
    let hashing = looking.without(derived);
    plan.tell("  of which hash and tree", hashing, Some(base));
    proofs(runtime, plan, &source, &tree);
    memory.tell();
    drop::<TempDir>(folder);
}

/// Proofs of events all over the log, made from the file of the log and the tiles.
fn proofs(runtime: &Runtime, plan: Plan, source: &Source, tree: &Tree) {
    let public = key().verifier();
    let (mut making, mut checking) = (Vec::new(), Vec::new());
    for nth in 0..PROOFS {
        let position = 1 + nth.wrapping_mul(2_654_435_761) % plan.events;
        let began = Instant::now();
        let sealed = tree.newest().unwrap();
        let name = EventName::Position(position);
        let event = runtime.block_on(name.find(source)).unwrap();
        let proof = EventProof::make(tree, sealed, &event).unwrap();
        let bytes = proof.bytes().unwrap();
        making.push(began.elapsed());
        let began = Instant::now();
        let read = EventProof::read(&bytes).unwrap();
        black_box(read.check(&public, &[], 0).unwrap());
        checking.push(began.elapsed());
    }
    for (what, mut times) in [("making", making), ("checking offline", checking)] {
        times.sort();
        let (middle, high) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!(
            "  {what} a proof: median {:.3} ms, 99 of 100 under {:.3} ms, most {:.3} ms",
            middle.as_secs_f64() * 1e3,
            high.as_secs_f64() * 1e3,
            times[times.len() - 1].as_secs_f64() * 1e3
        );
    }
}
