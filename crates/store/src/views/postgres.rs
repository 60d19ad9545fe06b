//! View tables in PostgreSQL 15 or later, beside the log of the same database.
//!
//! Their content is a cache, so it is written without waiting for the disk: after a crash rows and
//! checkpoint are whole, and at worst some batches behind the log. Any number of processes may
//! write, each batch in one transaction that begins at the checkpoint's row; a question is
//! answered from one snapshot, by a standby as well. All work of the database runs on threads of
//! the store's own, and is not taken back by whoever stops waiting for it: the checkpoint tells
//! what happened. The schema is brought up by the log ([`crate::PostgresLog::migrate`]).

mod batch;
mod catalog;
mod cells;
mod failure;
mod lease;
mod live;
mod plans;
mod read;
mod select;
mod sql;
mod tables;
mod tasks;
mod work;
mod write;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;
use uuid::Uuid;

use self::failure::{Failure, unusable};
use self::live::{Live, Question};
use self::select::Lot;
use self::tasks::{
    Apply, BeginRebuild, Get, GiveUp, Lease as LeaseTask, Open, Query as Ask, Scan, Scope, Swap,
    Tally as Count, Tidy,
};
use self::work::{Kind, Work, again, until_done};
use super::plan::{QueryPlan, TallyPlan, as_of};
use super::registry::{Registry, forward};
use super::rows::{check, check_key};
use super::scan::ScanPlan;
use super::schema::Schema;
use super::select::SelectPlan;
use super::{
    Access, Lease, Page, Query, RowOp, Select, Stretch, Tally, TallyRow, Value, View, ViewError,
    ViewOptions, ViewState, ViewStore,
};
use crate::postgres::migrate;
use crate::postgres::server::Server;
use crate::postgres::shared::SharedQueries;

/// Changes under way at the same time; more of them wait. Those of one view wait for each other
/// anyway.
const WRITERS: usize = 4;

/// What every connection begins with. Views are a cache, and need not wait for the disk. Each
/// question is planned for its values: how few rows a page wants, and how large a table has grown.
/// Compiling a plan takes longer than what it is for.
const SESSION: &str = "select set_config('synchronous_commit', 'off', false), \
                       set_config('plan_cache_mode', 'force_custom_plan', false), \
                       set_config('jit', 'off', false)";

/// The PostgreSQL backend.
pub struct PostgresViews {
    registry: Registry,
    live: Arc<Live>,
    /// Where the live rows stand, which every list asks before it is read.
    positions: SharedQueries<u64>,
    /// One permit for each question under way.
    questions: Arc<Semaphore>,
    /// One permit for each change under way; none if opened for reading only.
    changes: Option<Arc<Semaphore>>,
    server: Arc<Server>,
}

impl PostgresViews {
    /// Opens the views of a database whose schema is up to date. Blocks until it answers.
    ///
    /// # Errors
    /// [`ViewError::BadUrl`], [`ViewError::Unavailable`], [`ViewError::OlderSchema`],
    /// [`ViewError::NewerSchema`]; nothing is changed then.
    pub fn open(url: &str, options: ViewOptions) -> Result<Self, ViewError> {
        let writes = options.access == Access::ReadWrite;
        let writers = if writes { WRITERS } else { 0 };
        let readers = options.readers.max(1);
        let server = Server::with_session(url, readers + writers, writes, SESSION);
        let server = Arc::new(server.map_err(unusable)?);
        let here = Arc::clone(&server);
        let checked = server.run_here(async move {
            let client = here.connect_here().await?;
            Ok(migrate::check(&here, &client).await?)
        });
        checked.map_err(|failure: Failure| failure.at(&server))?;
        Ok(Self {
            registry: Registry::default(),
            live: Arc::default(),
            positions: SharedQueries::default(),
            questions: Arc::new(Semaphore::new(readers)),
            changes: writes.then(|| Arc::new(Semaphore::new(writers))),
            server,
        })
    }

    /// Answers from one snapshot of live rows, in one statement.
    async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, ViewError> {
        let (server, live) = (Arc::clone(&self.server), Arc::clone(&self.live));
        let asked = async move { live.answer(&server, &question).await };
        self.in_turn(&self.questions, asked).await
    }

    /// Answers from one snapshot, over several statements.
    async fn walk<W: Work>(&self, work: W) -> Result<W::Answer, ViewError> {
        self.run(&self.questions, Kind::Question, work).await
    }

    /// How the live generation stands.
    async fn state(&self, scope: &Scope) -> Result<ViewState, ViewError> {
        let (server, scope) = (Arc::clone(&self.server), scope.clone());
        let asked = async move {
            let Scope { tenant, schema } = &scope;
            again(|| async {
                let client = server.reader().await?;
                catalog::state(&client, tenant, schema).await
            })
            .await
        };
        self.in_turn(&self.questions, asked).await
    }

    /// Works in one transaction, which stands only if the work answers.
    async fn change<W: Work>(&self, work: W) -> Result<W::Answer, ViewError> {
        let changes = self.changes.as_ref().ok_or(ViewError::ReadOnly)?;
        self.run(changes, Kind::Change, work).await
    }

    async fn run<W: Work>(
        &self,
        turns: &Arc<Semaphore>,
        kind: Kind,
        work: W,
    ) -> Result<W::Answer, ViewError> {
        let server = Arc::clone(&self.server);
        let done = async move { until_done(&server, kind, &work).await };
        self.in_turn(turns, done).await
    }

    /// Works on the threads of the server when it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        turns: &Arc<Semaphore>,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<T, ViewError> {
        let turn = Arc::clone(turns).acquire_owned().await;
        let turn = turn.map_err(|_| ViewError::Stopped)?;
        let done = async move {
            let done = work.await;
            drop(turn);
            done
        };
        let done = self.server.run(done).await;
        done.map_err(|failure| failure.at(&self.server))
    }

    /// Publishes what is live and drops what was discarded. What cannot be done now, because
    /// somebody still reads it or has built on it, is left to the next one who tidies up.
    async fn tidy(&self, scope: &Scope) {
        let tidy = |anew| Tidy {
            scope: scope.clone(),
            anew,
        };
        if let Ok(false) = self.change(tidy(false)).await {
            let _ = self.change(tidy(true)).await;
        }
    }

    fn scope(&self, tenant: &str, schema: Arc<Schema>) -> Scope {
        let tenant = tenant.to_owned();
        Scope { tenant, schema }
    }

    /// What is known of a view that was opened.
    fn known(&self, tenant: &str, view: &str) -> Result<Scope, ViewError> {
        Ok(self.scope(tenant, self.registry.get(tenant, view)?))
    }
}

#[async_trait]
impl ViewStore for PostgresViews {
    async fn open_view(&self, tenant: &str, view: &View) -> Result<ViewState, ViewError> {
        let schema = self.registry.check(tenant, view)?;
        let scope = self.scope(tenant, Arc::clone(&schema));
        let mut state = self.state(&scope).await?;
        if state.generation == 0 && self.changes.is_some() {
            let (opened, new) = self.change(Open(scope.clone())).await?;
            state = opened;
            if new {
                self.tidy(&scope).await;
            }
        }
        self.registry.insert(tenant, schema);
        Ok(state)
    }

    async fn apply(
        &self,
        tenant: &str,
        view: &str,
        generation: u64,
        stretch: Stretch,
        ops: Vec<RowOp>,
    ) -> Result<(), ViewError> {
        let scope = self.known(tenant, view)?;
        forward(stretch)?;
        let steps = check(&scope.schema, ops)?;
        self.change(Apply {
            scope,
            generation,
            stretch,
            steps,
        })
        .await
    }

    async fn begin_rebuild(&self, tenant: &str, view: &View) -> Result<u64, ViewError> {
        let schema = self.registry.check(tenant, view)?;
        let scope = self.scope(tenant, Arc::clone(&schema));
        let generation = self.change(BeginRebuild(scope.clone())).await?;
        self.registry.insert(tenant, schema);
        self.tidy(&scope).await;
        Ok(generation)
    }

    async fn swap(&self, tenant: &str, view: &str, generation: u64) -> Result<(), ViewError> {
        let scope = self.known(tenant, view)?;
        let swap = Swap {
            scope: scope.clone(),
            generation,
        };
        self.change(swap).await?;
        self.tidy(&scope).await;
        Ok(())
    }

    async fn position(&self, tenant: &str, view: &str) -> Result<u64, ViewError> {
        let scope = self.known(tenant, view)?;
        let of = format!("{tenant}\0{view}");
        let position = || async { Ok(self.state(&scope).await?.position) };
        self.positions.ask(&of, position).await
    }

    async fn lease(
        &self,
        tenant: &str,
        name: &str,
        holder: Uuid,
        term: Duration,
    ) -> Result<Lease, ViewError> {
        let taken = self
            .change(LeaseTask {
                tenant: tenant.to_owned(),
                name: name.to_owned(),
                holder,
                term,
            })
            .await?;
        Ok(if taken { Lease::Held } else { Lease::Taken })
    }

    async fn give_up(&self, tenant: &str, name: &str, holder: Uuid) -> Result<(), ViewError> {
        self.change(GiveUp {
            tenant: tenant.to_owned(),
            name: name.to_owned(),
            holder,
        })
        .await
    }

    async fn get(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        key: &[Value],
        at: Option<DateTime<Utc>>,
    ) -> Result<Option<Vec<Value>>, ViewError> {
        let scope = self.known(tenant, view)?;
        let (place, table) = scope.schema.table(table)?;
        let key = check_key(table, key.to_vec())?;
        let at = as_of(table, at)?;
        self.ask(Get {
            scope,
            place,
            key,
            at,
        })
        .await
    }

    async fn query(&self, tenant: &str, view: &str, query: Query) -> Result<Page, ViewError> {
        let scope = self.known(tenant, view)?;
        let plan = QueryPlan::of(&scope.schema, &query)?;
        self.ask(Ask { scope, plan }).await
    }

    async fn select(
        &self,
        tenant: &str,
        view: &str,
        select: Select,
        take: &mut (dyn for<'r> FnMut(&'r [Value]) + Send),
    ) -> Result<(), ViewError> {
        let scope = self.known(tenant, view)?;
        let plan = Arc::new(SelectPlan::of(&scope.schema, &select)?);
        let mut after = None;
        loop {
            let (scope, plan) = (scope.clone(), Arc::clone(&plan));
            let (rows, next) = self.ask(Lot { scope, plan, after }).await?;
            for row in &rows {
                take(row);
            }
            after = next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn tally(
        &self,
        tenant: &str,
        view: &str,
        tally: Tally,
    ) -> Result<Vec<TallyRow>, ViewError> {
        let scope = self.known(tenant, view)?;
        let plan = TallyPlan::of(&scope.schema, &tally)?;
        self.ask(Count { scope, plan }).await
    }

    async fn scan(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, ViewError> {
        let scope = self.known(tenant, view)?;
        let plan = ScanPlan::of(&scope.schema, table, after, limit)?;
        self.walk(Scan { scope, plan }).await
    }
}
