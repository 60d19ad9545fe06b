//! The pages of who audits: what is sealed, events with their proofs, and what is on record.

use super::acting::send;
use super::{agree, lively_city, page, served, shown};
use crate::city::people::{auditor, dispatcher, leader, water};
use crate::city::{case, work};
use crate::http::sealed::{checkpoint, sealing};
use crate::http::service::{Service, answer};
use gridwhistle::personal::PersonalData;
use gridwhistle::personal::access::Purpose;
use reqwest::{Method, StatusCode};
use tempfile::TempDir;
use uuid::Uuid;

/// A lively city whose log is sealed, and whose people's data somebody read.
async fn sealed() -> (Service, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let city = lively_city().await;
    let engine = city.engine.clone();
    let known = PersonalData::default();
    let reporter = engine.seal("subject-1".into(), Uuid::now_v7(), &known);
    let told = work::report_of(reporter.unwrap(), "the lamp is out");
    city.allowed(leader(), case(9), told).await;
    let reader = leader();
    let seen = engine.reporters(&reader, case(9), Purpose::Callback);
    assert_eq!(seen.await.unwrap().len(), 1);
    let head = city.head().await;
    let service = served(city, sealing(folder.path()).0).await;
    checkpoint(&service, head).await;
    (service, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_auditors_pages_show_what_the_api_answers() {
    let (service, _folder) = sealed().await;
    for (shows, asks, least) in [
        ("/audit", "/seal", 4),
        ("/audit/events?after=20", "/events?after=20", 80),
        (
            "/audit/events?type=CaseReported&after=1",
            "/events?type=CaseReported&after=1",
            10,
        ),
        ("/audit/exports", "/exports", 0),
        ("/audit/reads", "/reads", 3),
        ("/audit/administration", "/administration", 80),
    ] {
        agree(&service, &auditor(), (shows, asks), least).await;
    }
    let reads = shown(&service, &auditor(), "/audit/reads").await;
    assert!(reads.contains("callback") && reads.contains("P-leader"));
    assert!(
        !reads.contains("subject-1"),
        "whose it was is told by number alone"
    );
    for (who, path) in [(dispatcher(), "/audit"), (water(), "/audit/events")] {
        let refused = page(&service, &who, path).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_narrowed_by_who_did_them_and_by_a_stretch() {
    let (service, _folder) = sealed().await;
    let events = async |query: &str| {
        let asked = service.get(&auditor(), &format!("/api/v1/events?{query}"));
        let (status, page) = answer(asked).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page
    };
    let by = events("actor=P-leader&limit=500").await;
    let all = by["events"].as_array().unwrap();
    assert!(!all.is_empty() && all.iter().all(|one| one["by"]["person"] == "P-leader"));
    let of = events("unit=C-1&limit=500").await;
    let all = of["events"].as_array().unwrap();
    assert!(!all.is_empty() && all.iter().all(|one| one["by"]["unit"] == "C-1"));
    let clock = events("actor=system").await;
    assert_eq!(clock["events"].as_array().map(Vec::len), Some(0));
    let stretch = events("after=20&before=31").await;
    let positions = stretch["events"].as_array().unwrap().iter();
    let positions: Vec<u64> = positions
        .map(|one| one["position"].as_u64().unwrap())
        .collect();
    assert!(positions.iter().all(|at| (21..31).contains(at)));
    assert_eq!(
        (&stretch["more"], &stretch["after"]),
        (&false.into(), &30.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_opens_to_its_proof_and_a_server_checks_it_for_who_has_no_script() {
    let (service, _folder) = sealed().await;
    let (_, seal) = answer(service.get(&auditor(), "/api/v1/seal")).await;
    let key = seal["checkpoint"]["key"].as_str().unwrap();
    let (_, proof) = answer(service.get(&auditor(), "/api/v1/proofs/20")).await;
    let proof = proof.as_str().unwrap();
    let text = shown(&service, &auditor(), "/audit/events/20").await;
    assert!(text.contains("c2sp.org/tlog-proof@v1") && text.contains("/assets/proof-"));
    let cookie = super::acting::cookie(&service, &auditor()).await;
    let check = async |proof: &str, key: &str| {
        let pairs = [("proof", proof), ("key", key)];
        let sent = send(&service, &cookie, "/audit/verify", &pairs)
            .send()
            .await;
        let sent = sent.unwrap();
        assert_eq!(sent.status(), StatusCode::OK);
        sent.text().await.unwrap()
    };
    let crlf = proof.replace('\n', "\r\n");
    assert!(check(&crlf, key).await.contains("The proof holds."));
    let other = proof.replace("index 19", "index 18");
    assert!(check(&other, key).await.contains("It does not hold"));
    let beyond = page(&service, &auditor(), "/audit/events/999999");
    assert_eq!(beyond.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let file = page(&service, &auditor(), "/audit/consistency?old=3");
    let file = file.send().await.unwrap();
    assert!(
        file.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    assert!(file.text().await.unwrap().starts_with("old 3\n"));
    let stranger = service
        .anonymous(Method::POST, "/audit/verify")
        .send()
        .await;
    assert_eq!(stranger.unwrap().status(), StatusCode::UNAUTHORIZED);
}
