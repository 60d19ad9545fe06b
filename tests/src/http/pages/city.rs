//! The catalogue and its guides as pages.

use super::{agree, answer, lively, shown};
use crate::city::people::dispatcher;
use gridwhistle::domain::class::CaseClass;

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
