//! What only a file can suffer: damage, a kill, a second process, another program.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::sample::*;
use gridwhistle_store::views::{Query, View, ViewError, ViewOptions, ViewStore, open};
use rusqlite::Connection;
use tempfile::TempDir;

/// Where the child of the kill test finds its file; in the parent it is not set.
const CHILD_URL: &str = "GRIDWHISTLE_VIEWS_KILL_URL";

fn views_file(folder: &TempDir) -> PathBuf {
    folder.path().join("city.db.views")
}

fn reopen(folder: &TempDir) -> Result<std::sync::Arc<dyn ViewStore>, ViewError> {
    open(&url(folder), ViewOptions::default())
}

async fn filled(folder: &TempDir) {
    let store = reopen(folder).unwrap();
    let generation = store.open_view(TENANT, &LEDGER).await.unwrap().generation;
    let ops = (0..500)
        .map(|n| put(note(&format!("n{n}"), "x", Some(n), Some(n))))
        .collect();
    store
        .apply(TENANT, "ledger", generation, over(0, 500), ops)
        .await
        .unwrap();
}

#[tokio::test]
async fn reopening_sees_everything() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder).await;
    let store = reopen(&folder).unwrap();
    let state = store.open_view(TENANT, &LEDGER).await.unwrap();
    assert_eq!((state.position, state.needs_rebuild), (500, false));
    assert_eq!(
        store.dump(TENANT, "ledger", "notes").await.unwrap().len(),
        500
    );
}

#[tokio::test]
async fn a_reader_follows_another_process_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let missing = open(&url(&folder), read_only()).err().unwrap();
    assert_eq!(
        missing,
        ViewError::Missing {
            path: views_file(&folder)
        }
    );
    let writer = reopen(&folder).unwrap();
    let reader = open(&url(&folder), read_only()).unwrap();
    let state = reader.open_view(TENANT, &LEDGER).await.unwrap();
    assert_eq!(
        (state.generation, state.position, state.needs_rebuild),
        (0, 0, true)
    );
    let unbuilt = reader.query(TENANT, "ledger", Query::of("notes", 5)).await;
    assert_eq!(
        unbuilt.unwrap_err(),
        ViewError::NotBuilt {
            view: "ledger".into()
        }
    );

    let generation = writer.open_view(TENANT, &LEDGER).await.unwrap().generation;
    for n in 0..3 {
        let ops = vec![put(note(&n.to_string(), "x", None, None))];
        writer
            .apply(TENANT, "ledger", generation, over(n, n + 1), ops)
            .await
            .unwrap();
        assert_eq!(reader.position(TENANT, "ledger").await, Ok(n + 1));
    }
    let page = reader
        .query(TENANT, "ledger", Query::of("notes", 5))
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 3);
    // The reader finds the new tables by itself, and is told when they are not for it.
    let rebuilt = writer.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    writer.swap(TENANT, "ledger", rebuilt).await.unwrap();
    let page = reader
        .query(TENANT, "ledger", Query::of("notes", 5))
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 0);
    let rebuilt = writer.begin_rebuild(TENANT, &LEDGER_2).await.unwrap();
    writer.swap(TENANT, "ledger", rebuilt).await.unwrap();
    let error = reader
        .query(TENANT, "ledger", Query::of("notes", 5))
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        ViewError::NeedsRebuild {
            built: 2,
            wanted: 1,
            ..
        }
    ));

    let refused = reader
        .apply(TENANT, "ledger", rebuilt, over(0, 1), vec![])
        .await;
    assert_eq!(refused, Err(ViewError::ReadOnly));
    assert_eq!(
        reader.begin_rebuild(TENANT, &LEDGER).await,
        Err(ViewError::ReadOnly)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_never_see_a_half_built_view() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder).await;
    let writer = reopen(&folder).unwrap();
    writer.open_view(TENANT, &LEDGER).await.unwrap();
    let reader = open(&url(&folder), read_only()).unwrap();
    reader.open_view(TENANT, &LEDGER).await.unwrap();
    let watch = tokio::spawn(async move {
        let mut seen = 0;
        while reader.position(TENANT, "ledger").await.unwrap() < 1_010 {
            let rows = reader.dump(TENANT, "ledger", "notes").await.unwrap().len();
            assert!(rows == 500 || rows == 1_000, "{rows} rows");
            seen += 1;
        }
        seen
    });
    for round in 1..=10 {
        let rebuilt = writer.begin_rebuild(TENANT, &LEDGER).await.unwrap();
        let end = if round == 10 { 1_010 } else { 1_000 };
        for (from, to) in [(0, 400), (400, end)] {
            let rows = (from..to.min(1_000)).map(|n| put(note(&format!("n{n}"), "x", None, None)));
            let (from, to) = (u64::try_from(from).unwrap(), u64::try_from(to).unwrap());
            writer
                .apply(TENANT, "ledger", rebuilt, over(from, to), rows.collect())
                .await
                .unwrap();
        }
        writer.swap(TENANT, "ledger", rebuilt).await.unwrap();
    }
    assert!(watch.await.unwrap() > 0);
}

#[tokio::test]
async fn a_failure_in_the_midst_of_a_batch_leaves_neither_rows_nor_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder).await;
    let trigger = "create trigger stop before insert on g1_notes when new.id = 'poison'
                   begin select raise(abort, 'the disk is gone'); end";
    Connection::open(views_file(&folder))
        .unwrap()
        .execute_batch(trigger)
        .unwrap();
    let store = reopen(&folder).unwrap();
    let generation = store.open_view(TENANT, &LEDGER).await.unwrap().generation;
    let before = store.dump(TENANT, "ledger", "notes").await.unwrap();
    let ops = |last: &str| {
        vec![
            put(note("n1", "changed", None, None)),
            put(note(last, "x", None, None)),
        ]
    };
    let failed = store
        .apply(TENANT, "ledger", generation, over(500, 502), ops("poison"))
        .await;
    assert!(failed.unwrap_err().to_string().contains("the disk is gone"));
    assert_eq!(store.dump(TENANT, "ledger", "notes").await.unwrap(), before);
    assert_eq!(store.position(TENANT, "ledger").await, Ok(500));
    // The writer goes on working.
    store
        .apply(TENANT, "ledger", generation, over(500, 502), ops("fine"))
        .await
        .unwrap();
    assert_eq!(
        store.dump(TENANT, "ledger", "notes").await.unwrap().len(),
        501
    );
}

/// The child: applies batches of 50 rows until it is killed. Nothing to do in the parent's run.
#[tokio::test]
async fn child_of_the_kill_test() {
    let Ok(url) = std::env::var(CHILD_URL) else {
        return;
    };
    let store = open(&url, ViewOptions::default()).unwrap();
    let state = store.open_view(TENANT, &LEDGER).await.unwrap();
    let mut from = state.position;
    for _ in 0..100_000 {
        let rows = (from..from + 50).map(|n| put(note(&format!("n{n}"), "x", Some(1), None)));
        let rows = rows.collect();
        store
            .apply(
                TENANT,
                "ledger",
                state.generation,
                over(from, from + 50),
                rows,
            )
            .await
            .unwrap();
        from += 50;
    }
}

#[tokio::test]
async fn a_killed_process_leaves_rows_and_checkpoint_in_step() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder).await;
    let mut last = 500;
    for _ in 0..5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sqlite::child_of_the_kill_test"])
            .env(CHILD_URL, url(&folder))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let reader = open(&url(&folder), read_only()).unwrap();
        reader.open_view(TENANT, &LEDGER).await.unwrap();
        let started = Instant::now();
        while reader.position(TENANT, "ledger").await.unwrap() < last + 200 {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "the child does not write"
            );
            tokio::task::yield_now().await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let store = reopen(&folder).unwrap();
        let state = store.open_view(TENANT, &LEDGER).await.unwrap();
        assert!(state.position >= last + 200);
        last = state.position;
        let rows = store.dump(TENANT, "ledger", "notes").await.unwrap();
        assert_eq!(rows.len(), usize::try_from(last).unwrap());
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = views_file(&folder);
    std::fs::write(&path, "not a database at all, only some text\n".repeat(50)).unwrap();
    let error = reopen(&folder).err().unwrap();
    assert!(matches!(error, ViewError::Damaged { .. }), "{error}");
    assert!(
        error.to_string().contains("is rebuilt from the log"),
        "{error}"
    );
    std::fs::remove_file(&path).unwrap();

    let other = Connection::open(&path).unwrap();
    other.execute_batch("create table theirs (a)").unwrap();
    assert_eq!(
        reopen(&folder).err(),
        Some(ViewError::NotAViewsFile { path: path.clone() })
    );
    let mode: String = other
        .query_row("pragma journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "delete", "a file that is not ours is not changed");
    drop(other);
    std::fs::remove_file(&path).unwrap();

    filled(&folder).await;
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("pragma user_version = 3").unwrap();
    drop(newer);
    let error = ViewError::NewerFile {
        path,
        found: 3,
        supported: 2,
    };
    assert!(error.to_string().contains("delete the file"), "{error}");
    assert_eq!(reopen(&folder).err(), Some(error.clone()));
    assert_eq!(open(&url(&folder), read_only()).err(), Some(error));
}

#[tokio::test]
async fn a_file_of_an_older_format_is_emptied_and_filled_anew() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder).await;
    let path = views_file(&folder);
    let older = Connection::open(&path).unwrap();
    older.execute_batch("pragma user_version = 1").unwrap();
    drop(older);
    let missing = Some(ViewError::Missing { path });
    assert_eq!(open(&url(&folder), read_only()).err(), missing);
    let store = reopen(&folder).unwrap();
    let state = store.open_view(TENANT, &LEDGER).await.unwrap();
    assert_eq!((state.position, state.needs_rebuild), (0, false));
    drop(store);
    filled(&folder).await;
}

#[tokio::test]
async fn damage_met_while_reading_is_named() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder).await;
    let path = views_file(&folder);
    let mut bytes = std::fs::read(&path).unwrap();
    // The first page holds the header and the schema; everything after it is trampled.
    bytes[8_192..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let store = reopen(&folder).unwrap();
    let error = store.open_view(TENANT, &LEDGER).await.unwrap_err();
    assert!(matches!(error, ViewError::Damaged { .. }), "{error}");
    std::fs::remove_file(&path).unwrap();
    drop(store);

    filled(&folder).await;
    Connection::open(&path)
        .unwrap()
        .execute_batch("drop table g1_notes")
        .unwrap();
    let store = reopen(&folder).unwrap();
    store.open_view(TENANT, &LEDGER).await.unwrap();
    let error = store
        .query(TENANT, "ledger", Query::of("notes", 5))
        .await
        .unwrap_err();
    assert!(matches!(error, ViewError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn other_tools_read_the_live_rows_under_plain_names() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder).await;
    let store = reopen(&folder).unwrap();
    for tenant in [TENANT, "miyun"] {
        let generation = store.open_view(tenant, &LEDGER).await.unwrap().generation;
        let from = store.position(tenant, "ledger").await.unwrap();
        let ops = vec![
            supersede(1, case(1, "new")),
            supersede(2, case(1, "working")),
        ];
        store
            .apply(tenant, "ledger", generation, over(from, from + 1), ops)
            .await
            .unwrap();
    }
    let count = |sql: &str| -> i64 {
        let other = Connection::open(views_file(&folder)).unwrap();
        other.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(
        count("select count(*) from ledger__notes where tenant = 'pinggu'"),
        500
    );
    assert_eq!(count("select count(*) from ledger__cases"), 4);
    assert_eq!(
        count("select count(*) from ledger__cases where valid_to is null"),
        2
    );
    let ended = "select count(*) from ledger__cases where valid_to > valid_from \
                 and unit = 'water' and number = 1 and stage = 'new' and due is null";
    assert_eq!(count(ended), 2, "what has ended is told by column, too");
    // Only one tenant moves on to another shape: its rows are published under that.
    let wanted = View {
        version: 3,
        ..LEDGER_2
    };
    let rebuilt = store.begin_rebuild(TENANT, &wanted).await.unwrap();
    store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    assert_eq!(count("select count(*) from ledger__notes"), 0);
    let tables = "select count(*) from sqlite_master where type = 'table' and name like 'g1\\_%' escape '\\'";
    assert_eq!(count(tables), 0, "the old tables are gone");
}

#[test]
fn addresses_are_checked() {
    for (url, options) in [
        ("mysql://x", ViewOptions::default()),
        ("sqlite://", ViewOptions::default()),
        ("memory:", read_only()),
    ] {
        assert!(
            matches!(open(url, options), Err(ViewError::BadUrl { .. })),
            "{url}"
        );
    }
    let none = ViewOptions {
        readers: 0,
        ..ViewOptions::default()
    };
    assert!(matches!(
        open("memory:", none),
        Err(ViewError::OutOfBounds { .. })
    ));
}
