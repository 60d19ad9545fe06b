//! Databases of a server, and statements in them.

use crate::{Cluster, USER, must};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database of its own for one test; it is dropped with the value, whoever is still connected.
pub struct Database<'c> {
    cluster: &'c Cluster,
    name: String,
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
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("create database {name} {options}"));
        Database {
            cluster: self,
            name,
        }
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
        self.home.run("psql", &[&place[..], &how[..]].concat())
    }
}

impl Database<'_> {
    /// The name, which no other database of this process has.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address.
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// Runs a statement, as [`Cluster::sql`].
    ///
    /// # Panics
    /// When the server refuses it.
    #[track_caller]
    pub fn sql(&self, statement: &str) -> String {
        self.cluster.sql(&self.name, statement)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A server that a test has killed takes its databases with it.
        let _ = self.cluster.ask(
            "postgres",
            &format!("drop database if exists {} with (force)", self.name),
        );
    }
}
