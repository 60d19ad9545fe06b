//! Appraisal (评议; `DOMAIN.md` row 31 and 4.7): each quarter the grid party organisations rate the
//! units and responsible persons that they actually met.
//!
//! A round has one stream, and each organisation's ballot has one beside it. Responsible for commit
//! and reveal: a ballot names whom the organisation met and takes one sealed form about each; when the
//! window is over the round opens all forms together, checks them against their commitments and
//! publishes them **without their raters**. Below the smallest number of raters nothing is opened,
//! ever: so no figure of any window, and no difference of two, tells what one organisation said.
//! Silent raters are on record and say nothing, neither good nor bad. Computes no score.
//!
//! Reading order: [`quarter`], [`ratee`] and [`roster`] say who may rate whom, [`fact`] what may
//! happen, [`command`] and [`refusal`] what may be asked and why it is refused.

mod decide;
mod seal;
#[cfg(test)]
mod tests;

pub mod command;
pub mod fact;
pub mod quarter;
pub mod ratee;
pub mod refusal;
pub mod roster;

pub use command::{Asked, BallotCommand, Order, Returned, RoundCommand};
pub use fact::{BallotEvent, BallotFact, BallotOpening, RoundEvent, RoundFact, RoundOpening};
pub use quarter::Quarter;
pub use ratee::{Met, Ratee};
pub use refusal::AppraisalRefusal;
pub use roster::{Encounter, Roster, rosters, speaks};
pub use seal::commitment;

use crate::evaluation::{Answers, Form, SealedForm};
use crate::registry::Place;
use crate::sealed::Sealed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The fewest raters that protect each other; a policy may ask for more.
pub const RATERS_MIN: u32 = 5;

/// A round, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Round {
    opening: Option<RoundOpening>,
    raters: Option<BTreeSet<Place>>,
    outcomes: Vec<RoundFact>,
    closed: bool,
}

impl Round {
    /// What was opened, if it was.
    #[must_use]
    pub const fn opening(&self) -> Option<&RoundOpening> {
        self.opening.as_ref()
    }

    /// The organisations with a ballot, once all ballots are open.
    #[must_use]
    pub const fn raters(&self) -> Option<&BTreeSet<Place>> {
        self.raters.as_ref()
    }

    /// What came of it: who was opened, who was withheld, who was silent.
    #[must_use]
    pub fn outcomes(&self) -> &[RoundFact] {
        &self.outcomes
    }

    /// Whether everything is opened, withheld or lapsed.
    #[must_use]
    pub const fn closed(&self) -> bool {
        self.closed
    }

    /// Whether the engine may open all forms now.
    #[must_use]
    pub fn may_close(&self, now: DateTime<Utc>) -> bool {
        let over = |opening: &RoundOpening| opening.window_ends < now;
        !self.closed && self.raters.is_some() && self.opening.as_ref().is_some_and(over)
    }

    /// Folds one event in. Total.
    pub fn evolve(&mut self, event: &RoundEvent) {
        match &event.fact {
            RoundFact::AppraisalRoundOpened { opening } => self.opening = Some(opening.clone()),
            RoundFact::AppraisalBallotsIssued { raters, .. } => self.raters = Some(raters.clone()),
            RoundFact::AppraisalRoundClosed {} => self.closed = true,
            outcome => self.outcomes.push(outcome.clone()),
        }
    }
}

/// What an organisation sealed about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SealedRating {
    /// About whom.
    pub ratee: Ratee,
    /// Commitment and ciphertext.
    pub form: SealedForm,
    /// Free text as ciphertext.
    pub note: Option<Sealed>,
}

/// One organisation's ballot, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    opening: Option<BallotOpening>,
    sealed: Vec<SealedRating>,
}

impl Ballot {
    /// What was opened, if it was.
    #[must_use]
    pub const fn opening(&self) -> Option<&BallotOpening> {
        self.opening.as_ref()
    }

    /// The sealed forms: commitments and ciphertext, never answers.
    #[must_use]
    pub fn sealed(&self) -> &[SealedRating] {
        &self.sealed
    }

    /// What is sealed about somebody.
    #[must_use]
    pub fn about(&self, ratee: &Ratee) -> Option<&SealedRating> {
        self.sealed.iter().find(|sealed| sealed.ratee == *ratee)
    }

    /// Folds one event in. Total.
    pub fn evolve(&mut self, event: &BallotEvent) {
        match &event.fact {
            BallotFact::AppraisalBallotOpened { opening } => self.opening = Some(opening.clone()),
            BallotFact::AppraisalSealed { ratee, form, note } => {
                let (ratee, form, note) = (ratee.clone(), form.clone(), note.clone());
                self.sealed.push(SealedRating { ratee, form, note });
            }
        }
    }
}

/// A form in hundredths of a point, from 0 to 10,000: each item from 1 to 5 is 0 to 100 points by its
/// weight in percent. Exact.
#[must_use]
pub fn hundredths(form: &Form, answers: &Answers) -> i64 {
    let of_item = |item: &crate::evaluation::Item| {
        let stars = answers.0.get(&item.code)?.score.clamp(1, 5);
        Some(i64::from(item.weight) * 25 * (i64::from(stars) - 1))
    };
    form.items.iter().filter_map(of_item).sum()
}
