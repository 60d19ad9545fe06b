//! Personal data of a reporter or principal: sealed on the way in, opened only for somebody who must
//! reach the person and in whose area or hands the case lies, and each opening on record.
//!
//! Deny by default (`DOMAIN.md` 6): clear text is for a role that may read it ([`may_read`]), held in
//! office, where the case lies in their scope. Everybody else sees hints. Before anything is
//! shown in clear, who reads what and why stands in the log ([`access`]), without the data; so an
//! engine that may not write shows nothing in clear. Deleting a person's key erases them.

pub mod access;
mod data;

pub use data::PersonalData;

use crate::Engine;
use crate::commit::{Envelope, commit, load, load_until};
use crate::error::EngineError;
use crate::keyring::KeyringError;
use access::{Access, AccessFact, Purpose};
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::authority::{Reach, Sight, covers, reach};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::record::Reporter;
use gridwhistle_domain::ids::{CaseId, SubjectId};
use gridwhistle_domain::registry::Registry;
use gridwhistle_domain::sealed::Sealed;
use gridwhistle_store::StreamId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Whether a role may read personal data in clear: whoever must reach the person to do their duty.
/// Only where the case lies in the actor's scope, too.
///
/// ```
/// use gridwhistle::domain::actor::Role;
/// use gridwhistle::personal::may_read;
///
/// assert!(may_read(Role::GridOfficer) && !may_read(Role::Auditor));
/// ```
#[must_use]
pub const fn may_read(role: Role) -> bool {
    !matches!(reach(role, Sight::People), Reach::Nothing)
}

/// Whether the actor sees the people of the case in clear: the role may, it is held in office, and
/// the case is in scope. Anything else is a no.
fn sees(actor: &Actor, case: &Case, registry: &Registry, now: DateTime<Utc>) -> bool {
    let reach = reach(actor.role, Sight::People);
    registry.holds(&actor.person, actor.role, &actor.unit, now)
        && covers(reach, actor, case, registry, now)
}

/// What a person is to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartInCase {
    /// 反映人.
    Reporter,
    /// 委托人.
    Principal,
    /// 监护人.
    Guardian,
}

/// A person of a case, in clear or masked.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::Request;
/// use gridwhistle::domain::case::{command::CaseCommand, fact::ReportForm};
/// use gridwhistle::domain::ids::CaseId;
/// use gridwhistle::personal::{KnownPerson, PartInCase, PersonalData, access::Purpose};
/// use uuid::Uuid;
///
/// let (leader, water) = (gridwhistle::doc::leader(), gridwhistle::doc::water());
/// let (case, key) = (CaseId(Uuid::now_v7()), Uuid::now_v7());
/// let name = "林晓梅".to_owned();
/// let data = PersonalData { name, ..PersonalData::default() };
/// let mut form = ReportForm::new("hotline", "G-1", "a lamp is out");
/// form.reporter = Some(engine.seal("subject-1".into(), key, &data)?);
/// let report = CaseCommand::Report { form };
/// engine.request(Request::new(leader.clone(), case, report).with_key(key)).await?;
///
/// let seen: Vec<KnownPerson> = engine.reporters(&leader, case, Purpose::Contact).await?;
/// assert!(seen[0].clear && seen[0].part == PartInCase::Reporter);
/// let masked = engine.reporters(&water, case, Purpose::Contact).await?;
/// assert_eq!(masked[0].data.name, "林**", "the water bureau has no part in it");
/// assert_eq!(engine.personal_reads(case).await?.0[0].by, leader, "on record");
///
/// assert!(engine.erase(&gridwhistle::doc::admin(), &"subject-1".into()).await?);
/// assert!(engine.reporters(&leader, case, Purpose::Contact).await?.is_empty());
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct KnownPerson {
    /// The pseudonym, under which the person can be erased.
    pub subject: SubjectId,
    /// What the person is to the case.
    pub part: PartInCase,
    /// Whether the data stands in clear.
    pub clear: bool,
    /// The data.
    #[serde(flatten)]
    pub data: PersonalData,
}

impl Engine {
    /// Seals a person's data under the subject's own key, for a command with this key.
    ///
    /// # Errors
    /// When the key cannot be made or kept.
    pub fn seal(
        &self,
        subject: SubjectId,
        command: Uuid,
        data: &PersonalData,
    ) -> Result<Reporter, EngineError> {
        let clear = serde_json::to_string(data)?;
        let details = self.inner.keys.seal(&subject, command, &clear)?;
        Ok(Reporter {
            subject,
            details: Some(details),
        })
    }

    /// Seals what a principal or guardian gives for the mandate of one case, under a key of that case
    /// alone: when the mandate is revoked, it is erased and nothing else of the person.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::ids::CaseId;
    /// use gridwhistle::personal::PersonalData;
    /// use uuid::Uuid;
    ///
    /// let (case, key) = (CaseId(Uuid::now_v7()), Uuid::now_v7());
    /// let principal =
    ///     engine.seal_for_case("subject-1".into(), case, key, &PersonalData::default())?;
    /// assert!(principal.details.is_some_and(|sealed| sealed.subject.is_of(case)));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::seal`].
    pub fn seal_for_case(
        &self,
        subject: SubjectId,
        case: CaseId,
        command: Uuid,
        data: &PersonalData,
    ) -> Result<Reporter, EngineError> {
        let clear = serde_json::to_string(data)?;
        let own = subject.within(case);
        let details = Some(self.inner.keys.seal(&own, command, &clear)?);
        Ok(Reporter { subject, details })
    }

    /// Deletes the keys of a mandate whose erasure is due; the case records that afterwards, so that
    /// what it records is true.
    pub(crate) async fn erase_mandate(&self, case: CaseId) -> Result<(), EngineError> {
        let Some(state) = self.case(case).await?.and_then(|case| case.mandate) else {
            return Ok(());
        };
        if state.erase_from.is_some_and(|from| from <= self.now()) {
            for key in state.keys(case) {
                self.inner.keys.erase(key)?;
            }
        }
        Ok(())
    }

    /// The people of a case: its reporters, and the principal and guardian of a mandate. In clear
    /// for who may see them, masked for every other. Reading in clear is on record first. Erased
    /// people and anonymous reporters are left out.
    ///
    /// # Errors
    /// When the log cannot be read, or the reading cannot be recorded; [`KeyringError::Lost`] when
    /// a key is missing and nobody ordered the erasure: the key ring is not the one of this store.
    pub async fn reporters(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Purpose,
    ) -> Result<Vec<KnownPerson>, EngineError> {
        match self.case(case).await? {
            Some(state) => self.people_of(actor, case, (&state, &state), purpose).await,
            None => Ok(Vec::new()),
        }
    }

    /// The people that a case had at an instant, to who may see them now: an old question opens
    /// nothing that is closed today.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::personal::access::Purpose;
    ///
    /// let (leader, case) = (gridwhistle::doc::leader(), gridwhistle::doc::reported(&engine).await?);
    /// let before = engine.now() - chrono::TimeDelta::days(1);
    /// let people = engine.reporters_as_of(&leader, case, Purpose::Callback, before).await?;
    /// assert!(people.is_empty());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::reporters`].
    pub async fn reporters_as_of(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Purpose,
        at: DateTime<Utc>,
    ) -> Result<Vec<KnownPerson>, EngineError> {
        let inner = &self.inner;
        let stream = crate::execute::stream(case);
        let (then, _) = load_until(&*inner.log, &inner.tenant, &stream, Some(at)).await?;
        match self.case(case).await? {
            Some(now) => self.people_of(actor, case, (&now, &then), purpose).await,
            None => Ok(Vec::new()),
        }
    }

    /// Opens the people of one state of a case, as another state of it allows.
    async fn people_of(
        &self,
        actor: &Actor,
        case: CaseId,
        (state, then): (&Case, &Case),
        purpose: Purpose,
    ) -> Result<Vec<KnownPerson>, EngineError> {
        let mut sealed = Vec::new();
        let now = self.now();
        let mandate = state.mandate.as_ref();
        let mandate_erased = mandate.is_some_and(|mandate| {
            mandate.erased || mandate.erase_from.is_some_and(|from| from <= now)
        });
        for (part, subject, field) in people(then) {
            if self.inner.keys.holds(&field.subject)? {
                sealed.push((part, subject, field));
                continue;
            }
            let with_its_mandate = mandate_erased && field.subject.is_of(case);
            if !with_its_mandate && !self.is_erased(subject).await? {
                return Err(KeyringError::Lost(field.subject.clone()).into());
            }
        }
        let registry = &self.fresh_reference().await?.registry;
        let clear = sees(actor, state, registry, now);
        if clear && !sealed.is_empty() {
            let subjects = sealed.iter().map(|(_, subject, _)| (*subject).clone());
            let read = AccessFact::PersonalDataRead {
                case,
                subjects: subjects.collect(),
                purpose,
            };
            self.record(actor, &case.to_string(), read).await?;
        }
        let open = |(part, subject, field): (PartInCase, &SubjectId, &Sealed)| {
            let text = self.inner.keys.open_sealed(field)?;
            let data: PersonalData = serde_json::from_str(&text)?;
            Ok(KnownPerson {
                subject: subject.clone(),
                part,
                clear,
                data: if clear { data } else { data.masked() },
            })
        };
        sealed.into_iter().map(open).collect()
    }

    /// Who read the personal data of a case in clear, when and why, in order.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn personal_reads(&self, case: CaseId) -> Result<Access, EngineError> {
        let inner = &self.inner;
        let stream = access_stream(&case.to_string());
        Ok(load(&*inner.log, &inner.tenant, &stream).await?.0)
    }

    /// Erases a person: records who ordered it, then deletes the key, so that nobody can read the
    /// data again. No event changes. Answers whether there was a key.
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for anybody but an administrator in office; when it cannot be
    /// recorded or the key ring cannot be written. Repeat it then.
    pub async fn erase(&self, actor: &Actor, subject: &SubjectId) -> Result<bool, EngineError> {
        self.ensure_administrator(actor).await?;
        if !self.inner.keys.knows(subject)? {
            return Ok(false);
        }
        let subject = subject.clone();
        let order = AccessFact::ErasureOrdered {
            subject: subject.clone(),
        };
        self.record(actor, subject.as_str(), order).await?;
        Ok(self.inner.keys.erase(&subject)?)
    }

    async fn is_erased(&self, subject: &SubjectId) -> Result<bool, EngineError> {
        let inner = &self.inner;
        let stream = access_stream(subject.as_str());
        let (state, _): (Access, _) = load(&*inner.log, &inner.tenant, &stream).await?;
        Ok(state.is_erased(subject))
    }

    pub(crate) async fn record(
        &self,
        actor: &Actor,
        id: &str,
        fact: AccessFact,
    ) -> Result<(), EngineError> {
        let inner = &self.inner;
        let stream = access_stream(id);
        let envelope = Envelope::new(Uuid::now_v7(), &stream, actor, &fact);
        let now = self.now();
        let decide = |_: &Access| Ok(vec![access::event(now, actor, &fact)]);
        commit(&*inner.log, &inner.tenant, &stream, &envelope, decide).await?;
        Ok(())
    }
}

/// The stream of what was done with the personal data of a case or a person.
fn access_stream(id: &str) -> StreamId {
    StreamId::new("personal_data", id)
}

/// Everybody of a case whose data is sealed, each once.
fn people(case: &Case) -> Vec<(PartInCase, &SubjectId, &Sealed)> {
    let mandate = case
        .mandate
        .as_ref()
        .and_then(|state| state.mandate.as_ref());
    let reporters = case.reporters.iter().map(|one| (PartInCase::Reporter, one));
    let principal = mandate.map(|mandate| (PartInCase::Principal, &mandate.principal));
    let guardian = mandate.and_then(|mandate| mandate.guardian.as_ref());
    let guardian = guardian.map(|one| (PartInCase::Guardian, one));
    let mut known = BTreeMap::new();
    let mut found = Vec::new();
    for (part, person) in reporters.chain(principal).chain(guardian) {
        if let Some(details) = &person.details
            && known.insert(&details.ciphertext, ()).is_none()
        {
            found.push((part, &person.subject, details));
        }
    }
    found
}
