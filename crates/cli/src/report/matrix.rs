//! `report matrix`: street by department, in both directions.

use super::evaluations::{flagged, kinds, rules, struck, two};
use crate::args::AsOf;
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::moment;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, told};
use gridwhistle::EngineError;
use gridwhistle::projections::questions::Window;

/// Shows every pair that evaluated each other.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn run(
    session: &Session,
    window: Option<Window>,
    as_of: &AsOf,
) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(as_of.as_of)?;
    let window = window::or_month(window, moment.instant())?;
    let rules = rules(&desk, window);
    let questions = desk.questions();
    let asked = questions.matrix(window, moment, &rules).await;
    let matrix = asked.map_err(EngineError::from)?;
    session.output.answer(&matrix, |out| {
        let names = Names::of(&desk, matrix.at);
        let (from, before) = (moment::show(window.from), moment::show(window.before));
        out.say(told(W::WindowLine, &[&from, &before]))?;
        let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(5);
        let mut table = Table::new([
            Column::from(W::HArea).least(12),
            Column::from(W::HDepartment).least(12),
            figure(W::HEvaluations, 3),
            figure(W::HOfDepartment, 0),
            figure(W::HForms, 2),
            figure(W::HOfArea, 0),
            figure(W::HFormsBack, 2),
            Column::from(W::HFlags).rank(1).least(8),
        ]);
        let mean = |mean: Option<_>| mean.map_or_else(|| labels::DASH.to_owned(), two);
        for cell in &matrix.cells {
            table.row([
                names.unit(Some(&cell.area)),
                names.unit(Some(&cell.department)),
                cell.evaluations.to_string(),
                mean(cell.of_department.mean),
                cell.of_department.forms.to_string(),
                mean(cell.of_area.mean),
                cell.of_area.forms.to_string(),
                kinds(&cell.flags),
            ]);
        }
        out.table(&table)?;
        flagged(out, &names, &matrix.flags)?;
        struck(out, &matrix.struck)
    })
}
