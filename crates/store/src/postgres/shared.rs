//! What many want to know at once, as where the head of a tenant is: asked for once by all who ask
//! at the same time.
//!
//! Whoever asks gets an answer of a query that began after the asking, so that no change of before
//! is missed; but while one query is under way, all who come share the next.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a query says of a tenant.
#[derive(Clone, Copy, Default)]
pub(crate) struct Looked {
    /// The head.
    pub(crate) head: u64,
    /// The last position that somebody else may have written.
    pub(crate) others: u64,
}

/// The queries of all tenants; `T` is what each of them answers.
#[derive(Default)]
pub(crate) struct SharedQueries<T> {
    by_tenant: Mutex<HashMap<String, Arc<SharedQuery<T>>>>,
}

#[derive(Default)]
struct SharedQuery<T> {
    /// Queries that have begun.
    begun: AtomicU64,
    /// The number of the last query that was answered, and its answer.
    answered: tokio::sync::Mutex<(u64, T)>,
}

impl<T: Copy + Default> SharedQueries<T> {
    /// The answer of a query that begins after this call. `of` names the tenant, or a thing of it.
    pub(crate) async fn ask<F, E>(&self, of: &str, query: impl FnOnce() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let of_tenant = self.of(of);
        let begun_before = of_tenant.begun.load(Ordering::Acquire);
        let mut answered = of_tenant.answered.lock().await;
        if answered.0 > begun_before {
            return Ok(answered.1);
        }
        let number = of_tenant.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let looked = query().await?;
        *answered = (number, looked);
        Ok(looked)
    }

    fn of(&self, tenant: &str) -> Arc<SharedQuery<T>> {
        let mut tenants = self
            .by_tenant
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match tenants.get(tenant) {
            Some(query) => Arc::clone(query),
            None => Arc::clone(tenants.entry(tenant.to_owned()).or_default()),
        }
    }
}
