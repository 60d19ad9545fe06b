//! `audit archive`: a case that is over, and a period's log, as files that stand alone.

use super::source;
use super::target::Making;
use crate::args::{ArchiveCommand, SegmentCommand, Target};
use crate::failure::Failure;
use crate::output::Output;
use crate::session::{Session, read_text};
use crate::words::{Word as W, told};
use gridwhistle_audit::Problem;
use gridwhistle_audit::archive::case::{self, Proof};
use gridwhistle_audit::archive::segment::{self, Period, Seal, Verified};
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
        ArchiveCommand::Case { case, to, proof } => one_case(session, case, &to, &proof).await,
        ArchiveCommand::Segment(SegmentCommand::Write { to, from, before }) => {
            write(session, Period { from, before }, &to).await
        }
        ArchiveCommand::Segment(SegmentCommand::Verify { files }) => verify(session, &files),
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
    proofs: &[PathBuf],
) -> Result<(), Failure> {
    let source = source(session).await?;
    let proof = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        Ok(Proof {
            name: name.to_string_lossy().into_owned(),
            text: read_text(path)?,
        })
    };
    let proofs: Result<Vec<Proof>, Failure> = proofs.iter().map(proof).collect();
    let page = case::write(&source, case, proofs?).await?;
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
    segments: Vec<Verified>,
}

/// Verifies files one by one.
fn verify(session: &Session, files: &[PathBuf]) -> Result<(), Failure> {
    let verified = files.iter().map(|path| segment::verify(path));
    let verified: Result<Vec<Verified>, _> = verified.collect();
    let verified = verified.map_err(Problem::from)?;
    let sound = Sound { segments: verified };
    session.output.answer(&sound, |out| {
        let all = files.iter().zip(&sound.segments);
        all.into_iter()
            .try_for_each(|(path, one)| told_of(out, path, one))
    })
}
