//! The pages over real sockets: each shows what the API answers, opens to what it counts, and gives
//! commands as the API does.

mod acting;
mod admin;
mod city;
mod everywhere;
mod looks;
pub(crate) mod manage;
pub(crate) mod mutual;
mod opening;
mod proving;
mod public;
mod reporting;
mod reports;
mod travel;
mod troubles;
mod twice;
mod whistling;

use super::service::{Service, answer, settings};
use crate::city::City;
use crate::city::people::{dispatcher, supervisor};
use crate::city::{case, work};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::projections::questions::BoardPart;
use gridwhistle_server::Settings;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// A city with cases at several stages, some late.
async fn lively() -> Service {
    served(lively_city().await, settings()).await
}

async fn lively_city() -> City {
    let city = City::in_memory().await;
    for number in 1..=4 {
        work::time_limited(&city, case(number)).await;
    }
    work::on_the_spot(&city, case(5)).await;
    city.later(TimeDelta::days(9));
    work::closed(&city, case(6)).await;
    work::time_limited(&city, case(7)).await;
    // What the clock owes is given before anybody looks, so that nothing moves meanwhile.
    while city.engine.tick().await.unwrap().fired > 0 {}
    city.engine.catch_up().await.unwrap();
    city
}

/// A city as it is served to a browser: where it is led on is seen, not followed.
pub(crate) async fn served(city: City, settings: Settings) -> Service {
    let mut service = Service::with(city, settings).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build();
    service.client = client.unwrap();
    service
}

/// A page as a browser asks for it.
fn page(service: &Service, who: &Actor, path: &str) -> RequestBuilder {
    service
        .get(who, path)
        .header("accept", "text/html,application/xhtml+xml")
}

/// The text of a page that is there.
async fn shown(service: &Service, who: &Actor, path: &str) -> String {
    let response = page(service, who, path).send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{path}: {text}");
    text
}

/// The figures of a page: where each stands in the answer, and its value.
fn figures(page: &str) -> Vec<(String, String)> {
    let elements = page.split("<data ").skip(1);
    let attribute = |element: &str, name: &str| {
        let (_, rest) = element.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    elements
        .map(|element| (attribute(element, "data-from"), attribute(element, "value")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_the_figures_of_the_answer_at_the_same_address() {
    let service = lively().await;
    for (shows, asks, least) in [
        ("/", "/board", 12),
        ("/?wall=1", "/board", 8),
        ("/?wall=2", "/board", 4),
        ("/cases", "/cases", 14),
        (
            "/cases?open_only=true&sort=due&limit=3",
            "/cases?open_only=true&sort=due&limit=3",
            6,
        ),
        ("/lists/overdue", "/lists/overdue", 5),
        ("/lists/severe", "/lists/severe", 1),
    ] {
        agree(&service, &dispatcher(), (shows, asks), least).await;
    }
}

/// A page shows so many figures at least, each as the answer of the API has it; answers the page.
async fn agree(
    service: &Service,
    who: &Actor,
    (shows, asks): (&str, &str),
    least: usize,
) -> String {
    let text = shown(service, who, shows).await;
    let figures = figures(&text);
    assert!(figures.len() >= least, "{shows}: {}", figures.len());
    let asked = service.get(who, &format!("/api/v1{asks}"));
    let (status, answered) = answer(asked).await;
    assert_eq!(status, StatusCode::OK, "{answered}");
    for (place, value) in figures {
        let told = match answered.pointer(&place) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("{shows}: the answer has nothing at {place}"),
        };
        assert_eq!(told, value, "{shows} {place}");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_the_board_opens_to_exactly_its_cases() {
    let service = lively().await;
    let (_, board) = answer(service.get(&dispatcher(), "/api/v1/board")).await;
    let mut counted = 0;
    for (no, part) in BoardPart::ALL.into_iter().enumerate() {
        assert_eq!(board["lists"][no]["part"], part.code());
        let total = board["lists"][no]["total"].as_u64().unwrap();
        let link = gridwhistle_web::pages::overview::opens(part);
        let list = shown(&service, &dispatcher(), link).await;
        let rows = list.matches("data-row").count();
        assert_eq!(rows as u64, total, "{} {link}", part.code());
        counted += total;
    }
    assert!(counted > 3, "the city is lively: {board}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_no_inline_script_or_style_and_name_no_other_host() {
    let service = lively().await;
    let id = case(1);
    for path in [
        "/".to_owned(),
        "/?wall=1".to_owned(),
        "/cases".to_owned(),
        "/lists/suspended".to_owned(),
        format!("/cases/{id}"),
        format!("/cases/{id}/do/urge"),
        "/login".to_owned(),
        "/whistle?matter=environment.leak&grid=G-1".to_owned(),
        "/report".to_owned(),
        "/track".to_owned(),
    ] {
        let asked = page(&service, &supervisor(), &path);
        let response = asked.send().await.unwrap();
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
        let text = response.text().await.unwrap();
        for word in [
            "<style",
            " style=",
            "<script>",
            " onclick=",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!text.contains(word), "{path}: {word}");
        }
        assert!(text.contains("<html lang=\"en\""), "{path}");
    }
    // What is named is there, and may be kept for ever.
    let text = shown(&service, &supervisor(), "/").await;
    let mut named = 0;
    for part in text.split("\"/assets/").skip(1) {
        let name = part.split('"').next().unwrap();
        let asset = service.anonymous(Method::GET, &format!("/assets/{name}"));
        let asset = asset.send().await.unwrap();
        assert_eq!(asset.status(), StatusCode::OK, "{name}");
        let kept = asset.headers()["cache-control"].to_str().unwrap();
        assert!(kept.contains("immutable"), "{name}");
        named += 1;
    }
    assert!(named >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_seen_as_it_was_and_as_it_was_known() {
    let service = lively().await;
    let case = case(6);
    let (_, story) =
        answer(service.get(&dispatcher(), &format!("/api/v1/cases/{case}/timeline"))).await;
    let entries = story["entries"].as_array().unwrap();
    let accepted = entries
        .iter()
        .find(|one| one["kind"] == "CaseAccepted")
        .unwrap();
    let position = accepted["position"].as_u64().unwrap();
    let past = format!("/cases/{case}?known_at={position}");
    let text = shown(&service, &dispatcher(), &past).await;
    assert!(
        text.contains("as known at") || text.contains("As known at"),
        "{text}"
    );
    assert!(
        text.contains("You are looking at the past"),
        "no buttons in the past"
    );
    let (status, sheet) = answer(service.get(&dispatcher(), &format!("/api/v1{past}"))).await;
    assert_eq!(status, StatusCode::OK, "{sheet}");
    assert_eq!(sheet["ledger"]["open"], true, "it was not closed then");
    assert_eq!(sheet["sign_off"][0]["complete"], false, "nobody had signed");

    // One that lived through several instants.
    let moved = self::case(1);
    let step = page(
        &service,
        &dispatcher(),
        &format!("/cases/{moved}?version=2&mode=as_of"),
    );
    let step = step.send().await.unwrap();
    assert_eq!(step.status(), StatusCode::SEE_OTHER);
    let then = shown(&service, &dispatcher(), acting::location(&step)).await;
    assert!(
        then.contains("<mark>") && then.contains("version 2 of"),
        "{then}"
    );
    let wrong = page(
        &service,
        &dispatcher(),
        &format!("/cases/{case}?version=999"),
    );
    assert_eq!(
        wrong.send().await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_tells_no_words_of_reports_and_no_names() {
    let service = lively().await;
    for view in ["/?wall=1", "/?wall=2"] {
        let wall = shown(&service, &dispatcher(), view).await;
        for word in [
            "water over the pavement",
            "bags at the gate",
            "P-dispatcher",
            "P-water",
        ] {
            assert!(!wall.contains(word), "{view}: {word}");
        }
    }
}
