//! Mutual evaluation through the engine: sealed blind, revealed together, lapsed when silent.

use super::on_every_store;
use crate::city::work::{LEAD, closed, report, respond, verified};
use crate::city::{City, case, people};
use chrono::TimeDelta;
use gridwhistle::Request;
use gridwhistle::domain::case::command::{CaseCommand, ReopenGround};
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::{Answer, Answers, Evaluation, Form, Side};
use gridwhistle::domain::policy::rows::EvidenceKind;

on_every_store! {
    two_sealed_forms_are_revealed_together
    a_silent_side_lapses_and_the_other_is_revealed_when_the_window_is_over
    when_both_are_silent_both_lapse
    a_case_that_is_closed_again_is_evaluated_again
}

pub(crate) fn answers(side: Side, score: u8) -> Answers {
    let form = Form::default_of(side);
    let asked = form.items.into_iter().filter(|item| !item.computed);
    let answer = |code| {
        let reason = (score <= 2).then(|| "late".to_owned());
        (code, Answer { score, reason })
    };
    Answers(asked.map(|item| answer(item.code)).collect())
}

/// The one pair of a closed time-limited case: the community and the water bureau.
pub(super) async fn pair(city: &City) -> EvaluationPair {
    closed(city, case(1)).await;
    let pairs = city.engine.evaluation_pairs(case(1)).await.unwrap();
    assert_eq!(pairs.len(), 1);
    assert_eq!(
        (pairs[0].left.as_str(), pairs[0].right.as_str()),
        ("C-1", "B-water")
    );
    pairs.into_iter().next().unwrap()
}

async fn now(city: &City, pair: &EvaluationPair) -> Evaluation {
    city.engine.evaluation(case(1), pair).await.unwrap()
}

/// Whether the answers of a side stand in clear anywhere in the log.
async fn in_clear(city: &City) -> bool {
    let log = city
        .engine
        .log()
        .read_log(city.engine.tenant(), 0, 100_000)
        .await
        .unwrap();
    log.iter()
        .filter(|event| event.stream.aggregate_type == "evaluation")
        .filter(|event| event.event_type != "EvaluationOpened")
        .any(|event| event.payload.contains("score"))
}

async fn two_sealed_forms_are_revealed_together(city: City) {
    let pair = pair(&city).await;
    let (area, department) = (people::community(), people::water());
    let engine = &city.engine;
    let low = answers(Side::Area, 2);
    engine
        .seal_evaluation(&area, case(1), &pair, Side::Area, low.clone())
        .await
        .unwrap();
    let state = now(&city, &pair).await;
    assert!(state.revealed().is_none() && state.sealed().contains_key(&Side::Area));
    assert!(!in_clear(&city).await, "the other side could have read it");
    let twice = engine.seal_evaluation(&area, case(1), &pair, Side::Area, answers(Side::Area, 5));
    assert_eq!(twice.await.unwrap_err().code(), "already_sealed");
    let (roads, foreign) = (people::roads(), answers(Side::Department, 5));
    let refused = engine.seal_evaluation(&roads, case(1), &pair, Side::Department, foreign);
    assert_eq!(refused.await.unwrap_err().code(), "not_a_side");

    let city = city.restart().await;
    let high = answers(Side::Department, 4);
    let sealed =
        city.engine
            .seal_evaluation(&department, case(1), &pair, Side::Department, high.clone());
    sealed.await.unwrap();
    let state = now(&city, &pair).await;
    let revealed = state.revealed().unwrap();
    assert_eq!(revealed[&Side::Area].answers, low);
    assert_eq!(revealed[&Side::Department].answers, high);
    assert!(state.lapsed().is_empty() && in_clear(&city).await);
    let head = city.head().await;
    city.later(TimeDelta::days(20));
    assert!(!city.engine.settle_evaluation(case(1), &pair).await.unwrap());
    assert_eq!(city.head().await, head, "nothing lapses after a reveal");
}

async fn a_silent_side_lapses_and_the_other_is_revealed_when_the_window_is_over(city: City) {
    let before = city.engine.now() - TimeDelta::days(400);
    let pair = pair(&city).await;
    let closed = city.engine.now();
    let given = answers(Side::Department, 4);
    let seal = |city: &City, side, answers| {
        let (engine, pair) = (city.engine.clone(), pair.clone());
        let actor = if side == Side::Area {
            people::community()
        } else {
            people::water()
        };
        async move {
            engine
                .seal_evaluation(&actor, case(1), &pair, side, answers)
                .await
        }
    };
    seal(&city, Side::Department, given.clone()).await.unwrap();
    city.later(TimeDelta::days(2));
    city.engine.tick().await.unwrap();
    assert!(
        now(&city, &pair).await.revealed().is_none(),
        "the window is open"
    );
    let city = city.restart().await;
    city.later(TimeDelta::days(12));
    city.engine.tick().await.unwrap();
    let state = now(&city, &pair).await;
    let revealed = state.revealed().unwrap();
    assert_eq!(revealed.len(), 1);
    assert_eq!(revealed[&Side::Department].answers, given);
    assert_eq!(state.lapsed().iter().collect::<Vec<_>>(), [&Side::Area]);
    let then = city.engine.evaluation_as_of(case(1), &pair, closed);
    let then = then.await.unwrap();
    assert!(then.revealed().is_none() && then.lapsed().is_empty());
    assert!(then.sealed().contains_key(&Side::Department));
    let pairs = |at| city.engine.evaluation_pairs_as_of(case(1), at);
    assert_eq!(pairs(closed).await.unwrap(), Some(vec![pair.clone()]));
    assert_eq!(pairs(before).await.unwrap(), None);
    let head = city.head().await;
    let late = seal(&city, Side::Area, answers(Side::Area, 1)).await;
    assert_eq!(late.unwrap_err().code(), "window_closed");
    city.engine.tick().await.unwrap();
    assert_eq!(city.head().await, head, "fired once");
}

async fn when_both_are_silent_both_lapse(city: City) {
    let pair = pair(&city).await;
    city.later(TimeDelta::days(14));
    city.engine.tick().await.unwrap();
    let state = now(&city, &pair).await;
    assert!(state.revealed().is_none());
    assert_eq!(state.lapsed().len(), 2, "no default good score for anybody");
    city.sound().await;
}

async fn water_seals(city: &City, pair: &EvaluationPair) {
    let (water, given) = (people::water(), answers(Side::Department, 4));
    let sealed = city
        .engine
        .seal_evaluation(&water, case(1), pair, Side::Department, given);
    sealed.await.unwrap();
}

/// Case 1 is reopened, done again and signed off.
pub(super) async fn closed_again(city: &City) {
    reopened(city).await;
    done_again(city).await;
}

async fn reopened(city: &City) {
    let reopen = CaseCommand::Reopen {
        ground: ReopenGround::SameProblem,
        note: "it leaks again".to_owned(),
        same_as: Some(case(77)),
    };
    // A case that nobody reported bears nothing out.
    let unknown = Request::new(people::community(), case(1), reopen.clone());
    let refused = city.engine.request(unknown).await.unwrap_err();
    assert_eq!(refused.code(), "ground_not_on_record");
    let again = report("water in the cellar again");
    city.allowed(people::resident(), case(77), again).await;
    city.allowed(people::community(), case(1), reopen).await;
}

async fn done_again(city: &City) {
    let contact = CaseCommand::ContactResident {
        leg: Some(LEAD),
        means: "phone".to_owned(),
        note: "once more".to_owned(),
    };
    city.allowed(people::water(), case(1), contact).await;
    let photos = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    city.allowed(people::water(), case(1), respond(&photos))
        .await;
    let pass = CaseCommand::VerifyPass {
        note: "dry".to_owned(),
    };
    city.allowed(people::community(), case(1), pass).await;
    city.allowed(people::community(), case(1), CaseCommand::SignOff {})
        .await;
}

async fn a_case_that_is_closed_again_is_evaluated_again(city: City) {
    let first = pair(&city).await;
    reopened(&city).await;
    let engine = &city.engine;
    water_seals(&city, &first).await;
    done_again(&city).await;
    let second = engine.evaluation_pairs(case(1)).await.unwrap().remove(0);
    let state = now(&city, &second).await;
    assert!(
        state.opening().is_some() && state.sealed().is_empty(),
        "a form of its own"
    );
    // Both end by the clock: the first with one side revealed, the second silent.
    city.later(TimeDelta::days(14));
    city.engine.tick().await.unwrap();
    assert_eq!(now(&city, &second).await.lapsed().len(), 2);
    let log = engine
        .log()
        .read_log(engine.tenant(), 0, 100_000)
        .await
        .unwrap();
    let count = |kind: &str| log.iter().filter(|event| event.event_type == kind).count();
    assert_eq!(
        (count("EvaluationsRevealed"), count("EvaluationLapsed")),
        (1, 2)
    );
    let head = city.head().await;
    city.engine.tick().await.unwrap();
    assert_eq!(city.head().await, head, "no hint is left over");
}

#[tokio::test]
async fn one_case_that_cannot_be_settled_stops_no_other_clock() {
    let city = City::on_disk().await;
    let pair = pair(&city).await;
    water_seals(&city, &pair).await;
    crate::city::work::time_limited(&city, case(2)).await;
    city.later(TimeDelta::days(14));
    let clock = std::sync::Arc::clone(&city.clock);
    let url = city.url().to_owned();
    let lost =
        |file: &std::path::Path| std::fs::remove_file(file.with_extension("db.keys")).unwrap();
    let (engine, _folder) = city.after(lost).await;
    let ticked = engine.unwrap().tick().await.unwrap();
    assert!(ticked.fired > 0, "the other case's clocks went on");
    assert_eq!(ticked.failures.len(), 1, "{:?}", ticked.failures);
    assert_eq!(ticked.failures[0].0, case(1));
    let again = crate::city::open(&url, &clock).await.unwrap();
    assert_eq!(again.tick().await.unwrap().failures.len(), 1, "tried again");
}

#[tokio::test]
async fn an_evaluation_that_a_crash_kept_closed_is_on_record_before_the_archive() {
    let city = City::on_disk().await;
    verified(&city, case(1)).await;
    let mut head = city.engine.log().watch(city.engine.tenant());
    head.borrow_and_update();
    let holders = std::sync::Arc::strong_count(city.engine.log());
    // The head moves before the signature is answered, so the caller dies exactly between.
    let community = people::community();
    tokio::select! {
        biased;
        _ = head.changed() => {}
        answer = city.engine.execute(&community, case(1), CaseCommand::SignOff {}) => {
            panic!("not cut: {answer:?}")
        }
    }
    while std::sync::Arc::strong_count(city.engine.log()) > holders {
        tokio::task::yield_now().await;
    }
    let city = city.restart().await;
    city.later(TimeDelta::days(60));
    city.engine.tick().await.unwrap();
    assert_eq!(city.count(case(1), "CaseArchived").await, 1);
    let pairs = city.engine.evaluation_pairs(case(1)).await.unwrap();
    let silent = now(&city, &pairs[0]).await;
    assert!(silent.opening().is_some() && silent.sealed().is_empty());
    city.sound().await;
}
