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
        /// Cases given back for rework, of what should have been closed.
        CasesReworked = "cases_reworked", "返工案件数", "cases given back";
        /// How often those were given back.
        Reworks = "reworks", "返工次数", "times given back";
        /// Cases given more time, of what should have been closed.
        CasesExtended = "cases_extended", "延期案件数", "cases given more time";
        /// Cases put on long-term hold.
        CasesHeld = "cases_held", "挂账数", "cases put on hold";
        /// Cases put on hold before the window that still are.
        CasesHeldBefore = "cases_held_before", "历史挂账数", "cases on hold from before";
        /// Closed cases drawn to be called back, counted.
        Drawn = "drawn", "抽中回访数", "cases drawn to be called back";
        /// Of those, the ones that were called.
        DrawnCalled = "drawn_called", "抽中已回访数", "drawn cases that were called back";
        /// Closed cases whose resident was called and not reached.
        Unreachable = "unreachable", "回访未接通数", "called back and not reached";
        /// The stars that residents gave.
        Stars = "stars", "评价星级", "stars given";
        /// Residents who gave one star.
        OneStar = "one_star", "一星评价数", "one star given";
        /// Residents who gave two.
        TwoStars = "two_stars", "二星评价数", "two stars given";
        /// Residents who gave three.
        ThreeStars = "three_stars", "三星评价数", "three stars given";
        /// Residents who gave four.
        FourStars = "four_stars", "四星评价数", "four stars given";
        /// Residents who gave five.
        FiveStars = "five_stars", "五星评价数", "five stars given";
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
        !matches!(
            self,
            Self::WrongfulReturns
                | Self::Suspended
                | Self::Handling
                | Self::HalfDoneBy
                | Self::Backlog
                | Self::ObservedOverExpected
                | Self::LegsOverdue
        )
    }

    /// Whether it is a plain count: each leg or case adds one.
    ///
    /// ```
    /// use gridwhistle_domain::score::measure::Measure;
    ///
    /// assert!(Measure::CasesDone.is_count());
    /// // A case may be given back more than once.
    /// assert!(!Measure::Reworks.is_count());
    /// ```
    #[must_use]
    pub const fn is_count(self) -> bool {
        matches!(
            self,
            Self::LegsOverdue
                | Self::CasesAccepted
                | Self::CasesDone
                | Self::CasesReworked
                | Self::CasesExtended
                | Self::CasesHeld
                | Self::CasesHeldBefore
                | Self::Drawn
                | Self::DrawnCalled
                | Self::Unreachable
        ) || self.stars().is_some()
    }

    /// How many stars are counted, where those of one level are.
    ///
    /// ```
    /// use gridwhistle_domain::score::measure::Measure;
    ///
    /// assert_eq!(Measure::FourStars.stars(), Some(4));
    /// assert_eq!(Measure::Stars.stars(), None);
    /// ```
    #[must_use]
    pub const fn stars(self) -> Option<u8> {
        Some(match self {
            Self::OneStar => 1,
            Self::TwoStars => 2,
            Self::ThreeStars => 3,
            Self::FourStars => 4,
            Self::FiveStars => 5,
            _ => return None,
        })
    }

    /// The counts of the five levels, one star first.
    pub const LEVELS: [Self; 5] = [
        Self::OneStar,
        Self::TwoStars,
        Self::ThreeStars,
        Self::FourStars,
        Self::FiveStars,
    ];

    /// Whether each leg or case adds working minutes.
    ///
    /// ```
    /// use gridwhistle_domain::score::measure::Measure;
    ///
    /// assert!(Measure::Handling.is_time());
    /// assert!(!Measure::Reworks.is_time());
    /// ```
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(
            self,
            Self::Suspended
                | Self::Handling
                | Self::HalfDoneBy
                | Self::CaseHandling
                | Self::CaseHalfDoneBy
                | Self::TimesOver
        )
    }
}
