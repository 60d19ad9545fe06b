//! What people and the system may ask of a case. Imperative; one file under `decide/` for each group.

use super::fact::{CoordinationDecision, Disclosure, ReportForm};
use super::record::{
    Attendance, Evidence, ForeignCase, Mandate, Precedent, ReplyElements, Reporter,
};
use super::stage::{Card, ClockKind, Origin, Outcome};
use crate::calendar::{CalendarVersion, Limit};
use crate::class::CaseClass;
use crate::ids::{CaseId, GridId, LegNo, MatterCode, PersonId, UnitId};
use crate::policy::rows::WhistleKind;
use crate::satisfaction::Satisfaction;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is found when the resident is called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallbackResult {
    /// Solved, says the resident.
    Confirmed,
    /// Not solved, says the resident.
    Disputed,
    /// Not reached.
    Unreachable,
}

/// Why a closed case comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReopenGround {
    /// The resident's dispute was upheld.
    DisputeUpheld,
    /// The same problem was reported again.
    SameProblem,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $code:literal $fields:tt)*) => {
        /// A command to one case. Field meanings are those of the facts they become.
        ///
        /// ```
        /// use gridwhistle_domain::case::command::CaseCommand;
        ///
        /// let withdraw = CaseCommand::Withdraw {
        ///     reason: "solved".to_owned(),
        /// };
        /// assert_eq!(withdraw.name().code(), "withdraw");
        /// // As JSON it carries its code, for an API or a queue.
        /// let json = serde_json::json!({ "command": "withdraw", "reason": "solved" });
        /// assert_eq!(serde_json::from_value::<CaseCommand>(json)?, withdraw);
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(tag = "command", rename_all_fields = "snake_case", deny_unknown_fields)]
        #[expect(missing_docs, reason = "fields carry the meaning documented on the fact they become")]
        pub enum CaseCommand { $($(#[$doc])* #[serde(rename = $code)] $name $fields,)* }

        /// The same, keyed by its name.
        #[derive(Deserialize)]
        #[serde(remote = "CaseCommand", rename_all_fields = "snake_case", deny_unknown_fields)]
        enum Named { $(#[serde(rename = $code)] $name $fields,)* }

        /// The name of a command, for the step table and refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum CommandName { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        $crate::schema::shape_of_codes!(CommandName);

        impl CommandName {
            /// Every command, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code on the command line and in addresses.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code),* } }

            /// The command of a code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }

        impl CaseCommand {
            /// Its name.
            #[must_use]
            pub const fn name(&self) -> CommandName {
                match self { $(Self::$name { .. } => CommandName::$name),* }
            }
        }

        impl std::fmt::Display for CommandName {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.code()) }
        }
    };
}

commands! {
    /// 上报.
    Report "report" { form: ReportForm }
    /// 自行处置: reported, accepted and responded in one, by the grid itself.
    ReportHandled "report-handled" { form: ReportForm, matter: MatterCode, outcome: Outcome, reply: String, evidence: Vec<Evidence> }
    /// Resolve an orphan location.
    AssignLocation "assign-location" { grid: GridId }
    /// 受理.
    Accept "accept" { class: CaseClass, matter: MatterCode, #[serde(default)] manual_dispatch: bool, #[serde(default)] origin: Option<Origin> }
    /// 不予受理.
    Reject "reject" { reason: String, note: String }
    /// 转出.
    TransferOut "transfer-out" { to: String, reason: String }
    /// 并案.
    Merge "merge" { into: CaseId }
    /// The other side of a merge; by the system.
    AbsorbDuplicate "absorb-duplicate" { from: CaseId, #[serde(default)] reporter: Option<Reporter>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")] others: Vec<Reporter> }
    /// Change the class; consumed time goes with it.
    Reclassify "reclassify" { to: CaseClass, reason: String }
    /// 吹哨.
    BlowWhistle "blow-whistle" { kind: WhistleKind, ground: String, targets: Vec<UnitId>, prework: Vec<Evidence>, #[serde(default)] new_facts: String }
    /// Approve a whistle.
    ApproveWhistle "approve-whistle" {}
    /// Decline a whistle.
    DeclineWhistle "decline-whistle" { reason: String }
    /// Approve an emergency dispatch afterwards.
    RatifyWhistle "ratify-whistle" {}
    /// 派单.
    Dispatch "dispatch" { lead: UnitId, #[serde(default)] co_handlers: Vec<UnitId>, #[serde(default)] emergency: bool, #[serde(default)] precedent: Option<CaseId> }
    /// A superior unit gives the grid's side a task.
    Assign "assign" { undertaker: UnitId }
    /// 签收.
    Acknowledge "acknowledge" { leg: LegNo }
    /// Contact with the resident.
    ContactResident "contact-resident" { #[serde(default)] leg: Option<LegNo>, means: String, note: String }
    /// 报到.
    ReportIn "report-in" { leg: LegNo, attendance: Attendance, evidence: Vec<Evidence> }
    /// The street waives reporting in.
    WaiveReportIn "waive-report-in" { leg: LegNo, reason: String }
    /// 申请退单.
    RequestReturn "request-return" { leg: LegNo, reason: String, legal_basis: String }
    /// Grant a return.
    ApproveReturn "approve-return" { leg: LegNo }
    /// Refuse a return for good.
    RefuseReturn "refuse-return" { leg: LegNo, reason: String }
    /// 权属裁定: settle who leads.
    DesignateLead "designate-lead" { unit: UnitId, reason: String, #[serde(default)] precedent: Option<Precedent> }
    /// 申请延期.
    RequestExtension "request-extension" { limit: Limit, reason: String }
    /// Grant an extension.
    GrantExtension "grant-extension" { citizen_informed: bool }
    /// Deny an extension.
    DenyExtension "deny-extension" { reason: String }
    /// 挂起.
    Suspend "suspend" { reason: String, until: DateTime<Utc>, proof: Vec<Evidence> }
    /// Go on.
    Resume "resume" {}
    /// 挂账.
    Hold "hold" { reason: String, review: Limit, proof: Vec<Evidence> }
    /// Look at a long-term hold and go on holding.
    ReviewHold "review-hold" { note: String, next: Limit }
    /// Propose a coordination meeting; by rule or by the street.
    ProposeCoordination "propose-coordination" { cause: String }
    /// Call a meeting.
    Convene "convene" { units: Vec<UnitId>, agenda: String }
    /// Adjourn it.
    Adjourn "adjourn" { reason: String }
    /// Record the decision.
    Decide "decide" { decision: CoordinationDecision, #[serde(default)] precedent: Option<Precedent> }
    /// A note on how it goes.
    RecordProgress "record-progress" { #[serde(default)] leg: Option<LegNo>, note: String }
    /// A unit's part is done.
    CompleteLeg "complete-leg" { leg: LegNo, result: String }
    /// Agree with it.
    ConfirmLeg "confirm-leg" { leg: LegNo }
    /// Release a co-handler.
    WaiveLeg "waive-leg" { leg: LegNo, reason: String }
    /// 反馈.
    Respond "respond" { outcome: Outcome, reply: String, evidence: Vec<Evidence>, #[serde(default)] elements: Option<ReplyElements> }
    /// 核查通过.
    VerifyPass "verify-pass" { note: String }
    /// 返工.
    RequireRework "require-rework" { reason: String, note: String }
    /// 回访.
    RecordCallback "record-callback" { result: CallbackResult, #[serde(default)] note: String,
        #[serde(default, skip_serializing_if = "Option::is_none")] satisfaction: Option<Satisfaction> }
    /// 公开.
    Disclose "disclose" { what: Disclosure, place: String }
    /// 销号, one signature.
    SignOff "sign-off" {}
    /// Back on the ledger.
    Reopen "reopen" { ground: ReopenGround, note: String, #[serde(default)] same_as: Option<CaseId> }
    /// 催办.
    Urge "urge" { note: String }
    /// Answer an urge with a reason.
    AnswerUrge "answer-urge" { reason: String }
    /// 黄牌、红牌.
    RaiseCard "raise-card" { card: Card, rule: String, #[serde(default)] emergency: bool, note: String }
    /// Take a card back.
    LiftCard "lift-card" { card: Card, reason: String }
    /// 撤回.
    Withdraw "withdraw" { reason: String }
    /// 归档.
    Archive "archive" {}
    /// 作废, first person.
    ProposeVoid "propose-void" { reason: String }
    /// 作废, second person.
    ConfirmVoid "confirm-void" {}
    /// 委托.
    GrantMandate "grant-mandate" { mandate: Mandate }
    /// The agent declines, before the mandate.
    DeclineMandate "decline-mandate" { reason: String }
    /// 递交窗口.
    SubmitToWindow "submit-to-window" { window: UnitId, receipt: String, item: String }
    /// 补正通知.
    RequestMaterials "request-materials" { materials: Vec<String>, notice: String }
    /// 补正.
    SupplyMaterials "supply-materials" { materials: Vec<String> }
    /// The window takes more time for its decision, by law and with written notice.
    RecordWindowExtension "record-window-extension" { limit: Limit, reason: String, notice: String }
    /// The window's decision.
    RecordDecision "record-decision" { granted: bool, reason: String, document: String,
        #[serde(default, skip_serializing_if = "Option::is_none")] decided_at: Option<DateTime<Utc>> }
    /// 交还; `signature` is the number or hash of the list that the principal signed.
    HandBack "hand-back" { papers: Vec<String>, #[serde(default)] signature: String }
    /// 撤销委托.
    RevokeMandate "revoke-mandate" { papers: Vec<String> }
    /// 更换代办员.
    SubstituteAgent "substitute-agent" { agent: PersonId, principal_told: bool }
    /// Timer: what was given under a revoked mandate is erased.
    EraseMandate "erase-mandate" {}
    /// Timer: the clock acknowledges for a silent unit.
    AutoAcknowledge "auto-acknowledge" { leg: LegNo }
    /// Timer: ratification did not come.
    LapseRatification "lapse-ratification" {}
    /// Timer: no progress note came.
    MissProgress "miss-progress" {}
    /// Timer: a hold was not reviewed.
    MissReview "miss-review" {}
    /// Timer: a case that was not drawn closes by itself.
    AutoSignOff "auto-sign-off" {}
    /// Timer: a reminder at a percent of the budget.
    Remind "remind" { kind: ClockKind, #[serde(default)] leg: Option<LegNo>, percent: u32 }
    /// A newer calendar rebases provisional due times.
    RebaseClocks "rebase-clocks" { calendar: CalendarVersion }
    /// A foreign case with its own times.
    Import "import" { case: Box<ForeignCase>, #[serde(default)] closed_at: Option<DateTime<Utc>>, #[serde(default)] closure_note: String, #[serde(default)] on_time: Option<bool> }
}

/// A command in the form `{"withdraw": {"reason": "solved"}}`. The tagged form reads its content
/// twice and forgets where a mistake stood; of this one a reader can tell the place.
///
/// ```
/// use gridwhistle_domain::case::command::NamedCommand;
///
/// let json = serde_json::json!({ "withdraw": { "reason": "solved" } });
/// let NamedCommand(command) = serde_json::from_value(json)?;
/// assert_eq!(command.name().code(), "withdraw");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct NamedCommand(#[serde(deserialize_with = "Named::deserialize")] pub CaseCommand);
