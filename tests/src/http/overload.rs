//! More than can be answered: what is above the bound is refused cleanly, and what was taken is there.

use super::operation::{numbers, value};
use super::service::{Service, answer, settings, whole};
use crate::city::people::{dispatcher, leader};
use crate::city::{City, case, work};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

const CALLERS: usize = 300;

async fn refuses_cleanly(city: City) {
    let mut few = settings();
    few.limits.under_way = 4;
    few.limits.turn_milliseconds = 5;
    let service = Service::with(city, few).await;
    let mut calls = JoinSet::new();
    for _ in 0..CALLERS {
        let body =
            json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "leak" } });
        calls.spawn(whole(service.post(&leader(), "/api/v1/cases", &body)));
    }
    // Who asks whether it lives is answered meanwhile.
    let alive = answer(service.anonymous(Method::GET, "/livez")).await;
    assert_eq!(alive.0, StatusCode::OK);
    let (mut taken, mut refused) = (BTreeSet::new(), 0);
    while let Some(call) = calls.join_next().await {
        let (status, headers, told) = call.unwrap();
        if status == StatusCode::CREATED {
            let case = told["case"].as_str().unwrap().to_owned();
            assert!(taken.insert(case), "{told}");
            continue;
        }
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
        assert_eq!(told["code"], "overloaded", "{told}");
        assert_eq!(headers["retry-after"], "1");
        assert_eq!(headers["content-type"], "application/problem+json");
        refused += 1;
    }
    assert!(refused > 0 && !taken.is_empty(), "{refused} refused");
    // Afterwards everybody is answered again, and what was acknowledged is on the ledger, nothing else.
    let path = "/api/v1/cases?limit=500";
    let head = service.city.head().await;
    let list = service
        .get(&dispatcher(), path)
        .header("log-position-min", head);
    let (status, told) = answer(list).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let rows = told["rows"].as_array().unwrap();
    let there: BTreeSet<String> = rows
        .iter()
        .map(|row| row["case_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(there, taken);
    let numbers = numbers(&service).await;
    assert!(value(&numbers, "gridwhistle_http_overloaded_total") > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_bound_is_refused_cleanly_and_all_that_was_taken_is_there() {
    refuses_cleanly(City::on_disk().await).await;
    refuses_cleanly(City::on_a_database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_on_their_way_in_keep_nobody_from_asking() {
    let mut few = settings();
    few.limits.under_way = 1;
    few.limits.files_under_way = 1;
    let service = Service::with(City::in_memory().await, few).await;
    // One file that does not come to an end.
    let host = service.address("").replace("http://", "");
    let mut line = tokio::net::TcpStream::connect(host.as_str()).await.unwrap();
    let head = format!(
        "POST /api/v1/evidence HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer dev:{}\r\n\
         content-type: image/png\r\ncontent-length: 10000\r\n\r\n",
        leader().person
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let upload = || {
        let post = service.request(&leader(), Method::POST, "/api/v1/evidence");
        answer(post.header("content-type", "image/png").body("no image"))
    };
    let second = async {
        loop {
            let (status, told) = upload().await;
            if told["code"] == "overloaded" {
                return status;
            }
        }
    };
    let second = tokio::time::timeout(Duration::from_secs(20), second).await;
    assert_eq!(second.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
    let asked = answer(service.get(&leader(), "/api/v1/units")).await;
    assert_eq!(asked.0, StatusCode::OK);
    // With the line that stood the place is free again.
    drop(line);
    let free = async { while upload().await.1["code"] == "overloaded" {} };
    let free = tokio::time::timeout(Duration::from_secs(20), free).await;
    free.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_whole_logs_are_read_again_at_a_time_and_others_are_asked_to_come_again() {
    let mut few = settings();
    few.limits.replays = 1;
    few.limits.turn_milliseconds = 1;
    let city = City::in_memory().await;
    for number in 1..=20 {
        work::time_limited(&city, case(number)).await;
    }
    let head = city.head().await;
    let service = Service::with(city, few).await;
    let path = format!("/api/v1/units?known_at={head}");
    let mut calls = JoinSet::new();
    for _ in 0..30 {
        calls.spawn(whole(service.get(&dispatcher(), &path)));
    }
    let (mut answered, mut refused) = (0, 0);
    while let Some(call) = calls.join_next().await {
        let (status, headers, told) = call.unwrap();
        if status == StatusCode::OK {
            answered += 1;
            continue;
        }
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
        assert_eq!(told["code"], "overloaded", "{told}");
        assert_eq!(headers["retry-after"], "1");
        refused += 1;
    }
    assert!(answered > 0 && refused > 0, "{answered} {refused}");
    let (status, told) = answer(service.get(&dispatcher(), &path)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}
