//! Work orders of the 12345 hotline over HTTP: each becomes one case, as JSON or as CSV.

use super::service::{Service, answer, settings};
use crate::city::people::{community, dispatcher, resident};
use crate::city::{City, LEAK};
use gridwhistle::domain::case::fact::CaseFact;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use gridwhistle_server::settings::Category;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/incoming/12345";

/// A service that knows one category of the hotline.
pub(super) async fn service(city: City) -> Service {
    let mut known = settings();
    let water = Category {
        matter: LEAK.into(),
        class: CaseClass::TimeLimited,
    };
    known.incoming.categories.insert("供水".to_owned(), water);
    Service::with(city, known).await
}

fn order(id: &str) -> Value {
    json!({
        "id": id, "received_at": "2026-03-02T08:30:00+08:00", "text": "水管爆裂",
        "category": "供水", "address": "东街 5 号", "point": { "lat": 26074508, "lng": 119296494 },
        "grid": "G-1", "reporter": { "name": "林晓梅", "phone": "13812340000" }
    })
}

async fn an_order_is_one_case(city: City) {
    let service = service(city).await;
    let post = |body: Value| service.post(&dispatcher(), PATH, &body);
    let (status, told) = answer(post(order("FZ-1"))).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(
        (&told["repeated"], &told["accepted"]),
        (&json!(false), &json!(true))
    );
    let (status, again) = answer(post(order("FZ-1"))).await;
    assert_eq!((status, &again["case"]), (StatusCode::OK, &told["case"]));
    assert_eq!(again["repeated"], true);
    // The hotline corrects a word: it is the same order still.
    let mut other = order("FZ-1");
    other["text"] = json!("水管爆裂,路面积水");
    let (status, again) = answer(post(other)).await;
    assert_eq!((status, &again["case"]), (StatusCode::OK, &told["case"]));
    let case = CaseId(told["case"].as_str().unwrap().parse().unwrap());
    let events = service.city.events(case).await;
    let CaseFact::CaseReported { form } = &events[0].fact else {
        panic!("{events:?}");
    };
    let source = form.source.as_ref().unwrap();
    assert_eq!(
        (source.source.as_str(), source.id.as_str()),
        ("12345", "FZ-1")
    );
    assert_eq!(
        form.received_at,
        Some("2026-03-02T00:30:00Z".parse().unwrap())
    );
    assert!(form.reporter.as_ref().unwrap().details.is_some());
    let city = service.stop().await;
    let log = city.engine.log();
    let all = log.read_log(city.engine.tenant(), 0, 10_000).await.unwrap();
    assert!(all.iter().all(|row| !row.payload.contains("13812340000")));
    assert_eq!(
        all.iter()
            .filter(|row| row.event_type == "CaseReported")
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_one_case_however_often_and_in_which_words_it_is_told() {
    an_order_is_one_case(City::in_memory().await).await;
    an_order_is_one_case(City::on_a_database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_told_twice_at_a_time_is_one_case() {
    let service = service(City::in_memory().await).await;
    let posts: Vec<_> = (0..8)
        .map(|number| {
            let mut body = order("FZ-9");
            body["text"] = json!(format!("水管爆裂 {number}"));
            tokio::spawn(answer(service.post(&dispatcher(), PATH, &body)))
        })
        .collect();
    let mut cases = std::collections::BTreeSet::new();
    for post in posts {
        let (status, told) = post.await.unwrap();
        assert!(status.is_success(), "{told}");
        cases.insert(told["case"].as_str().unwrap().to_owned());
    }
    assert_eq!(cases.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_no_known_category_or_place_waits_for_somebody() {
    let service = service(City::in_memory().await).await;
    let mut unknown = order("FZ-2");
    unknown["category"] = json!("其他");
    let (_, told) = answer(service.post(&dispatcher(), PATH, &unknown)).await;
    assert_eq!(told["accepted"], false, "{told}");
    let mut nowhere = order("FZ-3");
    nowhere["grid"] = Value::Null;
    let (status, told) = answer(service.post(&dispatcher(), PATH, &nowhere)).await;
    assert_eq!((status, &told["accepted"]), (StatusCode::OK, &json!(false)));
    assert!(told["not_accepted"].is_string(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_a_table_are_created_repeated_or_rejected_and_the_counts_tie_out() {
    let service = service(City::in_memory().await).await;
    let csv = "\u{feff}id,text,received_at,category,lat,lng,grid,name,phone\n\
        FZ-1,水管爆裂,2026-03-02 08:30,供水,26.0745,119.2965,G-1,林,13812340000\n\
        FZ-2,\"路灯不亮,两盏\",,照明,,,,,\n\
        FZ-1,水管爆裂,2026-03-02 08:30,供水,26.0745,119.2965,G-1,林,13812340000\n\
        FZ-3,,,,,,,,\n\
        FZ-4,地点有误,,,95,119,,,\n\
        FZ-5,时间有误,soon,,,,,,\n\
        FZ-6,少了几格\n\
        FZ-7,=cmd|' /C calc'!A0,,,,,,,\n\
        FZ-8,没有此网格,,,,,G-99,,\n\
        FZ-9,来自明天,2026-03-03 08:30,,,,,,\n";
    let post = || {
        service
            .request(&dispatcher(), Method::POST, PATH)
            .header("content-type", "text/csv; charset=utf-8")
            .body(csv)
    };
    let (status, told) = answer(post()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let counts = ["rows", "created", "repeated", "rejected"].map(|name| told[name].as_u64());
    assert_eq!(counts, [Some(10), Some(3), Some(1), Some(6)], "{told}");
    let lines = told["rejects"].as_array().unwrap().iter();
    let lines: Vec<u64> = lines
        .map(|reject| reject["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [5, 6, 7, 8, 10, 11]);
    assert_eq!(told["rejects"][0]["code"], "description_missing");
    assert!(
        told["rejects"][1]["reason"]
            .as_str()
            .unwrap()
            .contains("26.0745")
    );
    let (_, again) = answer(post()).await;
    let counts = ["rows", "created", "repeated", "rejected"].map(|name| again[name].as_u64());
    assert_eq!(counts, [Some(10), Some(0), Some(4), Some(6)], "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_dispatch_centre_hands_orders_over_and_what_is_wrong_is_told() {
    let service = service(City::in_memory().await).await;
    let (status, told) = answer(service.post(&community(), PATH, &order("FZ-1"))).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (403, &json!("not_permitted"))
    );
    let anonymous = service.anonymous(Method::POST, PATH).body("{}");
    assert_eq!(answer(anonymous).await.0, StatusCode::UNAUTHORIZED);
    let squatter = service
        .anonymous(Method::POST, PATH)
        .bearer_auth(format!("dev:{}", resident().person))
        .body(order("FZ-1").to_string());
    assert_eq!(answer(squatter).await.0, StatusCode::FORBIDDEN);
    for (kind, body, status, code) in [
        ("application/json", r#"{"id":"FZ-1"}"#, 422, "content_wrong"),
        (
            "application/json",
            r#"{"id":" ","text":"x"}"#,
            422,
            "content_wrong",
        ),
        ("application/json", r#"{"id":"#, 400, "json_syntax"),
        ("application/xml", "<order/>", 415, "media_type"),
        ("text/csv", "id,colour\n1,red\n", 422, "content_wrong"),
        ("text/csv", "id\n1\n", 422, "content_wrong"),
        ("text/csv", "id,text,id\n1,x,1\n", 422, "content_wrong"),
    ] {
        let request = service
            .request(&dispatcher(), Method::POST, PATH)
            .header("content-type", kind)
            .body(body);
        let (got, told) = answer(request).await;
        assert_eq!(
            (got.as_u16(), &told["code"]),
            (status, &json!(code)),
            "{body} {told}"
        );
    }
}
