//! How often a page of a list asks the database: what it costs is mostly that.

use super::service::{Service, answer, whole};
use crate::city::people::leader;
use crate::city::{City, case, work};
use gridwhistle_cluster::{Cluster, Settings};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use std::collections::BTreeMap;

/// Pages that are asked for one after the other.
const PAGES: usize = 40;

/// What the database was asked by clients since it was told to forget, and how often. Transactions
/// count; what a timer or a lease of the service asks beside it is no multiple of the pages.
fn asked(cluster: &Cluster) -> BTreeMap<String, usize> {
    let recorded = cluster.sql(
        "postgres",
        "select calls, left(lower(regexp_replace(query, '\\s+', ' ', 'g')), 160) \
         from pg_stat_statements where toplevel and query not like '%pg_stat_statements%'",
    );
    let mut asked = BTreeMap::new();
    for line in recorded.lines() {
        let (calls, text) = line.split_once('|').unwrap();
        *asked.entry(text.to_owned()).or_default() += calls.parse::<usize>().unwrap();
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_list_is_three_statements_and_no_transaction() {
    let recording = Settings::default()
        .with("shared_preload_libraries", "pg_stat_statements")
        .with("pg_stat_statements.track_planning", "on");
    let cluster = tokio::task::block_in_place(|| Cluster::start(&recording));
    cluster.sql("postgres", "create extension pg_stat_statements");
    let city = City::on(cluster.url("postgres")).await;
    for number in 1..=30 {
        let report = work::report("water over the pavement");
        city.allowed(leader(), case(number), report).await;
    }
    let service = Service::of(city).await;
    let first = service.get(&leader(), "/api/v1/cases?limit=20");
    let (status, first) = answer(first).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    let next = first["next"].as_str().unwrap();
    let login = json!({ "person": leader().person });
    let login = service
        .anonymous(Method::POST, "/api/v1/session")
        .body(login.to_string());
    let (_, headers, _) = whole(login).await;
    let cookie = headers["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let by_token = |page: &str| service.get(&leader(), page);
    // Whether a session was ended is asked once a second, not with every page.
    let by_session = |page: &str| {
        service
            .anonymous(Method::GET, page)
            .header("cookie", cookie)
    };
    let following = format!("limit=20&cursor={next}");
    type Ask<'a> = &'a dyn Fn(&str) -> RequestBuilder;
    let pages: [(&str, Ask<'_>); 3] = [
        ("limit=20", &by_token),
        (&following, &by_token),
        (&following, &by_session),
    ];
    for (page, ask) in pages {
        let page = format!("/api/v1/cases?{page}");
        // Every connection prepares its statements first.
        for _ in 0..PAGES {
            answer(ask(&page)).await;
        }
        cluster.sql("postgres", "select pg_stat_statements_reset()");
        for _ in 0..PAGES {
            let (status, told) = answer(ask(&page)).await;
            assert_eq!(status, StatusCode::OK, "{told}");
            assert!(!told["rows"].as_array().unwrap().is_empty(), "{told}");
        }
        let asked = asked(&cluster);
        // The head of the log, where the views stand, the page.
        let of_pages = asked.values().map(|calls| calls / PAGES).sum::<usize>();
        assert_eq!(of_pages, 3, "{page}: {asked:#?}");
    }
}
