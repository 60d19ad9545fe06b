//! `registry import|show`: files that belong together, all lines or none; and who and what there is.

mod show;

use crate::args::RegistryCommand;
use crate::failure::Failure;
use crate::session::{Session, read_bytes};
use crate::words::{Word, language, told};
use gridwhistle::domain::registry::csv::CsvKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Runs a command of this group.
///
/// # Errors
/// When a file is wrong or the store does not take it.
pub(crate) async fn run(session: &Session, command: RegistryCommand) -> Result<(), Failure> {
    let files = match command {
        RegistryCommand::Import { files } => read(&files)?,
        RegistryCommand::Show(what) => return show::run(session, what).await,
    };
    let engine = session.open().await?;
    let slices: Vec<(CsvKind, &[u8])> = files
        .iter()
        .map(|(kind, bytes)| (*kind, bytes.as_slice()))
        .collect();
    let change = engine
        .import_registry(&session.actor_or_system(), &slices, language())
        .await?;
    crate::setup::tell(session, change)
}

/// The files by kind; a folder stands for the registry files in it.
fn read(paths: &[PathBuf]) -> Result<BTreeMap<CsvKind, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    for path in paths.iter().flat_map(|path| in_folder(path)) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let Some(kind) = CsvKind::from_file_name(name) else {
            let names = CsvKind::ALL.map(CsvKind::file_name).join(", ");
            let message = told(Word::RegistryFile, &[&path.display(), &names]);
            return Err(Failure::usage("registry_file_name", message));
        };
        if files.insert(kind, read_bytes(&path)?).is_some() {
            let message = told(Word::RegistryTwice, &[&kind.file_name()]);
            return Err(Failure::usage("registry_file_twice", message));
        }
    }
    Ok(files)
}

fn in_folder(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let inside = CsvKind::ALL.map(|kind| path.join(kind.file_name()));
    let there: Vec<PathBuf> = inside.into_iter().filter(|file| file.exists()).collect();
    if there.is_empty() {
        vec![path.to_owned()]
    } else {
        there
    }
}
