//! All published policies of a tenant, by version and by effective date.

use super::{EvaluationRules, Policy, SatisfactionRules};
use crate::ids::PolicyVersion;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every version ever published; none is ever changed or taken away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyBook {
    versions: BTreeMap<PolicyVersion, Arc<PublishedPolicy>>,
}

/// A policy and when it was published.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedPolicy {
    /// When it was published; it cannot be in force before.
    pub published_at: DateTime<Utc>,
    /// The rules.
    pub policy: Policy,
}

impl PolicyBook {
    /// Adds a version. The caller has checked it and that the version label is new.
    pub fn insert(&mut self, policy: Policy, published_at: DateTime<Utc>) {
        let version = policy.version.clone();
        self.versions.insert(
            version,
            Arc::new(PublishedPolicy {
                published_at,
                policy,
            }),
        );
    }

    /// The pinned version of a case.
    #[must_use]
    pub fn get(&self, version: &PolicyVersion) -> Option<&Policy> {
        self.versions
            .get(version)
            .map(|published| &published.policy)
    }

    /// The version in force at an instant: published by then, the latest to take effect by then.
    #[must_use]
    pub fn in_force(&self, at: DateTime<Utc>) -> Option<&Policy> {
        self.versions
            .values()
            .filter(|published| {
                published.published_at <= at && published.policy.effective_from <= at
            })
            .max_by_key(|published| (published.policy.effective_from, published.published_at))
            .map(|published| &published.policy)
    }

    /// The version by which the figures of a window are put together: the one in force when it begins, so
    /// that nobody changes weights after the fact; the first one ever where the window is older than the
    /// city's rules.
    #[must_use]
    pub fn judging(&self, begins: DateTime<Utc>) -> Option<&Policy> {
        let first = || self.iter().min_by_key(|published| published.published_at);
        self.in_force(begins)
            .or_else(|| first().map(|published| &published.policy))
    }

    /// The rules of mutual evaluation by which a window is counted.
    #[must_use]
    pub fn evaluation_of(&self, begins: DateTime<Utc>) -> EvaluationRules {
        let policy = self.judging(begins);
        policy.map_or_else(EvaluationRules::default, |policy| policy.evaluation.clone())
    }

    /// The rules of residents' opinions by which a window is counted.
    #[must_use]
    pub fn satisfaction_of(&self, begins: DateTime<Utc>) -> SatisfactionRules {
        let policy = self.judging(begins);
        policy.map(|policy| policy.satisfaction).unwrap_or_default()
    }

    /// All versions, by label.
    pub fn iter(&self) -> impl Iterator<Item = &PublishedPolicy> {
        self.versions.values().map(Arc::as_ref)
    }
}
