//! A measured figure opened: the legs or cases that it is made of, and what each adds.

use super::super::areas;
use super::super::departments::{dash, percent, ratio, share};
use super::cases::is_known;
use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::list::more;
use crate::moment;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, say, told};
use gridwhistle::EngineError;
use gridwhistle::domain::score::measure::Measure;
use gridwhistle::projections::questions::{CasesBy, Measured, MeasuredRow};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Display;

/// Opens it.
///
/// # Errors
/// When the area or unit is unknown, or the store cannot be read.
pub(super) async fn run(
    session: &Session,
    args: &ExplainArgs,
    measure: Measure,
) -> Result<(), Failure> {
    let (by, group) = if measure.is_of_cases() {
        args.group()
    } else {
        let unit = args.unit_or_all()?;
        (unit.map_or(CasesBy::City, |_| CasesBy::Unit), unit)
    };
    let desk = session.desk().await?;
    let moment = desk.moment(args.span.as_of.as_of)?;
    let window = window::or_month(args.span.window, moment.instant())?;
    let page = (args.page.limit(), args.page.cursor.as_deref());
    let (questions, reference) = (desk.questions(), desk.reference());
    let what = (by, group, measure);
    let asked = questions.explain_measure(what, window, moment, &reference, page);
    let opened = asked.await.map_err(EngineError::from)?;
    if opened.rows.is_empty() {
        is_known(&desk, by, group)?;
    }
    session.output.answer(&opened, |out| {
        let names = Names::of(&desk, opened.at);
        out.say(window::told(window))?;
        let whose = match by {
            CasesBy::City if !measure.is_of_cases() => W::AllUnits.to_string(),
            CasesBy::City => W::WholeCity.to_string(),
            by => areas::name(by, group, &names),
        };
        let label = say(&measure.label());
        let figure = opened.figure.map_or_else(dash, figure);
        out.say(told(W::MeasureLine, &[&whose, &label, &figure]))?;
        let mut table = Table::new([
            Column::from(W::HNumber).right().least(5),
            Column::from(W::HLeg).rank(6).right().least(4),
            Column::from(W::HUnit).rank(5).least(8),
            Column::from(W::HSince).rank(3).least(16),
            Column::from(W::HDoneAt).rank(2).least(16),
            Column::from(W::HAdds).right().least(6),
            Column::from(W::HAddsOf).rank(1).right().least(6),
            Column::from(W::HEvents).rank(4).least(12),
        ]);
        for row in &opened.rows {
            table.row(cells(measure, row, &names));
        }
        out.table(&table)?;
        more(out, opened.next.as_deref())
    })
}

/// A measured figure in words.
fn figure(figure: Measured) -> String {
    match figure {
        Measured::Share(of) => share(&of),
        Measured::Spread(spread) => {
            let [mean, median, p90] = [spread.mean, spread.median, spread.p90].map(labels::hours);
            told(W::SpreadTold, &[&mean, &median, &p90, &spread.count])
        }
        Measured::Minutes(minutes) => labels::hours(minutes),
        Measured::Backlog(backlog) => {
            let buckets = backlog.0.each_ref().map(|bucket| bucket as &dyn Display);
            told(W::BacklogTold, &buckets)
        }
        Measured::Ratio(of) => ratio(of),
        Measured::TimesOver(times) => {
            let value = times.value.map_or_else(dash, ratio);
            let [used, given] = [times.used, times.given].map(labels::hours);
            format!("{value} {used}/{given}")
        }
        Measured::Stars(stars) => {
            let levels = stars.levels.0.map(|people| people.to_string());
            let mean = stars.mean.map_or_else(dash, ratio);
            told(W::StarsTold, &[&mean, &levels.join("/")])
        }
        Measured::Count(number) => number.to_string(),
    }
}

fn cells(measure: Measure, row: &MeasuredRow, names: &Names) -> [String; 8] {
    use Measure as M;
    let minutes = |of: Decimal| of.to_i64().map_or_else(dash, labels::hours);
    let (value, of) = match measure {
        measure if measure.is_time() => (labels::hours(row.value), row.of.map(minutes)),
        M::Backlog | M::CaseBacklog => (told(W::WorkingDays, &[&row.value]), None),
        M::ObservedOverExpected | M::CaseObservedOverExpected => (
            row.value.to_string(),
            row.of.map(|of| format!("{}%", percent(of))),
        ),
        _ => (row.value.to_string(), row.of.map(|of| of.to_string())),
    };
    let events: Vec<String> = row.events.iter().map(u64::to_string).collect();
    [
        row.ledger_no.to_string(),
        row.leg.map_or_else(dash, |leg| leg.to_string()),
        names.unit(row.unit.as_deref()),
        moment::show_or_dash(row.since),
        moment::show_or_dash(row.done),
        value,
        of.unwrap_or_else(dash),
        events.join(" "),
    ]
}
