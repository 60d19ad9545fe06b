//! Random steps, then random questions: every backend gives the answer of the memory backend,
//! and walking page by page gives the answer of one large page.

use chrono::{DateTime, Utc};
use gridwhistle_store::views::{Direction, Filter, Op, Query, Row, RowOp, Tally, Value, ViewStore};
use proptest::prelude::*;

use crate::sample::*;
use crate::select::select;

const NOTE_COLUMNS: [&str; 6] = ["id", "unit", "minutes", "due", "done", "open"];

fn id() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "C", "c", "案", "%", "d"]).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = Value> {
    prop::option::of(prop::sample::select(vec![
        "", "a", "A", "ab", "Ab_%", "水务", "水", "é", "É",
    ]))
    .prop_map(Value::from)
}

fn integer() -> impl Strategy<Value = Value> {
    prop::option::of(prop_oneof![
        -3..4_i64,
        prop::sample::select(vec![i64::MIN, i64::MAX, 1 << 40, -(1 << 40)]),
    ])
    .prop_map(Value::from)
}

fn instant() -> impl Strategy<Value = Value> {
    prop::option::of((0..5_i64).prop_map(at)).prop_map(Value::from)
}

fn truth() -> impl Strategy<Value = Value> {
    prop::option::of(any::<bool>()).prop_map(Value::from)
}

fn value_of(column: &'static str) -> BoxedStrategy<Value> {
    match column {
        "id" => id().prop_map(Value::from).boxed(),
        "unit" => text().boxed(),
        "minutes" => integer().boxed(),
        "due" | "done" => instant().boxed(),
        _ => truth().boxed(),
    }
}

fn column() -> impl Strategy<Value = &'static str> {
    prop::sample::select(NOTE_COLUMNS.to_vec())
}

fn step() -> impl Strategy<Value = RowOp> {
    let note = NOTE_COLUMNS.map(value_of).to_vec();
    let case = || (prop::sample::select(vec!["water", "roads"]), 0..3_i64);
    let moment = || (0..12_i64).prop_map(at);
    prop_oneof![
        6 => note.prop_map(put),
        1 => id().prop_map(|id| RowOp::Delete { table: "notes", key: vec![id.into()] }),
        6 => (id(), -2..3_i64, -2..3_i64).prop_map(|(unit, done, late)| add(&unit, done, late)),
        2 => (id(), 0..3_i64, 0..3_i64).prop_map(|(unit, done, late)| RowOp::Put {
            table: "sums", row: sum(&unit, done, late).into(),
        }),
        1 => id().prop_map(|id| RowOp::Delete { table: "sums", key: vec![id.into()] }),
        6 => (case(), moment(), text(), instant()).prop_map(|((unit, number), at, stage, due)| {
            let row = vec![unit.into(), number.into(), stage, due].into();
            RowOp::Supersede { table: "cases", at, row }
        }),
        6 => (text(), 0..4_i64, moment(), text(), instant()).prop_map(
            |(unit, number, at, stage, due)| {
                let row = vec![unit, number.into(), stage, due].into();
                RowOp::Supersede { table: "files", at, row }
            }
        ),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop::sample::select(vec![Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge])
}

fn filter() -> BoxedStrategy<Filter> {
    let compare = column().prop_flat_map(|column| {
        (op(), value_of(column)).prop_map(move |(op, value)| Filter::compare(column, op, value))
    });
    let among = column().prop_flat_map(|column| {
        prop::collection::vec(value_of(column), 0..4).prop_map(move |values| Filter::In {
            column: column.into(),
            values,
        })
    });
    let columns = (op(), any::<bool>()).prop_map(|(op, swap)| {
        let (left, right) = if swap {
            ("due", "done")
        } else {
            ("done", "due")
        };
        Filter::CompareColumns {
            left: left.into(),
            op,
            right: right.into(),
        }
    });
    let held = text().prop_filter_map("a text", |value| {
        let text = value.as_text()?.to_owned();
        Some(Filter::Contains {
            column: "unit".into(),
            text,
        })
    });
    let leaf = prop_oneof![
        1 => Just(Filter::All),
        6 => compare,
        2 => among,
        2 => columns,
        2 => held,
        1 => column().prop_map(|column| Filter::IsNull(column.into())),
        1 => column().prop_map(|column| Filter::IsNotNull(column.into())),
    ];
    combined(leaf.boxed())
}

/// Filters of what has a history, where some columns are of the key and some are not.
fn case_filter() -> BoxedStrategy<Filter> {
    let column = prop::sample::select(vec!["unit", "stage"]);
    let text =
        (column, op(), text()).prop_map(|(column, op, value)| Filter::compare(column, op, value));
    let number = (op(), 0..4_i64).prop_map(|(op, value)| Filter::compare("number", op, value));
    let due = (op(), instant()).prop_map(|(op, value)| Filter::compare("due", op, value));
    let leaf = prop_oneof![
        2 => Just(Filter::All),
        2 => text,
        2 => number,
        1 => due,
        1 => Just(Filter::IsNull("due".into())),
    ];
    combined(leaf.boxed())
}

fn combined(leaf: BoxedStrategy<Filter>) -> BoxedStrategy<Filter> {
    let combined = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Or),
            inner.prop_map(Filter::negate),
        ]
    });
    combined.boxed()
}

fn order_of(columns: Vec<&'static str>) -> impl Strategy<Value = Vec<(String, Direction)>> {
    let way = prop::sample::select(vec![Direction::Asc, Direction::Desc]);
    let column = prop::sample::select(columns).prop_map(str::to_owned);
    prop::collection::vec((column, way), 0..4)
}

fn question() -> impl Strategy<Value = Query> {
    let notes = (filter(), order_of(NOTE_COLUMNS.to_vec()), 1..6_usize).prop_map(
        |(filter, order, limit)| Query {
            filter,
            order,
            ..Query::of("notes", limit)
        },
    );
    let order = order_of(vec!["unit", "number", "stage", "due"]);
    let asked = (
        versioned(),
        instant_asked(),
        case_filter(),
        order,
        1..4_usize,
    );
    let cases = asked.prop_map(|(table, as_of, filter, order, limit)| Query {
        as_of,
        filter,
        order,
        ..Query::of(table, limit)
    });
    prop_oneof![1 => notes, 1 => cases]
}

fn versioned() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["cases", "files"])
}

fn instant_asked() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    prop::option::of((0..13_i64).prop_map(at))
}

fn tally() -> impl Strategy<Value = Tally> {
    let counted =
        |filter: fn() -> BoxedStrategy<Filter>| (filter(), prop::collection::vec(filter(), 0..3));
    let by = |columns: Vec<&'static str>| {
        let column = prop::sample::select(columns).prop_map(str::to_owned);
        prop::collection::vec(column, 0..3)
    };
    let notes = (counted(filter), by(NOTE_COLUMNS.to_vec()));
    let notes = notes.prop_map(|(asked, by)| tallied("notes", None, asked, by, "minutes"));
    let by = by(vec!["unit", "number", "stage", "due"]);
    let cases = (versioned(), instant_asked(), counted(case_filter), by);
    let cases =
        cases.prop_map(|(table, as_of, asked, by)| tallied(table, as_of, asked, by, "number"));
    prop_oneof![1 => notes, 1 => cases]
}

fn tallied(
    table: &str,
    as_of: Option<DateTime<Utc>>,
    (filter, counts): (Filter, Vec<Filter>),
    group_by: Vec<String>,
    sum: &str,
) -> Tally {
    let counts = counts
        .into_iter()
        .map(|filter| ("count".to_owned(), filter));
    Tally {
        table: table.into(),
        as_of,
        filter,
        group_by,
        counts: counts.collect(),
        sums: vec![(sum.into(), sum.into())],
    }
}

/// One database for all cases: each begins with a view that was built anew and is empty.
async fn emptied() -> &'static Desk {
    static DESK: std::sync::OnceLock<Desk> = std::sync::OnceLock::new();
    let desk = DESK.get_or_init(Desk::postgres);
    desk.open().await;
    let rebuilt = desk.store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    desk.store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    desk
}

/// All rows of a table, walked in pages of so many.
async fn scanned(store: &dyn ViewStore, table: &str, limit: usize) -> Vec<Vec<Value>> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    loop {
        let after = rows.last().map(Vec::as_slice);
        let page = store.scan(TENANT, "ledger", table, after, limit).await;
        let page = page.unwrap();
        assert!(page.len() <= limit);
        let is_last = page.len() < limit;
        rows.extend(page);
        if is_last {
            return rows;
        }
    }
}

async fn agree(desk: &Desk, batches: Vec<Vec<RowOp>>, questions: Vec<Query>, tallies: Vec<Tally>) {
    let model = Desk::memory();
    for batch in batches.clone() {
        model.apply(batch.clone()).await;
        desk.apply(batch).await;
    }
    hold_the_same(desk, &model).await;
    ask(desk, &model, questions.clone(), tallies.clone()).await;
    rebuild(desk, batches).await;
    hold_the_same(desk, &model).await;
    ask(desk, &model, questions, tallies).await;
}

/// The same steps on a generation that nobody reads yet, their rows in one piece.
async fn rebuild(desk: &Desk, batches: Vec<Vec<RowOp>>) {
    let store = &desk.store;
    let generation = store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    for (batch, from) in batches.into_iter().zip(0..) {
        let batch = batch.into_iter().map(in_one_piece).collect();
        let applied = store.apply(TENANT, "ledger", generation, over(from, from + 1), batch);
        applied.await.unwrap();
    }
    store.swap(TENANT, "ledger", generation).await.unwrap();
}

fn in_one_piece(op: RowOp) -> RowOp {
    match op {
        RowOp::Put {
            table: "notes",
            row: Row::Cells(row),
        } => RowOp::Put {
            table: "notes",
            row: packed(&COLUMNS_OF_NOTES, &row),
        },
        RowOp::Supersede {
            table: "cases",
            at,
            row: Row::Cells(row),
        } => RowOp::Supersede {
            table: "cases",
            at,
            row: packed(&COLUMNS_OF_CASES, &row),
        },
        other => other,
    }
}

async fn hold_the_same(desk: &Desk, model: &Desk) {
    for table in ["notes", "cases", "files", "sums"] {
        let expected = model.store.dump(TENANT, "ledger", table).await.unwrap();
        assert_eq!(
            desk.store.dump(TENANT, "ledger", table).await.unwrap(),
            expected
        );
        for store in [&model.store, &desk.store] {
            assert_eq!(scanned(store.as_ref(), table, 3).await, expected);
        }
        check_intervals(table, &expected);
    }
}

async fn ask(desk: &Desk, model: &Desk, questions: Vec<Query>, tallies: Vec<Tally>) {
    let questions_asked = questions.clone();
    for mut question in questions {
        let whole = Query {
            limit: 1_000,
            ..question.clone()
        };
        let whole = desk.store.query(TENANT, "ledger", whole).await.unwrap();
        let mut walked = Vec::new();
        loop {
            let expected = model
                .store
                .query(TENANT, "ledger", question.clone())
                .await
                .unwrap();
            let page = desk
                .store
                .query(TENANT, "ledger", question.clone())
                .await
                .unwrap();
            assert_eq!(page, expected, "{question:?}");
            walked.extend(page.rows);
            question.after = page.next;
            if question.after.is_none() {
                break;
            }
        }
        assert_eq!(walked, whole.rows, "{question:?}");
    }
    select(desk, model, &questions_asked).await;
    for tally in tallies {
        let expected = model.store.tally(TENANT, "ledger", tally.clone()).await;
        assert_eq!(
            desk.store.tally(TENANT, "ledger", tally.clone()).await,
            expected,
            "{tally:?}"
        );
    }
}

/// No interval is empty and none of a key overlap.
fn check_intervals(table: &str, rows: &[Vec<Value>]) {
    let key = match table {
        "cases" => 0..2,
        "files" => 1..2,
        _ => return,
    };
    for row in rows {
        assert!(row[4] < row[5], "{row:?}");
    }
    for pair in rows
        .windows(2)
        .filter(|pair| pair[0][key.clone()] == pair[1][key.clone()])
    {
        assert!(pair[0][5] <= pair[1][4], "{pair:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_agrees(
        batches in prop::collection::vec(prop::collection::vec(step(), 0..12), 1..5),
        questions in prop::collection::vec(question(), 1..8),
        tallies in prop::collection::vec(tally(), 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(agree(&Desk::sqlite(), batches, questions, tallies));
    }

    #[test]
    fn postgres_agrees(
        batches in prop::collection::vec(prop::collection::vec(step(), 0..12), 1..5),
        questions in prop::collection::vec(question(), 1..8),
        tallies in prop::collection::vec(tally(), 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            agree(emptied().await, batches, questions, tallies).await;
        });
    }
}
