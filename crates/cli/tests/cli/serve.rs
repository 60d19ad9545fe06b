//! `serve`: the service as an operator starts and stops it.

use crate::city::{City, MONDAY, Ran};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

/// One question on a connection of its own: the head of the answer and its body.
fn asked(address: &str, path: &str, token: &str) -> String {
    let place = address.strip_prefix("http://").expect("an address");
    let mut line = TcpStream::connect(place).expect("a connection");
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: {place}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    line.write_all(head.as_bytes()).expect("a question");
    let mut answer = String::new();
    line.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The same with a body.
fn sent(address: &str, path: &str, token: &str, body: &str) -> String {
    let place = address.strip_prefix("http://").expect("an address");
    let mut line = TcpStream::connect(place).expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {place}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    line.write_all(head.as_bytes()).expect("a command");
    let mut answer = String::new();
    line.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The service on a free port, and what it said first.
fn started(city: &City) -> (Child, Value) {
    started_with(city, "")
}

/// The same with further settings.
fn started_with(city: &City, settings: &str) -> (Child, Value) {
    let listen = "[server]\nlisten = \"127.0.0.1:0\"\n";
    city.write("gridwhistle.toml", format!("{listen}{settings}"));
    let args = ["serve", "--development-login", "--json"];
    let mut service = city.command(MONDAY, &args).spawn().expect("it starts");
    let out = BufReader::new(service.stdout.as_mut().expect("its output"));
    let lines = out.lines().map(|line| line.expect("a line"));
    let mut said = String::new();
    for line in lines {
        said.push_str(&line);
        if line == "}" {
            break;
        }
    }
    let said = serde_json::from_str(&said).expect("one object");
    (service, said)
}

/// What it says when it listens.
pub(crate) fn said() -> Value {
    let (mut service, said) = started(&City::ready());
    service.kill().expect("it stops");
    service.wait().expect("it has stopped");
    said
}

#[test]
fn it_says_where_it_listens_answers_and_stops_when_the_system_says_so() {
    let city = City::ready();
    let (service, said) = started(&city);
    let address = said["listening"].as_str().expect("an address");
    assert!(asked(address, "/livez", "-").starts_with("HTTP/1.1 200"));
    let ledger = asked(address, "/api/v1/cases", "dev:supervisor");
    assert!(
        ledger.starts_with("HTTP/1.1 200") && ledger.contains("\"rows\":[]"),
        "{ledger}"
    );
    let nobody = asked(address, "/api/v1/cases", "supervisor");
    assert!(nobody.starts_with("HTTP/1.1 401"), "{nobody}");
    let stop = std::process::Command::new("kill")
        .arg(service.id().to_string())
        .status();
    assert!(stop.expect("a signal").success());
    let ran = Ran::of(service.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn a_setting_that_is_wrong_is_told_before_anything_is_opened() {
    let city = City::empty();
    city.write(
        "gridwhistle.toml",
        "[server]\npage_rows = 0\nstop_seconds = 9999\n",
    );
    let ran = city.run(&["serve", "--lang", "en"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.contains("page_rows") && ran.err.contains("stop_seconds"),
        "{}",
        ran.err
    );
    city.write("gridwhistle.toml", "[server]\npages = 7\n");
    let ran = city.run(&["serve"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("pages") && ran.err.contains("page_rows"),
        "{}",
        ran.err
    );
    let far = [
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--development-login",
        "--lang",
        "en",
    ];
    city.write("gridwhistle.toml", "");
    let ran = city.run(&far);
    assert!(
        ran.code == 2 && ran.err.contains("127.0.0.1"),
        "{}",
        ran.err
    );
}

/// A collector of traces: answers what it was sent, once the line ends.
fn collector() -> (String, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let heard = std::thread::spawn(move || {
        let (mut line, _) = listener.accept().expect("a sender");
        let (mut whole, mut part) = (Vec::new(), [0; 4_096]);
        loop {
            let read = line.read(&mut part).expect("a part");
            whole.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&whole).into_owned();
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().ok())?
            });
            let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            if read == 0 || length.is_some_and(|length| body.len() >= length) {
                let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                line.write_all(answer.as_bytes()).expect("an answer");
                return body.to_owned();
            }
        }
    });
    (format!("http://{address}/v1/traces"), heard)
}

#[test]
fn a_request_is_told_to_the_collector_in_its_callers_trace_without_what_was_asked() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let city = City::ready();
    let (endpoint, heard) = collector();
    let (service, said) = started_with(
        &city,
        &format!("[server.traces]\nendpoint = \"{endpoint}\"\n"),
    );
    let address = said["listening"].as_str().expect("an address");
    let token = format!("dev:supervisor\r\ntraceparent: 00-{TRACE}-00f067aa0ba902b7-01");
    let ledger = asked(address, "/api/v1/cases?text=secret", &token);
    assert!(ledger.starts_with("HTTP/1.1 200"), "{ledger}");
    let stop = std::process::Command::new("kill")
        .arg(service.id().to_string())
        .status();
    assert!(stop.expect("a signal").success());
    let ran = Ran::of(service.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let told: Value = serde_json::from_str(&heard.join().expect("what was told")).expect("JSON");
    let spans = told.to_string();
    assert!(spans.contains(TRACE), "{spans}");
    assert!(spans.contains("/api/v1/cases"), "{spans}");
    assert!(
        !spans.contains("secret") && !spans.contains("supervisor"),
        "{spans}"
    );
}

#[test]
fn the_demo_city_goes_on_and_answers_who_reports_to_it() {
    let city = City::empty();
    let args = ["demo", "--serve", "--cases", "40", "--dir", "city"];
    let pace = ["--listen", "127.0.0.1:0", "--pace", "600", "--lang", "en"];
    let mut service = city.command(MONDAY, &[&args[..], &pace[..]].concat());
    let mut service = service.spawn().expect("it starts");
    let out = BufReader::new(service.stdout.as_mut().expect("its output"));
    let line = out.lines().map(|line| line.expect("a line"));
    let line = line.into_iter().find(|line| line.contains("http://"));
    let line = line.expect("where it listens");
    let place = line.split("http://").nth(1).expect("an address");
    let end = place.find(|letter: char| !letter.is_ascii_digit() && !".:".contains(letter));
    let address = format!("http://{}", &place[..end.unwrap_or(place.len())]);
    let form = r#"{"form":{"channel":"snap_report","grid":"G-1-1-1-1","description":"x"}}"#;
    let told = sent(&address, "/api/v1/cases", "dev:R-visitor", form);
    let case = told.split("\"case\":\"").nth(1).expect("a case");
    let path = format!("/api/v1/cases/{}/timeline", &case[..36]);
    let mut story = String::new();
    for _ in 0..120 {
        story = asked(&address, &path, "dev:R-visitor");
        if story.contains("\"CaseAccepted\"") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    service.kill().expect("it stops");
    service.wait().expect("it has stopped");
    assert!(
        story.contains("\"CaseAccepted\""),
        "nobody answered: {story}"
    );
}
