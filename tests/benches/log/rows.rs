//! The rows that all subjects of ours write.

use chrono::DateTime;
use gridwhistle_store::{Append, NewEvent, StreamId};
use serde::Deserialize;
use uuid::Uuid;

use crate::payload::{METADATA, payload, stream};

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

/// Decodes a payload and answers the length of its text.
pub(crate) fn decode(payload: &str) -> usize {
    let noted: Noted<'_> = serde_json::from_str(payload).unwrap();
    noted.text.len()
}

/// The stream of a case.
pub(crate) fn name(case: u64) -> StreamId {
    StreamId::new("case", stream(case))
}

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
        stream: name(case),
        expected_version: version,
        command_id,
        request_hash,
        events: (1..=count).map(event).collect(),
    }
}
