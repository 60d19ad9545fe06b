//! What somebody may do to an evaluation now, and why not the rest: asked of the same checks that
//! decide.

use super::decide::official;
use super::{Evaluation, EvaluationRefusal, Side};
use crate::actor::Actor;
use crate::registry::unit::codes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

codes!(
    /// What people do to an evaluation.
    EvaluationAct {
        /// 密封评价: seal the form of one's own side.
        Seal = "seal",
        /// 申诉: ask that a form about one's own unit be left out.
        Appeal = "appeal",
        /// 裁定申诉: decide on that, as a third unit.
        DecideAppeal = "decide-appeal",
    }
);

/// An act, and whether it is open to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationProspect {
    /// The act.
    pub act: EvaluationAct,
    /// The side whose form it is about.
    pub side: Side,
    /// Why not; none: it may be done.
    pub refusal: Option<EvaluationRefusal>,
}

impl Evaluation {
    /// Every act on the form of either side, in the order in which they come up.
    #[must_use]
    pub fn outlook(
        &self,
        now: DateTime<Utc>,
        actor: &Actor,
        in_office: bool,
    ) -> Vec<EvaluationProspect> {
        let may = |act, side| {
            official(actor, in_office)?;
            match act {
                EvaluationAct::Seal => self.may_seal(side, now, actor).map(drop),
                EvaluationAct::Appeal => self.may_appeal(side, now, actor).map(drop),
                EvaluationAct::DecideAppeal => self.may_decide_appeal(side, actor),
            }
        };
        let each = |act: EvaluationAct| {
            Side::ALL.iter().map(move |side| EvaluationProspect {
                act,
                side: *side,
                refusal: may(act, *side).err(),
            })
        };
        EvaluationAct::ALL.iter().copied().flat_map(each).collect()
    }
}
