//! Outgoing events over real sockets: signed, in order, at least once, and nobody slowed by another.

mod forms;
mod receiver;
mod trouble;

use super::service::{Service, answer, settings};
use crate::city::City;
use crate::city::people::{community, leader};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use gridwhistle_server::Settings;
use hmac::{Hmac, KeyInit, Mac};
use receiver::{Manner, Received, Receiver};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

const PATH: &str = "/api/v1/webhooks";

/// The administrator of the city.
fn administrator() -> Actor {
    Actor::new("P-admin", Role::Administrator, "CITY")
}

fn outgoing() -> Settings {
    let mut open = settings();
    open.outgoing.hosts = vec!["127.0.0.1".to_owned()];
    open.outgoing.seconds = 2;
    open
}

/// A city with an administrator, which may tell receivers on this machine.
async fn telling(city: City) -> Service {
    telling_under(city, outgoing()).await
}

async fn telling_under(city: City, settings: Settings) -> Service {
    let people = "person_id,name,employment,valid_from\nP-admin,管理员,full_time,2024-01-01\n";
    let tenures = "person,role,place,valid_from\nP-admin,administrator,unit:CITY,2024-01-01\n";
    let files = [
        (CsvKind::People, people.as_bytes()),
        (CsvKind::Tenures, tenures.as_bytes()),
    ];
    let first = Actor::new("it-desk", Role::Administrator, "CITY");
    let import = city.engine.import_registry(&first, &files, Language::En);
    import.await.unwrap();
    Service::with(city, settings).await
}

fn asked(receiver: &Receiver) -> Value {
    json!({ "name": "platform", "form": "cloud_event", "url": receiver.url(), "types": ["CaseReported"] })
}

/// Adds a subscriber; answers its address and its secret.
async fn subscribe(service: &Service, body: &Value) -> (String, String) {
    let (status, told) = answer(service.post(&administrator(), PATH, body)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    (format!("{PATH}/{}", text("id")), text("secret"))
}

async fn report(city: &City) -> CaseId {
    let case = CaseId(Uuid::now_v7());
    let form = ReportForm::new("snap_report", "G-1", "water over the pavement");
    city.allowed(leader(), case, CaseCommand::Report { form })
        .await;
    case
}

async fn note(city: &City, case: CaseId, note: &str) {
    let note = note.to_owned();
    let reject = CaseCommand::Reject {
        reason: "not_verifiable".to_owned(),
        note,
    };
    city.allowed(community(), case, reject).await;
}

/// Whether one of the signatures is that of a secret: by hand, not by the code that signed.
fn is_signed(received: &Received, secret: &str) -> bool {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let (id, time) = (
        received.header("webhook-id"),
        received.header("webhook-timestamp"),
    );
    let told = [format!("{id}.{time}.").as_bytes(), &received.body].concat();
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
    let wanted = STANDARD.encode(mac.chain_update(told).finalize().into_bytes());
    let signatures = received.header("webhook-signature").split(' ');
    signatures
        .into_iter()
        .any(|one| one == format!("v1,{wanted}"))
}

async fn events_arrive(city: City) {
    let receiver = Receiver::of([]).await;
    let service = telling(city).await;
    let before = report(&service.city).await;
    let (address, secret) = subscribe(&service, &asked(&receiver)).await;
    let cases = [report(&service.city).await, report(&service.city).await];
    let received = receiver.wait(2).await;
    let events: Vec<Value> = received.iter().map(Received::json).collect();
    let mut told: Vec<&str> = events
        .iter()
        .map(|event| event["subject"].as_str().unwrap())
        .collect();
    told.sort_unstable();
    let mut wanted = cases.map(|case| case.to_string());
    wanted.sort_unstable();
    assert_eq!(told, wanted, "and nothing of {before}, which was before");
    let (one, event) = (&received[0], &events[0]);
    assert_eq!(one.header("content-type"), "application/cloudevents+json");
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["type"], "gridwhistle.case.case_reported.v1");
    assert_eq!(event["source"], "/tenants/city");
    assert_eq!(event["partitionkey"], event["subject"]);
    assert_eq!(event["id"], json!(one.header("webhook-id")));
    assert_eq!(
        event["sequence"],
        json!(event["data"]["position"].to_string())
    );
    let now = service.city.clock.clone();
    let now = gridwhistle::Clock::now(&*now).timestamp().to_string();
    assert_eq!(one.header("webhook-timestamp"), now);
    assert!(received.iter().all(|one| is_signed(one, &secret)));

    let (_, shown) = answer(service.get(&administrator(), &address)).await;
    assert_eq!(shown["url"], json!(receiver.url()));
    assert!(!shown.to_string().contains(&secret));
    let rotate = format!("{address}/rotate-secret");
    let (status, told) = answer(service.post(&administrator(), &rotate, &json!({}))).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let fresh = told["secret"].as_str().unwrap().to_owned();
    report(&service.city).await;
    let third = receiver.wait(3).await.pop().unwrap();
    assert!(is_signed(&third, &secret) && is_signed(&third, &fresh) && fresh != secret);
    service.city.later(TimeDelta::days(2));
    report(&service.city).await;
    let last = receiver.wait(4).await.pop().unwrap();
    assert!(!is_signed(&last, &secret) && is_signed(&last, &fresh));
    let city = service.stop().await;
    let log = city.engine.log();
    let all = log.read_log(city.engine.tenant(), 0, 10_000).await.unwrap();
    let hidden = [secret, fresh];
    let shows = |text: &str| hidden.iter().any(|secret| text.contains(secret.as_str()));
    assert!(all.iter().all(|row| !shows(&row.payload)));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_signed_and_with_both_secrets_while_one_replaces_the_other() {
    events_arrive(City::in_memory().await).await;
    events_arrive(City::on_a_database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_where_telling_stood() {
    let receiver = Receiver::of([Manner::Status(200), Manner::Status(500)]).await;
    let service = telling(City::on_disk().await).await;
    let (address, _) = subscribe(&service, &asked(&receiver)).await;
    let first = report(&service.city).await;
    receiver.wait(1).await;
    let second = report(&service.city).await;
    receiver.wait(2).await;
    let city = service.stop().await;
    let third = report(&city).await;
    receiver.answers(Manner::Status(200));
    let service = Service::with(city.restart().await, outgoing()).await;
    let step = || service.city.later(TimeDelta::seconds(5));
    let received = receiver.wait_while(4, step).await;
    let mut told: Vec<String> = received.iter().map(subject).collect();
    told[2..].sort();
    let mut late = [second.to_string(), third.to_string()];
    late.sort();
    assert_eq!(told[..2], [first.to_string(), second.to_string()]);
    assert_eq!(
        told[2..],
        late,
        "the second again, and what happened meanwhile; the first not"
    );
    let (_, shown) = answer(service.get(&administrator(), &address)).await;
    assert_eq!(shown["dead"], 0);
}

fn subject(received: &Received) -> String {
    received.json()["subject"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_say_who_is_told_and_only_hosts_that_the_operator_allows() {
    let receiver = Receiver::of([]).await;
    let service = telling(City::in_memory().await).await;
    let (status, told) = answer(service.post(&leader(), PATH, &asked(&receiver))).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (403, &json!("not_permitted"))
    );
    let (status, _) = answer(service.anonymous(Method::GET, PATH)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    for (field, value, pointer) in [
        ("url", json!("http://10.0.0.1/in"), "/url"),
        ("url", json!("http://127.0.0.1@10.0.0.1/in"), "/url"),
        ("url", json!("file:///etc/passwd"), "/url"),
        (
            "url",
            json!("http://169.254.169.254/latest/meta-data"),
            "/url",
        ),
        ("form", json!("fax"), "/form"),
        ("form", json!("mail"), "/url"),
        ("types", json!(["Everything"]), ""),
        ("name", json!(""), ""),
        ("scope", json!({ "areas": ["S-99"] }), ""),
        ("quiet", json!({ "from": 1440, "until": 0 }), ""),
        ("secret", json!("whsec_c2hvcnQ="), "/secret"),
        ("colour", json!("red"), "/colour"),
    ] {
        let mut body = asked(&receiver);
        body[field] = value;
        let (status, told) = answer(service.post(&administrator(), PATH, &body)).await;
        assert_eq!(status.as_u16(), 422, "{field} {told}");
        assert_eq!(
            told["errors"][0]["pointer"],
            json!(pointer),
            "{field} {told}"
        );
    }
    let nobody = format!("{PATH}/{}", Uuid::nil());
    assert_eq!(
        answer(service.get(&administrator(), &nobody)).await.0,
        StatusCode::NOT_FOUND
    );
    let (address, _) = subscribe(&service, &asked(&receiver)).await;
    let order = service.post(&administrator(), &format!("{address}/explode"), &json!({}));
    assert_eq!(answer(order).await.0, StatusCode::NOT_FOUND);
    let remove = service.request(&administrator(), Method::DELETE, &address);
    assert_eq!(answer(remove).await.0, StatusCode::OK);
    let (_, told) = answer(service.get(&administrator(), PATH)).await;
    assert_eq!(told["webhooks"], json!([]));
    assert!(receiver.received().is_empty());
}
