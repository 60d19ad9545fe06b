//! The set-up check on machines that lack something: one line that says what, and how to get it.

use crate::sources::root;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A tool that does what a line of shell says.
fn tool(folder: &Path, name: &str, does: &str) {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{does}\n")).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

/// The check where `cargo` answers so: its exit code and what it says.
fn check(cargo: &str, args: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    tool(folder.path(), "cargo", cargo);
    tool(folder.path(), "cc", "exit 0");
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .arg(root().join(".ci/setup"))
        .args(args)
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.stdout, b"");
    (output.status.code(), said.trim_end().to_owned())
}

/// A cargo that has every component but one.
fn without(component: &str) -> String {
    format!("case \"$1\" in {component}) exit 101 ;; esac; echo 'cargo 1.95.0'")
}

#[test]
fn a_missing_component_is_named_with_the_way_to_get_it() {
    for (component, package) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let (code, said) = check(&without(component), &[]);
        let expected =
            format!("setup: 'cargo {component}' is missing: rustup component add {package}");
        assert_eq!((code, said), (Some(1), expected));
        let (code, said) = check(&without(component), &["run"]);
        assert_eq!(
            (code, said.as_str()),
            (Some(0), ""),
            "the demo needs no {component}"
        );
    }
    assert_eq!(check(&without("nothing"), &[]), (Some(0), String::new()));
}

#[test]
fn an_old_toolchain_is_refused() {
    let (code, said) = check("echo 'cargo 1.94.1 (abc 2026-01-01)'", &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("cargo 1.94.1 is too old: Rust 1.95"),
        "{said}"
    );
}
