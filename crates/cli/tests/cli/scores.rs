//! Scores on record, asked as of an instant: what was published later is not there yet.

use crate::city::City;
use serde_json::Value;

fn json(city: &City, line: &str) -> Value {
    let args: Vec<&str> = line.split_whitespace().chain(["--json"]).collect();
    city.at("2026-04-20 09:00", &args).json()
}

fn published(city: &City, at: &str) -> u64 {
    let line = "score run --window 2026-03 --as supervisor/supervisor/D-1 --json";
    let args: Vec<&str> = line.split_whitespace().collect();
    let answer = city.at(at, &args).json();
    answer["run"].as_u64().expect("its number")
}

#[test]
fn scores_on_record_are_asked_as_of_an_instant() {
    let (city, _) = crate::life::city_with_closed();
    let (first, second) = (
        published(&city, "2026-03-20 09:00"),
        published(&city, "2026-04-02 09:00"),
    );
    let runs = |line: &str| -> Vec<u64> {
        let answer = json(&city, line);
        let runs = answer["runs"].as_array().expect("runs").iter();
        runs.map(|run| run["run_no"].as_u64().expect("a number"))
            .collect()
    };
    assert_eq!(runs("score list"), [second, first]);
    assert_eq!(runs("score list --as-of 2026-03-25"), [first]);
    assert_eq!(runs("score list --as-of 2026-03-19"), [0; 0]);
    let shown = json(&city, &format!("score show {first} --as-of 2026-03-25"));
    assert_eq!(shown, json(&city, &format!("score show {first}")));
    for line in [
        format!("score show {second} --as-of 2026-03-25"),
        format!("score compare {second} {first} --as-of 2026-03-25"),
        format!("score compare {first} {second} --as-of 2026-03-25"),
        format!("score compare {first} now --as-of 2026-03-19"),
    ] {
        let args: Vec<&str> = line.split_whitespace().chain(["--json"]).collect();
        let error = city.at("2026-04-20 09:00", &args).error(5);
        assert_eq!(error["code"], "no_score_run", "{line}");
    }
    // As the window stood when the first run was made, nothing differs from it.
    let line = format!("score compare {first} now --as-of 2026-03-20T09:00");
    assert_eq!(json(&city, &line)["changes"], serde_json::json!([]));
}
