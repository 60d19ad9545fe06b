//! Every form of event of the aggregates beside the case stays readable: one file for each form and
//! version, as `upcast.rs` has for the case.
//!
//! `UPDATE_EXPECT=1` writes the file of a form that has none yet. A file that stands is never
//! written again: a form that changes gets a new version and a way to read the old one.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "samples and their files fail by panicking"
)]

#[path = "forms/appraisal.rs"]
mod appraisal;
#[path = "forms/evaluation.rs"]
mod evaluation;
#[path = "forms/registry.rs"]
mod registry;
#[path = "forms/rules.rs"]
mod rules;
#[path = "forms/score_run.rs"]
mod score_run;

use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::appraisal::{BallotFact, RoundFact};
use gridwhistle_domain::calendar::published::CalendarFact;
use gridwhistle_domain::catalogue::fact::CatalogueFact;
use gridwhistle_domain::evaluation::EvaluationFact;
use gridwhistle_domain::policy::publishing::PolicyFact;
use gridwhistle_domain::registry::RegistryFact;
use gridwhistle_domain::score::run::ScoreRunFact;
use gridwhistle_domain::text::Text;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// An hour of 2 March 2026, in UTC.
fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_409_600 + hour * 3_600, 0).unwrap()
}

fn by() -> Actor {
    Actor {
        on_behalf_of: Some("P-absent".into()),
        ..Actor::new("P-admin", Role::Administrator, "CITY")
    }
}

/// Words, with what JSON must escape.
fn words() -> String {
    "第三排 \"漏水\"\n再查".to_owned()
}

fn name() -> Text {
    Text::new("鼓楼街道", "Drum Tower \"old town\"")
}

/// One sample a form and version, in their order; each reads from its file and is written in the same bytes.
fn stay<E>(aggregate: &str, names: &[&str], samples: &[E])
where
    E: DomainEvent + PartialEq,
{
    let mut sampled: Vec<String> = samples.iter().map(DomainEvent::event_type).collect();
    sampled.dedup();
    assert_eq!(sampled, names, "one sample a form, in their order");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/events");
    let fill = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut known = BTreeSet::new();
    for event in samples {
        let (form, version) = (event.event_type(), event.event_version());
        let folder = root.join(aggregate).join(&version);
        let path = folder.join(format!("{form}.json"));
        if fill && !path.exists() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, serde_json::to_string(event).unwrap()).unwrap();
        }
        let payload = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("{form} has no file, run with UPDATE_EXPECT=1: {error}")
        });
        let read: E = serde_json::from_str(&payload)
            .unwrap_or_else(|error| panic!("{form} no longer reads: {error}"));
        assert!(read == *event, "{form} reads as something else: {read:?}");
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(written, payload, "{form} is written in other bytes");
        known.insert((version, path.file_name().unwrap().to_owned()));
    }
    for version in fs::read_dir(root.join(aggregate)).unwrap() {
        let version = version.unwrap();
        for file in fs::read_dir(version.path()).unwrap() {
            let form = (
                version.file_name().into_string().unwrap(),
                file.unwrap().file_name(),
            );
            assert!(known.contains(&form), "{form:?} is read by nobody");
        }
    }
}

#[test]
fn every_form_of_the_registry_stays_readable() {
    stay("registry", RegistryFact::NAMES, &registry::samples());
}

#[test]
fn every_form_of_the_catalogue_stays_readable() {
    stay("catalogue", CatalogueFact::NAMES, &rules::catalogue());
}

#[test]
fn every_form_of_the_policy_stays_readable() {
    stay("policy", PolicyFact::NAMES, &rules::policy());
}

#[test]
fn every_form_of_the_calendar_stays_readable() {
    stay("calendar", CalendarFact::NAMES, &rules::calendar());
}

#[test]
fn every_form_of_the_evaluation_stays_readable() {
    stay("evaluation", EvaluationFact::NAMES, &evaluation::samples());
}

#[test]
fn every_form_of_the_appraisal_stays_readable() {
    stay("appraisal", RoundFact::NAMES, &appraisal::rounds());
    stay("appraisal_ballot", BallotFact::NAMES, &appraisal::ballots());
}

#[test]
fn every_form_of_the_score_run_stays_readable() {
    stay("score_run", ScoreRunFact::NAMES, &score_run::samples());
}
