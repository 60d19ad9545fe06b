//! One duty's clock: budget, consumed ledger, and the due time that follows (`DOMAIN.md` 2.3, 5).
//!
//! A clock starts at the event that creates the duty, never at the obligated unit's own click. The
//! due time is computed when an event changes it and stored in that event; evolving only reads it.

use super::stage::ClockKind;
use crate::calendar::{Calendar, CalendarVersion, Due, Limit};
use crate::ids::LegNo;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which clock: what it measures, and of which leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ClockId {
    /// What it measures.
    pub kind: ClockKind,
    /// The leg, for clocks of a unit's part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegNo>,
}

impl ClockId {
    /// A clock of the case as a whole.
    #[must_use]
    pub const fn case(kind: ClockKind) -> Self {
        Self { kind, leg: None }
    }

    /// A clock of one leg.
    #[must_use]
    pub const fn leg(kind: ClockKind, leg: LegNo) -> Self {
        Self {
            kind,
            leg: Some(leg),
        }
    }
}

/// The instants at which time alone changes the light of a running clock (`DOMAIN.md` 2.5, 4.3).
/// They move with the due time, and lists only compare them with the asked instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Marks {
    /// Pre-warning begins.
    #[serde(deserialize_with = "crate::instant::read")]
    pub amber: DateTime<Utc>,
    /// The due time itself.
    #[serde(deserialize_with = "crate::instant::read")]
    pub due: DateTime<Utc>,
    /// A yellow card is owed.
    #[serde(deserialize_with = "crate::instant::read")]
    pub yellow: DateTime<Utc>,
    /// Severely overdue: twice the budget, or long past due, whichever is first.
    #[serde(deserialize_with = "crate::instant::read")]
    pub severe: DateTime<Utc>,
    /// A red card is owed.
    #[serde(deserialize_with = "crate::instant::read")]
    pub red: DateTime<Utc>,
    /// Whether the due time reaches a year whose calendar is not published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

/// A stretch of a clock's life in which it ran, or stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Span {
    /// From when.
    #[serde(deserialize_with = "crate::instant::read")]
    pub from: DateTime<Utc>,
    /// Until when.
    #[serde(deserialize_with = "crate::instant::read")]
    pub until: DateTime<Utc>,
    /// It ran; else it stood with a reason.
    pub ran: bool,
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Consuming its budget.
    Running,
    /// Standing with a reason; consumes nothing.
    Suspended,
    /// The duty was done.
    Stopped,
    /// The duty fell away (return, end of case, replaced).
    Cancelled,
}

/// One clock and its ledger. Minutes are of the clock's own calendar and measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Clock {
    /// Which one.
    pub id: ClockId,
    /// The limit it started with.
    pub limit: Limit,
    /// The calendar version that it pins.
    pub calendar: CalendarVersion,
    /// When the duty was created.
    #[serde(deserialize_with = "crate::instant::read")]
    pub started_at: DateTime<Utc>,
    /// The budget in minutes, extensions included.
    pub budget: i64,
    /// The budget it started with.
    pub original: i64,
    /// Minutes consumed up to `since`.
    pub consumed: i64,
    /// From when it runs, or stands.
    #[serde(deserialize_with = "crate::instant::read")]
    pub since: DateTime<Utc>,
    /// Minutes it stood suspended, all told, by its own measure.
    pub suspended: i64,
    /// The instants that follow from all that.
    pub marks: Marks,
    /// Where it stands.
    pub state: ClockState,
    /// When it stopped or was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether it was ever past due while owed; a later rework does not wash it off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missed: bool,
    /// The stretches up to `since`: a change of class measures them anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
}

/// A clock by another limit.
pub(crate) struct Anew {
    /// Its minutes.
    pub(crate) budget: i64,
    /// Minutes that ran.
    pub(crate) consumed: i64,
    /// Minutes that stood.
    pub(crate) suspended: i64,
    /// When it is due.
    pub(crate) due: Due,
}

impl Clock {
    /// Whether the duty is still owed.
    #[must_use]
    pub const fn is_owed(&self) -> bool {
        matches!(self.state, ClockState::Running | ClockState::Suspended)
    }

    /// Whether it runs now.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self.state, ClockState::Running)
    }

    /// Ends the stretch that began at `since`; the next one begins.
    pub(crate) fn turn(&mut self, at: DateTime<Utc>) {
        if self.is_owed() && at > self.since {
            self.spans.push(Span {
                from: self.since,
                until: at,
                ran: self.is_running(),
            });
        }
        self.since = at;
    }

    /// The clock as another limit would have it at an instant: what ran and what stood stays, counted by
    /// that limit's measure under a calendar.
    pub(crate) fn anew(&self, limit: Limit, calendar: &Calendar, now: DateTime<Utc>) -> Anew {
        let measure = limit.measure();
        let whole = calendar.due(self.started_at, limit).at;
        let budget = calendar.minutes_between(measure, self.started_at, whole);
        let mut past = self.clone();
        past.turn(now);
        let minutes = |ran: bool| -> i64 {
            let spans = past.spans.iter().filter(|span| span.ran == ran);
            spans
                .map(|span| calendar.minutes_between(measure, span.from, span.until))
                .sum()
        };
        let (consumed, suspended) = (minutes(true), minutes(false));
        Anew {
            budget,
            consumed,
            suspended,
            due: calendar.add_minutes(measure, now, budget - consumed),
        }
    }

    /// Since when it runs without standing in between.
    pub(crate) fn running_since(&self) -> DateTime<Utc> {
        let ran = self.spans.iter().rev().take_while(|span| span.ran);
        ran.last().map_or(self.since, |first| first.from)
    }

    /// Whether the duty was met by its due time; `None` while it is owed or when it fell away.
    #[must_use]
    pub fn on_time(&self) -> Option<bool> {
        match (self.state, self.ended_at) {
            (ClockState::Stopped, Some(at)) => {
                in_time(Some(at), Some(self.marks.due)).map(|met| met && !self.missed)
            }
            _ => None,
        }
    }
}

/// Whether something was done by the instant at which it was due; that instant itself is in time. `None`
/// while it is not done, or where it never was due.
#[must_use]
pub fn in_time(done: Option<DateTime<Utc>>, due: Option<DateTime<Utc>>) -> Option<bool> {
    Some(done? <= due?)
}
