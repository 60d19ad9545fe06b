//! The catalogue: the matters in force, and the guide (办事指南) to one.

use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::Limit;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::catalogue::{Domain, Matter, MatterOwner};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{MatterCode, PolicyVersion, UnitId};
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::rows::{EvidenceKind, LegalCap};
use gridwhistle_domain::registry::{Area, Registry};
use serde::Serialize;
use std::collections::BTreeSet;

/// The matters that a case may be about.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Matters {
    /// The version of the catalogue.
    pub catalogue: String,
    /// The instant.
    pub as_of: DateTime<Utc>,
    /// How many are in force then.
    pub in_force: usize,
    /// Those of them that were asked for, by code.
    pub matters: Vec<Matter>,
}

/// Which matters are asked for; what is none asks for all.
#[derive(Clone, Debug, Default)]
pub struct MatterFilter {
    /// Within the code, the name or the guide, in either language.
    pub text: Option<String>,
    /// Of this domain.
    pub domain: Option<Domain>,
    /// On which a case of this class may be accepted.
    pub class: Option<CaseClass>,
    /// That this unit answers for, serves somewhere, or pays and trains for.
    pub unit: Option<UnitId>,
}

impl MatterFilter {
    fn holds(&self, matter: &Matter, registry: &Registry, at: DateTime<Utc>) -> bool {
        let text = self.text.as_deref().map(str::to_lowercase);
        let texts = [
            matter.code.as_str(),
            &matter.name.zh,
            &matter.name.en,
            &matter.guide.zh,
            &matter.guide.en,
        ];
        let found = |text: &String| texts.iter().any(|one| one.to_lowercase().contains(text));
        let unit = |unit: &UnitId| {
            let named = matter.units().iter().any(|(_, one)| *one == unit);
            named
                || (matter.owner == MatterOwner::ByService
                    && registry
                        .services_for(&matter.code, at)
                        .any(|one| one.unit == *unit))
        };
        text.as_ref().is_none_or(found)
            && self.domain.is_none_or(|domain| matter.domain == domain)
            && self
                .class
                .is_none_or(|class| matter.classes.contains(&class))
            && self.unit.as_ref().is_none_or(unit)
    }
}

impl Matters {
    /// Those in force at an instant that are asked for.
    #[must_use]
    pub fn of(reference: &Reference, at: DateTime<Utc>, filter: &MatterFilter) -> Self {
        let (catalogue, registry) = (&reference.catalogue, &reference.registry);
        let all = catalogue.all_in_force(at);
        let kept = all.filter(|matter| filter.holds(matter, registry, at));
        Self {
            catalogue: catalogue.version_label(),
            as_of: at,
            in_force: catalogue.all_in_force(at).count(),
            matters: kept.cloned().collect(),
        }
    }
}

/// The guide to one matter, as the catalogue, the policy and the registry have it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MatterGuide {
    /// The matter.
    pub matter: Matter,
    /// Its version, e.g. `environment.noise@2`.
    pub version: String,
    /// From when this version holds.
    pub since: Option<DateTime<Utc>>,
    /// The instant.
    pub as_of: DateTime<Utc>,
    /// The policy of then, which gives what the matter leaves open.
    pub policy: Option<PolicyVersion>,
    /// How a case on it is handled, class by class.
    pub ways: Vec<MatterWay>,
    /// Who serves it where; empty where one unit answers for it everywhere.
    pub served_by: Vec<MatterService>,
}

/// One unit that serves a matter.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MatterService {
    /// Who serves.
    pub unit: UnitId,
    /// Where: `everywhere`, `unit:CODE` or `grid:CODE`.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub area: Area,
}

/// A matter in one class.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MatterWay {
    /// The class.
    pub class: CaseClass,
    /// The time to handle it; none: the class has no such clock.
    pub handle: Option<Limit>,
    /// Whether the matter sets it, not the class.
    pub own: bool,
    /// Sets of evidence, one of which a response must bring.
    pub evidence: Vec<BTreeSet<EvidenceKind>>,
    /// What the law says of the limits of the class.
    pub law: Vec<LegalCap>,
}

impl MatterGuide {
    /// Of a matter in force at an instant; none: there is no such matter.
    #[must_use]
    pub fn of(reference: &Reference, code: &MatterCode, at: DateTime<Utc>) -> Option<Self> {
        let catalogue = &reference.catalogue;
        let matter = catalogue.in_force(code, at)?;
        let policy = reference.policies.in_force(at);
        let ways = matter
            .classes
            .iter()
            .map(|class| way(policy, matter, *class));
        let since = catalogue
            .history(code)
            .into_iter()
            .flat_map(|all| all.iter());
        let served = match &matter.owner {
            MatterOwner::Unit(_) => Vec::new(),
            MatterOwner::ByService => {
                let registry = &reference.registry;
                let services = registry.services_for(code, at);
                let shown = services.map(|service| MatterService {
                    unit: service.unit.clone(),
                    area: service.area.clone(),
                });
                shown.collect()
            }
        };
        Some(Self {
            matter: matter.clone(),
            version: catalogue.matter_label(code, at).unwrap_or_default(),
            since: since.map(|one| one.from).filter(|from| *from <= at).max(),
            as_of: at,
            policy: policy.map(|policy| policy.version.clone()),
            ways: ways.collect(),
            served_by: served,
        })
    }
}

fn way(policy: Option<&Policy>, matter: &Matter, class: CaseClass) -> MatterWay {
    let row = policy.and_then(|policy| policy.row(class));
    let own = matter.limits.get(&class).copied();
    let sets = row.map(|row| row.evidence.as_slice()).unwrap_or_default();
    let sets = sets.iter().map(|set| set | &matter.evidence);
    let law = policy
        .map(|policy| policy.legal.as_slice())
        .unwrap_or_default();
    MatterWay {
        class,
        handle: own.or_else(|| row.and_then(|row| row.limits.handle)),
        own: own.is_some(),
        evidence: sets.collect(),
        law: law
            .iter()
            .filter(|cap| cap.class == class)
            .cloned()
            .collect(),
    }
}
