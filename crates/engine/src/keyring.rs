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
use std::io::{ErrorKind, Write};
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

#[derive(Serialize, Deserialize)]
struct Line {
    subject: SubjectId,
    key: String,
}

type Keys = BTreeMap<SubjectId, [u8; 32]>;

/// The keys as they were last read, and from what.
#[derive(Default)]
struct Ring {
    keys: Keys,
    /// The state of the file that was read; another process may have changed it.
    read_as: Option<Stamp>,
    /// Bytes of whole lines. What follows was cut off by a crash or a full disk, before any data was
    /// sealed under it.
    sound: u64,
}

/// The keys of a tenant's subjects, in memory and in a file.
///
/// The file is read at first use, and again when another process has changed it: a key that was
/// deleted there opens nothing here.
pub struct Keyring {
    path: Option<PathBuf>,
    ring: Mutex<Ring>,
}

impl Keyring {
    /// A ring without a file: for tests and the memory store.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            path: None,
            ring: Mutex::default(),
        }
    }

    /// The ring of a file, which is created at the first key.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            path: Some(path.to_owned()),
            ring: Mutex::default(),
        }
    }

    /// Whether a subject has a key, so that what is sealed under it can be opened.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or a line is damaged.
    pub fn holds(&self, subject: &SubjectId) -> Result<bool, KeyringError> {
        Ok(self.ring()?.keys.contains_key(subject))
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

    /// Deletes a subject's key: the person is erased. Answers whether there was a key.
    ///
    /// # Errors
    /// When the file cannot be written; then the key is kept, and nothing has changed.
    pub fn erase(&self, subject: &SubjectId) -> Result<bool, KeyringError> {
        let mut ring = self.ring()?;
        let mut keys = ring.keys.clone();
        if keys.remove(subject).is_none() {
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

/// What tells one state of a file from another: which file, its length, and when it was changed.
type Stamp = (u64, u64, i64, i64);

#[cfg(unix)]
fn stamp_of(file: &std::fs::Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    (file.ino(), file.len(), file.mtime(), file.mtime_nsec())
}

#[cfg(not(unix))]
fn stamp_of(file: &std::fs::Metadata) -> Stamp {
    (0, file.len(), 0, 0)
}

/// The state of a file now; none where there is no file.
fn stamp(path: &Path) -> Result<Option<Stamp>, KeyringError> {
    match std::fs::metadata(path) {
        Ok(file) => Ok(Some(stamp_of(&file))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

/// Reads the whole lines of a file.
fn read(path: &Path, stamp: Option<Stamp>) -> Result<Ring, KeyringError> {
    let mut ring = Ring {
        read_as: stamp,
        ..Ring::default()
    };
    if stamp.is_none() {
        return Ok(ring);
    }
    let text = std::fs::read(path).map_err(|error| failed(path, &error))?;
    let whole = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    ring.sound = whole as u64;
    for (number, line) in text[..whole].split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        let damaged = || failed(path, &format!("line {} is damaged", number + 1));
        let line: Line = serde_json::from_slice(line).map_err(|_| damaged())?;
        let mut key = [0; 32];
        hex::decode_to_slice(&line.key, &mut key).map_err(|_| damaged())?;
        ring.keys.insert(line.subject, key);
    }
    Ok(ring)
}

/// Adds a line after the whole ones, durably, and answers where it ends. What a failed write has
/// left is taken back, so that a full disk leaves the file as it was.
fn append(path: &Path, sound: u64, line: &str) -> Result<u64, KeyringError> {
    let new = !path.exists();
    let mut file = private(path, OpenOptions::new().append(true).create(true))?;
    let written = file
        .set_len(sound)
        .and_then(|()| file.write_all(line.as_bytes()))
        .and_then(|()| file.sync_all())
        .and_then(|()| if new { sync_folder(path) } else { Ok(()) });
    if let Err(error) = written {
        let _ = file.set_len(sound);
        return Err(failed(path, &error));
    }
    Ok(sound + line.len() as u64)
}

/// Writes all keys beside the file, then puts the new one in its place, durably: a key that was
/// deleted does not come back after a power loss.
fn rewrite(path: &Path, keys: &Keys) -> Result<(), KeyringError> {
    let beside = path.with_extension("keys.new");
    let mut file = private(
        &beside,
        OpenOptions::new().write(true).create(true).truncate(true),
    )?;
    let lines: String = keys
        .iter()
        .map(|(subject, key)| line(subject, key))
        .collect();
    let replaced = file
        .write_all(lines.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&beside, path))
        .and_then(|()| sync_folder(path));
    replaced.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(path, &error)
    })
}

/// Makes a new name in a folder durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
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
        let sealed = Keyring::at(&path)
            .seal(&subject(), Uuid::nil(), "13800000000")
            .unwrap();
        assert_eq!(sealed.alg, "A256GCM");
        assert!(!sealed.ciphertext.contains("138"));
        let reopened = Keyring::at(&path);
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
        let ring = Keyring::at(&path);
        let other = SubjectId::new("subject-2");
        let sealed = ring.seal(&subject(), Uuid::nil(), "Lin").unwrap();
        let kept = ring.seal(&other, Uuid::nil(), "Chen").unwrap();
        assert!(ring.erase(&subject()).unwrap());
        assert!(!ring.erase(&subject()).unwrap());
        for ring in [ring, Keyring::at(&path)] {
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
        let error = Keyring::at(&path)
            .holds(&subject())
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 1 is damaged"), "{error}");
    }

    #[test]
    fn a_line_that_was_cut_off_is_passed_over_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.keys");
        let sealed = Keyring::at(&path)
            .seal(&subject(), Uuid::nil(), "Lin")
            .unwrap();
        let whole = std::fs::read(&path).unwrap();
        let cut = [&whole[..], br#"{"subject":"subject-2","ke"#].concat();
        std::fs::write(&path, cut).unwrap();
        let ring = Keyring::at(&path);
        assert_eq!(ring.open_sealed(&sealed).unwrap(), "Lin");
        let other = SubjectId::new("subject-2");
        let second = ring.seal(&other, Uuid::nil(), "Chen").unwrap();
        let reopened = Keyring::at(&path);
        assert_eq!(reopened.open_sealed(&sealed).unwrap(), "Lin");
        assert_eq!(reopened.open_sealed(&second).unwrap(), "Chen");
    }

    #[test]
    fn what_another_process_adds_or_erases_holds_here_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.keys");
        let (one, two) = (Keyring::at(&path), Keyring::at(&path));
        let sealed = one.seal(&subject(), Uuid::nil(), "Lin").unwrap();
        assert_eq!(two.open_sealed(&sealed).unwrap(), "Lin");
        assert!(one.erase(&subject()).unwrap());
        assert!(!two.holds(&subject()).unwrap());
        let erased = two.open_sealed(&sealed);
        assert!(matches!(erased, Err(KeyringError::Erased(_))));
    }
}
