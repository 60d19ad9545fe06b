//! The key ring: one key per data subject, kept beside the store and never in it.
//!
//! Personal data is sealed (AES-256-GCM, named `A256GCM` in the field) before a command is decided,
//! so the log only ever holds ciphertext. Deleting a subject's key erases the person and changes no
//! hash of any event (`DOMAIN.md` 6, PIPL article 47).
//!
//! The nonce is synthetic: a keyed hash of command id and clear text. The same command repeated
//! seals to the same bytes, so idempotency holds, and no two different texts share a nonce.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use gridwhistle_domain::ids::SubjectId;
use gridwhistle_domain::sealed::Sealed;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// The algorithm in use, as it is named in every sealed field.
pub const ALGORITHM: &str = "A256GCM";

/// What can go wrong with keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// The key was deleted, or never was: the data can no longer be read by anybody.
    #[error("subject {0} has no key: the personal data was erased or sealed elsewhere")]
    Erased(SubjectId),
    /// The field names an algorithm that this program does not know.
    #[error("sealed with `{0}`; this program opens A256GCM")]
    UnknownAlgorithm(String),
    /// The sealed field was altered, or belongs to another subject.
    #[error("the sealed field of subject {0} does not open: it was altered or mixed up")]
    Altered(SubjectId),
    /// The file of keys cannot be read or written.
    #[error("the key ring {path}: {what}; keep it beside the database, readable by its owner only")]
    File {
        /// The file.
        path: String,
        /// What went wrong.
        what: String,
    },
    /// The machine gave no randomness.
    #[error("no randomness for a new key: {0}")]
    Randomness(String),
}

#[derive(Serialize, Deserialize)]
struct Line {
    subject: SubjectId,
    key: String,
}

type Keys = BTreeMap<SubjectId, [u8; 32]>;

/// The keys of a tenant's subjects, in memory and in a file.
pub struct Keyring {
    path: Option<PathBuf>,
    keys: Mutex<Keys>,
}

impl Keyring {
    /// A ring without a file: for tests and the memory store.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            path: None,
            keys: Mutex::default(),
        }
    }

    /// The ring of a file, which is created at the first key.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or a line is damaged.
    pub fn open(path: &Path) -> Result<Self, KeyringError> {
        let mut keys = Keys::new();
        if path.exists() {
            let file = File::open(path).map_err(|error| failed(path, &error))?;
            for (number, line) in BufReader::new(file).lines().enumerate() {
                let text = line.map_err(|error| failed(path, &error))?;
                let damaged = || failed(path, &format!("line {} is damaged", number + 1));
                let line: Line = serde_json::from_str(&text).map_err(|_| damaged())?;
                let mut key = [0; 32];
                hex::decode_to_slice(&line.key, &mut key).map_err(|_| damaged())?;
                keys.insert(line.subject, key);
            }
        }
        Ok(Self {
            path: Some(path.to_owned()),
            keys: Mutex::new(keys),
        })
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
        let key = self.lock().get(subject).copied();
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
        let mut keys = self.lock();
        let mut left = keys.clone();
        left.retain(|key, _| !key.belongs_to(subject));
        if left.len() == keys.len() {
            return Ok(false);
        }
        self.rewrite(&left)?;
        *keys = left;
        Ok(true)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key_or_new(&self, subject: &SubjectId) -> Result<[u8; 32], KeyringError> {
        let mut keys = self.lock();
        if let Some(key) = keys.get(subject) {
            return Ok(*key);
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| KeyringError::Randomness(error.to_string()))?;
        // The key is durable before anything is sealed under it.
        self.append(subject, &key)?;
        keys.insert(subject.clone(), key);
        Ok(key)
    }

    fn append(&self, subject: &SubjectId, key: &[u8; 32]) -> Result<(), KeyringError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let mut file = private(path, OpenOptions::new().append(true).create(true))?;
        let line = line(subject, key);
        file.write_all(line.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| failed(path, &error))
    }

    fn rewrite(&self, keys: &Keys) -> Result<(), KeyringError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let beside = path.with_extension("keys.new");
        let mut file = private(
            &beside,
            OpenOptions::new().write(true).create(true).truncate(true),
        )?;
        let lines: String = keys
            .iter()
            .map(|(subject, key)| line(subject, key))
            .collect();
        file.write_all(lines.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| std::fs::rename(&beside, path))
            .map_err(|error| failed(path, &error))
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

fn line(subject: &SubjectId, key: &[u8; 32]) -> String {
    let line = Line {
        subject: subject.clone(),
        key: hex::encode(key),
    };
    format!("{}\n", serde_json::json!(line))
}

fn failed(path: &Path, what: &impl ToString) -> KeyringError {
    KeyringError::File {
        path: path.display().to_string(),
        what: what.to_string(),
    }
}

#[cfg(unix)]
fn private(path: &Path, options: &mut OpenOptions) -> Result<File, KeyringError> {
    use std::os::unix::fs::OpenOptionsExt;
    options
        .mode(0o600)
        .open(path)
        .map_err(|error| failed(path, &error))
}

#[cfg(not(unix))]
fn private(path: &Path, options: &mut OpenOptions) -> Result<File, KeyringError> {
    options.open(path).map_err(|error| failed(path, &error))
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
mod tests {
    use super::*;

    fn subject() -> SubjectId {
        SubjectId::new("subject-1")
    }

    #[test]
    fn what_was_sealed_opens_again_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.keys");
        let sealed = Keyring::open(&path)
            .unwrap()
            .seal(&subject(), Uuid::nil(), "13800000000")
            .unwrap();
        assert_eq!(sealed.alg, "A256GCM");
        assert!(!sealed.ciphertext.contains("138"));
        let reopened = Keyring::open(&path).unwrap();
        assert_eq!(reopened.open_sealed(&sealed).unwrap(), "13800000000");
    }

    #[test]
    fn a_repeat_seals_to_the_same_bytes_and_another_text_to_another_nonce() {
        let ring = Keyring::in_memory();
        let key = Uuid::from_u128(7);
        let first = ring.seal(&subject(), key, "Lin").unwrap();
        assert_eq!(first, ring.seal(&subject(), key, "Lin").unwrap());
        assert_ne!(
            first.nonce,
            ring.seal(&subject(), key, "Lim").unwrap().nonce
        );
        assert_ne!(
            first.nonce,
            ring.seal(&subject(), Uuid::nil(), "Lin").unwrap().nonce
        );
    }

    #[test]
    fn deleting_the_key_erases_the_person_and_only_this_person() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.keys");
        let ring = Keyring::open(&path).unwrap();
        let other = SubjectId::new("subject-2");
        let sealed = ring.seal(&subject(), Uuid::nil(), "Lin").unwrap();
        let kept = ring.seal(&other, Uuid::nil(), "Chen").unwrap();
        assert!(ring.erase(&subject()).unwrap());
        assert!(!ring.erase(&subject()).unwrap());
        for ring in [ring, Keyring::open(&path).unwrap()] {
            assert!(matches!(
                ring.open_sealed(&sealed),
                Err(KeyringError::Erased(_))
            ));
            assert_eq!(ring.open_sealed(&kept).unwrap(), "Chen");
        }
    }

    #[test]
    fn an_altered_field_does_not_open() {
        let ring = Keyring::in_memory();
        let mut sealed = ring.seal(&subject(), Uuid::nil(), "Lin").unwrap();
        sealed.ciphertext.replace_range(0..2, "00");
        assert!(matches!(
            ring.open_sealed(&sealed),
            Err(KeyringError::Altered(_))
        ));
        sealed.alg = "SM4GCM".to_owned();
        assert!(matches!(
            ring.open_sealed(&sealed),
            Err(KeyringError::UnknownAlgorithm(_))
        ));
    }

    #[test]
    fn a_damaged_ring_says_which_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.keys");
        std::fs::write(&path, "{\"subject\":\"a\",\"key\":\"zz\"}\n").unwrap();
        let error = Keyring::open(&path).unwrap_err().to_string();
        assert!(error.contains("line 1 is damaged"), "{error}");
    }
}
