//! `list …`: the ledger, the four overdue lists and the record of exports, as of any instant.

mod callbacks;

use crate::args::{LedgerArgs, ListCommand, Which};
use crate::failure::{Exit, Failure};
use crate::labels::{self, Names};
use crate::moment::{show, show_or_dash};
use crate::output::Output;
use crate::session::Session;
use crate::slips;
use crate::table::{Column, Table};
use crate::words::{Word as W, told};
use chrono::{DateTime, Utc};
use gridwhistle::export::{ExportEvent, ExportFact, Exported};
use gridwhistle::projections::case_view::LedgerRow;
use gridwhistle::projections::questions::{
    LedgerFilter, LedgerSort, Moment, QuestionError, Questions, WatchList, WatchRow,
};
use gridwhistle::{Engine, EngineError};
use serde::Serialize;

/// Shows a list.
///
/// # Errors
/// When a filter or the cursor is wrong, or the store cannot be read.
pub(crate) async fn run(session: &Session, command: ListCommand) -> Result<(), Failure> {
    let (list, args, page) = match command {
        ListCommand::Ledger { args } => return ledger(session, args).await,
        ListCommand::Exports { year, as_of } => return exports(session, year, as_of.as_of).await,
        ListCommand::Prewarning { which, page } => (WatchList::Prewarning, which, page),
        ListCommand::Overdue { which, page } => (WatchList::Overdue, which, page),
        ListCommand::Severe { which, page } => (WatchList::Severe, which, page),
        ListCommand::Suspended { which, page } => (WatchList::Suspended, which, page),
        ListCommand::Callbacks { span, page } => return callbacks::run(session, span, page).await,
    };
    let desk = session.desk().await?;
    let moment = desk.moment(args.as_of.as_of)?;
    let (filter, reference) = (args.filter(), desk.reference());
    let ask = desk.questions();
    let (cursor, limit) = (page.cursor.as_deref(), page.limit());
    let calendars = &reference.calendars;
    let page = ask
        .watch_list(list, &filter, calendars, cursor, limit, moment)
        .await;
    let page = answered(page, ask, cursor, moment).await?;
    session.output.answer(&page, |out| {
        let names = Names::of(&desk, moment.instant());
        out.table(&watch_table(list, &page.rows, &names))?;
        slips::tell(out, page.rows.is_empty(), &args, &desk)?;
        more(out, page.next.as_deref())
    })
}

async fn ledger(session: &Session, args: LedgerArgs) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(args.which.as_of.as_of)?;
    let filter = args.filter();
    let ask = desk.questions();
    let (cursor, limit) = (args.page.cursor.as_deref(), args.page.limit());
    let page = ask
        .ledger(&filter, args.sort(), cursor, limit, moment)
        .await;
    let page = answered(page, ask, cursor, moment).await?;
    session.output.answer(&page, |out| {
        let names = Names::of(&desk, moment.instant());
        out.table(&ledger_table(&page.rows, &names))?;
        slips::tell(out, page.rows.is_empty(), &args.which, &desk)?;
        more(out, page.next.as_deref())
    })
}

#[derive(Serialize)]
struct ListedExports {
    as_of: DateTime<Utc>,
    exports: Vec<ExportEvent>,
}

/// Who took what out, the latest first.
async fn exports(
    session: &Session,
    year: Option<i32>,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let engine = session.open_to_read().await?;
    let as_of = as_of.unwrap_or_else(|| engine.now());
    let mut exports = engine.exports(year, as_of).await?.0;
    exports.reverse();
    let listed = ListedExports { as_of, exports };
    session.output.answer(&listed, |out| {
        let names = Names::of(&engine, as_of);
        let mut table = Table::new([
            Column::from(W::HAt).least(16),
            Column::from(W::HBy).rank(1).least(12),
            Column::from(W::HQuestion).least(18),
            Column::from(W::HFilter).rank(3).least(10),
            Column::from(W::HRowCount).right(),
            Column::from(W::HFile).rank(2).least(12),
            Column::from(W::HChecksum).rank(4).whole(),
        ]);
        for event in &listed.exports {
            let ExportFact::FileExported { exported } = &event.fact;
            table.row([
                show(event.at),
                names.actor(&event.by),
                exported.question.clone(),
                filters(exported),
                exported.rows.to_string(),
                exported.file.clone(),
                exported.sha256.clone(),
            ]);
        }
        out.table(&table)
    })
}

/// What narrowed an export, in few words.
fn filters(exported: &Exported) -> String {
    let window = exported
        .window
        .map(|window| format!("{}..{}", show(window.from), show(window.before)));
    let each = exported.filter.iter();
    let each = each.map(|(name, value)| format!("{name}={value}"));
    let all: Vec<String> = window.into_iter().chain(each).collect();
    dash(
        Some(all.join(" "))
            .filter(|text| !text.is_empty())
            .as_deref(),
    )
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

pub(crate) fn more(out: &Output, next: Option<&str>) -> Result<(), Failure> {
    next.map_or(Ok(()), |next| out.line(told(W::MoreRows, &[&next])))
}

fn dash(text: Option<&str>) -> String {
    text.unwrap_or(labels::DASH).to_owned()
}

/// The ledger as people read it.
pub(crate) fn ledger_table(rows: &[LedgerRow], names: &Names) -> Table {
    let mut table = Table::new([
        Column::from(W::HCase),
        Column::from(W::HNumber).rank(7).right(),
        Column::from(W::HStage),
        Column::from(W::HClass).rank(6),
        Column::from(W::HMatter).rank(2).least(12),
        Column::from(W::HDescription).rank(1).least(14),
        Column::from(W::HStreet).rank(8),
        Column::from(W::HGrid).rank(9),
        Column::from(W::HUnit).rank(3).least(10),
        Column::from(W::HReported).rank(5).least(16),
        Column::from(W::HDue).rank(4).least(16),
    ]);
    let length = labels::id_length(rows.iter().map(|row| row.case_id.as_str()));
    for row in rows {
        table.row([
            labels::short(&row.case_id, length),
            row.ledger_no.to_string(),
            labels::stage(&row.stage),
            names.class(row.class.as_deref()),
            names.matter(row.matter.as_deref()),
            row.title.clone(),
            names.unit(row.street.as_deref()),
            names.grid(row.grid.as_deref()),
            names.unit(row.lead_unit.as_deref()),
            show_or_dash(row.reported_at),
            show_or_dash(row.due),
        ]);
    }
    table
}

/// One of the four overdue lists as people read it.
pub(crate) fn watch_table(list: WatchList, rows: &[WatchRow], names: &Names) -> Table {
    let case = [
        Column::from(W::HCase),
        Column::from(W::HNumber).rank(9).right(),
        Column::from(W::HClass).rank(5),
        Column::from(W::HMatter).rank(3).least(12),
        Column::from(W::HDescription).rank(8).least(14),
        Column::from(W::HStreet).rank(10),
        Column::from(W::HGrid).rank(12),
        Column::from(W::HUnit).rank(11).least(10),
        Column::from(W::HClock).rank(6),
    ];
    let time = if list == WatchList::Suspended {
        [
            Column::from(W::HReason).rank(2).least(10),
            Column::from(W::HSince).rank(7).least(16),
            Column::from(W::HStanding).right(),
            Column::from(W::HUntil).rank(1).least(16),
        ]
    } else {
        let wall = match list {
            WatchList::Prewarning => W::HRemaining,
            _ => W::HLate,
        };
        [
            Column::from(W::HDue).rank(1).least(16),
            Column::from(W::HUsed).rank(7).right(),
            Column::from(wall).right(),
            Column::from(W::HCards).rank(4),
        ]
    };
    let next = [Column::from(W::HNext).rank(2).least(20)];
    let mut table = Table::new(case.into_iter().chain(time).chain(next));
    let length = labels::id_length(rows.iter().map(|row| row.case_id.as_str()));
    for row in rows {
        let case = [
            labels::short(&row.case_id, length),
            row.ledger_no.to_string(),
            names.class(row.class.as_deref()),
            names.matter(row.matter.as_deref()),
            row.title.clone(),
            names.unit(row.street.as_deref()),
            names.grid(row.grid.as_deref()),
            names.unit(row.lead_unit.as_deref()),
            labels::clock(row.clock_kind.as_deref()),
        ];
        let time = if list == WatchList::Suspended {
            standing(row, names)
        } else {
            running(row)
        };
        table.row(case.into_iter().chain(time).chain([next_actor(row, names)]));
    }
    table
}

fn standing(row: &WatchRow, names: &Names) -> [String; 4] {
    [
        names.suspension(row.suspension_reason.as_deref()),
        show_or_dash(row.suspended_since),
        row.suspended_minutes
            .map_or_else(|| dash(None), labels::duration),
        show_or_dash(row.suspended_until.or(row.review_due)),
    ]
}

fn running(row: &WatchRow) -> [String; 4] {
    let wall = row.overdue_minutes.or(row.remaining_minutes);
    let provisional = if row.due_provisional { "?" } else { "" };
    let due = row.due.map(|due| format!("{}{provisional}", show(due)));
    [
        dash(due.as_deref()),
        labels::percent(row.used, row.budget),
        wall.map_or_else(|| dash(None), labels::duration),
        labels::cards(row.cards_yellow, row.cards_red),
    ]
}

fn next_actor(row: &WatchRow, names: &Names) -> String {
    let unit = row.next_unit.as_deref().map(|unit| names.unit(Some(unit)));
    let role = row.next_role.as_deref().map(labels::role);
    let parts: Vec<String> = [unit, role].into_iter().flatten().collect();
    if parts.is_empty() {
        dash(None)
    } else {
        parts.join(" ")
    }
}

impl LedgerArgs {
    /// The cases that are meant.
    pub(crate) fn filter(&self) -> LedgerFilter {
        LedgerFilter {
            stage: self.stages(),
            open_only: self.open,
            overdue: self.overdue,
            anomaly: self.anomaly(),
            text: self.text.clone(),
            reported_from: self.reported_from,
            reported_before: self.reported_before,
            ..self.which.filter()
        }
    }
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
