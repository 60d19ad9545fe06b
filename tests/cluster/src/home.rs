//! The folder of a server, and the account that it runs as.

use crate::{Settings, USER, binaries};
use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who runs the server where the tests run as root, which PostgreSQL refuses: the first there is.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];
/// The longest path of a socket that every system takes.
const SOCKET_MAX: usize = 80;

/// Where a server lives. Whoever makes one puts a guardian over it at once.
pub(crate) struct Home {
    programs: PathBuf,
    folder: PathBuf,
    /// User and group, when they are not the caller's own.
    account: Option<(u32, u32)>,
    /// Whether a manager's programs run here, who keep their files in places of their own.
    managed: bool,
}

impl Home {
    /// Makes a folder that only its account may enter.
    pub(crate) fn make(settings: &Settings) -> Result<Self, String> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("gridwhistle-");
        let folder = match &settings.under {
            Some(under) => builder.tempdir_in(under),
            None => builder.tempdir(),
        };
        let folder = folder.map_err(|error| format!("no folder: {error}"))?;
        let owner = std::fs::metadata(folder.path())
            .map_err(|error| format!("{}: {error}", folder.path().display()))?
            .uid();
        let account = if owner == 0 { Some(account()?) } else { None };
        if let Some((user, group)) = account {
            chown(folder.path(), Some(user), Some(group))
                .map_err(|error| format!("{}: {error}", folder.path().display()))?;
        }
        let programs = match &settings.programs {
            Some(given) => copied(given, folder.path())?,
            None => binaries::find()?,
        };
        Ok(Self {
            programs,
            folder: folder.keep(),
            account,
            managed: false,
        })
    }

    /// The same for a manager and what it manages: everything of theirs stays in the folder, and
    /// they know each other by the name of the account.
    pub(crate) fn managed() -> Result<Self, String> {
        let mut home = Self::make(&Settings::default())?;
        home.managed = true;
        if home.folder.as_os_str().len() > SOCKET_MAX {
            return Err(format!("{}: too long for a socket", home.folder.display()));
        }
        Ok(home)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The path of one of PostgreSQL's programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A shell of the server's account.
    pub(crate) fn shell(&self) -> Command {
        self.as_account("sh".as_ref())
    }

    /// Runs one of PostgreSQL's programs to its end, and answers what it says.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        self.run_at(&self.program(program), arguments)
    }

    /// Runs a program of another folder to its end, and answers what it says.
    pub(crate) fn run_at(&self, path: &Path, arguments: &[&str]) -> Result<String, String> {
        finish(self.as_account(path).args(arguments))
    }

    /// Writes the configuration: nothing but what is ours stands beside PostgreSQL's defaults.
    pub(crate) fn configure(&self, port: u16, settings: &Settings) -> Result<(), String> {
        let socket = self.folder.display().to_string();
        let socket = if socket.len() > SOCKET_MAX {
            String::new()
        } else {
            socket
        };
        let mut lines = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{socket}'\n\
             fsync = {}\nsynchronous_commit = on\nmax_connections = 300\n",
            if settings.fsync { "on" } else { "off" },
        );
        for (name, value) in &settings.config {
            let _ = writeln!(lines, "{name} = '{}'", value.replace('\'', "''"));
        }
        let path = self.data().join("gridwhistle.conf");
        self.write(&path, &lines)?;
        let main = self.data().join("postgresql.conf");
        let text = std::fs::read_to_string(&main).map_err(|error| format!("{error}"))?;
        let include = "include 'gridwhistle.conf'";
        if text.contains(include) {
            return Ok(());
        }
        self.write(&main, &format!("{text}\n{include}\n"))
    }

    /// Writes a file that belongs to the server's account.
    pub(crate) fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        let problem = |error: std::io::Error| format!("{}: {error}", path.display());
        std::fs::write(path, text).map_err(problem)?;
        match self.account {
            Some((user, group)) => chown(path, Some(user), Some(group)).map_err(problem),
            None => Ok(()),
        }
    }

    /// The end of what the server has said.
    pub(crate) fn said(&self) -> String {
        let log = std::fs::read(self.folder.join("server.log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    fn as_account(&self, program: &Path) -> Command {
        let mut command = clean(program);
        // The account may be one that may not enter the folder of the tests.
        command.current_dir(&self.folder);
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        if self.managed {
            command.env_remove("PGUSER");
            for name in ["HOME", "PGHOST", "PG_REGRESS_SOCK_DIR", "XDG_RUNTIME_DIR"] {
                command.env(name, &self.folder);
            }
            command.env("XDG_CONFIG_HOME", self.folder.join("config"));
            command.env("XDG_DATA_HOME", self.folder.join("share"));
        }
        command
    }
}

/// A copy of a folder of programs, with what lies beside it, for whoever may enter only `folder`.
fn copied(programs: &Path, folder: &Path) -> Result<PathBuf, String> {
    let [Some(tree), Some(name)] = [programs.parent().map(Path::as_os_str), programs.file_name()]
    else {
        return Err(format!("{}: no folder of programs", programs.display()));
    };
    let copy = folder.join("programs");
    finish(Command::new("cp").arg("-RP").args([tree, copy.as_os_str()]))?;
    Ok(copy.join(name))
}

/// Runs `psql` as whoever runs the test, against a server that is not ours.
pub(crate) fn psql(programs: &Path, arguments: &[&str]) -> Result<String, String> {
    finish(Command::new(programs.join("psql")).args(arguments))
}

/// Runs a program to its end, and answers what it says.
fn finish(command: &mut Command) -> Result<String, String> {
    let path = PathBuf::from(command.get_program());
    let program = path.file_name().unwrap_or_default().display();
    let answer = command
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if answer.status.success() {
        let text = String::from_utf8_lossy(&answer.stdout);
        return Ok(text.trim_end_matches('\n').to_owned());
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    Err(format!("{program}: {}", said.trim_end()))
}

/// A command that knows nothing of another server: no variable of libpq reaches it.
fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("PGUSER", USER);
    command
}

/// User and group of the first account that there is.
fn account() -> Result<(u32, u32), String> {
    let number = |flag: &str, name: &str| -> Option<u32> {
        let answer = Command::new("id").args([flag, name]).output().ok()?;
        String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
    };
    ACCOUNTS
        .iter()
        .find_map(|name| Some((number("-u", name)?, number("-g", name)?)))
        .ok_or_else(|| format!("PostgreSQL does not run as root; make one of {ACCOUNTS:?}"))
}

/// A port that nobody listens on. It lies below those that systems give to outgoing connections: a
/// client that retries while the server is down may be given its very port, and keep it.
pub(crate) fn free_port() -> u16 {
    let hash = RandomState::new().hash_one(std::process::id());
    let mut port = 15_000 + u16::try_from(hash % 16_000).unwrap_or_default();
    while TcpListener::bind(("127.0.0.1", port)).is_err() {
        port = if port < 32_000 { port + 1 } else { 15_000 };
    }
    port
}
