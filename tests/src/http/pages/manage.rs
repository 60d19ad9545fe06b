//! The pages of administration: each shows its own office what the API answers, and nothing to the
//! others; its forms give what the API's addresses take.

use super::acting::{cookie, location, send};
use super::{agree, lively_city, page, served, shown};
use crate::city::case;
use crate::city::people::{auditor, city_office, community, dispatcher};
use crate::http::service::{Service, answer, settings};
use crate::http::staff::{account, administrator, appoint, keeper};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::policy::Policy;
use gridwhistle::subscribers::{DeadLetter, Note};
use reqwest::{Method, StatusCode};

pub(super) async fn staffed() -> Service {
    let city = lively_city().await;
    appoint(&city, &[administrator(), keeper(), account()]).await;
    let mut settings = settings();
    settings.outgoing.hosts = vec!["127.0.0.1".to_owned()];
    served(city, settings).await
}

/// A form that is sent under a key of its own, and what is answered: the status, where it leads, the
/// page.
async fn sent(
    service: &Service,
    who: &Actor,
    path: &str,
    pairs: &[(&str, &str)],
) -> (StatusCode, String, String) {
    let key = uuid::Uuid::now_v7().to_string();
    let keyed: Vec<_> = pairs.iter().copied().chain([("key", &*key)]).collect();
    as_it_is(service, who, path, &keyed).await
}

/// The same with the fields as they are, and no other.
pub(super) async fn as_it_is(
    service: &Service,
    who: &Actor,
    path: &str,
    pairs: &[(&str, &str)],
) -> (StatusCode, String, String) {
    let cookie = cookie(service, who).await;
    let response = send(service, &cookie, path, pairs).send().await.unwrap();
    let status = response.status();
    let to = response.headers().contains_key("location");
    let to = if to {
        location(&response).to_owned()
    } else {
        String::new()
    };
    (status, to, response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_office_is_shown_its_own_part_and_no_other() {
    let service = staffed().await;
    let (admin, keeper) = (administrator(), keeper());
    for (who, shows, asks, least) in [
        (&admin, "/admin", "/operation", 9),
        (&admin, "/admin/webhooks", "/webhooks", 0),
        (&keeper, "/admin/keys", "/keys", 0),
        (&keeper, "/admin/policies", "/policies", 1),
        (
            &community(),
            "/admin/policies/default-2026.1",
            "/policies/default-2026.1",
            30,
        ),
        (&admin, "/admin/calendars", "/calendar", 12),
        (
            &admin,
            "/admin/calendars?year=2025",
            "/calendar?year=2025",
            12,
        ),
        (&dispatcher(), "/admin/people", "/people", 60),
        (
            &dispatcher(),
            "/admin/people?within=S-1",
            "/people?within=S-1",
            12,
        ),
    ] {
        agree(&service, who, (shows, asks), least).await;
    }
    for (who, path) in [
        (&keeper, "/admin"),
        (&keeper, "/admin/webhooks"),
        (&keeper, "/audit"),
        (&admin, "/admin/keys"),
        (&admin, "/audit/events"),
        (&auditor(), "/admin"),
        (&dispatcher(), "/admin/registry"),
    ] {
        let refused = page(&service, who, path).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
    }
    // Who sees no case begins with their own part, and is shown no search for cases.
    for (who, first) in [(&admin, "/admin"), (&keeper, "/admin/keys")] {
        let led = page(&service, who, "/").send().await.unwrap();
        assert_eq!(
            (led.status(), location(&led)),
            (StatusCode::SEE_OTHER, first)
        );
        assert!(
            !shown(&service, who, first)
                .await
                .contains("role=\"search\"")
        );
    }
}

/// A policy from an instant on, with another limit.
pub(crate) fn next(version: &str, from: &str) -> String {
    Policy::default_text()
        .replace("default-2026.1", version)
        .replace("2019-12-31T16:00:00Z", from)
        .replacen("handle = \"5 wd\"", "handle = \"9 wd\"", 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_checked_seen_and_published_by_forms() {
    let service = staffed().await;
    let admin = administrator();
    let text = next("city-2027.1", "2027-01-01T00:00:00+08:00");
    let checked = service
        .request(&admin, Method::POST, "/api/v1/policies/check")
        .body(text.clone());
    let (_, told) = answer(checked).await;
    let field = "class.time_limited.limits.handle";
    let mut changes = told["changes"].as_array().unwrap().iter();
    let change = changes.find(|one| one["field"] == field).unwrap();
    assert_eq!(
        (&change["old"], &change["new"]),
        (&"5 wd".into(), &"9 wd".into())
    );
    let duties = &told["duties"];
    assert!(duties["changed"].as_u64().unwrap() > 0, "{duties}");
    let of = duties["of"].as_array().unwrap();
    let later: u64 = of.iter().map(|row| row["later"].as_u64().unwrap()).sum();
    assert_eq!(
        duties["changed"], later,
        "a longer limit is due later alone"
    );

    let before = service.city.head().await;
    let pairs = [("text", text.as_str())];
    let (status, _, page) = sent(&service, &admin, "/admin/policies/check", &pairs).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains(field) && page.contains("/admin/policies/publish"));
    for (place, value) in super::figures(&page) {
        let known = told.pointer(&place).unwrap();
        let known = known
            .as_str()
            .map_or_else(|| known.to_string(), str::to_owned);
        assert_eq!(known, value, "{place}");
    }
    assert_eq!(service.city.head().await, before, "a check writes nothing");

    let path = "/admin/policies/publish";
    let (status, to, _) = sent(&service, &admin, path, &pairs).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.starts_with("/admin/policies/city-2027.1?done="), "{to}");
    assert!(
        shown(&service, &admin, &to)
            .await
            .contains("is published, at position")
    );
    let (status, _, page) = sent(&service, &admin, path, &pairs).await;
    assert!(status.is_client_error(), "{page}");
    assert!(page.contains("class=\"problem\""));
    let (status, ..) = sent(&service, &community(), path, &pairs).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let broken = [("text", "version = ")];
    let (status, _, page) = sent(&service, &city_office(), "/admin/policies/check", &broken).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("line 1"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_file_is_imported_by_a_form_or_told_line_by_line() {
    let service = staffed().await;
    let admin = administrator();
    let good =
        "unit_id,kind,level,name_zh,parent,valid_from\r\nS-3,street,,湖滨街道,D-1,2024-01-01\r\n";
    let import = async |kind: &str, text: &str| {
        sent(
            &service,
            &admin,
            "/admin/registry",
            &[("kind", kind), ("text", text)],
        )
        .await
    };
    let (status, to, page) = import("units", good).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    assert!(to.starts_with("/admin/registry?kind=units&done=1."), "{to}");
    assert!(
        shown(&service, &admin, &to)
            .await
            .contains("Events written: 1")
    );
    let (status, _, page) = import(
        "units",
        &good.replace("street", "planet").replace("S-3", "S-4"),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("planet") && page.contains("S-4"), "{page}");
    // The columns that the page shows are those of the files.
    for (kind, columns) in gridwhistle_web::pages::admin::IMPORTS {
        let (status, _, page) = import(kind, &format!("{columns}\n")).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{kind}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_revoked_by_forms() {
    let service = staffed().await;
    let keeper = keeper();
    let id = uuid::Uuid::now_v7().to_string();
    let pairs = [
        ("key", id.as_str()),
        ("name", "12345 platform"),
        ("person", "SVC-12345"),
        ("role", "dispatcher"),
        ("unit", "B-centre"),
        ("actions", "read"),
        ("actions", "incoming"),
        ("expires", "2026-06-01"),
    ];
    let (status, _, made) = sent(&service, &keeper, "/admin/keys", &pairs).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let (_, rest) = made.split_once("gwk_").unwrap();
    let key = format!("gwk_{}", rest.split('<').next().unwrap());
    let asked = service
        .anonymous(Method::GET, "/api/v1/cases")
        .bearer_auth(&key);
    assert_eq!(answer(asked).await.0, StatusCode::OK);
    let (status, _, again) = sent(&service, &keeper, "/admin/keys", &pairs).await;
    assert!(
        status.is_client_error() && !again.contains("gwk_"),
        "{status}"
    );
    let text = agree(&service, &keeper, ("/admin/keys", "/keys"), 2).await;
    assert!(!text.contains("gwk_"));
    let (_, known) = answer(service.get(&keeper, "/api/v1/keys")).await;
    let path = format!(
        "/admin/keys/{}/revoke",
        known["keys"][0]["id"].as_str().unwrap()
    );
    let (status, ..) = sent(&service, &administrator(), &path, &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, to, _) = sent(&service, &keeper, &path, &[]).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, "/admin/keys?done=revoked")
    );
    let asked = service
        .anonymous(Method::GET, "/api/v1/cases")
        .bearer_auth(&key);
    assert_eq!(answer(asked).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_is_added_stilled_and_removed_by_forms() {
    let service = staffed().await;
    let admin = administrator();
    let mut pairs = vec![
        ("name", "platform"),
        ("form", "cloud_event"),
        ("url", "https://elsewhere.example/in"),
        ("types", "CaseClosed, CaseReported"),
        ("areas", "S-1"),
    ];
    let (status, _, page) = sent(&service, &admin, "/admin/webhooks", &pairs).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("server.outgoing.hosts") && page.contains("value=\"platform\""));
    pairs[2] = ("url", "http://127.0.0.1:9/in");
    let (status, _, page) = sent(&service, &admin, "/admin/webhooks", &pairs).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("whsec_"));
    let text = agree(&service, &admin, ("/admin/webhooks", "/webhooks"), 2).await;
    assert!(!text.contains("whsec_") && text.contains("CaseClosed"));
    let (_, known) = answer(service.get(&admin, "/api/v1/webhooks")).await;
    let id = known["webhooks"][0]["id"].as_str().unwrap().to_owned();
    let own = format!("/admin/webhooks/{id}");
    agree(&service, &admin, (&own, &format!("/webhooks/{id}")), 4).await;
    for (order, after) in [
        ("disable", "It is paused"),
        ("enable", "Events are sent to it again"),
        ("replay", "queued again: 0"),
    ] {
        let (status, to, page) = sent(&service, &admin, &format!("{own}/{order}"), &[]).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{order}: {page}");
        assert!(shown(&service, &admin, &to).await.contains(after), "{to}");
    }
    dead_letters(&service, &id).await;
    let (_, _, page) = sent(&service, &admin, &format!("{own}/rotate-secret"), &[]).await;
    assert!(page.contains("whsec_"), "a new secret is shown once");
    let (status, to, _) = sent(&service, &admin, &format!("{own}/remove"), &[]).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, "/admin/webhooks?done=remove")
    );
    let gone = page_of(&service, &own).await;
    assert_eq!(gone, StatusCode::NOT_FOUND);
}

/// Two letters died: one is told again by its own button, the other by that of all.
async fn dead_letters(service: &Service, id: &str) {
    let (engine, admin) = (&service.city.engine, administrator());
    let number: uuid::Uuid = id.parse().unwrap();
    let own = format!("/admin/webhooks/{id}");
    sent(service, &admin, &format!("{own}/disable"), &[]).await;
    let letter = |position: u64| DeadLetter {
        position,
        case: case(1),
        fact: "CaseClosed".to_owned(),
        attempts: 9,
        reason: "answered".to_owned(),
        status: Some(500),
        at: engine.now(),
    };
    loop {
        let (stands, version) = engine.deliveries(number).await.unwrap();
        let died = vec![letter(21), letter(22)];
        let note = Note {
            reached: stands.reached,
            waiting: stands.waiting,
            died,
        };
        let noted = engine.note_deliveries(number, version, note).await;
        if noted.unwrap().is_some() {
            break;
        }
    }
    let text = shown(service, &admin, &own).await;
    assert_eq!(text.matches("CaseClosed</code></td>").count(), 2, "{text}");
    let replay = format!("{own}/replay");
    let (_, to, _) = sent(service, &admin, &replay, &[("position", "21")]).await;
    assert!(to.ends_with("done=replay.1"), "{to}");
    let text = shown(service, &admin, &to).await;
    assert!(text.contains("queued again: 1"), "{text}");
    let (_, to, _) = sent(service, &admin, &replay, &[]).await;
    assert!(to.ends_with("done=replay.1"), "{to}");
    let (status, ..) = sent(service, &admin, &replay, &[("position", "x")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn page_of(service: &Service, path: &str) -> StatusCode {
    page(service, &administrator(), path)
        .send()
        .await
        .unwrap()
        .status()
}
