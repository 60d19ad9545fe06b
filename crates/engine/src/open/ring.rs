//! The key ring of a store that is opened: made with the store, so that one that is gone later is
//! noticed before anything is sealed into a new one.

use crate::keyring::Keyring;
use gridwhistle_store::{EventLog, StoreError};
use std::path::{Path, PathBuf};

/// Events read at a time while the log is looked through.
const PAGE: usize = 1_000;

/// What every sealed field holds, and no other.
const SEALED: &str = "\"ciphertext\":";

/// The ring beside a store. Where a writer finds no file, an empty one is made, unless the log
/// holds sealed fields: then the ring was lost, and nothing may be sealed until it is back.
pub(super) async fn beside(url: &str, log: &dyn EventLog, writes: bool) -> Keyring {
    let Some(path) = path(url) else {
        return Keyring::in_memory();
    };
    if !writes || path.exists() {
        return Keyring::at(&path);
    }
    match holds_sealed(log).await {
        Ok(true) => Keyring::lost(&path),
        // Where no file can be made, the first key says so.
        Ok(false) => Keyring::begun(&path),
        // A damaged log speaks for itself when it is read.
        Err(_) => Keyring::at(&path),
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
fn path(url: &str) -> Option<PathBuf> {
    let path = Path::new(url.strip_prefix("sqlite://")?);
    let mut name = path.file_name()?.to_owned();
    name.push(".keys");
    Some(path.with_file_name(name))
}
