//! HTTP/2, which browsers speak over an encrypted line: it names the host in the address of a request and
//! nowhere else.

use super::service::{Service, whole};
use crate::city::City;
use axum::body::Bytes;
use axum::http::Request;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// Chooses an office by a session, as a page of an origin does it.
async fn chosen(host: &str, cookie: &str, origin: &str) -> (StatusCode, Value) {
    let stream = TcpStream::connect(host).await.unwrap();
    let (client, line) = h2::client::handshake(stream).await.unwrap();
    let line = tokio::spawn(line);
    let request = Request::post(format!("http://{host}/api/v1/session"))
        .header("cookie", cookie)
        .header("origin", origin)
        .header("content-type", "application/json")
        .body(())
        .unwrap();
    let mut client = client.ready().await.unwrap();
    let (answer, mut sent) = client.send_request(request, false).unwrap();
    sent.send_data(Bytes::from("{}"), true).unwrap();
    let answer = answer.await.unwrap();
    let (status, mut body) = (answer.status(), answer.into_body());
    let mut told = Vec::new();
    while let Some(part) = body.data().await {
        let part = part.unwrap();
        body.flow_control().release_capacity(part.len()).unwrap();
        told.extend_from_slice(&part);
    }
    line.abort();
    (status, serde_json::from_slice(&told).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_ours_is_known_by_the_host_of_its_address_and_one_of_another_site_is_not() {
    let service = Service::of(City::in_memory().await).await;
    let login = service.anonymous(Method::POST, "/api/v1/session");
    let (_, headers, _) = whole(login.body(json!({ "person": "P-water" }).to_string())).await;
    let set = headers["set-cookie"].to_str().unwrap();
    let cookie = set.split(';').next().unwrap();
    let here = service.address("");
    let host = here.trim_start_matches("http://");
    let (status, told) = chosen(host, cookie, &here).await;
    assert_eq!(
        (status, &told["person"]),
        (StatusCode::OK, &json!("P-water")),
        "{told}"
    );
    for other in ["https://evil.example", "http://127.0.0.1:1", "null"] {
        let (status, told) = chosen(host, cookie, other).await;
        let told = (status, &told["code"]);
        assert_eq!(
            told,
            (StatusCode::FORBIDDEN, &json!("cross_site")),
            "{other}"
        );
    }
}
