//! The counts of months, kept as events come, against the same figures counted anew from legs, residents
//! and forms.

mod forms;
mod orders;

use super::city::{City, TENANT, at};
use super::history::any_history;
use chrono::{DateTime, TimeDelta, Utc};
use forms::Told;
use gridwhistle_domain::calendar::{CalendarBook, Month};
use gridwhistle_domain::case::clock::Marks;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::score::composite::UnitScore;
use gridwhistle_projections::questions::{Departments, Moment, Questions, Window};
use proptest::prelude::*;

/// Half an hour becomes a week or two, so that histories cross months.
const STRETCH: i32 = 500;

fn stretched(at_: DateTime<Utc>) -> DateTime<Utc> {
    at(0) + (at_ - at(0)) * STRETCH + TimeDelta::seconds(7)
}

fn stretch_marks(marks: &mut Marks) {
    for mark in [
        &mut marks.amber,
        &mut marks.due,
        &mut marks.yellow,
        &mut marks.severe,
        &mut marks.red,
    ] {
        *mark = stretched(*mark);
    }
}

fn stretch(mut event: CaseEvent) -> CaseEvent {
    event.at = stretched(event.at);
    match &mut event.fact {
        F::ClockStarted { clock } => {
            clock.started_at = stretched(clock.started_at);
            clock.since = stretched(clock.since);
            stretch_marks(&mut clock.marks);
        }
        F::ClockResumed { marks, .. } => stretch_marks(marks),
        F::CaseSuspended { until, .. } => *until = stretched(*until),
        _ => {}
    }
    event
}

/// The same instant asked of a window that is a microsecond too long to be of whole months.
async fn anew(questions: &Questions, window: Window, at: DateTime<Utc>) -> Departments {
    departments(questions, too_long(window), Moment::then(at)).await
}

fn too_long(window: Window) -> Window {
    Window::new(window.from, window.before + TimeDelta::microseconds(1)).unwrap()
}

async fn departments(questions: &Questions, window: Window, moment: Moment) -> Departments {
    let calendars = CalendarBook::empty();
    questions
        .departments(window, moment, &calendars)
        .await
        .unwrap()
}

async fn ranked(questions: &Questions, window: Window, moment: Moment) -> Vec<UnitScore> {
    let reference = Reference::default();
    let ranking = questions.ranking(window, moment, &reference);
    ranking.await.unwrap().units
}

/// Of every window, at its end and as things stand.
async fn agree(questions: &Questions, last: DateTime<Utc>) {
    let mut month = Month::of(at(0));
    while month.start() <= last {
        for end in [month.next(), month.next().next().next()] {
            let window = Window::new(month.start(), end.start()).unwrap();
            let then = Moment::then(window.before);
            let kept = departments(questions, window, then).await;
            let same = anew(questions, window, window.before).await;
            assert_eq!(
                (&kept.units, &kept.total),
                (&same.units, &same.total),
                "{window:?} at its end"
            );
            // What an appeal decides later counts in what is asked later; so does what is struck or
            // reopened after the window.
            let later = Moment::then(end.next().next().start());
            let kept = departments(questions, window, later).await;
            let same = departments(questions, too_long(window), later).await;
            let (kept, same) = ((&kept.units, &kept.total), (&same.units, &same.total));
            assert_eq!(kept, same, "{window:?} asked later");
            for moment in [then, later] {
                let ranked = ranked(questions, window, moment).await;
                let same = self::ranked(questions, too_long(window), moment).await;
                assert_eq!(ranked, same, "{window:?} ranked, {moment:?}");
            }
            // Asked as things stand, before it ends: the events of a city that are still to come are not there.
            if window.before > last {
                let kept = departments(questions, window, Moment::now(last)).await;
                let same = anew(questions, window, last).await;
                let (kept, same) = ((&kept.units, &kept.total), (&same.units, &same.total));
                assert_eq!(kept, same, "{window:?} as things stand");
                let now = Moment::now(last);
                let kept = ranked(questions, window, now).await;
                let same = ranked(questions, too_long(window), now).await;
                assert_eq!(kept, same, "{window:?} ranked as things stand");
            }
        }
        month = month.next();
    }
}

async fn check(
    mut city: City,
    (history, evaluations): (Vec<(u128, Vec<CaseEvent>)>, Vec<Told>),
    cuts: Vec<u64>,
) {
    let mut last = forms::append(&mut city, &evaluations).await;
    for (case, facts) in history {
        let facts: Vec<CaseEvent> = facts.into_iter().map(stretch).collect();
        last = facts.iter().map(|fact| fact.at).fold(last, DateTime::max);
        city.append(super::city::case(case), &facts).await;
    }
    let runner = city.forgetful_runner().await;
    for cut in cuts {
        let until = runner.health().position + cut;
        runner.catch_up(Some(until)).await.unwrap();
    }
    runner.catch_up(None).await.unwrap();
    let questions = city.questions().await;
    agree(&questions, last).await;
    let months = async || {
        let mut rows = Vec::new();
        for table in ["unit_months", "form_months"] {
            rows.push(city.views.dump(TENANT, "cases", table).await.unwrap());
        }
        rows
    };
    let kept = months().await;
    runner.rebuild(|_| {}).await.unwrap();
    assert_eq!(months().await, kept, "a rebuild gives the same numbers");
    agree(&questions, last).await;
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(test);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_counts_of_months_are_those_of_the_legs(
        history in (any_history(), forms::any_evaluations()),
        cuts in prop::collection::vec(1_u64..9, 0..6),
    ) {
        run(check(City::in_memory(), history, cuts));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_counts_of_months_are_those_of_the_legs_on_sqlite(
        history in (any_history(), forms::any_evaluations()),
        cuts in prop::collection::vec(1_u64..9, 0..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        run(check(City::on_disk(folder.path()), history, cuts));
    }
}
