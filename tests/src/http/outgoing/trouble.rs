//! Receivers that fail, go away, never answer, point elsewhere or answer without end.

use super::receiver::{Manner, Received, Receiver};
use super::{PATH, administrator, asked, note, report, subject, subscribe, telling};
use crate::city::{City, at};
use crate::http::service::{Service, answer};
use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Waits until what is shown of a subscriber is so.
async fn until(service: &Service, path: &str, so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..600 {
        let (_, shown) = answer(service.get(&administrator(), path)).await;
        if so(&shown) {
            return shown;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{path} never came to be so");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_telling_fails_waits_its_time_and_holds_back_no_other() {
    let receiver = Receiver::of([Manner::Status(500), Manner::Status(200)]).await;
    let service = telling(City::in_memory().await).await;
    let mut body = asked(&receiver);
    body["types"] = json!(["CaseReported", "CaseRejected"]);
    subscribe(&service, &body).await;
    let held = report(&service.city).await;
    receiver.wait(1).await;
    note(&service.city, held, "not ours").await;
    let other = report(&service.city).await;
    let received = receiver.wait(2).await;
    assert_eq!(
        subject(&received[1]),
        other.to_string(),
        "the held case waits"
    );
    let step = || service.city.later(TimeDelta::seconds(5));
    let received = receiver.wait_while(4, step).await;
    let kinds: Vec<Value> = received
        .iter()
        .map(|one| one.json()["data"]["type"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "CaseReported",
            "CaseReported",
            "CaseReported",
            "CaseRejected"
        ]
    );
    assert_eq!(subject(&received[2]), held.to_string());
    // However often it is sent, it has one id.
    assert_eq!(
        received[0].header("webhook-id"),
        received[2].header("webhook-id")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_dies_is_seen_and_is_told_again_when_somebody_wants_it() {
    let receiver = Receiver::of([Manner::Status(503)]).await;
    let service = telling(City::in_memory().await).await;
    let (address, _) = subscribe(&service, &asked(&receiver)).await;
    let case = report(&service.city).await;
    // 41 hours and 35 minutes and 35 seconds in all, after which nobody tries any more.
    let step = || service.city.later(TimeDelta::hours(6));
    receiver.wait_while(9, step).await;
    let letters = format!("{address}/dead-letters");
    let one = |shown: &Value| {
        shown["dead_letters"]
            .as_array()
            .is_some_and(|all| all.len() == 1)
    };
    let dead = until(&service, &letters, one).await["dead_letters"][0].clone();
    assert_eq!(dead["case"], json!(case));
    assert_eq!(
        (&dead["attempts"], &dead["status"]),
        (&json!(9), &json!(503))
    );
    assert_eq!(receiver.received().len(), 9);
    receiver.answers(Manner::Status(200));
    let replay = service.post(&administrator(), &format!("{address}/replay"), &json!({}));
    let (status, told) = answer(replay).await;
    assert_eq!((status, &told["replayed"]), (StatusCode::OK, &json!(1)));
    let received = receiver.wait(10).await;
    assert_eq!(subject(&received[9]), case.to_string());
    let (_, shown) = answer(service.get(&administrator(), &letters)).await;
    assert_eq!(shown["dead_letters"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_told_nothing_until_somebody_enables_it() {
    let receiver = Receiver::of([Manner::Status(410)]).await;
    let service = telling(City::in_memory().await).await;
    let (address, _) = subscribe(&service, &asked(&receiver)).await;
    let case = report(&service.city).await;
    until(&service, &address, |shown| shown["disabled"] == "gone").await;
    let tried = receiver.received().len();
    let meanwhile = report(&service.city).await;
    receiver.answers(Manner::Status(200));
    let enable = service.post(&administrator(), &format!("{address}/enable"), &json!({}));
    assert_eq!(answer(enable).await.0, StatusCode::OK);
    let received = receiver.wait(tried + 2).await;
    let mut told: Vec<String> = received[tried..].iter().map(subject).collect();
    told.sort();
    let mut wanted = [case.to_string(), meanwhile.to_string()];
    wanted.sort();
    assert_eq!(told, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_never_answers_slows_nobody_else() {
    let silent = Receiver::of([Manner::Silent]).await;
    let quick = Receiver::of([]).await;
    let service = telling(City::in_memory().await).await;
    subscribe(&service, &asked(&silent)).await;
    subscribe(&service, &asked(&quick)).await;
    for _ in 0..20 {
        report(&service.city).await;
    }
    quick.wait(20).await;
    // Four lines at a time, and none has had an answer.
    assert!(silent.wait(4).await.len() < 20);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_elsewhere_by_a_redirect() {
    let inner = Receiver::of([]).await;
    let receiver = Receiver::of([Manner::Redirect(inner.url())]).await;
    let service = telling(City::in_memory().await).await;
    let (address, _) = subscribe(&service, &asked(&receiver)).await;
    report(&service.city).await;
    let step = || service.city.later(TimeDelta::hours(6));
    receiver.wait_while(9, step).await;
    let letters = format!("{address}/dead-letters");
    let one = |shown: &Value| {
        shown["dead_letters"]
            .as_array()
            .is_some_and(|all| all.len() == 1)
    };
    let dead = until(&service, &letters, one).await["dead_letters"][0].clone();
    assert_eq!(
        (&dead["reason"], &dead["status"]),
        (&json!("redirected"), &json!(307))
    );
    assert!(inner.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let receiver = Receiver::of([Manner::Flood]).await;
    let service = telling(City::in_memory().await).await;
    // A robot's answer is read, up to a bound; a webhook's is not looked at.
    let mut robot = asked(&receiver);
    robot["form"] = json!("wecom");
    subscribe(&service, &robot).await;
    subscribe(&service, &asked(&receiver)).await;
    report(&service.city).await;
    receiver.wait(2).await;
    let step = || service.city.later(TimeDelta::seconds(5));
    let received = receiver.wait_while(3, step).await;
    let robots = received
        .iter()
        .filter(|one| one.json()["msgtype"] == "text");
    assert_eq!(
        robots.count(),
        2,
        "the robot is tried again, the other was told"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_nothing_is_sent_and_afterwards_all_of_it() {
    let receiver = Receiver::of([]).await;
    let loud = Receiver::of([]).await;
    let service = telling(City::in_memory().await).await;
    let mut body = asked(&receiver);
    body["quiet"] = json!({ "from": 22 * 60, "until": 7 * 60 });
    let (address, _) = subscribe(&service, &body).await;
    subscribe(&service, &asked(&loud)).await;
    service.city.clock.set(at("2026-03-02 23:30"));
    report(&service.city).await;
    loud.wait(1).await;
    assert!(receiver.received().is_empty());
    service.city.clock.set(at("2026-03-03 07:00"));
    receiver.wait(1).await;
    // Without quiet hours it is told by night as well.
    let change = service
        .request(&administrator(), Method::PUT, &address)
        .body(asked(&receiver).to_string());
    assert_eq!(answer(change).await.0, StatusCode::OK);
    service.city.clock.set(at("2026-03-03 23:30"));
    report(&service.city).await;
    receiver.wait(2).await;
    assert_eq!(
        service
            .get(&administrator(), PATH)
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_of_an_area_hears_of_its_cases_alone() {
    let receiver = Receiver::of([]).await;
    let everything = Receiver::of([]).await;
    let service = telling(City::in_memory().await).await;
    let mut body = asked(&receiver);
    body["scope"] = json!({ "areas": ["S-2"] });
    subscribe(&service, &body).await;
    subscribe(&service, &asked(&everything)).await;
    report(&service.city).await;
    everything.wait(1).await;
    let form = gridwhistle::domain::case::fact::ReportForm::new("patrol", "G-2", "a lamp is out");
    let there = gridwhistle::domain::ids::CaseId(uuid::Uuid::now_v7());
    let report = gridwhistle::domain::case::command::CaseCommand::Report { form };
    service
        .city
        .allowed(crate::city::people::leader(), there, report)
        .await;
    let received: Vec<Received> = receiver.wait(1).await;
    assert_eq!(subject(&received[0]), there.to_string());
}
