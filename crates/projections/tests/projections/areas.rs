//! Figures of cases by hand: each number here was counted on paper from the facts beside it.

use super::city::{City, at, case, fact};
use super::history::{accepted, closed, handle, in_work, reported, started, stopped};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F, ReportForm};
use gridwhistle_domain::case::record::Point;
use gridwhistle_domain::case::stage::Outcome;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::satisfaction::SatisfactionRules;
use gridwhistle_domain::registry::RegistryEvent;
use gridwhistle_domain::satisfaction::Satisfaction;
use gridwhistle_domain::score::case_indicator::CaseIndicator as I;
use gridwhistle_domain::score::rate::{Rate, Share};
use gridwhistle_projections::Questions;
use gridwhistle_projections::questions::{AreaLevel, Areas, CasesBy, Moment, Window};
use serde_json::json;

mod once;

const DAY: i64 = 1_440;

/// From the first minute to before the last, in minutes after Monday morning.
fn window(from: i64, before: i64) -> Window {
    Window::new(at(from), at(before)).unwrap()
}

async fn areas(
    questions: &Questions,
    level: AreaLevel,
    span: (i64, i64),
    asked: DateTime<Utc>,
) -> Areas {
    let (window, moment) = (window(span.0, span.1), Moment::then(asked));
    let calendars = CalendarBook::china();
    let asked = questions.areas(level, window, moment, &calendars);
    asked.await.unwrap()
}

fn share(met: u64, of: u64) -> Share {
    Rate::new(met, of).into()
}

/// The grid has responded and it is signed off.
fn answered(minute: i64) -> Vec<CaseEvent> {
    let responded = F::ResponseSubmitted {
        outcome: Outcome::Resolved,
        reply: "mended".to_owned(),
        evidence: Vec::new(),
        elements: None,
        met: Vec::new(),
    };
    let closed = F::CaseClosed {
        outcome: Outcome::Resolved,
    };
    let facts = [responded, stopped(handle()), closed];
    facts.map(|what| fact(minute, what)).into()
}

/// A report at a place, in a grid or nowhere.
fn reported_at(minute: i64, grid: Option<&str>, point: Option<(i32, i32)>) -> CaseEvent {
    let form = ReportForm {
        grid: grid.map(Into::into),
        point: point.map(|(lat, lng)| Point { lat, lng }),
        ..ReportForm::new("patrol", "G-1", "a leak")
    };
    fact(minute, F::CaseReported { form })
}

/// Accepted, and the grid has it in hand.
fn taken(minute: i64, budget: i64) -> Vec<CaseEvent> {
    let facts = [
        accepted(CaseClass::OnTheSpot),
        started(handle(), minute, budget),
    ];
    facts.map(|what| fact(minute, what)).into()
}

#[tokio::test]
async fn what_should_be_done_is_what_was_done_and_what_is_open_past_its_due_time() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    // Due at minute 60: one answered at 50, one at 70, one never; one more is not due before 5,000.
    for (number, answer, budget) in [(1, Some(50), 60), (2, Some(70), 60), (3, None, 60)]
        .into_iter()
        .chain([(4, None, 5_000)])
    {
        city.append(case(number), &in_work(0, budget)).await;
        if let Some(minute) = answer {
            city.append(case(number), &answered(minute)).await;
        }
    }
    let questions = city.caught_up().await;
    let told = areas(&questions, AreaLevel::Street, (0, DAY), at(100)).await;
    let [street] = told.areas.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(street.area.as_deref(), Some("S-old-town"));
    let counts = (
        street.reported,
        street.closed,
        street.open,
        street.open_overdue,
    );
    assert_eq!(counts, (4, 2, 2, 1));
    assert_eq!(
        (street.completion, street.on_time),
        (share(2, 3), share(1, 3))
    );
    assert_eq!(
        (street.first_time, street.by_self),
        (share(2, 2), share(0, 2))
    );
    // As of minute 60 the first alone was done, and nothing is past due: equality is in time.
    let told = areas(&questions, AreaLevel::Street, (0, DAY), at(60)).await;
    assert_eq!(told.total.on_time, share(1, 1));
    assert_eq!(told.total.open_overdue, 0);
    // One stratum: the city does as the street does.
    assert_eq!(told.total.observed_over_expected.unwrap().to_string(), "1");
}

#[tokio::test]
async fn an_empty_window_has_no_areas_and_no_shares() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    city.append(case(1), &in_work(0, 60)).await;
    city.append(case(1), &answered(50)).await;
    let questions = city.caught_up().await;
    for (from, before) in [(-9 * DAY, -8 * DAY), (DAY, 2 * DAY)] {
        let told = areas(&questions, AreaLevel::Grid, (from, before), at(3 * DAY)).await;
        assert_eq!(told.areas, []);
        assert_eq!(told.total.on_time, Share::default());
        assert_eq!((told.total.reported, told.total.handling), (0, None));
        let window = window(from, before);
        let moment = Moment::then(at(3 * DAY));
        let indicators = questions
            .indicators(CasesBy::City, window, moment)
            .await
            .unwrap();
        assert!(
            indicators
                .total
                .shares
                .iter()
                .all(|one| one.share == Share::default())
        );
        assert_eq!(indicators.total.times_over.value, None);
        let rules = SatisfactionRules::default();
        let said = questions
            .satisfaction(CasesBy::Unit, window, moment, &rules)
            .await
            .unwrap();
        assert_eq!((said.groups.len(), said.total.three_rates), (0, None));
    }
}

/// The grid goes to another community of another street from minute 100 on.
fn moved() -> Vec<RegistryEvent> {
    let unit = |id: &str, kind: &str, parent: &str| {
        json!({ "UnitRegistered": { "unit": id, "kind": kind, "level": null,
            "from": "2020-01-01T00:00:00Z",
            "details": { "name": { "zh": "新", "en": id }, "parent": parent } } })
    };
    let grid = json!({ "GridRevised": { "grid": "G-1", "from": at(100),
        "details": { "name": { "zh": "一网格", "en": "grid 1" }, "seat": { "community": "C-west" } } } });
    let facts = [
        unit("S-new", "street", "D-1"),
        unit("C-west", "community", "S-new"),
        grid,
    ];
    let event = |what| RegistryEvent {
        at: at(90),
        by: Actor::system(),
        fact: serde_json::from_value(what).unwrap(),
    };
    facts.map(event).into()
}

#[tokio::test]
async fn a_case_stays_where_it_lay_when_it_was_accepted_though_its_grid_moves() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    city.append(case(1), &in_work(0, 60)).await;
    for event in moved() {
        city.append_registry(&event).await;
    }
    city.append(case(1), &answered(150)).await;
    city.append(case(2), &in_work(200, 60)).await;
    let questions = city.caught_up().await;
    let told = areas(&questions, AreaLevel::Street, (0, DAY), at(210)).await;
    let each = told.areas.iter();
    let each = each.map(|area| (area.area.as_deref().unwrap(), area.reported, area.closed));
    assert_eq!(
        each.collect::<Vec<_>>(),
        [("S-new", 1, 0), ("S-old-town", 1, 1)]
    );
    let grids = areas(&questions, AreaLevel::Grid, (0, DAY), at(210)).await;
    assert_eq!(grids.areas.len(), 1, "it is one grid all the same");
    assert_eq!(grids.areas[0].reported, 2);
}

#[tokio::test]
async fn a_case_without_a_grid_is_a_group_of_its_own_and_one_voided_later_is_in_none() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    city.append(case(1), &[reported_at(0, None, None)]).await;
    city.append(case(2), &in_work(0, 60)).await;
    city.append(case(2), &answered(50)).await;
    let void = F::CaseVoided {
        reason: "a test".to_owned(),
    };
    city.append(case(2), &[fact(200, void)]).await;
    let questions = city.caught_up().await;
    let before = areas(&questions, AreaLevel::Community, (0, DAY), at(199)).await;
    let codes = |told: &Areas| -> Vec<Option<String>> {
        told.areas.iter().map(|area| area.area.clone()).collect()
    };
    assert_eq!(codes(&before), [None, Some("C-east".to_owned())]);
    assert_eq!(
        (before.total.on_time, before.left_out.voided),
        (share(1, 1), 0)
    );
    let after = areas(&questions, AreaLevel::Community, (0, DAY), at(200)).await;
    assert_eq!(codes(&after), [None]);
    assert_eq!(
        (after.total.reported, after.total.on_time),
        (1, Share::default())
    );
    assert_eq!(after.left_out.voided, 1);
}

#[tokio::test]
async fn a_problem_came_back_where_it_is_the_same_matter_near_and_soon() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    let here = (26_075_000, 119_306_000);
    let closed_at = 100;
    for number in 1..=2 {
        let point = (number == 1).then_some(here);
        let mut life = vec![reported_at(0, Some("G-1"), point)];
        life.extend(taken(0, 60));
        life.extend(answered(closed_at));
        city.append(case(number), &life).await;
    }
    // 449 millionths of a degree to the north are 49.93 m, 450 are 50.04 m.
    let report = |minute, north| reported_at(minute, Some("G-1"), Some((here.0 + north, here.1)));
    let last = closed_at + 30 * DAY;
    let told = async |city: &City, asked| {
        let questions = city.caught_up().await;
        let told = areas(&questions, AreaLevel::Street, (0, DAY), at(asked)).await;
        (told.total.repeated, told.total.repeats_unknown)
    };
    for (number, minute, north, matter) in [
        (3, closed_at, 0, true),
        (4, closed_at + 1, 450, true),
        (5, last + 1, 0, true),
        (6, closed_at + 2, 0, false),
    ] {
        city.append(case(number), &[report(minute, north)]).await;
        if matter {
            city.append(case(number), &taken(minute, 60)).await;
        }
    }
    assert_eq!(told(&city, 60 * DAY).await, (share(0, 1), 1), "not yet");
    city.append(case(7), &[report(last, 449)]).await;
    city.append(case(7), &taken(last, 60)).await;
    assert_eq!(told(&city, 60 * DAY).await, (share(1, 1), 1));
    // Seen from the day before, it has not come back; and a month after the window is long enough.
    assert_eq!(told(&city, last - 1).await, (share(0, 1), 1));
    let questions = city.questions().await;
    let asked = (CasesBy::City, None, I::Repeated);
    let (window, moment) = (window(0, DAY), Moment::then(at(60 * DAY)));
    let opened = questions
        .explain_cases(asked, window, moment, (10, None))
        .await
        .unwrap();
    let [only] = opened.cases.as_slice() else {
        panic!("{opened:?}");
    };
    assert_eq!(only.case_id, case(1).to_string());
    assert_eq!(only.again, Some(case(7).to_string()));
    // A report that turns out to be void brings nothing back.
    let void = F::CaseVoided {
        reason: "a test".to_owned(),
    };
    city.append(case(7), &[fact(last + 5, void)]).await;
    assert_eq!(told(&city, 60 * DAY).await, (share(0, 1), 1));
}

/// A case that the water bureau closed, and what came of calling its resident.
async fn called(city: &mut City, number: u128, answers: &[F]) {
    city.append(case(number), &in_work(0, 60)).await;
    city.append(case(number), &answered(50)).await;
    let facts: Vec<CaseEvent> = answers.iter().map(|what| fact(90, what.clone())).collect();
    if !facts.is_empty() {
        city.append(case(number), &facts).await;
    }
}

#[tokio::test]
async fn residents_are_counted_by_what_they_said_last_and_those_not_reached_apart() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    let note = String::new;
    let (solved, unsolved) = (
        F::ResidentConfirmed { note: note() },
        F::ResidentDisputed { note: note() },
    );
    let missed = F::CallbackUnreachable {};
    let stars = |satisfaction| F::SatisfactionRated { satisfaction };
    use Satisfaction as S;
    // Two are content, one is not though it is solved, one says nothing of it, two are not reached, one of
    // them at first; one nobody called.
    for (number, answers) in [
        (1, vec![solved.clone(), stars(S::VerySatisfied)]),
        (
            2,
            vec![missed.clone(), solved.clone(), stars(S::MostlySatisfied)],
        ),
        (3, vec![solved.clone(), stars(S::Dissatisfied)]),
        (4, vec![unsolved]),
        (5, vec![missed.clone(), missed]),
        (6, vec![]),
    ] {
        called(&mut city, number, &answers).await;
    }
    let questions = city.caught_up().await;
    let rules = SatisfactionRules::default();
    let ask = async |asked| {
        let moment = Moment::then(at(asked));
        let asked = questions.satisfaction(CasesBy::Unit, window(0, DAY), moment, &rules);
        asked.await.unwrap()
    };
    let said = ask(100).await;
    let unit = &said.groups[0];
    assert_eq!(unit.group.as_deref(), Some("B-water"));
    assert_eq!((unit.closed, unit.unreachable), (6, 1));
    assert_eq!(unit.coverage, share(4, 6));
    assert_eq!((unit.solved, unit.satisfied), (share(3, 4), share(2, 3)));
    assert_eq!(
        (unit.strictly, unit.stars.0),
        (share(1, 3), [0, 1, 1, 0, 1])
    );
    // 10 stars of 3 people.
    assert_eq!(unit.mean_stars.unwrap().to_string(), "3.3333");
    assert_eq!(unit.three_rates, None, "nobody had a contact to make");
    // Before anybody was called there is nothing to say.
    let said = ask(89).await;
    let unit = &said.groups[0];
    assert_eq!(
        (unit.coverage, unit.solved),
        (share(0, 6), Share::default())
    );
    assert_eq!((unit.unreachable, unit.mean_stars), (0, None));
}

#[tokio::test]
async fn a_case_that_came_back_is_closed_no_more_and_its_callback_is_of_the_old_response() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    let solved = F::ResidentDisputed {
        note: String::new(),
    };
    called(&mut city, 1, &[solved]).await;
    let reopened = F::CaseReopened {
        ground: "dispute_upheld".to_owned(),
        note: "it leaks".to_owned(),
        same_as: None,
    };
    city.append(case(1), &[fact(120, reopened)]).await;
    city.append(case(1), &answered(300)).await;
    let questions = city.caught_up().await;
    let told = areas(&questions, AreaLevel::Grid, (0, DAY), at(400)).await;
    let area = &told.total;
    assert_eq!((area.closed, area.reopened), (1, share(1, 1)));
    assert_eq!(area.first_time, share(0, 1));
    let (rules, moment) = (SatisfactionRules::default(), Moment::then(at(400)));
    let asked = questions.satisfaction(CasesBy::City, window(0, DAY), moment, &rules);
    let said = asked.await.unwrap();
    assert_eq!(said.total.solved, Share::default(), "nobody asked again");
    assert_eq!(said.total.unreachable, 0);
    // Between the two it stood on the ledger.
    let told = areas(&questions, AreaLevel::Grid, (0, DAY), at(200)).await;
    assert_eq!((told.total.closed, told.total.open), (0, 1));
    // What was signed off and came back is not forgotten meanwhile.
    let shares = (told.total.first_time, told.total.reopened);
    assert_eq!(shares, (share(0, 1), share(1, 1)));
}

#[tokio::test]
async fn legs_closed_without_a_response_are_no_handled_case() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    city.append(case(1), &in_work(0, 60)).await;
    city.append(case(1), &closed(50)).await;
    city.append(case(2), &[fact(0, reported())]).await;
    let questions = city.caught_up().await;
    let later = at(0) + TimeDelta::days(400);
    let told = areas(&questions, AreaLevel::Street, (0, DAY), later).await;
    assert_eq!(
        (told.total.done, told.total.closed, told.total.open),
        (0, 1, 1)
    );
}
