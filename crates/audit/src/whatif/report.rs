//! What another law would have changed, side by side.

use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::CalendarVersion;
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::stage::Card;
use gridwhistle_domain::ids::{CaseId, PolicyVersion};
use gridwhistle_domain::score::composite::UnitScore;
use gridwhistle_domain::score::run::UnitChange;
use gridwhistle_domain::text::Text;
use gridwhistle_projections::questions::{WatchList, Window};
use serde::Serialize;

/// A window under the law that was, and under another one.
#[derive(Clone, Debug, Serialize)]
pub struct WhatIfReport {
    /// Whose log.
    pub tenant: String,
    /// From when to before when.
    pub window: Window,
    /// The other policy, where there was one.
    pub policy: Option<PolicyVersion>,
    /// The other calendar, where there was one.
    pub calendar: Option<CalendarVersion>,
    /// The policies differ in weights and forms alone: nothing but the ranking was made anew.
    pub weights_only: bool,
    /// Cases that something happened to in the window.
    pub cases: u64,
    /// Of these, accepted in it: they pin the other policy.
    pub accepted: u64,
    /// Commands that were decided anew.
    pub commands: u64,
    /// Commands of the clock that the other law gave.
    pub timers: u64,
    /// Commands after the end of the model for their case: left out.
    pub left_out: u64,
    /// Cases for which the model ends, because somebody would have acted differently.
    pub ends: u64,
    /// The first of them.
    pub ended: Vec<Ended>,
    /// Duties with another due time, or kept where they were missed, or the other way round.
    pub changed_duties: u64,
    /// Duties past due at some time: as it was, and as it would have been. Those that are not told are in
    /// neither number.
    pub late: (u64, u64),
    /// Duties of cases for which the model ends that nobody can tell: under the other law they were still
    /// owed and within their time there, or came up only afterwards.
    pub not_told: u64,
    /// The first of the duties that changed; those of cases for which the model ends come last.
    pub duties: Vec<Due>,
    /// Cards raised in the window, by colour and rule.
    pub cards: Vec<CardCount>,
    /// The four lists at the end of the window.
    pub lists: Vec<ListChange>,
    /// Scores and ranks of the window.
    pub ranking: RankingChange,
}

/// Why somebody would have acted differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum End {
    /// The command is refused under the other law.
    Refused {
        /// The rule.
        rule: String,
        /// In words.
        message: Text,
    },
    /// A duty had run out that was still within its time.
    RanOut {
        /// Which.
        clock: ClockId,
        /// When it would have been due.
        due: DateTime<Utc>,
    },
}

/// Where the model ends for a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// The case.
    pub case: CaseId,
    /// The position of the command in the real log.
    pub position: u64,
    /// When it was given.
    pub at: DateTime<Utc>,
    /// By whom: person, role, unit.
    pub by: String,
    /// Which command.
    pub command: String,
    /// Why.
    #[serde(flatten)]
    pub end: End,
}

/// A duty under both laws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The case.
    pub case: CaseId,
    /// The duty.
    pub clock: ClockId,
    /// When it was due; none where the duty is only of the other law. Of a case for which the model ends,
    /// as it stood there.
    pub old: Option<DateTime<Utc>>,
    /// When it would have been; none where the other law has no such duty.
    pub new: Option<DateTime<Utc>>,
    /// Whether it was past due at some time in the window; none where that is not told, because nobody
    /// knows how it would have come out under the other law.
    pub late_old: Option<bool>,
    /// Whether it would have been.
    pub late_new: Option<bool>,
    /// The model ends for this case in the window.
    pub ended: bool,
}

/// Cards of a colour by a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardCount {
    /// The colour.
    pub card: Card,
    /// The rule's code, or `leader`.
    pub rule: String,
    /// As it was.
    pub old: u64,
    /// As it would have been.
    pub new: u64,
    /// Of these, raised by the clock after the model ended for their case.
    pub ended: u64,
}

/// One of the four lists at the end of the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListChange {
    /// Which.
    pub list: WatchList,
    /// Cases on it as it was.
    pub old: u64,
    /// Cases on it as it would have been.
    pub new: u64,
    /// The first of those that only stood on it as it was.
    pub only_old: Vec<String>,
    /// The first of those that only would have stood on it.
    pub only_new: Vec<String>,
    /// Those of both for which the model ends: people would have acted otherwise.
    pub ended: Vec<String>,
}

/// Scores and ranks under both laws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RankingChange {
    /// The policy whose weights counted.
    pub policy_old: Option<PolicyVersion>,
    /// The policy whose weights would have counted.
    pub policy_new: Option<PolicyVersion>,
    /// As it was.
    pub old: Vec<UnitScore>,
    /// As it would have been.
    pub new: Vec<UnitScore>,
    /// What differs, by unit.
    pub changes: Vec<UnitChange>,
    /// Units that had a leg of a case for which the model ends.
    pub ended: Vec<String>,
}
