//! The head of each tenant as it was committed, for those who wait on it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Committed head positions by tenant.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    by_tenant: Mutex<BTreeMap<String, watch::Sender<u64>>>,
}

impl Heads {
    /// Says that `position` of `tenant` is committed; never moves back.
    pub(crate) fn publish(&self, tenant: &str, position: u64) {
        let mut tenants = self.lock();
        match tenants.get(tenant) {
            Some(head) => {
                head.send_if_modified(|head| {
                    let newer = position > *head;
                    *head = position.max(*head);
                    newer
                });
            }
            None => {
                tenants.insert(tenant.to_owned(), watch::Sender::new(position));
            }
        }
    }

    /// The last position that was published; 0 for a tenant that is not known.
    pub(crate) fn get(&self, tenant: &str) -> u64 {
        self.lock().get(tenant).map_or(0, |head| *head.borrow())
    }

    /// A receiver that sees what is published from now on, and the present value.
    pub(crate) fn watch(&self, tenant: &str) -> watch::Receiver<u64> {
        let mut tenants = self.lock();
        tenants
            .entry(tenant.to_owned())
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }

    /// The tenants that are known.
    pub(crate) fn tenants(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, watch::Sender<u64>>> {
        self.by_tenant
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
