//! Which cases each count counts: the one home of these predicates.

use crate::case_view::counts::ResidentCount as R;
use crate::questions::filter::handling_overdue;
use crate::questions::span::Span;
use chrono::{DateTime, Utc};
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Filter, Op, TallyRow};

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What is counted of cases.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::questions) enum Count { $($(#[$doc])* $name,)* }

        impl Count {
            /// Every count.
            pub(super) const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

counts! {
    Reported,
    ReportedFiled,
    ReportedValid,
    ReportedOpen,
    Accepted,
    AcceptedJudged,
    AcceptedInTime,
    AcceptedKnown,
    AcceptedOfResidents,
    Refused,
    Screened,
    ScreenedInTime,
    ShouldDispatch,
    DispatchedRightly,
    DispatchedInTime,
    Open,
    OpenOverdue,
    ShouldHandle,
    Done,
    DoneJudged,
    DoneInTime,
    ShouldClose,
    Closed,
    ClosedJudged,
    ClosedInTime,
    ClosedLate,
    SentBack,
    Extended,
    Checked,
    CheckedInTime,
    Signed,
    SignedInTime,
    /// Signed off for the first time, whether or not it was reopened since.
    Settled,
    AtOnce,
    CameBack,
    BySelf,
    Whistled,
    WhistleAstray,
    Suspended,
    OnHold,
    PutOnHold,
    HeldBefore,
    Assessable,
    Responded,
    /// Closed here, and so ours to call back.
    Callable,
    Unreached,
    Reached,
    Solved,
    Rated,
    Satisfied,
    Strict,
    Star1,
    Star2,
    Star3,
    Star4,
    Star5,
}

fn is(column: &str) -> Filter {
    Filter::eq(column, true)
}

fn known(column: &str) -> Filter {
    Filter::IsNotNull(column.to_owned())
}

/// More than none.
pub(in crate::questions) fn some(column: &str) -> Filter {
    Filter::compare(column, Op::Gt, 0)
}

/// Open, with a duty past due that it has to pass before it can be closed: handling, or else the
/// check of the response, or a signature.
fn closing_overdue(at: DateTime<Utc>) -> Filter {
    let owed = |due: &str, made: &str| {
        Filter::And(vec![
            is("open"),
            Filter::IsNull(made.to_owned()),
            Filter::compare(due, Op::Lt, at),
        ])
    };
    Filter::Or(vec![
        handling_overdue(at),
        owed("verify_due", "verify_in_time"),
        owed("sign_due", "sign_in_time"),
    ])
}

/// Open, and its dispatch past due.
fn dispatch_overdue(at: DateTime<Utc>) -> Filter {
    Filter::And(vec![
        is("open"),
        Filter::compare("dispatch_due", Op::Lt, at),
    ])
}

impl Count {
    /// The five levels of what residents gave, one star first.
    pub(in crate::questions) const STARS: [Self; 5] = [
        Self::Star1,
        Self::Star2,
        Self::Star3,
        Self::Star4,
        Self::Star5,
    ];

    /// The cases it counts.
    #[expect(clippy::too_many_lines, reason = "one line a count")]
    pub(in crate::questions) fn filter(self, span: &Span) -> Filter {
        let at = span.at();
        let during = |column: &str| span.during(column);
        let reported = |more: Vec<Filter>| all(during("reported_at"), more);
        let accepted = |more: Vec<Filter>| all(during("accepted_at"), more);
        let done = |more: Vec<Filter>| all(during("done_at"), more);
        let closed = |more: Vec<Filter>| all(during("closed_at"), more);
        let settled = |more: Vec<Filter>| all(during("settled_at"), more);
        let callable = |more: Vec<Filter>| all(Self::Callable.filter(span), more);
        let stars = |stars: i64| callable(vec![Filter::eq("stars", stars)]);
        let at_least = |stars: i64| callable(vec![Filter::compare("stars", Op::Ge, stars)]);
        match self {
            Self::Reported => reported(vec![]),
            Self::ReportedFiled => reported(vec![known("accepted_at")]),
            Self::ReportedValid => reported(vec![is("valid")]),
            Self::ReportedOpen => reported(vec![is("open")]),
            Self::Accepted => accepted(vec![]),
            Self::AcceptedJudged => accepted(vec![known("accept_in_time")]),
            Self::AcceptedInTime => accepted(vec![is("accept_in_time")]),
            Self::AcceptedKnown => accepted(vec![known("by_resident")]),
            Self::AcceptedOfResidents => accepted(vec![is("by_resident")]),
            Self::Refused => during("refused_at"),
            Self::Screened => during("accept_due"),
            Self::ScreenedInTime => all(during("accept_due"), vec![is("accept_in_time")]),
            Self::ShouldDispatch => Filter::Or(vec![during("dispatched_at"), dispatch_overdue(at)]),
            Self::DispatchedRightly => all(
                during("dispatched_at"),
                vec![Filter::eq("misdispatched", false)],
            ),
            Self::DispatchedInTime => all(
                during("dispatched_at"),
                vec![is("dispatch_in_time"), Filter::negate(dispatch_overdue(at))],
            ),
            Self::Open => is("open"),
            Self::OpenOverdue => handling_overdue(at),
            Self::ShouldHandle => Filter::Or(vec![
                done(vec![known("done_in_time")]),
                handling_overdue(at),
            ]),
            Self::Done => done(vec![]),
            Self::DoneJudged => done(vec![known("done_in_time")]),
            Self::DoneInTime => done(vec![is("done_in_time")]),
            Self::ShouldClose => Filter::Or(vec![
                closed(vec![known("closed_in_time")]),
                closing_overdue(at),
            ]),
            Self::Closed => closed(vec![]),
            Self::ClosedJudged => closed(vec![known("closed_in_time")]),
            Self::ClosedInTime => closed(vec![is("closed_in_time")]),
            Self::ClosedLate => closed(vec![Filter::eq("closed_in_time", false)]),
            Self::SentBack => all(Self::ShouldClose.filter(span), vec![some("reworks")]),
            Self::Extended => all(Self::ShouldClose.filter(span), vec![some("extensions")]),
            Self::Checked => during("verify_due"),
            Self::CheckedInTime => all(during("verify_due"), vec![is("verify_in_time")]),
            Self::Signed => during("sign_due"),
            Self::SignedInTime => all(during("sign_due"), vec![is("sign_in_time")]),
            Self::Settled => settled(vec![]),
            Self::AtOnce => settled(vec![is("at_once"), Filter::negate(span.came_undone())]),
            Self::CameBack => {
                let by_then = known("reopened_at");
                settled(vec![Filter::Or(vec![by_then, span.came_undone()])])
            }
            Self::BySelf => closed(vec![is("by_self")]),
            Self::Whistled => during("whistled_at"),
            Self::WhistleAstray => all(during("whistled_at"), vec![is("whistle_astray")]),
            Self::Suspended => all(is("open"), vec![is("suspended")]),
            Self::OnHold => all(is("open"), vec![is("on_hold")]),
            Self::PutOnHold => during("held_at"),
            Self::HeldBefore => all(
                Self::OnHold.filter(span),
                vec![Filter::compare("held_at", Op::Lt, span.window.from)],
            ),
            Self::Assessable => closed(vec![R::Assessable.filter()]),
            Self::Responded => closed(vec![R::Responded.filter()]),
            Self::Callable => closed(vec![known("draw")]),
            Self::Unreached => {
                callable(vec![some("callbacks"), Filter::IsNull("solved".to_owned())])
            }
            Self::Reached => closed(vec![R::Reached.filter()]),
            Self::Solved => closed(vec![R::Solved.filter()]),
            Self::Rated => closed(vec![R::Rated.filter()]),
            Self::Satisfied => closed(vec![R::Satisfied.filter()]),
            Self::Strict => at_least(4),
            Self::Star1 => stars(1),
            Self::Star2 => stars(2),
            Self::Star3 => stars(3),
            Self::Star4 => stars(4),
            Self::Star5 => stars(5),
        }
    }
}

fn all(first: Filter, mut more: Vec<Filter>) -> Filter {
    more.insert(0, first);
    Filter::And(more)
}

/// Counts of one group, or of several together.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(Vec<u64>);

impl Counts {
    pub(super) fn of(row: &TallyRow) -> Self {
        let counts = row.counts.iter();
        Self(counts.map(|found| found.unsigned_abs()).collect())
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.resize(Count::ALL.len(), 0);
        for (count, more) in self.0.iter_mut().zip(&other.0) {
            *count += more;
        }
    }

    /// Whether the group had anything to do with the window.
    pub(super) fn any(&self) -> bool {
        self.0.iter().any(|count| *count > 0)
    }

    pub(super) fn get(&self, count: Count) -> u64 {
        self.0.get(count as usize).copied().unwrap_or(0)
    }

    /// A share; that of what was reported again is not counted here.
    pub(super) fn rate(&self, indicator: CaseIndicator) -> Rate {
        parts(indicator).map_or_else(Rate::default, |(met, of)| {
            Rate::new(self.get(met), self.get(of))
        })
    }
}

/// What meets an indicator, and of what; none where no row of a case alone can tell.
pub(super) const fn parts(indicator: CaseIndicator) -> Option<(Count, Count)> {
    use CaseIndicator as I;
    use Count as C;
    Some(match indicator {
        I::Filed => (C::ReportedFiled, C::Reported),
        I::FiledInTime => (C::AcceptedInTime, C::AcceptedJudged),
        I::DispatchedRightly => (C::DispatchedRightly, C::ShouldDispatch),
        I::DispatchedInTime => (C::DispatchedInTime, C::ShouldDispatch),
        I::Handled => (C::DoneJudged, C::ShouldHandle),
        I::HandledInTime => (C::DoneInTime, C::ShouldHandle),
        I::Closed => (C::ClosedJudged, C::ShouldClose),
        I::ClosedInTime => (C::ClosedInTime, C::ShouldClose),
        I::ClosedLate => (C::ClosedLate, C::ShouldClose),
        I::NotClosed => (C::ReportedOpen, C::Reported),
        I::Valid => (C::ReportedValid, C::Reported),
        I::ScreenedInTime => (C::ScreenedInTime, C::Screened),
        I::CheckedInTime => (C::CheckedInTime, C::Checked),
        I::FromResidents => (C::AcceptedOfResidents, C::AcceptedKnown),
        I::SentBack => (C::SentBack, C::ShouldClose),
        I::SettledAtOnce => (C::AtOnce, C::Settled),
        I::CameBack => (C::CameBack, C::Settled),
        I::BySelf => (C::BySelf, C::Closed),
        I::WhistleAstray => (C::WhistleAstray, C::Whistled),
        I::SignedInTime => (C::SignedInTime, C::Signed),
        I::Repeated => return None,
        I::Responded => (C::Responded, C::Assessable),
        I::Reached => (C::Reached, C::Callable),
        I::Solved => (C::Solved, C::Reached),
        I::SaidSatisfied => (C::Satisfied, C::Rated),
        I::SaidStrictly => (C::Strict, C::Rated),
    })
}
