//! A proof that an event stands in a log: one file in the form of C2SP tlog-proof, which needs
//! nothing else but the log's public key. A resident's receipt is such a file.
//!
//! The leaf is not in the standard's form; its `extra` line holds the event's fields, from which
//! whoever checks computes the checksum and the leaf, so nothing in it needs to be trusted.

use super::checkpoint::{Sealed, Witnessed};
use super::folder::Tree;
use super::key::VerifierKey;
use super::trouble::{Rule, TreeProblem};
use super::{PROOF_MAX, check, leaf};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use gridwhistle_store::{EventRef, RecordedEvent, digest};
use serde::{Deserialize, Serialize};
use tlog_tiles::{Hash, prove_record};
use uuid::Uuid;

const FORM: &Rule = &(
    "这不是证明文件：应为 gridwhistle audit prove 或 receipt 生成的文件（C2SP 的 tlog-proof 格式）；文件可能被截断或改动",
    "this is no proof; accepted: a C2SP tlog-proof file as gridwhistle audit prove or receipt writes it. The file may be cut short or changed",
);

const TITLE: &str = "c2sp.org/tlog-proof@v1";
const ENCODING: &str = "gridwhistle event 1";

/// The fields of an event that its checksum covers, by their names in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvenEvent {
    /// Which encoding the checksum is over: [`gridwhistle_store::digest`].
    pub encoding: String,
    /// Whose log.
    pub tenant: String,
    /// Its position there.
    pub position: u64,
    /// Kind of what it happened to.
    pub aggregate_type: String,
    /// Which one.
    pub aggregate_id: String,
    /// Its number there.
    pub sequence: u64,
    /// Its form.
    pub event_type: String,
    /// The form's version.
    pub event_version: String,
    /// The exact text of its content.
    pub payload: String,
    /// The exact text of what stands beside it.
    pub metadata: String,
    /// The command that caused it.
    pub command_id: Uuid,
    /// When it happened, in microseconds after 1970 UTC.
    pub occurred_at: i64,
    /// When the log took it, likewise.
    pub recorded_at: i64,
}

impl ProvenEvent {
    fn of(event: &RecordedEvent) -> Self {
        Self {
            encoding: ENCODING.to_owned(),
            tenant: event.tenant.clone(),
            position: event.position,
            aggregate_type: event.stream.aggregate_type.clone(),
            aggregate_id: event.stream.aggregate_id.clone(),
            sequence: event.sequence,
            event_type: event.event_type.clone(),
            event_version: event.event_version.clone(),
            payload: event.payload.clone(),
            metadata: event.metadata.clone(),
            command_id: event.command_id,
            occurred_at: event.occurred_at.timestamp_micros(),
            recorded_at: event.recorded_at.timestamp_micros(),
        }
    }

    /// As a row of the log; its chain value is not known here.
    #[must_use]
    pub fn as_row(&self) -> EventRef<'_> {
        EventRef {
            tenant: &self.tenant,
            position: self.position,
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: &self.payload,
            metadata: &self.metadata,
            command_id: self.command_id,
            occurred_at_micros: self.occurred_at,
            recorded_at_micros: self.recorded_at,
            checksum: &digest::GENESIS,
            chain: &digest::GENESIS,
        }
    }
}

/// A proof, not checked yet.
#[derive(Clone, Debug, PartialEq)]
pub struct EventProof {
    event: ProvenEvent,
    index: u64,
    path: Vec<Hash>,
    sealed: Sealed,
}

/// What a proof proves, once it was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// The log, by the name of its key.
    pub origin: String,
    /// The event, to the letter.
    pub event: ProvenEvent,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// How many events the checkpoint covers.
    pub size: u64,
    /// The root that was signed, in base64.
    pub root: String,
    /// Which of the named witnesses signed it too.
    pub witnesses: Vec<Witnessed>,
}

impl EventProof {
    /// Proves an event of a log by a checkpoint of its tree.
    ///
    /// # Errors
    /// [`TreeProblem::NotSealed`], [`TreeProblem::Tile`]; [`TreeProblem::NotIncluded`] where the
    /// event is not the one that was sealed.
    pub fn make(tree: &Tree, sealed: Sealed, event: &RecordedEvent) -> Result<Self, TreeProblem> {
        let (position, size) = (event.position, sealed.size());
        if position == 0 || position > size {
            return Err(TreeProblem::NotSealed { position, size });
        }
        let index = position - 1;
        let path = prove_record(size, index, &tree.reader(size, sealed.root()));
        let path = path.map_err(|_| TreeProblem::Tile(tree.folder().join("tile")))?;
        let proof = Self {
            event: ProvenEvent::of(event),
            index,
            path,
            sealed,
        };
        if let Err(refused) = proof.included() {
            // Which of the two is wrong: a damaged tile is no altered event.
            tree.leaves(&proof.sealed, index, 1)?;
            return Err(refused);
        }
        Ok(proof)
    }

    /// The event that it is of.
    #[must_use]
    pub const fn event(&self) -> &ProvenEvent {
        &self.event
    }

    /// Checks that it leads from the event to the root of its checkpoint, whoever signed that.
    ///
    /// # Errors
    /// [`TreeProblem::NotIncluded`].
    pub fn leads(&self) -> Result<(), TreeProblem> {
        self.included()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`TreeProblem::Form`].
    pub fn read(bytes: &[u8]) -> Result<Self, TreeProblem> {
        let wrong = || TreeProblem::Form(FORM);
        let text = std::str::from_utf8(bytes).map_err(|_| wrong())?;
        let (head, note) = text.split_once("\n\n").ok_or_else(wrong)?;
        let mut lines = head.split('\n');
        if bytes.len() > PROOF_MAX || lines.next() != Some(TITLE) {
            return Err(wrong());
        }
        let mut named = |name: &str| lines.next().and_then(|line| line.strip_prefix(name));
        let extra = named("extra ").ok_or_else(wrong)?;
        let number = named("index ").ok_or_else(wrong)?;
        let index: u64 = number.parse().map_err(|_| wrong())?;
        let path: Result<Vec<Hash>, _> = lines.map(Hash::parse_hash).collect();
        let path = path.map_err(|_| wrong())?;
        let event = BASE64_STANDARD.decode(extra).map_err(|_| wrong())?;
        let event: ProvenEvent = serde_json::from_slice(&event).map_err(|_| wrong())?;
        let sealed = Sealed::read(note.as_bytes())?;
        let plain = event.encoding == ENCODING && index.to_string() == number;
        if !plain || event.position != index.saturating_add(1) {
            return Err(wrong());
        }
        Ok(Self {
            event,
            index,
            path,
            sealed,
        })
    }

    /// Its file.
    ///
    /// # Errors
    /// [`TreeProblem::Form`] where the event cannot be written as JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, TreeProblem> {
        let event = serde_json::to_vec(&self.event).map_err(|_| TreeProblem::Form(FORM))?;
        let extra = BASE64_STANDARD.encode(event);
        let mut text = format!("{TITLE}\nextra {extra}\nindex {}\n", self.index);
        for hash in &self.path {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend(self.sealed.bytes());
        Ok(bytes)
    }

    /// Checks it against the key of the log, and that at least `wanted` of the witnesses signed.
    /// Reads no log, no clock and no network.
    ///
    /// # Errors
    /// [`TreeProblem::NotIncluded`] and whatever is wrong with signatures.
    pub fn check(
        &self,
        log: &VerifierKey,
        witnesses: &[VerifierKey],
        wanted: usize,
    ) -> Result<Proven, TreeProblem> {
        self.sealed.signed_by(log)?;
        let witnesses = self.sealed.witnesses(witnesses, wanted)?;
        self.included()?;
        let row = self.event.as_row();
        Ok(Proven {
            origin: self.sealed.origin().to_owned(),
            occurred_at: row.occurred_at(),
            recorded_at: row.recorded_at(),
            event: self.event.clone(),
            size: self.sealed.size(),
            root: self.sealed.root().to_string(),
            witnesses,
        })
    }

    fn included(&self) -> Result<(), TreeProblem> {
        let found = leaf(&digest::checksum(&self.event.as_row()));
        let (span, root) = (0..self.sealed.size(), self.sealed.root());
        check::included(&span, self.index, found, root, &self.path)
            .map_err(|_| TreeProblem::NotIncluded(self.event.position))
    }
}
