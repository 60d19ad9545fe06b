//! What a real browser makes of the pages, on SQLite and PostgreSQL: `tests/browser/walk.mjs` against
//! the real service with a frozen clock. Where Node or a browser is missing this says so; in CI it fails.

mod places;

use crate::city::people::{
    auditor, community, dispatcher, leader, street, street_leader, supervisor, water,
};
use crate::city::{City, case, work};
use crate::http::pages::manage::next;
use crate::http::pages::mutual::{answers, give};
use crate::http::pages::served;
use crate::http::sealed::{checkpoint, sealing};
use crate::http::service::{Service, answer, settings};
use crate::http::staff::{account, administrator, appoint, keeper};
use crate::sources::root;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::local_time::china;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::{Moment, Window};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// The browser of Debian, or the one that is named.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("GRIDWHISTLE_BROWSER").map(PathBuf::from);
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].map(PathBuf::from);
    named.into_iter().chain(known).find(|path| path.exists())
}

/// What is missing for the walk, and how to get it.
fn missing() -> Option<&'static str> {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|node| node.status.success()) {
        return Some("Node (Debian: apt-get install nodejs npm)");
    }
    if browser().is_none() {
        return Some(
            "Chromium (Debian: apt-get install chromium), or name it in GRIDWHISTLE_BROWSER",
        );
    }
    let modules = root().join("tests/browser/node_modules");
    let there = ["playwright-core", "chrome-aws-lambda"].map(|name| modules.join(name).exists());
    there
        .contains(&false)
        .then_some("its driver (npm ci --prefix tests/browser)")
}

/// Whether the walk can be made; in CI it must.
fn may_walk() -> bool {
    let Some(what) = missing() else { return true };
    assert!(
        std::env::var_os("CI").is_none(),
        "the browser walk needs {what}"
    );
    eprintln!("the browser walk was not made, for want of {what}");
    false
}

/// Boundaries of both streets and of what lies in the first.
async fn draw(city: &City) {
    let square = |(property, code): (&str, &str), west: i32| {
        let (east, south, north) = (west + 1, 26, 27);
        let ring = [
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south],
        ];
        json!({"type": "Feature", "properties": {property: code, "population": 2_000},
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let features = [
        square(("unit", "S-1"), 119),
        square(("unit", "C-1"), 119),
        square(("grid", "G-1"), 119),
        square(("unit", "S-2"), 120),
    ];
    let file = json!({"type": "FeatureCollection", "features": features}).to_string();
    let host = Actor::new("it-desk", Role::Administrator, "CITY");
    let drawn = city
        .engine
        .import_boundaries(&host, file.as_bytes(), Language::En);
    drawn.await.unwrap();
}

/// Runs a walk, which has nothing to complain of.
async fn walked(script: &'static str, asked: Value) {
    let walked = tokio::task::spawn_blocking(move || {
        let folder = root().join("tests/browser");
        let mut node = Command::new("node");
        node.arg(script).arg(asked.to_string()).current_dir(folder);
        node.output().unwrap()
    });
    let walked = walked.await.unwrap();
    let told = String::from_utf8_lossy(&walked.stdout).into_owned();
    let broken = String::from_utf8_lossy(&walked.stderr).into_owned();
    assert!(walked.status.success(), "{told}\n{broken}");
    assert!(told.contains("0 wrong"), "{told}");
}

/// The receipt of a report that a resident sends.
async fn receipt(service: &Service) -> String {
    let sent = service.anonymous(Method::POST, "/open311/v2/requests.json");
    let form = [("service_code", "environment.leak"), ("address_id", "G-1")];
    let (_, made) = answer(sent.form(&form)).await;
    made[0]["receipt"].as_str().unwrap().to_owned()
}

/// The scores of this month, put on record.
async fn published(city: &City) -> u64 {
    let month = Window::month_of(city.engine.now()).unwrap();
    let maker = supervisor();
    let made = city.engine.publish_scores(&maker, month).await;
    made.unwrap().position
}

/// A city in which something happened.
async fn lived(city: &City) {
    for number in 1..=3 {
        work::time_limited(city, case(number)).await;
    }
    work::on_the_spot(city, case(4)).await;
    city.later(TimeDelta::hours(2));
    let lead = work::LEAD;
    city.allowed(water(), case(1), CaseCommand::Acknowledge { leg: lead })
        .await;
    city.later(TimeDelta::days(9));
    work::closed(city, case(5)).await;
    work::closed(city, case(7)).await;
    work::time_limited(city, case(6)).await;
    while city.engine.tick().await.unwrap().fired > 0 {}
    draw(city).await;
}

/// A case whose forms lie open, with an appeal that waits to be decided.
async fn appealed(service: &Service, id: CaseId) {
    let path = |act: &str| format!("/cases/{id}/evaluations/1/{act}");
    give(
        service,
        &water(),
        &path("seal"),
        &answers(Side::Department, "1"),
    )
    .await;
    give(
        service,
        &community(),
        &path("seal"),
        &answers(Side::Area, "2"),
    )
    .await;
    let appeal = [
        ("side", "department"),
        ("ground", "facts_wrong"),
        ("note", "当时在场"),
    ];
    let appeal = appeal.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let filed = give(service, &community(), &path("appeal"), &appeal).await;
    assert_eq!(filed.status(), StatusCode::SEE_OTHER);
}

/// Somebody who is told of events; answers the number.
async fn subscribed(service: &Service) -> String {
    let asked = json!({ "name": "市平台", "form": "cloud_event", "url": "http://127.0.0.1:1/", "types": ["CaseVoided"] });
    let (status, told) = answer(service.post(&administrator(), "/api/v1/webhooks", &asked)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    told["id"].as_str().unwrap().to_owned()
}

/// The moments of a case that its page goes back to: an instant, and a position.
async fn moments(city: &City, id: CaseId) -> [String; 2] {
    let (engine, now) = (&city.engine, city.engine.now());
    let reference = engine.reference();
    let questions = engine.questions();
    let told = questions.timeline(id, &reference, Moment::now(now));
    let story = told.await.unwrap();
    let known = story
        .iter()
        .find(|entry| entry.kind == "LegAcknowledged")
        .unwrap();
    let at = known.at.format("%Y-%m-%dT%H:%M:%SZ");
    [
        format!("known_at={}", known.position),
        format!("as_of={at}"),
    ]
}

/// A service over a lived city with all that pages show, the folder of its seal, and what a walk is asked.
async fn visited(city: City) -> (Service, tempfile::TempDir, Value) {
    lived(&city).await;
    let other = Actor::new(account().person.as_str(), Role::Supervisor, "D-1");
    appoint(&city, &[administrator(), keeper(), account()]).await;
    appoint(&city, &[other]).await;
    let run = published(&city).await;
    let (folder, head) = (tempfile::tempdir().unwrap(), city.head().await);
    let mut settings = sealing(folder.path()).0;
    settings.open311.anonymous = true;
    settings.outgoing.hosts = vec!["127.0.0.1".to_owned()];
    let service = served(city, settings).await;
    checkpoint(&service, head).await;
    let receipt = receipt(&service).await;
    appealed(&service, case(7)).await;
    let hook = subscribed(&service).await;
    let policy = next("city-2027.1", "2027-01-01T00:00:00+08:00");
    let id = case(1);
    let [known, then] = moments(&service.city, id).await;
    let asked = json!({
        "base": service.address(""),
        "browser": browser().unwrap(),
        "person": dispatcher().person,
        "pages": places::all(id, &[known, then], run, &receipt),
        "visits": places::visits(),
        "others": places::others(id, case(7), &hook, &policy),
        "snapshots": places::snapshots(id),
        "form": format!("/cases/{id}/do/urge"),
    });
    (service, folder, asked)
}

async fn walk(city: City, brief: bool) {
    let (service, _folder, mut asked) = visited(city).await;
    // The other languages, colours and sizes are those of the pages, whatever the store.
    asked["brief"] = brief.into();
    walked("walk.mjs", asked).await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_walks_over_the_pages_on_a_file() {
    if may_walk() {
        walk(City::on_disk().await, false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_walks_over_the_pages_on_a_database() {
    if may_walk() {
        walk(City::on_a_database().await, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_browser_that_is_promised_shows_the_pages() {
    if may_walk() {
        let (service, _folder, asked) = visited(City::in_memory().await).await;
        walked("floor.mjs", asked).await;
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_reports_in_a_browser_with_a_photo_a_position_and_a_draft() {
    if !may_walk() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.open311.anonymous = true;
    settings.evidence.folder = folder.path().join("evidence");
    let service = Service::with(City::in_memory().await, settings).await;
    let asked = json!({
        "base": service.address(""),
        "browser": browser().unwrap(),
        "form": "/report?matter=environment.leak",
    });
    walked("report.mjs", asked).await;
    service.stop().await;
}

/// A case goes its way by the hands of everybody who has a part in it.
async fn path(city: City) {
    let (folder, now) = (tempfile::tempdir().unwrap(), city.engine.now());
    let mut settings = sealing(folder.path()).0;
    settings.evidence.folder = folder.path().join("evidence");
    let service = Service::with(city, settings).await;
    let written = |at: DateTime<Utc>| {
        let local = at.with_timezone(&china());
        local.format("%Y-%m-%d %H:%M").to_string()
    };
    let people = [
        ("leader", leader()),
        ("street", street()),
        ("chief", street_leader()),
        ("dispatcher", dispatcher()),
        ("water", water()),
        ("community", community()),
        ("supervisor", supervisor()),
        ("auditor", auditor()),
    ];
    let people: BTreeMap<_, _> = people
        .into_iter()
        .map(|(role, actor)| (role, actor.person))
        .collect();
    let asked = json!({
        "base": service.address(""),
        "browser": browser().unwrap(),
        "people": people,
        "deadline": { "now": written(now), "then": written(now + TimeDelta::days(2)) },
    });
    walked("path.mjs", asked).await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_its_way_on_pages_by_every_hand_on_a_file() {
    if may_walk() {
        path(City::on_disk().await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_its_way_on_pages_by_every_hand_on_a_database() {
    if may_walk() {
        path(City::on_a_database().await).await;
    }
}
