//! A second body signs checkpoints: not that their content is right, but that it saw this log grow
//! and never change (C2SP tlog-cosignature). Two who were shown different logs then notice.

use super::checkpoint::Sealed;
use super::extension::Extension;
use super::key::{Role, SigningKey, VerifierKey};
use super::trouble::TreeProblem;
use chrono::{DateTime, Utc};

/// Signs the newer checkpoint of an extension when it continues the one that this witness signed
/// last; `None` for the first one of a log.
///
/// # Errors
/// Whatever keeps a witness from signing; above all [`TreeProblem::Split`] and
/// [`TreeProblem::NotExtended`].
pub fn cosign(
    extension: &Extension,
    last: Option<&Sealed>,
    log: &VerifierKey,
    witness: &SigningKey,
    at: DateTime<Utc>,
) -> Result<Sealed, TreeProblem> {
    let verifier = witness.verifier().of(Role::Witness)?;
    extension.sealed().signed_by(log)?;
    if let Some(last) = last {
        // Whoever swaps the file in which a witness remembers could make it sign anything.
        last.witnessed_by(&verifier)?;
        last.signed_by(log)?;
        extension.continues(last)?;
    }
    extension.sealed().cosigned(witness, at)
}
