//! A photo as it was taken: what the camera wrote into it may say where somebody lives.

use super::access::{AccessFact, Purpose};
use super::sees;
use crate::Engine;
use crate::error::EngineError;
use crate::evidence::FileHash;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::ids::CaseId;

impl Engine {
    /// Lets through who may see the files of a case as they came, and records it before they do:
    /// whoever may read the people of the case in clear.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::evidence::FileHash;
    /// use gridwhistle::personal::access::Purpose;
    ///
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// let hash = FileHash::read(&"a".repeat(64)).unwrap();
    /// let (leader, water) = (gridwhistle::doc::leader(), gridwhistle::doc::water());
    /// engine.record_original(&leader, case, &hash, Purpose::Verify).await?;
    /// assert_eq!(engine.personal_reads(case).await?.0[0].by, leader, "on record");
    /// let refused = engine.record_original(&water, case, &hash, Purpose::Verify).await;
    /// assert_eq!(refused.unwrap_err().code(), "not_authorised");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for everybody else; when it cannot be recorded: then the file
    /// must not be shown.
    pub async fn record_original(
        &self,
        actor: &Actor,
        case: CaseId,
        file: &FileHash,
        purpose: Purpose,
    ) -> Result<(), EngineError> {
        let state = self.case(case).await?;
        let registry = &self.fresh_reference().await?.registry;
        let may = state.is_some_and(|state| sees(actor, &state, registry, self.now()));
        if !may {
            return Err(EngineError::NotAuthorised {
                given: actor.signature(),
                accepted: "a role that reads personal data, for cases in its area or hands",
            });
        }
        let sha256 = file.as_str().to_owned();
        let read = AccessFact::OriginalFileRead {
            case,
            sha256,
            purpose,
        };
        self.record(actor, &case.to_string(), read).await
    }
}
