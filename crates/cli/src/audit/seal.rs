//! What signs: keys, checkpoints of the log, and a second body's signature under them.

use super::tree::{sealed, text, tree, verifier};
use super::{show, source};
use crate::args::TreeDir;
use crate::failure::Failure;
use crate::session::{Session, now, read_bytes};
use crate::words::{Word as W, told};
use gridwhistle_audit::tree::{
    Extension, Role, Sealed, Sealer, SigningKey, TreeProblem, folder, witness,
};
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Makes a signing key, which no command ever overwrites, and shows the public one.
///
/// # Errors
/// When the file is there, cannot be written, or the name is none.
pub(super) fn key(
    session: &Session,
    file: &Path,
    name: &str,
    witness: bool,
) -> Result<(), Failure> {
    let role = if witness { Role::Witness } else { Role::Log };
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(Failure::internal)?;
    let key = SigningKey::from_seed(name, role, seed)?;
    write_secret(file, &key.text()).map_err(|error| Failure::unwritable(file, &error))?;
    let public = key.verifier().to_string();
    let answer = json!({ "file": file, "name": name, "witness": witness, "verifier": public });
    session.output.answer(&answer, |out| {
        out.say(told(W::KeyMade, &[&file.display()]))?;
        out.line(&public)
    })
}

/// A new file that its owner alone may read.
pub(crate) fn write_secret(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Seals what came since the last checkpoint; goes on doing so when told to follow.
///
/// # Errors
/// When the log is not what was sealed, or the tree cannot be written.
pub(super) async fn checkpoint(
    session: &Session,
    key: &Path,
    named: &TreeDir,
    follow: Option<u32>,
) -> Result<(), Failure> {
    let source = source(session).await?;
    let tree = tree(session, named)?;
    let key = signing(key)?;
    let mut sealer = Sealer::open(&source, &tree, key).await?;
    loop {
        let before = sealer.size();
        let newest = sealer.seal().await?;
        let fresh = newest.is_some();
        // Who follows hears of new checkpoints alone.
        if fresh || follow.is_none() {
            let newest = newest.map_or_else(|| tree.newest(), Ok)?;
            told_of(session, &newest, sealer.size() - before)?;
        }
        let Some(seconds) = follow else {
            return Ok(());
        };
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    }
}

fn told_of(session: &Session, sealed: &Sealed, added: u64) -> Result<(), Failure> {
    let answer = json!({
        "origin": sealed.origin(),
        "size": sealed.size(),
        "root": sealed.root().to_string(),
        "added": added,
        "checkpoint": text(&sealed.bytes()),
    });
    session
        .output
        .answer(&answer, |out| show(out, &[sealed.text()]))
}

/// Signs a checkpoint as a second body, and remembers it.
///
/// # Errors
/// When it does not continue what this witness signed last.
pub(super) fn cosign(
    session: &Session,
    file: &Path,
    key: &Path,
    log: &str,
    (last, first): (&Path, bool),
) -> Result<(), Failure> {
    let extension = Extension::read(&read_bytes(file)?)?;
    let (log, key) = (verifier(log)?, signing(key)?);
    let before = match last.exists() {
        true => Some(sealed(last)?),
        false if first => None,
        false => return Err(TreeProblem::First.into()),
    };
    let at = now()?;
    let signed = witness::cosign(&extension, before.as_ref(), &log, &key, at)?;
    folder::put(last, &signed.bytes(), true)?;
    let answer = json!({
        "origin": signed.origin(),
        "size": signed.size(),
        "witness": key.name(),
        "at": at,
        "checkpoint": text(&signed.bytes()),
    });
    session.output.answer(&answer, |out| {
        out.line(text(&signed.bytes()).trim_end_matches('\n'))
    })
}

fn signing(path: &Path) -> Result<SigningKey, Failure> {
    let bytes = read_bytes(path)?;
    Ok(SigningKey::read(&String::from_utf8_lossy(&bytes))?)
}
