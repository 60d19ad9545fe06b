//! The whole life of a case by commands, in both languages, and what people then see.

use crate::city::{
    ADMIN, COMMUNITY, City, Files, LEADER, MONDAY, OFFICER, STREET, SUPERVISOR, WATER,
};
use expect_test::expect;
use std::sync::OnceLock;

/// The steps of an undertaken case (承办件) after its report: when, who, what. `HASH` is a photo.
const STEPS: &[(&str, &str, &str)] = &[
    (
        "2026-03-02 09:10",
        LEADER,
        "accept CASE --class undertaken --matter environment.leak",
    ),
    (
        "2026-03-02 09:20",
        LEADER,
        "blow-whistle CASE --kind routine --ground resident_problem --target B-water \
         --prework before_photo=HASH",
    ),
    ("2026-03-02 09:30", STREET, "approve-whistle CASE"),
    ("2026-03-02 09:40", STREET, "dispatch CASE --lead B-water"),
    ("2026-03-02 10:00", WATER, "acknowledge CASE --leg 1"),
    (
        "2026-03-02 11:00",
        WATER,
        "contact-resident CASE --leg 1 --means phone --note 已联系",
    ),
    (
        "2026-03-02 14:30",
        WATER,
        "report-in CASE --leg 1 --person water --role department_handler --place 河东路口 \
         --evidence report_in_record=HASH",
    ),
    (
        "2026-03-03 10:00",
        WATER,
        "respond CASE --outcome resolved --reply 水管已更换 --contacted-at 2026-03-02T11:00 \
         --contact 报事居民 --measure 更换阀门 --deadline 2026-03-03T18:00 \
         --evidence written_reply=HASH --evidence contact_record=HASH \
         --evidence report_in_record=HASH --evidence four_elements=HASH",
    ),
    (
        "2026-03-03 11:00",
        COMMUNITY,
        "verify-pass CASE --note 现场已看",
    ),
    (
        "2026-03-03 11:30",
        COMMUNITY,
        "record-callback CASE --result unreachable",
    ),
    (
        "2026-03-03 14:30",
        COMMUNITY,
        "record-callback CASE --result confirmed",
    ),
    ("2026-03-03 15:00", COMMUNITY, "sign-off CASE"),
    ("2026-03-03 16:00", STREET, "sign-off CASE"),
];

/// An undertaken case from report to sign-off; answers its id.
pub(crate) fn closed(city: &City) -> String {
    lived(city, STEPS.len())
}

/// A city with an undertaken case that was signed off, and its id. It went its way once; everybody gets a
/// copy of what came of it.
pub(crate) fn city_with_closed() -> (City, String) {
    static MADE: OnceLock<(Files, String)> = OnceLock::new();
    let (files, case) = MADE.get_or_init(|| {
        let city = City::ready();
        let case = closed(&city);
        (Files::of(&city), case)
    });
    (files.laid_out(), case.clone())
}

/// An undertaken case after so many steps; answers its id.
fn lived(city: &City, steps: usize) -> String {
    let case = city.reported();
    for (at, who, line) in &STEPS[..steps] {
        let line = line.replace("CASE", &case).replace("HASH", &"a".repeat(64));
        city.give(at, who, &line.split_whitespace().collect::<Vec<_>>());
    }
    case
}

#[test]
fn a_case_lives_from_report_to_sign_off_and_its_story_is_told_in_both_languages() {
    let (city, case) = city_with_closed();
    let case = &case;
    let shown = city
        .at("2026-03-03 17:00", &["case", "show", case, "--json"])
        .json();
    assert_eq!(shown["ledger"]["stage"], "closed");
    assert_eq!(shown["ledger"]["outcome"], "resolved");
    assert_eq!(shown["ledger"]["closed_late"], false);
    assert_eq!(shown["legs"][0]["unit"], "B-water");
    let earlier = [
        "case",
        "show",
        case,
        "--json",
        "--as-of",
        "2026-03-02 09:45",
    ];
    assert_eq!(city.run(&earlier).json()["ledger"]["stage"], "dispatched");
    let before = city.run(&["case", "show", case, "--json", "--as-of", "2026-03-01"]);
    assert_eq!(before.error(5)["code"], "case_unknown");

    let zh = city
        .run(&["case", "timeline", case, "--as-of", "2026-03-02 10:00"])
        .fine();
    assert!(zh.contains("区水务局 部门经办人"), "{zh}");
    let en = city.run(&["case", "timeline", case, "--lang", "en"]).fine();
    assert!(en.contains("Water Bureau, department handler"), "{en}");
    assert!(en.lines().count() > zh.lines().count());
}

#[test]
fn a_receipt_names_case_version_position_and_key() {
    let city = City::ready();
    let key = "019a0000-0000-7000-8000-000000000001";
    let report = [
        "case",
        "report",
        "--as",
        OFFICER,
        "--channel",
        "patrol",
        "--grid",
        "G-1",
        "--description",
        "垃圾堆放",
        "--key",
        key,
    ];
    let told = city.run(&report).fine();
    expect![[r#"
        已办理：上报
        案件 44750b52  版本 2  位置 57
        台账号 56；查看：gridwhistle case show 56
        幂等键 019a0000-0000-7000-8000-000000000001
    "#]]
    .assert_eq(&short(&told));
    let again = city.run(&report).fine();
    assert!(again.starts_with("重复请求"), "{again}");
    let english: Vec<&str> = report.iter().chain(&["--lang", "en"]).copied().collect();
    let again = city.at("2026-03-02 10:00", &english).fine();
    assert!(
        again.starts_with("a repeat, done before: report"),
        "{again}"
    );
}

/// Cuts ids to their first eight characters.
fn short(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let is_id = word.len() == 36 && word.matches('-').count() == 4;
        if is_id { &word[..8] } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_handled_report_is_one_command_and_closes_in_its_own_way() {
    let city = City::ready();
    let receipt = city.give(
        MONDAY,
        OFFICER,
        &[
            "report-handled",
            "--channel",
            "patrol",
            "--grid",
            "G-1",
            "--description",
            "楼道杂物",
            "--matter",
            "civility.trash",
            "--outcome",
            "resolved",
            "--reply",
            "已清理",
            "--evidence",
            "after_photo=ab12;楼道已清",
        ],
    );
    let case = receipt["case"].as_str().unwrap();
    city.give("2026-03-02 10:00", LEADER, &["sign-off", case]);
    let shown = city.run(&["case", "show", case, "--lang", "en"]).fine();
    assert!(
        shown.contains("on-the-spot case") && shown.contains("closed"),
        "{shown}"
    );
}

#[test]
fn evaluation_is_sealed_by_both_sides_and_then_revealed() {
    let (city, case) = city_with_closed();
    let case = &case;
    let at = "2026-03-04 09:00";
    let pairs = city.at(at, &["evaluate", "pairs", case, "--json"]).json();
    let (area, leg) = (
        pairs["pairs"][0]["left"].as_str().unwrap(),
        &pairs["pairs"][0]["leg"],
    );
    let leg = leg.to_string();
    let seal = |who: &str, side: &str, scores: &[&str]| {
        let mut args = vec![
            "evaluate", "seal", case, "--leg", &leg, "--area", area, "--side", side, "--as", who,
            "--json",
        ];
        for score in scores {
            args.extend(["--score", score]);
        }
        city.at(at, &args)
    };
    let incomplete = seal(STREET, "area", &["quality=5"]);
    assert_eq!(incomplete.error(1)["code"], "unfit_answers");
    let area_scores = [
        "authority=4",
        "quality=5",
        "coordination=4",
        "feedback=2;late",
    ];
    let who = if area == "S-1" { STREET } else { COMMUNITY };
    let sealed = seal(who, "area", &area_scores).json();
    assert!(
        sealed["sealed"]["area"].is_string() && sealed["revealed"].is_null(),
        "{sealed}"
    );
    let department = [
        "needed=5",
        "information=4",
        "own_work=4",
        "support=5",
        "fair_sign_off=5",
    ];
    let revealed = seal(WATER, "department", &department).json();
    assert_eq!(revealed["revealed"]["area"]["feedback"]["reason"], "late");
    let shown = city
        .at(
            at,
            &["evaluate", "show", case, "--leg", &leg, "--area", area],
        )
        .fine();
    assert!(shown.contains("处置质量 5"), "{shown}");
    let as_of = |question: &str, at: &str| {
        let line = format!("evaluate {question} --json");
        let args: Vec<&str> = line.split_whitespace().chain(["--as-of", at]).collect();
        city.at("2026-03-05 09:00", &args)
    };
    let show = format!("show {case} --leg {leg} --area {area}");
    let before = as_of(&show, "2026-03-04 08:59").json();
    assert!(before["revealed"].is_null(), "{before}");
    assert_eq!(before["sealed"], serde_json::json!({}));
    let after = as_of(&show, at).json();
    assert!(after["revealed"]["area"].is_object(), "{after}");
    let open = as_of(&format!("pairs {case}"), MONDAY).json();
    assert_eq!(open["pairs"], serde_json::json!([]), "not closed yet");
    let none = as_of(&format!("pairs {case}"), "2026-03-01").error(5);
    assert_eq!(none["code"], "case_unknown");
}

#[test]
fn personal_data_is_sealed_shown_by_role_and_erased() {
    let city = City::ready();
    let person = "name = \"林小明\"\nphone = \"13800000000\"\naddress = \"河东路 1 号 101\"\n";
    let file = city.write("reporter.toml", person);
    let receipt = city.give(
        MONDAY,
        OFFICER,
        &[
            "report",
            "--channel",
            "hotline_12345",
            "--grid",
            "G-1",
            "--description",
            "漏水",
            "--reporter-file",
            &file,
        ],
    );
    let case = receipt["case"].as_str().unwrap();
    let subject = receipt["subjects"][0].as_str().unwrap();
    let reporters = |who: &str| {
        city.run(&["case", "reporters", case, "--as", who, "--json"])
            .json()
    };
    assert_eq!(reporters(OFFICER)["reporters"][0]["phone"], "13800000000");
    let early = [
        "case",
        "reporters",
        case,
        "--as",
        OFFICER,
        "--as-of",
        "2026-03-01",
        "--json",
    ];
    assert_eq!(city.run(&early).error(5)["code"], "case_unknown");
    assert_eq!(
        reporters(SUPERVISOR)["reporters"][0]["phone"],
        "138****0000"
    );
    let everything = city.run(&["case", "show", case, "--json"]).fine();
    assert!(
        !everything.contains("林小明") && !everything.contains("138"),
        "{everything}"
    );
    for name in ["gridwhistle.db", "gridwhistle.db.views"] {
        let bytes = std::fs::read(city.path(name)).unwrap();
        let held = bytes.windows(11).any(|window| window == b"13800000000");
        assert!(!held, "{name} holds personal data in clear");
    }
    let unconfirmed = city.run(&["erase", subject, "--as", ADMIN, "--json"]);
    assert_eq!(unconfirmed.error(2)["code"], "not_confirmed");
    city.run(&["erase", subject, "--as", ADMIN, "--yes"]).fine();
    assert_eq!(reporters(OFFICER)["reporters"], serde_json::json!([]));
    let again = city.run(&["erase", subject, "--as", ADMIN, "--yes", "--json"]);
    assert_eq!(again.error(5)["code"], "subject_unknown");
    assert_eq!(
        city.run(&["verify", "--json"]).json()["fault"],
        serde_json::Value::Null
    );
}

#[test]
fn a_signature_out_of_order_and_a_judge_of_their_own_request_are_refused() {
    let city = City::ready();
    let signing = lived(&city, STEPS.len() - 2);
    let refused = |at: &str, who: &str, line: &str| {
        let args: Vec<&str> = line.split_whitespace().chain(["--as", who]).collect();
        let error = city.at(at, &[&args[..], &["--json"]].concat()).error(1);
        let told = city.at(at, &args).err;
        assert!(
            told.contains("应为：") || told.contains("下一环节为：") || told.contains("应由"),
            "{told}"
        );
        error["code"].as_str().unwrap().to_owned()
    };
    let at = "2026-03-03 15:00";
    let sign = format!("case sign-off {signing}");
    assert_eq!(refused(at, STREET, &sign), "sign_off_out_of_order");
    assert_eq!(refused(at, WATER, &sign), "sign_off_out_of_order");
    let void = city.reported();
    let propose = ["propose-void", &void, "--reason", "重复登记"];
    city.give(at, SUPERVISOR, &propose);
    let confirm = format!("case confirm-void {void}");
    assert_eq!(refused(at, SUPERVISOR, &confirm), "second_person_needed");
    city.give(at, COMMUNITY, &["sign-off", &signing]);
    assert_eq!(refused(at, COMMUNITY, &sign), "sign_off_out_of_order");
}
