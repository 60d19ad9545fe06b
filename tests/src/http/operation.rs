//! Health, numbers, the interface's own description, and stopping.

use super::service::{Service, answer, whole};
use crate::city::City;
use crate::city::people::leader;
use crate::city::work;
use reqwest::Method;

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
    answer(service.get(&leader(), "/api/v1/cases")).await;
    let (_, numbers) = answer(service.anonymous(Method::GET, "/metrics")).await;
    let numbers = numbers.as_str().unwrap();
    for name in [
        "gridwhistle_http_request_duration_seconds_bucket{route=\"/api/v1/cases\"",
        "gridwhistle_projection_lag_events{view=\"cases\"} 0",
        "gridwhistle_cases_open{class=",
        "gridwhistle_webhook_dead_letters 0",
        "gridwhistle_build_info{version=",
    ] {
        assert!(numbers.contains(name), "{name}: {numbers}");
    }
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
