//! Snapshots are a cache: whatever becomes of one, the answer is the fold of the events.

use crate::city::{at, open_on, set_up};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::registry::{Registry, RegistryCommand};
use gridwhistle::{Engine, ManualClock};
use gridwhistle_store::{Clock, EventLog, MemoryLog, Snapshot, StreamId};
use proptest::prelude::*;
use std::sync::Arc;

struct Store {
    log: Arc<dyn EventLog>,
    clock: Arc<ManualClock>,
}

impl Store {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(at("2026-03-02 09:00")));
        let log = Arc::new(MemoryLog::new(Arc::clone(&clock) as Arc<dyn Clock>));
        Self { log, clock }
    }

    /// Another engine, which folds what a snapshot does not hold and leaves a new one.
    async fn open(&self) -> Engine {
        open_on(&self.log, &self.clock).await
    }

    fn stream() -> StreamId {
        StreamId::new("registry", "registry")
    }

    async fn snapshot(&self) -> Option<Snapshot> {
        self.log.snapshot("city", &Self::stream()).await.unwrap()
    }

    /// What the events say, without any snapshot.
    async fn folded(&self) -> Registry {
        let events = self
            .log
            .read_stream("city", &Self::stream(), 0)
            .await
            .unwrap();
        let mut registry = Registry::default();
        for event in events {
            registry.evolve(&serde_json::from_str(&event.payload).unwrap());
        }
        registry
    }
}

/// One more unit, and the end of one that came before.
async fn grow(engine: &Engine, number: u32) {
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    let now = engine.now();
    let details = serde_json::json!({
        "name": { "zh": format!("第{number}公司"), "en": "" }, "parent": "S-1"
    });
    let begin = RegistryCommand::RecordUnit {
        unit: format!("U-{number}").as_str().into(),
        kind: gridwhistle::domain::registry::UnitKind::Company,
        level: None,
        details: serde_json::from_value(details).unwrap(),
        from: now,
        to: None,
    };
    engine.registry(&admin, begin).await.unwrap();
    if number % 3 == 2 {
        let unit = format!("U-{}", number - 1).as_str().into();
        let until = now + chrono::TimeDelta::minutes(1);
        let end = RegistryCommand::CloseUnit { unit, until };
        engine.registry(&admin, end).await.unwrap();
    }
}

/// What may become of a snapshot between two openings.
#[derive(Clone, Debug)]
enum Fate {
    Stays,
    Dropped,
    Flipped(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    OfAnotherForm,
}

fn fate() -> impl Strategy<Value = Fate> {
    let byte = any::<prop::sample::Index>;
    prop_oneof![
        2 => Just(Fate::Stays),
        1 => Just(Fate::Dropped),
        2 => (byte(), 1..=255_u8).prop_map(|(at, by)| Fate::Flipped(at, by)),
        1 => byte().prop_map(Fate::Cut),
        1 => Just(Fate::OfAnotherForm),
    ]
}

async fn suffers(store: &Store, fate: &Fate) {
    let Some(Snapshot { sequence, payload }) = store.snapshot().await else {
        return;
    };
    let damaged = match fate {
        Fate::Stays => return,
        Fate::Dropped => {
            store.log.drop_snapshots("city").await.unwrap();
            return;
        }
        Fate::Flipped(at, by) => {
            let mut payload = payload;
            let at = at.index(payload.len());
            payload[at] ^= by;
            payload
        }
        Fate::Cut(at) => payload[..at.index(payload.len())].to_vec(),
        Fate::OfAnotherForm => {
            let text = String::from_utf8(payload).unwrap();
            text.replacen("\"form\":1", "\"form\":0", 1).into_bytes()
        }
    };
    let payload = damaged;
    let snapshot = Snapshot { sequence, payload };
    store
        .log
        .put_snapshot("city", &Store::stream(), snapshot)
        .await
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_registry_is_the_fold_of_its_events_from_any_snapshot_and_from_none(
        steps in prop::collection::vec((0..4_u32, fate()), 1..4)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Store::new();
            set_up(&store.open().await).await.unwrap();
            let mut number = 0;
            for (units, fate) in steps {
                let engine = store.open().await;
                for _ in 0..units {
                    grow(&engine, number).await;
                    number += 1;
                }
                let folded = store.folded().await;
                assert_eq!(engine.reference().registry, folded, "while it is open");
                suffers(&store, &fate).await;
                assert_eq!(store.open().await.reference().registry, folded, "after {fate:?}");
            }
        });
    }
}

#[tokio::test]
async fn a_snapshot_that_is_damaged_is_passed_over_and_replaced() {
    let store = Store::new();
    set_up(&store.open().await).await.unwrap();
    store.open().await;
    let good = store.snapshot().await.unwrap();
    let damaged = Fate::Flipped(any_index(), 1);
    suffers(&store, &damaged).await;
    assert_ne!(store.snapshot().await.unwrap(), good);
    assert_eq!(
        store.open().await.reference().registry,
        store.folded().await
    );
    assert_eq!(store.snapshot().await.unwrap(), good);
}

/// Somewhere in the middle.
fn any_index() -> prop::sample::Index {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let tree = any::<prop::sample::Index>().new_tree(&mut runner).unwrap();
    tree.current()
}

#[tokio::test]
async fn a_snapshot_of_another_history_is_passed_over() {
    let (store, other) = (Store::new(), Store::new());
    for (store, number) in [(&store, 1), (&other, 3)] {
        let engine = store.open().await;
        set_up(&engine).await.unwrap();
        grow(&engine, number).await;
        store.open().await;
    }
    let foreign = other.snapshot().await.unwrap();
    assert_eq!(foreign.sequence, store.snapshot().await.unwrap().sequence);
    store
        .log
        .put_snapshot("city", &Store::stream(), foreign)
        .await
        .unwrap();
    assert_eq!(
        store.open().await.reference().registry,
        store.folded().await
    );
}
