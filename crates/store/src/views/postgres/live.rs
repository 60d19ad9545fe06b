//! Questions to live rows: one statement each, and so one snapshot and one round trip.
//!
//! Which tables are live is remembered from the last time that somebody looked, and told by every
//! answer itself ([`Statement::live`]), of the very snapshot of its rows: an answer out of tables
//! that a swap has put out of use is thrown away, and asked for again of the new ones. Of an answer
//! without rows it is asked afterwards; a generation that is live then was so before, because none
//! comes back.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use deadpool_postgres::Client;
use tokio_postgres::Row;

use super::catalog;
use super::failure::Failure;
use super::read::rows;
use super::sql::{Source, Statement};
use super::tasks::Scope;
use super::work::{PAUSE, TRIES, make_room};
use crate::postgres::server::Server;

/// What is asked of the live rows of one table.
pub(super) trait Question: Send + Sync + 'static {
    /// What comes of it.
    type Answer: Send + 'static;

    /// Of which view.
    fn scope(&self) -> &Scope;

    /// Of which of its tables.
    fn table(&self) -> usize;

    /// The statement, which answers the live generation last in each row.
    fn statement(&self, source: &Source<'_>) -> Statement;

    /// What the rows say.
    fn read(&self, source: &Source<'_>, rows: &[Row]) -> Result<Self::Answer, Failure>;
}

/// The live generations, as they were when somebody looked.
#[derive(Default)]
pub(super) struct Live {
    by_view: RwLock<HashMap<String, u64>>,
}

impl Live {
    /// Answers from live rows. A swap may drop the tables that a question was about to read: it
    /// asks for the new ones.
    pub(super) async fn answer<Q: Question>(
        &self,
        server: &Server,
        question: &Q,
    ) -> Result<Q::Answer, Failure> {
        let mut tries = 1;
        loop {
            let done = self.once(server, question).await;
            let again = match &done {
                Ok(answer) => answer.is_none(),
                Err(failure) if failure.is_gone() => {
                    self.forget(question.scope());
                    true
                }
                Err(failure) => failure.may_pass(),
            };
            match done {
                Ok(Some(answer)) => return Ok(answer),
                Err(failure) if !again || tries >= TRIES => return Err(failure),
                // Nobody swaps that often.
                _ => tokio::time::sleep(PAUSE * (tries - 1)).await,
            }
            tries += 1;
        }
    }

    /// None if the rows were of tables that are live no longer.
    async fn once<Q: Question>(
        &self,
        server: &Server,
        question: &Q,
    ) -> Result<Option<Q::Answer>, Failure> {
        let client = server.reader().await?;
        make_room(&client);
        let source = self.source(&client, question).await?;
        let rows = rows(&client, &question.statement(&source)).await?;
        let live = match rows.first() {
            Some(row) => row.try_get(row.len() - 1)?,
            None => catalog::live(&client, question.scope()).await?,
        };
        if live.map(i64::cast_unsigned) != Some(source.generation) {
            self.forget(question.scope());
            return Ok(None);
        }
        question.read(&source, &rows).map(Some)
    }

    async fn source<'q, Q: Question>(
        &self,
        client: &Client,
        question: &'q Q,
    ) -> Result<Source<'q>, Failure> {
        let Scope { tenant, schema } = question.scope();
        let generation = self.known(question.scope());
        if let Some(generation) = generation {
            let table = &schema.tables[question.table()];
            return Ok(Source { generation, table });
        }
        let source = catalog::source(client, tenant, schema, question.table()).await?;
        let mut by_view = self.by_view.write().unwrap_or_else(PoisonError::into_inner);
        by_view.insert(name(question.scope()), source.generation);
        Ok(source)
    }

    fn known(&self, scope: &Scope) -> Option<u64> {
        let by_view = self.by_view.read().unwrap_or_else(PoisonError::into_inner);
        by_view.get(&name(scope)).copied()
    }

    fn forget(&self, scope: &Scope) {
        let mut by_view = self.by_view.write().unwrap_or_else(PoisonError::into_inner);
        by_view.remove(&name(scope));
    }
}

/// A generation serves one definition of one view of one tenant.
fn name(Scope { tenant, schema }: &Scope) -> String {
    format!("{tenant}\0{}\0{}", schema.view.name, schema.fingerprint)
}
