//! What happened to a case: one enum, past tense. Every form ever released stays readable
//! (`upcast`), and every variant says what it means.

use super::clock::{Clock, ClockId, Marks};
use super::record::{
    Attendance, Deliverable, EvaluationPair, Evidence, ForeignCase, Mandate, Part, Point,
    Precedent, ReplyElements, Reporter, SourceRef,
};
use super::stage::{Card, Origin, Outcome};
use crate::actor::{Actor, Rank, Role};
use crate::calendar::{CalendarVersion, Limit};
use crate::class::CaseClass;
use crate::ids::{CaseId, GridId, LegNo, MatterCode, PersonId, PolicyVersion, UnitId};
use crate::policy::rows::{EvidenceKind, WhistleKind};
use crate::satisfaction::Satisfaction;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One event of a case: when it happened, who did it, and the fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseEvent {
    /// When it happened (`occurred_at` of the envelope).
    #[serde(deserialize_with = "crate::instant::read")]
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What happened.
    pub fact: CaseFact,
}

/// How a report came in.
///
/// ```
/// use gridwhistle_domain::case::fact::ReportForm;
///
/// let mut form = ReportForm::new("patrol", "G-1", "a lamp is out at the corner");
/// form.place = "before the school".to_owned();
/// assert_eq!(form.grid, Some("G-1".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportForm {
    /// The channel, e.g. `snap_report`, `hotline_12345`, `patrol`.
    pub channel: String,
    /// The leaf grid it resolves to; none: the manual queue for orphan locations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridId>,
    /// The place in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// The point on the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// What the matter is, in words; not empty.
    pub description: String,
    /// Who reported; none: anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<Reporter>,
    /// Photos and papers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Id in the source system, for reports that come from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRef>,
    /// When that system took it in, by its own clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<DateTime<Utc>>,
}

impl ReportForm {
    /// A form with a channel, a grid and a description; the rest may be filled in.
    #[must_use]
    pub fn new(channel: &str, grid: &str, description: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            grid: Some(grid.into()),
            place: String::new(),
            point: None,
            description: description.to_owned(),
            reporter: None,
            evidence: Vec::new(),
            source: None,
            received_at: None,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
const fn is_nought(minutes: &i64) -> bool {
    *minutes == 0
}

/// What was decided in a coordination meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CoordinationDecision {
    /// The units that were present.
    pub present: Vec<UnitId>,
    /// The lead.
    pub lead: UnitId,
    /// The mandatory co-handlers.
    #[serde(default)]
    pub co_handlers: Vec<UnitId>,
    /// Who owes what.
    #[serde(default)]
    pub deliverables: Vec<Deliverable>,
    /// The handling time it sets; none: the class default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Limit>,
    /// SHA-256 of the minutes, hexadecimal.
    pub minutes: String,
}

/// The limit that takes a clock's place, with the clock's past counted by its measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Renewed {
    /// The limit.
    pub limit: Limit,
    /// Minutes it stood so far.
    pub suspended: i64,
}

/// What happened. `DOMAIN.md` 2.3 and 2.4, column "Event".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum CaseFact {
    /// On the books.
    CaseReported {
        /// How it came in.
        form: ReportForm,
    },
    /// An orphan location was resolved to a grid.
    LocationAssigned {
        /// The grid.
        grid: GridId,
    },
    /// Accepted; pins what it will be judged by.
    CaseAccepted {
        /// The class.
        class: CaseClass,
        /// The matter in force.
        matter: MatterCode,
        /// The policy version it is judged by.
        policy: PolicyVersion,
        /// The calendar version in force.
        calendar: CalendarVersion,
        /// Upward, or a superior's task.
        origin: Origin,
        /// Whether it is drawn for a look before sign-off.
        sampled: bool,
        /// Whether the matter is one of safety.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        safety: bool,
    },
    /// The grid takes it in hand itself: on the spot, or as agent.
    HandlingBegun {
        /// Whoever handles it from now on.
        handler: Actor,
    },
    /// Not accepted; the citizen is told once.
    CaseRejected {
        /// Reason code.
        reason: String,
        /// What the citizen was told.
        note: String,
    },
    /// Handed to another system: petition, justice, other.
    CaseTransferredOut {
        /// Where to.
        to: String,
        /// Why.
        reason: String,
    },
    /// A duplicate of another case; reporters follow.
    CaseMerged {
        /// The case that goes on.
        into: CaseId,
    },
    /// Another case was merged into this one.
    DuplicateAbsorbed {
        /// The duplicate.
        from: CaseId,
        /// Its reporter, who follows this case now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reporter: Option<Reporter>,
        /// The reporters of what had been merged into it before.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<Reporter>,
    },
    /// Another class; consumed time goes with it.
    CaseReclassified {
        /// Before.
        from: CaseClass,
        /// After.
        to: CaseClass,
        /// Why.
        reason: String,
        /// Whether the handling time was already over, which stays counted once.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        overdue: bool,
    },
    /// 吹哨.
    WhistleBlown {
        /// Routine, hard, emergency.
        kind: WhistleKind,
        /// Ground code.
        ground: String,
        /// The units called.
        targets: Vec<UnitId>,
        /// What the grid did before.
        prework: Vec<Evidence>,
        /// New facts, when an earlier whistle was declined.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        new_facts: String,
    },
    /// The street office approves.
    WhistleApproved {},
    /// The street office declines.
    WhistleDeclined {
        /// Why.
        reason: String,
    },
    /// An emergency dispatch got its approval afterwards.
    WhistleRatified {},
    /// An emergency dispatch got no approval in time; flagged.
    RatificationLapsed {},
    /// Legs are opened for a lead and co-handlers.
    CaseDispatched {
        /// The lead.
        lead: UnitId,
        /// The co-handlers.
        co_handlers: Vec<UnitId>,
        /// Dispatched before approval.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        emergency: bool,
        /// The case whose precedent it follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        precedent: Option<CaseId>,
    },
    /// A superior unit gave the grid a task.
    TaskAssigned {
        /// The unit that undertakes.
        undertaker: UnitId,
    },
    /// One unit's part begins.
    LegOpened {
        /// Its number.
        leg: LegNo,
        /// The unit.
        unit: UnitId,
        /// Lead or co-handler.
        part: Part,
    },
    /// The unit acknowledged.
    LegAcknowledged {
        /// The leg.
        leg: LegNo,
        /// After its due time.
        late: bool,
    },
    /// The clock acknowledged for a silent unit.
    LegAutoAcknowledged {
        /// The leg.
        leg: LegNo,
    },
    /// The unit did not acknowledge in time.
    AckMissed {
        /// The leg.
        leg: LegNo,
    },
    /// The unit spoke with the resident.
    ResidentContacted {
        /// The leg; none where the grid handles.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leg: Option<LegNo>,
        /// By telephone, on the spot …
        means: String,
        /// What was said, without personal data.
        note: String,
    },
    /// 报到: the department came.
    DepartmentReportedIn {
        /// The leg.
        leg: LegNo,
        /// Who, in which capacity, where.
        attendance: Attendance,
        /// Proof.
        evidence: Vec<Evidence>,
    },
    /// The street waives the coming.
    ReportInWaived {
        /// The leg.
        leg: LegNo,
        /// Why.
        reason: String,
    },
    /// The unit asks to return its part; the clock runs on.
    ReturnRequested {
        /// The leg.
        leg: LegNo,
        /// Reason code.
        reason: String,
        /// The legal basis.
        legal_basis: String,
    },
    /// The return is granted.
    LegReturned {
        /// The leg.
        leg: LegNo,
    },
    /// The return is refused for good; no time is given back.
    ReturnRefused {
        /// The leg.
        leg: LegNo,
        /// Why.
        reason: String,
    },
    /// So many returns were granted that nobody may dispatch before the lead is settled.
    LeadDisputed {
        /// Returns granted so far.
        returns: u32,
    },
    /// A dispute is settled: this unit leads (强制派单).
    LeadDesignated {
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// The decision binds later dispatch.
    PrecedentRegistered {
        /// The rule.
        precedent: Precedent,
    },
    /// More time is asked for.
    ExtensionRequested {
        /// How much.
        limit: Limit,
        /// Why.
        reason: String,
    },
    /// More time is given; the citizen was told.
    ExtensionGranted {
        /// How much.
        limit: Limit,
    },
    /// No more time.
    ExtensionDenied {
        /// Why.
        reason: String,
    },
    /// A duty's clock starts.
    ClockStarted {
        /// Its ledger at the start.
        clock: Box<Clock>,
    },
    /// The duty was done.
    ClockStopped {
        /// Which.
        id: ClockId,
        /// Minutes consumed in all.
        consumed: i64,
        /// When the duty was done, where that is earlier than the event: a window's decision stops
        /// the clock when it is made, however late somebody enters it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<DateTime<Utc>>,
    },
    /// The duty fell away.
    ClockCancelled {
        /// Which.
        id: ClockId,
        /// Minutes consumed in all.
        consumed: i64,
    },
    /// The clock stands.
    ClockSuspended {
        /// Which.
        id: ClockId,
        /// Minutes consumed so far.
        consumed: i64,
    },
    /// The clock runs again with its remaining budget.
    ClockResumed {
        /// Which.
        id: ClockId,
        /// Minutes it stood this time.
        suspended: i64,
        /// The instants that follow.
        marks: Marks,
        /// Since when it runs, where that is earlier than the event: a suspension ends when it was
        /// said to end, however late somebody notices.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<DateTime<Utc>>,
    },
    /// The due time moved: extension, class change, calendar publication, rework, reopening.
    ClockRebased {
        /// Which.
        id: ClockId,
        /// The due time before.
        old_due: DateTime<Utc>,
        /// The instants after; `marks.due` is the new due time.
        marks: Marks,
        /// The budget after.
        budget: i64,
        /// Minutes consumed so far.
        consumed: i64,
        /// The calendar version after.
        calendar: CalendarVersion,
        /// Why, by code: `extension`, `reclassified`, `calendar`, `rework`, `reopened`, `decision`.
        cause: String,
        /// Another limit in place of the one it had: another class, or a decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renewed: Option<Renewed>,
    },
    /// The case stands with a reason.
    CaseSuspended {
        /// Reason code.
        reason: String,
        /// It goes on by itself then.
        until: DateTime<Utc>,
        /// Proof.
        proof: Vec<Evidence>,
        /// The law does not count this time: it stands outside the cap.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        excluded: bool,
    },
    /// The case goes on.
    CaseResumed {
        /// By the clock, not by a person.
        automatic: bool,
        /// Minutes that count against the cap of suspensions.
        #[serde(default, skip_serializing_if = "is_nought")]
        counted: i64,
    },
    /// 挂账: work that cannot be done within any limit now.
    CaseHeldLongTerm {
        /// Reason code.
        reason: String,
        /// Proof.
        proof: Vec<Evidence>,
    },
    /// The hold was looked at and goes on.
    HoldReviewed {
        /// What was found.
        note: String,
    },
    /// The hold was not looked at in time.
    HoldReviewMissed {},
    /// The rules propose a coordination meeting.
    CoordinationProposed {
        /// Why, by code: `returns`, `reworks`, `no_lead`, `red_card`.
        cause: String,
    },
    /// A meeting is called.
    CoordinationConvened {
        /// The units named.
        units: Vec<UnitId>,
        /// The agenda.
        agenda: String,
    },
    /// The meeting goes on another day.
    CoordinationAdjourned {
        /// Why.
        reason: String,
    },
    /// The next level must chair.
    CoordinationEscalated {
        /// From this rank on.
        chair: Rank,
    },
    /// The meeting decided.
    CoordinationDecided {
        /// What.
        decision: CoordinationDecision,
    },
    /// A note on how it goes.
    ProgressRecorded {
        /// The leg; none: the case as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leg: Option<LegNo>,
        /// The note.
        note: String,
    },
    /// No note came in time.
    ProgressMissed {},
    /// A unit says that its part is done.
    LegCompleted {
        /// The leg.
        leg: LegNo,
        /// What was done.
        result: String,
    },
    /// The lead or the verifier agrees.
    LegConfirmed {
        /// The leg.
        leg: LegNo,
    },
    /// A co-handler is released.
    LegWaived {
        /// The leg.
        leg: LegNo,
        /// Why.
        reason: String,
    },
    /// A leg ended with the case or was replaced.
    LegEnded {
        /// The leg.
        leg: LegNo,
    },
    /// The response is in.
    ResponseSubmitted {
        /// What came of it.
        outcome: Outcome,
        /// What the resident is told.
        reply: String,
        /// Proof.
        evidence: Vec<Evidence>,
        /// The four elements of a reply to a whistle.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        elements: Option<ReplyElements>,
        /// Which alternative of the evidence sets it met.
        met: Vec<EvidenceKind>,
    },
    /// The check found the work done.
    VerificationPassed {
        /// What was seen.
        note: String,
        /// The bodies that have still to look, where the policy asks for each; none: verified.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pending: Vec<Role>,
    },
    /// The check found it not done.
    ReworkRequired {
        /// Reason code.
        reason: String,
        /// What is missing.
        note: String,
    },
    /// The resident confirms.
    ResidentConfirmed {
        /// In words without personal data.
        note: String,
    },
    /// The resident disputes.
    ResidentDisputed {
        /// In words without personal data.
        note: String,
    },
    /// The resident could not be reached; that is not consent.
    CallbackUnreachable {},
    /// The resident, reached, says how content they are.
    SatisfactionRated {
        /// In five levels.
        satisfaction: Satisfaction,
    },
    /// Something was made public.
    Disclosed {
        /// Resolution or implementation.
        what: Disclosure,
        /// Where.
        place: String,
    },
    /// One signature of the chain.
    SignOffRecorded {
        /// The step's code.
        step: String,
        /// By the clock, for a case that was not drawn.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        automatic: bool,
    },
    /// 销号: off the ledger.
    CaseClosed {
        /// What came of it.
        outcome: Outcome,
    },
    /// Closure opened mutual evaluation.
    EvaluationOpened {
        /// Who with whom.
        pairs: Vec<EvaluationPair>,
        /// The window's end.
        until: DateTime<Utc>,
        /// Whether silence is counted.
        mandatory: bool,
    },
    /// Back on the ledger.
    CaseReopened {
        /// Why, by code: `dispute_upheld`, `same_problem`.
        ground: String,
        /// In words.
        note: String,
        /// The case that reports the same problem again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        same_as: Option<CaseId>,
    },
    /// 催办.
    CaseUrged {
        /// In words; empty where a rule urges.
        note: String,
        /// The rule's code, for an urge of the clock.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
    },
    /// A reminder at a percent of the budget.
    CaseReminded {
        /// The clock.
        id: ClockId,
        /// The percent.
        percent: u32,
    },
    /// A unit answers an urge with a reason.
    UrgeAnswered {
        /// The reason.
        reason: String,
    },
    /// A card, by a rule or by a leader.
    SupervisionRaised {
        /// Colour.
        card: Card,
        /// The rule's code, or `leader`.
        rule: String,
        /// The unit it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitId>,
        /// In words.
        note: String,
    },
    /// A card is taken back; it stays in the history.
    SupervisionLifted {
        /// Colour.
        card: Card,
        /// Why.
        reason: String,
    },
    /// Taken back by its reporter.
    CaseWithdrawn {
        /// Why.
        reason: String,
    },
    /// Put away.
    CaseArchived {},
    /// One person asks for voiding.
    VoidProposed {
        /// Why.
        reason: String,
    },
    /// A second person agrees.
    CaseVoided {
        /// Why.
        reason: String,
    },
    /// 代办委托.
    MandateGranted {
        /// The written mandate.
        mandate: Mandate,
    },
    /// The agent declines, before the mandate.
    MandateDeclined {
        /// Why it is impossible.
        reason: String,
    },
    /// The papers are at the window.
    SubmittedToWindow {
        /// The window unit.
        window: UnitId,
        /// Its receipt number.
        receipt: String,
        /// The item, inside the scope.
        item: String,
    },
    /// 补正: one notice lists all.
    MaterialsRequested {
        /// All of them.
        materials: Vec<String>,
        /// The number of the notice.
        notice: String,
    },
    /// The materials are there.
    MaterialsSupplied {
        /// Which.
        materials: Vec<String>,
    },
    /// The window takes more time; the principal was told why.
    WindowExtended {
        /// How much.
        limit: Limit,
        /// The window's reason.
        reason: String,
        /// The number of its written notice.
        notice: String,
    },
    /// The window decided.
    WindowDecided {
        /// Granted or refused.
        granted: bool,
        /// The written reason of a refusal.
        reason: String,
        /// The result document's number or hash.
        document: String,
        /// When it decided, where that is earlier than the event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_at: Option<DateTime<Utc>>,
    },
    /// Result and papers are handed back.
    HandedBack {
        /// The papers returned.
        papers: Vec<String>,
    },
    /// The principal takes the mandate back; the subject's key is due for erasure.
    MandateRevoked {
        /// Papers returned.
        papers: Vec<String>,
        /// From when the keys of what was given under it are erased; none where nothing was sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        erase_from: Option<DateTime<Utc>>,
    },
    /// The keys of what was given under a revoked mandate are deleted: nobody can read it again.
    MandateErased {},
    /// Another agent of the same grid.
    AgentSubstituted {
        /// The new agent.
        agent: PersonId,
    },
    /// A case that another system handled, with its own times.
    CaseImported {
        /// As the source holds it.
        case: Box<ForeignCase>,
    },
    /// The source closed it.
    ImportedCaseClosed {
        /// When the source says so.
        closed_at: DateTime<Utc>,
        /// The source's reason text.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// The source's own verdict where it gives no times: on time or not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_time: Option<bool>,
    },
}

/// What is made public (两公开).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// The resolution.
    Resolution,
    /// The implementation.
    Implementation,
}

crate::names::names! { CaseFact:
    CaseReported
    LocationAssigned
    CaseAccepted
    HandlingBegun
    CaseRejected
    CaseTransferredOut
    CaseMerged
    DuplicateAbsorbed
    CaseReclassified
    WhistleBlown
    WhistleApproved
    WhistleDeclined
    WhistleRatified
    RatificationLapsed
    CaseDispatched
    TaskAssigned
    LegOpened
    LegAcknowledged
    LegAutoAcknowledged
    AckMissed
    ResidentContacted
    DepartmentReportedIn
    ReportInWaived
    ReturnRequested
    LegReturned
    ReturnRefused
    LeadDisputed
    LeadDesignated
    PrecedentRegistered
    ExtensionRequested
    ExtensionGranted
    ExtensionDenied
    ClockStarted
    ClockStopped
    ClockCancelled
    ClockSuspended
    ClockResumed
    ClockRebased
    CaseSuspended
    CaseResumed
    CaseHeldLongTerm
    HoldReviewed
    HoldReviewMissed
    CoordinationProposed
    CoordinationConvened
    CoordinationAdjourned
    CoordinationEscalated
    CoordinationDecided
    ProgressRecorded
    ProgressMissed
    LegCompleted
    LegConfirmed
    LegWaived
    LegEnded
    ResponseSubmitted
    VerificationPassed
    ReworkRequired
    ResidentConfirmed
    ResidentDisputed
    CallbackUnreachable
    SatisfactionRated
    Disclosed
    SignOffRecorded
    CaseClosed
    EvaluationOpened
    CaseReopened
    CaseUrged
    CaseReminded
    UrgeAnswered
    SupervisionRaised
    SupervisionLifted
    CaseWithdrawn
    CaseArchived
    VoidProposed
    CaseVoided
    MandateGranted
    MandateDeclined
    SubmittedToWindow
    MaterialsRequested
    MaterialsSupplied
    WindowExtended
    WindowDecided
    HandedBack
    MandateRevoked
    MandateErased
    AgentSubstituted
    CaseImported
    ImportedCaseClosed
}
