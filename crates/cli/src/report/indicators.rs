//! `report indicators`: the indicators of GB/T 30428 by their Chinese names.

use super::areas::{name, share_column};
use super::departments::{dash, interval, ratio, share};
use crate::args::Span;
use crate::failure::Failure;
use crate::labels::Names;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, say, told};
use gridwhistle::EngineError;
use gridwhistle::projections::questions::{CasesBy, IndicatorsOf};

/// Shows the indicators.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn run(session: &Session, by: CasesBy, span: Span) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(span.as_of.as_of)?;
    let window = window::or_month(span.window, moment.instant())?;
    let asked = desk.questions().indicators(by, window, moment);
    let figures = asked.await.map_err(EngineError::from)?;
    session.output.answer(&figures, |out| {
        let names = Names::of(&desk, figures.at);
        out.say(window::told(window))?;
        if by == CasesBy::City {
            out.table(&list(&figures.total))?;
        } else {
            let mut table = columns(&figures.total);
            for group in &figures.groups {
                table.row(row(name(by, group.group.as_deref(), &names), group));
            }
            if !figures.groups.is_empty() {
                table.row(row(W::Total.to_string(), &figures.total));
            }
            out.table(&table)?;
        }
        let left_out = figures.left_out;
        out.say(told(W::ExcludedLine, &[&left_out.voided, &left_out.merged]))
    })
}

fn counts(of: &IndicatorsOf) -> [(W, String); 6] {
    [
        (W::HTimesOver, of.times_over.value.map_or_else(dash, ratio)),
        (W::HReworkedCases, of.reworked.to_string()),
        (W::HReworkTimes, of.reworks.to_string()),
        (W::HExtendedCases, of.extended.to_string()),
        (W::HHeld, of.held.to_string()),
        (W::HHeldBefore, of.held_before.to_string()),
    ]
}

/// Of the whole city: one line an indicator.
fn list(of: &IndicatorsOf) -> Table {
    let mut table = Table::new([
        Column::from(W::HIndicator).least(12),
        Column::from(W::HShare).right().least(13),
        Column::from(W::HInterval).rank(1).right().least(13),
    ]);
    for one in &of.shares {
        let label = say(&one.indicator.label());
        table.row([label, share(&one.share), interval(&one.share)]);
    }
    for (word, count) in counts(of) {
        table.row([word.to_string(), count, String::new()]);
    }
    table
}

fn columns(of: &IndicatorsOf) -> Table {
    let shares = of.shares.iter().zip(1_u8..);
    let shares = shares.map(|(one, rank)| share_column(one.indicator, rank));
    let counts = counts(of).map(|(word, _)| word);
    let counts = counts.map(|word| Column::from(word).rank(16).right().least(5));
    let first = Column::from(W::HGroup).least(12);
    Table::new([first].into_iter().chain(shares).chain(counts))
}

fn row(name: String, of: &IndicatorsOf) -> Vec<String> {
    let shares = of.shares.iter().map(|one| share(&one.share));
    let counts = counts(of).map(|(_, count)| count);
    [name].into_iter().chain(shares).chain(counts).collect()
}
