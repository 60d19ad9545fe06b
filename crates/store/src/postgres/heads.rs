//! The head of a tenant as the database has it, asked for once by all who ask at the same time.
//!
//! Whoever asks gets an answer of a query that began after the asking, so that no change of before
//! is missed; but while one query is under way, all who come share the next.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::StoreError;

/// What a query says of a tenant.
#[derive(Clone, Copy, Default)]
pub(crate) struct Looked {
    /// The head.
    pub(crate) head: u64,
    /// The last position that somebody else may have written.
    pub(crate) others: u64,
}

/// The queries of all tenants.
#[derive(Default)]
pub(crate) struct HeadQueries {
    by_tenant: Mutex<HashMap<String, Arc<HeadQuery>>>,
}

#[derive(Default)]
struct HeadQuery {
    /// Queries that have begun.
    begun: AtomicU64,
    /// The number of the last query that was answered, and its answer.
    answered: tokio::sync::Mutex<(u64, Looked)>,
}

impl HeadQueries {
    /// The answer of a query that begins after this call.
    pub(crate) async fn ask<F>(
        &self,
        tenant: &str,
        query: impl FnOnce() -> F,
    ) -> Result<Looked, StoreError>
    where
        F: Future<Output = Result<Looked, StoreError>>,
    {
        let of_tenant = self.of(tenant);
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

    fn of(&self, tenant: &str) -> Arc<HeadQuery> {
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
