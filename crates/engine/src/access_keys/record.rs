//! What is on record of keys: terms, hash, and who issued and revoked them.

use super::refusal::KeyRefusal;
use chrono::{DateTime, TimeDelta, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::registry::Registry;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use uuid::Uuid;

/// The longest name of a key, in characters.
const NAME_MAX: usize = 100;

/// The longest life of a key, in days.
const DAYS_MAX: i64 = 366;

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 查询: questions.
    Read,
    /// 办理: commands.
    Command,
    /// 推送工单: work orders of other systems.
    Incoming,
    /// 订阅: the live feed.
    Feed,
}

impl Action {
    /// Every one, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Read, Self::Command, Self::Incoming, Self::Feed];

    /// The code in requests and in the record.
    ///
    /// ```
    /// use gridwhistle::access_keys::Action;
    ///
    /// assert_eq!(Action::ALL.map(Action::code), ["read", "command", "incoming", "feed"]);
    /// assert_eq!(Action::from_code("feed"), Some(Action::Feed));
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Command => "command",
            Self::Incoming => "incoming",
            Self::Feed => "feed",
        }
    }

    /// The action of a code, if there is one.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }
}

/// What a key is good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyTerms {
    /// The system that uses it, for people.
    pub name: String,
    /// In whose office it acts: somebody of the registry, e.g. a service account.
    pub office: Actor,
    /// What it may be used for.
    pub actions: BTreeSet<Action>,
    /// The first instant at which it no longer holds.
    pub expires: DateTime<Utc>,
}

impl KeyTerms {
    /// The terms, if they are fit at an instant.
    pub(super) fn checked(
        mut self,
        now: DateTime<Utc>,
        registry: &Registry,
    ) -> Result<Self, KeyRefusal> {
        self.name = self.name.trim().to_owned();
        let (office, latest) = (&self.office, now + TimeDelta::days(DAYS_MAX));
        if self.name.is_empty() || self.name.chars().count() > NAME_MAX {
            return Err(KeyRefusal::name(NAME_MAX));
        }
        // A key would make two administrations out of one: who issues it could act as another.
        if Role::ADMINISTRATIONS.contains(&office.role) {
            return Err(KeyRefusal::administration(office.role));
        }
        let held = registry.holds(&office.person, office.role, &office.unit, now);
        if !held || office.on_behalf_of.is_some() {
            return Err(KeyRefusal::office(office));
        }
        if self.actions.is_empty() {
            return Err(KeyRefusal::actions(&Action::ALL.map(Action::code)));
        }
        if self.expires <= now || self.expires > latest {
            return Err(KeyRefusal::expires(now, latest));
        }
        Ok(self)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyFact {
    /// A key was issued.
    KeyIssued {
        /// Its id.
        key: Uuid,
        /// What it is good for.
        terms: KeyTerms,
        /// SHA-256 of the key, in lower-case hexadecimal.
        sha256: String,
    },
    /// A key was revoked.
    KeyRevoked {
        /// Its id.
        key: Uuid,
    },
}

/// One entry of the record.
///
/// ```
/// use gridwhistle::access_keys::{AccessKeys, KeyEvent, KeyFact};
/// use gridwhistle::domain::actor::{Actor, Role};
///
/// let revoked = KeyEvent {
///     at: chrono::DateTime::UNIX_EPOCH,
///     by: Actor::new("P-1", Role::SecurityAdministrator, "CITY"),
///     fact: KeyFact::KeyRevoked { key: Default::default() },
/// };
/// assert_eq!(cqrs_es::DomainEvent::event_type(&revoked), "KeyRevoked");
/// assert!(AccessKeys::default().0.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// What.
    pub fact: KeyFact,
}

impl DomainEvent for KeyEvent {
    fn event_type(&self) -> String {
        match self.fact {
            KeyFact::KeyIssued { .. } => "KeyIssued",
            KeyFact::KeyRevoked { .. } => "KeyRevoked",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Happened for KeyEvent {
    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn by(&self) -> &Actor {
        &self.by
    }
}

/// A key as it stands on record.
///
/// ```
/// use gridwhistle::access_keys::{AccessKey, KeyTerms};
///
/// fn is_open(key: &AccessKey, now: chrono::DateTime<chrono::Utc>) -> bool {
///     let KeyTerms { expires, .. } = &key.terms;
///     assert_eq!(key.holds(now), key.revoked.is_none() && now < *expires);
///     key.holds(now)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// Its id.
    pub id: Uuid,
    /// What it is good for.
    #[serde(flatten)]
    pub terms: KeyTerms,
    /// SHA-256 of the key; left out of lists.
    #[serde(skip)]
    pub(super) sha256: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// By whom.
    pub issued_by: Actor,
    /// When it was revoked, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revoked>,
}

/// The end of a key before its time.
///
/// ```
/// use gridwhistle::access_keys::AccessKey;
/// use gridwhistle::domain::actor::Actor;
///
/// fn revoked_by(key: &AccessKey) -> Option<&Actor> {
///     // `Revoked` says when, and who.
///     key.revoked.as_ref().map(|revoked| &revoked.by)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Actor,
}

impl AccessKey {
    /// Whether it may be used at an instant.
    #[must_use]
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.revoked.is_none() && self.issued_at <= at && at < self.terms.expires
    }
}

/// The keys of a tenant by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessKeys(pub BTreeMap<Uuid, AccessKey>);

impl Aggregate for AccessKeys {
    const TYPE: &'static str = "access_key";
    type Command = KeyEvent;
    type Event = KeyEvent;
    type Error = Infallible;
    type Services = ();

    /// Everything that is told is recorded.
    async fn handle(
        &mut self,
        told: KeyEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(told, self).await;
        Ok(())
    }

    fn apply(&mut self, event: KeyEvent) {
        let KeyEvent { at, by, fact } = event;
        match fact {
            KeyFact::KeyIssued { key, terms, sha256 } => {
                let issued = AccessKey {
                    id: key,
                    terms,
                    sha256,
                    issued_at: at,
                    issued_by: by,
                    revoked: None,
                };
                self.0.entry(key).or_insert(issued);
            }
            KeyFact::KeyRevoked { key } => {
                if let Some(known) = self.0.get_mut(&key) {
                    known.revoked.get_or_insert(Revoked { at, by });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms as they stand in logs; they are never rewritten.
    const FORMS: [&str; 2] = [
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-1","role":"security_administrator","unit":"CITY"},"fact":{"KeyIssued":{"key":"019a0000-0000-7000-8000-000000000001","terms":{"name":"热线系统","office":{"person":"SVC-12345","role":"dispatcher","unit":"B-centre"},"actions":["read","incoming"],"expires":"2026-09-01T00:00:00Z"},"sha256":"aa"}}}"#,
        r#"{"at":"2026-03-03T01:00:00Z","by":{"person":"P-1","role":"security_administrator","unit":"CITY"},"fact":{"KeyRevoked":{"key":"019a0000-0000-7000-8000-000000000001"}}}"#,
    ];

    #[test]
    fn every_released_form_reads_and_writes_the_same_bytes() {
        let mut keys = AccessKeys::default();
        for form in FORMS {
            let event: KeyEvent = serde_json::from_str(form).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), form);
            keys.apply(event);
        }
        let key = keys.0.values().next().unwrap();
        assert_eq!(key.sha256, "aa");
        assert!(
            !key.holds("2026-03-02T02:00:00Z".parse().unwrap()),
            "revoked"
        );
        let listed = serde_json::to_string(key).unwrap();
        assert!(!listed.contains("sha256"), "{listed}");
    }
}
