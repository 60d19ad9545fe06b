//! The catalogue and its guides as pages.

use super::{agree, answer, lively, shown};
use crate::city::people::{dispatcher, supervisor};
use crate::http::service::Service;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_and_its_guides_show_the_figures_of_the_answers() {
    let service = lively().await;
    let who = dispatcher();
    for (path, least) in [
        ("/matters", 5),
        ("/matters?class=proxy", 3),
        ("/matters?unit=D-1&text=leak", 3),
        ("/matters?text=nothing+at+all", 2),
    ] {
        agree(&service, &who, (path, path), least).await;
    }
    let (_, all) = answer(service.get(&who, "/api/v1/matters")).await;
    for matter in all["matters"].as_array().unwrap() {
        let code = matter["code"].as_str().unwrap();
        let path = format!("/matters/{code}");
        agree(&service, &who, (&path, &path), 4).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_of_the_catalogue_keep_what_they_say() {
    let service = lively().await;
    let who = dispatcher();
    let (_, all) = answer(service.get(&who, "/api/v1/matters")).await;
    let total = all["in_force"].as_u64().unwrap();
    assert_eq!(all["matters"].as_array().unwrap().len() as u64, total);
    for class in CaseClass::ALL {
        let path = format!("/api/v1/matters?class={}", class.code());
        let (_, kept) = answer(service.get(&who, &path)).await;
        assert_eq!(kept["in_force"], total);
        for matter in kept["matters"].as_array().unwrap() {
            let classes = matter["classes"].as_array().unwrap();
            assert!(classes.contains(&class.code().into()), "{matter}");
        }
    }
    let first = all["matters"][0].clone();
    let name = first["name"]["en"].as_str().unwrap().to_uppercase();
    let path = format!("/api/v1/matters?text={}", name.replace(' ', "%20"));
    let (_, kept) = answer(service.get(&who, &path)).await;
    assert!(kept["matters"].as_array().unwrap().contains(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_draws_every_arrow_of_the_flow_and_tells_it_in_words() {
    let service = lively().await;
    let who = dispatcher();
    let (_, all) = answer(service.get(&who, "/api/v1/matters")).await;
    let mut drawn = 0;
    for matter in all["matters"].as_array().unwrap() {
        let code = matter["code"].as_str().unwrap();
        for class in matter["classes"].as_array().unwrap() {
            let class = class.as_str().unwrap();
            let path = format!("/api/v1/flows/{class}?matter={code}");
            let (_, flow) = answer(service.get(&who, &path)).await;
            let chart = &flow["chart"];
            let page = shown(&service, &who, &format!("/matters/{code}?class={class}")).await;
            let arrows = chart["arrows"].as_array().unwrap().len();
            assert_eq!(
                page.matches("class=\"head\"").count(),
                arrows,
                "{code} {class}"
            );
            let (_, told) = page.split_once("<ol class=\"told\">").unwrap();
            assert_eq!(
                told.matches(" → ").count() - steps(chart),
                arrows,
                "{code} {class}"
            );
            assert!(!page.contains("mermaid"), "{code}");
            drawn += 1;
        }
    }
    assert!(drawn >= 4, "{drawn}");
}

/// The steps of the mandate, which are told too.
fn steps(chart: &serde_json::Value) -> usize {
    let stages = chart["stages"].as_array().unwrap().iter();
    stages
        .map(|one| one["steps"].as_array().unwrap().len())
        .sum()
}

/// An administrator in office.
async fn admin(service: &Service) -> Actor {
    let people = b"person_id,name,employment,valid_from\nP-admin,admin,full_time,2024-01-01\n";
    let tenures = b"person,role,place,valid_from\nP-admin,administrator,unit:CITY,2024-01-01\n";
    let files: [(CsvKind, &[u8]); 2] = [(CsvKind::People, people), (CsvKind::Tenures, tenures)];
    let host = Actor::new("it-desk", Role::Administrator, "CITY");
    let engine = &service.city.engine;
    let imported = engine.import_registry(&host, &files, Language::En);
    imported.await.unwrap();
    Actor::new("P-admin", Role::Administrator, "CITY")
}

/// A street, and its community on all of its ground.
fn areas() -> String {
    let square = |west: i32, unit: &str| {
        let (east, south, north) = (west + 1, 26, 27);
        format!(
            r#"{{"type":"Feature","properties":{{"unit":"{unit}","population":2000}},"geometry":{{"type":"Polygon",
            "coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    };
    let features = [square(119, "S-1"), square(119, "C-1")];
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_shows_what_is_open_in_each_area_and_leads_to_it() {
    let service = lively().await;
    let (who, admin) = (supervisor(), admin(&service).await);
    // Without boundaries it counts all the same.
    agree(&service, &who, ("/map", "/map"), 3).await;
    let post = service.request(&admin, Method::POST, "/api/v1/registry/boundaries");
    let (status, told) = answer(post.body(areas())).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(
        (&told["events"], &told["warnings"]),
        (&2.into(), &json!([]))
    );
    for path in [
        "/map",
        "/map?figure=per_1000",
        "/map?level=grid",
        "/map?within=S-1",
        "/map?within=S-1&level=grid&figure=overdue",
    ] {
        agree(&service, &who, (path, path), 3).await;
    }
    let (_, map) = answer(service.get(&who, "/api/v1/map")).await;
    let (_, counts) = answer(service.get(&who, "/api/v1/reports/counts?by=street")).await;
    let held = map["areas"].as_array().unwrap().iter();
    let held: i64 = held.map(|area| area["open"].as_i64().unwrap()).sum();
    assert_eq!(
        held + map["elsewhere"].as_i64().unwrap(),
        counts["total"]["open"].as_i64().unwrap()
    );
    assert!(held > 0, "{map}");
    let page = shown(&service, &who, "/map").await;
    assert!(
        page.contains("/map?within=S-1") && page.contains("<svg class=\"map few\""),
        "{page}"
    );
    let lost = service.get(&who, "/api/v1/map?within=C-1");
    assert_eq!(
        answer(lost).await.0,
        StatusCode::NOT_FOUND,
        "a community is no street"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn boundaries_that_are_none_are_refused_by_feature_and_misfits_are_told() {
    let service = lively().await;
    let admin = admin(&service).await;
    let post = |body: String| {
        service
            .request(&admin, Method::POST, "/api/v1/registry/boundaries")
            .body(body)
    };
    let (status, told) = answer(post(areas().replace("C-1", "C-99"))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    assert!(
        told.to_string().contains("feature 2") && told.to_string().contains("C-99"),
        "{told}"
    );
    // The community is moved half out of its street.
    let (before, after) = areas()
        .rsplit_once("\"C-1\"")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let moved = format!(
        "{before}\"C-1\"{}",
        after.replace("119", "119.5").replace("120", "120.5")
    );
    let (status, told) = answer(post(moved.clone())).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let warnings = told["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 2, "{told}");
    assert!(
        warnings
            .iter()
            .all(|line| line.as_str().unwrap().contains("500‰")),
        "{told}"
    );
    let (_, again) = answer(post(moved)).await;
    assert_eq!(again["events"], 0, "the same file again");
}
