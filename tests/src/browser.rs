//! What a real browser makes of the pages, on SQLite and PostgreSQL: `tests/browser/walk.mjs` against
//! the real service with a frozen clock. Where Node or a browser is missing this says so; in CI it fails.

use crate::city::people::{dispatcher, water};
use crate::city::{City, case, work};
use crate::http::service::Service;
use crate::sources::root;
use chrono::TimeDelta;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::Moment;
use serde_json::json;
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
    let modules = root().join("tests/browser/node_modules/playwright-core");
    (!modules.exists()).then_some("its driver (npm ci --prefix tests/browser)")
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

async fn walk(city: City, brief: bool) {
    for number in 1..=3 {
        work::time_limited(&city, case(number)).await;
    }
    work::on_the_spot(&city, case(4)).await;
    city.later(TimeDelta::hours(2));
    let lead = work::LEAD;
    city.allowed(water(), case(1), CaseCommand::Acknowledge { leg: lead })
        .await;
    city.later(TimeDelta::days(9));
    work::closed(&city, case(5)).await;
    work::time_limited(&city, case(6)).await;
    while city.engine.tick().await.unwrap().fired > 0 {}
    draw(&city).await;
    let service = Service::of(city).await;
    let id = case(1);
    let (engine, now) = (&service.city.engine, service.city.engine.now());
    let reference = engine.reference();
    let told = engine
        .questions()
        .timeline(id, &reference, Moment::now(now));
    let story = told.await.unwrap();
    let known = story
        .iter()
        .find(|entry| entry.kind == "LegAcknowledged")
        .unwrap();
    let pages = [
        "/".to_owned(),
        "/?wall=1".to_owned(),
        "/?wall=2".to_owned(),
        "/cases".to_owned(),
        "/cases?text=nothing".to_owned(),
        "/lists/overdue".to_owned(),
        "/lists/suspended".to_owned(),
        format!("/cases/{id}"),
        format!("/cases/{id}?known_at={}", known.position),
        format!(
            "/cases/{id}?as_of={}",
            known.at.format("%Y-%m-%dT%H:%M:%SZ")
        ),
        format!("/cases/{}", case(5)),
        format!("/cases/{id}/do/dispatch"),
        format!("/cases/{id}/do/urge"),
        "/map".to_owned(),
        "/map?level=grid&figure=overdue".to_owned(),
        "/map?within=S-1".to_owned(),
        "/matters".to_owned(),
        "/matters?text=nothing".to_owned(),
        "/matters/environment.leak".to_owned(),
        "/login".to_owned(),
    ];
    let asked = json!({
        "base": service.address(""),
        "browser": browser().unwrap(),
        "person": dispatcher().person,
        "pages": pages,
        // The other languages, colours and sizes are those of the pages, whatever the store.
        "brief": brief,
        "form": format!("/cases/{id}/do/urge"),
    });
    let walked = tokio::task::spawn_blocking(move || {
        let folder = root().join("tests/browser");
        let mut node = Command::new("node");
        node.arg("walk.mjs")
            .arg(asked.to_string())
            .current_dir(folder);
        node.output().unwrap()
    });
    let walked = walked.await.unwrap();
    let told = String::from_utf8_lossy(&walked.stdout).into_owned();
    let broken = String::from_utf8_lossy(&walked.stderr).into_owned();
    assert!(walked.status.success(), "{told}\n{broken}");
    assert!(told.contains("0 wrong"), "{told}");
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
