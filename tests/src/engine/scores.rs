//! Score runs through the engine: on record, counted again, compared with how things stand.

use super::evaluations::answers;
use super::on_every_store;
use crate::city::work::{closed, time_limited};
use crate::city::{City, at, case, people};
use chrono::TimeDelta;
use cqrs_es::DomainEvent as _;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::score::composite::{Input, Part, PartScore};
use gridwhistle::domain::score::run::{
    DEFINITION, Definitions, ScoreRunEvent, ScoreRunFact, compare, result_hash,
};
use gridwhistle::projections::models::Compared;
use gridwhistle::projections::questions::{Moment, Window};
use gridwhistle_store::{Append, NewEvent, StreamId};
use uuid::Uuid;

on_every_store! {
    what_is_published_is_counted_again_to_the_same_bytes
    a_case_voided_after_a_run_shows_in_a_comparison_and_changes_no_record
    a_case_voided_after_the_window_of_a_run_shows_in_a_comparison_too
    a_rebuild_changes_no_byte
    a_run_of_another_definition_is_told_from_one_that_does_not_fit
}

fn march() -> Window {
    Window::new(at("2026-03-01 00:00"), at("2026-04-01 00:00")).unwrap()
}

async fn published(city: &City) -> u64 {
    let supervisor = people::supervisor();
    let made = city.engine.publish_scores(&supervisor, march());
    made.await.unwrap().position
}

async fn what_is_published_is_counted_again_to_the_same_bytes(city: City) {
    closed(&city, case(1)).await;
    let within = published(&city).await;
    let recount = city.engine.recount_scores(within).await.unwrap();
    assert!(recount.same, "while its window runs");
    // Once the window is over, it is looked at at its end, whatever happens later.
    city.later(TimeDelta::days(40));
    let after = published(&city).await;
    closed(&city, case(2)).await;
    let recount = city.engine.recount_scores(after).await.unwrap();
    assert!(recount.same, "after its window");
    let run = city.engine.published_scores(after).await.unwrap();
    assert_eq!((run.at, run.up_to), (march().before, after - 1));
    assert_eq!(
        run.units
            .iter()
            .map(|unit| unit.unit.as_str())
            .collect::<Vec<_>>(),
        ["B-water"]
    );
    let city = city.restart().await;
    assert_eq!(city.engine.published_scores(after).await.unwrap(), run);
    assert!(city.engine.recount_scores(within).await.unwrap().same);
    let page = async || {
        city.engine.catch_up().await.unwrap();
        let questions = city.engine.questions();
        let moment = Moment::now(city.engine.now());
        questions.score_runs(moment, 10, None).await.unwrap()
    };
    let numbers: Vec<i64> = page().await.runs.iter().map(|run| run.run_no).collect();
    assert_eq!(
        numbers
            .iter()
            .map(|no| no.unsigned_abs())
            .collect::<Vec<_>>(),
        [after, within]
    );
    let first = page().await.runs.pop().unwrap();
    let then = Moment::then(first.made_at);
    let questions = city.engine.questions();
    let asked = async |moment| questions.score_runs(moment, 10, None).await.unwrap().runs;
    let only = std::slice::from_ref(&first);
    assert_eq!(asked(then).await, only, "as of the first run");
    let before = Moment::then(first.made_at - TimeDelta::seconds(1));
    assert_eq!(asked(before).await, [], "before there was any");
}

async fn voided(city: &City, case: CaseId) {
    let asks = CaseCommand::ProposeVoid {
        reason: "twice the same".to_owned(),
    };
    city.allowed(people::street_leader(), case, asks).await;
    let agrees = CaseCommand::ConfirmVoid {};
    city.allowed(people::supervisor(), case, agrees).await;
}

async fn a_case_voided_after_a_run_shows_in_a_comparison_and_changes_no_record(city: City) {
    voided_after(city, TimeDelta::zero()).await;
}

async fn a_case_voided_after_the_window_of_a_run_shows_in_a_comparison_too(city: City) {
    voided_after(city, TimeDelta::days(40)).await;
}

/// Two cases closed, scores on record after a time, and then one of the cases voided.
async fn voided_after(city: City, after: TimeDelta) {
    closed(&city, case(1)).await;
    closed(&city, case(2)).await;
    city.later(after);
    let run = published(&city).await;
    let before = city.engine.published_scores(run).await.unwrap();
    voided(&city, case(2)).await;
    city.engine.catch_up().await.unwrap();
    let (now, reference) = (Moment::now(city.engine.now()), city.engine.reference());
    let asked = city.engine.questions().ranking(march(), now, &reference);
    let changes = compare(&before.units, &asked.await.unwrap().units);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].unit, "B-water");
    assert!(
        !changes[0].parts.is_empty(),
        "its legs were in the denominators"
    );
    assert_eq!(city.engine.published_scores(run).await.unwrap(), before);
    assert!(city.engine.recount_scores(run).await.unwrap().same);
    // One of two legs is left, and the next record says so.
    let next = published(&city).await;
    let legs = async |run| {
        let run = city.engine.published_scores(run).await.unwrap();
        run.units.iter().map(|unit| unit.legs).sum::<u64>()
    };
    assert_eq!((legs(run).await, legs(next).await), (2, 1));
    assert!(city.engine.recount_scores(next).await.unwrap().same);
}

/// Each side of a closed case rates the other.
async fn rated(city: &City, number: u128, stars: [u8; 2]) {
    let pairs = city.engine.evaluation_pairs(case(number)).await.unwrap();
    for (side, actor, stars) in [
        (Side::Area, people::community(), stars[0]),
        (Side::Department, people::water(), stars[1]),
    ] {
        let given = answers(side, stars);
        let sealed = city
            .engine
            .seal_evaluation(&actor, case(number), &pairs[0], side, given);
        sealed.await.unwrap();
    }
}

async fn a_rebuild_changes_no_byte(city: City) {
    for (number, stars) in [(1, [2, 4]), (2, [5, 3]), (3, [1, 5])] {
        closed(&city, case(number)).await;
        rated(&city, number, stars).await;
    }
    voided(&city, case(3)).await;
    time_limited(&city, case(4)).await;
    city.later(TimeDelta::days(20));
    while city.engine.tick().await.unwrap().fired > 0 {}
    let first = published(&city).await;
    city.engine.rebuild(|_| {}).await.unwrap();
    let second = published(&city).await;
    let [first, second] = [first, second].map(|run| city.engine.published_scores(run));
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!(first.sha256, second.sha256);
    assert_eq!(first.units, second.units);
    let water = first.units.iter().find(|unit| unit.unit == "B-water");
    let water = water.unwrap();
    let said = |part: &PartScore| match part.input {
        Input::Opinion { forms, .. } => Some((part.part, forms)),
        Input::Rate(_) => None,
    };
    let said: Vec<_> = water.parts.iter().filter_map(said).collect();
    assert_eq!(
        said,
        [(Part::Mutual, 2)],
        "the form of the voided case is out"
    );
    assert!(
        water.yellow + water.red > 0,
        "what it left undone has its card"
    );
}

/// Puts a run on record again with one more leg, as another program or another hand would have.
async fn otherwise(city: &City, run: u64, definition: Option<u32>) -> u64 {
    let made = city.engine.published_run(run).await.unwrap();
    let mut run = made.record.unwrap();
    run.units[0].legs += 1;
    run.sha256 = result_hash(&run.units);
    run.definition = definition;
    let event = ScoreRunEvent {
        at: city.engine.now(),
        by: made.by.unwrap(),
        fact: ScoreRunFact::ScoresPublished { run },
    };
    let append = Append {
        tenant: city.engine.tenant().to_owned(),
        stream: StreamId::new("score_run", Uuid::now_v7().to_string()),
        expected_version: 0,
        command_id: Uuid::now_v7(),
        request_hash: [0; 32],
        events: vec![NewEvent {
            event_type: event.event_type(),
            event_version: event.event_version(),
            payload: serde_json::to_string(&event).unwrap(),
            metadata: "{}".to_owned(),
            occurred_at: event.at,
        }],
    };
    let appended = city.engine.log().append(append).await.unwrap();
    appended.first_position
}

async fn a_run_of_another_definition_is_told_from_one_that_does_not_fit(city: City) {
    closed(&city, case(1)).await;
    let run = published(&city).await;
    let record = city.engine.published_scores(run).await.unwrap();
    assert_eq!(record.definition, Some(DEFINITION));
    for (definition, then) in [
        (None, 1),
        (Some(DEFINITION), DEFINITION),
        (Some(DEFINITION + 1), DEFINITION + 1),
    ] {
        let other = otherwise(&city, run, definition).await;
        let recount = city.engine.recount_scores(other).await.unwrap();
        let definitions = Definitions {
            then,
            now: DEFINITION,
        };
        assert_eq!((recount.same, recount.definitions), (false, definitions));
        let after = city.engine.published_scores(other).await.unwrap();
        let between = Compared::with_run((run, &record), (other, &after));
        assert_eq!(between.definitions.now, then);
        assert_eq!(between.definitions.same(), then == DEFINITION);
        let now = Compared::with_now((other, &after), &record.units);
        assert_eq!((now.definitions, now.changes.len()), (definitions, 1));
    }
}
