//! `report satisfaction`: what residents say, and the three rates (三率).

use super::areas::{name, share_column};
use super::departments::{dash, percent, ratio, share};
use crate::args::Span;
use crate::desk::Refers;
use crate::failure::Failure;
use crate::labels::Names;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, told};
use gridwhistle::EngineError;
use gridwhistle::domain::policy::satisfaction::SatisfactionRules;
use gridwhistle::domain::score::case_indicator::CaseIndicator as I;
use gridwhistle::projections::questions::{CasesBy, SatisfactionOf, Window};

/// The rules by which a window is counted.
pub(crate) fn rules(from: &impl Refers, window: Window) -> SatisfactionRules {
    from.reference().policies.satisfaction_of(window.from)
}

/// Shows what residents say.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn run(session: &Session, by: CasesBy, span: Span) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(span.as_of.as_of)?;
    let window = window::or_month(span.window, moment.instant())?;
    let rules = rules(&desk, window);
    let asked = desk.questions().satisfaction(by, window, moment, &rules);
    let figures = asked.await.map_err(EngineError::from)?;
    session.output.answer(&figures, |out| {
        let names = Names::of(&desk, figures.at);
        out.say(window::told(window))?;
        let mut table = columns();
        for group in &figures.groups {
            table.row(cells(name(by, group.group.as_deref(), &names), group));
        }
        if !figures.groups.is_empty() {
            table.row(cells(W::Total.to_string(), &figures.total));
        }
        out.table(&table)?;
        let [response, solved, satisfied] = [
            rules.response_weight,
            rules.solved_weight,
            rules.satisfied_weight,
        ];
        let weights: [&dyn std::fmt::Display; 4] =
            [&rules.callback_percent, &response, &solved, &satisfied];
        out.say(told(W::OpinionsLine, &weights))
    })
}

fn columns() -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(5);
    Table::new([
        Column::from(W::HGroup).least(12),
        figure(W::HClosedCount, 4),
        figure(W::HDrawn, 6),
        share_column(I::Reached, 3),
        figure(W::HUnreachable, 5),
        share_column(I::Responded, 2),
        share_column(I::Solved, 1),
        share_column(I::SaidSatisfied, 0),
        share_column(I::SaidStrictly, 7),
        figure(W::HMeanStars, 6),
        figure(W::HThreeRates, 0),
    ])
}

fn cells(name: String, of: &SatisfactionOf) -> [String; 11] {
    let three = of.three_rates.map(|three| format!("{}%", percent(three)));
    [
        name,
        of.closed.to_string(),
        format!("{}/{}", of.drawn_called, of.drawn),
        share(&of.coverage),
        of.unreachable.to_string(),
        share(&of.responded),
        share(&of.solved),
        share(&of.satisfied),
        share(&of.strictly),
        of.mean_stars.map_or_else(dash, ratio),
        three.unwrap_or_else(dash),
    ]
}
