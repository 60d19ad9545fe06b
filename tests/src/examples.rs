//! Whoever embeds the engine finds an example of everything: each public function and type of the
//! façade is used in an example of its own module, and each example is compiled and run as a doctest.

use crate::sources::{names, production_files, text};

/// What an embedder meets of the crates behind the façade: each has an example of its own.
const ENTRY_POINTS: &[(&str, &str)] = &[
    ("crates/domain/src/actor.rs", "pub struct Actor"),
    ("crates/domain/src/case/command.rs", "pub enum CaseCommand"),
    ("crates/domain/src/case/fact.rs", "pub struct ReportForm"),
    ("crates/domain/src/ids.rs", "pub struct CaseId"),
    ("crates/domain/src/text.rs", "pub enum Language"),
    (
        "crates/domain/src/calendar/publication.rs",
        "pub struct CalendarPublication",
    ),
    (
        "crates/projections/src/questions.rs",
        "pub struct Questions",
    ),
    ("crates/projections/src/questions.rs", "pub struct Moment"),
    (
        "crates/projections/src/questions/filter.rs",
        "pub struct LedgerFilter",
    ),
];

/// Where examples are still owed, and what there is instead.
const NOT_YET: &[(&str, &str)] = &[(
    "crates/engine/src/import",
    "40 public items of the importer share the one example of its entry, in `import.rs`",
)];

/// The lines of a file's examples that are code.
fn examples(text: &str) -> String {
    let (mut inside, mut found) = (false, String::new());
    for line in text.lines().map(str::trim) {
        let Some(doc) = line.strip_prefix("///").or(line.strip_prefix("//!")) else {
            inside = false;
            continue;
        };
        if doc.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            found.push_str(doc);
            found.push('\n');
        }
    }
    found
}

/// The names of the public functions and types of a file, with their lines.
fn public(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(rest) = line.trim_start().strip_prefix("pub ") else {
            continue;
        };
        let mut words = rest
            .split_whitespace()
            .skip_while(|w| ["async", "const"].contains(w));
        let kind = words.next().unwrap_or_default();
        let name = words.next().unwrap_or_default();
        if ["fn", "struct", "enum", "trait"].contains(&kind) {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            found.push((index + 1, &name[..end.unwrap_or(name.len())]));
        }
    }
    found
}

/// What a file offers and shows in no example.
fn unshown(path: &str, text: &str) -> Vec<String> {
    let shown = examples(text);
    let is_shown = |name: &str| shown.lines().any(|line| names(line, name));
    let missing = public(text).into_iter().filter(|(_, name)| !is_shown(name));
    missing
        .map(|(line, name)| format!("{path}:{line}: `{name}` stands in no example of its module"))
        .collect()
}

#[test]
fn everything_that_the_facade_offers_stands_in_an_example_that_runs() {
    let mut found = Vec::new();
    let mut offered = 0;
    for path in production_files("engine") {
        let later = NOT_YET.iter().any(|(prefix, _)| path.starts_with(prefix));
        let text = text(&path);
        if !later && !path.ends_with("/doc.rs") {
            offered += public(&text).len();
            found.extend(unshown(&path, &text));
        }
    }
    assert!(offered > 50, "only {offered} were looked at");
    assert!(
        found.is_empty(),
        "{} of {offered}:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn every_entry_point_behind_the_facade_has_an_example_of_its_own() {
    for (path, item) in ENTRY_POINTS {
        let text = text(path);
        let (before, _) = text
            .split_once(item)
            .unwrap_or_else(|| panic!("{path} has no {item}"));
        let doc = before
            .lines()
            .rev()
            .map(str::trim)
            .skip_while(|line| line.is_empty());
        let doc = doc.take_while(|line| line.starts_with("///") || line.starts_with("#["));
        let fences = doc.filter(|line| line.contains("```")).count();
        assert!(fences >= 2, "{path}: `{item}` has no example");
    }
}

#[test]
fn what_no_example_names_is_told_with_its_place() {
    let text = "/// ```\n/// shown();\n/// ```\npub fn shown() {}\n\n/// hidden() in words.\n\
                pub async fn hidden() {}\n";
    assert_eq!(
        unshown("a.rs", text),
        ["a.rs:7: `hidden` stands in no example of its module"]
    );
}
