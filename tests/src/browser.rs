//! What a real browser makes of the pages, on SQLite and PostgreSQL: `tests/browser/walk.mjs` against
//! the real service with a frozen clock. Where Node or a browser is missing this says so; in CI it fails.

use crate::city::people::{dispatcher, street, supervisor, water};
use crate::city::{City, case, work};
use crate::http::service::Service;
use crate::sources::root;
use chrono::TimeDelta;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::projections::questions::{Moment, Window};
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

/// Reports, and the pages of a run of scores.
fn reports(run: u64) -> Vec<String> {
    vec![
        "/reports/departments".to_owned(),
        "/reports/departments?window=2020".to_owned(),
        format!("/reports/departments/{}", water().unit),
        format!("/explain/on_time?unit={}", water().unit),
        "/explain/filed".to_owned(),
        "/reports/areas?level=community".to_owned(),
        format!("/reports/areas/{}", street().unit),
        "/reports/indicators?by=city".to_owned(),
        "/reports/indicators?by=street".to_owned(),
        "/reports/satisfaction".to_owned(),
        "/reports/ranking".to_owned(),
        "/scores".to_owned(),
        format!("/scores/{run}"),
        format!("/scores/{run}/changes"),
        format!("/explain/score?unit={}", water().unit),
        format!("/explain/mutual?unit={}", water().unit),
    ]
}

/// The scores of this month, put on record.
async fn published(city: &City) -> u64 {
    let month = Window::month_of(city.engine.now()).unwrap();
    let maker = supervisor();
    city.engine.publish_scores(&maker, month).await.unwrap()
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
    let run = published(&city).await;
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
        "/login".to_owned(),
    ];
    let pages = [pages.as_slice(), &reports(run)].concat();
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
