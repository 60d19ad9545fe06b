//! Who is told of events outside, and where telling them stands (`ECOSYSTEM.md` 5, webhooks): what must
//! last of it. The telling itself is the host's.
//!
//! Administrators add and change subscribers; what opens a door (secrets, and what follows the question
//! mark of an address) is sealed by the key ring, as personal data is, and deleted with the subscriber.

mod deliveries;
mod directory;
mod subscription;

pub use deliveries::{DeadLetter, Deliveries, DeliveryEvent, DeliveryFact, Note, Waiting};
pub use directory::{Subscriber, SubscriberEvent, SubscriberFact, Subscribers};
pub use subscription::{Form, Quiet, Scope, Subscription};

use crate::Engine;
use crate::commit::{commit, load};
use crate::error::EngineError;
use crate::reference::stream;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::fact::CaseFact;
use gridwhistle_domain::ids::SubjectId;
use gridwhistle_domain::sealed::Sealed;
use gridwhistle_projections::runner::Turn;
use serde::Deserialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What processes on one database take turns at.
const TURN: &str = "outgoing";

/// A subscription as an administrator tells it.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::subscribers::Asked;
///
/// let admin = gridwhistle::doc::admin();
/// let asked: Asked = serde_json::from_str(
///     r#"{"name":"robot","form":"wecom","url":"https://robot.example/send?key=k-1"}"#,
/// )?;
/// let id = engine.add_subscriber(&admin, asked.clone(), "whsec_old").await?.id;
/// engine.change_subscriber(&admin, id, asked).await?;
/// let until = engine.now() + chrono::TimeDelta::days(1);
/// engine.rotate_secret(&admin, id, "whsec_new", until).await?;
///
/// let known = engine.subscribers().await?.0.remove(&id).unwrap();
/// assert_eq!(known.subscription.url, "https://robot.example/send");
/// assert_eq!(engine.subscriber_address(&known)?, "https://robot.example/send?key=k-1");
/// assert_eq!(engine.subscriber_secrets(&known)?, ["whsec_new", "whsec_old"]);
///
/// engine.disable_subscriber(&admin, id, "administrator").await?;
/// engine.enable_subscriber(&admin, id).await?;
/// engine.replay_dead_letters(&admin, id, None).await?;
/// engine.remove_subscriber(&admin, id).await?;
/// assert!(engine.subscriber_secrets(&known).is_err());
/// assert!(engine.outgoing_turn().await?.is_some());
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = WebhookAsked))]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The name for people.
    pub name: String,
    /// The form.
    pub form: Form,
    /// Where to, whole.
    pub url: String,
    /// Which facts, by name; empty: all.
    #[serde(default)]
    pub types: BTreeSet<String>,
    /// Of which cases.
    #[serde(default)]
    pub scope: Scope,
    /// When not.
    #[serde(default)]
    pub quiet: Option<Quiet>,
}

/// A subscriber that was just added.
///
/// ```
/// use gridwhistle::subscribers::Added;
///
/// // Its secret is told once, and not to a repeat.
/// fn told(added: Added, secret: &str) -> Option<&str> {
///     (!added.repeated).then_some(secret)
/// }
/// # let _ = told;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its id.
    pub id: Uuid,
    /// Whether this is the first answer again.
    pub repeated: bool,
}

fn subject(id: Uuid) -> SubjectId {
    SubjectId::new(format!("subscriber:{id}"))
}

impl Engine {
    /// The subscribers as the log has them.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn subscribers(&self) -> Result<Subscribers, EngineError> {
        let inner = &self.inner;
        let stream = stream::<Subscribers>();
        Ok(load(&*inner.log, &inner.tenant, &stream).await?.0)
    }

    /// Adds a subscriber, whose messages are signed with a secret. It is told what happens from now on.
    /// Answers its id, and whether it was there already under the same key ([`Engine::under_key`]).
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for whoever is no administrator in office;
    /// [`EngineError::Input`] with all that is wrong.
    pub async fn add_subscriber(
        &self,
        actor: &Actor,
        asked: Asked,
        secret: &str,
    ) -> Result<Added, EngineError> {
        self.ensure_administrator(actor).await?;
        let id = self.id_of("subscriber");
        // Before its secret is sealed: it may have been removed meanwhile, and its keys with it.
        if self.answered(&stream::<Subscribers>(), actor).await? {
            let repeated = true;
            return Ok(Added { id, repeated });
        }
        let fact = SubscriberFact::SubscriberAdded {
            id,
            subscription: self.subscription(id, asked)?,
            secret: self.inner.keys.seal(&subject(id), id, secret)?,
            from: self.inner.log.head(&self.inner.tenant).await?,
        };
        let repeated = self.subscriber_changed(actor, None, fact).await?;
        Ok(Added { id, repeated })
    }

    /// Lets a subscriber ask for something else.
    ///
    /// # Errors
    /// As [`Engine::add_subscriber`]; [`EngineError::NoSubscriber`].
    pub async fn change_subscriber(
        &self,
        actor: &Actor,
        id: Uuid,
        asked: Asked,
    ) -> Result<(), EngineError> {
        self.ensure_administrator(actor).await?;
        self.known_subscriber(id).await?;
        let subscription = self.subscription(id, asked)?;
        let fact = SubscriberFact::SubscriberChanged { id, subscription };
        self.subscriber_changed(actor, Some(id), fact).await?;
        Ok(())
    }

    /// Signs with another secret from now on, and with the old one, too, until an instant. Answers
    /// whether it does so already under the same key ([`Engine::under_key`]); then the secret that is
    /// given now is kept by nobody.
    ///
    /// # Errors
    /// As [`Engine::change_subscriber`].
    pub async fn rotate_secret(
        &self,
        actor: &Actor,
        id: Uuid,
        secret: &str,
        old_until: DateTime<Utc>,
    ) -> Result<bool, EngineError> {
        self.ensure_administrator(actor).await?;
        self.known_subscriber(id).await?;
        if self.answered(&stream::<Subscribers>(), actor).await? {
            return Ok(true);
        }
        let secret = self.inner.keys.seal(&subject(id), Uuid::now_v7(), secret)?;
        let fact = SubscriberFact::SecretRotated {
            id,
            secret,
            old_until,
        };
        self.subscriber_changed(actor, Some(id), fact).await
    }

    /// Tells a subscriber nothing for now. The system itself does so where one is gone for good. Answers
    /// whether this is the first answer again, under the same key ([`Engine::under_key`]).
    ///
    /// # Errors
    /// As [`Engine::change_subscriber`].
    pub async fn disable_subscriber(
        &self,
        actor: &Actor,
        id: Uuid,
        reason: &str,
    ) -> Result<bool, EngineError> {
        if actor.role != Role::System {
            self.ensure_administrator(actor).await?;
        }
        let reason = reason.to_owned();
        let fact = SubscriberFact::SubscriberDisabled { id, reason };
        self.subscriber_changed(actor, Some(id), fact).await
    }

    /// Tells a subscriber again, and what happened meanwhile. Answers as [`Engine::disable_subscriber`].
    ///
    /// # Errors
    /// As [`Engine::change_subscriber`].
    pub async fn enable_subscriber(&self, actor: &Actor, id: Uuid) -> Result<bool, EngineError> {
        self.ensure_administrator(actor).await?;
        let fact = SubscriberFact::SubscriberEnabled { id };
        self.subscriber_changed(actor, Some(id), fact).await
    }

    /// Removes a subscriber and deletes its secrets.
    ///
    /// # Errors
    /// As [`Engine::change_subscriber`].
    pub async fn remove_subscriber(&self, actor: &Actor, id: Uuid) -> Result<(), EngineError> {
        self.ensure_administrator(actor).await?;
        let fact = SubscriberFact::SubscriberRemoved { id };
        self.subscriber_changed(actor, Some(id), fact).await?;
        self.inner.keys.erase(&subject(id))?;
        Ok(())
    }

    /// Lets dead letters be told again: these, or all. Answers how many, and whether this is the first
    /// answer again, under the same key ([`Engine::under_key`]): then none is told once more.
    ///
    /// # Errors
    /// As [`Engine::change_subscriber`].
    pub async fn replay_dead_letters(
        &self,
        actor: &Actor,
        id: Uuid,
        positions: Option<&BTreeSet<u64>>,
    ) -> Result<(usize, bool), EngineError> {
        self.ensure_administrator(actor).await?;
        self.known_subscriber(id).await?;
        loop {
            if let Some(replayed) = self.replayed_before(actor, id).await? {
                return Ok((replayed, true));
            }
            let (stands, version) = self.deliveries(id).await?;
            let chosen = |position: &&u64| positions.is_none_or(|some| some.contains(*position));
            let positions: BTreeSet<u64> = stands.dead.keys().filter(chosen).copied().collect();
            let replayed = positions.len();
            if replayed == 0 {
                return Ok((0, false));
            }
            let fact = DeliveryFact::DeadLettersReplayed { positions };
            if self.delivered(actor, id, version, fact).await?.is_some() {
                return Ok((replayed, false));
            }
        }
    }

    /// The whole address of a subscriber.
    ///
    /// # Errors
    /// When its key is gone.
    pub fn subscriber_address(&self, subscriber: &Subscriber) -> Result<String, EngineError> {
        let Subscription { url, query, .. } = &subscriber.subscription;
        Ok(match query {
            Some(sealed) => format!("{url}?{}", self.inner.keys.open_sealed(sealed)?),
            None => url.clone(),
        })
    }

    /// The secrets that sign now, the newest first.
    ///
    /// # Errors
    /// When their key is gone.
    pub fn subscriber_secrets(&self, subscriber: &Subscriber) -> Result<Vec<String>, EngineError> {
        let now = self.now();
        let older = subscriber.older.iter();
        let older = older.filter(|(_, until)| *until > now);
        let all = std::iter::once(&subscriber.secret).chain(older.map(|(secret, _)| secret));
        all.map(|sealed: &Sealed| Ok(self.inner.keys.open_sealed(sealed)?))
            .collect()
    }

    /// The turn at telling subscribers; none while another process has it.
    ///
    /// # Errors
    /// When the views cannot be asked.
    pub async fn outgoing_turn(&self) -> Result<Option<Turn>, EngineError> {
        Ok(self.inner.runner.turn(TURN).await?)
    }

    async fn known_subscriber(&self, id: Uuid) -> Result<(), EngineError> {
        let known = self.subscribers().await?;
        let found = known.0.contains_key(&id);
        found.then_some(()).ok_or(EngineError::NoSubscriber { id })
    }

    async fn subscriber_changed(
        &self,
        actor: &Actor,
        known: Option<Uuid>,
        fact: SubscriberFact,
    ) -> Result<bool, EngineError> {
        let inner = &self.inner;
        let stream = stream::<Subscribers>();
        let event = SubscriberEvent {
            at: self.now(),
            by: actor.clone(),
            fact,
        };
        let envelope = self.envelope(&stream, actor, &event.fact);
        let decide = |state: &Subscribers| match known {
            Some(id) if !state.0.contains_key(&id) => Err(EngineError::NoSubscriber { id }),
            _ => Ok(vec![event.clone()]),
        };
        let done = commit(&*inner.log, &inner.tenant, &stream, &envelope, decide);
        Ok(done.await?.repeated)
    }

    fn subscription(&self, id: Uuid, asked: Asked) -> Result<Subscription, EngineError> {
        let wrong = self.wrong(&asked);
        if !wrong.is_empty() {
            return Err(EngineError::Input(wrong));
        }
        let (url, query) = match asked.url.split_once('?') {
            Some((url, query)) => (url, Some(query)),
            None => (asked.url.as_str(), None),
        };
        let seal = |query: &str| self.inner.keys.seal(&subject(id), Uuid::now_v7(), query);
        Ok(Subscription {
            name: asked.name,
            form: asked.form,
            url: url.to_owned(),
            query: query.map(seal).transpose()?,
            types: asked.types,
            scope: asked.scope,
            quiet: asked.quiet,
        })
    }

    fn wrong(&self, asked: &Asked) -> Vec<String> {
        const NAME_MAX: usize = 100;
        const URL_MAX: usize = 2_000;
        let mut wrong = Vec::new();
        if !(1..=NAME_MAX).contains(&asked.name.trim().chars().count()) {
            wrong.push(format!("name: accepted: 1 to {NAME_MAX} characters"));
        }
        if asked.url.len() > URL_MAX {
            wrong.push(format!("url: accepted: at most {URL_MAX} characters"));
        }
        for unknown in asked.types.iter().filter(|name| !is_fact(name)) {
            wrong.push(format!(
                "types: `{unknown}`; accepted: a fact, e.g. CaseClosed"
            ));
        }
        let registry = &self.reference().registry;
        let units = asked.scope.areas.iter().chain(&asked.scope.units);
        for unknown in units.filter(|unit| registry.unit(unit).is_none()) {
            wrong.push(format!(
                "scope: `{unknown}`; accepted: a unit of the registry"
            ));
        }
        if asked.quiet.is_some_and(|quiet| !quiet.is_sound()) {
            let minutes = "0 to 1439 minutes after midnight, `from` unlike `until`";
            wrong.push(format!("quiet: accepted: {minutes}"));
        }
        wrong
    }
}

fn is_fact(name: &str) -> bool {
    CaseFact::NAMES.contains(&name)
}
