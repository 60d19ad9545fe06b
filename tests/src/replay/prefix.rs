//! A replay answers what the city answered when the log ended there: every list, count and figure,
//! asked at many moments of a life and remembered.

use super::life::{CASES, Life};
use crate::city::{City, case};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::projections::questions::{
    AreaLevel, CasesBy, CountsBy, LedgerFilter, LedgerSort, Moment, Questions, WatchList, Window,
};
use gridwhistle_audit::replay::{Known, KnownBy, Replayed, case as replayed_case};
use gridwhistle_audit::{Problem, Source};
use std::sync::Arc;

/// What was answered, and when.
struct Remembered {
    now: DateTime<Utc>,
    head: u64,
    then: DateTime<Utc>,
    now_answers: Vec<String>,
    then_answers: Vec<String>,
}

/// Every answer about the city at a moment, as text.
async fn answers(questions: &Questions, reference: &Reference, moment: Moment) -> Vec<String> {
    let all = LedgerFilter::default();
    let mut told = Vec::new();
    let page = questions.ledger(&all, LedgerSort::Number, None, 100, moment);
    told.push(format!("{:?}", page.await.unwrap()));
    for by in CountsBy::ALL {
        let counts = questions.counts(by, &all, moment).await.unwrap();
        told.push(format!("{counts:?}"));
    }
    let calendars = &reference.calendars;
    for list in WatchList::ALL {
        let page = questions.watch_list(list, &all, calendars, None, 100, moment);
        told.push(format!("{:?}", page.await.unwrap()));
    }
    let at = moment.instant();
    let window = Window::new(at - TimeDelta::days(20), at + TimeDelta::days(1)).unwrap();
    let departments = questions.departments(window, moment, calendars);
    told.push(format!("{:?}", departments.await.unwrap()));
    let areas = questions.areas(AreaLevel::Street, window, moment, calendars);
    told.push(format!("{:?}", areas.await.unwrap()));
    let indicators = questions.indicators(CasesBy::City, window, moment);
    told.push(format!("{:?}", indicators.await.unwrap()));
    let ranking = questions.ranking(window, moment, reference);
    told.push(format!("{:?}", ranking.await.unwrap()));
    let rules = reference.policies.satisfaction_of(window.from);
    for by in [CasesBy::City, CasesBy::Unit] {
        let satisfaction = questions.satisfaction(by, window, moment, &rules);
        told.push(format!("{:?}", satisfaction.await.unwrap()));
    }
    let rules = reference.policies.evaluation_of(window.from);
    for side in [Side::Area, Side::Department] {
        let evaluations = questions.evaluations(window, moment, side, &rules);
        told.push(format!("{:?}", evaluations.await.unwrap()));
    }
    let matrix = questions.matrix(window, moment, &rules).await;
    told.push(format!("{:?}", matrix.unwrap()));
    let appraisals = questions.appraisals(window, moment).await;
    told.push(format!("{:?}", appraisals.unwrap()));
    for number in 1..=CASES {
        let file = questions.case(case(number), moment).await.unwrap();
        told.push(format!("{file:?}"));
    }
    told
}

async fn remember(city: &City, life: &mut Life) -> Remembered {
    city.engine.catch_up().await.unwrap();
    let (now, reference) = (city.engine.now(), city.engine.reference());
    let back = i64::try_from(life.below(6 * 24 * 60)).unwrap_or(0);
    let then = now - TimeDelta::minutes(back);
    let questions = city.engine.questions();
    Remembered {
        now,
        head: city.head().await,
        then,
        now_answers: answers(questions, &reference, Moment::now(now)).await,
        then_answers: answers(questions, &reference, Moment::then(then)).await,
    }
}

async fn check(source: &Source, one: &Remembered, end: DateTime<Utc>) {
    let known = Known::find(source, KnownBy::At(one.now), end)
        .await
        .unwrap();
    assert_eq!(known.position, one.head, "known at {}", one.now);
    let replayed = Replayed::of(source, known).await.unwrap();
    let (questions, reference) = (replayed.questions(), replayed.reference());
    let moment = known.moment(None).unwrap();
    let told = answers(questions, reference, moment).await;
    assert_eq!(told, one.now_answers, "known at {}", one.now);
    let moment = known.moment(Some(one.then)).unwrap();
    let told = answers(questions, reference, moment).await;
    assert_eq!(told, one.then_answers, "as of {} at {}", one.then, one.now);
    // One case alone is read from its stream, and gives the same rows.
    for number in 1..=3 {
        for as_of in [None, Some(one.then)] {
            let moment = known.moment(as_of).unwrap();
            let expected = questions.case(case(number), moment).await.unwrap();
            let alone = replayed_case::then(source, known, case(number), as_of).await;
            match alone {
                Ok(alone) => assert_eq!(Some(alone.file), expected),
                Err(Problem::Replay(problem)) => {
                    assert!(problem.is_no_case() && expected.is_none(), "{problem}");
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_answers_what_the_city_answered_when_the_log_ended_there() {
    for seed in [1, 20] {
        let city = City::in_memory().await;
        let mut life = Life::new(seed);
        let mut all = vec![remember(&city, &mut life).await];
        while life.step(&city).await {
            if life.below(9) == 0 {
                all.push(remember(&city, &mut life).await);
            }
        }
        all.push(remember(&city, &mut life).await);
        assert!(all.len() > 5, "{} moments", all.len());
        let log = Arc::clone(city.engine.log());
        let source = Source::of(log, city.engine.tenant()).await.unwrap();
        for one in &all {
            check(&source, one, city.engine.now()).await;
        }
    }
}
