//! Logs, keys and trees for the tests.

use chrono::{DateTime, Utc};
use gridwhistle_audit::Source;
use gridwhistle_audit::tree::{LogReport, Role, Sealed, Sealer, SigningKey, Tree, verify};
use gridwhistle_store::conformance::{TENANT, append, clock};
use gridwhistle_store::{EventLog, MemoryLog, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// Streams of a filled log; each command has one event.
const STREAMS: u64 = 20;

pub(crate) fn log_key() -> SigningKey {
    SigningKey::from_seed("city.example/log", Role::Log, [1; 32]).unwrap()
}

pub(crate) fn witness_key(seed: u8) -> SigningKey {
    SigningKey::from_seed(
        &format!("witness.example/{seed}"),
        Role::Witness,
        [seed; 32],
    )
    .unwrap()
}

pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// Appends one event a command until the log has so many.
pub(crate) async fn fill(log: &dyn EventLog, until: u64) {
    for position in log.head(TENANT).await.unwrap()..until {
        let command = append(position % STREAMS, position / STREAMS, 1);
        log.append(command).await.unwrap();
    }
}

/// A log in memory.
pub(crate) async fn memory(events: u64) -> Source {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new(clock()));
    fill(&*log, events).await;
    Source::of(log, TENANT).await.unwrap()
}

/// Opens the log at an address for writing.
pub(crate) fn open(url: &str) -> Arc<dyn EventLog> {
    gridwhistle_store::migrate(url).unwrap();
    let clock = clock();
    let options = OpenOptions {
        clock,
        ..OpenOptions::default()
    };
    gridwhistle_store::open(url, options).unwrap()
}

pub(crate) fn address(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// A folder with a place for a log and one for its tree.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn tree(&self) -> Tree {
        Tree::at(&self.path("tree"), TENANT)
    }
}

/// Events of a log that [`sealed`] makes, when it is sealed: two full tiles and a partial one.
pub(crate) const EVENTS: u64 = 600;

/// A log that was sealed, and then got some more.
pub(crate) async fn sealed(log: &Arc<dyn EventLog>, place: &Place) -> Tree {
    fill(&**log, EVENTS).await;
    let tree = place.tree();
    let source = Source::of(Arc::clone(log), TENANT).await.unwrap();
    assert_eq!(seal(&source, &tree).await.size(), EVENTS);
    fill(&**log, EVENTS + 5).await;
    tree
}

/// What the full look finds in the log at an address, beside its tree.
pub(crate) async fn found(url: &str, tree: &Tree) -> LogReport {
    let source = Source::open(url, TENANT).await.unwrap();
    look(&source, tree).await
}

/// Seals all that a log has.
pub(crate) async fn seal(source: &Source, tree: &Tree) -> Sealed {
    let mut sealer = Sealer::open(source, tree, log_key()).await.unwrap();
    sealer.seal().await.unwrap();
    tree.newest().unwrap()
}

/// The full look at a log beside its tree, by the key of the log.
pub(crate) async fn look(source: &Source, tree: &Tree) -> LogReport {
    let key = log_key().verifier();
    verify::signed(source, Some(tree), &[], Some(&key))
        .await
        .unwrap()
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number from `least` up to, and not, `end`.
    pub(crate) fn roll(&mut self, least: u64, end: u64) -> u64 {
        // The constants of Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        least + (self.0 >> 33) % (end - least)
    }
}
