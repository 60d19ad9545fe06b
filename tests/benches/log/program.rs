//! The stock stores that are measured beside ours, by a program of a workspace of its own, because
//! they link another SQLite: `peers/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The program, which `make peers` builds.
pub(crate) fn path() -> PathBuf {
    let path = "../target/release/gridwhistle-peers";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs the program once; none when it is not built. What is measured without durability is no
/// measurement.
pub(crate) fn ask(peer: &str, words: &[&str]) -> Option<Value> {
    let program = path();
    if !program.exists() {
        return None;
    }
    let answer = Command::new(&program)
        .arg(peer)
        .args(words)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(
        answer.status.success(),
        "{} {peer} {words:?}",
        program.display()
    );
    let said: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let in_force = &said["in_force"];
    // SQLite's number for FULL is 2.
    let full = in_force["synchronous"] == 2;
    let on = in_force["fsync"] == "on" && in_force["synchronous_commit"] == "on";
    assert!(full || on, "{said}");
    Some(said)
}
