//! Which legs each count counts: the one home of these predicates.

use crate::questions::Window;
use crate::questions::filter::handling_overdue;
use chrono::{DateTime, Utc};
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Filter, Op, TallyRow};

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Count {
    Opened,
    Open,
    OpenOverdue,
    Done,
    DoneJudged,
    DoneOnTime,
    AckAsked,
    AckMet,
    ContactAsked,
    ContactMet,
    ReportInAsked,
    ReportInMet,
    SignedOff,
    FirstTime,
    Reopened,
    Reworked,
    ReturnAsked,
    Returned,
    Extended,
}

pub(super) const COUNTS: [Count; 19] = [
    Count::Opened,
    Count::Open,
    Count::OpenOverdue,
    Count::Done,
    Count::DoneJudged,
    Count::DoneOnTime,
    Count::AckAsked,
    Count::AckMet,
    Count::ContactAsked,
    Count::ContactMet,
    Count::ReportInAsked,
    Count::ReportInMet,
    Count::SignedOff,
    Count::FirstTime,
    Count::Reopened,
    Count::Reworked,
    Count::ReturnAsked,
    Count::Returned,
    Count::Extended,
];

impl Count {
    /// The legs it counts.
    pub(super) fn filter(self, window: Window, at: DateTime<Utc>) -> Filter {
        let during = |column: &str| window.filter(column, at);
        let is = |column: &str| Filter::eq(column, true);
        let some = |column: &str| Filter::compare(column, Op::Gt, 0);
        let open = || is("open");
        let done = || during("done_at");
        // A duty that fell away before it was due, with its leg, was asked of nobody.
        let asked = |due: &str, did: &str| {
            let did = Filter::IsNotNull(did.to_owned());
            vec![during(due), Filter::Or(vec![did, open()])]
        };
        let and = |mut all: Vec<Filter>, one: Filter| {
            all.push(one);
            all
        };
        let led = || vec![Filter::eq("part", "lead"), during("closed_at")];
        let all = match self {
            Self::Opened => vec![during("opened_at")],
            Self::Open => vec![open()],
            Self::OpenOverdue => vec![handling_overdue(at)],
            Self::Done => vec![done()],
            Self::DoneJudged => vec![done(), Filter::IsNotNull("done_on_time".to_owned())],
            Self::DoneOnTime => vec![done(), is("done_on_time")],
            Self::AckAsked => asked("ack_due", "acknowledged_at"),
            Self::AckMet => and(asked("ack_due", "acknowledged_at"), is("ack_on_time")),
            Self::ContactAsked => asked("contact_due", "contacted_at"),
            Self::ContactMet => and(asked("contact_due", "contacted_at"), is("contact_on_time")),
            Self::ReportInAsked => and(
                asked("report_in_due", "reported_in_at"),
                Filter::eq("waived", false),
            ),
            Self::ReportInMet => and(
                asked("report_in_due", "reported_in_at"),
                is("report_in_on_time"),
            ),
            Self::SignedOff => led(),
            Self::FirstTime => and(led(), is("first_time")),
            Self::Reopened => and(led(), some("reopens")),
            Self::Reworked => vec![done(), some("reworks")],
            Self::ReturnAsked => vec![during("opened_at"), some("returns_requested")],
            Self::Returned => vec![during("opened_at"), Filter::eq("stage", "returned")],
            Self::Extended => vec![done(), some("extensions")],
        };
        Filter::And(all)
    }
}

/// Counts of one unit with one matter and class, or of several together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts([u64; COUNTS.len()]);

impl Counts {
    pub(super) fn of(row: &TallyRow) -> Self {
        let mut counts = Self::default();
        for (count, found) in counts.0.iter_mut().zip(&row.counts) {
            *count = u64::try_from(*found).unwrap_or(0);
        }
        counts
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

    pub(super) const fn get(&self, count: Count) -> u64 {
        self.0[count as usize]
    }

    pub(super) fn rate(&self, indicator: Indicator) -> Rate {
        let (met, of) = parts(indicator);
        Rate::new(self.get(met), of.iter().map(|count| self.get(*count)).sum())
    }
}

/// What meets an indicator, and of what: legs that are in none of the others.
pub(super) const fn parts(indicator: Indicator) -> (Count, &'static [Count]) {
    use Count as C;
    /// What should be done by then: done, and open past its due time (`DOMAIN.md` 4.1).
    const SHOULD: &[Count] = &[C::DoneJudged, C::OpenOverdue];
    match indicator {
        Indicator::Acknowledged => (C::AckMet, &[C::AckAsked]),
        Indicator::Contacted => (C::ContactMet, &[C::ContactAsked]),
        Indicator::ReportedIn => (C::ReportInMet, &[C::ReportInAsked]),
        Indicator::Completion => (C::DoneJudged, SHOULD),
        Indicator::OnTime => (C::DoneOnTime, SHOULD),
        Indicator::FirstTime => (C::FirstTime, &[C::SignedOff]),
        Indicator::Reopened => (C::Reopened, &[C::SignedOff]),
        Indicator::Reworked => (C::Reworked, &[C::Done]),
        Indicator::Returned => (C::ReturnAsked, &[C::Opened]),
        Indicator::Misdispatched => (C::Returned, &[C::Opened]),
        Indicator::Extended => (C::Extended, &[C::Done]),
    }
}
