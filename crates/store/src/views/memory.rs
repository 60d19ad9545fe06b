//! View tables in memory, held to the same contract as the databases. For tests, demonstrations
//! and tools that fold a log once; keeps no indexes, so each question walks its whole table.

mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use self::table::TableRows;
use super::plan::{QueryPlan, TallyPlan, as_of};
use super::registry::{Registry, forward, readable, writable};
use super::rows::{check, check_key};
use super::scan::ScanPlan;
use super::schema::Schema;
use super::select::SelectPlan;
use super::{
    Page, Query, RowOp, Select, Stretch, Tally, TallyRow, Value, View, ViewError, ViewState,
    ViewStore,
};

/// The memory backend.
#[derive(Debug, Default)]
pub struct MemoryViews {
    registry: Registry,
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    last_generation: u64,
    /// By tenant and view.
    views: BTreeMap<(String, String), Generations>,
}

#[derive(Debug)]
struct Generations {
    live: Generation,
    building: Option<Generation>,
}

#[derive(Debug)]
struct Generation {
    id: u64,
    schema: Arc<Schema>,
    position: u64,
    chain: [u8; 32],
    tables: Vec<TableRows>,
}

impl State {
    fn new_generation(&mut self, schema: Arc<Schema>) -> Generation {
        self.last_generation += 1;
        let tables = schema.tables.iter().map(|_| TableRows::default()).collect();
        Generation {
            id: self.last_generation,
            schema,
            position: 0,
            chain: [0; 32],
            tables,
        }
    }

    fn generations(&mut self, tenant: &str, view: &str) -> Result<&mut Generations, ViewError> {
        let key = (tenant.to_owned(), view.to_owned());
        self.views.get_mut(&key).ok_or_else(|| ViewError::NotBuilt {
            view: view.to_owned(),
        })
    }

    /// The live rows of a table, if they serve the definition in force.
    fn rows(&self, tenant: &str, schema: &Schema, table: usize) -> Result<&TableRows, ViewError> {
        let view = schema.view.name.to_owned();
        let Some(generations) = self.views.get(&(tenant.to_owned(), view.clone())) else {
            return Err(ViewError::NotBuilt { view });
        };
        let built = &generations.live.schema;
        readable(schema, built.view.version, &built.fingerprint)?;
        Ok(&generations.live.tables[table])
    }
}

impl MemoryViews {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a view; also the first half of a rebuild, so that there are always live tables.
    fn open(&self, state: &mut State, tenant: &str, view: &View) -> Result<ViewState, ViewError> {
        let schema = self.registry.check(tenant, view)?;
        let key = (tenant.to_owned(), view.name.to_owned());
        if !state.views.contains_key(&key) {
            let live = state.new_generation(Arc::clone(&schema));
            state.views.insert(
                key,
                Generations {
                    live,
                    building: None,
                },
            );
        }
        let live = &state.generations(tenant, view.name)?.live;
        let built = &live.schema;
        let same = writable(&schema, built.view.version, &built.fingerprint).is_ok();
        let opened = ViewState {
            generation: live.id,
            position: live.position,
            chain: live.chain,
            needs_rebuild: !same,
        };
        self.registry.insert(tenant, schema);
        Ok(opened)
    }
}

#[async_trait]
impl ViewStore for MemoryViews {
    async fn open_view(&self, tenant: &str, view: &View) -> Result<ViewState, ViewError> {
        self.open(&mut self.write(), tenant, view)
    }

    async fn apply(
        &self,
        tenant: &str,
        view: &str,
        generation: u64,
        stretch: Stretch,
        ops: Vec<RowOp>,
    ) -> Result<(), ViewError> {
        let schema = self.registry.get(tenant, view)?;
        forward(stretch)?;
        let steps = check(&schema, ops)?;
        let mut state = self.write();
        let generations = state.generations(tenant, view)?;
        let target = std::iter::once(&mut generations.live)
            .chain(generations.building.as_mut())
            .find(|known| known.id == generation)
            .ok_or_else(|| ViewError::UnknownGeneration {
                view: view.to_owned(),
                generation,
            })?;
        writable(
            &schema,
            target.schema.view.version,
            &target.schema.fingerprint,
        )?;
        if target.position != stretch.from {
            return Err(ViewError::CheckpointMoved {
                found: target.position,
            });
        }
        for step in steps {
            target.tables[step.table].carry_out(&schema.tables[step.table], step.action);
        }
        target.position = stretch.to;
        target.chain = stretch.chain;
        Ok(())
    }

    async fn begin_rebuild(&self, tenant: &str, view: &View) -> Result<u64, ViewError> {
        let mut state = self.write();
        self.open(&mut state, tenant, view)?;
        let building = state.new_generation(self.registry.get(tenant, view.name)?);
        let id = building.id;
        state.generations(tenant, view.name)?.building = Some(building);
        Ok(id)
    }

    async fn swap(&self, tenant: &str, view: &str, generation: u64) -> Result<(), ViewError> {
        self.registry.get(tenant, view)?;
        let mut state = self.write();
        let generations = state.generations(tenant, view)?;
        match generations
            .building
            .take_if(|building| building.id == generation)
        {
            Some(building) => generations.live = building,
            None => {
                return Err(ViewError::UnknownGeneration {
                    view: view.to_owned(),
                    generation,
                });
            }
        }
        Ok(())
    }

    async fn position(&self, tenant: &str, view: &str) -> Result<u64, ViewError> {
        self.registry.get(tenant, view)?;
        Ok(self.write().generations(tenant, view)?.live.position)
    }

    async fn get(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        key: &[Value],
        at: Option<DateTime<Utc>>,
    ) -> Result<Option<Vec<Value>>, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let (place, table) = schema.table(table)?;
        let key = check_key(table, key.to_vec())?;
        let at = as_of(table, at)?;
        Ok(self
            .read()
            .rows(tenant, &schema, place)?
            .get(&key, at)
            .map(<[Value]>::to_vec))
    }

    async fn query(&self, tenant: &str, view: &str, query: Query) -> Result<Page, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = QueryPlan::of(&schema, &query)?;
        Ok(self.read().rows(tenant, &schema, plan.table)?.page(&plan))
    }

    async fn select(
        &self,
        tenant: &str,
        view: &str,
        select: Select,
        take: &mut (dyn for<'r> FnMut(&'r [Value]) + Send),
    ) -> Result<(), ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = SelectPlan::of(&schema, &select)?;
        // Nobody is called while the rows are held.
        let found = self.read().rows(tenant, &schema, plan.table)?.select(&plan);
        for row in &found {
            take(row);
        }
        Ok(())
    }

    async fn tally(
        &self,
        tenant: &str,
        view: &str,
        tally: Tally,
    ) -> Result<Vec<TallyRow>, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = TallyPlan::of(&schema, &tally)?;
        let state = self.read();
        let rows = state.rows(tenant, &schema, plan.table)?;
        rows.tally(&plan)
            .ok_or(ViewError::SumTooLarge { table: tally.table })
    }

    async fn scan(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, ViewError> {
        let schema = self.registry.get(tenant, view)?;
        let plan = ScanPlan::of(&schema, table, after, limit)?;
        let versioned = schema.tables[plan.table].table.versioned;
        let state = self.read();
        Ok(state
            .rows(tenant, &schema, plan.table)?
            .scan(&plan, versioned))
    }
}
