//! Where PostgreSQL's programs are. `.ci/setup` looks in the same places.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the folder of the programs, when they are in no usual place.
const VARIABLE: &str = "GRIDWHISTLE_POSTGRES_BIN";
/// Where Debian keeps them, by version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The oldest version that serves.
pub(crate) const OLDEST: u32 = 15;

/// The folder with `initdb` and `postgres`.
pub(crate) fn find() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        let named = PathBuf::from(named);
        return if usable(&named) {
            Ok(named)
        } else {
            Err(format!(
                "{VARIABLE} names {}, where there is no PostgreSQL {OLDEST} or newer",
                named.display()
            ))
        };
    }
    let beside = configured().filter(|folder| usable(folder));
    let installed = || debian().into_iter().rev().find(|folder| usable(folder));
    beside.or_else(installed).ok_or_else(|| {
        format!(
            "no PostgreSQL {OLDEST} or newer is here: install Debian's package `postgresql`, \
             or name the folder of its programs in {VARIABLE}"
        )
    })
}

/// The manager that takes a primary's place by a standby, if it fits these programs.
pub(crate) fn manager(programs: &Path) -> Result<PathBuf, String> {
    let version = version(&programs.join("postgres")).unwrap_or(OLDEST);
    let shared = Command::new(programs.join("pg_config"))
        .arg("--sharedir")
        .output();
    let shared = shared.map(|answer| String::from_utf8_lossy(&answer.stdout).trim().to_owned());
    let shared = PathBuf::from(shared.unwrap_or_default());
    let extension = shared.join("extension/pgautofailover.control");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).map(|folder| folder.join("pg_autoctl"));
    found
        .find(|program| program.is_file() && extension.is_file())
        .ok_or_else(|| {
            format!(
                "no pg_auto_failover for PostgreSQL {version} is here: install Debian's package \
                 `postgresql-{version}-auto-failover`"
            )
        })
}

/// What `pg_config` on the path answers; its folder may hold the client's programs only.
fn configured() -> Option<PathBuf> {
    let answer = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(answer.stdout).ok()?;
    Some(PathBuf::from(folder.trim()))
}

/// The folders of Debian's versions, the newest last.
fn debian() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Whether a server of a version that serves can be made from this folder.
fn usable(folder: &Path) -> bool {
    folder.join("initdb").exists()
        && version(&folder.join("postgres")).is_some_and(|version| version >= OLDEST)
}

/// The main version: 15 of `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`.
pub(crate) fn version(server: &Path) -> Option<u32> {
    let answer = Command::new(server).arg("--version").output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let digits = text.split(") ").nth(1)?;
    let end = digits.find(|c: char| !c.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())].parse().ok()
}
