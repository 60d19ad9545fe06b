//! Tidiness is a test: headers, sizes, lints, paths, goldens. Every breach is printed at once.

use crate::sources::{crates, files, names, production, production_files, text};
use std::collections::BTreeMap;

/// Lines of a Rust file, at most.
const LINES_MAX: usize = 400;

/// Files that may be longer, up to so many lines, with the reason. A file that has become short
/// enough must leave the list.
const LONGER: &[(&str, usize, &str)] = &[
    (
        "crates/domain/src/case/fact.rs",
        850,
        "one enum with the meaning of every fact",
    ),
    (
        "crates/domain/src/case/steps.rs",
        660,
        "one table of permissions",
    ),
    (
        "crates/domain/src/case/decide/intake.rs",
        550,
        "all ways onto the ledger share their checks",
    ),
    (
        "crates/domain/src/case/kit.rs",
        510,
        "one city for all tests of the case",
    ),
    (
        "crates/domain/src/case/decide/closing_tests.rs",
        600,
        "scenes of one chain, in order",
    ),
    (
        "crates/domain/src/evaluation/tests.rs",
        510,
        "one test a refusal",
    ),
    (
        "crates/domain/src/catalogue/tests.rs",
        500,
        "one test a refusal",
    ),
    (
        "crates/cli/src/words.rs",
        700,
        "one table of words, each in two languages",
    ),
    ("crates/cli/tests/cli/shapes.rs", 450, "one row a command"),
    (
        "crates/projections/src/timeline/words.rs",
        500,
        "one sentence for each fact, in two languages",
    ),
    (
        "crates/projections/src/questions/timers.rs",
        450,
        "one search for each kind of timer",
    ),
    (
        "tests/src/import/engine.rs",
        460,
        "one truth for each imported view",
    ),
];

fn rust_files() -> Vec<String> {
    ["crates", "tests", "examples", "peers"]
        .iter()
        .flat_map(|folder| files(folder, &[".rs"]))
        .collect()
}

#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_rust_file_says_what_it_is_responsible_for() {
    let mut declared: BTreeMap<String, bool> = BTreeMap::new();
    for path in rust_files() {
        let stem = path.trim_end_matches(".rs");
        let folder = match stem.rsplit_once('/') {
            Some((folder, "lib" | "main" | "mod")) => folder,
            _ => stem,
        };
        let text = text(&path);
        let mut documented = false;
        for line in text.lines() {
            let line = line.trim();
            if let Some(module) = line
                .split("mod ")
                .nth(1)
                .and_then(|rest| rest.strip_suffix(';'))
            {
                declared.insert(format!("{folder}/{module}.rs"), documented);
            }
            documented = line.starts_with("///") || (documented && line.starts_with("#["));
        }
    }
    let silent: Vec<String> = rust_files()
        .into_iter()
        .filter(|path| !text(path).starts_with("//!"))
        // A module may be documented where it is declared; tests speak by the file they test.
        .filter(|path| declared.get(path) != Some(&true))
        .filter(|path| !path.ends_with("/tests.rs") && !path.ends_with("_tests.rs"))
        .map(|path| format!("{path}: no `//!` header and no `///` where it is declared"))
        .collect();
    none(&silent);
}

#[test]
fn rust_files_are_short_or_named_with_a_reason() {
    let mut found = Vec::new();
    for path in rust_files() {
        let lines = text(&path).lines().count();
        match LONGER.iter().find(|(longer, ..)| *longer == path) {
            None if lines > LINES_MAX => {
                found.push(format!("{path}: {lines} lines, at most {LINES_MAX}"));
            }
            Some((_, max, _)) if lines > *max => {
                found.push(format!("{path}: {lines} lines, its exception allows {max}"));
            }
            Some(_) if lines <= LINES_MAX => {
                found.push(format!("{path}: {lines} lines need no exception any more"));
            }
            _ => {}
        }
    }
    for (path, _, reason) in LONGER {
        if !rust_files().contains(&(*path).to_owned()) || reason.is_empty() {
            found.push(format!(
                "{path}: an exception for no file, or without a reason"
            ));
        }
    }
    none(&found);
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let mut found = Vec::new();
    let members = crates().into_iter().map(|krate| format!("crates/{krate}"));
    for folder in members.chain(["tests", "tests/cluster", "examples"].map(str::to_owned)) {
        let path = format!("{folder}/Cargo.toml");
        let manifest: toml::Table = text(&path).parse().unwrap();
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        if lints.and_then(toml::Value::as_bool) != Some(true) {
            found.push(format!("{path}: `[lints] workspace = true` is missing"));
        }
        let package = &manifest["package"];
        for key in ["version", "edition", "license", "rust-version"] {
            let shared = package.get(key).and_then(|value| value.get("workspace"));
            if shared.is_none() {
                found.push(format!("{path}: `{key}.workspace = true` is missing"));
            }
        }
    }
    none(&found);
}

/// What would tie the project to one machine or one network, spelt so that this file is clean.
fn machine_words() -> Vec<String> {
    let of = |parts: &[&str]| parts.concat();
    vec![
        of(&["/wo", "rk/"]),
        of(&["/ro", "ot/"]),
        of(&["/tm", "p/"]),
        of(&["/ho", "me/"]),
        of(&["index.cr", "ates.io"]),
        of(&["static.cr", "ates.io"]),
        of(&["rsp", "roxy"]),
        of(&["registry", ".npmjs"]),
        of(&["pypi", ".org"]),
        of(&["proxy.gol", "ang"]),
        of(&[".lib", "rary"]),
    ]
}

/// `file:line` of every word of the machine in a text.
fn machine(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for word in machine_words().iter().filter(|word| line.contains(*word)) {
            found.push(format!("{path}:{}: names `{word}`", index + 1));
        }
    }
    found
}

#[test]
fn no_file_names_this_machine_or_a_registry() {
    let endings = [
        ".rs", ".toml", ".md", ".sql", ".yml", ".mmd", ".json", "Makefile", "run", ".csv",
    ];
    let found: Vec<String> = files("", &endings)
        .iter()
        .flat_map(|path| machine(path, &text(path)))
        .collect();
    none(&found);
    let planted = format!("a\nsee {}x\n", machine_words()[0]);
    assert_eq!(machine("a.md", &planted).len(), 1);
}

#[test]
fn every_page_of_the_reference_is_referred_to() {
    let mut sources: String = rust_files().iter().map(|path| text(path)).collect();
    for page in files("", &[".md"]).iter().chain(&files("", &["Makefile"])) {
        sources.push_str(&text(page));
    }
    let orphans: Vec<String> = files("docs/reference", &[".md", ".mmd"])
        .into_iter()
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            !sources.contains(name)
        })
        .map(|path| format!("{path}: no test writes it and no page points to it"))
        .collect();
    none(&orphans);
}

#[test]
fn nothing_is_left_to_do_and_no_test_is_switched_off() {
    let words = ["todo!", "unimplemented!", "dbg!"];
    let attributes = [["#[ign", "ore"].concat(), ["#[should_", "panic"].concat()];
    let mut found = Vec::new();
    for path in rust_files()
        .iter()
        .filter(|path| !path.ends_with("src/tidy.rs"))
    {
        for (index, line) in text(path).lines().enumerate() {
            let bad = words.iter().any(|word| {
                let macro_name = word.trim_end_matches('!');
                line.contains(word) && names(line, macro_name)
            }) || attributes.iter().any(|word| line.contains(word.as_str()));
            if bad {
                found.push(format!("{path}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    none(&found);
}

/// Chinese takes full-width marks: an ASCII one right behind a Chinese sign is a slip, in what the
/// program says and in the Chinese pages. CSV, code in backticks and blocks of code are not prose.
#[test]
fn chinese_takes_its_own_punctuation() {
    let rust = crates()
        .into_iter()
        .flat_map(|krate| production_files(&krate))
        // A city as CSV, for the examples of the library.
        .filter(|path| path != "crates/engine/src/doc.rs")
        .flat_map(|path| {
            let text = text(&path);
            let slips = production(&text).0.into_iter().filter_map(|(line, code)| {
                half_width(code).map(|slip| format!("{path}:{line}: `{slip}` in {}", code.trim()))
            });
            slips.collect::<Vec<_>>()
        });
    let pages = files("", &[".zh-CN.md"]).into_iter().flat_map(|path| {
        let text = text(&path);
        let prose = text.split("```").step_by(2).flat_map(str::lines);
        let slips = prose.filter_map(|line| {
            let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
            half_width(&prose).map(|slip| format!("{path}: `{slip}` in {line}"))
        });
        slips.collect::<Vec<_>>()
    });
    none(&rust.chain(pages).collect::<Vec<_>>());
    assert_eq!(half_width("未登录;请登录").as_deref(), Some("录;"));
    assert_eq!(half_width("未登录；请登录 (login)"), None);
}

/// The first Chinese sign with an ASCII mark behind it.
fn half_width(text: &str) -> Option<String> {
    // Signs that are data or syntax, not prose.
    const SYNTAX: [&str; 2] = ["是, ", "纬度,经度"];
    let text = SYNTAX
        .iter()
        .fold(text.to_owned(), |text, known| text.replace(known, ""));
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let next = signs.peek().copied().unwrap_or(' ');
        if ('\u{4e00}'..='\u{9fff}').contains(&sign) && ",;:!?(".contains(next) {
            return Some(format!("{sign}{next}"));
        }
    }
    None
}
