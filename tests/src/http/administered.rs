//! Who administered what: for audit administrators, the latest first.

use super::service::{Service, answer, settings};
use super::staff::{account, administrator, appoint, keeper};
use crate::city::City;
use crate::city::people::{auditor, city_office, supervisor, water};
use chrono::TimeDelta;
use gridwhistle::access_keys::{Action, KeyTerms};
use gridwhistle::personal::PersonalData;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

const ACTS: &str = "/api/v1/administration";

async fn acts(service: &Service, query: &str) -> Value {
    let (status, told) = answer(service.get(&auditor(), &format!("{ACTS}{query}"))).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    told
}

async fn what_was_done_is_told(city: City) {
    appoint(&city, &[administrator(), keeper(), account()]).await;
    let engine = city.engine.clone();
    let terms = KeyTerms {
        name: "热线".to_owned(),
        office: account(),
        actions: [Action::Read].into(),
        expires: engine.now() + TimeDelta::days(1),
    };
    let key = engine
        .issue_key(&keeper(), Uuid::now_v7(), terms)
        .await
        .unwrap();
    engine.revoke_key(&keeper(), key.id).await.unwrap();
    let subject = "subject-1";
    engine
        .seal(subject.into(), Uuid::now_v7(), &PersonalData::default())
        .unwrap();
    engine
        .erase(&administrator(), &subject.into())
        .await
        .unwrap();
    let service = Service::with(city, settings()).await;

    let first = acts(&service, "?limit=3").await;
    let told: Vec<_> = first["acts"].as_array().unwrap().iter().collect();
    let names: Vec<_> = told
        .iter()
        .map(|act| act["act"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["ErasureOrdered", "KeyRevoked", "KeyIssued"]);
    assert_eq!(told[0]["by"], "P-admin/administrator/CITY");
    assert_eq!(told[1]["by"], "P-security/security_administrator/CITY");
    assert_eq!(told[2]["what"]["terms"]["office"]["person"], "SVC-12345");
    assert!(!first.to_string().contains("sha256"), "{first}");

    // Page by page to the beginning: every area, each act once, falling.
    let (mut positions, mut areas) = (Vec::new(), std::collections::BTreeSet::new());
    let mut page = first;
    loop {
        for act in page["acts"].as_array().unwrap() {
            positions.push(act["position"].as_u64().unwrap());
            areas.insert(act["area"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        page = acts(&service, &format!("?limit=20&cursor={next}")).await;
    }
    assert!(positions.windows(2).all(|two| two[0] > two[1]));
    let expected = [
        "access_key",
        "calendar",
        "catalogue",
        "personal_data",
        "policy",
        "registry",
    ];
    assert!(areas.iter().eq(expected.iter()), "{areas:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_told_to_the_auditor_page_by_page_on_every_store() {
    what_was_done_is_told(City::in_memory().await).await;
    what_was_done_is_told(City::on_disk().await).await;
    what_was_done_is_told(City::on_a_database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_but_who_audits() {
    let city = City::in_memory().await;
    appoint(&city, &[administrator(), keeper()]).await;
    let service = Service::with(city, settings()).await;
    for who in [administrator(), keeper(), city_office(), water()] {
        let (status, told) = answer(service.get(&who, ACTS)).await;
        assert_eq!(
            (status.as_u16(), &told["code"]),
            (403, &json!("not_permitted")),
            "{who:?}"
        );
    }
    assert_eq!(
        answer(service.get(&supervisor(), ACTS)).await.0,
        StatusCode::OK
    );
    for (query, code) in [
        ("?cursor=0", "cursor_wrong"),
        ("?cursor=x", "cursor_wrong"),
        ("?limit=0", "parameter_wrong"),
        ("?by=P-1", "parameter_wrong"),
    ] {
        let (status, told) = answer(service.get(&auditor(), &format!("{ACTS}{query}"))).await;
        assert_eq!(
            (status.as_u16(), &told["code"]),
            (400, &json!(code)),
            "{query}"
        );
    }
}
