//! The window lived again: what stood before it is taken over, what was asked in it is decided anew.

mod duties;
mod law;
mod lives;

use super::report::{Due, Ended};
use super::scenario::Scenario;
use super::scratch::Writer;
use crate::judge::cache::Cache;
use crate::judge::law::Running;
use crate::problem::Problem;
use crate::source::Source;
use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use gridwhistle_domain::calendar::{CalendarPublication, CalendarVersion};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::stage::Card;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::Policy;
use gridwhistle_projections::questions::Window;
use gridwhistle_store::{EventLog, RecordedEvent, StoreError, StreamId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Cases that are kept at hand.
const CASES: usize = 20_000;
/// Events that are read at a time.
const PAGE: usize = 2_000;

/// One case under both laws.
#[derive(Default)]
struct Lives {
    real: Case,
    other: Case,
    /// The last number of its stream in the other log.
    sequence: u64,
}

/// Where the model ends for a case: before the command at a position, given at an instant.
#[derive(Clone, Copy)]
struct Stop {
    position: u64,
    at: DateTime<Utc>,
}

/// Cards of a colour by a rule: as it was, as it would have been, and of these after the model ended.
#[derive(Default)]
pub(super) struct Cards {
    pub(super) old: u64,
    pub(super) new: u64,
    pub(super) ended: u64,
}

/// What a walk counts.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) accepted: u64,
    pub(super) commands: u64,
    pub(super) timers: u64,
    pub(super) left_out: u64,
    pub(super) ends: u64,
    pub(super) ended: Vec<Ended>,
    pub(super) changed: u64,
    pub(super) late: (u64, u64),
    pub(super) not_told: u64,
    pub(super) duties: Vec<Due>,
    /// Those of cases for which the model ends.
    pub(super) duties_ended: Vec<Due>,
    pub(super) cards: BTreeMap<(Card, String), Cards>,
}

pub(super) struct Walk {
    source: Source,
    pub(super) window: Window,
    pub(super) most: usize,
    pub(super) policy: Option<Policy>,
    text: Option<String>,
    calendar: Option<CalendarPublication>,
    pub(super) weights_only: bool,
    /// The last position before the end of the window.
    pub(super) until: u64,
    /// The other law as the window goes on.
    law: Running,
    /// The law that was.
    real: Running,
    begun: bool,
    writer: Writer,
    other: Arc<dyn EventLog>,
    lives: Cache<CaseId, Lives>,
    pub(super) touched: BTreeSet<CaseId>,
    ends: BTreeMap<CaseId, Stop>,
    /// Units with a leg of one of them, in either life.
    ended_units: BTreeSet<String>,
    /// Numbers of the two streams that have events of their own in the other log.
    numbers: [u64; 2],
    pub(super) counted: Counted,
}

impl Walk {
    pub(super) async fn new(
        source: &Source,
        scenario: Scenario,
        window: Window,
        (other, most): (Arc<dyn EventLog>, usize),
    ) -> Result<Self, Problem> {
        let head = source.end().await?;
        let law = crate::law::at(source, head).await?;
        let taken = |label: &str| law.policies.get(&label.into()).is_some();
        let given = scenario.policy_from(window.from, taken)?;
        let (policy, text) =
            given.map_or((None, None), |(policy, text)| (Some(policy), Some(text)));
        Ok(Self {
            source: source.clone(),
            window,
            most,
            policy,
            text,
            calendar: scenario.calendar,
            weights_only: false,
            until: 0,
            law: Running::default(),
            real: Running::default(),
            begun: false,
            writer: Writer::new(Arc::clone(&other), source.tenant()),
            other,
            lives: Cache::new(CASES),
            touched: BTreeSet::new(),
            ends: BTreeMap::new(),
            ended_units: BTreeSet::new(),
            numbers: [0; 2],
            counted: Counted::default(),
        })
    }

    /// Both laws as they stand at the end of the window: as it was, and the other one.
    pub(super) fn laws(&mut self) -> (Arc<Reference>, Arc<Reference>) {
        let real = Arc::clone(self.real.law().now());
        (real, Arc::clone(self.law.law().now()))
    }

    /// The calendar that is tried.
    pub(super) fn calendar(&self) -> Option<CalendarVersion> {
        self.calendar.as_ref().map(|given| given.version.clone())
    }

    /// Walks the log up to the end of the window.
    pub(super) async fn live(&mut self) -> Result<(), Problem> {
        let (log, tenant) = (
            Arc::clone(self.source.log()),
            self.source.tenant().to_owned(),
        );
        let (mut after, mut rows) = (0, Vec::<RecordedEvent>::new());
        'walk: loop {
            let page = log.read_log(&tenant, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for row in page {
                if row.recorded_at >= self.window.before {
                    break 'walk;
                }
                let same = rows.first().is_some_and(|first| {
                    first.command_id == row.command_id && first.stream == row.stream
                });
                if !same && !rows.is_empty() {
                    self.rows(std::mem::take(&mut rows)).await?;
                }
                self.until = row.position;
                rows.push(row);
            }
        }
        if !rows.is_empty() {
            self.rows(rows).await?;
        }
        if !self.begun {
            self.begin().await?;
        }
        if !self.weights_only {
            self.rest().await?;
        }
        self.writer.flush().await
    }

    async fn rows(&mut self, rows: Vec<RecordedEvent>) -> Result<(), Problem> {
        let Some(first) = rows.first() else {
            return Ok(());
        };
        if !self.begun && first.recorded_at >= self.window.from {
            self.begin().await?;
        }
        match first.stream.aggregate_type.as_str() {
            "case" if self.begun && !self.weights_only => self.case(rows).await,
            "evaluation" if self.begun => {
                let case = first.stream.aggregate_id.get(..36);
                let case = case.and_then(|id| id.parse().ok()).map(CaseId);
                if case.is_some_and(|case| self.ends.contains_key(&case)) {
                    return Ok(());
                }
                self.writer.push(rows).await
            }
            "policy" => self.policies(rows).await,
            "calendar" => self.calendars(rows).await,
            "registry" => {
                self.changed(&rows, |law| &mut law.registry, rows.clone())
                    .await
            }
            "catalogue" => {
                self.changed(&rows, |law| &mut law.catalogue, rows.clone())
                    .await
            }
            _ => self.writer.push(rows).await,
        }
    }
}

fn recorded<E: DomainEvent>(
    tenant: &str,
    (stream, sequence): (StreamId, u64),
    event: &E,
    (at, command_id): (DateTime<Utc>, Uuid),
) -> Result<RecordedEvent, Problem> {
    let payload = serde_json::to_string(event).map_err(|error| StoreError::Invalid {
        field: "payload".to_owned(),
        rule: error.to_string(),
    })?;
    Ok(RecordedEvent {
        tenant: tenant.to_owned(),
        position: 0,
        stream,
        sequence,
        event_type: event.event_type(),
        event_version: event.event_version(),
        payload,
        metadata: "{}".to_owned(),
        command_id,
        occurred_at: at,
        recorded_at: at,
        checksum: [0; 32],
        chain: [0; 32],
    })
}
