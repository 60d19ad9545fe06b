//! Where telling one subscriber stands: a stream for each (`delivery/ID`), written now and then, for
//! at least once allows that something is told again after a crash.
//!
//! ```
//! # gridwhistle::doc::run(async |engine| {
//! use gridwhistle::subscribers::{
//!     DeadLetter, Deliveries, DeliveryEvent, DeliveryFact, Note, Waiting,
//! };
//!
//! let id = uuid::Uuid::now_v7();
//! let waiting = Waiting { position: 8, attempts: 1, due: engine.now() };
//! let dead = DeadLetter {
//!     position: 7,
//!     case: Default::default(),
//!     fact: "CaseClosed".to_owned(),
//!     attempts: 9,
//!     reason: "answered".to_owned(),
//!     status: Some(500),
//!     at: engine.now(),
//! };
//! let note = Note { reached: 9, waiting: vec![waiting], died: vec![dead] };
//! let version = engine.note_deliveries(id, 0, note).await?.unwrap();
//! let (stands, _): (Deliveries, u64) = engine.deliveries(id).await?;
//! assert_eq!((stands.reached, stands.dead.len()), (9, 1));
//! let since: Vec<DeliveryEvent> = engine.deliveries_since(id, version - 1).await?;
//! assert!(matches!(since[0].fact, DeliveryFact::DeliveriesNoted { .. }));
//! # Ok(())
//! # })?;
//! # Ok::<(), gridwhistle::EngineError>(())
//! ```

use crate::Engine;
use crate::commit::{read, to_append};
use crate::error::EngineError;
use crate::snapshots::load_stream;
use chrono::{DateTime, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_store::{AppendError, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use uuid::Uuid;

/// Notes that are folded before a snapshot is left: only the last one counts.
const SNAPSHOT_EVERY: u64 = 100;

/// An event that has to be told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Its position.
    pub position: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub due: DateTime<Utc>,
}

/// An event that could not be told, however often it was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeadLetter {
    /// Its position.
    pub position: u64,
    /// Its case.
    pub case: CaseId,
    /// The name of the fact.
    pub fact: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What happened last, by code.
    pub reason: String,
    /// What was answered last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// When it was given up.
    pub at: DateTime<Utc>,
}

/// Where telling stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// All events up to here are told, or waiting, or dead.
    pub reached: u64,
    /// Those that wait.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Waiting>,
    /// Those that were given up since the last note.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub died: Vec<DeadLetter>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryFact {
    /// Where telling stands.
    DeliveriesNoted {
        /// Where.
        note: Note,
    },
    /// Somebody wants these dead letters told again.
    DeadLettersReplayed {
        /// Their positions.
        positions: BTreeSet<u64>,
    },
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// What.
    pub fact: DeliveryFact,
}

impl DomainEvent for DeliveryEvent {
    fn event_type(&self) -> String {
        match self.fact {
            DeliveryFact::DeliveriesNoted { .. } => "DeliveriesNoted",
            DeliveryFact::DeadLettersReplayed { .. } => "DeadLettersReplayed",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Happened for DeliveryEvent {
    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn by(&self) -> &Actor {
        &self.by
    }
}

/// The fold of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// All events up to here are told, or waiting, or dead.
    pub reached: u64,
    /// Those that wait.
    pub waiting: Vec<Waiting>,
    /// Those that were given up, by position.
    pub dead: BTreeMap<u64, DeadLetter>,
}

impl Aggregate for Deliveries {
    const TYPE: &'static str = "delivery";
    type Command = DeliveryEvent;
    type Event = DeliveryEvent;
    type Error = Infallible;
    type Services = ();

    /// Everything that is told is recorded.
    async fn handle(
        &mut self,
        told: DeliveryEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(told, self).await;
        Ok(())
    }

    fn apply(&mut self, event: DeliveryEvent) {
        match event.fact {
            DeliveryFact::DeliveriesNoted { note } => {
                self.reached = note.reached;
                self.waiting = note.waiting;
                let died = note.died.into_iter().map(|dead| (dead.position, dead));
                self.dead.extend(died);
            }
            DeliveryFact::DeadLettersReplayed { positions } => {
                for position in positions {
                    if self.dead.remove(&position).is_some() {
                        self.waiting.push(Waiting {
                            position,
                            attempts: 0,
                            due: event.at,
                        });
                    }
                }
            }
        }
    }
}

fn delivery(id: Uuid) -> StreamId {
    StreamId::new(Deliveries::TYPE, id.to_string())
}

impl Engine {
    /// Where telling a subscriber stands, and the version of that.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn deliveries(&self, id: Uuid) -> Result<(Deliveries, u64), EngineError> {
        let inner = &self.inner;
        let every = inner.fills.then_some(SNAPSHOT_EVERY);
        load_stream(&*inner.log, &inner.tenant, &delivery(id), every).await
    }

    /// What was written about it after a version.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn deliveries_since(
        &self,
        id: Uuid,
        version: u64,
    ) -> Result<Vec<DeliveryEvent>, EngineError> {
        let inner = &self.inner;
        let rows = inner
            .log
            .read_stream(&inner.tenant, &delivery(id), version)
            .await?;
        read(&rows)
    }

    /// Writes down where telling stands, if nobody has written since a version. Answers the new
    /// version; none: read what was written and try again.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub async fn note_deliveries(
        &self,
        id: Uuid,
        version: u64,
        note: Note,
    ) -> Result<Option<u64>, EngineError> {
        let fact = DeliveryFact::DeliveriesNoted { note };
        self.delivered(&Actor::system(), id, version, fact).await
    }

    /// How many dead letters were let be told again under the key of this handle; none: nothing was.
    pub(super) async fn replayed_before(
        &self,
        actor: &Actor,
        id: Uuid,
    ) -> Result<Option<usize>, EngineError> {
        let stream = delivery(id);
        let Some(first) = self.first_under_key(&stream, actor).await? else {
            return Ok(None);
        };
        let (inner, before) = (&self.inner, first.version.saturating_sub(1));
        let rows = inner
            .log
            .read_stream(&inner.tenant, &stream, before)
            .await?;
        let written: Vec<DeliveryEvent> = read(&rows)?;
        Ok(written.first().map(|event| match &event.fact {
            DeliveryFact::DeadLettersReplayed { positions } => positions.len(),
            DeliveryFact::DeliveriesNoted { .. } => 0,
        }))
    }

    pub(super) async fn delivered(
        &self,
        actor: &Actor,
        id: Uuid,
        version: u64,
        fact: DeliveryFact,
    ) -> Result<Option<u64>, EngineError> {
        let stream = delivery(id);
        let envelope = self.envelope(&stream, actor, &fact);
        let event = DeliveryEvent {
            at: self.now(),
            by: actor.clone(),
            fact,
        };
        let inner = &self.inner;
        let append = to_append(&inner.tenant, stream, version, &envelope, &[event])?;
        match inner.log.append(append).await {
            Ok(answer) => Ok(Some(answer.version)),
            Err(AppendError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms as they stand in logs; they are never rewritten.
    const FORMS: [&str; 2] = [
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"system","role":"system"},"fact":{"DeliveriesNoted":{"note":{"reached":9,"waiting":[{"position":8,"attempts":1,"due":"2026-03-02T01:00:05Z"}],"died":[{"position":7,"case":"00000000-0000-0000-0000-000000000001","fact":"CaseClosed","attempts":9,"reason":"answered","status":500,"at":"2026-03-02T01:00:00Z"}]}}}}"#,
        r#"{"at":"2026-03-02T02:00:00Z","by":{"person":"P-9","role":"administrator","unit":"CITY"},"fact":{"DeadLettersReplayed":{"positions":[7]}}}"#,
    ];

    #[test]
    fn every_released_form_reads_and_writes_the_same_bytes_and_a_replay_lets_the_dead_wait_again() {
        let mut state = Deliveries::default();
        for form in FORMS {
            let event: DeliveryEvent = serde_json::from_str(form).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), form);
            state.apply(event);
        }
        let waiting: Vec<u64> = state.waiting.iter().map(|one| one.position).collect();
        assert_eq!(
            (state.reached, waiting, state.dead.len()),
            (9, vec![8, 7], 0)
        );
    }
}
