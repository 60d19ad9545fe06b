//! Checkpoints, rebuilds, versions, tenants.

use std::time::Duration;

use gridwhistle_store::views::{Lease, Query, RowOp, Stretch, Value, View, ViewError};
use uuid::Uuid;

use crate::sample::*;

pub(crate) async fn rows_and_checkpoint_stand_or_fall_together(desk: Desk) {
    let generation = desk.open().await;
    let apply = async |from, to, ops| {
        desk.store
            .apply(TENANT, "ledger", generation, over(from, to), ops)
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
        row: vec!["c".into()].into(),
    };
    assert!(matches!(
        apply(10, 11, vec![row("b"), bad]).await,
        Err(ViewError::Width { .. })
    ));
    assert_eq!(desk.note("b").await, None);
    assert_eq!(desk.store.position(TENANT, "ledger").await, Ok(10));
    assert_eq!(apply(10, 11, vec![]).await, Ok(()));
    assert_eq!(desk.store.position(TENANT, "ledger").await, Ok(11));
}

pub(crate) async fn a_checkpoint_names_the_log_whose_past_its_rows_are_of(desk: Desk) {
    let generation = desk.open().await;
    let state = async || desk.store.open_view(TENANT, &LEDGER).await.unwrap();
    assert_eq!(state().await.chain, [0; 32]);
    let stretch = Stretch {
        from: 0,
        to: 4,
        chain: [7; 32],
    };
    desk.store
        .apply(TENANT, "ledger", generation, stretch, vec![])
        .await
        .unwrap();
    assert_eq!((state().await.position, state().await.chain), (4, [7; 32]));
    let rebuilt = desk.store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    desk.store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    assert_eq!((state().await.position, state().await.chain), (0, [0; 32]));
}

pub(crate) async fn of_many_workers_on_one_stretch_one_applies(desk: Desk) {
    let generation = desk.open().await;
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let store = desk.store.clone();
            tokio::spawn(async move {
                let ops = vec![put(note(&n.to_string(), "x", None, None))];
                store
                    .apply(TENANT, "ledger", generation, over(0, 5), ops)
                    .await
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

pub(crate) async fn a_rebuild_grows_beside_the_live_view(desk: Desk) {
    let live = desk.open().await;
    desk.apply(vec![put(note("old", "x", None, None))]).await;
    let dropped = desk.store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    let rebuilt = desk.store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    assert!(live != rebuilt && dropped != rebuilt);
    let apply = async |generation, to| {
        let ops = vec![put(note("new", "x", None, None))];
        desk.store
            .apply(TENANT, "ledger", generation, over(to - 1, to), ops)
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

pub(crate) async fn another_version_asks_for_a_rebuild(desk: Desk) {
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
    let applied = desk
        .store
        .apply(TENANT, "ledger", live, over(1, 2), vec![])
        .await;
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
        .apply(TENANT, "ledger", rebuilt, over(0, 9), ops)
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

pub(crate) async fn tenants_are_independent(desk: Desk) {
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
        .apply(TENANT, "ledger", rebuilt, over(1, 2), vec![])
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

pub(crate) async fn work_is_one_holder_s_at_a_time_where_there_are_several(desk: Desk) {
    let (mine, theirs) = (Uuid::new_v4(), Uuid::new_v4());
    let long = Duration::from_secs(600);
    let ask = async |holder| desk.store.lease(TENANT, "ledger", holder, long).await;
    match ask(mine).await.unwrap() {
        Lease::Held => {
            assert_eq!(ask(theirs).await, Ok(Lease::Taken));
            desk.store.give_up(TENANT, "ledger", mine).await.unwrap();
            assert_eq!(ask(theirs).await, Ok(Lease::Held));
        }
        alone => assert_eq!(alone, Lease::Alone),
    }
}
