//! The four overdue lists (`DOMAIN.md` 4.3). Each is a comparison of rows with the asked instant.

use super::filter::{self, LedgerFilter};
use super::{Ask, Moment, QuestionError, Questions};
use crate::case_view::LedgerRow;
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::{CalendarBook, CalendarVersion, Limit};
use gridwhistle_store::views::{Direction, Filter, Op};
use serde::{Deserialize, Serialize};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WatchList {
    /// Open, running, close to due and not past it.
    Prewarning,
    /// Open, running, past due.
    Overdue,
    /// Open, running, twice the budget or long past due; part of the overdue ones.
    Severe,
    /// Open, its clock standing with a reason.
    Suspended,
}

impl WatchList {
    /// All four, in the order of the documentation.
    pub const ALL: [Self; 4] = [
        Self::Prewarning,
        Self::Overdue,
        Self::Severe,
        Self::Suspended,
    ];

    /// Its code, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Prewarning => "prewarning",
            Self::Overdue => "overdue",
            Self::Severe => "severe",
            Self::Suspended => "suspended",
        }
    }

    /// The list of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.code() == code)
    }

    /// The rows that stand on it at an instant.
    pub(super) fn filter(self, at: DateTime<Utc>) -> Filter {
        let mark = |column: &str, op| Filter::compare(column, op, at);
        match self {
            Self::Prewarning => Filter::And(vec![
                filter::running(at),
                mark("amber_at", Op::Le),
                mark("due", Op::Gt),
            ]),
            Self::Overdue => filter::overdue(at),
            Self::Severe => Filter::And(vec![filter::overdue(at), mark("severe_at", Op::Le)]),
            Self::Suspended => filter::standing(at),
        }
    }

    /// The order of a list where none is asked for.
    const fn sort(self) -> WatchSort {
        match self {
            Self::Suspended => WatchSort::Standing,
            Self::Prewarning | Self::Overdue | Self::Severe => WatchSort::Due,
        }
    }
}

/// By what an overdue list is sorted. On the wall, what is due first is over by most; what has no such
/// time counts as later than any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchSort {
    /// Earliest due time first: over by most, or with least left.
    Due,
    /// Latest due time first: over by least, or with most left.
    DueLast,
    /// Longest standing first.
    Standing,
    /// Latest report first.
    Newest,
    /// Earliest report first.
    Oldest,
    /// By number on the ledger.
    Number,
}

impl WatchSort {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Due,
        Self::DueLast,
        Self::Standing,
        Self::Newest,
        Self::Oldest,
        Self::Number,
    ];

    /// The code in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::DueLast => "due_last",
            Self::Standing => "standing",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Number => "number",
        }
    }

    fn order(self) -> Vec<(String, Direction)> {
        let (column, direction) = match self {
            Self::Due => ("due", Direction::Asc),
            Self::DueLast => ("due", Direction::Desc),
            Self::Standing => ("suspended_since", Direction::Asc),
            Self::Newest => ("reported_at", Direction::Desc),
            Self::Oldest => ("reported_at", Direction::Asc),
            Self::Number => ("ledger_no", Direction::Asc),
        };
        vec![(column.to_owned(), direction)]
    }
}

/// One case on a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WatchRow {
    /// The case.
    pub case_id: String,
    /// Its number on the ledger.
    pub ledger_no: i64,
    /// Class code.
    pub class: Option<String>,
    /// Matter code.
    pub matter: Option<String>,
    /// The beginning of the description.
    pub title: String,
    /// The leaf grid.
    pub grid: Option<String>,
    /// The community.
    pub community: Option<String>,
    /// The street.
    pub street: Option<String>,
    /// The unit of the lead leg.
    pub lead_unit: Option<String>,
    /// The person who handles it where there is no leg.
    pub handler: Option<String>,
    /// The effective clock, by code.
    pub clock_kind: Option<String>,
    /// Its leg, if it is of one.
    pub clock_leg: Option<i64>,
    /// Its due time.
    pub due: Option<DateTime<Utc>>,
    /// The due time may move when a calendar is published.
    pub due_provisional: bool,
    /// Minutes used by the clock's own measure and calendar; none when that calendar is not known.
    pub used: Option<i64>,
    /// Its budget in minutes.
    pub budget: Option<i64>,
    /// Minutes on the wall since due; none before.
    pub overdue_minutes: Option<i64>,
    /// Minutes on the wall until due; none after.
    pub remaining_minutes: Option<i64>,
    /// Yellow cards that stand.
    pub cards_yellow: i64,
    /// Red cards that stand.
    pub cards_red: i64,
    /// Role code of whoever must act next.
    pub next_role: Option<String>,
    /// The unit that must act next.
    pub next_unit: Option<String>,
    /// Since when it stands.
    pub suspended_since: Option<DateTime<Utc>>,
    /// For how many minutes on the wall it has stood.
    pub suspended_minutes: Option<i64>,
    /// Reason code.
    pub suspension_reason: Option<String>,
    /// When it goes on by itself.
    pub suspended_until: Option<DateTime<Utc>>,
    /// When the hold must be looked at.
    pub review_due: Option<DateTime<Utc>>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WatchPage {
    /// Which list.
    pub list: WatchList,
    /// The instant asked.
    pub at: DateTime<Utc>,
    /// The cases: as asked; where no order was, the earliest due, or the longest suspended, first.
    pub rows: Vec<WatchRow>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

impl Questions {
    /// One page of an overdue list. `calendars` give the minutes used so far.
    ///
    /// # Errors
    /// As [`Questions::ledger`].
    pub async fn watch_list(
        &self,
        list: WatchList,
        filter: &LedgerFilter,
        calendars: &CalendarBook,
        cursor: Option<&str>,
        limit: usize,
        moment: Moment,
    ) -> Result<WatchPage, QuestionError> {
        let (asked, page) = ((list, None), (limit, cursor));
        self.watch_list_by(asked, filter, calendars, page, moment)
            .await
    }

    /// The same in an order that is asked for; none: the list's own.
    ///
    /// # Errors
    /// As [`Questions::ledger`].
    pub async fn watch_list_by(
        &self,
        (list, sort): (WatchList, Option<WatchSort>),
        filter: &LedgerFilter,
        calendars: &CalendarBook,
        (limit, cursor): (usize, Option<&str>),
        moment: Moment,
    ) -> Result<WatchPage, QuestionError> {
        let at = moment.instant();
        let ask = Ask {
            table: LedgerRow::TABLE,
            moment,
            filter: Filter::And(vec![list.filter(at), self.narrowed(filter, moment).await?]),
            order: sort.unwrap_or(list.sort()).order(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let rows = page.rows.into_iter().map(|values| {
            let row = LedgerRow::from_values(values)?;
            Ok::<_, QuestionError>(watch_row(row, calendars, at))
        });
        Ok(WatchPage {
            list,
            at,
            rows: rows.collect::<Result<_, _>>()?,
            next: page.next.map(String::from),
        })
    }
}

/// Minutes used at an instant: the ledger of the clock, and what runs since.
fn used(row: &LedgerRow, calendars: &CalendarBook, at: DateTime<Utc>) -> Option<i64> {
    let consumed = row.consumed?;
    let resumed = row.suspended_until.filter(|until| *until <= at);
    let since = match row.clock_state.as_str() {
        "running" => row.since?,
        _ => match resumed {
            Some(until) => until,
            None => return Some(consumed),
        },
    };
    let version = CalendarVersion::new(row.clock_calendar.clone()?);
    let limit: Limit = row.clock_limit.as_deref()?.parse().ok()?;
    let calendar = calendars.get(&version)?;
    Some(consumed + calendar.minutes_between(limit.measure(), since, at.max(since)))
}

/// A row of the ledger as the lists show it.
pub(super) fn watch_row(row: LedgerRow, calendars: &CalendarBook, at: DateTime<Utc>) -> WatchRow {
    let late = row.due.map(|due| (at - due).num_minutes());
    let is_late = row.due.is_some_and(|due| due < at);
    WatchRow {
        used: used(&row, calendars, at),
        overdue_minutes: late.filter(|_| is_late),
        remaining_minutes: late.filter(|_| !is_late).map(|late| -late),
        suspended_minutes: row.suspended_since.map(|since| (at - since).num_minutes()),
        case_id: row.case_id,
        ledger_no: row.ledger_no,
        class: row.class,
        matter: row.matter,
        title: row.title,
        grid: row.grid,
        community: row.community,
        street: row.street,
        lead_unit: row.lead_unit,
        handler: row.handler,
        clock_kind: row.clock_kind,
        clock_leg: row.clock_leg,
        due: row.due,
        due_provisional: row.due_provisional,
        budget: row.budget,
        cards_yellow: row.cards_yellow,
        cards_red: row.cards_red,
        next_role: row.next_role,
        next_unit: row.next_unit,
        suspended_since: row.suspended_since,
        suspension_reason: row.suspension_reason,
        suspended_until: row.suspended_until,
        review_due: row.review_due,
    }
}
