//! Open311 GeoReport v2 over real sockets, by hand, by its official contract and by clients that others
//! wrote.

mod clients;
mod extensions;

use super::service::{Service, settings};
use crate::city::City;
use crate::city::people::{dispatcher, leader};
use gridwhistle::access_keys::{Action, KeyTerms};
use gridwhistle::domain::actor::{Actor, Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A city that lets anybody report.
async fn open() -> Service {
    opened(City::on_disk().await).await
}

async fn opened(city: City) -> Service {
    let mut settings = settings();
    settings.open311.anonymous = true;
    Service::with(city, settings).await
}

async fn got(service: &Service, path: &str) -> (StatusCode, String, String) {
    let request = service.anonymous(Method::GET, path);
    told(request).await
}

async fn told(request: reqwest::RequestBuilder) -> (StatusCode, String, String) {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let kind = headers["content-type"].to_str().unwrap().to_owned();
    (status, kind, answer.text().await.unwrap())
}

async fn json_of(service: &Service, path: &str) -> Value {
    let (status, kind, text) = got(service, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {text}");
    assert_eq!(kind, "application/json; charset=utf-8");
    serde_json::from_str(&text).unwrap()
}

const FORM: &[(&str, &str)] = &[
    ("service_code", "environment.leak"),
    ("lat", "26.074508"),
    ("long", "119.296494"),
    ("address_id", "G-1"),
    ("address_string", "东街 5 号 301"),
    ("description", "水从楼上漏下来"),
    ("first_name", "晓梅"),
    ("last_name", "林"),
    ("phone", "13812340000"),
];

async fn posted(service: &Service, form: &[(&str, &str)]) -> (StatusCode, Value) {
    let request = service.anonymous(Method::POST, "/open311/v2/requests.json");
    let (status, kind, text) = told(request.form(form)).await;
    assert_eq!(kind, "application/json; charset=utf-8", "{text}");
    (status, serde_json::from_str(&text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_the_matters_in_force_in_both_forms() {
    let service = open().await;
    let services = json_of(&service, "/open311/v2/services.json?jurisdiction_id=city").await;
    let leak = services.as_array().unwrap().iter();
    let leak = leak
        .clone()
        .find(|one| one["service_code"] == "environment.leak")
        .unwrap_or_else(|| panic!("{services}"));
    assert_eq!(leak["type"], "realtime");
    assert!(!leak["group"].as_str().unwrap().is_empty());
    let (status, kind, xml) = got(&service, "/open311/v2/services.xml").await;
    assert_eq!(
        (status, kind.as_str()),
        (StatusCode::OK, "text/xml; charset=utf-8")
    );
    assert!(
        xml.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?><services><service>"),
        "{xml}"
    );
    assert!(
        xml.contains("<service_code>environment.leak</service_code>"),
        "{xml}"
    );
    let one = json_of(&service, "/open311/v2/services/environment.leak.json").await;
    assert_eq!(one["attributes"][0]["values"][1]["key"], "yes", "{one}");
    let (_, _, xml) = got(&service, "/open311/v2/services/environment.leak.xml").await;
    assert!(
        xml.contains("<attributes><attribute><variable>true</variable>"),
        "{xml}"
    );
    let discovery = json_of(&service, "/open311/discovery.json").await;
    let url = discovery["endpoints"][0]["url"].as_str().unwrap();
    assert_eq!(url, service.address("/open311/v2"));
    let (_, _, xml) = got(&service, "/open311/discovery.xml").await;
    assert!(xml.contains("<format>text/xml</format>"), "{xml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_found_by_everybody_without_a_word_of_its_reporter() {
    for city in City::everywhere().await {
        a_report_is_found_by_everybody_without_a_word_of_its_reporter_on(city).await;
    }
}

async fn a_report_is_found_by_everybody_without_a_word_of_its_reporter_on(city: City) {
    let service = opened(city).await;
    let (status, made) = posted(&service, FORM).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let id = made[0]["service_request_id"].as_str().unwrap();
    let receipt = made[0]["receipt"].as_str().unwrap();
    assert!(receipt.len() > 40, "{receipt}");
    let mut seen = String::new();
    for path in [
        format!("/open311/v2/requests/{id}.json"),
        "/open311/v2/requests.json?status=open&service_code=environment.leak".to_owned(),
        format!("/open311/v2/requests.json?service_request_id={id},nothing"),
    ] {
        let found = json_of(&service, &path).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "{path}: {found}");
        assert_eq!(found[0]["service_request_id"], id);
        assert_eq!(found[0]["status"], "open");
        assert_eq!(found[0]["service_code"], "environment.leak");
        assert_eq!(found[0]["address_id"], "G-1");
        assert!(
            found[0]["requested_datetime"]
                .as_str()
                .unwrap()
                .ends_with("+08:00")
        );
        seen.push_str(&found.to_string());
    }
    let token = json_of(&service, &format!("/open311/v2/tokens/{id}.json")).await;
    assert_eq!(token, json!([{ "service_request_id": id, "token": id }]));
    let (_, _, xml) = got(&service, &format!("/open311/v2/requests/{id}.xml")).await;
    assert!(
        xml.contains(&format!(
            "<service_requests><request><service_request_id>{id}</"
        )),
        "{xml}"
    );
    let track = json_of_any(&service, &format!("/api/v1/public/cases/{receipt}")).await;
    assert_eq!(track["stage"], "reported");
    assert_eq!(track["steps"][0]["kind"], "CaseReported");
    seen.push_str(&xml);
    seen.push_str(&track.to_string());
    for word in ["林", "晓梅", "1381234", "东街", "水从", "301", receipt] {
        assert!(!seen.contains(word), "{word} is told to everybody: {seen}");
    }
    let log = service.city.engine.log();
    let events = log.read_log(service.city.engine.tenant(), 0, 10_000).await;
    let events = events.unwrap();
    let on_disk = service.city.url().starts_with("sqlite:");
    let held = on_disk.then(|| std::fs::read(service.city.file()).unwrap());
    for secret in ["13812340000", receipt] {
        let mut told = events.iter();
        assert!(
            told.all(|event| !event.payload.contains(secret)),
            "{secret} stands in the log"
        );
        let held = held.as_deref().unwrap_or_default();
        let there = held
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!there, "{secret} stands in the file of the log");
    }
    // Inside, who may read it reads it.
    let case = service.get(&leader(), &format!("/api/v1/cases/{id}/people"));
    let people = super::service::answer(case).await.1;
    assert!(people.to_string().contains("13812340000"), "{people}");
}

async fn json_of_any(service: &Service, path: &str) -> Value {
    let (status, _, text) = got(service, path).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_told_in_the_form_of_the_specification() {
    let service = open().await;
    let without = |name: &str| -> Vec<(&str, &str)> {
        FORM.iter()
            .copied()
            .filter(|(known, _)| *known != name)
            .collect()
    };
    let with = |name: &'static str, value: &'static str| {
        let mut form = without(name);
        form.push((name, value));
        form
    };
    let mut placeless = without("lat");
    placeless.retain(|(name, _)| !["long", "address_id", "address_string"].contains(name));
    let long: &'static str = Box::leak("水".repeat(4_001).into_boxed_str());
    for (form, status, word) in [
        (without("service_code"), 400, "service_code"),
        (with("service_code", "no.such"), 404, "no.such"),
        (placeless, 400, "address_string"),
        (without("lat"), 400, "lat and long"),
        (with("lat", "926"), 400, "WGS84"),
        (with("lat", "1e400"), 400, "WGS84"),
        (with("address_id", "G-99"), 400, "G-99"),
        (with("description", long), 400, "4000"),
        (with("media_url", "file:///etc/passwd"), 400, "https://"),
        (with("jurisdiction_id", "other.city"), 404, "other.city"),
    ] {
        let (met, told) = posted(&service, &form).await;
        assert_eq!(met.as_u16(), status, "{told}");
        assert_eq!(told[0]["code"], status.to_string(), "{told}");
        let words = told[0]["description"].as_str().unwrap();
        assert!(words.contains(word), "{words}");
    }
    for (path, status) in [
        ("requests.json?start_date=2026-13-01", 400),
        (
            "requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-12-01T00:00:00Z",
            400,
        ),
        ("requests.json?start_date=+262142-12-31T00:00:00Z", 400),
        ("requests.json?status=late", 400),
        ("requests.json?page=0", 400),
        ("requests.json?page_size=1001", 400),
        ("requests/nothing.json", 404),
        ("tokens/nothing.json", 404),
        ("services/no.such.json", 404),
        ("nothing.json", 404),
        ("services", 404),
    ] {
        let (met, _, text) = got(&service, &format!("/open311/v2/{path}")).await;
        assert_eq!(met.as_u16(), status, "{path}: {text}");
    }
    let (_, kind, xml) = got(&service, "/open311/v2/requests/%01%3Cx%3E.xml").await;
    assert_eq!(kind, "text/xml; charset=utf-8");
    assert!(
        xml.contains("<errors><error><code>404</code>") && xml.contains("&lt;x&gt;"),
        "{xml}"
    );
    assert!(!xml.contains('\u{1}'), "XML has no place for it");
    for receipt in ["gwr-", "gwr-AAAA", "x", &format!("gwr-{}", "A".repeat(43))] {
        let path = format!("/api/v1/public/cases/{receipt}");
        assert_eq!(
            got(&service, &path).await.0,
            StatusCode::NOT_FOUND,
            "{receipt}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_leave_a_key_is_needed_and_pages_follow_each_other() {
    for city in City::everywhere().await {
        without_leave_a_key_is_needed_and_pages_follow_each_other_on(city).await;
    }
}

async fn without_leave_a_key_is_needed_and_pages_follow_each_other_on(city: City) {
    let service = Service::of(city).await;
    let (status, told) = posted(&service, FORM).await;
    assert_eq!((status.as_u16(), &told[0]["code"]), (400, &json!("400")));
    let with = |key: &str| {
        let form = FORM
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        form.chain([("api_key", key.to_owned())])
            .collect::<Vec<_>>()
    };
    let post = async |key: &str| {
        let request = service.anonymous(Method::POST, "/open311/v2/requests.json");
        told_of(request.form(&with(key))).await
    };
    assert_eq!(post("gwk_wrong").await.0, StatusCode::FORBIDDEN);
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    let issue = async |action: Action| {
        let terms = KeyTerms {
            name: "app".to_owned(),
            office: dispatcher(),
            actions: [action].into(),
            expires: service.city.engine.now() + chrono::TimeDelta::days(9),
        };
        let engine = &service.city.engine;
        engine
            .issue_key(&admin, uuid::Uuid::now_v7(), terms)
            .await
            .unwrap()
            .key
            .unwrap()
    };
    assert_eq!(
        post(&issue(Action::Read).await).await.0,
        StatusCode::FORBIDDEN
    );
    let key = issue(Action::Incoming).await;
    for _ in 0..5 {
        let (status, made) = post(&key).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        service.city.later(chrono::TimeDelta::seconds(1));
    }
    let mut ids = Vec::new();
    for page in 1..=3 {
        let path = format!("/open311/v2/requests.json?page={page}&page_size=2");
        let found = json_of(&service, &path).await;
        let found = found.as_array().unwrap().iter();
        ids.extend(found.map(|one| one["service_request_id"].to_string()));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

async fn told_of(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let (status, _, text) = told(request).await;
    (status, serde_json::from_str(&text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_means_nothing_gets_nobody_past_the_limit() {
    let mut settings = settings();
    settings.open311.anonymous = true;
    settings.limits.address_per_second = 1;
    settings.limits.address_burst = 2;
    let service = Service::with(City::in_memory().await, settings).await;
    let mut met = Vec::new();
    for _ in 0..4 {
        let request = service.anonymous(Method::GET, "/api/v1/public/cases/gwr-A");
        let answer = request.bearer_auth("x").send().await.unwrap();
        met.push(answer.status().as_u16());
    }
    assert_eq!(met[..2], [404, 404], "{met:?}");
    assert!(met.contains(&429), "{met:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_request_is_found_behind_more_than_one_reading() {
    use gridwhistle::domain::case::command::CaseCommand;
    use gridwhistle::domain::case::fact::ReportForm;
    use gridwhistle::domain::case::record::SourceRef;
    use gridwhistle::domain::ids::CaseId;
    let mut bounded = settings();
    bounded.open311.looked_at = 2_000;
    let service = Service::with(City::in_memory().await, bounded).await;
    let engine = &service.city.engine;
    for number in 0..1_030_u128 {
        let code = if number == 0 {
            "civility.trash"
        } else {
            "environment.leak"
        };
        let case = CaseId(uuid::Uuid::from_u128(number + 1));
        let mut form = ReportForm::new("snap_report", "G-1", "x");
        form.source = Some(SourceRef {
            source: "open311".to_owned(),
            id: format!("{code}#{case}"),
        });
        let report = CaseCommand::Report { form };
        engine.execute(&leader(), case, report).await.unwrap();
        service.city.later(chrono::TimeDelta::milliseconds(10));
    }
    let path = "/open311/v2/requests.json?service_code=civility.trash";
    let found = json_of(&service, path).await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let all = json_of(&service, "/open311/v2/requests.json").await;
    assert_eq!(all.as_array().unwrap().len(), 1_000);
    let closed = json_of(&service, "/open311/v2/requests.json?status=closed").await;
    assert_eq!(closed, json!([]));
    // Where no more may be looked through, it says how far it came, and older ones are found from there.
    let mut strict = settings();
    strict.open311.looked_at = 1_000;
    let service = Service::with(service.stop().await, strict).await;
    let (status, _, refused) = got(&service, path).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
    let until = refused.split("end_date=").nth(1).unwrap();
    let until = until.split(' ').next().unwrap();
    let older = format!("{path}&end_date={until}");
    let found = json_of(&service, &older).await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
}
