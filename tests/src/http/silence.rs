//! Lines on which nothing is said, or nothing whole: they are cut, and no more stand than may.

use super::service::{Service, answer, settings};
use crate::city::City;
use crate::city::people::leader;
use gridwhistle_server::settings::Limits;
use reqwest::StatusCode;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than anything here waits for, and shorter than the line of an honest client stands.
const LONG: Duration = Duration::from_secs(20);

async fn strict(lines: usize, head_seconds: u64) -> Service {
    let mut strict = settings();
    strict.limits = Limits {
        head_seconds,
        lines,
        ..Limits::none()
    };
    Service::with(City::in_memory().await, strict).await
}

async fn line(service: &Service) -> TcpStream {
    let host = service.address("").replace("http://", "");
    TcpStream::connect(host).await.unwrap()
}

/// After how long the other side ends a line; what it says meanwhile is passed over.
async fn cut_after(line: &mut TcpStream) -> Duration {
    let began = Instant::now();
    let mut part = [0; 1_024];
    let ended = async { while line.read(&mut part).await.is_ok_and(|count| count > 0) {} };
    let ended = tokio::time::timeout(LONG, ended).await;
    ended.expect("the line is cut");
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_or_not_all_of_a_head_is_cut() {
    let service = strict(0, 1).await;
    // Nothing; the beginning of a head; as much of the greeting of HTTP/2 as leaves it open what comes.
    let beginnings = [
        "",
        "GET /livez HTTP/1.1\r\nhost: x\r\n",
        "PRI * HTTP/2.0\r\n",
    ];
    for beginning in beginnings {
        let mut line = line(&service).await;
        line.write_all(beginning.as_bytes()).await.unwrap();
        let stood = cut_after(&mut line).await;
        let soon = Duration::from_millis(900)..Duration::from_secs(8);
        assert!(soon.contains(&stood), "{beginning:?}: {stood:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_a_head_drop_by_drop_is_cut_and_who_pauses_between_questions_too() {
    let service = strict(0, 1).await;
    let mut dripping = line(&service).await;
    dripping
        .write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\nx-long: ")
        .await
        .unwrap();
    let began = Instant::now();
    let dripped = async {
        while dripping.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let dripped = tokio::time::timeout(LONG, dripped).await;
    dripped.expect("the line is cut");
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );

    let mut pausing = line(&service).await;
    pausing
        .write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut told = [0; 64];
    let read = pausing.read(&mut told).await.unwrap();
    assert!(told[..read].starts_with(b"HTTP/1.1 200"), "{told:?}");
    assert!(cut_after(&mut pausing).await < Duration::from_secs(8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_http_2_whose_client_does_not_answer_is_cut() {
    let service = strict(0, 1).await;
    let mut silent = line(&service).await;
    // The greeting, empty settings, `GET /` on the first stream, and never a word again.
    let greeting = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    let question = b"\x00\x00\x06\x01\x05\x00\x00\x00\x01\x82\x86\x84\x41\x01x";
    silent.write_all(greeting).await.unwrap();
    silent.write_all(question).await.unwrap();
    let mut told = [0; 9];
    silent.read_exact(&mut told).await.unwrap();
    assert_eq!(told[3], 4, "the settings of the other side: {told:?}");
    assert!(cut_after(&mut silent).await < Duration::from_secs(8));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_lines_stand_than_may_and_a_place_is_free_when_one_ends() {
    // None of them is cut for its silence meanwhile.
    let service = strict(3, 15).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(line(&service).await);
    }
    // It is taken by the system, and let go before a word is read.
    let mut fourth = line(&service).await;
    let _ = fourth
        .write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    let mut told = Vec::new();
    let read = tokio::time::timeout(LONG, fourth.read_to_end(&mut told)).await;
    assert!(read.unwrap().is_err() || told.is_empty(), "{told:?}");
    held.clear();
    let free = async {
        while service.get(&leader(), "/livez").send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, free)
        .await
        .expect("a place is free");
    let (status, _) = answer(service.get(&leader(), "/api/v1/units")).await;
    assert_eq!(status, StatusCode::OK);
}
