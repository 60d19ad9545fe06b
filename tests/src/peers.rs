//! The peers stay out of this workspace, and are what the documents say. They are not built here:
//! `make test` builds and tests them in their own.

use crate::sources::text;

fn manifest() -> toml::Table {
    text("peers/Cargo.toml").parse().unwrap()
}

/// The versions of a package in a lock file.
fn locked(lock: &str, name: &str) -> Vec<String> {
    let lock: toml::Table = text(lock).parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let named = packages
        .iter()
        .filter(|package| package["name"].as_str() == Some(name));
    named
        .map(|package| package["version"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_peers_are_a_workspace_of_their_own() {
    let peers = manifest();
    assert!(peers.contains_key("workspace"));
    let root: toml::Table = text("Cargo.toml").parse().unwrap();
    let excluded = root["workspace"]["exclude"].as_array().unwrap();
    assert!(excluded.contains(&"peers".into()));
    // One target folder serves both, so that what both use is built once; that takes equal profiles.
    assert!(text("Makefile").contains("--target-dir $(or $(CARGO_TARGET_DIR),target)"));
    for profile in ["dev", "release"] {
        let (ours, theirs) = (&root["profile"][profile], &peers["profile"][profile]);
        assert_eq!(ours.get("debug"), theirs.get("debug"), "{profile}");
        let third_party = |profile: &toml::Value| profile.get("package")?.get("*").cloned();
        assert_eq!(third_party(ours), third_party(theirs), "{profile}");
    }
}

#[test]
fn the_peers_are_the_stock_crates_that_the_decision_names() {
    let decision = text("docs/decisions/0002-peers-workspace.md");
    for (name, version) in [
        ("cqrs-es", "0.5"),
        ("sqlite-es", "0.5"),
        ("postgres-es", "0.5"),
        ("disintegrate", "4.0"),
        ("disintegrate-postgres", "4.0"),
        ("sqlx", "0.8"),
        ("libsqlite3-sys", "0.30"),
    ] {
        assert!(decision.contains(&format!("{name} {version}")), "{name}");
        let locked = locked("peers/Cargo.lock", name);
        assert_eq!(locked.len(), 1, "{name}: {locked:?}");
        assert!(locked[0].starts_with(&format!("{version}.")), "{locked:?}");
    }
}

#[test]
fn the_old_sqlite_of_the_peers_is_not_in_our_lock_file() {
    for absent in ["sqlx", "sqlite-es", "postgres-es"] {
        assert!(locked("Cargo.lock", absent).is_empty(), "{absent}");
    }
    assert_eq!(locked("Cargo.lock", "libsqlite3-sys").len(), 1);
}

#[test]
fn the_benchmarks_build_the_peers_and_the_tests_test_them() {
    let makefile = text("Makefile");
    let recipe = |target: &str| {
        let start = makefile.find(&format!("\n{target}: ")).unwrap() + 1;
        let rest = &makefile[start..];
        rest[..rest.find("\n\n").unwrap()].to_owned()
    };
    assert!(makefile.contains("PEERS = --quiet --locked --manifest-path peers/Cargo.toml"));
    assert!(recipe("peers").contains("$(CARGO) build --release $(PEERS)"));
    assert!(recipe("bench").contains("peers"));
    assert!(recipe("test").contains("$(CARGO) test $(PEERS)"));
    assert!(recipe("lint-peers").contains("$(CARGO) clippy $(PEERS) --all-targets"));
}

#[test]
fn only_the_case_and_a_server_for_tests_are_ours_in_the_peers() {
    let manifest = manifest();
    let ours = |section: &str| -> Vec<String> {
        let named = manifest[section].as_table().unwrap();
        let ours = named.iter().filter(|(_, how)| how.get("path").is_some());
        ours.map(|(name, _)| name.clone()).collect()
    };
    // What is measured is stock; the store would link another SQLite.
    assert!(ours("dependencies").is_empty());
    let tests = ["gridwhistle-cluster", "gridwhistle-domain"];
    assert_eq!(ours("dev-dependencies"), tests);
}
