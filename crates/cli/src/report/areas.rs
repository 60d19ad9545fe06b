//! `report areas`: what was asked of streets, communities or grids in a window, and what came of it.

use super::departments::{dash, interval, measured, ratio, share};
use crate::args::{Level, Span};
use crate::failure::Failure;
use crate::labels::Names;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, told};
use gridwhistle::EngineError;
use gridwhistle::domain::score::case_indicator::CaseIndicator as I;
use gridwhistle::projections::questions::{Area, AreaLevel, CasesBy};

/// Shows the figures of areas.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn run(session: &Session, level: Level, span: Span) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(span.as_of.as_of)?;
    let window = window::or_month(span.window, moment.instant())?;
    let (level, reference) = (AreaLevel::from(level), desk.reference());
    let questions = desk.questions();
    let asked = questions.areas(level, window, moment, &reference.calendars);
    let figures = asked.await.map_err(EngineError::from)?;
    session.output.answer(&figures, |out| {
        let names = Names::of(&desk, figures.at);
        out.say(window::told(window))?;
        let mut table = columns();
        for area in &figures.areas {
            table.row(cells(
                name(level.into(), area.area.as_deref(), &names),
                area,
            ));
        }
        if !figures.areas.is_empty() {
            table.row(cells(W::Total.to_string(), &figures.total));
        }
        out.table(&table)?;
        let left_out = figures.left_out;
        out.say(told(W::ExcludedLine, &[&left_out.voided, &left_out.merged]))
    })
}

/// An area or unit by name; cases without one are named too.
pub(crate) fn name(by: CasesBy, code: Option<&str>, names: &Names) -> String {
    match (by, code) {
        (_, None) => W::None.to_string(),
        (CasesBy::Grid, code) => names.grid(code),
        (_, code) => names.unit(code),
    }
}

/// A column of a share of cases.
pub(super) fn share_column(indicator: I, rank: u8) -> Column {
    Column::from(indicator.label()).rank(rank).right().least(13)
}

fn columns() -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(5);
    Table::new([
        Column::from(W::HArea).least(12),
        figure(W::HReceived, 4),
        figure(W::HAccepted, 9),
        figure(W::HRefusedCount, 14),
        figure(W::HHandled, 14),
        figure(W::HClosedCount, 3),
        figure(W::HOpen, 2),
        figure(W::HOpenOverdue, 0),
        share_column(I::Handled, 14),
        share_column(I::HandledInTime, 0),
        figure(W::HInterval, 6).least(13),
        share_column(I::ScreenedInTime, 8),
        share_column(I::CheckedInTime, 12),
        share_column(I::SignedInTime, 12),
        share_column(I::SettledAtOnce, 7),
        share_column(I::CameBack, 11),
        share_column(I::SentBack, 14),
        share_column(I::BySelf, 10),
        figure(W::HWhistled, 15),
        share_column(I::WhistleAstray, 13),
        share_column(I::Repeated, 8),
        figure(W::HStands, 13),
        figure(W::HMean, 16).least(9),
        figure(W::HMedian, 7).least(9),
        figure(W::HNinety, 11).least(9),
        figure(W::HHalfDoneBy, 16).least(9),
        figure(W::HBacklog, 16).least(11),
        figure(W::HAgainstCity, 12),
    ])
}

fn cells(name: String, area: &Area) -> Vec<String> {
    let [mean, median, p90, half, backlog] =
        measured(area.handling, area.half_done_by, area.backlog);
    vec![
        name,
        area.reported.to_string(),
        area.accepted.to_string(),
        area.refused.to_string(),
        area.done.to_string(),
        area.closed.to_string(),
        area.open.to_string(),
        area.open_overdue.to_string(),
        share(&area.completion),
        share(&area.on_time),
        interval(&area.on_time),
        share(&area.screened_in_time),
        share(&area.checked_in_time),
        share(&area.signed_in_time),
        share(&area.first_time),
        share(&area.reopened),
        share(&area.reworked),
        share(&area.by_self),
        area.whistled.to_string(),
        share(&area.whistle_astray),
        share(&area.repeated),
        (area.suspended + area.on_hold).to_string(),
        mean,
        median,
        p90,
        half,
        backlog,
        area.observed_over_expected.map_or_else(dash, ratio),
    ]
}
