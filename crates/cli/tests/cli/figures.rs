//! The figures of units, against a slow count that reads nothing but the events: JSON by JSON, from
//! the first, with none of the program's own folds.

mod appraised;
mod cases;
mod mutual;
mod opened;
mod portrait;
mod random;
mod ranking;
mod slow;
mod slow_cases;
mod told;

use crate::lived::Lived;
use cases::near;
use gridwhistle::Engine;
use gridwhistle::domain::score::indicator::Indicator;
use gridwhistle::domain::score::rate::Share;
use gridwhistle::projections::questions::{Department, Departments, Moment};
use rust_decimal::Decimal;
use serde_json::Value;
use slow::{Asked, Plain, Strata, against, half_done, slowly, spread};
use std::collections::BTreeMap;

/// What the program said of a unit, as plain counts; the minutes stand apart.
fn told(unit: &Department) -> Plain {
    let share = |name, share: &Share| (name, (share.met, share.of));
    let shares = [
        share("acknowledged", &unit.acknowledged),
        share("contacted", &unit.contacted),
        share("reported_in", &unit.reported_in),
        share("completion", &unit.completion),
        share("on_time", &unit.on_time),
        share("first_time", &unit.first_time),
        share("reopened", &unit.reopened),
        share("reworked", &unit.reworked),
        share("returned", &unit.returned),
        share("misdispatched", &unit.misdispatched),
        share("extended", &unit.extended),
        share("wrongful_returns", &unit.wrongful_returns),
        share("suspended", &unit.suspended),
    ];
    Plain {
        numbers: [unit.opened, unit.done, unit.open, unit.open_overdue],
        shares: shares.into_iter().filter(|(_, (_, of))| *of > 0).collect(),
        ..Plain::default()
    }
}

/// China's wall clock, as `--as-of` takes it.
fn local(text: &str) -> chrono::DateTime<chrono::Utc> {
    let text = if text.len() == 10 {
        format!("{text} 00:00")
    } else {
        text.to_owned()
    };
    let wall = chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M").expect("a time");
    wall.and_utc() - chrono::TimeDelta::hours(8)
}

/// The events of all cases of a city.
fn events_of(demo: &Lived) -> Vec<(String, Value)> {
    let all = demo.events().into_iter();
    let of_cases = all.filter(|(kind, ..)| kind == "case");
    of_cases.map(|(_, case, event)| (case, event)).collect()
}

/// Every share of every unit, opened: as many legs as it counts, each with the events that say so.
async fn opened(engine: &Engine, answer: &Departments, moment: Moment) {
    let questions = engine.questions();
    for unit in &answer.units {
        let said = told(unit);
        for indicator in Indicator::ALL {
            let what = (unit.unit.as_str(), *indicator);
            let all = questions
                .explain(what, answer.window, moment, (1_000, None))
                .await;
            let all = all.expect("an explanation");
            let share = said
                .shares
                .get(indicator.code())
                .copied()
                .unwrap_or_default();
            assert_eq!(
                (all.share.met, all.share.of),
                share,
                "{} {indicator}",
                unit.unit
            );
            let met = all.legs.iter().filter(|leg| leg.met).count();
            assert_eq!(
                (met as u64, all.legs.len() as u64),
                share,
                "{} {indicator}",
                unit.unit
            );
            for leg in &all.legs {
                let log = engine.log();
                let first = leg.events.first().expect("an event");
                let event = log
                    .read_log(engine.tenant(), first - 1, 1)
                    .await
                    .expect("the log");
                assert_eq!(event[0].stream.aggregate_id, leg.case_id);
                assert_eq!(leg.if_otherwise, other_way(share, leg.met), "{leg:?}");
            }
        }
    }
}

/// One more met, or one less, of as many: by hand, rounded half to even to four digits.
fn other_way((_, of): (u64, u64), met: bool) -> Decimal {
    let one = (Decimal::ONE / Decimal::from(of)).round_dp(4);
    if met { -one } else { one }
}

/// Compares one unit; answers how many shares were compared.
#[track_caller]
fn same(unit: &Department, slow: &Plain, city: &Strata) -> usize {
    let said = told(unit);
    assert_eq!(said.numbers, slow.numbers, "{}", unit.unit);
    assert_eq!(said.shares, slow.shares, "{}", unit.unit);
    assert_eq!(unit.handling, spread(&slow.minutes), "{}", unit.unit);
    let half = half_done(&slow.seen);
    assert_eq!(unit.half_done_by, half, "{}", unit.unit);
    assert_eq!(unit.backlog.0, slow.ages, "{}", unit.unit);
    let expected = against(&slow.strata, city);
    near(unit.observed_over_expected, expected, &unit.unit);
    said.shares.len()
}

/// Compares all units; answers how many shares were compared.
#[track_caller]
fn agree(answer: &Departments, slow: &BTreeMap<String, Plain>) -> usize {
    let codes: Vec<&str> = answer.units.iter().map(|unit| unit.unit.as_str()).collect();
    let what = (answer.window, answer.at);
    assert_eq!(codes, slow.keys().collect::<Vec<_>>(), "{what:?}");
    let mut city = Strata::new();
    for (stratum, (met, of)) in slow.values().flat_map(|plain| &plain.strata) {
        let all = city.entry(stratum.clone()).or_default();
        *all = (all.0 + met, all.1 + of);
    }
    let units = answer.units.iter();
    units.map(|unit| same(unit, &slow[&unit.unit], &city)).sum()
}

#[test]
fn the_figures_of_units_are_what_a_slow_count_of_the_events_says() {
    let demo = Lived::of(90, 3);
    let calendars = demo.with_engine(async |engine| engine.reference().calendars.clone());
    let events = events_of(&demo);
    let mut shares = 0;
    for (window, as_of) in [
        ("2026-03", "2026-04-01"),
        ("2026-04", "2026-04-18 10:30"),
        ("2026-05-07..2026-06-02", "2026-07-20"),
        ("2026", "2026-07-20"),
        ("2025", "2026-07-20"),
    ] {
        let asking = [
            "report",
            "departments",
            "--window",
            window,
            "--as-of",
            as_of,
            "--json",
        ];
        let answer = demo.given(&asking).json();
        let answer: Departments = serde_json::from_value(answer).expect("its shape");
        let asked = Asked {
            from: answer.window.from,
            before: answer.window.before,
            at: answer.at,
        };
        let slow = slowly(&events, (&asked, local(as_of)), &calendars);
        demo.with_engine(async |engine| {
            let asked = Moment::then(local(as_of));
            opened(engine, &answer, asked).await;
        });
        shares += agree(&answer, &slow);
    }
    assert!(shares > 300, "only {shares} shares were compared");
}
