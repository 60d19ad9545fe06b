//! The contract of a view store, clause by clause. A new backend joins with one line at the end.

use gridwhistle_store::views::{
    Column, Cursor, Direction, Filter, Op, Query, RowOp, Table, Tally, TallyRow, Value, View,
    ViewError,
};

use crate::sample::*;

async fn note_of(desk: &Desk, id: &str) -> Option<Vec<Value>> {
    desk.store
        .get(TENANT, "ledger", "notes", &[id.into()], None)
        .await
        .unwrap()
}

async fn stage_at(desk: &Desk, minute: Option<i64>) -> Option<String> {
    let key = ["water".into(), 1.into()];
    let row = desk
        .store
        .get(TENANT, "ledger", "cases", &key, minute.map(at))
        .await
        .unwrap();
    row.map(|row| row[2].as_text().unwrap().to_owned())
}

/// `stage from to` of every version, minutes for instants.
async fn history(desk: &Desk) -> Vec<String> {
    let rows = desk.store.dump(TENANT, "ledger", "cases").await.unwrap();
    let minute = |value: &Value| {
        value.as_instant().map_or("now".to_owned(), |i| {
            ((i - at(0)).num_seconds() / 60).to_string()
        })
    };
    rows.iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row[2].as_text().unwrap(),
                minute(&row[4]),
                minute(&row[5])
            )
        })
        .collect()
}

async fn plain_rows_are_written_over_and_removed(desk: Desk) {
    desk.open().await;
    let (old, new) = (note("a", "x", Some(1), None), note("a", "y", None, Some(3)));
    desk.apply(vec![put(old), put(new.clone())]).await;
    assert_eq!(note_of(&desk, "a").await, Some(new.clone()));
    assert_eq!(
        desk.store.dump(TENANT, "ledger", "notes").await.unwrap(),
        vec![new]
    );
    let delete = |id: &str| RowOp::Delete {
        table: "notes",
        key: vec![id.into()],
    };
    desk.apply(vec![delete("a"), delete("never")]).await;
    assert_eq!(note_of(&desk, "a").await, None);
}

async fn history_can_be_read_as_of_any_instant(desk: Desk) {
    desk.open().await;
    desk.apply(vec![
        supersede(10, case(1, "new")),
        supersede(20, case(1, "working")),
    ])
    .await;
    desk.apply(vec![end(30, 1)]).await;
    assert_eq!(history(&desk).await, ["new 10 20", "working 20 30"]);
    for (minute, stage) in [
        (9, None),
        (10, Some("new")),
        (19, Some("new")),
        (20, Some("working")),
        (29, Some("working")),
        (30, None),
    ] {
        assert_eq!(
            stage_at(&desk, Some(minute)).await.as_deref(),
            stage,
            "minute {minute}"
        );
        let query = Query {
            as_of: Some(at(minute)),
            ..Query::of("cases", 1)
        };
        let page = desk.store.query(TENANT, "ledger", query).await.unwrap();
        assert_eq!(
            page.rows.first().and_then(|row| row[2].as_text()),
            stage,
            "minute {minute}"
        );
        assert_eq!(page.next, None);
    }
    assert_eq!(stage_at(&desk, None).await, None);
    assert_eq!(desk.walk(Query::of("cases", 10)).await, []);
}

async fn versions_never_overlap_and_are_never_empty(desk: Desk) {
    desk.open().await;
    // Three events at one instant give one version.
    desk.apply(vec![
        supersede(10, case(1, "a")),
        supersede(10, case(1, "b")),
    ])
    .await;
    desk.apply(vec![supersede(10, case(1, "c"))]).await;
    assert_eq!(history(&desk).await, ["c 10 now"]);
    // A late one replaces in place.
    desk.apply(vec![
        supersede(20, case(1, "d")),
        supersede(15, case(1, "late")),
    ])
    .await;
    assert_eq!(history(&desk).await, ["c 10 20", "late 20 now"]);
    // What ends at its beginning leaves no trace; a successor begins after the last end.
    desk.apply(vec![end(20, 1), supersede(5, case(1, "again")), end(99, 2)])
        .await;
    assert_eq!(history(&desk).await, ["c 10 20", "again 20 now"]);
    desk.apply(vec![end(30, 1), end(40, 1), supersede(30, case(1, "back"))])
        .await;
    assert_eq!(
        history(&desk).await,
        ["c 10 20", "again 20 30", "back 30 now"]
    );
}

async fn instants_are_kept_to_the_microsecond(desk: Desk) {
    desk.open().await;
    let fine = at(0) + chrono::TimeDelta::nanoseconds(1_999);
    let kept = at(0) + chrono::TimeDelta::microseconds(1);
    let mut row = note("a", "x", None, None);
    row[3] = fine.into();
    desk.apply(vec![put(row)]).await;
    assert_eq!(note_of(&desk, "a").await.unwrap()[3], kept.into());
    let query = Query {
        filter: Filter::eq("due", fine),
        ..Query::of("notes", 1)
    };
    assert_eq!(desk.walk(query).await, ["a".into()]);
}

async fn filters_are_two_valued(desk: Desk) {
    desk.open().await;
    let mut done = note("late", "Water 水务", Some(10), Some(5));
    done[4] = at(6).into();
    desk.apply(vec![
        put(done),
        put(note("none", "roads", None, None)),
        put(note("open", "100%_roads", Some(3), Some(7))),
    ])
    .await;
    let columns = |op| Filter::CompareColumns {
        left: "done".into(),
        op,
        right: "due".into(),
    };
    let holds = |text: &str| Filter::Contains {
        column: "unit".into(),
        text: text.into(),
    };
    let among = |values: Vec<Value>| Filter::In {
        column: "minutes".into(),
        values,
    };
    let cases: Vec<(Filter, &[&str])> = vec![
        (Filter::All, &["late", "none", "open"]),
        (Filter::And(vec![]), &["late", "none", "open"]),
        (Filter::Or(vec![]), &[]),
        (Filter::compare("minutes", Op::Ne, 10), &["open"]),
        (Filter::negate(Filter::eq("minutes", 10)), &["none", "open"]),
        (Filter::compare("minutes", Op::Ge, 3), &["late", "open"]),
        (Filter::compare("due", Op::Gt, at(5)), &["open"]),
        (
            Filter::negate(Filter::compare("due", Op::Gt, at(5))),
            &["late", "none"],
        ),
        (Filter::compare("due", Op::Le, at(5)), &["late"]),
        (Filter::eq("minutes", Value::Null), &[]),
        (
            Filter::negate(Filter::eq("minutes", Value::Null)),
            &["late", "none", "open"],
        ),
        (columns(Op::Gt), &["late"]),
        (Filter::negate(columns(Op::Gt)), &["none", "open"]),
        (
            among(vec![3.into(), Value::Null, 10.into()]),
            &["late", "open"],
        ),
        (among(vec![Value::Null]), &[]),
        (Filter::negate(among(vec![])), &["late", "none", "open"]),
        (Filter::IsNull("due".into()), &["none"]),
        (Filter::IsNotNull("due".into()), &["late", "open"]),
        (Filter::IsNull("done".into()), &["none", "open"]),
        (Filter::eq("open", true), &["late"]),
        (holds("ROADS"), &["none", "open"]),
        (holds("0%_r"), &["open"]),
        (holds("水"), &["late"]),
        (holds(""), &["late", "none", "open"]),
        (
            Filter::Or(vec![
                Filter::eq("minutes", 10),
                Filter::IsNull("due".into()),
            ]),
            &["late", "none"],
        ),
    ];
    for (filter, expected) in cases {
        let query = Query {
            filter: filter.clone(),
            ..Query::of("notes", 2)
        };
        let expected: Vec<Value> = expected.iter().map(|id| (*id).into()).collect();
        assert_eq!(desk.walk(query).await, expected, "{filter:?}");
    }
}

async fn paging_is_total_under_ties_and_nulls(desk: Desk) {
    desk.open().await;
    let row = |n: i64| {
        let due = (n % 3 != 0).then_some(n % 4);
        put(note(
            &format!("n{n:02}"),
            ["a", "b"][(n % 2) as usize],
            Some(n % 5),
            due,
        ))
    };
    desk.apply((0..40).map(row).collect()).await;
    let ids = |order: &[(&str, Direction)], limit| {
        let order = order
            .iter()
            .map(|(name, way)| ((*name).to_owned(), *way))
            .collect();
        desk.walk(Query {
            order,
            ..Query::of("notes", limit)
        })
    };
    use Direction::{Asc, Desc};
    for order in [
        &[("due", Asc)][..],
        &[("due", Desc)],
        &[("due", Asc), ("minutes", Desc)],
        &[("unit", Desc), ("due", Asc)],
        &[("open", Asc), ("due", Desc), ("id", Asc)],
        &[],
    ] {
        let whole = ids(order, 1_000).await;
        assert_eq!(whole.len(), 40);
        for limit in [1, 3, 7, 39, 40] {
            assert_eq!(
                ids(order, limit).await,
                whole,
                "{order:?} in pages of {limit}"
            );
        }
    }
    let due = async |id: &Value| note_of(&desk, id.as_text().unwrap()).await.unwrap()[3].clone();
    let (asc, desc) = (
        ids(&[("due", Asc)], 9).await,
        ids(&[("due", Desc)], 9).await,
    );
    assert!(due(&asc[39]).await.is_null() && !due(&asc[0]).await.is_null());
    assert!(due(&desc[0]).await.is_null() && !due(&desc[39]).await.is_null());
    assert_eq!(asc.into_iter().rev().collect::<Vec<_>>(), desc);
}

async fn a_cursor_serves_its_own_question_only(desk: Desk) {
    desk.open().await;
    desk.apply(
        (0..9)
            .map(|n| put(note(&n.to_string(), "x", Some(n), None)))
            .collect(),
    )
    .await;
    desk.apply((0..9).map(|n| supersede(1, case(n, "new"))).collect())
        .await;
    let by_minutes = vec![("minutes".to_owned(), Direction::Asc)];
    let first = Query {
        order: by_minutes,
        ..Query::of("notes", 2)
    };
    let next = desk
        .store
        .query(TENANT, "ledger", first.clone())
        .await
        .unwrap()
        .next
        .unwrap();
    assert!(
        next.as_str().bytes().all(|b| b.is_ascii_alphanumeric()),
        "{next}"
    );
    let ask = async |query: Query| {
        let query = Query {
            after: Some(next.clone()),
            ..query
        };
        desk.store
            .query(TENANT, "ledger", query)
            .await
            .map(|page| page.rows.len())
    };
    assert_eq!(ask(first.clone()).await, Ok(2));
    assert_eq!(
        ask(Query::of("notes", 2)).await,
        Err(ViewError::CursorOfOtherQuery)
    );
    assert_eq!(
        ask(Query::of("cases", 2)).await,
        Err(ViewError::CursorOfOtherQuery)
    );
    let cut: Cursor = next.as_str()[..next.as_str().len() - 2].parse().unwrap();
    let query = Query {
        after: Some(cut),
        ..first
    };
    let answer = desk.store.query(TENANT, "ledger", query).await;
    assert_eq!(answer.unwrap_err(), ViewError::CursorUnreadable);
}

async fn a_tally_counts_and_sums_by_group(desk: Desk) {
    desk.open().await;
    let tally = |group_by: &[&str]| Tally {
        table: "notes".into(),
        as_of: None,
        filter: Filter::compare("id", Op::Ne, "e"),
        group_by: group_by.iter().map(|name| (*name).into()).collect(),
        counts: vec![
            ("all".into(), Filter::All),
            ("due".into(), Filter::IsNotNull("due".into())),
        ],
        sums: vec![("minutes".into(), "minutes".into())],
    };
    let ask = async |group_by: &[&str]| {
        desk.store
            .tally(TENANT, "ledger", tally(group_by))
            .await
            .unwrap()
    };
    let row = |group: Vec<Value>, counts: [i64; 2], sum| TallyRow {
        group,
        counts: counts.to_vec(),
        sums: vec![sum],
    };
    assert_eq!(ask(&[]).await, [row(vec![], [0, 0], 0)]);
    assert_eq!(ask(&["unit"]).await, []);
    desk.apply(vec![
        put(note("a", "x", Some(i64::MAX), Some(1))),
        put(note("b", "x", Some(-7), None)),
        put(note("c", "y", None, Some(1))),
        put(note("d", "y", Some(-3), None)),
        put(note("e", "z", Some(1), None)),
    ])
    .await;
    let x = row(vec!["x".into()], [2, 1], i64::MAX - 7);
    assert_eq!(ask(&["unit"]).await, [x, row(vec!["y".into()], [2, 1], -3)]);
    assert_eq!(ask(&[]).await, [row(vec![], [4, 2], i64::MAX - 10)]);
    let by_due = ask(&["due"]).await;
    assert_eq!(by_due[0].group, [at(1).into()]);
    assert_eq!(
        by_due[1],
        row(vec![Value::Null], [2, 0], -10),
        "null is the last group"
    );
    desk.apply(vec![put(note("b", "x", Some(7), None))]).await;
    let error = desk
        .store
        .tally(TENANT, "ledger", tally(&["unit"]))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        ViewError::SumTooLarge {
            table: "notes".into()
        }
    );
}

async fn rows_and_checkpoint_stand_or_fall_together(desk: Desk) {
    let generation = desk.open().await;
    let apply = async |from, to, ops| {
        desk.store
            .apply(TENANT, "ledger", generation, from, to, ops)
            .await
    };
    let row = |id: &str| put(note(id, "x", None, None));
    assert_eq!(apply(0, 10, vec![row("a")]).await, Ok(()));
    let moved = Err(ViewError::CheckpointMoved { found: 10 });
    assert_eq!(apply(0, 10, vec![row("b")]).await, moved);
    assert_eq!(apply(5, 15, vec![row("b")]).await, moved);
    for (from, to) in [(10, 10), (10, 9), (10, u64::MAX)] {
        let refused = Err(ViewError::NotForward { from, to });
        assert_eq!(apply(from, to, vec![row("b")]).await, refused);
    }
    let bad = RowOp::Put {
        table: "notes",
        row: vec!["c".into()],
    };
    assert!(matches!(
        apply(10, 11, vec![row("b"), bad]).await,
        Err(ViewError::Width { .. })
    ));
    assert_eq!(note_of(&desk, "b").await, None);
    assert_eq!(desk.store.position(TENANT, "ledger").await, Ok(10));
    assert_eq!(apply(10, 11, vec![]).await, Ok(()));
    assert_eq!(desk.store.position(TENANT, "ledger").await, Ok(11));
}

async fn of_many_workers_on_one_stretch_one_applies(desk: Desk) {
    let generation = desk.open().await;
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let store = desk.store.clone();
            tokio::spawn(async move {
                let ops = vec![put(note(&n.to_string(), "x", None, None))];
                store.apply(TENANT, "ledger", generation, 0, 5, ops).await
            })
        })
        .collect();
    let mut won = 0;
    for worker in workers {
        match worker.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert_eq!(error, ViewError::CheckpointMoved { found: 5 }),
        }
    }
    assert_eq!((won, desk.walk(Query::of("notes", 50)).await.len()), (1, 1));
}

async fn a_rebuild_grows_beside_the_live_view(desk: Desk) {
    let live = desk.open().await;
    desk.apply(vec![put(note("old", "x", None, None))]).await;
    let dropped = desk.store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    let rebuilt = desk.store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    assert!(live != rebuilt && dropped != rebuilt);
    let apply = async |generation, to| {
        let ops = vec![put(note("new", "x", None, None))];
        desk.store
            .apply(TENANT, "ledger", generation, to - 1, to, ops)
            .await
    };
    let unknown = |generation| {
        Err(ViewError::UnknownGeneration {
            view: "ledger".into(),
            generation,
        })
    };
    assert_eq!(apply(dropped, 1).await, unknown(dropped));
    assert_eq!(
        desk.store.swap(TENANT, "ledger", dropped).await,
        unknown(dropped)
    );
    assert_eq!(desk.store.swap(TENANT, "ledger", live).await, unknown(live));
    assert_eq!(apply(rebuilt, 1).await, Ok(()));
    assert_eq!(apply(rebuilt, 2).await, Ok(()));
    assert_eq!(desk.walk(Query::of("notes", 5)).await, ["old".into()]);
    assert_eq!(desk.store.position(TENANT, "ledger").await, Ok(1));
    assert_eq!(desk.store.swap(TENANT, "ledger", rebuilt).await, Ok(()));
    assert_eq!(desk.walk(Query::of("notes", 5)).await, ["new".into()]);
    assert_eq!(desk.store.position(TENANT, "ledger").await, Ok(2));
    assert_eq!(apply(live, 2).await, unknown(live));
    assert_eq!(apply(rebuilt, 3).await, Ok(()));
    assert_eq!(desk.open().await, rebuilt);
}

async fn another_version_asks_for_a_rebuild(desk: Desk) {
    let live = desk.open().await;
    desk.apply(vec![put(note("a", "x", None, None))]).await;
    // The same shape under another version can be read, but takes no rows.
    let state = desk
        .store
        .open_view(
            TENANT,
            &View {
                version: 2,
                ..LEDGER
            },
        )
        .await
        .unwrap();
    assert_eq!(
        (state.generation, state.position, state.needs_rebuild),
        (live, 1, true)
    );
    let needs = ViewError::NeedsRebuild {
        view: "ledger".into(),
        built: 1,
        wanted: 2,
    };
    let applied = desk.store.apply(TENANT, "ledger", live, 1, 2, vec![]).await;
    assert_eq!(applied, Err(needs.clone()));
    assert_eq!(desk.walk(Query::of("notes", 5)).await, ["a".into()]);
    // Another shape cannot even be read.
    assert!(
        desk.store
            .open_view(TENANT, &LEDGER_2)
            .await
            .unwrap()
            .needs_rebuild
    );
    let read = desk
        .store
        .query(TENANT, "ledger", Query::of("notes", 5))
        .await;
    assert_eq!(read.unwrap_err(), needs);
    let rebuilt = desk.store.begin_rebuild(TENANT, &LEDGER_2).await.unwrap();
    let ops = vec![put(vec!["b".into()])];
    desk.store
        .apply(TENANT, "ledger", rebuilt, 0, 9, ops)
        .await
        .unwrap();
    desk.store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    assert_eq!(desk.walk(Query::of("notes", 5)).await, ["b".into()]);
    let state = desk.store.open_view(TENANT, &LEDGER_2).await.unwrap();
    assert_eq!(
        (state.generation, state.position, state.needs_rebuild),
        (rebuilt, 9, false)
    );
}

async fn tenants_are_independent(desk: Desk) {
    desk.open().await;
    desk.apply(vec![put(note("a", "x", None, None))]).await;
    let other = desk.store.open_view("miyun", &LEDGER).await.unwrap();
    assert_eq!((other.position, other.needs_rebuild), (0, false));
    let rows = desk.store.dump("miyun", "ledger", "notes").await.unwrap();
    assert_eq!(rows, Vec::<Vec<Value>>::new());
    let rebuilt = desk.store.begin_rebuild("miyun", &LEDGER).await.unwrap();
    desk.store.swap("miyun", "ledger", rebuilt).await.unwrap();
    assert_eq!(desk.walk(Query::of("notes", 5)).await, ["a".into()]);
    let applied = desk
        .store
        .apply(TENANT, "ledger", rebuilt, 1, 2, vec![])
        .await;
    assert!(matches!(applied, Err(ViewError::UnknownGeneration { .. })));
    assert!(matches!(
        desk.store.open_view("", &LEDGER).await,
        Err(ViewError::BadTenant { .. })
    ));
    assert!(matches!(
        desk.store.position("nobody", "ledger").await,
        Err(ViewError::NotOpen { .. })
    ));
}

async fn names_and_values_are_checked_and_named(desk: Desk) {
    let generation = desk.open().await;
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
    let row = || note("a", "x", None, None);
    let with = |place: usize, value: Value| {
        let mut row = row();
        row[place] = value;
        put(row)
    };
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
                row: row(),
            },
            "view `ledger` has no table `note`",
        ),
        (
            RowOp::Put {
                table: "cases",
                row: case(1, "a"),
            },
            "table `cases` does not take `put`: it keeps history and takes supersede and end",
        ),
        (
            RowOp::Supersede {
                table: "notes",
                at: at(0),
                row: row(),
            },
            "table `notes` does not take `supersede`: it keeps no history and takes put and delete",
        ),
    ] {
        let applied = desk
            .store
            .apply(TENANT, "ledger", generation, 0, 1, vec![op])
            .await;
        assert_eq!(applied.unwrap_err().to_string(), message);
    }
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

macro_rules! conformance_suite {
    ($backend:ident, $desk:expr, $($clause:ident)+) => {
        mod $backend {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $clause() {
                    super::$clause($desk).await;
                }
            )+
        }
    };
    ($backend:ident, $desk:expr) => {
        conformance_suite!($backend, $desk,
            plain_rows_are_written_over_and_removed
            history_can_be_read_as_of_any_instant
            versions_never_overlap_and_are_never_empty
            instants_are_kept_to_the_microsecond
            filters_are_two_valued
            paging_is_total_under_ties_and_nulls
            a_cursor_serves_its_own_question_only
            a_tally_counts_and_sums_by_group
            rows_and_checkpoint_stand_or_fall_together
            of_many_workers_on_one_stretch_one_applies
            a_rebuild_grows_beside_the_live_view
            another_version_asks_for_a_rebuild
            tenants_are_independent
            names_and_values_are_checked_and_named
        );
    };
}

conformance_suite!(memory, crate::sample::Desk::memory());
conformance_suite!(sqlite, crate::sample::Desk::sqlite());
