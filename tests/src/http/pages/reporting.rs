//! 随手拍 from a page: what is shown before, what is kept when it is refused, what is told when it is taken.

use super::public::{asked, compare, open};
use crate::city::people::leader;
use crate::http::evidence::photo;
use crate::http::service::{Service, answer};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, StatusCode};

/// A form as a browser sends it: every field, and the photo whether chosen or not.
pub(super) fn form(pairs: &[(&'static str, &str)], photo: Option<&[u8]>) -> Form {
    let mut form = Form::new();
    for (name, value) in pairs {
        form = form.text(*name, (*value).to_owned());
    }
    let bytes = photo.unwrap_or_default().to_vec();
    let name = if photo.is_some() { "IMG_1.jpg" } else { "" };
    form.part("photo", Part::bytes(bytes).file_name(name))
}

fn sent(service: &Service, form: Form) -> RequestBuilder {
    service
        .anonymous(Method::POST, "/report")
        .header("accept", "text/html")
        .header("origin", service.address(""))
        .multipart(form)
}

async fn told(request: RequestBuilder) -> (StatusCode, String) {
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// The value of a hidden field.
pub(super) fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split('"').next().unwrap()
}

fn receipt(page: &str) -> String {
    let (_, rest) = page.split_once("<code data-code>").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_finds_the_matter_and_sees_what_to_expect() {
    let (_folder, service) = open().await;
    let all = asked(&service, "/report").await.text().await.unwrap();
    assert!(all.contains("/report?matter=environment.leak"), "{all}");
    let found = asked(&service, "/report?q=leak").await;
    let found = found.text().await.unwrap();
    assert!(found.contains("matter=environment.leak"), "{found}");
    let none = asked(&service, "/report?q=dragons").await;
    let none = none.text().await.unwrap();
    assert!(none.contains("Nothing matches “dragons”"), "{none}");
    let form = asked(&service, "/report?matter=environment.leak&address_id=G-1").await;
    let form = form.text().await.unwrap();
    let api = "/api/v1/public/services/environment.leak";
    let (status, proposal) = answer(service.anonymous(Method::GET, api)).await;
    assert_eq!(status, StatusCode::OK, "{proposal}");
    assert!(compare(&form, &proposal) >= 2, "{form}");
    assert!(form.contains("<option value=\"G-1\" selected>"), "{form}");
    let unknown = asked(&service, "/report?matter=nothing").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_a_photo_is_taken_once_and_followed() {
    let (_folder, service) = open().await;
    let page = asked(&service, "/report?matter=environment.leak").await;
    let page = page.text().await.unwrap();
    let pairs = [
        ("key", hidden(&page, "key")),
        ("service_code", "environment.leak"),
        ("description", "水从楼上漏下来"),
        ("address_string", "东街 5 号"),
        ("address_id", "G-1"),
        ("lat", ""),
        ("long", ""),
        ("phone", "13812340000"),
    ];
    let (status, first) = told(sent(&service, form(&pairs, Some(&photo(900))))).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    let receipt = receipt(&first);
    assert!(
        first.contains(&format!("href=\"/track/{receipt}\"")),
        "{first}"
    );
    // Sent again, as an impatient thumb does, it is the same report; changed it is another.
    let (_, again) = told(sent(&service, form(&pairs, Some(&photo(900))))).await;
    assert_eq!(self::receipt(&again), receipt);
    let (_, other) = told(sent(&service, form(&pairs, None))).await;
    assert_ne!(self::receipt(&other), receipt);

    let followed = asked(&service, &format!("/track/{receipt}")).await;
    assert_eq!(followed.status(), StatusCode::OK);
    service.city.engine.catch_up().await.unwrap();
    let (_, cases) = answer(service.get(&leader(), "/api/v1/cases?grid=G-1")).await;
    let rows = cases["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{cases}");
    let mut photos = 0;
    for row in rows {
        let id = row["case_id"].as_str().unwrap();
        let path = format!("/api/v1/cases/{id}/evidence");
        let (_, evidence) = answer(service.get(&leader(), &path)).await;
        for piece in evidence["evidence"].as_array().unwrap() {
            assert_eq!(piece["file"]["media_type"], "image/jpeg", "{piece}");
            photos += 1;
        }
        let people = format!("/api/v1/cases/{id}/people");
        let (_, people) = answer(service.get(&leader(), &people)).await;
        assert!(people.to_string().contains("13812340000"), "{people}");
    }
    assert_eq!(photos, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays() {
    let (_folder, service) = open().await;
    let long = "长".repeat(501);
    for (change, field, words) in [
        (("address_string", ""), "address_string", "Give an address"),
        (("description", long.as_str()), "description", "at most 500"),
        (("address_id", "G-99"), "address_id", "no such grid"),
        (("lat", "400"), "lat", "position is wrong"),
    ] {
        let mut pairs = vec![
            ("service_code", "environment.leak"),
            ("description", "kept words"),
            ("address_string", "kept address"),
            ("phone", "13812340000"),
        ];
        pairs.retain(|(name, _)| *name != change.0);
        pairs.push(change);
        let (status, page) = told(sent(&service, form(&pairs, Some(&photo(900))))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{field}");
        assert!(page.contains(words), "{field}: {page}");
        for (_, value) in pairs.iter().filter(|(_, value)| value.starts_with("kept")) {
            assert!(page.contains(*value), "{field}: {value} is lost");
        }
    }
    let pairs = [
        ("service_code", "environment.leak"),
        ("address_string", "东街 5 号"),
    ];
    let pdf = b"%PDF-1.7 no photo".repeat(400);
    let (status, page) = told(sent(&service, form(&pairs, Some(&pdf)))).await;
    assert!(status.is_client_error(), "{status}");
    assert!(page.contains("This photo cannot be taken"), "{page}");
    let large = photo(9 << 20);
    let (status, page) = told(sent(&service, form(&pairs, Some(&large)))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        page.contains("at most 8 MB") && page.contains("东街"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_reports_and_none_where_the_city_says_no() {
    let (_folder, service) = open().await;
    let pairs = [
        ("service_code", "environment.leak"),
        ("address_string", "东街 5 号"),
    ];
    let other = service
        .anonymous(Method::POST, "/report")
        .header("origin", "https://evil.example")
        .multipart(form(&pairs, None));
    assert_eq!(told(other).await.0, StatusCode::FORBIDDEN);
    let shut = super::lively().await;
    let page = asked(&shut, "/report").await.text().await.unwrap();
    assert!(
        page.contains("takes no reports here without login"),
        "{page}"
    );
    let refused = told(sent(&shut, form(&pairs, None))).await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN);
}
