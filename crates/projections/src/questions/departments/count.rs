//! The counts of a unit, and what share each indicator makes of them.

use crate::case_view::counts::LegCount;
use crate::questions::filter::handling_overdue;
use crate::questions::span::Span;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::Filter;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::questions) enum Count {
    /// In the window, by an instant of the leg.
    Leg(LegCount),
    /// Open at the asked instant.
    Open,
    /// Of those, the ones past due while the clock runs.
    OpenOverdue,
}

const NUMBERS: usize = LegCount::ALL.len() + 2;

impl Count {
    pub(in crate::questions) fn all() -> impl Iterator<Item = Self> {
        let legs = LegCount::ALL.iter().map(|count| Self::Leg(*count));
        legs.chain([Self::Open, Self::OpenOverdue])
    }

    const fn place(self) -> usize {
        match self {
            Self::Leg(count) => count as usize,
            Self::Open => LegCount::ALL.len(),
            Self::OpenOverdue => LegCount::ALL.len() + 1,
        }
    }

    /// The legs it counts.
    pub(in crate::questions) fn filter(self, span: &Span) -> Filter {
        match self {
            Self::Leg(count) => {
                let within = || span.during(count.anchor().column());
                let own = counted(count, within());
                match count {
                    LegCount::FirstTime => {
                        Filter::And(vec![own, Filter::negate(span.came_undone())])
                    }
                    LegCount::Reopened => {
                        Filter::Or(vec![own, Filter::And(vec![within(), span.came_undone()])])
                    }
                    _ => own,
                }
            }
            Self::Open => Filter::eq("open", true),
            Self::OpenOverdue => handling_overdue(span.at()),
        }
    }
}

/// The legs of a count whose instant passes a filter.
pub(super) fn counted(count: LegCount, when: Filter) -> Filter {
    let conditions = count.conditions().iter().map(|one| (one.filter)());
    Filter::And(std::iter::once(when).chain(conditions).collect())
}

/// Counts of one unit with one matter and class, or of several together.
#[derive(Clone, Copy, Debug)]
pub(in crate::questions) struct Counts([u64; NUMBERS]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; NUMBERS])
    }
}

impl Counts {
    /// Adds what was counted, in the order of [`Count::all`].
    pub(super) fn take(&mut self, counted: &[i64]) {
        for (count, more) in self.0.iter_mut().zip(counted) {
            *count = count.saturating_add_signed(*more);
        }
    }

    /// Adds to one count.
    pub(super) const fn more(&mut self, count: Count, more: i64) {
        let number = &mut self.0[count.place()];
        *number = number.saturating_add_signed(more);
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// Whether the unit had anything to do with the window.
    pub(super) fn any(&self) -> bool {
        self.0.iter().any(|count| *count > 0)
    }

    pub(in crate::questions) const fn get(&self, count: Count) -> u64 {
        self.0[count.place()]
    }

    pub(in crate::questions) fn rate(&self, indicator: Indicator) -> Rate {
        let (met, of) = parts(indicator);
        Rate::new(self.get(met), of.iter().map(|count| self.get(*count)).sum())
    }
}

/// What meets an indicator, and of what: legs that are in none of the others.
pub(super) const fn parts(indicator: Indicator) -> (Count, &'static [Count]) {
    use Count::{Leg, OpenOverdue};
    use LegCount as C;
    /// What should be done by then: done, and open past its due time (`DOMAIN.md` 4.1).
    const SHOULD: &[Count] = &[Leg(C::DoneJudged), OpenOverdue];
    match indicator {
        Indicator::Acknowledged => (Leg(C::AckMet), &[Leg(C::AckAsked)]),
        Indicator::Contacted => (Leg(C::ContactMet), &[Leg(C::ContactAsked)]),
        Indicator::ReportedIn => (Leg(C::ReportInMet), &[Leg(C::ReportInAsked)]),
        Indicator::Completion => (Leg(C::DoneJudged), SHOULD),
        Indicator::OnTime => (Leg(C::DoneOnTime), SHOULD),
        Indicator::FirstTime => (Leg(C::FirstTime), &[Leg(C::SignedOff)]),
        Indicator::Reopened => (Leg(C::Reopened), &[Leg(C::SignedOff)]),
        Indicator::Reworked => (Leg(C::Reworked), &[Leg(C::Responded)]),
        Indicator::Returned => (Leg(C::ReturnAsked), &[Leg(C::Opened)]),
        Indicator::Misdispatched => (Leg(C::Returned), &[Leg(C::Opened)]),
        Indicator::Extended => (Leg(C::Extended), &[Leg(C::Done)]),
    }
}
