//! The light of a case: how it stands against the clock that is due first. Read from its row, as the
//! overdue lists compare it, so that a light and a list cannot differ.

use crate::case_view::LedgerRow;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a case stands against its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Its clock runs, and due is not close.
    InTime,
    /// Close to due.
    Prewarning,
    /// Past due.
    Overdue,
    /// Long past due.
    Severe,
    /// It stands with a reason.
    Suspended,
    /// Open, and no clock runs.
    Untimed,
    /// It has ended.
    Ended,
}

impl Light {
    /// The code, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InTime => "in_time",
            Self::Prewarning => "prewarning",
            Self::Overdue => "overdue",
            Self::Severe => "severe",
            Self::Suspended => "suspended",
            Self::Untimed => "untimed",
            Self::Ended => "ended",
        }
    }
}

impl LedgerRow {
    /// The light of the case at an instant.
    #[must_use]
    pub fn light(&self, at: DateTime<Utc>) -> Light {
        let resumed = self.suspended_until.is_some_and(|until| until <= at);
        let reached = |mark: Option<DateTime<Utc>>| mark.is_some_and(|mark| mark <= at);
        if !self.open {
            Light::Ended
        } else if self.is_overdue(at) {
            if reached(self.severe_at) {
                Light::Severe
            } else {
                Light::Overdue
            }
        } else if self.suspended_since.is_some() && !resumed {
            Light::Suspended
        } else if self.due.is_none() || self.clock_state == "stopped" || self.clock_state == "none"
        {
            Light::Untimed
        } else if reached(self.amber_at) {
            Light::Prewarning
        } else {
            Light::InTime
        }
    }
}
