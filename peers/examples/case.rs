//! The `Case` of Gridwhistle on stock `postgres_es::PostgresCqrs`, unchanged: for whoever has a
//! cqrs-es application already and wants the rules of a case without the log of Gridwhistle.
//!
//! Run, with an empty database: `cargo run --manifest-path peers/Cargo.toml --example case -- URL`

use std::sync::Arc;

use chrono::{DateTime, Utc};
use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{AggregateError, EventStore};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::aggregate::CaseOrder;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::fact::ReportForm;
use gridwhistle_domain::case::refusal::Refusal;
use gridwhistle_domain::catalogue;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::registry::csv::{Batch, CsvKind};
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
    let tables = include_str!("../src/postgres-es.sql");
    let made = sqlx::raw_sql(tables).execute(&pool).await;
    made.expect("an empty database takes the tables");
    let framework: PostgresCqrs<Case> = postgres_cqrs(pool.clone(), vec![], ());

    // A Monday morning in working time.
    let now = instant("2026-03-02T09:00:00+08:00");
    let id = CaseId(uuid::Uuid::now_v7());
    let reference = Arc::new(city(now));
    let order = |actor, command| CaseOrder {
        command,
        context: Context {
            case: id,
            now,
            actor,
            reference: reference.clone(),
            gathered: Gathered::default(),
        },
    };
    let report = || {
        let form = ReportForm::new("snap_report", "G-1", "bags at the gate");
        let resident = Actor::new("resident-1", Role::Resident, "");
        order(resident, CaseCommand::Report { form })
    };
    let accept = order(
        Actor::new("officer", Role::GridOfficer, "C-1"),
        CaseCommand::Accept {
            class: CaseClass::OnTheSpot,
            matter: "civility.trash".into(),
            manual_dispatch: false,
            origin: None,
        },
    );
    let stream = id.to_string();
    for order in [report(), accept] {
        let answer = framework.execute(&stream, order).await;
        answer.expect("the city knows the grid and the matter");
    }
    let refusal = match framework.execute(&stream, report()).await {
        Err(AggregateError::UserError(refusal)) => refusal,
        answer => panic!("a case is reported once: {answer:?}"),
    };
    let store = PersistedEventStore::<_, Case>::new_event_store(PostgresEventRepository::new(pool));
    let context = store.load_aggregate(&stream).await;
    (context.expect("the events are there").aggregate, refusal)
}

/// What a decision may know of the city: its reference data, folded from their own events.
fn city(now: DateTime<Utc>) -> Reference {
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    let files: [(CsvKind, &[u8]); 5] = [
        (
            CsvKind::Units,
            include_bytes!("../../examples/city/units.csv"),
        ),
        (
            CsvKind::Grids,
            include_bytes!("../../examples/city/grids.csv"),
        ),
        (
            CsvKind::People,
            include_bytes!("../../examples/city/people.csv"),
        ),
        (
            CsvKind::Tenures,
            include_bytes!("../../examples/city/tenures.csv"),
        ),
        (
            CsvKind::Services,
            include_bytes!("../../examples/city/services.csv"),
        ),
    ];
    let mut reference = Reference {
        calendars: CalendarBook::china(),
        ..Reference::default()
    };
    let built_in = instant("2020-01-01T00:00:00+08:00");
    reference.policies.insert(Policy::built_in(), built_in);
    let import = Batch::read(files).expect("the files are in order");
    let events = reference.registry.decide(&import.command(), now, &admin);
    for event in events.expect("the registry takes them") {
        reference.registry.evolve(&event);
    }
    let matters = include_bytes!("../../examples/city/catalogue.csv");
    let import = catalogue::csv::Batch::read(matters).expect("the file is in order");
    let import = import.command();
    let units = catalogue::command::active_units(&import, &reference.registry);
    let events = reference.catalogue.decide(&import, now, &admin, &units);
    for event in events.expect("the catalogue takes them") {
        reference.catalogue.evolve(&event);
    }
    reference
}

fn instant(text: &str) -> DateTime<Utc> {
    let instant = DateTime::parse_from_rfc3339(text);
    instant.expect("an instant").to_utc()
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
