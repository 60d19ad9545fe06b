//! The reference data of a tenant: policies, calendars, catalogue and registry, folded from their
//! four streams and shared by all decisions.
//!
//! **The rule.** A decision is made on reference data that holds every change the log held when the
//! decision began. A change that is published meanwhile may be seen or not: the two overlap.
//!
//! - An engine changes reference data only by its own commands, and each folds its change in before
//!   it answers, on a task that a caller who gives up cannot stop. Nothing has to be asked for them.
//! - Where others append too, the position up to which they did ([`crate::Engine::others`], one
//!   question shared by all who ask at once; none where nobody else can append) is compared with the
//!   one up to which it has looked. Only when they have written more, it asks the four streams for
//!   what stands after the versions it holds (four look-ups in an index), and folds that. A command
//!   on a case does not ask while others seem to be quiet: it is appended only if they were.

use crate::commit::{fold, load, read, read_after};
use crate::error::EngineError;
use crate::snapshots;
use cqrs_es::Aggregate;
use gridwhistle_domain::calendar::published::PublishedCalendars;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::catalogue::Catalogue;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::policy::publishing::PublishedPolicies;
use gridwhistle_domain::registry::Registry;
use gridwhistle_store::{EventLog, StreamId};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// The one stream of a kind of reference data.
pub(crate) fn stream<A: Aggregate>() -> StreamId {
    StreamId::new(A::TYPE, A::TYPE)
}

async fn whole<A>(log: &dyn EventLog, tenant: &str) -> Result<(A, u64), EngineError>
where
    A: Aggregate,
    A::Event: Happened,
{
    load(log, tenant, &stream::<A>()).await
}

/// The reference data that the log held at a position.
pub(crate) async fn reference_at(
    log: &dyn EventLog,
    tenant: &str,
    position: u64,
) -> Result<Reference, EngineError> {
    async fn until<A>(log: &dyn EventLog, tenant: &str, position: u64) -> Result<A, EngineError>
    where
        A: Aggregate,
        A::Event: Happened,
    {
        let mut rows = log.read_stream(tenant, &stream::<A>(), 0).await?;
        rows.retain(|row| row.position <= position);
        let mut state = (A::default(), 0);
        fold(&mut state, read(&rows)?);
        Ok(state.0)
    }
    let (policies, calendars, catalogue, registry) = tokio::try_join!(
        until::<PublishedPolicies>(log, tenant, position),
        until::<PublishedCalendars>(log, tenant, position),
        until::<Catalogue>(log, tenant, position),
        until::<Registry>(log, tenant, position),
    )?;
    Ok(Reference::of(&policies, &calendars, catalogue, registry))
}

/// The reference data as far as it was read, and how far that was.
pub(crate) struct ReferenceData {
    current: RwLock<Arc<Reference>>,
    /// The head of the log before the streams were last looked at.
    seen: AtomicU64,
    /// Own changes under way, or written and not read back.
    unsettled: AtomicUsize,
    folded: Mutex<Folded>,
}

/// What decisions do not read: the versions of the streams, and the two states behind the books.
struct Folded {
    policies: (PublishedPolicies, u64),
    calendars: (PublishedCalendars, u64),
    catalogue: u64,
    registry: u64,
}

impl ReferenceData {
    /// Reads all four streams. `snapshot_every`: see [`crate::Options::snapshot_every`]; none
    /// where nothing may be written.
    pub(crate) async fn open(
        log: &dyn EventLog,
        tenant: &str,
        snapshot_every: Option<u64>,
    ) -> Result<Self, EngineError> {
        let seen = log.head(tenant).await?;
        let (policies, calendars, catalogue, registry) = tokio::try_join!(
            whole::<PublishedPolicies>(log, tenant),
            whole::<PublishedCalendars>(log, tenant),
            whole::<Catalogue>(log, tenant),
            snapshots::load::<Registry>(log, tenant, snapshot_every),
        )?;
        let reference = Reference::of(&policies.0, &calendars.0, catalogue.0, registry.0);
        let folded = Folded {
            policies,
            calendars,
            catalogue: catalogue.1,
            registry: registry.1,
        };
        Ok(Self {
            current: RwLock::new(Arc::new(reference)),
            seen: AtomicU64::new(seen),
            unsettled: AtomicUsize::new(0),
            folded: Mutex::new(folded),
        })
    }

    /// As it was last read.
    pub(crate) fn current(&self) -> Arc<Reference> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// As the log holds it now: for decisions.
    pub(crate) async fn fresh(
        &self,
        log: &dyn EventLog,
        tenant: &str,
        others: u64,
    ) -> Result<Arc<Reference>, EngineError> {
        let moved = others > self.seen.load(Ordering::Acquire);
        if moved || self.unsettled.load(Ordering::Acquire) > 0 {
            self.refresh(log, tenant).await?;
        }
        Ok(self.current())
    }

    /// Folds in what the streams hold beyond what is known.
    pub(crate) async fn refresh(
        &self,
        log: &dyn EventLog,
        tenant: &str,
    ) -> Result<(), EngineError> {
        let mut folded = self.folded.lock().await;
        // Before the streams: what comes after it is looked for again.
        let head = log.head(tenant).await?;
        let (policies, calendars, catalogue, registry) = tokio::try_join!(
            read_after::<PublishedPolicies>(log, tenant, folded.policies.1),
            read_after::<PublishedCalendars>(log, tenant, folded.calendars.1),
            read_after::<Catalogue>(log, tenant, folded.catalogue),
            read_after::<Registry>(log, tenant, folded.registry),
        )?;
        // From here nothing waits, so nothing can be left half done.
        let changed = [
            policies.len(),
            calendars.len(),
            catalogue.len(),
            registry.len(),
        ];
        if changed != [0; 4] {
            let mut next = Reference::clone(&self.current());
            fold(&mut folded.policies, policies);
            fold(&mut folded.calendars, calendars);
            next.policies = folded.policies.0.book().clone();
            next.calendars = folded.calendars.0.book().clone();
            folded.catalogue += catalogue.len() as u64;
            folded.registry += registry.len() as u64;
            catalogue
                .into_iter()
                .for_each(|event| next.catalogue.apply(event));
            registry
                .into_iter()
                .for_each(|event| next.registry.apply(event));
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        }
        self.seen.fetch_max(head, Ordering::AcqRel);
        Ok(())
    }

    /// Makes a change and folds it in before it is answered. Where it was written and cannot be
    /// read back now, every later decision looks for it first.
    pub(crate) async fn change<T>(
        &self,
        log: &dyn EventLog,
        tenant: &str,
        write: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        self.unsettled.fetch_add(1, Ordering::AcqRel);
        let answer = write.await;
        if self.refresh(log, tenant).await.is_ok() {
            self.unsettled.fetch_sub(1, Ordering::AcqRel);
        }
        answer
    }
}
