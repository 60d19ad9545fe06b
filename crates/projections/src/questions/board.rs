//! The duty officer's board, the first page of the dashboard (值班总览): what must be done now, each part a filter of the ledger, so
//! that a figure opens to exactly the cases that it counts.

use super::watch::watch_row;
use super::{
    Counts, Figure, LedgerFilter, LedgerSort, Moment, QuestionError, Questions, WatchList, WatchRow,
};
use crate::case_view::read_case;
use crate::timeline::words_of;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::authority::Within;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::stage::{ClockKind, Stage};
use gridwhistle_domain::text::Text;
use gridwhistle_store::views::Filter;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Cases of a part that are shown at once.
const ROWS: usize = 6;
/// Events that are shown.
const EVENTS: usize = 10;
/// Events that are looked through for them, at a time and at most so many times.
const LOOK: u64 = 250;
const LOOKS: usize = 20;
/// What falls into the flow.
const FLOW_HOURS: i64 = 24;

/// What must be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BoardPart {
    /// Due within two hours.
    DueSoon,
    /// Severely overdue.
    Severe,
    /// Overdue, severe ones among them.
    Overdue,
    /// A whistle or dispatch that nobody has answered.
    Unanswered,
    /// A unit wants to return its part, and somebody must decide.
    Returns,
    /// On hold, and the review is overdue.
    ReviewDue,
}

impl BoardPart {
    /// Every part, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::DueSoon,
        Self::Severe,
        Self::Overdue,
        Self::Unanswered,
        Self::Returns,
        Self::ReviewDue,
    ];

    /// The code, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DueSoon => "due_soon",
            Self::Severe => "severe",
            Self::Overdue => "overdue",
            Self::Unanswered => "unanswered",
            Self::Returns => "returns",
            Self::ReviewDue => "review_due",
        }
    }

    /// Which of them come first: those due first; of the overdue ones those that came last, for the
    /// old ones stand among the severe ones.
    const fn sort(self) -> LedgerSort {
        match self {
            Self::Overdue => LedgerSort::Newest,
            _ => LedgerSort::Due,
        }
    }

    /// The cases that it counts.
    ///
    /// ```
    /// use gridwhistle_projections::questions::BoardPart;
    ///
    /// assert_eq!(BoardPart::DueSoon.filter().due_within, Some(120));
    /// ```
    #[must_use]
    pub fn filter(self) -> LedgerFilter {
        let mut filter = LedgerFilter {
            open_only: true,
            ..LedgerFilter::default()
        };
        match self {
            Self::DueSoon => filter.due_within = Some(120),
            Self::Severe => filter.list = Some(WatchList::Severe),
            Self::Overdue => filter.list = Some(WatchList::Overdue),
            Self::Unanswered => filter.stage = vec![Stage::Whistled, Stage::Dispatched],
            Self::Returns => filter.duty = Some(ClockKind::ReturnDecision),
            Self::ReviewDue => filter.review_due = true,
        }
        filter
    }
}

/// One part with its first cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BoardList {
    /// Which.
    pub part: BoardPart,
    /// How many cases it holds.
    pub total: i64,
    /// The first of them.
    pub rows: Vec<WatchRow>,
}

/// One event of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Happening {
    /// Position in the log.
    pub position: u64,
    /// The case.
    pub case_id: String,
    /// Its number on the ledger.
    pub ledger_no: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The name of the fact.
    pub kind: String,
    /// When, who and what, in one sentence.
    pub text: Text,
}

/// What the duty officer sees first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Board {
    /// The instant asked.
    pub at: DateTime<Utc>,
    /// What must be done.
    pub lists: Vec<BoardList>,
    /// Open cases by class.
    pub classes: Counts,
    /// Open cases by the unit of the lead leg.
    pub units: Counts,
    /// From when cases are counted as received and closed.
    pub flow_from: DateTime<Utc>,
    /// Cases received since.
    pub received: i64,
    /// Cases closed since.
    pub closed: i64,
    /// The latest events, the newest first.
    pub latest: Vec<Happening>,
}

impl Questions {
    /// The board, within what its asker sees.
    ///
    /// # Errors
    /// As [`Questions::ledger`] and [`Questions::timeline`].
    pub async fn board(
        &self,
        within: &Within,
        reference: &Reference,
        moment: Moment,
    ) -> Result<Board, QuestionError> {
        let at = moment.instant();
        let seen = |filter: LedgerFilter| LedgerFilter {
            within: Some(within.clone()),
            ..filter
        };
        let open = seen(LedgerFilter {
            open_only: true,
            ..LedgerFilter::default()
        });
        // All that is open is read once for every figure; of what is none nothing more is asked.
        let parts = BoardPart::ALL.map(BoardPart::filter);
        let (classes, units, totals) = self.counts_and(&open, parts.into_iter(), moment).await?;
        let mut lists = Vec::new();
        for (part, total) in BoardPart::ALL.into_iter().zip(totals) {
            let filter = seen(part.filter());
            lists.push(self.part((part, total), &filter, reference, moment).await?);
        }
        let flow_from = at - TimeDelta::hours(FLOW_HOURS);
        let received = seen(LedgerFilter {
            reported_from: Some(flow_from),
            figure: Some(Figure::Received),
            ..LedgerFilter::default()
        });
        let closed = seen(LedgerFilter {
            closed_from: Some(flow_from),
            figure: Some(Figure::Closed),
            ..LedgerFilter::default()
        });
        Ok(Board {
            at,
            lists,
            classes,
            units,
            flow_from,
            received: self.how_many(&received, moment).await?,
            closed: self.how_many(&closed, moment).await?,
            latest: self.latest(within, reference, moment).await?,
        })
    }

    async fn part(
        &self,
        (part, total): (BoardPart, i64),
        filter: &LedgerFilter,
        reference: &Reference,
        moment: Moment,
    ) -> Result<BoardList, QuestionError> {
        let at = moment.instant();
        let rows = match total {
            0 => Vec::new(),
            _ => {
                let page = self.ledger(filter, part.sort(), None, ROWS, moment);
                page.await?.rows
            }
        };
        Ok(BoardList {
            part,
            total,
            rows: rows
                .into_iter()
                .map(|row| watch_row(row, &reference.calendars, at))
                .collect(),
        })
    }

    /// The latest events of the cases that the asker sees, the newest first.
    async fn latest(
        &self,
        within: &Within,
        reference: &Reference,
        moment: Moment,
    ) -> Result<Vec<Happening>, QuestionError> {
        let mut before = self.position().await?;
        let mut found = Vec::new();
        for _ in 0..LOOKS {
            if before == 0 || found.len() == EVENTS {
                break;
            }
            let after = before.saturating_sub(LOOK);
            let span = usize::try_from(before - after).unwrap_or(0);
            let mut events = self.log.read_log(&self.tenant, after, span).await?;
            before = after;
            events.retain(|event| {
                event.stream.aggregate_type == "case" && event.occurred_at <= moment.instant()
            });
            let ids = events.iter().map(|event| event.stream.aggregate_id.clone());
            let numbers = self.numbers_of(ids.collect(), within, moment).await?;
            for event in events.iter().rev() {
                let Some(ledger_no) = numbers.get(&event.stream.aggregate_id) else {
                    continue;
                };
                if found.len() == EVENTS {
                    break;
                }
                let fact =
                    read_case(event).map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
                found.push(Happening {
                    position: event.position,
                    case_id: event.stream.aggregate_id.clone(),
                    ledger_no: *ledger_no,
                    at: fact.at,
                    kind: fact.fact.name().to_owned(),
                    text: words_of(&fact, reference),
                });
            }
        }
        Ok(found)
    }

    /// The numbers of those of the cases that the asker sees.
    async fn numbers_of(
        &self,
        mut ids: Vec<String>,
        within: &Within,
        moment: Moment,
    ) -> Result<BTreeMap<String, i64>, QuestionError> {
        ids.sort_unstable();
        ids.dedup();
        let limit = ids.len();
        if limit == 0 {
            return Ok(BTreeMap::new());
        }
        let values = ids.iter().map(|id| id.as_str().into()).collect();
        let seen = LedgerFilter {
            within: Some(within.clone()),
            ..LedgerFilter::default()
        };
        let filter = Filter::And(vec![
            Filter::In {
                column: "case_id".to_owned(),
                values,
            },
            self.narrowed(&seen, moment).await?,
        ]);
        let rows = self.rows(filter, limit).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.case_id, row.ledger_no))
            .collect())
    }
}
