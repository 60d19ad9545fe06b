//! Files and handles that are not as they should be: each gets a clear error, nothing is lost.

use crate::city::work::{on_the_spot, report, time_limited};
use crate::city::{City, case, open, people};
use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment};
use gridwhistle::{Engine, EngineError, Options};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[track_caller]
fn code(answer: Result<Engine, EngineError>, code: &str, words: &str) {
    let Err(error) = answer else {
        panic!("it opened");
    };
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn a_second_writer_of_the_file_is_told_who_holds_it() {
    let city = City::on_disk().await;
    let second = open(city.url(), &city.clock).await;
    code(second, "locked", "this very process");
    city.allowed(people::resident(), case(1), report("a lamp"))
        .await;
    let url = city.url().to_owned();
    let city = city.restart().await;
    assert_eq!(city.url(), url, "free again after the first has closed");
}

#[tokio::test]
async fn a_reader_beside_the_writer_answers_questions_and_writes_nothing() {
    let city = City::on_disk().await;
    let receipt = city
        .allowed(people::resident(), case(1), report("a lamp"))
        .await;
    city.engine.wait(receipt.position).await.unwrap();
    let options = Options {
        clock: Arc::clone(&city.clock) as Arc<_>,
        read_only: true,
        ..Options::default()
    };
    let reader = Engine::open_with(city.url(), options).await.unwrap();
    reader.wait(receipt.position).await.unwrap();
    let ledger = async || {
        let (filter, sort) = (LedgerFilter::default(), LedgerSort::default());
        let moment = Moment::now(reader.now());
        let page = reader
            .questions()
            .ledger(&filter, sort, None, 50, moment)
            .await;
        page.unwrap().rows.len()
    };
    assert_eq!(ledger().await, 1);
    assert!(reader.case(case(1)).await.unwrap().is_some());
    let head = city.head().await;
    let refused = reader
        .execute(&people::resident(), case(2), report("two"))
        .await;
    assert_eq!(refused.unwrap_err().code(), "read_only");
    assert_eq!(city.head().await, head);

    // What the writer has not brought into the views yet, the reader waits for in vain, and says so.
    let next = city
        .allowed(people::resident(), case(2), report("two lamps"))
        .await;
    let behind = reader.wait(next.position).await.unwrap_err();
    assert_eq!(behind.code(), "not_yet", "{behind}");
    city.engine.wait(next.position).await.unwrap();
    reader.wait(next.position).await.unwrap();
    assert_eq!(ledger().await, 2);
}

/// Flips one bit in every copy of a text in a file.
fn flip(file: &Path, text: &str) {
    let mut bytes = std::fs::read(file).unwrap();
    let found: Vec<usize> = (0..bytes.len() - text.len())
        .filter(|at| bytes[*at..].starts_with(text.as_bytes()))
        .collect();
    assert!(!found.is_empty(), "`{text}` is not in the file");
    for place in found {
        bytes[place + 2] ^= 0x01;
    }
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_flipped_bit_is_named_with_its_position_and_no_decision_is_made_on_it() {
    let city = City::on_disk().await;
    on_the_spot(&city, case(1)).await;
    let hurt = city
        .allowed(people::resident(), case(2), report("unmistakable words"))
        .await;
    let first = hurt.position - 1;
    city.engine.catch_up().await.unwrap();
    let (engine, _folder) = city.after(|file| flip(file, "unmistakable words")).await;
    let engine = engine.unwrap();
    let report = engine.log().verify(engine.tenant()).await.unwrap();
    assert_eq!(report.fault.unwrap().position, first);
    assert_eq!(report.events, first - 1, "all before it fits");
    let loaded = engine.case(case(2)).await.unwrap_err();
    assert_eq!(loaded.code(), "log_damaged");
    assert!(
        loaded.to_string().contains(&format!("position {first}")),
        "{loaded}"
    );
    let withdraw = gridwhistle::domain::case::command::CaseCommand::Withdraw {
        reason: "solved".to_owned(),
    };
    let decided = engine.execute(&people::resident(), case(2), withdraw).await;
    assert_eq!(decided.unwrap_err().code(), "log_damaged");
    // Other cases go on.
    engine
        .execute(
            &people::officer(),
            case(1),
            crate::city::work::progress("swept"),
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_left_as_it_is() {
    let city = City::on_disk().await;
    time_limited(&city, case(1)).await;
    let mut before = Vec::new();
    let (engine, folder) = city
        .after(|file| {
            let newer = rusqlite::Connection::open(file).unwrap();
            newer.pragma_update(None, "user_version", 99).unwrap();
            newer.close().unwrap();
            before = std::fs::read(file).unwrap();
        })
        .await;
    code(engine, "newer_schema", "99");
    assert!(std::fs::read(folder.path().join("city.db")).unwrap() == before);
}

#[tokio::test]
async fn a_file_that_is_no_log_is_left_as_it_is() {
    let city = City::on_disk().await;
    let foreign = b"one,two,three\n".repeat(100);
    let (engine, folder) = city
        .after(|file| std::fs::write(file, &foreign).unwrap())
        .await;
    code(engine, "not_a_log", "city.db");
    assert_eq!(
        std::fs::read(folder.path().join("city.db")).unwrap(),
        foreign
    );
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_with_what_goes() {
    for url in ["", "city.db", "postgres:city", "sqlite://", "memory"] {
        let answer = Engine::open(url).await;
        code(answer, "log_failed", "sqlite://PATH");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_waits_for_its_turn_as_long_as_it_was_told() {
    let city = City::on_disk().await;
    let options = |lock_patience| Options {
        clock: Arc::clone(&city.clock) as Arc<_>,
        lock_patience,
        ..Options::default()
    };
    let hurried = Engine::open_with(city.url(), options(Duration::from_millis(40))).await;
    code(hurried, "locked", "this very process");
    let (url, patient) = (city.url().to_owned(), options(Duration::from_secs(60)));
    let waiting = tokio::spawn(async move { Engine::open_with(&url, patient).await });
    tokio::task::yield_now().await;
    let (closed, _folder) = city.after(|_| {}).await;
    drop(closed);
    waiting.await.unwrap().unwrap();
}

/// Overwrites the header of the views file.
fn spoil_views(file: &Path) {
    let views = file.with_extension("db.views");
    let mut bytes = std::fs::read(&views).unwrap();
    bytes[..100].fill(0xff);
    std::fs::write(&views, bytes).unwrap();
}

async fn open_cases(engine: &Engine) -> usize {
    engine.catch_up().await.unwrap();
    let (filter, sort) = (LedgerFilter::default(), LedgerSort::default());
    let moment = Moment::now(engine.now());
    let page = engine
        .questions()
        .ledger(&filter, sort, None, 50, moment)
        .await;
    page.unwrap().rows.len()
}

#[tokio::test]
async fn views_that_are_damaged_or_gone_are_filled_anew_from_the_log() {
    let city = City::on_disk().await;
    on_the_spot(&city, case(1)).await;
    city.engine.catch_up().await.unwrap();
    let (url, clock) = (city.url().to_owned(), Arc::clone(&city.clock));
    let (engine, folder) = city.after(spoil_views).await;
    assert_eq!(open_cases(&engine.unwrap()).await, 1);
    assert!(folder.path().join("city.db.views.damaged").exists());

    // A reader may not mend the file; it folds the log into memory instead.
    spoil_views(&folder.path().join("city.db"));
    let options = Options {
        clock: clock as Arc<_>,
        read_only: true,
        ..Options::default()
    };
    let reader = Engine::open_with(&url, options).await.unwrap();
    assert_eq!(open_cases(&reader).await, 1);
}
