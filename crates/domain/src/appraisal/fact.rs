//! What has happened to a round of appraisal and to its ballots, in the past tense.

use super::quarter::Quarter;
use super::ratee::{Met, Ratee};
use crate::actor::Actor;
use crate::evaluation::{Answers, Form, SealedForm};
use crate::ids::GridId;
use crate::registry::Place;
use crate::sealed::Sealed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One event of a round's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoundEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What happened.
    pub fact: RoundFact,
}

/// One event of a ballot's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BallotEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What happened.
    pub fact: BallotFact,
}

/// What a round goes by; fixed when it opens, form and numbers included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoundOpening {
    /// The quarter that is looked back on.
    pub round: Quarter,
    /// What is asked about each unit and person.
    pub form: Form,
    /// Forms about somebody below which nothing is shown.
    pub raters_min: u32,
    /// Forms like the peers' that are added to each score.
    pub shrink: u32,
    /// The last instant at which a form may be sealed.
    pub window_ends: DateTime<Utc>,
}

/// What one grid party organisation may rate in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BallotOpening {
    /// The round.
    pub round: Quarter,
    /// The grid party organisation.
    pub rater: Place,
    /// The grids that it is bound to.
    pub grids: BTreeSet<GridId>,
    /// Whom it met, and how often: nobody else may be rated.
    pub met: Vec<Met>,
    /// The last instant at which a form may be sealed.
    pub window_ends: DateTime<Utc>,
}

/// The facts of a round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum RoundFact {
    /// A round began.
    AppraisalRoundOpened {
        /// For which quarter, with which form, until when.
        opening: RoundOpening,
    },
    /// Every grid party organisation that met anybody has its ballot.
    AppraisalBallotsIssued {
        /// The organisations.
        raters: BTreeSet<Place>,
        /// Pairs of rater and rated.
        pairs: u32,
    },
    /// The forms about somebody were opened, without their raters and in an order that tells nothing.
    AppraisalRevealed {
        /// About whom.
        ratee: Ratee,
        /// Organisations that met them.
        met: u32,
        /// What the forms say.
        forms: Vec<Answers>,
    },
    /// Too few forms about somebody: what they say stays sealed for good.
    AppraisalWithheld {
        /// About whom.
        ratee: Ratee,
        /// Organisations that met them.
        met: u32,
        /// Forms that were sealed.
        sealed: u32,
    },
    /// An organisation let the window pass without a word about some that it met.
    AppraisalLapsed {
        /// Which organisation.
        rater: Place,
        /// About whom it was silent.
        ratees: Vec<Ratee>,
    },
    /// Everything is opened, withheld or lapsed.
    AppraisalRoundClosed {},
}

/// The facts of a ballot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum BallotFact {
    /// The organisation may rate.
    AppraisalBallotOpened {
        /// Whom, until when.
        opening: BallotOpening,
    },
    /// It sealed its form about somebody.
    AppraisalSealed {
        /// About whom.
        ratee: Ratee,
        /// Commitment and ciphertext.
        form: SealedForm,
        /// Free text, for the rated and the supervisor alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Sealed>,
    },
}

crate::names::names! { RoundFact:
    AppraisalRoundOpened
    AppraisalBallotsIssued
    AppraisalRevealed
    AppraisalWithheld
    AppraisalLapsed
    AppraisalRoundClosed
}

crate::names::names! { BallotFact:
    AppraisalBallotOpened
    AppraisalSealed
}

impl cqrs_es::DomainEvent for RoundEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl cqrs_es::DomainEvent for BallotEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}
