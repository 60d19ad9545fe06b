//! The supervision ladder (督办阶梯): the rules by which the clock reminds, urges and signs cards
//! (`DOMAIN.md` 2.5). Numbers are policy data; which rule raises what stands here.
//!
//! A missed review of a hold is red by the machine of special cases (2.4), a missed progress note
//! yellow; everything else is the ladder itself.

use super::Case;
use super::clock::ClockId;
use super::stage::{Card, ClockKind};
use crate::text::named;

/// The duties that the ladder supervises: handling, and where a case has none the steps of the
/// agent and the window. At most one of them is owed at a time.
pub const SUPERVISED: [ClockKind; 5] = [
    ClockKind::Handle,
    ClockKind::TakePapers,
    ClockKind::Submit,
    ClockKind::Statutory,
    ClockKind::HandBack,
];

/// Whether the ladder goes by a clock.
#[must_use]
pub fn goes_by(id: ClockId) -> bool {
    id.leg.is_none() && SUPERVISED.contains(&id.kind)
}

named! {
    /// A rule that signs an urge or a card without a person.
    LadderRule {
        /// The working day after the due time: the clock urges.
        OverdueUrge = "overdue_urge", "到期次一工作日催办", "urged on the working day after due";
        /// Yellow at 1.5 times the budget.
        Overdue150 = "overdue_150", "用时达时限一倍半", "half the budget past due";
        /// Red at twice the budget.
        Overdue200 = "overdue_200", "用时达时限两倍", "twice the budget used";
        /// Yellow at the second rework.
        ReworksYellow = "reworks_yellow", "多次返工", "reworked repeatedly";
        /// Red at the third rework.
        ReworksRed = "reworks_red", "返工过多", "reworked too often";
        /// Red when an urge stays without a reason.
        UrgeUnanswered = "urge_unanswered", "催办后逾期无故未复", "no reason given after an urge";
        /// Yellow when no progress note came in time.
        ProgressMissed = "progress_missed", "未按期报告进展", "progress note missed";
        /// Red when a long-term hold was not looked at in time.
        ReviewMissed = "review_missed", "挂账逾期未复核", "review of the hold missed";
    }
}

impl LadderRule {
    /// The card it signs; an urge is none.
    #[must_use]
    pub const fn card(self) -> Option<Card> {
        match self {
            Self::OverdueUrge => None,
            Self::Overdue150 | Self::ReworksYellow | Self::ProgressMissed => Some(Card::Yellow),
            Self::Overdue200 | Self::ReworksRed | Self::UrgeUnanswered | Self::ReviewMissed => {
                Some(Card::Red)
            }
        }
    }

    /// Whether `raise-card` may ask for it; the missed duties have commands of their own.
    #[must_use]
    pub const fn is_asked_for(self) -> bool {
        !matches!(
            self,
            Self::OverdueUrge | Self::ProgressMissed | Self::ReviewMissed
        )
    }

    /// Whether it has signed its card in the period that it counts in: since the supervised duty
    /// began or the case came back; for reworks the whole life of the case, as they are counted
    /// over all of it; for silence the urge that is not answered.
    #[must_use]
    pub fn is_signed(self, case: &Case) -> bool {
        let began = case.supervised().map(|clock| clock.started_at);
        let began = began.max(case.reopened_at);
        let from = match self {
            Self::ReworksYellow | Self::ReworksRed => None,
            Self::UrgeUnanswered => began.max(case.urge_unanswered_since),
            _ => began,
        };
        let mut cards = case.cards.iter();
        cards.any(|held| held.rule == self.code() && Some(held.at) >= from)
    }

    /// The rule below it on the ladder, which must have been signed in the same period. An urge is
    /// a warning of its own: silence after it needs no yellow card first.
    #[must_use]
    pub const fn after(self) -> Option<Self> {
        match self {
            Self::Overdue200 => Some(Self::Overdue150),
            Self::ReworksRed => Some(Self::ReworksYellow),
            _ => None,
        }
    }
}
