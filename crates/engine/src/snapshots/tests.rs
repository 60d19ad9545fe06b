//! Whoever changes the registry's state, its JSON or its fold has to raise the form.

use super::*;
use gridwhistle_domain::registry::{RegistryEvent, RegistryFact};
use serde_json::json;
use std::collections::BTreeSet;

/// The form, and the digest of the state that the events below fold to under it.
const HELD: (u32, &str) = (
    2,
    "a1b95d58af1b05adc3acbd7be5fe976c016f0e4a70efa5da7aa5294d071c3069",
);

/// A history with every form of event.
fn history() -> Vec<RegistryEvent> {
    let (from, later, until) = (
        "2024-01-01T00:00:00Z",
        "2025-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
    );
    let name = |zh: &str, en: &str| json!({"zh": zh, "en": en});
    let unit = |zh, parent| json!({"name": name(zh, ""), "parent": parent, "contact": "一号窗口"});
    let grid = |zh, seat| json!({"name": name(zh, "Grid"), "seat": seat, "boundary": "一号院"});
    let person = |name| json!({"name": name, "employment": "full_time"});
    let tenure = json!({"role": "grid_officer", "place": "grid:G-1", "from": from});
    let service = json!({"unit": "B-1", "matter": "environment.*", "area": "everywhere",
        "from": from});
    let facts = [
        json!({"UnitRegistered": {"unit": "S-1", "kind": "street", "from": from,
            "details": unit("东街", None::<&str>)}}),
        json!({"UnitRegistered": {"unit": "B-1", "kind": "department", "level": "district",
            "from": from, "details": unit("水务局", None)}}),
        json!({"UnitRevised": {"unit": "B-1", "from": later, "details": unit("水利局", Some("S-1"))}}),
        json!({"GridRegistered": {"grid": "G-1", "level": "one", "kind": "basic", "from": from,
            "details": grid("一格", json!({"community": "S-1"}))}}),
        json!({"GridRevised": {"grid": "G-1", "from": later,
            "details": grid("新一格", json!({"community": "S-1"}))}}),
        json!({"PersonRegistered": {"person": "P-1", "from": from, "details": person("林")}}),
        json!({"PersonRevised": {"person": "P-1", "from": later, "details": person("陈")}}),
        json!({"TenureBegun": {"person": "P-1", "tenure": tenure}}),
        json!({"TenureEnded": {"person": "P-1", "role": "grid_officer", "place": "grid:G-1",
            "until": until}}),
        json!({"ServiceGranted": {"service": service}}),
        json!({"ServiceWithdrawn": {"unit": "B-1", "matter": "environment.*",
            "area": "everywhere", "until": until}}),
        json!({"BoundaryDrawn": {"place": "grid:G-1", "from": later, "boundary": {"population": 900,
            "polygons": [[[[119_000_000, 26_000_000], [119_001_000, 26_000_000],
                [119_001_000, 26_001_000], [119_000_000, 26_000_000]]]]}}}),
        json!({"GridClosed": {"grid": "G-1", "until": until}}),
        json!({"PersonDeactivated": {"person": "P-1", "until": until}}),
        json!({"UnitClosed": {"unit": "B-1", "until": until}}),
    ];
    let by = json!({"person": "it-desk", "role": "administrator", "unit": "CITY"});
    let event = |fact| json!({"at": from, "by": by, "fact": fact});
    let read = |fact| serde_json::from_value(event(fact)).unwrap();
    facts.into_iter().map(read).collect()
}

/// Every form of event, so that the compiler asks for the new one here.
fn forms() -> BTreeSet<&'static str> {
    use RegistryFact as F;
    let known = |fact: &F| match fact {
        F::UnitRegistered { .. } | F::UnitRevised { .. } | F::UnitClosed { .. } => fact.name(),
        F::GridRegistered { .. } | F::GridRevised { .. } | F::GridClosed { .. } => fact.name(),
        F::PersonRegistered { .. } | F::PersonRevised { .. } => fact.name(),
        F::PersonDeactivated { .. } | F::TenureBegun { .. } | F::TenureEnded { .. } => fact.name(),
        F::ServiceGranted { .. } | F::ServiceWithdrawn { .. } => fact.name(),
        F::BoundaryDrawn { .. } => fact.name(),
    };
    history().iter().map(|event| known(&event.fact)).collect()
}

#[test]
fn the_state_and_its_fold_are_those_of_the_form() {
    assert_eq!(forms().len(), 14, "the history holds every form of event");
    let mut registry = (Registry::default(), 0);
    fold(&mut registry, history());
    let state = serde_json::to_vec(&registry.0).unwrap();
    let digest = hex::encode(Sha256::digest(&state));
    assert_eq!(
        (Registry::FORM, digest.as_str()),
        HELD,
        "the registry folds or is written otherwise than before: raise `Registry::FORM`, so that \
         no old snapshot is taken for a new one, and write form and digest into `HELD`"
    );
}

#[test]
fn a_snapshot_opens_as_it_was_written_and_not_at_all_when_a_byte_is_other() {
    let mut registry = (Registry::default(), 0);
    fold(&mut registry, history());
    let last = last();
    let payload = write(&registry.0, &last).unwrap();
    let (label, state) = open::<Registry>(&payload).unwrap();
    assert_eq!((state, label.form), (registry.0, Registry::FORM));
    assert_eq!(label.after, hex::encode(last.checksum));
    for at in 0..payload.len() {
        let mut other = payload.clone();
        other[at] ^= 0x04;
        let opened = open::<Registry>(&other);
        // A label that names another event is found out against the log.
        let opened = opened.filter(|(label, _)| label.after == hex::encode(last.checksum));
        assert!(opened.is_none(), "byte {at}");
    }
}

fn last() -> RecordedEvent {
    RecordedEvent {
        tenant: "city".to_owned(),
        position: 14,
        stream: stream::<Registry>(),
        sequence: 14,
        event_type: "UnitClosed".to_owned(),
        event_version: "1.0".to_owned(),
        payload: String::new(),
        metadata: String::new(),
        command_id: uuid::Uuid::nil(),
        occurred_at: chrono::DateTime::UNIX_EPOCH,
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        checksum: [7; 32],
        chain: [0; 32],
    }
}
