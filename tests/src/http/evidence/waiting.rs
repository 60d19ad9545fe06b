//! Files that no case names: how many may wait, and what becomes of them.

use super::{files, photo};
use crate::city::City;
use crate::city::people::{leader, officer};
use crate::http::service::{Service, answer, settings};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

async fn served(city: City, folder: &Path, bytes: u64) -> Service {
    let mut settings = settings();
    settings.evidence.folder = folder.join("evidence");
    settings.evidence.waiting_bytes = bytes;
    settings.evidence.waiting_days = 3;
    Service::with(city, settings).await
}

async fn brought(service: &Service, who: &Actor, size: usize) -> (StatusCode, Value) {
    let request = service.request(who, Method::POST, "/api/v1/evidence");
    answer(request.body(photo(size))).await
}

async fn named(service: &Service, sha256: &Value) {
    let body = json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "water",
        "evidence": [{ "kind": "before_photo", "reference": sha256 }] } });
    let (status, told) = answer(service.post(&leader(), "/api/v1/cases", &body)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
}

/// Until so many files are left; what is removed is removed when the service starts.
async fn left(folder: &Path, wanted: usize) {
    for _ in 0..100 {
        if files(folder) == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(files(folder), wanted);
}

async fn what_no_case_names_goes(city: City) {
    let folder = tempfile::tempdir().unwrap();
    let service = served(city, folder.path(), 0).await;
    let (status, bound) = brought(&service, &leader(), 10).await;
    assert_eq!(status, StatusCode::CREATED, "{bound}");
    named(&service, &bound["sha256"]).await;
    brought(&service, &leader(), 20).await;
    service.city.later(TimeDelta::days(2));
    brought(&service, &leader(), 30).await;
    // Who brings the same again waits anew.
    brought(&service, &leader(), 40).await;
    service.city.later(TimeDelta::days(2));
    brought(&service, &officer(), 40).await;
    assert_eq!(files(folder.path()), 4);

    let service = served(service.stop().await.restart().await, folder.path(), 0).await;
    left(folder.path(), 3).await;
    service.city.later(TimeDelta::days(2));
    let service = served(service.stop().await.restart().await, folder.path(), 0).await;
    left(folder.path(), 2).await;
    service.city.later(TimeDelta::days(400));
    let service = served(service.stop().await.restart().await, folder.path(), 0).await;
    left(folder.path(), 1).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    left(folder.path(), 1).await;
    let digest = bound["sha256"].as_str().unwrap();
    let place = format!("evidence/files/{}/{digest}", &digest[..2]);
    assert!(
        folder.path().join(place).exists(),
        "what a case names stays"
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_case_names_is_removed_after_its_days_and_what_one_names_stays() {
    what_no_case_names_goes(City::on_disk().await).await;
    what_no_case_names_goes(City::on_a_database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_much_may_wait_for_a_person_and_what_is_named_counts_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let service = served(City::in_memory().await, folder.path(), 250_000).await;
    let (_, first) = brought(&service, &leader(), 100_000).await;
    assert_eq!(
        brought(&service, &leader(), 100_001).await.0,
        StatusCode::CREATED
    );
    let (status, told) = brought(&service, &leader(), 100_002).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{told}");
    assert_eq!(
        (&told["code"], &told["accepted"]),
        (&json!("files_waiting"), &json!("250000"))
    );
    assert_eq!(files(folder.path()), 2, "nothing of it is kept");
    // Of others it is not held against them.
    assert_eq!(
        brought(&service, &officer(), 100_002).await.0,
        StatusCode::CREATED
    );
    named(&service, &first["sha256"]).await;
    let (status, told) = brought(&service, &leader(), 100_003).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let (status, _) = brought(&service, &leader(), 100_004).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}
