//! The stages of a case and of a leg, and the outcomes (`DOMAIN.md` 2.3).

use crate::text::named;

named! {
    /// Where a case stands.
    Stage {
        /// On the books, not yet accepted.
        Reported = "reported", "已上报", "reported";
        /// Accepted under a class, a matter and a policy.
        Accepted = "accepted", "已受理", "accepted";
        /// A whistle waits for approval and dispatch.
        Whistled = "whistled", "已吹哨", "whistle blown";
        /// A coordination meeting is convened.
        Coordinating = "coordinating", "专题协调", "coordinating";
        /// Legs are open; the lead has not acknowledged yet.
        Dispatched = "dispatched", "已派单", "dispatched";
        /// In work.
        InProgress = "in_progress", "办理中", "in progress";
        /// The clock is stopped with a reason, or the case is on long-term hold.
        Suspended = "suspended", "挂起", "suspended";
        /// A response is in; verification and sign-off are next.
        Responded = "responded", "已反馈", "responded";
        /// Signed off: off the ledger.
        Closed = "closed", "已销号", "closed";
        /// Put away after all windows ran out.
        Archived = "archived", "已归档", "archived";
        /// Not accepted.
        Rejected = "rejected", "不予受理", "rejected";
        /// A duplicate of another case.
        Merged = "merged", "并案", "merged";
        /// Taken back by its reporter.
        Withdrawn = "withdrawn", "撤回", "withdrawn";
        /// Handed to petition, justice or another system.
        TransferredOut = "transferred_out", "转出", "transferred out";
        /// Void by two persons; stays in the statistics as void.
        Voided = "voided", "作废", "voided";
    }
}

impl Stage {
    /// Whether the case still stands on the ledger.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !self.is_end()
    }

    /// Whether nothing more is owed (closed cases can still be reopened, evaluated, archived).
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(
            self,
            Self::Closed
                | Self::Archived
                | Self::Rejected
                | Self::Merged
                | Self::Withdrawn
                | Self::TransferredOut
                | Self::Voided
        )
    }
}

named! {
    /// Where one unit's part stands.
    LegStage {
        /// Dispatched, not acknowledged.
        Pending = "pending", "待签收", "pending";
        /// Acknowledged, by the unit or by the clock.
        Acknowledged = "acknowledged", "已签收", "acknowledged";
        /// At work: contacted, reported in, or in rework.
        Working = "working", "办理中", "working";
        /// The unit says its part is done.
        Done = "done", "已办", "done";
        /// The lead or the verifier agrees.
        Confirmed = "confirmed", "已确认", "confirmed";
        /// The unit asks to return it.
        ReturnRequested = "return_requested", "申请退单", "return requested";
        /// Returned and out.
        Returned = "returned", "已退单", "returned";
        /// Released from its part.
        Waived = "waived", "已免办", "waived";
        /// Ended with the case, or replaced.
        Ended = "ended", "已终止", "ended";
    }
}

impl LegStage {
    /// Whether the unit still owes something or stands with a finished part.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Returned | Self::Waived | Self::Ended)
    }
}

named! {
    /// Where a mandate stands, within `in_progress` (`DOMAIN.md` 2.4, Proxy).
    MandateStage {
        /// The principal has not signed yet.
        AwaitingMandate = "awaiting_mandate", "待委托", "awaiting mandate";
        /// Signed: scope, papers, expiry.
        Mandated = "mandated", "已委托", "mandated";
        /// At the window; the statutory clock runs.
        Submitted = "submitted", "已递交", "submitted";
        /// The window asked for materials; the statutory clock stands.
        AwaitingMaterials = "awaiting_materials", "待补正", "awaiting materials";
        /// The window has decided.
        Decided = "decided", "已决定", "decided";
        /// Result and papers are back with the principal.
        HandedBack = "handed_back", "已交还", "handed back";
        /// The principal took the mandate back.
        Revoked = "revoked", "已撤销委托", "revoked";
    }
}

named! {
    /// What came of it; separate from the stage.
    Outcome {
        /// Solved.
        Resolved = "resolved", "已解决", "resolved";
        /// Solved in part.
        PartlyResolved = "partly_resolved", "部分解决", "partly resolved";
        /// Explained.
        Explained = "explained", "解释说明", "explained";
        /// Cannot be solved for now, for objective reasons.
        ObjectivelyPending = "objectively_pending", "客观暂不能解决", "objectively pending";
        /// Checked, not found.
        NotFound = "not_found", "查无实情", "not found";
        /// Already another case.
        Duplicate = "duplicate", "重复件", "duplicate";
    }
}

named! {
    /// The colour of a supervision card.
    Card {
        /// 黄牌.
        Yellow = "yellow", "黄牌", "yellow card";
        /// 红牌.
        Red = "red", "红牌", "red card";
    }
}

named! {
    /// Where an undertaken case comes from.
    Origin {
        /// From the grid to a department.
        Upward = "upward", "自下而上", "upward";
        /// From a superior unit to the grid.
        Downward = "downward", "自上而下", "downward";
    }
}

named! {
    /// What a clock measures.
    ClockKind {
        /// Report to acceptance.
        Accept = "accept", "受理", "accept";
        /// Acceptance to dispatch by hand.
        Dispatch = "dispatch", "派单", "dispatch";
        /// Handling.
        Handle = "handle", "办理", "handle";
        /// Acknowledgement of a leg.
        Acknowledge = "acknowledge", "签收", "acknowledge";
        /// Contact with the resident by a leg.
        Contact = "contact", "联系", "contact";
        /// Reporting in of a leg.
        ReportIn = "report_in", "报到", "report in";
        /// Approval of a whistle.
        ApproveWhistle = "approve_whistle", "吹哨审批", "whistle approval";
        /// Ratification of an emergency dispatch.
        Ratify = "ratify", "补批", "ratification";
        /// Decision on a return request.
        ReturnDecision = "return_decision", "退单审核", "return decision";
        /// Decision on an extension request.
        ExtensionDecision = "extension_decision", "延期审核", "extension decision";
        /// Convening of the coordination meeting.
        Convene = "convene", "召集协调", "convene";
        /// The next progress note.
        Progress = "progress", "进展报告", "progress";
        /// The next review of a long-term hold.
        Review = "review", "挂账复核", "hold review";
        /// Verification of the response.
        Verify = "verify", "核查", "verify";
        /// The next sign-off.
        SignOff = "sign_off", "销号", "sign-off";
        /// Proxy: taking the papers and the mandate.
        TakePapers = "take_papers", "收件", "take papers";
        /// Proxy: submission at the window.
        Submit = "submit", "递交", "submit";
        /// Proxy: the window's statutory limit.
        Statutory = "statutory", "法定时限", "statutory";
        /// Proxy: hand-back.
        HandBack = "hand_back", "交还", "hand back";
    }
}
