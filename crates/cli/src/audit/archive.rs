//! `audit archive`: a case that is over, and a period's log, as files that stand alone.

use super::target::Making;
use super::{show, source, tree};
use crate::args::{ArchiveCommand, SegmentCommand, Target, TreeDir};
use crate::failure::Failure;
use crate::output::Output;
use crate::session::{Session, read_text};
use crate::words::{Word as W, told};
use gridwhistle_audit::Problem;
use gridwhistle_audit::archive::case::{self, Believed, Proof};
use gridwhistle_audit::archive::segment::{self, Held, Period, Seal, Verified};
use gridwhistle_audit::tree::Sealed as Checkpoint;
use serde::Serialize;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Writes, verifies or replays an archive.
///
/// # Errors
/// When there is nothing to archive, or a file is not what it says.
pub(super) async fn run(session: &Session, command: ArchiveCommand) -> Result<(), Failure> {
    match command {
        ArchiveCommand::Case {
            case,
            to,
            proof,
            tree,
        } => one_case(session, case, &to, (&proof, &tree)).await,
        ArchiveCommand::VerifyCase {
            file,
            verifier,
            witness,
            quorum,
        } => {
            let believed = verifier.map(|log| believed(&log, &witness, quorum));
            verify_case(session, &file, believed.transpose()?.as_ref())
        }
        ArchiveCommand::Segment(SegmentCommand::Write { to, from, before }) => {
            write(session, Period { from, before }, &to).await
        }
        ArchiveCommand::Segment(SegmentCommand::Verify {
            files,
            checkpoint,
            verifier,
        }) => {
            let key = verifier.as_deref().map(tree::verifier).transpose()?;
            let kept = checkpoint.iter().map(|path| tree::sealed(path));
            let kept = kept.collect::<Result<Vec<_>, _>>()?;
            for (sealed, key) in kept.iter().zip(key.iter().cycle()) {
                sealed.signed_by(key)?;
            }
            verify(session, &files, &kept)
        }
        ArchiveCommand::Segment(SegmentCommand::Replay { files, into }) => {
            let restored = segment::restore(&into, &files).await?;
            session.output.answer(&restored, |out| {
                out.say(told(
                    W::SegmentsReplayed,
                    &[&into, &restored.tenant, &restored.events, &restored.chain],
                ))
            })
        }
    }
}

/// An archived case, with the hash of its file.
#[derive(Serialize)]
struct CaseWritten {
    case: Uuid,
    sha256: String,
}

async fn one_case(
    session: &Session,
    case: Uuid,
    to: &Target,
    (proofs, named): (&[PathBuf], &TreeDir),
) -> Result<(), Failure> {
    let source = source(session).await?;
    let tree = match tree::tree(session, named) {
        Ok(tree) => Some(tree),
        // A database has no folder by itself: then there is no proof but those that are given.
        Err(_) if named.folder.is_none() => None,
        Err(failure) => return Err(failure),
    };
    let proof = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        Ok(Proof {
            name: name.to_string_lossy().into_owned(),
            text: read_text(path)?,
        })
    };
    let proofs: Result<Vec<Proof>, Failure> = proofs.iter().map(proof).collect();
    let page = case::write(&source, case, proofs?, tree.as_ref()).await?;
    let making = Making::begin(to)?;
    let written = making.file()?.write_all(page.as_bytes());
    written.map_err(|error| Failure::unwritable(&to.to, &error))?;
    let sha256 = making.put()?;
    let answer = CaseWritten { case, sha256 };
    session.output.answer(&answer, |out| {
        let path = to.to.display();
        out.say(told(W::CaseArchived, &[&case, &path, &answer.sha256]))
    })
}

/// Which signatures are believed.
fn believed(log: &str, witnesses: &[String], quorum: Option<u8>) -> Result<Believed, Failure> {
    let log = tree::verifier(log)?;
    let (witnesses, wanted) = tree::witnesses(witnesses, quorum)?;
    Ok(Believed {
        log,
        witnesses,
        wanted,
    })
}

/// Verifies an archived case by its file alone.
fn verify_case(session: &Session, file: &Path, believed: Option<&Believed>) -> Result<(), Failure> {
    let name = file.display().to_string();
    let verified = case::verify(&name, &read_text(file)?, believed)?;
    session
        .output
        .answer(&verified, |out| show(out, &verified.lines()))
}

/// A sealed segment, with the hash of its file.
#[derive(Serialize)]
struct Sealed {
    #[serde(flatten)]
    seal: Seal,
    events: u64,
    sha256: String,
}

async fn write(session: &Session, period: Period, to: &Target) -> Result<(), Failure> {
    let source = source(session).await?;
    let making = Making::begin(to)?;
    let seal = segment::write(&source, period, BufWriter::new(making.file()?)).await?;
    // What is sealed was read back first.
    let verified = segment::verify(making.path()).map_err(Problem::from)?;
    let sealed = Sealed {
        events: verified.events,
        sha256: making.put()?,
        seal,
    };
    session.output.answer(&sealed, |out| {
        out.say(told(W::SegmentWritten, &[&to.to.display(), &sealed.sha256]))?;
        told_of(out, &to.to, &verified)
    })
}

fn told_of(out: &Output, path: &Path, verified: &Verified) -> Result<(), Failure> {
    let seal = &verified.seal;
    out.say(told(
        W::SegmentSound,
        &[
            &path.display(),
            &seal.tenant,
            &seal.first,
            &seal.last,
            &seal.chain_after,
        ],
    ))
}

/// Segments that are what their seals say.
#[derive(Serialize)]
struct Sound {
    segments: Vec<Held>,
}

/// Verifies files one by one, beside checkpoints that somebody kept.
fn verify(session: &Session, files: &[PathBuf], kept: &[Checkpoint]) -> Result<(), Failure> {
    let segments = segment::verify_against(files, kept).map_err(Problem::from)?;
    let sound = Sound { segments };
    session.output.answer(&sound, |out| {
        for (path, one) in files.iter().zip(&sound.segments) {
            told_of(out, path, &one.verified)?;
            let path = path.display();
            match one.sealed {
                Some(position) => out.say(told(W::SegmentSealed, &[&path, &position]))?,
                None if kept.is_empty() => {}
                None => out.say(told(W::SegmentNotCovered, &[&path]))?,
            }
        }
        Ok(())
    })
}
