//! Limits on how much anybody may ask, and that nobody's body is read before they are known.

use super::service::{Service, answer, settings, whole};
use crate::city::City;
use crate::city::people::{roads, water};
use gridwhistle::domain::actor::Actor;
use gridwhistle_server::settings::Limits;
use reqwest::{Method, StatusCode};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

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
    let sent = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n{head}\r\n\r\n{{"
    );
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
