//! Figures of areas at the command line.

use crate::city::{City, LEADER};
use serde_json::Value;

/// A case of the water bureau's, from Monday morning.
fn dispatched(city: &City) {
    let case = city.reported();
    let accept = [
        "accept",
        &case,
        "--class",
        "time_limited",
        "--matter",
        "environment.leak",
    ];
    city.give("2026-03-02 09:00", LEADER, &accept);
}

#[test]
fn the_figures_of_areas_open_to_their_cases_and_a_slip_of_the_pen_is_told() {
    let city = City::ready();
    city.reported();
    dispatched(&city);
    let span = ["--window", "2026-03", "--as-of", "2026-03-11 09:00"];
    for (level, area) in [("street", "S-1"), ("community", "C-1"), ("grid", "G-1")] {
        let args = [&["report", "areas", "--level", level, "--json"], &span[..]].concat();
        let areas = city.run(&args).json();
        let own = &areas["areas"][0];
        assert_eq!(own["area"], area, "{areas}");
        let counts = ["reported", "accepted", "open", "open_overdue"].map(|name| &own[name]);
        assert_eq!(counts, [2, 1, 2, 1].map(Value::from).each_ref(), "{areas}");
        let open = [
            "explain", "handled", "--area", area, "--level", level, "--json",
        ];
        let opened = city.run(&[&open[..], &span].concat()).json();
        assert_eq!(opened["share"]["of"], 1, "{opened}");
        assert_eq!(opened["cases"][0]["met"], false, "{opened}");
    }
    let wrong = |args: &[&str]| city.run(&[args, &span, &["--json"]].concat());
    let unknown = wrong(&["explain", "handled", "--area", "S-9"]);
    assert_eq!(unknown.error(3)["code"], "unit_unknown");
    let unknown = wrong(&["explain", "handled", "--area", "G-9", "--level", "grid"]);
    assert_eq!(unknown.error(3)["code"], "grid_unknown");
    let legs = wrong(&["explain", "on_time", "--area", "S-1"]);
    assert_eq!(legs.error(2)["code"], "unit_missing");
    // Of all units together, where none is named.
    for figure in ["on_time", "legs_overdue"] {
        let all = wrong(&["explain", figure]).json();
        assert_eq!(
            all.get("unit").or(all.get("group")),
            Some(&Value::Null),
            "{all}"
        );
    }
}
