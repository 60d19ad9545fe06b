//! Writes one case into the log of two tenants, and makes the view that stock postgres-es reads of
//! one: for the test of the peers, which may not link the store. Answers one line of JSON.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for one test"
)]

#[path = "../../peers/examples/case/city.rs"]
mod city;

use std::sync::Arc;

use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::{Case, aggregate::CaseOrder};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_store::{
    Append, EventLog, NewEvent, PostgresLog, PostgresOptions, StreamId, SystemClock,
};
use uuid::Uuid;

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).expect("the address of a database");
    let log = PostgresLog::open(&url, Arc::new(SystemClock), PostgresOptions::default());
    let log = log.expect("the database opens");
    let id = CaseId(Uuid::now_v7());
    let orders = city::orders(id);
    let case = write(&log, "district-1", id, &orders).await;
    // The same case, further behind, in the log of somebody else.
    write(&log, "district-2", id, &orders[..1]).await;
    let view = log.stock_view("district-1").await.expect("the view");
    let line = serde_json::json!({ "view": view, "id": id.to_string(), "case": case });
    println!("{line}");
}

/// Decides the orders one after the other, and appends what follows; answers the case.
async fn write(log: &PostgresLog, tenant: &str, id: CaseId, orders: &[CaseOrder]) -> Case {
    let mut case = Case::default();
    for order in orders {
        let facts = decide(&case, &order.command, &order.context).expect("the order is in order");
        let append = Append {
            tenant: tenant.to_owned(),
            stream: StreamId::new(Case::TYPE, id.to_string()),
            expected_version: case.version,
            command_id: Uuid::now_v7(),
            request_hash: [0; 32],
            events: facts.iter().map(event).collect(),
        };
        log.append(append).await.expect("the log takes it");
        facts.into_iter().for_each(|fact| case.apply(fact));
    }
    case
}

fn event(event: &CaseEvent) -> NewEvent {
    NewEvent {
        event_type: event.event_type(),
        event_version: event.event_version(),
        payload: serde_json::to_string(event).expect("an event is JSON"),
        metadata: "{\"actor\":\"a test\"}".to_owned(),
        occurred_at: event.at,
    }
}
