//! The peers do what the benchmarks ask of them: every verb, on every peer, in small.

use std::process::Command;

use gridwhistle_cluster::Cluster;
use serde_json::Value;

fn ask(words: &[&str]) -> Value {
    let answer = Command::new(env!("CARGO_BIN_EXE_gridwhistle-peers"))
        .args(words)
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{words:?}: {problem}");
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// Every verb on a peer; `target` gives a new place at each call.
fn every_verb(peer: &str, target: impl Fn() -> String) -> Value {
    let appended = ask(&[peer, "append", &target(), "2", "200"]);
    assert!(appended["done"].as_u64() > Some(0), "{appended}");
    assert_eq!(appended["callers"], 2);
    let filled = target();
    // 2,000 cases of 20 events, as the loads want them.
    assert_eq!(ask(&[peer, "fill", &filled, "40000"])["done"], 40_000);
    let loaded = ask(&[peer, "load", &filled, "2", "200"]);
    assert!(loaded["done"].as_u64() > Some(0), "{loaded}");
    let replayed = ask(&[peer, "replay", &filled]);
    assert_eq!(replayed["done"], 40_000);
    assert!(replayed["per_second"].as_f64() > Some(0.0));
    appended
}

#[test]
fn sqlite_es_is_measured_with_every_flush() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::cell::Cell::new(0);
    let appended = every_verb("sqlite-es", || {
        made.set(made.get() + 1);
        let file = folder.path().join(format!("{}.db", made.get()));
        file.display().to_string()
    });
    assert_eq!(appended["failed"], 0);
    assert_eq!(appended["in_force"]["synchronous"], 2);
}

#[test]
fn the_peers_on_postgres_say_what_is_in_force() {
    for peer in ["postgres-es", "disintegrate"] {
        let databases = std::cell::RefCell::new(Vec::new());
        let appended = every_verb(peer, || {
            let database = Cluster::shared().database();
            let url = database.url();
            databases.borrow_mut().push(database);
            url
        });
        assert_eq!(appended["in_force"]["synchronous_commit"], "on", "{peer}");
        assert_eq!(appended["in_force"]["fsync"], "off", "a server for tests");
        assert_eq!(appended["in_force"]["connections"], 10);
        if peer == "postgres-es" {
            assert_eq!(appended["failed"], 0);
        }
    }
}

#[test]
fn a_wrong_word_is_answered_with_the_right_ones() {
    let answer = Command::new(env!("CARGO_BIN_EXE_gridwhistle-peers"))
        .args(["postgres-es", "append"])
        .output()
        .unwrap();
    assert_eq!(answer.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&answer.stderr).contains("postgres-es|disintegrate"));
}
