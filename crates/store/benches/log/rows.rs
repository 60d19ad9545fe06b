//! The rows that all subjects write: case events of about 300 bytes of JSON.

use chrono::DateTime;
use gridwhistle_store::{Append, NewEvent, StreamId};
use serde::Deserialize;
use uuid::Uuid;

pub(crate) const TENANT: &str = "pingshan";

/// The typed form that a replay decodes.
#[derive(Deserialize)]
#[expect(dead_code, reason = "decoded to be counted, not to be read")]
pub(crate) struct Noted<'a> {
    pub(crate) case: u64,
    pub(crate) stage: Stage,
    pub(crate) unit: &'a str,
    pub(crate) grid: &'a str,
    pub(crate) matter: &'a str,
    pub(crate) minutes: i64,
    pub(crate) due: Option<i64>,
    pub(crate) legs: Vec<u32>,
    pub(crate) text: String,
}

/// A closed set, as the domain's enums are.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Registered,
    Dispatched,
    Working,
    Done,
}

pub(crate) fn payload(case: u64, sequence: u64) -> String {
    let stage = ["registered", "dispatched", "working", "done"][sequence as usize % 4];
    format!(
        "{{\"case\":{case},\"stage\":\"{stage}\",\"unit\":\"unit-{}\",\"grid\":\"440310-{:05}\",\
         \"matter\":\"waste.dumping.mixed\",\"minutes\":{},\"due\":{},\"legs\":[1,2,{}],\
         \"text\":\"Household waste lies beside the collection point at the north gate of the \
         market since yesterday evening, the smell reaches the school; photo attached\"}}",
        case % 25,
        case % 300,
        sequence * 17,
        1_700_000_000 + case,
        sequence % 9,
    )
}

pub(crate) const METADATA: &str = "{\"actor\":\"p-1033\",\"role\":\"grid_worker\",\"policy\":\"2026-01\",\"correlation\":\"c-88121\"}";

/// One command of `count` events on case `case`, under a time-ordered id.
pub(crate) fn append(case: u64, version: u64, count: u64) -> Append {
    let command_id = Uuid::now_v7();
    let mut request_hash = [1; 32];
    request_hash[..16].copy_from_slice(command_id.as_bytes());
    let event = |nth| NewEvent {
        event_type: "CaseNoted".to_owned(),
        event_version: "1.0".to_owned(),
        payload: payload(case, version + nth),
        metadata: METADATA.to_owned(),
        occurred_at: DateTime::UNIX_EPOCH,
    };
    Append {
        tenant: TENANT.to_owned(),
        stream: StreamId::new("case", format!("case-{case:08}")),
        expected_version: version,
        command_id,
        request_hash,
        events: (1..=count).map(event).collect(),
    }
}
