//! The writer's connection: everything that is asked and said over it, each within its time.
//!
//! A statement that takes too long is not cancelled: its connection is given up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use uuid::Uuid;

use super::batch::Plan;
use super::failure::{failure, is_refusal, unavailable};
use super::reads::Reads;
use super::server::Server;
use crate::error::StoreError;
use crate::event::{CommandRecord, StreamId};
use crate::head::Head;

/// The connection of one tenant's writer, when there is one.
pub(crate) struct Link {
    server: Arc<Server>,
    tenant: String,
    within: Duration,
    client: Option<ClientWrapper>,
}

/// Why the append function did not write.
pub(crate) enum Failed {
    /// A command of the portion does not go.
    Refused,
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

const APPEND: &str = "select gridwhistle.append($1, $2, $3, $4, $5, $6, $7, $8, $9)";

impl Link {
    /// Connects to nothing yet.
    pub(crate) fn to(server: &Arc<Server>, tenant: &str, within: Duration) -> Self {
        Self {
            server: Arc::clone(server),
            tenant: tenant.to_owned(),
            within,
            client: None,
        }
    }

    /// Gives the connection up; it says good-bye when its runtime runs next.
    pub(crate) fn let_go(&mut self) {
        self.client = None;
    }

    /// Whether the present connection stands.
    pub(crate) fn stands(&self) -> bool {
        self.client
            .as_ref()
            .is_some_and(|client| !client.is_closed())
    }

    /// Makes a new connection.
    pub(crate) async fn connect(&mut self) -> Result<(), StoreError> {
        self.client = None;
        let client = self.timely(self.server.connect_here()).await?;
        self.client = Some(client);
        Ok(())
    }

    /// What the database holds of commands.
    pub(crate) async fn commands(
        &self,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, CommandRecord>, StoreError> {
        let reads = self.reads()?;
        self.timely(reads.commands(&self.tenant, ids)).await
    }

    /// The versions of streams; those without events are left out.
    pub(crate) async fn versions(
        &self,
        streams: &[&StreamId],
    ) -> Result<HashMap<StreamId, u64>, StoreError> {
        let reads = self.reads()?;
        self.timely(reads.versions(&self.tenant, streams)).await
    }

    /// The head, which fits the last event.
    pub(crate) async fn head(&self) -> Result<Head, StoreError> {
        let reads = self.reads()?;
        let load = async {
            let head = reads.head(&self.tenant).await?;
            reads.check_last(&self.tenant, &head).await?;
            Ok(head)
        };
        match self.timely(load).await {
            // Another process may have appended between the two reads.
            Err(StoreError::Corrupt { .. }) => self.head_alone().await,
            other => other,
        }
    }

    /// The same while nobody else can move it: damage is damage then.
    async fn head_alone(&self) -> Result<Head, StoreError> {
        let head = self.lock().await?;
        let reads = self.reads()?;
        let checked = self.timely(reads.check_last(&self.tenant, &head)).await;
        self.say("rollback").await?;
        checked.map(|()| head)
    }

    /// Begins a transaction in which nobody else moves the head.
    pub(crate) async fn lock(&self) -> Result<Head, StoreError> {
        self.say("begin").await?;
        let reads = self.reads()?;
        self.timely(reads.head_for_update(&self.tenant)).await
    }

    /// Lets everything that was there before become as durable as an append.
    pub(crate) async fn fence(&self) -> Result<(), StoreError> {
        let reads = self.reads()?;
        self.timely(reads.fence(&self.tenant)).await
    }

    /// Runs the append function: whether it wrote, or the head has moved.
    pub(crate) async fn append(&self, plan: &Plan<'_>) -> Result<bool, Failed> {
        let client = self.client()?;
        let arguments = plan.arguments(&self.tenant);
        let call = async {
            let append = client.prepare_cached(APPEND).await?;
            client.query_one(&append, &arguments.in_order()).await
        };
        let within = tokio::time::timeout(self.within, call).await;
        match within.map_err(|_| self.silent())? {
            Ok(row) => Ok(row.get::<_, bool>(0)),
            Err(error) if is_refusal(&error) => Err(Failed::Refused),
            Err(error) => Err(Failed::Store(failure(&self.server, &error))),
        }
    }

    /// Runs a word that begins or ends a transaction.
    pub(crate) async fn say(&self, word: &str) -> Result<(), StoreError> {
        let client = self.client()?;
        let said = async {
            let said = client.batch_execute(word).await;
            said.map_err(|error| failure(&self.server, &error))
        };
        self.timely(said).await
    }

    fn reads(&self) -> Result<Reads<'_>, StoreError> {
        Ok(Reads {
            client: self.client()?,
            server: &self.server,
        })
    }

    fn client(&self) -> Result<&ClientWrapper, StoreError> {
        let gone = || unavailable(self.server.name(), "the connection is gone");
        self.client.as_ref().ok_or_else(gone)
    }

    async fn timely<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(self.within, work).await {
            Ok(done) => done,
            Err(_) => Err(self.silent()),
        }
    }

    fn silent(&self) -> StoreError {
        let within = self.within;
        unavailable(self.server.name(), format!("no answer for {within:?}"))
    }
}
