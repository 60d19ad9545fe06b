//! Whose turn it is to work on a view, where several processes can.
//!
//! A turn is kept for as long as it is held, and ends when it is dropped. Where its process dies it
//! runs out by itself, and the next one who asks takes over.

use gridwhistle_store::views::{Lease, ViewError, ViewStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// After how long the turn of a process that died is over.
const TERM: Duration = Duration::from_secs(3);
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(1);
/// How often whoever waits looks again.
const LOOK: Duration = Duration::from_millis(25);

/// What is worked on.
#[derive(Clone)]
struct Work {
    views: Arc<dyn ViewStore>,
    tenant: String,
    name: String,
    /// Not the runner: a turn that ends late must not end the next one.
    holder: Uuid,
}

impl Work {
    async fn ask(&self) -> Result<Lease, ViewError> {
        let Self { tenant, name, .. } = self;
        self.views.lease(tenant, name, self.holder, TERM).await
    }

    async fn give_up(self) {
        let Self { tenant, name, .. } = &self;
        // Unheard it runs out by itself.
        let _ = self.views.give_up(tenant, name, self.holder).await;
    }
}

/// A turn that was given, kept until it is ended or dropped.
pub struct Turn {
    /// None where nobody else can come, or once it is given up.
    work: Option<Work>,
    keeper: Option<JoinHandle<()>>,
}

impl Turn {
    /// Asks once; none where another has it.
    pub(super) async fn take(
        views: &Arc<dyn ViewStore>,
        tenant: &str,
        name: &str,
    ) -> Result<Option<Self>, ViewError> {
        let work = Work {
            views: Arc::clone(views),
            tenant: tenant.to_owned(),
            name: name.to_owned(),
            holder: Uuid::new_v4(),
        };
        Ok(match work.ask().await? {
            Lease::Alone => Some(Self {
                work: None,
                keeper: None,
            }),
            Lease::Held => Some(Self {
                keeper: Some(tokio::spawn(keep(work.clone()))),
                work: Some(work),
            }),
            Lease::Taken => None,
        })
    }

    /// Asks until it is given.
    pub(super) async fn wait(
        views: &Arc<dyn ViewStore>,
        tenant: &str,
        name: &str,
    ) -> Result<Self, ViewError> {
        loop {
            if let Some(turn) = Self::take(views, tenant, name).await? {
                return Ok(turn);
            }
            look_again().await;
        }
    }

    /// Whether another process may have worked on it before.
    pub(super) const fn is_shared(&self) -> bool {
        self.work.is_some()
    }

    /// Gives it up, and waits until the next one can have it.
    pub async fn end(mut self) {
        if let Some(work) = self.stop() {
            work.give_up().await;
        }
    }

    fn stop(&mut self) -> Option<Work> {
        if let Some(keeper) = self.keeper.take() {
            keeper.abort();
        }
        self.work.take()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let (Some(work), Ok(runtime)) = (self.stop(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(work.give_up());
        }
    }
}

async fn keep(work: Work) {
    loop {
        tokio::time::sleep(RENEW).await;
        // What was missed once is made up for by the next.
        if let Ok(Lease::Taken) = work.ask().await {
            return;
        }
    }
}

/// Waits for another process to get on.
pub(super) async fn look_again() {
    tokio::time::sleep(LOOK).await;
}
