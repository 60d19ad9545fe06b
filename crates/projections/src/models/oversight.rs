//! What oversight reads of a tenant: events as they are told, what is sealed, who administered what, who
//! took what out, who read whose data.

use crate::questions::Window;
use chrono::{DateTime, Utc};
use gridwhistle_domain::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// An event as it is told outside, without personal data.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ToldEvent {
    /// Its place in the log.
    pub position: u64,
    /// Its case; none: it is of what the city sets up, or of its scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Of what, where it is of no case: `registry`, `catalogue`, `policy`, `calendar`, `score_run`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Its number there.
    pub sequence: u64,
    /// The name of the fact.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// Who did it, in an event of a case; nobody learns which resident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<ToldBy>,
    /// What the fact holds, without what is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
    pub fact: Option<Value>,
    /// In a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
}

/// Who did something, as others may know.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ToldBy {
    /// In which role.
    pub role: String,
    /// For which unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The person's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// A page of events, in the order of the log.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ToldEvents {
    /// The events.
    pub events: Vec<ToldEvent>,
    /// The position that was looked up to: ask on after it.
    pub after: u64,
    /// Whether the log has more.
    pub more: bool,
}

/// How far the log is sealed, and by whose key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SealSheet {
    /// The last position of the log.
    pub head: u64,
    /// The newest checkpoint; none: this service seals nothing, or nothing yet.
    pub checkpoint: Option<CheckpointSheet>,
}

/// A signed checkpoint.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckpointSheet {
    /// Which log it is of.
    pub origin: String,
    /// How many events it covers: positions 1 to this.
    pub size: u64,
    /// Events that came after it.
    pub unsealed: u64,
    /// The root over what it covers, in base64.
    pub root: String,
    /// The public key of the log by this service's own word: hold it against the one that the city
    /// published elsewhere.
    pub key: String,
}

/// A page of acts of administration, the latest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActsPage {
    /// The acts.
    pub acts: Vec<ActSheet>,
    /// The cursor of the next page; none: that was all. A page looks at 100,000 events of the log at
    /// most, so it may be short while there are older acts.
    pub next: Option<String>,
}

/// One act of administration.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActSheet {
    /// Its place in the log.
    pub position: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: `PERSON/ROLE/UNIT`.
    pub by: String,
    /// Of what: `registry`, `catalogue`, `policy`, `calendar`, `access_key`, `subscriber`, `export`,
    /// `personal_data`.
    pub area: String,
    /// What happened, by the name of the fact.
    pub act: String,
    /// The fact itself, long texts cut.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub what: Value,
}

/// Who took what out in a year.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TakenOut {
    /// The year, by the calendar of China.
    pub year: i32,
    /// The latest first.
    pub exports: Vec<ExportSheet>,
}

/// One file that was taken out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExportSheet {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: `PERSON/ROLE/UNIT`.
    pub by: String,
    /// The question by its command.
    pub question: String,
    /// The window that was asked, where the question has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// What narrowed it, by the name of the filter.
    pub filter: BTreeMap<String, String>,
    /// As of when it was asked.
    pub as_of: DateTime<Utc>,
    /// Rows, without headings.
    pub rows: u64,
    /// The name of the file, without its folder.
    pub file: String,
    /// SHA-256 of the file: a file that turns up somewhere is told by it.
    pub sha256: String,
}

/// A page of readings of personal data, the latest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReadsPage {
    /// The readings.
    pub reads: Vec<ReadSheet>,
    /// The cursor of the next page; none: that was all. A page looks at 100,000 events of the log at
    /// most, so it may be short while there are older readings.
    pub next: Option<String>,
}

/// Somebody was shown personal data in clear. Whose stands here by number alone.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReadSheet {
    /// Its place in the log.
    pub position: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: `PERSON/ROLE/UNIT`.
    pub by: String,
    /// Of which case.
    pub case: String,
    /// Of how many people.
    pub people: u64,
    /// Why: `contact`, `verify`, `callback`, `proxy`.
    pub purpose: String,
}
