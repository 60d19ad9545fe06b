//! Who may name whom: the table of the architecture, held against `cargo tree` and the sources.
//!
//! A crate may only name what its row allows, may not reach what its row forbids through anything,
//! and the words that a row bans may not stand in its production lines. A crate without a row is
//! refused: a crate is earned by a different row.

use crate::sources::{crates, names, production, production_files, root, text};
use std::collections::BTreeSet;
use std::process::Command;

/// One row of the table.
struct Row {
    /// The folder under `crates/`.
    krate: &'static str,
    /// The package.
    package: &'static str,
    /// Our own crates that it may name.
    may_name: &'static [&'static str],
    /// What may not be among its own dependencies.
    must_not_name: &'static [&'static str],
    /// What nothing that it names may bring in.
    must_not_reach: &'static [&'static str],
    /// Dependencies whose own dependencies are not its business, with the reason.
    behind: &'static [&'static str],
    /// Words that may not stand in its production lines.
    banned: &'static [&'static str],
}

const DATABASES: &[&str] = &[
    "rusqlite",
    "libsqlite3-sys",
    "sqlx",
    "tokio-postgres",
    "deadpool-postgres",
    "postgres-es",
];
const SERVERS: &[&str] = &["sqlx", "tokio-postgres", "deadpool-postgres", "postgres-es"];
const CLOCKS: &[&str] = &[
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "Utc::today",
];

const TABLE: &[Row] = &[
    Row {
        krate: "domain",
        package: "gridwhistle-domain",
        may_name: &[],
        must_not_name: &["tokio", "rand", "getrandom", "async-std", "reqwest"],
        must_not_reach: &[
            "tokio", "sqlx", "axum", "clap", "rusqlite", "hyper", "rand", "mio", "socket2",
        ],
        // Only its traits are used; its in-memory store brings a runtime that the domain never names.
        behind: &["cqrs-es"],
        banned: &[
            "std::fs",
            "std::net",
            "std::env",
            "std::thread",
            "SystemTime",
            "Instant::now",
            "Utc::now",
            "Local::now",
            "HashMap",
            "HashSet",
            "f64",
            "f32",
            "new_v4",
            "now_v7",
            "getrandom",
            "tokio",
            "println!",
            "eprintln!",
        ],
    },
    Row {
        krate: "store",
        package: "gridwhistle-store",
        may_name: &[],
        must_not_name: &["axum", "clap"],
        must_not_reach: &["gridwhistle-domain", "axum", "clap"],
        behind: &[],
        banned: &["gridwhistle_domain"],
    },
    Row {
        krate: "projections",
        package: "gridwhistle-projections",
        may_name: &["gridwhistle-domain", "gridwhistle-store"],
        must_not_name: DATABASES,
        must_not_reach: &["axum", "clap", "gridwhistle"],
        behind: &[],
        banned: &[
            "rusqlite",
            "CaseCommand",
            "decide",
            "SystemTime",
            "Instant::now",
            "Utc::now",
            "Local::now",
        ],
    },
    Row {
        krate: "engine",
        package: "gridwhistle",
        may_name: &[
            "gridwhistle-domain",
            "gridwhistle-store",
            "gridwhistle-projections",
        ],
        must_not_name: DATABASES,
        must_not_reach: &["axum", "clap", "maud"],
        behind: &[],
        // A stopwatch for progress is no clock: it decides nothing.
        banned: &["SystemTime", "Utc::now", "Local::now"],
    },
    Row {
        krate: "audit",
        package: "gridwhistle-audit",
        may_name: &[
            "gridwhistle-domain",
            "gridwhistle-store",
            "gridwhistle-projections",
        ],
        // OCEL 2.0 is exchanged as a SQLite file, and foreign logs are sorted in one: no store of ours.
        must_not_name: SERVERS,
        must_not_reach: &["gridwhistle", "gridwhistle-server", "axum"],
        behind: &[],
        banned: CLOCKS,
    },
    Row {
        krate: "server",
        package: "gridwhistle-server",
        may_name: &[
            "gridwhistle",
            "gridwhistle-audit",
            "gridwhistle-sheets",
            "gridwhistle-web",
            "gridwhistle-domain",
            "gridwhistle-projections",
        ],
        must_not_name: DATABASES,
        must_not_reach: &["clap"],
        behind: &[],
        // A stopwatch that times answers is no clock: it decides nothing.
        banned: &["SystemTime", "Utc::now", "Local::now"],
    },
    Row {
        krate: "web",
        package: "gridwhistle-web",
        may_name: &["gridwhistle-domain", "gridwhistle-projections"],
        must_not_name: DATABASES,
        must_not_reach: &["gridwhistle", "clap"],
        behind: &[],
        banned: CLOCKS,
    },
    Row {
        krate: "sheets",
        package: "gridwhistle-sheets",
        may_name: &["gridwhistle-domain", "gridwhistle-projections"],
        must_not_name: DATABASES,
        must_not_reach: &["gridwhistle", "axum", "clap"],
        behind: &[],
        banned: CLOCKS,
    },
    Row {
        krate: "cli",
        package: "gridwhistle-cli",
        may_name: &[
            "gridwhistle",
            "gridwhistle-audit",
            "gridwhistle-server",
            "gridwhistle-sheets",
        ],
        must_not_name: DATABASES,
        must_not_reach: &[],
        behind: &[],
        banned: &["rusqlite", "gridwhistle_store"],
    },
];

/// The packages of one crate's tree with their depth; 0 is the crate itself.
fn tree(package: &str) -> Vec<(usize, String)> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let answer = Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--offline", "--no-dedupe", "-e", "normal"])
        .args(["--prefix", "depth", "-p", package])
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&answer.stderr);
    assert!(
        answer.status.success(),
        "cargo tree -p {package}: {problem}"
    );
    let lines = String::from_utf8(answer.stdout).unwrap();
    lines.lines().map(node).collect()
}

fn node(line: &str) -> (usize, String) {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let name = line[digits..].split(' ').next().unwrap_or_default();
    (line[..digits].parse().unwrap(), name.to_owned())
}

/// What a tree brings in, without what stands behind the named dependencies.
fn reached<'t>(tree: &'t [(usize, String)], behind: &[&str]) -> BTreeSet<&'t str> {
    let mut found = BTreeSet::new();
    let mut hidden: Option<usize> = None;
    for (depth, name) in tree {
        if hidden.is_some_and(|level| *depth > level) {
            continue;
        }
        hidden = behind.contains(&name.as_str()).then_some(*depth);
        if *depth > 0 {
            found.insert(name.as_str());
        }
    }
    found
}

/// Every way in which a crate's tree breaks its row.
fn broken(row: &Row, tree: &[(usize, String)], ours: &BTreeSet<&str>) -> Vec<String> {
    let direct = |name: &str| tree.iter().any(|(depth, one)| *depth == 1 && one == name);
    let all = reached(tree, row.behind);
    let mut found = Vec::new();
    for name in ours {
        if direct(name) && !row.may_name.contains(name) {
            found.push(format!("{} may not name {name}", row.package));
        }
    }
    for name in row.must_not_name {
        if direct(name) {
            found.push(format!("{} may not name {name}", row.package));
        }
    }
    for name in row.must_not_reach {
        if all.contains(name) {
            found.push(format!("{} must not reach {name}", row.package));
        }
    }
    found
}

/// `file:line` of every banned word of a text.
fn banned(row: &Row, path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in production(text).0 {
        for word in row.banned.iter().filter(|word| names(line, word)) {
            found.push(format!(
                "{path}:{number}: {} may not use `{word}`",
                row.krate
            ));
        }
    }
    found
}

#[test]
fn every_crate_has_its_row_and_keeps_it() {
    let ours: BTreeSet<&str> = TABLE.iter().map(|row| row.package).collect();
    let mut found = Vec::new();
    for krate in crates() {
        let Some(row) = TABLE.iter().find(|row| row.krate == krate) else {
            found.push(format!("crates/{krate} has no row in the table"));
            continue;
        };
        found.extend(broken(row, &tree(row.package), &ours));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn no_production_line_uses_what_its_row_bans() {
    let crates = crates();
    let mut found = Vec::new();
    let mut lines = 0;
    for row in TABLE
        .iter()
        .filter(|row| crates.contains(&row.krate.to_owned()))
    {
        for path in production_files(row.krate) {
            let text = text(&path);
            lines += text.lines().count();
            found.extend(banned(row, &path, &text));
        }
    }
    assert!(lines > 10_000, "only {lines} lines were looked at");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_planted_breach_is_named_with_its_place() {
    let row = &TABLE[0];
    let text = "use std::fs::File;\nlet x: f64 = 1.0; // f64\nlet as_f64 = 1;\n";
    assert_eq!(
        banned(row, "a.rs", text),
        [
            "a.rs:1: domain may not use `std::fs`",
            "a.rs:2: domain may not use `f64`"
        ]
    );
    let planted: Vec<_> = [
        "0me v1",
        "1cqrs-es v1",
        "2tokio v1",
        "1gridwhistle v1",
        "2axum v1",
    ]
    .map(node)
    .into();
    let ours = BTreeSet::from(["gridwhistle"]);
    assert_eq!(
        broken(row, &planted, &ours),
        [
            "gridwhistle-domain may not name gridwhistle",
            "gridwhistle-domain must not reach axum"
        ]
    );
}
