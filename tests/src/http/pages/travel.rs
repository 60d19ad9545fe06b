//! A case on its page: the same figures as the API's, now and in the past, what came with each version,
//! and what was true told apart from what was known.

use super::{agree, answer, lively, lively_city, page, served, shown};
use crate::city::people::{community, dispatcher, water};
use crate::city::{City, case, work};
use crate::http::service::{Service, settings};
use crate::replay::then::reported_late;
use chrono::TimeDelta;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::policy::rows::EvidenceKind;
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::BTreeMap;

async fn asked(service: &Service, path: &str) -> Value {
    let (status, told) = answer(service.get(&dispatcher(), &format!("/api/v1{path}"))).await;
    assert_eq!(status, StatusCode::OK, "{path}: {told}");
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_shows_its_clock_its_legs_and_its_facts_as_the_answer_has_them() {
    let service = lively().await;
    for (number, least) in [(1, 18), (5, 10), (6, 18), (7, 18)] {
        let path = format!("/cases/{}", case(number));
        agree(&service, &dispatcher(), (&path, &path), least).await;
    }
    let (one, entries) = (
        format!("/cases/{}", case(1)),
        asked(&service, &format!("/cases/{}/timeline", case(1))).await,
    );
    let mut seen = 0;
    for entry in entries["entries"].as_array().unwrap() {
        for moment in [
            format!("as_of={}", entry["at"].as_str().unwrap()),
            format!("known_at={}", entry["position"]),
        ] {
            let path = format!("{one}?{moment}");
            agree(&service, &dispatcher(), (&path, &path), 3).await;
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen}");
    // The clock is among them: when it is due, what is used of what it has.
    let text = shown(&service, &dispatcher(), &one).await;
    for field in [
        "/owed/0/due",
        "/owed/0/used",
        "/owed/0/budget",
        "/legs/0/handle_due",
        "/ledger/lead_unit",
    ] {
        assert!(text.contains(&format!("data-from=\"{field}\"")), "{field}");
    }
    // The lists tell when a case is due, and how late it is.
    for (path, fields) in [
        ("/cases?sort=due", ["/rows/0/due", "/rows/0/case_id"]),
        ("/lists/overdue", ["/rows/0/due", "/rows/0/overdue_minutes"]),
    ] {
        let text = agree(&service, &dispatcher(), (path, path), 8).await;
        for field in fields {
            assert!(
                text.contains(&format!("data-from=\"{field}\"")),
                "{path} {field}"
            );
        }
    }
}

/// The block of what came with a version.
fn block(page: &str) -> &str {
    let (_, rest) = page
        .split_once("<section class=\"changes\"")
        .unwrap_or_else(|| panic!("{page}"));
    rest.split_once("</section>").unwrap().0
}

/// A city whose case 1 went its whole way, an hour between each step.
async fn travelled() -> City {
    let city = City::in_memory().await;
    let (id, leg) = (case(1), work::LEAD);
    work::time_limited(&city, id).await;
    let kinds = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    let contact = CaseCommand::ContactResident {
        leg: Some(leg),
        means: "phone".to_owned(),
        note: "today".to_owned(),
    };
    let pass = CaseCommand::VerifyPass {
        note: "looked at it".to_owned(),
    };
    for (who, command) in [
        (water(), CaseCommand::Acknowledge { leg }),
        (water(), contact),
        (
            dispatcher(),
            CaseCommand::Urge {
                note: "soon".to_owned(),
            },
        ),
        (water(), work::respond(&kinds)),
        (community(), pass),
        (community(), CaseCommand::SignOff {}),
    ] {
        city.later(TimeDelta::hours(1));
        city.allowed(who, id, command).await;
    }
    city.engine.catch_up().await.unwrap();
    city
}

/// The events of a story, those of one instant together.
fn versions(story: &Value) -> Vec<Vec<Value>> {
    let mut all: Vec<Vec<Value>> = Vec::new();
    for entry in story["entries"].as_array().unwrap() {
        match all.last_mut().filter(|last| last[0]["at"] == entry["at"]) {
            Some(last) => last.push(entry.clone()),
            None => all.push(vec![entry.clone()]),
        }
    }
    all
}

/// What a row of a block was, and what it is.
fn cells<'b>(block: &'b str, name: &str) -> Vec<&'b str> {
    let row = block.split_once(&format!("<th scope=\"row\">{name}</th>"));
    let (_, row) = row.unwrap_or_else(|| panic!("{name}: {block}"));
    let row = row.split("</tr>").next().unwrap();
    let cells = row.split("</td>").filter(|cell| !cell.is_empty());
    let text = |cell: &'b str| cell.trim_end_matches("</span>").rsplit('>').next().unwrap();
    cells.map(text).collect()
}

/// A block but for its rows of evaluations, which are told of what was so, and not of what was known.
fn without_evaluations(block: &str) -> String {
    let rows = block.split("<tr>");
    let rows = rows.filter(|row| !row.contains(" and 水务局</th>"));
    rows.collect::<Vec<_>>().join("<tr>")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_tells_its_events_and_what_it_was_before() {
    let service = served(travelled().await, settings()).await;
    let id = case(1);
    let versions = versions(&asked(&service, &format!("/cases/{id}/timeline")).await);
    assert!(versions.len() >= 7, "{}", versions.len());
    let mut told = BTreeMap::new();
    for version in &versions {
        let last = version.last().unwrap();
        let known = format!("known_at={}", last["position"]);
        let then = format!("as_of={}", last["at"].as_str().unwrap());
        let mut both = Vec::new();
        for moment in [known, then] {
            let text = shown(&service, &dispatcher(), &format!("/cases/{id}?{moment}")).await;
            let block = block(&text).to_owned();
            let sentences = version
                .iter()
                .map(|one| one["text"]["en"].as_str().unwrap());
            for sentence in sentences {
                let sentence = sentence.replace('&', "&amp;").replace('"', "&quot;");
                assert!(block.contains(&sentence), "{moment}: {sentence}: {block}");
            }
            assert_eq!(
                block.matches("<li>").count(),
                version.len(),
                "{moment}: {block}"
            );
            both.push(block);
        }
        let [known, then] = [&both[0], &both[1]].map(|block| without_evaluations(block));
        assert_eq!(known, then, "nothing was learnt later");
        for one in version {
            told.insert(one["kind"].as_str().unwrap().to_owned(), both[1].clone());
        }
    }
    // What was not there, what is there otherwise, and what is gone.
    for (kind, name, was, is) in [
        ("CaseUrged", "Back and forth", "–", "urges 1"),
        ("ResponseSubmitted", "Stage", "in progress", "responded"),
        ("ResponseSubmitted", "Responded", "–", "03-02 13:00"),
        ("CaseClosed", "Due", "", "–"),
        ("CaseClosed", "Next duty", "", "–"),
    ] {
        let block = told.get(kind);
        let block = block.unwrap_or_else(|| panic!("{kind} of {:?}", told.keys()));
        let cells = cells(block, name);
        assert_eq!((cells.len(), cells[1]), (2, is), "{kind} {name}: {block}");
        // What it was before is another thing, if not this very one.
        let before = if was.is_empty() {
            cells[0] != is
        } else {
            cells[0] == was
        };
        assert!(before, "{kind} {name}: {block}");
    }
    let closed = &told["CaseClosed"];
    assert!(
        closed.contains("<th scope=\"row\">Sign-off chain: "),
        "{closed}"
    );
    assert!(
        told["CaseReported"].contains("This is the first version"),
        "{}",
        told["CaseReported"]
    );
    // The present has no version before it to be told against.
    let now = shown(&service, &dispatcher(), &format!("/cases/{id}")).await;
    assert!(!now.contains("class=\"changes\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_true_is_told_apart_from_what_was_known() {
    let city = lively_city().await;
    let monday = city.engine.now();
    city.later(TimeDelta::days(1));
    work::time_limited(&city, case(8)).await;
    let known = city.head().await;
    city.later(TimeDelta::days(2));
    reported_late(&city, 9, monday + TimeDelta::hours(1)).await;
    city.engine.catch_up().await.unwrap();
    let service = served(city, settings()).await;
    let tuesday = monday + TimeDelta::days(1);
    let tuesday = tuesday.format("%Y-%m-%dT%H:%M:%SZ");
    // By all that is known today, the case was there on Tuesday; nobody knew of it then.
    let as_was = page(
        &service,
        &dispatcher(),
        &format!("/cases/{}?as_of={tuesday}", case(9)),
    );
    let as_was = as_was.send().await.unwrap();
    assert_eq!(as_was.status(), StatusCode::OK);
    assert!(as_was.text().await.unwrap().contains("recorded later"));
    let as_known = page(
        &service,
        &dispatcher(),
        &format!("/cases/{}?known_at={known}", case(9)),
    );
    let as_known = as_known.send().await.unwrap();
    assert_eq!(as_known.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_of_the_past_is_what_was_named_by_then_and_a_file_says_which_event_it_ends_with() {
    let city = lively_city().await;
    let before = city.engine.now();
    city.later(TimeDelta::hours(1));
    let leg = work::LEAD;
    city.allowed(water(), case(7), CaseCommand::Acknowledge { leg })
        .await;
    let contact = CaseCommand::ContactResident {
        leg: Some(leg),
        means: "phone".to_owned(),
        note: "today".to_owned(),
    };
    city.allowed(water(), case(7), contact).await;
    let kinds = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    let response = city.allowed(water(), case(7), work::respond(&kinds)).await;
    city.engine.catch_up().await.unwrap();
    let service = served(city, settings()).await;
    let id = case(7);
    let pieces = |text: &str| text.matches("class=\"reference\"").count();
    let now = shown(&service, &dispatcher(), &format!("/cases/{id}")).await;
    assert_eq!(pieces(&now), 2, "{now}");
    let then = before.format("%Y-%m-%dT%H:%M:%SZ");
    let earlier = shown(
        &service,
        &dispatcher(),
        &format!("/cases/{id}?as_of={then}"),
    )
    .await;
    assert_eq!(pieces(&earlier), 0, "{earlier}");
    let known = shown(
        &service,
        &dispatcher(),
        &format!("/cases/{id}?known_at={}", response.position),
    )
    .await;
    assert_eq!(pieces(&known), 2, "{known}");
    let known = shown(
        &service,
        &dispatcher(),
        &format!("/cases/{id}?known_at={}", response.position - 3),
    )
    .await;
    assert_eq!(pieces(&known), 0, "{known}");

    // On paper the case names the last of its events, by the checksum that the log has.
    let engine = &service.city.engine;
    let stream = gridwhistle::StreamId::new("case", id.to_string());
    let rows = engine
        .log()
        .read_stream(engine.tenant(), &stream, 0)
        .await
        .unwrap();
    let hash = |at: usize| hex::encode(rows[at].checksum);
    assert!(
        now.contains(&format!("<code>{}</code>", hash(rows.len() - 1))),
        "{now}"
    );
    let first = shown(
        &service,
        &dispatcher(),
        &format!("/cases/{id}?known_at={}", rows[0].position),
    )
    .await;
    assert!(
        first.contains(&hash(0)) && !first.contains(&hash(rows.len() - 1)),
        "{first}"
    );
}
