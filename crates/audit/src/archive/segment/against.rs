//! Segments held against checkpoints. A segment that fits in itself may have been rewritten whole; the
//! chain value that a log signed elsewhere cannot.

use super::form::Seal;
use super::read::{Verified, replay_with};
use crate::archive::ArchiveProblem;
use crate::tree::Sealed;
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// A segment that is what its seal says, and how far that was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// What it holds.
    #[serde(flatten)]
    pub verified: Verified,
    /// The last position of it that a checkpoint covers; none: no checkpoint was given that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<u64>,
}

/// Verifies segments one by one, and holds their chain against checkpoints whose signatures were checked
/// already. A chain value stands for everything before it, so a checkpoint covers the segments that its
/// own one follows on, too.
///
/// # Errors
/// As of [`super::verify`]; [`ArchiveProblem::NotSealed`], [`ArchiveProblem::CheckpointElsewhere`],
/// [`ArchiveProblem::CheckpointBare`].
pub fn verify_against(files: &[PathBuf], kept: &[Sealed]) -> Result<Vec<Held>, ArchiveProblem> {
    let marks = kept.iter().map(|sealed| {
        let size = sealed.size();
        let chain = sealed.chain();
        chain
            .map(|chain| (size, chain))
            .ok_or(ArchiveProblem::CheckpointBare { size })
    });
    let marks: Vec<(u64, [u8; 32])> = marks.collect::<Result<_, _>>()?;
    let mut met = vec![false; marks.len()];
    let mut all: Vec<Held> = Vec::with_capacity(files.len());
    for file in files {
        let (mut sealed, mut other) = (None, None);
        let read = |event: gridwhistle_store::EventRef<'_>| (event.position, *event.chain);
        let verified = replay_with(file, read, &mut |(position, chain)| {
            for ((size, signed), met) in marks.iter().zip(&mut met) {
                if *size == position {
                    *met = true;
                    sealed = Some(position);
                    other = other.or((*signed != chain).then_some(position));
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(position) = other {
            let file = file.display().to_string();
            return Err(ArchiveProblem::NotSealed { file, position });
        }
        all.push(Held { verified, sealed });
    }
    if let Some(((size, _), _)) = marks.iter().zip(&met).find(|(_, met)| !**met) {
        return Err(ArchiveProblem::CheckpointElsewhere { size: *size });
    }
    spread(&mut all);
    Ok(all)
}

/// What is covered covers what it follows on.
fn spread(all: &mut [Held]) {
    loop {
        let covered = all.iter().filter(|one| one.sealed.is_some());
        let covered: Vec<Seal> = covered.map(|one| one.verified.seal.clone()).collect();
        let next = all.iter_mut().find(|one| {
            let seal = &one.verified.seal;
            let whole = one.sealed == Some(seal.last);
            !whole && covered.iter().any(|next| seal.leads_to(next))
        });
        match next {
            Some(one) => one.sealed = Some(one.verified.seal.last),
            None => return,
        }
    }
}

impl Seal {
    /// Whether another segment goes on where this one ends.
    fn leads_to(&self, next: &Self) -> bool {
        let place = self.tenant == next.tenant && self.last + 1 == next.first;
        place && self.chain_after == next.chain_before
    }
}
