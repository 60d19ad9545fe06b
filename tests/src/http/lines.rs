//! Lines of the live feed that stand for long: what is said on a quiet one, and who does not read.

use super::service::{Service, answer, settings};
use crate::city::City;
use crate::city::people::{dispatcher, leader};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::ids::CaseId;
use reqwest::StatusCode;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

async fn report(city: &City, words: &str) {
    let form = ReportForm::new("snap_report", "G-1", words);
    let report = CaseCommand::Report { form };
    let case = CaseId(Uuid::now_v7());
    city.engine.execute(&leader(), case, report).await.unwrap();
}

/// A client that reads as much as it likes, and no more. HTTP/1.0, so that the body is what is told.
struct Line {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Line {
    async fn to(service: &Service, query: &str, last: Option<u64>) -> Self {
        let host = service.address("").replace("http://", "");
        let socket = TcpSocket::new_v4().unwrap();
        // Little waits on this side.
        socket.set_recv_buffer_size(4_096).unwrap();
        let mut stream = socket.connect(host.parse().unwrap()).await.unwrap();
        let last = last.map_or(String::new(), |last| format!("last-event-id: {last}\r\n"));
        let who = dispatcher();
        let asked = format!(
            "GET /api/v1/events/stream{query} HTTP/1.0\r\nauthorization: Bearer dev:{}\r\n{last}\r\n",
            who.person
        );
        stream.write_all(asked.as_bytes()).await.unwrap();
        let read = Vec::new();
        Self { stream, read }
    }

    /// Reads until something was said, and to its end; answers all that was, or what came before the
    /// line ended.
    async fn until(&mut self, said: &str) -> String {
        let mut part = vec![0; 65_536];
        let (mut looked, mut heard) = (0, false);
        loop {
            let new = self.read.get(looked..).unwrap_or_default();
            let mut parts = new.windows(said.len());
            heard |= parts.any(|part| part == said.as_bytes());
            if heard && self.read.ends_with(b"\n\n") {
                break;
            }
            looked = self.read.len().saturating_sub(said.len());
            match self.stream.read(&mut part).await {
                Ok(0) | Err(_) => break,
                Ok(count) => self.read.extend_from_slice(&part[..count]),
            }
        }
        String::from_utf8_lossy(&self.read).into_owned()
    }
}

/// The positions of the events that were told whole.
fn told(text: &str) -> Vec<u64> {
    let whole = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
    let frames = whole.split("\n\n").filter(|frame| frame.contains("data: "));
    let ids = frames.map(|frame| {
        let mut lines = frame.lines();
        let id = lines.find_map(|line| line.strip_prefix("id: "));
        id.unwrap().parse().unwrap()
    });
    ids.collect()
}

async fn reports(city: &City) -> Vec<u64> {
    let log = city.engine.log();
    let all = log
        .read_log(city.engine.tenant(), 0, 100_000)
        .await
        .unwrap();
    let reports = all.iter().filter(|row| row.event_type == "CaseReported");
    reports.map(|row| row.position).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hears_nothing_hears_that_the_line_stands_and_how_far_it_came() {
    let mut often = settings();
    often.feed.alive_seconds = 1;
    let service = Service::with(City::in_memory().await, often).await;
    let head = service.city.head().await;
    let mut quiet = Line::to(&service, "", None).await;
    let said = quiet.until(&format!(": {head}\nid: {head}\n\n")).await;
    assert!(
        said.contains(&format!(": {head}\nid: {head}\n\n")),
        "{said}"
    );
    // Also where much is told, and none of it to this client.
    let mut other = Line::to(&service, "?type=CaseClosed", None).await;
    other.until("retry: ").await;
    let heard = async {
        let said = other.until("\n: ").await;
        assert!(said.contains("\n: ") && !said.contains("data: "), "{said}");
    };
    let told = async {
        loop {
            report(&service.city, "water over the pavement").await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        () = heard => {}
        () = told => {}
        () = tokio::time::sleep(Duration::from_secs(20)) => panic!("not a word for 20 s"),
    }
}

#[test]
fn a_client_hears_within_fifteen_seconds_unless_the_operator_says_otherwise() {
    let feed = gridwhistle_server::Settings::default().feed;
    assert_eq!((feed.alive_seconds, feed.unread_seconds), (15, 10));
    let mut wrong = settings();
    wrong.feed.alive_seconds = 0;
    wrong.limits.turn_milliseconds = 60_000;
    wrong.limits.head_seconds = 601;
    let keys: Vec<_> = wrong.problems().iter().map(|one| one.key).collect();
    let all = [
        "limits.turn_milliseconds",
        "limits.head_seconds",
        "feed.alive_seconds",
    ];
    assert_eq!(keys, all);
    let limits = gridwhistle_server::Settings::default().limits;
    assert_eq!((limits.head_seconds, limits.lines), (10, 8_192));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_let_go_slows_nobody_and_loses_nothing() {
    let_go(City::on_disk().await).await;
    let_go(City::on_a_database().await).await;
}

async fn let_go(city: City) {
    let mut strict = settings();
    strict.feed.clients = 2;
    strict.feed.unread_seconds = 2;
    strict.feed.alive_seconds = 1;
    let service = Service::with(city, strict).await;
    let query = "?after=0&type=CaseReported";
    let mut slow = Line::to(&service, query, None).await;
    slow.until("retry: ").await;
    let mut brisk = Line::to(&service, query, None).await;
    brisk.until("retry: ").await;
    let full = answer(service.get(&dispatcher(), "/api/v1/events/stream")).await;
    assert_eq!(full.0, StatusCode::SERVICE_UNAVAILABLE, "{}", full.1);

    // More than both ends of a line hold.
    let long = "水".repeat(1_900);
    let began = Instant::now();
    let reading = async {
        let said = brisk.until("\"the last one\"").await;
        (said, began.elapsed())
    };
    let telling = async {
        for _ in 0..900 {
            report(&service.city, &long).await;
        }
        report(&service.city, "the last one").await;
        began.elapsed()
    };
    let ((heard, heard_after), told_after) = tokio::join!(reading, telling);
    let all = reports(&service.city).await;
    assert!(told(&heard) == all, "who reads hears all of it");
    let behind = heard_after.saturating_sub(told_after);
    assert!(behind < Duration::from_secs(2), "{behind:?} behind");

    // Its place is free again; of what it left unread a bounded part waits in the line.
    let free = async {
        loop {
            let asked = service.get(&dispatcher(), "/api/v1/events/stream");
            if asked.send().await.unwrap().status() == StatusCode::OK {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let free = tokio::time::timeout(Duration::from_secs(20), free).await;
    free.expect("a client that does not read is let go");
    let said = slow.until("\"the last one\"").await;
    let mut first = told(&said);
    let some = (1..all.len()).contains(&first.len());
    assert!(some, "{} of {}", first.len(), all.len());
    let again = loop {
        // The place of whom we asked with is free when its end is noticed.
        let mut again = Line::to(&service, "?type=CaseReported", first.last().copied()).await;
        let said = again.until("\"the last one\"").await;
        if !said.contains("\"feed_full\"") {
            break said;
        }
    };
    first.extend(told(&again));
    assert!(
        first == all,
        "lost or twice: {} of {}",
        first.len(),
        all.len()
    );
}
