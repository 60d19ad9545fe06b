//! What residents see without logging in: a report by its receipt.

use super::acting::location;
use super::figures;
use crate::city::City;
use crate::http::sealed::{checkpoint, sealing};
use crate::http::service::{Service, answer, settings};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode};

/// A city that lets anybody report, asked as a browser without script does; its photos lie in a folder
/// of their own.
pub(super) async fn open() -> (tempfile::TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.open311.anonymous = true;
    settings.evidence.folder = folder.path().join("evidence");
    let mut service = Service::with(City::in_memory().await, settings).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build();
    service.client = client.unwrap();
    (folder, service)
}

/// A page as anybody asks for it.
pub(super) async fn asked(service: &Service, path: &str) -> Response {
    let request = service.anonymous(Method::GET, path);
    let request = request.header("accept", "text/html");
    request.send().await.unwrap()
}

/// Its figures stand in the answer.
pub(super) fn compare(page: &str, told: &serde_json::Value) -> usize {
    let figures = figures(page);
    for (place, value) in &figures {
        let there = told.pointer(place).unwrap_or_else(|| panic!("{place}"));
        let there = there
            .as_str()
            .map_or_else(|| there.to_string(), str::to_owned);
        assert_eq!(there, *value, "{place}");
    }
    figures.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_followed_by_its_receipt_in_plain_words() {
    let (_folder, service) = open().await;
    let form = [
        ("service_code", "environment.leak"),
        ("address_id", "G-1"),
        ("address_string", "东街 5 号 301"),
        ("description", "水从楼上漏下来"),
        ("first_name", "晓梅"),
        ("phone", "13812340000"),
    ];
    let sent = service.anonymous(Method::POST, "/open311/v2/requests.json");
    let (status, made) = answer(sent.form(&form)).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let receipt = made[0]["receipt"].as_str().unwrap();

    // As it is copied from a message: with spaces around, over two lines.
    let (first, rest) = receipt.split_at(20);
    let typed = format!("/track?receipt=%20{first}%0A{rest}%20");
    let led = asked(&service, &typed).await;
    assert_eq!(led.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&led), format!("/track/{receipt}"));

    let shown = asked(&service, location(&led)).await;
    assert_eq!(shown.status(), StatusCode::OK);
    assert_eq!(shown.headers()["cache-control"], "private, no-store");
    let shown = shown.text().await.unwrap();
    let told = service.anonymous(Method::GET, &format!("/api/v1/public/cases/{receipt}"));
    let (_, told) = answer(told).await;
    assert!(compare(&shown, &told) >= 3, "{shown}");
    assert!(shown.contains("aria-current=\"step\">Received"), "{shown}");
    for word in ["晓梅", "1381234", "东街", "水从", "301"] {
        assert!(!shown.contains(word), "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_is_told_kindly_and_kept_in_the_field() {
    let (_folder, service) = open().await;
    let long = format!("gwr-{}", "A".repeat(43));
    for (path, kept) in [
        (format!("/track/{long}"), long.as_str()),
        ("/track/gwr-short".to_owned(), "gwr-short"),
        ("/track?receipt=%3Cb%3E".to_owned(), "&lt;b&gt;"),
    ] {
        let wrong = asked(&service, &path).await;
        assert_eq!(wrong.status(), StatusCode::NOT_FOUND, "{path}");
        let text = wrong.text().await.unwrap();
        assert!(text.contains("No report has this receipt code"), "{text}");
        assert!(
            text.contains(&format!("value=\"{kept}\"")),
            "{path}: {text}"
        );
    }
    let form = asked(&service, "/track").await;
    assert_eq!(form.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_takes_the_proof_of_a_report_and_checks_it_without_a_login() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = sealing(folder.path()).0;
    settings.open311.anonymous = true;
    let service = super::served(City::in_memory().await, settings).await;
    let sent = service.anonymous(Method::POST, "/open311/v2/requests.json");
    let form = [
        ("service_code", "environment.leak"),
        ("address_id", "G-1"),
        ("description", "a pipe drips"),
    ];
    let (_, made) = answer(sent.form(&form)).await;
    let receipt = made[0]["receipt"].as_str().unwrap();
    checkpoint(&service, service.city.head().await).await;
    let track = asked(&service, &format!("/track/{receipt}"))
        .await
        .text()
        .await
        .unwrap();
    let file = format!("/api/v1/public/cases/{receipt}/proof");
    assert!(
        track.contains(&format!("href=\"{file}\" download=\"receipt.tlog-proof\"")),
        "{track}"
    );
    assert!(
        track.contains("<a href=\"/verify\">Check a proof</a>"),
        "{track}"
    );
    let proof = asked(&service, &file).await;
    assert_eq!(proof.status(), StatusCode::OK);
    let proof = proof.text().await.unwrap();

    let page = asked(&service, "/verify").await.text().await.unwrap();
    let (_, key) = page
        .split_once("<textarea id=\"key\" name=\"key\"")
        .unwrap();
    let key = key
        .split_once('>')
        .unwrap()
        .1
        .split_once("</textarea>")
        .unwrap()
        .0;
    assert!(
        key.starts_with("city.example/log+"),
        "the key of the log is filled in: {key}"
    );
    assert!(
        page.contains("action=\"/verify#verify\"") && page.contains("/assets/proof-"),
        "{page}"
    );
    let check = async |proof: &str| {
        let sent = super::acting::send(&service, "", "/verify", &[("proof", proof), ("key", key)]);
        let sent = sent.send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::OK);
        sent.text().await.unwrap()
    };
    assert!(check(&proof).await.contains("The proof holds."));
    let other = check(&proof.replace("index ", "index 1")).await;
    assert!(
        other.contains("It does not hold") && !other.contains("The proof holds."),
        "{other}"
    );
}
