//! What an event is called in a mining tool, in both languages, and what it says beside its name.
//!
//! One exhaustive match each, so that a new fact cannot go without a name.

use gridwhistle_domain::case::fact::{CaseFact as F, Disclosure};
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::text::Text;

/// Whether an event is the ledger of a clock and nobody's act: such events follow from others and
/// would stand between any two of them.
#[must_use]
pub const fn is_bookkeeping(fact: &F) -> bool {
    matches!(
        fact,
        F::ClockStarted { .. }
            | F::ClockStopped { .. }
            | F::ClockCancelled { .. }
            | F::ClockSuspended { .. }
            | F::ClockResumed { .. }
            | F::ClockRebased { .. }
    )
}

/// The transition of the XES lifecycle model.
#[must_use]
pub const fn transition(fact: &F) -> &'static str {
    match fact {
        F::CaseSuspended { .. } | F::CaseHeldLongTerm { .. } => "suspend",
        F::CaseResumed { .. } => "resume",
        F::LegOpened { .. } => "assign",
        F::LegWaived { .. } | F::ReportInWaived { .. } => "manualskip",
        F::CaseWithdrawn { .. } | F::CaseVoided { .. } => "pi_abort",
        _ => "complete",
    }
}

/// The leg that an event is about.
#[must_use]
pub const fn leg(fact: &F) -> Option<LegNo> {
    match fact {
        F::LegOpened { leg, .. }
        | F::LegAcknowledged { leg, .. }
        | F::LegAutoAcknowledged { leg }
        | F::AckMissed { leg }
        | F::DepartmentReportedIn { leg, .. }
        | F::ReportInWaived { leg, .. }
        | F::ReturnRequested { leg, .. }
        | F::LegReturned { leg }
        | F::ReturnRefused { leg, .. }
        | F::LegCompleted { leg, .. }
        | F::LegConfirmed { leg }
        | F::LegWaived { leg, .. }
        | F::LegEnded { leg } => Some(*leg),
        F::ResidentContacted { leg, .. } | F::ProgressRecorded { leg, .. } => *leg,
        F::ClockStarted { clock } => clock.id.leg,
        F::ClockStopped { id, .. }
        | F::ClockCancelled { id, .. }
        | F::ClockSuspended { id, .. }
        | F::ClockResumed { id, .. }
        | F::ClockRebased { id, .. }
        | F::CaseReminded { id, .. } => id.leg,
        _ => None,
    }
}

/// What an event says in codes and numbers, under names that no two forms share: OCEL's XML schema
/// finds an attribute by its name alone. Free text stays in the log.
#[must_use]
pub fn details(fact: &F) -> Vec<(&'static str, String)> {
    match fact {
        F::CaseReported { form } => vec![("channel", form.channel.clone())],
        F::CaseRejected { reason, .. } => vec![("reject_reason", reason.clone())],
        F::CaseReclassified { from, to, .. } => vec![
            ("class_from", from.code().to_owned()),
            ("class_to", to.code().to_owned()),
        ],
        F::WhistleBlown { kind, ground, .. } => vec![
            ("whistle_kind", kind.code().to_owned()),
            ("whistle_ground", ground.clone()),
        ],
        F::ReturnRequested { reason, .. } => vec![("return_reason", reason.clone())],
        F::ClockStarted { clock } => vec![
            ("clock_kind", clock.id.kind.code().to_owned()),
            ("clock_due", instant(clock.marks.due)),
        ],
        F::ClockStopped { id, .. } => vec![("stopped_clock", id.kind.code().to_owned())],
        F::ClockRebased {
            id, marks, cause, ..
        } => vec![
            ("rebased_clock", id.kind.code().to_owned()),
            ("rebased_due", instant(marks.due)),
            ("rebased_cause", cause.clone()),
        ],
        F::CaseSuspended { reason, until, .. } => vec![
            ("suspension_reason", reason.clone()),
            ("suspended_until", instant(*until)),
        ],
        F::CaseHeldLongTerm { reason, .. } => vec![("hold_reason", reason.clone())],
        F::CoordinationProposed { cause } => vec![("proposal_cause", cause.clone())],
        F::ResponseSubmitted { outcome, .. } => {
            vec![("response_outcome", outcome.code().to_owned())]
        }
        F::ReworkRequired { reason, .. } => vec![("rework_reason", reason.clone())],
        F::SatisfactionRated { satisfaction } => {
            vec![("satisfaction", satisfaction.code().to_owned())]
        }
        F::Disclosed { what, .. } => {
            let what = match what {
                Disclosure::Resolution => "resolution",
                Disclosure::Implementation => "implementation",
            };
            vec![("disclosed", what.to_owned())]
        }
        F::SignOffRecorded { step, .. } => vec![("sign_off_step", step.clone())],
        F::CaseClosed { outcome } => vec![("closed_outcome", outcome.code().to_owned())],
        F::CaseReopened { ground, .. } => vec![("reopen_ground", ground.clone())],
        F::SupervisionRaised { card, rule, .. } => vec![
            ("card", card.code().to_owned()),
            ("card_rule", rule.clone()),
        ],
        F::CaseReminded { percent, .. } => vec![("reminded_percent", percent.to_string())],
        F::WindowDecided { granted, .. } => vec![("window_granted", granted.to_string())],
        _ => Vec::new(),
    }
}

/// The names that [`details`] uses, by form: what a file has to declare before its events.
pub const DETAILS: &[(&str, &[&str])] = &[
    ("CaseReported", &["channel"]),
    ("CaseRejected", &["reject_reason"]),
    ("CaseReclassified", &["class_from", "class_to"]),
    ("WhistleBlown", &["whistle_kind", "whistle_ground"]),
    ("ReturnRequested", &["return_reason"]),
    ("ClockStarted", &["clock_kind", "clock_due"]),
    ("ClockStopped", &["stopped_clock"]),
    (
        "ClockRebased",
        &["rebased_clock", "rebased_due", "rebased_cause"],
    ),
    ("CaseSuspended", &["suspension_reason", "suspended_until"]),
    ("CaseHeldLongTerm", &["hold_reason"]),
    ("CoordinationProposed", &["proposal_cause"]),
    ("ResponseSubmitted", &["response_outcome"]),
    ("ReworkRequired", &["rework_reason"]),
    ("SatisfactionRated", &["satisfaction"]),
    ("Disclosed", &["disclosed"]),
    ("SignOffRecorded", &["sign_off_step"]),
    ("CaseClosed", &["closed_outcome"]),
    ("CaseReopened", &["reopen_ground"]),
    ("SupervisionRaised", &["card", "card_rule"]),
    ("CaseReminded", &["reminded_percent"]),
    ("WindowDecided", &["window_granted"]),
];

/// An instant as every file here writes it: microseconds, UTC, always of one width.
#[must_use]
pub fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// The name of an activity for people.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one line a fact: a table of words")]
pub fn label(fact: &F) -> Text {
    let (zh, en) = match fact {
        F::CaseReported { .. } => ("上报", "report"),
        F::LocationAssigned { .. } => ("指定网格", "assign location"),
        F::CaseAccepted { .. } => ("受理", "accept"),
        F::HandlingBegun { .. } => ("开始办理", "begin handling"),
        F::CaseRejected { .. } => ("不予受理", "reject"),
        F::CaseTransferredOut { .. } => ("转出", "transfer out"),
        F::CaseMerged { .. } => ("并案", "merge"),
        F::DuplicateAbsorbed { .. } => ("并入重复件", "absorb duplicate"),
        F::CaseReclassified { .. } => ("变更类别", "reclassify"),
        F::WhistleBlown { .. } => ("吹哨", "blow whistle"),
        F::WhistleApproved {} => ("批准哨单", "approve whistle"),
        F::WhistleDeclined { .. } => ("驳回哨单", "decline whistle"),
        F::WhistleRatified {} => ("补批哨单", "ratify whistle"),
        F::RatificationLapsed {} => ("补批逾期", "ratification lapses"),
        F::CaseDispatched { .. } => ("派单", "dispatch"),
        F::TaskAssigned { .. } => ("交办", "assign"),
        F::LegOpened { .. } => ("派至单位", "open leg"),
        F::LegAcknowledged { .. } => ("签收", "acknowledge"),
        F::LegAutoAcknowledged { .. } => ("自动签收", "acknowledge by clock"),
        F::AckMissed { .. } => ("逾期未签收", "miss acknowledgement"),
        F::ResidentContacted { .. } => ("联系当事人", "contact resident"),
        F::DepartmentReportedIn { .. } => ("报到", "report in"),
        F::ReportInWaived { .. } => ("免除报到", "waive report-in"),
        F::ReturnRequested { .. } => ("申请退单", "request return"),
        F::LegReturned { .. } => ("同意退单", "return"),
        F::ReturnRefused { .. } => ("驳回退单", "refuse return"),
        F::LeadDisputed { .. } => ("主办争议", "dispute lead"),
        F::LeadDesignated { .. } => ("裁定主办", "designate lead"),
        F::PrecedentRegistered { .. } => ("登记先例", "register precedent"),
        F::ExtensionRequested { .. } => ("申请延期", "request extension"),
        F::ExtensionGranted { .. } => ("批准延期", "grant extension"),
        F::ExtensionDenied { .. } => ("驳回延期", "deny extension"),
        F::ClockStarted { .. } => ("计时开始", "start clock"),
        F::ClockStopped { .. } => ("计时结束", "stop clock"),
        F::ClockCancelled { .. } => ("计时取消", "cancel clock"),
        F::ClockSuspended { .. } => ("计时中止", "suspend clock"),
        F::ClockResumed { .. } => ("计时恢复", "resume clock"),
        F::ClockRebased { .. } => ("期限变更", "rebase clock"),
        F::CaseSuspended { .. } => ("挂起", "suspend"),
        F::CaseResumed { .. } => ("恢复", "resume"),
        F::CaseHeldLongTerm { .. } => ("挂账", "hold long-term"),
        F::HoldReviewed { .. } => ("挂账复核", "review hold"),
        F::HoldReviewMissed {} => ("逾期未复核", "miss hold review"),
        F::CoordinationProposed { .. } => ("提请协调", "propose coordination"),
        F::CoordinationConvened { .. } => ("召集协调", "convene"),
        F::CoordinationAdjourned { .. } => ("休会", "adjourn"),
        F::CoordinationEscalated { .. } => ("协调升级", "escalate coordination"),
        F::CoordinationDecided { .. } => ("协调决定", "decide"),
        F::ProgressRecorded { .. } => ("报告进展", "record progress"),
        F::ProgressMissed {} => ("逾期未报进展", "miss progress"),
        F::LegCompleted { .. } => ("办结协办任务", "complete leg"),
        F::LegConfirmed { .. } => ("确认协办结果", "confirm leg"),
        F::LegWaived { .. } => ("免办", "waive leg"),
        F::LegEnded { .. } => ("协办终止", "end leg"),
        F::ResponseSubmitted { .. } => ("反馈", "respond"),
        F::VerificationPassed { .. } => ("核查通过", "pass verification"),
        F::ReworkRequired { .. } => ("返工", "require rework"),
        F::ResidentConfirmed { .. } => ("当事人确认", "resident confirms"),
        F::ResidentDisputed { .. } => ("当事人异议", "resident disputes"),
        F::CallbackUnreachable {} => ("回访未接通", "callback unreachable"),
        F::SatisfactionRated { .. } => ("满意度评价", "rate satisfaction"),
        F::Disclosed { .. } => ("公开", "disclose"),
        F::SignOffRecorded { .. } => ("销号签字", "sign off"),
        F::CaseClosed { .. } => ("销号", "close"),
        F::EvaluationOpened { .. } => ("开启互评", "open evaluation"),
        F::CaseReopened { .. } => ("重新办理", "reopen"),
        F::CaseUrged { .. } => ("催办", "urge"),
        F::CaseReminded { .. } => ("提醒", "remind"),
        F::UrgeAnswered { .. } => ("答复催办", "answer urge"),
        F::SupervisionRaised { .. } => ("亮牌督办", "raise card"),
        F::SupervisionLifted { .. } => ("撤销督办", "lift card"),
        F::CaseWithdrawn { .. } => ("撤回", "withdraw"),
        F::CaseArchived {} => ("归档", "archive"),
        F::VoidProposed { .. } => ("提请作废", "propose void"),
        F::CaseVoided { .. } => ("作废", "void"),
        F::MandateGranted { .. } => ("签署委托", "grant mandate"),
        F::MandateDeclined { .. } => ("谢绝代办", "decline mandate"),
        F::SubmittedToWindow { .. } => ("递交窗口", "submit to window"),
        F::MaterialsRequested { .. } => ("一次告知补正", "request materials"),
        F::MaterialsSupplied { .. } => ("补正", "supply materials"),
        F::WindowExtended { .. } => ("窗口延期", "extend window"),
        F::WindowDecided { .. } => ("窗口决定", "window decides"),
        F::HandedBack { .. } => ("交还", "hand back"),
        F::MandateRevoked { .. } => ("撤销委托", "revoke mandate"),
        F::MandateErased {} => ("销毁委托密钥", "erase mandate"),
        F::AgentSubstituted { .. } => ("更换代办人", "substitute agent"),
        F::CaseImported { .. } => ("导入", "import"),
        F::ImportedCaseClosed { .. } => ("导入件结案", "close imported case"),
    };
    Text::new(zh, en)
}
