//! Who is told of events: the subscribers of a tenant, in one stream (`subscriber/subscriber`), so that
//! they can be listed.
//!
//! ```
//! # gridwhistle::doc::run(async |engine| {
//! use gridwhistle::subscribers::{Subscriber, SubscriberEvent, SubscriberFact, Subscribers};
//!
//! let Subscribers(known) = engine.subscribers().await?;
//! assert!(known.is_empty());
//! let removed = SubscriberEvent {
//!     at: engine.now(),
//!     by: gridwhistle::doc::admin(),
//!     fact: SubscriberFact::SubscriberRemoved { id: uuid::Uuid::nil() },
//! };
//! let nobody: Option<&Subscriber> = known.get(&uuid::Uuid::nil());
//! assert!(nobody.is_none() && removed.fact.name() == "SubscriberRemoved");
//! # Ok(())
//! # })?;
//! # Ok::<(), gridwhistle::EngineError>(())
//! ```

use super::subscription::Subscription;
use chrono::{DateTime, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::sealed::Sealed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::convert::Infallible;
use uuid::Uuid;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubscriberFact {
    /// Somebody is told from now on.
    SubscriberAdded {
        /// Its id.
        id: Uuid,
        /// What it asks for.
        subscription: Subscription,
        /// What its messages are signed with, sealed.
        secret: Sealed,
        /// Events after this position are told.
        from: u64,
    },
    /// It asks for something else from now on.
    SubscriberChanged {
        /// Its id.
        id: Uuid,
        /// What it asks for.
        subscription: Subscription,
    },
    /// Messages are signed with another secret, and with the old one, too, for a while.
    SecretRotated {
        /// Its id.
        id: Uuid,
        /// The new one, sealed.
        secret: Sealed,
        /// Until then the old one signs as well.
        old_until: DateTime<Utc>,
    },
    /// It is told nothing until it is enabled again; what happens meanwhile is told then.
    SubscriberDisabled {
        /// Its id.
        id: Uuid,
        /// Why, by code: `gone` (it answered 410), `administrator`.
        reason: String,
    },
    /// It is told again.
    SubscriberEnabled {
        /// Its id.
        id: Uuid,
    },
    /// It is told nothing any more; its secrets are deleted next.
    SubscriberRemoved {
        /// Its id.
        id: Uuid,
    },
}

impl SubscriberFact {
    /// The name of the fact.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SubscriberAdded { .. } => "SubscriberAdded",
            Self::SubscriberChanged { .. } => "SubscriberChanged",
            Self::SecretRotated { .. } => "SecretRotated",
            Self::SubscriberDisabled { .. } => "SubscriberDisabled",
            Self::SubscriberEnabled { .. } => "SubscriberEnabled",
            Self::SubscriberRemoved { .. } => "SubscriberRemoved",
        }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriberEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// What.
    pub fact: SubscriberFact,
}

impl DomainEvent for SubscriberEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Happened for SubscriberEvent {
    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn by(&self) -> &Actor {
        &self.by
    }
}

/// One subscriber as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// What it asks for.
    pub subscription: Subscription,
    /// Since when it is there.
    pub since: DateTime<Utc>,
    /// Events after this position are told.
    pub from: u64,
    /// What signs, sealed.
    pub secret: Sealed,
    /// What signs as well, and until when.
    pub older: Option<(Sealed, DateTime<Utc>)>,
    /// Why it is told nothing, by code.
    pub disabled: Option<String>,
}

/// The subscribers by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subscribers(pub BTreeMap<Uuid, Subscriber>);

impl Aggregate for Subscribers {
    const TYPE: &'static str = "subscriber";
    type Command = SubscriberEvent;
    type Event = SubscriberEvent;
    type Error = Infallible;
    type Services = ();

    /// Everything that is told is recorded.
    async fn handle(
        &mut self,
        told: SubscriberEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(told, self).await;
        Ok(())
    }

    fn apply(&mut self, event: SubscriberEvent) {
        use SubscriberFact as F;
        let of = |all: &mut Self, id: &Uuid, change: &mut dyn FnMut(&mut Subscriber)| {
            all.0.get_mut(id).into_iter().for_each(change);
        };
        match event.fact {
            F::SubscriberAdded {
                id,
                subscription,
                secret,
                from,
            } => {
                let added = Subscriber {
                    subscription,
                    since: event.at,
                    from,
                    secret,
                    older: None,
                    disabled: None,
                };
                self.0.insert(id, added);
            }
            F::SubscriberChanged { id, subscription } => of(self, &id, &mut |known| {
                known.subscription = subscription.clone();
            }),
            F::SecretRotated {
                id,
                secret,
                old_until,
            } => of(self, &id, &mut |known| {
                let old = std::mem::replace(&mut known.secret, secret.clone());
                known.older = Some((old, old_until));
            }),
            F::SubscriberDisabled { id, reason } => of(self, &id, &mut |known| {
                known.disabled = Some(reason.clone());
            }),
            F::SubscriberEnabled { id } => of(self, &id, &mut |known| known.disabled = None),
            F::SubscriberRemoved { id } => {
                self.0.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms as they stand in logs; they are never rewritten.
    const FORMS: [&str; 6] = [
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-9","role":"administrator","unit":"CITY"},"fact":{"SubscriberAdded":{"id":"00000000-0000-0000-0000-000000000001","subscription":{"name":"robot","form":"dingtalk","url":"https://robot.example/send","query":{"alg":"A256GCM","subject":"subscriber:1","nonce":"00","ciphertext":"00"},"types":["CaseClosed"],"scope":{"areas":["S-1"],"units":["B-1"]},"quiet":{"from":1320,"until":420}},"secret":{"alg":"A256GCM","subject":"subscriber:1","nonce":"00","ciphertext":"00"},"from":7}}}"#,
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-9","role":"administrator","unit":"CITY"},"fact":{"SubscriberChanged":{"id":"00000000-0000-0000-0000-000000000001","subscription":{"name":"hotline","form":"12345","url":"https://hotline.example/in"}}}}"#,
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-9","role":"administrator","unit":"CITY"},"fact":{"SecretRotated":{"id":"00000000-0000-0000-0000-000000000001","secret":{"alg":"A256GCM","subject":"subscriber:1","nonce":"01","ciphertext":"01"},"old_until":"2026-03-03T01:00:00Z"}}}"#,
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"system","role":"system"},"fact":{"SubscriberDisabled":{"id":"00000000-0000-0000-0000-000000000001","reason":"gone"}}}"#,
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-9","role":"administrator","unit":"CITY"},"fact":{"SubscriberEnabled":{"id":"00000000-0000-0000-0000-000000000001"}}}"#,
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-9","role":"administrator","unit":"CITY"},"fact":{"SubscriberRemoved":{"id":"00000000-0000-0000-0000-000000000001"}}}"#,
    ];

    #[test]
    fn every_released_form_reads_and_writes_the_same_bytes_and_folds() {
        let mut state = Subscribers::default();
        let mut steps = Vec::new();
        for form in FORMS {
            let event: SubscriberEvent = serde_json::from_str(form).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), form);
            state.apply(event);
            let known = state.0.values().next();
            steps.push(known.map(|known| (known.older.is_some(), known.disabled.is_some())));
        }
        let told = |older, disabled| Some((older, disabled));
        assert_eq!(
            steps,
            [
                told(false, false),
                told(false, false),
                told(true, false),
                told(true, true),
                told(true, false),
                None
            ]
        );
    }
}
