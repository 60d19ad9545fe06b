//! How pages look and are worked, whatever they show: type, keys, a wall that is held, and how long a
//! browser is known.

use super::acting::{cookie, location, send};
use super::public::{asked, open};
use super::{lively, page, shown};
use crate::city::people::dispatcher;
use crate::http::service::{Service, answer};
use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// What a browser keeps of an answer, as it sends it back.
fn kept(response: &reqwest::Response) -> Vec<String> {
    let set = response.headers().get_all("set-cookie").iter();
    let pair = |value: &str| value.split(';').next().unwrap().to_owned();
    set.map(|value| pair(value.to_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn type_is_larger_and_single_keys_are_off_for_who_wants_it_so() {
    let service = lively().await;
    let usual = shown(&service, &dispatcher(), "/cases").await;
    assert!(usual.contains("/assets/app-") && !usual.contains("/assets/large-"));
    assert!(
        !usual.contains("data-keys"),
        "keys are on where nobody says"
    );
    let chosen = [("size", "large"), ("keys", "off"), ("next", "/cases")];
    let answered = send(&service, "", "/preferences", &chosen).send().await;
    let answered = answered.unwrap();
    assert_eq!(location(&answered), "/cases");
    let cookies = kept(&answered);
    assert_eq!(cookies, ["gridwhistle_size=large", "gridwhistle_keys=off"]);
    let asked = async |path: &str| {
        let request = page(&service, &dispatcher(), path);
        let answer = request.header("cookie", cookies.join("; ")).send().await;
        answer.unwrap().text().await.unwrap()
    };
    let large = asked("/cases").await;
    assert!(
        large.contains("rel=\"stylesheet\" href=\"/assets/large-"),
        "{large}"
    );
    assert!(large.contains(" data-keys=\"off\""), "{large}");
    for chosen in ["value=\"large\" selected", "value=\"off\" selected"] {
        assert!(large.contains(chosen), "{chosen}");
    }
    let wall = asked("/?wall=1").await;
    assert!(
        wall.contains("/assets/app-") && !wall.contains("/assets/large-"),
        "a wall is large already"
    );
    // Back again, and a word that nobody knows is the usual one.
    let back = [("size", "huge"), ("keys", "on")];
    let answered = send(&service, "", "/preferences", &back)
        .send()
        .await
        .unwrap();
    assert_eq!(
        kept(&answered),
        ["gridwhistle_size=usual", "gridwhistle_keys=on"]
    );
    // A resident has no menu; the switch stands above the page.
    let outside = service
        .anonymous(Method::GET, "/track")
        .send()
        .await
        .unwrap();
    let outside = outside.text().await.unwrap();
    assert!(
        outside
            .contains("<button class=\"quiet\" name=\"size\" value=\"large\">Large type</button>"),
        "{outside}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_list_is_kept_under_a_name_until_it_is_forgotten() {
    let service = lively().await;
    let filtered = "/cases?open_only=true&sort=due";
    let keep = |name, next| [("name", name), ("next", next)];
    let answered = send(&service, "", "/views", &keep("本周到期", filtered));
    let answered = answered.send().await.unwrap();
    assert_eq!(location(&answered), filtered);
    let cookies = kept(&answered);
    let asked = async |path: &str| {
        let request = page(&service, &dispatcher(), path);
        let answer = request.header("cookie", cookies.join("; ")).send().await;
        answer.unwrap().text().await.unwrap()
    };
    let link = "<a href=\"/cases?open_only=true&amp;sort=due\"";
    let elsewhere = asked("/lists/overdue").await;
    assert!(
        elsewhere.contains(&format!("{link}>本周到期</a>")),
        "{elsewhere}"
    );
    let there = asked("/cases?sort=due&open_only=true").await;
    assert!(
        there.contains(&format!("{link} aria-current=\"page\">本周到期</a>")),
        "{there}"
    );
    assert!(
        there.contains("name=\"forget\" value=\"本周到期\""),
        "{there}"
    );
    let plain = shown(&service, &dispatcher(), "/cases").await;
    assert!(!plain.contains("/views"), "nothing to keep: {plain}");

    let forgot = [("forget", "本周到期"), ("next", filtered)];
    let answered = send(&service, &cookies.join("; "), "/views", &forgot);
    assert_eq!(
        kept(&answered.send().await.unwrap()),
        ["gridwhistle_views="]
    );
    // What is no list of ours, or has no name, is refused and changes nothing.
    for wrong in [keep("名", "/admin?a=b"), keep("", filtered)] {
        let answered = send(&service, "", "/views", &wrong).send().await.unwrap();
        assert_eq!(answered.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(kept(&answered), [""; 0]);
    }
    let evil = service
        .anonymous(Method::POST, "/views")
        .header("origin", "https://evil.example")
        .form(&keep("名", filtered));
    assert_eq!(evil.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_that_is_held_shows_the_same_and_takes_no_turns() {
    let service = lively().await;
    let turning = shown(&service, &dispatcher(), "/?wall=2").await;
    assert!(
        turning.contains("data-turn=\"30\" href=\"/?wall=1\""),
        "{turning}"
    );
    assert!(
        turning.contains("<a href=\"/?wall=2&amp;hold=1\">Hold</a>"),
        "{turning}"
    );
    let held = super::agree(&service, &dispatcher(), ("/?wall=2&hold=1", "/board"), 4).await;
    assert!(!held.contains("data-turn"), "{held}");
    assert!(
        held.contains("rel=\"next\" href=\"/?wall=1&amp;hold=1\""),
        "{held}"
    );
    assert!(
        held.contains("<a href=\"/?wall=2\">Take turns</a>"),
        "{held}"
    );
    // What is held is the turn; the figures go on.
    assert!(held.contains("hx-get=\"/?wall=2&amp;hold=1\""), "{held}");
}

/// A session as the API begins it.
async fn begun(service: &Service) -> String {
    let login = service.anonymous(Method::POST, "/api/v1/session");
    let asked = json!({ "person": "P-dispatcher" }).to_string();
    let response = login.body(asked).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    kept(&response).remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_used_stays_known_and_one_that_was_left_does_not() {
    let service = lively().await;
    let first = begun(&service).await;
    let asked = async |cookie: &str, path: &str, by: &str| {
        let request = service.anonymous(Method::GET, path);
        let request = request
            .header("accept", "text/html")
            .header("cookie", cookie);
        let response = request.header("hx-source", by).send().await.unwrap();
        (response.status(), kept(&response))
    };
    let (_, renewed) = asked(&first, "/cases", "body").await;
    assert_eq!(renewed, Vec::<String>::new(), "not with every page");
    service.city.later(TimeDelta::hours(11));
    let (_, renewed) = asked(&first, "/cases", "main#main").await;
    assert_eq!(renewed, Vec::<String>::new(), "the page asks by itself");
    let (_, renewed) = asked(&first, "/cases/nothing", "body").await;
    assert_eq!(renewed, Vec::<String>::new(), "what fails is no use");
    let (status, mut renewed) = asked(&first, "/cases", "body").await;
    assert_eq!((status, renewed.len()), (StatusCode::OK, 1));
    let second = renewed.remove(0);
    service.city.later(TimeDelta::hours(2));
    assert_eq!(
        asked(&first, "/cases", "body").await.0,
        StatusCode::SEE_OTHER,
        "it was not used"
    );
    assert_eq!(asked(&second, "/cases", "body").await.0, StatusCode::OK);
    let until = service.anonymous(Method::GET, "/api/v1/session");
    let (_, told) = answer(until.header("cookie", &second)).await;
    let left = told["until"]
        .as_str()
        .unwrap()
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    assert_eq!(left - service.city.engine.now(), TimeDelta::hours(10));
    // However much it is used: after a week one logs in anew.
    let mut cookie = second;
    for hour in 13..168 {
        let (status, renewed) = asked(&cookie, "/?wall=1", "body").await;
        assert_eq!(status, StatusCode::OK, "{hour} hours");
        cookie = renewed.into_iter().next().unwrap_or(cookie);
        service.city.later(TimeDelta::hours(1));
    }
    assert_eq!(
        asked(&cookie, "/?wall=1", "body").await.0,
        StatusCode::SEE_OTHER
    );
    // A session of the login by name alone lasts a month as it is.
    let named = self::cookie(&service, &dispatcher()).await;
    service.city.later(TimeDelta::hours(20));
    assert_eq!(
        asked(&named, "/cases", "body").await,
        (StatusCode::OK, Vec::new())
    );
}

/// What every page may cost on the wire in script, packed; of all that is served, not of one page.
const BUDGET: usize = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn all_script_that_is_served_keeps_within_its_budget() {
    let (_folder, service) = open().await;
    let mut names = std::collections::BTreeSet::new();
    for path in ["/login", "/verify", "/report?matter=environment.leak"] {
        let text = asked(&service, path).await.text().await.unwrap();
        let parts = text.split("<script src=\"").skip(1);
        names.extend(parts.map(|part| part.split('"').next().unwrap().to_owned()));
    }
    assert!(names.len() >= 3, "{names:?}");
    let mut packed = 0;
    for name in &names {
        let script = asked(&service, name).await.bytes().await.unwrap();
        let mut pack = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut pack, &script).unwrap();
        packed += pack.finish().unwrap().len();
    }
    assert!(
        (4_000..=BUDGET).contains(&packed),
        "{packed} bytes of {names:?}"
    );
}
