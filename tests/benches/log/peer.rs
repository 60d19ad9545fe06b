//! Stock `sqlite-es`, measured by a process of its own, because it links another SQLite: `peers/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The name of the peer in the tables.
pub(crate) const NAME: &str = "sqlite-es";

/// SQLite's number for `synchronous=FULL`.
const FULL: i64 = 2;

/// The program, which `make bench` builds.
fn program() -> PathBuf {
    let path = "../peers/target/release/gridwhistle-peers";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What the peer is, and what is really in force on its connections; or that it is not there.
pub(crate) fn describe() -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("peer.db");
    match ask(&["fill", file.to_str().unwrap(), "20"]) {
        None => format!(
            "NOT BUILT ({} is missing; `make bench` builds it), so sqlite-es is not measured",
            program().display()
        ),
        Some(said) => format!(
            "{}, SQLite {}, {} connections, asked: journal_mode={}, synchronous={} (2 is FULL)",
            said["peer"],
            said["in_force"]["sqlite"],
            said["in_force"]["connections"],
            said["in_force"]["journal_mode"],
            said["in_force"]["synchronous"]
        )
        .replace('"', ""),
    }
}

/// Work a second of one measurement; none when the peer is not built.
pub(crate) fn measure(words: &[&str]) -> Option<f64> {
    ask(words)?["per_second"].as_f64()
}

/// Runs the peer once. What it measures at less than FULL is no measurement.
fn ask(words: &[&str]) -> Option<serde_json::Value> {
    let program = program();
    if !program.exists() {
        return None;
    }
    let answer = Command::new(&program)
        .arg(NAME)
        .args(words)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(answer.status.success(), "{} {words:?}", program.display());
    let said: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(said["in_force"]["synchronous"], FULL, "{said}");
    assert_eq!(said["failed"], 0, "{said}");
    Some(said)
}
