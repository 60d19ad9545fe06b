//! Backups of a server, and servers made from them.

use crate::{Cluster, Settings, USER, must, until};
use std::path::{Path, PathBuf};

impl Cluster {
    /// Runs one of PostgreSQL's programs as the server's account against this server, and answers
    /// what it says: `pg_dump`, `pg_restore`.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let port = self.port().to_string();
        let place = ["-h", "127.0.0.1", "-p", &port, "-U", USER];
        must(self.home.run(program, &[&place[..], arguments].concat()))
    }

    /// Takes a base backup while the server runs, and answers its folder, in that of the server.
    ///
    /// # Panics
    /// When it cannot be taken.
    #[track_caller]
    pub fn base_backup(&self) -> PathBuf {
        let folder = self.folder().join("base");
        let path = folder.display().to_string();
        let how = ["-D", &path, "-X", "stream", "-c", "fast", "--no-sync"];
        self.tool("pg_basebackup", &how);
        folder
    }

    /// A server from a base backup and the log files beside it: `settings` say by
    /// `restore_command` where those are, and how far they are followed. When this returns, it
    /// takes writes.
    ///
    /// # Panics
    /// When it does not come up, or does not reach what it was to reach.
    #[must_use]
    #[track_caller]
    pub fn restored(base: &Path, settings: &Settings) -> Self {
        let cluster = must(Self::make(settings, |home| {
            let (from, to) = (base.display().to_string(), home.data());
            home.run_at(Path::new("cp"), &["-a", &from, &to.display().to_string()])?;
            home.write(&to.join("recovery.signal"), "")
        }));
        must(until("it does not end its recovery", || {
            let recovers = cluster.ask("postgres", "select pg_is_in_recovery()")?;
            Ok((recovers == "f").then_some(()))
        }));
        cluster
    }
}
