//! What has happened to an evaluation, in the past tense.

use super::Side;
use super::form::Form;
use super::seal::{OpenedForm, SealedForm};
use crate::actor::Actor;
use crate::ids::{CaseId, LegNo, UnitId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One event of an evaluation's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What happened.
    pub fact: EvaluationFact,
}

/// What an evaluation is about; fixed when it opens, the forms included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The closed case.
    pub case: CaseId,
    /// The leg of it.
    pub leg: LegNo,
    /// The street or community that rates the department.
    pub area: UnitId,
    /// The department that rates the street or community.
    pub department: UnitId,
    /// What the area side fills.
    pub area_form: Form,
    /// What the department side fills.
    pub department_form: Form,
    /// The last instant at which a form may be sealed, counted by the caller in working days.
    pub window_ends: DateTime<Utc>,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum EvaluationFact {
    /// The closure of a case opened the window.
    EvaluationOpened {
        /// About what, between whom, with which forms, until when.
        opening: Opening,
    },
    /// A side sealed its form.
    EvaluationSealed {
        /// Which side.
        side: Side,
        /// Commitment and ciphertext.
        form: SealedForm,
    },
    /// All sealed forms were opened together.
    EvaluationsRevealed {
        /// The forms by side; a silent side has none.
        forms: BTreeMap<Side, OpenedForm>,
    },
    /// The window ended and sides had sealed nothing.
    EvaluationLapsed {
        /// Which sides.
        sides: BTreeSet<Side>,
    },
}

crate::names::names! { EvaluationFact:
    EvaluationOpened
    EvaluationSealed
    EvaluationsRevealed
    EvaluationLapsed
}

impl cqrs_es::DomainEvent for EvaluationEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}
