//! A log, its views and their reader: the harness of these tests.

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::publishing::{PolicyEvent, PolicyFact};
use gridwhistle_domain::registry::RegistryEvent;
use gridwhistle_projections::{
    CaseView, ProjectionError, Questions, Runner, case_stream, registry_stream,
};
use gridwhistle_store::views::{self, Value, ViewOptions, ViewStore};
use gridwhistle_store::{
    Append, EventLog, ManualClock, MemoryLog, NewEvent, OpenOptions, StreamId,
};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) const TENANT: &str = "gulou";
/// The version of the policy that is built in.
pub(crate) const DEFAULT_POLICY: &str = "default-2026.1";
pub(crate) const TABLES: [&str; 14] = [
    "ledger",
    "legs",
    "cards",
    "clocks",
    "evaluations",
    "accounts",
    "struck",
    "afterwards",
    "unit_months",
    "stratum_months",
    "form_months",
    "score_runs",
    "appraisal_rounds",
    "appraisals",
];

/// Minutes after Monday 2026-03-02 09:00 in China.
pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

pub(crate) fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}

/// A fact by the street.
pub(crate) fn fact(minutes: i64, fact: CaseFact) -> CaseEvent {
    CaseEvent {
        at: at(minutes),
        by: Actor::new("P-street", Role::StreetStaff, "S-old-town"),
        fact,
    }
}

/// One tenant's log and views.
pub(crate) struct City {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) views: Arc<dyn ViewStore>,
    commands: u128,
}

impl City {
    pub(crate) fn in_memory() -> Self {
        Self::over(views::open("memory:", ViewOptions::default()).unwrap())
    }

    /// A log in memory, whatever the views are in.
    pub(crate) fn over(views: Arc<dyn ViewStore>) -> Self {
        Self {
            log: Arc::new(MemoryLog::new(Arc::new(ManualClock::new(at(0))))),
            views,
            commands: 0,
        }
    }

    pub(crate) fn on_disk(folder: &Path) -> Self {
        let url = format!("sqlite://{}/city.db", folder.display());
        let options = OpenOptions {
            clock: Arc::new(ManualClock::new(at(0))),
            ..OpenOptions::default()
        };
        Self {
            log: gridwhistle_store::open(&url, options).unwrap(),
            views: views::open(&url, ViewOptions::default()).unwrap(),
            commands: 0,
        }
    }

    pub(crate) async fn runner(&self) -> Runner {
        Runner::open(Arc::clone(&self.log), Arc::clone(&self.views), TENANT)
            .await
            .unwrap()
    }

    /// A runner that holds next to no case in memory, so that it recalls nearly every one.
    pub(crate) async fn forgetful_runner(&self) -> Runner {
        let (log, views) = (Arc::clone(&self.log), Arc::clone(&self.views));
        let make = || Box::new(CaseView::with_states(0)) as Box<_>;
        Runner::with(log, views, TENANT, make).await.unwrap()
    }

    pub(crate) async fn questions(&self) -> Questions {
        Questions::open(Arc::clone(&self.log), Arc::clone(&self.views), TENANT)
            .await
            .unwrap()
    }

    /// Catches up and answers.
    pub(crate) async fn caught_up(&self) -> Questions {
        self.runner().await.catch_up(None).await.unwrap();
        self.questions().await
    }

    pub(crate) async fn append(&mut self, case: CaseId, events: &[CaseEvent]) {
        let events = events.iter().map(|event| {
            let payload = serde_json::to_string(event).unwrap();
            new_event(event.fact.name(), payload, event.at)
        });
        self.append_to(case_stream(case), events.collect()).await;
    }

    pub(crate) async fn append_registry(&mut self, event: &RegistryEvent) {
        let payload = serde_json::to_string(event).unwrap();
        let event = new_event(event.fact.name(), payload, event.at);
        self.append_to(registry_stream(), vec![event]).await;
    }

    /// The default policy is published, under its own version.
    pub(crate) async fn with_policy(mut self) -> Self {
        let event = PolicyEvent {
            at: at(-60),
            by: Actor::system(),
            fact: PolicyFact::PolicyPublished {
                text: Policy::default_text().to_owned(),
                version: DEFAULT_POLICY.into(),
                effective_from: at(-60),
            },
        };
        let payload = serde_json::to_string(&event).unwrap();
        let event = new_event(event.fact.name(), payload, event.at);
        self.append_to(StreamId::new("policy", "policy"), vec![event])
            .await;
        self
    }

    pub(crate) async fn append_to(&mut self, stream: StreamId, events: Vec<NewEvent>) {
        let past = self.log.read_stream(TENANT, &stream, 0).await.unwrap();
        self.commands += 1;
        let append = Append {
            tenant: TENANT.to_owned(),
            stream,
            expected_version: past.len() as u64,
            command_id: Uuid::from_u128(self.commands),
            request_hash: [0; 32],
            events,
        };
        self.log.append(append).await.unwrap();
    }

    /// Every row of every table, with history.
    pub(crate) async fn dump(&self) -> Vec<Vec<Vec<Value>>> {
        let mut all = Vec::new();
        for table in TABLES {
            all.push(self.views.dump(TENANT, "cases", table).await.unwrap());
        }
        all
    }

    /// A street `S-old-town` with community `C-east` and grid `G-1`, known from the beginning.
    pub(crate) async fn with_registry(mut self) -> Self {
        for event in registry() {
            self.append_registry(&event).await;
        }
        self
    }
}

pub(crate) fn new_event(event_type: &str, payload: String, occurred_at: DateTime<Utc>) -> NewEvent {
    NewEvent {
        event_type: event_type.to_owned(),
        event_version: "1.0".to_owned(),
        payload,
        metadata: "{}".to_owned(),
        occurred_at,
    }
}

/// The few registry facts that a place needs.
pub(crate) fn registry() -> Vec<RegistryEvent> {
    let from = "2020-01-01T00:00:00Z";
    let unit = |id: &str, kind: &str, level: Option<&str>, parent: Option<&str>, zh: &str| {
        json!({ "UnitRegistered": { "unit": id, "kind": kind, "level": level, "from": from,
            "details": { "name": { "zh": zh, "en": id }, "parent": parent } } })
    };
    [
        unit("CITY", "city", None, None, "福州市"),
        unit("D-1", "district", None, Some("CITY"), "鼓楼区"),
        unit("S-old-town", "street", None, Some("D-1"), "鼓楼街道"),
        unit("C-east", "community", None, Some("S-old-town"), "东社区"),
        unit(
            "B-water",
            "department",
            Some("district"),
            Some("D-1"),
            "水务局",
        ),
        json!({ "GridRegistered": { "grid": "G-1", "level": "one", "kind": "basic", "from": from,
            "details": { "name": { "zh": "一网格", "en": "grid 1" },
                "seat": { "community": "C-east" } } } }),
    ]
    .map(|fact| RegistryEvent {
        at: from.parse().unwrap(),
        by: Actor::system(),
        fact: serde_json::from_value(fact.clone()).unwrap_or_else(|e| panic!("{fact}: {e}")),
    })
    .into()
}

/// Why a view stopped, as its runner said.
pub(crate) fn stopped_at(error: &ProjectionError) -> Option<u64> {
    match error {
        ProjectionError::Stopped { source, .. } => Some(source.position),
        _ => None,
    }
}
