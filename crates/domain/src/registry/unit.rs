//! Units (单位): kind, level and effective-dated place in the tree.

use super::period::Timeline;
use crate::ids::UnitId;
use crate::text::Text;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        $crate::schema::shape_of_codes!($name);

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code in files and on the command line.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The value of a code, if there is one.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// The accepted codes, for a message.
            #[must_use]
            pub fn accepted() -> String {
                Self::ALL.iter().map(|value| value.code()).collect::<Vec<_>>().join(", ")
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use codes;

codes!(
    /// What a unit is. Fixed for its life (`DOMAIN.md` rows 5, 14, 48).
    UnitKind {
        /// 市.
        City = "city",
        /// 区(县).
        District = "district",
        /// 街道(乡镇).
        Street = "street",
        /// 社区(村).
        Community = "community",
        /// 职能部门.
        Department = "department",
        /// 党组织.
        PartyOrg = "party_org",
        /// 社会组织.
        SocialOrg = "social_org",
        /// 企业, with property companies.
        Company = "company",
    }
);

codes!(
    /// Whose department it is: 市直, 区直 or of the street (`DOMAIN.md` row 22).
    UnitLevel {
        /// 市直.
        City = "city",
        /// 区直.
        District = "district",
        /// 街道.
        Street = "street",
    }
);

impl UnitKind {
    /// The kinds of unit that may stand above this one.
    #[must_use]
    pub const fn parents(self) -> &'static [Self] {
        match self {
            Self::City => &[],
            Self::District => &[Self::City],
            Self::Street => &[Self::District, Self::City],
            Self::Community => &[Self::Street],
            Self::Department => &[Self::City, Self::District, Self::Street, Self::Department],
            Self::PartyOrg | Self::SocialOrg | Self::Company => Self::ALL,
        }
    }

    /// Whether the kind cannot stand alone: streets and communities hang in the tree of the area.
    #[must_use]
    pub const fn needs_parent(self) -> bool {
        matches!(self, Self::Street | Self::Community)
    }
}

/// What may change about a unit, each change from an instant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UnitDetails {
    /// The name for people.
    pub name: Text,
    /// The unit above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitId>,
    /// Where the unit is reached in office: a window, a duty room, an official address. Never a
    /// person's phone number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
}

/// A unit with its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// The city's own code.
    pub id: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// For departments: whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<UnitLevel>,
    /// Names, parents and contacts over time; a gap or an end means closed.
    pub history: Timeline<UnitDetails>,
}
