//! Quarterly appraisal by commands: a round of six grids, in both languages.

use crate::city::{ADMIN, City, LEADER, SUPERVISOR, WATER};
use expect_test::expect;

/// Grids with a secretary and a case of the water bureau each.
const GRIDS: std::ops::RangeInclusive<usize> = 2..=7;
const APRIL: &str = "2026-04-01 09:00";
/// The window of ten working days is over.
const LATER: &str = "2026-04-20 09:00";

/// The secretary of a grid.
fn secretary(no: usize) -> String {
    format!("party-{no}/party_org_secretary/C-1")
}

fn args(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// March, with a case in each grid; in April the round is open.
pub(crate) fn spring() -> City {
    let city = City::ready();
    let mut grids = "grid_id,level,kind,name_zh,community,parent_grid,valid_from\n".to_owned();
    let mut people =
        "person_id,name,employment,valid_from\nhead,蔡局长,full_time,2020-01-01\n".to_owned();
    let mut tenures = "person,role,place,valid_from\n\
                       head,department_leader,unit:B-water,2020-01-01\n"
        .to_owned();
    for no in GRIDS {
        grids.push_str(&format!("G-{no},one,basic,河东{no}格,C-1,,2020-01-01\n"));
        people.push_str(&format!("party-{no},书记{no},part_time,2020-01-01\n"));
        tenures.push_str(&format!(
            "party-{no},party_org_secretary,grid:G-{no},2020-01-01\n"
        ));
        tenures.push_str(&format!("leader,grid_leader,grid:G-{no},2020-01-01\n"));
    }
    std::fs::create_dir(city.path("more")).expect("a folder");
    city.write("more/grids.csv", grids);
    city.write("more/people.csv", people);
    city.write("more/tenures.csv", tenures);
    city.run(&["registry", "import", "more", "--as", ADMIN])
        .fine();
    for no in GRIDS {
        let report = format!("report --channel patrol --description leak --grid G-{no}");
        let receipt = city.give("2026-03-02 09:00", LEADER, &args(&report));
        let case = receipt["case"].as_str().expect("a case");
        let accept = format!("accept {case} --class time_limited --matter environment.leak");
        city.give("2026-03-02 09:10", LEADER, &args(&accept));
    }
    let open = args("appraise open 2026-Q1 --as");
    city.at(APRIL, &[open, vec![SUPERVISOR]].concat()).fine();
    city
}

/// Seals one score for all items.
fn seal(city: &City, no: usize, score: u8, more: &str) -> crate::city::Ran {
    let (who, items) = (
        secretary(no),
        ["response", "solving", "cooperation", "conduct"],
    );
    let mut line = format!("appraise seal 2026-Q1 --unit B-water --as {who} {more}");
    for item in items {
        let reason = if score <= 2 { ";late" } else { "" };
        line.push_str(&format!(" --score {item}={score}{reason}"));
    }
    city.at("2026-04-02 09:00", &args(&line))
}

/// Five of six rate the bureau, two its leader; the window is over and all is opened.
pub(crate) fn appraised() -> City {
    let city = spring();
    for (no, score) in [(2, 5), (3, 4), (4, 4), (5, 3), (6, 2)] {
        seal(&city, no, score, "--note 当天到场").fine();
    }
    for no in [2, 3] {
        seal(&city, no, 5, "--person head").fine();
    }
    city.at(LATER, &["tick"]).fine();
    city
}

#[test]
fn a_round_is_sealed_opened_and_told_without_its_raters() {
    let city = appraised();
    let told = |line: &str| city.at(LATER, &args(line)).fine();
    expect![[r#"
        统计区间：2026-01-01 00:00 至 2026-04-01 00:00（不含）
        单位      责任人          参评率  公布份数  不公布份数              均分              得分
        区水务局  -            83.3% 5/6         5           0             65.00             65.00
        区水务局  蔡局长 head  33.3% 2/6         0           2  参评不足，不公布  参评不足，不公布
    "#]]
    .assert_eq(&told("report appraisals"));
    expect![[r#"
        window: 2026-01-01 00:00 to before 2026-04-01 00:00
        unit          person       participation  opened  withheld               mean              score
        Water Bureau  -                83.3% 5/6       5         0              65.00              65.00
        Water Bureau  蔡局长 head      33.3% 2/6       0         2  too few, withheld  too few, withheld
    "#]].assert_eq(&told("report appraisals --lang en"));
    let explain = format!("explain appraisal --unit B-water --as {SUPERVISOR}");
    expect![[r#"
        区水务局：参评 83.3% 5/6，均分 65.00，得分 65.00
        2026-Q1（依据事件 205）
        评价项      权重  1  2  3  4  5  理由
        应哨与报到  25%   0  1  1  2  1  late 1
        解决问题    35%   0  1  1  2  1  late 1
        协同配合    20%   0  1  1  2  1  late 1
        作风与担当  20%   0  1  1  2  1  late 1
    "#]]
    .assert_eq(&told(&explain));
    expect![[r#"
        Water Bureau 蔡局长 head: participation 33.3% 2/6, mean too few, withheld, score too few, withheld
        2026-Q1 (event 206)
        2 of 6 took part: too few, withheld
    "#]].assert_eq(&told(&format!("{explain} --person head --lang en")));
    expect![[r#"
        2026-Q1 评议已揭示；6 个网格党组织，其中 4 个有未评
        网格党组织  已密封  未评
        河东2格     2/2     -
        河东3格     2/2     -
        河东4格     1/2     逾期未评
        河东5格     1/2     逾期未评
        河东6格     1/2     逾期未评
        河东7格     0/2     逾期未评
    "#]]
    .assert_eq(&told("appraise show 2026-Q1"));
    expect![[r#"
        round 2026-Q1 is open until 2026-04-16 18:00; 6 organisations, 12 pairs
        rater    sealed  silent
        河东2格  0/2     -
        河东3格  0/2     -
        河东4格  0/2     -
        河东5格  0/2     -
        河东6格  0/2     -
        河东7格  0/2     -
    "#]]
    .assert_eq(&told(
        "appraise show 2026-Q1 --as-of 2026-04-01T12:00 --lang en",
    ));
}

#[test]
fn what_an_appraisal_refuses_is_told_with_what_would_be_accepted() {
    let city = spring();
    let code = |at: &str, line: &str| {
        let ran = city.at(at, &args(&format!("{line} --json")));
        let error: serde_json::Value = serde_json::from_str(&ran.err).expect("an error");
        error["error"]["code"].as_str().expect("a code").to_owned()
    };
    let water = format!("appraise seal 2026-Q1 --unit B-water --as {WATER}");
    assert_eq!(code(APRIL, &water), "no_ballot");
    let other = format!("{water} --rater grid:G-2");
    assert_eq!(code(APRIL, &other), "unfit_answers");
    assert_eq!(code(APRIL, "appraise open 2026-Q2"), "quarter_not_over");
    assert_eq!(code(APRIL, "appraise show 2026-Q2"), "round_not_open");
    assert_eq!(
        code(APRIL, "appraise show 2026-Q1 --rater grid:G-1"),
        "no_ballot"
    );
    assert_eq!(code(APRIL, "appraise show 2026-13"), "usage");
    let twice = seal(&city, 2, 4, "");
    assert_eq!(twice.code, 0);
    let twice = seal(&city, 2, 5, "");
    assert!(twice.err.contains("already_sealed"), "{}", twice.err);
    let stranger = seal(&city, 2, 4, "--person boss");
    assert!(stranger.err.contains("not_met"), "{}", stranger.err);
    let explain = format!("explain appraisal --unit B-water --as {WATER}");
    assert_eq!(code(APRIL, &explain), "not_authorised");
    let nobody = format!("explain appraisal --unit B-centre --as {SUPERVISOR}");
    assert_eq!(code(APRIL, &nobody), "not_appraised");
    let notes = "appraise notes 2026-Q1 --unit B-water --as";
    assert_eq!(code(APRIL, &format!("{notes} {LEADER}")), "not_authorised");
    let sealed = city.at(APRIL, &args("report appraisals"));
    assert!(sealed.fine().contains("2026-Q1"), "named as pending");
}

#[test]
fn notes_are_read_by_the_rated_unit_and_stay_from_everybody_else() {
    let city = appraised();
    let read = |who: &str| {
        let line = format!("appraise notes 2026-Q1 --unit B-water --as {who}");
        city.at(LATER, &args(&line))
    };
    assert_eq!(read(WATER).fine().lines().count(), 5);
    assert_eq!(read(&secretary(2)).code, 1);
    let line = format!("appraise notes 2026-Q1 --unit B-water --person head --as {SUPERVISOR}");
    let withheld = city.at(LATER, &args(&line)).fine();
    assert!(withheld.contains("参评不足"), "{withheld}");
}

/// Questions to a city with a round of appraisal, and their titles on the page of shapes.
const APPRAISALS: &[(&str, &str)] = &[
    (
        "report appraisals",
        "report appraisals && report appraisals --as-of 2026-04-10",
    ),
    (
        "explain appraisal",
        "explain appraisal --unit B-water --as supervisor/supervisor/D-1 \
         && explain appraisal --unit B-water --person head --as supervisor/supervisor/D-1",
    ),
    (
        "appraise open|settle",
        "appraise open 2026-Q1 && appraise settle 2026-Q1",
    ),
    ("appraise show", "appraise show 2026-Q1"),
    (
        "export",
        "export report appraisals --to figures.csv --as supervisor/supervisor/D-1 \
         && export list ledger --unit B-water --to ledger.xlsx --as supervisor/supervisor/D-1",
    ),
    ("list exports", "list exports"),
    (
        "appraise seal, appraise show --rater",
        "appraise show 2026-Q1 --rater grid:G-2",
    ),
    (
        "appraise notes",
        "appraise notes 2026-Q1 --unit B-water --as water/department_handler/B-water \
         && appraise notes 2026-Q1 --unit B-water --person head --as supervisor/supervisor/D-1",
    ),
];

/// The shapes of its answers.
pub(crate) fn shapes(page: &mut String) {
    let city = appraised();
    for (title, line) in APPRAISALS {
        let answers = line.split(" && ").map(|line| {
            let args: Vec<&str> = line.split_whitespace().chain(["--json"]).collect();
            city.at("2026-04-20 09:00", &args).json()
        });
        crate::shapes::section(page, title, &serde_json::Value::Array(answers.collect()));
    }
}
