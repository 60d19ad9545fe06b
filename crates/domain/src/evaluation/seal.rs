//! Sealed and opened forms, and the commitment that binds them.

use super::Side;
use super::form::Answers;
use crate::ids::{CaseId, LegNo};
use crate::sealed::Sealed;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Marks what is hashed, so that no other hash of the product can stand in for it.
const PURPOSE: &str = "gridwhistle evaluation 1";

/// What a side has sealed: the commitment is public, the answers are ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SealedForm {
    /// SHA-256 in lower-case hexadecimal, by [`commitment`].
    pub commitment: String,
    /// Answers and nonce as ciphertext.
    pub answers: Sealed,
}

/// What a side's sealed form turned out to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenedForm {
    /// The answers.
    pub answers: Answers,
    /// The nonce that went into the commitment; published so that anybody can check it.
    pub nonce: String,
}

/// The commitment to a form: SHA-256 over purpose, case, leg, side, answers and nonce
/// (`H(case‖side‖answers‖nonce)`, `DOMAIN.md` 4.6), in lower-case hexadecimal.
///
/// Each part is UTF-8 with its length in bytes before it as eight big-endian bytes, so no two
/// different inputs give the same bytes. The answers are, by the order of the items' codes: code,
/// score in decimal, reason (empty where there is none), each a part. The nonce must be random and
/// at least 32 characters; scores are few, so it alone keeps a commitment from being guessed.
#[must_use]
pub fn commitment(case: CaseId, leg: LegNo, side: Side, answers: &Answers, nonce: &str) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(PURPOSE);
    part(&case.to_string());
    part(&leg.to_string());
    part(side.code());
    part(&answers.0.len().to_string());
    for (item, answer) in &answers.0 {
        part(item);
        part(&answer.score.to_string());
        part(answer.reason.as_deref().unwrap_or_default());
    }
    part(nonce);
    hex::encode(hash.finalize())
}
