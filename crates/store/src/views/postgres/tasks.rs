//! Each thing that is asked of the database, with what it needs.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::failure::Failure;
use super::live::Question;
use super::sql::{Source, Statement};
use super::work::Work;
use super::{catalog, lease, read, write};
use crate::views::plan::{QueryPlan, TallyPlan};
use crate::views::rows::Step;
use crate::views::scan::ScanPlan;
use crate::views::schema::Schema;
use crate::views::{Page, Stretch, TallyRow, Value, ViewState};

/// A tenant's view.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) tenant: String,
    pub(super) schema: Arc<Schema>,
}

/// How the live generation stands; creates it if there is none, and tells whether it did.
pub(super) struct Open(pub(super) Scope);

impl Work for Open {
    type Answer = (ViewState, bool);

    async fn run(&self, db: &Transaction<'_>) -> Result<Self::Answer, Failure> {
        catalog::open(db, &self.0.tenant, &self.0.schema).await
    }
}

pub(super) struct Apply {
    pub(super) scope: Scope,
    pub(super) generation: u64,
    pub(super) stretch: Stretch,
    pub(super) steps: Vec<Step>,
}

impl Work for Apply {
    type Answer = ();

    async fn run(&self, db: &Transaction<'_>) -> Result<(), Failure> {
        let (Scope { tenant, schema }, generation) = (&self.scope, self.generation);
        catalog::advance(db, tenant, schema, generation, self.stretch).await?;
        let empty = self.stretch.from == 0;
        write::carry_out(db, tenant, schema, generation, &self.steps, empty).await
    }
}

pub(super) struct BeginRebuild(pub(super) Scope);

impl Work for BeginRebuild {
    type Answer = u64;

    async fn run(&self, db: &Transaction<'_>) -> Result<u64, Failure> {
        catalog::begin_rebuild(db, &self.0.tenant, &self.0.schema).await
    }
}

pub(super) struct Swap {
    pub(super) scope: Scope,
    pub(super) generation: u64,
}

impl Work for Swap {
    type Answer = ();

    async fn run(&self, db: &Transaction<'_>) -> Result<(), Failure> {
        let Scope { tenant, schema } = &self.scope;
        catalog::swap(db, tenant, schema, self.generation).await
    }
}

/// Whether it went through; not where the columns of a published view have changed.
pub(super) struct Tidy {
    pub(super) scope: Scope,
    pub(super) anew: bool,
}

impl Work for Tidy {
    type Answer = bool;

    async fn run(&self, db: &Transaction<'_>) -> Result<bool, Failure> {
        let Scope { tenant, schema } = &self.scope;
        match catalog::tidy(db, tenant, schema, self.anew).await {
            // The transaction is lost, and nothing of it stands.
            Err(failure) if failure.has_code(&SqlState::INVALID_TABLE_DEFINITION) => Ok(false),
            done => done.map(|()| true),
        }
    }
}

pub(super) struct Lease {
    pub(super) tenant: String,
    pub(super) name: String,
    pub(super) holder: Uuid,
    pub(super) term: Duration,
}

impl Work for Lease {
    type Answer = bool;

    async fn run(&self, db: &Transaction<'_>) -> Result<bool, Failure> {
        lease::take(db, &self.tenant, &self.name, self.holder, self.term).await
    }
}

pub(super) struct GiveUp {
    pub(super) tenant: String,
    pub(super) name: String,
    pub(super) holder: Uuid,
}

impl Work for GiveUp {
    type Answer = ();

    async fn run(&self, db: &Transaction<'_>) -> Result<(), Failure> {
        lease::give_up(db, &self.tenant, &self.name, self.holder).await
    }
}

pub(super) struct Get {
    pub(super) scope: Scope,
    pub(super) place: usize,
    pub(super) key: Vec<Value>,
    pub(super) at: Option<i64>,
}

impl Question for Get {
    type Answer = Option<Vec<Value>>;

    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn table(&self) -> usize {
        self.place
    }

    fn statement(&self, source: &Source<'_>) -> Statement {
        read::get_statement(&self.scope, source, &self.key, self.at)
    }

    fn read(&self, source: &Source<'_>, rows: &[Row]) -> Result<Self::Answer, Failure> {
        read::get(source, rows)
    }
}

pub(super) struct Query {
    pub(super) scope: Scope,
    pub(super) plan: QueryPlan,
}

impl Question for Query {
    type Answer = Page;

    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn table(&self) -> usize {
        self.plan.table
    }

    fn statement(&self, source: &Source<'_>) -> Statement {
        read::page_statement(&self.scope, source, &self.plan)
    }

    fn read(&self, source: &Source<'_>, rows: &[Row]) -> Result<Page, Failure> {
        read::page(source, &self.plan, rows)
    }
}

pub(super) struct Tally {
    pub(super) scope: Scope,
    pub(super) plan: TallyPlan,
}

impl Question for Tally {
    type Answer = Vec<TallyRow>;

    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn table(&self) -> usize {
        self.plan.table
    }

    fn statement(&self, source: &Source<'_>) -> Statement {
        read::tally_statement(&self.scope, source, &self.plan)
    }

    fn read(&self, source: &Source<'_>, rows: &[Row]) -> Result<Self::Answer, Failure> {
        read::tally(source, &self.plan, rows)
    }
}

pub(super) struct Scan {
    pub(super) scope: Scope,
    pub(super) plan: ScanPlan,
}

impl Work for Scan {
    type Answer = Vec<Vec<Value>>;

    async fn run(&self, db: &Transaction<'_>) -> Result<Self::Answer, Failure> {
        let Scope { tenant, schema } = &self.scope;
        let source = catalog::source(db, tenant, schema, self.plan.table).await?;
        read::scan(db, tenant, &source, &self.plan).await
    }
}
