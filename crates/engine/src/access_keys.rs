//! Keys of other systems: issued to an office, for a few actions, until an instant; revocable. The log
//! holds the hash of a key, never the key: it is shown once.
//!
//! The security administrator issues and revokes them (三员分立); until a tenant has had one, the
//! system administrator does. One stream a tenant, so that the list is one read, and a key that is
//! shown costs one look for what was written since.

mod record;
mod refusal;
mod sheet;

pub use gridwhistle_projections::models::KeySheet;
pub use record::{AccessKey, AccessKeys, Action, KeyEvent, KeyFact, KeyTerms, Revoked};
pub use refusal::KeyRefusal;

use crate::Engine;
use crate::admin::Change;
use crate::commit::{Envelope, commit, first_answer, fold, read_after};
use crate::error::EngineError;
use crate::keyring::KeyringError;
use crate::office::refused;
use crate::reference::stream;
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::registry::Registry;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError, RwLock};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What every key begins with, so that one that leaked into a file can be found.
const PREFIX: &str = "gwk_";

/// The keys as far as they were read, and the version of their stream.
#[derive(Default)]
pub(crate) struct Known(RwLock<(Arc<AccessKeys>, u64)>);

/// A key that was just issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssuedKey {
    /// Its id, under which it can be revoked.
    pub id: Uuid,
    /// The key itself: nobody can read it again, and a repeat does not tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The log position after it.
    pub position: u64,
}

fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Engine {
    /// Issues a key under an id of the caller's, so that a repeat makes no second one: it answers the
    /// same without the key, which is told once.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::access_keys::{AccessKey, Action, IssuedKey, KeyTerms};
    ///
    /// let (admin, water) = (gridwhistle::doc::admin(), gridwhistle::doc::water());
    /// let terms = KeyTerms {
    ///     name: "water works desk".to_owned(),
    ///     office: water.clone(),
    ///     actions: [Action::Read, Action::Command].into(),
    ///     expires: engine.now() + chrono::TimeDelta::days(90),
    /// };
    /// let id = uuid::Uuid::now_v7();
    /// let issued: IssuedKey = engine.issue_key(&admin, id, terms.clone()).await?;
    /// assert_eq!(engine.issue_key(&admin, id, terms).await?.key, None, "told once");
    /// let key = issued.key.unwrap();
    /// assert!(key.starts_with("gwk_"));
    ///
    /// let admitted: AccessKey = engine.admit_key(&key).await?.unwrap();
    /// assert_eq!(admitted.terms.office, water);
    /// assert_eq!(engine.access_keys(&admin).await?.len(), 1);
    ///
    /// engine.revoke_key(&admin, issued.id).await?;
    /// assert!(engine.admit_key(&key).await?.is_none());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for whoever does not keep the keys; [`EngineError::Key`] when the
    /// terms are not fit, or the id is taken.
    pub async fn issue_key(
        &self,
        actor: &Actor,
        id: Uuid,
        terms: KeyTerms,
    ) -> Result<IssuedKey, EngineError> {
        self.ensure_keeper(actor).await?;
        let now = self.now();
        let asked = Envelope::chosen(id, &stream::<AccessKeys>(), actor, &terms);
        let inner = &self.inner;
        // Before the terms are looked at: those of a repeat may be over by now.
        if let Some(first) = first_answer(&*inner.log, &inner.tenant, &asked).await? {
            let position = first.last_position;
            let key = None;
            return Ok(IssuedKey { id, key, position });
        }
        let terms = terms.checked(now, &self.fresh_reference().await?.registry)?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|what| KeyringError::Randomness(what.to_string()))?;
        let key = format!("{PREFIX}{}_{}", id.simple(), hex::encode(secret));
        let sha256 = hex::encode(sha256(&key));
        let fact = KeyFact::KeyIssued {
            key: id,
            terms,
            sha256,
        };
        let change = self.key_changed(actor, asked, fact, move |keys| match keys.0.get(&id) {
            Some(_) => Err(KeyRefusal::taken(id)),
            None => Ok(true),
        });
        let change = change.await?;
        let (position, key) = (change.position, (!change.repeated).then_some(key));
        Ok(IssuedKey { id, key, position })
    }

    /// Revokes a key, from now on and for ever. Twice is a no-op.
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for whoever does not keep the keys; [`EngineError::Key`] when
    /// there is none of that id.
    pub async fn revoke_key(&self, actor: &Actor, id: Uuid) -> Result<Change, EngineError> {
        self.ensure_keeper(actor).await?;
        let fact = KeyFact::KeyRevoked { key: id };
        let asked = Envelope::new(Uuid::now_v7(), &stream::<AccessKeys>(), actor, &fact);
        let change = self.key_changed(actor, asked, fact, move |keys| match keys.0.get(&id) {
            Some(key) => Ok(key.revoked.is_none()),
            None => Err(KeyRefusal::unknown(id)),
        });
        change.await
    }

    /// All keys ever issued, the latest first.
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for whoever does not keep the keys.
    pub async fn access_keys(&self, actor: &Actor) -> Result<Vec<AccessKey>, EngineError> {
        self.ensure_keeper(actor).await?;
        let keys = self.known_keys().await?;
        let mut keys: Vec<_> = keys.0.values().cloned().collect();
        keys.sort_by_key(|key| std::cmp::Reverse((key.issued_at, key.id)));
        Ok(keys)
    }

    /// The key that somebody shows, if it is one and holds now. Whether its office is still held is
    /// asked of the registry, as for a person.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn admit_key(&self, shown: &str) -> Result<Option<AccessKey>, EngineError> {
        let id = shown.strip_prefix(PREFIX).and_then(|rest| rest.get(..32));
        let Some(id) = id.and_then(|id| Uuid::try_parse(id).ok()) else {
            return Ok(None);
        };
        let keys = self.known_keys().await?;
        let Some(key) = keys.0.get(&id) else {
            return Ok(None);
        };
        let right = hex::decode(&key.sha256).unwrap_or_default();
        let fits: bool = sha256(shown).as_slice().ct_eq(&right).into();
        Ok((fits && key.holds(self.now())).then(|| key.clone()))
    }

    /// The keys as the log holds them now.
    async fn known_keys(&self) -> Result<Arc<AccessKeys>, EngineError> {
        let inner = &self.inner;
        let known = &inner.access_keys.0;
        let (keys, version) = known.read().unwrap_or_else(PoisonError::into_inner).clone();
        let news = read_after::<AccessKeys>(&*inner.log, &inner.tenant, version).await?;
        if news.is_empty() {
            return Ok(keys);
        }
        let mut next = (AccessKeys::clone(&keys), version);
        fold(&mut next, news);
        let keys = Arc::new(next.0);
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        if next.1 > known.1 {
            *known = (Arc::clone(&keys), next.1);
        }
        Ok(keys)
    }

    async fn key_changed(
        &self,
        actor: &Actor,
        envelope: Envelope,
        fact: KeyFact,
        check: impl Fn(&AccessKeys) -> Result<bool, KeyRefusal>,
    ) -> Result<Change, EngineError> {
        let inner = &self.inner;
        let stream = stream::<AccessKeys>();
        let event = KeyEvent {
            at: self.now(),
            by: actor.clone(),
            fact,
        };
        let decide = |keys: &AccessKeys| {
            let wanted = check(keys)?;
            Ok(wanted.then(|| event.clone()).into_iter().collect())
        };
        let written = commit(&*inner.log, &inner.tenant, &stream, &envelope, decide);
        Ok(written.await?.into())
    }

    /// Lets through who keeps the keys: the security administrator; until there has been one, the
    /// system administrator.
    async fn ensure_keeper(&self, actor: &Actor) -> Result<(), EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        let role = keeper(registry, self.now());
        let in_office = match role {
            Role::SecurityAdministrator => {
                registry.holds(&actor.person, actor.role, &actor.unit, self.now())
            }
            _ => registry.holds_office(actor, self.now()),
        };
        if actor.role == role && in_office {
            return Ok(());
        }
        Err(refused(actor, role))
    }
}

/// The role that keeps the keys. Once somebody has been security administrator it is never the system
/// administrator again: who appoints the one does not become it by dismissing them.
fn keeper(registry: &Registry, now: chrono::DateTime<chrono::Utc>) -> Role {
    let mut tenures = registry.people().flat_map(|person| &person.tenures);
    let begun = tenures.any(|one| one.role == Role::SecurityAdministrator && one.from <= now);
    if begun {
        Role::SecurityAdministrator
    } else {
        Role::Administrator
    }
}
