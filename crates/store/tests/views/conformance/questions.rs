//! Filters, pages, cursors, tallies.

use gridwhistle_store::views::{
    Cursor, Direction, Filter, Op, Query, Tally, TallyRow, Value, ViewError,
};

use crate::sample::*;

/// Filters, and which of the three rows below pass.
fn filters() -> Vec<(Filter, &'static [&'static str])> {
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
    vec![
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
    ]
}

/// Lists longer than what a database binds one by one, of each kind.
fn long_lists() -> Vec<(Filter, &'static [&'static str])> {
    let among = |column: &str, values: Vec<Value>| Filter::In {
        column: column.into(),
        values,
    };
    let even = || among("minutes", (0..100_000).map(|n| (2 * n).into()).collect());
    let names = (0..100).map(|n| format!("\"{n}\\\u{1}").into());
    let names = names.chain(["100%_roads".into(), "Water 水务".into()]);
    vec![
        (even(), &["late"]),
        (Filter::negate(even()), &["none", "open"]),
        (
            among("due", (-500..500).map(|n| at(n).into()).collect()),
            &["late", "open"],
        ),
        (among("unit", names.collect()), &["late", "open"]),
    ]
}

pub(crate) async fn filters_are_two_valued(desk: Desk) {
    desk.open().await;
    let mut done = note("late", "Water 水务", Some(10), Some(5));
    done[4] = at(6).into();
    desk.apply(vec![
        put(done),
        put(note("none", "roads", None, None)),
        put(note("open", "100%_roads", Some(3), Some(7))),
    ])
    .await;
    for (filter, expected) in filters().into_iter().chain(long_lists()) {
        let query = Query {
            filter: filter.clone(),
            ..Query::of("notes", 2)
        };
        let expected: Vec<Value> = expected.iter().map(|id| (*id).into()).collect();
        assert_eq!(desk.walk(query).await, expected, "{filter:?}");
    }
}

pub(crate) async fn paging_is_total_under_ties_and_nulls(desk: Desk) {
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
    let due = async |id: &Value| desk.note(id.as_text().unwrap()).await.unwrap()[3].clone();
    let (asc, desc) = (
        ids(&[("due", Asc)], 9).await,
        ids(&[("due", Desc)], 9).await,
    );
    assert!(due(&asc[39]).await.is_null() && !due(&asc[0]).await.is_null());
    assert!(due(&desc[0]).await.is_null() && !due(&desc[39]).await.is_null());
    assert_eq!(asc.into_iter().rev().collect::<Vec<_>>(), desc);
}

pub(crate) async fn a_cursor_serves_its_own_question_only(desk: Desk) {
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

pub(crate) async fn a_tally_counts_and_sums_by_group(desk: Desk) {
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
