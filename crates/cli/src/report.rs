//! `report …`: figures by unit, area or class, as of any instant.

use crate::args::{Area, ReportArgs, ReportCommand};
use crate::failure::Failure;
use crate::labels;
use crate::session::Session;
use crate::table::Table;
use crate::words::{Word as W, say, told};
use gridwhistle::domain::ids::{GridId, UnitId};
use gridwhistle::projections::questions::{Count, Counts, CountsBy};
use gridwhistle::{Engine, EngineError};

/// Shows figures.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn run(session: &Session, command: ReportCommand) -> Result<(), Failure> {
    let (by, args) = match command {
        ReportCommand::Units { args } => (CountsBy::Unit, args),
        ReportCommand::Classes { args } => (CountsBy::Class, args),
        ReportCommand::Areas {
            by: Area::Street,
            args,
        } => (CountsBy::Street, args),
        ReportCommand::Areas {
            by: Area::Community,
            args,
        } => (CountsBy::Community, args),
        ReportCommand::Areas {
            by: Area::Grid,
            args,
        } => (CountsBy::Grid, args),
    };
    let engine = session.open_to_ask().await?;
    let ReportArgs {
        which,
        reported_from,
        reported_before,
    } = args;
    let moment = which.moment(&engine);
    let mut filter = which.filter();
    filter.reported_from = reported_from;
    filter.reported_before = reported_before;
    let counts = engine
        .questions()
        .counts(by, &filter, moment)
        .await
        .map_err(EngineError::from)?;
    session.output.answer(&counts, |out| {
        out.table(&table(&counts, &engine))?;
        let excluded = counts.total.excluded;
        out.line(told(W::ExcludedLine, &[&excluded.voided, &excluded.merged]))
    })
}

fn table(counts: &Counts, engine: &Engine) -> Table {
    let headings = [
        W::HGroup,
        W::HReceived,
        W::HClosedCount,
        W::HOpen,
        W::HOpenWithDue,
        W::HOpenOverdue,
        W::HOnTime,
        W::HLateCount,
        W::HEndedOtherwise,
        W::HReturns,
        W::HReworks,
    ];
    let mut table = Table::new(headings);
    for row in &counts.rows {
        table.row(cells(group(counts.by, row.group.as_deref(), engine), row));
    }
    if !table.is_empty() {
        table.row(cells(W::Total.to_string(), &counts.total));
    }
    table.right_from(1)
}

fn cells(group: String, count: &Count) -> impl Iterator<Item = String> {
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
    std::iter::once(group).chain(figures.map(|figure| figure.to_string()))
}

/// The group's name in the registry of now, or else its code.
fn group(by: CountsBy, code: Option<&str>, engine: &Engine) -> String {
    let Some(code) = code else {
        return W::None.to_string();
    };
    let (reference, now) = (engine.reference(), engine.now());
    let name = match by {
        CountsBy::Unit | CountsBy::Street | CountsBy::Community => reference
            .registry
            .unit_at(&UnitId::new(code), now)
            .map(|unit| say(&unit.name)),
        CountsBy::Grid => reference
            .registry
            .grid_at(&GridId::new(code), now)
            .map(|grid| say(&grid.name)),
        CountsBy::Class => return labels::class(engine, Some(code)),
        CountsBy::Matter | CountsBy::Source => None,
    };
    match name.filter(|name| !name.is_empty()) {
        Some(name) => format!("{name} ({code})"),
        None => code.to_owned(),
    }
}
