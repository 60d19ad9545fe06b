//! Copies of a server that follow it, and take its place.

use crate::{Cluster, Settings, USER, must, until};

impl Cluster {
    /// A server that follows this one by streaming, answers questions, and is known to it as `name`.
    ///
    /// # Panics
    /// When it cannot be made, or does not come up.
    #[must_use]
    #[track_caller]
    pub fn standby(&self, name: &str, settings: &Settings) -> Cluster {
        let source = format!(
            "host=127.0.0.1 port={} user={USER} application_name={name}",
            self.port()
        );
        must(Cluster::make(settings, |home| {
            let data = home.data().display().to_string();
            let fast = ["-R", "-X", "stream", "-c", "fast", "--no-sync"];
            home.run(
                "pg_basebackup",
                &[&["-D", &data, "-d", &source], &fast[..]].concat(),
            )?;
            // What the source waits for is not what the copy waits for once it is promoted.
            let path = home.data().join("postgresql.auto.conf");
            let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
            let kept = text
                .lines()
                .filter(|line| !line.starts_with("synchronous_standby_names"));
            home.write(&path, &format!("{}\n", kept.collect::<Vec<_>>().join("\n")))
        }))
    }

    /// Makes a standby a server that takes writes; when this returns, it does.
    ///
    /// # Panics
    /// When it is no standby, or does not stop following.
    #[track_caller]
    pub fn promote(&self) {
        assert_eq!(self.sql("postgres", "select pg_promote(true, 60)"), "t");
    }

    /// Sets which standbys a commit waits for, as `synchronous_standby_names` says; none when empty.
    ///
    /// # Panics
    /// When the server refuses the list.
    #[track_caller]
    pub fn synchronous(&self, names: &str) {
        let literal = names.replace('\'', "''");
        self.sql(
            "postgres",
            &format!("alter system set synchronous_standby_names = '{literal}'"),
        );
        self.sql("postgres", "select pg_reload_conf()");
        must(until("the list is not in force", || {
            let now = self.ask("postgres", "show synchronous_standby_names")?;
            Ok((now == names).then_some(()))
        }));
    }
}
