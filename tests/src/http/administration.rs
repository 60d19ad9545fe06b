//! Setting up over HTTP, mutual evaluation, score runs; what the engine refuses stays refused.

use super::service::{Service, answer};
use crate::city::City;
use crate::city::people::{auditor, city_office, community, street, supervisor, water};
use crate::city::work;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

fn text(service: &Service, who: &Actor, path: &str, body: &str) -> RequestBuilder {
    service
        .request(who, Method::POST, path)
        .header("content-type", "text/plain")
        .body(body.to_owned())
}

/// An administrator in office.
async fn administrator(city: &City) -> Actor {
    let people = b"person_id,name,employment,valid_from\nP-admin,admin,full_time,2024-01-01\n";
    let tenures = b"person,role,place,valid_from\nP-admin,administrator,unit:CITY,2024-01-01\n";
    let files: [(CsvKind, &[u8]); 2] = [(CsvKind::People, people), (CsvKind::Tenures, tenures)];
    let host = Actor::new("it-desk", Role::Administrator, "CITY");
    let imported = city.engine.import_registry(&host, &files, Language::En);
    imported.await.unwrap();
    Actor::new("P-admin", Role::Administrator, "CITY")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_checked_published_and_shown() {
    for city in City::everywhere().await {
        a_policy_is_checked_published_and_shown_on(city).await;
    }
}

async fn a_policy_is_checked_published_and_shown_on(city: City) {
    let service = Service::of(city).await;
    let office = city_office();
    let next = Policy::default_text()
        .replace("default-2026.1", "city-2026.2")
        .replace("2019-12-31T16:00:00Z", "2026-04-01T00:00:00+08:00");
    let (status, told) = answer(text(&service, &office, "/api/v1/policies/check", &next)).await;
    assert_eq!(
        (status.as_u16(), &told["publishable"]),
        (200, &json!(true)),
        "{told}"
    );
    let (status, told) = answer(text(&service, &office, "/api/v1/policies", &next)).await;
    assert_eq!(status.as_u16(), 200, "{told}");
    let (_, listed) = answer(service.get(&community(), "/api/v1/policies")).await;
    let versions = listed["versions"].as_array().unwrap();
    assert!(
        versions.iter().any(|one| one["version"] == "city-2026.2"),
        "{listed}"
    );
    let (status, told) = answer(text(&service, &office, "/api/v1/policies", "version = ")).await;
    assert_eq!(
        (status.as_u16(), told["code"].as_str()),
        (422, Some("policy_unreadable"))
    );
    let (status, told) = answer(text(&service, &community(), "/api/v1/policies", &next)).await;
    assert_eq!(
        (status.as_u16(), told["code"].as_str()),
        (403, Some("not_permitted"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_file_is_imported_whole_or_told_line_by_line() {
    for city in City::everywhere().await {
        a_registry_file_is_imported_whole_or_told_line_by_line_on(city).await;
    }
}

async fn a_registry_file_is_imported_whole_or_told_line_by_line_on(city: City) {
    let office = administrator(&city).await;
    let service = Service::of(city).await;
    let good =
        "unit_id,kind,level,name_zh,parent,valid_from\nS-3,street,,湖滨街道,D-1,2024-01-01\n";
    let (status, told) = answer(text(&service, &office, "/api/v1/registry/units", good)).await;
    assert_eq!(
        (status.as_u16(), told["events"].as_u64()),
        (200, Some(1)),
        "{told}"
    );
    let (_, units) = answer(service.get(&community(), "/api/v1/units?within=S-3")).await;
    assert_eq!(units["units"][0]["name"]["zh"], "湖滨街道", "{units}");
    let bad = "unit_id,kind,level,name_zh,parent,valid_from\nS-4,planet,,x,D-1,2024-01-01\n";
    let (status, told) = answer(text(&service, &office, "/api/v1/registry/units", bad)).await;
    assert_eq!(status.as_u16(), 422, "{told}");
    assert!(
        told["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("planet"),
        "{told}"
    );
    let (status, _) = answer(text(&service, &office, "/api/v1/registry/planets", good)).await;
    assert_eq!(status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_is_evaluated_by_both_sides() {
    for city in City::everywhere().await {
        a_closed_case_is_evaluated_by_both_sides_on(city).await;
    }
}

async fn a_closed_case_is_evaluated_by_both_sides_on(city: City) {
    let case = crate::city::case(5);
    work::closed(&city, case).await;
    let service = Service::of(city).await;
    let base = format!("/api/v1/cases/{case}/evaluations");
    let (status, opened) = answer(service.get(&street(), &base)).await;
    assert_eq!(status.as_u16(), 200, "{opened}");
    let sheet = &opened["evaluations"][0];
    let stars = |side: &str| -> Value {
        let forms = sheet["forms"].as_array().unwrap();
        let form = forms.iter().find(|form| form["side"] == side).unwrap();
        let items = form["items"].as_array().unwrap().iter();
        let asked = items.filter(|item| item["computed"] == false);
        let answers = asked.map(|item| {
            (
                item["code"].as_str().unwrap().to_owned(),
                json!({ "score": 4 }),
            )
        });
        Value::Object(answers.collect())
    };
    let seal = format!("{base}/{}/seal", sheet["leg"]);
    let of = |side: &str| json!({ "side": side, "answers": stars(side) });
    let (status, told) = answer(service.post(&water(), &seal, &of("department"))).await;
    assert_eq!(status.as_u16(), 200, "{told}");
    assert!(
        told["revealed"].is_null(),
        "one side alone is not opened: {told}"
    );
    let (status, told) =
        answer(service.post(&street(), &seal, &json!({ "side": "area", "answers": {} }))).await;
    assert_eq!(status.as_u16(), 409, "{told}");
    let (status, told) = answer(service.post(&supervisor(), &seal, &of("area"))).await;
    assert!(status.is_client_error(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_and_erasures_are_for_those_whose_office_it_is() {
    let service = Service::of(City::in_memory().await).await;
    let (status, told) = answer(service.get(&auditor(), "/api/v1/exports")).await;
    assert_eq!(
        (status.as_u16(), told["exports"].as_array().map(Vec::len)),
        (200, Some(0))
    );
    let order = service.request(&community(), Method::DELETE, "/api/v1/subjects/somebody");
    let (status, told) = answer(order).await;
    assert_eq!(
        (status.as_u16(), told["code"].as_str()),
        (403, Some("not_permitted"))
    );
}
