//! A department that is merged into another, and a leg that goes from one unit to another, within a window.

use super::{DAY, reference, share, told, two_departments, window};
use crate::city::{City, at, case, fact};
use crate::history::{LEAD, closed, in_work, leg_opened, started, stopped};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::case::stage::{ClockKind, Outcome};
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_projections::Questions;
use gridwhistle_projections::questions::{CasesBy, Department, Moment};
use serde_json::json;

const SECOND: LegNo = LegNo(2);

async fn departments(questions: &Questions, span: (i64, i64), asked: i64) -> Vec<Department> {
    let (window, moment) = (window(span.0, span.1), Moment::then(at(asked)));
    let calendars = CalendarBook::china();
    let asked = questions.departments(window, moment, &calendars);
    asked.await.unwrap().units
}

/// The roads department leads from here on.
fn taken_over(minute: i64) -> [CaseEvent; 1] {
    [fact(
        minute,
        F::LegOpened {
            leg: SECOND,
            unit: "B-roads".into(),
            part: Part::Lead,
        },
    )]
}

fn done_by_the_second(minute: i64) -> Vec<CaseEvent> {
    [
        F::LegCompleted {
            leg: SECOND,
            result: "done".to_owned(),
        },
        stopped(crate::history::handle()),
        F::CaseClosed {
            outcome: Outcome::Resolved,
        },
    ]
    .map(|what| fact(minute, what))
    .into()
}

/// Of thirteen cases of the water department ten are closed. It is merged into the roads department,
/// which takes over two of the open ones and closes one; the third is forgotten where it was.
async fn merged() -> City {
    let mut city = two_departments().await;
    for number in 1..=13 {
        city.append(case(number), &in_work(0, DAY)).await;
        if number <= 10 {
            city.append(case(number), &closed(50)).await;
        }
    }
    let ends = json!({ "UnitClosed": { "unit": "B-water", "until": at(500) } });
    city.append_registry(&told(490, ends)).await;
    for number in [11, 12] {
        let ended = fact(510, F::LegEnded { leg: LEAD });
        city.append(case(number), &[ended]).await;
        city.append(case(number), &taken_over(510)).await;
    }
    city.append(case(11), &done_by_the_second(600)).await;
    city
}

#[tokio::test]
async fn a_merged_unit_keeps_what_it_did_and_owes_what_nobody_took_over() {
    let questions = merged().await.caught_up().await;
    let units = departments(&questions, (0, 3 * DAY), 3 * DAY).await;
    let [roads, water] = units.as_slice() else {
        panic!("{units:?}");
    };
    assert_eq!(
        (roads.unit.as_str(), water.unit.as_str()),
        ("B-roads", "B-water")
    );
    assert_eq!(
        (water.opened, water.done, water.open, water.open_overdue),
        (13, 10, 1, 1)
    );
    assert_eq!(
        (roads.opened, roads.done, roads.open, roads.open_overdue),
        (2, 1, 1, 1)
    );
    assert_eq!((water.on_time, roads.on_time), (share(10, 11), share(1, 2)));
    // Who led when it was signed off: nobody is praised for a case that another one settled.
    assert_eq!(
        (water.first_time, roads.first_time),
        (share(10, 10), share(1, 1))
    );
    // As of the merger all was still its own.
    let units = departments(&questions, (0, 3 * DAY), 505).await;
    assert_eq!(units.iter().map(|one| one.open).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn a_merged_unit_is_ranked_by_what_it_did_among_the_peers_of_its_kind() {
    let questions = merged().await.caught_up().await;
    let ends = json!({ "UnitClosed": { "unit": "B-water", "until": at(500) } });
    let reference = reference(&[told(490, ends)]);
    let moment = Moment::then(at(3 * DAY));
    let ranking = questions.ranking(window(0, 3 * DAY), moment, &reference);
    let units = ranking.await.unwrap().units;
    let told = units.iter();
    let told = told.map(|one| (one.unit.as_str(), one.group.as_str(), one.legs, one.rank));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("B-water", "department/district", 11, Some(1)),
            ("B-roads", "department/district", 2, None),
        ]
    );
    assert!(units.iter().all(|unit| unit.score.is_some()));
    // In a window after the merger it has what nobody took over, and nothing else.
    let after = window(DAY, 3 * DAY);
    let units = questions
        .ranking(after, moment, &reference)
        .await
        .unwrap()
        .units;
    let legs = units.iter().map(|one| (one.unit.as_str(), one.legs));
    assert_eq!(legs.collect::<Vec<_>>(), [("B-roads", 1), ("B-water", 1)]);
}

/// Returned by the water department at minute 50, led by the roads department from minute 60, closed.
async fn returned() -> City {
    let mut city = two_departments().await;
    let duty = |leg| ClockId::leg(ClockKind::Acknowledge, leg);
    let mut first: Vec<CaseEvent> = in_work(0, DAY);
    first.pop();
    first.push(fact(0, started(duty(LEAD), 0, 100)));
    city.append(case(1), &first).await;
    let asked = F::ReturnRequested {
        leg: LEAD,
        reason: "not_ours".to_owned(),
        legal_basis: "x".to_owned(),
    };
    let fell = F::ClockCancelled {
        id: duty(LEAD),
        consumed: 50,
    };
    let back = [
        fact(40, asked),
        fact(50, F::LegReturned { leg: LEAD }),
        fact(50, fell),
    ];
    city.append(case(1), &back).await;
    city.append(case(1), &taken_over(60)).await;
    let second = [
        started(duty(SECOND), 60, 100),
        F::LegAcknowledged {
            leg: SECOND,
            late: false,
        },
        stopped(duty(SECOND)),
    ];
    let second: Vec<CaseEvent> = second.map(|what| fact(70, what)).into();
    city.append(case(1), &second).await;
    city.append(case(1), &done_by_the_second(90)).await;
    city
}

#[tokio::test]
async fn a_leg_that_goes_to_another_unit_is_asked_of_that_one_alone() {
    let questions = returned().await.caught_up().await;
    let units = departments(&questions, (0, DAY), DAY).await;
    let [roads, water] = units.as_slice() else {
        panic!("{units:?}");
    };
    assert_eq!((water.opened, water.done, water.open), (1, 0, 0));
    assert_eq!(
        (water.returned, water.misdispatched),
        (share(1, 1), share(1, 1))
    );
    let nothing = Share::default();
    assert_eq!(
        (water.acknowledged, water.on_time, water.completion),
        (nothing, nothing, nothing)
    );
    assert_eq!((water.first_time, water.reopened), (nothing, nothing));
    assert_eq!((roads.opened, roads.done), (1, 1));
    assert_eq!(
        (roads.acknowledged, roads.on_time),
        (share(1, 1), share(1, 1))
    );
    assert_eq!(
        (roads.first_time, roads.returned),
        (share(1, 1), share(0, 1))
    );
    // Before the return was granted, the first one owed it.
    let units = departments(&questions, (0, DAY), 45).await;
    let [water] = units.as_slice() else {
        panic!("{units:?}");
    };
    assert_eq!(
        (water.open, water.returned, water.misdispatched),
        (1, share(1, 1), share(0, 1))
    );
    // The case is the last one's, by lead unit as well.
    let moment = Moment::then(at(DAY));
    let indicators = questions
        .indicators(CasesBy::Unit, window(0, DAY), moment)
        .await
        .unwrap();
    let leads: Vec<_> = indicators
        .groups
        .iter()
        .map(|of| of.group.as_deref())
        .collect();
    assert_eq!(leads, [Some("B-roads")]);
}

#[tokio::test]
async fn what_was_signed_off_opens_to_the_leg_that_led() {
    let questions = returned().await.caught_up().await;
    for (unit, legs) in [("B-water", vec![]), ("B-roads", vec![2])] {
        let moment = Moment::then(at(DAY));
        let what = (unit, Indicator::FirstTime);
        let opened = questions.explain(what, window(0, DAY), moment, (10, None));
        let opened = opened.await.unwrap();
        assert_eq!(
            opened.legs.iter().map(|leg| leg.leg).collect::<Vec<_>>(),
            legs,
            "{unit}"
        );
    }
}

/// The department leads again after it had been replaced: its first leg ended, the new one counts once.
#[tokio::test]
async fn a_unit_with_two_legs_of_a_case_is_asked_for_each_and_signs_off_once() {
    let mut city = two_departments().await;
    city.append(case(1), &in_work(0, DAY)).await;
    let again = [F::LegEnded { leg: LEAD }, leg_opened(LegNo(3), "B-roads")];
    city.append(case(1), &again.map(|what| fact(20, what)))
        .await;
    let lead = F::LegOpened {
        leg: LegNo(4),
        unit: "B-water".into(),
        part: Part::Lead,
    };
    let done = F::LegCompleted {
        leg: LegNo(4),
        result: "done".to_owned(),
    };
    let end = F::CaseClosed {
        outcome: Outcome::Resolved,
    };
    let facts = [lead, done, stopped(crate::history::handle()), end];
    city.append(case(1), &facts.map(|what| fact(30, what)))
        .await;
    let questions = city.caught_up().await;
    let units = departments(&questions, (0, DAY), DAY).await;
    let water = units.iter().find(|one| one.unit == "B-water").unwrap();
    assert_eq!(
        (water.opened, water.done, water.first_time),
        (2, 1, share(1, 1))
    );
}
