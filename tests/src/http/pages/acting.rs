//! Logging in, giving commands by forms, choosing a language: as a browser without script does it.

use super::{lively, page, shown};
use crate::city::case;
use crate::city::people::{dispatcher, street, water};
use crate::http::service::Service;
use gridwhistle::domain::actor::Actor;
use gridwhistle_web::Address;
use reqwest::{Method, RequestBuilder, Response, StatusCode};

/// A form as a browser of ours sends it.
pub(super) fn send(
    service: &Service,
    cookie: &str,
    path: &str,
    pairs: &[(&str, &str)],
) -> RequestBuilder {
    let host = service.address("");
    let request = service
        .anonymous(Method::POST, path)
        .header("accept", "text/html")
        .header("cookie", cookie)
        .header("origin", host);
    filled(request, pairs)
}

/// The body of a form.
fn filled(request: RequestBuilder, pairs: &[(&str, &str)]) -> RequestBuilder {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let written = Address::new("", owned).written();
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(written.trim_start_matches('?').to_owned())
}

pub(super) fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

pub(super) async fn cookie(service: &Service, who: &Actor) -> String {
    let choice = format!("{} {}/{}", who.person, who.role.code(), who.unit);
    let login = send(
        service,
        "",
        "/login",
        &[("who", &choice), ("next", "/cases")],
    );
    let begun = login.send().await.unwrap();
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&begun), "/cases");
    let set = begun.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_logged_in_is_led_there_and_back() {
    let service = lively().await;
    let nobody = service
        .anonymous(Method::GET, "/cases?sort=due")
        .header("accept", "text/html");
    let led = nobody.send().await.unwrap();
    assert_eq!(led.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&led), "/login?next=%2Fcases%3Fsort%3Ddue");

    let offered = service.anonymous(Method::GET, "/login?who=P-water");
    let offered = offered.send().await.unwrap().text().await.unwrap();
    assert!(
        offered.contains("P-water department_handler/B-water"),
        "{offered}"
    );

    let evil = service
        .anonymous(Method::POST, "/login")
        .header("origin", "https://evil.example");
    let evil = filled(evil, &[("who", "P-water")]);
    assert_eq!(evil.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let away = send(
        &service,
        "",
        "/login",
        &[("who", "P-water"), ("next", "//evil.example")],
    );
    assert_eq!(location(&away.send().await.unwrap()), "/");

    let cookie = cookie(&service, &dispatcher()).await;
    let with = |path: &str| {
        let request = service.anonymous(Method::GET, path);
        request
            .header("cookie", &cookie)
            .header("accept", "text/html")
    };
    assert_eq!(with("/").send().await.unwrap().status(), StatusCode::OK);
    let out = send(&service, &cookie, "/logout", &[])
        .send()
        .await
        .unwrap();
    assert_eq!(location(&out), "/login");
    assert_eq!(
        with("/").send().await.unwrap().status(),
        StatusCode::SEE_OTHER
    );
}

/// What was left empty is told at its field, in the reader's language.
async fn left_empty(service: &Service, cookie: &str, path: &str, pairs: &[(&str, &str)]) {
    let left = pairs.iter().filter(|(name, _)| *name != "reason");
    let empty: Vec<_> = left.copied().collect();
    let chinese = format!("{cookie}; gridwhistle_language=zh-CN");
    let refused = send(service, &chinese, path, &empty);
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    for told in [
        "aria-invalid=\"true\" aria-describedby=\"field-reason-wrong\"",
        "<p class=\"wrong\" id=\"field-reason-wrong\">必填</p>",
    ] {
        assert!(refused.contains(told), "{told}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_given_by_a_form_and_a_refusal_shows_it_again() {
    let service = lively().await;
    let cookie = cookie(&service, &water()).await;
    let (case, path) = (case(7), format!("/cases/{}/do/acknowledge", case(7)));
    let sheet = shown(&service, &water(), &format!("/cases/{case}")).await;
    assert!(
        sheet.contains(&format!("/cases/{case}/do/acknowledge?leg=1")),
        "{sheet}"
    );
    let form = shown(&service, &water(), &format!("{path}?leg=1")).await;
    let hidden = |name: &str| {
        let (_, rest) = form
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (version, key) = (hidden("version"), hidden("key"));
    let pairs = [
        ("version", version.as_str()),
        ("key", key.as_str()),
        ("leg", "1"),
    ];
    let given = send(&service, &cookie, &path, &pairs).send().await.unwrap();
    assert_eq!(given.status(), StatusCode::SEE_OTHER);
    let place = location(&given).to_owned();
    let told = shown(&service, &water(), &place).await;
    assert!(told.contains("Done: acknowledge."), "{told}");
    let others = shown(&service, &street(), &place).await;
    assert!(
        !others.contains("Done: acknowledge."),
        "a receipt is for who gave it"
    );

    // Sent twice it is done once, and leads to the same place.
    let again = send(&service, &cookie, &path, &pairs).send().await.unwrap();
    assert_eq!(location(&again), place);

    // Another try on the version that was seen tells what happened since.
    let other = [
        ("version", version.as_str()),
        ("key", "01900000-0000-7000-8000-000000000009"),
        ("leg", "1"),
    ];
    let stale = send(&service, &cookie, &path, &other).send().await.unwrap();
    assert_eq!(stale.status(), StatusCode::PRECONDITION_FAILED);
    let stale = stale.text().await.unwrap();
    assert!(
        stale.contains("stale_version") && stale.contains("name=\"version\""),
        "{stale}"
    );

    // A refusal keeps what was filled in.
    let path = format!("/cases/{case}/do/request-return");
    let form = shown(&service, &water(), &format!("{path}?leg=1")).await;
    let (_, rest) = form.split_once("name=\"version\" value=\"").unwrap();
    let version = rest.split('"').next().unwrap();
    let pairs = [
        ("version", version),
        ("key", "01900000-0000-7000-8000-000000000010"),
        ("leg", "1"),
        ("reason", "nonsense"),
        ("legal_basis", "article 7"),
    ];
    let refused = send(&service, &cookie, &path, &pairs).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("reason_required") && refused.contains("article 7"),
        "{refused}"
    );

    left_empty(&service, &cookie, &path, &pairs).await;

    // From elsewhere nothing is given.
    let evil = service
        .anonymous(Method::POST, &path)
        .header("cookie", &cookie)
        .header("origin", "https://evil.example");
    let evil = filled(evil, &pairs);
    assert_eq!(evil.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn language_and_colours_are_kept_and_problems_told_in_them() {
    let service = lively().await;
    let chosen = send(
        &service,
        "",
        "/preferences",
        &[("language", "zh-CN"), ("theme", "dark"), ("next", "/cases")],
    );
    let chosen = chosen.send().await.unwrap();
    assert_eq!(location(&chosen), "/cases");
    assert_eq!(chosen.headers().get_all("set-cookie").iter().count(), 2);
    let asked = page(&service, &dispatcher(), "/cases/nothing").header(
        "cookie",
        "gridwhistle_language=zh-CN; gridwhistle_theme=dark",
    );
    let missing = asked.send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let text = missing.text().await.unwrap();
    assert!(
        text.contains("lang=\"zh-CN\" data-theme=\"dark\""),
        "{text}"
    );
    assert!(text.contains("没有“nothing”"), "{text}");
}
