//! Personal data as it may stand in an event: ciphertext under a key per data subject.
//!
//! The domain never sees clear text or keys; the engine seals before a command and opens after a
//! read. Deleting the subject's key erases the person and changes no hash (`DOMAIN.md` 6, PIPL).

use crate::ids::SubjectId;
use serde::{Deserialize, Serialize};

/// A sealed field. Every part is text, so the event stays readable JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// The algorithm by name, e.g. `A256GCM`; another one may stand beside it later.
    pub alg: String,
    /// Whose key opens it.
    pub subject: SubjectId,
    /// The nonce, hexadecimal; used once per key.
    pub nonce: String,
    /// Ciphertext and tag, hexadecimal.
    pub ciphertext: String,
}
