//! Bad files and bad arguments: each is told with its place, and nothing is half-written.

use crate::city::{ADMIN, City, OFFICER};

fn city_file(name: &str) -> String {
    std::fs::read_to_string(crate::city::samples().join(name)).expect("a sample file")
}

/// Imports a registry file into a fresh city and expects that it is refused with these words.
#[track_caller]
fn registry_refused(name: &str, content: impl AsRef<[u8]>, words: &[&str]) {
    let city = City::ready();
    let before = city.run(&["verify", "--json"]).json();
    let file = city.write(name, content);
    let error = city
        .run(&["registry", "import", &file, "--as", ADMIN, "--json"])
        .error(3);
    assert_eq!(error["code"], "input_invalid", "{error}");
    for word in words {
        assert!(
            error["details"].to_string().contains(word),
            "{word}: {error}"
        );
    }
    assert_eq!(
        city.run(&["verify", "--json"]).json(),
        before,
        "something was written"
    );
}

#[test]
fn a_missing_column_is_named() {
    registry_refused(
        "units.csv",
        "unit_id,kind,level,name_zh\nX,city,,城\n",
        &["parent"],
    );
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_line() {
    registry_refused(
        "people.csv",
        b"person_id,name,employment,valid_from\nx,\xc1\xd6,full_time,2020-01-01\n",
        &["UTF-8"],
    );
}

#[test]
fn an_impossible_date_is_named_by_line_and_column() {
    let people = "person_id,name,employment,valid_from\nx,林,full_time,2026-02-30\n";
    registry_refused("people.csv", people, &["2026-02-30", "valid_from", "2"]);
}

#[test]
fn an_unknown_parent_is_brought_back_to_its_line_and_the_good_lines_are_not_written() {
    let units = city_file("units.csv") + "S-9,street,,远街道,Far,D-404,,2020-01-01,\n";
    registry_refused("units.csv", units, &["D-404"]);
}

#[test]
fn a_registry_file_is_known_by_its_name() {
    let city = City::ready();
    let file = city.write("others.csv", "a,b\n");
    let error = city.run(&["registry", "import", &file, "--json"]).error(2);
    assert_eq!(error["code"], "registry_file_name");
    let missing = city
        .run(&["registry", "import", "units.csv", "--json"])
        .error(3);
    assert_eq!(missing["code"], "file_unreadable");
}

#[test]
fn importing_twice_changes_nothing() {
    let city = City::ready();
    let file = city.write("units.csv", city_file("units.csv"));
    let told = city
        .run(&["registry", "import", &file, "--as", ADMIN, "--json"])
        .json();
    assert_eq!(told["events"], 0);
}

#[test]
fn a_catalogue_without_an_owner_of_its_funding_is_refused() {
    let city = City::ready();
    let text = city_file("catalogue.csv").replace(",D-1,", ",,");
    let file = city.write("catalogue.csv", text);
    let error = city
        .run(&["catalogue", "import", &file, "--as", ADMIN, "--json"])
        .error(3);
    assert!(
        error["details"].to_string().contains("funding_owner"),
        "{error}"
    );
}

#[test]
fn a_policy_with_a_hole_is_refused_by_check_and_by_publish_with_its_line() {
    let city = City::ready();
    let built_in = city.run(&["policy", "show", "--built-in"]).fine();
    let text = built_in
        .replace("convene = \"5 wd\"\n", "")
        .replace("default-2026.1", "rong-2026.2");
    let text = text.replace("2019-12-31T16:00:00Z", "2027-01-01T00:00:00Z");
    let file = city.write("hole.toml", &text);
    let line = text
        .lines()
        .position(|line| line == "[class.special.limits]")
        .unwrap()
        + 1;
    let checked = city.run(&["policy", "check", &file, "--json"]).error(1);
    assert_eq!(checked["code"], "policy_holes");
    let details = checked["details"].to_string();
    assert!(
        details.contains("class.special.limits.convene"),
        "{details}"
    );
    assert!(details.contains(&line.to_string()), "{details}");
    let published = city
        .run(&["policy", "publish", &file, "--as", ADMIN, "--json"])
        .error(1);
    assert_eq!(published["code"], "policy_holes");
    let broken = city.write("broken.toml", "version = ");
    assert_eq!(
        city.run(&["policy", "check", &broken, "--json"]).error(3)["code"],
        "policy_unreadable"
    );
    let versions = city.run(&["policy", "show", "--json"]).json();
    assert_eq!(versions["versions"].as_array().unwrap().len(), 1);
}

#[test]
fn a_sound_policy_is_checked_published_shown_and_drawn() {
    let city = City::ready();
    let built_in = city.run(&["policy", "show", "--built-in"]).fine();
    let text = built_in.replace("version = \"default-2026.1\"", "version = \"rong-2026.2\"");
    let file = city.write(
        "rong.toml",
        text.replace("2019-12-31T16:00:00Z", "2026-04-01T00:00:00Z"),
    );
    let checked = city.run(&["policy", "check", &file, "--json"]).json();
    assert_eq!(checked["publishable"], true);
    city.run(&["policy", "publish", &file, "--as", ADMIN])
        .fine();
    let show = |at: &str| {
        city.run(&["policy", "show", "--as-of", at, "--json"])
            .json()
    };
    assert_eq!(show("2026-03-31")["in_force"], "default-2026.1");
    assert_eq!(show("2026-04-02")["in_force"], "rong-2026.2");
    let one = city.run(&["policy", "show", "rong-2026.2"]).fine();
    assert!(one.contains("[class.undertaken.limits]"), "{one}");
    let drawn = city
        .run(&[
            "policy",
            "diagram",
            "--class",
            "undertaken",
            "--matter",
            "environment.leak",
        ])
        .fine();
    assert!(drawn.contains("stateDiagram-v2"), "{drawn}");
    let unknown = city.run(&["policy", "show", "nowhere", "--json"]).error(5);
    assert_eq!(unknown["code"], "policy_unknown");
}

#[test]
fn a_calendar_is_published_and_due_times_follow_it() {
    let city = City::ready();
    let due = |extra: &[&str]| {
        let args = [
            &["calendar", "due", "2026-03-02 09:00", "1 wd", "--json"],
            extra,
        ]
        .concat();
        city.run(&args).json()["due"].as_str().unwrap().to_owned()
    };
    let before = due(&[]);
    let text = "version = \"rong-typhoon\"\nknown_at = \"2026-03-02T00:00:00Z\"\n\n[[days]]\ndate = \"2026-03-03\"\nkind = \"stop_work\"\nname = \"台风\"\n";
    let file = city.write("typhoon.toml", text);
    let ran = city.run(&["calendar", "publish", &file, "--as", ADMIN, "--json"]);
    assert!(ran.code == 0, "{}", ran.err);
    assert!(due(&[]) > before, "{} after {before}", due(&[]));
    let wrong = city.write("wrong.toml", "version = 7\n");
    let error = city
        .run(&["calendar", "publish", &wrong, "--as", ADMIN, "--json"])
        .error(3);
    assert_eq!(error["code"], "calendar_unreadable");
}

/// A wrong line, and what the complaint must name.
const TYPED_WRONG: &[(&str, &str)] = &[
    (
        "case suspend ID --reason x --until 2026-02-30",
        "2026-07-01 09:30",
    ),
    ("case request-extension ID --reason x --limit 3", "3 wd"),
    (
        "case report --channel x --description x --evidence selfie=1",
        "after_photo",
    ),
    (
        "case report --channel x --description x --point 200,1",
        "26.075",
    ),
    ("case accept 1x7 --class special --matter x", "台账号"),
    ("case accept ID --class tiny --matter x", "time_limited"),
    ("case accept ID --class special", "--matter"),
    ("case acept ID", "accept"),
    ("list overdue --rows 0", "10000"),
    (
        "case respond ID --outcome resolved --reply x --measure x",
        "--contacted-at",
    ),
    ("--lang fr init", "zh-CN"),
];

#[test]
fn what_is_typed_wrong_is_told_with_what_would_do() {
    let city = City::empty();
    for (line, words) in TYPED_WRONG {
        let line = format!("{line} --json").replace("ID", "019a0000-0000-7000-8000-000000000001");
        let error = city
            .run(&line.split_whitespace().collect::<Vec<_>>())
            .error(2);
        assert_eq!(error["code"], "usage", "{line}");
        assert!(error.to_string().contains(words), "{line}: {error}");
    }
}

#[test]
fn a_wrong_settings_file_is_named() {
    let city = City::ready();
    city.write("gridwhistle.toml", "shop = \"sqlite://x.db\"\n");
    let error = city.run(&["policy", "show", "--json"]).error(2);
    assert_eq!(error["code"], "settings_wrong");
    assert!(
        error["message"].as_str().unwrap().contains("shop"),
        "{error}"
    );
}

#[test]
fn personal_data_that_cannot_be_read_is_never_repeated() {
    let city = City::ready();
    let report = |file: &str| {
        let args = [
            "case",
            "report",
            "--as",
            OFFICER,
            "--channel",
            "x",
            "--grid",
            "G-1",
            "--description",
            "x",
            "--reporter-file",
            file,
            "--json",
        ];
        city.run(&args)
    };
    for (name, text) in [
        ("a.toml", "nmae = \"林小明\"\n"),
        ("b.json", "{\"name\": \"林小明\", \"phone\": 1}"),
        ("c.toml", "name = 林小明"),
        ("d.toml", "name = \"林小明\"\nphone = 13800138000\n"),
        ("e.toml", "phone = \"13800138000\"\nphone = \"林小明\"\n"),
        ("f.json", "{\"phone\": 13800138000}"),
        ("g.toml", "identity_number = { 13800138000 = 1 }"),
    ] {
        let ran = report(&city.write(name, text));
        for secret in ["林小明", "13800138000", "nmae"] {
            assert!(!ran.err.contains(secret), "{name}: {}", ran.err);
        }
        assert_eq!(ran.error(3)["code"], "personal_data_wrong");
    }
    let error = report("d.toml").error(3);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("第 2 行第 9 列"), "{message}");
    let ran = report(&city.write("h.toml", b"name = \"\xff\"\n"));
    assert_eq!(ran.error(3)["code"], "not_utf8");
}

#[test]
fn the_demo_says_what_it_does_not_take() {
    let city = City::empty();
    for (flag, value) in [
        ("--store", "sqlite://city.db"),
        ("--tenant", "rong"),
        ("--as", OFFICER),
        ("--on-behalf-of", "P-1"),
    ] {
        for args in [
            ["demo", flag, value, "--json"],
            [flag, value, "demo", "--json"],
        ] {
            let error = city.run(&args).error(2);
            let message = error["message"].as_str().unwrap();
            assert!(
                message.contains(flag) && message.contains("--dir"),
                "{error}"
            );
        }
    }
    assert_eq!(std::fs::read_dir(city.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_catalogue_is_named_as_it_was_given() {
    let city = City::ready();
    let file = city.write("m2.csv", "code\n");
    let ran = city.run(&["catalogue", "import", &file, "--as", ADMIN]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(
        ran.err.contains("m2.csv:1") && !ran.err.contains("catalogue.csv"),
        "{}",
        ran.err
    );
}

#[test]
fn what_the_reader_of_toml_says_is_told_in_chinese() {
    let city = City::ready();
    let built_in = city.run(&["policy", "show", "--built-in"]).fine();
    let publication = "version = \"t\"\nknown_at = \"2026-02-01T09:00:00+08:00\"\n";
    for (command, text, words) in [
        (
            "policy check",
            built_in.replacen("reopen = \"30 d\"", "reopen = 30", 1),
            "引号内的文字",
        ),
        (
            "policy check",
            built_in.replacen("reopen = \"30 d\"", "reopen = \"30 x\"", 1),
            "正整数加单位",
        ),
        (
            "policy check",
            built_in.replace("\"street_leader\"", "\"mayor\""),
            "不认识的取值 `mayor`",
        ),
        (
            "calendar publish",
            format!("{publication}colour = 1\n"),
            "第 3 行 `colour`：不认识的字段 `colour`",
        ),
        (
            "calendar publish",
            "known_at = \"2026-02-01\"\n".to_owned(),
            "时间不完整",
        ),
    ] {
        let file = city.write("wrong.toml", text);
        let (group, verb) = command.split_once(' ').unwrap();
        let ran = city.run(&[group, verb, &file, "--as", ADMIN]);
        assert_eq!(ran.code, 3, "{}", ran.err);
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
        for english in ["unknown", "invalid type", "expected", "refused"] {
            assert!(!ran.err.contains(english), "{}", ran.err);
        }
    }
}
