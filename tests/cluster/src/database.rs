//! Databases of a server, and statements in them.

use crate::home::psql;
use crate::{Cluster, USER, binaries, must};
use std::sync::atomic::{AtomicU32, Ordering};

/// Names a server of somebody's, as an address with a database that is there: the suites that any
/// engine must pass then make their databases on it, and drop them.
const VARIABLE: &str = "GRIDWHISTLE_SUITE_URL";

/// A database of its own for one test; it is dropped with the value, whoever is still connected.
pub struct Database<'c> {
    place: Place<'c>,
    name: String,
}

/// Where a database is.
enum Place<'c> {
    Ours(&'c Cluster),
    /// The address of another database of a server that is not ours.
    Given(String),
}

impl Cluster {
    /// A new, empty database.
    ///
    /// # Panics
    /// When the server does not make it.
    #[must_use]
    #[track_caller]
    pub fn database(&self) -> Database<'_> {
        self.database_with("")
    }

    /// The same with options of `create database`, for example the sorting of Chinese:
    /// `template template0 locale_provider icu icu_locale 'zh-CN'`.
    ///
    /// # Panics
    /// When the server does not make it.
    #[must_use]
    #[track_caller]
    pub fn database_with(&self, options: &str) -> Database<'_> {
        must(Database::make(Place::Ours(self), options))
    }

    /// Runs a statement, and answers its rows: one a line, columns apart by `|`.
    ///
    /// # Panics
    /// When the server refuses it.
    #[track_caller]
    pub fn sql(&self, database: &str, statement: &str) -> String {
        must(self.ask(database, statement))
    }

    /// The same, with what the server says when it refuses or cannot be reached.
    ///
    /// # Errors
    /// What `psql` says.
    pub fn ask(&self, database: &str, statement: &str) -> Result<String, String> {
        let port = self.port().to_string();
        let place = ["-h", "127.0.0.1", "-p", &port, "-U", USER, "-d", database];
        let how = ["-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement];
        let psql = binaries::find()?.join("psql");
        self.home.run_at(&psql, &[&place[..], &how[..]].concat())
    }
}

impl Database<'static> {
    /// A new, empty database on the server that `GRIDWHISTLE_SUITE_URL` names, which may be any
    /// engine that speaks PostgreSQL's protocol; on the shared server where it names none.
    ///
    /// # Panics
    /// When the server does not make it.
    #[must_use]
    #[track_caller]
    pub fn for_suite() -> Self {
        let place = match std::env::var(VARIABLE) {
            Ok(url) => Place::Given(url),
            Err(_) => Place::Ours(Cluster::shared()),
        };
        must(Self::make(place, ""))
    }
}

impl<'c> Database<'c> {
    fn make(place: Place<'c>, options: &str) -> Result<Self, String> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let nth = MADE.fetch_add(1, Ordering::Relaxed);
        let name = match &place {
            Place::Ours(_) => format!("test_{nth}"),
            Place::Given(_) => format!("gridwhistle_suite_{}_{nth}", std::process::id()),
        };
        place.ask(&format!("create database {name} {options}"))?;
        Ok(Self { place, name })
    }

    /// The name, which no other database of this process has.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Ours(cluster) => cluster.url(&self.name),
            Place::Given(url) => beside(url, &self.name),
        }
    }

    /// Runs a statement, as [`Cluster::sql`].
    ///
    /// # Panics
    /// When the server refuses it.
    #[track_caller]
    pub fn sql(&self, statement: &str) -> String {
        must(match &self.place {
            Place::Ours(cluster) => cluster.ask(&self.name, statement),
            Place::Given(_) => ask(&self.url(), statement),
        })
    }
}

impl Place<'_> {
    /// Runs a statement in a database that was there before.
    fn ask(&self, statement: &str) -> Result<String, String> {
        match self {
            Self::Ours(cluster) => cluster.ask("postgres", statement),
            Self::Given(url) => ask(url, statement),
        }
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A server that a test has killed takes its databases with it.
        let gone = format!("drop database if exists {} with (force)", self.name);
        let _ = self.place.ask(&gone);
    }
}

/// Asks a server that is not ours.
fn ask(url: &str, statement: &str) -> Result<String, String> {
    let how = ["-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement];
    psql(&binaries::find()?, &[&["-d", url], &how[..]].concat())
}

/// The address of another database of the same server.
fn beside(url: &str, name: &str) -> String {
    let (place, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let (scheme, rest) = place.split_at(place.find("://").map_or(0, |at| at + 3));
    let host = rest.split('/').next().unwrap_or_default();
    format!("{scheme}{host}/{name}{query}")
}

#[test]
fn the_address_of_another_database_keeps_hosts_and_settings() {
    let url = "postgres://a:b@one:1,other:2/postgres?target_session_attrs=read-write";
    let other = "postgres://a:b@one:1,other:2/x?target_session_attrs=read-write";
    assert_eq!(beside(url, "x"), other);
    assert_eq!(beside("postgres://a@one", "x"), "postgres://a@one/x");
}
