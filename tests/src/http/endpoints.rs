//! Every address with every role, whatever its method; and every question with every time.

use super::service::{Service, answer, settings};
use super::staff::{administrator, keeper};
use crate::city::people::{everyone, resident};
use crate::city::{City, LEAK, case, work};
use expect_test::expect_file;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The open case of the grid `G-1`, and the closed one.
const OPEN: u128 = 7;
const CLOSED: u128 = 5;

fn captain() -> Actor {
    Actor::new("P-captain", Role::BuildingCaptain, "C-1")
}

/// One caller of each role but the system's, in the order of the matrix, and their neighbours who do
/// the same elsewhere.
fn callers() -> Vec<Actor> {
    let mut all: Vec<Actor> = everyone().into_iter().map(|(who, _)| who).collect();
    all.extend([resident(), captain(), administrator(), keeper()]);
    let place = |who: &Actor| Role::ALL.iter().position(|role| *role == who.role);
    all.sort_by_key(place);
    all
}

/// A city with a case that waits, a closed one, and somebody in every role.
async fn peopled() -> City {
    let city = City::in_memory().await;
    city.allowed(resident(), case(OPEN), work::report("water"))
        .await;
    work::closed(&city, case(CLOSED)).await;
    let people = "person_id,name,employment,valid_from\n\
        P-captain,P-captain,full_time,2024-01-01\n\
        P-admin,P-admin,full_time,2024-01-01\n\
        P-security,P-security,full_time,2024-01-01\n";
    let tenures = "person,role,place,valid_from\n\
        P-captain,building_captain,grid:G-11,2024-01-01\n\
        P-admin,administrator,unit:CITY,2024-01-01\n\
        P-security,security_administrator,unit:CITY,2024-01-01\n";
    let yard = "grid_id,level,kind,name_zh,community,parent_grid,valid_from\n\
        G-11,two,basic,东门一格一栋,,G-1,2024-01-01\n";
    let files = [
        (CsvKind::Grids, yard.as_bytes()),
        (CsvKind::People, people.as_bytes()),
        (CsvKind::Tenures, tenures.as_bytes()),
    ];
    let (host, en) = (administrator(), Language::En);
    let done = city.engine.import_registry(&host, &files, en);
    done.await.unwrap();
    city
}

/// The operations of the interface's own document: method, path, and what it says of it.
async fn operations(service: &Service) -> Vec<(Method, String, Value)> {
    let (_, document) = answer(service.anonymous(Method::GET, "/api/v1/openapi.json")).await;
    let paths = document["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            all.push((method, path.clone(), operation.clone()));
        }
    }
    all
}

/// A path with something in each of its places.
fn filled(path: &str, of: u128) -> String {
    path.replace("{case}", &case(of).to_string())
        .replace("{list}", "overdue")
        .replace("{figure}", "on_time")
        .replace("{run}", "1")
        .replace("{unit}", "B-water")
        .replace("{matter}", LEAK)
        .replace("{version}", "default-2026.1")
        .replace("{class}", "special")
        .replace("{position}", "1")
        .replace("{leg}", "1")
        .replace("{kind}", "units")
        .replace("{subject}", "nobody")
        .replace("{sha256}", &"a".repeat(64))
        .replace("{order}", "enable")
        .replace("{id}", "00000000-0000-0000-0000-000000000009")
}

/// What is sent where an empty form would be refused before anybody looks at who asks.
fn body(path: &str, now: &str) -> Value {
    let form = json!({ "channel": "snap_report", "grid": "G-1", "description": "x" });
    match path {
        "/api/v1/cases" => json!({ "form": form }),
        "/api/v1/scores" => json!({ "window": "2026" }),
        "/api/v1/keys" => json!({
            "name": "hotline", "person": "P-dispatcher", "role": "dispatcher", "unit": "B-centre",
            "actions": ["read"], "expires": now
        }),
        "/api/v1/incoming/12345" => json!({
            "id": "FZ-1", "received_at": "2026-03-02T08:30:00+08:00", "text": "水管爆裂",
            "address": "东街 5 号", "grid": "G-1"
        }),
        _ if path.ends_with("/seal") => json!({ "side": "area", "answers": {} }),
        _ if path.ends_with("/appeal") => {
            json!({ "side": "area", "ground": "facts_wrong", "note": "x" })
        }
        _ if path.ends_with("/decide-appeal") => {
            json!({ "side": "area", "upheld": false, "note": "x" })
        }
        _ => json!({}),
    }
}

/// How somebody is named in the printed table: by role, and by unit where the role stands twice.
fn named(who: &Actor, first: bool) -> String {
    if first {
        who.role.code().to_owned()
    } else {
        format!("{}@{}", who.role.code(), who.unit)
    }
}

/// The status of each address by who asks, and who gets the same told in one line.
fn printed(told: &[(String, String, u16)]) -> String {
    let mut page = String::new();
    let mut addresses: Vec<&String> = told.iter().map(|(address, ..)| address).collect();
    addresses.dedup();
    for address in addresses {
        let of = told.iter().filter(|(one, ..)| one == address);
        let mut groups: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for (_, who, status) in of {
            groups.entry(*status).or_default().push(who);
        }
        // Of the largest group nobody is named.
        let largest = groups
            .iter()
            .map(|(status, who)| (who.len(), *status))
            .max();
        let rest = largest
            .filter(|(count, _)| *count > 3)
            .map(|(_, status)| status);
        page += &format!("{address}\n");
        for (status, who) in groups {
            let who = match rest == Some(status) {
                true => "all others".to_owned(),
                false => who.join(" "),
            };
            page += &format!("    {status} {who}\n");
        }
    }
    page
}

/// The codes by status that the document says of an operation.
fn problems(operation: &Value) -> &serde_json::Map<String, Value> {
    operation["responses"]["default"]["x-problems"]
        .as_object()
        .unwrap()
}

/// Every code of the service's own.
fn codes(operations: &[(Method, String, Value)]) -> BTreeSet<String> {
    let all = operations
        .iter()
        .flat_map(|(.., one)| problems(one).values());
    let all = all.flat_map(|codes| codes.as_array().unwrap());
    all.map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// Whether the document says that an operation may answer with a problem.
async fn is_said(operation: &Value, of_service: &BTreeSet<String>, answered: Response) {
    let status = answered.status().as_str().to_owned();
    let problem: Value = serde_json::from_str(&answered.text().await.unwrap()).unwrap();
    let code = &problem["code"];
    let of_status = problems(operation).get(&status);
    let of_status = of_status.unwrap_or_else(|| panic!("{status} is not said: {problem}"));
    assert!(operation["responses"][&status].is_object(), "{problem}");
    // What the rules refuse bears their codes.
    if of_service.contains(code.as_str().unwrap()) {
        assert!(of_status.as_array().unwrap().contains(code), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_and_method_answers_every_role_as_the_printed_table_says() {
    let service = Service::of(peopled().await).await;
    let callers = callers();
    let roles: BTreeSet<Role> = callers.iter().map(|who| who.role).collect();
    let all = Role::ALL.iter().copied();
    let all: BTreeSet<Role> = all.filter(|role| *role != Role::System).collect();
    assert_eq!(roles, all, "somebody in every role");
    let now = service.city.engine.now() + chrono::TimeDelta::days(9);
    let mut told = Vec::new();
    let mut number = 1_000;
    let all = operations(&service).await;
    let of_service = codes(&all);
    for (method, path, operation) in &all {
        let name = path.rsplit('/').next().unwrap();
        let to_case = path.contains("{case}/") && CommandName::from_code(name).is_some();
        let mut met = BTreeSet::new();
        for who in &callers {
            // A command finds a case that nobody has touched; an evaluation a closed one.
            let of = match (path.contains("/evaluations"), to_case) {
                (true, _) => CLOSED,
                (false, true) => {
                    number += 1;
                    let (by, of) = (resident(), case(number));
                    service.city.allowed(by, of, work::report("water")).await;
                    number
                }
                (false, false) => OPEN,
            };
            let sent = body(path, &now.to_rfc3339()).to_string();
            let request = service.request(who, method.clone(), &filled(path, of));
            let request = request.header("if-match", "*");
            let request = match *method {
                Method::GET => request,
                _ => request
                    .header("content-type", "application/json")
                    .body(sent),
            };
            // The first word of a stream is enough.
            let answered = request.send().await.unwrap();
            let status = answered.status().as_u16();
            let kept = answered.headers().contains_key("cache-control");
            assert!(kept, "{method} {path}: whether it may be kept");
            assert!(
                status < 500 || status == 503,
                "{method} {path} {}: {status}",
                who.role
            );
            if status >= 400 {
                is_said(operation, &of_service, answered).await;
            }
            let first = met.insert(who.role);
            told.push((format!("{method} {path}"), named(who, first), status));
        }
        let nobody = service.anonymous(method.clone(), &filled(path, OPEN));
        let answered = nobody.send().await.unwrap();
        let status = answered.status().as_u16();
        if status >= 400 {
            is_said(operation, &of_service, answered).await;
        }
        told.push((format!("{method} {path}"), "nobody".to_owned(), status));
    }
    expect_file!["endpoints.txt"].assert_eq(&printed(&told));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_out_of_reach_is_no_other_than_one_that_is_not_there() {
    let service = Service::of(peopled().await).await;
    let elsewhere = crate::city::people::other_street();
    let mut asked = 0;
    for (method, path, _) in operations(&service).await {
        if !path.contains("{case}") {
            continue;
        }
        let ask = async |of: u128| {
            let sent = body(&path, "").to_string();
            let request = service.request(&elsewhere, method.clone(), &filled(&path, of));
            let request = request.header("if-match", "*");
            let request = request.header("content-type", "application/json");
            let (status, told) = answer(request.body(sent)).await;
            // What was asked for stands in the answer, and is all that may differ.
            let told = told.to_string().replace(&case(of).to_string(), "CASE");
            let id = told.split("\"trace_id\":\"").nth(1);
            let id = id
                .and_then(|rest| rest.split('"').next())
                .unwrap()
                .to_owned();
            (status, told.replace(&id, "ID"))
        };
        let absent = ask(99).await;
        for hidden in [OPEN, CLOSED] {
            let told = ask(hidden).await;
            assert_eq!(told, absent, "{method} {path}");
            let refused = [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY];
            assert!(refused.contains(&told.0), "{method} {path}: {}", told.1);
            asked += 1;
        }
    }
    assert!(asked > 80, "{asked}");
}

/// Somebody who may ask at an address.
fn asker(path: &str, sight: &str) -> Actor {
    match sight {
        "system" => administrator(),
        _ if path.ends_with("/keys") => keeper(),
        _ => crate::city::people::auditor(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_answers_of_the_times_that_it_names_and_refuses_the_others() {
    let mut quick = settings();
    quick.wait_milliseconds = 50;
    let service = Service::with(peopled().await, quick).await;
    let times = ["as_of", "known_at", "min_position"];
    let (mut refused, mut taken) = (0, 0);
    for (method, path, operation) in operations(&service).await {
        let parameters = operation["parameters"].as_array();
        let parameters = parameters.map_or(&[][..], Vec::as_slice);
        let takes = |name: &str| parameters.iter().any(|one| one["name"] == name);
        let who = asker(&path, operation["x-sight"].as_str().unwrap());
        let address = filled(&path, OPEN);
        let ask = async |query: &str| {
            let path = format!("{address}?{query}");
            let request = service.request(&who, method.clone(), &path);
            let request = request.header("content-type", "application/json");
            let (status, told) = answer(request.body("{}")).await;
            (status.as_u16(), told)
        };
        for name in times {
            let (status, told) = ask(&format!("{name}=soon")).await;
            let code = told["code"].as_str().unwrap_or_default();
            if takes(name) {
                assert_eq!(
                    (status, code),
                    (400, "parameter_wrong"),
                    "{path} {name}: {told}"
                );
                taken += 1;
            } else {
                assert_eq!(
                    (status, code),
                    (400, "time_not_answered"),
                    "{path} {name}: {told}"
                );
                assert_eq!(told["given"], name, "{path}");
                refused += 1;
            }
        }
        if takes("min_position") {
            assert_eq!(method, Method::GET, "{path}");
            let (status, told) = ask("min_position=99999999").await;
            let not_yet = (status, told["code"].as_str().unwrap_or_default());
            assert_eq!(not_yet, (503, "not_yet"), "{path}: {told}");
        }
    }
    assert!(taken > 100 && refused > 100, "{taken} {refused}");
}
