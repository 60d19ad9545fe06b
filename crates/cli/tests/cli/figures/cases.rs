//! The figures of cases, by area, by lead unit and of the city, against a slow count that reads
//! nothing but the events.

use super::local;
use super::slow::{Asked, spread};
use super::slow_cases::{Counts, left_out, slowly};
use super::told::{of_area, of_indicators, of_opinions};
use crate::lived::Lived;
use chrono::{DateTime, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::calendar::CalendarBook;
use gridwhistle::domain::registry::Registry;
use gridwhistle::domain::score::case_indicator::CaseIndicator;
use gridwhistle::projections::questions::{
    Areas, CasesBy, Departments, Indicators, Moment, Satisfactions, Window,
};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) type Told<'t> = BTreeMap<Option<&'t str>, Counts>;

/// A demo city, what happened in it, and what its figures are counted with.
pub(super) struct Demo {
    lived: Lived,
    pub(super) events: Vec<(String, Value)>,
    pub(super) calendars: CalendarBook,
    registry: Registry,
}

impl Demo {
    pub(super) fn new() -> Self {
        Self::of(160, 5)
    }

    pub(super) fn of(cases: u32, seed: u32) -> Self {
        let lived = Lived::of(cases, seed);
        let (calendars, registry) = lived.with_engine(async |engine| {
            let reference = engine.reference();
            (reference.calendars.clone(), reference.registry.clone())
        });
        Self {
            events: super::events_of(&lived),
            lived,
            calendars,
            registry,
        }
    }

    /// Its engine, and what is asked of it.
    pub(super) fn with_engine<T>(&self, ask: impl AsyncFnOnce(&Engine) -> T) -> T {
        self.lived.with_engine(ask)
    }

    fn json(&self, line: &str, (window, as_of): (&str, &str)) -> Value {
        let span = ["--window", window, "--as-of", as_of, "--json"];
        let args: Vec<&str> = line.split_whitespace().chain(span).collect();
        self.lived.given(&args).json()
    }

    /// The slow count; repeats are looked for until the asked instant, and thirty days after the
    /// window at most.
    pub(super) fn slowly(
        &self,
        window: Window,
        asked_at: DateTime<Utc>,
        by: &str,
    ) -> BTreeMap<Option<String>, Counts> {
        let (asked, later) = self.asked(window, asked_at);
        let asked = (&asked, later, asked_at);
        let (calendars, place) = (&self.calendars, (&self.registry, by));
        slowly(&self.events, asked, calendars, place)
    }

    pub(super) fn asked(&self, window: Window, asked_at: DateTime<Utc>) -> (Asked, DateTime<Utc>) {
        let asked = Asked {
            from: window.from,
            before: window.before,
            at: asked_at.min(window.before),
        };
        let later = asked_at.min(window.before + chrono::TimeDelta::days(30));
        (asked, later)
    }
}

/// A year or a month.
pub(super) fn window_of(text: &str) -> Window {
    let (from, before) = match text {
        "2026" => ("2026-01-01", "2027-01-01"),
        _ => ("2026-05-01", "2026-06-01"),
    };
    Window::new(local(from), local(before)).expect("a window")
}

/// What was told is what the slow count says of the same names; answers how many shares that were.
#[track_caller]
pub(super) fn same(told: &Told<'_>, slow: &BTreeMap<Option<String>, Counts>, what: &str) -> usize {
    let mut shares = 0;
    for (group, told) in told {
        let group = group.map(str::to_owned);
        let slow = slow.get(&group).cloned().unwrap_or_default();
        for (name, told) in &told.shares {
            assert_eq!(
                slow.shares.get(name),
                Some(told),
                "{what}, {group:?}: {name}"
            );
        }
        for (name, told) in &told.numbers {
            assert_eq!(
                slow.numbers.get(name),
                Some(told),
                "{what}, {group:?}: {name}"
            );
        }
        shares += told.shares.len();
    }
    shares
}

/// And the other way: what the slow count has under these names was told.
#[track_caller]
fn whole(told: &Told<'_>, slow: &BTreeMap<Option<String>, Counts>, names: &[&str], what: &str) {
    for (group, slow) in slow {
        let told = told.get(&group.as_deref()).cloned().unwrap_or_default();
        for name in names {
            let both = (slow.shares.get(name), told.shares.get(name));
            assert_eq!(both.0, both.1, "{what}, {group:?}: {name}");
        }
    }
}

/// A number to four digits, and what floating point makes of it.
#[track_caller]
pub(super) fn near(told: Option<Decimal>, slow: Option<f64>, what: &str) {
    let number = told.map(|told| told.to_string().parse::<f64>().expect("a number"));
    let near = match (number, slow) {
        (Some(told), Some(slow)) => (told - slow).abs() < 6e-5,
        (told, slow) => told.is_none() && slow.is_none(),
    };
    assert!(near, "{what}: {told:?} and {slow:?}");
}

/// Of the cases that a unit led, those that came back stand in its own figures too.
#[track_caller]
fn came_back(answer: &Value, slow: &BTreeMap<Option<String>, Counts>, what: &str) {
    let answer: Departments = serde_json::from_value(answer.clone()).expect("its shape");
    for unit in &answer.units {
        let slow = slow
            .get(&Some(unit.unit.clone()))
            .cloned()
            .unwrap_or_default();
        let wanted = slow.shares.get("repeated").copied().unwrap_or_default();
        let told = (unit.repeated.met, unit.repeated.of);
        assert_eq!(told, wanted, "{what}: {}", unit.unit);
        let unknown = slow.numbers.get("repeats_unknown").copied().unwrap_or(0);
        assert_eq!(unit.repeats_unknown, unknown, "{what}: {}", unit.unit);
    }
}

const SPANS: [(&str, &str); 4] = [
    ("2026-03", "2026-04-01"),
    ("2026-04", "2026-04-18 10:30"),
    ("2026-05-07..2026-06-02", "2026-07-20"),
    ("2026", "2026-07-20"),
];

#[test]
fn the_figures_of_areas_are_what_a_slow_count_of_the_events_says() {
    let demo = Demo::new();
    let (mut shares, mut again, mut left) = (0, 0, 0);
    for (window, as_of) in SPANS {
        for level in ["street", "community", "grid"] {
            let line = format!("report areas --level {level}");
            let answer = demo.json(&line, (window, as_of));
            let answer: Areas = serde_json::from_value(answer).expect("its shape");
            let slow = demo.slowly(answer.window, local(as_of), level);
            let what = format!("{level} {window} {as_of}");
            let all = demo.slowly(answer.window, local(as_of), "city");
            let areas = answer.areas.iter();
            let told: Told<'_> = areas
                .map(|area| (area.area.as_deref(), of_area(area)))
                .collect();
            shares += same(&told, &slow, &what);
            whole(
                &told,
                &slow,
                &["handled", "settled_at_once", "repeated"],
                &what,
            );
            for area in &answer.areas {
                let slow = slow.get(&area.area).cloned().unwrap_or_default();
                assert_eq!(area.handling, spread(&slow.minutes), "{what}");
                assert_eq!(area.backlog.0, slow.ages, "{what}");
                assert_eq!(
                    area.half_done_by,
                    slow.half_done(),
                    "{what}: {:?}",
                    area.area
                );
                near(
                    area.observed_over_expected,
                    slow.against(&all[&None]),
                    &what,
                );
            }
            let total = BTreeMap::from([(None, of_area(&answer.total))]);
            same(&total, &all, &what);
            let city = all.get(&None).cloned().unwrap_or_default();
            assert_eq!(answer.total.handling, spread(&city.minutes), "{what}");
            let out = left_out(
                &demo.events,
                (&demo.asked(answer.window, local(as_of)).0, local(as_of)),
            );
            assert_eq!(
                (answer.left_out.voided, answer.left_out.merged),
                out,
                "{what}"
            );
            left += out.0 + out.1;
            again += answer.total.repeated.met;
        }
    }
    assert!(shares > 900, "only {shares} shares were compared");
    assert!(again > 0, "no problem ever came back");
    assert!(left > 0, "no case was ever left out");
}

#[test]
fn the_indicators_and_opinions_are_what_a_slow_count_of_the_events_says() {
    let demo = Demo::new();
    let standard: Vec<&str> = CaseIndicator::STANDARD
        .iter()
        .map(|one| one.code())
        .collect();
    let units: Vec<&str> = CaseIndicator::OF_UNITS
        .iter()
        .map(|one| one.code())
        .collect();
    let (mut shares, mut together) = (0, 0);
    for span in SPANS {
        for (by, level) in [("city", "city"), ("area", "street"), ("unit", "unit")] {
            let answer = demo.json(&format!("report indicators --by {by}"), span);
            let answer: Indicators = serde_json::from_value(answer).expect("its shape");
            let slow = demo.slowly(answer.window, local(span.1), level);
            let what = format!("{by} {span:?}");
            let groups = answer.groups.iter();
            let told: Told<'_> = groups
                .map(|of| (of.group.as_deref(), of_indicators(of)))
                .collect();
            shares += same(&told, &slow, &what);
            whole(
                &told,
                &slow,
                if by == "unit" { &units } else { &standard },
                &what,
            );
            for (group, told) in &told {
                let slow = &slow[&group.map(str::to_owned)];
                assert_eq!(told.used, slow.used, "{what}: {group:?}");
            }
            if by == "city" {
                continue;
            }
            if by == "unit" {
                came_back(&demo.json("report departments", span), &slow, &what);
            }
            let answer = demo.json(&format!("report satisfaction --by {by}"), span);
            let answer: Satisfactions = serde_json::from_value(answer).expect("its shape");
            let groups = answer.groups.iter();
            let told: Told<'_> = groups
                .map(|of| (of.group.as_deref(), of_opinions(of)))
                .collect();
            shares += same(&told, &slow, &what);
            whole(
                &told,
                &slow,
                &["responded", "solved", "said_satisfied"],
                &what,
            );
            for group in &answer.groups {
                let slow = &slow[&group.group];
                assert_eq!(group.stars.0, slow.stars, "{what}: {:?}", group.group);
                near(group.mean_stars, slow.mean_stars(), &what);
                near(group.three_rates, slow.three_rates(), &what);
                together += usize::from(group.three_rates.is_some());
            }
        }
    }
    assert!(shares > 400, "only {shares} shares were compared");
    assert!(
        together > 10,
        "only {together} times were the three rates one number"
    );
    let answer = demo.json("report satisfaction", SPANS[3]);
    let answer: Satisfactions = serde_json::from_value(answer).expect("its shape");
    assert!(answer.total.stars.0.iter().all(|people| *people > 0));
    assert!(answer.total.unreachable > 0 && answer.total.drawn_called > 0);
}

#[test]
fn every_share_of_cases_opens_to_the_cases_and_events_that_it_counts() {
    let demo = Demo::new();
    let (window, as_of) = ("2026", "2026-07-20");
    let span = window_of(window);
    for (by, level, group) in [
        (CasesBy::City, "city", None),
        (CasesBy::Street, "street", Some("street-1")),
        (CasesBy::Unit, "unit", Some("city-management")),
    ] {
        let slow = demo.slowly(span, local(as_of), level);
        let slow = slow
            .get(&group.map(str::to_owned))
            .cloned()
            .unwrap_or_default();
        demo.with_engine(async |engine| {
            for indicator in CaseIndicator::ALL {
                let asked = (by, group, *indicator);
                let moment = Moment::then(local(as_of));
                let questions = engine.questions();
                let opened = questions
                    .explain_cases(asked, span, moment, (1_000, None))
                    .await;
                let opened = opened.expect("an explanation");
                let told = (opened.share.met, opened.share.of);
                let wanted = slow
                    .shares
                    .get(indicator.code())
                    .copied()
                    .unwrap_or_default();
                assert_eq!(told, wanted, "{group:?} {indicator}");
                let met = opened.cases.iter().filter(|case| case.met).count();
                assert_eq!((met as u64, opened.cases.len() as u64), told, "{indicator}");
                for case in &opened.cases {
                    let first = case.events.first().expect("an event");
                    let log = engine.log().read_log(engine.tenant(), first - 1, 1).await;
                    assert_eq!(log.expect("the log")[0].stream.aggregate_id, case.case_id);
                    let other_way = super::other_way(told, case.met);
                    assert_eq!(case.if_otherwise, other_way, "{case:?}");
                    assert!(case.again.is_none() || case.met, "{case:?}");
                }
            }
        });
    }
}

#[test]
fn who_is_called_back_follows_from_the_hash_and_nothing_else() {
    use gridwhistle::domain::calendar::Month;
    use gridwhistle::domain::ids::CaseId;
    use gridwhistle::domain::score::sample::draw;
    let demo = Demo::new();
    let page = demo.json("list callbacks --rows 1000", ("2026-05", "2026-07-20"));
    let told = page["rows"].as_array().expect("rows").iter();
    let told: Vec<&str> = told
        .map(|row| row["case_id"].as_str().expect("a case"))
        .collect();
    let (mut drawn, mut closed) = (Vec::new(), 0);
    demo.with_engine(async |engine| {
        use gridwhistle::projections::questions::{LedgerFilter, LedgerSort};
        let (all, order) = (LedgerFilter::default(), LedgerSort::Number);
        let moment = Moment::then(local("2026-07-20"));
        let page = engine
            .questions()
            .ledger(&all, order, None, 1_000, moment)
            .await;
        let may = window_of("2026-05");
        for row in page.expect("the ledger").rows {
            let out = matches!(row.stage.as_str(), "voided" | "merged");
            let at = row
                .closed_at
                .filter(|at| may.from <= *at && *at < may.before && !out);
            let (Some(at), Some(reported)) = (at, row.reported_at) else {
                continue;
            };
            closed += 1;
            let id = CaseId(row.case_id.parse().expect("an id"));
            if draw(id, reported, Month::of(at)) < 10 {
                drawn.push(row.case_id);
            }
        }
    });
    assert_eq!(told, drawn);
    assert!(
        closed > 20 && !drawn.is_empty() && drawn.len() < closed / 2,
        "{closed}"
    );
}
