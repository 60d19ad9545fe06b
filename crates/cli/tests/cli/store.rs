//! What may be wrong with the store: exit code 4, a clear word, and nothing lost.

use crate::city::{City, MONDAY, OFFICER, Ran};
use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

#[test]
fn a_store_that_is_not_there_is_not_made_by_a_question() {
    let city = City::empty();
    let error = city.run(&["list", "ledger", "--json"]).error(4);
    assert_eq!(error["code"], "store_missing");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("gridwhistle init"),
        "{error}"
    );
    assert!(!city.path("gridwhistle.db").exists());
    let error = city
        .run(&["init", "--store", "mysql://x", "--json"])
        .error(2);
    assert_eq!(error["code"], "store_form");
}

#[test]
fn init_makes_folders_and_is_harmless_when_repeated() {
    let city = City::empty();
    let init = [
        "init",
        "--store",
        "sqlite://deep/er/city.db",
        "--tenant",
        "rong",
        "--json",
    ];
    let first = city.run(&init).json();
    assert_eq!(
        (first["tenant"].as_str(), first["events"].as_u64() > Some(0)),
        (Some("rong"), true)
    );
    assert_eq!(city.run(&init).json()["events"], 0);
}

#[test]
fn a_file_that_is_no_log_and_one_from_a_newer_program_are_left_alone() {
    let city = City::empty();
    let path = city.write(
        "gridwhistle.db",
        "this is a shopping list, not a database, and long enough",
    );
    let before = std::fs::read(&path).unwrap();
    assert_eq!(
        city.run(&["verify", "--json"]).error(4)["code"],
        "not_a_log"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let city = City::ready();
    let path = city.path("gridwhistle.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // `PRAGMA user_version` stands big-endian at byte 60 of an SQLite file.
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let error = city.run(&["list", "ledger", "--json"]).error(4);
    assert_eq!(error["code"], "newer_schema", "{error}");
    let error = city
        .run(&[
            "case",
            "report",
            "--as",
            OFFICER,
            "--channel",
            "x",
            "--description",
            "x",
            "--json",
        ])
        .error(4);
    assert_eq!(error["code"], "newer_schema", "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_flipped_byte_is_found() {
    let city = City::ready();
    let case = city.reported();
    let path = city.path("gridwhistle.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let text = "河东路口水管爆裂".as_bytes();
    let place = bytes
        .windows(text.len())
        .position(|window| window == text)
        .expect("the description");
    bytes[place] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    for asked in [
        &["verify"][..],
        &["rebuild"],
        &["case", "timeline", &case],
        &["case", "show", &case],
    ] {
        let error = city.run(&[asked, &["--json"]].concat()).error(4);
        assert_eq!(error["code"], "log_damaged", "{asked:?}: {error}");
    }
    let told = city.run(&["verify"]).err;
    assert!(
        told.starts_with(
            "错误[log_damaged]: 日志已损坏：第 56 号事件处不符；核对无误的有 55 个事件"
        ),
        "{told}"
    );
}

#[test]
fn while_one_process_writes_another_may_ask_but_not_write() {
    let city = City::ready();
    let case = city.reported();
    city.run(&["list", "ledger"]).fine();
    // A service of the city holds the store open in this process.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = format!("sqlite://{}", city.path("gridwhistle.db").display());
    let engine = runtime.block_on(gridwhistle::Engine::open(&store)).unwrap();
    let report = [
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
        "--json",
    ];
    let error = city.run(&report).error(4);
    assert_eq!(error["code"], "locked", "{error}");
    let ledger = city.run(&["list", "ledger", "--json"]).json();
    assert_eq!(ledger["rows"][0]["case_id"], case.as_str());
    city.run(&["case", "timeline", &case]).fine();
    city.run(&["verify"]).fine();
    drop(engine);
    drop(runtime);
    city.run(&report).json();
}

#[test]
fn a_reader_who_closes_the_pipe_ends_the_program_quietly() {
    let city = City::ready();
    let mut child = city
        .command(MONDAY, &["policy", "show", "--built-in"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn personal_data_may_come_from_standard_input() {
    let city = City::ready();
    let args = [
        "case",
        "report",
        "--as",
        OFFICER,
        "--channel",
        "hotline_12345",
        "--grid",
        "G-1",
        "--description",
        "漏水",
        "--reporter-file",
        "-",
        "--json",
    ];
    let mut child = city
        .command(MONDAY, &args)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all("{\"name\": \"林小明\"}".as_bytes())
        .unwrap();
    drop(stdin);
    let receipt = Ran::of(child.wait_with_output().unwrap()).json();
    let case = receipt["case"].as_str().unwrap();
    let reporters = city
        .run(&["case", "reporters", case, "--as", OFFICER])
        .fine();
    assert!(reporters.contains("林小明"), "{reporters}");
}

/// The program under a name that may write nowhere here. A superuser ignores permissions, so the
/// program is copied beside the store and run as nobody; anybody else just runs it.
fn as_nobody(city: &City, args: &[&str]) -> Ran {
    const NOBODY: u32 = 65_534;
    let superuser = std::fs::OpenOptions::new()
        .append(true)
        .open(city.path("gridwhistle.db"))
        .is_ok();
    let mut command = city.command(MONDAY, args);
    if superuser {
        let program = city.path("gridwhistle");
        let mut copied = std::process::Command::new(&program);
        copied.args(args).current_dir(city.folder.path());
        copied
            .env_clear()
            .env("GRIDWHISTLE_CLOCK", MONDAY)
            .uid(NOBODY);
        command = copied;
    }
    Ran::of(command.output().expect("the program runs"))
}

/// Every file of the folder may be read by anybody and written by nobody, and so may the folder.
fn seal(city: &City) {
    std::fs::copy(env!("CARGO_BIN_EXE_gridwhistle"), city.path("gridwhistle")).expect("the folder");
    for entry in std::fs::read_dir(city.folder.path()).expect("the folder") {
        let path = entry.expect("the folder").path();
        let mode = if path.ends_with("gridwhistle") {
            0o555
        } else {
            0o444
        };
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("the folder");
    }
    std::fs::set_permissions(city.folder.path(), Permissions::from_mode(0o555))
        .expect("the folder");
}

/// So that the folder can be taken away again.
fn unseal(city: &City) {
    std::fs::set_permissions(city.folder.path(), Permissions::from_mode(0o755))
        .expect("the folder");
}

#[test]
fn an_auditor_reads_and_verifies_the_log_alone_where_nothing_may_be_written() {
    let city = City::ready();
    let case = city.reported();
    city.run(&["list", "ledger"]).fine();
    for entry in std::fs::read_dir(city.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if !path.ends_with("gridwhistle.db") {
            std::fs::remove_file(path).unwrap();
        }
    }
    seal(&city);
    let asked = [
        as_nobody(&city, &["verify"]),
        as_nobody(&city, &["list", "ledger"]),
        as_nobody(&city, &["case", "timeline", &case]),
        as_nobody(&city, &["report", "areas", "--as-of", "2026-03-02 09:01"]),
    ];
    unseal(&city);
    for ran in asked {
        assert!(!ran.fine().is_empty());
    }
}

#[test]
fn a_tenant_that_is_not_there_is_no_empty_city() {
    let city = City::ready();
    for line in [
        "verify",
        "list ledger",
        "report units",
        "tick",
        "rebuild",
        "calendar show",
    ] {
        let asked: Vec<&str> = line.split(' ').collect();
        let slip = city.run(&[&asked[..], &["--tenant", "ctiy", "--json"]].concat());
        let error = slip.error(5);
        assert_eq!(error["code"], "tenant_unknown", "{line}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("现有：city。"), "{message}");
        let empty = city.run(&[&asked[..], &["--tenant", "", "--json"]].concat());
        assert_eq!(empty.error(2)["code"], "tenant_form", "{line}");
    }
}

#[test]
fn a_read_only_store_is_read_and_not_written() {
    let city = City::ready();
    let case = city.reported();
    city.run(&["list", "ledger"]).fine();
    seal(&city);
    let report = [
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
        "--json",
    ];
    let (written, asked) = (
        as_nobody(&city, &report),
        as_nobody(&city, &["case", "timeline", &case]),
    );
    unseal(&city);
    assert_eq!(written.error(4)["code"], "read_only");
    assert!(asked.fine().contains("上报"));
}

#[test]
fn a_store_is_backed_up_whole_while_it_is_held_and_told_with_its_chain() {
    let city = City::ready();
    let case = city.reported();
    let serving = city.command(
        MONDAY,
        &["serve", "--listen", "127.0.0.1:0", "--development-login"],
    );
    let _held = Held::by(serving);
    let told = city.run(&["backup", "deep/city.db", "--json"]).json();
    assert_eq!(told["file"], "deep/city.db");
    let sound = city.run(&["verify", "--json"]).json();
    let log = &told["logs"][0];
    assert_eq!(
        (&log["tenant"], &log["events"], &log["chain"]),
        (&"city".into(), &sound["events"], &sound["chain"])
    );
    let there = city.run(&["backup", "deep/city.db", "--json"]).error(2);
    assert_eq!(there["code"], "backup_file_exists");
    std::fs::copy(
        city.path("gridwhistle.db.keys"),
        city.path("deep/city.db.keys"),
    )
    .unwrap();
    let shown = [
        "case",
        "show",
        &case,
        "--store",
        "sqlite://deep/city.db",
        "--json",
    ];
    let shown = city.run(&shown).json();
    assert_eq!(shown["ledger"]["case_id"], case.as_str(), "{shown}");
    let database = [
        "backup",
        "x.db",
        "--store",
        "postgres://u@127.0.0.1:1/city",
        "--json",
    ];
    let told = city.run(&database).error(2);
    assert!(
        told["message"].as_str().unwrap().contains("pg_dump"),
        "{told}"
    );
    let missing = city
        .run(&["backup", "x.db", "--store", "sqlite://no.db", "--json"])
        .error(4);
    assert_eq!(missing["code"], "store_missing");
    assert!(!city.path("x.db").exists());
}

/// Who writes the store meanwhile.
struct Held(std::process::Child);

impl Held {
    fn by(mut serving: std::process::Command) -> Self {
        let mut held = Self(
            serving
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program runs"),
        );
        // It says where it listens once it has the store.
        let mut first = [0];
        let said = held.0.stdout.as_mut().expect("a pipe");
        std::io::Read::read(said, &mut first).expect("a line");
        held
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
