//! The windows of a policy that are not of one class: how long something may still be done.

use crate::calendar::Limit;
use serde::{Deserialize, Serialize};

/// Windows and counts for every class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// From closure, in which a case can be reopened.
    pub reopen: Limit,
    /// Time a reopened case gets at least, in percent of the original budget.
    pub reopen_percent: u32,
    /// From closure, in which evaluation forms can be sealed.
    pub evaluation: Limit,
    /// From closure to archive.
    pub archive: Limit,
    /// From the proposal to void a case, in which a second person may agree; none: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<Limit>,
    /// From report to acceptance.
    pub accept: Limit,
    /// From a return request to its decision.
    pub return_decision: Limit,
    /// From an extension request to its decision.
    pub extension_decision: Limit,
    /// From the revocation of a mandate to the erasure of what was given under it; none: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure: Option<Limit>,
    /// The days before now whose whistles of one grid are counted for the warning.
    #[serde(default = "whistle_rate_days")]
    pub whistle_rate_days: u32,
    /// The longest description, in characters.
    pub description_max: u32,
}

/// What a policy that does not say means.
const fn whistle_rate_days() -> u32 {
    30
}
