//! Limits on how much anybody may ask, and that nobody's body is read before they are known.

use super::service::{Service, answer, settings, whole};
use crate::city::City;
use crate::city::people::{roads, water};
use gridwhistle::domain::actor::Actor;
use gridwhistle_cluster::Cluster;
use gridwhistle_server::settings::Limits;
use reqwest::{Method, StatusCode};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::block_in_place;

async fn limited(limits: Limits) -> Service {
    let settings = gridwhistle_server::Settings {
        limits,
        ..settings()
    };
    Service::with(City::in_memory().await, settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_asks_too_much_waits_and_others_do_not() {
    let service = limited(Limits {
        person_per_second: 1,
        person_burst: 5,
        ..Limits::none()
    })
    .await;
    let ask = |who: Actor| service.get(&who, "/api/v1/units");
    for _ in 0..5 {
        assert_eq!(answer(ask(water())).await.0, StatusCode::OK);
    }
    let (status, headers, told) = whole(ask(water())).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{told}");
    assert_eq!(told["code"], "too_many_requests");
    let wait: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(answer(ask(roads())).await.0, StatusCode::OK);
    tokio::time::timeout(Duration::from_secs(20), async {
        while answer(ask(water())).await.0 != StatusCode::OK {}
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_limited_where_nobody_is_logged_in_and_harder_where_logins_fail() {
    let service = limited(Limits {
        address_per_second: 1,
        address_burst: 20,
        failed_logins_per_minute: 3,
        ..Limits::none()
    })
    .await;
    let fail = || {
        service
            .anonymous(Method::GET, "/api/v1/units")
            .bearer_auth("guess")
    };
    for _ in 0..3 {
        let (status, headers, _) = whole(fail()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(headers["www-authenticate"], "Bearer");
    }
    let (status, headers, _) = whole(fail()).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(headers.contains_key("retry-after"));
    // Its neighbour behind the same address works on.
    assert_eq!(
        answer(service.get(&water(), "/api/v1/units")).await.0,
        StatusCode::OK
    );

    let nobody = || service.anonymous(Method::GET, "/api/v1/units");
    let mut told = Vec::new();
    for _ in 0..25 {
        told.push(answer(nobody()).await.0);
    }
    assert_eq!(told[0], StatusCode::UNAUTHORIZED);
    assert!(told.contains(&StatusCode::TOO_MANY_REQUESTS), "{told:?}");
    let forwarded = nobody().header("x-forwarded-for", "198.51.100.1");
    let (status, _) = answer(forwarded).await;
    assert_eq!(
        status,
        StatusCode::TOO_MANY_REQUESTS,
        "it says so itself, which is not believed"
    );
}

/// Sends a head that announces a body, and a little of the body; answers the status line.
async fn announced(service: &Service, path: &str, head: &str) -> String {
    let base = service.address("");
    let host = base.trim_start_matches("http://");
    let mut line = tokio::net::TcpStream::connect(host).await.unwrap();
    let kind = if path.starts_with("/api/") {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let sent =
        format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {kind}\r\n{head}\r\n\r\n{{");
    line.write_all(sent.as_bytes()).await.unwrap();
    let mut told = vec![0; 1_024];
    let read = line.read(&mut told);
    let read = tokio::time::timeout(Duration::from_secs(10), read).await;
    let read = read.expect("an answer before the body").unwrap();
    let told = String::from_utf8_lossy(&told[..read]).into_owned();
    told.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_answered_before_a_huge_body_is_read() {
    let service = Service::of(City::in_memory().await).await;
    for path in ["/api/v1/cases", "/api/v1/keys", "/api/v1/cases/x/accept"] {
        for head in [
            "content-length: 10000000000",
            "transfer-encoding: chunked",
            "authorization: Bearer guess\r\ncontent-length: 10000000000",
            "authorization: Basic eDp5\r\ncontent-length: 10000000000",
            "cookie: gridwhistle_session=a.b\r\ncontent-length: 10000000000",
        ] {
            let status = announced(&service, path, head).await;
            assert_eq!(status, "HTTP/1.1 401 Unauthorized", "{path} {head}");
        }
    }
    let known = "authorization: Bearer dev:P-leader\r\ncontent-length: 10000000000";
    let status = announced(&service, "/api/v1/cases", known).await;
    assert_eq!(
        status, "HTTP/1.1 413 Payload Too Large",
        "known, and told by the length alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_anybody_may_send_is_small_and_one_that_nobody_may_is_not_read() {
    let open = Service::of(City::in_memory().await).await;
    for path in ["/login", "/preferences", "/views"] {
        let form = [("name", "x".repeat(20_000))];
        let (status, told) = answer(open.anonymous(Method::POST, path).form(&form)).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{path}: {told}");
    }
    let mut closed = settings();
    closed.development_login = false;
    let closed = Service::with(City::in_memory().await, closed).await;
    let status = announced(&closed, "/login", "content-length: 10000").await;
    assert_eq!(status, "HTTP/1.1 401 Unauthorized");
}

/// What a program shows that wants to pass for somebody who is known.
const SHOWN: [(&str, &str); 3] = [
    ("authorization", "Bearer guess"),
    ("cookie", "gridwhistle_session=a.b"),
    ("cookie", "__Host-gridwhistle_session=a.b"),
];

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_what_is_nothing_is_counted_where_anybody_may_ask() {
    let service = limited(Limits {
        address_per_second: 1,
        address_burst: 5,
        ..Limits::none()
    })
    .await;
    let login = service.anonymous(Method::POST, "/api/v1/session");
    let login = login.header("content-type", "application/json");
    let (_, headers, _) = whole(login.body("{\"person\":\"P-water\"}")).await;
    let known = headers["set-cookie"].to_str().unwrap().to_owned();
    let known = known.split(';').next().unwrap();
    for (method, path) in [
        (Method::GET, "/api/v1/openapi.json"),
        (Method::GET, "/api/docs/"),
        (Method::GET, "/login"),
        (Method::POST, "/login"),
        (Method::POST, "/logout"),
        (Method::POST, "/preferences"),
        (Method::POST, "/views"),
        (Method::GET, "/assets/none.css"),
        (Method::DELETE, "/api/v1/session"),
        (Method::GET, "/track"),
        (Method::GET, "/open311/v2/services.json"),
    ] {
        let ask = async |name: &str, value: &str| {
            let asked = service.anonymous(method.clone(), path).header(name, value);
            answer(asked).await.0
        };
        for (name, value) in SHOWN {
            let mut told = Vec::new();
            for _ in 0..10 {
                told.push(ask(name, value).await);
            }
            let refused = told.contains(&StatusCode::TOO_MANY_REQUESTS);
            assert!(refused, "{method} {path} {name}: {told:?}");
        }
        // Who is known is not one of many behind an address.
        for _ in 0..3 {
            let status = ask("cookie", known).await;
            assert_ne!(status, StatusCode::TOO_MANY_REQUESTS, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_takes_no_longer_than_it_may_however_long_the_database_takes() {
    let mut brief = settings();
    brief.answer_seconds = 1;
    let database = block_in_place(|| Cluster::shared().database());
    let service = Service::with(City::on(database.url()).await, brief).await;
    let ask = || whole(service.get(&water(), "/api/v1/cases"));
    assert_eq!(ask().await.0, StatusCode::OK);
    let name = database.name().to_owned();
    let held = tokio::task::spawn_blocking(move || {
        let hold = "begin; lock table gridwhistle.heads; select pg_sleep(4); commit";
        Cluster::shared().sql(&name, hold)
    });
    let refused = async {
        loop {
            let began = Instant::now();
            let (status, headers, told) = ask().await;
            if status != StatusCode::OK {
                break (status, headers, told, began.elapsed());
            }
        }
    };
    let refused = tokio::time::timeout(Duration::from_secs(20), refused).await;
    let (status, headers, told, took) = refused.expect("the database answers all the while");
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
    assert_eq!(told["code"], "took_too_long", "{told}");
    assert_eq!(headers["retry-after"], "1");
    assert!(took < Duration::from_secs(3), "{took:?}");
    held.await.unwrap();
    assert_eq!(ask().await.0, StatusCode::OK, "and goes on afterwards");
}
