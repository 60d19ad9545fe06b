//! What the state of a case is made of: legs, response, whistle, meeting, mandate, pauses, cards.

use super::record::{Mandate, Part};
use super::stage::{Card, LegStage, MandateStage, Outcome, Stage};
use crate::actor::{Actor, Rank, Role};
use crate::calendar::Limit;
use crate::ids::{CaseId, LegNo, PersonId, SubjectId, UnitId};
use crate::policy::rows::WhistleKind;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One unit's part in a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Leg {
    /// Its number.
    pub no: LegNo,
    /// The unit.
    pub unit: UnitId,
    /// Lead or co-handler.
    pub part: Part,
    /// Where it stands.
    pub stage: LegStage,
    /// When it was dispatched.
    pub opened_at: DateTime<Utc>,
    /// When it was acknowledged, by the unit or by the clock.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Whether the clock had to acknowledge.
    pub auto_acknowledged: bool,
    /// When the resident was first contacted.
    pub contacted_at: Option<DateTime<Utc>>,
    /// When the unit reported in, or was waived from it.
    pub reported_in_at: Option<DateTime<Utc>>,
    /// Whether reporting in was waived.
    pub report_in_waived: bool,
    /// When its part was done.
    pub done_at: Option<DateTime<Utc>>,
    /// When it ended without being done: returned, waived, ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Returns it asked for.
    pub returns_requested: u32,
    /// Returns refused to it.
    pub returns_refused: u32,
    /// Reworks it was given.
    pub reworks: u32,
    /// Who asked for the return that is open.
    pub return_requested_by: Option<Actor>,
    /// The stage before the return request.
    pub stage_before_return: Option<LegStage>,
}

/// The response that stands, and who gave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Response {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the handler, for every rule on self-approval.
    pub by: Actor,
    /// What came of it.
    pub outcome: Outcome,
    /// The bodies that have still to verify, once one of several has.
    #[serde(default)]
    pub pending: BTreeSet<Role>,
    /// When it was verified, and by whom.
    pub verified: Option<(DateTime<Utc>, Actor)>,
}

/// A whistle that was blown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Whistle {
    /// When.
    pub at: DateTime<Utc>,
    /// Who blew it.
    pub by: Actor,
    /// Its kind.
    pub kind: WhistleKind,
    /// The units called.
    pub targets: Vec<UnitId>,
    /// Who approved, or ratified.
    pub approved_by: Option<Actor>,
    /// Declined, with the reason.
    pub declined: Option<String>,
    /// Everyone who dispatched before approval.
    #[serde(default)]
    pub dispatched_by: BTreeSet<Actor>,
    /// Dispatched before approval and not yet ratified.
    pub awaiting_ratification: bool,
    /// Ratification did not come.
    pub ratification_lapsed: bool,
}

/// The coordination meeting of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Coordination {
    /// The units named.
    pub units: Vec<UnitId>,
    /// Adjournments since the last escalation.
    pub adjournments: u32,
    /// The lowest rank that may chair now.
    pub chair: Option<Rank>,
    /// Who called it.
    pub convened_by: Option<Actor>,
    /// Whether it decided.
    pub decided: bool,
    /// SHA-256 of the minutes.
    pub minutes: Option<String>,
}

/// The mandate of a proxy case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MandateState {
    /// Where it stands.
    pub stage: MandateStage,
    /// The written mandate.
    pub mandate: Option<Mandate>,
    /// The agent.
    pub agent: PersonId,
    /// Materials the window still wants.
    pub missing: BTreeSet<String>,
    /// The window's one notice of missing materials was given.
    #[serde(default)]
    pub noticed: bool,
    /// The window took its one extension.
    #[serde(default)]
    pub extended: bool,
    /// Papers that the principal has not got back.
    pub papers_out: BTreeSet<String>,
    /// Papers that were handed back with the response; a rework begins with them.
    #[serde(default)]
    pub handed_back: BTreeSet<String>,
    /// From when the keys of what was given under a revoked mandate are erased.
    #[serde(default)]
    pub erase_from: Option<DateTime<Utc>>,
    /// Whether they were.
    #[serde(default)]
    pub erased: bool,
    /// The window.
    #[serde(default)]
    pub window: Option<UnitId>,
    /// The window's receipt number.
    pub receipt: String,
    /// The window's decision.
    pub granted: Option<bool>,
    /// The written reason of the decision.
    pub decision_reason: String,
    /// The result document.
    pub document: String,
}

/// A suspension or long-term hold that stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SuspensionState {
    /// From when.
    pub since: DateTime<Utc>,
    /// Reason code.
    pub reason: String,
    /// When it ends by itself; none for a hold.
    pub until: Option<DateTime<Utc>>,
    /// Who approved it.
    pub by: Actor,
    /// The stage to go back to.
    pub from: Stage,
    /// The law does not count this time.
    #[serde(default)]
    pub excluded: bool,
}

/// A request for more time that waits for a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExtensionRequest {
    /// When.
    pub at: DateTime<Utc>,
    /// Who asked.
    pub by: Actor,
    /// How much.
    pub limit: Limit,
}

/// A card that was raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CardState {
    /// Colour.
    pub card: Card,
    /// The rule's code, or `leader`.
    pub rule: String,
    /// The unit it is for.
    pub unit: Option<UnitId>,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was taken back.
    pub lifted_at: Option<DateTime<Utc>>,
}

impl MandateState {
    /// The keys under which personal data was sealed for this mandate alone.
    pub fn keys(&self, case: CaseId) -> impl Iterator<Item = &SubjectId> {
        let mandate = self.mandate.iter();
        let people = mandate
            .flat_map(|mandate| std::iter::once(&mandate.principal).chain(&mandate.guardian));
        people
            .filter_map(|person| Some(&person.details.as_ref()?.subject))
            .filter(move |key| key.is_of(case))
    }
}
