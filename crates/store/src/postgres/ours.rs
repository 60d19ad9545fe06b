//! Which part of a tenant's log came through this handle, so that whoever uses it alone need not
//! look for what it wrote itself.
//!
//! A head that was read is recognised by its chain value: where it is that of a batch of ours,
//! everything of the batch is, whether its answer has come yet or not.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::head::Head;

/// While somebody else appended so lately, they are likely to do so again.
const LATELY: Duration = Duration::from_secs(1);

/// What came through this handle, by tenant.
#[derive(Default)]
pub(crate) struct Ours {
    by_tenant: Mutex<HashMap<String, Own>>,
}

#[derive(Default)]
struct Own {
    /// The last position that somebody else may have written. From there to `written` all is ours.
    others: u64,
    /// When that was last seen to have moved.
    seen_moving: Option<Instant>,
    written: u64,
    /// The position that the batch under way stands on, and the head after it.
    under_way: Option<(u64, Head)>,
}

impl Own {
    /// Takes everything up to a position that we did not come from for somebody else's.
    fn stands_on(&mut self, before: u64) {
        if before != self.written {
            self.others_wrote(before);
        }
    }

    fn others_wrote(&mut self, position: u64) {
        if position > self.others {
            self.others = position;
            self.seen_moving = Some(Instant::now());
        }
    }
}

impl Ours {
    /// A batch is about to be sent that leads from one head to another.
    pub(crate) fn sends(&self, tenant: &str, before: &Head, after: &Head) {
        let mut tenants = self.lock();
        let own = tenants.entry(tenant.to_owned()).or_default();
        own.under_way = Some((before.position, *after));
    }

    /// The batch that was sent is written.
    pub(crate) fn wrote(&self, tenant: &str) {
        if let Some(own) = self.lock().get_mut(tenant)
            && let Some((before, after)) = own.under_way.take()
        {
            own.stands_on(before);
            own.written = after.position;
        }
    }

    /// A head was read: answers the last position up to it that somebody else may have written.
    pub(crate) fn read(&self, tenant: &str, head: &Head) -> u64 {
        let mut tenants = self.lock();
        let own = tenants.entry(tenant.to_owned()).or_default();
        match own.under_way {
            _ if head.position <= own.written => {}
            Some((before, after)) if after == *head => own.stands_on(before),
            _ => own.others_wrote(head.position),
        }
        own.others
    }

    /// The last position that somebody else may have written, as far as it is known; none where it
    /// was never looked for, or has moved just now.
    pub(crate) fn others_likely(&self, tenant: &str) -> Option<u64> {
        let tenants = self.lock();
        let own = tenants.get(tenant)?;
        let moves = own.seen_moving.is_some_and(|at| at.elapsed() < LATELY);
        (!moves).then_some(own.others)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Own>> {
        self.by_tenant
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(position: u64, chain: u8) -> Head {
        Head {
            position,
            recorded_at_micros: 0,
            chain: [chain; 32],
        }
    }

    #[test]
    fn what_was_there_before_us_is_of_others() {
        let ours = Ours::default();
        assert_eq!(ours.read("a", &head(7, 1)), 7);
        ours.sends("a", &head(7, 1), &head(9, 2));
        ours.wrote("a");
        assert_eq!(ours.read("a", &head(9, 2)), 7);
        assert_eq!(ours.read("b", &head(3, 1)), 3, "tenants are apart");
    }

    #[test]
    fn a_batch_of_ours_is_recognised_before_its_answer_has_come() {
        let ours = Ours::default();
        ours.sends("a", &head(0, 0), &head(2, 1));
        assert_eq!(ours.read("a", &head(2, 1)), 0);
        assert_eq!(
            ours.read("a", &head(2, 5)),
            2,
            "another batch stands at its position"
        );
    }

    #[test]
    fn a_batch_upon_somebody_elses_says_so() {
        let ours = Ours::default();
        ours.sends("a", &head(0, 0), &head(2, 1));
        ours.wrote("a");
        // Somebody wrote 3 to 5, and nobody asked; then we wrote 6.
        ours.sends("a", &head(5, 2), &head(6, 3));
        assert_eq!(ours.read("a", &head(6, 3)), 5);
        ours.wrote("a");
        assert_eq!(ours.read("a", &head(6, 3)), 5);
        assert_eq!(
            ours.read("a", &head(4, 9)),
            5,
            "an answer that comes late changes nothing"
        );
    }
}
