//! What goes wrong, as pages: within the frame of whoever is logged in, and a choice where one is needed.

use super::acting::cookie;
use super::lively;
use crate::city::people::{auditor, dispatcher, officer};
use crate::http::service::{Service, answer};
use crate::http::staff::{account, administrator, appoint};
use gridwhistle::domain::actor::{Actor, Role};
use reqwest::{Method, StatusCode};

async fn got(service: &Service, cookie: &str, path: &str) -> (StatusCode, String) {
    let request = service
        .anonymous(Method::GET, path)
        .header("accept", "text/html");
    let answer = request.header("cookie", cookie).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_for_one_leaves_the_menu_in_its_place() {
    let service = lively().await;
    for (who, path, status) in [
        (dispatcher(), "/cases/x", StatusCode::NOT_FOUND),
        (dispatcher(), "/no-such-page", StatusCode::NOT_FOUND),
        (dispatcher(), "/audit", StatusCode::FORBIDDEN),
        (auditor(), "/admin/keys", StatusCode::FORBIDDEN),
        (dispatcher(), "/cases?sort=wrong", StatusCode::BAD_REQUEST),
    ] {
        let cookie = cookie(&service, &who).await;
        let (met, page) = got(&service, &cookie, path).await;
        assert_eq!(met, status, "{path}: {page}");
        assert!(page.contains("class=\"problem\""), "{path}: {page}");
        assert!(
            page.contains("href=\"/reports/departments\""),
            "the menu: {path}: {page}"
        );
        assert!(
            page.contains(who.person.as_str()),
            "who it is: {path}: {page}"
        );
    }
    // Who is not known sees that it is not there, and no menu.
    let (met, page) = got(&service, "", "/no-such-page").await;
    assert_eq!(met, StatusCode::NOT_FOUND);
    assert!(!page.contains("href=\"/reports/departments\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_several_offices_is_asked_which() {
    let service = lively().await;
    let other = Actor::new(account().person.as_str(), Role::Supervisor, "D-1");
    appoint(&service.city, &[administrator(), account()]).await;
    appoint(&service.city, &[other]).await;
    let person = account().person;
    let request = service.anonymous(Method::GET, "/cases?sort=due");
    let request = request.bearer_auth(format!("dev:{person}"));
    let answer = request.header("accept", "text/html").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.unwrap();
    assert!(page.contains("In which office?"), "{page}");
    for office in ["dispatcher/B-centre", "supervisor/D-1"] {
        let button = format!("name=\"office\" value=\"{office}\"");
        assert!(page.contains(&button), "{page}");
    }
    assert!(
        page.contains("value=\"/cases?sort=due\""),
        "back to where it was: {page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_a_problem_leads_to_what_it_means() {
    let service = lively().await;
    let urge = service.post(&officer(), "/api/v1/cases/x/urge", &serde_json::json!({}));
    let (_, told) = answer(urge).await;
    let place = told["type"].as_str().unwrap().to_owned();
    let (status, page) = got(&service, "", &place).await;
    assert_eq!(status, StatusCode::OK, "{place}: {page}");
    let (_, page) = got(&service, "", "/problems/leg_stage_wrong").await;
    assert!(
        page.contains("[what was given]") && page.contains("2.3 Leg"),
        "{page}"
    );
    let (_, page) = got(&service, "", "/problems/version_missing").await;
    assert!(page.contains("If-Match"), "{page}");
    // A code whose words depend on what was asked says so.
    let (_, page) = got(&service, "", "/problems/service_overlaps").await;
    assert!(page.contains("its words stand in the answer"), "{page}");
    assert_eq!(
        got(&service, "", "/problems/%3Cb%3E").await.0,
        StatusCode::NOT_FOUND
    );
}
