//! What may be set about a PostgreSQL log.

use std::time::Duration;

/// Settings of a log in PostgreSQL; the defaults suit a city.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Whether opening brings the schema up to date, or is refused where it is not.
    pub migrate: bool,
    /// How many commands of a tenant may be under way; more wait for room.
    pub queue: usize,
    /// How many bytes of events those commands may hold together; as many may wait for room, and
    /// who comes after them is refused at once.
    pub queue_bytes: usize,
    /// How long a command waits for room before it is refused as overloaded.
    pub patience: Duration,
    /// Most commands in one transaction.
    pub batch: usize,
    /// Bytes of event text after which a transaction takes no further command.
    pub batch_bytes: usize,
    /// How many reads may run at once; one connection each.
    pub readers: usize,
    /// How long a batch is tried again while the database is away, before its commands are
    /// answered with [`crate::StoreError::Unavailable`].
    pub outage: Duration,
    /// How long one statement of the writer may take before its connection is given up and the
    /// batch settled on a new one. A commit is never cancelled.
    pub answer_within: Duration,
    /// How long a short read may take before its connection is given up.
    pub read_within: Duration,
    /// How often the heads that somebody waits on are asked for, beside notifications.
    pub poll: Duration,
    /// After how long without work a tenant's writer gives its connection back.
    pub idle: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            migrate: true,
            queue: 4_096,
            queue_bytes: 128 * 1024 * 1024,
            patience: Duration::from_secs(5),
            batch: 1_024,
            batch_bytes: 8 * 1024 * 1024,
            readers: 4,
            outage: Duration::from_secs(30),
            answer_within: Duration::from_secs(10),
            read_within: Duration::from_secs(60),
            poll: Duration::from_millis(250),
            idle: Duration::from_secs(60),
        }
    }
}
