//! In which order the log took the events of different cases changes no byte of a ranking: only what
//! happened, and when, does.

use super::forms::{self, Told};
use super::{run, stretch};
use crate::city::{City, at, case};
use crate::history::any_history;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::calendar::{CalendarBook, Month};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_projections::questions::{Moment, Window};
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};

type History = Vec<(u128, Vec<CaseEvent>)>;

/// The events of each case, one after the other.
fn by_case(history: &History) -> BTreeMap<u128, VecDeque<CaseEvent>> {
    let mut cases = BTreeMap::<u128, VecDeque<CaseEvent>>::new();
    for (case, facts) in history {
        cases
            .entry(*case)
            .or_default()
            .extend(facts.iter().cloned());
    }
    cases
}

/// Whole cases, the last one first.
fn one_by_one(history: &History) -> History {
    let cases = by_case(history).into_iter().rev();
    cases.map(|(case, facts)| (case, facts.into())).collect()
}

/// An event of each case in turn.
fn in_turn(history: &History) -> History {
    let (mut cases, mut turns) = (by_case(history), Vec::new());
    while cases.values().any(|facts| !facts.is_empty()) {
        for (case, facts) in &mut cases {
            turns.extend(facts.pop_front().map(|fact| (*case, vec![fact])));
        }
    }
    turns
}

/// Rankings and figures of units as bytes: of each month and the two after it, at the end and later, and
/// of a window of no whole months.
async fn bytes(history: &History, forms: &[Told], forms_first: bool) -> Vec<String> {
    let mut city = City::in_memory();
    if forms_first {
        forms::append(&mut city, forms).await;
    }
    for (number, facts) in history {
        city.append(case(*number), facts).await;
    }
    if !forms_first {
        forms::append(&mut city, forms).await;
    }
    let (questions, reference) = (city.caught_up().await, Reference::default());
    let mut told = Vec::new();
    for window in windows(history) {
        for moment in [window.before, window.before + TimeDelta::days(200)].map(Moment::then) {
            let ranking = questions.ranking(window, moment, &reference).await.unwrap();
            told.push(serde_json::to_string(&ranking).unwrap());
            let calendars = CalendarBook::empty();
            let units = questions.departments(window, moment, &calendars);
            told.push(serde_json::to_string(&units.await.unwrap()).unwrap());
        }
    }
    told
}

fn windows(history: &History) -> Vec<Window> {
    let instants = history.iter().flat_map(|(_, facts)| facts);
    let last = instants
        .map(|fact| fact.at)
        .fold(at(0), DateTime::<Utc>::max);
    let (mut month, mut windows) = (Month::of(at(0)), Vec::new());
    while month.start() <= last {
        let end = month.next().next().next();
        windows.extend(Window::new(month.start(), end.start()));
        month = month.next();
    }
    windows.extend(Window::new(at(0), last + TimeDelta::days(9)));
    windows
}

async fn check(history: History, forms: Vec<Told>) {
    let stretched = |(case, facts): (u128, Vec<CaseEvent>)| {
        let facts = facts.into_iter().map(stretch).collect();
        (case, facts)
    };
    let history: History = history.into_iter().map(stretched).collect();
    let as_drawn = bytes(&history, &forms, true).await;
    assert!(!as_drawn.is_empty());
    for (other, forms_first) in [(one_by_one(&history), true), (in_turn(&history), false)] {
        assert_eq!(bytes(&other, &forms, forms_first).await, as_drawn);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_order_of_the_events_of_different_cases_changes_no_byte(
        (history, forms) in (any_history(), forms::any_evaluations()),
    ) {
        run(check(history, forms));
    }
}
