//! A case that is over as one file that stands alone: HTML that people read, with its events in it for
//! programs.
//!
//! zh-CN first, English beneath. The file holds what the log holds of the case, free text included, and
//! is for the archive, not for publication; what was sealed stays sealed. It needs no other file, runs
//! no program, and fetches nothing.

mod check;
mod page;

pub use check::{Believed, CaseVerified, verify};

use super::ArchiveProblem;
use crate::law;
use crate::mining::story::Story;
use crate::problem::Problem;
use crate::source::Source;
use crate::tree::{EventProof, Tree};
use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_projections::timeline::tell;
use gridwhistle_store::{RecordedEvent, StreamId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An event as the file holds it: every field of the log, so that checksum and chain can be computed
/// again by anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedEvent {
    /// Position in the log.
    pub position: u64,
    /// Number in the case's stream.
    pub sequence: u64,
    /// Name of its form.
    pub event_type: String,
    /// Version of its form.
    pub event_version: String,
    /// Exact JSON text.
    pub payload: String,
    /// A flat JSON map of strings.
    pub metadata: String,
    /// The command that caused it.
    pub command_id: Uuid,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// Its checksum, in hexadecimal.
    pub checksum: String,
    /// The chain value of the log with it, in hexadecimal.
    pub chain: String,
}

impl From<&RecordedEvent> for ArchivedEvent {
    fn from(row: &RecordedEvent) -> Self {
        Self {
            position: row.position,
            sequence: row.sequence,
            event_type: row.event_type.clone(),
            event_version: row.event_version.clone(),
            payload: row.payload.clone(),
            metadata: row.metadata.clone(),
            command_id: row.command_id,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            checksum: hex::encode(row.checksum),
            chain: hex::encode(row.chain),
        }
    }
}

/// What the file holds for programs, under the id `archive`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// The form of this object.
    pub form: String,
    /// Whose log.
    pub tenant: String,
    /// The stream's type; with the case the stream of every event.
    pub aggregate_type: String,
    /// The case.
    pub case: String,
    /// The head of the log when the file was written.
    pub until: u64,
    /// The chain value of the log there, in hexadecimal.
    pub chain: String,
    /// Every event of the case, in order.
    pub events: Vec<ArchivedEvent>,
    /// Proofs that were given with it, as they are.
    pub proofs: Vec<Proof>,
}

impl Archived {
    /// Its events as rows of the log; none where a checksum or chain value is none.
    fn rows(&self) -> Option<Vec<RecordedEvent>> {
        let bytes = |hex: &str| {
            let mut bytes = [0; 32];
            hex::decode_to_slice(hex, &mut bytes).ok().map(|()| bytes)
        };
        let row = |event: &ArchivedEvent| {
            Some(RecordedEvent {
                tenant: self.tenant.clone(),
                position: event.position,
                stream: StreamId::new(self.aggregate_type.clone(), self.case.clone()),
                sequence: event.sequence,
                event_type: event.event_type.clone(),
                event_version: event.event_version.clone(),
                payload: event.payload.clone(),
                metadata: event.metadata.clone(),
                command_id: event.command_id,
                occurred_at: event.occurred_at,
                recorded_at: event.recorded_at,
                checksum: bytes(&event.checksum)?,
                chain: bytes(&event.chain)?,
            })
        };
        self.events.iter().map(row).collect()
    }
}

/// A proof from the transparency log, as its own file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The name of its file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The form of [`Archived`].
const FORM: &str = "gridwhistle case 1";

/// Writes a case that is over, with the proofs that were given, and one of each event that is sealed in a
/// tree.
///
/// # Errors
/// [`ArchiveProblem::NoCase`], [`ArchiveProblem::NotOver`], the log cannot be read;
/// [`Problem::Tree`] where an event is not the one that was sealed.
pub async fn write(
    source: &Source,
    case: Uuid,
    mut proofs: Vec<Proof>,
    tree: Option<&Tree>,
) -> Result<String, Problem> {
    // A case that lost its last events would look as if it were not over.
    let until = source.end().await?;
    let id = case.to_string();
    let rows = source
        .stream(&StreamId::new(Case::TYPE, id.as_str()), until)
        .await?;
    if rows.is_empty() {
        return Err(ArchiveProblem::NoCase(id).into());
    }
    let story = crate::mining::story::read(&rows)?;
    ensure_over(&story)?;
    if let Some(tree) = tree {
        proofs.extend(proven(tree, &rows)?);
    }
    let reference = law::at(source, until).await?;
    let told = tell(&rows, &reference)?;
    let head = source.log().read_log(source.tenant(), until - 1, 1).await?;
    let archived = Archived {
        form: FORM.to_owned(),
        tenant: source.tenant().to_owned(),
        aggregate_type: Case::TYPE.to_owned(),
        case: id,
        until,
        chain: head
            .first()
            .map(|row| hex::encode(row.chain))
            .unwrap_or_default(),
        events: rows.iter().map(ArchivedEvent::from).collect(),
        proofs,
    };
    Ok(page::page(&archived, &story.end, &told))
}

/// Lets through what is over.
fn ensure_over(story: &Story) -> Result<(), ArchiveProblem> {
    let (stage, case) = (story.end.stage, story.case.clone());
    if stage.is_some_and(Stage::is_end) || story.end.foreign_closed_at.is_some() {
        return Ok(());
    }
    let stage = stage.map_or("", Stage::code).to_owned();
    Err(ArchiveProblem::NotOver { case, stage })
}

/// A proof of each event that is sealed, by the newest checkpoint; none where nothing was sealed.
fn proven(tree: &Tree, rows: &[RecordedEvent]) -> Result<Vec<Proof>, Problem> {
    let Some(by) = tree.checkpoint()? else {
        return Ok(Vec::new());
    };
    let sealed = rows.iter().filter(|row| row.position <= by.size());
    let proofs = sealed.map(|row| {
        let proof = EventProof::make(tree, by.clone(), row)?;
        Ok(Proof {
            name: format!("{}.tlog-proof", row.position),
            text: String::from_utf8_lossy(&proof.bytes()?).into_owned(),
        })
    });
    proofs.collect()
}
