//! Answers that nobody is sent twice.

use super::service::{Service, answer};
use crate::city::City;
use crate::city::people::{dispatcher, leader, roads};
use crate::city::{case, work};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use reqwest::{Response, StatusCode};

const LIST: &str = "/api/v1/cases?sort=due";

async fn asked(service: &Service, who: &Actor, path: &str, held: &str) -> Response {
    let request = service.get(who, path).header("if-none-match", held);
    request.send().await.unwrap()
}

fn tag(response: &Response) -> String {
    response.headers()["etag"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_sent_again_when_the_log_or_the_minute_has_moved_on() {
    let city = City::in_memory().await;
    work::time_limited(&city, case(1)).await;
    let service = Service::of(city).await;
    let first = asked(&service, &dispatcher(), LIST, "\"none\"").await;
    assert_eq!(first.status(), StatusCode::OK);
    let held = tag(&first);
    assert!(held.starts_with("W/\"p"), "{held}");
    let again = asked(&service, &dispatcher(), LIST, &format!("\"x\", {held}")).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(tag(&again), held);
    assert_eq!(again.bytes().await.unwrap().len(), 0);
    // Another office, another address, another language: other answers.
    for (who, path) in [(roads(), LIST), (dispatcher(), "/api/v1/cases?sort=oldest")] {
        assert_eq!(
            asked(&service, &who, path, &held).await.status(),
            StatusCode::OK
        );
    }
    let spoken = service
        .get(&dispatcher(), LIST)
        .header("if-none-match", &held);
    let tongue = reqwest::header::HeaderMap::from_iter([(
        reqwest::header::ACCEPT_LANGUAGE,
        "zh-CN".parse().unwrap(),
    )]);
    assert_eq!(
        spoken.headers(tongue).send().await.unwrap().status(),
        StatusCode::OK
    );
    // What is due changes by time alone.
    service.city.later(TimeDelta::minutes(1));
    let later = asked(&service, &dispatcher(), LIST, &held).await;
    assert_eq!(later.status(), StatusCode::OK);
    let held = tag(&later);
    service
        .city
        .allowed(leader(), case(2), work::report("water"))
        .await;
    service.city.engine.catch_up().await.unwrap();
    let moved = asked(&service, &dispatcher(), LIST, &held).await;
    assert_eq!(moved.status(), StatusCode::OK);
    // A case keeps the version that commands name.
    let one = service.get(&dispatcher(), &format!("/api/v1/cases/{}", case(1)));
    let one = one.send().await.unwrap();
    assert!(tag(&one).starts_with('"'), "{}", tag(&one));
    let (status, _) = answer(service.get(&dispatcher(), LIST)).await;
    assert_eq!(status, StatusCode::OK);
}
