//! What may be set about a SQLite log.

use std::time::Duration;

/// Settings of a SQLite log; the defaults suit a district on one machine.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How many commands may be under way in the writer; more wait for room.
    pub queue: usize,
    /// How many bytes of events those commands may hold together; as many may wait for room, and
    /// who comes after them is refused at once.
    pub queue_bytes: usize,
    /// How long a command waits for room before it is refused as overloaded.
    pub patience: Duration,
    /// Most commands in one transaction.
    pub batch: usize,
    /// How many reads may run at once; one connection each.
    pub readers: usize,
    /// The largest size the file may grow to, in bytes: a quota. `None`: the disk is the limit.
    pub max_file_bytes: Option<u64>,
    /// Page cache of the writer, in KiB.
    pub writer_cache_kib: i64,
    /// How many stream versions the writer keeps in memory, to save a look-up each.
    pub known_streams: usize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            queue: 4_096,
            queue_bytes: 128 * 1024 * 1024,
            patience: Duration::from_secs(5),
            batch: 1_024,
            readers: 4,
            max_file_bytes: None,
            writer_cache_kib: 64 * 1024,
            known_streams: 200_000,
        }
    }
}
