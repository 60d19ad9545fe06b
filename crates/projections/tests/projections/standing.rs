//! The four lists and the counts against slow ones, counted from the events; and clocks that stand
//! and go on by themselves.

use super::city::{City, at, case, fact};
use super::history::{
    accepted, any_history, handle, in_work, leg_opened, reported, started, stopped,
};
use super::lists::on_list;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::clock::{Clock, ClockId};
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::case::stage::{ClockKind, Stage};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::LegNo;
use gridwhistle_projections::Moment;
use gridwhistle_projections::questions::{CountsBy, LedgerFilter, WatchList};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The window still waits for materials when the suspension ends: its limit goes on standing.
#[tokio::test]
async fn a_limit_that_waits_for_materials_does_not_run_on_when_a_suspension_ends() {
    let mut city = City::in_memory().with_registry().await;
    let statutory = ClockId::case(ClockKind::Statutory);
    let waiting = [
        reported(),
        accepted(CaseClass::Proxy),
        F::SubmittedToWindow {
            window: "B-water".into(),
            receipt: "R-1".to_owned(),
            item: "x".to_owned(),
        },
        started(statutory, 0, 100),
        F::MaterialsRequested {
            materials: vec!["id card".to_owned()],
            notice: "N-1".to_owned(),
        },
        F::ClockSuspended {
            id: statutory,
            consumed: 50,
        },
        F::CaseSuspended {
            reason: "expert".to_owned(),
            until: at(500),
            proof: Vec::new(),
            excluded: false,
        },
    ];
    city.append(case(1), &waiting.map(|what| fact(50, what)))
        .await;
    let questions = city.caught_up().await;
    let on = async |list, minute| on_list(&questions, list, Moment::now(at(minute))).await;
    assert_eq!(on(WatchList::Suspended, 499).await, [1]);
    assert_eq!(on(WatchList::Suspended, 900).await, [1]);
    assert_eq!(on(WatchList::Overdue, 900).await, [0; 0]);
}

/// A duty that ran on meanwhile hides nothing that runs again, whether or not anybody notices.
#[tokio::test]
async fn a_clock_that_goes_on_by_itself_is_not_hidden_by_one_that_never_stood() {
    let mut city = City::in_memory().with_registry().await;
    city.append(case(1), &in_work(0, 100)).await;
    let acknowledge = ClockId::leg(ClockKind::Acknowledge, LegNo(2));
    let suspended = [
        leg_opened(LegNo(2), "B-roads"),
        started(acknowledge, 0, 1_000),
        F::CaseSuspended {
            reason: "expert".to_owned(),
            until: at(500),
            proof: Vec::new(),
            excluded: false,
        },
        F::ClockSuspended {
            id: handle(),
            consumed: 50,
        },
    ];
    city.append(case(1), &suspended.map(|what| fact(50, what)))
        .await;
    let questions = city.caught_up().await;
    let on = async |list, minute| on_list(&questions, list, Moment::now(at(minute))).await;
    assert_eq!(on(WatchList::Suspended, 499).await, [1]);
    assert_eq!(on(WatchList::Overdue, 499).await, [0; 0]);
    assert_eq!(on(WatchList::Overdue, 600).await, [1]);
    // Nor does one that was late when it stood hide, meanwhile, what is late now.
    let late = started(acknowledge, 50, 150);
    city.append(case(1), &[fact(50, stopped(acknowledge)), fact(50, late)])
        .await;
    let questions = city.caught_up().await;
    let on = async |list, minute| on_list(&questions, list, Moment::now(at(minute))).await;
    assert_eq!(on(WatchList::Overdue, 300).await, [1]);
}

/// The clocks that are owed and run at an instant, also those that nobody saw go on.
fn running(case: &Case, at: DateTime<Utc>) -> impl Iterator<Item = &Clock> {
    let until = case.suspension.as_ref().and_then(|held| held.until);
    let goes_on = until.is_some_and(|until| until <= at);
    case.owed_clocks()
        .filter(move |clock| clock.is_running() || goes_on)
}

fn is_overdue(case: &Case, at: DateTime<Utc>) -> bool {
    case.is_open() && running(case, at).any(|clock| clock.marks.due < at)
}

fn stands(case: &Case, at: DateTime<Utc>) -> bool {
    let on_hold = match &case.suspension {
        Some(held) => held.until.is_none_or(|until| until > at),
        None => case.owed_clocks().next().is_some() && running(case, at).next().is_none(),
    };
    case.is_open() && on_hold
}

/// Received, closed, open, voided, merged, reworks.
fn figures(cases: &BTreeMap<u128, Case>, reworks: &BTreeMap<u128, i64>) -> [i64; 6] {
    let mut figures = [0; 6];
    for (number, case) in cases {
        let stage = case.stage;
        let left_out = matches!(stage, Some(Stage::Voided | Stage::Merged));
        figures[0] += i64::from(!left_out);
        figures[1] += i64::from(matches!(stage, Some(Stage::Closed | Stage::Archived)));
        figures[2] += i64::from(case.is_open());
        figures[3] += i64::from(stage == Some(Stage::Voided));
        figures[4] += i64::from(stage == Some(Stage::Merged));
        figures[5] += reworks.get(number).filter(|_| !left_out).unwrap_or(&0);
    }
    figures
}

async fn check(history: Vec<(u128, Vec<CaseEvent>)>, minutes: Vec<i64>) {
    let mut city = City::in_memory().with_registry().await;
    for (number, events) in &history {
        city.append(case(*number), events).await;
    }
    let questions = city.caught_up().await;
    for minute in minutes {
        let (mut cases, mut reworks) = (BTreeMap::<u128, Case>::new(), BTreeMap::new());
        for (number, events) in &history {
            for event in events.iter().filter(|event| event.at <= at(minute)) {
                evolve(cases.entry(*number).or_default(), event);
                let rework = matches!(event.fact, F::ReworkRequired { .. });
                *reworks.entry(*number).or_insert(0) += i64::from(rework);
            }
        }
        let moment = Moment::then(at(minute));
        let on = async |list| -> BTreeSet<u128> {
            on_list(&questions, list, moment)
                .await
                .into_iter()
                .collect()
        };
        let fits = |test: fn(&Case, DateTime<Utc>) -> bool| -> BTreeSet<u128> {
            let fitting = cases.iter().filter(|(_, case)| test(case, at(minute)));
            fitting.map(|(number, _)| *number).collect()
        };
        let overdue = on(WatchList::Overdue).await;
        assert_eq!(overdue, fits(is_overdue), "overdue at {minute}");
        assert!(on(WatchList::Severe).await.is_subset(&overdue));
        assert!(on(WatchList::Prewarning).await.is_disjoint(&overdue));
        assert_eq!(on(WatchList::Suspended).await, fits(stands), "at {minute}");
        let all = LedgerFilter::default();
        let total = questions.counts(CountsBy::Unit, &all, moment).await;
        let total = total.unwrap().total;
        let told = [
            total.received,
            total.closed,
            total.open,
            total.excluded.voided,
            total.excluded.merged,
            total.reworks,
        ];
        assert_eq!(told, figures(&cases, &reworks), "counts at {minute}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn lists_and_counts_are_those_of_the_events_until_then(
        history in any_history(),
        minutes in prop::collection::vec(-1_i64..500, 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(history, minutes));
    }
}
