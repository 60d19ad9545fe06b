//! The files of this workspace as text, and the lines of a Rust file that reach production.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().unwrap()
}

/// Every file below a folder of the workspace whose name ends in one of these, in order; paths are
/// relative to the root, with `/`. Build output and fetched packages are not ours.
pub(crate) fn files(below: &str, endings: &[&str]) -> Vec<String> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.join(below)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", ".git", "node_modules"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let path = path.strip_prefix(&root).unwrap();
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// The text of a file, by its path from the root.
pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The folders of the crates: `crates/*` with a manifest.
pub(crate) fn crates() -> Vec<String> {
    files("crates", &["Cargo.toml"])
        .into_iter()
        .filter_map(|path| {
            let folder = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
            (!folder.contains('/')).then(|| folder.to_owned())
        })
        .collect()
}

/// The lines of a Rust text that reach production, numbered from 1: without comments, and without
/// the modules behind `#[cfg(test)]`. Also answers the names of test modules kept in other files.
pub(crate) fn production(text: &str) -> (Vec<(usize, &str)>, BTreeSet<String>) {
    let mut lines = Vec::new();
    let mut elsewhere = BTreeSet::new();
    let (mut gated, mut inside) = (false, false);
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let bare = code.trim();
        if inside {
            inside = line != "}";
        } else if bare == "#[cfg(test)]" {
            gated = true;
        } else if gated && !bare.starts_with("#[") {
            gated = false;
            match bare.split("mod ").nth(1) {
                Some(module) if module.ends_with(';') => {
                    elsewhere.insert(module.trim_end_matches(';').to_owned());
                }
                _ => inside = bare.ends_with('{'),
            }
        } else if !bare.is_empty() && !gated {
            lines.push((index + 1, code));
        }
    }
    (lines, elsewhere)
}

/// The Rust files of a crate that reach production: those of `src` without test modules.
pub(crate) fn production_files(krate: &str) -> Vec<String> {
    let all = files(&format!("crates/{krate}/src"), &[".rs"]);
    let mut tests = BTreeSet::new();
    for path in &all {
        let stem = path.trim_end_matches(".rs");
        let folder = match stem.rsplit_once('/') {
            Some((folder, "lib" | "main" | "mod")) => folder,
            _ => stem,
        };
        let text = text(path);
        tests.extend(
            production(&text)
                .1
                .iter()
                .map(|module| format!("{folder}/{module}")),
        );
    }
    let of_test = |path: &String| {
        tests.iter().any(|module| {
            path.strip_prefix(module.as_str())
                .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        })
    };
    all.into_iter().filter(|path| !of_test(path)).collect()
}

/// Whether a word stands in a line by itself, not as a part of a longer one.
pub(crate) fn names(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(part);
        let after = line[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

#[test]
fn test_modules_and_comments_are_no_production() {
    let text = "use a;\n// std::fs\n#[cfg(test)]\nmod kit;\nlet x = 1; // f64\n#[cfg(test)]\n\
                #[expect(missing_docs)]\nmod tests {\n    use f64;\n}\nuse b;\n";
    let (lines, elsewhere) = production(text);
    assert_eq!(lines, [(1, "use a;"), (5, "let x = 1; "), (11, "use b;")]);
    assert_eq!(elsewhere, BTreeSet::from(["kit".to_owned()]));
    let domain = production_files("domain");
    assert!(domain.contains(&"crates/domain/src/case/decide.rs".to_owned()));
    assert!(!domain.contains(&"crates/domain/src/case/kit.rs".to_owned()));
    assert!(names("a: f64,", "f64") && !names("as_f64()", "f64"));
}
