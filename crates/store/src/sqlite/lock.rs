//! One writer to a file: an advisory lock on a sibling `<file>.lock`.
//!
//! The sibling stays behind when the lock is given up; deleting it would let two writers in. The
//! database file itself is never opened here: closing a second handle on it would drop the locks
//! that SQLite holds (POSIX).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::StoreError;

/// How long a lock of this very process is waited for. A program that begins another one shares its
/// open files with it for a moment, so a lock may outlive its log by that moment.
const PATIENCE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(10);

/// Held as long as the log is open for writing.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock, or says who holds it.
    pub(crate) fn take(database: &Path) -> Result<Self, StoreError> {
        let path = sibling(database, ".lock");
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options
            .open(&path)
            .map_err(|error| refused(&path, &error))?;
        let mut left = PATIENCE;
        while let Err(error) = file.try_lock() {
            match error {
                TryLockError::WouldBlock => {}
                TryLockError::Error(error) => return Err(refused(&path, &error)),
            }
            let holder = holder(&mut file);
            if left.is_zero() || !holder.is_own() {
                return Err(StoreError::Locked { by: holder.words() });
            }
            std::thread::sleep(PAUSE);
            left = left.saturating_sub(PAUSE);
        }
        // The name is a courtesy to the reader of the refusal; the lock holds without it.
        let _ = file.set_len(0);
        let _ = file.rewind();
        let _ = write!(file, "{}", std::process::id());
        Ok(Self { _file: file })
    }
}

/// A path beside the database, with `suffix` put behind its name.
pub(crate) fn sibling(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// What to say when the operating system refuses a file.
pub(crate) fn refused(path: &Path, error: &std::io::Error) -> StoreError {
    let shown = path.display();
    match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly {
                what: shown.to_string(),
            }
        }
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::Io {
            what: format!("{shown}: {error}"),
        },
    }
}

/// Who holds a lock, as far as the file says.
enum Holder {
    Process(u32),
    Unknown,
}

fn holder(file: &mut File) -> Holder {
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.read_to_string(&mut text))
        .ok();
    let id = read.and_then(|_| text.trim().parse::<u32>().ok());
    id.map_or(Holder::Unknown, Holder::Process)
}

impl Holder {
    fn is_own(&self) -> bool {
        matches!(self, Self::Process(id) if *id == std::process::id())
    }

    fn words(&self) -> String {
        match self {
            Self::Process(_) if self.is_own() => {
                "this very process, which has it open already".to_owned()
            }
            Self::Process(id) => format!("process {id}"),
            Self::Unknown => "another process".to_owned(),
        }
    }
}
