//! What other programs read beside us, in PostgreSQL.

use gridwhistle_cluster::Cluster;
use gridwhistle_store::views::View;

use crate::postgres::{database, filled, notes};
use crate::sample::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_tools_read_the_live_rows_under_plain_names() {
    let database = database();
    let (store, _) = filled(&database).await;
    for tenant in [TENANT, "o'ther"] {
        let state = store.open_view(tenant, &LEDGER).await.unwrap();
        let ops = vec![
            supersede(1, case(1, "new")),
            supersede(2, case(1, "working")),
        ];
        let stretch = over(state.position, state.position + 1);
        store
            .apply(tenant, "ledger", state.generation, stretch, ops)
            .await
            .unwrap();
    }
    let of_notes = "select count(*) from gridwhistle.ledger__notes where tenant = 'pinggu'";
    assert_eq!(database.sql(of_notes), "500");
    let of_cases = "select count(*), count(*) filter (where valid_to is null), \
                    pg_typeof(min(valid_from)) from gridwhistle.ledger__cases";
    assert_eq!(database.sql(of_cases), "4|2|timestamp with time zone");
    // What somebody has built on it lives through a rebuild, and sees the new rows.
    database.sql("create view board as select count(*) as rows from gridwhistle.ledger__notes");
    let rebuilt = store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    assert_eq!(database.sql("select rows from board"), "0");
    let tables = "select count(*) from pg_tables where tablename like 'g%\\_notes'";
    assert_eq!(database.sql(tables), "2", "one of each tenant");
    // Only one tenant moves on to another shape. What stands on the old one is not torn down, and
    // does not hold up the swap; once it is gone, the rows are published under the new shape.
    let wanted = View {
        version: 3,
        ..LEDGER_2
    };
    for boards in ["1", "0"] {
        let rebuilt = store.begin_rebuild(TENANT, &wanted).await.unwrap();
        store.swap(TENANT, "ledger", rebuilt).await.unwrap();
        let board = "select count(*) from pg_views where viewname = 'board'";
        assert_eq!(database.sql(board), boards);
        database.sql("drop view if exists board");
    }
    let columns = "select string_agg(column_name, ' ' order by ordinal_position) \
                   from information_schema.columns where table_name = 'ledger__notes'";
    assert_eq!(database.sql(columns), "tenant id");
    assert_eq!(database.sql(tables), "2", "the old tables are gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_reads_on_does_not_hold_up_a_swap() {
    let database = database();
    let (store, _) = filled(&database).await;
    let (name, reads) = (
        database.name().to_owned(),
        "begin; select count(*) from gridwhistle.ledger__notes; select pg_sleep(60)",
    );
    let reader = std::thread::spawn(move || Cluster::shared().ask(&name, reads));
    let sleeps = "select count(*) from pg_stat_activity where datname = current_database() \
                  and wait_event = 'PgSleep'";
    while database.sql(sleeps) != "1" {
        tokio::task::yield_now().await;
    }
    let rebuilt = store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    assert_eq!(notes(&*store).await, 0, "the new rows are there");
    database.sql(
        "select count(pg_cancel_backend(pid)) from pg_stat_activity \
                  where wait_event = 'PgSleep' and datname = current_database()",
    );
    assert!(reader.join().unwrap().is_err());
    // What could not be dropped meanwhile is dropped by the next one.
    let rebuilt = store.begin_rebuild(TENANT, &LEDGER).await.unwrap();
    store.swap(TENANT, "ledger", rebuilt).await.unwrap();
    let tables = "select count(*) from pg_tables where tablename like 'g%\\_notes'";
    assert_eq!(database.sql(tables), "1");
}
