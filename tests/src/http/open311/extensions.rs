//! What is beyond the specification: a photo in the report, a report sent twice, notes and updates, and
//! what is never listed.

use super::{FORM, json_of, open, posted, told_of};
use crate::city::City;
use crate::city::people::{community, leader, resident};
use crate::city::work;
use crate::http::evidence::photo;
use crate::http::service::{Service, answer, settings};
use gridwhistle::domain::case::command::{CaseCommand, ReopenGround};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::Value;

const PLACE: &str = "/open311/v2/requests.json";

fn id_of(made: &Value) -> String {
    let id = made[0]["service_request_id"].as_str();
    id.unwrap_or_else(|| panic!("{made}")).to_owned()
}

async fn accepted(service: &Service, id: &str, class: CaseClass, matter: &str) {
    let accept = CaseCommand::Accept {
        class,
        matter: matter.into(),
        manual_dispatch: true,
        origin: None,
    };
    let case = CaseId(id.parse().unwrap());
    service.city.allowed(leader(), case, accept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_sent_twice_under_one_key_is_one_report() {
    let service = open().await;
    let send = async |key: &str, form: &[(&str, &str)]| {
        let request = service.anonymous(Method::POST, PLACE);
        told_of(request.header("idempotency-key", key).form(form)).await
    };
    let key = uuid::Uuid::now_v7().to_string();
    let (status, first) = send(&key, FORM).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    assert_eq!(send(&key, FORM).await, (status, first.clone()));
    let other = send(&uuid::Uuid::now_v7().to_string(), FORM).await.1;
    assert_ne!(id_of(&other), id_of(&first));
    let (status, told) = send(
        &key,
        &[("service_code", "environment.leak"), ("address_id", "G-1")],
    )
    .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        told.to_string().contains("idempotency_key_reused"),
        "{told}"
    );
    let (status, told) = send("1", FORM).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(told.to_string().contains("accepted: a UUID"), "{told}");
    let all = json_of(&service, PLACE).await;
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_comes_in_with_the_report_and_none_with_one_that_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.open311.anonymous = true;
    settings.evidence.folder = folder.path().join("evidence");
    let service = Service::with(City::in_memory().await, settings).await;
    let form = |code: &'static str, bytes: Vec<u8>| {
        let part = Part::bytes(bytes).file_name("there.jpg");
        let form = Form::new()
            .text("service_code", code)
            .text("address_id", "G-1");
        form.part("media", part)
    };
    let send = async |form: Form| {
        let request = service.anonymous(Method::POST, PLACE);
        told_of(request.multipart(form)).await
    };
    let kept = || {
        let files = walkdir(&folder.path().join("evidence"));
        files
            .into_iter()
            .filter(|path| path.contains("sha256") || path.len() > 64)
            .count()
    };
    let (status, told) = send(form("no.such", photo(900))).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{told}");
    let (status, told) = send(form("environment.leak", b"<html>".to_vec())).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
    assert_eq!(kept(), 0);
    let (status, made) = send(form("environment.leak", photo(900))).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    assert!(kept() > 0);
    let path = format!("/api/v1/cases/{}/evidence", id_of(&made));
    let (_, evidence) = answer(service.get(&leader(), &path)).await;
    assert_eq!(
        evidence["evidence"][0]["file"]["media_type"], "image/jpeg",
        "{evidence}"
    );
}

/// Every file below a folder.
fn walkdir(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(walkdir(&path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_and_updates_tell_what_became_of_a_request_in_public_words() {
    let service = open().await;
    let id = id_of(&posted(&service, FORM).await.1);
    accepted(&service, &id, CaseClass::TimeLimited, "environment.leak").await;
    let plain = json_of(&service, &format!("/open311/v2/requests/{id}.json")).await;
    assert!(plain[0]["notes"].is_null(), "{plain}");
    let told = json_of(
        &service,
        &format!("/open311/v2/requests/{id}.json?extensions=true"),
    )
    .await;
    let notes = told[0]["notes"].as_array().unwrap();
    let kinds: Vec<&str> = notes
        .iter()
        .map(|note| note["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["CaseReported", "CaseAccepted"]);
    assert_eq!(notes[1]["description"], "已受理");
    let updates = "/open311/v2/servicerequestupdates.json";
    let all = json_of(&service, &format!("{updates}?service_request_id={id}")).await;
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
    assert_eq!(all[0]["update_id"], format!("{id}/2"));
    assert_eq!(all[0]["status"], "open");
    // The answer that ends a request closes it; what was before did not.
    let turned = posted(&service, FORM).await.1;
    let turned = id_of(&turned);
    let reject = CaseCommand::Reject {
        reason: "outside_area".to_owned(),
        note: "elsewhere".to_owned(),
    };
    let case = CaseId(turned.parse().unwrap());
    service.city.allowed(leader(), case, reject).await;
    let told = json_of(&service, &format!("{updates}?service_request_id={turned}")).await;
    let told = told.as_array().unwrap();
    let states: Vec<&str> = told
        .iter()
        .map(|one| one["status"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["closed", "open"]);
    let later = "2030-01-01T00:00:00Z";
    let none = json_of(
        &service,
        &format!("{updates}?service_request_id={id}&start_date={later}"),
    )
    .await;
    assert_eq!(none, serde_json::json!([]));
    let (status, told) = told_of(service.anonymous(Method::GET, updates)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_came_back_is_open_again_and_its_updates_say_when() {
    let service = open().await;
    let city = &service.city;
    let id = id_of(&posted(&service, FORM).await.1);
    let case = CaseId(id.parse().unwrap());
    let accept = work::accept(CaseClass::TimeLimited, "environment.leak");
    city.allowed(leader(), case, accept).await;
    work::answered(city, case).await;
    city.allowed(community(), case, CaseCommand::SignOff {})
        .await;
    let page = format!("/open311/v2/requests/{id}.json?extensions=true");
    let updates = format!("/open311/v2/servicerequestupdates.json?service_request_id={id}");
    // Each update with what it says of the request, from the latest on.
    let told = async || {
        let told = json_of(&service, &updates).await;
        let told = told.as_array().unwrap().clone();
        let told = told.iter().map(|one| {
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            (text("status"), text("description"), text("update_id"))
        });
        told.collect::<Vec<_>>()
    };
    let closed = told().await;
    assert_eq!(
        (closed[0].0.as_str(), closed[0].1.as_str()),
        ("closed", "已销号")
    );
    assert!(closed[1..].iter().all(|(status, ..)| status == "open"));
    assert_eq!(json_of(&service, &page).await[0]["status"], "closed");

    city.later(chrono::TimeDelta::hours(1));
    let again = crate::city::case(77);
    city.allowed(resident(), again, work::report("water again"))
        .await;
    let reopen = CaseCommand::Reopen {
        ground: ReopenGround::SameProblem,
        note: "it leaks again".to_owned(),
        same_as: Some(again),
    };
    city.allowed(community(), case, reopen).await;
    let back = told().await;
    assert_eq!(
        (back[0].0.as_str(), back[0].1.as_str()),
        ("open", "重新办理")
    );
    assert_eq!(back[1..], closed, "what was told stays as it was told");
    let request = json_of(&service, &page).await;
    assert_eq!(request[0]["status"], "open", "{request}");
    let notes = request[0]["notes"].as_array().unwrap();
    assert_eq!(notes.last().unwrap()["type"], "CaseReopened", "{request}");
    assert_eq!(notes.len(), back.len());
    // It stands among the open ones, and not among the closed.
    for (status, there) in [("open", true), ("closed", false)] {
        let list = json_of(
            &service,
            &format!("/open311/v2/requests.json?status={status}"),
        )
        .await;
        let list = list.as_array().unwrap().clone();
        let found = list
            .iter()
            .any(|one| one["service_request_id"] == id.as_str());
        assert_eq!(found, there, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_by_proxy_is_in_no_list() {
    let service = open().await;
    let (matter, proxy) = ("government_services.pension", CaseClass::Proxy);
    let form = [("service_code", matter), ("address_id", "G-1")];
    let (status, made) = posted(&service, &form).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let id = id_of(&made);
    let listed = async || json_of(&service, PLACE).await.as_array().unwrap().len();
    assert_eq!(listed().await, 1);
    accepted(&service, &id, proxy, matter).await;
    assert_eq!(listed().await, 0);
    // Whoever has the id finds it.
    let one = json_of(&service, &format!("/open311/v2/requests/{id}.json")).await;
    assert_eq!(one[0]["service_request_id"], id);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_none_are_counted_as_logins_that_failed() {
    let mut settings = settings();
    settings.limits.failed_logins_per_minute = 2;
    let service = Service::with(City::in_memory().await, settings).await;
    let form = [
        ("service_code", "environment.leak"),
        ("address_id", "G-1"),
        ("api_key", "gwk_no"),
    ];
    let mut met = Vec::new();
    for _ in 0..4 {
        met.push(posted(&service, &form).await.0.as_u16());
    }
    assert_eq!(met[..2], [403, 403], "{met:?}");
    assert_eq!(met[3], 429, "{met:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_says_until_when_and_by_whom_from_its_due_and_its_lead_leg() {
    let service = open().await;
    let id = id_of(&posted(&service, FORM).await.1);
    let one = format!("/open311/v2/requests/{id}.json");
    let before = json_of(&service, &one).await;
    // Until it is accepted, by when it has to be.
    let accepted_by = "2026-03-02T15:00:00+08:00";
    assert_eq!(before[0]["expected_datetime"], accepted_by, "{before}");
    assert_eq!(before[0]["agency_responsible"], Value::Null, "{before}");
    let accept = CaseCommand::Accept {
        class: CaseClass::TimeLimited,
        matter: crate::city::LEAK.into(),
        manual_dispatch: false,
        origin: None,
    };
    let case = CaseId(id.parse().unwrap());
    service.city.allowed(leader(), case, accept).await;
    let after = json_of(&service, &one).await;
    assert_eq!(after[0]["agency_responsible"], "水务局", "{after}");
    let (_, sheet) = answer(service.get(&leader(), &format!("/api/v1/cases/{id}"))).await;
    let due = sheet["ledger"]["handle_due"].as_str().unwrap();
    let due: chrono::DateTime<chrono::Utc> = due.parse().unwrap();
    let expected = after[0]["expected_datetime"].as_str().unwrap();
    assert!(expected.ends_with("+08:00"), "{expected}");
    let expected: chrono::DateTime<chrono::Utc> = expected.parse().unwrap();
    assert_eq!(expected, due);
    assert!(expected > service.city.engine.now());
    let (_, _, xml) = super::got(&service, &format!("/open311/v2/requests/{id}.xml")).await;
    assert!(
        xml.contains("<agency_responsible>水务局</agency_responsible>"),
        "{xml}"
    );
}
