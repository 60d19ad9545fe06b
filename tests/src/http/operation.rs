//! Health, numbers, the interface's own description, and stopping.

use super::service::{Service, answer, settings, whole};
use super::staff::{administrator, appoint};
use crate::city::people::{dispatcher, leader};
use crate::city::{City, LEAK, case, work};
use chrono::TimeDelta;
use expect_test::expect_file;
use gridwhistle_store::{Append, NewEvent, StreamId};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::Mutex;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn it_says_that_it_lives_is_ready_and_how_much_it_does() {
    let city = City::in_memory().await;
    city.allowed(leader(), crate::city::case(1), work::report("water"))
        .await;
    let service = Service::of(city).await;
    let (status, told) = answer(service.anonymous(Method::GET, "/livez")).await;
    assert_eq!((status.as_u16(), told.as_str()), (200, Some("ok")));
    let (status, told) = answer(service.anonymous(Method::GET, "/readyz")).await;
    assert_eq!(
        (status.as_u16(), &told["ready"]),
        (200, &serde_json::json!(true)),
        "{told}"
    );
    assert_eq!(
        (
            &told["views"],
            &told["law"],
            &told["calendar"],
            &told["clock_behind_seconds"]
        ),
        (&json!(true), &json!(true), &json!(true), &json!(0)),
        "{told}"
    );
}

/// The numbers as they stand. One set counts for all services of this process, and what a service says
/// of its store must not be overwritten before it is read.
pub(super) async fn numbers(service: &Service) -> String {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    let _alone = ONE_AT_A_TIME.lock().await;
    let (status, numbers) = answer(service.anonymous(Method::GET, "/metrics")).await;
    assert_eq!(status, StatusCode::OK, "{numbers}");
    numbers.as_str().unwrap().to_owned()
}

/// The value of a number by its name and labels.
pub(super) fn value(numbers: &str, of: &str) -> f64 {
    let mut lines = numbers.lines();
    let line = lines.find_map(|line| line.strip_prefix(of)?.strip_prefix(' '));
    let line = line.unwrap_or_else(|| panic!("{of}: {numbers}"));
    line.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_have_the_names_that_boards_and_alerts_ask_for() {
    let service = Service::of(City::on_disk().await).await;
    let form = json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "x" } });
    let (status, told) = answer(service.post(&leader(), "/api/v1/cases", &form)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let position = &told["position"];
    let seen = format!("/api/v1/cases?min_position={position}");
    assert_eq!(
        answer(service.get(&leader(), &seen)).await.0,
        StatusCode::OK
    );
    let numbers = numbers(&service).await;
    let kinds = numbers
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let kinds: BTreeSet<&str> = kinds.collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    expect_file!["metrics.txt"].assert_eq(&(kinds.join("\n") + "\n"));
    let unclassed = "gridwhistle_cases_overdue{class=\"none\",severity=\"severe\"}";
    assert_eq!(value(&numbers, unclassed), 0.0);
    assert_eq!(
        value(&numbers, "gridwhistle_cases_open{class=\"none\"}"),
        1.0
    );
    assert_eq!(value(&numbers, "gridwhistle_store_up"), 1.0);
    let route = "gridwhistle_http_request_duration_seconds_bucket{route=\"/api/v1/cases\"";
    assert!(numbers.contains(route), "{numbers}");
    // What boards and alerts ask for is there.
    let packaging = concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging");
    for file in ["alerts.yml", "grafana.json"] {
        let text = std::fs::read_to_string(format!("{packaging}/{file}")).unwrap();
        let mut asked = 0;
        for part in text.split("gridwhistle_").skip(1) {
            let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            let name = format!("gridwhistle_{}", &part[..end.unwrap_or(part.len())]);
            let of = name.strip_suffix("_bucket").unwrap_or(&name);
            let known = kinds.iter().any(|kind| kind.split(' ').next() == Some(of));
            assert!(known, "{file}: {name}");
            asked += 1;
        }
        assert!(asked >= 6, "{file}: {asked}");
    }
}

/// How many commands of a kind were taken; the process counts for all tests in it, so it grows.
async fn taken(service: &Service, command: &str) -> f64 {
    let of = format!("gridwhistle_commands_total{{command=\"{command}\",outcome=\"taken\"}}");
    value(&numbers(service).await, &of)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_counted_by_whichever_way_it_comes() {
    let service = super::incoming::service(City::in_memory().await).await;
    let form = json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "x" } });
    let (status, told) = answer(service.post(&leader(), "/api/v1/cases", &form)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let before = taken(&service, "report").await;
    let order = json!({
        "id": "FZ-9", "received_at": "2026-03-02T08:30:00+08:00", "text": "水管爆裂",
        "category": "供水", "address": "东街 5 号", "point": { "lat": 26074508, "lng": 119296494 },
        "grid": "G-1", "reporter": { "name": "林晓梅", "phone": "13812340000" }
    });
    let (status, told) =
        answer(service.post(&dispatcher(), "/api/v1/incoming/12345", &order)).await;
    assert_eq!(
        (status, &told["accepted"]),
        (StatusCode::OK, &json!(true)),
        "{told}"
    );
    let hotline = taken(&service, "report").await;
    assert!(hotline > before, "{hotline} {before}");
    assert!(taken(&service, "accept").await >= 1.0);
    let mut open = settings();
    open.open311.anonymous = true;
    let service = Service::with(City::in_memory().await, open).await;
    let request = service.anonymous(Method::POST, "/open311/v2/requests.json");
    let fields = [
        ("service_code", LEAK),
        ("address_id", "G-1"),
        ("description", "x"),
    ];
    let (status, told) = answer(request.form(&fields)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert!(taken(&service, "report").await > hotline);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_ready_while_views_stand_still_lag_or_the_clock_is_wrong_and_says_why() {
    let mut strict = settings();
    strict.lag_events = 0;
    let city = City::in_memory().await;
    appoint(&city, &[administrator()]).await;
    city.engine.catch_up().await.unwrap();
    let service = Service::with(city, strict).await;
    let ready = async || {
        let (status, told) = answer(service.anonymous(Method::GET, "/readyz")).await;
        assert_eq!(status.as_u16() == 200, told["ready"] == true, "{told}");
        (status.as_u16(), told)
    };
    assert_eq!(ready().await.0, 200);
    // The clock goes back: what happened last has not happened yet.
    let now = service.city.engine.now();
    service.city.clock.advance(-TimeDelta::seconds(61));
    let (status, told) = ready().await;
    assert_eq!(
        (status, &told["clock_behind_seconds"]),
        (503, &json!(61)),
        "{told}"
    );
    service.city.clock.advance(TimeDelta::seconds(61));
    assert_eq!((ready().await.0, service.city.engine.now()), (200, now));
    // An event that nobody can read stops the views, which then fall behind.
    let append = Append {
        tenant: service.city.engine.tenant().to_owned(),
        stream: StreamId::new("case", case(9).to_string()),
        expected_version: 0,
        command_id: Uuid::now_v7(),
        request_hash: [0; 32],
        events: vec![NewEvent {
            event_type: "CaseDreamt".to_owned(),
            event_version: "1.0".to_owned(),
            payload: "{}".to_owned(),
            metadata: "{}".to_owned(),
            occurred_at: now,
        }],
    };
    let stopped = service
        .city
        .engine
        .log()
        .append(append)
        .await
        .unwrap()
        .last_position;
    let told = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let (status, told) = ready().await;
            if told["stopped_at"].is_u64() {
                break (status, told);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let (status, told) = told.await.expect("what stops the views is told");
    assert_eq!((status, &told["lag_events"]), (503, &json!(1)), "{told}");
    assert_eq!(told["stopped_at"], json!(stopped), "{told}");
    // Anybody may ask that: what the event holds is for who runs the tenant.
    assert!(!told.to_string().contains("CaseDreamt"), "{told}");
    let (_, stands) = answer(service.get(&administrator(), "/api/v1/operation")).await;
    let poison = stands["poison"].as_str().expect("why, in words");
    assert!(poison.starts_with(&format!("{stopped}: ")), "{poison}");
    assert!(poison.contains("CaseDreamt"), "{poison}");
    let numbers = numbers(&service).await;
    let of = |name: &str| {
        value(
            &numbers,
            &format!("gridwhistle_projection_{name}{{view=\"cases\"}}"),
        )
    };
    assert_eq!((of("lag_events"), of("stopped")), (1.0, 1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_store_is_away_it_lives_is_not_ready_and_counts_on() {
    let city = City::on_a_database().await;
    let service = Service::of(city).await;
    assert_eq!(
        answer(service.get(&leader(), "/api/v1/units")).await.0,
        StatusCode::OK
    );
    tokio::task::block_in_place(|| service.city.lose_database());
    let (status, told) = answer(service.anonymous(Method::GET, "/readyz")).await;
    assert_eq!(
        (status.as_u16(), &told["head"]),
        (503, &json!(null)),
        "{told}"
    );
    assert_eq!(
        answer(service.anonymous(Method::GET, "/livez")).await.0,
        StatusCode::OK
    );
    let numbers = numbers(&service).await;
    assert_eq!(value(&numbers, "gridwhistle_store_up"), 0.0);
    assert!(numbers.contains("gridwhistle_http_request_duration_seconds_bucket"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_is_described_by_a_document_and_a_page_that_needs_no_network() {
    let service = Service::of(City::in_memory().await).await;
    let (status, document) = answer(service.anonymous(Method::GET, "/api/v1/openapi.json")).await;
    assert_eq!(
        (status.as_u16(), document["openapi"].as_str()),
        (200, Some("3.1.0"))
    );
    let (status, headers, page) = whole(service.anonymous(Method::GET, "/api/docs/")).await;
    assert_eq!(status.as_u16(), 200);
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("'self'")
    );
    let page = page.as_str().unwrap();
    assert!(
        !page.contains("https://") && page.contains("swagger-ui"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_to_stop_lets_an_open_request_end() {
    let service = Service::of(City::in_memory().await).await;
    let body = serde_json::json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "x" } });
    let reports = (0..20).map(|number| {
        let request = service
            .post(&leader(), "/api/v1/cases", &body)
            .header("idempotency-key", format!("stop-{number}"));
        tokio::spawn(async move { request.send().await })
    });
    let reports: Vec<_> = reports.collect();
    let city = service.stop().await;
    let mut taken = 0;
    for report in reports {
        // A connection that was not taken any more acknowledged nothing.
        if let Ok(response) = report.await.unwrap() {
            assert_eq!(response.status().as_u16(), 201);
            taken += 1;
        }
    }
    let log = city.engine.log();
    let events = log.read_log(city.engine.tenant(), 0, 10_000).await.unwrap();
    let reported = events
        .iter()
        .filter(|event| event.event_type == "CaseReported");
    assert!(reported.count() >= taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_do_not_fit_are_all_told_at_once() {
    let settings = gridwhistle_server::Settings {
        listen: "0.0.0.0:0".parse().unwrap(),
        development_login: true,
        page_rows: 0,
        ..super::service::settings()
    };
    let city = City::in_memory().await;
    let refused = gridwhistle_server::serve(city.engine.clone(), settings).await;
    let told = refused.err().unwrap().to_string();
    assert!(
        told.contains("development_login") && told.contains("page_rows"),
        "{told}"
    );
}
