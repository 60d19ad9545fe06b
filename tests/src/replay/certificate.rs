//! Certificates and comparisons: the same on every backend, and what was changed is named.

use super::life::{Life, lived};
use crate::city::City;
use gridwhistle_audit::Source;
use gridwhistle_audit::certificate::{Certificate, Part, Standing, compare, live_views, marks};
use gridwhistle_audit::replay::{Known, KnownBy};
use gridwhistle_cluster::Cluster;
use gridwhistle_store::views::{self, ViewOptions, ViewStore};
use gridwhistle_store::{EventLog, OpenOptions, copy, migrate, open};
use std::sync::Arc;

pub(super) async fn certified(city: &City, log: &Arc<dyn EventLog>) -> String {
    let source = Source::of(Arc::clone(log), city.engine.tenant())
        .await
        .unwrap();
    let known = Known::find(&source, KnownBy::Now, city.engine.now()).await;
    Certificate::of(&source, known.unwrap())
        .await
        .unwrap()
        .to_text()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_the_same_on_every_backend_and_twice_in_a_row() {
    let city = City::in_memory().await;
    lived(&city, 7).await;
    let memory = certified(&city, city.engine.log()).await;
    assert_eq!(certified(&city, city.engine.log()).await, memory);
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}/copy.db", folder.path().display());
    let database = tokio::task::block_in_place(|| Cluster::shared().database());
    tokio::task::block_in_place(|| migrate(&database.url())).unwrap();
    for url in [file.as_str(), database.url().as_str()] {
        let log = open(url, OpenOptions::default()).unwrap();
        let tenant = city.engine.tenant();
        copy(&**city.engine.log(), &*log, tenant, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!(certified(&city, &log).await, memory, "{url}");
        // So are the hashes of views that stand in that backend.
        let stored = views::open(url, ViewOptions::default()).unwrap();
        let runner = gridwhistle_projections::Runner::open(log, Arc::clone(&stored), tenant);
        runner.await.unwrap().catch_up(None).await.unwrap();
        let tables = Certificate::read(&memory).unwrap().tables;
        assert_eq!(marks(&stored, tenant).await.unwrap(), tables, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_another_past_does_not_hold() {
    let city = City::in_memory().await;
    lived(&city, 8).await;
    let log = city.engine.log();
    let text = certified(&city, log).await;
    let certificate = Certificate::read(&text).unwrap();
    let source = Source::of(Arc::clone(log), city.engine.tenant())
        .await
        .unwrap();
    let now = city.engine.now();
    assert_eq!(certificate.check(&source, now).await.unwrap(), []);
    // The log goes on, and the certificate still holds.
    lived(&city, 9).await;
    assert_eq!(certificate.check(&source, now).await.unwrap(), []);
    let mut forged = certificate.clone();
    forged.tables[0].rows += 1;
    forged.policies[0].sha256 = "0".repeat(64);
    let found = forged.check(&source, now).await.unwrap();
    let parts: Vec<Part> = found.iter().map(|one| one.part).collect();
    assert_eq!(parts, [Part::Policies, Part::Table]);
    let other = City::in_memory().await;
    lived(&other, 8).await;
    let log = Arc::clone(other.engine.log());
    let other = Source::of(log, other.engine.tenant()).await.unwrap();
    let found = certificate.check(&other, now).await.unwrap();
    assert_eq!(found[0].part, Part::Chain);
    let mut longer = certificate;
    longer.log.last = u64::from(u32::MAX);
    let found = longer.check(&source, now).await.unwrap();
    assert_eq!(found[0].part, Part::LogShorter);
    let unread = Certificate::read("{}").unwrap_err();
    assert_eq!(unread.code(), "certificate_unreadable");
}

/// The city's own views beside its log.
async fn compared(city: &City) -> gridwhistle_audit::certificate::Comparison {
    let log = Arc::clone(city.engine.log());
    let source = Source::of(log, city.engine.tenant()).await.unwrap();
    let live = live_views(city.url()).unwrap();
    compare(&source, live).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_views_are_what_the_log_says_and_a_changed_cell_is_named() {
    let city = City::on_disk().await;
    lived(&city, 10).await;
    let equal = compared(&city).await;
    assert!(equal.is_equal(), "{equal:?}");
    assert_eq!(equal.position, city.head().await);
    let rows: u64 = equal.tables.iter().map(|table| table.rows).sum();
    assert!(rows > 20, "{rows}");
    let file = city.file().with_file_name("city.db.views");
    let views = rusqlite::Connection::open(file).unwrap();
    let table: String = views
        .query_row(
            "select name from sqlite_schema where type = 'table' and name like 'g%_ledger'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let change = format!(
        "update {table} set title = 'nothing happened' where ledger_no = \
                          (select min(ledger_no) from {table})"
    );
    assert_eq!(views.execute(&change, []).unwrap(), 1);
    let changed = compared(&city).await;
    assert!(!changed.is_equal());
    let [row] = changed.rows.as_slice() else {
        panic!("one row: {:?}", changed.rows);
    };
    assert_eq!((row.table, row.column), ("ledger", Some("title")));
    let gone = format!("delete from {table} where title = 'nothing happened'");
    assert_eq!(views.execute(&gone, []).unwrap(), 1);
    let changed = compared(&city).await;
    assert_eq!(changed.rows[0].column, None);
    assert!(changed.rows[0].live.is_none() && changed.rows[0].rebuilt.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_of_a_database_are_compared_with_rows_in_a_file() {
    let city = City::on_a_database().await;
    lived(&city, 11).await;
    let equal = compared(&city).await;
    assert!(equal.is_equal(), "{equal:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_are_empty_or_of_another_log_are_not_compared() {
    let city = City::in_memory().await;
    lived(&city, 12).await;
    let tenant = city.engine.tenant();
    let source = Source::of(Arc::clone(city.engine.log()), tenant)
        .await
        .unwrap();
    let fresh =
        || -> Arc<dyn ViewStore> { views::open("memory:", ViewOptions::default()).unwrap() };
    let empty = compare(&source, fresh()).await.unwrap();
    assert_eq!(empty.standing, Standing::Empty);
    let other = City::in_memory().await;
    lived(&other, 12).await;
    let foreign = fresh();
    let log = Arc::clone(other.engine.log());
    let runner = gridwhistle_projections::Runner::open(log, Arc::clone(&foreign), tenant);
    let half = source.head().await.unwrap() / 2;
    runner.await.unwrap().catch_up(Some(half)).await.unwrap();
    let foreign = compare(&source, foreign).await.unwrap();
    assert_eq!(foreign.standing, Standing::OtherLog);
    assert!(!foreign.is_equal() && !empty.is_equal());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_city_that_goes_on_is_compared_all_the_same() {
    let city = City::on_disk().await;
    lived(&city, 13).await;
    let mut life = Life::new(14);
    let ((), compared) = tokio::join!(
        async {
            for _ in 0..40 {
                life.step(&city).await;
                city.engine.catch_up().await.unwrap();
            }
        },
        compared(&city),
    );
    assert!(compared.is_equal(), "{compared:?}");
    assert!(compared.position <= city.head().await);
}
