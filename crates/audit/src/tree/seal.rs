//! Sealing: what the log has taken since the last checkpoint goes into the tree, then a new
//! checkpoint over it is signed.
//!
//! Sealing reads beside the writer and writes nothing into the log. It may be killed at any point:
//! the next one goes on from the last checkpoint and writes the same tiles again. It goes on only
//! from a log that still ends, at the sealed position, as it did: same checksum, same chain value,
//! and so the same events before it. A log that does not is looked through for what was changed.

use super::checkpoint::Sealed;
use super::edge::{Edge, Full, HEIGHT};
use super::folder::{Tree, Written};
use super::key::{Role, SigningKey};
use super::leaf;
use super::trouble::TreeProblem;
use super::verify::{TreeFault, TreeFaultKind};
use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_store::{EventLog, EventRef, Fault, FaultKind, StoreError, digest};
use std::fs::File;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Events between two checkpoints of a long catching up.
const STRIDE: u64 = 1 << 20;

/// Who seals one tenant's log; nobody else does meanwhile.
pub struct Sealer {
    source: Source,
    tree: Tree,
    key: Arc<SigningKey>,
    edge: Edge,
    chain: [u8; 32],
    _lock: File,
}

impl Sealer {
    /// Goes on from the last checkpoint, or begins.
    ///
    /// # Errors
    /// [`TreeProblem::Altered`] and [`TreeProblem::Damaged`] where the log is not what was sealed;
    /// [`TreeProblem::Origin`] and others where the checkpoint is not of this key.
    pub async fn open(source: &Source, tree: &Tree, key: SigningKey) -> Result<Self, Problem> {
        let key = Arc::new(key.of(Role::Log)?);
        let lock = tree.lock()?;
        let (edge, chain) = match tree.checkpoint()? {
            None => (Edge::default(), digest::GENESIS),
            Some(sealed) => {
                sealed.signed_by(&key.verifier())?;
                let edge = tree.edge(sealed.size(), Some(sealed.root()))?;
                (edge, continued(source, tree, &sealed).await?)
            }
        };
        Ok(Self {
            source: source.clone(),
            tree: tree.clone(),
            key,
            edge,
            chain,
            _lock: lock,
        })
    }

    /// How many events are sealed.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Seals up to the head; none where nothing is new.
    ///
    /// # Errors
    /// [`TreeProblem::Damaged`] names the event that is not sealed because it does not fit;
    /// [`TreeProblem::Altered`] where the log has become shorter. Open another sealer then.
    pub async fn seal(&mut self) -> Result<Option<Sealed>, Problem> {
        let head = self.source.head().await?;
        if head < self.size() {
            let fault = TreeFault::new(
                TreeFaultKind::Shorter {
                    sealed: self.size(),
                },
                head + 1,
            );
            return Err(TreeProblem::Altered(Box::new(fault)).into());
        }
        let mut newest = None;
        while self.size() < head {
            let until = head.min(self.size() + STRIDE);
            newest = Some(self.stride(until).await?);
        }
        Ok(newest)
    }

    async fn stride(&mut self, until: u64) -> Result<Sealed, Problem> {
        let work = Stride {
            log: Arc::clone(self.source.log()),
            tenant: self.source.tenant().to_owned(),
            tree: self.tree.clone(),
            key: Arc::clone(&self.key),
            edge: std::mem::take(&mut self.edge),
            chain: self.chain,
            written: Written::default(),
        };
        let done = tokio::task::spawn_blocking(move || work.run(until)).await;
        let (sealed, edge, chain) = done.map_err(|_| StoreError::Closed)??;
        (self.edge, self.chain) = (edge, chain);
        Ok(sealed)
    }
}

/// One stretch of sealing, on a thread that may block.
struct Stride {
    log: Arc<dyn EventLog>,
    tenant: String,
    tree: Tree,
    key: Arc<SigningKey>,
    edge: Edge,
    chain: [u8; 32],
    written: Written,
}

impl Stride {
    fn run(mut self, until: u64) -> Result<(Sealed, Edge, [u8; 32]), Problem> {
        let (log, tenant) = (Arc::clone(&self.log), self.tenant.clone());
        let mut trouble = None;
        let read = log.replay(
            &tenant,
            self.edge.size(),
            until,
            &mut |event| match self.take(&event) {
                Ok(()) => ControlFlow::Continue(()),
                Err(found) => {
                    trouble = Some(found);
                    ControlFlow::Break(())
                }
            },
        );
        if let Some(found) = trouble {
            return Err(found.into());
        }
        read?;
        for level in 0..self.edge.levels() {
            let open = self.edge.open(level);
            if !open.is_empty() {
                let number = self.edge.size() >> (u32::from(HEIGHT) * (u32::from(level) + 1));
                self.written.tile(&self.tree, (level, number), open)?;
            }
        }
        let size = self.edge.size();
        let damaged = |_| TreeProblem::Tile(self.tree.folder().to_owned());
        let root = self.edge.root().map_err(damaged)?;
        let sealed = Sealed::sign(&self.key, size, root, &self.chain)?;
        self.tree.publish(&sealed, &self.written)?;
        Ok((sealed, self.edge, self.chain))
    }

    /// Takes the next event, when it is what it says it is.
    fn take(&mut self, event: &EventRef<'_>) -> Result<(), TreeProblem> {
        let position = event.position;
        let damaged = |kind| Err(TreeProblem::Damaged(Fault { position, kind }));
        let checksum = digest::checksum(event);
        if checksum != *event.checksum {
            return damaged(FaultKind::Checksum);
        }
        let chain = digest::chain(&self.chain, &checksum);
        if chain != *event.chain {
            return damaged(FaultKind::Chain);
        }
        self.chain = chain;
        let (tree, written) = (&self.tree, &mut self.written);
        self.edge.push(leaf(&checksum), &mut |full: Full<'_>| {
            written.tile(tree, (full.level, full.number), full.hashes)
        })
    }
}

/// The chain value to go on from, when the log at the sealed position is what was sealed.
async fn continued(source: &Source, tree: &Tree, sealed: &Sealed) -> Result<[u8; 32], Problem> {
    let last = sealed.size().saturating_sub(1);
    let kept = tree.leaves(sealed, last, 1)?;
    match source.log().read_log(source.tenant(), last, 1).await {
        Ok(rows) => {
            let same = rows.first().filter(|row| {
                kept.first() == Some(&leaf(&row.checksum)) && sealed.chain() == Some(row.chain)
            });
            if let Some(row) = same {
                return Ok(row.chain);
            }
        }
        Err(StoreError::Corrupt { .. }) => {}
        Err(other) => return Err(other.into()),
    }
    let report = super::verify::of(source, Some(tree), &[]).await?;
    if let Some(fault) = report.log.fault {
        return Err(TreeProblem::Damaged(fault).into());
    }
    let fault = report.tree.and_then(|tree| tree.fault);
    let unknown = || TreeFault::new(TreeFaultKind::Chain, sealed.size());
    Err(TreeProblem::Altered(Box::new(fault.unwrap_or_else(unknown))).into())
}
