//! Who may see what over HTTP: every address with every role, as the printed matrix says.

use super::service::{Service, answer};
use crate::city::City;
use crate::city::people::{
    community, everyone, leader, officer_elsewhere, other_street, resident, roads, street,
    supervisor, water,
};
use crate::city::work::{self, accept};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::authority::{Reach, Sight, reach};
use gridwhistle::domain::class::CaseClass;
use reqwest::Method;
use serde_json::{Value, json};

fn sight(code: &str) -> Option<Sight> {
    Sight::ALL.into_iter().find(|sight| sight.code() == code)
}

/// A path with something in each of its places.
fn filled(path: &str, case: &str) -> String {
    path.replace("{case}", case)
        .replace("{list}", "overdue")
        .replace("{figure}", "score")
        .replace("{run}", "1")
        .replace("{matter}", "environment.leak")
        .replace("{version}", "default-2026.1")
        .replace("{class}", "special")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_answers_every_role_as_the_matrix_says() {
    let city = City::in_memory().await;
    let case = crate::city::case(7);
    city.allowed(leader(), case, work::report("water")).await;
    let service = Service::of(city).await;
    let (_, document) = answer(service.anonymous(Method::GET, "/api/v1/openapi.json")).await;
    let paths = document["paths"].as_object().unwrap();
    let mut asked = 0;
    for (path, operations) in paths {
        let Some(sight) = operations["get"]["x-sight"].as_str().and_then(sight) else {
            continue;
        };
        let address = filled(path, &case.to_string());
        for (who, _) in everyone() {
            let (status, told) = answer(service.get(&who, &address)).await;
            let seen = reach(who.role, sight) != Reach::Nothing;
            let refused = status.as_u16() == 403 && told["code"] == "not_permitted";
            assert_eq!(refused, !seen, "{} {address}: {status} {told}", who.role);
            assert!(status.as_u16() < 500, "{} {address}: {told}", who.role);
            asked += 1;
        }
        let (status, _) = answer(service.anonymous(Method::GET, &address)).await;
        assert_eq!(status.as_u16(), 401, "{address}");
    }
    assert!(asked > 300, "{asked}");
}

async fn seen(service: &Service, who: &Actor) -> usize {
    let (status, page) = answer(service.get(who, "/api/v1/cases")).await;
    assert_eq!(status.as_u16(), 200, "{page}");
    page["rows"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_and_a_case_are_seen_by_those_alone_in_whose_area_or_hands_it_lies() {
    for city in [
        City::in_memory().await,
        City::on_disk().await,
        City::on_a_database().await,
    ] {
        let case = crate::city::case(8);
        city.allowed(leader(), case, work::report("water")).await;
        city.allowed(
            community(),
            case,
            accept(CaseClass::TimeLimited, crate::city::LEAK),
        )
        .await;
        let service = Service::of(city).await;
        let address = format!("/api/v1/cases/{case}");
        for (who, sees) in [
            (leader(), true),
            (community(), true),
            (street(), true),
            (water(), true),
            (supervisor(), true),
            (officer_elsewhere(), false),
            (other_street(), false),
            (roads(), false),
        ] {
            assert_eq!(
                seen(&service, &who).await,
                usize::from(sees),
                "{}",
                who.person
            );
            let (status, told) = answer(service.get(&who, &address)).await;
            assert_eq!(status.as_u16() == 200, sees, "{}: {told}", who.person);
            assert!(sees || status.as_u16() == 404, "{}: {told}", who.person);
            // Nor is a case there for them that they would act on.
            let urge = service.post(&who, &format!("{address}/urge"), &json!({"note": "soon"}));
            let (status, told) = answer(urge).await;
            assert_eq!(sees, status.as_u16() != 404, "{}: {told}", who.person);
        }
        assert_eq!(seen(&service, &resident()).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_no_question_knows_is_refused_with_those_it_does() {
    let service = Service::of(City::in_memory().await).await;
    for (path, accepted) in [
        ("/api/v1/cases?colour=red", "open_only"),
        ("/api/v1/cases?limit=0", "1 … 500"),
        ("/api/v1/cases?limit=501", "1 … 500"),
        ("/api/v1/cases?stage=gone", "reported"),
        ("/api/v1/cases?sort=best", "newest"),
        ("/api/v1/cases?open_only=yes", "true"),
        ("/api/v1/cases?limit=5&limit=6", "once"),
        ("/api/v1/cases?as_of=soon", "2026-07-01"),
        ("/api/v1/reports/departments?window=june", "2026-Q2"),
        ("/api/v1/reports/areas?level=block", "street"),
    ] {
        let (status, told) = answer(service.get(&supervisor(), path)).await;
        assert_eq!(
            (status.as_u16(), told["code"].as_str()),
            (400, Some("parameter_wrong")),
            "{path}"
        );
        let words = told["accepted"].as_str().unwrap();
        assert!(words.contains(accepted), "{path}: {words}");
    }
    let (status, told) = answer(service.get(&supervisor(), "/api/v1/cases?cursor=zzz")).await;
    assert_eq!(
        (status.as_u16(), told["code"].as_str()),
        (400, Some("cursor_wrong"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_as_of_then_and_as_it_was_known() {
    let city = City::in_memory().await;
    let case = crate::city::case(9);
    let before = city.engine.now();
    city.later(chrono::TimeDelta::hours(1));
    city.allowed(leader(), case, work::report("water")).await;
    let position = city.head().await;
    city.later(chrono::TimeDelta::hours(1));
    city.allowed(
        community(),
        case,
        accept(CaseClass::TimeLimited, crate::city::LEAK),
    )
    .await;
    let service = Service::of(city).await;
    let ask = async |query: String| -> Value {
        let path = format!("/api/v1/cases?{query}");
        let (status, page) = answer(service.get(&supervisor(), &path)).await;
        assert_eq!(status.as_u16(), 200, "{page}");
        page["rows"].clone()
    };
    let stage = |rows: &Value| rows[0]["stage"].as_str().map(str::to_owned);
    let then = before.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    assert_eq!(stage(&ask(format!("as_of={then}")).await), None);
    assert_eq!(
        stage(&ask(format!("known_at={position}")).await).as_deref(),
        Some("reported")
    );
    assert_eq!(
        stage(&ask(format!("as_of={position}")).await).as_deref(),
        Some("reported")
    );
    assert_ne!(
        stage(&ask(String::new()).await).as_deref(),
        Some("reported")
    );
    let late = service.get(&supervisor(), "/api/v1/cases?min_position=99999999");
    let (status, told) = answer(late).await;
    assert_eq!(
        (status.as_u16(), told["code"].as_str()),
        (503, Some("not_yet"))
    );
}
