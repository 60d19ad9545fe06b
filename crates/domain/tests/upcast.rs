//! Every form of event ever released stays readable: one file for each form and version.
//!
//! `UPDATE_EXPECT=1` writes the file of a form that has none yet. A file that stands is never
//! written again: a form that changes gets a new version and an upcaster.

#![expect(clippy::unwrap_used, reason = "builders of samples fail by panicking")]

#[path = "upcast/samples.rs"]
mod samples;

use gridwhistle_domain::case::fact::CaseFact;
use gridwhistle_domain::case::upcast::{CURRENT_VERSION, read_event};
use samples::samples;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/events")
        .join(CURRENT_VERSION)
}

#[test]
fn every_form_of_fact_has_a_sample() {
    let sampled: Vec<&str> = samples().iter().map(|event| event.fact.name()).collect();
    assert_eq!(
        sampled,
        CaseFact::NAMES,
        "one sample a form, in their order"
    );
}

#[test]
fn every_form_of_fact_reads_from_its_file_and_writes_the_same_bytes() {
    let fill = std::env::var_os("UPDATE_EXPECT").is_some();
    for event in samples() {
        let name = event.fact.name();
        let path = folder().join(format!("{name}.json"));
        if fill && !path.exists() {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, serde_json::to_string(&event).unwrap()).unwrap();
        }
        let payload = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("{name} has no file, run with UPDATE_EXPECT=1: {error}")
        });
        let read = read_event(name, CURRENT_VERSION, &payload)
            .unwrap_or_else(|error| panic!("{name} no longer reads: {error}"));
        assert_eq!(read, event, "{name} reads as something else");
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(written, payload, "{name} is written in other bytes");
    }
}

#[test]
fn no_file_is_left_of_a_form_that_is_gone() {
    let known: BTreeSet<String> = CaseFact::NAMES
        .iter()
        .map(|name| format!("{name}.json"))
        .collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            known.contains(&file),
            "{file} needs an upcaster to a form that is known"
        );
    }
}
