//! `report …`: figures by unit, area or class, as of any instant.

pub(crate) mod appraisals;
pub(crate) mod areas;
mod departments;
pub(crate) mod evaluations;
pub(crate) mod explain;
mod indicators;
mod matrix;
mod mutual;
pub(crate) mod ranking;
pub(crate) mod satisfaction;

use crate::args::{ReportArgs, ReportCommand};
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::session::Session;
use crate::slips;
use crate::table::{Column, Table};
use crate::words::{Word as W, told};
use gridwhistle::EngineError;
use gridwhistle::projections::questions::{Count, CountsBy};

/// Shows figures.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn run(session: &Session, command: ReportCommand) -> Result<(), Failure> {
    let (by, args) = match command {
        ReportCommand::Units { args } => (CountsBy::Unit, args),
        ReportCommand::Classes { args } => (CountsBy::Class, args),
        ReportCommand::Areas { level, span } => return areas::run(session, level, span).await,
        ReportCommand::Indicators { by, level, span } => {
            return indicators::run(session, by.at(level), span).await;
        }
        ReportCommand::Satisfaction { by, level, span } => {
            return satisfaction::run(session, by.at(level), span).await;
        }
        ReportCommand::Departments { window, as_of } => {
            return departments::run(session, window, &as_of).await;
        }
        ReportCommand::Appraisals { window, as_of } => {
            return appraisals::run(session, window, &as_of).await;
        }
        ReportCommand::Evaluations { window, as_of } => {
            return evaluations::run(session, window, &as_of).await;
        }
        ReportCommand::Matrix { window, as_of } => {
            return matrix::run(session, window, &as_of).await;
        }
        ReportCommand::Ranking { window, as_of } => {
            return ranking::run(session, window, &as_of).await;
        }
    };
    let desk = session.desk().await?;
    let ReportArgs {
        which,
        reported_from,
        reported_before,
    } = args;
    let moment = desk.moment(which.as_of.as_of)?;
    let mut filter = which.filter();
    filter.reported_from = reported_from;
    filter.reported_before = reported_before;
    let counts = desk
        .questions()
        .counts(by, &filter, moment)
        .await
        .map_err(EngineError::from)?;
    session.output.answer(&counts, |out| {
        let names = Names::of(&desk, moment.instant());
        out.table(&table(by, &counts.rows, Some(&counts.total), &names))?;
        slips::tell(out, counts.rows.is_empty(), &which, &desk)?;
        let excluded = counts.total.excluded;
        out.say(told(W::ExcludedLine, &[&excluded.voided, &excluded.merged]))
    })
}

/// Figures by group as people read them.
pub(crate) fn table(by: CountsBy, rows: &[Count], total: Option<&Count>, names: &Names) -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(10);
    let mut table = Table::new([
        Column::from(W::HGroup).least(16),
        Column::from(W::HCode).rank(10).least(6),
        figure(W::HReceived, 2),
        figure(W::HClosedCount, 3),
        figure(W::HOpen, 0),
        figure(W::HOpenWithDue, 9),
        figure(W::HOpenOverdue, 0),
        figure(W::HOnTime, 4),
        figure(W::HLateCount, 5),
        figure(W::HEndedOtherwise, 8),
        figure(W::HReturns, 6),
        figure(W::HReworks, 7),
    ]);
    for row in rows {
        let code = row.group.as_deref().unwrap_or(labels::DASH);
        table.row(cells([group_name(by, row, names), code.to_owned()], row));
    }
    if let Some(total) = total.filter(|_| !rows.is_empty()) {
        table.row(cells([W::Total.to_string(), String::new()], total));
    }
    table
}

fn cells(group: [String; 2], count: &Count) -> impl Iterator<Item = String> {
    let figures = [
        count.received,
        count.closed,
        count.open,
        count.open_with_due,
        count.open_overdue,
        count.closed_on_time,
        count.closed_late,
        count.ended_otherwise,
        count.returns,
        count.reworks,
    ];
    group
        .into_iter()
        .chain(figures.map(|figure| figure.to_string()))
}

/// The name of a row's group.
pub(crate) fn group_name(by: CountsBy, row: &Count, names: &Names) -> String {
    let code = row.group.as_deref();
    code.map_or_else(|| W::None.to_string(), |code| group(by, code, names))
}

fn group(by: CountsBy, code: &str, names: &Names) -> String {
    match by {
        CountsBy::Unit | CountsBy::Street | CountsBy::Community => names.unit(Some(code)),
        CountsBy::Grid => names.grid(Some(code)),
        CountsBy::Class => names.class(Some(code)),
        CountsBy::Matter => names.matter(Some(code)),
        CountsBy::Source => code.to_owned(),
    }
}
