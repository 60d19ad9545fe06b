//! Commands to cases over HTTP: versions, keys, refusals in words.

use super::service::{Service, answer, whole};
use crate::city::City;
use crate::city::people::{community, leader, water};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn form() -> Value {
    json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "water over the pavement" } })
}

/// A reported case: its address and its entity tag.
async fn reported(service: &Service) -> (String, String) {
    let (status, headers, told) = whole(service.post(&leader(), "/api/v1/cases", &form())).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    (text("location"), text("etag"))
}

async fn a_case_lives(service: &Service) {
    let (address, tag) = reported(service).await;
    let position = {
        let accept = json!({ "class": "time_limited", "matter": "environment.leak" });
        let request = service
            .request(&community(), Method::POST, &format!("{address}/accept"))
            .header("if-match", &tag)
            .header("content-type", "application/json")
            .body(accept.to_string());
        let (status, headers, told) = whole(request).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert!(
            told["facts"]
                .as_array()
                .unwrap()
                .contains(&json!("CaseAccepted"))
        );
        headers["log-position"].to_str().unwrap().to_owned()
    };
    let question = service
        .get(&community(), &address)
        .header("log-position-min", &position);
    let (status, headers, shown) = whole(question).await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    assert_eq!(shown["ledger"]["class"], "time_limited");
    let version = shown["ledger"]["version"].as_u64().unwrap();
    assert_eq!(headers["etag"].to_str().unwrap(), format!("\"{version}\""));
    assert!(
        headers["log-position"]
            .to_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
            >= position.parse().unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_reported_accepted_and_read_at_its_own_position_on_every_store() {
    a_case_lives(&Service::of(City::in_memory().await).await).await;
    a_case_lives(&Service::of(City::on_disk().await).await).await;
    a_case_lives(&Service::of(City::on_a_database().await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_version_is_told_with_what_happened_since() {
    for city in City::everywhere().await {
        a_stale_version_is_told_with_what_happened_since_on(city).await;
    }
}

async fn a_stale_version_is_told_with_what_happened_since_on(city: City) {
    let service = Service::of(city).await;
    let (address, _) = reported(&service).await;
    let accept = json!({ "class": "time_limited", "matter": "environment.leak" });
    let accept = service.post(&community(), &format!("{address}/accept"), &accept);
    let (status, headers, told) = whole(accept).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let tag = headers["etag"].to_str().unwrap();
    let note = json!({ "leg": 1 });
    let contact = format!("{address}/acknowledge");
    let first = service.post(&water(), &contact, &note);
    let (status, told) = answer(first).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let blind = service
        .request(&water(), Method::POST, &contact)
        .body(note.to_string());
    let (status, told) = answer(blind).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (428, &json!("version_missing"))
    );
    let stale = service
        .request(&water(), Method::POST, &contact)
        .header("if-match", tag)
        .header("content-type", "application/json")
        .body(note.to_string());
    let (status, told) = answer(stale).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (412, &json!("stale_version"))
    );
    assert_eq!(told["events"][0]["kind"], "LegAcknowledged", "{told}");
    assert!(told["version"].as_u64().unwrap() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_first_answer_and_another_body_is_refused() {
    for city in City::everywhere().await {
        the_same_key_gives_the_first_answer_and_another_body_is_refused_on(city).await;
    }
}

async fn the_same_key_gives_the_first_answer_and_another_body_is_refused_on(city: City) {
    let service = Service::of(city).await;
    let post = |body: &Value| {
        service
            .post(&leader(), "/api/v1/cases", body)
            .header("idempotency-key", "form-7")
    };
    let (_, first, told) = whole(post(&form())).await;
    let (status, second, again) = whole(post(&form())).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(second["idempotency-replayed"], "true");
    assert_eq!(first["location"], second["location"]);
    assert_eq!(told["position"], again["position"]);
    let mut other = form();
    other["form"]["description"] = json!("something else");
    let (status, told) = answer(post(&other)).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (422, &json!("idempotency_key_reused"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_problem_document_in_the_callers_language() {
    let service = Service::of(City::in_memory().await).await;
    let (address, _) = reported(&service).await;
    let sign = format!("{address}/sign-off");
    let (status, headers, told) = whole(service.post(&community(), &sign, &json!({}))).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(told["type"], "/problems/wrong_stage");
    assert_eq!(told["instance"], json!(sign));
    assert!(
        told["rule"].is_string() && told["accepted"].is_string() && told["trace_id"].is_string()
    );
    assert!(told["detail"].as_str().unwrap().is_ascii());
    let request = service
        .client
        .post(service.address(&sign))
        .bearer_auth("dev:P-community")
        .header("if-match", "*")
        .body("{}");
    let (_, told) = answer(request).await;
    assert!(
        told["detail"].as_str().unwrap().starts_with("当前阶段"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_body_is_named_by_its_place() {
    let service = Service::of(City::in_memory().await).await;
    let (address, _) = reported(&service).await;
    for (path, body, status, pointer) in [
        (
            "/api/v1/cases",
            json!({ "form": { "channel": 7, "description": "x" } }),
            422,
            "/form/channel",
        ),
        (
            "/api/v1/cases",
            json!({ "form": { "channel": "patrol", "description": "x", "colour": "red" } }),
            422,
            "/form/colour",
        ),
        (
            "accept",
            json!({ "class": "urgent", "matter": "x" }),
            422,
            "/class",
        ),
        ("accept", json!({ "class": "special" }), 422, "/matter"),
    ] {
        let path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{address}/{path}")
        };
        let (got, told) = answer(service.post(&community(), &path, &body)).await;
        assert_eq!(got.as_u16(), status, "{told}");
        assert_eq!(told["errors"][0]["pointer"], json!(pointer), "{told}");
        assert!(told["errors"][0]["code"].is_string(), "{told}");
    }
    let asked = service.post(
        &community(),
        &format!("{address}/accept"),
        &json!({ "class": "urgent" }),
    );
    let told = answer(asked.header("cookie", "gridwhistle_language=zh-CN"))
        .await
        .1;
    let detail = told["errors"][0]["detail"].as_str().unwrap();
    let begin = "不认识的取值 `urgent`；应为其中之一：`on_the_spot`";
    assert!(detail.starts_with(begin), "{told}");
    let torn = service
        .request(&community(), Method::POST, "/api/v1/cases")
        .header("content-type", "application/json")
        .body("{\"form\":");
    let (status, told) = answer(torn).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (400, &json!("json_syntax"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_does_anything_without_saying_who_they_are() {
    let service = Service::of(City::in_memory().await).await;
    for (method, path) in [
        (Method::POST, "/api/v1/cases"),
        (
            Method::GET,
            "/api/v1/cases/019a0000-0000-7000-8000-000000000001",
        ),
    ] {
        let (status, told) = answer(service.anonymous(method, path)).await;
        assert_eq!(
            (status.as_u16(), &told["code"]),
            (401, &json!("not_logged_in")),
            "{path}"
        );
    }
    let (status, told) = answer(service.anonymous(Method::GET, "/api/v1/nothing")).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (404, &json!("address_unknown"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_in_clear_is_sealed_before_it_reaches_the_log() {
    let service = Service::of(City::in_memory().await).await;
    let mut body = form();
    body["form"]["reporter"] = json!({ "name": "林晓梅", "phone": "13812340000" });
    let (status, told) = answer(service.post(&leader(), "/api/v1/cases", &body)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    assert_eq!(told["subjects"].as_array().unwrap().len(), 1);
    let city = service.stop().await;
    let log = city.engine.log();
    let events = log.read_log(city.engine.tenant(), 0, 10_000).await.unwrap();
    assert!(
        events
            .iter()
            .all(|event| !event.payload.contains("13812340000"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_counts_and_lights_show_what_the_lists_hold() {
    use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment};
    let service = Service::of(City::in_memory().await).await;
    let engine = &service.city.engine;
    let (address, tag) = reported(&service).await;
    reported(&service).await;
    let accept = json!({ "class": "time_limited", "matter": "environment.leak" });
    let accept = service
        .request(&community(), Method::POST, &format!("{address}/accept"))
        .header("if-match", &tag)
        .header("content-type", "application/json")
        .body(accept.to_string());
    assert_eq!(whole(accept).await.0, StatusCode::OK);
    let mut met = std::collections::BTreeSet::new();
    for hours in [0, 1, 24, 24 * 5, 24 * 40] {
        service.city.later(chrono::TimeDelta::hours(hours));
        engine.catch_up().await.unwrap();
        let (status, board) = answer(service.get(&leader(), "/api/v1/board")).await;
        assert_eq!(status, StatusCode::OK, "{board}");
        let now = Moment::now(engine.now());
        let all = LedgerFilter::default();
        let ledger = engine
            .questions()
            .ledger(&all, LedgerSort::Newest, None, 50, now);
        let ledger = ledger.await.unwrap().rows;
        for list in ["prewarning", "overdue", "severe", "suspended"] {
            let page = service.get(&leader(), &format!("/api/v1/lists/{list}"));
            let page = answer(page).await.1;
            let on_it = |id: &str| {
                let mut rows = page["rows"].as_array().unwrap().iter();
                rows.any(|row| row["case_id"] == id)
            };
            for row in &ledger {
                let light = row.light(engine.now()).code();
                met.insert(light);
                let lit = light == list || (list == "overdue" && light == "severe");
                assert_eq!(lit, on_it(&row.case_id), "{light} on {list}");
            }
            let part = board["lists"].as_array().unwrap().iter();
            if let Some(part) = part.clone().find(|part| part["part"] == list) {
                let rows = page["rows"].as_array().unwrap().len();
                assert_eq!(part["total"], rows, "{list}: {board}");
            }
        }
    }
    for light in ["prewarning", "severe"] {
        assert!(met.contains(light), "{light} was never met: {met:?}");
    }
    let own = answer(service.get(&water(), "/api/v1/board")).await.1;
    assert_eq!(own["classes"]["total"]["open"], 1, "only its own: {own}");
}
