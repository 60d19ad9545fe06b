//! Mutual evaluation (双向互评) as data: what is asked, how forms are counted, what is flagged, and
//! how a form is appealed against.

use crate::evaluation::{AppealRules, Form, Side, SpeedRule};
use crate::score::flags::FlagRules;
use crate::score::forms::FormRules;
use serde::{Deserialize, Serialize};

/// The forms of both sides. A policy that does not say has the ones of `DOMAIN.md` 4.6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Forms {
    /// What the street or community is asked about the department.
    pub area: Form,
    /// What the department is asked about the street or community.
    pub department: Form,
}

impl Default for Forms {
    fn default() -> Self {
        Self {
            area: Form::default_of(Side::Area),
            department: Form::default_of(Side::Department),
        }
    }
}

impl Forms {
    /// The form that a side fills.
    #[must_use]
    pub const fn of(&self, side: Side) -> &Form {
        match side {
            Side::Area => &self.area,
            Side::Department => &self.department,
        }
    }
}

/// The numbers of mutual evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EvaluationRules {
    /// Who seals this percent of the forms it is asked for has full weight; below, so much less.
    pub participation_percent: u32,
    /// How the score of a unit is made of its forms.
    pub scores: FormRules,
    /// The item that is computed.
    pub response_speed: SpeedRule,
    /// What somebody should look at.
    pub flags: FlagRules,
    /// How a form is taken out.
    pub appeal: AppealRules,
}

impl Default for EvaluationRules {
    fn default() -> Self {
        Self {
            participation_percent: 80,
            scores: FormRules::default(),
            response_speed: SpeedRule::default(),
            flags: FlagRules::default(),
            appeal: AppealRules::default(),
        }
    }
}
