//! Sessions of browsers: cookies, offices, and pages of other sites.

use super::provider::{Provider, Signer, claims};
use super::service::{Service, answer, settings, whole};
use super::staff::{administrator, appoint};
use crate::city::City;
use crate::city::people::water;
use chrono::TimeDelta;
use gridwhistle::domain::actor::{Actor, Role};
use jsonwebtoken::Algorithm;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

const SESSION: &str = "/api/v1/session";

/// Begins a session; answers its cookie as a browser sends it back, and the header that set it.
async fn begun(request: RequestBuilder, asked: &Value) -> (String, String) {
    let request = request
        .header("content-type", "application/json")
        .body(asked.to_string());
    let (status, headers, told) = whole(request).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let set = headers["set-cookie"].to_str().unwrap().to_owned();
    (set.split(';').next().unwrap().to_owned(), set)
}

fn with(service: &Service, cookie: &str, method: Method, path: &str) -> RequestBuilder {
    service.anonymous(method, path).header("cookie", cookie)
}

fn form() -> String {
    json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "a lamp is out" } })
        .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_logs_in_by_a_token_acts_and_logs_out() {
    let signer = Signer::new("e", Algorithm::ES256);
    let provider = Provider::of(&[&signer]).await;
    let service = Service::with(City::in_memory().await, provider.settings()).await;
    let token = signer.token(&claims("P-water", service.city.engine.now()));
    let login = service.anonymous(Method::POST, SESSION).bearer_auth(&token);
    let (cookie, set) = begun(login, &json!({})).await;
    assert!(cookie.starts_with("__Host-gridwhistle_session="));
    let end = "; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure";
    assert!(set.ends_with(end), "{set}");

    // It outlives the token, for half a day.
    service
        .city
        .later(TimeDelta::hours(12) - TimeDelta::seconds(1));
    let (status, told) = answer(with(&service, &cookie, Method::GET, SESSION)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(
        (&told["by"], &told["person"]),
        (&json!("session"), &json!("P-water"))
    );
    let cases = with(&service, &cookie, Method::GET, "/api/v1/cases");
    assert_eq!(answer(cases).await.0, StatusCode::OK);
    service.city.later(TimeDelta::seconds(1));
    let (status, told) = answer(with(&service, &cookie, Method::GET, SESSION)).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (401, &json!("not_logged_in"))
    );

    let token = signer.token(&claims("P-water", service.city.engine.now()));
    let login = service.anonymous(Method::POST, SESSION).bearer_auth(&token);
    let (cookie, _) = begun(login, &json!({})).await;
    let bare = with(&service, &cookie, Method::DELETE, SESSION);
    assert_eq!(answer(bare).await.1["code"], "cross_site");
    let logout =
        with(&service, &cookie, Method::DELETE, SESSION).header("x-requested-with", "fetch");
    let (status, headers, _) = whole(logout).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    let copied = with(&service, &cookie, Method::GET, SESSION);
    assert_eq!(
        answer(copied).await.0,
        StatusCode::UNAUTHORIZED,
        "a copy is worth nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nobody_begins_a_session_but_in_development() {
    let signer = Signer::new("e", Algorithm::ES256);
    let provider = Provider::of(&[&signer]).await;
    let strict = Service::with(City::in_memory().await, provider.settings()).await;
    let asked = json!({ "person": "P-water" });
    let login = strict
        .anonymous(Method::POST, SESSION)
        .body(asked.to_string());
    let (status, told) = answer(login).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (401, &json!("not_logged_in"))
    );
    let token = signer.token(&claims("P-roads", strict.city.engine.now()));
    let login = strict.anonymous(Method::POST, SESSION).bearer_auth(&token);
    let (status, told) = answer(login.body(asked.to_string())).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "for somebody else: {told}"
    );

    let open = Service::of(City::in_memory().await).await;
    let (cookie, set) = begun(open.anonymous(Method::POST, SESSION), &asked).await;
    assert!(!set.contains("Secure"), "{set}");
    let (_, told) = answer(with(&open, &cookie, Method::GET, SESSION)).await;
    assert_eq!(told["person"], "P-water");
    assert_eq!(told["offices"][0]["role_label"], "department handler");
    let elsewhere = open
        .anonymous(Method::POST, SESSION)
        .header("origin", "https://evil.example");
    let (status, told) = answer(elsewhere.body(asked.to_string())).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (403, &json!("cross_site"))
    );
    let nobody = open.anonymous(Method::POST, SESSION).body("{}");
    assert_eq!(answer(nobody).await.1["errors"][0]["pointer"], "/person");
    let large = json!({ "person": "P".repeat(5_000) }).to_string();
    let large = open.anonymous(Method::POST, SESSION).body(large);
    assert_eq!(answer(large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_with_a_cookie_must_come_from_a_page_of_ours() {
    let service = Service::of(City::in_memory().await).await;
    let asked = json!({ "person": "P-leader" });
    let (cookie, _) = begun(service.anonymous(Method::POST, SESSION), &asked).await;
    let report = || {
        with(&service, &cookie, Method::POST, "/api/v1/cases")
            .header("content-type", "application/json")
            .body(form())
    };
    let here = service.address("");
    let elsewhere = "https://evil.example";
    for (request, created) in [
        (report(), false),
        (report().header("origin", elsewhere), false),
        (report().header("origin", "null"), false),
        (report().header("referer", &here), false),
        (report().header("origin", &here), true),
        (report().header("x-requested-with", "XMLHttpRequest"), true),
    ] {
        let (status, told) = answer(request).await;
        if created {
            assert_eq!(status, StatusCode::CREATED, "{told}");
        } else {
            assert_eq!(
                (status.as_u16(), &told["code"]),
                (403, &json!("cross_site"))
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_several_offices_chooses_one_and_may_choose_another() {
    let city = City::in_memory().await;
    let second = Actor {
        unit: "B-roads".into(),
        ..water()
    };
    let line = "person,role,place,valid_from\nP-water,department_handler,unit:B-roads,2024-01-01\n";
    let files = [(
        gridwhistle::domain::registry::csv::CsvKind::Tenures,
        line.as_bytes(),
    )];
    let language = gridwhistle::domain::text::Language::En;
    city.engine
        .import_registry(&administrator(), &files, language)
        .await
        .unwrap();
    let service = Service::with(city, settings()).await;
    let asked = json!({ "person": "P-water" });
    let (cookie, _) = begun(service.anonymous(Method::POST, SESSION), &asked).await;
    let (_, told) = answer(with(&service, &cookie, Method::GET, SESSION)).await;
    assert_eq!(told["offices"].as_array().unwrap().len(), 2);
    assert_eq!(told["office"], Value::Null);
    let (status, told) = answer(with(&service, &cookie, Method::GET, "/api/v1/cases")).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (403, &json!("office_needed"))
    );

    let choose = |office: &str| {
        let choice = with(&service, &cookie, Method::POST, SESSION);
        (
            choice.header("x-requested-with", "fetch"),
            json!({ "office": office }),
        )
    };
    let office = format!("{}/{}", second.role, second.unit);
    let (request, asked) = choose(&office);
    service.city.later(TimeDelta::hours(1));
    let (chosen, set) = begun(request, &asked).await;
    assert!(
        set.contains("Max-Age=39600"),
        "it does not last longer for that: {set}"
    );
    let cases = with(&service, &chosen, Method::GET, "/api/v1/cases");
    assert_eq!(answer(cases).await.0, StatusCode::OK);
    let (_, told) = answer(with(&service, &chosen, Method::GET, SESSION)).await;
    assert_eq!(told["office"], json!(office));
    let (request, asked) = choose("city_office/CITY");
    let (status, told) = answer(request.body(asked.to_string())).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (403, &json!("office_not_held"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_share_a_key_share_sessions_and_others_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.key");
    std::fs::write(&path, [7; 32]).unwrap();
    let mut shared = settings();
    shared.session.key_file = Some(path);
    let first = Service::with(City::in_memory().await, shared.clone()).await;
    let second = Service::with(City::in_memory().await, shared).await;
    let other = Service::of(City::in_memory().await).await;
    let asked = json!({ "person": "P-water" });
    let (cookie, _) = begun(first.anonymous(Method::POST, SESSION), &asked).await;
    for (service, status) in [(&second, 200), (&other, 401)] {
        let (got, _) = answer(with(service, &cookie, Method::GET, SESSION)).await;
        assert_eq!(got.as_u16(), status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_the_office() {
    let city = City::in_memory().await;
    appoint(&city, &[Actor::new("P-new", Role::Dispatcher, "B-centre")]).await;
    let service = Service::of(city).await;
    let asked = json!({ "person": "P-new", "office": "dispatcher/B-centre" });
    let (cookie, _) = begun(service.anonymous(Method::POST, SESSION), &asked).await;
    let leaves = gridwhistle::domain::registry::RegistryCommand::DeactivatePerson {
        person: "P-new".into(),
        until: service.city.engine.now(),
    };
    service
        .city
        .engine
        .registry(&administrator(), leaves)
        .await
        .unwrap();
    let (status, told) = answer(with(&service, &cookie, Method::GET, "/api/v1/cases")).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (403, &json!("office_not_held"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_over_a_restart_and_one_that_was_ended_stays_ended() {
    let signer = Signer::new("e", Algorithm::ES256);
    let provider = Provider::of(&[&signer]).await;
    let folder = tempfile::tempdir().unwrap();
    let mut kept = provider.settings();
    kept.session.key_file = Some(folder.path().join("key"));
    std::fs::write(folder.path().join("key"), [7; 32]).unwrap();
    let service = Service::with(City::on_disk().await, kept.clone()).await;
    let mut cookies = Vec::new();
    for _ in 0..3 {
        let token = signer.token(&claims("P-water", service.city.engine.now()));
        let login = service.anonymous(Method::POST, SESSION).bearer_auth(&token);
        cookies.push(begun(login, &json!({})).await.0);
    }
    for cookie in &cookies[..2] {
        ended(with(&service, cookie, Method::DELETE, SESSION)).await;
    }
    let city = service.stop().await.restart().await;
    let service = Service::with(city, kept.clone()).await;
    let mut found = Vec::new();
    for cookie in &cookies {
        found.push(
            answer(with(&service, cookie, Method::GET, SESSION))
                .await
                .0
                .as_u16(),
        );
    }
    assert_eq!(found, [401, 401, 200]);
}

/// The end of a session, as a browser asks for it.
async fn ended(request: RequestBuilder) {
    let request = request.header("x-requested-with", "fetch");
    assert_eq!(answer(request).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_out_is_told_no_more_of_what_happens() {
    let mut often = settings();
    often.feed.alive_seconds = 1;
    let service = Service::with(City::in_memory().await, often).await;
    let asked = json!({ "person": "P-water" });
    let (cookie, _) = begun(service.anonymous(Method::POST, SESSION), &asked).await;
    let stream = with(&service, &cookie, Method::GET, "/api/v1/events/stream");
    let mut stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    assert!(stream.chunk().await.unwrap().is_some(), "it stands");
    ended(with(&service, &cookie, Method::DELETE, SESSION)).await;
    let over = async { while stream.chunk().await.unwrap().is_some() {} };
    let patience = std::time::Duration::from_secs(20);
    tokio::time::timeout(patience, over).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_is_ended_for_every_process_on_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.key");
    std::fs::write(&path, [7; 32]).unwrap();
    let mut shared = settings();
    shared.session.key_file = Some(path);
    let service = Service::with(City::on_a_database().await, shared.clone()).await;
    let other = service.city.another().await;
    let other = gridwhistle_server::serve(other, shared).await.unwrap();
    let there = format!("http://{}{SESSION}", other.address);
    let mut cookies = Vec::new();
    for _ in 0..3 {
        let asked = json!({ "person": "P-water" });
        cookies.push(
            begun(service.anonymous(Method::POST, SESSION), &asked)
                .await
                .0,
        );
    }
    let [first, second, third] = &cookies[..] else {
        panic!("three of them");
    };
    let here = async |cookie: &str| {
        let asked = with(&service, cookie, Method::GET, SESSION);
        answer(asked).await.0.as_u16()
    };
    let elsewhere = async |cookie: &str| {
        let asked = service.client.get(&there).header("cookie", cookie);
        answer(asked).await.0.as_u16()
    };
    // Both have just looked whether one was ended.
    for cookie in &cookies {
        assert_eq!((here(cookie).await, elsewhere(cookie).await), (200, 200));
    }
    ended(with(&service, first, Method::DELETE, SESSION)).await;
    assert_eq!(here(first).await, 401, "at once where it was ended");
    let there_too = async { while elsewhere(first).await == 200 {} };
    let patience = std::time::Duration::from_secs(5);
    tokio::time::timeout(patience, there_too).await.unwrap();
    ended(service.client.delete(&there).header("cookie", second)).await;
    assert_eq!(elsewhere(second).await, 401);
    let here_too = async { while here(second).await == 200 {} };
    tokio::time::timeout(patience, here_too).await.unwrap();
    assert_eq!((here(third).await, elsewhere(third).await), (200, 200));
}
