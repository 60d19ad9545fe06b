//! The five classes of case. The set is closed in code for identity; labels and behaviour are policy data.

use serde::{Deserialize, Serialize};
use std::fmt;

/// 五类事件. Source text row 26; what each does stands in the policy, never in an `if class ==`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseClass {
    /// 即办件: trivial, the grid does it now.
    OnTheSpot,
    /// 限时件: one responsible unit, a fixed limit.
    TimeLimited,
    /// 特办件: complex, settled by coordination.
    Special,
    /// 承办件: beyond the grid's power, undertaken by a department after a whistle.
    Undertaken,
    /// 代办件: a grid officer acts for a resident at a window.
    Proxy,
}

impl CaseClass {
    /// All five, in the order of the source text.
    pub const ALL: [Self; 5] = [
        Self::OnTheSpot,
        Self::TimeLimited,
        Self::Special,
        Self::Undertaken,
        Self::Proxy,
    ];

    /// The code in files, addresses and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnTheSpot => "on_the_spot",
            Self::TimeLimited => "time_limited",
            Self::Special => "special",
            Self::Undertaken => "undertaken",
            Self::Proxy => "proxy",
        }
    }

    /// The class of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

impl fmt::Display for CaseClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
