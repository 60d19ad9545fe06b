//! Every list that people take out comes as a file: whole, with the rows of the answer as JSON, for who
//! sees them, and on record before it goes out.

use super::service::{Service, answer, settings};
use super::sheets::{file, lines, served};
use super::staff::{administrator, appoint};
use crate::city::City;
use crate::city::LEAK;
use crate::city::people::{
    auditor, city_office, dispatcher, resident, supervisor, water, water_leader,
};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A list: who asks, its address without what the rows are under, where they stand in the answer, the
/// first heading.
type List = (fn() -> Actor, String, &'static str, &'static str);

/// Every list that is no ledger, overdue list or report.
fn all(run: u64) -> Vec<List> {
    let year = "window=2026";
    let of = |who: fn() -> Actor, path: &str, rows, first| (who, path.to_owned(), rows, first);
    vec![
        of(dispatcher, "/evaluations?state=form", "/rows", "台账号"),
        of(supervisor, "/scores", "/runs", "序号"),
        of(supervisor, &format!("/scores/{run}"), "/units", "同类"),
        of(water, "/units?within=S-1", "/units", "单位代码"),
        of(water, "/grids", "/grids", "网格代码"),
        of(water, "/people?within=D-1", "/people", "人员代码"),
        of(water, "/matters?class=time_limited", "/matters", "事项代码"),
        of(
            water,
            &format!("/explain/on_time?unit=B-water&{year}"),
            "/legs",
            "指标代码",
        ),
        of(
            water,
            &format!("/explain/handled?area=S-1&{year}"),
            "/cases",
            "指标代码",
        ),
        of(
            water,
            &format!("/explain/handling?unit=B-water&{year}"),
            "/rows",
            "指标代码",
        ),
        of(
            water,
            &format!("/explain/mutual?unit=B-water&{year}"),
            "/forms",
            "评价编号",
        ),
        of(auditor, "/exports", "/exports", "时间"),
        of(auditor, "/reads", "/reads", "日志位置"),
        of(auditor, "/administration", "/acts", "日志位置"),
    ]
}

/// A path with another parameter.
fn with(path: &str, parameter: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{parameter}")
}

/// The rows of all pages, two at a time where it comes in pages.
async fn paged(service: &Service, who: &Actor, path: &str, rows: &str) -> Vec<Value> {
    let small = service.get(who, &format!("/api/v1{}", with(path, "limit=2")));
    let (status, mut page) = answer(small).await;
    let in_pages = status == StatusCode::OK;
    if !in_pages {
        page = answer(service.get(who, &format!("/api/v1{path}"))).await.1;
    }
    let mut all = Vec::new();
    loop {
        let found = page.pointer(rows).and_then(Value::as_array);
        all.extend(found.unwrap_or_else(|| panic!("{path}: {page}")).clone());
        let Some(next) = page["next"].as_str().filter(|_| in_pages) else {
            return all;
        };
        let next = with(path, &format!("limit=2&cursor={next}"));
        page = answer(service.get(who, &format!("/api/v1{next}"))).await.1;
    }
}

async fn on_record(service: &Service) -> Vec<Value> {
    let (_, record) = answer(service.get(&auditor(), "/api/v1/exports")).await;
    record["exports"].as_array().expect("a list").clone()
}

/// A city in which every list has a row, and the score run that it published.
async fn city() -> (Service, u64) {
    let service = served(City::in_memory().await).await;
    // Somebody's name is no formula.
    let people = "person_id,name,employment,valid_from\nP-odd,=1+1,full_time,2024-01-01\n";
    let tenures = "person,role,place,valid_from\nP-odd,grid_officer,grid:G-1,2024-01-01\n";
    let files = [
        (CsvKind::People, people.as_bytes()),
        (CsvKind::Tenures, tenures.as_bytes()),
    ];
    let engine = &service.city.engine;
    let host = administrator();
    let import = engine.import_registry(&host, &files, Language::En);
    import.await.expect("an import");
    appoint(&service.city, &[administrator()]).await;
    let window = json!({ "window": "2026-03" });
    let published = service.post(&supervisor(), "/api/v1/scores", &window);
    let (status, run) = answer(published).await;
    assert_eq!(status, StatusCode::OK, "{run}");
    for _ in 0..3 {
        file(&service, &dispatcher(), "/lists/overdue?format=csv", "en").await;
    }
    engine.catch_up().await.expect("views");
    (service, run["run"].as_u64().expect("its number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_comes_whole_with_the_rows_of_its_answer_and_is_on_record() {
    let (service, run) = city().await;
    let mut empty = BTreeSet::new();
    for (who, path, rows, first) in all(run) {
        let shown = paged(&service, &who(), &path, rows).await;
        if shown.is_empty() {
            empty.insert(path.clone());
        }
        let before = on_record(&service).await.len();
        let taken = file(&service, &who(), &with(&path, "format=csv"), "zh-CN").await;
        let (headings, lines) = lines(taken).await;
        assert_eq!(headings[0], first, "{path}");
        assert_eq!(lines.len(), shown.len(), "{path}: {lines:?}");
        assert!(
            lines.iter().flatten().all(|cell| !cell.starts_with('=')),
            "{path}"
        );
        let english = file(&service, &who(), &with(&path, "format=xlsx"), "en").await;
        let media = english.headers()["content-type"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(media.contains("spreadsheetml"), "{path}: {media}");
        assert!(
            english.bytes().await.expect("a file").starts_with(b"PK"),
            "{path}"
        );

        let record = on_record(&service).await;
        assert_eq!(record.len(), before + 2, "{path}");
        let question = path.split('?').next().unwrap_or_default().replace('/', " ");
        for export in &record[..2] {
            assert_eq!(export["question"], question.trim(), "{path}");
            assert!(
                export["by"]
                    .as_str()
                    .expect("who")
                    .starts_with(who().person.as_str())
            );
        }
        assert_eq!(
            record[1]["rows"].as_u64(),
            Some(lines.len() as u64),
            "{path}"
        );
        let windowed = record[0]["window"].is_object();
        assert_eq!(windowed, path.contains("window="), "{path}: {}", record[0]);
    }
    // Nobody has read or evaluated anything here.
    let known = ["/reads", "/explain/mutual?unit=B-water&window=2026"];
    assert!(empty.iter().eq(known.iter().rev()), "{empty:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_a_list_is_no_formula_and_names_stand_beside_codes() {
    let (service, _) = city().await;
    let taken = file(&service, &dispatcher(), "/people?format=csv", "en").await;
    let (headings, rows) = lines(taken).await;
    let place = |name: &str| {
        headings
            .iter()
            .position(|one| one == name)
            .expect("a column")
    };
    let odd = rows.iter().find(|row| row[0] == "P-odd").expect("a row");
    assert_eq!(odd[place("name")], "'=1+1");
    assert_eq!(odd[place("grid code")], "G-1");
    let water = rows.iter().find(|row| row[0] == "P-water").expect("a row");
    assert_ne!(water[place("unit")], water[place("unit code")]);
    let taken = file(&service, &dispatcher(), "/matters?format=csv", "zh-CN").await;
    let (_, rows) = lines(taken).await;
    assert!(rows.iter().any(|row| row[0] == LEAK), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_is_handed_in_with_its_parts_and_each_card_once() {
    let (service, _) = city().await;
    // Until what is overdue was carded.
    service.city.later(TimeDelta::days(12));
    let engine = &service.city.engine;
    while engine.tick().await.expect("timers").fired > 0 {}
    engine.catch_up().await.expect("views");
    let path = "/explain/score?unit=B-water&window=2026-03";
    let (_, opened) = answer(service.get(&water(), &format!("/api/v1{path}&limit=1"))).await;
    let parts = opened["parts"].as_array().expect("parts").len();
    let cards = paged(&service, &water(), path, "/cards").await.len();
    assert!(parts > 2 && cards > 1, "{parts} parts, {cards} cards");
    let taken = file(&service, &water(), &with(path, "format=csv"), "zh-CN").await;
    let (headings, rows) = lines(taken).await;
    assert!(rows.iter().all(|row| row.len() == headings.len()));
    let of_cards = rows.iter().filter(|row| row[2] == "扣分").count();
    assert_eq!((rows.len(), of_cards), (parts + cards, cards));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_see_a_list_takes_nothing_out_and_nothing_is_on_record() {
    let (service, run) = city().await;
    let before = on_record(&service).await.len();
    for (_, path, _, _) in all(run) {
        let path = with(&path, "format=csv");
        // Who only reports sees none of them; what oversight reads is for auditors.
        let oversight = ["/exports", "/reads", "/administration"];
        let is_oversight = oversight.iter().any(|one| path.starts_with(one));
        let who = if is_oversight {
            water_leader()
        } else {
            resident()
        };
        let refused = file(&service, &who, &path, "en").await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
    }
    // The page that is asked for is none of the question, and still no nonsense.
    let wrong = file(&service, &water(), "/scores?limit=none&format=csv", "en").await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    let wrong = file(&service, &water(), "/units?cursor=x&format=csv", "en").await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert_eq!(on_record(&service).await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_as_of_an_instant_is_taken_out_as_of_it() {
    let (service, _) = city().await;
    let then = service.city.engine.now() - TimeDelta::days(400);
    let then = then.format("%Y-%m-%dT%H:%M:%SZ");
    let path = format!("/people?as_of={then}&format=csv");
    let (_, rows) = lines(file(&service, &city_office(), &path, "en").await).await;
    let (_, now) = lines(file(&service, &city_office(), "/people?format=csv", "en").await).await;
    assert!(!rows.is_empty() && rows.len() <= now.len());
    let record = on_record(&service).await;
    assert_eq!(record[1]["as_of"], then.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_told_is_taken_out_by_who_runs_the_tenant() {
    let city = City::in_memory().await;
    appoint(&city, &[administrator()]).await;
    let mut open = settings();
    open.outgoing.hosts = vec!["127.0.0.1".to_owned()];
    let service = Service::with(city, open).await;
    let body = json!({ "name": "platform", "form": "cloud_event", "url": "http://127.0.0.1:9/", "types": [] });
    let (_, told) = answer(service.post(&administrator(), "/api/v1/webhooks", &body)).await;
    let id = told["id"].as_str().expect("an id").to_owned();
    let path = format!("/webhooks/{id}/dead-letters?format=csv");
    let taken = file(&service, &administrator(), &path, "zh-CN").await;
    let (headings, rows) = lines(taken).await;
    assert_eq!((headings[0].as_str(), rows.len()), ("日志位置", 0));
    let record = on_record(&service).await;
    assert_eq!(record[0]["question"], format!("webhooks {id} dead-letters"));
    let refused = file(&service, &water(), &path, "en").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}
