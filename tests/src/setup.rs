//! The set-up check on machines that lack something: one line that says what, and how to get it.

use crate::sources::text;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A cargo that is new enough and has every component.
const CARGO: &str = "echo 'cargo 1.95.0'";
/// Says that PostgreSQL is missing, and every way to get it.
const NO_POSTGRES: &str = "setup: PostgreSQL 15 or newer is missing: install it (Debian: apt-get \
                           install postgresql), or name the folder of its programs in \
                           GRIDWHISTLE_POSTGRES_BIN";
const INSTALLING: &str =
    "setup: PostgreSQL 15 or newer is missing: installing Debian's package postgresql";
/// What is looked for of the manager, for PostgreSQL 15.
const MANAGES: &str = "share/15/extension/pgautofailover.control";
const MANAGER: &str = "setup: pg_auto_failover is missing: installing Debian's package \
                       postgresql-15-auto-failover";
/// What everybody is told without it.
const NO_MANAGER: &str = "setup: the failover test will not be run: pg_auto_failover is missing";

/// A machine made for one test: what is on its path, and where its packages put things.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    /// With cargo, a compiler and PostgreSQL, but nobody who may install anything.
    fn new() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        machine.tool("cargo", CARGO);
        machine.tool("cc", "exit 0");
        machine.tool("python3", "exit 0");
        machine.tool("pg_config", "exit 1");
        machine.tool("apt-get", "echo unasked >&2; exit 1");
        machine.manager("15");
        machine.tool("id", "echo 1000");
        machine.postgres("15");
        machine
    }

    /// A path of the machine.
    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A tool on the path that does what a line of shell says.
    fn tool(&self, name: &str, does: &str) {
        tool(&self.at("path"), name, does);
    }

    /// Debian's folder of a version of PostgreSQL, in place of any that was there.
    fn postgres(&self, version: &str) {
        let _ = std::fs::remove_dir_all(self.at("lib"));
        programs(&self.at("lib").join(version).join("bin"), version);
    }

    /// The manager of failover for a version of PostgreSQL.
    fn manager(&self, version: &str) {
        let there = self.at(&MANAGES.replace("15", version));
        std::fs::create_dir_all(there.parent().unwrap()).unwrap();
        std::fs::write(there, "").unwrap();
    }

    /// A machine without PostgreSQL, of a user who may install it: `install` does, into the folder
    /// that `$lib` names.
    fn of_root(install: &str) -> Self {
        let machine = Self::new();
        std::fs::remove_dir_all(machine.at("lib")).unwrap();
        programs(&machine.at("package"), "15");
        machine.tool("id", "echo 0");
        let (asked, lib) = (machine.at("asked"), machine.at("lib"));
        let (asked, lib) = (asked.display(), lib.display());
        machine.tool(
            "apt-get",
            &format!(
                "echo \"$*\" >>'{asked}'\nlib='{lib}'\n[ \"$1\" = update ] || {{ {install}; }}"
            ),
        );
        machine
    }

    /// The check on this machine: its exit code and what it says.
    fn check(&self, args: &[&str], named: Option<&Path>) -> (Option<i32>, String) {
        let script = text(".ci/setup")
            .replace("/usr/lib/postgresql", &self.at("lib").display().to_string())
            .replace(
                "/usr/share/postgresql",
                &self.at("share").display().to_string(),
            )
            .replace(
                "/etc/postgresql-common",
                &self.at("etc").display().to_string(),
            );
        std::fs::write(self.at("setup"), script).unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("sh");
        command
            .arg(self.at("setup"))
            .args(args)
            .env("PATH", format!("{}:{path}", self.at("path").display()))
            .env_remove("GRIDWHISTLE_POSTGRES_BIN");
        if let Some(named) = named {
            command.env("GRIDWHISTLE_POSTGRES_BIN", named);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.stdout, b"");
        (output.status.code(), said.trim_end().to_owned())
    }
}

fn tool(folder: &Path, name: &str, does: &str) {
    std::fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{does}\n")).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

/// What is looked for in a folder of PostgreSQL's programs.
fn programs(folder: &Path, version: &str) {
    tool(folder, "initdb", "exit 0");
    let says = format!("echo 'postgres (PostgreSQL) {version}.3 (Debian {version}.3-1)'");
    tool(folder, "postgres", &says);
}

/// A cargo that has every component but one.
fn without(component: &str) -> String {
    format!("case \"$1\" in {component}) exit 101 ;; esac; {CARGO}")
}

fn well() -> (Option<i32>, String) {
    (Some(0), String::new())
}

#[test]
fn a_missing_component_is_named_with_the_way_to_get_it() {
    let machine = Machine::new();
    for (component, package) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        machine.tool("cargo", &without(component));
        let expected =
            format!("setup: 'cargo {component}' is missing: rustup component add {package}");
        assert_eq!(machine.check(&[], None), (Some(1), expected));
        let run = machine.check(&["run"], None);
        assert_eq!(run, well(), "the demo needs no {component}");
    }
    machine.tool("cargo", CARGO);
    assert_eq!(machine.check(&[], None), well());
}

#[test]
fn an_old_toolchain_is_refused() {
    let machine = Machine::new();
    machine.tool("cargo", "echo 'cargo 1.94.1 (abc 2026-01-01)'");
    let (code, said) = machine.check(&[], None);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("cargo 1.94.1 is too old: Rust 1.95"),
        "{said}"
    );
}

#[test]
fn postgres_is_found_by_name_by_its_own_tool_or_where_debian_puts_it() {
    let machine = Machine::new();
    machine.manager("16");
    machine.manager("100");
    machine.postgres("14");
    let missing = (Some(1), NO_POSTGRES.to_owned());
    assert_eq!(machine.check(&[], None), missing, "14 is too old");
    assert_eq!(machine.check(&["run"], None), well(), "the demo needs none");
    machine.postgres("9");
    assert_eq!(machine.check(&[], None), missing);
    machine.postgres("100");
    assert_eq!(machine.check(&[], None), well());

    std::fs::remove_dir_all(machine.at("lib")).unwrap();
    assert_eq!(machine.check(&[], None), missing);
    let elsewhere = machine.at("else where");
    programs(&elsewhere, "16");
    assert_eq!(machine.check(&[], Some(&elsewhere)), well());
    machine.tool("pg_config", &format!("echo '{}'", elsewhere.display()));
    assert_eq!(machine.check(&[], None), well());

    let nothing = machine.at("nothing");
    let (code, said) = machine.check(&[], Some(&nothing));
    let named = format!("names {}, where it is not", nothing.display());
    assert_eq!(code, Some(1), "a wrong name is not passed over");
    assert!(said.ends_with(&named), "{said}");
}

#[test]
fn root_of_a_debian_gets_postgres_installed_without_a_server_of_its_own() {
    let install = "mkdir -p \"$lib/15\" && cp -r \"$lib/../package\" \"$lib/15/bin\"";
    let machine = Machine::of_root(install);
    assert_eq!(machine.check(&["run"], None), well(), "the demo needs none");
    assert!(!machine.at("asked").exists());
    assert_eq!(machine.check(&[], None), (Some(0), INSTALLING.to_owned()));
    let asked = std::fs::read_to_string(machine.at("asked")).unwrap();
    let install = "install -y -qq --no-install-recommends postgresql";
    assert_eq!(asked, format!("update -qq\n{install}\n"));
    let config = machine.at("etc/createcluster.conf");
    let no_server = "create_main_cluster = false\n";
    assert_eq!(std::fs::read_to_string(config).unwrap(), no_server);
    assert_eq!(machine.check(&[], None), well(), "it is there now");
}

#[test]
fn root_of_a_debian_gets_the_manager_of_the_failover_test_as_well_where_there_is_one() {
    let machine = Machine::of_root("exit 0");
    machine.postgres("15");
    assert_eq!(machine.check(&[], None), well(), "it is there");
    std::fs::remove_file(machine.at(MANAGES)).unwrap();
    let said = machine.check(&[], None);
    let told = format!("{MANAGER}\n{NO_MANAGER}");
    assert_eq!(said, (Some(0), told), "the rest is tested");
    let asked = std::fs::read_to_string(machine.at("asked")).unwrap();
    assert!(
        asked.ends_with("install -y -qq --no-install-recommends postgresql-15-auto-failover\n")
    );
    machine.tool("id", "echo 1000");
    let said = machine.check(&[], None);
    assert_eq!(
        said,
        (Some(0), NO_MANAGER.to_owned()),
        "nobody else installs it"
    );
}

#[test]
fn what_cannot_be_installed_is_said_and_the_settings_of_others_stay() {
    let machine = Machine::of_root("exit 100");
    let config = machine.at("etc/createcluster.conf");
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    std::fs::write(&config, "# somebody's\n").unwrap();
    let said = format!("{INSTALLING}\n{NO_POSTGRES}");
    assert_eq!(machine.check(&[], None), (Some(1), said));
    assert_eq!(std::fs::read_to_string(config).unwrap(), "# somebody's\n");
}
