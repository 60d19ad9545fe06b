//! Keys of other systems: issued, listed, revoked.

use crate::city::{ADMIN, City, SUPERVISOR};
use serde_json::Value;

const ISSUE: [&str; 9] = [
    "key",
    "issue",
    "--name",
    "供水调度台",
    "--office",
    "water/department_handler/B-water",
    "--action",
    "read,command",
    "--expires",
];

fn issue(city: &City, expires: &str, who: &str) -> crate::city::Ran {
    city.run(&[&ISSUE[..], &[expires, "--as", who, "--json"]].concat())
}

/// What the commands answer.
pub(crate) fn shapes(page: &mut String) {
    let city = City::ready();
    let issued = issue(&city, "2026-09-01", ADMIN).json();
    let listed = city.run(&["key", "list", "--as", ADMIN, "--json"]).json();
    let id = issued["id"].as_str().expect("an id");
    let revoke = ["key", "revoke", id, "--as", ADMIN, "--json"];
    let revoked = city.run(&revoke).json();
    let after = city.run(&["key", "list", "--as", ADMIN, "--json"]).json();
    let both = Value::Array(vec![listed, after]);
    crate::shapes::section(page, "key issue", &issued);
    crate::shapes::section(page, "key list", &both);
    crate::shapes::section(page, "key revoke", &revoked);
}

#[test]
fn a_key_is_shown_once_listed_without_itself_and_revoked_for_ever() {
    let city = City::ready();
    let told = city
        .run(&[&ISSUE[..], &["2026-09-01", "--as", ADMIN]].concat())
        .fine();
    let key = told.lines().last().expect("the key");
    assert!(key.starts_with("gwk_"), "{told}");
    let list = || city.run(&["key", "list", "--as", ADMIN]).fine();
    assert!(list().contains("供水调度台") && list().contains("有效"));
    assert!(!list().contains(key), "a key is never listed");
    let log = std::fs::read(city.path("gridwhistle.db")).expect("the log");
    let held = log
        .windows(key.len())
        .any(|window| window == key.as_bytes());
    assert!(!held, "the log holds a digest alone");

    let keys = city.run(&["key", "list", "--as", ADMIN, "--json"]).json();
    let id = keys["keys"][0]["id"].as_str().expect("an id").to_owned();
    let revoke = ["key", "revoke", &id, "--as", ADMIN, "--json"];
    assert_eq!(city.run(&revoke).json()["events"], 1);
    assert_eq!(city.run(&revoke).json()["events"], 0, "twice is a no-op");
    assert!(list().contains("已吊销"), "{}", list());
}

#[test]
fn terms_that_are_not_fit_are_refused_with_what_would_be_taken() {
    let city = City::ready();
    let code = |ran: crate::city::Ran, exit: i32| ran.error(exit)["code"].clone();
    assert_eq!(
        code(issue(&city, "2026-09-01", SUPERVISOR), 1),
        "not_authorised"
    );
    assert_eq!(code(issue(&city, "2029-09-01", ADMIN), 1), "key_expires");
    let with = |place: usize, word: &str, exit: i32| {
        let mut args: Vec<&str> = ISSUE.to_vec();
        args[place] = word;
        args.extend(["2026-09-01", "--as", ADMIN, "--json"]);
        let error = city.run(&args).error(exit);
        error.to_string()
    };
    assert!(with(5, "water/department_handler/B-fire", 1).contains("\"key_office\""));
    assert!(with(5, ADMIN, 1).contains("\"key_of_administration\""));
    let wrong = with(7, "read,write", 2);
    assert!(
        wrong.contains("`write`") && wrong.contains("incoming"),
        "{wrong}"
    );
    let unknown = ["key", "revoke", "019a0000-0000-7000-8000-000000000001"];
    let ran = city.run(&[&unknown[..], &["--as", ADMIN, "--json"]].concat());
    assert_eq!(ran.error(5)["code"], "key_unknown");
    let wrong = city.run(&["key", "revoke", "gwk_1", "--as", ADMIN, "--json"]);
    let wrong = wrong.error(2).to_string();
    assert!(wrong.contains("gwk_1"), "{wrong}");
    let listed = city.run(&["key", "list", "--as", ADMIN, "--json"]).json();
    assert_eq!(listed["keys"], serde_json::json!([]), "nothing was written");
}
