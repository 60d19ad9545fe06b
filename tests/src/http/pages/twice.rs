//! Forms of administration bring a key: pressed twice, or sent again after an answer that was lost,
//! they do it once; another request under the same key is refused.

use super::manage::{as_it_is, next, staffed};
use super::shown;
use crate::http::service::{Service, answer};
use crate::http::staff::administrator;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// The fields of a form.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// The key that a page gives the form of an address.
fn key_of(page: &str, action: &str) -> String {
    let (_, form) = page.split_once(&format!("action=\"{action}\"")).unwrap();
    let (_, rest) = form.split_once("name=\"key\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn send(service: &Service, path: &str, pairs: &Pairs<'_>) -> (StatusCode, String, String) {
    as_it_is(service, &administrator(), path, pairs).await
}

/// A page of the administrator, and the key of its form.
async fn key(service: &Service, path: &str) -> String {
    key_of(&shown(service, &administrator(), path).await, path)
}

/// Under the same key something else is refused, without a key everything, and nothing is written.
async fn refused(service: &Service, path: &str, other: &Pairs<'_>) {
    let head = service.city.head().await;
    let (status, _, page) = send(service, path, other).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {page}");
    assert!(page.contains("idempotency_key_reused"), "{path}: {page}");
    let bare: Pairs<'_> = other
        .iter()
        .copied()
        .filter(|(name, _)| *name != "key")
        .collect();
    let (status, _, page) = send(service, path, &bare).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {page}");
    assert!(page.contains("UUID"), "{path}: {page}");
    assert_eq!(service.city.head().await, head, "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_published_twice_is_published_once() {
    let service = staffed().await;
    let (check, publish) = ("/admin/policies/check", "/admin/policies/publish");
    let text = next("city-2027.1", "2027-01-01T00:00:00+08:00");
    let (_, _, page) = send(&service, check, &vec![("text", &*text)]).await;
    let key = key_of(&page, publish);
    let pairs = vec![("key", &*key), ("text", &*text)];
    let first = send(&service, publish, &pairs).await;
    assert_eq!(first.0, StatusCode::SEE_OTHER, "{}", first.2);
    let head = service.city.head().await;
    let again = send(&service, publish, &pairs).await;
    assert_eq!((again.0, &again.1), (first.0, &first.1), "{}", again.2);
    assert_eq!(service.city.head().await, head);
    let other = next("city-2027.2", "2027-02-01T00:00:00+08:00");
    refused(&service, publish, &vec![("key", &*key), ("text", &*other)]).await;
    // The page of a refusal brings another key, so that what was meant can be done.
    let (_, _, page) = send(&service, publish, &vec![("key", &*key), ("text", &*other)]).await;
    let fresh = key_of(&page, publish);
    assert_ne!(fresh, key);
    let done = send(
        &service,
        publish,
        &vec![("key", &*fresh), ("text", &*other)],
    )
    .await;
    assert_eq!(done.0, StatusCode::SEE_OTHER, "{}", done.2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_imported_twice_is_imported_once() {
    let service = staffed().await;
    let path = "/admin/registry";
    let columns = "unit_id,kind,level,name_zh,parent,valid_from";
    let unit = |unit: &str| format!("{columns}\n{unit},street,,湖滨街道,D-1,2024-01-01\n");
    let (file, other) = (unit("S-3"), unit("S-4"));
    let key = key(&service, path).await;
    let pairs = vec![("key", &*key), ("kind", "units"), ("text", &*file)];
    let first = send(&service, path, &pairs).await;
    assert_eq!(first.0, StatusCode::SEE_OTHER, "{}", first.2);
    assert!(first.1.contains("done=1."), "{}", first.1);
    let head = service.city.head().await;
    // Not "nothing to do": the same answer.
    let again = send(&service, path, &pairs).await;
    assert_eq!((again.0, &again.1), (first.0, &first.1), "{}", again.2);
    assert_eq!(service.city.head().await, head);
    let other = vec![("key", &*key), ("kind", "units"), ("text", &*other)];
    refused(&service, path, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_is_added_twice_is_added_once_and_its_secret_told_once() {
    let service = staffed().await;
    let path = "/admin/webhooks";
    let key = key(&service, path).await;
    let form = |name: &'static str| {
        let url = ("url", "http://127.0.0.1:9/in");
        vec![("key", &*key), ("name", name), ("form", "cloud_event"), url]
    };
    let (status, _, page) = send(&service, path, &form("platform")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("whsec_"), "{page}");
    let (status, _, page) = send(&service, path, &form("platform")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(!page.contains("whsec_"), "{page}");
    assert!(page.contains("It was added already"), "{page}");
    refused(&service, path, &form("another")).await;
    let listed = service.get(&administrator(), "/api/v1/webhooks");
    let (_, listed): (_, Value) = answer(listed).await;
    let names: Vec<_> = listed["webhooks"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 1);
    assert_eq!(names[0]["name"], json!("platform"));
}
