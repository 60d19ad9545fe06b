//! Which cases are meant, and the figures that count them: each predicate has its one home here,
//! so that a figure and the list behind it cannot differ.

use super::WatchList;
use crate::case_view::LedgerRow;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::authority::Within;
use gridwhistle_domain::case::anomaly::Anomaly;
use gridwhistle_domain::case::stage::{ClockKind, Stage};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_store::views::{Filter, Op, Value};
use serde::{Deserialize, Serialize};

/// A figure of the counts (`DOMAIN.md` 4.1; for imported cases the ground truth's definitions).
/// Voided and merged cases are in none but their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// On the books by then.
    Received,
    /// Signed off, archived ones included.
    Closed,
    /// Not ended.
    Open,
    /// Ended otherwise: rejected, withdrawn, transferred out.
    EndedOtherwise,
    /// Received, with a due time of handling.
    WithDue,
    /// Open, with a due time of handling.
    OpenWithDue,
    /// Open, handling owed and its clock running, its due time strictly before the instant. What
    /// others owe meanwhile, such as verification, is not charged to the handler.
    OpenOverdue,
    /// Closed, not late; equality is on time.
    ClosedOnTime,
    /// Closed late.
    ClosedLate,
    /// Received, with at least one return request.
    Returned,
    /// Received, with at least one rework.
    Reworked,
    /// Void by two persons.
    Voided,
    /// Merged into another case.
    Merged,
}

impl Figure {
    /// Every figure, in the order of the documentation.
    pub const ALL: [Self; 13] = [
        Self::Received,
        Self::Closed,
        Self::Open,
        Self::EndedOtherwise,
        Self::WithDue,
        Self::OpenWithDue,
        Self::OpenOverdue,
        Self::ClosedOnTime,
        Self::ClosedLate,
        Self::Returned,
        Self::Reworked,
        Self::Voided,
        Self::Merged,
    ];

    /// Its code, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Closed => "closed",
            Self::Open => "open",
            Self::EndedOtherwise => "ended_otherwise",
            Self::WithDue => "with_due",
            Self::OpenWithDue => "open_with_due",
            Self::OpenOverdue => "open_overdue",
            Self::ClosedOnTime => "closed_on_time",
            Self::ClosedLate => "closed_late",
            Self::Returned => "returned",
            Self::Reworked => "reworked",
            Self::Voided => "voided",
            Self::Merged => "merged",
        }
    }

    /// The figure of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.code() == code)
    }

    /// The rows it counts at an instant.
    pub(super) fn filter(self, at: DateTime<Utc>) -> Filter {
        let open = || Filter::eq("open", true);
        let counted = |filters: Vec<Filter>| {
            let excluded = stages(&[Stage::Voided, Stage::Merged]);
            let mut all = vec![Filter::negate(excluded)];
            all.extend(filters);
            Filter::And(all)
        };
        match self {
            Self::Received => counted(Vec::new()),
            Self::Closed => stages(&[Stage::Closed, Stage::Archived]),
            Self::Open => open(),
            Self::EndedOtherwise => {
                stages(&[Stage::Rejected, Stage::Withdrawn, Stage::TransferredOut])
            }
            Self::WithDue => counted(vec![Filter::IsNotNull("handle_due".to_owned())]),
            Self::OpenWithDue => {
                Filter::And(vec![open(), Filter::IsNotNull("handle_due".to_owned())])
            }
            Self::OpenOverdue => handling_overdue(at),
            Self::ClosedOnTime => Filter::eq("closed_late", false),
            Self::ClosedLate => Filter::eq("closed_late", true),
            Self::Returned => counted(vec![Filter::compare("returns", Op::Gt, 0)]),
            Self::Reworked => counted(vec![Filter::compare("reworks", Op::Gt, 0)]),
            Self::Voided => stages(&[Stage::Voided]),
            Self::Merged => stages(&[Stage::Merged]),
        }
    }
}

/// Open, with handling past due while its clock runs: of cases as of legs, whose rows name it alike.
pub(super) fn handling_overdue(at: DateTime<Utc>) -> Filter {
    Filter::And(vec![
        Filter::eq("open", true),
        Filter::Or(vec![Filter::eq("handle_running", true), resumed(at)]),
        Filter::compare("handle_due", Op::Lt, at),
    ])
}

/// Open, running, due before the instant.
pub(super) fn overdue(at: DateTime<Utc>) -> Filter {
    Filter::And(vec![running(at), Filter::compare("due", Op::Lt, at)])
}

impl LedgerRow {
    /// What `overdue` says, of a row in hand.
    #[must_use]
    pub fn is_overdue(&self, at: DateTime<Utc>) -> bool {
        let resumed = self.suspended_until.is_some_and(|until| until <= at);
        let goes_on = self.clock_state == "suspended" && resumed;
        let running = self.open && (self.clock_state == "running" || goes_on);
        running && self.due.is_some_and(|due| due < at)
    }
}

/// Open, and the clock runs: by its state, or because its suspension has ended by itself.
pub(super) fn running(at: DateTime<Utc>) -> Filter {
    let is = |state: &str| Filter::eq("clock_state", state);
    // An ended clock does not go on with the case.
    let goes_on = Filter::And(vec![is("suspended"), resumed(at)]);
    Filter::And(vec![
        Filter::eq("open", true),
        Filter::Or(vec![is("running"), goes_on]),
    ])
}

/// Open, and standing with a reason.
pub(super) fn standing(at: DateTime<Utc>) -> Filter {
    Filter::And(vec![
        Filter::eq("open", true),
        Filter::IsNotNull("suspended_since".to_owned()),
        Filter::negate(resumed(at)),
    ])
}

/// The suspension has ended by itself, whether or not anybody noticed.
fn resumed(at: DateTime<Utc>) -> Filter {
    Filter::compare("suspended_until", Op::Le, at)
}

pub(super) fn stages(stages: &[Stage]) -> Filter {
    Filter::In {
        column: "stage".to_owned(),
        values: stages.iter().map(|stage| stage.code().into()).collect(),
    }
}

/// Which cases are meant; every field that is set must fit.
///
/// ```
/// use gridwhistle_projections::questions::LedgerFilter;
///
/// let overdue_here = LedgerFilter {
///     street: Some("S-1".to_owned()),
///     overdue: true,
///     ..LedgerFilter::default()
/// };
/// let read: LedgerFilter = serde_json::from_str("{\"street\":\"S-1\",\"overdue\":true}")?;
/// assert_eq!(read, overdue_here);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LedgerFilter {
    /// Any of these stages; empty: all.
    pub stage: Vec<Stage>,
    /// The class.
    pub class: Option<CaseClass>,
    /// Only cases that have no class yet.
    pub unclassed: bool,
    /// The unit of the lead leg; here and in the four below `-`: those that have none.
    pub unit: Option<String>,
    /// The street.
    pub street: Option<String>,
    /// The community.
    pub community: Option<String>,
    /// The leaf grid.
    pub grid: Option<String>,
    /// The matter.
    pub matter: Option<String>,
    /// The foreign system.
    pub source: Option<String>,
    /// An anomaly that an imported case was kept with.
    pub anomaly: Option<Anomaly>,
    /// In the title, or the exact id in the foreign system, or the case id.
    pub text: Option<String>,
    /// Reported at or after.
    pub reported_from: Option<DateTime<Utc>>,
    /// Reported before.
    pub reported_before: Option<DateTime<Utc>>,
    /// Only cases that have not ended.
    pub open_only: bool,
    /// Only open cases whose clock runs past its due time.
    pub overdue: bool,
    /// The cases behind a figure.
    pub figure: Option<Figure>,
    /// The cases of an overdue list.
    pub list: Option<WatchList>,
    /// Only open cases whose clock runs and is due within so many minutes on the wall.
    pub due_within: Option<i64>,
    /// Only cases that stand, and whose hold should have been looked at.
    pub review_due: bool,
    /// The duty that is due first.
    pub duty: Option<ClockKind>,
    /// Closed at or after.
    pub closed_from: Option<DateTime<Utc>>,
    /// What the asker sees; none: no bound. Never read from what an asker writes.
    #[serde(skip)]
    pub within: Option<Within>,
}

/// The code of none: of cases that lie in no area, or that no unit leads.
const NONE: &str = "-";

impl LedgerFilter {
    /// As a filter on the ledger's rows.
    pub(super) fn to_filter(&self, at: DateTime<Utc>) -> Filter {
        let mut all = Vec::new();
        if !self.stage.is_empty() {
            all.push(stages(&self.stage));
        }
        let class = self.class.map(|class| class.code().to_owned());
        let columns = [
            ("class", &class),
            ("lead_unit", &self.unit),
            ("street", &self.street),
            ("community", &self.community),
            ("grid", &self.grid),
            ("matter", &self.matter),
            ("source", &self.source),
        ];
        for (column, wanted) in columns {
            if let Some(wanted) = wanted {
                all.push(match wanted.as_str() {
                    NONE => Filter::IsNull(column.to_owned()),
                    wanted => Filter::eq(column, wanted),
                });
            }
        }
        if self.unclassed {
            all.push(Filter::IsNull("class".to_owned()));
        }
        all.extend(self.anomaly.map(|anomaly| Filter::Contains {
            column: "anomalies".to_owned(),
            text: anomaly.code().to_owned(),
        }));
        all.extend(self.text.as_deref().map(worded));
        let from = self.reported_from.map(|from| (Op::Ge, from));
        let before = self.reported_before.map(|before| (Op::Lt, before));
        for (op, instant) in from.into_iter().chain(before) {
            all.push(Filter::compare("reported_at", op, instant));
        }
        if self.open_only {
            all.push(Filter::eq("open", true));
        }
        if self.overdue {
            all.push(overdue(at));
        }
        all.extend(self.figure.map(|figure| figure.filter(at)));
        all.extend(self.list.map(|list| list.filter(at)));
        all.extend(self.by_duty(at));
        Filter::And(all)
    }
}

impl LedgerFilter {
    /// What is asked of the duty that is due first, and of holds and closures.
    fn by_duty(&self, at: DateTime<Utc>) -> Vec<Filter> {
        let mut all = Vec::new();
        if let Some(minutes) = self.due_within {
            let until = at + TimeDelta::try_minutes(minutes).unwrap_or(TimeDelta::MAX);
            all.push(running(at));
            all.push(Filter::compare("due", Op::Ge, at));
            all.push(Filter::compare("due", Op::Le, until));
        }
        if self.review_due {
            all.push(standing(at));
            all.push(Filter::compare("review_due", Op::Lt, at));
        }
        let duty = self.duty.map(|duty| Filter::eq("clock_kind", duty.code()));
        all.extend(duty);
        let closed = self.closed_from;
        all.extend(closed.map(|from| Filter::compare("closed_at", Op::Ge, from)));
        all
    }
}

fn worded(text: &str) -> Filter {
    let exact = |column| Filter::eq(column, Value::from(text));
    Filter::Or(vec![
        Filter::Contains {
            column: "title".to_owned(),
            text: text.to_owned(),
        },
        exact("source_id"),
        exact("case_id"),
    ])
}
