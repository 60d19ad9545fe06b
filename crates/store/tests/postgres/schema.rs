//! The schema: taken up once by whoever comes first, and ready for a cluster by tenant.

use std::sync::Arc;

use gridwhistle_cluster::Cluster;
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{EventLog, PostgresLog, PostgresOptions, StoreError, SystemClock};

use crate::desk::{open, patient};

fn without_migration(url: &str) -> Result<PostgresLog, StoreError> {
    let options = PostgresOptions {
        migrate: false,
        ..PostgresOptions::default()
    };
    PostgresLog::open(url, Arc::new(SystemClock), options)
}

#[test]
fn steps_are_taken_once_whoever_comes_and_however_often() {
    let database = Cluster::shared().database();
    let url = database.url();
    let refused = without_migration(&url).err().unwrap();
    assert!(
        matches!(refused, StoreError::OlderSchema { found: 0, .. }),
        "{refused:?}"
    );
    assert!(
        refused.to_string().contains("gridwhistle migrate"),
        "{refused}"
    );
    let taken: usize = std::thread::scope(|scope| {
        let many = [(); 8].map(|()| scope.spawn(|| PostgresLog::migrate(&url).unwrap()));
        many.into_iter().map(|one| one.join().unwrap()).sum()
    });
    let steps = database.sql("select count(*) from gridwhistle.schema_steps");
    assert_eq!(steps, taken.to_string());
    assert_eq!(PostgresLog::migrate(&url).unwrap(), 0);
    without_migration(&url).unwrap();
}

/// A database that the first released step alone has seen, and a log in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_step_leaves_a_log_as_it_was_and_the_log_goes_on() {
    let database = Cluster::shared().database();
    let (url, command) = (database.url(), append(1, 0, 3));
    let log = open(&url, patient());
    log.append(command.clone()).await.unwrap();
    for id in 2..40 {
        log.append(append(id, 0, 5)).await.unwrap();
    }
    let (events, before) = (
        log.read_log(TENANT, 0, 1_000).await.unwrap(),
        log.verify(TENANT).await.unwrap(),
    );
    drop(log);
    database.sql(&format!(
        "begin; alter schema gridwhistle rename to later; create schema gridwhistle; \
         create table gridwhistle.schema_steps (step int primary key, \
           taken_at timestamptz not null default now()); \
         {} \
         insert into gridwhistle.schema_steps (step) values (1); \
         insert into gridwhistle.heads select * from later.heads; \
         insert into gridwhistle.streams select tenant, aggregate_type, aggregate_id, \
           max(sequence) from later.events group by tenant, aggregate_type, aggregate_id; \
         insert into gridwhistle.events select * from later.events; \
         insert into gridwhistle.commands select * from later.commands; \
         insert into gridwhistle.snapshots select * from later.snapshots; \
         drop schema later cascade; commit",
        include_str!("../../src/postgres/0001_log.sql")
    ));
    let refused = without_migration(&url).err().unwrap();
    assert!(
        matches!(refused, StoreError::OlderSchema { found: 1, .. }),
        "{refused:?}"
    );
    let tables = "select to_regclass('gridwhistle.generations') is not null";
    assert_eq!(database.sql(tables), "f");
    assert_eq!(PostgresLog::migrate(&url).unwrap(), 2);
    assert_eq!(database.sql(tables), "t");
    let log = without_migration(&url).unwrap();
    assert_eq!(log.read_log(TENANT, 0, 1_000).await.unwrap(), events);
    assert_eq!(log.verify(TENANT).await.unwrap(), before);
    assert!(before.is_sound() && before.events == 193);
    assert!(log.append(command).await.unwrap().repeated);
    let next = log.append(append(1, 3, 1)).await.unwrap();
    assert_eq!(next.first_position, 194);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_refused_and_left_alone() {
    let database = Cluster::shared().database();
    open(&database.url(), patient())
        .append(append(1, 0, 1))
        .await
        .unwrap();
    database.sql("insert into gridwhistle.schema_steps (step) values (99)");
    let clock = Arc::new(SystemClock);
    let read = PostgresLog::open_read_only(&database.url(), clock, PostgresOptions::default());
    let write = without_migration(&database.url());
    for refused in [
        read.err().unwrap(),
        write.err().unwrap(),
        PostgresLog::migrate(&database.url()).unwrap_err(),
    ] {
        assert!(
            matches!(refused, StoreError::NewerSchema { found: 99, .. }),
            "{refused:?}"
        );
    }
    assert_eq!(database.sql("select position from gridwhistle.heads"), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_without_rights_is_told_so() {
    let database = Cluster::shared().database();
    let name = database.name();
    database.sql(&format!(
        "create role clerk_{name} login; revoke create on database {name} from public"
    ));
    let url = database
        .url()
        .replace("gridwhistle@", &format!("clerk_{name}@"));
    let refused = PostgresLog::migrate(&url).unwrap_err();
    assert!(
        matches!(refused, StoreError::ReadOnly { .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("for this user"), "{refused}");
}

/// Every key and unique index begins with the tenant, so that a cluster can keep a tenant's rows
/// on one node; the one table that does not is the list of steps, which every node has.
#[test]
fn every_key_and_unique_index_begins_with_the_tenant() {
    let database = Cluster::shared().database();
    PostgresLog::migrate(&database.url()).unwrap();
    let others = database.sql(
        "select c.relname || '.' || i.relname || ' begins with ' || a.attname \
         from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid \
         join pg_namespace n on n.oid = c.relnamespace \
         join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0] \
         where n.nspname = 'gridwhistle' and a.attname <> 'tenant' and c.relname <> 'schema_steps'",
    );
    assert_eq!(others, "");
    let without = database.sql(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = 'gridwhistle' and c.relkind = 'r' and c.relname <> 'schema_steps' \
         and not exists (select from pg_index x where x.indrelid = c.oid and x.indisprimary)",
    );
    assert_eq!(without, "");
    let foreign = "select count(*) from pg_constraint c join pg_namespace n \
                   on n.oid = c.connamespace where n.nspname = 'gridwhistle' and c.contype = 'f'";
    assert_eq!(database.sql(foreign), "0");
    let sequences = "select count(*) from pg_sequences where schemaname = 'gridwhistle'";
    assert_eq!(
        database.sql(sequences),
        "0",
        "no order comes from a sequence"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_view_for_stock_programs_reads_one_tenant_and_takes_no_writes() {
    let database = Cluster::shared().database();
    let log = open(&database.url(), patient());
    log.append(append(1, 0, 3)).await.unwrap();
    let mut other = append(1, 0, 1);
    other.tenant = "o'ther".to_owned();
    log.append(other).await.unwrap();
    for (tenant, events) in [(TENANT, "3"), ("o'ther", "1"), ("nobody", "0")] {
        let view = log.stock_view(tenant).await.unwrap();
        assert_eq!(
            log.stock_view(tenant).await.unwrap(),
            view,
            "made once, found again"
        );
        assert_eq!(
            database.sql(&format!("select count(*) from {view}")),
            events
        );
        for write in [
            format!("delete from {view}"),
            format!("update {view} set payload = '1'"),
            format!("insert into {view} values ('case', '9', 1, 'A', '1', '{{}}', '{{}}')"),
        ] {
            let refused = Cluster::shared().ask(database.name(), &write);
            let nothing = events == "0" && !write.starts_with("insert");
            assert!(
                nothing || refused.unwrap_err().contains("is read here"),
                "{write}"
            );
        }
    }
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}
