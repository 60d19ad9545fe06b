//! The key ring: one key per data subject, kept beside the store and never in it.
//!
//! Personal data is sealed (AES-256-GCM, named `A256GCM` in the field) before a command is decided,
//! so the log only ever holds ciphertext. Deleting a subject's key erases the person and changes no
//! hash of any event (`DOMAIN.md` 6, PIPL article 47).
//!
//! The nonce is synthetic: a keyed hash of command id and clear text. The same command repeated
//! seals to the same bytes, so idempotency holds, and no two different texts share a nonce.

mod file;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use file::{Ring, append, line, read, rewrite, stamp};
use gridwhistle_domain::ids::SubjectId;
use gridwhistle_domain::sealed::Sealed;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The algorithm in use, as it is named in every sealed field.
pub const ALGORITHM: &str = "A256GCM";

/// What can go wrong with keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// The key was deleted, or never was: the data can no longer be read by anybody.
    ///
    /// Handling: show the person as erased.
    #[error("subject {0} has no key: the personal data was erased or sealed elsewhere")]
    Erased(SubjectId),
    /// A case holds sealed data, its key is missing, and nobody ordered the erasure.
    ///
    /// Handling: put the key ring of this store back beside the database, from a backup.
    #[error(
        "subject {0} has no key and was never erased: the key ring is not the one of this store; \
         put it back beside the database"
    )]
    Lost(SubjectId),
    /// The log holds sealed data and the file of keys is gone: a new one would hide that.
    ///
    /// Handling: put the key ring of this store back beside the database, from a backup.
    #[error(
        "the log holds sealed data, but its key ring {path} is not there; put it back from a backup. \
         If there is none, make an empty file of that name: nobody will read the earlier data then"
    )]
    Missing {
        /// Where it should be.
        path: String,
    },
    /// A database has no place beside it for the keys, and nobody named one.
    ///
    /// Handling: name the file, the same for every process on this database.
    #[error(
        "a database keeps no keys: name the file of the key ring (`--keys FILE`, \
         `GRIDWHISTLE_KEYS`, `Options::keys`), the same for every process on this database"
    )]
    NotNamed,
    /// The field names an algorithm that this program does not know.
    ///
    /// Handling: use the program version that sealed it.
    #[error("sealed with `{0}`; this program opens A256GCM")]
    UnknownAlgorithm(String),
    /// The sealed field was altered, or belongs to another subject.
    ///
    /// Handling: `gridwhistle verify`; if the log is sound, the key ring is of another store.
    #[error("the sealed field of subject {0} does not open: it was altered or mixed up")]
    Altered(SubjectId),
    /// The file of keys cannot be read or written.
    ///
    /// Handling: as the text says; nothing was sealed or erased, repeat once the cause is gone.
    #[error("the key ring {path}: {what}; keep it beside the database, readable by its owner only")]
    File {
        /// The file.
        path: String,
        /// What went wrong.
        what: String,
    },
    /// The machine gave no randomness.
    ///
    /// Handling: repeat; the operating system is at fault.
    #[error("no randomness for a new key: {0}")]
    Randomness(String),
}

/// The keys of a tenant's subjects, in memory and in a file.
///
/// The file is read at first use, and again when another process has changed it: a key that was
/// deleted there opens nothing here.
///
/// ```
/// use gridwhistle::keyring::{Keyring, KeyringError};
/// use uuid::Uuid;
///
/// let ring = Keyring::in_memory(); // for a city: Keyring::at(path)
/// let subject = "subject-1".into();
/// let sealed = ring.seal(&subject, Uuid::now_v7(), "13800000000")?;
/// assert_eq!(ring.open_sealed(&sealed)?, "13800000000");
/// assert!(ring.erase(&subject)? && !ring.holds(&subject)?);
/// assert!(matches!(ring.open_sealed(&sealed), Err(KeyringError::Erased(_))));
/// # Ok::<(), KeyringError>(())
/// ```
pub struct Keyring {
    path: Option<PathBuf>,
    ring: Mutex<Ring>,
    /// The file was gone although the log holds sealed data.
    lost: bool,
}

impl Keyring {
    /// A ring without a file: for tests and the memory store.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            path: None,
            ring: Mutex::default(),
            lost: false,
        }
    }

    /// The ring of a file, which is created at the first key.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            path: Some(path.to_owned()),
            ring: Mutex::default(),
            lost: false,
        }
    }

    /// The ring of a new store, with its file.
    pub(crate) fn begun(path: &Path) -> Self {
        // Where it cannot be made now, the first key tries again, and says so.
        let _ = append(path, 0, "");
        Self::at(path)
    }

    /// The ring of a store whose log holds sealed data and whose file is gone: it seals nothing
    /// until the file is back.
    pub(crate) fn lost(path: &Path) -> Self {
        Self {
            lost: true,
            ..Self::at(path)
        }
    }

    /// Whether a subject has a key, so that what is sealed under it can be opened.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or a line is damaged.
    pub fn holds(&self, subject: &SubjectId) -> Result<bool, KeyringError> {
        Ok(self.ring()?.keys.contains_key(subject))
    }

    /// Whether anything of a person can be opened: sealed under their own key, or for a single case.
    ///
    /// ```
    /// use gridwhistle::keyring::{Keyring, KeyringError};
    /// use gridwhistle::domain::ids::{CaseId, SubjectId};
    /// use uuid::Uuid;
    ///
    /// let (ring, person) = (Keyring::in_memory(), SubjectId::new("subject-1"));
    /// ring.seal(&person.within(CaseId(Uuid::now_v7())), Uuid::now_v7(), "13800000000")?;
    /// assert!(ring.knows(&person)? && !ring.holds(&person)?);
    /// # Ok::<(), KeyringError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Keyring::holds`].
    pub fn knows(&self, person: &SubjectId) -> Result<bool, KeyringError> {
        let ring = self.ring()?;
        Ok(ring.keys.keys().any(|key| key.belongs_to(person)))
    }

    /// Seals a text for a subject; makes the subject's key when there is none yet.
    ///
    /// # Errors
    /// When a new key cannot be made or kept.
    pub fn seal(
        &self,
        subject: &SubjectId,
        command: Uuid,
        clear: &str,
    ) -> Result<Sealed, KeyringError> {
        let key = self.key_or_new(subject)?;
        let nonce = nonce(&key, command, clear);
        let payload = Payload {
            msg: clear.as_bytes(),
            aad: subject.as_str().as_bytes(),
        };
        let ciphertext = cipher(&key)
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| KeyringError::Altered(subject.clone()))?;
        Ok(Sealed {
            alg: ALGORITHM.to_owned(),
            subject: subject.clone(),
            nonce: hex::encode(nonce),
            ciphertext: hex::encode(ciphertext),
        })
    }

    /// Opens a sealed field.
    ///
    /// # Errors
    /// [`KeyringError::Erased`] after the key was deleted; others when the field is not intact.
    pub fn open_sealed(&self, sealed: &Sealed) -> Result<String, KeyringError> {
        if sealed.alg != ALGORITHM {
            return Err(KeyringError::UnknownAlgorithm(sealed.alg.clone()));
        }
        let subject = &sealed.subject;
        let altered = || KeyringError::Altered(subject.clone());
        let key = self.ring()?.keys.get(subject).copied();
        let key = key.ok_or_else(|| KeyringError::Erased(subject.clone()))?;
        let mut nonce = [0; 12];
        hex::decode_to_slice(&sealed.nonce, &mut nonce).map_err(|_| altered())?;
        let ciphertext = hex::decode(&sealed.ciphertext).map_err(|_| altered())?;
        let payload = Payload {
            msg: &ciphertext,
            aad: subject.as_str().as_bytes(),
        };
        let clear = cipher(&key)
            .decrypt(&Nonce::from(nonce), payload)
            .map_err(|_| altered())?;
        String::from_utf8(clear).map_err(|_| altered())
    }

    /// Deletes a subject's key, with the keys of what the person gave for single cases: the person is
    /// erased. For the key of one case, what was given for it. Answers whether there was a key.
    ///
    /// # Errors
    /// When the file cannot be written; then the keys are kept, and nothing has changed.
    pub fn erase(&self, subject: &SubjectId) -> Result<bool, KeyringError> {
        let mut ring = self.ring()?;
        let mut keys = ring.keys.clone();
        keys.retain(|key, _| !key.belongs_to(subject));
        if keys.len() == ring.keys.len() {
            return Ok(false);
        }
        if let Some(path) = &self.path {
            rewrite(path, &keys)?;
        }
        // The file is read again before the next key is added to it.
        *ring = Ring {
            keys,
            ..Ring::default()
        };
        Ok(true)
    }

    /// The ring as the file has it now.
    fn ring(&self) -> Result<MutexGuard<'_, Ring>, KeyringError> {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &self.path {
            let now = stamp(path)?;
            if now != ring.read_as {
                *ring = read(path, now)?;
            }
        }
        Ok(ring)
    }

    fn key_or_new(&self, subject: &SubjectId) -> Result<[u8; 32], KeyringError> {
        let mut ring = self.ring()?;
        if let Some(key) = ring.keys.get(subject) {
            return Ok(*key);
        }
        if let (true, None, Some(path)) = (self.lost, ring.read_as, &self.path) {
            let path = path.display().to_string();
            return Err(KeyringError::Missing { path });
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| KeyringError::Randomness(error.to_string()))?;
        // The key is durable before anything is sealed under it.
        if let Some(path) = &self.path {
            ring.sound = append(path, ring.sound, &line(subject, &key))?;
            ring.read_as = stamp(path)?;
        }
        ring.keys.insert(subject.clone(), key);
        Ok(key)
    }
}

impl std::fmt::Debug for Keyring {
    /// Never shows a key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(&(*key).into())
}

fn nonce(key: &[u8; 32], command: Uuid, clear: &str) -> [u8; 12] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(b"gridwhistle nonce v1");
    mac.update(command.as_bytes());
    mac.update(clear.as_bytes());
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    let mut nonce = [0; 12];
    nonce.copy_from_slice(&digest[..12]);
    nonce
}

#[cfg(test)]
mod tests;
