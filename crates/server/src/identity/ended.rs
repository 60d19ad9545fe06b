//! Sessions that were ended before their time, until it is over: in memory, and in a file where the
//! settings name one, a line each, so that they stay ended over a restart.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// Sessions by id, with the end that they would have had.
type Known = BTreeMap<Uuid, DateTime<Utc>>;

/// What was ended.
#[derive(Default)]
pub(super) struct Ended {
    file: Option<PathBuf>,
    known: Mutex<Known>,
}

/// What a file holds; none is there: nothing.
pub(super) fn read(file: &Path) -> Result<Known, String> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Known::new()),
        Err(error) => return Err(format!("{}: {error}", file.display())),
    };
    let line = |line: &str| {
        let (id, until) = line.split_once(' ')?;
        Some((id.parse().ok()?, until.parse().ok()?))
    };
    let lines = text.lines().enumerate();
    lines
        .map(|(no, text)| line(text).ok_or_else(|| format!("{}: line {}", file.display(), no + 1)))
        .collect()
}

impl Ended {
    pub(super) fn of(file: Option<&Path>) -> Result<Self, String> {
        let known = file.map(read).transpose()?.unwrap_or_default();
        Ok(Self {
            file: file.map(Path::to_owned),
            known: Mutex::new(known),
        })
    }

    pub(super) fn holds(&self, id: &Uuid) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains_key(id)
    }

    /// Adds one, and forgets those that are over.
    pub(super) fn add(&self, id: Uuid, until: DateTime<Utc>, now: DateTime<Utc>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, until| now < *until);
        known.insert(id, until);
        if let Some(file) = &self.file
            && let Err(error) = write(file, &known)
        {
            tracing::error!(%error, file = %file.display(), "an ended session is forgotten when the service restarts");
        }
    }
}

/// All of it or nothing: beside the file, and then in its place.
fn write(file: &Path, known: &Known) -> std::io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let mut new = std::fs::File::create(&beside)?;
    for (id, until) in known {
        writeln!(new, "{id} {}", until.to_rfc3339())?;
    }
    new.sync_all()?;
    std::fs::rename(beside, file)
}
