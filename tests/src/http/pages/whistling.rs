//! 吹哨 from one form: what is proposed before, three commands in one go, and where a refusal on the way
//! leads.

use super::acting::location;
use super::public::{compare, open};
use super::reporting::{form, hidden};
use super::shown;
use crate::city::people::{leader, officer};
use crate::city::{LEAK, case, work};
use crate::http::evidence::photo;
use crate::http::service::{Service, answer};
use gridwhistle::domain::actor::Actor;
use reqwest::multipart::Form;
use reqwest::{Method, Response, StatusCode};

async fn sent(service: &Service, who: &Actor, form: Form) -> Response {
    let request = service.request(who, Method::POST, "/whistle");
    let request = request.header("accept", "text/html").multipart(form);
    request.send().await.unwrap()
}

/// The fields of a whistle.
fn pairs<'p>(key: &'p str, course: &'p str, description: &'p str) -> Vec<(&'static str, &'p str)> {
    vec![
        ("key", key),
        ("service_code", LEAK),
        ("address_id", "G-1"),
        ("address_string", "东街 5 号"),
        ("description", description),
        ("lat", "26.074508"),
        ("long", "119.296494"),
        ("course", course),
        ("class", "undertaken"),
        ("kind", "hard"),
        ("ground", "resident_problem"),
        ("targets", "B-water"),
        ("proof_kind", "before_photo"),
        ("reference", ""),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_proposed_is_the_answer_and_what_may_be_the_same_is_shown() {
    let (_folder, service) = open().await;
    let city = &service.city;
    city.allowed(leader(), case(1), work::report("water")).await;
    city.engine.catch_up().await.unwrap();
    let all = shown(&service, &officer(), "/whistle").await;
    assert!(all.contains("/whistle?matter=environment.leak"), "{all}");
    let page = shown(&service, &officer(), "/whistle?matter=environment.leak").await;
    assert!(
        page.contains("<option value=\"G-1\" selected>"),
        "the own grid: {page}"
    );
    let api = "/api/v1/matters/environment.leak/proposal?grid=G-1";
    let (status, told) = answer(service.get(&officer(), api)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["near"].as_array().unwrap().len(), 1, "{told}");
    assert!(compare(&page, &told) >= 4, "{page}");
    // What somebody may not do says who may.
    assert!(
        page.contains("value=\"whistle\" required disabled"),
        "{page}"
    );
    assert!(page.contains("for: grid leader"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn report_acceptance_and_whistle_are_given_in_one_go() {
    let (_folder, service) = open().await;
    let page = shown(&service, &leader(), "/whistle?matter=environment.leak").await;
    let pairs = pairs(hidden(&page, "key"), "whistle", "水从楼上漏下来");
    let given = sent(&service, &leader(), form(&pairs, Some(&photo(900)))).await;
    assert_eq!(
        given.status(),
        StatusCode::SEE_OTHER,
        "{}",
        given.text().await.unwrap()
    );
    let place = location(&given).to_owned();
    assert!(place.contains("done=blow-whistle."), "{place}");
    let told = shown(&service, &leader(), &place).await;
    assert!(told.contains("Done: blow whistle"), "{told}");
    let id = place["/cases/".len()..].split('?').next().unwrap();
    let (_, sheet) = answer(service.get(&leader(), &format!("/api/v1/cases/{id}"))).await;
    assert_eq!(sheet["ledger"]["stage"], "whistled", "{sheet}");
    let (_, evidence) =
        answer(service.get(&leader(), &format!("/api/v1/cases/{id}/evidence"))).await;
    assert_eq!(
        evidence["evidence"][0]["file"]["media_type"], "image/jpeg",
        "{evidence}"
    );
    // Sent again it is done once, and leads to the same place.
    let again = sent(&service, &leader(), form(&pairs, Some(&photo(900)))).await;
    assert_eq!(location(&again), place);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_keeps_what_was_typed_or_goes_on_at_the_case() {
    let (_folder, service) = open().await;
    let page = shown(&service, &leader(), "/whistle?matter=environment.leak").await;
    let key = hidden(&page, "key");
    // Without words there is no case, and the form comes back.
    let refused = sent(&service, &leader(), form(&pairs(key, "report", ""), None)).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text().await.unwrap();
    assert!(
        text.contains("description_missing") && text.contains("东街 5 号"),
        "{text}"
    );
    // Without proof there is none either: the field says so.
    let refused = sent(
        &service,
        &leader(),
        form(&pairs(key, "whistle", "water"), None),
    )
    .await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text().await.unwrap();
    assert!(
        text.contains("Needed for this step") && text.contains("东街 5 号"),
        "{text}"
    );
    let (_, cases) = answer(service.get(&leader(), "/api/v1/cases?grid=G-1")).await;
    assert_eq!(cases["rows"].as_array().unwrap().len(), 0, "{cases}");
    // What the rules refuse on the way leaves a case, accepted, and its own form goes on.
    let mut stranger = pairs(key, "whistle", "water");
    stranger.retain(|(name, _)| !matches!(*name, "targets" | "reference"));
    stranger.extend([("targets", "B-roads"), ("reference", "2026-7")]);
    let refused = sent(&service, &leader(), form(&stranger, None)).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text().await.unwrap();
    assert!(text.contains("target_does_not_serve"), "{text}");
    assert!(
        text.contains("/do/blow-whistle") && text.contains("was reported"),
        "{text}"
    );
    assert!(
        text.contains("<option value=\"resident_problem\" selected>"),
        "{text}"
    );
    service.city.engine.catch_up().await.unwrap();
    let (_, cases) = answer(service.get(&leader(), "/api/v1/cases?grid=G-1")).await;
    assert_eq!(cases["rows"][0]["stage"], "accepted", "{cases}");
}
