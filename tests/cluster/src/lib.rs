//! A throw-away PostgreSQL server for tests and benchmarks, in a folder and on a port of its own.
//!
//! It never touches another server, and it goes when the process that started it goes, in whatever
//! way: a guardian process, which holds the other end of a pipe, stops it and deletes its folder.
//! A fixture that cannot be had ends the test, so the methods panic, with the way to mend it.
//!
//! ```
//! use gridwhistle_cluster::Cluster;
//!
//! let database = Cluster::shared().database();
//! assert_eq!(database.sql("select 1 + 1"), "2");
//! assert!(database.url().starts_with("postgres://gridwhistle@127.0.0.1:"));
//! ```
#![expect(
    clippy::panic,
    reason = "a fixture that cannot be had ends the test that asked for it"
)]

mod backup;
mod binaries;
mod cluster;
mod database;
mod guardian;
mod home;
mod monitored;
mod newest;
mod processes;
mod standby;

pub use cluster::Cluster;
pub use database::Database;
pub use monitored::Monitored;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The only role of a throw-away server: its superuser, trusted without a password.
pub const USER: &str = "gridwhistle";

/// How a server is set up; the default is for tests.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether writes reach the disk before they are acknowledged. Off for tests: what a killed
    /// server wrote is safe with the system, and only a machine that loses power would lose it.
    pub fsync: bool,
    /// Lines of the configuration beside ours: names with values, as they stand in the file.
    pub config: Vec<(String, String)>,
    /// The folder in which the server's own is made; the system's for temporary files when none.
    pub under: Option<PathBuf>,
    /// The folder with `initdb` and `postgres` of the server, beside their `lib` and `share`; the
    /// machine's when none. They are copied to where the server's account may enter.
    pub programs: Option<PathBuf>,
}

impl Settings {
    /// A server that may lose nothing, for benchmarks: everything else is PostgreSQL's default.
    #[must_use]
    pub fn durable() -> Self {
        Self {
            fsync: true,
            ..Self::default()
        }
    }

    /// With one more line of configuration; the last one of a name counts.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.config.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the server's folder made in this one, for example in a small file system. Everybody
    /// must be able to make folders in it, as in one for temporary files.
    #[must_use]
    pub fn under(mut self, folder: impl Into<PathBuf>) -> Self {
        self.under = Some(folder.into());
        self
    }
}

/// How long a server may take to do what it was told; a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// Asks again until there is an answer, or patience ends.
fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>, String>) -> Result<T, String> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("{what}: waited for {} s", PATIENCE.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The answer, or the end of the test.
#[track_caller]
fn must<T>(answer: Result<T, String>) -> T {
    answer.unwrap_or_else(|why| panic!("PostgreSQL for tests: {why}"))
}
