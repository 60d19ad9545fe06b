//! The auditor over whole demo cities: everything in them was allowed, and what is tampered with is
//! told by position and rule.

use crate::city::{City, Ran};
use serde_json::Value;

const ENDED: &str = "2026-07-20 09:00";

/// A demo city of a seed, and its store.
fn demo(seed: &str, cases: &str) -> (City, String) {
    let city = City::empty();
    let demo = ["demo", "--dir", ".", "--cases", cases, "--seed", seed];
    city.at(ENDED, &demo).fine();
    let store = format!("sqlite://{}", city.path("demo.db").display());
    (city, store)
}

fn ran(city: &City, store: &str, line: &str) -> Ran {
    let args: Vec<&str> = line.split_whitespace().collect();
    let mut command = city.command(ENDED, &args);
    let output = command.env("GRIDWHISTLE_STORE", store).output();
    Ran::of(output.expect("the program runs"))
}

#[test]
fn a_demo_city_gives_no_deviation_whatever_its_seed() {
    for (seed, cases) in [("11", "60"), ("12", "45")] {
        let (city, store) = demo(seed, cases);
        let report = ran(&city, &store, "audit judge --json").json();
        assert_eq!(
            report["deviations"], 0,
            "seed {seed}: {:#}",
            report["listed"]
        );
        let cases: u64 = cases.parse().expect("a number");
        assert_eq!(report["cases"], cases);
        assert!(report["commands"].as_u64() > Some(cases));
    }
}

#[test]
fn a_month_of_a_demo_city_under_stricter_rules_is_told_side_by_side() {
    let (city, store) = demo("13", "50");
    let default = ran(&city, &store, "policy show --built-in").fine();
    let stricter = default.replacen("handle = \"5 wd\"", "handle = \"2 wh\"", 1);
    assert_ne!(default, stricter);
    std::fs::write(city.path("stricter.toml"), stricter).expect("a file");
    let line = "audit what-if --policy stricter.toml --from 2026-05-01 --to 2026-06-01";
    let report = ran(&city, &store, &format!("{line} --json")).json();
    assert_eq!(report["weights_only"], false);
    assert!(
        report["late"][1].as_u64() > report["late"][0].as_u64(),
        "{report:#}"
    );
    assert!(report["ends"].as_u64() <= report["cases"].as_u64());
    let words = ran(&city, &store, &format!("{line} --lang zh-CN"));
    words.fine();
    let empty = "audit what-if --policy stricter.toml --from 2026-06-01 --to 2026-05-01";
    let refused = ran(&city, &store, &format!("{empty} --json"));
    let error: Value = serde_json::from_str(&refused.err).expect("an error object");
    assert_eq!(error["error"]["code"], "window_empty");
}
