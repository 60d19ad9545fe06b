//! What every event of ours says about itself, and how its stored form is read: for whoever writes
//! events, folds them or judges them.

use crate::actor::Actor;
use crate::case::fact::CaseEvent;
use crate::case::upcast::read_event;
use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use serde::de::DeserializeOwned;

/// An event of any aggregate.
pub trait Happened: DomainEvent + DeserializeOwned {
    /// When it happened.
    fn at(&self) -> DateTime<Utc>;
    /// Who did it.
    fn by(&self) -> &Actor;

    /// Reads a stored form, through its upcasters where it has had several.
    ///
    /// # Errors
    /// What is wrong with it, in English.
    fn read(_event_type: &str, _event_version: &str, payload: &str) -> Result<Self, String> {
        serde_json::from_str(payload).map_err(|error| error.to_string())
    }
}

impl Happened for CaseEvent {
    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn by(&self) -> &Actor {
        &self.by
    }

    fn read(event_type: &str, event_version: &str, payload: &str) -> Result<Self, String> {
        read_event(event_type, event_version, payload).map_err(|error| error.to_string())
    }
}

macro_rules! happened {
    ($($event:ty),* $(,)?) => {$(
        impl Happened for $event {
            fn at(&self) -> DateTime<Utc> {
                self.at
            }

            fn by(&self) -> &Actor {
                &self.by
            }
        }
    )*};
}

happened!(
    crate::registry::RegistryEvent,
    crate::catalogue::CatalogueEvent,
    crate::policy::publishing::PolicyEvent,
    crate::calendar::published::CalendarEvent,
    crate::evaluation::EvaluationEvent,
    crate::appraisal::RoundEvent,
    crate::appraisal::BallotEvent,
    crate::score::run::ScoreRunEvent,
);
