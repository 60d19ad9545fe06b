//! No raters, one rater, all raters alike, and windows in which nothing happened: for mutual evaluation,
//! satisfaction, appraisal, and the ranking that is made of them.

use super::{DAY, reference, share, two_departments, window};
use crate::appraising::{revealed as appraised, round, unit as ratee, withheld};
use crate::city::{City, at, case, fact};
use crate::evaluating::{append, lapsed, opened, opening, revealed, sealed};
use crate::history::{closed, in_work};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::evaluation::Side;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::policy::satisfaction::SatisfactionRules;
use gridwhistle_domain::satisfaction::Satisfaction;
use gridwhistle_domain::score::composite::{Input, Part, UnitScore};
use gridwhistle_domain::score::rate::Share;
use gridwhistle_projections::questions::{
    CasesBy, Evaluations, Moment, SatisfactionOf, UnitOpinion, Window,
};
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn later() -> Moment {
    Moment::then(at(3 * DAY))
}

async fn evaluations(city: &City, window: Window) -> Evaluations {
    let (questions, rules) = (city.caught_up().await, EvaluationRules::default());
    let asked = questions.evaluations(window, later(), Side::Area, &rules);
    asked.await.unwrap()
}

/// The street rates departments with these stars, and they are silent.
async fn rated(city: &mut City, given: &[(&str, Option<u8>)]) {
    for (nth, (department, stars)) in given.iter().enumerate() {
        let stream = format!("E-{nth}");
        append(city, &stream, 0, opened(opening("S-old-town", department))).await;
        match stars {
            Some(stars) => {
                append(city, &stream, 10, sealed(Side::Area)).await;
                append(city, &stream, 100, revealed(&[(Side::Area, *stars)])).await;
                append(city, &stream, 100, lapsed(&[Side::Department])).await;
            }
            None => append(city, &stream, 100, lapsed(Side::ALL)).await,
        }
    }
}

async fn ranked(city: &City, window: Window) -> Vec<UnitScore> {
    let (questions, reference) = (city.caught_up().await, reference(&[]));
    let ranking = questions.ranking(window, later(), &reference);
    ranking.await.unwrap().units
}

fn input(units: &[UnitScore], unit: &str, part: Part) -> Option<Input> {
    let unit = units.iter().find(|one| one.unit == unit).unwrap();
    let part = unit.parts.iter().find(|one| one.part == part);
    part.map(|one| one.input)
}

/// So many cases of the water department, all done in time.
async fn done(city: &mut City, cases: u128) {
    for number in 1..=cases {
        city.append(case(number), &in_work(0, DAY)).await;
        city.append(case(number), &closed(50)).await;
    }
}

#[tokio::test]
async fn a_window_in_which_nothing_happened_ranks_nobody() {
    let mut city = two_departments().await;
    assert_eq!(ranked(&city, window(0, DAY)).await, []);
    done(&mut city, 12).await;
    rated(&mut city, &[("B-water", Some(5))]).await;
    for empty in [window(-9 * DAY, -8 * DAY), window(DAY, 2 * DAY)] {
        assert_eq!(ranked(&city, empty).await, []);
        let evaluations = evaluations(&city, empty).await;
        assert_eq!((evaluations.units, evaluations.flags), Default::default());
        let questions = city.questions().await;
        let appraisals = questions.appraisals(empty, later()).await.unwrap();
        assert!(appraisals.units.is_empty() && appraisals.persons.is_empty());
    }
}

#[tokio::test]
async fn where_nobody_rates_the_opinion_is_left_out_and_nobody_is_given_a_good_one() {
    let mut city = two_departments().await;
    done(&mut city, 12).await;
    rated(&mut city, &[("B-water", None), ("B-roads", None)]).await;
    let all = evaluations(&city, window(0, DAY)).await;
    let said = |one: &UnitOpinion| (one.forms, one.score, one.participation);
    let said: Vec<_> = all.units.iter().map(said).collect();
    assert_eq!(said, [(0, None, share(0, 1)), (0, None, share(0, 1))]);
    let units = ranked(&city, window(0, DAY)).await;
    let parts: Vec<Part> = units[0].parts.iter().map(|one| one.part).collect();
    let asked = [Part::OnTime, Part::FirstTime, Part::NotReworked];
    assert_eq!(parts, asked, "nobody was asked for more");
    assert_eq!(
        (units.len(), units[0].score),
        (1, Some(Decimal::ONE_HUNDRED))
    );
}

/// One street rates, and the same everywhere: it is neither mild nor strict, and moves nobody.
#[tokio::test]
async fn one_rater_who_says_the_same_of_all_gives_all_the_same() {
    let mut city = two_departments().await;
    done(&mut city, 12).await;
    let forms = [
        ("B-water", Some(4)),
        ("B-water", Some(4)),
        ("B-roads", Some(4)),
    ];
    rated(&mut city, &forms).await;
    let all = evaluations(&city, window(0, DAY)).await;
    let scores: Vec<_> = all
        .units
        .iter()
        .map(|one| (one.raters, one.score))
        .collect();
    let three = Some(decimal("75"));
    assert_eq!(scores, [(1, three), (1, three)]);
    // Both were silent themselves, and are heard less.
    let units = ranked(&city, window(0, DAY)).await;
    let heard = Input::Opinion {
        score: decimal("75"),
        forms: 2,
        factor: Decimal::ZERO,
    };
    assert_eq!(input(&units, "B-water", Part::Mutual), Some(heard));
}

/// Two departments that did the same; the street rated one of them, and neither rated the street. Nobody is
/// given a good score for being silent (`DOMAIN.md` 4.6), whether or not it was rated itself.
#[tokio::test]
async fn a_silent_unit_that_nobody_rated_is_given_no_good_score() {
    let mut city = two_departments().await;
    for number in 1..=24_u128 {
        let mut life = in_work(0, DAY);
        life.extend(closed(50));
        if number > 12 {
            hand_to_roads(&mut life);
        }
        city.append(case(number), &life).await;
    }
    rated(&mut city, &[("B-water", Some(5)), ("B-roads", None)]).await;
    let units = ranked(&city, window(0, DAY)).await;
    let opinion = |forms| Input::Opinion {
        score: Decimal::ONE_HUNDRED,
        forms,
        factor: Decimal::ZERO,
    };
    assert_eq!(input(&units, "B-water", Part::Mutual), Some(opinion(1)));
    assert_eq!(input(&units, "B-roads", Part::Mutual), Some(opinion(0)));
    // Timeliness 30 and quality 20 of 70 points, and nothing of the 20 for mutual evaluation.
    let scores: Vec<_> = units.iter().map(|one| one.score).collect();
    assert_eq!(scores, [Some(decimal("71.43")); 2]);
}

#[tokio::test]
async fn one_form_alone_is_its_own_measure() {
    let mut city = two_departments().await;
    rated(&mut city, &[("B-water", Some(1))]).await;
    let all = evaluations(&city, window(0, DAY)).await;
    // The peers' mean is that form.
    assert_eq!(
        (all.units[0].forms, all.units[0].score),
        (1, Some(Decimal::ZERO))
    );
    let units = ranked(&city, window(0, DAY)).await;
    assert_eq!(
        (units[0].legs, units[0].rank),
        (0, None),
        "too little to rank by"
    );
}

/// What residents say of so many cases; the others of them are not reached.
async fn residents(cases: u128, answers: &[Satisfaction]) -> (City, SatisfactionOf) {
    let mut city = two_departments().await;
    done(&mut city, cases).await;
    for (number, given) in (1..).zip(answers) {
        let note = String::new();
        let facts = [
            F::ResidentConfirmed { note },
            F::SatisfactionRated {
                satisfaction: *given,
            },
        ];
        city.append(case(number), &facts.map(|what| fact(90, what)))
            .await;
    }
    let (questions, rules) = (city.caught_up().await, SatisfactionRules::default());
    let asked = questions.satisfaction(CasesBy::Unit, window(0, DAY), later(), &rules);
    let said = asked.await.unwrap().groups.remove(0);
    (city, said)
}

#[tokio::test]
async fn residents_who_are_none_one_or_all_alike_are_told_as_they_are() {
    let (city, nobody) = residents(3, &[]).await;
    assert_eq!((nobody.closed, nobody.coverage), (3, share(0, 3)));
    assert_eq!(
        (nobody.satisfied, nobody.mean_stars),
        (Share::default(), None)
    );
    assert_eq!(
        (nobody.solved, nobody.three_rates),
        (Share::default(), None)
    );
    let units = ranked(&city, window(0, DAY)).await;
    assert_eq!(input(&units, "B-water", Part::Satisfied), None);

    let (city, one) = residents(3, &[Satisfaction::VeryDissatisfied]).await;
    assert_eq!((one.satisfied, one.solved), (share(0, 1), share(1, 1)));
    assert_eq!(
        (one.stars.0, one.mean_stars),
        ([1, 0, 0, 0, 0], Some(Decimal::ONE))
    );
    // One answer says little: from 0 to 79 %.
    assert_eq!(one.satisfied.high, Some(decimal("0.7935")));
    let units = ranked(&city, window(0, DAY)).await;
    let rate = gridwhistle_domain::score::rate::Rate::new(0, 1);
    assert_eq!(
        input(&units, "B-water", Part::Satisfied),
        Some(Input::Rate(rate))
    );

    let (_, alike) = residents(4, &[Satisfaction::MostlySatisfied; 4]).await;
    assert_eq!(
        (alike.satisfied, alike.strictly),
        (share(4, 4), share(0, 4))
    );
    assert_eq!(alike.mean_stars, Some(decimal("3")));
}

#[tokio::test]
async fn appraisers_who_are_none_one_or_all_alike_are_told_as_they_are() {
    // The quarter from January on lies in the window as a whole.
    let quarter = Window::new(
        "2025-09-30T16:00:00Z".parse().unwrap(),
        "2025-12-31T16:00:00Z".parse().unwrap(),
    );
    let quarter = quarter.unwrap();
    let (water, roads) = (ratee("B-water"), ratee("B-roads"));
    let mut city = two_departments().await;
    // One form is nobody's secret: it is withheld, and in no score.
    let outcomes = [withheld(&water, 3, 0), withheld(&roads, 3, 1)];
    round(&mut city, "2025-Q4", (0, 100), &outcomes).await;
    let questions = city.caught_up().await;
    let asked = questions.appraisals(quarter, later()).await.unwrap();
    let said = asked
        .units
        .iter()
        .map(|one| (one.score, one.forms, one.withheld));
    assert_eq!(said.collect::<Vec<_>>(), [(None, 0, 1), (None, 0, 0)]);
    assert_eq!(
        ranked(&city, quarter).await,
        [],
        "nobody was rated by anything else"
    );

    let mut city = two_departments().await;
    let outcomes = [appraised(&water, 6, &[4; 6]), appraised(&roads, 9, &[4; 9])];
    round(&mut city, "2025-Q4", (0, 100), &outcomes).await;
    let questions = city.caught_up().await;
    let asked = questions.appraisals(quarter, later()).await.unwrap();
    let said: Vec<_> = asked.units.iter().map(|one| one.score).collect();
    assert_eq!(
        said,
        [Some(decimal("75")); 2],
        "six and nine alike are equal"
    );
    let scores = ranked(&city, quarter).await;
    let told: Vec<_> = scores.iter().map(|one| (one.score, one.rank)).collect();
    assert_eq!(told, [(Some(decimal("75")), None); 2]);
}

/// The same life, in the hands of the other department.
fn hand_to_roads(life: &mut [CaseEvent]) {
    for event in life {
        if let F::LegOpened { unit, .. } = &mut event.fact {
            *unit = "B-roads".into();
        }
    }
}

/// Two departments, equal in all: they share the first rank.
#[tokio::test]
async fn equal_units_share_a_rank() {
    let mut city = two_departments().await;
    for number in 1..=24_u128 {
        let mut life = in_work(0, DAY);
        life.extend(closed(50));
        if number > 12 {
            hand_to_roads(&mut life);
        }
        city.append(case(number), &life).await;
    }
    let units = ranked(&city, window(0, DAY)).await;
    let told: Vec<_> = units
        .iter()
        .map(|one| (one.legs, one.rank, one.score))
        .collect();
    assert_eq!(told, [(12, Some(1), Some(Decimal::ONE_HUNDRED)); 2]);
}
