//! A city on a database, from the command line: set up, moved, asked; and what is told of a
//! database that is not ready, not there, or another city's.

use crate::city::{ADMIN, City, MONDAY, OFFICER, Ran, samples};
use gridwhistle_cluster::{Cluster, Database, Settings};

const LATER: &str = "2026-03-04 09:00";

/// A run of the program on a database, with its keys in the city's folder.
fn on(city: &City, url: &str, at: &str, args: &[&str]) -> Ran {
    let mut command = city.command(at, args);
    command.env("GRIDWHISTLE_STORE", url);
    command.env("GRIDWHISTLE_KEYS", city.path("city.keys"));
    Ran::of(command.output().expect("the program runs"))
}

fn database() -> Database<'static> {
    Cluster::shared().database()
}

/// A case, reported and accepted.
fn accepted(run: &dyn Fn(&[&str]) -> Ran) {
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
        "a leak",
        "--json",
    ];
    let case = run(&report).json();
    let case = case["case"].as_str().expect("its id");
    let accept = [
        "case",
        "accept",
        case,
        "--as",
        OFFICER,
        "--class",
        "on_the_spot",
        "--matter",
        "civility.trash",
    ];
    run(&accept).fine();
}

#[test]
fn a_city_is_set_up_on_a_database_and_worked_on() {
    let (city, database) = (City::empty(), database());
    let url = database.url();
    let run = |args: &[&str]| on(&city, &url, MONDAY, args);
    for args in [&["verify", "--json"][..], &["list", "ledger", "--json"]] {
        let error = run(args).error(4);
        assert_eq!(error["code"], "older_schema", "{error}");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("gridwhistle migrate")
        );
    }
    assert_eq!(run(&["migrate", "--json"]).json()["store"], url.as_str());
    assert_eq!(run(&["migrate", "--json"]).json()["steps"], 0);
    let stock = run(&["migrate", "--postgres-es", "--json"]).json();
    let view = stock["view"].as_str().unwrap();
    assert_eq!(database.sql(&format!("select count(*) from {view}")), "0");
    let one_server = run(&["migrate", "--distribute", "--json"]).error(4);
    assert_eq!(one_server["code"], "not_a_cluster");
    let fix = one_server["message"].as_str().unwrap();
    assert!(fix.contains("create extension citus"), "{fix}");
    assert_eq!(
        run(&["list", "ledger", "--json"]).error(5)["code"],
        "tenant_unknown"
    );
    run(&["init"]).fine();
    let files = samples();
    run(&["registry", "import", files.to_str().unwrap(), "--as", ADMIN]).fine();
    let matters = files.join("catalogue.csv");
    run(&[
        "catalogue",
        "import",
        matters.to_str().unwrap(),
        "--as",
        ADMIN,
    ])
    .fine();
    accepted(&run);
    let ledger = on(&city, &url, LATER, &["list", "ledger", "--json"]).json();
    assert_eq!(ledger["rows"].as_array().unwrap().len(), 1, "{ledger}");
    run(&["tick"]).fine();
    run(&["rebuild"]).fine();
    let sound = run(&["verify", "--json"]).json();
    assert_eq!(sound["fault"], serde_json::Value::Null);
    // What was made before there was a tenant shows what the tenant has written since.
    assert_eq!(
        database.sql(&format!("select count(*) from {view}")),
        sound["events"].to_string()
    );
}

#[test]
fn a_city_is_moved_to_a_database_and_reads_the_same_there() {
    let (city, database) = (City::ready(), database());
    let case = city.reported();
    let before = city.at(LATER, &["list", "ledger", "--json"]).json();
    let to = database.url();
    let copied = city.run(&["copy", "--to", &to, "--json"]).json();
    assert_eq!(copied["copied"], copied["events"]);
    let again = city.run(&["copy", "--to", &to, "--json"]).json();
    assert_eq!(
        (&again["copied"], &again["chain"]),
        (&0.into(), &copied["chain"])
    );
    // The source may be named, whatever the store of this folder is.
    let back = ["copy", "--from", &to, "--to", "sqlite://back.db", "--json"];
    let back = on(&city, "sqlite://nothing.db", MONDAY, &back).json();
    assert_eq!(
        (&back["copied"], &back["chain"]),
        (&copied["events"], &copied["chain"])
    );
    let nothing = [
        "copy",
        "--from",
        "sqlite://nothing.db",
        "--to",
        &to,
        "--json",
    ];
    assert_eq!(city.run(&nothing).error(4)["code"], "store_missing");
    std::fs::copy(city.path("gridwhistle.db.keys"), city.path("city.keys")).unwrap();
    let after = on(&city, &to, LATER, &["list", "ledger", "--json"]).json();
    assert_eq!(after["rows"], before["rows"]);
    let shown = on(&city, &to, LATER, &["case", "show", &case, "--json"]).json();
    assert_eq!(
        shown,
        city.at(LATER, &["case", "show", &case, "--json"]).json()
    );

    // Two logs that have gone apart are not mixed.
    let note = [
        "case",
        "report",
        "--as",
        OFFICER,
        "--channel",
        "patrol",
        "--grid",
        "G-1",
    ];
    on(
        &city,
        &to,
        LATER,
        &[&note[..], &["--description", "there"]].concat(),
    )
    .fine();
    city.at(LATER, &[&note[..], &["--description", "here"]].concat())
        .fine();
    let error = city.run(&["copy", "--to", &to, "--json"]).error(4);
    assert_eq!(error["code"], "copy_refused", "{error}");
}

#[test]
fn a_database_that_is_not_there_is_named_without_its_password() {
    let city = City::empty();
    let url = "postgres://clerk:secret@127.0.0.1:1/city";
    let ran = on(&city, url, MONDAY, &["list", "ledger", "--json"]);
    let error = ran.error(4);
    assert_eq!(error["code"], "store_unavailable", "{error}");
    let text = error.to_string();
    assert!(
        text.contains("127.0.0.1:1") && !text.contains("secret"),
        "{text}"
    );
    let mut command = city.command(MONDAY, &["init", "--json"]);
    let without_keys = command.env("GRIDWHISTLE_STORE", url).output().unwrap();
    let error = Ran::of(without_keys).error(2);
    assert_eq!(error["code"], "keys_not_named", "{error}");
    assert!(
        error["message"].as_str().unwrap().contains("--keys"),
        "{error}"
    );
}

/// What the README promises: commands go to the primary, a standby answers questions.
#[test]
fn a_standby_answers_questions_and_takes_no_commands() {
    let city = City::ready();
    city.reported();
    std::fs::copy(city.path("gridwhistle.db.keys"), city.path("city.keys")).unwrap();
    let primary = Cluster::start(&Settings::default());
    let database = primary.database();
    city.run(&["copy", "--to", &database.url()]).fine();
    let questions: [&[&str]; 3] = [
        &["list", "ledger", "--json"],
        &["report", "departments", "--json"],
        &["verify", "--json"],
    ];
    // The primary fills the views, which reach the standby with everything else.
    let asked = questions.map(|args| on(&city, &database.url(), LATER, args).json());
    let standby = primary.standby("second", &Settings::default());
    let url = standby.url(database.name());
    for (args, answer) in questions.iter().zip(asked) {
        assert_eq!(on(&city, &url, LATER, args).json(), answer, "{args:?}");
    }
    let report = [
        "case",
        "report",
        "--as",
        OFFICER,
        "--channel",
        "patrol",
        "--grid",
        "G-1",
    ];
    let error = on(
        &city,
        &url,
        LATER,
        &[&report[..], &["--description", "a leak", "--json"]].concat(),
    );
    assert_eq!(error.error(4)["code"], "read_only");
}
