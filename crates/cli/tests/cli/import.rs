//! Foreign lists: every row ends as a case or in the rejects file, and a repeat does nothing.

use crate::city::City;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write;

const MAPPING: &str = r#"
source = "hotline"

[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M"]

[columns]
id = "no"
created = "opened"
due = "due"
closed = "closed"
unit = "unit"
matter = ["kind"]
title = ["kind"]

[class]
constant = "time_limited"
"#;

const LIST: &str = "\
no,opened,due,closed,unit,kind
1,2026-01-05 09:00,2026-01-08 18:00,2026-01-07 10:00,水务局,漏水
2,2026-01-06 09:00,2026-01-09 18:00,,水务局,积水
3,2026-02-30 09:00,,,水务局,积水
2,2026-01-06 09:00,,,水务局,积水
=4,2026-01-06 09:00,,2026-01-05 09:00,城管局,占道
";

fn import(city: &City, mapping: &str, data: &str) -> crate::city::Ran {
    city.run(&["import", "--mapping", mapping, data, "--json"])
}

#[test]
fn every_row_is_a_case_or_a_reject_and_a_repeat_brings_nothing_new() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let data = city.write("cases.csv", LIST);
    let told = import(&city, &mapping, &data).json();
    assert_eq!(
        json!([
            told["rows"],
            told["cases_new"],
            told["cases_known"],
            told["rejected"]
        ]),
        json!([5, 3, 0, 2]),
        "{told}"
    );
    assert_eq!(told["anomalies"], json!({ "closed_before_opened": 1 }));
    let rejects = std::fs::read_to_string(city.path("cases.csv.rejects.csv")).unwrap();
    assert!(
        rejects.starts_with("\u{feff}line,id,code,reason\n4,3,impossible_time,"),
        "{rejects}"
    );
    let again = import(&city, &mapping, &data).json();
    assert_eq!(
        json!([again["cases_new"], again["cases_known"]]),
        json!([0, 3])
    );
    let shown = city
        .run(&[
            "case",
            "show",
            "hotline:2",
            "--json",
            "--as-of",
            "2026-02-01",
        ])
        .json();
    assert_eq!(shown["ledger"]["source_id"], "2");
    let overdue = [
        "list",
        "overdue",
        "--as-of",
        "2026-02-01",
        "--source",
        "hotline",
        "--json",
    ];
    assert_eq!(
        city.run(&overdue).json()["rows"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn a_later_list_adds_closures_to_the_cases_that_are_known() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    import(&city, &mapping, &city.write("cases.csv", LIST)).json();
    let later = LIST.replace("2026-01-09 18:00,,", "2026-01-09 18:00,2026-01-08 12:00,");
    let told = import(&city, &mapping, &city.write("later.csv", later)).json();
    assert_eq!(
        json!([told["cases_new"], told["closures_added"]]),
        json!([0, 1]),
        "{told}"
    );
    assert!(city.path("later.csv.rejects.csv").exists());
}

#[test]
fn a_truncated_gzip_is_refused_before_its_first_row() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(LIST.as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    let before = city.run(&["verify", "--json"]).json();
    let cut = city.write("cut.csv.gz", &whole[..whole.len() - 12]);
    assert_eq!(
        import(&city, &mapping, &cut).error(3)["code"],
        "gzip_truncated"
    );
    assert_eq!(city.run(&["verify", "--json"]).json(), before);
    let told = import(&city, &mapping, &city.write("whole.csv.gz", whole)).json();
    assert_eq!(told["cases_new"], 3);
}

#[test]
fn a_list_that_does_not_fit_its_mapping_is_refused() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let lacking = city.write("lacking.csv", "no,opened\n1,2026-01-05 09:00\n");
    let error = import(&city, &mapping, &lacking).error(3);
    assert_eq!(error["code"], "columns_missing");
    assert!(
        error["message"].as_str().unwrap().contains("closed"),
        "{error}"
    );
    let gb18030 = city.write(
        "gb.csv",
        [&LIST.as_bytes()[..60], b"\xcb\xae,\xce\xf1,x,y,z,w\n"].concat(),
    );
    assert_eq!(
        import(&city, &mapping, &gb18030).error(3)["code"],
        "not_utf8"
    );
    assert_eq!(
        import(&city, "atlantis", &lacking).error(3)["code"],
        "mapping_wrong"
    );
    let wrong = city.write("wrong.toml", "source = 7\n");
    assert_eq!(
        import(&city, &wrong, &lacking).error(3)["code"],
        "mapping_wrong"
    );
    assert_eq!(
        import(&city, &mapping, "nowhere.csv").error(3)["code"],
        "file_unreadable"
    );
}

#[test]
fn a_rejects_file_takes_no_name_that_is_taken() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let data = city.write("cases.csv", LIST);
    let kept = city.write("mine.csv", "annotated by hand");
    let sound = city.write(
        "sound.csv",
        LIST.lines().take(3).collect::<Vec<_>>().join("\n"),
    );
    for (list, taken) in [(&data, &kept), (&data, &data), (&sound, &mapping)] {
        let before = std::fs::read(taken).unwrap();
        let args = ["import", "--mapping", &mapping, list, "--rejects", taken];
        let error = city.run(&[&args[..], &["--json"]].concat()).error(2);
        assert_eq!(error["code"], "rejects_file_exists", "{error}");
        assert_eq!(std::fs::read(taken).unwrap(), before, "{taken}");
    }
    let store = "gridwhistle.db";
    let args = [
        "import",
        "--mapping",
        &mapping,
        &sound,
        "--rejects",
        store,
        "--json",
    ];
    assert_eq!(city.run(&args).error(2)["code"], "rejects_file_exists");
    let cases = city.run(&["list", "ledger", "--json"]).json();
    assert_eq!(cases["rows"], json!([]), "nothing was imported");
}

#[test]
fn a_second_run_leaves_the_rejects_of_the_first_as_they_were() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let data = city.write("cases.csv", LIST);
    import(&city, &mapping, &data).json();
    city.write("cases.csv.rejects.csv", "annotated by hand");
    let told = import(&city, &mapping, &data).json();
    let second = std::fs::read_to_string(told["rejects_file"].as_str().unwrap()).unwrap();
    assert!(second.contains("impossible_time"), "{told}");
    let read = |name| std::fs::read_to_string(city.path(name));
    assert_eq!(read("cases.csv.rejects.csv").unwrap(), "annotated by hand");
    assert_eq!(read("cases.csv.rejects.2.csv").unwrap(), second);
}

#[test]
fn an_import_that_fails_or_rejects_nothing_leaves_every_file_as_it_was() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let sound = city.write(
        "sound.csv",
        LIST.lines().take(3).collect::<Vec<_>>().join("\n"),
    );
    let lacking = city.write("lacking.csv", "no,opened\n1,2026-01-05 09:00\n");
    for name in ["sound.csv.rejects.csv", "lacking.csv.rejects.csv"] {
        city.write(name, "annotated by hand");
    }
    assert_eq!(
        import(&city, &mapping, &lacking).error(3)["code"],
        "columns_missing"
    );
    let told = import(&city, &mapping, &sound).json();
    assert_eq!(
        json!([told["rejected"], told["rejects_file"]]),
        json!([0, null])
    );
    for name in ["sound.csv.rejects.csv", "lacking.csv.rejects.csv"] {
        let text = std::fs::read_to_string(city.path(name)).unwrap();
        assert_eq!(text, "annotated by hand", "{name}");
    }
    for entry in std::fs::read_dir(city.folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with(".rejects"), "{name} is left behind");
    }
}

#[test]
fn cases_that_were_kept_with_an_anomaly_are_listed_and_say_so() {
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let data = city.write("cases.csv", LIST);
    let told = city.run(&["import", "--mapping", &mapping, &data]).fine();
    assert!(
        told.contains("list ledger --anomaly closed_before_opened"),
        "{told}"
    );
    let listed = |anomaly: &str| {
        let args = ["list", "ledger", "--anomaly", anomaly, "--json"];
        city.run(&args).json()["rows"].as_array().unwrap().clone()
    };
    let rows = listed("closed_before_opened");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["source_id"], "=4");
    assert_eq!(rows[0]["anomalies"], "closed_before_opened");
    assert_eq!(listed("due_before_opened"), Vec::<serde_json::Value>::new());
    for (question, zh, en) in [
        ("show", "办结早于受理", "closed before it was opened"),
        (
            "timeline",
            "标记异常：办结早于受理",
            "flagged: closed before it was opened",
        ),
    ] {
        let ask = |lang| {
            city.run(&["case", question, "hotline:=4", "--lang", lang])
                .fine()
        };
        assert!(ask("zh-CN").contains(zh), "{}", ask("zh-CN"));
        assert!(ask("en").contains(en), "{}", ask("en"));
    }
    let args = ["list", "ledger", "--anomaly", "odd", "--json"];
    let error = city.run(&args).error(2);
    assert!(error.to_string().contains("status_disagrees"), "{error}");
}

/// Killed while rows go in: what is in the log is whole, nothing lies about, and the same command
/// again brings the rest.
#[test]
fn an_import_that_is_killed_goes_on_where_it_stopped() {
    const ROWS: usize = 8_000;
    let city = City::ready();
    let mapping = city.write("hotline.toml", MAPPING);
    let mut list = LIST.lines().next().unwrap_or_default().to_owned();
    for no in 1..=ROWS {
        list += &format!("\n{no},2026-01-05 09:00,2026-01-08 18:00,,水务局,漏水");
    }
    let data = city.write("cases.csv", list);
    let mut args = vec!["import", "--mapping", &mapping, &data, "--json"];
    let mut child = city.command(crate::city::MONDAY, &args).spawn().unwrap();
    let log = city.path("gridwhistle.db-wal");
    let begun = || std::fs::metadata(&log).is_ok_and(|wal| wal.len() > 1 << 20);
    while !begun() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    city.run(&["verify"]).fine();
    for entry in std::fs::read_dir(city.folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.contains("rejects"), "{name} is left behind");
    }
    let told = city.run(&args).json();
    let (new, known) = (told["cases_new"].as_u64(), told["cases_known"].as_u64());
    assert_eq!(
        new.zip(known).map(|(new, known)| new + known),
        Some(ROWS as u64),
        "{told}"
    );
    args.splice(.., ["report", "classes", "--source", "hotline", "--json"]);
    assert_eq!(city.run(&args).json()["total"]["received"], ROWS);
}

#[test]
fn a_folder_or_a_list_that_is_not_there_is_told_in_the_readers_words() {
    let city = City::ready();
    let folder = city.folder.path().to_str().unwrap().to_owned();
    for (data, words) in [("none.csv", "请检查路径"), (&*folder, "这是目录")] {
        let ran = city.run(&["import", "--mapping", "pingshan", data]);
        assert_eq!(ran.code, 3, "{}", ran.err);
        assert!(
            ran.err.contains(words) && !ran.err.contains("os error"),
            "{}",
            ran.err
        );
    }
    let ran = city.run(&["import", "--mapping", "none", "none.csv"]);
    assert!(
        ran.err.contains("pingshan") && ran.err.contains("none"),
        "{}",
        ran.err
    );
}
