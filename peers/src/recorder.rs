//! An aggregate that decides nothing: a command is the event that follows.

use std::convert::Infallible;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// Counts what it has seen.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Recorder {
    pub(crate) seen: u64,
}

/// The event of the benchmark, as stock cqrs-es wants it: owned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Noted {
    case: u64,
    stage: Stage,
    unit: String,
    grid: String,
    matter: String,
    minutes: i64,
    due: Option<i64>,
    legs: Vec<u32>,
    pub(crate) text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Registered,
    Dispatched,
    Working,
    Done,
}

impl Noted {
    /// The event that a payload of the benchmark stands for.
    pub(crate) fn read(payload: &str) -> Self {
        serde_json::from_str(payload).expect("the payload of the benchmark is a Noted")
    }
}

impl DomainEvent for Noted {
    fn event_type(&self) -> String {
        "CaseNoted".to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Aggregate for Recorder {
    const TYPE: &'static str = "case";
    type Command = Noted;
    type Event = Noted;
    type Error = Infallible;
    type Services = ();

    async fn handle(
        &mut self,
        command: Noted,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(command, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Noted) {
        self.seen += 1;
    }
}
