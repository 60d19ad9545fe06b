//! The shapes of a policy: one struct per table of the file.

pub use super::evaluation::{EvaluationRules, Forms};
pub use super::legal::{LegalCap, LimitName};
pub use super::whistle::{WhistleKind, WhistleRow};
pub use super::windows::Windows;
use crate::actor::{Rank, Role};
use crate::calendar::Limit;
use crate::text::{Text, named};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How a case of a class finds the hands that handle it (`DOMAIN.md` 2.2, row "Dispatch").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The grid handles it; no leg.
    Direct,
    /// Dispatched to exactly one unit.
    Unit,
    /// Whistle, approval, dispatch to lead and co-handlers.
    Whistle,
    /// A coordination meeting decides lead and co-handlers.
    Coordination,
    /// A grid officer acts at a window under a written mandate.
    Mandate,
}

/// What the grid does in a class: 小事网格办、大事网格跟、难事网格帮.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GridRole {
    /// 办.
    Handler,
    /// 跟.
    Tracker,
    /// 帮.
    Helper,
    /// 代.
    Agent,
}

/// Whose unit or grid the actor must belong to, relative to the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Any unit of the tenant.
    Anywhere,
    /// The case's own grid (or the level-1 grid above it).
    Grid,
    /// The community of the case's grid.
    Community,
    /// The street of the case's grid.
    Street,
    /// The case's grid, its community, or its street.
    Area,
    /// The unit of the leg that is spoken of.
    Leg,
    /// The unit of the lead leg.
    Lead,
    /// The person who reported, or the principal of a mandate.
    Reporter,
}

named! {
    /// A coded kind of evidence that a response must carry.
    EvidenceKind {
        /// Photo before the work.
        BeforePhoto = "before_photo", "处置前照片", "photo before";
        /// Photo after the work.
        AfterPhoto = "after_photo", "处置后照片", "photo after";
        /// The resident's own confirmation.
        ResidentConfirmation = "resident_confirmation", "居民确认", "resident's confirmation";
        /// Written reply to the resident.
        WrittenReply = "written_reply", "书面答复", "written reply";
        /// Record of the contact with the resident.
        ContactRecord = "contact_record", "联系记录", "contact record";
        /// Record of who came to the spot.
        ReportInRecord = "report_in_record", "报到记录", "report-in record";
        /// The four reply elements: time, who was contacted, measure, deadline.
        FourElements = "four_elements", "四要素答复", "four reply elements";
        /// Minutes of the coordination meeting, by hash.
        Minutes = "minutes", "会议纪要", "minutes";
        /// The results of every co-handler.
        CoHandlerResults = "co_handler_results", "协办结果", "co-handlers' results";
        /// The written mandate.
        Mandate = "mandate", "委托书", "written mandate";
        /// The window's receipt number.
        Receipt = "receipt", "受理回执", "window receipt";
        /// The window's result document.
        ResultDocument = "result_document", "办理结果", "result document";
        /// The principal's signature on hand-back.
        HandBackSignature = "hand_back_signature", "交还签收", "hand-back signature";
        /// Anything else worth keeping: a document by hash.
        Document = "document", "文件", "document";
    }
}

/// One class of case: its route, clocks, evidence, chain and caps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClassRow {
    /// The name people see, e.g. 即办件.
    pub label: Text,
    /// How it finds its hands.
    pub route: Route,
    /// What the grid does.
    pub grid_role: GridRole,
    /// The clocks.
    pub limits: Limits,
    /// Alternatives of evidence sets: one of them must be complete to respond.
    pub evidence: Vec<BTreeSet<EvidenceKind>>,
    /// Whether a contact with the resident must be on record before the response is verified.
    pub contact_required: bool,
    /// Whether every leg must have reported in (or be waived) before sign-off.
    pub report_in_required: bool,
    /// How the response is verified.
    pub verify: Verify,
    /// The sign-off chain (销号), in order.
    pub sign_off: Vec<SignOffStep>,
    /// Extensions, the first one first; empty: none.
    #[serde(default)]
    pub extension: Vec<Extension>,
    /// Suspension and long-term hold.
    pub suspension: Suspension,
    /// Returns (退单).
    pub returns: Returns,
    /// Rework (返工).
    pub rework: Rework,
    /// Who evaluates whom after closure.
    pub evaluation: EvaluationMode,
    /// Disclosures that must be on record: before the response, and before sign-off.
    #[serde(default)]
    pub disclosure: Disclosures,
    /// Attempts to call the resident back that sign-off asks for.
    #[serde(default)]
    pub callback_attempts: u32,
    /// Coordination meetings; only for routes that use them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordination: Option<CoordinationRow>,
}

/// The clocks of a class. A duty without its clock is refused by `check`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Handling, when the matter names no limit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Limit>,
    /// The most that handling may ever be given, by law or by the city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle_cap: Option<Limit>,
    /// From dispatch to acknowledgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<Limit>,
    /// From acceptance to the coordination meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convene: Option<Limit>,
    /// Between two progress notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Limit>,
    /// From acceptance to dispatch by hand, where no rule dispatched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch: Option<Limit>,
    /// From response to verification.
    pub verify: Option<Limit>,
    /// From verification (or the step before) to the next sign-off.
    pub sign_off: Option<Limit>,
    /// Proxy: from acceptance to the written mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_papers: Option<Limit>,
    /// Proxy: from mandate to submission at the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submit: Option<Limit>,
    /// Proxy: the window's statutory limit, when the matter names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<Limit>,
    /// Proxy: the most by which the window may extend its statutory limit, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory_extension: Option<Limit>,
    /// Proxy: the longest statutory limit of a matter that several offices handle jointly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint: Option<Limit>,
    /// Proxy: the most by which a joint limit may be extended, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_extension: Option<Limit>,
    /// Proxy: from the window's decision to hand-back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_back: Option<Limit>,
}

/// Who verifies a response, and whether only a sample is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// Whether a verification must stand before the first sign-off.
    pub required: bool,
    /// The roles that may verify.
    pub roles: BTreeSet<Role>,
    /// Whether each of the roles must verify, not just one of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub every_role: bool,
    /// Relative to the case.
    pub scope: Scope,
    /// Roles that step in where nobody of the roles is left, for the area's own offices handle the case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub above: BTreeSet<Role>,
    /// Percent of cases drawn for a look; 100: every case.
    pub sample_percent: u32,
    /// Cases that were not drawn may close by themselves after this long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_sign_off: Option<Limit>,
}

/// One step of the sign-off chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignOffStep {
    /// The code of the step, unique in the chain.
    pub step: String,
    /// The roles that may sign.
    pub roles: BTreeSet<Role>,
    /// Relative to the case.
    pub scope: Scope,
    /// Roles that step in where nobody of the roles is left, for the step's own office handles the case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub above: BTreeSet<Role>,
    /// One signature from every mandatory co-handler instead of one signature.
    #[serde(default)]
    pub every_co_handler: bool,
}

/// One extension, by its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The roles that may grant it.
    pub approvers: BTreeSet<Role>,
    /// The most it may add, in percent of the original budget.
    pub max_percent: u32,
}

/// Suspension (挂起) and long-term hold (挂账).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Accepted reason codes; empty: no suspension.
    #[serde(default)]
    pub reasons: BTreeSet<String>,
    /// Reason codes whose time the law does not count: outside the cap, proven by written notice.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub excluded: BTreeSet<String>,
    /// The most that all suspensions together may last, in percent of the original budget.
    #[serde(default)]
    pub cap_percent: u32,
    /// Reason codes that open a long-term hold; empty: no hold.
    #[serde(default)]
    pub hold_reasons: BTreeSet<String>,
    /// The longest time to the next review of a hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Limit>,
    /// The roles that may approve a suspension or hold.
    #[serde(default)]
    pub approvers: BTreeSet<Role>,
}

/// Returns (退单) of a leg by its unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// From the dispatch; absent: no return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Limit>,
    /// How often one unit may return one case.
    #[serde(default)]
    pub per_unit: u32,
    /// From this many returns on, or this many units without a lead, the dispute is adjudicated.
    #[serde(default)]
    pub adjudicate_after: u32,
    /// The roles that decide a request.
    #[serde(default)]
    pub deciders: BTreeSet<Role>,
    /// The lowest rank that may settle a dispute by naming the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjudicator: Option<Rank>,
}

/// Rework (返工) after a failed verification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rework {
    /// How often it may be asked for before the case must change its class or be coordinated.
    pub max: u32,
    /// Time given at least, in percent of the original budget, once.
    pub restore_percent: u32,
}

/// Whether closure opens mutual evaluation (双向互评).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvaluationMode {
    /// No forms.
    None,
    /// The street or community with the lead; silence is no breach.
    Optional,
    /// The street or community with every leg.
    Mandatory,
    /// Every pair: the area with each leg, and the legs among themselves.
    AllPairs,
}

/// Disclosures (公开) by the point at which they must be on record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Disclosures {
    /// The resolution must be disclosed before the response.
    #[serde(default)]
    pub resolution_before_response: bool,
    /// The implementation must be disclosed before sign-off.
    #[serde(default)]
    pub implementation_before_sign_off: bool,
}

/// Coordination meetings (专题协调).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CoordinationRow {
    /// The lowest rank that may chair.
    pub chair: Rank,
    /// Percent of the named units that must be present to decide.
    pub quorum_percent: u32,
    /// How often a meeting may be adjourned before the next level must chair.
    pub adjournments: u32,
    /// The longest handling time a decision may set.
    pub decision_cap: Limit,
}

/// Lights, reminders and cards (`DOMAIN.md` 2.5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    /// Reminders at these percents of the budget.
    pub remind_percent: Vec<u32>,
    /// Amber when remaining is at most this percent of the budget …
    pub amber_percent: u32,
    /// … or this much working time, whichever is more.
    pub amber_at_least: Limit,
    /// A yellow card at this percent of the budget.
    pub yellow_percent: u32,
    /// A red card at this percent of the budget.
    pub red_percent: u32,
    /// Severe overdue when this long past due.
    pub severe_after: Limit,
    /// A red card this long after an urge without a reason given.
    pub red_after_urge: Limit,
    /// Reworks that raise a yellow card.
    pub yellow_reworks: u32,
    /// Reworks that raise a red card.
    pub red_reworks: u32,
}

/// Coded reasons with their words, by the command that asks for one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// 不予受理.
    pub reject: BTreeMap<String, Text>,
    /// 退单.
    pub return_leg: BTreeMap<String, Text>,
    /// 挂起 and 挂账.
    pub suspend: BTreeMap<String, Text>,
    /// Grounds of a whistle.
    pub whistle_ground: BTreeMap<String, Text>,
    /// 返工.
    pub rework: BTreeMap<String, Text>,
}
