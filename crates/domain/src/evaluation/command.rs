//! What may be asked of an evaluation.

use super::Side;
use super::fact::Opening;
use super::seal::{OpenedForm, SealedForm};
use crate::actor::Actor;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum EvaluationCommand {
    /// The engine opens the window after a case is closed.
    Open {
        /// About what, between whom, with which forms, until when.
        opening: Box<Opening>,
    },
    /// A side seals its form, once.
    Seal {
        /// Which side.
        side: Side,
        /// Commitment and ciphertext.
        form: SealedForm,
    },
    /// The engine opens every sealed form.
    Reveal {
        /// The forms as the engine deciphered them: one for each side that sealed.
        forms: BTreeMap<Side, OpenedForm>,
        /// The last instant at which a form may be appealed against, counted in working days.
        appeal_until: Option<DateTime<Utc>>,
    },
    /// The engine records the sides that stayed silent.
    Lapse,
    /// The rated unit asks that a form be left out.
    Appeal {
        /// Whose form.
        side: Side,
        /// The ground, by its code.
        ground: String,
        /// In words.
        note: String,
    },
    /// A third unit decides on it.
    DecideAppeal {
        /// Whose form.
        side: Side,
        /// Whether the form is left out.
        upheld: bool,
        /// Why.
        note: String,
    },
}

/// A command with what it needs to be decided, as `cqrs_es` carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationOrder {
    /// What is asked.
    pub command: EvaluationCommand,
    /// The present.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: Actor,
    /// Whether the registry knows the actor in this role at this unit now.
    pub in_office: bool,
}
