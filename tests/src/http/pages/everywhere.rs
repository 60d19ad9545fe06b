//! What every page says: how far its data reach, and whether it hears of what happens since.

use super::public::asked;
use super::{lively_city, page, served};
use crate::city::case;
use crate::city::people::{auditor, dispatcher, supervisor};
use crate::http::sealed::{checkpoint, sealing};
use crate::http::service::{Service, answer};
use crate::http::staff::{administrator, appoint, keeper};
use crate::sources::text;
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::projections::questions::Window;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;

/// Pages that show nothing of the city: whoever looks at them asks, or chooses.
const BARE: [&str; 7] = [
    "/verify",
    "/login",
    "/report",
    "/track",
    "/problems/{code}",
    "/assets/{name}",
    "/audit/consistency",
];

/// The addresses of all pages that are asked for by `GET`, as the table of the service has them.
fn table() -> Vec<String> {
    let source = text("crates/server/src/pages.rs");
    let (_, table) = source.split_once("\npages! {\n").unwrap();
    let (table, _) = table.split_once("\n}\n").unwrap();
    let rows = table.lines().filter(|row| row.contains("=> get("));
    let path = |row: &str| row.trim().split('"').nth(1).unwrap().to_owned();
    rows.map(path).collect()
}

/// A city with one of everything that has a page.
async fn full() -> (Service, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let city = lively_city().await;
    appoint(&city, &[administrator(), keeper()]).await;
    let head = city.head().await;
    let mut settings = sealing(folder.path()).0;
    settings.open311.anonymous = true;
    settings.outgoing.hosts = vec!["127.0.0.1".to_owned()];
    let service = served(city, settings).await;
    checkpoint(&service, head).await;
    (service, folder)
}

type Place = (&'static str, String, Option<Actor>);

/// Pages whose address is their own, by whom they are asked for.
fn plain() -> Vec<Place> {
    let desk = [
        "/",
        "/cases",
        "/evaluations",
        "/scores",
        "/map",
        "/matters",
        "/reports/departments",
        "/reports/areas",
        "/reports/indicators",
        "/reports/satisfaction",
        "/reports/matrix",
        "/reports/evaluations",
        "/reports/ranking",
        "/admin/policies",
        "/admin/calendars",
        "/admin/people",
    ];
    let audit = [
        "/audit",
        "/audit/events",
        "/audit/exports",
        "/audit/reads",
        "/audit/administration",
        "/audit/verify",
    ];
    let admin = ["/admin", "/admin/registry", "/admin/webhooks"];
    let by = |who: Actor, all: &[&'static str]| -> Vec<Place> {
        all.iter()
            .map(|path| (*path, (*path).to_owned(), Some(who.clone())))
            .collect()
    };
    let mut all = by(dispatcher(), &desk);
    all.extend(by(auditor(), &audit));
    all.extend(by(administrator(), &admin));
    all.extend(by(keeper(), &["/admin/keys"]));
    all
}

/// An example of each page that is of something.
fn of_something(run: u64) -> Vec<Place> {
    let id = case(6);
    let desk = [
        ("/lists/{list}", "/lists/overdue".to_owned()),
        ("/cases/{case}", format!("/cases/{id}")),
        (
            "/cases/{case}/do/{command}",
            format!("/cases/{}/do/urge", case(1)),
        ),
        (
            "/cases/{case}/evaluations",
            format!("/cases/{id}/evaluations"),
        ),
        (
            "/reports/departments/{unit}",
            "/reports/departments/B-water".to_owned(),
        ),
        ("/reports/areas/{area}", "/reports/areas/S-1".to_owned()),
        ("/scores/{run}", format!("/scores/{run}")),
        ("/scores/{run}/changes", format!("/scores/{run}/changes")),
        ("/explain/{figure}", "/explain/on_time".to_owned()),
        (
            "/whistle",
            "/whistle?matter=environment.leak&grid=G-1".to_owned(),
        ),
        ("/matters/{matter}", "/matters/environment.leak".to_owned()),
        (
            "/admin/policies/{version}",
            "/admin/policies/default-2026.1".to_owned(),
        ),
    ];
    let desk = desk
        .into_iter()
        .map(|(path, place)| (path, place, Some(dispatcher())));
    let event = (
        "/audit/events/{position}",
        "/audit/events/20".to_owned(),
        Some(auditor()),
    );
    desk.chain([event]).collect()
}

/// An address of each page, by whom it is asked for; nobody: a resident.
async fn places(service: &Service) -> Vec<Place> {
    let month = Window::month_of(service.city.engine.now()).unwrap();
    let run = service
        .city
        .engine
        .publish_scores(&supervisor(), month)
        .await;
    let hook = json!({ "name": "a desk", "form": "cloud_event", "url": "http://127.0.0.1:1/", "types": ["CaseVoided"] });
    let (status, hook) = answer(service.post(&administrator(), "/api/v1/webhooks", &hook)).await;
    assert!(status.is_success(), "{hook}");
    let hook = format!("/admin/webhooks/{}", hook["id"].as_str().unwrap());
    let sent = service.anonymous(Method::POST, "/open311/v2/requests.json");
    let form = [("service_code", "environment.leak"), ("address_id", "G-1")];
    let (_, made) = answer(sent.form(&form)).await;
    let receipt = format!("/track/{}", made[0]["receipt"].as_str().unwrap());
    let mut all = plain();
    all.extend(of_something(run.unwrap().position));
    all.push(("/admin/webhooks/{id}", hook, Some(administrator())));
    all.push(("/track/{receipt}", receipt, None));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_how_far_its_data_reach_and_hears_of_a_lost_feed() {
    let (service, _folder) = full().await;
    let places = places(&service).await;
    service.city.engine.catch_up().await.unwrap();
    let head = service.city.head().await;
    for path in table() {
        let bare = BARE.contains(&path.as_str());
        let place = places.iter().find(|(of, ..)| *of == path);
        assert_eq!(
            place.is_none(),
            bare,
            "{path}: no example of it, or no need of one"
        );
        let Some((_, place, who)) = place else {
            continue;
        };
        let response = match who {
            Some(who) => page(&service, who, place).send().await.unwrap(),
            None => asked(&service, place).await,
        };
        assert_eq!(response.status(), StatusCode::OK, "{place}");
        let text = response.text().await.unwrap();
        let told = text.split_once("id=\"stand\" data-position=\"");
        let (_, told) = told.unwrap_or_else(|| panic!("{place} does not say how far it reaches"));
        let told: u64 = told.split('"').next().unwrap().parse().unwrap();
        assert!(
            told <= head && told + 2 >= head,
            "{place}: {told} of {head}"
        );
        // Who is known may listen; to whom a city is open, may not.
        assert_eq!(text.contains("data-live"), who.is_some(), "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_somebody_reads_or_fills_in_hears_of_a_lost_feed_and_does_not_move() {
    let (service, _folder) = full().await;
    for (path, moves) in [
        ("/cases", true),
        ("/lists/overdue", true),
        ("/reports/departments", false),
        ("/scores", false),
        ("/whistle?matter=environment.leak&grid=G-1", false),
        ("/admin/policies", false),
    ] {
        let text = page(&service, &dispatcher(), path)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(text.contains("data-live"), "{path}");
        assert_eq!(
            text.contains("hx-trigger=\"gridwhistle:changed from:body\""),
            moves,
            "{path}"
        );
    }
    // The past neither moves nor hears.
    let then = service.city.engine.now() - TimeDelta::days(1);
    let then = then.format("%Y-%m-%dT%H:%M:%SZ");
    let past = page(
        &service,
        &dispatcher(),
        &format!("/admin/people?as_of={then}"),
    );
    let past = past.send().await.unwrap().text().await.unwrap();
    assert!(
        past.contains("data-past") && !past.contains("data-live"),
        "{past}"
    );
}

/// Answers that are files and have no page of their own.
const NO_PAGE: [&str; 4] = ["/grids", "/reports/appraisals", "/reports/counts", "/units"];

/// The addresses under `/api/v1` whose answers are files as well, as the interface says of itself.
async fn files(service: &Service) -> BTreeSet<String> {
    let (_, document) = answer(service.anonymous(Method::GET, "/api/v1/openapi.json")).await;
    let all = document["paths"].as_object().unwrap().iter();
    let is_file = |methods: &serde_json::Value| {
        let parameters = methods["get"]["parameters"].as_array();
        let mut named = parameters.into_iter().flatten();
        named.any(|one| one["name"] == "format")
    };
    let files = all.filter(|(_, methods)| is_file(methods));
    let under = |path: &String| path.strip_prefix("/api/v1").unwrap_or(path).to_owned();
    files.map(|(path, _)| under(path)).collect()
}

/// Whether an address is one of those that a path with names stands for.
fn is_of(path: &str, address: &str) -> bool {
    let steps = path.split('/').zip(address.split('/'));
    let same = path.split('/').count() == address.split('/').count();
    let mut steps = steps.map(|(name, step)| name.starts_with('{') || name == step);
    same && steps.all(|same| same)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_list_that_is_a_file_leads_to_it() {
    let (service, _folder) = full().await;
    let places = places(&service).await;
    service.city.engine.catch_up().await.unwrap();
    let mut missing = files(&service).await;
    assert!(missing.len() > 20, "{missing:?}");
    for (of, place, who) in places {
        let Some(who) = who else { continue };
        let text = page(&service, &who, &place).send().await.unwrap();
        let text = text.text().await.unwrap();
        let links = text.split("href=\"/api/v1").skip(1);
        let links = links.map(|link| link.split('"').next().unwrap().replace("&amp;", "&"));
        let links: Vec<String> = links.filter(|link| link.contains("format=")).collect();
        let of_form = |form: &str| links.iter().filter(|link| link.contains(form)).count();
        assert_eq!(of_form("format=csv"), of_form("format=xlsx"), "{of}");
        for link in links {
            let address = link.split('?').next().unwrap();
            missing.retain(|path| !is_of(path, address));
            let taken = service.get(&who, &format!("/api/v1{link}"));
            let taken = taken.send().await.unwrap();
            assert_eq!(taken.status(), StatusCode::OK, "{of}: {link}");
            let kept = taken.headers().get("content-disposition").unwrap();
            assert!(kept.to_str().unwrap().starts_with("attachment"), "{link}");
        }
    }
    let missing: Vec<String> = missing.into_iter().collect();
    assert_eq!(missing, NO_PAGE, "no page leads to them");
}
