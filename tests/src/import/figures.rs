//! The figures of units of an imported list, against the ground truth.

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::score::case_indicator::CaseIndicator as I;
use gridwhistle::domain::score::rate::Share;
use gridwhistle::projections::questions::{
    Area, AreaLevel, CasesBy, Department, IndicatorsOf, Moment, Window,
};
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

fn share(of: &IndicatorsOf, indicator: I) -> Share {
    let shares = of.shares.iter();
    let mut found = shares.filter(|one| one.indicator == indicator);
    found.next().map(|one| one.share).unwrap_or_default()
}

/// The indicators of units and of the city over all time: handled, on time, closed, still open.
pub(super) async fn check_indicators(
    engine: &Engine,
    rows: &[BTreeMap<String, String>],
    at: DateTime<Utc>,
) {
    let ever = Window::new(DateTime::UNIX_EPOCH, at + TimeDelta::days(365 * 20)).unwrap();
    let ask = async |moment| {
        let questions = engine.questions();
        let units = questions.indicators(CasesBy::Unit, ever, moment).await;
        let units = units.unwrap().groups.into_iter();
        let mut found: BTreeMap<String, IndicatorsOf> = units
            .map(|of| (of.group.clone().unwrap_or("(none)".to_owned()), of))
            .collect();
        let city = questions.indicators(CasesBy::City, ever, moment).await;
        found.insert("(all)".to_owned(), city.unwrap().total);
        found
    };
    let then = ask(Moment::then(at)).await;
    let late = ask(Moment::then(ever.before)).await;
    let none = IndicatorsOf::default();
    for row in rows {
        let wanted = |column: &str| row[column].parse::<u64>().unwrap();
        let agency = &row["agency"];
        let (soon, end) = (
            then.get(agency).unwrap_or(&none),
            late.get(agency).unwrap_or(&none),
        );
        // In the end every due time is past: what should be handled is what had one.
        let told = [I::Handled, I::HandledInTime].map(|one| share(end, one));
        let of_due = [wanted("n_closed_with_due"), wanted("n_on_time")];
        assert_eq!(told.map(|share| share.met), of_due, "{agency} in the end");
        assert_eq!(told[0].of, wanted("n_due"), "{agency} in the end");
        // At the instant: closed on time or late, and open past due.
        let told = share(soon, I::HandledInTime);
        let late_or_open = wanted("asof_closed_late") + wanted("asof_open_overdue");
        assert_eq!(told.of - told.met, late_or_open, "{agency} as of {at}");
        if agency == "(all)" {
            let open = share(soon, I::NotClosed);
            let wanted = (wanted("asof_open"), wanted("asof_received"));
            assert_eq!((open.met, open.of), wanted, "{agency} as of {at}");
        }
    }
}

/// The figures of areas of an imported list over all time, by the names that its source gives them.
pub(super) async fn check_areas(
    engine: &Engine,
    (level, dimension): (AreaLevel, &str),
    rows: &[BTreeMap<String, String>],
) {
    let ever = Window::new(DateTime::UNIX_EPOCH, engine.now() + TimeDelta::days(1)).unwrap();
    let calendars = &engine.reference().calendars;
    let moment = Moment::now(engine.now());
    let questions = engine.questions();
    let answer = questions
        .areas(level, ever, moment, calendars)
        .await
        .unwrap();
    let code = |area: &Area| area.area.clone().unwrap_or("(none)".to_owned());
    let areas = answer.areas.into_iter();
    let mut found: BTreeMap<String, Area> = areas.map(|area| (code(&area), area)).collect();
    found.insert("(all)".to_owned(), answer.total);
    let rows = rows
        .iter()
        .filter(|row| [dimension, "ALL"].contains(&row["dimension"].as_str()));
    let mut seen = 0;
    for row in rows {
        let area = &found[&row["value"]];
        let wanted = |column: &str| row[column].parse::<u64>().unwrap();
        let late = area.on_time.of - area.on_time.met;
        assert_eq!(
            [area.reported, area.on_time.met, late, area.open],
            ["n", "intime_closed", "overtime_closed", "unknown"].map(wanted),
            "{dimension} {}",
            row["value"]
        );
        let closed = wanted("intime_closed") + wanted("overtime_closed");
        assert_eq!((area.closed, area.by_self.of), (closed, closed));
        assert!(area.handling.is_none(), "its source keeps time");
        seen += 1;
    }
    assert_eq!(seen, found.len(), "{dimension}");
}
