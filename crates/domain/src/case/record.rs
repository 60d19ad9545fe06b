//! Small records that commands carry and events keep.

use crate::actor::Role;
use crate::class::CaseClass;
use crate::ids::{CaseId, LegNo, MatterCode, PersonId, SubjectId, UnitId};
use crate::policy::rows::EvidenceKind;
use crate::sealed::Sealed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One piece of evidence: a file by its hash, or a note; never the file itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it shows.
    pub kind: EvidenceKind,
    /// SHA-256 of the file, hexadecimal, or a document number; not empty.
    pub reference: String,
    /// Words beside it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Who reported, as far as the case may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reporter {
    /// The data subject; a pseudonym, not a name.
    pub subject: SubjectId,
    /// Name, phone, identity number and address, sealed under the subject's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Sealed>,
}

/// Where a report came from in another system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// The system, e.g. `12345`.
    pub source: String,
    /// Its own id of the case.
    pub id: String,
}

/// A point on the map in millionths of a degree (WGS 84); integers, so that equal input is equal bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Latitude × 1,000,000.
    pub lat: i32,
    /// Longitude × 1,000,000.
    pub lng: i32,
}

/// Lead or co-handler (主办、协办).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Owns all of it (牵头负全责).
    Lead,
    /// Compulsory co-handler (协办为必办).
    CoHandler,
    /// Helps, but its part does not hold up the response.
    Optional,
}

/// A settled rule for later dispatch (`DOMAIN.md` 2.4, `PrecedentRegistered`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Precedent {
    /// The matter it is about.
    pub matter: MatterCode,
    /// When it applies, in words.
    pub criteria: String,
    /// The lead it names.
    pub lead: UnitId,
    /// The co-handlers it names.
    #[serde(default)]
    pub co_handlers: Vec<UnitId>,
    /// SHA-256 of the minutes, hexadecimal.
    pub minutes: String,
}

/// One named part of a coordination decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Deliverable {
    /// The unit.
    pub unit: UnitId,
    /// What it owes.
    pub what: String,
}

/// One pair that owes each other a sealed form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EvaluationPair {
    /// The street or community side, or the first leg's unit.
    pub left: UnitId,
    /// The department side, or the second leg's unit.
    pub right: UnitId,
    /// The leg that is spoken of.
    pub leg: LegNo,
}

/// The four elements of a reply to a whistle (`DOMAIN.md` 2.1, Yixing).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplyElements {
    /// When the resident or the grid was contacted.
    pub contacted_at: DateTime<Utc>,
    /// Who was contacted (a function or a pseudonym, no personal data).
    pub contact: String,
    /// What is done.
    pub measure: String,
    /// By when.
    pub deadline: DateTime<Utc>,
}

/// The written mandate of a proxy case, without personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// The principal, sealed.
    pub principal: Reporter,
    /// A guardian who signed in the principal's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Reporter>,
    /// The items the agent may act on, by matter code or item code.
    pub scope: Vec<String>,
    /// The papers that were taken.
    pub papers: Vec<String>,
    /// When the mandate ends.
    pub expires_at: DateTime<Utc>,
    /// How the principal's identity was checked; not empty.
    pub identity_check: String,
}

/// What the stream of the target says, gathered by the engine for a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeTarget {
    /// The target.
    pub case: CaseId,
    /// Whether it is open.
    pub open: bool,
    /// Where it was merged into itself, if it was.
    pub merged_into: Vec<CaseId>,
}

/// A person's standing when reporting in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Who came.
    pub person: PersonId,
    /// In which capacity (level and authority are evaluated later).
    pub role: Role,
    /// Where.
    pub place: String,
}

/// A case as a foreign system holds it, with its own times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForeignCase {
    /// System and id.
    pub source: SourceRef,
    /// When the source says it began.
    pub received_at: DateTime<Utc>,
    /// The source's own due time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    /// The unit that handles it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The class it is counted under here.
    pub class: CaseClass,
    /// The source's own kind of problem.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub matter: String,
    /// Areas by level (street, community, ward …), as the source names them.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub areas: std::collections::BTreeMap<String, String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// The place in words, when it is not personal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// The title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The source's own on-time flag, kept for comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_on_time: Option<bool>,
    /// Anomalies that were kept, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anomalies: Vec<String>,
}
