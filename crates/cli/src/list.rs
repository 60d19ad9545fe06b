//! `list …`: the ledger and the four overdue lists, as of any instant.

use crate::args::{LedgerArgs, ListCommand, Which};
use crate::failure::{Exit, Failure};
use crate::labels;
use crate::moment::{show, show_or_dash};
use crate::output::Output;
use crate::session::Session;
use crate::table::Table;
use crate::words::{Word as W, told};
use gridwhistle::projections::case_view::LedgerRow;
use gridwhistle::projections::questions::{
    LedgerFilter, LedgerPage, LedgerSort, Moment, QuestionError, Questions, WatchList, WatchPage,
    WatchRow,
};
use gridwhistle::{Engine, EngineError};

/// Shows a list.
///
/// # Errors
/// When a filter or the cursor is wrong, or the store cannot be read.
pub(crate) async fn run(session: &Session, command: ListCommand) -> Result<(), Failure> {
    let (list, args, page) = match command {
        ListCommand::Ledger { args } => return ledger(session, args).await,
        ListCommand::Prewarning { which, page } => (WatchList::Prewarning, which, page),
        ListCommand::Overdue { which, page } => (WatchList::Overdue, which, page),
        ListCommand::Severe { which, page } => (WatchList::Severe, which, page),
        ListCommand::Suspended { which, page } => (WatchList::Suspended, which, page),
    };
    let engine = session.open_to_ask().await?;
    let moment = args.moment(&engine);
    let (filter, reference) = (args.filter(), engine.reference());
    let ask = engine.questions();
    let (cursor, limit) = (page.cursor.as_deref(), page.limit());
    let calendars = &reference.calendars;
    let page = ask
        .watch_list(list, &filter, calendars, cursor, limit, moment)
        .await;
    let page = answered(page, ask, cursor, moment).await?;
    session.output.answer(&page, |out| {
        out.table(&watch(&page, &engine))?;
        more(out, page.next.as_deref())
    })
}

async fn ledger(session: &Session, args: LedgerArgs) -> Result<(), Failure> {
    let engine = session.open_to_ask().await?;
    let moment = args.which.moment(&engine);
    let mut filter = args.which.filter();
    filter.stage = args.stages();
    filter.open_only = args.open;
    filter.overdue = args.overdue;
    filter.anomaly = args.anomaly();
    filter.text = args.text.clone();
    filter.reported_from = args.reported_from;
    filter.reported_before = args.reported_before;
    let ask = engine.questions();
    let (cursor, limit) = (args.page.cursor.as_deref(), args.page.limit());
    let page = ask
        .ledger(&filter, args.sort(), cursor, limit, moment)
        .await;
    let page = answered(page, ask, cursor, moment).await?;
    session.output.answer(&page, |out| {
        out.table(&rows(&page, &engine))?;
        more(out, page.next.as_deref())
    })
}

/// The page; or, when the question is answered without the cursor, that the cursor is at fault.
async fn answered<T>(
    page: Result<T, QuestionError>,
    ask: &Questions,
    cursor: Option<&str>,
    moment: Moment,
) -> Result<T, Failure> {
    let error = match page {
        Ok(page) => return Ok(page),
        Err(error) => error,
    };
    let (filter, sort) = (LedgerFilter::default(), LedgerSort::default());
    if let Some(cursor) = cursor
        && ask.ledger(&filter, sort, None, 1, moment).await.is_ok()
    {
        let message = told(W::CursorWrong, &[&cursor]);
        return Err(Failure::new(Exit::Usage, "cursor_wrong", message));
    }
    Err(EngineError::from(error).into())
}

fn more(out: Output, next: Option<&str>) -> Result<(), Failure> {
    next.map_or(Ok(()), |next| out.line(told(W::MoreRows, &[&next])))
}

fn dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

fn rows(page: &LedgerPage, engine: &Engine) -> Table {
    let headings = [
        W::HCase,
        W::HStage,
        W::HClass,
        W::HMatter,
        W::HDescription,
        W::HGrid,
        W::HUnit,
        W::HReported,
        W::HDue,
    ];
    let mut table = Table::new(headings);
    let row = |row: &LedgerRow| {
        [
            row.case_id.clone(),
            labels::stage(&row.stage),
            labels::class(engine, row.class.as_deref()),
            dash(row.matter.as_deref()),
            row.title.clone(),
            dash(row.grid.as_deref()),
            dash(row.lead_unit.as_deref()),
            show_or_dash(row.reported_at),
            show_or_dash(row.due),
        ]
    };
    for one in &page.rows {
        table.row(row(one));
    }
    table.keep(0)
}

fn watch(page: &WatchPage, engine: &Engine) -> Table {
    let suspended = page.list == WatchList::Suspended;
    let last = match page.list {
        WatchList::Suspended => [W::HReason, W::HSince, W::HStanding, W::HUntil],
        WatchList::Prewarning => [W::HDue, W::HUsed, W::HRemaining, W::HCards],
        WatchList::Overdue | WatchList::Severe => [W::HDue, W::HUsed, W::HLate, W::HCards],
    };
    let first = [
        W::HCase,
        W::HClass,
        W::HMatter,
        W::HGrid,
        W::HUnit,
        W::HClock,
    ];
    let mut table = Table::new(first.into_iter().chain(last).chain([W::HNext]));
    for row in &page.rows {
        let first = [
            row.case_id.clone(),
            labels::class(engine, row.class.as_deref()),
            dash(row.matter.as_deref()),
            dash(row.grid.as_deref()),
            dash(row.lead_unit.as_deref().or(row.handler.as_deref())),
            labels::clock(row.clock_kind.as_deref()),
        ];
        let last = if suspended {
            standing(row)
        } else {
            running(row)
        };
        table.row(first.into_iter().chain(last).chain([next_actor(row)]));
    }
    table.keep(0)
}

fn standing(row: &WatchRow) -> [String; 4] {
    [
        dash(row.suspension_reason.as_deref()),
        show_or_dash(row.suspended_since),
        row.suspended_minutes
            .map_or_else(|| "-".to_owned(), labels::duration),
        show_or_dash(row.suspended_until.or(row.review_due)),
    ]
}

fn running(row: &WatchRow) -> [String; 4] {
    let number = |minutes: Option<i64>| minutes.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let wall = row.overdue_minutes.or(row.remaining_minutes);
    let provisional = if row.due_provisional { "?" } else { "" };
    [
        row.due.map_or_else(
            || "-".to_owned(),
            |due| format!("{}{provisional}", show(due)),
        ),
        format!("{}/{}", number(row.used), number(row.budget)),
        wall.map_or_else(|| "-".to_owned(), labels::duration),
        labels::cards(row.cards_yellow, row.cards_red),
    ]
}

fn next_actor(row: &WatchRow) -> String {
    let role = row.next_role.as_deref().map(labels::role);
    let parts = [role, row.next_unit.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

impl Which {
    /// The instant that is asked for.
    pub(crate) fn moment(&self, engine: &Engine) -> Moment {
        Moment::of(engine.now(), self.as_of.as_of)
    }

    /// The cases that are meant.
    pub(crate) fn filter(&self) -> LedgerFilter {
        LedgerFilter {
            class: self.class(),
            unit: self.unit.clone(),
            street: self.street.clone(),
            community: self.community.clone(),
            grid: self.grid.clone(),
            matter: self.matter.clone(),
            source: self.source.clone(),
            ..LedgerFilter::default()
        }
    }
}
