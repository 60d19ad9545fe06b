//! One case whole.

use super::why;
use crate::questions::CaseFile;
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::chain::{Signing, signings};
use gridwhistle_domain::case::clock::{Clock, ClockState};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::stage::ClockKind;
use gridwhistle_domain::case::{CardState, Case};
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::text::{Language, Text};
use serde::Serialize;

/// A case: its row of the ledger, legs, clocks, cards, and the chain of its sign-off.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseSheet {
    /// The instant that is told of.
    pub as_of: DateTime<Utc>,
    /// The rows of the views.
    #[serde(flatten)]
    pub file: CaseFile,
    /// Its cards, in order.
    pub cards: Vec<CardState>,
    /// Who signs it off, step by step, by the policy that it pinned.
    pub sign_off: Vec<Signing>,
    /// Why each duty that is owed is due when it is.
    pub owed: Vec<OwedClock>,
}

/// A duty that is owed, explained.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwedClock {
    /// What it measures.
    pub kind: ClockKind,
    /// The leg, for clocks of a unit's part.
    pub leg: Option<LegNo>,
    /// Due.
    pub due: DateTime<Utc>,
    /// Minutes used at the instant, of the clock's own calendar and measure.
    pub used: i64,
    /// Minutes it has, extensions included.
    pub budget: i64,
    /// Whether it stands with a reason.
    pub suspended: bool,
    /// The limit, from when, what does not count, what moved it: for people.
    pub why: Text,
}

impl OwedClock {
    fn of(clock: &Clock, calendars: &CalendarBook, at: DateTime<Utc>) -> Self {
        let told = |language| why::explained(clock, calendars, at, language);
        Self {
            kind: clock.id.kind,
            leg: clock.id.leg,
            due: clock.marks.due,
            used: why::used(clock, calendars, at),
            budget: clock.budget,
            suspended: clock.state == ClockState::Suspended,
            why: Text::new(told(Language::ZhCn), told(Language::En)),
        }
    }
}

impl CaseSheet {
    /// Of the rows and the state of one instant.
    #[must_use]
    pub fn of(file: CaseFile, case: &Case, reference: &Reference, as_of: DateTime<Utc>) -> Self {
        let pinned = case.policy.as_ref();
        let policy = pinned.and_then(|pinned| reference.policies.get(pinned));
        let row = policy.and_then(|policy| policy.row(case.class?));
        Self {
            as_of,
            file,
            cards: case.cards.clone(),
            owed: case
                .owed_clocks()
                .map(|clock| OwedClock::of(clock, &reference.calendars, as_of))
                .collect(),
            sign_off: row.map(|row| signings(case, row)).unwrap_or_default(),
        }
    }
}
