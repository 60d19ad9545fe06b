//! What becomes of cases after the window that counted them: voided, merged, reopened, given back. Each
//! figure is asked in both ways in which it is counted, from months as they are kept and from the legs.

use super::{DAY, reference, share, two_departments, window};
use crate::city::{City, at, case, fact};
use crate::history::{closed, in_work};
use chrono::TimeDelta;
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::fact::CaseFact as F;
use gridwhistle_domain::case::stage::{Card, Outcome};
use gridwhistle_domain::policy::satisfaction::SatisfactionRules;
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_projections::questions::{
    AreaLevel, Areas, CasesBy, Department, Moment, Questions, Window,
};

/// March, and with a microsecond more: that is of no whole months.
fn marches() -> [Window; 2] {
    let march = Window::read("2026-03").unwrap();
    let longer = march.before + TimeDelta::microseconds(1);
    [march, Window::new(march.from, longer).unwrap()]
}

/// So many days after the first Monday of March.
fn day(days: i64) -> Moment {
    Moment::then(at(days * DAY))
}

async fn water(questions: &Questions, window: Window, asked: Moment) -> Department {
    let calendars = CalendarBook::china();
    let told = questions.departments(window, asked, &calendars);
    let mut units = told.await.unwrap().units;
    units.pop().unwrap_or_default()
}

async fn areas(questions: &Questions, window: Window, asked: Moment) -> Areas {
    let calendars = CalendarBook::china();
    let told = questions.areas(AreaLevel::Street, window, asked, &calendars);
    told.await.unwrap()
}

fn reopened() -> F {
    F::CaseReopened {
        ground: "dispute_upheld".to_owned(),
        note: "it leaks".to_owned(),
        same_as: None,
    }
}

/// Of thirteen cases in March twelve are closed, and the last one is overdue and has a card. In April the
/// twelfth is voided, and the last one merged.
async fn struck() -> City {
    let mut city = two_departments().await;
    for number in 1..=13 {
        city.append(case(number), &in_work(0, DAY)).await;
        if number <= 12 {
            city.append(case(number), &closed(50)).await;
        }
    }
    let card = F::SupervisionRaised {
        card: Card::Yellow,
        rule: "overdue_150".to_owned(),
        unit: Some("B-water".into()),
        note: String::new(),
    };
    city.append(case(13), &[fact(2 * DAY, card)]).await;
    let reason = "twice the same".to_owned();
    let void = fact(45 * DAY, F::CaseVoided { reason });
    city.append(case(12), &[void]).await;
    let merge = fact(46 * DAY, F::CaseMerged { into: case(1) });
    city.append(case(13), &[merge]).await;
    city
}

#[tokio::test]
async fn a_case_that_is_struck_after_a_window_is_in_none_of_its_figures() {
    let questions = struck().await.caught_up().await;
    for window in marches() {
        for (asked, opened, done, overdue) in [
            (Moment::then(window.before), 13, 12, 1),
            (day(44), 13, 12, 1),
            (day(45), 12, 11, 1),
            (day(60), 11, 11, 0),
            (Moment::now(at(60 * DAY)), 11, 11, 0),
        ] {
            let water = water(&questions, window, asked).await;
            let told = (water.opened, water.done, water.open, water.open_overdue);
            assert_eq!(told, (opened, done, overdue, overdue), "{asked:?}");
            assert_eq!(water.on_time, share(done, done + overdue), "{asked:?}");
            assert_eq!(water.first_time, share(done, done), "{asked:?}");
            assert_eq!(water.backlog.0, [0, 0, 0, 0, overdue, 0], "{asked:?}");
            let (closed, unknown) = (water.repeats_unknown, done);
            assert_eq!(closed, unknown, "nobody knows where they lie");

            let areas = areas(&questions, window, asked).await;
            assert_eq!(areas.total.reported, opened, "{asked:?}");
            assert_eq!((areas.total.closed, areas.total.open), (done, overdue));
            let left = 13 - opened;
            let (voided, merged) = (left.min(1), left.saturating_sub(1));
            let out = areas.left_out;
            assert_eq!((out.voided, out.merged), (voided, merged), "{asked:?}");

            let rules = SatisfactionRules::default();
            let said = questions.satisfaction(CasesBy::City, window, asked, &rules);
            assert_eq!(said.await.unwrap().total.closed, done, "{asked:?}");
            let indicators = questions.indicators(CasesBy::City, window, asked);
            let shares = indicators.await.unwrap().total.shares;
            let mut shares = shares.iter();
            let valid = shares.find(|one| one.indicator == CaseIndicator::Valid);
            let valid = valid.unwrap();
            assert_eq!(valid.share, share(opened, opened), "{asked:?}");
        }
    }
}

#[tokio::test]
async fn a_case_that_is_struck_after_a_window_counts_in_no_rank_and_no_explanation_of_it() {
    let questions = struck().await.caught_up().await;
    let reference = reference(&[]);
    for window in marches() {
        for (asked, legs, cards) in [
            (Moment::then(window.before), 13, 1),
            (day(45), 12, 1),
            (day(60), 11, 0),
        ] {
            let ranking = questions.ranking(window, asked, &reference).await.unwrap();
            let water = &ranking.units[0];
            assert_eq!((water.legs, water.yellow), (legs, cards), "{asked:?}");
            let what = ("B-water", Indicator::OnTime);
            let opened = questions.explain(what, window, asked, (100, None)).await;
            let opened = opened.unwrap();
            assert_eq!(opened.share, share(legs - cards, legs), "{asked:?}");
            assert_eq!(opened.legs.len() as u64, legs, "{asked:?}");
            let what = (CasesBy::City, None, CaseIndicator::NotClosed);
            let opened = questions.explain_cases(what, window, asked, (100, None));
            let opened = opened.await.unwrap();
            assert_eq!(opened.share, share(cards, legs), "{asked:?}");
            assert_eq!(opened.cases.len() as u64, legs, "{asked:?}");
        }
    }
    let what = (Some("B-water"), Indicator::OnTime);
    let trend = questions.trend(what, marches()[0], day(60)).await.unwrap();
    assert_eq!(trend.months.last().unwrap().share, share(11, 11));
}

/// First time right, and reopened: of the unit that led, and of the city.
async fn closings(questions: &Questions, window: Window, asked: Moment) -> [Share; 2] {
    let water = water(questions, window, asked).await;
    let areas = areas(questions, window, asked).await.total;
    let of_unit = [water.first_time, water.reopened];
    assert_eq!([areas.first_time, areas.reopened], of_unit, "{asked:?}");
    for (nth, (of_legs, of_cases)) in [
        (Indicator::FirstTime, CaseIndicator::SettledAtOnce),
        (Indicator::Reopened, CaseIndicator::CameBack),
    ]
    .into_iter()
    .enumerate()
    {
        let what = ("B-water", of_legs);
        let opened = questions.explain(what, window, asked, (100, None)).await;
        assert_eq!(opened.unwrap().share, of_unit[nth], "{asked:?}");
        let what = (CasesBy::City, None, of_cases);
        let opened = questions.explain_cases(what, window, asked, (100, None));
        assert_eq!(opened.await.unwrap().share, of_unit[nth], "{asked:?}");
    }
    of_unit
}

/// Ten are closed, three of them come back and are still worked at: seven of ten were settled at the first
/// go, not seven of seven.
#[tokio::test]
async fn what_was_reopened_and_is_still_open_hides_from_no_share() {
    let mut city = two_departments().await;
    for number in 1..=10 {
        city.append(case(number), &in_work(0, DAY)).await;
        city.append(case(number), &closed(50)).await;
        if number <= 3 {
            city.append(case(number), &[fact(100, reopened())]).await;
        }
    }
    let questions = city.caught_up().await;
    for window in marches().into_iter().chain([window(0, DAY)]) {
        let asked = Moment::then(window.before);
        let told = closings(&questions, window, asked).await;
        assert_eq!(told, [share(7, 10), share(3, 10)], "{window:?}");
        let areas = areas(&questions, window, asked).await.total;
        assert_eq!((areas.closed, areas.open), (7, 3), "as it stands");
    }
}

/// Closed on the 30th of March and reopened three days later; another one thirty-one days later. Whoever
/// asks in between does not know it yet; when they are closed again, April has nothing of them.
#[tokio::test]
async fn a_closing_that_is_soon_undone_is_held_against_its_own_month() {
    let mut city = two_departments().await;
    for (number, back) in [(1, 31), (2, 59)] {
        city.append(case(number), &in_work(28 * DAY, DAY)).await;
        city.append(case(number), &closed(28 * DAY)).await;
        let again = fact(back * DAY, reopened());
        city.append(case(number), &[again]).await;
        city.append(case(number), &closed(back * DAY + 60)).await;
    }
    let questions = city.caught_up().await;
    for window in marches() {
        for (asked, first_time, undone) in [
            (Moment::then(window.before), 2, 0),
            (Moment::then(at(31 * DAY - 1)), 2, 0),
            (day(31), 1, 1),
            (day(100), 1, 1),
        ] {
            let told = closings(&questions, window, asked).await;
            assert_eq!(told, [share(first_time, 2), share(undone, 2)], "{asked:?}");
        }
        let what = ("B-water", Indicator::Reopened);
        let opened = questions.explain(what, window, day(100), (10, None)).await;
        let legs = opened.unwrap().legs;
        let events: Vec<usize> = legs.iter().map(|leg| leg.events.len()).collect();
        assert_eq!(events, [3, 2], "opened, closed, and the one that undid it");
    }
    let april = Window::read("2026-04").unwrap();
    let told = closings(&questions, april, day(100)).await;
    assert_eq!(told, [Share::default(); 2]);
    let asked = water(&questions, april, day(100)).await;
    assert_eq!(asked.done, 2, "though the work of April is done in April");
}

/// A leg that is being reworked was responded to all the same.
#[tokio::test]
async fn a_leg_that_is_still_reworked_counts_as_reworked() {
    let mut city = two_departments().await;
    let work = [
        F::LegCompleted {
            leg: crate::history::LEAD,
            result: "done".to_owned(),
        },
        F::ReworkRequired {
            reason: "not_solved".to_owned(),
            note: String::new(),
        },
    ];
    for number in 1..=2 {
        city.append(case(number), &in_work(0, DAY)).await;
    }
    city.append(case(1), &work.map(|what| fact(50, what))).await;
    city.append(case(2), &closed(50)).await;
    let again = [
        F::LegCompleted {
            leg: crate::history::LEAD,
            result: "done".to_owned(),
        },
        F::CaseClosed {
            outcome: Outcome::Resolved,
        },
    ];
    let again = again.map(|what| fact(35 * DAY, what));
    city.append(case(1), &again).await;
    let questions = city.caught_up().await;
    let [march, longer] = marches();
    let april = Window::read("2026-04").unwrap();
    for (window, reworked, done) in [
        (march, share(1, 2), 1),
        (longer, share(1, 2), 1),
        (april, share(1, 1), 1),
    ] {
        let water = water(&questions, window, day(100)).await;
        assert_eq!((water.reworked, water.done), (reworked, done), "{window:?}");
    }
    let first_time = closings(&questions, april, day(100)).await[0];
    assert_eq!(first_time, share(0, 1), "a rework is no first go");
}
