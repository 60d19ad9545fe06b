//! What the rules refuse: exit code 1 and the same object for every refusal.

use crate::city::{City, LEADER, MONDAY, OFFICER, STREET, WATER};
use serde_json::{Value, json};

fn refused(city: &City, who: &str, args: &[&str]) -> Value {
    let args: Vec<&str> = ["case"]
        .iter()
        .chain(args)
        .chain(&["--as", who, "--json"])
        .copied()
        .collect();
    city.run(&args).error(1)
}

#[test]
fn a_refusal_names_its_rule_the_policy_and_what_would_be_accepted() {
    let city = City::ready();
    let case = &city.reported();
    let error = refused(
        &city,
        LEADER,
        &[
            "accept",
            case,
            "--class",
            "proxy",
            "--matter",
            "environment.leak",
        ],
    );
    assert_eq!(error["code"], "class_not_allowed");
    assert_eq!(error["command"], "accept");
    assert_eq!(error["policy"], "default-2026.1");
    assert_eq!(error["given"], "proxy");
    assert!(
        error["accepted"].as_str().unwrap().contains("undertaken"),
        "{error}"
    );
    assert!(error["rule"].as_str().is_some_and(|rule| !rule.is_empty()));
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("不得按 代办件（proxy）受理"),
        "{error}"
    );
    let english = [
        "case",
        "accept",
        case,
        "--class",
        "proxy",
        "--matter",
        "environment.leak",
        "--as",
        LEADER,
        "--lang",
        "en",
    ];
    let ran = city.run(&english);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        ran.err
            .starts_with("error[class_not_allowed]: the matter does not allow"),
        "{}",
        ran.err
    );
    let rule = "\n  rule: 2.3 Accept, policy default-2026.1";
    assert!(ran.err.contains(rule), "{}", ran.err);
    let chinese = city.run(&english[..english.len() - 2]).err;
    let rule = "\n  规则：2.3 Accept，版本 default-2026.1";
    assert!(chinese.contains(rule), "{chinese}");
}

#[test]
fn nothing_is_written_by_a_refusal() {
    let city = City::ready();
    let case = &city.reported();
    let before = city.run(&["verify", "--json"]).json();
    refused(&city, LEADER, &["sign-off", case]);
    assert_eq!(city.run(&["verify", "--json"]).json(), before);
}

#[test]
fn wrong_role_unknown_unit_inactive_person_and_wrong_stage_are_told_apart() {
    let city = City::ready();
    let case = &city.reported();
    let accept = [
        "accept",
        case,
        "--class",
        "time_limited",
        "--matter",
        "environment.leak",
    ];
    assert_eq!(refused(&city, WATER, &accept)["code"], "not_your_step");
    assert_eq!(
        refused(&city, "nobody/grid_leader/C-1", &accept)["code"],
        "person_inactive"
    );
    assert_eq!(
        refused(
            &city,
            LEADER,
            &[
                "blow-whistle",
                case,
                "--kind",
                "routine",
                "--ground",
                "resident_problem"
            ]
        )["code"],
        "wrong_stage"
    );
    let special = [
        "accept",
        case,
        "--class",
        "special",
        "--matter",
        "environment.leak",
    ];
    city.give(MONDAY, LEADER, &special);
    let convene = ["convene", case, "--unit", "B-nowhere", "--agenda", "x"];
    let leader = "boss/street_leader/S-1";
    assert_eq!(refused(&city, leader, &convene)["code"], "unit_inactive");
}

#[test]
fn a_stale_version_is_refused_and_the_fresh_one_is_taken() {
    let city = City::ready();
    let case = &city.reported();
    let note = ["urge", case, "--note", "请尽快", "--expect", "7"];
    assert_eq!(refused(&city, STREET, &note)["code"], "stale_version");
    let version =
        city.run(&["case", "show", case, "--json"]).json()["ledger"]["version"].to_string();
    let note = ["urge", case, "--note", "请尽快", "--expect", &version];
    assert_eq!(city.give(MONDAY, STREET, &note)["repeated"], false);
}

#[test]
fn a_repeated_key_gets_its_first_answer_and_another_body_is_refused() {
    let city = City::ready();
    let case = &city.reported();
    let key = "019a0000-0000-7000-8000-000000000002";
    let first = city.give(
        MONDAY,
        STREET,
        &["urge", case, "--note", "请尽快", "--key", key],
    );
    let second = city.give(
        "2026-03-02 10:00",
        STREET,
        &["urge", case, "--note", "请尽快", "--key", key],
    );
    assert_eq!(
        (&first["repeated"], &second["repeated"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(first["position"], second["position"]);
    let other = refused(
        &city,
        STREET,
        &["urge", case, "--note", "改口", "--key", key],
    );
    assert_eq!(other["code"], "idempotency_key_reused");
}

#[test]
fn a_case_that_is_not_there_has_an_exit_code_of_its_own() {
    let city = City::ready();
    let id = "019a0000-0000-7000-8000-00000000dead";
    let error = city
        .run(&["case", "urge", id, "--note", "x", "--as", STREET, "--json"])
        .error(5);
    assert_eq!(error["code"], "case_unknown");
    for question in ["show", "timeline", "reporters"] {
        let error = city
            .run(&["case", question, id, "--as", STREET, "--json"])
            .error(5);
        assert_eq!(error["code"], "case_unknown", "{question}");
    }
    let error = city
        .run(&["evaluate", "show", id, "--leg", "1", "--json"])
        .error(5);
    assert_eq!(error["code"], "no_evaluation");
}

#[test]
fn nobody_acts_without_saying_who() {
    let city = City::ready();
    let report = [
        "case",
        "report",
        "--channel",
        "patrol",
        "--description",
        "x",
        "--json",
    ];
    assert_eq!(city.run(&report).error(2)["code"], "actor_missing");
    let wrong = [&report[..], &["--as", "officer/mayor/C-1"]].concat();
    assert_eq!(city.run(&wrong).error(2)["code"], "actor_form");
    city.write(
        "gridwhistle.toml",
        format!("as = \"{OFFICER}\"\nlang = \"en\"\n"),
    );
    let told = city.run(&report[..6]).fine();
    assert!(told.starts_with("done: report"), "{told}");
}

#[test]
fn only_the_commands_that_the_reference_says_need_a_name() {
    let city = City::ready();
    let case = &city.reported();
    let code = |line: &str| {
        let line = line.replace("CASE", case);
        let args: Vec<&str> = line.split_whitespace().chain(["--json"]).collect();
        let ran = city.run(&args);
        let error: Value = serde_json::from_str(&ran.err).unwrap_or_default();
        error["error"]["code"].as_str().unwrap_or("none").to_owned()
    };
    for named in [
        "case urge CASE --note x",
        "case reporters CASE",
        "evaluate seal CASE --leg 1 --side area --score quality=5",
        "evaluate appeal CASE --leg 1 --side area --ground interest --note x",
        "evaluate decide-appeal CASE --leg 1 --side area --outcome upheld --note x",
        "erase S-1 --yes",
    ] {
        assert_eq!(code(named), "actor_missing", "{named}");
    }
    for unnamed in [
        "init",
        "case show CASE",
        "case timeline CASE",
        "evaluate pairs CASE",
        "list ledger",
        "list overdue",
        "report areas",
        "report evaluations",
        "report matrix",
        "catalogue show",
        "policy show",
        "calendar show",
        "verify",
        "rebuild",
        "tick",
    ] {
        assert_eq!(code(unnamed), "none", "{unnamed}");
    }
}

#[test]
fn a_description_of_4001_characters_is_refused_and_4000_are_taken() {
    let city = City::ready();
    let report = |length: usize| {
        let text = "水".repeat(length);
        let args = [
            "case",
            "report",
            "--as",
            OFFICER,
            "--channel",
            "patrol",
            "--grid",
            "G-1",
            "--description",
            &text,
            "--json",
        ];
        city.run(&args)
    };
    let error = report(4_001).error(1);
    assert_eq!(
        (&error["code"], &error["given"]),
        (&json!("description_too_long"), &json!("4001"))
    );
    report(4_000).json();
}

#[test]
fn a_code_that_is_not_there_is_told_with_the_command_that_lists_those_that_are() {
    let city = City::ready();
    let report = [
        "case",
        "report",
        "--as",
        OFFICER,
        "--channel",
        "x",
        "--description",
        "x",
    ];
    let ran = city.run(&[&report[..], &["--grid", "G-404"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains("查看：gridwhistle registry show grids"),
        "{}",
        ran.err
    );
}

#[test]
fn rules_are_published_by_administrators_in_office_alone() {
    let city = City::ready();
    let built_in = city.run(&["policy", "show", "--built-in"]).fine();
    let next = built_in.replacen("default-2026.1", "city-2", 1).replacen(
        "effective_from = \"2019-12-31",
        "effective_from = \"2027-01-01",
        1,
    );
    let file = city.write("rules.toml", next);
    let publish = |who: &str| city.run(&["policy", "publish", &file, "--as", who, "--json"]);
    for nobody in [
        "nobody/administrator/CITY",
        "admin/administrator/D-1",
        "nobody/city_office/CITY",
    ] {
        let error = publish(nobody).error(1);
        assert_eq!(error["code"], "not_authorised", "{nobody}: {error}");
    }
    assert_eq!(publish(crate::city::ADMIN).json()["events"], 1);
}
