//! Files of a what-if in the system's temporary folder: the other log, and the views of both. They go
//! when it is let go.

use crate::problem::Problem;
use crate::replay::views::{folder, views_in};
use chrono::{DateTime, Utc};
use gridwhistle_store::views::ViewStore;
use gridwhistle_store::{EventLog, OpenOptions, RecordedCommand, RecordedEvent, digest, open};
use std::sync::Arc;
use tempfile::TempDir;

/// Commands that are written together.
const COMMANDS: usize = 500;

pub(super) struct Scratch {
    log: Arc<dyn EventLog>,
    folder: TempDir,
}

impl Scratch {
    pub(super) fn new() -> Result<Self, Problem> {
        let folder = folder()?;
        let url = format!("sqlite://{}", folder.path().join("other.db").display());
        let log = open(&url, OpenOptions::default())?;
        Ok(Self { log, folder })
    }

    /// The other log.
    pub(super) fn log(&self) -> Arc<dyn EventLog> {
        Arc::clone(&self.log)
    }

    /// Views in a file of their own.
    pub(super) fn views(&self, name: &str) -> Result<Arc<dyn ViewStore>, Problem> {
        views_in(&self.folder, name)
    }
}

/// Writes the other log: positions, checksums and chain of its own.
pub(super) struct Writer {
    log: Arc<dyn EventLog>,
    tenant: String,
    position: u64,
    chain: [u8; 32],
    recorded: DateTime<Utc>,
    waiting: Vec<RecordedCommand>,
}

impl Writer {
    pub(super) fn new(log: Arc<dyn EventLog>, tenant: &str) -> Self {
        Self {
            log,
            tenant: tenant.to_owned(),
            position: 0,
            chain: digest::GENESIS,
            recorded: DateTime::UNIX_EPOCH,
            waiting: Vec::new(),
        }
    }

    /// Writes the events of one command; their numbers in their stream are given.
    pub(super) async fn push(&mut self, mut events: Vec<RecordedEvent>) -> Result<(), Problem> {
        for row in &mut events {
            self.position += 1;
            self.recorded = self.recorded.max(row.recorded_at);
            (row.position, row.recorded_at) = (self.position, self.recorded);
            row.checksum = digest::checksum(&row.borrowed());
            self.chain = digest::chain(&self.chain, &row.checksum);
            row.chain = self.chain;
        }
        if !events.is_empty() {
            self.waiting.push(RecordedCommand {
                request_hash: [0; 32],
                events,
            });
        }
        if self.waiting.len() >= COMMANDS {
            self.flush().await?;
        }
        Ok(())
    }

    pub(super) async fn flush(&mut self) -> Result<(), Problem> {
        let commands = std::mem::take(&mut self.waiting);
        if !commands.is_empty() {
            self.log.adopt(&self.tenant, commands).await?;
        }
        Ok(())
    }
}
