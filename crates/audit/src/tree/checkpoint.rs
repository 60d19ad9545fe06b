//! A checkpoint: size and root of a tree, signed by its log and perhaps by witnesses (C2SP
//! tlog-checkpoint in a signed note).
//!
//! One extension line carries the chain value of the log at that size, `gridwhistle chain HEX`, so
//! that sealing goes on from there without reading what is sealed already.

use super::key::{LogSigner, Role, SigningKey, VerifierKey, WitnessSigner, timed};
use super::trouble::{Rule, TreeProblem};
use super::{FILE_MAX, SIZE_MAX};
use chrono::{DateTime, Utc};
use serde::Serialize;
use signed_note::{Note, NoteError, Verifier, VerifierList};
use std::sync::Arc;
use tlog_tiles::{Checkpoint, Hash};

const FORM: &Rule = &(
    "这不是检查点：应为 C2SP 签名检查点（名称、大小、根值、空行、签名行）；文件可能被截断或改动",
    "this is no checkpoint; accepted: a C2SP signed checkpoint (origin, size, root, an empty line, signatures). The file may be cut short or changed",
);

const CHAIN: &str = "gridwhistle chain ";

/// A signed checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    checkpoint: Arc<Checkpoint>,
    note: Arc<Note>,
}

/// A witness that signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witnessed {
    /// Its name.
    pub name: String,
    /// When, by its own clock.
    pub at: DateTime<Utc>,
}

impl Sealed {
    /// Reads a signed checkpoint; its signatures are not checked yet.
    ///
    /// # Errors
    /// [`TreeProblem::Form`].
    pub fn read(bytes: &[u8]) -> Result<Self, TreeProblem> {
        let wrong = || TreeProblem::Form(FORM);
        if bytes.len() > FILE_MAX {
            return Err(wrong());
        }
        let note = Note::from_bytes(bytes).map_err(|_| wrong())?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|_| wrong())?;
        if checkpoint.size() > SIZE_MAX || checkpoint.to_bytes() != note.text() {
            return Err(wrong());
        }
        Ok(Self::of(checkpoint, note))
    }

    fn of(checkpoint: Checkpoint, note: Note) -> Self {
        let (checkpoint, note) = (Arc::new(checkpoint), Arc::new(note));
        Self { checkpoint, note }
    }

    /// The checkpoint of a tree, signed by its log.
    ///
    /// # Errors
    /// [`TreeProblem::Form`] where the key's name cannot head a checkpoint.
    pub fn sign(
        key: &SigningKey,
        size: u64,
        root: Hash,
        chain: &[u8; 32],
    ) -> Result<Self, TreeProblem> {
        let wrong = || TreeProblem::Form(FORM);
        let extension = format!("{CHAIN}{}\n", hex::encode(chain));
        let checkpoint = Checkpoint::new(key.name(), size, root, &extension);
        let checkpoint = checkpoint.map_err(|_| wrong())?;
        let mut note = Note::new(&checkpoint.to_bytes(), &[]).map_err(|_| wrong())?;
        note.add_sigs(&[&LogSigner(key)]).map_err(|_| wrong())?;
        Ok(Self::of(checkpoint, note))
    }

    /// The same with a witness's signature.
    ///
    /// # Errors
    /// [`TreeProblem::Form`] where the key cannot sign.
    pub(crate) fn cosigned(
        &self,
        key: &SigningKey,
        at: DateTime<Utc>,
    ) -> Result<Self, TreeProblem> {
        let wrong = |_| TreeProblem::Form(FORM);
        let time = u64::try_from(at.timestamp()).unwrap_or_default();
        let mut note = Note::from_bytes(&self.bytes()).map_err(wrong)?;
        note.add_sigs(&[&WitnessSigner { key, time }])
            .map_err(wrong)?;
        let (checkpoint, note) = (Arc::clone(&self.checkpoint), Arc::new(note));
        Ok(Self { checkpoint, note })
    }

    /// Its file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.note.to_bytes()
    }

    /// Which log it is of.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.checkpoint.origin()
    }

    /// How many events it covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// The root of the tree over them.
    #[must_use]
    pub fn root(&self) -> Hash {
        *self.checkpoint.hash()
    }

    /// The chain value of the log there; none in a checkpoint that another program made.
    #[must_use]
    pub fn chain(&self) -> Option<[u8; 32]> {
        let lines = self.checkpoint.extension().lines();
        let hex = lines.filter_map(|line| line.strip_prefix(CHAIN)).next()?;
        let mut chain = [0; 32];
        if hex.len() != 2 * chain.len() || !hex.is_ascii() {
            return None;
        }
        for (nth, byte) in chain.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * nth..2 * nth + 2], 16).ok()?;
        }
        Some(chain)
    }

    /// Checks that the log of this key signed it.
    ///
    /// # Errors
    /// [`TreeProblem::Origin`], [`TreeProblem::NotSigned`], [`TreeProblem::Forged`],
    /// [`TreeProblem::Role`].
    pub fn signed_by(&self, key: &VerifierKey) -> Result<(), TreeProblem> {
        let key = key.clone().of(Role::Log)?;
        if key.name() != self.origin() {
            let (wanted, found) = (key.name().to_owned(), self.origin().to_owned());
            return Err(TreeProblem::Origin { wanted, found });
        }
        self.signature(&key).map(|_| ())
    }

    /// When a witness signed it.
    ///
    /// # Errors
    /// As [`Sealed::signed_by`].
    pub fn witnessed_by(&self, key: &VerifierKey) -> Result<Witnessed, TreeProblem> {
        let signed = self.signature(&key.clone().of(Role::Witness)?)?;
        let name = key.name().to_owned();
        let seconds = timed(&signed).and_then(|(time, _)| i64::try_from(time).ok());
        match seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) {
            Some(at) => Ok(Witnessed { name, at }),
            None => Err(TreeProblem::Forged(name)),
        }
    }

    /// The witnesses of a list that signed it, of which `wanted` must have.
    ///
    /// # Errors
    /// [`TreeProblem::Witnesses`]; [`TreeProblem::Forged`] for a signature that does not hold.
    pub fn witnesses(
        &self,
        keys: &[VerifierKey],
        wanted: usize,
    ) -> Result<Vec<Witnessed>, TreeProblem> {
        let mut found: Vec<Witnessed> = Vec::new();
        let mut counted: Vec<&VerifierKey> = Vec::new();
        for key in keys {
            if counted.contains(&key) {
                continue;
            }
            match self.witnessed_by(key) {
                Ok(witnessed) => found.push(witnessed),
                Err(TreeProblem::NotSigned(_)) => {}
                Err(other) => return Err(other),
            }
            counted.push(key);
        }
        if found.len() < wanted {
            let found = found.len();
            return Err(TreeProblem::Witnesses { found, wanted });
        }
        Ok(found)
    }

    /// The signature of a key, checked.
    fn signature(&self, key: &VerifierKey) -> Result<Vec<u8>, TreeProblem> {
        let name = || key.name().to_owned();
        let known = VerifierList::new(vec![Box::new(key.clone())]);
        match self.note.verify(&known) {
            Ok((signed, _)) => {
                let first = signed.first().map(|one| one.signature().to_vec());
                first.ok_or_else(|| TreeProblem::NotSigned(name()))
            }
            Err(NoteError::InvalidSignature { .. }) => Err(TreeProblem::Forged(name())),
            Err(_) => Err(TreeProblem::NotSigned(name())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, role: Role, seed: u8) -> SigningKey {
        SigningKey::from_seed(name, role, [seed; 32]).unwrap()
    }

    fn sealed() -> Sealed {
        let log = key("city.example/log", Role::Log, 1);
        Sealed::sign(&log, 5, tlog_tiles::record_hash(b"x"), &[9; 32]).unwrap()
    }

    #[test]
    fn a_witness_signs_what_it_saw_and_when() {
        let witness = key("witness.example/w1", Role::Witness, 3);
        let at = DateTime::from_timestamp(1_679_315_147, 0).unwrap();
        let signed = sealed().cosigned(&witness, at).unwrap();
        let again = Sealed::read(&signed.bytes()).unwrap();
        let witnessed = again.witnessed_by(&witness.verifier()).unwrap();
        assert_eq!(
            (witnessed.at, witnessed.name.as_str()),
            (at, "witness.example/w1")
        );
        assert_eq!(again.chain(), Some([9; 32]));
        again
            .signed_by(&key("city.example/log", Role::Log, 1).verifier())
            .unwrap();
    }

    #[test]
    fn a_checkpoint_of_another_log_or_key_is_refused() {
        let sealed = sealed();
        let other = sealed.signed_by(&key("town.example/log", Role::Log, 1).verifier());
        assert!(matches!(other, Err(TreeProblem::Origin { .. })));
        let stranger = sealed.signed_by(&key("city.example/log", Role::Log, 2).verifier());
        assert!(matches!(stranger, Err(TreeProblem::NotSigned(_))));
        let text = String::from_utf8(sealed.bytes()).unwrap();
        let more = Sealed::read(text.replace("\n5\n", "\n6\n").as_bytes()).unwrap();
        let forged = more.signed_by(&key("city.example/log", Role::Log, 1).verifier());
        assert!(matches!(forged, Err(TreeProblem::Forged(_))));
    }

    #[test]
    fn one_witness_counts_once() {
        let witness = key("w", Role::Witness, 3);
        let signed = sealed().cosigned(&witness, DateTime::UNIX_EPOCH).unwrap();
        let keys = [witness.verifier(), witness.verifier()];
        let short = signed.witnesses(&keys, 2);
        assert_eq!(
            short,
            Err(TreeProblem::Witnesses {
                found: 1,
                wanted: 2
            })
        );
        assert_eq!(signed.witnesses(&keys, 1).unwrap().len(), 1);
    }
}
