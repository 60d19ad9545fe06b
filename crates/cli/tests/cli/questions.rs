//! Lists and figures, as of any instant, for people and for scripts.

use crate::city::{City, DISPATCHER, LEADER, MONDAY, WATER};
use expect_test::expect;

/// A time-limited case (限时件), dispatched by rule to the water bureau on Monday; answers its id.
fn dispatched(city: &City) -> String {
    let case = city.reported();
    let accept = [
        "accept",
        &case,
        "--class",
        "time_limited",
        "--matter",
        "environment.leak",
    ];
    city.give("2026-03-02 09:10", LEADER, &accept);
    city.give(
        "2026-03-02 09:30",
        WATER,
        &["acknowledge", &case, "--leg", "1"],
    );
    case
}

#[test]
fn a_case_moves_through_the_overdue_lists_as_time_goes_by() {
    let city = City::ready();
    let case = dispatched(&city);
    let on = |list: &str, at: &str| {
        let page = city.run(&["list", list, "--as-of", at, "--json"]).json();
        assert_eq!(page["list"], list);
        let rows = page["rows"].as_array().unwrap().clone();
        rows.iter().any(|row| row["case_id"] == case.as_str())
    };
    for (at, lists) in [
        ("2026-03-02 10:00", [false, false, false]),
        ("2026-03-09 09:00", [true, false, false]),
        ("2026-03-11 09:00", [false, true, false]),
        ("2026-05-11 09:00", [false, true, true]),
    ] {
        let found = ["prewarning", "overdue", "severe"].map(|list| on(list, at));
        assert_eq!(found, lists, "{at}");
    }
    assert!(!on("suspended", "2026-03-09 09:00"));
    let suspend = [
        "suspend",
        &case,
        "--reason",
        "waiting_material",
        "--until",
        "2026-03-05 09:00",
        "--proof",
        "document=ab",
    ];
    city.give("2026-03-03 09:00", DISPATCHER, &suspend);
    assert!(on("suspended", "2026-03-04 09:00"));
    assert!(
        !on("suspended", "2026-03-02 10:00"),
        "the past does not change"
    );
}

#[test]
fn the_overdue_list_reads_well() {
    let city = City::ready();
    let case = dispatched(&city);
    let list = |lang: &str| {
        let args = [
            "list",
            "overdue",
            "--as-of",
            "2026-03-11 09:00",
            "--lang",
            lang,
        ];
        city.run(&args)
            .fine()
            .replace(&case, "CASE")
            .replace(&" ".repeat(32), "")
    };
    expect![[r#"
        案件  类别    事项              网格  单位     时钟  到期              已用/预算(分)  超期     牌  下一责任人
        CASE  限时件  environment.leak  G-1   B-water  办理  2026-03-09 18:00  3350/2810      1天15时  -   部门经办人 B-water
    "#]].assert_eq(&list("zh-CN"));
    expect![[r#"
        case  class              matter            grid  unit     clock   due               used/budget (min)  late by  cards  next
        CASE  time-limited case  environment.leak  G-1   B-water  handle  2026-03-09 18:00  3350/2810          1d 15h   -      department handler B-water
    "#]].assert_eq(&list("en"));
}

#[test]
fn the_ledger_is_filtered_and_paged() {
    let city = City::ready();
    let cases = [city.reported(), city.reported(), dispatched(&city)];
    let ledger = |extra: &[&str]| {
        city.run(&[&["list", "ledger", "--sort", "number", "--json"], extra].concat())
            .json()
    };
    assert_eq!(ledger(&[])["rows"].as_array().unwrap().len(), 3);
    let page = ledger(&["--rows", "2"]);
    let next = page["next"].as_str().unwrap();
    let second = ledger(&["--rows", "2", "--cursor", next]);
    assert_eq!(second["rows"][0]["case_id"], cases[2].as_str());
    assert!(second["next"].is_null());
    let of_unit = ledger(&["--unit", "B-water"]);
    assert_eq!(of_unit["rows"].as_array().unwrap().len(), 1);
    let of_stage = ledger(&["--stage", "reported", "--stage", "closed"]);
    assert_eq!(of_stage["rows"].as_array().unwrap().len(), 2);
    assert_eq!(
        ledger(&["--as-of", "2026-03-01"])["rows"],
        serde_json::json!([])
    );
    let wrong = city.run(&["list", "ledger", "--cursor", "nonsense", "--json"]);
    assert_eq!(wrong.error(2)["code"], "cursor_wrong");
}

#[test]
fn figures_by_unit_area_and_class_agree() {
    let city = City::ready();
    city.reported();
    dispatched(&city);
    for (args, group) in [
        (&["report", "units"][..], "B-water"),
        (&["report", "areas"], "S-1"),
        (&["report", "areas", "--by", "community"], "C-1"),
        (&["report", "areas", "--by", "grid"], "G-1"),
        (&["report", "classes"], "time_limited"),
    ] {
        let at = ["--as-of", "2026-03-11 09:00"];
        let counts = city.run(&[args, &at, &["--json"]].concat()).json();
        assert_eq!(
            (
                &counts["total"]["received"],
                &counts["total"]["open_overdue"]
            ),
            (&2.into(), &2.into()),
            "{counts}"
        );
        assert!(
            counts["rows"]
                .as_array()
                .unwrap()
                .iter()
                .any(|row| row["group"] == group),
            "{counts}"
        );
        let told = city.run(&[args, &at].concat()).fine();
        assert!(told.contains("合计") && told.contains("作废 0"), "{told}");
    }
}

#[test]
fn a_narrow_terminal_gets_narrow_lines_with_whole_ids() {
    let city = City::ready();
    let case = dispatched(&city);
    let mut command = city.command(MONDAY, &["list", "ledger"]);
    let output = command.env("COLUMNS", "110").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains(&case), "{told}");
    for line in told.lines() {
        let width = unicode_width::UnicodeWidthStr::width(line);
        assert!(width <= 110, "{width}: {line}");
    }
}

#[test]
fn timers_fire_once_when_they_are_due() {
    let city = City::ready();
    let case = city.reported();
    let accept = [
        "accept",
        &case,
        "--class",
        "time_limited",
        "--matter",
        "environment.leak",
    ];
    city.give("2026-03-02 09:10", LEADER, &accept);
    let early = city.at("2026-03-02 09:20", &["tick", "--json"]).json();
    assert_eq!(early["fired"], 0);
    let due = city.at("2026-03-02 12:00", &["tick", "--json"]).json();
    assert_eq!(due["fired"], 1, "the silent unit is acknowledged for");
    let again = city.at("2026-03-02 12:00", &["tick", "--json"]).json();
    assert_eq!(again["fired"], 0);
    let shown = city
        .at("2026-03-02 12:00", &["case", "show", &case, "--json"])
        .json();
    assert_eq!(shown["legs"][0]["auto_acknowledged"], true);
}

#[test]
fn rebuilt_views_answer_the_same() {
    let city = City::ready();
    dispatched(&city);
    let ledger = ["list", "ledger", "--json"];
    let before = city.run(&ledger).json();
    city.run(&["rebuild"]).fine();
    assert_eq!(city.run(&ledger).json(), before);
}
