//! A tenant's log, opened to read alone.

use crate::problem::Problem;
use gridwhistle_store::{EventLog, OpenOptions, RecordedEvent, StoreError, StreamId, VerifyReport};
use std::sync::Arc;

/// The log that is audited. Reading it stops nobody who writes it.
#[derive(Clone)]
pub struct Source {
    log: Arc<dyn EventLog>,
    tenant: String,
}

impl Source {
    /// Opens the log at an address (see [`gridwhistle_store::open`]) to read alone.
    ///
    /// # Errors
    /// [`Problem::Store`] where it cannot be opened, [`Problem::NoTenant`] where it has no event of
    /// the tenant.
    pub async fn open(url: &str, tenant: &str) -> Result<Self, Problem> {
        let options = OpenOptions {
            read_only: true,
            ..OpenOptions::default()
        };
        Self::of(gridwhistle_store::open(url, options)?, tenant).await
    }

    /// The tenant's part of a log that is open already.
    ///
    /// # Errors
    /// [`Problem::NoTenant`] where it has no event of the tenant.
    pub async fn of(log: Arc<dyn EventLog>, tenant: &str) -> Result<Self, Problem> {
        let tenant = tenant.to_owned();
        if log.head(&tenant).await? == 0 {
            let held = log.tenants().await?.join(", ");
            return Err(Problem::NoTenant { tenant, held });
        }
        Ok(Self { log, tenant })
    }

    /// The log itself.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    /// Whose log it is.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The last position.
    ///
    /// # Errors
    /// [`Problem::Store`].
    pub async fn head(&self) -> Result<u64, Problem> {
        Ok(self.log.head(&self.tenant).await?)
    }

    /// The last position, where the log holds the event that the head names. Who answers from a few
    /// events, or from views, asks here: a log that was cut off at its end says so after two reads, and
    /// who reads all of it up to [`Source::head`] finds out on the way.
    ///
    /// # Errors
    /// [`Problem::Store`]: the log cannot be read, or ends before its head; the first position that is
    /// missing is found by halving.
    pub async fn end(&self) -> Result<u64, Problem> {
        let head = self.head().await?;
        if self.reaches(head).await? {
            return Ok(head);
        }
        let (mut held, mut missing) = (0, head);
        while held + 1 < missing {
            let middle = held + (missing - held) / 2;
            if self.reaches(middle).await? {
                held = middle;
            } else {
                missing = middle;
            }
        }
        Err(ends_before(missing, head).into())
    }

    /// Whether the log holds an event at a position; before the first nothing is asked for.
    async fn reaches(&self, position: u64) -> Result<bool, Problem> {
        let Some(before) = position.checked_sub(1) else {
            return Ok(true);
        };
        let page = self.log.read_log(&self.tenant, before, 1).await?;
        Ok(!page.is_empty())
    }

    /// The events of a stream up to a position, in order.
    ///
    /// # Errors
    /// [`Problem::Store`].
    pub async fn stream(
        &self,
        stream: &StreamId,
        until: u64,
    ) -> Result<Vec<RecordedEvent>, Problem> {
        let mut rows = self.log.read_stream(&self.tenant, stream, 0).await?;
        rows.retain(|row| row.position <= until);
        Ok(rows)
    }

    /// Recomputes every checksum and the hash chain, and names the first position that does not fit.
    ///
    /// # Errors
    /// [`Problem::Store`] when the walk itself could not be done; damage is part of the report.
    pub async fn verify(&self) -> Result<VerifyReport, Problem> {
        Ok(self.log.verify(&self.tenant).await?)
    }
}

/// A log that has nothing from a position on, though its head names a later one.
pub(crate) fn ends_before(position: u64, head: u64) -> StoreError {
    StoreError::Corrupt {
        position: Some(position),
        what: format!("it is missing, and so is all that follows; the log's head names {head}"),
    }
}
