//! Appeals (申诉; `DOMAIN.md` 4.6): the unit that was rated asks, within some working days of the
//! reveal, that a form be left out; a third unit decides. An excluded form stays listed.

mod refusal;
#[cfg(test)]
mod tests;

pub use refusal::AppealRefusal;

use super::fact::EvaluationFact as Fact;
use super::refusal::EvaluationRefusal;
use super::{Evaluation, Opening, Side};
use crate::actor::{Actor, Role};
use crate::calendar::Limit;
use crate::text::Text;
use AppealRefusal as Refusal;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// When and why a form may be appealed against, and who decides: policy data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AppealRules {
    /// From the reveal.
    pub window: Limit,
    /// The roles that may decide, in a unit that is neither side.
    pub deciders: BTreeSet<Role>,
    /// The grounds, with their words.
    pub grounds: BTreeMap<String, Text>,
}

impl Default for AppealRules {
    /// Five working days, decided by supervision or a leader above.
    fn default() -> Self {
        let grounds = [
            ("facts_wrong", "所评与事实不符", "does not fit the facts"),
            (
                "not_our_matter",
                "非本单位职责",
                "not within the unit's duty",
            ),
            ("retaliation", "报复性评价", "in retaliation"),
            (
                "interest",
                "评价人有利害关系",
                "the rater has an interest of its own",
            ),
        ];
        let words = |(code, zh, en): (&str, &str, &str)| (code.to_owned(), Text::new(zh, en));
        Self {
            window: Limit::WorkingDays(5),
            deciders: [Role::Supervisor, Role::DistrictLeader, Role::CityOffice].into(),
            grounds: grounds.map(words).into(),
        }
    }
}

/// An appeal against one side's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// The ground, by its code.
    pub ground: String,
    /// In words.
    pub note: String,
    /// Who asked.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it; none while it waits.
    pub decision: Option<AppealDecision>,
}

/// What a third unit decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AppealDecision {
    /// The form is left out of the figures.
    pub upheld: bool,
    /// Why.
    pub note: String,
    /// Who decided.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
}

impl Opening {
    /// The rules of appeals that were pinned when it opened; the defaults where none were.
    #[must_use]
    pub fn appeal_rules(&self) -> AppealRules {
        self.appeals.clone().unwrap_or_default()
    }
}

impl Evaluation {
    pub(super) fn appeal(
        &self,
        (side, ground, note): (Side, &str, &str),
        now: DateTime<Utc>,
        actor: &Actor,
    ) -> Result<Vec<Fact>, EvaluationRefusal> {
        let rules = self.may_appeal(side, now, actor)?;
        if !rules.grounds.contains_key(ground) {
            let accepted = rules.grounds.into_keys().collect();
            let ground = ground.to_owned();
            return Err(Refusal::UnknownGround { ground, accepted }.into());
        }
        let note = worded(note)?;
        Ok(vec![Fact::AppealFiled {
            side,
            ground: ground.to_owned(),
            note,
        }])
    }

    /// Whether somebody may appeal against the form of a side now, and by which rules.
    pub(super) fn may_appeal(
        &self,
        side: Side,
        now: DateTime<Utc>,
        actor: &Actor,
    ) -> Result<AppealRules, EvaluationRefusal> {
        let opening = self.revealed_form(side)?;
        let accepted = opening.unit(side.other());
        if actor.unit != *accepted {
            let (unit, accepted) = (actor.unit.clone(), accepted.clone());
            let refusal = Refusal::NotTheRated {
                unit,
                side,
                accepted,
            };
            return Err(refusal.into());
        }
        if self.appeals.contains_key(&side) {
            return Err(Refusal::AlreadyAppealed { side }.into());
        }
        // Before there were appeals, a reveal left no time for one.
        let until = self.appeal_until.or(self.revealed_at).unwrap_or(now);
        if now > until {
            return Err(Refusal::TimeOver { ended: until }.into());
        }
        Ok(opening.appeal_rules())
    }

    pub(super) fn decide_appeal(
        &self,
        (side, upheld, note): (Side, bool, &str),
        actor: &Actor,
    ) -> Result<Vec<Fact>, EvaluationRefusal> {
        self.may_decide_appeal(side, actor)?;
        let note = worded(note)?;
        Ok(vec![Fact::AppealDecided { side, upheld, note }])
    }

    /// Whether somebody may decide on the appeal against the form of a side.
    pub(super) fn may_decide_appeal(
        &self,
        side: Side,
        actor: &Actor,
    ) -> Result<(), EvaluationRefusal> {
        let opening = self.revealed_form(side)?;
        let waits = |appeal: &&Appeal| appeal.decision.is_none();
        let Some(appeal) = self.appeals.get(&side).filter(waits) else {
            return Err(Refusal::NothingWaits { side }.into());
        };
        let accepted = opening.appeal_rules().deciders;
        if !accepted.contains(&actor.role) {
            let role = actor.role;
            return Err(Refusal::MayNotDecide { role, accepted }.into());
        }
        if actor.unit == opening.area || actor.unit == opening.department {
            let unit = actor.unit.clone();
            return Err(Refusal::OwnUnit { unit }.into());
        }
        let mut parties = self.sealed_by.values().chain(std::iter::once(&appeal.by));
        if parties.any(|party| party.is_same_person(actor)) {
            let person = actor.person.clone();
            return Err(Refusal::OwnMatter { person }.into());
        }
        Ok(())
    }

    /// The opening, where a side's form lies open.
    fn revealed_form(&self, side: Side) -> Result<&Opening, EvaluationRefusal> {
        let opening = self.opening.as_ref();
        let opening = opening.ok_or(EvaluationRefusal::NotOpened)?;
        let forms = self.revealed.as_ref().ok_or(Refusal::NotRevealed)?;
        if forms.contains_key(&side) {
            Ok(opening)
        } else {
            Err(Refusal::NoForm { side }.into())
        }
    }

    /// Why a side's form is left out of the figures; none where it counts.
    #[must_use]
    pub fn excluded(&self, side: Side) -> Option<&AppealDecision> {
        let decision = self.appeals.get(&side)?.decision.as_ref();
        decision.filter(|decision| decision.upheld)
    }
}

fn worded(note: &str) -> Result<String, Refusal> {
    let note = note.trim();
    if note.is_empty() {
        return Err(Refusal::NoteMissing);
    }
    Ok(note.to_owned())
}
