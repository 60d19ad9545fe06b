//! `report departments`: how units answered in a window.

use crate::args::AsOf;
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::Word as W;
use gridwhistle::EngineError;
use gridwhistle::domain::score::backlog::Backlog;
use gridwhistle::domain::score::case_indicator::CaseIndicator;
use gridwhistle::domain::score::indicator::Indicator as I;
use gridwhistle::domain::score::measure::Measure as M;
use gridwhistle::domain::score::rate::{Interval, Rate, Share};
use gridwhistle::domain::score::spread::Spread;
use gridwhistle::domain::text::Text;
use gridwhistle::projections::questions::{Department, Window};
use rust_decimal::Decimal;

/// Shows the figures of units.
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
    let reference = desk.reference();
    let calendars = &reference.calendars;
    let asked = desk.questions().departments(window, moment, calendars);
    let figures = asked.await.map_err(EngineError::from)?;
    session.output.answer(&figures, |out| {
        let names = Names::of(&desk, figures.at);
        out.say(window::told(window))?;
        let mut table = columns();
        for unit in &figures.units {
            table.row(cells(names.unit(Some(&unit.unit)), unit));
        }
        if !figures.units.is_empty() {
            table.row(cells(W::Total.to_string(), &figures.total));
        }
        out.table(&table)
    })
}

fn columns() -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(5);
    let share = |word: W, rank: u8| Column::from(word).rank(rank).right().least(13);
    let of = |label: Text, rank: u8| Column::from(label).rank(rank).right().least(13);
    Table::new([
        Column::from(W::HUnit).least(12),
        figure(W::HGiven, 4),
        figure(W::HHandled, 3),
        figure(W::HOpen, 2),
        figure(W::HOpenOverdue, 0),
        share(W::HOnTimeRate, 0),
        share(W::HInterval, 6),
        share(W::HAckRate, 5),
        of(I::Contacted.label(), 14),
        share(W::HReportInRate, 9),
        of(I::Completion.label(), 14),
        share(W::HFirstTimeRate, 7),
        share(W::HReworkRate, 8),
        of(I::Reopened.label(), 14),
        share(W::HReturnRate, 10),
        of(M::WrongfulReturns.label(), 15),
        of(I::Misdispatched.label(), 15),
        of(I::Extended.label(), 15),
        of(M::Suspended.label(), 15),
        super::areas::share_column(CaseIndicator::Repeated, 13),
        figure(W::HMean, 16).least(9),
        figure(W::HMedian, 7).least(9),
        figure(W::HNinety, 11).least(9),
        figure(W::HHalfDoneBy, 16).least(9),
        figure(W::HBacklog, 16).least(11),
        figure(W::HAgainstCity, 12),
    ])
}

fn cells(name: String, unit: &Department) -> Vec<String> {
    let [mean, median, p90, half, backlog] =
        measured(unit.handling, unit.half_done_by, unit.backlog);
    vec![
        name,
        unit.opened.to_string(),
        unit.done.to_string(),
        unit.open.to_string(),
        unit.open_overdue.to_string(),
        share(&unit.on_time),
        interval(&unit.on_time),
        share(&unit.acknowledged),
        share(&unit.contacted),
        share(&unit.reported_in),
        share(&unit.completion),
        share(&unit.first_time),
        share(&unit.reworked),
        share(&unit.reopened),
        share(&unit.returned),
        share(&unit.wrongful_returns),
        share(&unit.misdispatched),
        share(&unit.extended),
        share(&unit.suspended),
        share(&unit.repeated),
        mean,
        median,
        p90,
        half,
        backlog,
        unit.observed_over_expected.map_or_else(dash, ratio),
    ]
}

/// Mean, median and ninetieth percentile of handling, the minute by which half is done, and what is open
/// by age.
pub(super) fn measured(
    handling: Option<Spread>,
    half: Option<i64>,
    backlog: Backlog,
) -> [String; 5] {
    let time = |minutes: Option<i64>| minutes.map_or_else(dash, labels::hours);
    let buckets = backlog.0.map(|bucket| bucket.to_string());
    [
        time(handling.map(|spread| spread.mean)),
        time(handling.map(|spread| spread.median)),
        time(handling.map(|spread| spread.p90)),
        time(half),
        buckets.join("/"),
    ]
}

pub(super) fn dash() -> String {
    labels::DASH.to_owned()
}

/// `85.7% 6/7`, rounded from the parts and not from what was rounded before.
pub(super) fn share(share: &Share) -> String {
    let Share { met, of, .. } = share;
    let value = Rate::new(*met, *of).value();
    value.map_or_else(dash, |value| format!("{}% {met}/{of}", percent(value)))
}

/// `48.7–97.4%`.
pub(super) fn interval(share: &Share) -> String {
    let interval = Rate::new(share.met, share.of).interval();
    interval.map_or_else(dash, |Interval { low, high }| {
        format!("{}–{}%", percent(low), percent(high))
    })
}

pub(super) fn ratio(mut ratio: Decimal) -> String {
    ratio.rescale(2);
    ratio.to_string()
}

pub(super) fn percent(value: Decimal) -> Decimal {
    let mut percent = (value * Decimal::ONE_HUNDRED).round_dp(1);
    percent.rescale(1);
    percent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_with_its_parts_and_its_interval() {
        let six = Share::from(Rate::new(6, 7));
        assert_eq!(share(&six), "85.7% 6/7");
        assert_eq!(share(&Share::from(Rate::new(2, 3))), "66.7% 2/3");
        assert_eq!(interval(&six), "48.7–97.4%");
        let none = Share::default();
        assert_eq!((share(&none), interval(&none)), (dash(), dash()));
    }
}
