//! A segment without its log: verified, replayed.
//!
//! Checksums and links within a group are computed on the thread that decoded it; that the groups
//! follow on one another is seen where they are taken in order.

use super::form::Seal;
use super::group::{Group, RowRef};
use super::lanes::{Segment, no_segment};
use crate::archive::ArchiveProblem;
use gridwhistle_store::{EventRef, Fault, FaultKind, digest};
use parquet::errors::ParquetError;
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::Path;

/// A segment that is what its seal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Its seal.
    #[serde(flatten)]
    pub seal: Seal,
    /// How many events it holds.
    pub events: u64,
}

/// Recomputes every checksum and the chain, and holds them against the seal.
///
/// # Errors
/// [`ArchiveProblem::NoSegment`] where the file cannot be read, [`ArchiveProblem::Broken`] with the
/// first position that does not fit.
pub fn verify(path: &Path) -> Result<Verified, ArchiveProblem> {
    replay_with(path, |_| (), &mut |()| ControlFlow::Continue(()))
}

/// Hands every event over, in order, each checked before it is handed over, and answers when the whole
/// segment is what its seal says. Stops early where `each` breaks.
///
/// # Errors
/// As of [`verify`].
pub fn replay(
    path: &Path,
    each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
) -> Result<Verified, ArchiveProblem> {
    let work = |group: Group| Ok((Checked::of(&group, |_| ())?, group));
    walk(path, work, |(checked, group)| {
        for row in 0..checked.made.len() {
            // It was read already when it was checked.
            let Ok((event, _)) = group.row(row) else {
                return ControlFlow::Break(());
            };
            each(event)?;
        }
        ControlFlow::Continue(())
    })
}

/// The same with what `read` makes of each event: on whichever thread decodes the file, so not in
/// order. What it made is handed over in order, from one thread.
///
/// # Errors
/// As of [`verify`].
pub fn replay_with<T: Send>(
    path: &Path,
    read: impl Fn(EventRef<'_>) -> T + Sync,
    each: &mut dyn FnMut(T) -> ControlFlow<()>,
) -> Result<Verified, ArchiveProblem> {
    rows(path, |(event, _)| read(event), each)
}

/// Hands every event over, in order, as it stands there: for a segment that was verified. Nothing is
/// checked but that it can be read.
///
/// # Errors
/// [`ArchiveProblem::NoSegment`].
pub fn scan(
    path: &Path,
    each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
) -> Result<Seal, ArchiveProblem> {
    let segment = Segment::open(path)?;
    let mut unreadable = None;
    segment.groups(Ok, |group| {
        for row in 0..group.rows() {
            match group.row(row) {
                Ok((event, _)) => each(event)?,
                Err(error) => {
                    unreadable = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    match unreadable {
        Some(error) => Err(no_segment(path, error)),
        None => Ok(segment.seal),
    }
}

/// The same with what `read` makes of each event, as of [`replay_with`].
///
/// # Errors
/// [`ArchiveProblem::NoSegment`].
pub fn scan_with<T: Send>(
    path: &Path,
    read: impl Fn(EventRef<'_>) -> T + Sync,
    each: &mut dyn FnMut(T) -> ControlFlow<()>,
) -> Result<Seal, ArchiveProblem> {
    let segment = Segment::open(path)?;
    let work = |group: Group| {
        let made = (0..group.rows()).map(|row| group.row(row).map(|(event, _)| read(event)));
        made.collect::<Result<Vec<T>, _>>()
    };
    segment.groups(work, |made| made.into_iter().try_for_each(&mut *each))?;
    Ok(segment.seal)
}

/// The same as [`replay_with`] with the requests.
pub(super) fn rows<T: Send>(
    path: &Path,
    read: impl Fn(RowRef<'_>) -> T + Sync,
    each: &mut dyn FnMut(T) -> ControlFlow<()>,
) -> Result<Verified, ArchiveProblem> {
    let work = |group: Group| Ok((Checked::of(&group, &read)?, ()));
    walk(path, work, |(checked, ())| {
        checked.made.into_iter().try_for_each(&mut *each)
    })
}

/// Walks groups that were checked and sees that they follow on one another. `take` gets of each group the rows
/// before the first that does not fit.
fn walk<M: Send, G: Send>(
    path: &Path,
    work: impl Fn(Group) -> Result<(Checked<M>, G), ParquetError> + Sync,
    mut take: impl FnMut((Checked<M>, G)) -> ControlFlow<()>,
) -> Result<Verified, ArchiveProblem> {
    let segment = Segment::open(path)?;
    let seal = segment.seal.clone();
    let mut chain = [0; 32];
    if hex::decode_to_slice(&seal.chain_before, &mut chain).is_err() {
        return Err(no_segment(path, "the chain value before it is none"));
    }
    let (mut position, mut fault, mut stopped) = (seal.first, None, false);
    segment.groups(work, |(checked, group)| {
        fault = checked.follows(position, &chain);
        if fault.is_some() {
            return ControlFlow::Break(());
        }
        fault = checked.fault.clone();
        position += checked.made.len() as u64;
        chain = checked.last.unwrap_or(chain);
        let taken = take((checked, group));
        stopped = taken.is_break();
        match fault {
            Some(_) => ControlFlow::Break(()),
            None => taken,
        }
    })?;
    let whole = position - 1 == seal.last && hex::encode(chain) == seal.chain_after;
    if !stopped && !whole && fault.is_none() {
        fault = Some(Fault {
            position: position - 1,
            kind: FaultKind::Head { claims: seal.last },
        });
    }
    match fault {
        Some(fault) if !stopped => Err(ArchiveProblem::Broken {
            file: path.display().to_string(),
            fault,
        }),
        _ => Ok(Verified {
            events: position - seal.first,
            seal,
        }),
    }
}

/// What came of the rows of a group, up to the first that does not fit.
struct Checked<M> {
    /// What was made of each row that fits.
    made: Vec<M>,
    /// The first row: its position, its checksum as computed, its chain value.
    first: Option<(u64, [u8; 32], [u8; 32])>,
    /// The chain value of the last row that fits.
    last: Option<[u8; 32]>,
    fault: Option<Fault>,
}

impl<M> Checked<M> {
    fn of(group: &Group, make: impl Fn(RowRef<'_>) -> M) -> Result<Self, ParquetError> {
        let mut checked = Self {
            made: Vec::with_capacity(group.rows()),
            first: None,
            last: None,
            fault: None,
        };
        for row in 0..group.rows() {
            let row = group.row(row)?;
            if checked.fault.is_none() && checked.fits(&row.0) {
                checked.made.push(make(row));
            }
        }
        Ok(checked)
    }

    /// Whether a row is what its checksum says, and follows on the one before it in the group.
    fn fits(&mut self, event: &EventRef<'_>) -> bool {
        let checksum = digest::checksum(event);
        let first = self
            .first
            .get_or_insert((event.position, checksum, *event.chain));
        let position = first.0 + self.made.len() as u64;
        let link = |chain: &[u8; 32]| digest::chain(chain, &checksum) == *event.chain;
        let kind = if event.position != position {
            FaultKind::Missing {
                found: event.position,
            }
        } else if checksum != *event.checksum {
            FaultKind::Checksum
        } else if !self.last.as_ref().is_none_or(link) {
            FaultKind::Chain
        } else {
            self.last = Some(*event.chain);
            return true;
        };
        self.fault = Some(Fault { position, kind });
        false
    }

    /// What speaks against the first row following on a position and a chain value.
    fn follows(&self, expected: u64, before: &[u8; 32]) -> Option<Fault> {
        let (position, checksum, chain) = self.first.as_ref()?;
        let kind = if *position != expected {
            FaultKind::Missing { found: *position }
        } else if self.made.is_empty() {
            // It does not fit its own checksum, which is said already.
            return self.fault.clone();
        } else if digest::chain(before, checksum) != *chain {
            FaultKind::Chain
        } else {
            return None;
        };
        Some(Fault {
            position: expected,
            kind,
        })
    }
}
