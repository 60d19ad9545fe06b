//! Lists and reports in an order that is asked for: pages hold together under it, a file follows it, and
//! what is no key is refused with those that are. And where the other pages are.

use super::service::{Service, answer, whole};
use super::sheets::{city, file, lines};
use crate::city::people::{dispatcher, supervisor};
use crate::city::{case, work};
use reqwest::StatusCode;
use serde_json::Value;

/// What stands in a field of each row of all pages, one row a page.
async fn column(service: &Service, path: &str, rows: &str, field: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let path = format!("/api/v1{path}&limit=1{cursor}");
        let (status, page) = answer(service.get(&dispatcher(), &path)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        let found = page[rows].as_array().expect("rows");
        assert!(found.len() < 2, "{path}");
        all.extend(found.iter().map(|row| row[field].clone()));
        next = page["next"].as_str().map(|next| format!("&cursor={next}"));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_list_is_sorted_as_asked_and_its_pages_hold_together() {
    let service = city().await;
    let by = async |sort: &str| {
        let path = format!("/lists/overdue?sort={sort}");
        column(&service, &path, "rows", "due").await
    };
    let own = column(&service, "/lists/overdue?class=time_limited", "rows", "due").await;
    let (first, mut last) = (by("due").await, by("due_last").await);
    assert!(first.len() > 2 && own.len() > 2, "{first:?}");
    assert!(first.is_sorted_by_key(|due| due.to_string()), "{first:?}");
    last.reverse();
    assert!(last.is_sorted_by_key(|due| due.to_string()), "{last:?}");
    let numbers = column(&service, "/lists/overdue?sort=number", "rows", "ledger_no").await;
    assert!(numbers.is_sorted_by_key(Value::as_u64), "{numbers:?}");
    // A cursor is of one order alone.
    let page = "/api/v1/lists/overdue?sort=due&limit=1";
    let (_, page) = answer(service.get(&dispatcher(), page)).await;
    let other = format!(
        "/api/v1/lists/overdue?sort=number&limit=1&cursor={}",
        page["next"].as_str().expect("another page")
    );
    let (status, told) = answer(service.get(&dispatcher(), &other)).await;
    assert_eq!(
        (status, &told["code"]),
        (StatusCode::BAD_REQUEST, &"cursor_wrong".into())
    );

    let path = "/lists/overdue?sort=number&format=csv";
    let (_, rows) = lines(file(&service, &dispatcher(), path, "en").await).await;
    let taken: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let shown: Vec<String> = numbers.iter().map(Value::to_string).collect();
    assert_eq!(taken, shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_key_is_refused_with_those_that_are() {
    let service = city().await;
    for (path, keys) in [
        ("/lists/overdue", "due, due_last, standing"),
        ("/evaluations", "ends_first, ends_last"),
        ("/units", "unit, kind, parent"),
        ("/grids", "grid, level"),
        ("/people", "person, name, role, unit"),
        ("/matters", "code, domain"),
        ("/reports/counts", "[-]received"),
        ("/reports/departments", "[-]on_time"),
        ("/reports/areas", "[-]on_time"),
        ("/reports/evaluations", "[-]score"),
        ("/reports/satisfaction", "[-]three_rates"),
        ("/reports/appraisals", "[-]participation"),
        ("/reports/ranking", "[-]score"),
    ] {
        let wrong = format!("/api/v1{path}?sort=luck");
        let (status, told) = answer(service.get(&supervisor(), &wrong)).await;
        assert_eq!(
            (status, &told["given"]),
            (StatusCode::BAD_REQUEST, &"sort".into()),
            "{path}: {told}"
        );
        assert!(
            told["accepted"].as_str().expect("keys").contains(keys),
            "{path}: {told}"
        );
        let key = keys
            .split(", ")
            .next()
            .expect("a key")
            .trim_start_matches("[-]");
        let sorted = format!("/api/v1{path}?sort={key}");
        let (status, told) = answer(service.get(&supervisor(), &sorted)).await;
        assert_eq!(status, StatusCode::OK, "{sorted}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_sorted_from_either_end_and_a_file_of_it_too() {
    let service = city().await;
    // One of another class than the others.
    work::on_the_spot(&service.city, case(7)).await;
    service.city.engine.catch_up().await.expect("views");
    let by = async |sort: &str| {
        let path = format!("/api/v1/reports/counts?by=class&{sort}");
        let (_, told) = answer(service.get(&dispatcher(), &path)).await;
        let rows = told["rows"].as_array().expect("rows").clone();
        rows.iter()
            .map(|row| row["received"].as_u64().expect("a count"))
            .collect::<Vec<_>>()
    };
    let (mut most, least) = (by("sort=received").await, by("sort=-received").await);
    assert!(least.len() > 1 && least.is_sorted(), "{least:?}");
    assert_ne!(most, least);
    most.reverse();
    assert_eq!(most, least);

    let path = "/reports/counts?by=class&sort=-received&format=csv";
    let (headings, rows) = lines(file(&service, &dispatcher(), path, "en").await).await;
    let place = headings
        .iter()
        .position(|one| one == "received")
        .expect("a column");
    let taken: Vec<u64> = rows
        .iter()
        .map(|row| row[place].parse().expect("a count"))
        .collect();
    // The row of all together stays the last.
    assert_eq!(taken[..taken.len() - 1], least[..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_where_the_first_and_the_next_one_are() {
    let service = city().await;
    for path in [
        "/cases?",
        "/lists/overdue?",
        "/scores?",
        "/events?type=CaseReported&",
    ] {
        let first = format!("/api/v1{path}limit=1");
        let (status, headers, page) = whole(service.get(&dispatcher(), &first)).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let Some(link) = headers.get("link") else {
            assert_eq!(path, "/scores?", "{page}");
            continue;
        };
        let link = link.to_str().expect("text").to_owned();
        let to = |relation: &str| {
            let of = link
                .split(", ")
                .find(|one| one.ends_with(&format!("rel=\"{relation}\"")));
            let of = of.and_then(|one| one.strip_prefix('<'));
            of.and_then(|one| one.split('>').next())
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(to("first"), first, "{link}");
        let (status, headers, next) = whole(service.get(&dispatcher(), &to("next"))).await;
        assert_eq!(status, StatusCode::OK, "{next}");
        assert_ne!(next, page);
        let back = headers["link"].to_str().expect("text");
        assert!(
            back.starts_with(&format!("<{first}>; rel=\"first\"")),
            "{back}"
        );
    }
}
