//! The log sealed while it is served, and proofs that are checked without the service.

use super::service::{Service, answer, settings};
use crate::city::City;
use crate::city::people::{auditor, community, leader, other_street};
use crate::city::work;
use gridwhistle::domain::actor::{Actor, Role as Office};
use gridwhistle::domain::ids::SubjectId;
use gridwhistle_audit::tree::{EventProof, Proven, Role, Sealed, SigningKey};
use gridwhistle_server::Settings;
use gridwhistle_server::settings::SealSettings;
use reqwest::Method;
use std::path::Path;
use std::time::Duration;

pub(crate) fn sealing(folder: &Path) -> (Settings, SigningKey) {
    let key = SigningKey::from_seed("city.example/log", Role::Log, [7; 32]).unwrap();
    let file = folder.join("seal.key");
    std::fs::write(&file, key.text()).unwrap();
    let seal = SealSettings {
        key: file,
        folder: folder.join("tree"),
        seconds: 1,
    };
    let settings = Settings {
        seal: Some(seal),
        ..settings()
    };
    (settings, key)
}

/// The newest checkpoint, once it holds a position.
pub(crate) async fn checkpoint(service: &Service, position: u64) -> Sealed {
    for _ in 0..600 {
        let asked = service.get(&leader(), "/api/v1/proofs/checkpoint");
        let (status, told) = answer(asked).await;
        let sealed = told.as_str().filter(|_| status.as_u16() == 200);
        let sealed = sealed.and_then(|text| Sealed::read(text.as_bytes()).ok());
        if let Some(sealed) = sealed.filter(|sealed| sealed.size() >= position) {
            return sealed;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing was sealed in a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_checked_with_the_public_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (settings, key) = sealing(folder.path());
    let city = City::on_disk().await;
    let case = crate::city::case(3);
    city.allowed(leader(), case, work::report("water")).await;
    let head = city.head().await;
    let service = Service::with(city, settings).await;
    let sealed = checkpoint(&service, head).await;
    sealed.signed_by(&key.verifier()).unwrap();
    let (_, about) = answer(service.get(&leader(), "/api/v1/about")).await;
    assert_eq!(about["features"], serde_json::json!(["seal"]), "{about}");
    assert!(
        about["sealed"]["size"].as_u64() >= Some(sealed.size()),
        "{about}"
    );
    let address = format!("/api/v1/cases/{case}/receipt");
    let (status, receipt) = answer(service.get(&community(), &address)).await;
    assert_eq!(status.as_u16(), 200, "{receipt}");
    let proof = EventProof::read(receipt.as_str().unwrap().as_bytes()).unwrap();
    proof.check(&key.verifier(), &[], 0).unwrap();
    let (status, _) = answer(service.get(&other_street(), &address)).await;
    assert_eq!(status.as_u16(), 404);
    let (status, _) = answer(service.get(&auditor(), "/api/v1/proofs/1")).await;
    assert_eq!(status.as_u16(), 200);
    let (status, told) = answer(service.get(&leader(), "/api/v1/proofs/1")).await;
    assert_eq!(
        (status.as_u16(), told["code"].as_str()),
        (403, Some("not_permitted"))
    );
    let (status, told) = answer(service.get(&auditor(), "/api/v1/proofs/999999")).await;
    assert_eq!(status.as_u16(), 404, "{told}");
    let (status, _) = answer(service.get(&auditor(), "/api/v1/proofs/consistency?old=1")).await;
    assert_eq!(status.as_u16(), 200);
}

/// What a proof proves that somebody fetched with nothing but the code of a receipt.
async fn fetched(service: &Service, receipt: &str, key: &SigningKey) -> Proven {
    let address = format!("/api/v1/public/cases/{receipt}/proof");
    let (status, proof) = answer(service.anonymous(Method::GET, &address)).await;
    assert_eq!(status.as_u16(), 200, "{proof}");
    let proof = EventProof::read(proof.as_str().unwrap().as_bytes()).unwrap();
    proof.check(&key.verifier(), &[], 0).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_proves_a_report_by_the_receipt_and_erasing_their_data_leaves_it_valid() {
    let folder = tempfile::tempdir().unwrap();
    let (mut settings, key) = sealing(folder.path());
    settings.open311.anonymous = true;
    let service = Service::with(City::on_disk().await, settings).await;
    let form = [
        ("service_code", "environment.leak"),
        ("address_id", "G-1"),
        ("description", "水从楼上漏下来"),
        ("first_name", "晓梅"),
        ("phone", "13812340000"),
    ];
    let report = service.anonymous(Method::POST, "/open311/v2/requests.json");
    let (status, made) = answer(report.form(&form)).await;
    assert_eq!(status.as_u16(), 200, "{made}");
    let (case, receipt) = (&made[0]["service_request_id"], &made[0]["receipt"]);
    let receipt = receipt.as_str().unwrap();
    checkpoint(&service, service.city.head().await).await;

    let proven = fetched(&service, receipt, &key).await;
    let event = &proven.event;
    assert_eq!(
        (event.aggregate_id.as_str(), event.sequence),
        (case.as_str().unwrap(), 1)
    );
    assert_eq!(event.event_type, "CaseReported");
    assert!(
        event.payload.contains("水从楼上漏下来"),
        "{}",
        event.payload
    );
    for secret in ["晓梅", "13812340000", receipt] {
        assert!(!event.payload.contains(secret), "{secret}");
    }
    let (_, rest) = event.payload.split_once("\"subject\":\"").unwrap();
    let (subject, _) = rest.split_once('"').unwrap();
    let admin = Actor::new("it-desk", Office::Administrator, "CITY");
    let engine = &service.city.engine;
    let erased = engine.erase(&admin, &SubjectId::new(subject)).await;
    assert!(erased.unwrap(), "there was a key");
    checkpoint(&service, service.city.head().await).await;
    let again = fetched(&service, receipt, &key).await;
    assert_eq!(again.event, proven.event);
    assert!(again.size > proven.size, "by a newer checkpoint");
    let unknown = format!("/api/v1/public/cases/gwr-{}/proof", "A".repeat(43));
    let (status, _) = answer(service.anonymous(Method::GET, &unknown)).await;
    assert_eq!(status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_none_stops_the_start_and_without_one_there_are_no_proofs() {
    let folder = tempfile::tempdir().unwrap();
    let (settings, _) = sealing(folder.path());
    std::fs::write(folder.path().join("seal.key"), "no key").unwrap();
    let city = City::in_memory().await;
    let refused = gridwhistle_server::serve(city.engine.clone(), settings).await;
    assert!(refused.err().unwrap().to_string().contains("seal.key"));
    let service = Service::of(city).await;
    let asked = service.get(&leader(), "/api/v1/proofs/checkpoint");
    assert_eq!(answer(asked).await.0.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_encrypted_by_the_files_of_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let names = vec!["localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let (certificate, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut settings = settings();
    settings.tls = Some(gridwhistle_server::settings::TlsSettings { certificate, key });
    let service = Service::with(City::in_memory().await, settings).await;
    let known = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([known])
        .build()
        .unwrap();
    let port = service.address("").rsplit(':').next().unwrap().to_owned();
    let live = client
        .get(format!("https://localhost:{port}/livez"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        live.headers()["strict-transport-security"],
        "max-age=31536000"
    );
    assert_eq!(live.text().await.unwrap(), "ok");
    let clear = service.anonymous(Method::GET, "/livez").send().await;
    assert!(clear.is_err(), "a line in clear is not answered");
}
