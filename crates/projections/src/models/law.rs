//! Policies and flow charts.

use chrono::{DateTime, Utc};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::catalogue::Matter;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::PolicyVersion;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::chart::Chart;
use gridwhistle_domain::text::{Language, Text};
use serde::Serialize;

/// The versions of the policy that were published by an instant.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyVersions {
    /// The instant.
    pub as_of: DateTime<Utc>,
    /// Which of them is in force then.
    pub in_force: Option<PolicyVersion>,
    /// All, by label.
    pub versions: Vec<VersionShown>,
}

/// One version.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VersionShown {
    /// Its label.
    pub version: PolicyVersion,
    /// What it is called.
    pub title: Text,
    /// From when cases are accepted under it.
    pub effective_from: DateTime<Utc>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

impl PolicyVersions {
    /// Those known at an instant.
    #[must_use]
    pub fn of(reference: &Reference, at: DateTime<Utc>) -> Self {
        let in_force = reference.policies.in_force(at);
        let known = reference
            .policies
            .iter()
            .filter(|one| one.published_at <= at);
        let versions = known.map(|one| VersionShown {
            version: one.policy.version.clone(),
            title: one.policy.title.clone(),
            effective_from: one.policy.effective_from,
            published_at: one.published_at,
        });
        Self {
            as_of: at,
            in_force: in_force.map(|policy| policy.version.clone()),
            versions: versions.collect(),
        }
    }
}

/// The flow chart of a class, drawn from the policy.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Flow {
    /// The version that it is drawn from.
    pub policy: PolicyVersion,
    /// The class.
    pub class: CaseClass,
    /// The matter, where one was named.
    pub matter: Option<String>,
    /// Its stages and arrows.
    pub chart: Chart,
    /// The same as Mermaid text.
    pub mermaid: String,
}

impl Flow {
    /// Of a class under a policy; none: the policy has no such class.
    #[must_use]
    pub fn of(
        policy: &Policy,
        class: CaseClass,
        matter: Option<&Matter>,
        language: Language,
    ) -> Option<Self> {
        let chart = policy.chart(class, matter, language)?;
        Some(Self {
            policy: policy.version.clone(),
            class,
            matter: matter.map(|matter| matter.code.to_string()),
            mermaid: chart.mermaid(language),
            chart,
        })
    }
}
