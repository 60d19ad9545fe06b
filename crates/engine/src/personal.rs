//! Personal data of a reporter or principal: sealed on the way in, opened only for a role that may
//! see it, erased by deleting the key.

use crate::Engine;
use crate::error::EngineError;
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::record::Reporter;
use gridwhistle_domain::ids::{CaseId, SubjectId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a case may know of a person. Never stored, logged or shown as it stands here.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalData {
    /// 姓名.
    #[serde(default)]
    pub name: String,
    /// 电话.
    #[serde(default)]
    pub phone: String,
    /// 身份证号.
    #[serde(default)]
    pub identity_number: String,
    /// 住址.
    #[serde(default)]
    pub address: String,
}

impl std::fmt::Debug for PersonalData {
    /// Says that there is something, not what.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonalData(sealed)")
    }
}

impl PersonalData {
    /// The same with all but hints masked: 林**, 138****0000.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self {
            name: mask(&self.name, 1, 0),
            phone: mask(&self.phone, 3, 4),
            identity_number: mask(&self.identity_number, 0, 0),
            address: mask(&self.address, 3, 0),
        }
    }
}

fn mask(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    if length <= head + tail {
        return "*".repeat(length);
    }
    let shown = |index: usize| index < head || index >= length - tail;
    text.chars()
        .enumerate()
        .map(|(index, c)| if shown(index) { c } else { '*' })
        .collect()
}

/// Whether a role may read personal data in clear: whoever must reach the person to do their duty.
#[must_use]
pub const fn may_read(role: Role) -> bool {
    matches!(
        role,
        Role::GridOfficer
            | Role::GridLeader
            | Role::CommunityStaff
            | Role::CommunitySecretary
            | Role::StreetStaff
            | Role::Dispatcher
            | Role::DutyChief
            | Role::DepartmentHandler
    )
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

    /// The reporters of a case: in clear for a role that may read them, masked for every other.
    /// Erased people and anonymous reporters are left out.
    ///
    /// # Errors
    /// When the log cannot be read or a sealed field was altered.
    pub async fn reporters(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Vec<PersonalData>, EngineError> {
        let Some(case) = self.case(case).await? else {
            return Ok(Vec::new());
        };
        let mut people = Vec::new();
        for sealed in case
            .reporters
            .iter()
            .filter_map(|reporter| reporter.details.as_ref())
        {
            let clear = match self.inner.keys.open_sealed(sealed) {
                Ok(clear) => clear,
                Err(crate::keyring::KeyringError::Erased(_)) => continue,
                Err(error) => return Err(error.into()),
            };
            let data: PersonalData = serde_json::from_str(&clear)?;
            people.push(if may_read(actor.role) {
                data
            } else {
                data.masked()
            });
        }
        Ok(people)
    }

    /// Erases a person: deletes the key, so that nobody can read the data again. No event changes.
    /// Answers whether there was a key.
    ///
    /// # Errors
    /// When the key ring cannot be written; then nothing has changed.
    pub fn erase(&self, subject: &SubjectId) -> Result<bool, EngineError> {
        Ok(self.inner.keys.erase(subject)?)
    }
}
