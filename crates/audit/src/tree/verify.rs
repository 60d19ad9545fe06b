//! The full look at a log: every checksum and chain value, and the tree over them beside the tiles
//! and checkpoints that were kept. It names the first position that is not what it was.
//!
//! Whoever can write the database can compute checksums and chain anew; whoever cannot sign cannot
//! make the checkpoint. Where the tiles still belong to the checkpoint they tell which event was
//! changed; where they do not, the checkpoints tell between which sizes.

use super::beside::Beside;
use super::checkpoint::Sealed;
use super::edge::{Edge, Full};
use super::folder::Tree;
use super::key::VerifierKey;
use super::leaf;
use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_domain::text::Text;
use gridwhistle_store::{
    EventLog, EventRef, Fault, FaultKind, StoreError, VerifyReport, Walk as Hashes,
};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// What the look at a log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogReport {
    /// Of the log by itself.
    #[serde(flatten)]
    pub log: VerifyReport,
    /// Of the log beside what was sealed; none where nothing was.
    pub tree: Option<TreeReport>,
}

/// What the look at a log beside its checkpoints found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeReport {
    /// Which log the checkpoints are of.
    pub origin: String,
    /// How many events are sealed.
    pub size: u64,
    /// The root over them, in base64.
    pub root: String,
    /// Whether the signatures were checked; they are when a key is named.
    pub signed: bool,
    /// How many events came after, and are not sealed yet.
    pub unsealed: u64,
    /// A tile that is gone or damaged though the log fits its checkpoint: the folder is to be made
    /// anew, the log is sound.
    pub tile: Option<PathBuf>,
    /// How the log differs from what was sealed.
    pub fault: Option<TreeFault>,
}

/// How a log differs from what was sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeFault {
    /// The first position that differs; of a root, the last one that it covers.
    pub position: u64,
    /// What differs.
    pub kind: TreeFaultKind,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TreeFaultKind {
    /// The event of this position is another one than was sealed.
    Event,
    /// The log ends before what was sealed: it was cut off or rolled back.
    Shorter {
        /// How many events were sealed.
        sealed: u64,
    },
    /// The events up to this position do not give the signed root, and no tile tells which of
    /// them.
    Root {
        /// Up to here they do.
        after: u64,
    },
    /// The last sealed event has another chain value.
    Chain,
}

impl TreeFault {
    pub(crate) const fn new(kind: TreeFaultKind, position: u64) -> Self {
        Self { position, kind }
    }

    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        let position = self.position;
        match &self.kind {
            TreeFaultKind::Event => Text::new(
                format!("日志被改动：第 {position} 号事件与封存时不同（封存的检查点可证）"),
                format!(
                    "the log was altered: position {position} is not the event that was sealed, as the checkpoint proves"
                ),
            ),
            TreeFaultKind::Shorter { sealed } => Text::new(
                format!("日志被截断或回退：已封存 {sealed} 个事件，现缺第 {position} 号及以后"),
                format!(
                    "the log was cut off or rolled back: {sealed} events were sealed, position {position} and what follows are gone"
                ),
            ),
            TreeFaultKind::Root { after } => {
                let first = after + 1;
                Text::new(
                    format!(
                        "日志被改动：第 {first} 至 {position} 号事件中有与封存时不同的（树文件不可用，不能指明是哪一个）"
                    ),
                    format!(
                        "the log was altered between positions {first} and {position}; the tiles cannot tell where"
                    ),
                )
            }
            TreeFaultKind::Chain => Text::new(
                format!("日志被改动：第 {position} 号事件的链值与封存时不同"),
                format!(
                    "the log was altered: the chain value of position {position} is not the sealed one"
                ),
            ),
        }
    }
}

impl LogReport {
    /// Whether log, checkpoints and tiles all fit.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let sealed = |tree: &TreeReport| tree.fault.is_none() && tree.tile.is_none();
        self.log.is_sound() && self.tree.as_ref().is_none_or(sealed)
    }

    /// The first position that is not what it was, where there is one.
    #[must_use]
    pub fn first_bad(&self) -> Option<u64> {
        let log = self.log.fault.as_ref().map(|fault| match fault.kind {
            // The last one that is there is named; the one after it is missing.
            FaultKind::Head { claims } if claims > fault.position => fault.position + 1,
            _ => fault.position,
        });
        let tree = self.tree.as_ref().and_then(|tree| tree.fault.as_ref());
        let tree = tree.map(|fault| match fault.kind {
            TreeFaultKind::Root { after } => after + 1,
            _ => fault.position,
        });
        log.into_iter().chain(tree).min()
    }
}

/// Looks through the whole log of a source, beside its tree and beside checkpoints that somebody
/// kept. With a key, every checkpoint must be signed by it.
///
/// # Errors
/// When the look could not be done or a checkpoint is not of this log; what is wrong with the log
/// is part of the report.
pub async fn of(
    source: &Source,
    tree: Option<&Tree>,
    kept: &[Sealed],
) -> Result<LogReport, Problem> {
    signed(source, tree, kept, None).await
}

/// As [`of`], with the key that every checkpoint must be signed by.
///
/// # Errors
/// As [`of`]; and where a signature is missing or does not hold.
pub async fn signed(
    source: &Source,
    tree: Option<&Tree>,
    kept: &[Sealed],
    key: Option<&VerifierKey>,
) -> Result<LogReport, Problem> {
    let own = tree.map(Tree::checkpoint).transpose()?.flatten();
    let mut marks: Vec<Sealed> = kept.iter().chain(&own).cloned().collect();
    marks.sort_by_key(Sealed::size);
    for mark in marks.iter().filter(|_| key.is_some()) {
        key.map_or(Ok(()), |key| mark.signed_by(key))?;
    }
    let walk = Walk {
        log: Arc::clone(source.log()),
        tenant: source.tenant().to_owned(),
        hashes: Hashes::new(),
        edge: Edge::default(),
        fault: None,
        beside: Beside::of(tree.cloned().zip(own), marks.clone()),
    };
    let head = source.head().await?;
    let done = tokio::task::spawn_blocking(move || walk.run(head)).await;
    let walk = done.map_err(|_| StoreError::Closed)??;
    let mut log = VerifyReport {
        tenant: walk.tenant,
        events: walk.hashes.position(),
        chain: hex::encode(walk.hashes.chain()),
        fault: walk.fault,
    };
    if let Some(fault) = &mut log.fault {
        // The store knows more of what it could not hand over: missing rows, unreadable ones.
        if let FaultKind::Unreadable(_) = fault.kind {
            let own = source.verify().await?.fault;
            *fault = own.unwrap_or_else(|| fault.clone());
        }
    } else if walk.beside.fault.is_none() {
        log.fault = source.log().verify_derived(source.tenant()).await?;
    }
    let tree = marks.last().map(|newest| TreeReport {
        origin: newest.origin().to_owned(),
        size: newest.size(),
        root: newest.root().to_string(),
        signed: key.is_some(),
        unsealed: head.saturating_sub(newest.size()),
        tile: walk.beside.tile,
        fault: walk.beside.fault,
    });
    Ok(LogReport { log, tree })
}

/// The walk itself, on a thread that may block.
struct Walk {
    log: Arc<dyn EventLog>,
    tenant: String,
    hashes: Hashes,
    edge: Edge,
    fault: Option<Fault>,
    beside: Beside,
}

impl Walk {
    fn run(mut self, head: u64) -> Result<Self, Problem> {
        let (log, tenant) = (Arc::clone(&self.log), self.tenant.clone());
        if self.beside.pass(&self.edge).is_break() {
            return Ok(self);
        }
        let read = log.replay(&tenant, 0, head, &mut |event| self.step(&event));
        match read {
            Ok(_) => {}
            Err(StoreError::Corrupt { position, what }) => {
                let position = position.unwrap_or(self.hashes.position() + 1);
                let kind = FaultKind::Unreadable(what);
                self.fault = Some(Fault { position, kind });
            }
            Err(other) => return Err(other.into()),
        }
        if self.beside.fault.is_none() {
            // Perhaps something before the damage, or before a missing end, was changed with care.
            self.beside.open(&self.edge);
        }
        if self.fault.is_none() {
            self.beside.end(head);
        }
        Ok(self)
    }

    fn step(&mut self, event: &EventRef<'_>) -> ControlFlow<()> {
        if let Err(fault) = self.hashes.step(event) {
            self.fault = Some(fault);
            return ControlFlow::Break(());
        }
        let beside = &mut self.beside;
        let pushed = self.edge.push(leaf(event.checksum), &mut |full: Full<'_>| {
            beside.full(&full)
        });
        if pushed.is_err() || self.beside.pass(&self.edge).is_break() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
