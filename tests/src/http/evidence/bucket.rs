//! Files in a bucket of a store that speaks S3: `moto` from the Python registry.

use super::photo;
use crate::city::City;
use crate::city::people::{leader, supervisor};
use crate::http::contract::tool;
use crate::http::service::{Service, answer, settings};
use chrono::TimeDelta;
use gridwhistle_server::settings::S3Settings;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A store that goes with the test.
struct Moto {
    child: Child,
    url: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    async fn start() -> Self {
        let installed =
            tokio::task::spawn_blocking(|| tool(&["moto[server]==5.2.5"], "moto_server"));
        let program = installed.await.unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let moto = Self { child, url };
        for _ in 0..300 {
            if moto.ask(Method::PUT, "/evidence").await == Some(StatusCode::OK) {
                return moto;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the store does not answer");
    }

    async fn ask(&self, method: Method, path: &str) -> Option<StatusCode> {
        let client = reqwest::Client::new();
        let asked = client.request(method, format!("{}{path}", self.url));
        Some(asked.send().await.ok()?.status())
    }

    /// The names in the bucket.
    async fn names(&self) -> String {
        let listed = reqwest::get(format!("{}/evidence?list-type=2", self.url)).await;
        listed.unwrap().text().await.unwrap()
    }
}

async fn served(city: City, endpoint: &str, credentials: &std::path::Path) -> Service {
    let mut settings = settings();
    settings.evidence.s3 = Some(S3Settings {
        url: "s3://evidence/city".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        region: "us-east-1".to_owned(),
        credentials: Some(credentials.to_owned()),
    });
    Service::with(city, settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_lie_in_a_bucket_as_they_do_in_a_folder() {
    let moto = Moto::start().await;
    let folder = tempfile::tempdir().unwrap();
    let credentials = folder.path().join("s3");
    std::fs::write(&credentials, "id-of-a-key\nits-secret\n").unwrap();
    let service = served(City::on_disk().await, &moto.url, &credentials).await;
    // Larger than a part of an upload.
    let whole = photo(7 << 20);
    let put = |bytes: Vec<u8>| {
        let post = service.request(&leader(), Method::POST, "/api/v1/evidence");
        answer(post.body(bytes))
    };
    let (status, told) = put(whole.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let sha256 = told["sha256"].as_str().unwrap().to_owned();
    assert_eq!(
        put(whole.clone()).await.0,
        StatusCode::CREATED,
        "twice is one"
    );
    assert_eq!(
        put(b"no image".to_vec()).await.0,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let names = moto.names().await;
    assert!(
        names.contains(&format!("city/files/{}/{sha256}", &sha256[..2])),
        "{names}"
    );
    assert!(!names.contains("city/incoming/"), "{names}");

    let body = json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "water",
        "evidence": [{ "kind": "before_photo", "reference": sha256 }] } });
    let (status, told) = answer(service.post(&leader(), "/api/v1/cases", &body)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let file = format!(
        "/api/v1/cases/{}/evidence/{sha256}",
        told["case"].as_str().unwrap()
    );
    let shown = service.get(&supervisor(), &file).send().await.unwrap();
    assert_eq!(shown.status(), StatusCode::OK);
    assert!(shown.bytes().await.unwrap().len() > 7 << 20);
    let original = service.get(&leader(), &format!("{file}?original=true"));
    let original = original.send().await.unwrap().bytes().await.unwrap();
    assert!(original == whole, "to the byte");

    // What no case names goes from a bucket, too.
    assert_eq!(put(photo(10)).await.0, StatusCode::CREATED);
    service.city.later(TimeDelta::days(30));
    let city = service.stop().await.restart().await;
    let service = served(city, &moto.url, &credentials).await;
    let mut names = moto.names().await;
    for _ in 0..100 {
        if names.matches("<Key>").count() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        names = moto.names().await;
    }
    assert_eq!(names.matches("<Key>").count(), 1, "{names}");
    assert!(names.contains(&sha256), "{names}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_away_is_told_and_one_that_cannot_be_is_refused_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let credentials = folder.path().join("s3");
    std::fs::write(&credentials, "id-of-a-key\nits-secret\n").unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let service = served(City::in_memory().await, &address, &credentials).await;
    let post = service.request(&leader(), Method::POST, "/api/v1/evidence");
    let (status, told) = answer(post.body(photo(10))).await;
    let away = (status.as_u16(), &told["code"]);
    assert_eq!(away, (503, &json!("files_unavailable")), "{told}");
    // Everything else goes on.
    let units = answer(service.get(&leader(), "/api/v1/units")).await;
    assert_eq!(units.0, StatusCode::OK);

    let city = City::in_memory().await;
    for (url, file) in [
        ("files://evidence", &credentials),
        ("s3://evidence", &folder.path().join("none")),
    ] {
        let mut settings = settings();
        settings.evidence.s3 = Some(S3Settings {
            url: url.to_owned(),
            endpoint: None,
            region: "us-east-1".to_owned(),
            credentials: Some(file.clone()),
        });
        let refused = gridwhistle_server::serve(city.engine.clone(), settings).await;
        let told = refused.err().unwrap().to_string();
        assert!(told.starts_with("evidence.s3: "), "{told}");
    }
}
