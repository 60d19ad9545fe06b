//! The figures that are no share of legs or cases but are made of what each of them adds: one to a
//! count, requests, minutes, working days, what was to be expected (`DOMAIN.md` 4.2 and 4.4). Shares are named in
//! [`super::indicator`] and [`super::case_indicator`].

use crate::text::named;

named! {
    /// A figure that is measured. What each leg or case adds to it, says `docs/reference/figures.md`.
    Measure {
        /// Refused requests to return, of all requests.
        WrongfulReturns = "wrongful_returns", "不当退单率", "returned wrongly";
        /// Minutes that the clock stood, of all minutes.
        Suspended = "suspended", "挂起占比", "time standing";
        /// How long handling took.
        Handling = "handling", "办理用时", "handling time";
        /// The minute by which half of the legs are done, the open ones counted.
        HalfDoneBy = "half_done_by", "半数办结用时", "half done by";
        /// What is open, by age.
        Backlog = "backlog", "在办积压", "backlog by age";
        /// On time against what the city achieves.
        ObservedOverExpected = "observed_over_expected", "对比全市", "against the city";
        /// How long the handling of cases took.
        CaseHandling = "case_handling", "案件办理用时", "handling time of cases";
        /// The minute by which half of the cases are handled, the open ones counted.
        CaseHalfDoneBy = "case_half_done_by", "案件半数办结用时", "half of the cases done by";
        /// Open cases by age.
        CaseBacklog = "case_backlog", "案件在办积压", "open cases by age";
        /// Cases on time against what the city achieves.
        CaseObservedOverExpected = "case_observed_over_expected", "案件对比全市", "cases against the city";
        /// Time used over time given.
        TimesOver = "times_over", "处置超时倍数", "working time used over given";
        /// Legs open past their due time while the clock runs, counted.
        LegsOverdue = "legs_overdue", "超期在办任务", "open legs past due";
        /// Cases accepted, counted.
        CasesAccepted = "cases_accepted", "立案数", "cases accepted";
        /// Cases handled, counted.
        CasesDone = "cases_done", "处置数", "cases handled";
    }
}

impl Measure {
    /// Whether cases add to it, those of an area or of the unit that leads them; else legs of a unit.
    ///
    /// ```
    /// use gridwhistle_domain::score::measure::Measure;
    ///
    /// assert!(Measure::TimesOver.is_of_cases());
    /// assert!(!Measure::Handling.is_of_cases());
    /// ```
    #[must_use]
    pub const fn is_of_cases(self) -> bool {
        matches!(
            self,
            Self::CaseHandling
                | Self::CaseHalfDoneBy
                | Self::CaseBacklog
                | Self::CaseObservedOverExpected
                | Self::TimesOver
                | Self::CasesAccepted
                | Self::CasesDone
        )
    }

    /// Whether it is a plain count: each leg or case adds one.
    ///
    /// ```
    /// use gridwhistle_domain::score::measure::Measure;
    ///
    /// assert!(Measure::CasesDone.is_count());
    /// assert!(!Measure::Backlog.is_count());
    /// ```
    #[must_use]
    pub const fn is_count(self) -> bool {
        matches!(
            self,
            Self::LegsOverdue | Self::CasesAccepted | Self::CasesDone
        )
    }
}
