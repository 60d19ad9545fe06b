//! `init`: a tenant with the built-in calendars of China and the built-in default policy.

use crate::failure::Failure;
use crate::session::Session;
use crate::words::{Word, told};
use gridwhistle::admin::Change;
use serde::Serialize;
use std::path::Path;

/// What a set-up command answers; the JSON form is documented in `docs/reference/json.md`.
#[derive(Serialize)]
pub(crate) struct Written {
    /// The tenant.
    pub(crate) tenant: String,
    #[serde(flatten)]
    pub(crate) change: Change,
    /// What to look at, though it was taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) warnings: Vec<String>,
}

#[derive(Serialize)]
struct Ready {
    store: String,
    tenant: String,
    #[serde(flatten)]
    change: Change,
}

const NEXT: [&str; 3] = [
    "gridwhistle registry import units.csv grids.csv people.csv tenures.csv services.csv",
    "gridwhistle catalogue import catalogue.csv",
    "gridwhistle registry show people",
];

/// Makes the store and installs what every tenant needs; a second run changes nothing.
///
/// # Errors
/// When the store cannot be made or written.
pub(crate) async fn init(session: &Session) -> Result<(), Failure> {
    if let Some(path) = session.file()? {
        make_folder(&path)?;
    }
    let engine = session.create().await?;
    let change = engine.install(&session.actor_or_system()).await?;
    let ready = Ready {
        store: crate::moving::shown(&session.settings.store),
        tenant: engine.tenant().to_owned(),
        change,
    };
    session.output.answer(&ready, |out| {
        out.line(told(Word::InitDone, &[&ready.store, &ready.tenant]))?;
        out.line(Word::InitNext)?;
        NEXT.iter()
            .try_for_each(|line| out.line(format_args!("  {line}")))?;
        out.line(format_args!("  {}", Word::InitReport))
    })
}

/// Makes the folder of a file that is to be.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    match path.parent().filter(|folder| *folder != Path::new("")) {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, &error))
        }
        None => Ok(()),
    }
}

/// Tells what a set-up command wrote.
///
/// # Errors
/// When standard output does not take it.
pub(crate) fn tell(session: &Session, change: Change) -> Result<(), Failure> {
    tell_with(session, change, &[])
}

/// The same with what to look at, though it was taken.
///
/// # Errors
/// When standard output does not take it.
pub(crate) fn tell_with(
    session: &Session,
    change: Change,
    warnings: &[String],
) -> Result<(), Failure> {
    let written = Written {
        tenant: session.settings.tenant.clone(),
        change,
        warnings: warnings.to_vec(),
    };
    session.output.answer(&written, |out| {
        if change.events == 0 {
            out.line(Word::ChangeNone)?;
        } else {
            out.line(told(Word::ChangeDone, &[&change.events, &change.position]))?;
        }
        warnings.iter().try_for_each(|line| out.line(line))
    })
}
