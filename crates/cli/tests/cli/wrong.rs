//! Every kind of bad input in both languages: one clear error with an exit code of its own, in
//! Chinese for who reads Chinese and in English for who does not, and nothing written.

use crate::city::{City, DISPATCHER, LEADER, MONDAY, OFFICER, STREET, WATER};
use crate::life::city_with_closed;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

const LATER: &str = "2026-03-04 09:00";

/// What was asked by whom, the code of the error and how the program ends. `OPEN` is a time-limited
/// case in work, `NEW` one just reported, `SPECIAL` a special one, `CLOSED` one signed off.
const WRONG: &[(&str, &str, &str, i32)] = &[
    (
        LEADER,
        "case blow-whistle OPEN --kind routine --ground resident_problem --target B-water",
        "command_not_allowed_for_class",
        1,
    ),
    (
        LEADER,
        "case accept NEW --class proxy --matter environment.leak",
        "class_not_allowed",
        1,
    ),
    (
        LEADER,
        "case accept NEW --class special --matter no.matter",
        "matter_not_in_catalogue",
        1,
    ),
    (
        "boss/street_leader/S-1",
        "case convene SPECIAL --unit B-nowhere --agenda x",
        "unit_inactive",
        1,
    ),
    (
        "nobody/grid_leader/C-1",
        "case accept NEW --class special --matter environment.leak",
        "person_inactive",
        1,
    ),
    (
        WATER,
        "case accept NEW --class special --matter environment.leak",
        "not_your_step",
        1,
    ),
    (
        OFFICER,
        "case report --channel patrol --grid G-1 --description LONG",
        "description_too_long",
        1,
    ),
    (
        OFFICER,
        "case report --channel patrol --grid G-404 --description x",
        "grid_unknown",
        1,
    ),
    (STREET, "case sign-off OPEN", "wrong_stage", 1),
    (STREET, "case urge CLOSED --note x", "case_ended", 1),
    (
        WATER,
        "case grant-extension OPEN --citizen-informed",
        "not_your_step",
        1,
    ),
    (
        DISPATCHER,
        "case suspend OPEN --reason bad_mood --until 2026-03-09 --proof document=ab",
        "reason_not_allowed",
        1,
    ),
    (
        DISPATCHER,
        "case suspend OPEN --reason waiting_material --until 2026-03-01 --proof document=ab",
        "until_invalid",
        1,
    ),
    (
        STREET,
        "case urge OPEN --note x --expect 3",
        "stale_version",
        1,
    ),
    (
        STREET,
        "case urge OPEN --note x --key 019a0000-0000-7000-8000-000000000002",
        "idempotency_key_reused",
        1,
    ),
    (STREET, "case urge 99999 --note x", "case_unknown", 5),
    (
        STREET,
        "case suspend OPEN --reason x --until 2026-02-30",
        "usage",
        2,
    ),
    (
        STREET,
        "case request-extension OPEN --reason x --limit 0wd",
        "usage",
        2,
    ),
    (STREET, "case urge OPEN", "usage", 2),
    (STREET, "case urg OPEN", "usage", 2),
    (STREET, "policy show default-2026.1 --built-in", "usage", 2),
    (STREET, "case urge OPEN --note x --expect two", "usage", 2),
    (
        STREET,
        "registry import missing/units.csv",
        "input_invalid",
        3,
    ),
    (STREET, "registry import people.csv", "input_invalid", 3),
    (STREET, "policy check hole.toml", "policy_holes", 1),
    (
        STREET,
        "import --mapping hotline.toml cut.csv.gz",
        "gzip_truncated",
        3,
    ),
    (
        STREET,
        "import --mapping hotline.toml short.csv",
        "columns_missing",
        3,
    ),
    (STREET, "list ledger --cursor nonsense", "cursor_wrong", 2),
    (
        STREET,
        "registry show units --unit nowhere",
        "unit_unknown",
        5,
    ),
    (STREET, "erase somebody", "not_confirmed", 2),
];

const MAPPING: &str = "source = \"hotline\"\n[time]\nzone = \"Asia/Shanghai\"\n\
    formats = [\"%Y-%m-%d %H:%M\"]\n[columns]\nid = \"no\"\ncreated = \"opened\"\nclosed = \"closed\"\n\
    [class]\nconstant = \"time_limited\"\n";

fn files(city: &City) {
    let built_in = city.run(&["policy", "show", "--built-in"]).fine();
    city.write("hole.toml", built_in.replace("convene = \"5 wd\"\n", ""));
    std::fs::create_dir(city.path("missing")).expect("a folder");
    city.write(
        "missing/units.csv",
        "unit_id,kind,level,name_zh\nX,city,,城\n",
    );
    city.write(
        "people.csv",
        "person_id,name,employment,valid_from\nx,林,full_time,2026-02-30\n",
    );
    city.write("hotline.toml", MAPPING);
    city.write("short.csv", "no,opened\n1,2026-01-05 09:00\n");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(b"no,opened,closed\n1,2026-01-05 09:00,\n")
        .expect("bytes");
    let whole = gzip.finish().expect("a gzip");
    city.write("cut.csv.gz", &whole[..whole.len() - 9]);
}

/// Two or more English words in a row, other than what is to be typed.
fn english(text: &str) -> Option<String> {
    let mut words = Vec::new();
    for piece in text.split('`').step_by(2) {
        let parts = piece.split(|c: char| !c.is_ascii_alphabetic() && c != ' ');
        words.extend(parts.map(str::trim).filter(|part| {
            let typed = part.starts_with("gridwhistle") || part.starts_with("iconv");
            part.split_whitespace().count() > 1 && !typed
        }));
    }
    words.first().map(|words| (*words).to_owned())
}

#[test]
fn each_kind_of_bad_input_is_told_in_both_languages_and_writes_nothing() {
    let (city, closed) = city_with_closed();
    let (open, special, new) = (city.reported(), city.reported(), city.reported());
    let accept = |case: &str, class: &str| {
        let args = [
            "accept",
            case,
            "--class",
            class,
            "--matter",
            "environment.leak",
        ];
        city.give("2026-03-03 17:00", LEADER, &args);
    };
    accept(&open, "time_limited");
    accept(&special, "special");
    city.give(
        "2026-03-03 17:10",
        WATER,
        &["acknowledge", &open, "--leg", "1"],
    );
    let key = "019a0000-0000-7000-8000-000000000002";
    city.give(
        "2026-03-03 17:20",
        STREET,
        &["urge", &open, "--note", "y", "--key", key],
    );
    files(&city);
    let before = city.at(LATER, &["verify", "--json"]).json();
    let mut faults = Vec::new();
    for (who, line, code, exit) in WRONG {
        let line = line.replace("OPEN", &open).replace("SPECIAL", &special);
        let line = line.replace("CLOSED", &closed).replace("NEW", &new);
        let line = line.replace("LONG", &"长".repeat(4_001));
        let args: Vec<&str> = line.split_whitespace().chain(["--as", *who]).collect();
        let error = city
            .at(LATER, &[&args[..], &["--json"]].concat())
            .error(*exit);
        let zh = city.at(LATER, &args);
        let en = city.at(LATER, &[&args[..], &["--lang", "en"]].concat());
        let (_, message) = zh.err.split_once("]: ").unwrap_or_default();
        let chinese = |c: char| ('\u{4e00}'..'\u{a000}').contains(&c);
        let right = error["code"] == *code
            && (zh.code, en.code) == (*exit, *exit)
            && zh.err.starts_with(&format!("错误[{code}]: "))
            && en.err.starts_with(&format!("error[{code}]: "))
            && english(message).is_none()
            && !en.err.contains(chinese);
        if !right {
            faults.push(format!("{line}\n{error}\n{}{}", zh.err, en.err));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(city.at(LATER, &["verify", "--json"]).json(), before);
}

#[test]
fn an_argument_that_is_not_utf8_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let city = City::ready();
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
    ];
    let mut command = city.command(MONDAY, &args);
    let output = command
        .arg(std::ffi::OsStr::from_bytes(b"\xc1\xd6"))
        .output();
    let ran = crate::city::Ran::of(output.expect("the program runs"));
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.contains("UTF-8")
            && ran.err.contains("--description ")
            && ran.err.contains("gridwhistle case report --help"),
        "{}",
        ran.err
    );
}

#[test]
fn a_disk_without_room_is_told_and_nothing_is_lost() {
    let city = City::ready();
    let case = city.reported();
    let before = city.run(&["verify", "--json"]).json();
    // A limit on the size of files stands in for a full disk; the log cannot grow beyond it.
    let program = env!("CARGO_BIN_EXE_gridwhistle");
    let note = "很长的说明".repeat(700);
    let line = format!(
        "trap '' XFSZ; ulimit -f 8; exec {program} case urge {case} --note {note} --as {STREET} --json"
    );
    let mut shell = std::process::Command::new("bash");
    let shell = shell.args(["-c", &line]).current_dir(city.folder.path());
    let output = shell.env("GRIDWHISTLE_CLOCK", MONDAY).output();
    let ran = crate::city::Ran::of(output.expect("a shell"));
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
    assert_eq!(city.run(&["verify", "--json"]).json(), before);
    city.give(MONDAY, STREET, &["urge", &case, "--note", "请尽快"]);
}
