//! One matter (事项): what a case may be about, and what is asked of it.

use crate::calendar::Limit;
use crate::class::CaseClass;
use crate::ids::{MatterCode, UnitId};
use crate::policy::rows::EvidenceKind;
use crate::registry::unit::codes;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

codes!(
    /// The eight domains of the source text (`DOMAIN.md` row 12).
    Domain {
        /// 党的建设.
        PartyBuilding = "party_building",
        /// 文明创建.
        Civility = "civility",
        /// 社会保障.
        SocialSecurity = "social_security",
        /// 生态环境.
        Environment = "environment",
        /// 安全生产.
        WorkSafety = "work_safety",
        /// 综合治理.
        PublicOrder = "public_order",
        /// 政务服务.
        GovernmentServices = "government_services",
        /// 社会救助.
        SocialRelief = "social_relief",
    }
);

impl Domain {
    /// The name for people.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::PartyBuilding => Text::new("党的建设", "party building"),
            Self::Civility => Text::new("文明创建", "civility"),
            Self::SocialSecurity => Text::new("社会保障", "social security"),
            Self::Environment => Text::new("生态环境", "environment"),
            Self::WorkSafety => Text::new("安全生产", "work safety"),
            Self::PublicOrder => Text::new("综合治理", "public order"),
            Self::GovernmentServices => Text::new("政务服务", "government services"),
            Self::SocialRelief => Text::new("社会救助", "social relief"),
        }
    }
}

/// Who answers for a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MatterOwner {
    /// Always this unit.
    Unit(UnitId),
    /// Whoever serves the grid for the matter by the registry's services.
    ByService,
}

impl Matter {
    /// The units that the matter names, with the field that names each.
    #[must_use]
    pub fn units(&self) -> Vec<(&'static str, &UnitId)> {
        let owner = match &self.owner {
            MatterOwner::Unit(unit) => Some(("owner", unit)),
            MatterOwner::ByService => None,
        };
        owner
            .into_iter()
            .chain([("funding_owner", &self.funding_owner)])
            .collect()
    }
}

/// One version of a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// The city's own code.
    pub code: MatterCode,
    /// Its domain.
    pub domain: Domain,
    /// The name for people.
    pub name: Text,
    /// The classes a case on it may have.
    pub classes: BTreeSet<CaseClass>,
    /// Who answers for it.
    pub owner: MatterOwner,
    /// Handling limits that override the policy's, by class.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<CaseClass, Limit>,
    /// The window's limit by law, for matters that a grid officer may carry there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory_limit: Option<Limit>,
    /// The kinds of evidence a response must bring.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub evidence: BTreeSet<EvidenceKind>,
    /// A safety matter cannot be withdrawn.
    #[serde(default)]
    pub safety: bool,
    /// A grid officer may act for a resident.
    #[serde(default)]
    pub proxy: bool,
    /// The law asks for the resident in person, so nobody may act for them.
    #[serde(default)]
    pub person_must_appear: bool,
    /// Who pays and trains (权随事转、人随事转、钱随事转; row 45).
    pub funding_owner: UnitId,
    /// The guide for residents and grid officers (导览图).
    #[serde(default)]
    pub guide: Text,
}
