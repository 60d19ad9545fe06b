//! History: what a view says of an instant is what it would have said then.

use super::city::{City, TENANT, at, case};
use super::history::any_history;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_projections::Moment;
use gridwhistle_projections::case_view::LegRow;
use gridwhistle_store::views::{Query, Value};
use proptest::prelude::*;
use std::collections::BTreeSet;

type History = Vec<(u128, Vec<CaseEvent>)>;

async fn city_of(history: &History) -> City {
    let mut city = City::in_memory().with_registry().await;
    for (number, events) in history {
        city.append(case(*number), events).await;
    }
    city
}

/// Rows of ledger and legs and the clocks of every case, without the places in the log, which
/// differ.
async fn rows(city: &City, as_of: Option<DateTime<Utc>>) -> Vec<Vec<Vec<Value>>> {
    let mut all = Vec::new();
    for (table, columns) in [
        (
            "ledger",
            gridwhistle_projections::case_view::LedgerRow::COLUMNS,
        ),
        ("legs", gridwhistle_projections::case_view::LegRow::COLUMNS),
    ] {
        let query = Query {
            as_of,
            ..Query::of(table, 10_000)
        };
        let page = city.views.query(TENANT, "cases", query).await.unwrap();
        let places = ["position", "ledger_no"];
        let blank = |mut row: Vec<Value>| {
            for (value, column) in row.iter_mut().zip(columns) {
                if places.contains(&column.name) {
                    *value = Value::Null;
                }
            }
            row
        };
        all.push(page.rows.into_iter().map(blank).collect());
    }
    all.push(clocks(city, as_of).await);
    all
}

async fn clocks(city: &City, as_of: Option<DateTime<Utc>>) -> Vec<Vec<Value>> {
    let questions = city.questions().await;
    let mut all = Vec::new();
    for number in 1..4 {
        let moment = Moment::of(at(0), as_of);
        let file = questions.case(case(number), moment).await.unwrap();
        let clocks = file.into_iter().flat_map(|file| file.clocks);
        all.extend(clocks.map(|mut clock| {
            clock.ledger_no = 0;
            clock.into_values()
        }));
    }
    all
}

async fn check_every_boundary(history: History) {
    let whole = city_of(&history).await;
    whole.runner().await.catch_up(None).await.unwrap();
    let events = history.iter().flat_map(|(_, events)| events);
    let mut instants: BTreeSet<DateTime<Utc>> = events.map(|event| event.at).collect();
    instants.insert(at(-1));
    for instant in instants {
        let then: History = history
            .iter()
            .map(|(number, events)| {
                let seen = events.iter().filter(|event| event.at <= instant);
                (*number, seen.cloned().collect::<Vec<_>>())
            })
            .filter(|(_, events)| !events.is_empty())
            .collect();
        let naive = city_of(&then).await;
        naive.runner().await.catch_up(None).await.unwrap();
        let expected = rows(&naive, None).await;
        assert_eq!(
            rows(&whole, Some(instant)).await,
            expected,
            "as of {instant}"
        );
    }
}

/// Versions that follow each other with the same cells are one: where a batch ends within an instant,
/// a row may change and change back at that instant. A leg then says that it changed then.
fn joined(tables: Vec<Vec<Vec<Value>>>) -> Vec<Vec<Vec<Value>>> {
    let join = |table: Vec<Vec<Value>>| {
        let mut all: Vec<Vec<Value>> = Vec::new();
        for mut row in table {
            let cells = row.len().saturating_sub(2);
            if cells == LegRow::COLUMNS.len() {
                row[cells - 1] = Value::Null;
            }
            let before = all.last_mut().filter(|before| {
                before[..cells] == row[..cells] && before.last() == row.get(cells)
            });
            match before {
                Some(before) => *before = [&before[..=cells], &row[cells + 1..]].concat(),
                None => all.push(row),
            }
        }
        all
    };
    tables.into_iter().map(join).collect()
}

async fn check_batches(history: History, cuts: Vec<u64>) {
    let once = city_of(&history).await;
    once.runner().await.catch_up(None).await.unwrap();
    let pieces = city_of(&history).await;
    let forgetful = pieces.forgetful_runner().await;
    for cut in cuts {
        let until = forgetful.health().position + cut;
        forgetful.catch_up(Some(until)).await.unwrap();
    }
    forgetful.catch_up(None).await.unwrap();
    assert_eq!(joined(pieces.dump().await), joined(once.dump().await));
    // A rebuild beside it gives every row again.
    forgetful.rebuild(|_| {}).await.unwrap();
    assert_eq!(joined(pieces.dump().await), joined(once.dump().await));
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_as_of_an_instant_are_the_rows_of_the_events_until_then(history in any_history()) {
        run(check_every_boundary(history));
    }

    #[test]
    fn rows_do_not_depend_on_batches_nor_on_what_is_held_in_memory(
        history in any_history(),
        cuts in prop::collection::vec(1_u64..9, 0..6),
    ) {
        run(check_batches(history, cuts));
    }
}
