//! A small city in a folder of its own, and one run of the program in it.

use serde_json::Value;
use std::fs::Permissions;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// People by what they do, as `--as` takes them.
pub(crate) const OFFICER: &str = "officer/grid_officer/C-1";
pub(crate) const LEADER: &str = "leader/grid_leader/C-1";
pub(crate) const COMMUNITY: &str = "community/community_staff/C-1";
pub(crate) const STREET: &str = "street/street_staff/S-1";
pub(crate) const DISPATCHER: &str = "dispatcher/dispatcher/B-centre";
pub(crate) const WATER: &str = "water/department_handler/B-water";
pub(crate) const SUPERVISOR: &str = "supervisor/supervisor/D-1";
pub(crate) const ADMIN: &str = "admin/administrator/CITY";

/// A Monday in working time.
pub(crate) const MONDAY: &str = "2026-03-02 09:00";

/// A folder with a store.
pub(crate) struct City {
    pub(crate) folder: TempDir,
}

/// What one run of the program gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The sample files that the README starts from.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/city")
}

/// The files of a city, held in memory: nothing is left behind, and whoever wants the city lays them out.
pub(crate) struct Files(Vec<(String, Permissions, Vec<u8>)>);

impl Files {
    /// Those of a city in which nobody is at work.
    pub(crate) fn of(city: &City) -> Self {
        let entries = std::fs::read_dir(city.folder.path()).expect("its folder");
        let read = entries.map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name");
            let rights = entry.metadata().expect("its metadata").permissions();
            (name, rights, std::fs::read(entry.path()).expect("a file"))
        });
        Self(read.collect())
    }

    /// The same city in another folder.
    pub(crate) fn laid_out(&self) -> City {
        let city = City::empty();
        for (name, rights, content) in &self.0 {
            let path = city.path(name);
            std::fs::write(&path, content).expect("a file");
            std::fs::set_permissions(&path, rights.clone()).expect("its rights");
        }
        city
    }
}

impl City {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Set up: rules, calendars, registry, catalogue. Made once and copied.
    pub(crate) fn ready() -> Self {
        static MADE: OnceLock<Files> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let city = Self::empty();
            let files = samples();
            let (registry, catalogue) = (files.clone(), files.join("catalogue.csv"));
            city.at("2026-03-01 08:00", &["init"]).fine();
            let path = registry.to_str().expect("a path");
            city.at(
                "2026-03-01 08:01",
                &["registry", "import", path, "--as", ADMIN],
            )
            .fine();
            let path = catalogue.to_str().expect("a path");
            city.at(
                "2026-03-01 08:02",
                &["catalogue", "import", path, "--as", ADMIN],
            )
            .fine();
            Files::of(&city)
        });
        made.laid_out()
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder and answers its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file");
        path.to_str().expect("a path").to_owned()
    }

    /// The program in this folder, with nothing of the machine's own settings.
    pub(crate) fn command(&self, at: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gridwhistle"));
        command.current_dir(self.folder.path()).args(args);
        for name in ["LANG", "LC_ALL", "LC_MESSAGES", "COLUMNS"] {
            command.env_remove(name);
        }
        for name in ["STORE", "KEYS", "TENANT", "AS", "LANG", "CONFIG"] {
            command.env_remove(format!("GRIDWHISTLE_{name}"));
        }
        command.env("GRIDWHISTLE_CLOCK", at);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program at an instant.
    pub(crate) fn at(&self, at: &str, args: &[&str]) -> Ran {
        Ran::of(self.command(at, args).output().expect("the program runs"))
    }

    /// Runs the program on Monday morning.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.at(MONDAY, args)
    }

    /// Gives a command to a case at an instant, and answers the receipt.
    pub(crate) fn give(&self, at: &str, who: &str, args: &[&str]) -> Value {
        let args: Vec<&str> = ["case"]
            .iter()
            .chain(args)
            .chain(&["--as", who, "--json"])
            .copied()
            .collect();
        self.at(at, &args).json()
    }

    /// A case reported by the grid officer on Monday morning; answers its id.
    pub(crate) fn reported(&self) -> String {
        let receipt = self.give(
            MONDAY,
            OFFICER,
            &[
                "report",
                "--channel",
                "patrol",
                "--grid",
                "G-1",
                "--description",
                "河东路口水管爆裂，路面积水",
            ],
        );
        receipt["case"].as_str().expect("a case").to_owned()
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }

    /// The output of a run that must have gone well.
    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        assert_eq!(self.err, "");
        self.out
    }

    /// The JSON of a run that must have gone well.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let out = self.fine();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// The error of a run with `--json` that must have ended so; nothing on standard output.
    #[track_caller]
    pub(crate) fn error(self, code: i32) -> Value {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        let object: Value =
            serde_json::from_str(&self.err).unwrap_or_else(|error| panic!("{error}: {}", self.err));
        object["error"].clone()
    }
}
