//! What who runs a tenant reads: how the service stands, keys of other systems, subscribers.

use chrono::{DateTime, Utc};
use gridwhistle_domain::ids::{CaseId, PolicyVersion};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How a tenant's service stands, without a word about any case.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Operation {
    /// The instant of the answer.
    pub at: DateTime<Utc>,
    /// Whether commands and questions are answered, as `/readyz` has it.
    pub ready: bool,
    /// The tenant.
    pub tenant: String,
    /// The version of the program.
    pub program: String,
    /// The last position of the log.
    pub head: u64,
    /// The position that the views hold.
    pub position: u64,
    /// How many events the views are behind.
    pub lag_events: u64,
    /// How many they may be behind before the service calls itself not ready.
    pub lag_allowed: u64,
    /// The event that stops the views, and why, if one does.
    pub poison: Option<String>,
    /// The policy in force; none: nothing can be accepted.
    pub policy: Option<PolicyVersion>,
    /// The calendar in force.
    pub calendar: String,
    /// Up to which position the log is sealed; none: this service seals nothing, or nothing yet.
    pub sealed: Option<u64>,
    /// Events after it.
    pub unsealed: u64,
    /// Subscribers that are told of events.
    pub subscribers: u64,
    /// Of these, those that stand still.
    pub subscribers_disabled: u64,
    /// Events that wait to be told again.
    pub waiting: u64,
    /// Events that could not be told.
    pub dead_letters: u64,
}

/// The keys ever issued, the latest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Keys {
    /// The keys.
    pub keys: Vec<KeySheet>,
}

/// One key of another system as it is listed; never the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct KeySheet {
    /// Its id.
    pub id: Uuid,
    /// The system that uses it.
    pub name: String,
    /// In whose office it acts: `PERSON/ROLE/UNIT`.
    pub office: String,
    /// What it may be used for.
    pub actions: Vec<&'static str>,
    /// `active`, `expired` or `revoked`.
    pub state: &'static str,
    /// The first instant at which it no longer holds.
    pub expires: DateTime<Utc>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// By whom: `PERSON/ROLE/UNIT`.
    pub issued_by: String,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom.
    pub revoked_by: Option<String>,
}

/// Everybody who is told of events.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Webhooks {
    /// The subscribers.
    pub webhooks: Vec<Webhook>,
}

/// A subscriber as it is shown: without its secrets, and without what follows the question mark.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The form of what is sent: `cloud_event`, `wecom`, `dingtalk`, `mail`, `12345`.
    pub form: String,
    /// Where to.
    pub url: String,
    /// Something follows the address that is not shown.
    pub has_query: bool,
    /// The names of the facts that are asked for; empty: all.
    pub types: BTreeSet<String>,
    /// Of which cases.
    pub scope: WebhookScope,
    /// When nothing is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<WebhookQuiet>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why it stands still; none: it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<String>,
    /// The old secret signs as well until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_secret_until: Option<DateTime<Utc>>,
}

/// Cases that lie in one of the areas, or of which one of the units has a part. Both empty: all.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookScope {
    /// Communities, streets and districts.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub areas: BTreeSet<String>,
    /// Units that have, or had, a leg.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub units: BTreeSet<String>,
}

/// Hours in which nothing is sent, in minutes after midnight in China.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookQuiet {
    /// When it begins.
    pub from: u16,
    /// When it is over.
    pub until: u16,
}

/// One subscriber, and where telling it stands by the last note.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookSheet {
    /// The subscriber.
    #[serde(flatten)]
    pub shown: Webhook,
    /// Events up to this position are told, or waiting, or dead.
    pub reached: u64,
    /// Events that wait to be told again.
    pub waiting: u64,
    /// Events that could not be told.
    pub dead: u64,
}

/// What could not be told to a subscriber.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeadLetters {
    /// The events, in the order of the log.
    pub dead_letters: Vec<DeadLetterSheet>,
}

/// An event that could not be told, however often it was tried.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeadLetterSheet {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// When it was given up.
    pub at: DateTime<Utc>,
}
