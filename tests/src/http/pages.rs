//! The pages over real sockets: each shows what the API answers, opens to what it counts, and gives
//! commands as the API does.

use super::service::{Service, answer};
use crate::city::City;
use crate::city::people::{dispatcher, street, supervisor, water};
use crate::city::{case, work};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::projections::questions::BoardPart;
use gridwhistle_web::Address;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

/// A city with cases at several stages, some late.
async fn lively() -> Service {
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
    let mut service = Service::of(city).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build();
    service.client = client.unwrap();
    service
}

fn page(service: &Service, who: &Actor, path: &str) -> RequestBuilder {
    service
        .get(who, path)
        .header("accept", "text/html,application/xhtml+xml")
}

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
        let text = shown(&service, &dispatcher(), shows).await;
        let figures = figures(&text);
        assert!(figures.len() >= least, "{shows}: {}", figures.len());
        let asked = service.get(&dispatcher(), &format!("/api/v1{asks}"));
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
    }
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

/// A form as a browser of ours sends it.
fn send(service: &Service, cookie: &str, path: &str, pairs: &[(&str, &str)]) -> RequestBuilder {
    let host = service.address("");
    let request = service
        .anonymous(Method::POST, path)
        .header("accept", "text/html")
        .header("cookie", cookie)
        .header("origin", host);
    filled(request, pairs)
}

/// The body of a form.
fn filled(request: RequestBuilder, pairs: &[(&str, &str)]) -> RequestBuilder {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let written = Address::new("", owned).written();
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(written.trim_start_matches('?').to_owned())
}

fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

async fn cookie(service: &Service, who: &Actor) -> String {
    let choice = format!("{} {}/{}", who.person, who.role.code(), who.unit);
    let login = send(
        service,
        "",
        "/login",
        &[("who", &choice), ("next", "/cases")],
    );
    let begun = login.send().await.unwrap();
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&begun), "/cases");
    let set = begun.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_logged_in_is_led_there_and_back() {
    let service = lively().await;
    let nobody = service
        .anonymous(Method::GET, "/cases?sort=due")
        .header("accept", "text/html");
    let led = nobody.send().await.unwrap();
    assert_eq!(led.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&led), "/login?next=%2Fcases%3Fsort%3Ddue");

    let offered = service.anonymous(Method::GET, "/login?who=P-water");
    let offered = offered.send().await.unwrap().text().await.unwrap();
    assert!(
        offered.contains("P-water department_handler/B-water"),
        "{offered}"
    );

    let evil = service
        .anonymous(Method::POST, "/login")
        .header("origin", "https://evil.example");
    let evil = filled(evil, &[("who", "P-water")]);
    assert_eq!(evil.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let away = send(
        &service,
        "",
        "/login",
        &[("who", "P-water"), ("next", "//evil.example")],
    );
    assert_eq!(location(&away.send().await.unwrap()), "/");

    let cookie = cookie(&service, &dispatcher()).await;
    let with = |path: &str| {
        let request = service.anonymous(Method::GET, path);
        request
            .header("cookie", &cookie)
            .header("accept", "text/html")
    };
    assert_eq!(with("/").send().await.unwrap().status(), StatusCode::OK);
    let out = send(&service, &cookie, "/logout", &[])
        .send()
        .await
        .unwrap();
    assert_eq!(location(&out), "/login");
    assert_eq!(
        with("/").send().await.unwrap().status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_given_by_a_form_and_a_refusal_shows_it_again() {
    let service = lively().await;
    let cookie = cookie(&service, &water()).await;
    let (case, path) = (case(7), format!("/cases/{}/do/acknowledge", case(7)));
    let sheet = shown(&service, &water(), &format!("/cases/{case}")).await;
    assert!(
        sheet.contains(&format!("/cases/{case}/do/acknowledge?leg=1")),
        "{sheet}"
    );
    let form = shown(&service, &water(), &format!("{path}?leg=1")).await;
    let hidden = |name: &str| {
        let (_, rest) = form
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (version, key) = (hidden("version"), hidden("key"));
    let pairs = [
        ("version", version.as_str()),
        ("key", key.as_str()),
        ("leg", "1"),
    ];
    let given = send(&service, &cookie, &path, &pairs).send().await.unwrap();
    assert_eq!(given.status(), StatusCode::SEE_OTHER);
    let place = location(&given).to_owned();
    let told = shown(&service, &water(), &place).await;
    assert!(told.contains("Done: acknowledge."), "{told}");
    let others = shown(&service, &street(), &place).await;
    assert!(
        !others.contains("Done: acknowledge."),
        "a receipt is for who gave it"
    );

    // Sent twice it is done once, and leads to the same place.
    let again = send(&service, &cookie, &path, &pairs).send().await.unwrap();
    assert_eq!(location(&again), place);

    // Another try on the version that was seen tells what happened since.
    let other = [
        ("version", version.as_str()),
        ("key", "01900000-0000-7000-8000-000000000009"),
        ("leg", "1"),
    ];
    let stale = send(&service, &cookie, &path, &other).send().await.unwrap();
    assert_eq!(stale.status(), StatusCode::PRECONDITION_FAILED);
    let stale = stale.text().await.unwrap();
    assert!(
        stale.contains("stale_version") && stale.contains("name=\"version\""),
        "{stale}"
    );

    // A refusal keeps what was filled in.
    let path = format!("/cases/{case}/do/request-return");
    let form = shown(&service, &water(), &format!("{path}?leg=1")).await;
    let (_, rest) = form.split_once("name=\"version\" value=\"").unwrap();
    let version = rest.split('"').next().unwrap();
    let pairs = [
        ("version", version),
        ("key", "01900000-0000-7000-8000-000000000010"),
        ("leg", "1"),
        ("reason", "nonsense"),
        ("legal_basis", "article 7"),
    ];
    let refused = send(&service, &cookie, &path, &pairs).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("reason_required") && refused.contains("article 7"),
        "{refused}"
    );

    // From elsewhere nothing is given.
    let evil = service
        .anonymous(Method::POST, &path)
        .header("cookie", &cookie)
        .header("origin", "https://evil.example");
    let evil = filled(evil, &pairs);
    assert_eq!(evil.send().await.unwrap().status(), StatusCode::FORBIDDEN);
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
    assert!(text.contains("This is the past"), "no buttons in the past");
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
    let then = shown(&service, &dispatcher(), location(&step)).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn language_and_colours_are_kept_and_problems_told_in_them() {
    let service = lively().await;
    let chosen = send(
        &service,
        "",
        "/preferences",
        &[("language", "zh-CN"), ("theme", "dark"), ("next", "/cases")],
    );
    let chosen = chosen.send().await.unwrap();
    assert_eq!(location(&chosen), "/cases");
    assert_eq!(chosen.headers().get_all("set-cookie").iter().count(), 2);
    let asked = page(&service, &dispatcher(), "/cases/nothing").header(
        "cookie",
        "gridwhistle_language=zh-CN; gridwhistle_theme=dark",
    );
    let missing = asked.send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let text = missing.text().await.unwrap();
    assert!(
        text.contains("lang=\"zh-CN\" data-theme=\"dark\""),
        "{text}"
    );
    assert!(text.contains("没有“nothing”"), "{text}");
}
