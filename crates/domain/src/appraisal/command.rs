//! What may be asked of a round of appraisal and of a ballot.

use super::fact::{BallotOpening, RoundOpening};
use super::ratee::Ratee;
use crate::actor::Actor;
use crate::evaluation::{OpenedForm, SealedForm};
use crate::registry::Place;
use crate::sealed::Sealed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One request to a round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum RoundCommand {
    /// The engine, or a supervisor, opens the round of a quarter that is over.
    Open {
        /// For which quarter, with which form, until when.
        opening: RoundOpening,
    },
    /// The engine says that every ballot is open.
    Issue {
        /// The organisations.
        raters: BTreeSet<Place>,
        /// Pairs of rater and rated.
        pairs: u32,
    },
    /// The engine opens everything together when the window is over.
    Close {
        /// Every ballot as it came back.
        ballots: Vec<Returned>,
    },
}

/// A ballot as it came back: its pairs from its stream, its forms as the engine deciphered them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// The organisation.
    pub rater: Place,
    /// Everybody whom it met; a form where it sealed one.
    pub pairs: Vec<(Ratee, Option<(SealedForm, OpenedForm)>)>,
}

/// One request to a ballot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum BallotCommand {
    /// The engine opens the ballot of an organisation.
    Open {
        /// Whom it may rate, until when.
        opening: BallotOpening,
    },
    /// The organisation's secretary seals the form about somebody, once.
    Seal {
        /// About whom.
        ratee: Ratee,
        /// Commitment and ciphertext.
        form: SealedForm,
        /// Free text.
        #[serde(default)]
        note: Option<Sealed>,
    },
}

/// A command with what it needs to be decided, as `cqrs_es` carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct Order<C> {
    /// What is asked.
    pub command: C,
    /// Who asks, when, and what the registry says of them.
    pub asked: Asked,
}

/// Who asks, when, and what the registry says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The present.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: Actor,
    /// Whether the registry knows the actor in this role at this unit now.
    pub in_office: bool,
    /// Whether the actor is secretary of the ballot's organisation now.
    pub speaks: bool,
}
