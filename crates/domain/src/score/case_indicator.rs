//! The shares of cases by which areas, and units by the cases they lead, are measured: the indicators
//! of GB/T 30428 under their own names (`DOMAIN.md` 4.2), what areas are asked beside them (4.4), and
//! what residents say (4.7).

use crate::text::named;

named! {
    /// A share of cases. What counts for it and what meets it, says `docs/reference/figures.md`.
    CaseIndicator {
        /// Accepted, of what was reported.
        Filed = "filed", "立案率", "filed";
        /// Accepted in time, of what was accepted.
        FiledInTime = "filed_in_time", "按时立案率", "filed in time";
        /// No unit gave it back, of what was or should have been dispatched.
        DispatchedRightly = "dispatched_rightly", "准确派遣率", "dispatched rightly";
        /// Dispatched in time, of what was or should have been dispatched.
        DispatchedInTime = "dispatched_in_time", "按期派遣率", "dispatched in time";
        /// Handled, of what should have been.
        Handled = "handled", "处置率", "handled";
        /// Handled on time, of what should have been.
        HandledInTime = "handled_in_time", "按期处置率", "handled in time";
        /// Closed, of what should have been.
        Closed = "closed", "结案率", "closed";
        /// Closed with every duty on the way done in time.
        ClosedInTime = "closed_in_time", "按期结案率", "closed in time";
        /// Closed with a duty on the way done late.
        ClosedLate = "closed_late", "超期结案率", "closed late";
        /// Still open, of what was reported.
        NotClosed = "not_closed", "未结案率", "not closed";
        /// Neither refused nor taken back, of what was reported.
        Valid = "valid", "有效上报率", "validly reported";
        /// Decided on in time, whether to file it.
        ScreenedInTime = "screened_in_time", "按期核实率", "screened in time";
        /// What was answered, looked at in time.
        CheckedInTime = "checked_in_time", "按期核查率", "checked in time";
        /// Reported by residents, of what was accepted.
        FromResidents = "from_residents", "监督举报率", "from residents";
        /// Given back for rework, of what should have been closed.
        SentBack = "sent_back", "返工率", "sent back";
        /// Closed without rework or reopening.
        SettledAtOnce = "settled_at_once", "案件一次办结率", "settled at once";
        /// Reopened, of what was closed.
        CameBack = "came_back", "案件重开率", "came back";
        /// Closed by the grid itself, without any unit.
        BySelf = "by_self", "网格自办率", "solved by the grid itself";
        /// Whistled to a unit that gave it back.
        WhistleAstray = "whistle_astray", "吹哨错派率", "whistled to the wrong unit";
        /// Signed off in time.
        SignedInTime = "signed_in_time", "按期销号率", "signed off in time";
        /// The same problem was reported again nearby.
        Repeated = "repeated", "重复率", "reported again";
        /// The resident contacted in time (三率).
        Responded = "responded", "响应率", "responded";
        /// Called back and reached.
        Reached = "reached", "回访覆盖率", "called back and reached";
        /// Solved, says the resident (三率).
        Solved = "solved", "解决率", "solved";
        /// Satisfied, very or mostly (三率).
        SaidSatisfied = "said_satisfied", "满意率", "satisfied, very or mostly";
        /// Satisfied or very satisfied.
        SaidStrictly = "said_strictly", "严格满意率", "satisfied or very satisfied";
    }
}

impl CaseIndicator {
    /// The indicators of GB/T 30428, in the order of the standard's own list.
    pub const STANDARD: [Self; 15] = [
        Self::Filed,
        Self::FiledInTime,
        Self::DispatchedRightly,
        Self::DispatchedInTime,
        Self::Handled,
        Self::HandledInTime,
        Self::Closed,
        Self::ClosedInTime,
        Self::ClosedLate,
        Self::NotClosed,
        Self::Valid,
        Self::ScreenedInTime,
        Self::CheckedInTime,
        Self::FromResidents,
        Self::SentBack,
    ];

    /// Those of them that a unit answers for: what comes before the dispatch, and who checks and signs
    /// after the response, is not the handler's.
    pub const OF_UNITS: [Self; 3] = [Self::Handled, Self::HandledInTime, Self::SentBack];
}
