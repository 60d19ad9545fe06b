//! The live feed over HTTP: nothing lost, nothing twice, nothing that is not for the reader.

use super::service::{Service, answer, settings, whole};
use crate::city::City;
use crate::city::people::{
    auditor, community, dispatcher, leader, officer_elsewhere, resident, water,
};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::ids::CaseId;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// One event as a client hears it.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) id: u64,
    event: String,
    data: Value,
}

/// A client of the live feed.
pub(super) struct Client {
    response: Response,
    rest: Vec<u8>,
}

impl Client {
    pub(super) async fn follow(
        service: &Service,
        who: &Actor,
        query: &str,
        last: Option<u64>,
    ) -> Self {
        let mut request = service.get(who, &format!("/api/v1/events/stream{query}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self {
            response,
            rest: Vec::new(),
        }
    }

    /// The next event; none: the stream has ended.
    pub(super) async fn next(&mut self) -> Option<Heard> {
        loop {
            // A part may end within a sign: only whole frames are text.
            while let Some(end) = self.rest.windows(2).position(|two| two == b"\n\n") {
                let frame: Vec<u8> = self.rest.drain(..end + 2).collect();
                let frame = String::from_utf8(frame).unwrap();
                let fields = frame.lines().filter_map(|line| line.split_once(": "));
                let fields: Vec<(&str, &str)> = fields.collect();
                let field = |name: &str| {
                    let found = fields.iter().find(|(known, _)| *known == name);
                    found.map(|(_, value)| (*value).to_owned())
                };
                let data = field("data");
                let heard = data.map(|data| Heard {
                    id: field("id").unwrap().parse().unwrap(),
                    event: field("event").unwrap(),
                    data: serde_json::from_str(&data).unwrap(),
                });
                if heard.is_some() {
                    return heard;
                }
            }
            let part = self.response.chunk().await.unwrap()?;
            self.rest.extend_from_slice(&part);
        }
    }

    async fn some(&mut self, count: usize) -> Vec<Heard> {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.push(self.next().await.unwrap());
        }
        heard
    }
}

async fn report(city: &City, who: &Actor, grid: &str) -> CaseId {
    let case = CaseId(Uuid::now_v7());
    let form = ReportForm::new("snap_report", grid, "water over the pavement");
    let report = CaseCommand::Report { form };
    city.engine.execute(who, case, report).await.unwrap();
    case
}

/// What the log holds of reports, in order.
pub(super) async fn reports(city: &City) -> Vec<u64> {
    let log = city.engine.log();
    let all = log.read_log(city.engine.tenant(), 0, 10_000).await.unwrap();
    let reports = all.iter().filter(|row| row.event_type == "CaseReported");
    reports.map(|row| row.position).collect()
}

async fn nothing_is_lost_over_a_restart(city: City) {
    let service = Service::of(city).await;
    let mut client =
        Client::follow(&service, &dispatcher(), "?after=0&type=CaseReported", None).await;
    for _ in 0..3 {
        report(&service.city, &leader(), "G-1").await;
    }
    let mut heard = client.some(3).await;
    // A stop ends the streams, so it does not wait for them.
    let city = service.stop().await;
    assert!(client.next().await.is_none());
    let last = heard.last().map(|heard| heard.id);
    for _ in 0..2 {
        report(&city, &leader(), "G-1").await;
    }
    let service = Service::of(city.restart().await).await;
    let mut client = Client::follow(&service, &dispatcher(), "?type=CaseReported", last).await;
    report(&service.city, &leader(), "G-2").await;
    heard.extend(client.some(3).await);
    let ids: Vec<u64> = heard.iter().map(|heard| heard.id).collect();
    assert_eq!(ids, reports(&service.city).await);
    assert!(heard.iter().all(|heard| heard.event == "CaseReported"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_again_after_a_restart_has_lost_nothing_and_hears_nothing_twice() {
    nothing_is_lost_over_a_restart(City::on_disk().await).await;
    nothing_is_lost_over_a_restart(City::on_a_database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_a_time_hear_the_same_in_order_while_it_happens() {
    let service = Service::of(City::in_memory().await).await;
    let mut clients = Vec::new();
    for _ in 0..8 {
        clients.push(Client::follow(&service, &dispatcher(), "?type=CaseReported", None).await);
    }
    let before = reports(&service.city).await.len();
    for _ in 0..50 {
        report(&service.city, &leader(), "G-1").await;
    }
    let wanted = reports(&service.city).await.split_off(before);
    for client in &mut clients {
        let heard = client.some(50).await;
        let ids: Vec<u64> = heard.iter().map(|heard| heard.id).collect();
        assert_eq!(ids, wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_hears_of_the_cases_that_they_may_see_and_of_no_other() {
    let service = Service::of(City::in_memory().await).await;
    let city = &service.city;
    let here = report(city, &resident(), "G-1").await;
    let there = report(city, &officer_elsewhere(), "G-2").await;
    let cases = async |who: &Actor| {
        let path = "/api/v1/events?type=CaseReported";
        let (status, told) = answer(service.get(who, path)).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let events = told["events"].as_array().unwrap().clone();
        let ids = events
            .iter()
            .map(|event| event["case"].as_str().unwrap().to_owned());
        ids.collect::<Vec<String>>()
    };
    let (here, there) = (here.to_string(), there.to_string());
    assert_eq!(cases(&leader()).await.join(" "), here);
    assert_eq!(cases(&officer_elsewhere()).await.join(" "), there);
    assert_eq!(cases(&dispatcher()).await, [here.clone(), there.clone()]);
    assert_eq!(cases(&auditor()).await, [here.clone(), there.clone()]);
    assert_eq!(cases(&water()).await, Vec::<String>::new());
    let own = service
        .anonymous(Method::GET, "/api/v1/events?type=CaseReported")
        .bearer_auth("dev:R-1");
    let (_, told) = answer(own).await;
    assert_eq!(told["events"][0]["case"], json!(here), "{told}");
    assert_eq!(told["events"].as_array().unwrap().len(), 1);
    // The stream tells the same: the officer of the other grid hears only of there.
    let query = "?after=0&type=CaseReported";
    let mut client = Client::follow(&service, &officer_elsewhere(), query, None).await;
    assert_eq!(client.next().await.unwrap().data["case"], json!(there));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_names_no_resident() {
    let service = Service::of(City::in_memory().await).await;
    let body = json!({ "form": { "channel": "snap_report", "grid": "G-1",
        "description": "a leak", "reporter": { "name": "林晓梅", "phone": "13812340000" } } });
    let (status, told) = answer(service.post(&leader(), "/api/v1/cases", &body)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let subject = told["subjects"][0].as_str().unwrap().to_owned();
    let query = "?after=0&type=CaseReported";
    let mut client = Client::follow(&service, &community(), query, None).await;
    let heard = client.next().await.unwrap().data;
    assert_eq!(heard["fact"]["form"]["description"], "a leak");
    assert_eq!(heard["by"]["person"], "P-leader");
    assert!(heard["text"]["zh"].as_str().unwrap().contains("网格长"));
    let text = heard.to_string();
    for secret in ["13812340000", "ciphertext", subject.as_str(), "reporter"] {
        assert!(!text.contains(secret), "{text}");
    }
    let reported = report(&service.city, &resident(), "G-1").await;
    let path = format!("/api/v1/events?case={reported}");
    let (_, told) = answer(service.get(&community(), &path)).await;
    assert_eq!(told["events"][0]["by"], json!({ "role": "resident" }));
    assert_eq!(told["more"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_the_stream_in_pieces() {
    let service = Service::of(City::in_memory().await).await;
    for _ in 0..5 {
        report(&service.city, &leader(), "G-1").await;
    }
    let (mut after, mut ids) = (0, Vec::new());
    loop {
        let path = format!("/api/v1/events?after={after}&limit=3");
        let (_, told) = answer(service.get(&auditor(), &path)).await;
        let events = told["events"].as_array().unwrap();
        ids.extend(
            events
                .iter()
                .map(|event| event["position"].as_u64().unwrap()),
        );
        after = told["after"].as_u64().unwrap();
        if told["more"] == false {
            break;
        }
    }
    let mut client = Client::follow(&service, &auditor(), "?after=0", None).await;
    let heard = client.some(ids.len()).await;
    assert_eq!(ids, heard.iter().map(|heard| heard.id).collect::<Vec<_>>());
    assert_eq!(after, service.city.head().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_takes_so_many_clients_and_a_place_is_free_again_when_one_goes() {
    let mut few = settings();
    few.feed.clients = 1;
    let service = Service::with(City::in_memory().await, few).await;
    let client = Client::follow(&service, &dispatcher(), "", None).await;
    let second = || service.get(&dispatcher(), "/api/v1/events/stream");
    let (status, headers, told) = whole(second()).await;
    assert_eq!((status.as_u16(), &told["code"]), (503, &json!("feed_full")));
    assert!(headers.contains_key("retry-after"));
    drop(client);
    // It is noticed when something is to be told.
    loop {
        report(&service.city, &leader(), "G-1").await;
        if second().send().await.unwrap().status() == StatusCode::OK {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_of_the_feed_is_told() {
    let service = Service::of(City::in_memory().await).await;
    for path in ["/api/v1/events", "/api/v1/events/stream"] {
        let (status, told) = answer(service.anonymous(Method::GET, path)).await;
        assert_eq!(
            (status.as_u16(), &told["code"]),
            (401, &json!("not_logged_in"))
        );
        for query in [
            "?after=x",
            "?after=-1",
            "?case=all",
            "?type=%27;--",
            "?colour=red",
            "?after=1&after=2",
        ] {
            let asked = service.get(&dispatcher(), &format!("{path}{query}"));
            let (status, told) = answer(asked).await;
            let wrong = (status.as_u16(), &told["code"]);
            assert_eq!(wrong, (400, &json!("parameter_wrong")), "{path}{query}");
        }
    }
    let beyond = service.get(&dispatcher(), "/api/v1/events/stream?after=999999");
    assert_eq!(answer(beyond).await.0.as_u16(), 400);
    let torn = service
        .get(&dispatcher(), "/api/v1/events/stream")
        .header("last-event-id", "1; drop");
    assert_eq!(answer(torn).await.0.as_u16(), 400);
}
