//! The crate `process_mining` reads what the auditor exports, and counts as the auditor does. It stands
//! here because it brings another quick-xml and much else that nothing of ours needs.

mod root;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use process_mining::core::event_data::case_centric::EventLogClassifier;
use process_mining::discovery::case_centric::dfg::discover_dfg;
use process_mining::{EventLog, Importable, OCEL};
use serde_json::Value;

fn ask(program: &Path, folder: &Path, args: &[&str]) -> String {
    let answer = Command::new(program)
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{args:?}: {problem}");
    String::from_utf8(answer.stdout).unwrap()
}

/// Cases, events, variants and directly-follows pairs.
type Counts = [usize; 4];

fn counts<'a>(cases: impl Iterator<Item = Vec<&'a str>>) -> Counts {
    let cases: Vec<Vec<&str>> = cases.collect();
    let variants: BTreeSet<&Vec<&str>> = cases.iter().collect();
    let pairs = cases.iter().flat_map(|case| case.windows(2));
    let pairs: BTreeSet<&[&str]> = pairs.collect();
    let events = cases.iter().map(Vec::len).sum();
    [cases.len(), events, variants.len(), pairs.len()]
}

/// The activities of every case of an object-centric log, by time and id.
fn of_ocel(log: &OCEL) -> Counts {
    let mut events: Vec<_> = log.events.iter().collect();
    events.sort_by_key(|event| (event.time, &event.id));
    let cases = log.objects.iter().filter(|one| one.object_type == "case");
    counts(cases.map(|case| {
        let own = |event: &&&process_mining::core::event_data::object_centric::OCELEvent| {
            let mut related = event.relationships.iter();
            related.any(|one| one.object_id == case.id && one.qualifier == "case")
        };
        let own = events.iter().filter(own);
        own.map(|event| event.event_type.as_str()).collect()
    }))
}

#[test]
fn process_mining_counts_cases_events_variants_and_pairs_as_we_do() {
    let program = root::built().join("gridwhistle");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ask(&program, path, &["demo", "--cases", "80", "--dir", "."]);
    let store = ["--store", "sqlite://demo.db"];
    for (form, file) in [
        ("xes", "log.xes"),
        ("ocel-json", "log.json"),
        ("ocel-xml", "log.xml"),
    ] {
        let export = ["audit", "export", form, "--to", file];
        ask(&program, path, &[&export[..], &store].concat());
    }
    let told = ask(
        &program,
        path,
        &["audit", "foreign", "stats", "log.xes", "--json"],
    );
    let told: Value = serde_json::from_str(&told).unwrap();
    let own = ["cases", "events", "variants", "dfg_edges"]
        .map(|name| usize::try_from(told[name].as_u64().unwrap()).unwrap());

    let xes = EventLog::import_from_path(path.join("log.xes")).unwrap();
    let classifier = EventLogClassifier::default();
    let names = xes.traces.iter().map(|trace| {
        let names = trace
            .events
            .iter()
            .map(|event| classifier.get_class_identity(event));
        names.collect::<Vec<String>>()
    });
    let names: Vec<Vec<String>> = names.collect();
    let found = counts(
        names
            .iter()
            .map(|case| case.iter().map(String::as_str).collect()),
    );
    assert_eq!(found, own);
    assert_eq!(discover_dfg(&xes).directly_follows_relations.len(), own[3]);
    let json = OCEL::import_from_path(path.join("log.json")).unwrap();
    let xml = OCEL::import_from_path(path.join("log.xml")).unwrap();
    assert_eq!((of_ocel(&json), of_ocel(&xml)), (own, own));
    assert_eq!(json.objects.len(), xml.objects.len());
    let related = json
        .objects
        .iter()
        .map(|one| one.relationships.len())
        .sum::<usize>();
    assert!(
        related > json.objects.len() / 2,
        "{related} relations between objects"
    );
}
