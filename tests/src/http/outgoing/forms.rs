//! The other forms: robots, letters, and the status of work orders for the hotline.

use super::receiver::{Manner, Receiver};
use super::{administrator, asked, outgoing, report, subscribe, telling, telling_under};
use crate::city::people::{dispatcher, water};
use crate::city::{City, LEAK};
use crate::http::service::answer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{CaseId, LegNo};
use gridwhistle_server::settings::{Category, MailSettings};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{StatusCode, Url};
use serde_json::json;
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_of_wecom_gets_its_message_and_is_asked_again_when_it_refuses() {
    let refused = Manner::Json(r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#);
    let taken = Manner::Json(r#"{"errcode":0,"errmsg":"ok"}"#);
    let receiver = Receiver::of([refused, taken]).await;
    let service = telling(City::in_memory().await).await;
    let mut body = asked(&receiver);
    body["form"] = json!("wecom");
    body["url"] = json!(format!("{}?key=door-key", receiver.url()));
    let (address, _) = subscribe(&service, &body).await;
    let case = report(&service.city).await;
    receiver.wait(1).await;
    let step = || service.city.later(TimeDelta::seconds(5));
    let received = receiver.wait_while(2, step).await;
    let told = received[1].json();
    assert_eq!(told["msgtype"], "text");
    let content = told["text"]["content"].as_str().unwrap();
    assert!(
        content.contains("上报") && content.contains(&case.to_string()),
        "{content}"
    );
    assert_eq!(received[1].uri.query(), Some("key=door-key"));
    assert!(!received[1].headers.contains_key("webhook-signature"));
    // What lets one in is shown to nobody, and stands nowhere in clear.
    let (_, shown) = answer(service.get(&administrator(), &address)).await;
    assert_eq!(
        (&shown["url"], &shown["has_query"]),
        (&json!(receiver.url()), &json!(true))
    );
    let city = service.stop().await;
    let log = city.engine.log();
    let all = log.read_log(city.engine.tenant(), 0, 10_000).await.unwrap();
    assert!(all.iter().all(|row| !row.payload.contains("door-key")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_of_dingtalk_is_signed_to() {
    let receiver = Receiver::of([Manner::Json(r#"{"errcode":0}"#)]).await;
    let service = telling(City::in_memory().await).await;
    let mut body = asked(&receiver);
    body["form"] = json!("dingtalk");
    body["url"] = json!(format!("{}?access_token=t", receiver.url()));
    let refused = service.post(&administrator(), super::PATH, &body);
    assert_eq!(answer(refused).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    body["secret"] = json!("SEC-robot");
    subscribe(&service, &body).await;
    report(&service.city).await;
    let received = receiver.wait(1).await;
    let url = Url::parse(&format!("http://robot{}", received[0].uri)).unwrap();
    let of = |name: &str| {
        let mut pairs = url.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let stamp = of("timestamp");
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"SEC-robot").unwrap();
    let mac = mac.chain_update(format!("{stamp}\nSEC-robot"));
    assert_eq!(of("sign"), STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(of("access_token"), "t");
    assert_eq!(received[0].json()["msgtype"], "text");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hotline_is_told_of_its_own_orders_when_their_stage_changes() {
    let receiver = Receiver::of([]).await;
    let mut settings = outgoing();
    let category = Category {
        matter: LEAK.into(),
        class: CaseClass::TimeLimited,
    };
    settings
        .incoming
        .categories
        .insert("供水".to_owned(), category);
    let service = telling_under(City::in_memory().await, settings).await;
    let body = json!({ "name": "12345", "form": "12345", "url": receiver.url() });
    let (_, secret) = subscribe(&service, &body).await;
    report(&service.city).await;
    let order = json!({ "id": "FZ-1", "text": "水管爆裂", "category": "供水", "grid": "G-1" });
    let order = service.post(&dispatcher(), "/api/v1/incoming/12345", &order);
    let (status, taken) = answer(order).await;
    assert_eq!(
        (status, &taken["accepted"]),
        (StatusCode::OK, &json!(true)),
        "{taken}"
    );
    let case = CaseId(taken["case"].as_str().unwrap().parse().unwrap());
    let leg = LegNo(1);
    service
        .city
        .allowed(water(), case, CaseCommand::Acknowledge { leg })
        .await;
    let received = receiver.wait(4).await;
    let stages: Vec<String> = received
        .iter()
        .map(|one| {
            let told = one.json();
            assert_eq!(
                (&told["source"], &told["id"]),
                (&json!("12345"), &json!("FZ-1"))
            );
            assert!(super::is_signed(one, &secret));
            told["stage"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        stages,
        ["reported", "accepted", "dispatched", "in_progress"]
    );
}

/// A mail server that takes one letter and hands it over.
async fn mail_server() -> (u16, tokio::task::JoinHandle<String>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (line, _) = listener.accept().await.unwrap();
        let (read, mut write) = line.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail\r\n").await.unwrap();
        let (mut letter, mut data) = (String::new(), false);
        while let Some(line) = lines.next_line().await.unwrap() {
            if data && line == "." {
                write.write_all(b"250 taken\r\n").await.unwrap();
                return letter;
            }
            letter.push_str(&line);
            letter.push('\n');
            data |= line == "DATA";
            match line.as_str() {
                "DATA" => write.write_all(b"354 go on\r\n").await.unwrap(),
                _ if data => {}
                _ => write.write_all(b"250 ok\r\n").await.unwrap(),
            }
        }
        letter
    });
    (port, task)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_by_the_mail_server_of_the_operator() {
    let (port, server) = mail_server().await;
    let mut settings = outgoing();
    settings.outgoing.hosts.push("duty.example".to_owned());
    settings.outgoing.mail = Some(MailSettings {
        server: format!("smtp://127.0.0.1:{port}"),
        from: "网格哨 <whistle@city.example>".to_owned(),
        user: None,
        password_file: None,
    });
    let service = telling_under(City::in_memory().await, settings).await;
    let body = json!({ "name": "值班室", "form": "mail", "url": "mailto:desk@duty.example", "types": ["CaseReported"] });
    subscribe(&service, &body).await;
    report(&service.city).await;
    let letter = server.await.unwrap();
    assert!(letter.contains("RCPT TO:<desk@duty.example>"), "{letter}");
    assert!(letter.contains("Message-ID: <evt_"), "{letter}");
    assert!(letter.contains("Subject: =?utf-8?b?"), "{letter}");
}
