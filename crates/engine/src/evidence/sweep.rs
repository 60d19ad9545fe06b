//! Putting away: what events name is kept for good, what nobody named goes by age.

use super::{EvidenceError, EvidenceFiles, FileHash, Shelf};
use crate::Engine;
use crate::error::EngineError;
use chrono::{DateTime, TimeDelta, Utc};
use futures_core::Stream;
use object_store::path::Path as Place;
use object_store::{ObjectMeta, ObjectStoreExt};
use std::collections::BTreeMap;
use std::future::poll_fn;

/// How long an upload that broke off may lie about; none takes as long.
const BROKEN_OFF: TimeDelta = TimeDelta::days(1);

/// Events looked at in one go.
const EVENTS: usize = 1_000;

/// What a sweep did.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::evidence::{EvidenceFiles, Swept};
///
/// # async fn example(engine: &gridwhistle::Engine) -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let files = EvidenceFiles::in_folder(folder.path(), engine.tenant())?;
/// let swept: Swept = files.sweep(engine, chrono::TimeDelta::days(7)).await?;
/// assert_eq!((swept.kept, swept.deleted), (0, 0));
/// # Ok(()) }
/// # example(&engine).await.unwrap();
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that events name, now kept for good.
    pub kept: u64,
    /// Files that nobody named in time.
    pub deleted: u64,
}

impl EvidenceFiles {
    /// Looks at the files that have been pending for so long: keeps what any event names, deletes
    /// the rest, and what uploads that broke off have left. Reads the log only where there are any.
    ///
    /// # Errors
    /// When log or store cannot be read; nothing is deleted then that was not looked for.
    pub async fn sweep(
        &self,
        engine: &Engine,
        pending: TimeDelta,
    ) -> Result<Swept, EvidenceError> {
        let now = engine.now();
        let mut swept = Swept::default();
        for left in self.older(Shelf::Incoming, now - BROKEN_OFF).await? {
            self.delete(&left).await?;
            swept.deleted += 1;
        }
        swept.deleted += self.clear_the_way(now - BROKEN_OFF);
        let places = self.older(Shelf::Pending, now - pending).await?;
        let named = |place: &Place| FileHash::read(place.filename().unwrap_or_default());
        let old = places.into_iter();
        let mut old: BTreeMap<FileHash, Place> =
            old.filter_map(|place| Some((named(&place)?, place))).collect();
        let mut after = 0;
        while !old.is_empty() {
            let log = engine.log();
            let read = log.read_log(engine.tenant(), after, EVENTS).await;
            let events = read.map_err(EngineError::from)?;
            let Some(last) = events.last() else { break };
            after = last.position;
            for hash in events.iter().flat_map(|one| FileHash::all_in(&one.payload)) {
                if let Some(place) = old.remove(&hash) {
                    let kept = self.place(Shelf::Kept, &hash);
                    self.store.rename(&place, &kept).await?;
                    swept.kept += 1;
                }
            }
        }
        for place in old.into_values() {
            self.delete(&place).await?;
            swept.deleted += 1;
        }
        Ok(swept)
    }

    /// What stands on a shelf since before an instant.
    async fn older(
        &self,
        shelf: Shelf,
        before: DateTime<Utc>,
    ) -> Result<Vec<Place>, EvidenceError> {
        let shelf = self.shelf(shelf);
        let mut listed = self.store.list(Some(&shelf));
        let mut found = Vec::new();
        while let Some(one) = poll_fn(|context| listed.as_mut().poll_next(context)).await {
            let ObjectMeta {
                location,
                last_modified,
                ..
            } = one?;
            if last_modified < before {
                found.push(location);
            }
        }
        Ok(found)
    }

    /// A local store lists no file that it has not finished: a process that was killed leaves those.
    /// What cannot be looked at now is looked at the next time.
    fn clear_the_way(&self, before: DateTime<Utc>) -> u64 {
        let folder = self.on_the_way.as_ref();
        let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
        let old = entries.into_iter().flatten().flatten().filter(|entry| {
            let modified = entry.metadata().and_then(|meta| meta.modified());
            modified.is_ok_and(|at| DateTime::<Utc>::from(at) < before)
        });
        let gone = old.filter(|entry| std::fs::remove_file(entry.path()).is_ok());
        gone.count() as u64
    }
}
