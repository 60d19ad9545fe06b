//! The walk over a tenant's log that trusts nothing: recomputes every checksum and the chain.
//!
//! It only reads; it refuses to repair.

use serde::Serialize;

use crate::digest;
use crate::error::StoreError;
use crate::event::EventRef;
use crate::head::Head;

/// What the walk over one tenant's log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Whose log.
    pub tenant: String,
    /// How many events fit, from the start.
    pub events: u64,
    /// The chain value of the last event that fits, in hexadecimal: publish it, and nobody can
    /// change what is before it unnoticed.
    pub chain: String,
    /// The first thing that does not fit; nothing after it was looked at.
    pub fault: Option<Fault>,
}

impl VerifyReport {
    /// Whether everything fits.
    pub fn is_sound(&self) -> bool {
        self.fault.is_none()
    }
}

/// The first thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The position of the event in question.
    pub position: u64,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// The event of this position is not there; the next one that is stands at `found`.
    Missing {
        /// The position that was found instead.
        found: u64,
    },
    /// The fields do not give the stored checksum.
    Checksum,
    /// The checksum fits, but the chain over the events before it does not.
    Chain,
    /// It was recorded before its predecessor.
    RecordedBack,
    /// The log ends here, but its head speaks of more, of less, of another instant or chain.
    Head {
        /// The position that the head names.
        claims: u64,
    },
    /// A stream's version, a command's answer or the storage below does not fit the events.
    Index(String),
    /// The row cannot be read at all.
    Unreadable(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let position = self.position;
        match &self.kind {
            FaultKind::Missing { found } => {
                write!(f, "position {position} is missing, the next one is {found}")
            }
            FaultKind::Checksum => write!(f, "the checksum of position {position} does not fit"),
            FaultKind::Chain => write!(f, "the hash chain breaks at position {position}"),
            FaultKind::RecordedBack => {
                write!(f, "position {position} was recorded before its predecessor")
            }
            FaultKind::Head { claims } => {
                write!(
                    f,
                    "the log ends at position {position}, its head says {claims}"
                )
            }
            FaultKind::Index(what) => write!(f, "{what} (events read up to {position})"),
            FaultKind::Unreadable(what) => {
                write!(f, "position {position} cannot be read: {what}")
            }
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::Corrupt {
            position: Some(fault.position),
            what: fault.to_string(),
        }
    }
}

/// The walk itself: who feeds it a tenant's events in order, from the first one on, knows of each
/// whether its checksum, its link in the chain and its time of recording fit.
#[derive(Debug, Clone)]
pub struct Walk {
    position: u64,
    recorded_at_micros: i64,
    chain: [u8; 32],
}

impl Default for Walk {
    fn default() -> Self {
        Self::new()
    }
}

impl Walk {
    /// Before the first event of a tenant.
    #[must_use]
    pub fn new() -> Self {
        Self {
            position: 0,
            recorded_at_micros: i64::MIN,
            chain: digest::GENESIS,
        }
    }

    /// The position of the last event that fits; 0 before the first.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The chain value of the last event that fits.
    #[must_use]
    pub fn chain(&self) -> &[u8; 32] {
        &self.chain
    }

    /// Takes the next event.
    ///
    /// # Errors
    /// [`Fault`] says what of it does not fit; the walk stays where it was.
    pub fn step(&mut self, event: &EventRef<'_>) -> Result<(), Fault> {
        let position = self.position + 1;
        let fault = |kind| Err(Fault { position, kind });
        if event.position != position {
            return fault(FaultKind::Missing {
                found: event.position,
            });
        }
        let checksum = digest::checksum(event);
        if checksum != *event.checksum {
            return fault(FaultKind::Checksum);
        }
        let chain = digest::chain(&self.chain, &checksum);
        if chain != *event.chain {
            return fault(FaultKind::Chain);
        }
        if event.recorded_at_micros < self.recorded_at_micros {
            return fault(FaultKind::RecordedBack);
        }
        self.position = position;
        self.recorded_at_micros = event.recorded_at_micros;
        self.chain = chain;
        Ok(())
    }

    /// The position after the last one that fits.
    pub(crate) fn next(&self) -> u64 {
        self.position + 1
    }

    /// Compares the end of the walk with what the head claims.
    pub(crate) fn end(&self, head: &Head) -> Option<Fault> {
        let walked = Head {
            position: self.position,
            recorded_at_micros: self.recorded_at_micros,
            chain: self.chain,
        };
        (walked != *head).then_some(Fault {
            position: self.position,
            kind: FaultKind::Head {
                claims: head.position,
            },
        })
    }

    /// The report, with what was found wrong.
    pub(crate) fn report(&self, tenant: &str, fault: Option<Fault>) -> VerifyReport {
        VerifyReport {
            tenant: tenant.to_owned(),
            events: self.position,
            chain: hex::encode(self.chain),
            fault,
        }
    }
}

/// Checks one event that was read for a caller: it must be the expected one, and untouched.
pub(crate) fn check_read(
    event: &EventRef<'_>,
    expected: u64,
    found: u64,
) -> Result<(), StoreError> {
    let what = if expected != found {
        format!("number {expected} is missing in its stream or log, {found} was found")
    } else if digest::checksum(event) != *event.checksum {
        "its fields do not give its checksum".to_owned()
    } else {
        return Ok(());
    };
    Err(StoreError::Corrupt {
        position: Some(event.position),
        what,
    })
}

/// Checks that `next` is chained to the event before it.
pub(crate) fn check_link(previous: &[u8; 32], next: &EventRef<'_>) -> Result<(), StoreError> {
    if digest::chain(previous, next.checksum) == *next.chain {
        return Ok(());
    }
    let what = "its chain value does not follow from the event before".to_owned();
    Err(StoreError::Corrupt {
        position: Some(next.position),
        what,
    })
}
