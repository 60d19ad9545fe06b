//! Merging two cases: the reporters follow, and a crash between the halves is healed by the repeat.

use super::on_every_store;
use crate::city::work::{report, report_of};
use crate::city::{City, case, people};
use gridwhistle::Request;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::ids::SubjectId;
use gridwhistle::personal::PersonalData;
use gridwhistle::personal::access::Purpose;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

on_every_store! {
    a_merge_takes_the_reporters_along
    a_merge_into_itself_or_in_a_circle_is_refused
    merges_that_cross_leave_one_case_on_the_ledger
    all_reporters_follow_a_case_that_had_taken_others_in
}

const KEY: Uuid = Uuid::from_u128(70);

fn merge() -> Request {
    let command = CaseCommand::Merge { into: case(2) };
    Request::new(people::leader(), case(1), command).with_key(KEY)
}

/// Two cases, each with a sealed reporter.
async fn two(city: &City) {
    for number in [1, 2] {
        let key = Uuid::from_u128(number);
        let data = PersonalData {
            name: format!("人{number}"),
            ..PersonalData::default()
        };
        let subject = SubjectId::new(format!("subject-{number}"));
        let reporter = city.engine.seal(subject, key, &data).unwrap();
        let command = report_of(reporter, "water over the pavement");
        let request = Request::new(people::officer(), case(number), command).with_key(key);
        city.engine.request(request).await.unwrap();
    }
}

/// Source merged, target open with both people, each half once.
async fn merged(city: &City) {
    let source = city.engine.case(case(1)).await.unwrap().unwrap();
    let target = city.engine.case(case(2)).await.unwrap().unwrap();
    assert_eq!(
        (source.stage, source.merged_into),
        (Some(Stage::Merged), Some(case(2)))
    );
    assert_eq!(source.owed_clocks().count(), 0);
    assert_eq!(
        (target.stage, target.absorbed),
        (Some(Stage::Reported), BTreeSet::from([case(1)]))
    );
    let names: Vec<String> = city
        .engine
        .reporters(&people::officer(), case(2), Purpose::Contact)
        .await
        .unwrap()
        .into_iter()
        .map(|person| person.data.name)
        .collect();
    assert_eq!(names, ["人2", "人1"]);
    assert_eq!(city.count(case(1), "CaseMerged").await, 1);
    assert_eq!(city.count(case(2), "DuplicateAbsorbed").await, 1);
}

async fn a_merge_takes_the_reporters_along(city: City) {
    two(&city).await;
    let first = city.engine.request(merge()).await.unwrap();
    merged(&city).await;
    let city = city.restart().await;
    let again = city.engine.request(merge()).await.unwrap();
    assert_eq!((again.position, again.repeated), (first.position, true));
    merged(&city).await;
    city.sound().await;
}

async fn a_merge_into_itself_or_in_a_circle_is_refused(city: City) {
    for number in [1, 2, 3] {
        city.allowed(people::resident(), case(number), report("noise"))
            .await;
    }
    let into = |target| CaseCommand::Merge { into: case(target) };
    city.allowed(people::leader(), case(1), into(2)).await;
    city.allowed(people::leader(), case(2), into(3)).await;
    let head = city.head().await;
    for (from, target, code) in [
        (3, 3, "merge_cycle"),
        (3, 1, "merge_cycle"),
        (3, 2, "merge_cycle"),
        (3, 9, "target_closed"),
    ] {
        let refused = city
            .engine
            .execute(&people::leader(), case(from), into(target))
            .await;
        assert_eq!(refused.unwrap_err().code(), code, "{from} into {target}");
    }
    assert_eq!(city.head().await, head);
}

#[tokio::test]
async fn a_crash_between_the_halves_of_a_merge_is_healed_by_the_repeat() {
    let city = cut_between_the_halves().await;
    let again = city.engine.request(merge()).await.unwrap();
    assert!(again.repeated);
    merged(&city).await;
    city.engine.request(merge()).await.unwrap();
    merged(&city).await;
    city.sound().await;
}

#[tokio::test]
async fn a_merge_that_was_cut_is_finished_for_whoever_asks_under_another_key() {
    let city = cut_between_the_halves().await;
    let into = CaseCommand::Merge { into: case(2) };
    for _ in 0..2 {
        let again = city
            .engine
            .execute(&people::leader(), case(1), into.clone())
            .await;
        assert_eq!(again.unwrap_err().code(), "case_ended");
        merged(&city).await;
    }
    city.sound().await;
}

/// Two cases whose merge was cut after its first half.
async fn cut_between_the_halves() -> City {
    let city = City::on_disk().await;
    two(&city).await;
    let mut head = city.engine.log().watch(city.engine.tenant());
    head.borrow_and_update();
    let holders = Arc::strong_count(city.engine.log());
    // The head moves before the first half is answered, so the caller dies exactly between.
    tokio::select! {
        biased;
        _ = head.changed() => {}
        answer = city.engine.request(merge()) => panic!("not cut: {answer:?}"),
    }
    // The first half holds the log until it is settled, though nobody waits for it any more.
    while Arc::strong_count(city.engine.log()) > holders {
        tokio::task::yield_now().await;
    }
    let city = city.restart().await;
    assert_eq!(city.count(case(1), "CaseMerged").await, 1);
    assert_eq!(
        city.count(case(2), "DuplicateAbsorbed").await,
        0,
        "cut between the halves"
    );
    city
}

async fn all_reporters_follow_a_case_that_had_taken_others_in(city: City) {
    two(&city).await;
    city.engine.request(merge()).await.unwrap();
    city.allowed(people::resident(), case(3), report("noise"))
        .await;
    let into = CaseCommand::Merge { into: case(3) };
    city.allowed(people::leader(), case(2), into).await;
    let target = city.engine.case(case(3)).await.unwrap().unwrap();
    let subjects: Vec<&str> = target
        .reporters
        .iter()
        .map(|one| one.subject.as_str())
        .collect();
    assert_eq!(subjects, ["subject-2", "subject-1"]);
    city.sound().await;
}

async fn merges_that_cross_leave_one_case_on_the_ledger(city: City) {
    two(&city).await;
    let into = |from, target| {
        let command = CaseCommand::Merge { into: case(target) };
        Request::new(people::leader(), case(from), command)
    };
    let (one, other) = tokio::join!(
        city.engine.request(into(1, 2)),
        city.engine.request(into(2, 1))
    );
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    let open = async |id| city.engine.case(case(id)).await.unwrap().unwrap().is_open();
    assert_ne!(open(1).await, open(2).await);
}
