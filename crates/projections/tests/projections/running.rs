//! The runner: going on, rebuilding, stopping.

use super::city::{City, TENANT, at, case, new_event, stopped_at};
use super::history::{closed, in_work};
use gridwhistle_projections::{Moment, case_stream};
use std::sync::Mutex;

pub(crate) async fn going_on_after_a_restart(mut city: City) {
    city.append(case(1), &in_work(0, 60)).await;
    assert_eq!(city.runner().await.catch_up(None).await.unwrap(), 6);
    city.append(case(1), &closed(30)).await;
    let runner = city.runner().await;
    assert_eq!(runner.health().position, 6);
    assert_eq!(runner.catch_up(None).await.unwrap(), 9);
    let moment = Moment::now(at(100));
    let file = city.questions().await.case(case(1), moment).await.unwrap();
    let row = file.unwrap().ledger;
    assert_eq!((row.stage.as_str(), row.version), ("closed", 9));
    // Two workers, one after the other, do no harm to each other.
    city.append(case(2), &in_work(0, 60)).await;
    let (left, right) = (city.runner().await, city.runner().await);
    left.catch_up(None).await.unwrap();
    city.append(case(2), &closed(30)).await;
    assert_eq!(right.catch_up(None).await.unwrap(), 18);
    assert_eq!(left.catch_up(None).await.unwrap(), 18);
    let live = city.dump().await;
    left.rebuild(|_| {}).await.unwrap();
    assert_eq!(city.dump().await, live);
    assert_eq!(live[0].len(), 4, "two versions of two ledger rows");
}

#[tokio::test]
async fn a_runner_goes_on_where_the_last_one_stood() {
    going_on_after_a_restart(City::in_memory()).await;
}

#[tokio::test]
async fn a_runner_goes_on_where_the_last_one_stood_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    going_on_after_a_restart(City::on_disk(folder.path())).await;
}

#[tokio::test]
async fn a_reader_sees_the_old_rows_until_a_rebuild_is_swapped_in() {
    let mut city = City::in_memory();
    city.append(case(1), &in_work(0, 60)).await;
    let runner = city.runner().await;
    runner.catch_up(None).await.unwrap();
    let told = Mutex::new(Vec::new());
    let built = runner.rebuild(|step| told.lock().unwrap().push((step.position, step.head)));
    assert_eq!(built.await.unwrap(), 6);
    assert_eq!(*told.lock().unwrap(), [(6, 6)]);
    // The live view goes on from the new generation.
    city.append(case(1), &closed(30)).await;
    assert_eq!(runner.catch_up(None).await.unwrap(), 9);
    assert_eq!(runner.health().rebuilding, None);
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stops_the_view_before_it_and_shows_in_health() {
    let mut city = City::in_memory();
    city.append(case(1), &in_work(0, 60)).await;
    let poison = new_event("CaseClosed", r#"{"at":"yesterday"}"#.to_owned(), at(5));
    city.append_to(case_stream(case(1)), vec![poison]).await;
    city.append(case(2), &in_work(0, 60)).await;
    let runner = city.runner().await;
    for _ in 0..2 {
        let error = runner.catch_up(None).await.unwrap_err();
        assert_eq!(stopped_at(&error), Some(7));
        let words = error.to_string();
        assert!(
            words.contains("position 7") && words.contains("CaseClosed 1.0"),
            "{words}"
        );
    }
    let health = runner.health();
    assert_eq!((health.position, health.stopped_at), (6, Some(7)));
    assert!(health.error.is_some());
    // What came before is there, and the log takes more.
    let questions = city.questions().await;
    let moment = Moment::now(at(10));
    assert!(questions.case(case(1), moment).await.unwrap().is_some());
    assert!(questions.case(case(2), moment).await.unwrap().is_none());
    assert_eq!(city.log.head(TENANT).await.unwrap(), 13);
    assert_eq!(runner.catch_up(Some(6)).await.unwrap(), 6);
}

#[tokio::test]
async fn rows_of_another_log_are_built_anew_from_this_one() {
    let (kept, restored) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut city = City::on_disk(kept.path());
    city.append(case(1), &in_work(0, 60)).await;
    city.caught_up().await;
    drop(city);
    // A backup is put back: a log of equal length, but with another past; then a shorter one.
    for events in [in_work(0, 90), in_work(0, 60)[..4].to_vec()] {
        let mut other = City::on_disk(restored.path());
        other.append(case(2), &events).await;
        drop(other);
        for file in ["city.db", "city.db-wal"] {
            let (from, to) = (restored.path().join(file), kept.path().join(file));
            let _ = std::fs::remove_file(&to);
            if from.exists() {
                std::fs::rename(from, to).unwrap();
            }
        }
        let city = City::on_disk(kept.path());
        assert!(city.runner().await.health().needs_rebuild);
        let questions = city.caught_up().await;
        let moment = Moment::now(at(10));
        assert!(questions.case(case(1), moment).await.unwrap().is_none());
        assert!(questions.case(case(2), moment).await.unwrap().is_some());
    }
}
