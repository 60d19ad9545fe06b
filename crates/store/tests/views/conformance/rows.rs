//! What becomes of rows and their history.

use gridwhistle_store::views::{Filter, Query, RowOp, Value};

use crate::sample::*;

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

pub(crate) async fn plain_rows_are_written_over_and_removed(desk: Desk) {
    desk.open().await;
    let (old, new) = (note("a", "x", Some(1), None), note("a", "y", None, Some(3)));
    desk.apply(vec![put(old), put(new.clone())]).await;
    assert_eq!(desk.note("a").await, Some(new.clone()));
    assert_eq!(
        desk.store.dump(TENANT, "ledger", "notes").await.unwrap(),
        vec![new]
    );
    let delete = |id: &str| RowOp::Delete {
        table: "notes",
        key: vec![id.into()],
    };
    desk.apply(vec![delete("a"), delete("never")]).await;
    assert_eq!(desk.note("a").await, None);
}

pub(crate) async fn packed_rows_are_what_their_cells_are(desk: Desk) {
    desk.open().await;
    let notes = [
        note("a", "案\"x", Some(i64::MIN), Some(3)),
        note("b", "", None, None),
        note("c", &"long ".repeat(60), Some(0), Some(-40_000_000)),
    ];
    let put = |row: &Vec<Value>| RowOp::Put {
        table: "notes",
        row: packed(&COLUMNS_OF_NOTES, row),
    };
    desk.apply(notes.iter().map(put).collect()).await;
    assert_eq!(
        desk.store.dump(TENANT, "ledger", "notes").await.unwrap(),
        notes
    );
    let packed_case = |minute, stage: &str, columns| RowOp::Supersede {
        table: "cases",
        at: at(minute),
        row: packed(columns, &case(1, stage)),
    };
    // Packed for columns of the same kinds at another place: looked at cell by cell.
    desk.apply(vec![packed_case(0, "new", FILES.columns)]).await;
    desk.apply(vec![packed_case(5, "open", &COLUMNS_OF_CASES)])
        .await;
    let cells = supersede(7, case(1, "done"));
    desk.apply(vec![cells]).await;
    assert_eq!(history(&desk).await, ["new 0 5", "open 5 7", "done 7 now"]);
}

pub(crate) async fn numbers_are_added_up_and_a_row_of_zeros_does_not_stand(desk: Desk) {
    desk.open().await;
    let sums = async || desk.store.dump(TENANT, "ledger", "sums").await.unwrap();
    desk.apply(vec![add("a", 1, 0), add("b", 2, 1), add("a", 2, -1)])
        .await;
    assert_eq!(sums().await, [sum("a", 3, -1), sum("b", 2, 1)]);
    // By rows of their own, or in one step: the same.
    desk.apply(vec![add("a", -3, 0), add("b", -2, -1)]).await;
    assert_eq!(sums().await, [sum("a", 0, -1)]);
    desk.apply(vec![add("a", 0, 1), add("c", 0, 0)]).await;
    assert!(sums().await.is_empty());
    // What is put or removed in the same batch counts in its order.
    let put = |row: Vec<Value>| RowOp::Put {
        table: "sums",
        row: row.into(),
    };
    let delete = RowOp::Delete {
        table: "sums",
        key: vec!["a".into()],
    };
    let batch = vec![
        add("a", 7, 7),
        delete,
        add("a", 1, 1),
        put(sum("b", 5, 0)),
        add("b", 1, 0),
    ];
    desk.apply(batch).await;
    assert_eq!(sums().await, [sum("a", 1, 1), sum("b", 6, 0)]);
}

pub(crate) async fn history_can_be_read_as_of_any_instant(desk: Desk) {
    desk.open().await;
    desk.apply(vec![
        supersede(10, case(1, "new")),
        supersede(20, case(1, "working")),
    ])
    .await;
    desk.apply(vec![supersede(30, case(1, "done"))]).await;
    assert_eq!(
        history(&desk).await,
        ["new 10 20", "working 20 30", "done 30 now"]
    );
    for (minute, stage) in [
        (9, None),
        (10, Some("new")),
        (19, Some("new")),
        (20, Some("working")),
        (29, Some("working")),
        (30, Some("done")),
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
    assert_eq!(stage_at(&desk, None).await.as_deref(), Some("done"));
    let query = Query::of("cases", 10);
    assert_eq!(desk.walk(query).await, ["water".into()]);
}

pub(crate) async fn versions_never_overlap_and_are_never_empty(desk: Desk) {
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
    // One long after, in a batch of its own and with a step that comes too late.
    desk.apply(vec![
        supersede(30, case(1, "e")),
        supersede(25, case(1, "f")),
        supersede(40, case(1, "g")),
    ])
    .await;
    assert_eq!(
        history(&desk).await,
        ["c 10 20", "late 20 30", "f 30 40", "g 40 now"]
    );
}

pub(crate) async fn instants_are_kept_to_the_microsecond(desk: Desk) {
    desk.open().await;
    let fine = at(0) + chrono::TimeDelta::nanoseconds(1_999);
    let kept = at(0) + chrono::TimeDelta::microseconds(1);
    let mut row = note("a", "x", None, None);
    row[3] = fine.into();
    desk.apply(vec![put(row)]).await;
    assert_eq!(desk.note("a").await.unwrap()[3], kept.into());
    let query = Query {
        filter: Filter::eq("due", fine),
        ..Query::of("notes", 1)
    };
    assert_eq!(desk.walk(query).await, ["a".into()]);
}
