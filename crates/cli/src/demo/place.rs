//! Where the demo city stands, and what may make way for it: only a store that this command made,
//! and only while nobody has it open. Everything else in the folder is left alone.

use super::DemoError;
use gridwhistle::Engine;
use std::path::{Path, PathBuf};

/// The store; a name of its own, for a city's may be called `city.db`.
const FILE: &str = "demo.db";
/// Beside the store: names it by the chain value of its first event, which no other store has.
const MARKER: &str = "demo.db.made";
/// Stays, for whoever deletes it lets two writers in.
const LOCK: &str = "demo.db.lock";

/// The store's path in an existing folder with nothing at it; an earlier demo city makes way when
/// `force` is given.
///
/// # Errors
/// When something is there that may not make way, or the folder cannot be used.
pub(super) async fn prepare(folder: &Path, force: bool) -> Result<PathBuf, DemoError> {
    let store = folder.join(FILE);
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    let there = files(folder)?;
    if there.is_empty() {
        return Ok(store);
    }
    let marker = std::fs::read_to_string(folder.join(MARKER));
    let Some(marked) = marker.ok().filter(|_| store.is_file()) else {
        return Err(DemoError::Foreign(store));
    };
    if !force {
        return Err(DemoError::Exists(store));
    }
    // Held until the files are gone: nobody else writes the store meanwhile.
    let engine = Engine::open(&url(&store)).await?;
    if first_event(&engine).await?.as_deref() != marked.lines().next() {
        return Err(DemoError::Foreign(store));
    }
    for file in there {
        std::fs::remove_file(&file).map_err(failed(&file))?;
    }
    Ok(store)
}

/// Marks a store that has its first event as a demo city.
///
/// # Errors
/// When the log cannot be read or the marker cannot be written.
pub(super) async fn mark(engine: &Engine, store: &Path) -> Result<(), DemoError> {
    let first = first_event(engine).await?.unwrap_or_default();
    let marker = store.with_file_name(MARKER);
    let text = format!("{first}\nmade by `gridwhistle demo`, which may replace it\n");
    std::fs::write(&marker, text).map_err(failed(&marker))
}

/// The address of a store.
pub(super) fn url(store: &Path) -> String {
    format!("sqlite://{}", store.display())
}

/// The chain value of the first event, where the store holds the one tenant of a demo city.
async fn first_event(engine: &Engine) -> Result<Option<String>, DemoError> {
    let read = async {
        let tenants = engine.log().tenants().await?;
        if tenants != [engine.tenant()] {
            return Ok(None);
        }
        let first = engine.log().read_log(engine.tenant(), 0, 1).await?;
        Ok(first.first().map(|event| hex::encode(event.chain)))
    };
    read.await
        .map_err(|error| DemoError::Engine(gridwhistle::EngineError::Store(error)))
}

/// What stands at the store's name: the log, its views, its keys, the marker.
fn files(folder: &Path) -> Result<Vec<PathBuf>, DemoError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(FILE) && name != LOCK {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> DemoError + use<> {
    let path = path.to_owned();
    move |source| DemoError::Folder { path, source }
}
