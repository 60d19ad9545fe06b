//! Forms by the policy that a case pinned, the facts that go with them, and appeals, through the
//! engine and its views.

use super::evaluations::{answers, closed_again, pair};
use super::on_every_store;
use crate::city::{City, case, people};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::{RESPONSE_SPEED, Side};
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::policy::rows::EvaluationRules;
use gridwhistle::projections::questions::{Moment, UnitOpinion, Window};

on_every_store! {
    an_upheld_appeal_takes_the_form_out_of_the_figures
    the_time_to_appeal_is_five_working_days_from_the_reveal
    a_form_of_an_earlier_closure_is_appealed_against_while_its_time_runs
    a_case_is_rated_by_the_forms_of_the_policy_that_it_pinned
}

/// Both sides seal: the area two stars throughout, the department four.
async fn both_sealed(city: &City, pair: &EvaluationPair) {
    let sides = [
        (people::community(), Side::Area, 2),
        (people::water(), Side::Department, 4),
    ];
    for (actor, side, stars) in sides {
        let sealed = city
            .engine
            .seal_evaluation(&actor, case(1), pair, side, answers(side, stars));
        sealed.await.unwrap();
    }
}

async fn water(city: &City) -> UnitOpinion {
    let (engine, now) = (&city.engine, city.engine.now());
    engine.catch_up().await.unwrap();
    let window = Window::new(now - TimeDelta::days(90), now + TimeDelta::days(1)).unwrap();
    let rules = EvaluationRules::default();
    let questions = engine.questions();
    let asked = questions.evaluations(window, Moment::now(now), Side::Area, &rules);
    let mut units = asked.await.unwrap().units.into_iter();
    units.find(|unit| unit.unit == "B-water").unwrap()
}

async fn an_upheld_appeal_takes_the_form_out_of_the_figures(city: City) {
    let pair = pair(&city).await;
    let opened = city.engine.evaluation(case(1), &pair).await.unwrap();
    let opening = opened.opening().unwrap();
    let facts = opening.facts.as_ref().unwrap();
    let kept = facts.acknowledged.unwrap();
    assert!(kept.in_time && !facts.by_the_clock && facts.handled.unwrap().in_time);
    assert_eq!(kept.budget, 120, "two working hours");
    assert_eq!(opening.computed[RESPONSE_SPEED], 5);
    assert!(opening.optional, "a time-limited case");
    both_sealed(&city, &pair).await;
    // 80 · 25 points and 20 · 100, of a weight of 100.
    let before = water(&city).await;
    assert_eq!((before.forms, before.plain), (1, Some(40.into())));
    let why = ("facts_wrong", "we were there within the hour");
    let (engine, side) = (&city.engine, Side::Area);
    let handler = people::water();
    let asked = engine.appeal_evaluation(&handler, case(1), &pair, side, why);
    asked.await.unwrap();
    assert_eq!(water(&city).await.appealed, 1);
    let decided = async |actor: &Actor, what| {
        let decided = city.engine.decide_appeal(actor, case(1), &pair, side, what);
        decided.await
    };
    let upheld = (true, "the record says so");
    let own = decided(&people::water_leader(), upheld).await.unwrap_err();
    assert_eq!(own.code(), "may_not_decide");
    let nobody = Actor::new("P-nobody", Role::Supervisor, "D-1");
    let refused = decided(&nobody, upheld).await.unwrap_err();
    assert_eq!(refused.code(), "not_in_office");
    decided(&people::supervisor(), upheld).await.unwrap();
    let city = city.restart().await;
    let after = water(&city).await;
    assert_eq!((after.forms, after.excluded, after.score), (0, 1, None));
    city.sound().await;
}

async fn the_time_to_appeal_is_five_working_days_from_the_reveal(city: City) {
    let pair = pair(&city).await;
    both_sealed(&city, &pair).await;
    let until = city.engine.evaluation(case(1), &pair).await.unwrap();
    let until = until.appeal_until().unwrap();
    let now = city.engine.now();
    let calendars = city.engine.reference().calendars.clone();
    let wanted = calendars.in_force(now).due(now, "5 wd".parse().unwrap());
    assert_eq!(until, wanted.at);
    city.later(until - now + TimeDelta::seconds(1));
    let why = ("retaliation", "we rated them low");
    let community = people::community();
    let late = city
        .engine
        .appeal_evaluation(&community, case(1), &pair, Side::Department, why);
    assert_eq!(late.await.unwrap_err().code(), "appeal_time_over");
}

async fn a_form_of_an_earlier_closure_is_appealed_against_while_its_time_runs(city: City) {
    let pair = pair(&city).await;
    both_sealed(&city, &pair).await;
    closed_again(&city).await;
    let (engine, water_bureau) = (&city.engine, people::water());
    let why = ("facts_wrong", "we were there within the hour");
    let asked = engine.appeal_evaluation(&water_bureau, case(1), &pair, Side::Area, why);
    asked.await.unwrap();
    assert_eq!(
        (water(&city).await.forms, water(&city).await.appealed),
        (1, 1)
    );
    let (supervisor, upheld) = (people::supervisor(), (true, "the record says so"));
    let decided = engine.decide_appeal(&supervisor, case(1), &pair, Side::Area, upheld);
    decided.await.unwrap();
    assert_eq!(
        (water(&city).await.forms, water(&city).await.excluded),
        (0, 1)
    );
    // Of the second closure nothing is revealed yet, and the first form has had its appeal.
    let again = engine.appeal_evaluation(&water_bureau, case(1), &pair, Side::Area, why);
    assert_eq!(again.await.unwrap_err().code(), "not_revealed");
}

async fn a_case_is_rated_by_the_forms_of_the_policy_that_it_pinned(city: City) {
    let (from, to) = ("code = \"quality\"", "code = \"lasting_quality\"");
    let now = city.engine.now().to_rfc3339();
    let text = Policy::default_text()
        .replace("version = \"default-2026.1\"", "version = \"city-2\"")
        .replace("2019-12-31T16:00:00Z", &now)
        .replace("version = \"area-1\"", "version = \"area-2\"")
        .replace(from, to);
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    city.engine.publish_policy(&admin, &text).await.unwrap();
    let pair = pair(&city).await;
    let state = city.engine.evaluation(case(1), &pair).await.unwrap();
    assert_eq!(state.opening().unwrap().area_form.version, "area-2");
    let (community, by_default) = (people::community(), answers(Side::Area, 4));
    let engine = &city.engine;
    let sealed = engine.seal_evaluation(&community, case(1), &pair, Side::Area, by_default.clone());
    let refused = sealed.await.unwrap_err();
    assert_eq!(refused.code(), "unfit_answers");
    assert!(refused.to_string().contains("lasting_quality"), "{refused}");
    let mut fitting = by_default;
    let answer = fitting.0.remove("quality").unwrap();
    fitting.0.insert("lasting_quality".to_owned(), answer);
    let sealed = engine.seal_evaluation(&community, case(1), &pair, Side::Area, fitting);
    sealed.await.unwrap();
}
