//! What the service writes down of itself: what failed, under the id that the caller was told, and
//! nothing of what anybody said.

use super::service::{Service, whole};
use crate::city::people::leader;
use crate::city::{City, case};
use gridwhistle_store::{Append, NewEvent, StreamId};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

const PHONE: &str = "13812340000";

/// What was written.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<u8>>>);

impl Record {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Record {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Record {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A case of one event that no program reads, and whose mistake quotes a number.
async fn spoil(city: &City, number: u128) {
    let append = Append {
        tenant: city.engine.tenant().to_owned(),
        stream: StreamId::new("case", case(number).to_string()),
        expected_version: 0,
        command_id: Uuid::now_v7(),
        request_hash: [0; 32],
        events: vec![NewEvent {
            event_type: "CaseUrged".to_owned(),
            event_version: "1.0".to_owned(),
            payload: json!({ "at": PHONE, "by": PHONE, "fact": PHONE }).to_string(),
            metadata: "{}".to_owned(),
            occurred_at: city.engine.now(),
        }],
    };
    city.engine.log().append(append).await.unwrap();
}

// One thread, so that what is written there is caught, and nothing of other tests.
#[tokio::test]
async fn what_failed_is_on_record_under_the_id_that_was_told_and_nothing_that_was_said() {
    let record = Record::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .with_writer(record.clone())
        .finish();
    let _caught = tracing::subscriber::set_default(subscriber);
    let city = City::in_memory().await;
    let service = Service::of(city).await;
    spoil(&service.city, 7).await;
    let path = format!("/api/v1/cases/{}/urge", case(7));
    let note = json!({ "note": format!("ring {PHONE}") });
    let (status, headers, told) = whole(service.post(&leader(), &path, &note)).await;
    let failed = (status.as_u16(), &told["code"]);
    assert_eq!(failed, (500, &json!("event_unreadable")), "{told}");
    let id = told["trace_id"].as_str().unwrap();
    assert_eq!(headers["x-request-id"], id);
    let views_stand_still = async {
        while !record.text().contains("views and timers stand still") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), views_stand_still).await;
    waited.expect("also what stops the views is on record");
    let written = record.text();
    let line = written.lines().find(|line| line.contains(id));
    let line = line.unwrap_or_else(|| panic!("{id}: {written}"));
    for said in [
        "ERROR",
        "no answer",
        "method=POST",
        "/api/v1/cases/{case}/{command}",
        "status=500",
        "event_unreadable",
        "the event at position ",
    ] {
        assert!(line.contains(said), "{said}: {line}");
    }
    assert!(!written.contains(PHONE), "{written}");
    assert!(!written.contains(&case(7).to_string()), "{written}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_keeps_the_id_of_its_sender_if_that_is_one() {
    let service = Service::of(City::in_memory().await).await;
    let ask = async |id: Option<&str>| {
        let mut request = service.anonymous(Method::GET, "/api/v1/units");
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        let (status, headers, told) = whole(request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        let id = headers["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(told["trace_id"], id);
        id
    };
    assert_eq!(ask(Some("gateway-17.a_b")).await, "gateway-17.a_b");
    let long = "a".repeat(65);
    let wrong = [PHONE, "two words", "a=\"b\"", &long].map(Some);
    for wrong in wrong.into_iter().chain([None]) {
        let id = ask(wrong).await;
        assert!(id.parse::<Uuid>().is_ok(), "{wrong:?}: {id}");
    }
    assert_ne!(ask(None).await, ask(None).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_packed_for_who_takes_it_so() {
    let service = Service::of(City::in_memory().await).await;
    let ask = async |accepted: &str| {
        let request = service.get(&leader(), "/api/v1/matters");
        let request = request.header("accept-encoding", accepted);
        let answered = request.send().await.unwrap();
        assert_eq!(answered.status(), StatusCode::OK);
        let packed = answered.headers().get("content-encoding").cloned();
        (packed, answered.bytes().await.unwrap())
    };
    let (packed, small) = ask("gzip").await;
    assert_eq!(packed.unwrap(), "gzip");
    let (plain, whole) = ask("identity").await;
    assert!(plain.is_none() && small.len() < whole.len());
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(&small[..]);
    std::io::Read::read_to_end(&mut reader, &mut unpacked).unwrap();
    assert_eq!(unpacked, whole);
}
