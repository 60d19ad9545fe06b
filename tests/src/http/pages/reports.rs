//! Reports: what a page shows is what the API answers, and every share opens to what it is made of.

use super::acting::{cookie, location, send};
use super::{agree, answer, lively, shown};
use crate::city::people::{dispatcher, supervisor};
use crate::http::service::Service;
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::Value;

/// What an address of the API answers.
async fn asked(service: &Service, path: &str) -> Value {
    let (status, answered) = answer(service.get(&dispatcher(), &format!("/api/v1{path}"))).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answered}");
    answered
}

/// A unit with most to do, so that there is something to see.
async fn busiest(service: &Service) -> String {
    let all = asked(service, "/reports/departments").await;
    let units = all["units"].as_array().unwrap();
    let most = units.iter().max_by_key(|unit| unit["opened"].as_u64());
    most.unwrap()["unit"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_show_the_figures_of_the_answer_at_the_same_address() {
    let service = lively().await;
    let unit = busiest(&service).await;
    for (path, least) in [
        ("/reports/departments".to_owned(), 20),
        ("/reports/departments?window=2026".to_owned(), 20),
        (format!("/reports/departments/{unit}"), 40),
        (format!("/explain/on_time?unit={unit}"), 8),
        ("/explain/acknowledged".to_owned(), 8),
        (format!("/explain/handled?unit={unit}"), 8),
        ("/explain/filed".to_owned(), 8),
        ("/reports/areas".to_owned(), 30),
        ("/reports/areas?level=grid".to_owned(), 30),
        ("/reports/indicators?by=city".to_owned(), 30),
        ("/reports/indicators?by=community".to_owned(), 30),
        ("/reports/indicators?by=unit".to_owned(), 30),
        ("/reports/ranking".to_owned(), 8),
        ("/scores".to_owned(), 0),
        ("/reports/satisfaction".to_owned(), 20),
        ("/reports/satisfaction?by=unit&window=2026".to_owned(), 20),
        (format!("/explain/score?unit={unit}"), 8),
        (format!("/explain/mutual?unit={unit}"), 0),
    ] {
        agree(&service, &dispatcher(), (&path, &path), least).await;
    }
    let areas = asked(&service, "/reports/areas").await;
    let area = areas["areas"][0]["area"].as_str().unwrap();
    let one = format!("/reports/areas/{area}");
    agree(&service, &dispatcher(), (&one, "/reports/areas"), 40).await;
    // The past is shown, and every figure of it opens as of the same instant.
    let then = service.city.engine.now() - TimeDelta::days(2);
    let past = format!(
        "/reports/departments/{unit}?as_of={}",
        then.format("%Y-%m-%dT%H:%M:%SZ")
    );
    agree(&service, &dispatcher(), (&past, &past), 40).await;
    let text = shown(&service, &dispatcher(), &past).await;
    for link in text.split("href=\"/explain/").skip(1) {
        let link = link.split('"').next().unwrap();
        assert!(link.contains("as_of="), "{link}");
    }
    let sorted = "/reports/departments?sort=on_time";
    agree(
        &service,
        &supervisor(),
        (sorted, "/reports/departments"),
        20,
    )
    .await;
    let other = super::page(&service, &dispatcher(), "/reports/departments?sort=luck");
    assert_eq!(
        other.send().await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
    let nobody = super::page(&service, &dispatcher(), "/reports/departments/B-nobody");
    assert_eq!(nobody.send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

/// A link of a report leads to a page that is there, and that says the same share.
#[tokio::test(flavor = "multi_thread")]
async fn every_share_of_a_report_opens_to_as_many_rows_as_it_is_of() {
    let service = lively().await;
    let unit = busiest(&service).await;
    let mut opened = 0;
    for report in [
        "/reports/areas?level=community".to_owned(),
        "/reports/indicators?by=city".to_owned(),
        "/reports/indicators?by=unit".to_owned(),
        "/reports/satisfaction".to_owned(),
        "/reports/departments".to_owned(),
        format!("/reports/departments/{unit}"),
    ] {
        let text = shown(&service, &dispatcher(), &report).await;
        for share in text.split("<span class=\"share\">").skip(1) {
            // What stands before the parts is the share's own; of nothing there is none.
            let Some((own, parts)) = share.split_once("class=\"parts\"") else {
                continue;
            };
            let Some((_, link)) = own.split_once("href=\"/explain/") else {
                continue;
            };
            let (link, _) = link.split_once('"').unwrap();
            let of = parts.split_once("/of\">");
            let of = of.map(|(_, of)| of.split('<').next().unwrap());
            let link = format!("/explain/{}", link.replace("&amp;", "&"));
            let page = shown(&service, &dispatcher(), &link).await;
            let rows = page.matches("data-row").count();
            assert_eq!(Some(rows.to_string().as_str()), of, "{link}");
            opened += 1;
        }
    }
    assert!(opened > 20, "{opened}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_month_of_a_trend_is_the_share_of_that_months_report() {
    let service = lively().await;
    let unit = busiest(&service).await;
    let mut some = 0;
    for figure in ["on_time", "acknowledged"] {
        let trend = format!("/reports/trend?unit={unit}&figure={figure}");
        let (own, all) = (
            asked(&service, &trend).await,
            asked(&service, &format!("/reports/trend?figure={figure}")).await,
        );
        assert_eq!(own["months"].as_array().map(Vec::len), Some(13));
        for no in [9, 10, 11, 12] {
            let month = own["months"][no]["month"].as_str().unwrap();
            let report = asked(&service, &format!("/reports/departments?window={month}")).await;
            let units = report["units"].as_array().unwrap();
            let found = units.iter().find(|one| one["unit"] == unit.as_str());
            let met = found.map_or(0, |one| one[figure]["met"].as_u64().unwrap());
            assert_eq!(own["months"][no]["share"]["met"], met, "{month} {figure}");
            assert_eq!(
                all["months"][no]["share"], report["total"][figure],
                "{month} {figure}"
            );
            some += met;
        }
    }
    assert!(some > 0);
}

/// The key of a form of scores.
const KEY: &str = "01900000-0000-7000-8000-000000000007";

#[tokio::test(flavor = "multi_thread")]
async fn scores_are_published_by_a_form_and_stand_as_they_were() {
    let service = lively().await;
    for (who, may) in [(dispatcher(), false), (supervisor(), true)] {
        let list = shown(&service, &who, "/scores").await;
        let form = "<form class=\"filters\" method=\"post\" action=\"/scores\">";
        assert_eq!(list.contains(form), may, "who may not has no form");
    }
    let post = async |who, window: &str| {
        let cookie = cookie(&service, &who).await;
        let pairs = [("key", KEY), ("window", window)];
        let form = send(&service, &cookie, "/scores", &pairs);
        form.send().await.unwrap()
    };
    assert_eq!(
        post(dispatcher(), "2026").await.status(),
        StatusCode::FORBIDDEN
    );
    let given = post(supervisor(), "2026").await;
    assert_eq!(given.status(), StatusCode::SEE_OTHER);
    let place = location(&given).to_owned();
    // Sent twice it is one run; another window under the same key is refused.
    let head = service.city.head().await;
    assert_eq!(location(&post(supervisor(), "2026").await), place);
    let other = post(supervisor(), "2026-06").await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = other.text().await.unwrap();
    assert!(told.contains("idempotency_key_reused"), "{told}");
    assert_eq!(service.city.head().await, head);
    let (path, _) = place.split_once('?').unwrap();
    let text = shown(&service, &supervisor(), &place).await;
    assert!(text.contains("role=\"status\""), "{text}");
    agree(&service, &dispatcher(), (path, path), 6).await;
    let changes = format!("{path}/changes");
    agree(&service, &dispatcher(), (&changes, &changes), 0).await;
    agree(&service, &supervisor(), ("/scores", "/scores"), 2).await;
    let run = asked(&service, path).await;
    assert_eq!(run["made_by"], supervisor().signature());
}
