//! Changes of set-up under an idempotency key of the caller's: a repeat gets the first answer, another
//! request under the key is refused. Commands to cases bring their key in [`crate::Request`].
//!
//! A key is bound to what was written under it. A change that found everything as it asks has written
//! nothing, and a repeat of it is looked at anew.

use crate::Engine;
use crate::commit::{Envelope, first_answer};
use crate::error::EngineError;
use gridwhistle_domain::actor::Actor;
use gridwhistle_store::{Appended, StreamId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The key of a caller, and what was asked under it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    id: Uuid,
    request: [u8; 32],
}

impl Engine {
    /// The same engine for one change of set-up under a key. `request` is all that was asked, as it
    /// came: a repeat must be the same to the byte.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::text::Language::En;
    ///
    /// let (admin, key) = (gridwhistle::doc::admin(), uuid::Uuid::now_v7());
    /// let file: &[u8] = b"code,domain,name_zh,classes,owner,statutory_limit,safety,proxy,\
    ///     funding_owner,valid_from\n\
    ///     civility.trash,civility,\xe5\x9e\x83\xe5\x9c\xbe,on_the_spot,by_service,,,,D-1,2024-01-01\n";
    /// let under = engine.under_key(key, file);
    /// let first = under.import_catalogue(&admin, file, En).await?;
    /// let again = under.import_catalogue(&admin, file, En).await?;
    /// assert_eq!((again.events, again.position), (first.events, first.position));
    /// assert!(again.repeated && !first.repeated);
    /// let other = engine.under_key(key, b"another file");
    /// let refused = other.import_catalogue(&admin, file, En).await.unwrap_err();
    /// assert_eq!(refused.code(), "idempotency_key_reused");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    #[must_use]
    pub fn under_key(&self, key: Uuid, request: &[u8]) -> Self {
        let request = Sha256::digest(request).into();
        Self {
            key: Some(Key { id: key, request }),
            ..self.clone()
        }
    }

    /// The envelope of a change of set-up: under the caller's key, or a fresh one.
    pub(crate) fn envelope(
        &self,
        stream: &StreamId,
        actor: &Actor,
        request: &impl Serialize,
    ) -> Envelope {
        match &self.key {
            None => Envelope::new(Uuid::now_v7(), stream, actor, request),
            Some(key) => Envelope::chosen(key.id, stream, actor, &key.request),
        }
    }

    /// Whether something was written under the key of this handle, by the same request.
    pub(crate) async fn answered(
        &self,
        stream: &StreamId,
        actor: &Actor,
    ) -> Result<bool, EngineError> {
        Ok(self.first_under_key(stream, actor).await?.is_some())
    }

    /// What was written under the key of this handle, by the same request.
    pub(crate) async fn first_under_key(
        &self,
        stream: &StreamId,
        actor: &Actor,
    ) -> Result<Option<Appended>, EngineError> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let (inner, asked) = (
            &self.inner,
            Envelope::chosen(key.id, stream, actor, &key.request),
        );
        first_answer(&*inner.log, &inner.tenant, &asked).await
    }

    /// An id of what a change makes: under a key always the same.
    pub(crate) fn id_of(&self, what: &str) -> Uuid {
        self.key
            .map_or_else(Uuid::now_v7, |key| Uuid::new_v5(&key.id, what.as_bytes()))
    }
}
