//! A segment's groups of rows, decoded by as many threads as there are cores and handed over in the
//! order of the log.

use super::form::Seal;
use super::group::Group;
use crate::archive::ArchiveProblem;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;

/// Groups that a thread may be ahead, beside the one in its hands: each is held in memory.
const AHEAD: usize = 1;
/// Most threads that decode.
const LANES_MAX: usize = 4;

/// A segment whose seal was read.
pub(super) struct Segment<'p> {
    path: &'p Path,
    pub(super) seal: Seal,
    groups: usize,
}

impl<'p> Segment<'p> {
    /// Opens a file; nothing is checked but that it is a segment.
    ///
    /// # Errors
    /// [`ArchiveProblem::NoSegment`].
    pub(super) fn open(path: &'p Path) -> Result<Self, ArchiveProblem> {
        guarded(path, || {
            let reader = reader(path)?;
            let metadata = reader.metadata().file_metadata();
            let seal = Seal::of(metadata.key_value_metadata());
            Ok(Self {
                path,
                seal: seal.map_err(ParquetError::General)?,
                groups: reader.num_row_groups(),
            })
        })
    }

    /// What `work` makes of each group, on whichever thread decoded it, in the order of the file until
    /// `take` breaks.
    ///
    /// # Errors
    /// [`ArchiveProblem::NoSegment`], or whatever `take` says.
    pub(super) fn groups<T: Send>(
        &self,
        work: impl Fn(Group) -> Result<T, ParquetError> + Sync,
        mut take: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<(), ArchiveProblem> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let lanes = cores.min(LANES_MAX).min(self.groups).max(1);
        let lane = |lane: usize, hand_over: &mut dyn FnMut(T) -> ControlFlow<()>| {
            let read = || self.lane((lane, lanes), &work, hand_over);
            guarded(self.path, read)
        };
        if lanes == 1 {
            return lane(0, &mut take);
        }
        thread::scope(|scope| {
            let lane = &lane;
            let mut open = Vec::with_capacity(lanes);
            for number in 0..lanes {
                let (made, taken) = sync_channel(AHEAD);
                scope.spawn(move || {
                    // Nobody takes anything any more: then nobody wants more.
                    let mut hand_over = |one| match made.send(Ok(one)) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    };
                    if let Err(problem) = lane(number, &mut hand_over) {
                        let _ = made.send(Err(problem));
                    }
                });
                open.push(taken);
            }
            for number in 0..self.groups {
                let Ok(made) = open[number % lanes].recv() else {
                    return Err(no_segment(self.path, "its reader has gone"));
                };
                if take(made?).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Every so-manieth group from one on.
    fn lane<T>(
        &self,
        (first, step): (usize, usize),
        work: &impl Fn(Group) -> Result<T, ParquetError>,
        hand_over: &mut dyn FnMut(T) -> ControlFlow<()>,
    ) -> Result<(), ParquetError> {
        // A file of its own: files that were copied share one place to read at.
        let reader = reader(self.path)?;
        for number in (first..self.groups).step_by(step) {
            let group = Group::read(&*reader.get_row_group(number)?, &self.seal.tenant)?;
            if hand_over(work(group)?).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn reader(path: &Path) -> Result<SerializedFileReader<File>, ParquetError> {
    let file = File::open(path).map_err(|error| ParquetError::General(error.to_string()))?;
    SerializedFileReader::new(file)
}

/// The reader of the form may give up in its own way on bytes that were garbled.
fn guarded<T>(
    path: &Path,
    read: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, ArchiveProblem> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|error| match error {
            ParquetError::General(what) => no_segment(path, what),
            error => no_segment(path, error),
        }),
        Err(_) => Err(no_segment(path, "its bytes make no sense")),
    }
}

pub(super) fn no_segment(path: &Path, what: impl std::fmt::Display) -> ArchiveProblem {
    ArchiveProblem::NoSegment {
        file: path.display().to_string(),
        what: what.to_string(),
    }
}
