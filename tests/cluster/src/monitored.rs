//! A synchronous pair under a manager: pg_auto_failover's monitor and two data nodes, as an
//! operator runs them, tuned to take over within seconds.

use crate::guardian::Guardian;
use crate::home::{Home, free_port};
use crate::{USER, binaries, must, processes, until};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How the monitor is set: it looks every second, and takes a node for dead after four.
const MONITOR: &str = "\
    pgautofailover.health_check_period = 1000\n\
    pgautofailover.health_check_timeout = 1000\n\
    pgautofailover.health_check_max_retries = 1\n\
    pgautofailover.health_check_retry_delay = 500\n\
    pgautofailover.node_considered_unhealthy_timeout = 4000\n\
    pgautofailover.primary_demote_timeout = 5000\n\
    pgautofailover.startup_grace_period = 4000\n\
    fsync = off\n";
/// How the data nodes are set: a killed process loses nothing that the system holds, and whoever
/// copies one does not wait for a checkpoint that takes its time.
const NODE: &str = "fsync = off\ncheckpoint_completion_target = 0\n";
/// After how many seconds without monitor and standby a primary takes no writes any more.
const PARTITION: &str = "4";

/// A monitor with a primary and a standby, which take each other's place by themselves. All of it
/// ends with the value, or with the process.
pub struct Monitored {
    nodes: [Node; 2],
    monitor: Node,
}

/// A program of the manager with its server, in a folder of its own.
struct Node {
    guardian: Mutex<Guardian>,
    home: Home,
    manager: PathBuf,
    name: &'static str,
    port: u16,
}

impl Monitored {
    /// Starts all three, and waits until the standby is synchronous.
    ///
    /// # Errors
    /// When the manager is not here; the message says how to get it.
    ///
    /// # Panics
    /// When it is here, and one of the three does not come up.
    #[track_caller]
    pub fn start() -> Result<Self, String> {
        binaries::manager(&binaries::find()?)?;
        let monitor = must(Node::make("monitor", "monitor", &[], MONITOR));
        let address = format!(
            "postgres://autoctl_node@127.0.0.1:{}/pg_auto_failover",
            monitor.port
        );
        let node = |name| {
            let options = [
                "--listen",
                "127.0.0.1",
                "--username",
                USER,
                "--dbname",
                USER,
                "--name",
                name,
                "--monitor",
                &address,
            ];
            must(Node::make("postgres", name, &options, NODE))
        };
        let pair = Self {
            nodes: [node("one"), node("other")],
            monitor,
        };
        pair.settled();
        Ok(pair)
    }

    /// The address of the one database of the pair, by both hosts.
    pub fn url(&self) -> String {
        let [one, other] = &self.nodes;
        let (one, other) = (one.port, other.port);
        format!("postgres://{USER}@127.0.0.1:{one},127.0.0.1:{other}/{USER}")
    }

    /// The folders of all three.
    pub fn folders(&self) -> [&Path; 3] {
        let [one, other] = &self.nodes;
        [one, other, &self.monitor].map(|node| node.home.folder())
    }

    /// Kills the primary's whole node with SIGKILL, manager and server; when this returns, none of
    /// its processes is left. Answers its number, for [`Monitored::revive`].
    ///
    /// # Panics
    /// When there is no primary, or it cannot be brought to its end.
    #[track_caller]
    pub fn kill_primary(&self) -> usize {
        let (place, node) = self.primary();
        must(node.guardian().kill_family());
        place
    }

    /// Kills the primary's server only; its manager starts it again.
    ///
    /// # Panics
    /// When there is no primary.
    #[track_caller]
    pub fn kill_server(&self) {
        let (_, node) = self.primary();
        let file = node.home.data().join("postmaster.pid");
        let text = must(std::fs::read_to_string(file).map_err(|error| error.to_string()));
        let server = text.lines().next().and_then(|line| line.parse().ok());
        let server = must(server.ok_or("the server's file names no process".to_owned()));
        must(node.guardian().signal("KILL", server));
        must(until("the killed server is still there", || {
            let alive = processes::alive(&[server])?;
            Ok(alive.is_empty().then_some(()))
        }));
    }

    /// Starts a killed node again; it comes back as a standby when the other one took its place.
    ///
    /// # Panics
    /// When its guardian is gone.
    #[track_caller]
    pub fn revive(&self, node: usize) {
        must(self.nodes[node].guardian().start());
    }

    /// Waits until one node is the primary and the other one its synchronous standby.
    ///
    /// # Panics
    /// When that does not come.
    #[track_caller]
    pub fn settled(&self) {
        let answer = until("the pair does not settle", || {
            let states = self.states().unwrap_or_default();
            Ok((states == "primary,secondary" && self.synchronous()).then_some(()))
        });
        must(answer.map_err(|why| {
            let states = self.states();
            let said = self.nodes.each_ref().map(|node| node.home.said());
            format!("{why}: {states:?}\n{}\n{}", said[0], said[1])
        }));
    }

    /// Whether the primary says itself what the monitor says of it, which may be of before.
    fn synchronous(&self) -> bool {
        let Ok((_, node)) = self.find_primary() else {
            return false;
        };
        let port = node.port.to_string();
        let sql = "select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')";
        let place = ["-h", "127.0.0.1", "-p", &port, "-d", "postgres"];
        let answer = node
            .home
            .run("psql", &[&place[..], &["-qAtXc", sql]].concat());
        answer.is_ok_and(|standbys| standbys == "1")
    }

    /// What both have reached, in the order of the alphabet.
    fn states(&self) -> Result<String, String> {
        self.monitor.ask(
            "select string_agg(reportedstate::text, ',' order by reportedstate::text) \
             from pgautofailover.node where reportedstate = goalstate",
        )
    }

    #[track_caller]
    fn primary(&self) -> (usize, &Node) {
        must(self.find_primary())
    }

    fn find_primary(&self) -> Result<(usize, &Node), String> {
        let sql = "select nodename from pgautofailover.node where reportedstate = 'primary'";
        let name = self.monitor.ask(sql)?;
        let mut nodes = self.nodes.iter().enumerate();
        let found = nodes.find(|(_, node)| node.name == name);
        found.ok_or_else(|| format!("there is no primary: `{name}`"))
    }
}

impl Node {
    /// Makes a node of a kind, sets it, and starts it.
    fn make(
        kind: &str,
        name: &'static str,
        options: &[&str],
        settings: &str,
    ) -> Result<Self, String> {
        let home = Home::managed()?;
        let manager = binaries::manager(&binaries::find()?)?;
        let guardian = Mutex::new(Guardian::over(&home, &manager, &["run", "--pgdata"])?);
        let node = Self {
            guardian,
            home,
            manager,
            name,
            port: free_port(),
        };
        let (data, port) = (
            node.home.data().display().to_string(),
            node.port.to_string(),
        );
        let tool = node.home.program("pg_ctl").display().to_string();
        let place = ["--pgdata", &data, "--pgport", &port, "--pgctl", &tool];
        let how = ["--hostname", "127.0.0.1", "--auth", "trust", "--no-ssl"];
        node.manage(&[&["create", kind], &place[..], &how[..], options].concat())?;
        let (name, value) = match kind {
            "monitor" => ("postgresql.listen_addresses", "127.0.0.1"),
            _ => ("timeout.network_partition_timeout", PARTITION),
        };
        node.manage(&["config", "set", "--pgdata", &data, name, value])?;
        let path = node.home.data().join("postgresql.conf");
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        node.home.write(&path, &format!("{text}\n{settings}"))?;
        node.guardian().start()?;
        if kind == "monitor" {
            until("the monitor does not answer", || {
                Ok(node.ask("select").ok())
            })?;
        }
        Ok(node)
    }

    fn manage(&self, arguments: &[&str]) -> Result<(), String> {
        self.home.run_at(&self.manager, arguments).map(drop)
    }

    /// Asks the monitor.
    fn ask(&self, statement: &str) -> Result<String, String> {
        let port = self.port.to_string();
        let place = ["-h", "127.0.0.1", "-p", &port, "-U", "autoctl_node"];
        let how = ["-d", "pg_auto_failover", "-qAtXc", statement];
        self.home.run("psql", &[&place[..], &how[..]].concat())
    }

    fn guardian(&self) -> MutexGuard<'_, Guardian> {
        self.guardian.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
