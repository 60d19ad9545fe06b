//! What is shipped, as far as it can be held without the engine that builds or runs it: the image, the unit,
//! the package.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the repository.
fn place(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn text(path: &str) -> String {
    let read = std::fs::read_to_string(place(path));
    read.unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn table(path: &str) -> toml::Table {
    text(path).parse().expect("a table")
}

/// Whether the program knows all that stands on a line of it; it tells of itself rather than do it.
fn is_known(args: &[&str]) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gridwhistle"));
    let told = program.args(args).arg("--help").output();
    let told = told.expect("the program runs");
    let said = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{args:?}: {said}");
}

/// The instructions of the image, each on one line.
fn instructions() -> Vec<(String, String)> {
    let whole = text("packaging/Dockerfile").replace("\\\n", " ");
    let lines = whole.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = lines.map(|line| line.split_once(' ').expect("an instruction"));
    let owned = split.map(|(name, rest)| (name.to_owned(), rest.trim().to_owned()));
    owned.collect()
}

#[test]
fn the_image_is_built_of_what_is_here_by_the_compiler_of_the_workspace() {
    let all = instructions();
    let from: Vec<&str> = all
        .iter()
        .filter(|(name, _)| name == "FROM")
        .map(|(_, rest)| rest.as_str())
        .collect();
    let wanted = &table("Cargo.toml")["workspace"]["package"]["rust-version"];
    let wanted = wanted.as_str().expect("a version");
    let [scripts, build, run] = from[..] else {
        panic!("three stages: {from:?}");
    };
    assert!(scripts.starts_with("node:"), "{scripts}");
    // The program is linked against the library of the system that it was built on.
    let system = format!("rust:{wanted}-bookworm AS build");
    assert_eq!((build, run), (system.as_str(), "debian:bookworm-slim"));
    let mut copied = 0;
    for (_, rest) in all.iter().filter(|(name, _)| name == "COPY") {
        let parts: Vec<&str> = rest.split_whitespace().collect();
        if parts[0].starts_with("--from") {
            continue;
        }
        for source in &parts[..parts.len() - 1] {
            assert!(place(source).exists(), "{source}");
            copied += 1;
        }
    }
    assert!(copied >= 4, "{copied}");
    let manifest = table("crates/cli/Cargo.toml");
    let (package, program) = (&manifest["package"]["name"], &manifest["bin"][0]["name"]);
    let has = |name: &str, part: String| {
        let mut found = all.iter().filter(|(one, _)| one == name);
        assert!(found.any(|(_, rest)| rest.contains(&part)), "{name} {part}");
    };
    let (package, program) = (package.as_str(), program.as_str());
    let program = program.expect("a name");
    let package = package.expect("a name");
    has(
        "RUN",
        format!("cargo build --release --locked -p {package}"),
    );
    has(
        "COPY",
        format!("/source/target/release/{program} /usr/bin/{program}"),
    );
    has("ENTRYPOINT", format!("[\"/usr/bin/{program}\"]"));
    let kept_out = text(".dockerignore");
    let kept_out: Vec<&str> = kept_out.lines().collect();
    assert_eq!(kept_out, ["target", ".git", "**/node_modules"]);
}

#[test]
fn the_image_runs_as_an_ordinary_user_who_writes_to_one_folder() {
    let all = instructions();
    let last = |name: &str| {
        let found = all.iter().rposition(|(one, _)| one == name);
        let found = found.unwrap_or_else(|| panic!("no {name}"));
        (found, all[found].1.as_str())
    };
    let ((user_at, user), (run_at, run)) = (last("USER"), last("RUN"));
    assert!(user_at > run_at && user_at < last("ENTRYPOINT").0);
    let number = user.split(':').next().and_then(|id| id.parse::<u32>().ok());
    let number = number.expect("a number, which a cluster can see to be nobody special");
    assert!(number >= 1_000, "{number}");
    assert!(run.contains(&format!("--uid {number} ")), "{run}");
    let folder = last("VOLUME").1;
    assert_eq!(last("WORKDIR").1, folder);
    assert!(run.contains(&format!("-m 0700 {folder}")), "{run}");
    let store = format!("GRIDWHISTLE_STORE=sqlite://{folder}/");
    assert!(last("ENV").1.starts_with(&store), "{}", last("ENV").1);
    let command: Vec<String> = serde_json::from_str(last("CMD").1).expect("a list");
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    assert_eq!(command[0], "serve");
    is_known(&command);
}

#[test]
fn the_unit_runs_as_a_user_of_its_own_who_writes_to_one_folder() {
    let unit = text("packaging/gridwhistle.service");
    let value = |name: &str| {
        let mut lines = unit.lines();
        let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_else(|| panic!("no {name}"))
    };
    for (name, wanted) in [
        ("DynamicUser", "yes"),
        ("ProtectSystem", "strict"),
        ("PrivateTmp", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
    ] {
        assert_eq!(value(name), wanted, "{name}");
    }
    let folder = format!("/var/lib/{}", value("StateDirectory"));
    assert_eq!(value("WorkingDirectory"), folder);
    let settings = table("packaging/gridwhistle.toml");
    let store = settings["store"].as_str().expect("an address");
    assert!(store.starts_with(&format!("sqlite://{folder}/")), "{store}");
    for name in ["ExecStartPre", "ExecStart"] {
        let words: Vec<&str> = value(name).split_whitespace().collect();
        assert_eq!(words[0], "/usr/bin/gridwhistle", "{name}");
        is_known(&words[1..]);
    }
    let manifest = table("crates/cli/Cargo.toml");
    let package = &manifest["package"]["metadata"]["deb"];
    for asset in package["assets"].as_array().expect("assets") {
        let source = asset["source"].as_str().expect("a path");
        let made = source.starts_with("target/");
        let there = place("crates/cli").join(source).exists();
        assert!(made || there, "{source}");
    }
}
