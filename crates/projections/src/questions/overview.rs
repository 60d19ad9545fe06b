//! What a duty officer looks at first: what is open, what is late, what nobody has answered, and
//! whether more comes in than goes out.

use super::{Moment, QuestionError, Questions, WatchList, filter};
use crate::case_view::{CASES, LedgerRow};
use crate::questions::LedgerFilter;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_store::views::{Filter, Op, Tally, TallyRow, Value};
use serde::{Deserialize, Serialize};

/// How far back what came in and went out is counted, in hours.
const HOURS: i64 = 24;

/// The cases of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OverviewOf {
    /// The class; none before a case is accepted, and for all together.
    pub group: Option<String>,
    /// Not ended.
    pub open: i64,
    /// 预警: close to due.
    pub prewarning: i64,
    /// 超期: past due, the severe ones included.
    pub overdue: i64,
    /// 严重超期: twice the budget, or long past due.
    pub severe: i64,
    /// 挂起: the clock stands with a reason.
    pub suspended: i64,
    /// Of the suspended ones, those whose review is past due.
    pub review_missed: i64,
    /// 待审批吹哨: a whistle waits for its approval.
    pub whistles: i64,
    /// 待审核退单: a return request waits for its decision.
    pub returns: i64,
    /// Reported in the last 24 hours.
    pub reported: i64,
    /// Signed off in the last 24 hours.
    pub closed: i64,
}

/// The overview at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Overview {
    /// The instant asked.
    pub at: DateTime<Utc>,
    /// By class; those that have none come first.
    pub classes: Vec<OverviewOf>,
    /// All together.
    pub total: OverviewOf,
}

impl OverviewOf {
    const COUNTS: [&str; 10] = [
        "open",
        "prewarning",
        "overdue",
        "severe",
        "suspended",
        "review_missed",
        "whistles",
        "returns",
        "reported",
        "closed",
    ];

    fn fields(&mut self) -> [&mut i64; 10] {
        [
            &mut self.open,
            &mut self.prewarning,
            &mut self.overdue,
            &mut self.severe,
            &mut self.suspended,
            &mut self.review_missed,
            &mut self.whistles,
            &mut self.returns,
            &mut self.reported,
            &mut self.closed,
        ]
    }

    fn of(row: &TallyRow) -> Self {
        let group = row.group.first().and_then(Value::as_text);
        let mut of = Self {
            group: group.map(str::to_owned),
            ..Self::default()
        };
        for (field, count) in of.fields().into_iter().zip(&row.counts) {
            *field = *count;
        }
        of
    }

    fn add(&mut self, other: &mut Self) {
        for (field, more) in self.fields().into_iter().zip(other.fields()) {
            *field += *more;
        }
    }
}

impl Questions {
    /// The cases that are open, or came in or went out in the last 24 hours, counted.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn overview(
        &self,
        within: &LedgerFilter,
        moment: Moment,
    ) -> Result<Overview, QuestionError> {
        let at = moment.instant();
        let since = at - TimeDelta::hours(HOURS);
        let lately = |column: &str| {
            Filter::And(vec![
                Filter::compare(column, Op::Gt, since),
                Filter::compare(column, Op::Le, at),
            ])
        };
        let open = || Filter::eq("open", true);
        let waits_for = |clock: &str| {
            let clock = Filter::eq("clock_kind", clock);
            Filter::And(vec![filter::running(at), clock])
        };
        let review = Filter::compare("review_due", Op::Lt, at);
        let counts = [
            open(),
            WatchList::Prewarning.filter(at),
            WatchList::Overdue.filter(at),
            WatchList::Severe.filter(at),
            WatchList::Suspended.filter(at),
            Filter::And(vec![WatchList::Suspended.filter(at), review]),
            waits_for("approve_whistle"),
            waits_for("return_decision"),
            lately("reported_at"),
            lately("closed_at"),
        ];
        let counts = OverviewOf::COUNTS.into_iter().zip(counts);
        // What is closed for longer is in none of the counts, and is not looked at.
        let any = Filter::Or(vec![open(), lately("closed_at"), lately("reported_at")]);
        let tally = Tally {
            table: LedgerRow::TABLE.to_owned(),
            as_of: moment.as_of(),
            filter: Filter::And(vec![any, self.narrowed(within, moment).await?]),
            group_by: vec!["class".to_owned()],
            counts: counts
                .map(|(name, filter)| (name.to_owned(), filter))
                .collect(),
            sums: Vec::new(),
        };
        let tallied = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let mut classes: Vec<OverviewOf> = tallied.iter().map(OverviewOf::of).collect();
        let mut total = OverviewOf::default();
        classes.iter_mut().for_each(|class| total.add(class));
        Ok(Overview { at, classes, total })
    }
}
