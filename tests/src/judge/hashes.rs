//! A log that does not fit in itself is neither judged nor certified: the first bad position is named.

use crate::city::work::{LEAD, progress, time_limited};
use crate::city::{City, case, people};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle_audit::certificate::Certificate;
use gridwhistle_audit::judge::{JudgeOptions, judge};
use gridwhistle_audit::replay::{Known, KnownBy, Until};
use gridwhistle_audit::{Problem, Source};
use gridwhistle_store::{EventLog, StoreError, digest};
use std::sync::Arc;

/// A case that the water bureau has taken up.
async fn at_work(city: &City) {
    time_limited(city, case(1)).await;
    let acknowledge = CaseCommand::Acknowledge { leg: LEAD };
    city.allowed(people::water(), case(1), acknowledge).await;
}

/// A city in a file, and the position of a note in it that the rules allow whatever it says.
async fn noted() -> (City, u64) {
    let city = City::on_disk().await;
    at_work(&city).await;
    city.allowed(people::water(), case(1), progress("on it"))
        .await;
    city.allowed(people::water(), case(1), progress("nearly"))
        .await;
    let all = city.all_events().await;
    let note = all.iter().find(|event| event.payload.contains("on it"));
    let position = note.unwrap().position;
    assert!(position < city.head().await);
    (city, position)
}

async fn source(city: &City) -> Source {
    let log = Arc::clone(city.engine.log());
    Source::of(log, city.engine.tenant()).await.unwrap()
}

/// The position that is named, and in which words.
fn damaged<T: std::fmt::Debug>(answer: Result<T, Problem>) -> (Option<u64>, String) {
    match answer {
        Err(Problem::Store(StoreError::Corrupt { position, what })) => (position, what),
        other => panic!("{other:?}"),
    }
}

async fn certified(city: &City, source: &Source) -> Result<Certificate, Problem> {
    let known = Known::find(source, KnownBy::Now, city.engine.now()).await;
    Certificate::of(source, known.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_changed_without_its_checksum_is_named() {
    let (city, position) = noted().await;
    let source = source(&city).await;
    let options = JudgeOptions::default;
    assert!(judge(&source, options()).await.unwrap().is_clean());
    let change = "update events set payload = replace(payload, 'on it', 'in it')";
    city.sql(&format!("{change} where position = {position}"));
    let (named, what) = damaged(judge(&source, options()).await);
    assert_eq!(named, Some(position));
    assert!(what.contains("checksum"), "{what}");
    let (named, _) = damaged(certified(&city, &source).await);
    assert_eq!(named, Some(position));
    // What stands before it may be judged.
    let before = JudgeOptions {
        up_to: Some(position - 1),
        ..options()
    };
    let before = judge(&source, before).await.unwrap();
    assert_eq!((before.up_to, before.deviations), (position - 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checksum_that_was_computed_anew_breaks_the_chain() {
    let (city, position) = noted().await;
    let source = source(&city).await;
    let mut all = city.all_events().await;
    let event = &mut all[usize::try_from(position).unwrap() - 1];
    event.payload = event.payload.replace("on it", "in it");
    let checksum = hex::encode(digest::checksum(&event.borrowed()));
    let payload = &event.payload;
    city.sql(&format!(
        "update events set payload = '{payload}', checksum = x'{checksum}' where position = {position}"
    ));
    let (named, what) = damaged(judge(&source, JudgeOptions::default()).await);
    assert_eq!(named, Some(position));
    assert!(what.contains("chain"), "{what}");
    let (named, _) = damaged(certified(&city, &source).await);
    assert_eq!(named, Some(position));
    // Page by page, each of which fits in itself.
    let (log, tenant) = (city.engine.log(), city.engine.tenant());
    let until = Until::new(Arc::clone(log), tenant, city.head().await);
    for after in 0..position - 1 {
        assert_eq!(until.read_log(tenant, after, 1).await.unwrap().len(), 1);
    }
    let page = log.read_log(tenant, position - 1, 1).await;
    assert_eq!(page.unwrap().len(), 1, "by itself it fits");
    let page = until.read_log(tenant, position - 1, 1).await;
    assert_eq!(damaged(page.map_err(Problem::Store)).0, Some(position));
}

/// With every hash computed anew only the times of recording tell, and nobody gets another answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_ran_backwards_gives_no_answer() {
    let city = City::on_disk().await;
    at_work(&city).await;
    // So many that the middle of the log is not of its set-up, which is all of one instant.
    let set_up = city.head().await;
    while city.head().await < 2 * set_up + 20 {
        city.later(chrono::TimeDelta::minutes(1));
        city.allowed(people::water(), case(1), progress("on it"))
            .await;
    }
    let (source, head) = (source(&city).await, city.head().await);
    let all = city.all_events().await;
    let instants = |from: u64| all[usize::try_from(from).unwrap() - 1].recorded_at;
    let now = city.engine.now();
    let by = |at| Known::find(&source, KnownBy::At(at), now);
    let honest = by(instants(head - 4)).await.unwrap();
    assert_eq!(honest.position, head - 4);
    // What the halving looks at first, put before everything: it would lead to the wrong half.
    let middle = 1 + head / 2;
    let early = instants(1);
    city.rewrite(|all| all[usize::try_from(middle).unwrap() - 1].recorded_at = early)
        .await;
    let (named, what) = damaged(by(early).await);
    assert_eq!(named, Some(middle));
    assert!(what.contains("recorded before its predecessor"), "{what}");
    let (named, _) = damaged(judge(&source, JudgeOptions::default()).await);
    assert_eq!(named, Some(middle));
    let (named, _) = damaged(certified(&city, &source).await);
    assert_eq!(named, Some(middle));
}
