//! Live cases in memory, so that a command on a warm case needs no load.
//!
//! A cache of two generations: what was not asked for since the last turn is dropped at the next.
//! Every slot has a lock of its own, which also puts the commands of one case in order within this
//! process; across processes the log's compare-and-set decides.
//!
//! Where others append too, a state is as good as the position up to which it was held against
//! what they wrote: [`Live::seen`]. The engine asks again once they have written more.

use gridwhistle_domain::case::Case;
use gridwhistle_domain::ids::CaseId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A case as it was last seen.
#[derive(Default)]
pub(crate) struct Live {
    /// Its state; the version is in it.
    pub(crate) case: Case,
    /// It holds everything that others wrote up to this position.
    pub(crate) seen: u64,
}

/// A live case, or nothing yet.
pub(crate) type Slot = Arc<tokio::sync::Mutex<Option<Live>>>;

#[derive(Default)]
struct Generations {
    young: HashMap<CaseId, Slot>,
    old: HashMap<CaseId, Slot>,
}

/// The cache.
pub(crate) struct CaseCache {
    capacity: usize,
    generations: Mutex<Generations>,
}

impl CaseCache {
    /// At most twice `capacity` cases stay in memory.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            generations: Mutex::default(),
        }
    }

    /// The slot of a case. Two callers of one case get the same slot as long as either holds it.
    pub(crate) fn slot(&self, case: CaseId) -> Slot {
        let mut guard = self
            .generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let generations = &mut *guard;
        if let Some(slot) = generations.young.get(&case) {
            return Arc::clone(slot);
        }
        if generations.young.len() >= self.capacity {
            // Slots that someone holds must stay findable, or one case could have two.
            let mut old = std::mem::take(&mut generations.young);
            let held = |slot: &Slot| Arc::strong_count(slot) > 1;
            old.extend(generations.old.drain().filter(|(_, slot)| held(slot)));
            generations.old = old;
        }
        let slot = generations.old.remove(&case).unwrap_or_default();
        generations.young.insert(case, Arc::clone(&slot));
        slot
    }

    /// Drops what is known of a case that was written past the cache; it is loaded when asked for.
    pub(crate) async fn forget(&self, case: CaseId) {
        let known = {
            let generations = self
                .generations
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let slot = generations
                .young
                .get(&case)
                .or_else(|| generations.old.get(&case));
            slot.map(Arc::clone)
        };
        if let Some(slot) = known {
            *slot.lock().await = None;
        }
    }
}
