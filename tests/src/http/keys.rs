//! Keys of other systems over HTTP: who issues them, what they are good for, and how they end.

use super::service::{Service, answer, settings, whole};
use super::staff::{account, administrator, appoint, keeper};
use crate::city::City;
use crate::city::people::{auditor, city_office, water};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const KEYS: &str = "/api/v1/keys";

/// The service of a city with all three administrations and a service account.
async fn staffed(city: City) -> Service {
    appoint(&city, &[administrator(), keeper(), account()]).await;
    Service::with(city, settings()).await
}

fn terms(service: &Service, office: &Actor, actions: &[&str]) -> Value {
    let expires = service.city.engine.now() + TimeDelta::days(30);
    json!({
        "name": "12345 热线", "person": office.person, "role": office.role, "unit": office.unit,
        "actions": actions, "expires": expires,
    })
}

/// A key for the service account: its id and itself.
async fn issued(service: &Service, actions: &[&str]) -> (String, String) {
    let terms = terms(service, &account(), actions);
    let (status, headers, told) = whole(service.post(&keeper(), KEYS, &terms)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    assert_eq!(headers["cache-control"], "no-store");
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

async fn with(service: &Service, key: &str, method: Method, path: &str) -> (u16, Value) {
    let request = service.anonymous(method, path).bearer_auth(key).body("{}");
    let (status, told) = answer(request).await;
    (status.as_u16(), told)
}

async fn a_key_lives_and_ends(service: &Service) {
    let (id, key) = issued(service, &["read"]).await;
    assert!(
        key.starts_with("gwk_") && key.len() == 4 + 32 + 1 + 64,
        "{key}"
    );
    let (status, told) = with(service, &key, Method::GET, "/api/v1/cases").await;
    assert_eq!(status, 200, "{told}");
    let (status, told) = with(service, &key, Method::GET, "/api/v1/session").await;
    assert_eq!((status, &told["by"]), (200, &json!("key")));
    assert_eq!(told["person"], "SVC-12345");

    let (status, listed) = answer(service.get(&keeper(), KEYS)).await;
    assert_eq!(status, StatusCode::OK, "{listed}");
    assert_eq!(listed["keys"][0]["state"], "active");
    assert_eq!(listed["keys"][0]["office"], "SVC-12345/dispatcher/B-centre");
    assert!(!listed.to_string().contains(&key[40..]), "shown once");

    let gone = service.request(&keeper(), Method::DELETE, &format!("{KEYS}/{id}"));
    let (status, told) = answer(gone).await;
    assert_eq!((status, &told["events"]), (StatusCode::OK, &json!(1)));
    let (status, told) = with(service, &key, Method::GET, "/api/v1/cases").await;
    assert_eq!((status, &told["code"]), (401, &json!("not_logged_in")));
    let again = service.request(&keeper(), Method::DELETE, &format!("{KEYS}/{id}"));
    let (status, told) = answer(again).await;
    assert_eq!((status, &told["events"]), (StatusCode::OK, &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_issued_used_and_revoked_on_every_store() {
    a_key_lives_and_ends(&staffed(City::in_memory().await).await).await;
    a_key_lives_and_ends(&staffed(City::on_disk().await).await).await;
    a_key_lives_and_ends(&staffed(City::on_a_database().await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_no_key_and_another_process_knows_at_once_that_one_was_revoked() {
    let service = staffed(City::on_a_database().await).await;
    let (id, key) = issued(&service, &["read"]).await;
    let other = service.city.another().await;
    assert!(other.admit_key(&key).await.unwrap().is_some());
    let id = id.parse().unwrap();
    other.revoke_key(&keeper(), id).await.unwrap();
    assert_eq!(
        with(&service, &key, Method::GET, "/api/v1/cases").await.0,
        401
    );
    let log = service.city.engine.log();
    let events = log
        .read_log(service.city.engine.tenant(), 0, 10_000)
        .await
        .unwrap();
    let (secret, kind) = (&key[37..], "access_key");
    assert!(events.iter().all(|event| !event.payload.contains(secret)));
    assert_eq!(
        events
            .iter()
            .filter(|event| event.stream.aggregate_type == kind)
            .count(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_it_is_for_in_its_office_until_it_expires() {
    let service = staffed(City::in_memory().await).await;
    let (_, reads) = issued(&service, &["read"]).await;
    let (_, acts) = issued(&service, &["command"]).await;
    let (_, feeds) = issued(&service, &["incoming", "feed"]).await;
    for (key, method, path, given) in [
        (&reads, Method::POST, "/api/v1/cases", "command"),
        (&acts, Method::GET, "/api/v1/cases", "read"),
        (&feeds, Method::GET, "/api/v1/cases", "read"),
        (&feeds, Method::DELETE, "/api/v1/keys/1", "command"),
    ] {
        let (status, told) = with(&service, key, method, path).await;
        assert_eq!(
            (status, &told["code"]),
            (403, &json!("key_scope")),
            "{path}"
        );
        assert_eq!(told["given"], given);
    }
    let (status, told) = with(&service, &acts, Method::POST, "/api/v1/cases").await;
    assert_eq!(status, 422, "it comes as far as the content: {told}");

    let elsewhere = service
        .anonymous(Method::GET, "/api/v1/cases")
        .bearer_auth(&reads);
    let (status, told) = answer(elsewhere.header("gridwhistle-office", "city_office/CITY")).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (403, &json!("office_not_held"))
    );
    assert_eq!(told["accepted"], "dispatcher/B-centre");

    // A key opens no session, and no office that keeps keys.
    let session = service
        .anonymous(Method::POST, "/api/v1/session")
        .bearer_auth(&acts);
    let (status, told) = answer(session.body("{}")).await;
    assert_eq!((status.as_u16(), &told["code"]), (403, &json!("key_scope")));
    let (status, told) = with(&service, &reads, Method::GET, KEYS).await;
    assert_eq!((status, &told["code"]), (403, &json!("not_authorised")));

    // Wrong at any place, it is no key at all.
    for place in [4, 20, 36, 37, 100] {
        let mut forged = reads.clone().into_bytes();
        forged[place] = if forged[place] == b'0' { b'1' } else { b'0' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(
            with(&service, &forged, Method::GET, "/api/v1/cases")
                .await
                .0,
            401
        );
    }
    service
        .city
        .later(TimeDelta::days(30) - TimeDelta::seconds(1));
    assert_eq!(
        with(&service, &reads, Method::GET, "/api/v1/cases").await.0,
        200
    );
    service.city.later(TimeDelta::seconds(1));
    assert_eq!(
        with(&service, &reads, Method::GET, "/api/v1/cases").await.0,
        401
    );
    let (_, listed) = answer(service.get(&keeper(), KEYS)).await;
    assert_eq!(listed["keys"][0]["state"], "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_with_the_office_that_it_acts_in() {
    let service = staffed(City::in_memory().await).await;
    let (_, key) = issued(&service, &["read"]).await;
    let leaves = gridwhistle::domain::registry::RegistryCommand::DeactivatePerson {
        person: account().person,
        until: service.city.engine.now(),
    };
    service
        .city
        .engine
        .registry(&administrator(), leaves)
        .await
        .unwrap();
    let (status, told) = with(&service, &key, Method::GET, "/api/v1/cases").await;
    assert_eq!((status, &told["code"]), (403, &json!("office_not_held")));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_security_administrator_keeps_keys_once_there_has_been_one() {
    let city = City::in_memory().await;
    appoint(&city, &[administrator(), account()]).await;
    let service = Service::with(city, settings()).await;
    let wanted = terms(&service, &account(), &["read"]);
    let (status, told) = answer(service.post(&administrator(), KEYS, &wanted)).await;
    assert_eq!(status, StatusCode::CREATED, "nobody else could yet: {told}");

    appoint(&service.city, &[keeper()]).await;
    for who in [
        administrator(),
        city_office(),
        auditor(),
        water(),
        account(),
    ] {
        for request in [
            service.post(&who, KEYS, &wanted),
            service.get(&who, KEYS),
            service.request(
                &who,
                Method::DELETE,
                &format!("{KEYS}/{}", uuid::Uuid::nil()),
            ),
        ] {
            let (status, told) = answer(request).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{who:?}: {told}");
            assert_eq!(told["code"], "not_authorised");
            assert!(
                told["detail"]
                    .as_str()
                    .unwrap()
                    .contains("security_administrator")
            );
        }
    }
    // Who appoints the keeper does not become one by dismissing them.
    let leaves = gridwhistle::domain::registry::RegistryCommand::DeactivatePerson {
        person: keeper().person,
        until: service.city.engine.now(),
    };
    service
        .city
        .engine
        .registry(&administrator(), leaves)
        .await
        .unwrap();
    let (status, _) = answer(service.post(&administrator(), KEYS, &wanted)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn unfit_terms_are_refused_with_their_field_in_both_languages() {
    let service = staffed(City::in_memory().await).await;
    let now = service.city.engine.now();
    let fit = terms(&service, &account(), &["read"]);
    for (field, value, status, code, pointer) in [
        ("name", json!("  "), 422, "key_name", "/name"),
        ("name", json!("长".repeat(101)), 422, "key_name", "/name"),
        ("person", json!("P-nobody"), 422, "key_office", "/office"),
        ("unit", json!("B-water"), 422, "key_office", "/office"),
        (
            "role",
            json!("administrator"),
            422,
            "key_of_administration",
            "/office",
        ),
        (
            "role",
            json!("security_administrator"),
            422,
            "key_of_administration",
            "/office",
        ),
        (
            "role",
            json!("auditor"),
            422,
            "key_of_administration",
            "/office",
        ),
        ("role", json!("system"), 422, "key_office", "/office"),
        ("role", json!("mayor"), 422, "content_wrong", "/role"),
        ("actions", json!([]), 422, "key_actions", "/actions"),
        (
            "actions",
            json!(["everything"]),
            422,
            "content_wrong",
            "/actions/0",
        ),
        ("expires", json!(now), 422, "key_expires", "/expires"),
        (
            "expires",
            json!(now + TimeDelta::days(367)),
            422,
            "key_expires",
            "/expires",
        ),
        ("expires", json!("later"), 422, "content_wrong", "/expires"),
        ("secret", json!("mine"), 422, "content_wrong", "/secret"),
    ] {
        let mut asked = fit.clone();
        asked[field] = value;
        let (got, told) = answer(service.post(&keeper(), KEYS, &asked)).await;
        assert_eq!(
            (got.as_u16(), &told["code"]),
            (status, &json!(code)),
            "{told}"
        );
        assert_eq!(told["errors"][0]["pointer"], pointer, "{told}");
        let chinese = service
            .post(&keeper(), KEYS, &asked)
            .header("accept-language", "zh");
        assert!(answer(chinese).await.1["detail"].is_string());
    }
    for id in [uuid::Uuid::nil().to_string(), "not-an-id".to_owned()] {
        let gone = service.request(&keeper(), Method::DELETE, &format!("{KEYS}/{id}"));
        assert_eq!(answer(gone).await.0, StatusCode::NOT_FOUND);
    }
}
