//! Quarterly appraisal (评议) as policy data: the form, the window, and the numbers that protect raters.

use crate::calendar::Limit;
use crate::evaluation::Form;
use serde::{Deserialize, Serialize};

/// How a city appraises; a policy without it holds no rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AppraisalRules {
    /// From the opening of a round, in which forms can be sealed.
    pub window: Limit,
    /// Forms about somebody below which nothing is shown.
    pub raters_min: u32,
    /// Forms like the peers' that are added to each score.
    pub shrink: u32,
    /// What is asked about each unit and person.
    pub form: Form,
}
