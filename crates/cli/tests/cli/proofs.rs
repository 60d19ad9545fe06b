//! Checkpoints, receipts and witnesses as people meet them: made beside the log, checked in a folder
//! where nothing else is.

use crate::city::{ADMIN, City, MONDAY, OFFICER, Ran, STREET};
use crate::lived::Lived;
use crate::shapes::section;
use gridwhistle_cluster::Cluster;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;

/// A city with a case whose reporter is known, and the keys of a log and of a witness.
struct Sealed {
    city: City,
    case: String,
    subject: String,
    log: String,
    witness: String,
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

impl Sealed {
    fn new() -> Self {
        let city = City::ready();
        city.write("lin.toml", "name = \"林小明\"\nphone = \"13800138000\"\n");
        let told = words("report --channel patrol --description 路灯不亮 --reporter-file lin.toml");
        let receipt = city.give(MONDAY, OFFICER, &told);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let key = |line: &str| text(&city.run(&words(line)).json()["verifier"]);
        let sealed = Self {
            case: text(&receipt["case"]),
            subject: text(&receipt["subjects"][0]),
            log: key("audit key log.key --name city.example/log --json"),
            witness: key("audit key audit.key --name audit.example/w1 --witness --json"),
            city,
        };
        sealed.run("audit checkpoint --key log.key").fine();
        sealed
    }

    fn run(&self, line: &str) -> Ran {
        self.city.run(&words(line))
    }

    /// The program where only what was carried there is.
    fn elsewhere(&self, files: &[&str], line: &str) -> Ran {
        let other = City::empty();
        for file in files {
            std::fs::copy(self.city.path(file), other.path(file)).expect("a copy");
        }
        other.run(&words(line))
    }
}

#[test]
fn a_receipt_is_checked_without_the_server_and_outlives_the_reporters_data() {
    let sealed = Sealed::new();
    let (case, log) = (&sealed.case, &sealed.log);
    let receipt = format!("audit receipt {case} --out receipt.tlog-proof");
    sealed.run(&receipt).fine();
    let check = format!("audit verify-proof receipt.tlog-proof --verifier {log}");
    let told = sealed.elsewhere(&["receipt.tlog-proof"], &check).fine();
    for part in ["证明成立", case, "路灯不亮", "它不证明", "2026-03-02 09:00"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(
        !told.contains("林小明") && !told.contains("13800138000"),
        "{told}"
    );

    let erase = ["erase", &sealed.subject, "--yes", "--as", ADMIN];
    sealed.city.run(&erase).fine();
    let again = sealed.elsewhere(&["receipt.tlog-proof"], &check).fine();
    assert_eq!(again, told);
    let report = sealed
        .run(&format!("audit verify --verifier {log} --json"))
        .json();
    assert_eq!(
        (&report["fault"], &report["tree"]["fault"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(report["tree"]["signed"], true);

    let changed = std::fs::read_to_string(sealed.city.path("receipt.tlog-proof")).expect("it");
    let (head, rest) = changed.split_once("index ").expect("an index");
    sealed
        .city
        .write("receipt.tlog-proof", format!("{head}index 1{rest}"));
    let refused = sealed.elsewhere(&["receipt.tlog-proof"], &format!("{check} --json"));
    assert_eq!(refused.error(3)["code"], "proof_unreadable");
}

#[test]
fn a_signing_key_is_for_its_owner_alone_and_never_overwritten() {
    let sealed = Sealed::new();
    let path = sealed.city.path("log.key");
    let mode = std::fs::metadata(&path)
        .expect("the key")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(&path).expect("the key");
    let again = sealed.run("audit key log.key --name x.example --json");
    assert_eq!(again.error(4)["code"], "file_unwritable");
    assert_eq!(std::fs::read(&path).expect("the key"), before);
}

#[test]
fn a_second_body_signs_what_grows_and_is_asked_for_by_name() {
    let sealed = Sealed::new();
    let (log, witness) = (&sealed.log, &sealed.witness);
    let cosign = format!("audit cosign up.proof --key audit.key --verifier {log} --last last");
    sealed.run("audit consistency 0 --out up.proof").fine();
    let unknown = sealed.run(&format!("{cosign} --json"));
    assert_eq!(unknown.error(1)["code"], "witness_first");
    let first = sealed.run(&format!("{cosign} --first")).fine();
    assert!(first.contains("— audit.example/w1 "), "{first}");

    let urge = ["urge", &sealed.case, "--note", "请尽快"];
    sealed.city.give(MONDAY, STREET, &urge);
    sealed.run("audit checkpoint --key log.key").fine();
    sealed.run("audit consistency last --out up.proof").fine();
    let second = sealed.run(&format!("{cosign} --json")).json();
    assert_eq!(second["witness"], "audit.example/w1");
    let checked = sealed.run("audit consistency last up.proof --json").json();
    assert_eq!(checked["new"], second["size"]);

    let case = &sealed.case;
    let by = format!("audit prove {case}/2 --checkpoint last --out urge.tlog-proof");
    sealed.run(&by).fine();
    let check = format!("audit verify-proof urge.tlog-proof --verifier {log} --witness {witness}");
    let told = sealed.elsewhere(&["urge.tlog-proof"], &check).fine();
    assert!(told.contains("audit.example/w1"), "{told}");
    let kept = format!("audit verify --checkpoint last --verifier {log} --witness {witness}");
    sealed.run(&kept).fine();
    let other = sealed.run(&format!("{kept} --witness {log} --json"));
    assert_eq!(other.error(3)["code"], "key_of_other_kind");
    // By the log's own checkpoint no witness has signed.
    sealed
        .run(&format!("audit prove {case}/2 --out urge.tlog-proof"))
        .fine();
    let alone = sealed.elsewhere(&["urge.tlog-proof"], &format!("{check} --json"));
    assert_eq!(alone.error(1)["code"], "witnesses_missing");
}

/// The store is replaced by one with another past, which fits in itself.
#[test]
fn another_past_is_found_and_where_it_begins() {
    let sealed = Sealed::new();
    let other = City::ready();
    other.reported();
    other.reported();
    for file in ["gridwhistle.db", "gridwhistle.db-wal", "gridwhistle.db-shm"] {
        let _ = std::fs::remove_file(sealed.city.path(file));
    }
    std::fs::copy(
        other.path("gridwhistle.db"),
        sealed.city.path("gridwhistle.db"),
    )
    .expect("a copy");
    sealed.run("verify").fine();
    let error = sealed.run("audit verify --json").error(4);
    assert_eq!(error["code"], "log_altered");
    // All of the shared beginning is sound; the report is the first that differs.
    let shared = City::ready().run(&words("verify --json")).json()["events"].as_u64();
    let first = shared.expect("a number") + 1;
    assert!(
        error["message"]
            .as_str()
            .expect("words")
            .contains(&first.to_string()),
        "{error}"
    );
    let refused = sealed.run("audit checkpoint --key log.key --json");
    assert_eq!(refused.error(4)["code"], "log_altered");
}

/// The shapes of the answers about checkpoints and proofs.
pub(crate) fn shapes(page: &mut String) {
    let sealed = Sealed::new();
    let (case, log) = (&sealed.case, &sealed.log);
    let scenes = [
        ("audit key", "audit key new.key --name x.example".to_owned()),
        (
            "audit checkpoint",
            "audit checkpoint --key log.key".to_owned(),
        ),
        ("audit verify", format!("audit verify --verifier {log}")),
        (
            "audit prove|receipt",
            format!("audit prove 1 && audit receipt {case} --out r.tlog-proof"),
        ),
        (
            "audit consistency",
            "audit consistency 0 --out up.proof && audit consistency 3".to_owned(),
        ),
        (
            "audit cosign",
            format!("audit cosign up.proof --key audit.key --verifier {log} --last last --first"),
        ),
        (
            "audit verify-proof",
            format!(
                "audit prove 2 --checkpoint last --out two && \
                 audit verify-proof two --verifier {log} --witness {}",
                sealed.witness
            ),
        ),
    ];
    for (title, line) in scenes {
        let answers = line
            .split(" && ")
            .map(|line| sealed.run(&format!("{line} --json")).json());
        let mut answers: Vec<Value> = answers.collect();
        if title == "audit verify-proof" {
            answers.remove(0);
        }
        section(page, title, &Value::Array(answers));
    }
}

/// What was asked, the code of the error and how the program ends.
const WRONG: &[(&str, &str, i32)] = &[
    ("audit prove 99999", "event_unknown", 5),
    ("audit prove nothing", "event_unknown", 5),
    ("audit prove 1 --tree nowhere", "tree_missing", 5),
    ("audit prove 1 --checkpoint log.key", "proof_unreadable", 3),
    ("audit checkpoint --key lin.toml", "key_unreadable", 3),
    ("audit checkpoint --key audit.key", "key_of_other_kind", 3),
    (
        "audit checkpoint --key other.key",
        "checkpoint_of_another_log",
        1,
    ),
    (
        "audit verify-proof lin.toml --verifier LOG",
        "proof_unreadable",
        3,
    ),
    (
        "audit verify-proof one.proof --verifier nonsense",
        "key_unreadable",
        3,
    ),
    (
        "audit verify-proof one.proof --verifier WITNESS",
        "key_of_other_kind",
        3,
    ),
    (
        "audit verify-proof one.proof --verifier OTHER",
        "checkpoint_of_another_log",
        1,
    ),
    (
        "audit verify-proof one.proof --verifier STRANGER",
        "not_signed",
        1,
    ),
    (
        "audit verify-proof forged.proof --verifier LOG",
        "signature_forged",
        1,
    ),
    (
        "audit verify-proof missing.proof --verifier LOG",
        "file_unreadable",
        3,
    ),
    ("audit consistency lin.toml", "proof_unreadable", 3),
    ("audit consistency 99999", "checkpoint_older", 1),
    ("audit key new.key --name 坏+名", "key_unreadable", 3),
    ("audit checkpoint --key log.key --follow 0", "usage", 2),
];

#[test]
fn what_is_wrong_is_told_in_both_languages() {
    let sealed = Sealed::new();
    let key = |line: &str| {
        let made = sealed.run(line).json();
        made["verifier"].as_str().expect("a key").to_owned()
    };
    let other = key("audit key other.key --name town.example --json");
    let stranger = key("audit key stranger.key --name city.example/log --json");
    sealed.run("audit prove 1 --out one.proof").fine();
    let proof = std::fs::read_to_string(sealed.city.path("one.proof")).expect("a proof");
    let chain = proof.find("gridwhistle chain ").expect("a chain value") + 18;
    let digit = if proof.as_bytes()[chain] == b'0' {
        "1"
    } else {
        "0"
    };
    let mut forged = proof.clone();
    forged.replace_range(chain..=chain, digit);
    sealed.city.write("forged.proof", forged);
    let mut faults = Vec::new();
    for (line, code, exit) in WRONG {
        let line = line
            .replace("LOG", &sealed.log)
            .replace("WITNESS", &sealed.witness);
        let line = line.replace("OTHER", &other).replace("STRANGER", &stranger);
        let error = sealed.run(&format!("{line} --json")).error(*exit);
        let zh = sealed.run(&line);
        let en = sealed.run(&format!("{line} --lang en"));
        let chinese = |c: char| ('\u{4e00}'..'\u{a000}').contains(&c);
        let right = error["code"] == *code
            && (zh.code, en.code) == (*exit, *exit)
            && zh.err.starts_with(&format!("错误[{code}]: "))
            && zh.err.contains(chinese)
            && en.err.starts_with(&format!("error[{code}]: "))
            && !en.err.replace("坏+名", "").contains(chinese);
        if !right {
            faults.push(format!("{line}\n{error}\n{}{}", zh.err, en.err));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Killed at any point, sealing goes on, and ends where one that was never killed ends.
#[test]
fn a_killed_sealer_is_gone_on_from() {
    let city = Lived::plain(60).city;
    city.run(&words("audit key log.key --name city.example/log"))
        .fine();
    let seal = |tree: &str| {
        let line = format!("audit checkpoint --key log.key --store sqlite://demo.db --tree {tree}");
        let line = format!("{line} --json");
        city.command(MONDAY, &words(&line))
    };
    let whole: Value = Ran::of(seal("whole").output().expect("it runs")).json();
    for pause in 0..12_u64 {
        let mut sealer = seal("killed").spawn().expect("it runs");
        std::thread::sleep(std::time::Duration::from_millis(pause * 3));
        let _ = sealer.kill();
        sealer.wait().expect("it ends");
    }
    let resumed: Value = Ran::of(seal("killed").output().expect("it runs")).json();
    assert_eq!(resumed["checkpoint"], whole["checkpoint"]);
    let look = "audit verify --store sqlite://demo.db --tree killed --json";
    assert_eq!(city.run(&words(look)).json()["tree"]["fault"], Value::Null);
}

/// Beside a database there is no folder: the one of the tree is named.
#[test]
fn a_log_in_a_database_is_sealed_into_a_named_folder() {
    let (city, database) = (City::empty(), Cluster::shared().database());
    let run = |line: &str| {
        let mut command = city.command(MONDAY, &words(line));
        command.env("GRIDWHISTLE_STORE", database.url());
        command.env("GRIDWHISTLE_KEYS", city.path("city.keys"));
        Ran::of(command.output().expect("the program runs"))
    };
    run("migrate").fine();
    run("init").fine();
    run("audit key log.key --name city.example/log").fine();
    let unnamed = run("audit checkpoint --key log.key --json");
    assert_eq!(unnamed.error(2)["code"], "tree_not_named");
    assert_eq!(run("audit verify --json").json()["tree"], Value::Null);
    run("audit checkpoint --key log.key --tree tree").fine();
    let report = run("audit verify --tree tree --json").json();
    assert_eq!(
        (&report["fault"], &report["tree"]["fault"]),
        (&Value::Null, &Value::Null)
    );
    run("audit prove 1 --tree tree --out one").fine();
}

/// Whoever follows seals what is written meanwhile, beside the writer.
#[test]
fn a_follower_seals_what_comes() {
    let sealed = Sealed::new();
    let line = "audit checkpoint --key log.key --follow 1 --json";
    let mut follower = sealed
        .city
        .command(MONDAY, &words(line))
        .spawn()
        .expect("it runs");
    sealed.city.reported();
    let mut lines = BufReader::new(follower.stdout.take().expect("its output")).lines();
    let told = lines.find_map(|line| {
        let line = line.expect("a line");
        line.contains("\"added\"").then_some(line)
    });
    assert!(!told.expect("a checkpoint").contains("\"added\": 0"));
    follower.kill().expect("it runs still");
    follower.wait().expect("it ends");
}
