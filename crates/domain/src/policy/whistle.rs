//! The kinds of whistle and the clocks that each sets going (`DOMAIN.md` 2.4, Undertaken).

use crate::actor::Rank;
use crate::calendar::Limit;
use crate::text::{Text, named};
use serde::{Deserialize, Serialize};

named! {
    /// The kinds of whistle. Emergency is dispatched first and ratified later.
    WhistleKind {
        /// 工作推进哨.
        Routine = "routine", "工作推进哨", "routine whistle";
        /// 攻坚克难哨.
        Hard = "hard", "攻坚克难哨", "hard whistle";
        /// 应急哨.
        Emergency = "emergency", "应急哨", "emergency whistle";
    }
}

/// What a whistle of one kind sets going.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WhistleRow {
    /// The name people see.
    pub label: Text,
    /// The lowest rank that may approve.
    pub approver: Rank,
    /// From whistle to approval.
    pub approve: Limit,
    /// From dispatch to acknowledgement.
    pub acknowledge: Limit,
    /// From dispatch to contact with the resident.
    pub contact: Limit,
    /// From dispatch to reporting in on the spot.
    pub report_in: Limit,
    /// From dispatch without approval to ratification; only for kinds that may skip approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratify: Option<Limit>,
    /// More cases of one grid with such a whistle within [`super::rows::Windows::whistle_rate_days`] than
    /// this give a warning, never a refusal.
    pub rate_warning: u32,
}
