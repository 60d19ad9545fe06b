//! Publishing rules as events: one stream per tenant, from which the [`PolicyBook`] is folded.
//!
//! A version is checked before it is published and never changed afterwards. It takes effect from an
//! instant that is not past; only the first version of a tenant may reach back, for cases that are
//! imported at installation. Refuses: taking a version away.

mod refusal;

pub use refusal::PolicyRefusal;

use super::Policy;
use super::book::PolicyBook;
use super::check::{Finding, Severity, check_text};
use crate::actor::{Actor, Role};
use crate::ids::PolicyVersion;
use chrono::{DateTime, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// One event of the stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyEvent {
    /// When it was published.
    pub at: DateTime<Utc>,
    /// Who published it.
    pub by: Actor,
    /// What happened.
    pub fact: PolicyFact,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PolicyFact {
    /// A version of the rules was published.
    PolicyPublished {
        /// The whole file, as it was given.
        text: String,
        /// Its version label.
        version: PolicyVersion,
        /// From when newly accepted cases are judged by it.
        effective_from: DateTime<Utc>,
    },
}

crate::names::names! { PolicyFact:
    PolicyPublished
}

impl DomainEvent for PolicyEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "command", deny_unknown_fields)]
pub enum PolicyCommand {
    /// Publish a version of the rules.
    #[serde(rename = "publish-policy")]
    Publish {
        /// The whole file.
        text: String,
    },
}

/// A command, when it is asked, and by whom.
#[derive(Clone, Debug)]
pub struct PolicyOrder {
    /// What is asked.
    pub command: PolicyCommand,
    /// When.
    pub now: DateTime<Utc>,
    /// By whom.
    pub actor: Actor,
}

/// All versions that a tenant has published, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Kept>", into = "Vec<Kept>")]
pub struct PublishedPolicies {
    kept: Vec<Kept>,
    book: PolicyBook,
    unreadable: Vec<PolicyVersion>,
}

/// One publication as it is kept in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
struct Kept {
    at: DateTime<Utc>,
    version: PolicyVersion,
    text: String,
}

impl From<Vec<Kept>> for PublishedPolicies {
    fn from(kept: Vec<Kept>) -> Self {
        let mut all = Self::default();
        for one in kept {
            all.keep(one);
        }
        all
    }
}

impl From<PublishedPolicies> for Vec<Kept> {
    fn from(all: PublishedPolicies) -> Self {
        all.kept
    }
}

impl PublishedPolicies {
    /// Every version, for decisions about cases.
    #[must_use]
    pub const fn book(&self) -> &PolicyBook {
        &self.book
    }

    /// The file of a version, as it was published.
    #[must_use]
    pub fn text(&self, version: &PolicyVersion) -> Option<&str> {
        let mut kept = self.kept.iter();
        let found = kept.find(|kept| kept.version == *version)?;
        Some(&found.text)
    }

    /// Versions whose text this release cannot read; cases that pin one are refused, never misjudged.
    #[must_use]
    pub fn unreadable(&self) -> &[PolicyVersion] {
        &self.unreadable
    }

    /// Decides a command at `now`, asked by `actor`.
    ///
    /// # Errors
    /// [`PolicyRefusal`], with nothing recorded.
    pub fn decide(
        &self,
        command: &PolicyCommand,
        now: DateTime<Utc>,
        actor: &Actor,
    ) -> Result<Vec<PolicyEvent>, PolicyRefusal> {
        if !matches!(
            actor.role,
            Role::Administrator | Role::CityOffice | Role::System
        ) {
            return Err(PolicyRefusal::NotAuthorised { role: actor.role });
        }
        let PolicyCommand::Publish { text } = command;
        let (policy, findings) = check_text(text).map_err(PolicyRefusal::Unreadable)?;
        let Policy {
            version,
            effective_from,
            ..
        } = policy;
        if !is_label(version.as_str()) {
            return Err(PolicyRefusal::VersionLabel { version });
        }
        if self.kept.iter().any(|kept| kept.version == version) {
            return Err(PolicyRefusal::VersionExists { version });
        }
        if effective_from < now && !self.kept.is_empty() {
            return Err(PolicyRefusal::EffectiveInPast {
                effective_from,
                now,
            });
        }
        let error = |finding: &Finding| finding.severity == Severity::Error;
        if findings.iter().any(error) {
            return Err(PolicyRefusal::Holes { findings });
        }
        let text = text.clone();
        Ok(vec![PolicyEvent {
            at: now,
            by: actor.clone(),
            fact: PolicyFact::PolicyPublished {
                text,
                version,
                effective_from,
            },
        }])
    }

    /// Folds one event. Total.
    pub fn evolve(&mut self, event: &PolicyEvent) {
        let PolicyFact::PolicyPublished { text, version, .. } = &event.fact;
        self.keep(Kept {
            at: event.at,
            version: version.clone(),
            text: text.clone(),
        });
    }

    fn keep(&mut self, one: Kept) {
        match Policy::parse(&one.text) {
            Ok(policy) => {
                // The first version reaches back as far as it says, see the module.
                let from = policy.effective_from.min(one.at);
                let at = if self.kept.is_empty() { from } else { one.at };
                self.book.insert(policy, at);
            }
            Err(_) => self.unreadable.push(one.version.clone()),
        }
        self.kept.push(one);
    }
}

fn is_label(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(sign)
}

impl Aggregate for PublishedPolicies {
    const TYPE: &'static str = "policy";
    type Command = PolicyOrder;
    type Event = PolicyEvent;
    type Error = PolicyRefusal;
    type Services = ();

    /// A thin adapter over [`PublishedPolicies::decide`].
    async fn handle(
        &mut self,
        order: PolicyOrder,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), PolicyRefusal> {
        for event in self.decide(&order.command, order.now, &order.actor)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: PolicyEvent) {
        self.evolve(&event);
    }
}

#[cfg(test)]
mod tests;
