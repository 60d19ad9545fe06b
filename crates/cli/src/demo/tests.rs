//! The demo is believable, repeatable, and careful with what is there.

use super::{Demo, DemoError, local, make, open, plan, run};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment};
use gridwhistle::{Engine, ManualClock};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

fn demo(cases: u64, seed: u64) -> Demo {
    Demo {
        dir: "unused".into(),
        cases,
        seed,
        force: false,
        serve: false,
        listen: None,
        pace: 0,
    }
}

async fn lived(cases: u64, seed: u64) -> Engine {
    let clock = Arc::new(ManualClock::new(local(plan::FIRST_DAY, -3, 9)));
    let engine = open("memory:", &clock).await.unwrap();
    make(&demo(cases, seed), (&engine, None), &clock, &mut |_| {})
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    engine
}

/// Drawn anew in every run, because it must not be guessed: keys, and what is sealed under them.
const SECRET: [&str; 3] = ["ciphertext", "nonce", "commitment"];

fn without_secrets(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !SECRET.contains(&name.as_str()));
            fields.values_mut().for_each(without_secrets);
        }
        Value::Array(items) => items.iter_mut().for_each(without_secrets),
        _ => {}
    }
}

/// The last value of a chain over every event: position, stream, sequence, form, times, actor and
/// payload. The log's own chain also covers command ids and ciphertext, and those of set-up,
/// timers and sealed fields are random on purpose.
async fn last_link(engine: &Engine) -> (usize, String) {
    let events = events(engine).await;
    let link = events.iter().fold([0_u8; 32], |link, (_, text)| {
        let link = Sha256::new_with_prefix(link).chain_update(text.as_bytes());
        link.finalize().into()
    });
    (events.len(), hex::encode(link))
}

/// Every event: its form, and all of it in one text.
async fn events(engine: &Engine) -> Vec<(String, String)> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let page = engine.log().read_log("city", after, 1_000).await.unwrap();
        if page.is_empty() {
            return events;
        }
        for event in page {
            let mut payload: Value = serde_json::from_str(&event.payload).unwrap();
            without_secrets(&mut payload);
            let text = format!(
                "{} {} {} {} {} {} {} {payload}",
                event.position,
                event.stream,
                event.sequence,
                event.event_type,
                event.metadata,
                event.occurred_at,
                event.recorded_at,
            );
            after = event.position;
            events.push((event.event_type, text));
        }
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_events_and_another_seed_others() {
    let (first, again, other) = (lived(24, 7).await, lived(24, 7).await, lived(24, 8).await);
    let link = last_link(&first).await;
    assert_eq!(link, last_link(&again).await);
    assert_ne!(link, last_link(&other).await);
}

#[tokio::test]
async fn every_class_and_every_end_comes_and_the_log_is_sound() {
    let engine = lived(150, 20_260_302).await;
    engine.catch_up().await.unwrap();
    let moment = Moment::now(engine.now());
    let (filter, sort) = (LedgerFilter::default(), LedgerSort::Newest);
    let questions = engine.questions();
    let page = questions.ledger(&filter, sort, None, 1_000, moment).await;
    let rows = page.unwrap().rows;
    assert_eq!(rows.len(), 150);
    let classes: BTreeSet<&str> = rows.iter().filter_map(|row| row.class.as_deref()).collect();
    let all: BTreeSet<&str> = CaseClass::ALL.iter().map(|class| class.code()).collect();
    assert_eq!(classes, all);
    let stages: BTreeSet<&str> = rows.iter().map(|row| row.stage.as_str()).collect();
    let ends = Stage::ALL.iter().filter(|stage| stage.is_end());
    let missing: Vec<&str> = ends
        .map(|stage| stage.code())
        .filter(|code| !stages.contains(code))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert!(rows.iter().any(|row| row.closed_late == Some(true)));
    assert!(rows.iter().any(|row| row.returns > 0 && row.reworks == 0));
    assert!(rows.iter().any(|row| row.reopens > 0));
    let forms = forms(&engine).await;
    let missing: Vec<&&str> = WANTED
        .iter()
        .filter(|form| !forms.contains(**form))
        .collect();
    assert!(missing.is_empty(), "nobody ever brought about {missing:?}");
    assert!(engine.log().verify("city").await.unwrap().fault.is_none());
}

/// What a believable city goes through within 150 cases.
const WANTED: [&str; 36] = [
    "LocationAssigned",
    "CaseReclassified",
    "WhistleBlown",
    "WhistleDeclined",
    "WhistleRatified",
    "RatificationLapsed",
    "LegAutoAcknowledged",
    "ReturnRequested",
    "LegReturned",
    "ReturnRefused",
    "LeadDesignated",
    "PrecedentRegistered",
    "ExtensionGranted",
    "CaseSuspended",
    "CaseResumed",
    "CoordinationConvened",
    "CoordinationAdjourned",
    "CoordinationDecided",
    "ReworkRequired",
    "ResidentConfirmed",
    "Disclosed",
    "CaseReopened",
    "CaseUrged",
    "CaseReminded",
    "SupervisionRaised",
    "MandateGranted",
    "MaterialsRequested",
    "MaterialsSupplied",
    "WindowDecided",
    "HandedBack",
    "DuplicateAbsorbed",
    "EvaluationSealed",
    "EvaluationsRevealed",
    "EvaluationLapsed",
    "AppealFiled",
    "AppealDecided",
];

async fn forms(engine: &Engine) -> BTreeSet<String> {
    let events = events(engine).await.into_iter();
    events.map(|(form, _)| form).collect()
}

/// Every file of a folder with the hash of its content; caches and write-ahead logs come and go.
fn content(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |file: &std::fs::DirEntry| file.file_name().into_string().unwrap();
    files
        .filter(|file| !name(file).contains('-'))
        .filter(|file| {
            ![".lock", ".views"]
                .iter()
                .any(|end| name(file).ends_with(end))
        })
        .map(|file| {
            let bytes = std::fs::read(file.path()).unwrap();
            (name(&file), hex::encode(Sha256::digest(bytes)))
        })
        .collect()
}

async fn refused(demo: &Demo) -> DemoError {
    let mut output = Vec::new();
    let refused = run(demo, false, &mut output).await.unwrap_err();
    assert!(output.is_empty());
    assert!(
        refused.message(Language::ZhCn).contains("--dir"),
        "{refused}"
    );
    refused
}

#[tokio::test]
async fn a_demo_city_is_replaced_only_when_forced_and_when_nobody_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let (beside, store) = (folder.path().join("city.db"), folder.path().join("demo.db"));
    std::fs::write(&beside, "a real city").unwrap();
    std::fs::write(folder.path().join("city.db.keys"), "its keys").unwrap();
    let mut demo = demo(1, 7);
    demo.dir = folder.path().to_owned();
    let mut output = Vec::new();
    run(&demo, false, &mut output).await.unwrap();
    let page = String::from_utf8(output).unwrap();
    let command = format!("export GRIDWHISTLE_STORE=sqlite://{}", store.display());
    assert!(page.contains(&command), "{page}");
    let log = String::from_utf8_lossy(&std::fs::read(&store).unwrap()).into_owned();
    assert!(
        !log.contains("99000019"),
        "personal data stands in clear in the log"
    );

    let before = content(folder.path());
    let told = refused(&demo).await;
    assert!(matches!(told, DemoError::Exists(_)) && told.to_string().contains("--force"));
    demo.force = true;
    let url = format!("sqlite://{}", store.display());
    // Held as it is: the first opening of a large registry would leave a snapshot in the file.
    let options = gridwhistle::Options {
        snapshot_every: u64::MAX,
        ..gridwhistle::Options::default()
    };
    let held = Engine::open_with(&url, options).await.unwrap();
    let mut nowhere = Vec::new();
    let locked = run(&demo, false, &mut nowhere).await.unwrap_err();
    assert!(matches!(locked, DemoError::Engine(error) if error.code() == "locked"));
    drop(held);
    // An engine that opens a store may refresh its snapshots; the marker is of the city itself.
    let marker = |all: &BTreeMap<String, String>| all["demo.db.made"].clone();
    assert_eq!(marker(&content(folder.path())), marker(&before));

    run(&demo, false, &mut Vec::new()).await.unwrap();
    let after = content(folder.path());
    assert_ne!(after["demo.db"], before["demo.db"]);
    for name in ["city.db", "city.db.keys"] {
        assert_eq!(after[name], before[name], "{name}");
    }
}

#[tokio::test]
async fn what_the_demo_did_not_make_is_left_alone_even_when_forced() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = demo(1, 7);
    (demo.dir, demo.force) = (folder.path().to_owned(), true);
    let store = folder.path().join("demo.db");
    // Somebody's keys without a store, then a store of another making, then one with a marker of
    // an earlier demo city left beside it.
    std::fs::write(folder.path().join("demo.db.keys"), "precious").unwrap();
    assert!(matches!(refused(&demo).await, DemoError::Foreign(_)));
    std::fs::remove_file(folder.path().join("demo.db.keys")).unwrap();
    let engine = Engine::open(&format!("sqlite://{}", store.display()))
        .await
        .unwrap();
    engine.install(&Actor::system()).await.unwrap();
    drop(engine);
    let before = content(folder.path());
    assert!(matches!(refused(&demo).await, DemoError::Foreign(_)));
    assert_eq!(content(folder.path()), before);
    std::fs::write(folder.path().join("demo.db.made"), "0000\n").unwrap();
    assert!(matches!(refused(&demo).await, DemoError::Foreign(_)));
    assert_eq!(content(folder.path())["demo.db"], before["demo.db"]);
}
