//! Stock `postgres_es::PostgresEventRepository` reads the streams of Gridwhistle's own log through
//! the view of a tenant. What stands in the log is written by a program of the root workspace.

mod root;

use std::process::Command;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cqrs_es::persist::{
    PersistedEventRepository, PersistedEventStore, QueryReplay, SerializedEvent,
};
use cqrs_es::{Aggregate, EventEnvelope, EventStore, Query};
use gridwhistle_cluster::Cluster;
use gridwhistle_domain::case::Case;
use postgres_es::{PostgresEventRepository, default_postgress_pool};
use serde_json::Value;

/// Runs the program that writes a log.
fn written(url: &str) -> Value {
    let answer = Command::new(root::built().join("examples/stock"))
        .arg(url)
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{problem}");
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// Folds what a replay hands over.
#[derive(Clone, Default)]
struct Folded(Arc<Mutex<Case>>);

#[async_trait]
impl Query<Case> for Folded {
    async fn dispatch(&self, _: &str, events: &[EventEnvelope<Case>]) {
        let mut case = self.0.lock().unwrap();
        for event in events {
            assert_eq!(event.metadata["actor"], "a test");
            case.apply(event.payload.clone());
        }
    }
}

#[tokio::test]
async fn stock_postgres_es_reads_the_streams_of_the_log() {
    let database = Cluster::shared().database();
    let said = written(&database.url());
    let (view, id) = (said["view"].as_str().unwrap(), said["id"].as_str().unwrap());
    let pool = default_postgress_pool(&database.url()).await;
    let repository = || PostgresEventRepository::new(pool.clone()).with_tables(view, "snapshots");

    // One stream, to its aggregate.
    let store = PersistedEventStore::<_, Case>::new_event_store(repository());
    let context = store.load_aggregate(id).await.unwrap();
    let case = serde_json::to_value(&context.aggregate).unwrap();
    assert_eq!(case, said["case"]);
    let version = context.current_sequence;
    assert!(version > 1 && said["case"]["version"] == version);
    let none = store.load_aggregate("nobody").await.unwrap();
    assert_eq!(none.current_sequence, 0);

    // Its end, and all streams of the type: only this tenant's.
    let last = repository().get_last_events::<Case>(id, version - 1).await;
    assert_eq!(last.unwrap().len(), 1);
    let folded = Folded::default();
    let replay = QueryReplay::<_, _, Case>::new(repository(), folded.clone());
    replay.replay_all().await.unwrap();
    let replayed = serde_json::to_value(&*folded.0.lock().unwrap()).unwrap();
    assert_eq!(replayed, said["case"]);

    // Stock may not write past the log.
    let event = SerializedEvent::new(
        id.to_owned(),
        version + 1,
        Case::TYPE.to_owned(),
        "Noted".to_owned(),
        "1.0".to_owned(),
        Value::Null,
        Value::Null,
    );
    let refused = repository().persist::<Case>(&[event], None).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("is read here"), "{refused}");
}
