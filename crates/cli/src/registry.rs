//! `registry import|show`: files that belong together, all lines or none; and who and what there is.

mod show;

use crate::args::RegistryCommand;
use crate::failure::Failure;
use crate::session::{Session, read_bytes};
use crate::words::{Word, language, told};
use gridwhistle::admin::Change;
use gridwhistle::boundaries::Misfit;
use gridwhistle::domain::registry::csv::CsvKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file of boundaries, beside those of CSV.
const BOUNDARIES: &str = "boundaries.geojson";

/// Runs a command of this group.
///
/// # Errors
/// When a file is wrong or the store does not take it.
pub(crate) async fn run(session: &Session, command: RegistryCommand) -> Result<(), Failure> {
    let (files, boundaries) = match command {
        RegistryCommand::Import { files } => read(&files)?,
        RegistryCommand::Show(what) => return show::run(session, what).await,
    };
    let engine = session.open().await?;
    let actor = session.actor_or_system();
    let slices: Vec<(CsvKind, &[u8])> = files
        .iter()
        .map(|(kind, bytes)| (*kind, bytes.as_slice()))
        .collect();
    let mut change = engine.import_registry(&actor, &slices, language()).await?;
    let mut warnings = Vec::new();
    if let Some(file) = boundaries {
        let drawn = engine.import_boundaries(&actor, &file, language()).await?;
        change = Change {
            events: change.events + drawn.change.events,
            ..drawn.change
        };
        let words = drawn.misfits.iter().map(Misfit::words);
        warnings.extend(words.map(|words| words.get(language()).to_owned()));
    }
    crate::setup::tell_with(session, change, &warnings)
}

/// The registry files by kind, and the file of boundaries.
type Files = (BTreeMap<CsvKind, Vec<u8>>, Option<Vec<u8>>);

/// The files by kind; a folder stands for the registry files in it.
fn read(paths: &[PathBuf]) -> Result<Files, Failure> {
    let (mut files, mut boundaries) = (BTreeMap::new(), None);
    for path in paths.iter().flat_map(|path| in_folder(path)) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name == BOUNDARIES {
            boundaries = Some(read_bytes(&path)?);
            continue;
        }
        let Some(kind) = CsvKind::from_file_name(name) else {
            let names = CsvKind::ALL.map(CsvKind::file_name).join(", ");
            let names = format!("{names}, {BOUNDARIES}");
            let message = told(Word::RegistryFile, &[&path.display(), &names]);
            return Err(Failure::usage("registry_file_name", message));
        };
        if files.insert(kind, read_bytes(&path)?).is_some() {
            let message = told(Word::RegistryTwice, &[&kind.file_name()]);
            return Err(Failure::usage("registry_file_twice", message));
        }
    }
    Ok((files, boundaries))
}

fn in_folder(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let names = CsvKind::ALL.map(CsvKind::file_name).into_iter();
    let inside = names.chain([BOUNDARIES]).map(|name| path.join(name));
    let there: Vec<PathBuf> = inside.filter(|file| file.exists()).collect();
    if there.is_empty() {
        vec![path.to_owned()]
    } else {
        there
    }
}
