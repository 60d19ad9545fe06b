//! Lists and reports as files over HTTP: whole, within what the caller sees, in their language, safe for
//! a spreadsheet, and on record before they go out.

use super::service::{Service, answer};
use crate::city::City;
use crate::city::people::{auditor, dispatcher, resident, roads, water};
use crate::city::{case, work};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap};
use reqwest::{Method, Response, StatusCode};
use sha2::{Digest, Sha256};

pub(super) async fn city() -> Service {
    served(City::in_memory().await).await
}

pub(super) async fn served(city: City) -> Service {
    for number in 1..=4 {
        work::time_limited(&city, case(number)).await;
    }
    city.allowed(resident(), case(9), work::report("=HYPERLINK(\"x\")"))
        .await;
    city.later(TimeDelta::days(9));
    work::closed(&city, case(6)).await;
    while city.engine.tick().await.unwrap().fired > 0 {}
    city.engine.catch_up().await.unwrap();
    Service::of(city).await
}

pub(super) async fn file(service: &Service, who: &Actor, path: &str, tongue: &str) -> Response {
    let tongue = HeaderMap::from_iter([(ACCEPT_LANGUAGE, tongue.parse().unwrap())]);
    let asked = service.get(who, &format!("/api/v1{path}"));
    asked.headers(tongue).send().await.unwrap()
}

/// The lines of a CSV without its mark: headings, and rows.
pub(super) async fn lines(response: Response) -> (Vec<String>, Vec<Vec<String>>) {
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = response.bytes().await.unwrap();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("its mark");
    let mut reader = csv::Reader::from_reader(text);
    let of = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let headings = of(reader.headers().unwrap());
    let rows = reader.records().map(|row| of(&row.unwrap()));
    (headings, rows.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_comes_whole_within_what_the_caller_sees() {
    for city in City::everywhere().await {
        a_list_comes_whole_within_what_the_caller_sees_on(city).await;
    }
}

async fn a_list_comes_whole_within_what_the_caller_sees_on(city: City) {
    let service = served(city).await;
    let (_, page) = answer(service.get(&dispatcher(), "/api/v1/cases?limit=2&count=true")).await;
    assert_eq!(page["rows"].as_array().unwrap().len(), 2);
    let total = page["total"].as_u64().unwrap();
    let taken = file(
        &service,
        &dispatcher(),
        "/cases?limit=2&format=csv",
        "zh-CN",
    )
    .await;
    let name = taken.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        name.contains("ledger-") && name.contains("UTF-8''%E5%8F%B0%E8%B4%A6"),
        "{name}"
    );
    let (headings, rows) = lines(taken).await;
    assert_eq!(headings[0], "台账号");
    let (_, all) = answer(service.get(&dispatcher(), "/api/v1/cases")).await;
    assert_eq!(total, all["rows"].as_array().unwrap().len() as u64);
    assert!(
        all["total"].is_null(),
        "what nobody asked for is not counted"
    );
    let numbers = |rows: &[Vec<String>]| rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    let shown = all["rows"].as_array().unwrap().iter();
    let shown: Vec<String> = shown.map(|row| row["ledger_no"].to_string()).collect();
    assert_eq!(numbers(&rows), shown, "all rows in the order of the list");
    let formula = rows
        .iter()
        .flatten()
        .find(|cell| cell.contains("HYPERLINK"));
    assert!(formula.unwrap().starts_with("'="), "{formula:?}");

    // Another bureau has none of the cases of the water bureau.
    let own = file(&service, &water(), "/cases?format=csv", "en").await;
    let (headings, own) = lines(own).await;
    assert_eq!((headings[0].as_str(), own.len()), ("number", 5));
    let others = file(&service, &roads(), "/cases?format=csv", "en").await;
    assert_eq!(lines(others).await.1.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_what_is_on_record_with_the_hash_of_the_file() {
    for city in City::everywhere().await {
        who_took_what_is_on_record_with_the_hash_of_the_file_on(city).await;
    }
}

async fn who_took_what_is_on_record_with_the_hash_of_the_file_on(city: City) {
    let service = served(city).await;
    let path = "/lists/overdue?class=time_limited&format=xlsx";
    let taken = file(&service, &dispatcher(), path, "zh-CN").await;
    assert_eq!(taken.status(), StatusCode::OK);
    let media = taken.headers()["content-type"].to_str().unwrap();
    assert!(media.contains("spreadsheetml"), "{media}");
    let told = taken.headers()["repr-digest"].to_str().unwrap().to_owned();
    let bytes = taken.bytes().await.unwrap();
    assert!(bytes.starts_with(b"PK"), "a workbook");
    let digest = Sha256::digest(&bytes);
    use base64::Engine as _;
    let own = base64::engine::general_purpose::STANDARD.encode(digest);
    assert_eq!(told, format!("sha-256=:{own}:"));
    let report = "/reports/departments?window=2026-03&format=csv";
    file(&service, &water(), report, "en").await;

    let (_, record) = answer(service.get(&auditor(), "/api/v1/exports")).await;
    let exports = record["exports"].as_array().unwrap();
    assert_eq!(exports.len(), 2, "{record}");
    // The latest first.
    let first = exports[1].to_string();
    assert!(
        first.contains(&hex::encode(digest)) && first.contains("P-dispatcher"),
        "{first}"
    );
    assert!(
        first.contains("lists overdue") && first.contains("time_limited"),
        "{first}"
    );
    let second = exports[0].to_string();
    assert!(
        second.contains("reports departments") && second.contains("2026-02-28T16:00:00Z"),
        "{second}"
    );

    // Of a question by `HEAD` nothing goes out, and nothing is on record.
    let head = service.request(&water(), Method::HEAD, &format!("/api/v1{report}"));
    assert_eq!(head.send().await.unwrap().status(), StatusCode::OK);
    let (_, record) = answer(service.get(&auditor(), "/api/v1/exports")).await;
    assert_eq!(record["exports"].as_array().unwrap().len(), 2, "{record}");

    // Words that were searched for are not.
    file(
        &service,
        &dispatcher(),
        "/cases?text=HYPERLINK&format=csv",
        "en",
    )
    .await;
    let (_, record) = answer(service.get(&auditor(), "/api/v1/exports")).await;
    assert!(!record.to_string().contains("HYPERLINK"), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_comes_as_a_file_and_what_is_no_form_is_refused() {
    let service = city().await;
    for report in [
        "counts",
        "departments",
        "areas",
        "evaluations",
        "matrix",
        "indicators",
        "satisfaction",
        "appraisals",
        "ranking",
    ] {
        let path = format!("/reports/{report}?format=csv");
        let (headings, _) = lines(file(&service, &dispatcher(), &path, "zh-CN").await).await;
        assert!(headings.len() > 4, "{report}: {headings:?}");
    }
    let by_header = service.get(&dispatcher(), "/api/v1/reports/departments");
    let by_header = by_header.header("accept", "text/csv").send().await.unwrap();
    assert!(lines(by_header).await.0.contains(&"unit code".to_owned()));
    let (status, told) = answer(service.get(&dispatcher(), "/api/v1/cases?format=pdf")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        told["detail"].as_str().unwrap().contains("json, csv, xlsx"),
        "{told}"
    );
}
