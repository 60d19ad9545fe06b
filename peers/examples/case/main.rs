//! The `Case` of Gridwhistle on stock `postgres_es::PostgresCqrs`, unchanged: for whoever has a
//! cqrs-es application already and wants the rules of a case without the log of Gridwhistle.
//!
//! Run, with an empty database: `cargo run --manifest-path peers/Cargo.toml --example case -- URL`

mod city;

use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{AggregateError, EventStore};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::refusal::Refusal;
use gridwhistle_domain::ids::CaseId;
use postgres_es::{PostgresCqrs, PostgresEventRepository, default_postgress_pool, postgres_cqrs};

#[tokio::main]
async fn main() {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: case postgres://USER@HOST:PORT/DATABASE, an empty database");
        std::process::exit(2);
    };
    let (case, refusal) = run(&url).await;
    let stage = case.stage.expect("the case was reported");
    println!("{} events, {stage:?}; then: {refusal:?}", case.version);
}

/// Reports a case, accepts it, and reports it once more, which is refused. Answers the case, read
/// back, and the refusal.
async fn run(url: &str) -> (Case, Refusal) {
    let pool = default_postgress_pool(url).await;
    let tables = include_str!("../../src/postgres-es.sql");
    let made = sqlx::raw_sql(tables).execute(&pool).await;
    made.expect("an empty database takes the tables");
    let framework: PostgresCqrs<Case> = postgres_cqrs(pool.clone(), vec![], ());

    let id = CaseId(uuid::Uuid::now_v7());
    let (stream, orders) = (id.to_string(), city::orders(id));
    for order in &orders {
        let answer = framework.execute(&stream, order.clone()).await;
        answer.expect("the city knows the grid and the matter");
    }
    let refusal = match framework.execute(&stream, orders[0].clone()).await {
        Err(AggregateError::UserError(refusal)) => refusal,
        answer => panic!("a case is reported once: {answer:?}"),
    };
    let store = PersistedEventStore::<_, Case>::new_event_store(PostgresEventRepository::new(pool));
    let context = store.load_aggregate(&stream).await;
    (context.expect("the events are there").aggregate, refusal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_cluster::Cluster;
    use gridwhistle_domain::case::refusal::RefusalCode;
    use gridwhistle_domain::case::stage::Stage;

    #[tokio::test]
    async fn stock_postgres_es_runs_the_case_unchanged() {
        let database = Cluster::shared().database();
        let (case, refusal) = run(&database.url()).await;
        assert_eq!(case.stage, Some(Stage::InProgress));
        assert_eq!(refusal.code, RefusalCode::CaseExists);
        let rows = "select count(*), count(distinct aggregate_id), min(sequence), max(sequence), \
                    min(aggregate_type) from events";
        let version = case.version;
        assert_eq!(database.sql(rows), format!("{version}|1|1|{version}|case"));
    }
}
