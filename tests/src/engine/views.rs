//! Views: a rebuild equals the live ones, a lost file of views comes back from the log.

use super::on_every_store;
use crate::city::work::{closed, on_the_spot, report, time_limited};
use crate::city::{City, case, people};
use chrono::TimeDelta;
use gridwhistle::Engine;
use gridwhistle::projections::questions::{CountsBy, LedgerFilter, LedgerSort, Moment, WatchList};
use std::sync::atomic::{AtomicU64, Ordering};

on_every_store! {
    a_rebuild_answers_every_question_as_before
}

/// A few cases at different stages, some of them late.
async fn lived(city: &City) {
    for number in 1..=3 {
        time_limited(city, case(number)).await;
    }
    on_the_spot(city, case(4)).await;
    closed(city, case(5)).await;
    city.allowed(people::resident(), case(6), report("noise at night"))
        .await;
    city.later(TimeDelta::days(9));
    city.engine.tick().await.unwrap();
    closed(city, case(7)).await;
    city.engine.catch_up().await.unwrap();
}

/// Every answer of the views, as text, now and as of last week.
async fn answers(engine: &Engine) -> Vec<String> {
    let questions = engine.questions();
    let filter = LedgerFilter::default();
    let reference = engine.reference();
    let mut all = Vec::new();
    for moment in [
        Moment::now(engine.now()),
        Moment::then(engine.now() - TimeDelta::days(8)),
    ] {
        let page = questions.ledger(&filter, LedgerSort::default(), None, 50, moment);
        all.push(format!("{:?}", page.await.unwrap().rows));
        for by in CountsBy::ALL {
            all.push(format!(
                "{:?}",
                questions.counts(by, &filter, moment).await.unwrap()
            ));
        }
        for list in WatchList::ALL {
            let page = questions.watch_list(list, &filter, &reference.calendars, None, 50, moment);
            all.push(format!("{:?}", page.await.unwrap()));
        }
        for number in 1..=7 {
            let story = questions.timeline(case(number), &reference, moment);
            all.push(format!("{:?}", story.await.unwrap()));
        }
    }
    all
}

async fn a_rebuild_answers_every_question_as_before(city: City) {
    lived(&city).await;
    let live = answers(&city.engine).await;
    assert!(live[0].contains(&case(3).to_string()), "{}", live[0]);
    let seen = AtomicU64::new(0);
    let position = city
        .engine
        .rebuild(|_| {
            seen.fetch_add(1, Ordering::Relaxed);
        })
        .await
        .unwrap();
    assert_eq!(position, city.head().await);
    assert!(seen.load(Ordering::Relaxed) > 0, "progress is told");
    assert_eq!(answers(&city.engine).await, live);
    // The swapped view goes on like the old one.
    city.allowed(people::resident(), case(8), report("a lamp"))
        .await;
    let reached = city.engine.catch_up().await.unwrap();
    assert_eq!(reached, city.head().await);
    assert_ne!(answers(&city.engine).await, live);
}

#[tokio::test]
async fn a_lost_file_of_views_comes_back_from_the_log() {
    let city = City::on_disk().await;
    lived(&city).await;
    let live = answers(&city.engine).await;
    let gone = |file: &std::path::Path| {
        let views = file.with_file_name("city.db.views");
        assert!(views.exists());
        std::fs::remove_file(views).unwrap();
    };
    let (engine, _folder) = city.after(gone).await;
    let engine = engine.unwrap();
    engine.catch_up().await.unwrap();
    assert_eq!(answers(&engine).await, live);
}
