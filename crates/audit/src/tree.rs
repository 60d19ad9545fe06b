//! The transparency log: every event is a leaf of an RFC 6962 tree, kept in C2SP tiles under signed
//! checkpoints, so that whoever holds a checkpoint notices any later change of what it covers.
//!
//! The leaf of an event is its 32-byte checksum ([`gridwhistle_store::digest`]); ciphertext is
//! hashed as it stands, so a person's key can be deleted and every proof stays valid. Nothing here
//! signs, hashes or proves by itself: `signed_note`, `ed25519-dalek` and `tlog_tiles` do. No clock
//! is read and no randomness drawn: whoever asks brings instant and seed.
//!
//! Reading order: [`edge`] is the growing tree, [`folder`] its files, [`key`] and [`checkpoint`]
//! what is signed; [`seal`] writes, [`proof`], [`extension`] and [`witness`] are what people carry
//! away, [`verify`] holds a log against it all, [`trouble`] is what can be wrong; `words` tells people
//! what was proved.

mod beside;
pub mod check;
pub mod checkpoint;
pub mod edge;
pub mod extension;
pub mod folder;
pub mod key;
pub mod name;
pub mod proof;
pub mod seal;
pub mod trouble;
pub mod verify;
pub mod witness;
mod words;

pub use checkpoint::{Sealed, Witnessed};
pub use extension::Extension;
pub use folder::Tree;
pub use key::{Role, SigningKey, VerifierKey};
pub use name::EventName;
pub use proof::{EventProof, Proven};
pub use seal::Sealer;
pub use trouble::{Nature, TreeProblem};
pub use verify::{LogReport, TreeFault, TreeFaultKind, TreeReport};

/// No tree is larger: a log's positions end here. A file that claims more is refused before any
/// arithmetic on it.
pub const SIZE_MAX: u64 = 1 << 40;

/// Most bytes of a checkpoint or an extension that somebody hands over.
pub(crate) const FILE_MAX: usize = 1_000_000;

/// Most bytes of a proof: an event may be large.
pub(crate) const PROOF_MAX: usize = 64 << 20;

/// The leaf of an event, by its checksum.
#[must_use]
pub fn leaf(checksum: &[u8; 32]) -> tlog_tiles::Hash {
    tlog_tiles::record_hash(checksum)
}
