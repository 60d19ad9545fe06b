//! What is refused, and in which words.

use gridwhistle_store::views::{Column, Direction, Filter, Query, RowOp, Table, Value, View};

use crate::sample::*;

pub(crate) async fn names_and_values_are_checked_and_named(desk: Desk) {
    check_questions(&desk).await;
    check_steps(&desk).await;
    check_packed(&desk).await;
    check_sums(&desk).await;
    check_definitions(&desk).await;
}

async fn check_questions(desk: &Desk) {
    desk.open().await;
    let long = vec![Filter::All; 400];
    let deep = (0..60).fold(Filter::All, |filter, _| Filter::negate(filter));
    for (query, message) in [
        (
            Query::of("nothing", 5),
            "view `ledger` has no table `nothing`",
        ),
        (
            Query::of("notes", 0),
            "rows in a page must be 1 to 10000, not 0",
        ),
        (
            Query {
                filter: Filter::eq("dew", 1),
                ..Query::of("notes", 5)
            },
            "table `notes` has no column `dew`",
        ),
        (
            Query {
                filter: Filter::eq("due", 1),
                ..Query::of("notes", 5)
            },
            "column `due` of table `notes` takes instant, not integer",
        ),
        (
            Query {
                order: vec![("\"; drop".into(), Direction::Asc)],
                ..Query::of("notes", 5)
            },
            "table `notes` has no column `\"; drop`",
        ),
        (
            Query {
                as_of: Some(at(0)),
                ..Query::of("notes", 5)
            },
            "table `notes` keeps no history: ask without an as-of instant",
        ),
        (
            Query {
                filter: Filter::And(long),
                ..Query::of("notes", 5)
            },
            "parts of a filter must be 0 to 400, not 401",
        ),
        (
            Query {
                filter: deep,
                ..Query::of("notes", 5)
            },
            "nesting of a filter must be 0 to 50, not 51",
        ),
    ] {
        let error = desk.store.query(TENANT, "ledger", query).await.unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

/// A note with one other cell.
fn with(place: usize, value: Value) -> Vec<Value> {
    let mut row = note("a", "x", None, None);
    row[place] = value;
    row
}

async fn check_packed(desk: &Desk) {
    let note = |cells: &[Value]| packed(&COLUMNS_OF_NOTES, cells);
    for (row, message) in [
        (
            note(&with(1, "a\0b".into())),
            "column `unit` of table `notes` takes text without U+0000",
        ),
        (
            note(&with(0, Value::Null)),
            "column `id` of table `notes` takes text, not null",
        ),
        (
            packed(&COLUMNS_OF_CASES, &case(1, "a")),
            "a row of table `notes` has 6 values, not 4",
        ),
        (
            note(&case(1, "a")),
            "column `unit` of table `notes` takes text, not another cell",
        ),
    ] {
        let table = "notes";
        refuses(desk, RowOp::Put { table, row }, message).await;
    }
}

async fn check_steps(desk: &Desk) {
    let row = || note("a", "x", None, None);
    let with = |place, value| put(with(place, value));
    for (op, message) in [
        (
            with(0, Value::Null),
            "column `id` of table `notes` takes text, not null",
        ),
        (
            with(2, "many".into()),
            "column `minutes` of table `notes` takes integer, not text",
        ),
        (
            with(1, "a\0b".into()),
            "column `unit` of table `notes` takes text without U+0000",
        ),
        (put(vec![]), "a row of table `notes` has 6 values, not 0"),
        (
            RowOp::Delete {
                table: "notes",
                key: vec![],
            },
            "a key of table `notes` has 1 values, not 0",
        ),
        (
            RowOp::Put {
                table: "note",
                row: row().into(),
            },
            "view `ledger` has no table `note`",
        ),
        (
            RowOp::Put {
                table: "cases",
                row: case(1, "a").into(),
            },
            "table `cases` does not take `put`: it keeps history and takes supersede",
        ),
        (
            RowOp::Supersede {
                table: "notes",
                at: at(0),
                row: row().into(),
            },
            "table `notes` does not take `supersede`: it keeps no history and takes put, delete and add",
        ),
    ] {
        refuses(desk, op, message).await;
    }
}

async fn check_sums(desk: &Desk) {
    let row = || note("a", "x", Some(1), None);
    for (op, message) in [
        (
            RowOp::Add {
                table: "notes",
                row: row(),
            },
            "column `unit` of table `notes` takes integer, not text",
        ),
        (
            RowOp::Add {
                table: "sums",
                row: vec!["a".into(), 1.into(), Value::Null],
            },
            "column `late` of table `sums` takes integer, not null",
        ),
        (
            RowOp::Add {
                table: "cases",
                row: case(1, "a"),
            },
            "table `cases` does not take `add`: it keeps history and takes supersede",
        ),
    ] {
        refuses(desk, op, message).await;
    }
}

async fn refuses(desk: &Desk, op: RowOp, message: &str) {
    let state = desk.store.open_view(TENANT, &LEDGER).await.unwrap();
    let applied = desk
        .store
        .apply(TENANT, "ledger", state.generation, over(0, 1), vec![op])
        .await;
    assert_eq!(applied.unwrap_err().to_string(), message);
}

async fn check_definitions(desk: &Desk) {
    const ODD: &[Table] = &[Table {
        name: "Odd",
        columns: &[Column::text("id")],
        ..NOTES
    }];
    let odd = View {
        name: "odd",
        version: 1,
        tables: ODD,
    };
    let error = desk.store.open_view(TENANT, &odd).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("view `odd` cannot be built: name `Odd`"),
        "{error}"
    );
}
