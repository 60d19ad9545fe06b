//! Which legs, and which residents, each count of the figures counts: the one home of these predicates, in the two forms in
//! which they are used. As a filter they count the rows of any window at any instant; on a row they
//! say in which month it counts, so that the counts of months are kept as events come.

use super::account_row::AccountTold;
use super::rows::LegTold;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_store::views::{Filter, Op};

/// How soon after a closing what comes back is held against it (`DOMAIN.md` 4.4).
pub(crate) const SOON: TimeDelta = TimeDelta::days(30);

/// The instant by which a leg is counted: the count is of the window in which it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Opened,
    Done,
    AckDue,
    ContactDue,
    ReportInDue,
    Closed,
    Responded,
}

impl Anchor {
    pub(crate) const ALL: [Self; 7] = [
        Self::Opened,
        Self::Done,
        Self::AckDue,
        Self::ContactDue,
        Self::ReportInDue,
        Self::Closed,
        Self::Responded,
    ];

    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Opened => "opened_at",
            Self::Done => "done_at",
            Self::AckDue => "ack_due",
            Self::ContactDue => "contact_due",
            Self::ReportInDue => "report_in_due",
            Self::Closed => "closed_at",
            Self::Responded => "responded_at",
        }
    }

    pub(crate) fn of(self, row: &LegTold<'_>) -> Option<DateTime<Utc>> {
        match self {
            Self::Opened => Some(row.opened_at),
            Self::Done => row.done_at,
            Self::AckDue => row.ack_due,
            Self::ContactDue => row.contact_due,
            Self::ReportInDue => row.report_in_due,
            Self::Closed => row.closed_at,
            Self::Responded => row.responded_at,
        }
    }
}

/// What a leg must be to count, as a filter and on a row.
#[derive(Clone, Copy)]
pub(crate) struct Condition {
    pub(crate) filter: fn() -> Filter,
    pub(crate) holds: fn(&LegTold<'_>) -> bool,
}

/// A condition by the name of a column that is true.
macro_rules! is {
    ($column:ident) => {
        Condition {
            filter: || Filter::eq(stringify!($column), true),
            holds: |row| row.$column == Some(true),
        }
    };
}

/// A condition by the name of a column that is more than zero.
macro_rules! some {
    ($column:ident) => {
        Condition {
            filter: || Filter::compare(stringify!($column), Op::Gt, 0),
            holds: |row| row.$column > 0,
        }
    };
}

/// A duty that fell away before it was due, with its leg, was asked of nobody.
macro_rules! asked {
    ($did:ident) => {
        Condition {
            filter: || {
                let did = Filter::IsNotNull(stringify!($did).to_owned());
                Filter::Or(vec![did, Filter::eq("open", true)])
            },
            holds: |row| row.$did.is_some() || row.open,
        }
    };
}

const JUDGED: Condition = Condition {
    filter: || Filter::IsNotNull("done_on_time".to_owned()),
    holds: |row| row.done_on_time.is_some(),
};
const NOT_WAIVED: Condition = Condition {
    filter: || Filter::eq("waived", false),
    holds: |row| !row.waived,
};
const CAME_BACK: Condition = Condition {
    filter: || Filter::IsNotNull("reopened_at".to_owned()),
    holds: |row| row.reopened_at.is_some(),
};
const RETURNED: Condition = Condition {
    filter: || Filter::eq("stage", "returned"),
    holds: |row| row.stage == "returned",
};

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident $column:literal $anchor:ident [$($condition:expr),*];)*) => {
        /// What is counted of legs by an instant of theirs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum LegCount { $($(#[$doc])* $name,)* }

        impl LegCount {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its column in the table of months.
            pub(crate) const fn column(self) -> &'static str {
                match self { $(Self::$name => $column,)* }
            }

            /// By which instant it counts.
            pub(crate) const fn anchor(self) -> Anchor {
                match self { $(Self::$name => Anchor::$anchor,)* }
            }

            /// What a leg must be.
            pub(crate) const fn conditions(self) -> &'static [Condition] {
                match self { $(Self::$name => const { &[$($condition),*] },)* }
            }
        }
    };
}

counts! {
    /// Dispatched.
    Opened "opened" Opened [];
    /// Its part done.
    Done "done" Done [];
    /// Of those, the ones that can be late.
    DoneJudged "done_judged" Done [JUDGED];
    /// Of those, the ones in time.
    DoneOnTime "done_on_time" Done [is!(done_on_time)];
    /// Acknowledgement was due.
    AckAsked "ack_asked" AckDue [asked!(acknowledged_at)];
    /// By itself and in time.
    AckMet "ack_met" AckDue [asked!(acknowledged_at), is!(ack_on_time)];
    /// Contact was due.
    ContactAsked "contact_asked" ContactDue [asked!(contacted_at)];
    /// In time.
    ContactMet "contact_met" ContactDue [asked!(contacted_at), is!(contact_on_time)];
    /// Reporting in was due.
    ReportInAsked "report_in_asked" ReportInDue [asked!(reported_in_at), NOT_WAIVED];
    /// In time.
    ReportInMet "report_in_met" ReportInDue [asked!(reported_in_at), is!(report_in_on_time)];
    /// The case that it led was signed off, for the first time.
    SignedOff "signed_off" Closed [];
    /// At the first go.
    FirstTime "first_time" Closed [is!(first_time)];
    /// And soon reopened.
    Reopened "reopened" Closed [CAME_BACK];
    /// Its part done, whether or not it was given back since.
    Responded "responded_legs" Responded [];
    /// And given back at least once.
    Reworked "reworked" Responded [some!(reworks)];
    /// Dispatched, and a return asked for.
    ReturnAsked "return_asked" Opened [some!(returns_requested)];
    /// Dispatched, and returned.
    Returned "returned" Opened [RETURNED];
    /// Done, with an extension.
    Extended "extended" Done [some!(extensions)];
}

impl LegCount {
    /// Whether a leg counts, wherever its instant lies.
    pub(crate) fn holds(self, row: &LegTold<'_>) -> bool {
        self.conditions().iter().all(|one| (one.holds)(row))
    }
}

/// What a leg owes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owed {
    pub(crate) open: bool,
    handle_running: bool,
    suspended_until: Option<DateTime<Utc>>,
    handle_due: Option<DateTime<Utc>>,
}

impl Owed {
    pub(crate) fn of(row: &LegTold<'_>) -> Self {
        Self {
            open: row.open,
            handle_running: row.handle_running,
            suspended_until: row.suspended_until,
            handle_due: row.handle_due,
        }
    }

    /// Whether the leg is open and was past its due time at an instant, its clock running: the same as
    /// `filter::handling_overdue`.
    pub(crate) fn is_overdue(&self, at: DateTime<Utc>) -> bool {
        let runs = self.handle_running || self.suspended_until.is_some_and(|until| until <= at);
        self.open && runs && self.handle_due.is_some_and(|due| due < at)
    }
}

/// What is counted of the residents of closed cases, for the unit that led them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResidentCount {
    /// A contact was to be made.
    Assessable,
    /// And was made in time.
    Responded,
    /// Reached by a callback.
    Reached,
    /// And it is solved.
    Solved,
    /// Gave stars.
    Rated,
    /// Three or more.
    Satisfied,
}

impl ResidentCount {
    pub(crate) const ALL: [Self; 6] = [
        Self::Assessable,
        Self::Responded,
        Self::Reached,
        Self::Solved,
        Self::Rated,
        Self::Satisfied,
    ];

    /// Its column in the table of months.
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Assessable => "assessable",
            Self::Responded => "responded",
            Self::Reached => "reached",
            Self::Solved => "solved",
            Self::Rated => "rated",
            Self::Satisfied => "satisfied",
        }
    }

    /// What the account of a closed case must be. Cases of another system are not ours to call back:
    /// they are not in the draw.
    pub(crate) fn filter(self) -> Filter {
        let known = |column: &str| Filter::IsNotNull(column.to_owned());
        let callable = |more: Filter| Filter::And(vec![known("draw"), more]);
        match self {
            Self::Assessable => known("contact_due"),
            Self::Responded => Filter::eq("contact_in_time", true),
            Self::Reached => callable(known("solved")),
            Self::Solved => callable(Filter::eq("solved", true)),
            Self::Rated => callable(known("stars")),
            Self::Satisfied => callable(Filter::compare("stars", Op::Ge, SATISFIED_FROM)),
        }
    }

    /// The same on a row.
    pub(crate) fn holds(self, row: &AccountTold<'_>) -> bool {
        let callable = row.draw.is_some();
        match self {
            Self::Assessable => row.contact_due.is_some(),
            Self::Responded => row.contact_in_time == Some(true),
            Self::Reached => callable && row.solved.is_some(),
            Self::Solved => callable && row.solved == Some(true),
            Self::Rated => callable && row.stars.is_some(),
            Self::Satisfied => callable && row.stars >= Some(SATISFIED_FROM),
        }
    }
}

/// 基本满意 and above (`DOMAIN.md` 4.7).
const SATISFIED_FROM: i64 = 3;
