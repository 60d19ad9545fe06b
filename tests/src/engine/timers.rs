//! Timers: each fires once, across restarts and from several tickers, and downtime is caught up.

use super::on_every_store;
use crate::city::work::{LEAD, on_the_spot, time_limited};
use crate::city::{City, at, case, people};
use chrono::TimeDelta;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::CaseFact;
use gridwhistle_store::views::{self, Lease, ViewOptions};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use uuid::Uuid;

on_every_store! {
    a_timer_fires_once_also_across_a_restart
    tickers_side_by_side_fire_each_timer_once
    downtime_is_caught_up
    the_clock_urges_once_on_the_working_day_after_the_due_time
    running_stops_at_the_shutdown_and_leaves_nothing_half_done
}

/// Facts of timers in the stream of a case, with how often each stands there.
async fn fired(city: &City, number: u128) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for event in city.events(case(number)).await {
        if event.by.role != gridwhistle::domain::actor::Role::System {
            continue;
        }
        let what = match &event.fact {
            CaseFact::CaseReminded { percent, .. } => format!("CaseReminded {percent}"),
            CaseFact::SupervisionRaised { rule, .. } => format!("SupervisionRaised {rule}"),
            CaseFact::CaseUrged { rule, .. } => format!("CaseUrged {rule:?}"),
            fact @ (CaseFact::LegAutoAcknowledged { .. } | CaseFact::CaseClosed { .. }) => {
                fact.name().to_owned()
            }
            _ => continue,
        };
        *found.entry(what).or_default() += 1;
    }
    found
}

fn once(what: &[&str]) -> BTreeMap<String, usize> {
    what.iter().map(|one| ((*one).to_owned(), 1)).collect()
}

async fn a_timer_fires_once_also_across_a_restart(city: City) {
    time_limited(&city, case(1)).await;
    assert_eq!(
        city.engine.tick().await.unwrap().fired,
        0,
        "nothing is due yet"
    );
    // Two working hours to acknowledge: at 10:59 not yet, at 11:01 the clock does it.
    city.later(TimeDelta::minutes(119));
    assert_eq!(city.engine.tick().await.unwrap().fired, 0);
    city.later(TimeDelta::minutes(2));
    assert_eq!(city.engine.tick().await.unwrap().fired, 1);
    assert_eq!(fired(&city, 1).await, once(&["LegAutoAcknowledged"]));
    let head = city.head().await;
    assert_eq!(city.engine.tick().await.unwrap().fired, 0);
    let city = city.restart().await;
    assert_eq!(city.engine.tick().await.unwrap().fired, 0);
    assert_eq!(city.head().await, head);
    let leg = city.engine.case(case(1)).await.unwrap().unwrap();
    assert!(leg.leg(LEAD).unwrap().auto_acknowledged);
}

async fn tickers_side_by_side_fire_each_timer_once(city: City) {
    const CASES: u128 = 8;
    for number in 1..=CASES {
        time_limited(&city, case(number)).await;
    }
    city.later(TimeDelta::hours(3));
    let mut tickers = JoinSet::new();
    for _ in 0..4 {
        let engine = city.engine.clone();
        tickers.spawn(async move { engine.tick().await.unwrap().fired });
    }
    let all: u64 = tickers.join_all().await.into_iter().sum();
    assert_eq!(all, CASES as u64, "each firing is counted by one ticker");
    for number in 1..=CASES {
        assert_eq!(fired(&city, number).await, once(&["LegAutoAcknowledged"]));
    }
    city.sound().await;
}

async fn downtime_is_caught_up(city: City) {
    time_limited(&city, case(1)).await;
    on_the_spot(&city, case(2)).await;
    // Nobody ticks for five weeks: the engine was off.
    let city = city.restart().await;
    city.later(TimeDelta::days(35));
    let caught = city.engine.tick().await.unwrap();
    assert!(caught.fired > 0);
    let first = fired(&city, 1).await;
    let all = [
        "LegAutoAcknowledged",
        "SupervisionRaised overdue_150",
        "SupervisionRaised overdue_200",
    ];
    for what in all {
        assert_eq!(first.get(what), Some(&1), "{what} of {first:?}");
    }
    assert!(first.values().all(|times| *times == 1), "{first:?}");
    let second = fired(&city, 2).await;
    assert!(second.values().all(|times| *times == 1), "{second:?}");
    let head = city.head().await;
    let city = city.restart().await;
    assert_eq!(city.engine.tick().await.unwrap().fired, 0);
    assert_eq!(city.head().await, head, "caught up once");
}

/// How often the clock urged a case, and by which rule.
async fn urges(city: &City, number: u128) -> usize {
    let found = fired(city, number).await;
    found
        .get(r#"CaseUrged Some("overdue_urge")"#)
        .copied()
        .unwrap_or(0)
}

async fn until(city: &City, local: &str) {
    city.later(at(local) - city.engine.now());
    city.engine.tick().await.unwrap();
}

async fn the_clock_urges_once_on_the_working_day_after_the_due_time(city: City) {
    // Five working days from Friday 11 September end on Friday the 18th; the Sunday after it is a
    // make-up workday. Five from the 18th end on Thursday the 24th, before the Mid-Autumn days off.
    until(&city, "2026-09-11 09:00").await;
    time_limited(&city, case(1)).await;
    until(&city, "2026-09-18 09:00").await;
    time_limited(&city, case(2)).await;
    until(&city, "2026-09-19 23:59").await;
    assert_eq!(urges(&city, 1).await, 0, "Saturday is off");
    until(&city, "2026-09-20 00:00").await;
    assert_eq!(urges(&city, 1).await, 1, "the make-up workday has begun");
    let city = city.restart().await;
    until(&city, "2026-09-23 10:00").await;
    assert_eq!(urges(&city, 1).await, 1, "once, also after a restart");
    until(&city, "2026-09-27 23:59").await;
    assert_eq!(urges(&city, 2).await, 0, "the days off");
    // The engine is off over the weekend and longer.
    let city = city.restart().await;
    until(&city, "2026-09-28 12:00").await;
    assert_eq!(urges(&city, 2).await, 1, "caught up");
    let silent = fired(&city, 1).await;
    let red = "SupervisionRaised urge_unanswered";
    assert_eq!(silent.get(red), None, "five working days end tonight");
    until(&city, "2026-10-31 10:00").await;
    for number in [1, 2] {
        let found = fired(&city, number).await;
        assert_eq!(found.get(red), Some(&1), "{found:?}");
        assert_eq!(urges(&city, number).await, 1);
    }
    city.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_processes_one_looks_after_the_timers_until_it_dies() {
    let city = City::on_a_database().await;
    time_limited(&city, case(1)).await;
    city.later(TimeDelta::hours(3));
    // A process that took its turn, and dies without a word.
    let views = views::open(city.url(), ViewOptions::default()).unwrap();
    let (tenant, holder) = (city.engine.tenant(), Uuid::new_v4());
    let term = Duration::from_secs(3);
    let lease = views.lease(tenant, "timers", holder, term).await.unwrap();
    assert_eq!(lease, Lease::Held);
    let mut head = city.engine.log().watch(tenant);
    head.borrow_and_update();
    let began = Instant::now();
    let (stop, stopped) = oneshot::channel::<()>();
    let engine = city.engine.clone();
    let running = tokio::spawn(async move { engine.run(async { drop(stopped.await) }).await });
    head.changed().await.unwrap();
    assert!(began.elapsed() >= term, "the other one may still be at it");
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(fired(&city, 1).await, once(&["LegAutoAcknowledged"]));
    city.sound().await;
}

async fn running_stops_at_the_shutdown_and_leaves_nothing_half_done(city: City) {
    time_limited(&city, case(1)).await;
    city.later(TimeDelta::hours(3));
    let mut head = city.engine.log().watch(city.engine.tenant());
    head.borrow_and_update();
    let (stop, stopped) = oneshot::channel::<()>();
    let engine = city.engine.clone();
    let running = tokio::spawn(async move {
        let shutdown = async {
            stopped.await.ok();
        };
        engine.run(shutdown).await
    });
    head.changed().await.unwrap();
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(fired(&city, 1).await, once(&["LegAutoAcknowledged"]));
    // Stopped means stopped: what comes due now waits for the next tick.
    city.later(TimeDelta::days(35));
    let before = city.head().await;
    let note = CaseCommand::Urge {
        note: "where is it".to_owned(),
    };
    let urged = city.allowed(people::supervisor(), case(1), note).await;
    assert_eq!(urged.version, city.events(case(1)).await.len() as u64);
    assert!(urged.position > before);
    city.sound().await;
}
