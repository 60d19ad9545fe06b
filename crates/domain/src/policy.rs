//! Rules as data: every number, chain, cap, window and evidence set of the case machine.
//!
//! A policy is one TOML file with a version and an effective date. Publishing one is an event
//! ([`book`]); a case pins the version it was accepted under. What a policy may not say is refused by
//! `check` before it is published. This module holds the shapes; it refuses to hold behaviour.

pub mod appraisal;
pub mod book;
pub mod chart;
pub mod check;
mod diagram;
mod evaluation;
pub mod flow;
mod handling;
mod legal;
pub mod parse;
pub mod publishing;
pub mod rows;
pub mod satisfaction;
mod whistle;
mod windows;
pub mod words;

pub(crate) use handling::sooner;

use crate::class::CaseClass;
use crate::ids::PolicyVersion;
use crate::score::composite::ScoreRules;
use crate::text::Text;
use appraisal::AppraisalRules;
use chrono::{DateTime, Utc};
use rows::{
    ClassRow, EvaluationRules, Forms, LegalCap, Reasons, Supervision, WhistleKind, WhistleRow,
    Windows,
};
use satisfaction::SatisfactionRules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One version of all rules. `DOMAIN.md` 2.2: every number in it is a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The label that cases pin, e.g. `default-2026.1`.
    pub version: PolicyVersion,
    /// From when it applies to newly accepted cases.
    pub effective_from: DateTime<Utc>,
    /// What this version is, for people.
    pub title: Text,
    /// Windows and counts that hold for every class.
    pub windows: Windows,
    /// Lights, reminders and cards.
    pub supervision: Supervision,
    /// Coded reasons with their words.
    pub reasons: Reasons,
    /// The kinds of whistle and their clocks.
    pub whistle: BTreeMap<WhistleKind, WhistleRow>,
    /// One row per class.
    pub class: BTreeMap<CaseClass, ClassRow>,
    /// Who is called back, and what residents' opinions weigh.
    #[serde(default)]
    pub satisfaction: SatisfactionRules,
    /// The two forms of mutual evaluation.
    #[serde(default)]
    pub form: Forms,
    /// How forms are counted, flagged and appealed against.
    #[serde(default)]
    pub evaluation: EvaluationRules,
    /// Composite scores and ranks.
    #[serde(default)]
    pub score: ScoreRules,
    /// What the law allows at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal: Vec<LegalCap>,
    /// Quarterly appraisal; none: the city holds no rounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appraisal: Option<AppraisalRules>,
}

impl Policy {
    /// The rules of scores, complete.
    #[must_use]
    pub fn score_rules(&self) -> ScoreRules {
        self.score
            .clone()
            .with_residents(self.satisfaction.weights())
    }

    /// The row of a class. A checked policy has one for every class.
    #[must_use]
    pub fn row(&self, class: CaseClass) -> Option<&ClassRow> {
        self.class.get(&class)
    }

    /// The policy's own word for a class or a coded reason.
    #[must_use]
    pub fn label_of(&self, code: &str) -> Option<&Text> {
        let class = CaseClass::from_code(code).and_then(|class| self.row(class));
        let reasons = &self.reasons;
        let tables = [
            &reasons.reject,
            &reasons.return_leg,
            &reasons.suspend,
            &reasons.whistle_ground,
            &reasons.rework,
        ];
        class
            .map(|row| &row.label)
            .or_else(|| tables.iter().find_map(|table| table.get(code)))
    }

    /// The row of a kind of whistle.
    #[must_use]
    pub fn whistle_row(&self, kind: WhistleKind) -> Option<&WhistleRow> {
        self.whistle.get(&kind)
    }
}
