//! Stores that somebody damaged, before the commands of an auditor: what each says of which damage stands
//! in one table that people read; never a panic, and never half a file.

use crate::city::{City, Ran};
use crate::life::city_with_closed;
use expect_test::expect_file;
use gridwhistle_store::{EventRef, digest};
use rusqlite::{Connection, params};
use std::fmt::Write;
use uuid::Uuid;

/// What it is called, and how it is done.
type Damage = (&'static str, fn(&Connection));

/// What is done to the file of a city's log.
const DAMAGES: &[Damage] = &[
    ("a position that is missing", |file| {
        run(
            file,
            "delete from events where position = (select max(position) / 2 from events)",
        );
    }),
    ("a log that was cut off", |file| {
        run(
            file,
            "delete from events where position > (select max(position) - 3 from events)",
        );
    }),
    ("a text that was changed", |file| {
        run(
            file,
            "update events set payload = replace(payload, '河东路口', '河西路口')",
        );
    }),
    ("a clock that ran backwards, sealed anew", |file| {
        run(
            file,
            "update events set recorded_at = (select min(recorded_at) from events) \
             where position = (select max(position) - 2 from events)",
        );
        seal_anew(file);
    }),
    ("a form of a newer program, sealed anew", |file| {
        run(
            file,
            "update events set event_version = '9.9' where event_type = 'ResponseSubmitted'",
        );
        seal_anew(file);
    }),
    ("a tenant of another name", |file| {
        for table in ["events", "heads", "streams", "commands"] {
            run(file, &format!("update {table} set tenant = 'elsewhere'"));
        }
    }),
];

/// What is asked of it; `CASE` is a case that is over, `{}` a file that must not be there afterwards where
/// the command fails.
const COMMANDS: &[&str] = &[
    "audit verify",
    "audit judge",
    "audit certificate",
    "audit compare",
    "audit conformance",
    "audit case CASE",
    "audit list ledger --known-at 2026-03-19",
    "audit figure departments --window 2026-03",
    "audit diff 2026-03-02T10:00 2026-03-19",
    "audit what-if --policy stricter.toml --from 2026-03-02 --to 2026-03-19",
    "audit export xes --to FILE",
    "audit archive case CASE --to FILE",
    "audit archive segment write --to FILE",
    "audit checkpoint --key log.key",
    "audit prove 1",
];

fn run(file: &Connection, statement: &str) {
    let changed = file.execute(statement, []).expect("a statement");
    assert!(changed > 0, "{statement}");
}

/// Computes every checksum, the chain and the head anew.
fn seal_anew(file: &Connection) {
    let all = "select tenant, position, aggregate_type, aggregate_id, sequence, event_type, event_version, \
               payload, metadata, command_id, occurred_at, recorded_at from events order by position";
    let mut all = file.prepare(all).expect("the events");
    let mut rows = all.query([]).expect("the events");
    let mut chain = digest::GENESIS;
    while let Some(row) = rows.next().expect("an event") {
        let text = |column: usize| row.get::<_, String>(column).expect("a text");
        let number = |column: usize| row.get::<_, i64>(column).expect("a number");
        let texts = [0, 2, 3, 5, 6, 7, 8].map(text);
        let [
            tenant,
            kind,
            id,
            event_type,
            event_version,
            payload,
            metadata,
        ] = &texts;
        let checksum = digest::checksum(&EventRef {
            tenant,
            position: number(1).cast_unsigned(),
            aggregate_type: kind,
            aggregate_id: id,
            sequence: number(4).cast_unsigned(),
            event_type,
            event_version,
            payload,
            metadata,
            command_id: Uuid::from_bytes(row.get(9).expect("an id")),
            occurred_at_micros: number(10),
            recorded_at_micros: number(11),
            checksum: &digest::GENESIS,
            chain: &digest::GENESIS,
        });
        chain = digest::chain(&chain, &checksum);
        let update = "update events set checksum = ?1, chain = ?2 where position = ?3";
        file.execute(update, params![checksum, chain, number(1)])
            .expect("an update");
    }
    file.execute("update heads set chain = ?1", params![chain])
        .expect("the head");
}

/// A city with a case that is over, its log damaged; with the case.
fn damaged(damage: fn(&Connection)) -> (City, String) {
    let (city, case) = city_with_closed();
    city.run(&["audit", "key", "log.key", "--name", "city.example/log"])
        .fine();
    let rules = city.run(&["policy", "show", "--built-in"]).fine();
    let stricter = rules.replacen("handle = \"5 wd\"", "handle = \"2 wh\"", 1);
    assert_ne!(rules, stricter);
    city.write("stricter.toml", stricter);
    let file = Connection::open(city.path("gridwhistle.db")).expect("the log");
    damage(&file);
    (city, case)
}

fn asked(city: &City, line: &str, language: &str) -> Ran {
    let args = line
        .split_whitespace()
        .chain(["--json", "--lang", language]);
    city.at("2026-03-20 09:00", &args.collect::<Vec<_>>())
}

#[test]
fn every_damage_has_a_code_an_exit_and_words_in_both_languages() {
    let mut table = String::new();
    for (name, damage) in DAMAGES {
        let (city, case) = damaged(*damage);
        writeln!(table, "{name}").expect("a line");
        for (nth, line) in COMMANDS.iter().enumerate() {
            let file = format!("out-{nth}");
            let asking = line.replace("CASE", &case).replace("FILE", &file);
            let ran = asked(&city, &asking, "en");
            let code = match ran.code {
                0 => "fine".to_owned(),
                code => {
                    assert!((1..=5).contains(&code), "{name}: {line}: {ran:?}");
                    assert!(!city.path(&file).exists(), "{name}: {line}: half a file");
                    let error = told(&ran);
                    let chinese = told(&asked(&city, &asking, "zh-CN"));
                    assert_eq!(error["code"], chinese["code"], "{name}: {line}");
                    let words = chinese["message"].as_str().expect("words");
                    assert!(!words.is_ascii(), "{name}: {line}: {words}");
                    error["code"].as_str().expect("a code").to_owned()
                }
            };
            writeln!(table, "  {:<42} {} {code}", line, ran.code).expect("a line");
        }
    }
    expect_file!["damaged.txt"].assert_eq(&table);
}

/// The error of a run: the last line that it wrote there.
fn told(ran: &Ran) -> serde_json::Value {
    let object: serde_json::Value =
        serde_json::from_str(&ran.err).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    object["error"].clone()
}
