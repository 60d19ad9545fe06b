//! A server: from its start to its end, with the failures in between.

use crate::guardian::Guardian;
use crate::home::{Home, free_port};
use crate::{Settings, USER, must, processes, until};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// How often another port is tried when one is taken between the look and the start.
const PORTS: usize = 5;
/// What a server says whose port somebody else has.
const TAKEN: &str = "could not create any TCP/IP sockets";

/// A server of this process. It ends with the value, or with the process.
pub struct Cluster {
    pub(crate) guardian: Mutex<Guardian>,
    pub(crate) home: Home,
    port: u16,
}

impl Cluster {
    /// Starts a new, empty server.
    ///
    /// # Panics
    /// When there is no PostgreSQL, or it does not start; the message says how to mend it.
    #[must_use]
    #[track_caller]
    pub fn start(settings: &Settings) -> Self {
        must(Self::make(settings, |home| {
            let data = home.data().display().to_string();
            let made = ["-D", &data, "-U", USER, "--auth=trust", "--no-sync"];
            let text = ["--encoding=UTF8", "--locale=C"];
            home.run("initdb", &[&made[..], &text[..]].concat())
                .map(drop)
        }))
    }

    /// The server that the tests of one process share; it starts when it is first asked for.
    ///
    /// # Panics
    /// As [`Cluster::start`].
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&Settings::default()))
    }

    /// A server in a new folder, which the caller fills with data.
    pub(crate) fn make(
        settings: &Settings,
        fill: impl FnOnce(&Home) -> Result<(), String>,
    ) -> Result<Self, String> {
        let home = Home::make(settings)?;
        let mut cluster = Self {
            guardian: Mutex::new(Guardian::over(&home, &home.program("postgres"), &["-D"])?),
            home,
            port: 0,
        };
        fill(&cluster.home)?;
        let mut tries = 0;
        loop {
            cluster.port = free_port();
            cluster.home.configure(cluster.port, settings)?;
            tries += 1;
            match cluster.begin() {
                Err(why) if why.contains(TAKEN) && tries < PORTS => {}
                answer => return answer.map(|()| cluster),
            }
        }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's folder: its data in `data`, its socket, and what it said in `server.log`.
    pub fn folder(&self) -> &Path {
        self.home.folder()
    }

    /// The process of the server, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.guardian().server()
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Kills the server with SIGKILL; when this returns, none of its processes is left.
    ///
    /// # Panics
    /// When one of them cannot be brought to its end.
    #[track_caller]
    pub fn kill(&self) {
        must(self.guardian().kill());
    }

    /// Stops the server in order: open transactions are rolled back, connections are closed.
    ///
    /// # Panics
    /// When the guardian is gone.
    #[track_caller]
    pub fn stop(&self) {
        must(self.guardian().end("INT"));
    }

    /// Starts the server again on its port and folder; one that runs is stopped in order first.
    ///
    /// # Panics
    /// When it does not come up.
    #[track_caller]
    pub fn restart(&self) {
        self.stop();
        must(until("the port is taken", || match self.begin() {
            Err(why) if why.contains(TAKEN) => Ok(None),
            answer => answer.map(Some),
        }));
    }

    /// Starts the process, and waits until it accepts connections.
    fn begin(&self) -> Result<(), String> {
        let mut guardian = self.guardian();
        let server = guardian.start()?;
        let file = self.home.data().join("postmaster.pid");
        let problem = |why: &str| format!("{why}; the server says:\n{}", self.home.said());
        until("it accepts nobody", || {
            if processes::alive(&[server])?.is_empty() {
                guardian.end("INT")?;
                return Err("it does not start".to_owned());
            }
            // Its process stands on the first line, what it is doing on the eighth.
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let mut lines = text.lines();
            let ours = lines.next() == Some(&server.to_string());
            let ready = lines.nth(6).map(str::trim) == Some("ready");
            Ok((ours && ready).then_some(()))
        })
        .map_err(|why| problem(&why))
    }

    pub(crate) fn guardian(&self) -> MutexGuard<'_, Guardian> {
        // A test that panicked elsewhere says why by itself.
        self.guardian.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
