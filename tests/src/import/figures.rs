//! The figures of units of an imported list, against the ground truth.

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::Engine;
use gridwhistle::projections::questions::{Department, Moment, Window};
use std::collections::BTreeMap;

/// The figures of units over all time: what was done, what of it on time, what is overdue.
pub(super) async fn check_departments(
    engine: &Engine,
    rows: &[BTreeMap<String, String>],
    at: DateTime<Utc>,
) {
    let ever = Window::new(DateTime::UNIX_EPOCH, at + TimeDelta::days(365 * 20)).unwrap();
    let calendars = &engine.reference().calendars;
    let ask = async |moment| {
        let asked = engine.questions().departments(ever, moment, calendars);
        let units = asked.await.unwrap().units.into_iter();
        units
            .map(|unit| (unit.unit.clone(), unit))
            .collect::<BTreeMap<_, _>>()
    };
    let then = ask(Moment::then(at)).await;
    let late = ask(Moment::then(ever.before)).await;
    let none = Department::default();
    for row in rows
        .iter()
        .filter(|row| !["(all)", "(none)"].contains(&row["agency"].as_str()))
    {
        let wanted = |column: &str| row[column].parse::<u64>().unwrap();
        let agency = &row["agency"];
        let found = late.get(agency).unwrap_or(&none);
        assert_eq!(
            [found.opened, found.done, found.on_time.met, found.open],
            ["n", "n_closed", "n_on_time", "n_never_closed"].map(wanted),
            "{agency} in the end"
        );
        let found = then.get(agency).unwrap_or(&none);
        let judged = found.on_time.of - found.open_overdue;
        assert_eq!(
            [
                found.opened,
                found.done,
                found.open,
                found.open_overdue,
                judged - found.on_time.met
            ],
            [
                "asof_received",
                "asof_closed",
                "asof_open",
                "asof_open_overdue",
                "asof_closed_late"
            ]
            .map(wanted),
            "{agency} as of {at}"
        );
    }
}
