//! What has happened to an evaluation, in the past tense.

use super::Side;
use super::appeal::AppealRules;
use super::facts::LegFacts;
use super::form::Form;
use super::seal::{OpenedForm, SealedForm};
use crate::actor::Actor;
use crate::ids::{CaseId, LegNo, UnitId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One event of an evaluation's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EvaluationEvent {
    /// When it happened.
    #[serde(deserialize_with = "crate::instant::read")]
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What happened.
    pub fact: EvaluationFact,
}

/// What an evaluation is about; fixed when it opens, the forms included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    /// What is known of the leg, for whoever fills a form; openings of old have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<LegFacts>,
    /// The stars of the items that are computed, by their codes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub computed: BTreeMap<String, u8>,
    /// Silence is no breach.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// How a form may be appealed against; openings of old have the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeals: Option<AppealRules>,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum EvaluationFact {
    /// The closure of a case opened the window.
    EvaluationOpened {
        /// About what, between whom, with which forms, until when.
        opening: Box<Opening>,
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
        /// The last instant at which a form may be appealed against.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        appeal_until: Option<DateTime<Utc>>,
    },
    /// The window ended and sides had sealed nothing.
    EvaluationLapsed {
        /// Which sides.
        sides: BTreeSet<Side>,
    },
    /// The rated unit asked that a form be left out.
    AppealFiled {
        /// Whose form.
        side: Side,
        /// The ground, by its code.
        ground: String,
        /// In words.
        note: String,
    },
    /// A third unit decided.
    AppealDecided {
        /// Whose form.
        side: Side,
        /// The form is left out of the figures.
        upheld: bool,
        /// Why.
        note: String,
    },
}

crate::names::names! { EvaluationFact:
    EvaluationOpened
    EvaluationSealed
    EvaluationsRevealed
    EvaluationLapsed
    AppealFiled
    AppealDecided
}

impl cqrs_es::DomainEvent for EvaluationEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    /// 1.1 has what came later: the facts of an opening, the time to appeal of a reveal.
    fn event_version(&self) -> String {
        let later = match &self.fact {
            EvaluationFact::EvaluationOpened { opening } => opening.facts.is_some(),
            EvaluationFact::EvaluationsRevealed { appeal_until, .. } => appeal_until.is_some(),
            _ => false,
        };
        if later { "1.1" } else { "1.0" }.to_owned()
    }
}
