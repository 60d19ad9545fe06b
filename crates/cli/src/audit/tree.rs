//! The full look at a log, and proofs that people carry away and check without it.

use super::{seal, show, source};
use crate::args::{ProofArgs, TreeCommand, TreeDir, Trust};
use crate::failure::{Exit, Failure};
use crate::session::{Session, read_bytes};
use crate::words::{Word as W, say, told};
use gridwhistle_audit::Source;
use gridwhistle_audit::tree::{
    EventName, EventProof, Extension, Sealed, Tree, VerifierKey, folder, verify,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Answers one question.
///
/// # Errors
/// When it cannot be answered, or a check found something.
pub(super) async fn run(session: &Session, command: TreeCommand) -> Result<(), Failure> {
    use TreeCommand as C;
    match command {
        C::Verify {
            tree,
            checkpoint,
            verifier,
            witness,
            quorum,
        } => {
            let (witnesses, wanted) = witnesses(&witness, quorum)?;
            let kept = checkpoint.iter().map(|path| sealed(path));
            let kept = kept.collect::<Result<Vec<_>, _>>()?;
            for sealed in &kept {
                sealed.witnesses(&witnesses, wanted)?;
            }
            look(session, &tree, &kept, verifier.as_deref()).await
        }
        C::Key {
            file,
            name,
            witness,
        } => seal::key(session, &file, &name, witness),
        C::Checkpoint { key, tree, follow } => seal::checkpoint(session, &key, &tree, follow).await,
        C::Prove { event, proof } => prove(session, &EventName::read(&event)?, &proof).await,
        C::Receipt { case, proof } => {
            // The first event of a case is the report, or the import, that began it.
            let name = EventName::read(&format!("{case}/1"))?;
            prove(session, &name, &proof).await
        }
        C::VerifyProof { file, trust } => verify_proof(session, &file, &trust),
        C::Consistency {
            old,
            new,
            tree,
            out,
        } => consistency(session, &old, new.as_deref(), &tree, out.as_deref()),
        C::Cosign {
            file,
            key,
            verifier,
            last,
            first,
        } => seal::cosign(session, &file, &key, &verifier, (&last, first)),
    }
}

/// The tree of the session's tenant: beside the file of the store, unless another folder is named.
///
/// # Errors
/// When the store is a database and no folder is named.
pub(super) fn tree(session: &Session, named: &TreeDir) -> Result<Tree, Failure> {
    let folder = match (&named.folder, session.file()?) {
        (Some(folder), _) => folder.clone(),
        (None, Some(store)) => {
            let mut name = store.into_os_string();
            name.push(".tree");
            PathBuf::from(name)
        }
        (None, None) => {
            return Err(Failure::usage(
                "tree_not_named",
                W::TreeNotNamed.to_string(),
            ));
        }
    };
    Ok(Tree::at(&folder, &session.settings.tenant))
}

/// A public key: its text, or a file that holds it.
///
/// # Errors
/// When it is neither.
pub(super) fn verifier(text: &str) -> Result<VerifierKey, Failure> {
    match VerifierKey::read(text) {
        Ok(key) => Ok(key),
        Err(_) if Path::new(text).is_file() => {
            let bytes = read_bytes(Path::new(text))?;
            Ok(VerifierKey::read(&String::from_utf8_lossy(&bytes))?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The witnesses that are believed, and how many of them must have signed: all, unless fewer do.
///
/// # Errors
/// When one of them is no key.
pub(super) fn witnesses(
    texts: &[String],
    quorum: Option<u8>,
) -> Result<(Vec<VerifierKey>, usize), Failure> {
    let keys = texts.iter().map(|text| verifier(text));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let wanted = quorum.map_or(keys.len(), usize::from);
    Ok((keys, wanted))
}

/// A checkpoint from a file.
///
/// # Errors
/// When it cannot be read or is none.
pub(super) fn sealed(path: &Path) -> Result<Sealed, Failure> {
    Ok(Sealed::read(&read_bytes(path)?)?)
}

async fn look(
    session: &Session,
    named: &TreeDir,
    kept: &[Sealed],
    key: Option<&str>,
) -> Result<(), Failure> {
    let source = source(session).await?;
    let tree = match tree(session, named) {
        Ok(tree) => Some(tree),
        // A database has no folder by itself: then the log is looked at alone.
        Err(_) if named.folder.is_none() => None,
        Err(failure) => return Err(failure),
    };
    let key = key.map(verifier).transpose()?;
    let report = verify::signed(&source, tree.as_ref(), kept, key.as_ref()).await?;
    if report.is_sound() {
        return session
            .output
            .answer(&report, |out| show(out, &report.lines()));
    }
    let fault = report.tree.as_ref().and_then(|tree| tree.fault.as_ref());
    let lines = report.lines().iter().map(say).collect();
    let failure = match (report.first_bad(), fault) {
        (Some(position), Some(_)) => {
            let message = told(W::LogAltered, &[&position]);
            Failure::new(Exit::Store, "log_altered", message)
        }
        (Some(position), None) => {
            let message = told(W::LogDamaged, &[&position, &report.log.events]);
            Failure::new(Exit::Store, "log_damaged", message)
        }
        (None, _) => Failure::new(Exit::Store, "tile_damaged", W::TilesDamaged.to_string()),
    };
    Err(failure.with_details(lines))
}

async fn prove(session: &Session, name: &EventName, args: &ProofArgs) -> Result<(), Failure> {
    let tree = tree(session, &args.tree)?;
    let by = match &args.checkpoint {
        Some(path) => {
            let sealed = sealed(path)?;
            tree.holds(&sealed)?;
            sealed
        }
        None => tree.newest()?,
    };
    let source: Source = source(session).await?;
    let event = name.find(&source).await?;
    let proof = EventProof::make(&tree, by.clone(), &event)?;
    let bytes = proof.bytes()?;
    write_out(session, args.out.as_deref(), &bytes)?;
    if args.out.is_none() && !session.output.json {
        return Ok(());
    }
    let answer = json!({
        "origin": by.origin(),
        "position": event.position,
        "event_type": event.event_type,
        "size": by.size(),
        "file": args.out,
        "proof": args.out.is_none().then(|| text(&bytes)),
    });
    session.output.answer(&answer, |out| {
        let file = args.out.as_deref().unwrap_or(Path::new("-")).display();
        out.say(told(W::Proved, &[&event.position, &by.size(), &file]))
    })
}

fn verify_proof(session: &Session, file: &Path, trust: &Trust) -> Result<(), Failure> {
    let proof = EventProof::read(&read_bytes(file)?)?;
    let log = verifier(&trust.verifier)?;
    let (witnesses, wanted) = witnesses(&trust.witness, trust.quorum)?;
    let proven = proof.check(&log, &witnesses, wanted)?;
    session
        .output
        .answer(&proven, |out| show(out, &proven.lines()))
}

fn consistency(
    session: &Session,
    old: &str,
    new: Option<&Path>,
    named: &TreeDir,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let older = match old.parse::<u64>() {
        Ok(_) => None,
        Err(_) => Some(sealed(Path::new(old))?),
    };
    let handed = new.map(read_bytes).transpose()?;
    let is_proof = handed
        .as_ref()
        .is_some_and(|bytes| bytes.starts_with(b"old "));
    let extension = match (&handed, &older) {
        // A proof that somebody made needs no tree.
        (Some(bytes), Some(_)) if is_proof => Extension::read(bytes)?,
        (handed, _) => {
            let tree = tree(session, named)?;
            let newer = match handed {
                Some(bytes) => Sealed::read(bytes)?,
                None => tree.newest()?,
            };
            extension(&tree, (old, older.as_ref()), newer)?
        }
    };
    if let Some(older) = &older {
        extension.continues(older)?;
    }
    if let Some(path) = out {
        folder::put(path, &extension.bytes(), true)?;
    }
    let newer = extension.sealed();
    let from = older.as_ref().map_or(extension.old(), Sealed::size);
    let answer = json!({
        "origin": newer.origin(),
        "old": from,
        "new": newer.size(),
        "root": newer.root().to_string(),
        "file": out,
    });
    session.output.answer(&answer, |out| {
        out.say(told(W::Extends, &[&newer.size(), &from]))
    })
}

/// The proof out of a tree, where both checkpoints are of it.
fn extension(
    tree: &Tree,
    (old, older): (&str, Option<&Sealed>),
    newer: Sealed,
) -> Result<Extension, Failure> {
    if let Some(older) = older {
        tree.holds(older)?;
    }
    tree.holds(&newer)?;
    let size = older.map_or_else(|| old.parse().unwrap_or_default(), Sealed::size);
    Ok(Extension::make(tree, size, newer)?)
}

/// Writes a proof where it was asked for, or to standard output for people and pipes.
fn write_out(session: &Session, out: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    match out {
        Some(path) => Ok(folder::put(path, bytes, true)?),
        None if session.output.json => Ok(()),
        None => session.output.line(text(bytes).trim_end_matches('\n')),
    }
}

/// Proofs and checkpoints are text.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
