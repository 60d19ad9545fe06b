//! The server of the run: its own, durable, otherwise as PostgreSQL comes.

use std::fs::File;
use std::io::{Seek, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gridwhistle_cluster::{Cluster, Database, Settings};
use gridwhistle_store::{EventLog, OpenOptions, open};

use crate::peers;

/// How often a flush is timed.
const FLUSHES: usize = 200;

pub(crate) struct Server {
    cluster: Cluster,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self {
            cluster: Cluster::start(&Settings::durable()),
        }
    }

    /// An empty database. What was written before is on the disk: nobody pays for another's pages.
    pub(crate) fn database(&self) -> Database<'_> {
        let database = self.cluster.database();
        database.sql("checkpoint");
        database
    }

    /// The log in a database.
    pub(crate) fn log(&self, database: &Database<'_>) -> Arc<dyn EventLog> {
        open(&database.url(), OpenOptions::default()).unwrap()
    }

    /// Writes one page in the server's folder and flushes it, again and again; the median.
    pub(crate) fn flush(&self) -> Duration {
        let path = self.cluster.folder().join("flush");
        let mut file = File::create(&path).unwrap();
        let page = [7_u8; 8_192];
        file.write_all(&page).unwrap();
        file.sync_all().unwrap();
        let mut took: Vec<Duration> = (0..FLUSHES)
            .map(|_| {
                let began = Instant::now();
                file.rewind().unwrap();
                file.write_all(&page).unwrap();
                file.sync_data().unwrap();
                began.elapsed()
            })
            .collect();
        std::fs::remove_file(path).unwrap();
        took.sort();
        took[FLUSHES / 2]
    }

    /// What is measured here, as it says itself.
    pub(crate) fn describe(&self) -> String {
        let sql = "select version(), current_setting('fsync'), \
                   current_setting('synchronous_commit'), current_setting('shared_buffers')";
        let said = self.cluster.sql("postgres", sql);
        let words: Vec<&str> = said.split('|').collect();
        let version = words[0].split(" on ").next().unwrap_or_default();
        format!(
            "server: {version}, fsync={}, synchronous_commit={}, shared_buffers={}; a flush of one \
             page takes {:.0} µs\npeers: {}",
            words[1],
            words[2],
            words[3],
            self.flush().as_secs_f64() * 1e6,
            peers::describe(self),
        )
    }
}
