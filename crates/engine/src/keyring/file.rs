//! The file of the ring: one line a key, added durably, replaced as a whole when one is deleted.

use super::KeyringError;
use gridwhistle_domain::ids::SubjectId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

#[derive(Serialize, Deserialize)]
struct Line {
    subject: SubjectId,
    key: String,
}

/// Keys by subject.
pub(super) type Keys = BTreeMap<SubjectId, [u8; 32]>;

/// The keys as they were last read, and from what.
#[derive(Default)]
pub(super) struct Ring {
    pub(super) keys: Keys,
    /// The state of the file that was read; another process may have changed it.
    pub(super) read_as: Option<Stamp>,
    /// Bytes of whole lines. What follows was cut off by a crash or a full disk, before any data was
    /// sealed under it.
    pub(super) sound: u64,
}

/// What tells one state of a file from another: which file, its length, and when it was changed.
pub(super) type Stamp = (u64, u64, i64, i64);

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
pub(super) fn stamp(path: &Path) -> Result<Option<Stamp>, KeyringError> {
    match std::fs::metadata(path) {
        Ok(file) => Ok(Some(stamp_of(&file))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

/// Reads the whole lines of a file.
pub(super) fn read(path: &Path, stamp: Option<Stamp>) -> Result<Ring, KeyringError> {
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
pub(super) fn append(path: &Path, sound: u64, line: &str) -> Result<u64, KeyringError> {
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
pub(super) fn rewrite(path: &Path, keys: &Keys) -> Result<(), KeyringError> {
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

pub(super) fn line(subject: &SubjectId, key: &[u8; 32]) -> String {
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
