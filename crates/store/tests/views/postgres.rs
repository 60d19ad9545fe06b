//! What only a server can suffer: other processes, kills, cut lines, refusals, other programs.

use std::sync::Arc;

use gridwhistle_cluster::{Cluster, Database, Settings};
use gridwhistle_store::PostgresLog;
use gridwhistle_store::views::{Filter, Query, ViewError, ViewOptions, ViewStore, open};

use crate::sample::*;

pub(crate) fn database() -> Database<'static> {
    Cluster::shared().database()
}

/// Five hundred notes, up to position 500.
pub(crate) async fn filled(database: &Database<'_>) -> (Arc<dyn ViewStore>, u64) {
    let store = of_database(database);
    let generation = store.open_view(TENANT, &LEDGER).await.unwrap().generation;
    let ops = (0..500).map(|n| put(note(&format!("n{n}"), "x", Some(n), Some(n))));
    store
        .apply(TENANT, "ledger", generation, over(0, 500), ops.collect())
        .await
        .unwrap();
    (store, generation)
}

pub(crate) async fn notes(store: &dyn ViewStore) -> usize {
    store.dump(TENANT, "ledger", "notes").await.unwrap().len()
}

/// Applies one note wherever the checkpoint stands.
async fn apply_one(store: &dyn ViewStore, id: &str) -> Result<(), ViewError> {
    let state = store.open_view(TENANT, &LEDGER).await?;
    let (from, to) = (state.position, state.position + 1);
    let ops = vec![put(note(id, "x", None, None))];
    store
        .apply(TENANT, "ledger", state.generation, over(from, to), ops)
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_ready_is_refused_with_what_to_do() {
    let database = database();
    let refused = open(&database.url(), ViewOptions::default()).err().unwrap();
    let wanted = matches!(refused, ViewError::OlderSchema { found: 0, .. });
    assert!(wanted, "{refused:?}");
    assert!(
        refused.to_string().contains("gridwhistle migrate"),
        "{refused}"
    );
    PostgresLog::migrate(&database.url()).unwrap();
    database.sql("insert into gridwhistle.schema_steps (step) values (99)");
    let refused = open(&database.url(), ViewOptions::default()).err();
    let newer = matches!(refused, Some(ViewError::NewerSchema { found: 99, .. }));
    assert!(newer, "{refused:?}");
    for url in ["postgres://", "postgres://h:no"] {
        let refused = open(url, ViewOptions::default()).err();
        assert!(
            matches!(refused, Some(ViewError::BadUrl { .. })),
            "{refused:?}"
        );
    }
    let nobody = open("postgres://u:secret@127.0.0.1:1/x", ViewOptions::default()).err();
    let nobody = nobody.unwrap();
    assert!(matches!(nobody, ViewError::Unavailable { .. }) && nobody.may_retry());
    assert!(!nobody.to_string().contains("secret"), "{nobody}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_open_a_new_view_at_once_open_the_same() {
    let database = database();
    let stores: Vec<_> = (0..6).map(|_| of_database(&database)).collect();
    let opened = stores.into_iter().map(|store| {
        tokio::spawn(async move { store.open_view(TENANT, &LEDGER).await.unwrap().generation })
    });
    let mut generations = Vec::new();
    for opened in opened.collect::<Vec<_>>() {
        generations.push(opened.await.unwrap());
    }
    generations.dedup();
    assert_eq!(generations.len(), 1, "{generations:?}");
    let tables = "select count(*) from pg_tables where tablename like 'g%\\_notes'";
    assert_eq!(database.sql(tables), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_follows_another_process_that_writes() {
    let database = database();
    PostgresLog::migrate(&database.url()).unwrap();
    let reader = open(&database.url(), read_only()).unwrap();
    let state = reader.open_view(TENANT, &LEDGER).await.unwrap();
    assert_eq!((state.generation, state.needs_rebuild), (0, true));
    let unbuilt = reader.query(TENANT, "ledger", Query::of("notes", 5)).await;
    assert!(
        matches!(unbuilt, Err(ViewError::NotBuilt { .. })),
        "{unbuilt:?}"
    );
    let (writer, _) = filled(&database).await;
    assert_eq!(reader.position(TENANT, "ledger").await, Ok(500));
    assert_eq!(notes(&*reader).await, 500);
    let rebuilt = writer.begin_rebuild(TENANT, &LEDGER_2).await.unwrap();
    writer.swap(TENANT, "ledger", rebuilt).await.unwrap();
    let asked = reader.query(TENANT, "ledger", Query::of("notes", 5)).await;
    let newer = matches!(asked, Err(ViewError::NeedsRebuild { built: 2, .. }));
    assert!(newer, "{asked:?}");
    for refused in [
        reader
            .apply(TENANT, "ledger", rebuilt, over(0, 1), vec![])
            .await
            .err(),
        reader.begin_rebuild(TENANT, &LEDGER).await.err(),
        reader.swap(TENANT, "ledger", rebuilt).await.err(),
    ] {
        assert_eq!(refused, Some(ViewError::ReadOnly));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_never_see_a_half_built_view() {
    let database = database();
    let (writer, _) = filled(&database).await;
    let reader = open(&database.url(), read_only()).unwrap();
    reader.open_view(TENANT, &LEDGER).await.unwrap();
    let watch = tokio::spawn(async move {
        let mut seen = 0;
        while reader.position(TENANT, "ledger").await.unwrap() < 1_010 {
            let rows = notes(&*reader).await;
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
    let left = "select count(*) from pg_tables where tablename like 'g%\\_notes'";
    assert_eq!(database.sql(left), "1", "what was discarded is dropped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_in_the_midst_of_a_batch_leaves_neither_rows_nor_checkpoint() {
    let database = database();
    let (store, generation) = filled(&database).await;
    let trigger = |body: &str| {
        database.sql(&format!(
            "create or replace function stop() returns trigger language plpgsql as \
             $$ begin if new.id = 'poison' then {body} end if; return new; end $$; \
             create or replace trigger stop before insert on gridwhistle.g{generation:010x}_notes \
             for each row execute function stop()"
        ));
    };
    let ops = |last: &str| {
        let changed = put(note("n1", "changed", None, None));
        vec![changed, put(note(last, "x", None, None))]
    };
    let apply = async |last: &str| {
        store
            .apply(TENANT, "ledger", generation, over(500, 502), ops(last))
            .await
    };
    let before = store.dump(TENANT, "ledger", "notes").await.unwrap();
    trigger("raise exception 'no such luck';");
    let failed = apply("poison").await.unwrap_err();
    assert!(failed.to_string().contains("no such luck"), "{failed}");
    trigger("raise exception 'full' using errcode = 'disk_full';");
    let failed = apply("poison").await.unwrap_err();
    assert!(matches!(failed, ViewError::DiskFull { .. }) && failed.may_retry());
    assert_eq!(store.dump(TENANT, "ledger", "notes").await.unwrap(), before);
    assert_eq!(store.position(TENANT, "ledger").await, Ok(500));
    // A deadlock, or a row that another one moved, is tried again by the store itself.
    database.sql("create sequence tries");
    let twice = "if nextval('tries') < 3 then raise exception 'again' \
                 using errcode = 'deadlock_detected'; end if;";
    trigger(twice);
    apply("poison").await.unwrap();
    assert_eq!(database.sql("select last_value from tries"), "3");
    assert_eq!(
        (notes(&*store).await, store.position(TENANT, "ledger").await),
        (501, Ok(502))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_limit_and_a_database_that_may_only_be_read_are_told_apart() {
    let database = database();
    let (store, generation) = filled(&database).await;
    let name = database.name();
    database.sql(&format!(
        "alter database {name} set statement_timeout = '50ms'"
    ));
    let slow = of_database(&database);
    slow.open_view(TENANT, &LEDGER).await.unwrap();
    database.sql(
        "begin; create function slow() returns trigger language plpgsql as \
                  $$ begin perform pg_sleep(5); return new; end $$; commit",
    );
    let table = format!("gridwhistle.g{generation:010x}_notes");
    database.sql(&format!(
        "create trigger slow before insert on {table} for each row execute function slow()"
    ));
    let failed = apply_one(&*slow, "slow").await.unwrap_err();
    assert!(matches!(failed, ViewError::Unavailable { .. }) && failed.may_retry());
    database.sql(&format!("drop trigger slow on {table}"));
    database.sql(&format!(
        "alter database {name} reset statement_timeout; \
         alter database {name} set default_transaction_read_only = on"
    ));
    let standby = open(&database.url(), ViewOptions::default()).unwrap();
    standby.open_view(TENANT, &LEDGER).await.unwrap();
    assert_eq!(apply_one(&*standby, "a").await, Err(ViewError::ReadOnly));
    assert_eq!(notes(&*standby).await, 500);
    assert_eq!(apply_one(&*store, "a").await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_connections_are_not_noticed_by_who_asks() {
    let database = database();
    let (store, _) = filled(&database).await;
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid()";
    for round in 0..10 {
        database.sql(cut);
        apply_one(&*store, &format!("r{round}")).await.unwrap();
        database.sql(cut);
        assert_eq!(notes(&*store).await, 501 + round);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_leaves_rows_and_checkpoint_in_step_and_the_store_goes_on() {
    let cluster = Cluster::start(&Settings::default());
    let database = cluster.database();
    let store = of_database(&database);
    store.open_view(TENANT, &LEDGER).await.unwrap();
    for round in 0..4 {
        let writer = Arc::clone(&store);
        let writing = tokio::spawn(async move {
            let mut error = Ok(());
            for n in 0..100_000 {
                error = apply_one(&*writer, &format!("r{round}-{n}")).await;
                if error.is_err() {
                    break;
                }
            }
            error.unwrap_err()
        });
        let begun = store.position(TENANT, "ledger").await.unwrap();
        while store.position(TENANT, "ledger").await.unwrap() < begun + 50 {
            tokio::task::yield_now().await;
        }
        tokio::task::block_in_place(|| cluster.kill());
        let error = writing.await.unwrap();
        assert!(matches!(error, ViewError::Unavailable { .. }), "{error}");
        let error = store.position(TENANT, "ledger").await.unwrap_err();
        assert!(error.may_retry(), "{error}");
        tokio::task::block_in_place(|| cluster.restart());
        let position = store.position(TENANT, "ledger").await.unwrap();
        assert_eq!(notes(&*store).await as u64, position);
        apply_one(&*store, &format!("r{round}-after"))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_and_index_of_a_view_begins_with_the_tenant() {
    let database = database();
    filled(&database).await;
    let others = database.sql(
        "select i.relname || ' begins with ' || a.attname from pg_index x \
         join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid \
         join pg_namespace n on n.oid = c.relnamespace \
         join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0] \
         where n.nspname = 'gridwhistle' and a.attname <> 'tenant' and c.relname like 'g%\\_%'",
    );
    assert_eq!(others, "");
    let without = database.sql(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = 'gridwhistle' and c.relkind = 'r' and c.relname like 'g%\\_%' \
         and not exists (select from pg_index x where x.indrelid = c.oid and x.indisprimary)",
    );
    assert_eq!(without, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_that_are_gone_are_named_as_damage_and_a_rebuild_mends_it() {
    let database = database();
    let (store, generation) = filled(&database).await;
    database.sql(&format!(
        "drop table gridwhistle.g{generation:010x}_notes cascade"
    ));
    let query = Query {
        filter: Filter::eq("unit", "x"),
        ..Query::of("notes", 5)
    };
    let error = store
        .query(TENANT, "ledger", query.clone())
        .await
        .unwrap_err();
    assert!(matches!(error, ViewError::DamagedTables { .. }), "{error}");
    assert!(error.to_string().contains("gridwhistle rebuild"), "{error}");
    let rebuilt = store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    assert!(
        store
            .query(TENANT, "ledger", query)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    apply_one(&*store, "a").await.unwrap();
}
