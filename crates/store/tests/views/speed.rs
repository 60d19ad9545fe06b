//! Figures. That pages walk indexes is proven beside the statements, in `sqlite/read.rs`.
//!
//! By default over a few rows, to see that it runs. For figures:
//! `GRIDWHISTLE_VIEWS_ROWS=1000000 cargo test --release -p gridwhistle-store --test views speed
//! -- --nocapture`. Notes come with ids that rise with time, as case ids do; cases with scattered
//! numbers, the worst there is. The history is three ended versions for each open row.

use std::time::{Duration, Instant};

use gridwhistle_store::views::{
    Direction, Filter, Op, Query, RowOp, Tally, Value, ViewOptions, ViewStore, open,
};

use crate::sample::*;

const BATCH: i64 = 5_000;

fn rows() -> i64 {
    std::env::var("GRIDWHISTLE_VIEWS_ROWS").map_or(2_000, |rows| rows.parse().unwrap())
}

/// Spreads numbers over a table as real keys would.
fn scattered(n: i64) -> i64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed())
        .rotate_right(20)
}

async fn apply_all(
    store: &dyn ViewStore,
    generation: u64,
    from: u64,
    count: i64,
    op: impl Fn(i64) -> RowOp,
) -> (u64, f64) {
    let mut position = from;
    let mut spent = Duration::ZERO;
    for first in (0..count).step_by(usize::try_from(BATCH).unwrap()) {
        let ops: Vec<_> = (first..count.min(first + BATCH)).map(&op).collect();
        let started = Instant::now();
        store
            .apply(
                TENANT,
                "ledger",
                generation,
                over(position, position + 1),
                ops,
            )
            .await
            .unwrap();
        spent += started.elapsed();
        position += 1;
    }
    (position, count as f64 / spent.as_secs_f64())
}

fn versioned(n: i64, minute: i64, stage: &str) -> RowOp {
    let row = vec![
        "water".into(),
        scattered(n).into(),
        stage.into(),
        at(n % 100_000).into(),
    ];
    RowOp::Supersede {
        table: "cases",
        at: at(minute),
        row: row.into(),
    }
}

/// Median and worst of a few.
async fn time(store: &dyn ViewStore, what: &str, query: &Query) {
    let mut times = Vec::new();
    for _ in 0..21 {
        let started = Instant::now();
        let page = store.query(TENANT, "ledger", query.clone()).await.unwrap();
        times.push(started.elapsed());
        assert!(!page.rows.is_empty());
    }
    times.sort();
    println!("{what}: median {:?}, worst {:?}", times[10], times[20]);
}

fn by_due(way: Direction) -> Query {
    Query {
        order: vec![("due".into(), way)],
        ..Query::of("cases", 50)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&url(&folder), ViewOptions::default()).unwrap();
    let store = store.as_ref();
    let generation = store.open_view(TENANT, &LEDGER).await.unwrap().generation;
    let count = rows();
    write(store, generation, count).await;
    read(store, count).await;
}

async fn write(store: &dyn ViewStore, generation: u64, count: i64) {
    let id = |n: i64| format!("2025{n:019}");
    let unit = |n: i64| format!("unit{}", n % 40);
    let write = |n: i64| {
        put(note(
            &id(n),
            &unit(n),
            Some(n % 90),
            (n % 7 != 0).then_some(n),
        ))
    };
    let (position, rate) = apply_all(store, generation, 0, count, write).await;
    println!("put of new rows, three indexes: {rate:.0} a second");
    let again = |n: i64| put(note(&id(n * 31 % count), &unit(n), Some(n % 9), Some(n)));
    let (position, rate) = apply_all(store, generation, position, count / 5, again).await;
    println!("put over rows, three indexes: {rate:.0} a second");
    let first = |n| versioned(n, 0, "new");
    let (mut position, rate) = apply_all(store, generation, position, count, first).await;
    println!("supersede of new rows, two indexes: {rate:.0} a second");
    time(
        store,
        "open rows by due, no history",
        &by_due(Direction::Asc),
    )
    .await;
    for (minute, stage) in [(10, "working"), (20, "done"), (30, "open")] {
        let next = |n| versioned(n, minute, stage);
        let (moved, rate) = apply_all(store, generation, position, count, next).await;
        position = moved;
        println!("supersede of known rows at {minute}: {rate:.0} a second");
    }
    time(
        store,
        "open rows by due, with history",
        &by_due(Direction::Asc),
    )
    .await;
}

async fn read(store: &dyn ViewStore, count: i64) {
    time(store, "by key", &Query::of("cases", 50)).await;
    let overdue = Filter::compare("due", Op::Lt, at(90_000));
    let open_only = Filter::And(vec![Filter::eq("stage", "open"), overdue]);
    let query = Query {
        filter: open_only.clone(),
        ..by_due(Direction::Desc)
    };
    time(store, "open and overdue, latest first", &query).await;
    let mut deep = Query {
        order: vec![("minutes".into(), Direction::Asc)],
        ..Query::of("notes", 50)
    };
    for _ in 0..10 {
        deep.after = store
            .query(TENANT, "ledger", deep.clone())
            .await
            .unwrap()
            .next;
    }
    time(store, "within thousands of ties", &deep).await;
    let as_of = Query {
        as_of: Some(at(15)),
        ..by_due(Direction::Asc)
    };
    time(store, "as of an instant in the past", &as_of).await;
    let tally = Tally {
        table: "notes".into(),
        as_of: None,
        filter: Filter::All,
        group_by: vec!["unit".into()],
        counts: vec![("open".into(), Filter::eq("open", true))],
        sums: vec![("minutes".into(), "minutes".into())],
    };
    let started = Instant::now();
    assert_eq!(
        store.tally(TENANT, "ledger", tally).await.unwrap().len(),
        40
    );
    println!("tally of {count} rows by unit: {:?}", started.elapsed());
    let key: Vec<Value> = vec!["water".into(), scattered(7).into()];
    let found = store
        .get(TENANT, "ledger", "cases", &key, Some(at(25)))
        .await
        .unwrap();
    assert_eq!(found.unwrap()[2], "done".into());
}
