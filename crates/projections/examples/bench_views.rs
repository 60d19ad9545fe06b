//! How fast imported cases go into the SQLite log and on into the case view, and how fast the
//! first page and the counts come back.
//!
//! `cargo run --release -p gridwhistle-projections --example bench_views -- [cases]`

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a bench stops at the first failure")]

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::case::record::{ForeignCase, SourceRef};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_projections::questions::{CountsBy, LedgerFilter, LedgerSort, WatchList};
use gridwhistle_projections::{Moment, Questions, Runner, case_stream};
use gridwhistle_store::views::ViewOptions;
use gridwhistle_store::{Append, NewEvent, OpenOptions};
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// Commands given to the log at a time.
const CHUNK: usize = 2_000;

fn append(number: u128, reference: &Arc<Reference>) -> Append {
    let start: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    let minutes = i64::try_from(number).unwrap();
    let received_at = start + TimeDelta::minutes(minutes);
    let open = number.is_multiple_of(10);
    // Ids as a hash gives them: in no order.
    let case = CaseId(Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_be_bytes()));
    let command = CaseCommand::Import {
        case: Box::new(ForeignCase {
            source: SourceRef {
                source: "311".to_owned(),
                id: format!("1010{number:08}"),
            },
            received_at,
            due: Some(received_at + TimeDelta::hours(48)),
            unit: Some(format!("unit-{}", number % 40).as_str().into()),
            class: CaseClass::TimeLimited,
            matter: "street light outage".to_owned(),
            areas: [("street".to_owned(), format!("street-{}", number % 23))].into(),
            point: None,
            place: "corner of two streets".to_owned(),
            summary: "a lamp is out and the corner is dark at night".to_owned(),
            source_on_time: None,
            anomalies: Vec::new(),
        }),
        closed_at: (!open).then(|| received_at + TimeDelta::hours(i64::from(number as u8))),
        closure_note: String::new(),
        on_time: None,
    };
    let context = Context {
        case,
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
        actor: Actor::system(),
        reference: Arc::clone(reference),
        gathered: Gathered::default(),
    };
    let events = decide(&Case::default(), &command, &context).unwrap();
    let events = events.iter().map(|event| NewEvent {
        event_type: event.fact.name().to_owned(),
        event_version: "1.0".to_owned(),
        payload: serde_json::to_string(event).unwrap(),
        metadata: "{}".to_owned(),
        occurred_at: event.at,
    });
    Append {
        tenant: "city".to_owned(),
        stream: case_stream(case),
        expected_version: 0,
        command_id: case.0,
        request_hash: [0; 32],
        events: events.collect(),
    }
}

#[tokio::main]
async fn main() {
    let cases: u128 = std::env::args()
        .nth(1)
        .map_or(50_000, |n| n.parse().unwrap());
    let folder = std::env::temp_dir().join(format!("bench-views-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}/city.db", folder.display());
    let log = gridwhistle_store::open(&url, OpenOptions::default()).unwrap();
    let views = gridwhistle_store::views::open(&url, ViewOptions::default()).unwrap();
    let reference = Arc::new(Reference {
        calendars: CalendarBook::china(),
        ..Reference::default()
    });

    let begun = Instant::now();
    let numbers: Vec<u128> = (1..=cases).collect();
    for chunk in numbers.chunks(CHUNK) {
        let appends = chunk.iter().map(|number| append(*number, &reference));
        for answer in log.append_all(appends.collect()).await {
            answer.unwrap();
        }
    }
    let logged = begun.elapsed();
    let runner = Runner::open(Arc::clone(&log), Arc::clone(&views), "city")
        .await
        .unwrap();
    let begun = Instant::now();
    let events = runner.catch_up(None).await.unwrap();
    let viewed = begun.elapsed();
    let rate = |what: f64, took: std::time::Duration| what / took.as_secs_f64();
    println!("log    {:>9.0} cases/s", rate(cases as f64, logged));
    println!(
        "views  {:>9.0} cases/s {:>9.0} events/s",
        rate(cases as f64, viewed),
        rate(events as f64, viewed)
    );
    println!(
        "both   {:>9.0} cases/s one after the other",
        rate(cases as f64, logged + viewed)
    );

    let questions = Questions::open(log, views, "city").await.unwrap();
    ask(&questions).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn ask(questions: &Questions) {
    let now = Moment::now("2026-01-01T00:00:00Z".parse().unwrap());
    let then = Moment::then("2025-01-15T00:00:00Z".parse().unwrap());
    let (all, calendars) = (LedgerFilter::default(), CalendarBook::china());
    for (name, moment) in [("now", now), ("as of", then)] {
        let begun = Instant::now();
        let page = questions
            .ledger(&all, LedgerSort::Newest, None, 50, moment)
            .await
            .unwrap();
        println!(
            "{name}: ledger page of {} in {:?}",
            page.rows.len(),
            begun.elapsed()
        );
        let begun = Instant::now();
        let list = WatchList::Overdue;
        let page = questions
            .watch_list(list, &all, &calendars, None, 50, moment)
            .await
            .unwrap();
        println!(
            "{name}: overdue page of {} in {:?}",
            page.rows.len(),
            begun.elapsed()
        );
        let begun = Instant::now();
        let counts = questions
            .counts(CountsBy::Unit, &all, moment)
            .await
            .unwrap();
        println!(
            "{name}: counts of {} in {:?}",
            counts.total.received,
            begun.elapsed()
        );
    }
}
