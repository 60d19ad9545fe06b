//! 双向互评 as people do it on pages: a form sealed by each side, an appeal, its decision; and the
//! figures that come of it.

use super::acting::{cookie, location, send};
use super::{agree, shown};
use crate::city::City;
use crate::city::people::{community, dispatcher, supervisor, water};
use crate::city::{case, work};
use crate::http::service::Service;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::evaluation::{Form, Side};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};

async fn evaluated() -> Service {
    let city = City::in_memory().await;
    for number in [5, 6] {
        work::closed(&city, case(number)).await;
    }
    city.engine.catch_up().await.unwrap();
    let mut service = Service::of(city).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build();
    service.client = client.unwrap();
    service
}

/// Every item of a side's form answered alike; a low score with a reason.
pub(crate) fn answers(side: Side, score: &str) -> Vec<(String, String)> {
    let items = Form::default_of(side).items.into_iter();
    let asked = items.filter(|item| !item.computed);
    let mut pairs = vec![("side".to_owned(), side.code().to_owned())];
    for item in asked {
        pairs.push((format!("score.{}", item.code), score.to_owned()));
        if score < "3" {
            pairs.push((format!("reason.{}", item.code), "unsolved".to_owned()));
        }
    }
    pairs
}

pub(crate) async fn give(
    service: &Service,
    who: &Actor,
    path: &str,
    pairs: &[(String, String)],
) -> Response {
    let cookie = cookie(service, who).await;
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let sent = send(service, &cookie, path, &pairs).send().await.unwrap();
    service.city.engine.catch_up().await.unwrap();
    sent
}

/// The form of one act on a page.
fn has_form(page: &str, act: &str) -> bool {
    page.contains(&format!("/evaluations/1/{act}\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_sealed_opened_appealed_against_and_decided_on_pages() {
    let service = evaluated().await;
    let page = format!("/cases/{}/evaluations", case(5));
    let (seal, appeal) = (format!("{page}/1/seal"), format!("{page}/1/appeal"));
    let first = shown(&service, &water(), &page).await;
    assert!(
        has_form(&first, "seal") && !has_form(&first, "appeal"),
        "{first}"
    );
    assert!(first.contains("the forms are not revealed"), "{first}");

    // What is missing is told, and what was filled in stays.
    let mut some = answers(Side::Department, "1");
    some.retain(|(name, _)| name != "score.support" && name != "reason.needed");
    let refused = give(&service, &water(), &seal, &some).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("unfit_answers") && refused.contains("`support`"),
        "{refused}"
    );
    assert!(
        refused.contains("name=\"score.needed\" value=\"1\" required checked"),
        "{refused}"
    );

    let given = give(&service, &water(), &seal, &answers(Side::Department, "1")).await;
    assert_eq!(given.status(), StatusCode::SEE_OTHER);
    let told = shown(&service, &water(), location(&given)).await;
    assert!(told.contains("Sealed, as no."), "{told}");
    assert!(
        !told.contains("Not solved") && !has_form(&told, "seal"),
        "sealed, and told to nobody"
    );
    give(&service, &community(), &seal, &answers(Side::Area, "5")).await;

    // Both lie open: the street may appeal against what was said of it, the department not.
    let open = shown(&service, &community(), &page).await;
    assert!(
        open.contains("not solved") && has_form(&open, "appeal"),
        "{open}"
    );
    let of_department = [
        ("side", "department"),
        ("ground", "facts_wrong"),
        ("note", "we were there"),
    ];
    let of_department = of_department.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let filed = give(&service, &community(), &appeal, &of_department).await;
    assert_eq!(
        filed.status(),
        StatusCode::SEE_OTHER,
        "{}",
        filed.text().await.unwrap()
    );

    // A third unit finds it waiting and decides.
    let waiting = shown(&service, &supervisor(), "/evaluations?state=appeal").await;
    assert!(waiting.contains(&page), "{waiting}");
    let decide = shown(&service, &supervisor(), &page).await;
    assert!(has_form(&decide, "decide-appeal"), "{decide}");
    let verdict = [
        ("side", "department"),
        ("upheld", "true"),
        ("note", "the record says so"),
    ];
    let verdict = verdict.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let decided = give(
        &service,
        &supervisor(),
        &format!("{page}/1/decide-appeal"),
        &verdict,
    )
    .await;
    assert_eq!(decided.status(), StatusCode::SEE_OTHER);
    let told = shown(&service, &water(), location(&decided)).await;
    assert!(told.contains("the record says so"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_matrix_and_scores_show_what_the_api_answers() {
    let service = evaluated().await;
    let path = format!("/cases/{}/evaluations/1/seal", case(5));
    give(&service, &water(), &path, &answers(Side::Department, "4")).await;
    give(&service, &community(), &path, &answers(Side::Area, "3")).await;
    for (path, least) in [
        ("/evaluations?state=form", 2),
        ("/evaluations?state=form&unit=B-water", 2),
        ("/evaluations?state=appeal", 1),
        ("/evaluations", 4),
        ("/evaluations?area=C-1&department=B-water", 4),
        ("/reports/matrix", 4),
        ("/reports/evaluations", 5),
        ("/reports/evaluations?rated_by=department", 5),
    ] {
        agree(&service, &dispatcher(), (path, path), least).await;
    }
    let page = format!("/cases/{}/evaluations", case(5));
    agree(&service, &dispatcher(), (&page, &page), 2).await;
}
