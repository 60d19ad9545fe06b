//! `explain`: the cases and events behind a share.

mod cases;
mod measured;

use super::departments::{interval, share};
use crate::args::{ExplainArgs, Figure};
use crate::failure::{Exit, Failure};
use crate::labels::Names;
use crate::list::more;
use crate::moment;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, say, told};
use gridwhistle::EngineError;
use gridwhistle::projections::questions::ExplainedLeg;
use rust_decimal::Decimal;

/// Opens a share.
///
/// # Errors
/// When the unit is unknown, or the store cannot be read.
pub(crate) async fn run(session: &Session, args: ExplainArgs) -> Result<(), Failure> {
    let indicator = match args.figure() {
        Figure::Appraisal => return super::appraisals::explain(session, args).await,
        Figure::Mutual => return super::mutual::run(session, args).await,
        Figure::Score => return super::ranking::explain(session, args).await,
        Figure::Measured(measure) => return measured::run(session, &args, measure).await,
        Figure::Cases(indicator) => return cases::run(session, &args, indicator).await,
        Figure::Legs(indicator) => indicator,
    };
    let unit = args.unit_or_all()?;
    let desk = session.desk().await?;
    let moment = desk.moment(args.span.as_of.as_of)?;
    let window = window::or_month(args.span.window, moment.instant())?;
    let page = (args.page.limit(), args.page.cursor.as_deref());
    let what = (unit, indicator);
    let questions = desk.questions();
    let asked = questions.explain(what, window, moment, page).await;
    let opened = asked.map_err(EngineError::from)?;
    let names = Names::of(&desk, opened.at);
    let registry = &desk.reference().registry;
    let unknown = unit.filter(|unit| registry.unit(&(*unit).into()).is_none());
    if let Some(unit) = unknown.filter(|_| opened.share.of == 0) {
        let message = told(W::UnitMissing, &[&unit]);
        return Err(Failure::new(Exit::Input, "unit_unknown", message));
    }
    session.output.answer(&opened, |out| {
        out.say(window::told(window))?;
        let of_all = || W::AllUnits.to_string();
        let (whose, label) = (
            unit.map_or_else(of_all, |unit| names.unit(Some(unit))),
            say(&opened.indicator.label()),
        );
        let figures = (share(&opened.share), interval(&opened.share));
        out.say(told(
            W::ExplainLine,
            &[&whose, &label, &figures.0, &figures.1],
        ))?;
        let mut table = Table::new([
            Column::from(W::HNumber).right().least(5),
            Column::from(W::HLeg).rank(6).right().least(4),
            Column::from(W::HUnit).rank(7).least(8),
            Column::from(W::HMet).least(4),
            Column::from(W::HDue).rank(2).least(16),
            Column::from(W::HDoneAt).rank(3).least(16),
            Column::from(W::HIfOtherwise).rank(4).right().least(8),
            Column::from(W::HEvents).rank(5).least(12),
        ]);
        for leg in &opened.legs {
            table.row(cells(leg, &names));
        }
        out.table(&table)?;
        more(out, opened.next.as_deref())
    })
}

fn cells(leg: &ExplainedLeg, names: &Names) -> [String; 8] {
    let events: Vec<String> = leg.events.iter().map(u64::to_string).collect();
    [
        leg.ledger_no.to_string(),
        leg.leg.to_string(),
        names.unit(Some(&leg.unit)),
        match (leg.met, leg.missed_before) {
            (true, _) => W::Yes,
            (false, false) => W::No,
            (false, true) => W::NoMissedBefore,
        }
        .to_string(),
        moment::show_or_dash(leg.due),
        moment::show_or_dash(leg.done),
        points(leg.if_otherwise),
        events.join(" "),
    ]
}

/// A change in percent points, with its sign.
fn points(change: Decimal) -> String {
    let mut points = change * Decimal::ONE_HUNDRED;
    points.rescale(2);
    let sign = if points.is_sign_negative() { "" } else { "+" };
    format!("{sign}{points}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_points_with_its_sign() {
        assert_eq!(points(Decimal::new(7, 4)), "+0.07%");
        assert_eq!(points(Decimal::new(-1429, 4)), "-14.29%");
    }
}
