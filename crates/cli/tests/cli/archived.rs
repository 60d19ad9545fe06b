//! Archives as whoever keeps them meets them: carried elsewhere, checked by the file and a public key,
//! cut off, changed, and written anew.

use crate::city::{City, Ran};
use crate::life::{city_with_closed, closed};
use serde_json::Value;

const LATER: &str = "2026-03-20 09:00";

fn at(city: &City, line: &str) -> Ran {
    let args: Vec<&str> = line.split_whitespace().collect();
    city.at(LATER, &args)
}

/// A sealed city with a case that is over; the case, and the public key of its log.
fn sealed() -> (City, String, String) {
    let (city, case) = city_with_closed();
    let key = at(&city, "audit key log.key --name city.example/log --json").json();
    let key = key["verifier"].as_str().expect("a key").to_owned();
    at(&city, "audit checkpoint --key log.key").fine();
    (city, case, key)
}

/// The program where nothing is but files that were carried there.
fn elsewhere(from: &City, files: &[&str], line: &str) -> Ran {
    let other = City::empty();
    for file in files {
        std::fs::copy(from.path(file), other.path(file)).expect("a copy");
    }
    at(&other, line)
}

/// An error in both languages: the code, and words of each.
#[track_caller]
fn refused(ran: impl Fn(&str) -> Ran, exit: i32, code: &str) -> Value {
    let [zh, en] = ["zh-CN", "en"].map(|language| ran(language).error(exit));
    assert_eq!(
        (&zh["code"], &en["code"]),
        (&Value::from(code), &zh["code"])
    );
    let text = |error: &Value| error["message"].as_str().expect("words").to_owned();
    assert!(!text(&zh).is_ascii() && text(&en).is_ascii(), "{zh} {en}");
    en
}

#[test]
fn a_case_is_verified_elsewhere_by_its_page_and_the_public_key() {
    let (city, case, key) = sealed();
    at(&city, &format!("audit archive case {case} --to case.html")).fine();
    let verify = format!("audit archive verify-case case.html --verifier {key}");
    let found = elsewhere(&city, &["case.html"], &format!("{verify} --json")).json();
    assert_eq!(found["case"], case.as_str());
    assert_eq!(
        found["proven"].as_array().map(Vec::len),
        found["events"].as_u64().map(|all| all as usize)
    );
    assert_eq!(found["signed_by"], "city.example/log");
    assert_eq!(found["evidence"], serde_json::json!(["a".repeat(64)]));
    let told = elsewhere(&city, &["case.html"], &format!("{verify} --lang zh-CN")).fine();
    assert!(
        told.contains("每个事件都有证明，检查点由 city.example/log 签署"),
        "{told}"
    );
    let bare = elsewhere(
        &city,
        &["case.html"],
        "audit archive verify-case case.html --lang en",
    );
    let bare = bare.fine();
    assert!(bare.contains("no signature was checked"), "{bare}");

    let page = std::fs::read_to_string(city.path("case.html")).expect("a page");
    let ran = |language: &str| {
        elsewhere(
            &city,
            &["case.html"],
            &format!("{verify} --json --lang {language}"),
        )
    };
    city.write("case.html", page.replace("河东路口", "河西路口"));
    let error = refused(ran, 3, "archive_changed");
    let message = error["message"].as_str().expect("words");
    assert!(message.contains("the checksum of position"), "{error}");
    city.write("case.html", &page[..page.len() - 400]);
    refused(ran, 3, "archive_unreadable");
    // Archived before anything was sealed: there is nothing to prove it by.
    std::fs::remove_dir_all(city.path("gridwhistle.db.tree")).expect("the tree");
    at(
        &city,
        &format!("audit archive case {case} --to case.html --force"),
    )
    .fine();
    refused(ran, 1, "archive_unproven");
}

#[test]
fn segments_are_held_against_a_checkpoint_and_every_damage_has_its_code() {
    let (city, _, key) = sealed();
    let tree = city.path("gridwhistle.db.tree");
    let tenant = std::fs::read_dir(tree).expect("the tree").next();
    let tenant = tenant.expect("a tenant").expect("an entry").path();
    std::fs::copy(tenant.join("checkpoint"), city.path("kept")).expect("a copy");
    let write = "audit archive segment write";
    at(
        &city,
        &format!("{write} --to one.parquet --before 2026-03-02"),
    )
    .fine();
    at(
        &city,
        &format!("{write} --to two.parquet --from 2026-03-02"),
    )
    .fine();
    let both = ["one.parquet", "two.parquet", "kept"];
    let files = "one.parquet two.parquet";
    let against = format!("--checkpoint kept --verifier {key}");
    let verify = format!("audit archive segment verify {files} {against} --json");
    let held = elsewhere(&city, &both, &verify).json();
    for one in held["segments"].as_array().expect("a list") {
        assert_eq!(one["sealed"], one["last"], "{one}");
    }
    let ran = |line: &str| {
        let line = line.to_owned();
        let city = &city;
        move |language: &str| elsewhere(city, &both, &format!("{line} --json --lang {language}"))
    };
    let first = format!("audit archive segment verify one.parquet {against}");
    refused(ran(&first), 3, "checkpoint_outside_segments");
    let into = "--into sqlite://again.db";
    let gap = format!("audit archive segment replay two.parquet {into}");
    refused(ran(&gap), 3, "segment_gap");

    // Another city's log of the same beginning.
    let other = City::ready();
    let more = closed(&other);
    assert!(!more.is_empty());
    at(
        &other,
        &format!("{write} --to two.parquet --from 2026-03-02"),
    )
    .fine();
    let own = std::fs::read(city.path("two.parquet")).expect("a segment");
    std::fs::copy(other.path("two.parquet"), city.path("two.parquet")).expect("a copy");
    refused(
        ran(&format!("audit archive segment verify {files} {against}")),
        3,
        "segment_not_sealed",
    );

    city.write("two.parquet", &own[..own.len() / 2]);
    let line = format!("audit archive segment verify {files}");
    refused(ran(&line), 3, "segment_unreadable");
    let mut changed = own.clone();
    let place = changed
        .windows(6)
        .position(|bytes| bytes == "河东".as_bytes());
    if let Some(place) = place {
        changed[place] ^= 1;
        city.write("two.parquet", &changed);
        let ran = elsewhere(&city, &both, &format!("{line} --json --lang en"));
        let error = ran.error(3);
        assert!(
            ["segment_changed", "segment_unreadable"]
                .contains(&error["code"].as_str().expect("a code"))
        );
    }
}
