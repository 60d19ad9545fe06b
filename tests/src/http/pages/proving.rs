//! Evidence put in with the form of a command: kept before the command names it, shown with the case.

use super::acting::{cookie, location};
use super::{answer, shown};
use crate::city::people::water;
use crate::city::{City, case, work};
use crate::http::evidence::photo;
use crate::http::service::{Service, settings};
use gridwhistle::domain::case::command::CaseCommand;
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode};

async fn give(service: &Service, path: &str, pairs: &[(&str, &str)], file: Vec<u8>) -> Response {
    let cookie = cookie(service, &water()).await;
    let mut form = Form::new();
    for (name, value) in pairs {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    let part = Part::bytes(file).file_name("photo.jpg");
    let form = form
        .part("evidence.0.file", part)
        .text("evidence.0.reference", "");
    let request = service.anonymous(Method::POST, path);
    let request = request
        .header("accept", "text/html")
        .header("cookie", cookie)
        .header("origin", service.address(""));
    request.multipart(form).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_comes_with_the_form_of_a_command() {
    let city = City::in_memory().await;
    work::time_limited(&city, case(1)).await;
    let leg = work::LEAD;
    city.allowed(water(), case(1), CaseCommand::Acknowledge { leg })
        .await;
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.evidence.folder = folder.path().join("evidence");
    let mut service = Service::with(city, settings).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build();
    service.client = client.unwrap();

    let path = format!("/cases/{}/do/report-in", case(1));
    let form = shown(&service, &water(), &format!("{path}?leg=1")).await;
    assert!(form.contains("enctype=\"multipart/form-data\""), "{form}");
    let (_, rest) = form.split_once("name=\"version\" value=\"").unwrap();
    let version = rest.split('"').next().unwrap().to_owned();
    let pairs = [
        ("version", version.as_str()),
        ("key", "01900000-0000-7000-8000-000000000021"),
        ("leg", "1"),
        ("attendance.person", "P-water"),
        ("attendance.role", "department_handler"),
        ("attendance.place", "at the gate"),
        ("evidence.0.kind", "report_in_record"),
    ];
    let wrong = give(&service, &path, &pairs, b"<svg onload=alert(1)>".to_vec()).await;
    assert!(wrong.status().is_client_error(), "{}", wrong.status());
    let given = give(&service, &path, &pairs, photo(2_000)).await;
    let status = given.status();
    let place = given
        .headers()
        .get("location")
        .is_some()
        .then(|| location(&given).to_owned());
    assert_eq!(
        status,
        StatusCode::SEE_OTHER,
        "{}",
        given.text().await.unwrap()
    );
    let page = shown(&service, &water(), &place.unwrap()).await;
    let (_, kept) =
        answer(service.get(&water(), &format!("/api/v1/cases/{}/evidence", case(1)))).await;
    let file = &kept["evidence"][0]["file"];
    let sha256 = file["sha256"].as_str().unwrap_or_else(|| panic!("{kept}"));
    let image = format!("<img src=\"/api/v1/cases/{}/evidence/{sha256}\"", case(1));
    assert!(page.contains(&image), "{page}");
}
