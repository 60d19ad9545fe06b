//! `Idempotency-Key` of what sets a city up: a repeat gets the first answer, another request under the
//! key is refused, and what is shown once is not shown again.

use super::service::{Service, answer, settings, whole};
use super::staff::{account, administrator, appoint, keeper};
use crate::city::City;
use crate::city::people::{leader, officer, supervisor, water};
use crate::city::{case, work};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::policy::Policy;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn staffed(city: City) -> Service {
    appoint(&city, &[administrator(), keeper(), account()]).await;
    let mut open = settings();
    open.outgoing.hosts = vec!["127.0.0.1".to_owned()];
    Service::with(city, open).await
}

async fn asked(
    service: &Service,
    who: &Actor,
    (path, body, key): (&str, &str, &str),
) -> (StatusCode, HeaderMap, Value) {
    let post = service.request(who, Method::POST, path);
    let kind = if body.starts_with('{') {
        "application/json"
    } else {
        "text/plain"
    };
    let post = post
        .header("content-type", kind)
        .header("idempotency-key", key);
    whole(post.body(body.to_owned())).await
}

/// What is imported, and another file for the same address.
fn files() -> Vec<(&'static str, String, String)> {
    let policy = |version: &str| {
        let text = Policy::default_text().replace("default-2026.1", version);
        text.replace("2019-12-31T16:00:00Z", "2026-04-01T00:00:00+08:00")
    };
    let unit = |unit: &str| {
        format!(
            "unit_id,kind,level,name_zh,parent,valid_from\n{unit},community,,南门社区,S-1,2024-01-01\n"
        )
    };
    let matter = |code: &str| {
        format!(
            "code,domain,name_zh,classes,owner,statutory_limit,safety,proxy,funding_owner,valid_from\n\
             civility.{code},civility,乱扔,on_the_spot,by_service,,,,D-1,2026-04-01\n"
        )
    };
    let area = |east: u32| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"unit":"S-1"}},
            "geometry":{{"type":"Polygon","coordinates":[[[119,26],[{east},26],[{east},27],[119,27],[119,26]]]}}}}]}}"#
        )
    };
    let calendar = |version: &str, hour: u32| {
        format!(
            "version = \"{version}\"\nknown_at = \"2026-03-02T0{hour}:00:00+08:00\"\n\
             [[days]]\ndate = \"2026-07-21\"\nkind = \"stop_work\"\n"
        )
    };
    vec![
        ("/policies", policy("city-1"), policy("city-2")),
        ("/registry/units", unit("C-8"), unit("C-9")),
        ("/matters", matter("litter"), matter("spitting")),
        ("/registry/boundaries", area(120), area(121)),
        (
            "/calendars",
            calendar("typhoon-1", 7),
            calendar("typhoon-2", 8),
        ),
    ]
}

async fn imports_repeat(city: City) {
    let service = staffed(city).await;
    let admin = administrator();
    for (number, (path, file, other)) in files().into_iter().enumerate() {
        let path = format!("/api/v1{path}");
        let key = format!("import-{number}");
        let (status, headers, first) = asked(&service, &admin, (&path, &file, &key)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {first}");
        assert_eq!(first["events"], 1, "{path}: {first}");
        assert!(!headers.contains_key("idempotency-replayed"));
        let head = service.city.head().await;
        let (status, headers, again) = asked(&service, &admin, (&path, &file, &key)).await;
        assert_eq!((status, &again), (StatusCode::OK, &first), "{path}");
        assert_eq!(headers["idempotency-replayed"], "true", "{path}");
        assert_eq!(headers["log-position"], first["position"].to_string());
        let (status, _, told) = asked(&service, &admin, (&path, &other, &key)).await;
        let refused = (status.as_u16(), &told["code"]);
        assert_eq!(
            refused,
            (422, &json!("idempotency_key_reused")),
            "{path}: {told}"
        );
        assert_eq!(
            service.city.head().await,
            head,
            "{path}: nothing was written"
        );
        // Under another key, and later, it is another request.
        service.city.later(TimeDelta::hours(1));
        let fresh = format!("fresh-{number}");
        let (status, _, told) = asked(&service, &admin, (&path, &other, &fresh)).await;
        assert_eq!(
            (status, &told["events"]),
            (StatusCode::OK, &json!(1)),
            "{path}: {told}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_sent_again_gets_the_first_answer_on_every_store() {
    imports_repeat(City::in_memory().await).await;
    imports_repeat(City::on_disk().await).await;
    imports_repeat(City::on_a_database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_for_a_system_is_issued_once_and_told_once() {
    let service = staffed(City::on_disk().await).await;
    let expires = service.city.engine.now() + TimeDelta::days(1);
    let office = account();
    let terms = |name: &str| {
        json!({ "name": name, "person": office.person, "role": office.role, "unit": office.unit,
            "actions": ["read"], "expires": expires })
        .to_string()
    };
    let ask = async |name: &str| {
        asked(&service, &keeper(), ("/api/v1/keys", &terms(name), "key-1")).await
    };
    let (status, _, first) = ask("热线").await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert!(first["key"].is_string(), "{first}");
    // Also when what was asked would not be fit any more.
    service.city.later(TimeDelta::days(2));
    let (status, headers, again) = ask("热线").await;
    assert_eq!(status, StatusCode::CREATED, "{again}");
    assert_eq!(headers["idempotency-replayed"], "true");
    let mut without = first.clone();
    without.as_object_mut().unwrap().remove("key");
    assert_eq!(again, without, "the same, but for what is shown once");
    let (status, _, told) = ask("another").await;
    let refused = (status.as_u16(), &told["code"]);
    assert_eq!(refused, (422, &json!("idempotency_key_reused")), "{told}");
    let (_, listed) = answer(service.get(&keeper(), "/api/v1/keys")).await;
    assert_eq!(listed["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_is_added_once_and_its_secret_told_once() {
    let service = staffed(City::on_disk().await).await;
    let body = |name: &str| {
        json!({ "name": name, "form": "cloud_event", "url": "http://127.0.0.1:9/in" }).to_string()
    };
    let path = "/api/v1/webhooks";
    let ask =
        async |name: &str| asked(&service, &administrator(), (path, &body(name), "hook-1")).await;
    let (status, _, first) = ask("platform").await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert!(first["secret"].is_string(), "{first}");
    let (status, headers, again) = ask("platform").await;
    assert_eq!(
        (status, &again),
        (StatusCode::CREATED, &json!({ "id": first["id"] }))
    );
    assert_eq!(headers["idempotency-replayed"], "true");
    let (status, _, told) = ask("another").await;
    let refused = (status.as_u16(), &told["code"]);
    assert_eq!(refused, (422, &json!("idempotency_key_reused")), "{told}");
    let (_, listed) = answer(service.get(&administrator(), path)).await;
    assert_eq!(listed["webhooks"].as_array().unwrap().len(), 1);
    // Also when it was removed meanwhile: nothing of it comes back.
    let id = first["id"].as_str().unwrap();
    let gone = service.request(&administrator(), Method::DELETE, &format!("{path}/{id}"));
    assert_eq!(answer(gone).await.0, StatusCode::OK);
    assert_eq!(ask("platform").await.0, StatusCode::CREATED);
    let (_, listed) = answer(service.get(&administrator(), path)).await;
    assert_eq!(listed["webhooks"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_systems_that_count_their_requests_the_same_do_not_meet() {
    let service = Service::of(City::in_memory().await).await;
    let body = |words: &str| {
        let form = json!({ "channel": "snap_report", "grid": "G-1", "description": words });
        json!({ "form": form }).to_string()
    };
    let ask = async |who: Actor, words: &str| {
        let (status, headers, told) =
            asked(&service, &who, ("/api/v1/cases", &body(words), "1")).await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
        (
            headers["location"].clone(),
            headers.contains_key("idempotency-replayed"),
        )
    };
    let (first, repeated) = ask(leader(), "water").await;
    let (other, other_repeated) = ask(officer(), "a lamp").await;
    assert!(first != other && !repeated && !other_repeated);
    assert_eq!(ask(leader(), "water").await, (first, true));
    assert_eq!(ask(officer(), "a lamp").await, (other, true));
}

/// What is on record of subscribers; how far they were told is written down beside it, when it suits.
async fn subscriber_events(service: &Service) -> usize {
    let (engine, most) = (&service.city.engine, 10_000);
    let all = engine
        .log()
        .read_log(engine.tenant(), 0, most)
        .await
        .unwrap();
    let of = all
        .iter()
        .filter(|event| event.stream.aggregate_type == "subscriber");
    of.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_to_a_subscriber_is_followed_once_under_a_key() {
    let service = staffed(City::on_disk().await).await;
    let body = json!({ "name": "platform", "form": "cloud_event", "url": "http://127.0.0.1:9/in" });
    let admin = administrator();
    let (_, made) = answer(service.post(&admin, "/api/v1/webhooks", &body)).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let ask = async |order: &str, body: &str, key: &str| {
        let path = format!("/api/v1/webhooks/{id}/{order}");
        asked(&service, &admin, (&path, body, key)).await
    };
    let (status, _, first) = ask("rotate-secret", "{}", "rotate").await;
    assert_eq!(status, StatusCode::OK, "{first}");
    assert!(
        first["secret"].as_str().unwrap().starts_with("whsec_"),
        "{first}"
    );
    let written = subscriber_events(&service).await;
    let (status, headers, again) = ask("rotate-secret", "{}", "rotate").await;
    assert_eq!(status, StatusCode::OK, "{again}");
    assert_eq!(headers["idempotency-replayed"], "true");
    let mut without = first.clone();
    without.as_object_mut().unwrap().remove("secret");
    assert_eq!(again, without, "the same, but for what is shown once");
    for (order, body) in [
        ("rotate-secret", r#"{"overlap_minutes":5}"#),
        ("disable", "{}"),
    ] {
        let (status, _, told) = ask(order, body, "rotate").await;
        let refused = (status.as_u16(), &told["code"]);
        assert_eq!(refused, (422, &json!("idempotency_key_reused")), "{told}");
    }
    assert_eq!(subscriber_events(&service).await, written, "nothing more");
    for order in ["disable", "enable"] {
        let (status, headers, told) = ask(order, "{}", order).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert!(!headers.contains_key("idempotency-replayed"));
        let (_, headers, again) = ask(order, "{}", order).await;
        assert_eq!(
            (&headers["idempotency-replayed"], again),
            (&"true".parse().unwrap(), told)
        );
    }
    assert_eq!(subscriber_events(&service).await, written + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_sealed_once_under_a_key() {
    for city in [City::in_memory().await, City::on_a_database().await] {
        work::closed(&city, case(1)).await;
        let service = Service::with(city, settings()).await;
        let base = format!("/api/v1/cases/{}/evaluations", case(1));
        let (_, opened) = answer(service.get(&water(), &base)).await;
        let forms = opened["evaluations"][0]["forms"].as_array().unwrap();
        let form = forms
            .iter()
            .find(|form| form["side"] == "department")
            .unwrap();
        let items = form["items"].as_array().unwrap().iter();
        let items = items.filter(|item| item["computed"] == false);
        let stars = |score: u8| {
            let one = |item: &Value| {
                let code = item["code"].as_str().unwrap().to_owned();
                (code, json!({ "score": score }))
            };
            let answers: serde_json::Map<String, Value> = items.clone().map(one).collect();
            json!({ "side": "department", "answers": answers }).to_string()
        };
        let seal = format!("{base}/1/seal");
        let ask = async |body: &str, key: &str| asked(&service, &water(), (&seal, body, key)).await;
        let (status, headers, first) = ask(&stars(4), "form-1").await;
        assert_eq!(status, StatusCode::OK, "{first}");
        assert!(!headers.contains_key("idempotency-replayed"));
        let head = service.city.head().await;
        let (status, again_headers, again) = ask(&stars(4), "form-1").await;
        assert_eq!((status, &again), (StatusCode::OK, &first));
        assert_eq!(again_headers["idempotency-replayed"], "true");
        assert_eq!(again_headers["log-position"], headers["log-position"]);
        let (status, _, told) = ask(&stars(3), "form-1").await;
        let refused = (status.as_u16(), &told["code"]);
        assert_eq!(refused, (422, &json!("idempotency_key_reused")), "{told}");
        let (status, _, told) = ask(&stars(4), "form-2").await;
        assert_eq!(status, StatusCode::CONFLICT, "sealed already: {told}");
        assert_eq!(service.city.head().await, head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_are_published_once_under_a_key() {
    let city = City::on_disk().await;
    work::closed(&city, case(1)).await;
    let service = Service::with(city, settings()).await;
    let window = |window: &str| json!({ "window": window }).to_string();
    let ask = async |body: &str| {
        let path = "/api/v1/scores";
        asked(&service, &supervisor(), (path, body, "scores-1")).await
    };
    let (status, headers, first) = ask(&window("2026")).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    assert_eq!(headers["log-position"], first["run"].to_string());
    assert!(!headers.contains_key("idempotency-replayed"));
    let head = service.city.head().await;
    let (status, headers, again) = ask(&window("2026")).await;
    assert_eq!((status, &again), (StatusCode::OK, &first));
    assert_eq!(headers["idempotency-replayed"], "true");
    let (status, _, told) = ask(&window("2026-03")).await;
    let refused = (status.as_u16(), &told["code"]);
    assert_eq!(refused, (422, &json!("idempotency_key_reused")), "{told}");
    assert_eq!(service.city.head().await, head);
}
