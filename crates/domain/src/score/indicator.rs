//! The shares by which units are measured, by name (`DOMAIN.md` 4.4).

use crate::text::named;

named! {
    /// A share of a unit's legs. What counts for it and what meets it, says `docs/reference/figures.md`.
    Indicator {
        /// Acknowledged by the unit itself in time.
        Acknowledged = "acknowledged", "按时签收率", "acknowledged in time";
        /// The resident contacted in time.
        Contacted = "contacted", "按时联系率", "contacted in time";
        /// Reported in in time.
        ReportedIn = "reported_in", "按时报到率", "reported in on time";
        /// Done, of what should be.
        Completion = "completion", "处置率", "done";
        /// Done on time, of what should be.
        OnTime = "on_time", "按期处置率", "done on time";
        /// Signed off without a second round.
        FirstTime = "first_time", "一次办结率", "done the first time";
        /// Reopened after sign-off.
        Reopened = "reopened", "重开率", "reopened";
        /// Given back for rework.
        Reworked = "reworked", "返工率", "reworked";
        /// Asked to be returned.
        Returned = "returned", "退单率", "asked to return";
        /// Returned: dispatched to the wrong unit.
        Misdispatched = "misdispatched", "错派率", "dispatched wrongly";
        /// Given more time.
        Extended = "extended", "延期率", "extended";
    }
}
