//! A city on a database: a move from a file and back, several processes, the questions of each.

use crate::city::work::{closed, on_the_spot, progress, time_limited, verified};
use crate::city::{City, at, case, open_with_keys, people};
use chrono::TimeDelta;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment, Window};
use gridwhistle::{Engine, moving};
use gridwhistle_cluster::Cluster;
use serde_json::Value;

/// What people read of a city: the ledger, the figures of its units, and their scores.
async fn read(engine: &Engine) -> Vec<Value> {
    engine.catch_up().await.unwrap();
    let asked = Moment::now(engine.now());
    let window = Window::new(at("2026-03-01 00:00"), at("2026-04-01 00:00")).unwrap();
    let (reference, questions) = (engine.reference(), engine.questions());
    let (filter, sort) = (LedgerFilter::default(), LedgerSort::default());
    let ledger = questions.ledger(&filter, sort, None, 100, asked).await;
    let calendars = &reference.calendars;
    let departments = questions.departments(window, asked, calendars).await;
    let ranking = questions.ranking(window, asked, &reference).await;
    vec![
        serde_json::to_value(ledger.unwrap()).unwrap(),
        serde_json::to_value(departments.unwrap()).unwrap(),
        serde_json::to_value(ranking.unwrap()).unwrap(),
    ]
}

/// Some cases at several stages, over some days.
async fn busy(city: &City) {
    for number in 1..=4 {
        closed(city, case(number)).await;
        city.later(TimeDelta::hours(7));
    }
    verified(city, case(5)).await;
    time_limited(city, case(6)).await;
    on_the_spot(city, case(7)).await;
    city.later(TimeDelta::days(9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_city_moves_from_its_file_to_a_database_and_back_and_reads_the_same() {
    let city = City::on_disk().await;
    busy(&city).await;
    let (before, tenant) = (read(&city.engine).await, city.engine.tenant());
    let database = tokio::task::block_in_place(|| Cluster::shared().database());
    let copied = moving::copy(city.url(), &database.url(), tenant, &mut |_, _| ()).await;
    let copied = copied.unwrap();
    assert_eq!(copied.chain, city.sound().await);
    assert_eq!(copied.events, city.head().await);

    let keys = Some(city.keys());
    let moved = open_with_keys(&database.url(), keys.clone(), &city.clock).await;
    let moved = moved.unwrap();
    assert_eq!(read(&moved).await, before);
    // It goes on where the file stood.
    let sweeping = progress("swept");
    moved
        .execute(&people::officer(), case(7), sweeping)
        .await
        .unwrap();
    let after = read(&moved).await;

    let back = format!("{}.back", city.url());
    let copied = moving::copy(&database.url(), &back, tenant, &mut |_, _| ()).await;
    assert_eq!(copied.unwrap().events, city.head().await + 1);
    let returned = open_with_keys(&back, keys, &city.clock).await.unwrap();
    assert_eq!(read(&returned).await, after);
    drop(returned);
    let other = moving::copy(city.url(), &back, tenant, &mut |_, _| ()).await;
    assert_eq!(
        other.unwrap_err().code(),
        "copy_refused",
        "the copy went on by itself"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_one_database_work_on_the_same_cases_and_read_the_same() {
    let city = City::on_a_database().await;
    let another = city.another().await;
    busy(&city).await;
    let first = read(&city.engine).await;
    assert_eq!(read(&another).await, first);
    another
        .execute(&people::community(), case(5), CaseCommand::SignOff {})
        .await
        .unwrap();
    city.allowed(people::officer(), case(7), progress("swept"))
        .await;
    let both = read(&city.engine).await;
    assert_ne!(both, first);
    assert_eq!(read(&another).await, both);
    assert_eq!(
        city.engine.case(case(5)).await.unwrap(),
        another.case(case(5)).await.unwrap()
    );
    city.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_without_a_place_for_its_keys_is_refused_before_it_is_asked() {
    let refused = Engine::open("postgres://nobody@127.0.0.1:1/city").await;
    assert_eq!(refused.err().unwrap().code(), "keys_not_named");
}
