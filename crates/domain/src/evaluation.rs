//! Two-way mutual evaluation (双向互评; `DOMAIN.md` row 24 and 4.6, procedure): one stream per leg
//! of a closed case, between the street or community side and the department side.
//!
//! Responsible for commit and reveal: each side seals one form inside the window, and nothing but
//! a commitment stands in the open until both have sealed or the window is over; then the forms
//! are revealed together and checked against their commitments. A silent side lapses and is given
//! no score in its stead. What units make of each other's forms is computed in [`crate::score::forms`].
//!
//! Reading order: [`form`] is what is asked, [`facts`] what is known beforehand, [`points`] what a
//! form comes to, [`commitment`](commitment()) what is published, [`fact`] what may happen,
//! [`command`] and [`refusal`] what may be asked and why it is refused, [`outlook`] what is open to
//! somebody now, [`appeal`] how a form is taken out.

mod decide;
mod opening;
#[cfg(test)]
mod tests;

pub mod appeal;
pub mod command;
pub mod fact;
pub mod facts;
pub mod form;
pub mod outlook;
pub mod points;
pub mod refusal;
pub mod seal;

pub use appeal::{Appeal, AppealDecision, AppealRefusal, AppealRules};
pub use command::{EvaluationCommand, EvaluationOrder};
pub use fact::{EvaluationEvent, EvaluationFact, Opening};
pub use facts::{Kept, LegFacts, RESPONSE_SPEED, SpeedRule};
pub use form::{Answer, Answers, Form, FormProblem, Item, validate};
pub use outlook::{EvaluationAct, EvaluationProspect};
pub use points::{fingerprint, hundredths};
pub use refusal::EvaluationRefusal;
pub use seal::{OpenedForm, SealedForm, commitment};

use crate::actor::Actor;
use crate::ids::UnitId;
use crate::registry::unit::codes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

codes!(
    /// Who rates whom.
    Side {
        /// The street or community rates the department.
        Area = "area",
        /// The department rates the street or community.
        Department = "department",
    }
);

/// One evaluation, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    opening: Option<Opening>,
    sealed: BTreeMap<Side, SealedForm>,
    /// Who sealed for each side.
    #[serde(default)]
    sealed_by: BTreeMap<Side, Actor>,
    revealed: Option<BTreeMap<Side, OpenedForm>>,
    lapsed: BTreeSet<Side>,
    #[serde(default)]
    revealed_at: Option<DateTime<Utc>>,
    #[serde(default)]
    appeal_until: Option<DateTime<Utc>>,
    /// By whose form they are against.
    #[serde(default)]
    appeals: BTreeMap<Side, Appeal>,
}

impl Side {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Area => Self::Department,
            Self::Department => Self::Area,
        }
    }
}

impl Evaluation {
    /// What was opened, if it was.
    #[must_use]
    pub const fn opening(&self) -> Option<&Opening> {
        self.opening.as_ref()
    }

    /// The sealed forms: commitments and ciphertext, never answers.
    #[must_use]
    pub const fn sealed(&self) -> &BTreeMap<Side, SealedForm> {
        &self.sealed
    }

    /// The forms, once they are revealed.
    #[must_use]
    pub const fn revealed(&self) -> Option<&BTreeMap<Side, OpenedForm>> {
        self.revealed.as_ref()
    }

    /// The sides that let the window pass in silence.
    #[must_use]
    pub const fn lapsed(&self) -> &BTreeSet<Side> {
        &self.lapsed
    }

    /// The appeals, by whose form they are against.
    #[must_use]
    pub const fn appeals(&self) -> &BTreeMap<Side, Appeal> {
        &self.appeals
    }

    /// Until when a form may be appealed against, once they are revealed.
    #[must_use]
    pub const fn appeal_until(&self) -> Option<DateTime<Utc>> {
        self.appeal_until
    }

    /// Whether the engine may reveal now: something is sealed, nothing is revealed, and both have
    /// sealed or the window is over.
    #[must_use]
    pub fn may_reveal(&self, now: DateTime<Utc>) -> bool {
        self.revealed.is_none()
            && (self.sealed.len() == Side::ALL.len()
                || (!self.sealed.is_empty() && self.window_over(now)))
    }

    /// Whether the engine may record silent sides now.
    #[must_use]
    pub fn may_lapse(&self, now: DateTime<Utc>) -> bool {
        self.window_over(now) && !self.silent().is_empty()
    }

    /// A form may be sealed up to and at the end of the window.
    fn window_over(&self, now: DateTime<Utc>) -> bool {
        self.opening
            .as_ref()
            .is_some_and(|opening| opening.window_ends < now)
    }

    /// The sides that have neither sealed nor been recorded as lapsed.
    fn silent(&self) -> BTreeSet<Side> {
        let done = |side: &Side| self.sealed.contains_key(side) || self.lapsed.contains(side);
        Side::ALL
            .iter()
            .copied()
            .filter(|side| !done(side))
            .collect()
    }

    /// Folds one event in. Total.
    pub fn evolve(&mut self, event: &EvaluationEvent) {
        match &event.fact {
            EvaluationFact::EvaluationOpened { opening } => {
                self.opening = Some(opening.as_ref().clone());
            }
            EvaluationFact::EvaluationSealed { side, form } => {
                self.sealed.insert(*side, form.clone());
                self.sealed_by.insert(*side, event.by.clone());
            }
            EvaluationFact::EvaluationsRevealed {
                forms,
                appeal_until,
            } => {
                self.revealed = Some(forms.clone());
                self.revealed_at = Some(event.at);
                self.appeal_until = *appeal_until;
            }
            EvaluationFact::EvaluationLapsed { sides } => self.lapsed.extend(sides),
            EvaluationFact::AppealFiled { side, ground, note } => {
                let appeal = Appeal {
                    ground: ground.clone(),
                    note: note.clone(),
                    by: event.by.clone(),
                    at: event.at,
                    decision: None,
                };
                self.appeals.insert(*side, appeal);
            }
            EvaluationFact::AppealDecided { side, upheld, note } => {
                if let Some(appeal) = self.appeals.get_mut(side) {
                    appeal.decision = Some(AppealDecision {
                        upheld: *upheld,
                        note: note.clone(),
                        by: event.by.clone(),
                        at: event.at,
                    });
                }
            }
        }
    }
}

impl Opening {
    /// The unit of a side.
    #[must_use]
    pub const fn unit(&self, side: Side) -> &UnitId {
        match side {
            Side::Area => &self.area,
            Side::Department => &self.department,
        }
    }

    /// The form that a side fills.
    #[must_use]
    pub const fn form(&self, side: Side) -> &Form {
        match side {
            Side::Area => &self.area_form,
            Side::Department => &self.department_form,
        }
    }
}
