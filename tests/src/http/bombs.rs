//! What unfolds when it is read, and what asks to read other files: nothing here unpacks or resolves what
//! a sender wrote.

use super::service::{Service, answer, settings};
use crate::city::City;
use crate::city::people::{dispatcher, leader};
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::io::Write;

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_body_is_not_unpacked() {
    let service = Service::of(City::in_memory().await).await;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // A hundred megabytes in a hundred kilobytes.
    for _ in 0..100 {
        packed.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(
        packed.len() < 1 << 20,
        "within the bound of a body: {}",
        packed.len()
    );
    for path in ["/api/v1/cases", "/api/v1/session", "/api/v1/incoming/12345"] {
        let request = service.request(&dispatcher(), Method::POST, path);
        let request = request
            .header("content-type", "application/json")
            .header("content-encoding", "gzip");
        let (status, told) = answer(request.body(packed.clone())).await;
        let refused = [StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE];
        assert!(refused.contains(&status), "{path}: {status} {told}");
        let code = told["code"].as_str().unwrap();
        assert!(
            ["json_syntax", "too_large"].contains(&code),
            "{path}: {told}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_xml_of_a_sender_is_read() {
    let mut open = settings();
    open.open311.anonymous = true;
    let service = Service::with(City::in_memory().await, open).await;
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">\
        <!ENTITY b \"&a;&a;&a;&a;\">]><r><service_code>&b;</service_code></r>";
    for path in ["/open311/v2/requests.xml", "/open311/v2/requests.json"] {
        for kind in [
            "text/xml",
            "application/xml",
            "application/x-www-form-urlencoded",
        ] {
            let request = service.anonymous(Method::POST, path);
            let request = request.header("content-type", kind).body(laughs);
            let answered = request.send().await.unwrap();
            let status = answered.status();
            let told = answered.text().await.unwrap();
            assert!(status.is_client_error(), "{path} {kind}: {status} {told}");
            assert!(!told.contains("root:"), "{told}");
        }
    }
    let request = service.request(&leader(), Method::POST, "/api/v1/cases");
    let (status, told) = answer(request.header("content-type", "text/xml").body(laughs)).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (415, &json!("media_type")),
        "{told}"
    );
}
