//! Where the log gets its time from: a port, so that tests, the demo and imports set it.
//!
//! The only place of the crate that may ask the operating system for the time is [`SystemClock`].

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

/// A source of the present instant, in UTC with microsecond precision.
pub trait Clock: Send + Sync {
    /// The present instant; finer digits than microseconds are cut off.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one adapter from the machine's clock to the Clock port"
        )]
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let micros = i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX);
        DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// A clock that stands still until it is moved: for tests, the demo city and imports.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use gridwhistle_store::{Clock, ManualClock};
///
/// let clock = ManualClock::new(DateTime::UNIX_EPOCH);
/// clock.advance(TimeDelta::seconds(5));
/// assert_eq!(clock.now().timestamp(), 5);
/// ```
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<DateTime<Utc>>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            now: Mutex::new(to_micros(now)),
        }
    }

    /// Puts the clock to `now`, forward or back.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = to_micros(now);
    }

    /// Moves the clock by `by`, which may be negative; stays where it is at the end of time.
    pub fn advance(&self, by: chrono::TimeDelta) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(later) = now.checked_add_signed(by) {
            *now = to_micros(later);
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cuts an instant to the precision of the log.
pub(crate) fn to_micros(instant: DateTime<Utc>) -> DateTime<Utc> {
    from_micros(instant.timestamp_micros())
}

/// The instant at `micros` microseconds after 1970; the end of time when out of range.
pub(crate) fn from_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(if micros < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}
