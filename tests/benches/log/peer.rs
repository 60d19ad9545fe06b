//! Stock `sqlite-es`.

use crate::program;

/// The name of the peer in the tables.
pub(crate) const NAME: &str = "sqlite-es";

/// What the peer is, and what is really in force on its connections; or that it is not there.
pub(crate) fn describe() -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("peer.db");
    match program::ask(NAME, &["fill", file.to_str().unwrap(), "20"]) {
        None => format!(
            "NOT BUILT ({} is missing; `make bench` builds it), so sqlite-es is not measured",
            program::path().display()
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
    let said = program::ask(NAME, words)?;
    assert_eq!(said["failed"], 0, "{said}");
    said["per_second"].as_f64()
}
