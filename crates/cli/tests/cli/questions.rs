//! Lists and figures, as of any instant, for people and for scripts.

use crate::city::{City, DISPATCHER, LEADER, MONDAY, OFFICER, Ran, STREET, WATER};
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
        city.run(&args).fine().replace(&case[..8], "CASECASE")
    };
    expect![[r#"
        案件      台账号  类别    事项      描述                        街道      网格      单位      时钟  到期              已用     超期  牌  下一责任人
        CASECASE      56  限时件  管道漏水  河东路口水管爆裂，路面积水  河口街道  河东一格  区水务局  办理  2026-03-09 18:00  119%  1天15时  -   区水务局 部门经办人
    "#]].assert_eq(&list("zh-CN"));
    expect![[r#"
        case      no  class              matter           description                 street       grid            unit          clock   due               used  late by  cards  next
        CASECASE  56  time-limited case  water main leak  河东路口水管爆裂，路面积水  River Mouth  River East One  Water Bureau  handle  2026-03-09 18:00  119%   1d 15h  -      Water Bureau department handler
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
fn figures_by_unit_and_class_agree() {
    let city = City::ready();
    city.reported();
    dispatched(&city);
    // The case that nobody has accepted yet is not yet anybody's to be late with.
    for (args, group) in [
        (&["report", "units"][..], "B-water"),
        (&["report", "classes"], "time_limited"),
    ] {
        let at = ["--as-of", "2026-03-11 09:00"];
        let counts = city.run(&[args, &at, &["--json"]].concat()).json();
        assert_eq!(
            (
                &counts["total"]["received"],
                &counts["total"]["open_overdue"]
            ),
            (&2.into(), &1.into()),
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

/// What the program writes into a terminal of so many columns.
fn narrowed(city: &City, columns: &str, args: &[&str]) -> String {
    let mut command = city.command("2026-03-11 09:00", args);
    let output = command.env("COLUMNS", columns).output();
    Ran::of(output.expect("the program runs")).fine()
}

#[test]
fn every_table_fits_a_terminal_and_says_which_columns_gave_way() {
    let city = City::ready();
    let case = dispatched(&city);
    let tables: [&[&str]; 9] = [
        &["list", "ledger"],
        &["list", "overdue"],
        &["list", "suspended"],
        &["report", "units"],
        &["case", "show", &case],
        &["case", "show", &case, "--as", LEADER],
        &["case", "timeline", &case],
        &["catalogue", "show"],
        &["registry", "show", "people"],
    ];
    for columns in ["60", "80", "120", "200"] {
        for (args, lang) in tables
            .iter()
            .flat_map(|args| [(args, "zh-CN"), (args, "en")])
        {
            let told = narrowed(&city, columns, &[args, &["--lang", lang][..]].concat());
            for line in told.lines() {
                let width = unicode_width::UnicodeWidthStr::width(line);
                assert!(width <= columns.parse().unwrap(), "{width}: {line}");
            }
        }
    }
    let narrow = narrowed(&city, "60", &["list", "overdue"]);
    assert!(narrow.contains("未显示的列：台账号"), "{narrow}");
    let wide = narrowed(&city, "60", &["list", "overdue", "--wide"]);
    assert!(
        wide.contains("台账号") && !wide.contains("未显示"),
        "{wide}"
    );
}

#[test]
fn columns_are_chosen_by_code_or_by_heading() {
    let city = City::ready();
    dispatched(&city);
    let chosen = |columns: &str| {
        city.at(
            "2026-03-11 09:00",
            &["list", "overdue", "--columns", columns],
        )
    };
    expect![[r#"
        单位         超期
        区水务局  1天15时
    "#]]
    .assert_eq(&chosen("unit,超期").fine());
    let refused = chosen("colour");
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("late-by"), "{}", refused.err);
}

#[test]
fn a_case_goes_by_its_number_by_how_its_id_begins_and_by_its_whole_id() {
    let city = City::ready();
    let (case, other) = (dispatched(&city), city.reported());
    let shown = |name: &str| city.run(&["case", "show", name, "--json"]).json()["ledger"].clone();
    let ledger = shown(&case);
    let number = ledger["ledger_no"].to_string();
    for name in [&number, &case[..8], &case[..4], &case.to_uppercase()[..13]] {
        assert_eq!(shown(name), ledger, "{name}");
    }
    let listed = city.run(&["list", "ledger"]).fine();
    assert!(
        listed.contains(&case[..8]) && !listed.contains(&case),
        "{listed}"
    );
    // Commands, and the cases that they speak of.
    city.give(
        "2026-03-02 10:00",
        STREET,
        &["urge", &number, "--note", "请尽快"],
    );
    city.give(
        "2026-03-02 10:00",
        LEADER,
        &["merge", &other[..8], "--into", &number],
    );
    city.run(&["case", "timeline", &other[..8]]).fine();
    city.run(&["evaluate", "pairs", &number]).fine();
    let missing = city.run(&["case", "show", "99999", "--json"]).error(5);
    assert_eq!(missing["code"], "case_unknown");
    assert!(
        missing["message"].as_str().unwrap().contains("99999"),
        "{missing}"
    );
}

#[test]
fn a_beginning_that_fits_several_cases_is_told_with_those_it_fits() {
    let city = City::ready();
    let report = |id: &str, what: &str| {
        let args = [
            "report",
            "--case",
            id,
            "--channel",
            "patrol",
            "--grid",
            "G-1",
            "--description",
            what,
        ];
        city.give(MONDAY, OFFICER, &args);
    };
    report("019a0000-0000-7000-8000-00000000000a", "路灯不亮");
    report("019a0000-0000-7000-8000-00000000000b", "井盖松动");
    let error = city.run(&["case", "show", "019a0000", "--json"]).error(2);
    assert_eq!(error["code"], "case_ambiguous");
    let details = error["details"].to_string();
    assert!(
        details.contains("路灯不亮") && details.contains("井盖松动"),
        "{details}"
    );
    let listed = city.run(&["list", "ledger", "--lang", "en"]).fine();
    assert!(
        listed.contains("019a0000-0000-7000-8000-00000000000a"),
        "{listed}"
    );
    city.run(&["case", "show", "019a0000-0000-7000-8000-00000000000b"])
        .fine();
}

#[test]
fn a_case_says_what_its_reader_may_do_next_and_why_not_the_rest() {
    let city = City::ready();
    let case = dispatched(&city);
    let later = "2026-03-02 10:00";
    let shown = |who: &str| city.at(later, &["case", "show", &case, "--as", who]).fine();
    let water = shown(WATER);
    let (may, not) = water.split_once("暂不可办").expect("both parts");
    assert!(
        may.contains("区水务局 部门经办人") && may.contains("case respond "),
        "{water}"
    );
    assert!(
        not.contains("无权") || not.contains("由其他角色办理"),
        "{water}"
    );
    let leader = shown(LEADER);
    assert!(
        leader.contains("由其他角色办理") && leader.contains("反馈"),
        "{leader}"
    );
    let answers = city
        .at(later, &["case", "show", &case, "--as", WATER, "--json"])
        .json();
    let actions = answers["actions"].as_array().unwrap();
    let of = |command: &str| {
        actions
            .iter()
            .find(|one| one["command"] == command)
            .unwrap()
    };
    assert!(of("respond")["refusal"].is_null(), "{}", of("respond"));
    assert_eq!(of("sign-off")["refusal"]["code"], "wrong_stage");
    assert_eq!(answers["sign_off"][0]["next"], true);
    let roles = city
        .at(later, &["case", "show", &case, "--by-role", "--lang", "en"])
        .fine();
    assert!(roles.contains("department handler"), "{roles}");
    assert!(
        roles.contains("5 working days, to close of business"),
        "{roles}"
    );
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

#[test]
fn a_code_that_nobody_gave_out_is_told_under_the_empty_answer() {
    let city = City::ready();
    city.reported();
    for (line, command) in [
        ("list ledger --unit B-watr", "registry show units"),
        ("list overdue --grid G-11", "registry show grids"),
        ("report units --matter environment.leek", "catalogue show"),
    ] {
        let told = city.run(&line.split(' ').collect::<Vec<_>>()).fine();
        assert!(told.contains(command), "{line}: {told}");
    }
    let known = city.run(&["list", "ledger", "--unit", "B-water"]).fine();
    assert!(!known.contains("registry show"), "{known}");
}
