//! The key ring of a store that is opened: made with the store, so that one that is gone later is
//! noticed before anything is sealed into a new one.

use crate::error::EngineError;
use crate::keyring::{Keyring, KeyringError};
use gridwhistle_store::{Address, EventLog, StoreError};
use std::path::{Path, PathBuf};

/// Events read at a time while the log is looked through.
const PAGE: usize = 1_000;

/// What every sealed field holds, and no other.
const SEALED: &str = "\"ciphertext\":";

/// Where the keys of a store are: in the file that was named, or beside the store; nowhere for a
/// store in memory.
///
/// # Errors
/// Of the address; [`KeyringError::NotNamed`] for a database.
pub(super) fn place(url: &str, named: Option<&Path>) -> Result<Option<PathBuf>, EngineError> {
    match (Address::read(url)?, named) {
        (_, Some(named)) => Ok(Some(named.to_owned())),
        (Address::Memory, None) => Ok(None),
        (Address::File(path), None) => Ok(beside(&path)),
        (Address::Database, None) => Err(KeyringError::NotNamed.into()),
    }
}

/// The ring at its place. Where a writer finds no file, an empty one is made, unless the log holds
/// sealed fields: then the ring was lost, and nothing may be sealed until it is back.
pub(super) async fn at(place: Option<&Path>, log: &dyn EventLog, writes: bool) -> Keyring {
    let Some(path) = place else {
        return Keyring::in_memory();
    };
    if !writes || path.exists() {
        return Keyring::at(path);
    }
    match holds_sealed(log).await {
        Ok(true) => Keyring::lost(path),
        // Where no file can be made, the first key says so.
        Ok(false) => Keyring::begun(path),
        // A damaged log speaks for itself when it is read.
        Err(_) => Keyring::at(path),
    }
}

async fn holds_sealed(log: &dyn EventLog) -> Result<bool, StoreError> {
    for tenant in log.tenants().await? {
        let mut after = 0;
        loop {
            let page = log.read_log(&tenant, after, PAGE).await?;
            if page.iter().any(|event| event.payload.contains(SEALED)) {
                return Ok(true);
            }
            let Some(last) = page.last() else { break };
            after = last.position;
        }
    }
    Ok(false)
}

/// `city.db` → `city.db.keys`.
fn beside(path: &Path) -> Option<PathBuf> {
    let mut name = path.file_name()?.to_owned();
    name.push(".keys");
    Some(path.with_file_name(name))
}
