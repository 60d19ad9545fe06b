//! Figures that are no share of legs or cases, opened: what is listed adds up to the figure, by an
//! arithmetic of its own, and each row names events of its own case.

use super::cases::{Demo, window_of};
use super::local;
use super::slow::spread;
use gridwhistle::Engine;
use gridwhistle::domain::score::backlog::Backlog;
use gridwhistle::domain::score::measure::Measure as M;
use gridwhistle::domain::score::opinion::Stars;
use gridwhistle::domain::score::rate::{Rate, Share};
use gridwhistle::domain::score::spread::Spread;
use gridwhistle::domain::score::survival::{self, Seen};
use gridwhistle::projections::questions::{
    Area, AreaLevel, CasesBy, IndicatorsOf, Measured, MeasuredRow, Moment, SatisfactionOf,
    StarsGiven, TimesOver, Window,
};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Rows beyond a page.
const ALL: usize = 5_000;

/// What a report tells of one group.
#[derive(Default)]
struct Told {
    wrongful_returns: Share,
    suspended: Share,
    handling: Option<Spread>,
    half_done_by: Option<i64>,
    backlog: Backlog,
    against_city: Option<Decimal>,
    times_over: TimesOver,
    /// What is counted.
    numbers: BTreeMap<M, u64>,
    stars: Stars,
    mean_stars: Option<Decimal>,
}

impl Told {
    /// What residents and the standard's list say of it, beside the shares.
    fn beside(&mut self, said: &SatisfactionOf, of: &IndicatorsOf) {
        (self.stars, self.mean_stars) = (said.stars, said.mean_stars);
        self.times_over = of.times_over;
        self.numbers.extend([
            (M::Drawn, said.drawn),
            (M::DrawnCalled, said.drawn_called),
            (M::Unreachable, said.unreachable),
            (M::CasesReworked, of.reworked),
            (M::Reworks, of.reworks),
            (M::CasesExtended, of.extended),
            (M::CasesHeld, of.held),
            (M::CasesHeldBefore, of.held_before),
        ]);
        let levels = M::LEVELS.into_iter().zip(said.stars.0);
        self.numbers.extend(levels);
    }
}

fn minutes(rows: &[MeasuredRow]) -> Vec<i64> {
    rows.iter().map(|row| row.value).collect()
}

fn whole(rows: &[MeasuredRow]) -> Decimal {
    rows.iter().filter_map(|row| row.of).sum()
}

fn sums(rows: &[MeasuredRow]) -> Share {
    let met: i64 = minutes(rows).iter().sum();
    let of = whole(rows).to_string().parse().expect("a whole number");
    Rate::new(met.unsigned_abs(), of).into()
}

/// A seventh bucket there is not.
fn bucket(days: i64) -> usize {
    match days {
        ..1 => 0,
        1..3 => 1,
        3..5 => 2,
        5..10 => 3,
        10..30 => 4,
        _ => 5,
    }
}

/// The stars that are told, which are those of the rows.
#[track_caller]
fn given(rows: &[MeasuredRow], told: &Told) -> StarsGiven {
    let mut levels = [0; 5];
    for row in rows {
        levels[usize::try_from(row.value).expect("stars") - 1] += 1;
    }
    assert_eq!(levels, told.stars.0);
    StarsGiven {
        levels: told.stars,
        mean: told.mean_stars,
    }
}

#[track_caller]
fn adds_up(measure: M, told: &Told, figure: Option<Measured>, rows: &[MeasuredRow]) {
    let known = |share: Share| Some(Measured::Share(share));
    match measure {
        M::WrongfulReturns | M::Suspended => {
            let of = match measure {
                M::Suspended => told.suspended,
                _ => told.wrongful_returns,
            };
            assert_eq!(sums(rows), of, "{measure}");
            assert_eq!(figure, known(of), "{measure}");
        }
        M::Handling | M::CaseHandling => {
            assert_eq!(spread(&minutes(rows)), told.handling, "{measure}");
            assert!(rows.iter().all(|row| row.done.is_some()), "{measure}");
            assert_eq!(figure, told.handling.map(Measured::Spread), "{measure}");
        }
        M::HalfDoneBy | M::CaseHalfDoneBy => {
            let seen = rows.iter().map(|row| Seen {
                minutes: row.value,
                done: row.done.is_some(),
            });
            let half = survival::median(&mut seen.collect::<Vec<_>>());
            assert_eq!(half, told.half_done_by, "{measure}");
            assert_eq!(figure, half.map(Measured::Minutes), "{measure}");
        }
        M::Backlog | M::CaseBacklog => {
            let mut buckets = Backlog::default();
            for row in rows {
                buckets.0[bucket(row.value)] += 1;
            }
            assert_eq!(buckets, told.backlog, "{measure}");
            assert_eq!(figure, Some(Measured::Backlog(buckets)), "{measure}");
        }
        M::ObservedOverExpected | M::CaseObservedOverExpected => {
            assert_eq!(figure, told.against_city.map(Measured::Ratio), "{measure}");
            let Some(ratio) = told.against_city else {
                return assert_eq!(whole(rows), Decimal::ZERO, "{measure}");
            };
            // What each is expected to add is shown with four digits.
            let observed = Decimal::from(minutes(rows).iter().sum::<i64>());
            let apart = (observed / whole(rows) - ratio).abs();
            assert!(apart < Decimal::new(2, 3), "{measure}: {apart}");
        }
        M::Stars => {
            let given = given(rows, told);
            let known = given.mean.map(|_| Measured::Stars(given));
            assert_eq!(figure, known, "{measure}");
        }
        M::TimesOver => {
            let (used, of) = (minutes(rows).iter().sum(), whole(rows));
            let given = of.to_string().parse().expect("minutes");
            assert_eq!(TimesOver::new(used, given), told.times_over);
            let known = told.times_over.value.is_some();
            assert_eq!(
                figure,
                known.then_some(Measured::TimesOver(told.times_over))
            );
        }
        counted => {
            let number = told.numbers[&counted];
            assert_eq!(figure, Some(Measured::Count(number)), "{measure}");
            let listed: i64 = minutes(rows).iter().sum();
            assert_eq!(listed.unsigned_abs(), number, "{measure}");
            let each = rows.iter().all(|row| row.value == 1);
            assert!(each || counted == M::Reworks, "{measure}");
        }
    }
}

/// Opens every measured figure of a group that is told; answers how many rows those had.
async fn every_row(
    engine: &Engine,
    (by, group, of_cases): (CasesBy, Option<&str>, bool),
    (window, moment): (Window, Moment),
    told: &Told,
) -> BTreeMap<M, usize> {
    let (questions, reference) = (engine.questions(), &engine.reference());
    let mut lengths = BTreeMap::new();
    let measures = M::ALL.iter().filter(|one| one.is_of_cases() == of_cases);
    let measures = measures.filter(|one| match one {
        // The indicators are asked by themselves.
        M::TimesOver => told.times_over.value.is_some(),
        // All units together are the city: held against itself it is told no ratio.
        M::ObservedOverExpected => by == CasesBy::Unit,
        _ => true,
    });
    for measure in measures {
        let whose = (by, group, *measure);
        let asked = questions.explain_measure(whose, window, moment, reference, (ALL, None));
        let opened = asked.await.expect("an explanation");
        adds_up(*measure, told, opened.figure, &opened.rows);
        for row in &opened.rows {
            let first = row.events.first().expect("an event");
            let log = engine.log().read_log(engine.tenant(), first - 1, 1).await;
            assert_eq!(log.expect("the log")[0].stream.aggregate_id, row.case_id);
        }
        // Page by page it is the same.
        let (mut paged, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = (7, cursor.as_deref());
            let asked = questions.explain_measure(whose, window, moment, reference, page);
            let page = asked.await.expect("a page");
            paged.extend(page.rows);
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(paged, opened.rows, "{measure}");
        lengths.insert(*measure, opened.rows.len());
    }
    lengths
}

#[test]
fn what_is_measured_of_units_opens_to_legs_that_add_up_to_it() {
    let demo = Demo::new();
    let mut rows: BTreeMap<M, usize> = BTreeMap::new();
    demo.with_engine(async |engine| {
        let calendars = engine.reference().calendars.clone();
        for (window, as_of) in [("2026", "2026-07-20"), ("2026-05", "2026-05-20")] {
            let (window, moment) = (window_of(window), Moment::then(local(as_of)));
            let asked = engine.questions().departments(window, moment, &calendars);
            let all = asked.await.expect("the report");
            let total = [(None, &all.total)].into_iter();
            let units = all
                .units
                .iter()
                .map(|unit| (Some(unit.unit.as_str()), unit));
            for (code, unit) in units.chain(total) {
                let told = Told {
                    wrongful_returns: unit.wrongful_returns,
                    suspended: unit.suspended,
                    handling: unit.handling,
                    half_done_by: unit.half_done_by,
                    backlog: unit.backlog,
                    against_city: unit.observed_over_expected,
                    numbers: BTreeMap::from([(M::LegsOverdue, unit.open_overdue)]),
                    ..Told::default()
                };
                let by = code.map_or(CasesBy::City, |_| CasesBy::Unit);
                let of = (by, code, false);
                for (measure, more) in every_row(engine, of, (window, moment), &told).await {
                    *rows.entry(measure).or_default() += more;
                }
            }
        }
    });
    assert_eq!(rows.len(), 7);
    assert!(rows.values().all(|rows| *rows > 1), "{rows:?}");
}

/// What the reports tell of every street and of the city.
async fn told_of_streets(
    engine: &Engine,
    (window, moment): (Window, Moment),
) -> Vec<(CasesBy, Option<String>, Told)> {
    let (questions, reference) = (engine.questions(), engine.reference());
    let (by, calendars) = (CasesBy::Street, &reference.calendars);
    let asked = questions.areas(AreaLevel::Street, window, moment, calendars);
    let all = asked.await.expect("the report");
    let indicators = questions.indicators(by, window, moment).await;
    let indicators = indicators.expect("the indicators");
    let rules = reference.policies.satisfaction_of(window.from);
    let said = questions.satisfaction(by, window, moment, &rules).await;
    let said = said.expect("what residents say");
    let told = |area: &Area, said: &SatisfactionOf, of: &IndicatorsOf| {
        let mut told = Told {
            handling: area.handling,
            half_done_by: area.half_done_by,
            backlog: area.backlog,
            against_city: area.observed_over_expected,
            numbers: BTreeMap::from([(M::CasesAccepted, area.accepted), (M::CasesDone, area.done)]),
            ..Told::default()
        };
        told.beside(said, of);
        told
    };
    let mut streets: Vec<_> = all
        .areas
        .iter()
        .map(|area| {
            let of = indicators.groups.iter().find(|one| one.group == area.area);
            let said = said.groups.iter().find(|one| one.group == area.area);
            let (said, of) = (said.cloned(), of.cloned());
            let told = told(area, &said.unwrap_or_default(), &of.unwrap_or_default());
            (by, area.area.clone(), told)
        })
        .collect();
    let city = told(&all.total, &said.total, &indicators.total);
    streets.push((CasesBy::City, None, city));
    streets
}

#[test]
fn what_is_measured_of_cases_opens_to_cases_that_add_up_to_it() {
    let demo = Demo::new();
    let mut rows: BTreeMap<M, usize> = BTreeMap::new();
    demo.with_engine(async |engine| {
        for window in ["2026", "2026-06"] {
            let asked = (window_of(window), Moment::then(local("2026-07-20")));
            for (by, group, told) in told_of_streets(engine, asked).await {
                let of = (by, group.as_deref(), true);
                for (measure, more) in every_row(engine, of, asked, &told).await {
                    *rows.entry(measure).or_default() += more;
                }
            }
        }
    });
    assert_eq!(rows.len(), 21);
    assert!(rows.values().all(|rows| *rows > 1), "{rows:?}");
}

#[test]
fn what_cards_took_opens_to_the_cards_and_the_events_that_raised_them() {
    let demo = Demo::new();
    let mut seen = 0;
    demo.with_engine(async |engine| {
        let (questions, reference) = (engine.questions(), engine.reference());
        let (window, moment) = (window_of("2026"), Moment::then(local("2026-07-20")));
        let ranking = questions.ranking(window, moment, &reference).await;
        for unit in ranking.expect("the ranking").units {
            let asked =
                questions.explain_score(&unit.unit, window, moment, &reference, (ALL, None));
            let opened = asked.await.expect("an answer").expect("its score");
            assert_eq!(opened.score, unit);
            let of = |card: &str| opened.cards.iter().filter(|one| one.card == card).count() as u64;
            assert_eq!(
                (of("yellow"), of("red")),
                (unit.yellow, unit.red),
                "{}",
                unit.unit
            );
            for card in &opened.cards {
                let [position] = card.events[..] else {
                    panic!("{card:?} was raised by one event");
                };
                let log = engine
                    .log()
                    .read_log(engine.tenant(), position - 1, 1)
                    .await;
                let event = &log.expect("the log")[0];
                assert_eq!(event.stream.aggregate_id, card.case_id);
                assert_eq!(event.event_type, "SupervisionRaised");
                assert!(event.payload.contains(&format!("\"{}\"", card.card)));
                assert!(event.payload.contains(&unit.unit), "{}", event.payload);
                seen += 1;
            }
        }
    });
    assert!(seen > 0, "the demo shows cards");
}
